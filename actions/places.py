"""Make sure that what was asked for can be written, before hours of work or a project are at stake."""

import os
from collections.abc import Iterable
from pathlib import Path

from reaper_bridge.session.errors import ProjectWriteError


def require_places(files: Iterable[Path | None], directories: Iterable[Path | None]) -> None:
    """Make sure that files can be written at these places, and directories made; None is no wish.

    Raises:
        ProjectWriteError: One of them cannot; nothing was written.
    """
    for file in files:
        if file is None:
            continue
        if file.is_dir():
            raise ProjectWriteError(f"{file} is a directory; name a file in it.")
        _require_directory(file.parent, f"{file} cannot be written")
    for directory in directories:
        if directory is None:
            continue
        standing = next(place for place in (directory, *directory.absolute().parents) if place.exists())
        _require_directory(standing, f"{directory} cannot be made")


def _require_directory(place: Path, what: str) -> None:
    if not place.exists():
        raise ProjectWriteError(f"{what}: there is no directory {place}; make it or choose another place.")
    if not place.is_dir():
        raise ProjectWriteError(f"{what}: {place} is a file, not a directory; choose another place.")
    if not os.access(place, os.W_OK | os.X_OK):
        raise ProjectWriteError(f"{what}: the directory {place} is read-only; choose another place.")
