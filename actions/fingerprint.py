"""Know a sound again: by what its files hold and how they are edited, not by where they lie.

So a project that was copied, moved or unpacked elsewhere is still the project that was mixed. What a listener
keeps in its cache goes by path and time of change instead, which is stricter.
"""

import dataclasses
import functools
import hashlib
from pathlib import Path

from reaper_bridge.session.audio import TrackAudio

SAMPLE_COUNT = 64
SAMPLE_BYTES = 4096
_NOT_HEARD = frozenset({"item_id", "name", "path"})


def sound_key(audio: TrackAudio) -> str:
    """Return a name for what sounds on a track; two equal names are the same sound, to all likelihood.

    A track without clips has the empty name, whether it is there yet or not.
    """
    if not audio.clips:
        return ""
    digest = hashlib.blake2b(digest_size=16)
    for clip in audio.clips:
        for field in dataclasses.fields(clip):
            if field.name not in _NOT_HEARD:
                digest.update(f"{field.name}={_told(getattr(clip, field.name))!r}|".encode())
        digest.update(_file_key(clip.path))
    return digest.hexdigest()


def _told(value: object) -> object:
    """Return a value less the last digits of a number, which moving a clip there and back may change."""
    return float(f"{value:.12g}") if type(value) is float else value


def _file_key(path: Path) -> bytes:
    try:
        status = path.stat()
    except OSError:
        return b"missing"
    return _content_key(path, status.st_size, status.st_mtime_ns)


@functools.lru_cache(maxsize=4096)
def _content_key(path: Path, size_bytes: int, changed_ns: int) -> bytes:
    """Return a digest of a file's size and of pieces of it, from its first byte to its last.

    ``changed_ns`` only makes a changed file be read again.
    """
    digest = hashlib.blake2b(str(size_bytes).encode(), digest_size=16)
    step = max(size_bytes - SAMPLE_BYTES, 0) / (SAMPLE_COUNT - 1)
    try:
        with path.open("rb") as file:
            for start in sorted({round(index * step) for index in range(SAMPLE_COUNT)}):
                file.seek(start)
                digest.update(file.read(SAMPLE_BYTES))
    except OSError:
        return b"unreadable"
    return digest.digest()
