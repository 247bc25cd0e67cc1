"""Write files so that a crash, a full disk or a missing permission leaves one file whole."""

import contextlib
import os
import stat
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Final

from reaper_bridge.session.errors import ProjectFileError, ProjectWriteError

_MOST_BACKUPS_A_SECOND: Final = 1000


def read_file(path: Path) -> bytes:
    """Return a project file's bytes.

    Raises:
        ProjectFileError: It does not exist or cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ProjectFileError(f"There is no file {path}; check the path.") from error
    except OSError as error:
        raise ProjectFileError(f"{path} cannot be read: {_reason(error)}.") from error


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: a temporary file beside it, flushed to disk, then renamed.

    Mode and owner of a file that stands there are kept; a link is followed.

    Raises:
        ProjectWriteError: It cannot be written; the old file stands, and nothing else is left behind.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not os.access(path, os.W_OK):
        raise ProjectWriteError(f"{path} is read-only; make it writable or choose another place with -o.")
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=".first-pass-", suffix=".tmp", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _take_over_rights(path, temporary)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise ProjectWriteError(
            f"{path} cannot be written: {_reason(error)}. It was left as it was; free some space or choose"
            " another place with -o."
        ) from error
    _flush_directory(path.parent)


def write_backup(path: Path, data: bytes, occasion: str, at: datetime) -> Path:
    """Write bytes beside a project as ``SONG.before-OCCASION-20261121-140305.RPP``; never over another file.

    Raises:
        ProjectWriteError: It cannot be written; nothing is left behind.
    """
    path = Path(os.path.realpath(path))
    stem = f"{path.stem}.before-{occasion}-{at:%Y%m%d-%H%M%S}"
    for attempt in range(1, _MOST_BACKUPS_A_SECOND):
        number = f"-{attempt}" if attempt > 1 else ""
        backup = path.with_name(f"{stem}{number}{path.suffix}")
        try:
            file = backup.open("xb")
        except FileExistsError:
            continue
        except OSError as error:
            raise _no_backup(backup, error) from error
        try:
            with file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            _take_over_rights(path, backup)
        except OSError as error:
            backup.unlink(missing_ok=True)
            raise _no_backup(backup, error) from error
        return backup
    raise ProjectWriteError(f"{path.parent} holds too many backups of this second; wait a moment.")


def _no_backup(backup: Path, error: OSError) -> ProjectWriteError:
    return ProjectWriteError(
        f"The backup {backup} cannot be written: {_reason(error)}. The project was left as it was; free some"
        " space or choose another place with -o."
    )


def _take_over_rights(old: Path, new: Path) -> None:
    """Give the new file the mode and owner of the old one, or the mode the user's umask gives."""
    try:
        status = old.stat()
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        new.chmod(0o666 & ~mask)
        return
    new.chmod(stat.S_IMODE(status.st_mode))
    if hasattr(os, "chown"):
        with contextlib.suppress(PermissionError):
            os.chown(new, status.st_uid, status.st_gid)


def _flush_directory(directory: Path) -> None:
    """Make the rename itself last, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
