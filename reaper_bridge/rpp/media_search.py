"""Find the file that a project means, also where the project came from another machine.

REAPER keeps paths relative to the project, or absolute in the style of the system that wrote them; both
slashes separate. A path that does not exist as written is looked for below the project's directory by its
last parts, then by its name in the recording and media folders; letter case and Unicode form are forgiven.
"""

import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

_SEPARATORS: Final = re.compile(r"[/\\]+")
_DRIVE: Final = re.compile(r"[A-Za-z]:$")
_MEDIA_FOLDERS: Final = ("Media", "Audio", "Audio Files", "Recordings", "Wav")


class MediaSearch:
    """The files around one project, looked at once: a file that comes later is not found."""

    def __init__(self, directory: Path, record_paths: Iterable[str] = ()) -> None:
        self._directory = directory
        self._folders = (*(path for path in record_paths if path), *_MEDIA_FOLDERS)
        self._listings: dict[Path, dict[str, str]] = {}
        self._found: dict[str, Path | None] = {}

    def find(self, written: str) -> Path | None:
        """Return the file that a project's text names, or None where it is not there."""
        if not written.strip() or "\0" in written:
            return None
        if written not in self._found:
            candidates = self._candidates(written)
            self._found[written] = next((path for path in candidates if _is(path, Path.is_file)), None)
        return self._found[written]

    def _candidates(self, written: str) -> Iterator[Path]:
        yield self._directory / written
        parts = [part for part in _SEPARATORS.split(written) if part]
        if not parts:
            return
        if written[0] in "/\\":
            yield from self._below(Path(os.sep), parts)
        elif not _DRIVE.match(parts[0]):
            yield from self._below(self._directory, parts)
        tails = [part for part in parts if not _DRIVE.match(part) and part not in (".", "..")]
        for start in range(len(tails)):
            yield from self._below(self._directory, tails[start:])
        for folder in self._folders:
            where = [part for part in _SEPARATORS.split(folder) if part]
            is_absolute = folder[0] in "/\\"
            if tails and where and not _DRIVE.match(where[0]):
                yield from self._below(Path(os.sep) if is_absolute else self._directory, [*where, tails[-1]])

    def _below(self, start: Path, parts: list[str]) -> Iterator[Path]:
        """Yield the path of these parts below a directory, each part matched loosely where it must be."""
        here = start
        for part in parts:
            if part == ".":
                continue
            if part == "..":
                here = here.parent if here.name not in ("", "..") else here / part
                continue
            exact = here / part
            if not _is(exact, Path.exists):
                actual = self._listing(here).get(_loose(part))
                if actual is None:
                    return
                exact = here / actual
            here = exact
        yield here

    def _listing(self, directory: Path) -> dict[str, str]:
        known = self._listings.get(directory)
        if known is None:
            try:
                names = sorted(entry.name for entry in directory.iterdir())
            except OSError:
                names = []
            known = self._listings[directory] = {_loose(name): name for name in reversed(names)}
        return known


def _is(path: Path, question: Callable[[Path], bool]) -> bool:
    """Ask the file system about a path; one too long, forbidden or impossible here is not there."""
    try:
        return question(path)
    except (OSError, ValueError):
        return False


def _loose(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
