"""Where the session is that somebody asks for: in a project file, or open in the REAPER on this machine."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer

from reaper_bridge.host import Host
from reaper_bridge.session.errors import HostGoneError
from reaper_bridge.session.model import Session

BOTH_WAYS = "Name a project file, or run `first-pass doctor` to see what is missing."


@dataclass(frozen=True)
class Place:
    """A session that was reached. ``file`` is the project file that was named, None for the one open in REAPER."""

    host: Host
    file: Path | None

    @property
    def is_live(self) -> bool:
        """Whether the session is open in REAPER."""
        return self.file is None

    def is_there(self) -> bool:
        """Tell whether the session can still be reached; a file can, or says why not when it is read."""
        return self.file is not None or bool(getattr(self.host, "is_alive", True))

    def close(self) -> None:
        """Let go of the session."""
        close = getattr(self.host, "close", None)
        if close is not None:
            close()

    def song(self, session: Session) -> Path:
        """Return what a report calls the project: its file, or a made-up one where it was never saved."""
        path = self.file or getattr(self.host, "project_path", None)
        return Path(path) if path else Path(session.title or "Unsaved project")

    def told_written(self) -> str:
        """Say where the last step went."""
        if self.file is None:
            return "Written to the project open in REAPER, as one undo step; it is not saved yet."
        backup: Path | None = getattr(self.host, "last_backup", None)
        path = getattr(self.host, "path", self.file)
        return f"Written to {path}." if backup is None else (
            f"Written to {path}; the project as it was is in {backup.name}."
        )  # fmt: skip


@contextmanager
def opened(song: Path | None, output: Path | None = None) -> Iterator[Place]:
    """Reach a session: the file that is named, else the project that is open in REAPER.

    Raises:
        HostGoneError: No file is named and REAPER cannot be reached; the message names both ways.
    """
    if song is not None:
        from reaper_bridge.rpp.host import ProjectFile

        yield Place(ProjectFile(song, output), song)
        return
    if output is not None:
        raise typer.BadParameter("-o is for project files: name SONG.RPP, too")
    try:
        place = live_place(None)
    except HostGoneError as error:
        raise HostGoneError(f"{error} {BOTH_WAYS}") from error
    try:
        yield place
    finally:
        place.close()


def live_place(resource_path: Path | None) -> Place:
    """Reach the project open in the REAPER of a resource folder, or in any on this machine.

    Raises:
        HostGoneError: REAPER cannot be reached; the message says which state it is in.
    """
    try:
        live = importlib.import_module("reaper_bridge.live.host")
    except ModuleNotFoundError as error:
        raise HostGoneError("REAPER cannot be reached.") from error
    return Place(live.LiveHost(resource_path=resource_path), None)
