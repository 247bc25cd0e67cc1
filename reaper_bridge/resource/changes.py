"""A list of file changes that is carried out whole, or not at all.

Every file is written beside itself and renamed, then read back. Whatever goes wrong on the way, also an interruption,
puts every file back that was changed before it, and takes the folders away that were made.
"""

import contextlib
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reaper_bridge.session.errors import ResourceFolderError


@dataclass(frozen=True)
class FileChange:
    """One file from what it is to what it shall be; None is no file. A private one is for the user alone."""

    path: Path
    before: bytes | None
    after: bytes | None
    why: str
    is_private: bool = False

    @property
    def verb(self) -> str:
        """What is done, in a word."""
        return "make" if self.before is None else "remove" if self.after is None else "change"


def read_file(path: Path) -> bytes | None:
    """Return a file's bytes; None where there is none.

    Raises:
        ResourceFolderError: It cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ResourceFolderError(f"{path} cannot be read: {_reason(error)}; check who owns it.") from error


def digest(data: bytes) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def folders_to_make(changes: Iterable[FileChange]) -> list[Path]:
    """Return the folders that these changes need and that are not there, outer before inner."""
    needed = {folder for c in changes if c.after is not None for folder in c.path.parents}
    return sorted(folder for folder in needed if not folder.exists())


def carry_out(changes: Sequence[FileChange]) -> None:
    """Carry out every change, or none.

    Raises:
        ResourceFolderError: A file cannot be written, or is not what the change says it was; all is as it was.
    """
    made = folders_to_make(changes)
    done: list[FileChange] = []
    try:
        for change in changes:
            _check_before(change)
        private = {folder for change in changes if change.is_private for folder in change.path.parents}
        for folder in made:
            folder.mkdir(mode=0o700 if folder in private else 0o777)
        for change in changes:
            done.append(change)
            _put(change.path, change.after, change.is_private)
            if read_file(change.path) != change.after:
                raise ResourceFolderError(f"{change.path} does not hold what was written to it; is the disk all right?")
    except BaseException as error:
        _put_back(done, made)
        if isinstance(error, OSError):
            at = done[-1].path if done else made[0]
            raise ResourceFolderError(f"{at} cannot be written: {_reason(error)}. Everything is as it was.") from error
        raise


def _check_before(change: FileChange) -> None:
    if read_file(change.path) != change.before:
        raise ResourceFolderError(f"{change.path} was changed by somebody else meanwhile; run it again.")
    if change.before is not None and not change.path.stat().st_mode & stat.S_IWUSR:
        raise ResourceFolderError(f"{change.path} is read-only; make it writable. Nothing was changed.")


def _put_back(done: Sequence[FileChange], made: Sequence[Path]) -> None:
    lost = []
    for change in reversed(done):
        try:
            if read_file(change.path) != change.before:
                _put(change.path, change.before, change.is_private)
        except (OSError, ResourceFolderError):
            lost.append(str(change.path))
    remove_empty(made)
    if lost:
        raise ResourceFolderError(f"{', '.join(lost)} could not be put back; copies may be in the folder “First Pass”.")


def remove_empty(folders: Iterable[Path]) -> None:
    """Take folders away that are empty, inner before outer."""
    for folder in sorted(folders, reverse=True):
        with contextlib.suppress(OSError):
            folder.rmdir()


def _put(path: Path, data: bytes | None, is_private: bool) -> None:
    path = Path(os.path.realpath(path))
    if data is None:
        path.unlink(missing_ok=True)
        return
    handle, name = tempfile.mkstemp(prefix=".first-pass-", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode(path, is_private))
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _mode(path: Path, is_private: bool) -> int:
    """Return the rights of the file that stands there, or those a new one gets."""
    if is_private:
        return 0o600
    with contextlib.suppress(FileNotFoundError):
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
