"""What was heard before, kept on disk so that it need not be heard again.

One file per track: a line of magic, a JSON line of numbers and of where the arrays lie, then the arrays as they
are, then a checksum. Entries are written beside and renamed, so a reader sees a whole one or none. What cannot
be read is forgotten; a folder that cannot be written is only read. The least recently used go first.
"""

import contextlib
import dataclasses
import functools
import hashlib
import json
import os
import tempfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import platformdirs

from analysis.evidence import FlawEvidence
from analysis.measures import Loudness, TrackMeasures
from reaper_bridge.session.audio import TrackAudio

VERSION: Final = 4
"""Raise it whenever the same sound would give other numbers."""
LIMIT_BYTES: Final = 4 << 30
_MAGIC: Final = b"first-pass measures 1\n"
_SUFFIX: Final = ".measures"
_SILENT_FIELDS: Final = frozenset({"item_id", "name"})
_PARTS: Final[Mapping[str, type[Any]]] = {"loudness": Loudness, "evidence": FlawEvidence}


def cache_folder() -> Path:
    """Return where measures are kept: ``FIRST_PASS_CACHE_DIR``, else the user's cache folder."""
    chosen = os.environ.get("FIRST_PASS_CACHE_DIR")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("first-pass"))


def audio_key(audio: TrackAudio) -> str:
    """Return a name for what sounds on a track: equal as long as its files and its edits are.

    A file is known by its real path, size and time of change. Names of items and tracks do not matter.
    """
    digest = hashlib.blake2b(digest_size=16)
    facts = functools.lru_cache(maxsize=None)(_file_facts)
    for clip in audio.clips:
        fields = {f.name: getattr(clip, f.name) for f in dataclasses.fields(clip)}
        said = [f"{name}={value!r}" for name, value in fields.items() if name not in _SILENT_FIELDS | {"path"}]
        digest.update("|".join([*said, *facts(clip.path)]).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _file_facts(path: Path) -> tuple[str, str, str]:
    # the same file can be reached in many ways, such as from a project written elsewhere
    path = Path(os.path.realpath(path))
    try:
        status = path.stat()
    except OSError:
        return str(path), "missing", ""
    return str(path), str(status.st_size), str(status.st_mtime_ns)


class MeasureCache:
    """The measures of tracks by what sounds on them and at what rate it was heard."""

    def __init__(self, folder: Path | None = None, limit_bytes: int = LIMIT_BYTES) -> None:
        self._folder = (folder or cache_folder()) / "measures"
        self._limit_bytes = limit_bytes

    def read(self, audio: TrackAudio, sample_rate_hz: int) -> TrackMeasures | None:
        """Return what was heard before, or None."""
        path = self._path(audio, sample_rate_hz)
        try:
            measures = parse_measures(np.fromfile(path, np.uint8))
        except (OSError, ValueError, TypeError, KeyError, AttributeError, UnicodeDecodeError):
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return measures

    def write(self, audio: TrackAudio, measures: TrackMeasures) -> None:
        """Keep what was heard; silently not, where the folder cannot be written."""
        path = self._path(audio, measures.sample_rate_hz)
        temporary = None
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as file:
                temporary = Path(file.name)
                for part in formatted_measures(measures):
                    file.write(part)
            temporary.replace(path)
        except OSError:
            if temporary is not None:
                with contextlib.suppress(OSError):
                    temporary.unlink()

    def shrink(self) -> None:
        """Remove the least recently used entries until the rest is below the limit."""
        entries = []
        with contextlib.suppress(OSError):
            for path in self._folder.glob(f"*{_SUFFIX}"):
                with contextlib.suppress(OSError):
                    status = path.stat()
                    entries.append((status.st_mtime_ns, status.st_size, path))
        excess = sum(size for _, size, _ in entries) - self._limit_bytes
        for _, size, path in sorted(entries):
            if excess <= 0:
                return
            with contextlib.suppress(OSError):
                path.unlink()
                excess -= size

    def _path(self, audio: TrackAudio, sample_rate_hz: int) -> Path:
        return self._folder / f"{audio_key(audio)}-{sample_rate_hz}-{VERSION}{_SUFFIX}"


def formatted_measures(measures: TrackMeasures) -> list[bytes | memoryview]:
    """Return measures as the parts of a cache file."""
    arrays: list[np.ndarray[Any, Any]] = []
    plain = _plain(measures, arrays)
    head = json.dumps({"measures": plain, "arrays": [[a.dtype.str, a.shape] for a in arrays]}).encode()
    # arrays begin at a multiple of eight
    head += b" " * (-(len(_MAGIC) + len(head) + 1) % 8) + b"\n"
    parts: list[bytes | memoryview] = [_MAGIC, head]
    for array in arrays:
        data = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
        parts += [data.data, b"\0" * (-data.size % 8)]
    checksum = functools.reduce(lambda crc, part: zlib.crc32(part, crc), parts, 0)
    return [*parts, checksum.to_bytes(8, "little")]


def _plain(thing: Any, arrays: list[np.ndarray[Any, Any]]) -> Any:
    if isinstance(thing, np.ndarray):
        known = next((index for index, array in enumerate(arrays) if array is thing), None)
        if known is None:
            arrays.append(thing)
            known = len(arrays) - 1
        return {"array": known}
    if dataclasses.is_dataclass(thing):
        return {field.name: _plain(getattr(thing, field.name), arrays) for field in dataclasses.fields(thing)}
    return list(thing) if isinstance(thing, tuple) else thing


def parse_measures(data: np.ndarray[Any, Any]) -> TrackMeasures:
    """Read measures back from the bytes of a cache file, the reverse of ``formatted_measures``.

    Raises:
        ValueError: It is not such a file, or damaged. (Or KeyError or TypeError, where fields do not fit.)
    """
    body, checksum = data[:-8], data[-8:]
    if bytes(data[: len(_MAGIC)]) != _MAGIC or zlib.crc32(body.data) != int.from_bytes(checksum.tobytes(), "little"):
        raise ValueError("not a whole file of measures")
    newline = len(_MAGIC) + int(np.argmax(data[len(_MAGIC) :] == ord("\n")))
    head = json.loads(bytes(data[len(_MAGIC) : newline]))
    arrays, at = [], newline + 1
    for kind, shape in head["arrays"]:
        dtype = np.dtype(kind)
        size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
        arrays.append(data[at : at + size].view(dtype).reshape(shape))
        at += size + -size % 8
    fields = _filled(head["measures"], arrays)
    for name, kind in _PARTS.items():
        if fields[name] is not None:
            fields[name] = kind(**fields[name])
    return TrackMeasures(**{**fields, "notes": tuple(fields["notes"])})


def _filled(thing: Any, arrays: list[np.ndarray[Any, Any]]) -> Any:
    if not isinstance(thing, dict):
        return thing
    if set(thing) == {"array"}:
        return arrays[thing["array"]]
    return {name: _filled(value, arrays) for name, value in thing.items()}
