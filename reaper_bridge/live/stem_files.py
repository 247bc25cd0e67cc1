"""Stems on disk: kept by what went into them, the least recently used removed first."""

import os
import shutil
import struct
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

import platformdirs

LIMIT_BYTES: Final = 8 << 30
_SUFFIX: Final = ".wav"
_HUGE: Final = 0xFFFFFFFF


class StemFiles:
    """The folder of stems. A file appears in it whole, under the key of its content."""

    def __init__(self, folder: Path | None = None, limit_bytes: int = LIMIT_BYTES) -> None:
        self.folder = folder or stem_folder()
        self._limit_bytes = limit_bytes

    def path(self, key: str) -> Path:
        """Return where the stem of a key lies, or would lie."""
        return self.folder / f"{key}{_SUFFIX}"

    def has(self, key: str) -> bool:
        """Tell whether the stem of a key is there."""
        return self.path(key).is_file()

    def take_in(self, key: str, rendered: Path) -> None:
        """Move a rendered file to its place.

        Raises:
            OSError: It cannot be moved.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        part = self.path(key).with_suffix(f".{os.getpid()}.part")
        try:
            shutil.move(rendered, part)
            part.replace(self.path(key))
        finally:
            part.unlink(missing_ok=True)

    def used(self, key: str) -> Path:
        """Return the path of a stem and remember that it was used; its time of change stays."""
        path = self.path(key)
        with suppress(OSError):
            os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))
        return path

    def shrink(self, kept: Collection[str]) -> None:
        """Remove the least recently used stems until the rest is below the limit; those of ``kept`` stay."""
        keep = {self.path(key) for key in kept}
        entries = []
        for path in self.folder.glob(f"*{_SUFFIX}"):
            with suppress(OSError):
                status = path.stat()
                entries.append((status.st_atime_ns, status.st_size, path))
        excess = sum(size for _, size, _ in entries) - self._limit_bytes
        for _, size, path in sorted(entries):
            if excess > 0 and path not in keep:
                with suppress(OSError):
                    path.unlink()
                    excess -= size


def stem_folder() -> Path:
    """Return where stems are kept: beside the other things that can be made again."""
    chosen = os.environ.get("FIRST_PASS_CACHE_DIR")
    return (Path(chosen) if chosen else Path(platformdirs.user_cache_dir("first-pass"))) / "stems"


def wave_seconds(path: Path) -> float:
    """Return how long the sound in a WAV file is that holds all it promises; 0 for any other file.

    A render that was broken off leaves a file without a length, or one shorter than its header says.
    """
    try:
        with path.open("rb") as file:
            return _seconds(file, path.stat().st_size)
    except (OSError, struct.error):
        return 0.0


def _seconds(file: BinaryIO, file_bytes: int) -> float:
    if file.read(4) not in (b"RIFF", b"RF64") or file.read(8)[4:] != b"WAVE":
        return 0.0
    bytes_per_second = long_bytes = 0
    while True:
        name, size = struct.unpack("<4sI", file.read(8))
        start = file.tell()
        if name == b"data":
            size = long_bytes if size == _HUGE else size
            is_whole = bytes_per_second > 0 and start + size <= file_bytes
            return size / bytes_per_second if is_whole else 0.0
        if name == b"fmt ":
            bytes_per_second = struct.unpack("<HHII", file.read(12))[3]
        elif name == b"ds64":
            long_bytes = struct.unpack("<QQ", file.read(16))[1]
        file.seek(start + size + size % 2)
