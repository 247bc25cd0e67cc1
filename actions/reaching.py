"""Where the session is that somebody asks for: in a project file, or open in the REAPER on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import typer

from actions.progress import QUIET, Course
from reaper_bridge.host import Host
from reaper_bridge.session.errors import HostBusyError, HostGoneError
from reaper_bridge.session.model import Session


@dataclass
class Relay:
    """Hands on what REAPER's host has to say to whoever watches the present work."""

    course: Course = QUIET

    def notice(self, sentence: str) -> None:
        """Hand on what one should know."""
        self.course.notice(sentence)

    def busy(self, sentence: str) -> None:
        """Hand on what keeps REAPER busy; an empty sentence says that it is free again."""
        self.course.notice(sentence, is_busy=True)


BOTH_WAYS = "Name a project file, or run `first-pass doctor` to see what is missing."


@dataclass(frozen=True)
class Place:
    """A session that was reached. ``file`` is the project file that was named, None for the one open in REAPER."""

    host: Host
    file: Path | None
    relay: Relay = field(default_factory=Relay)

    @property
    def is_live(self) -> bool:
        """Whether the session is open in REAPER."""
        return self.file is None

    def mark(self) -> object:
        """Return something that is another thing when the session may have changed, at hardly any cost.

        Raises:
            HostGoneError: REAPER does not answer.
        """
        if self.file is None:
            return self.host.glance()  # type: ignore[attr-defined]
        try:
            status = self.file.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size

    def is_busy(self, mark: object) -> bool:
        """Tell from a mark whether REAPER was recording."""
        return self.file is None and isinstance(mark, tuple) and bool(mark[2])

    def require_writable(self) -> None:
        """Make sure that a pass can be written before minutes are spent on listening.

        Raises:
            HostBusyError: REAPER is recording.
            HostGoneError: REAPER does not answer.
        """
        if self.is_live and self.is_busy(self.mark()):
            raise HostBusyError("REAPER is recording, so nothing can be written. Stop, and run it again.")

    def tell(self, course: Course) -> None:
        """Let REAPER say through a course what one should know, and what keeps it busy."""
        self.relay.course = course

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
        if getattr(self.host, "was_by_history", False):
            return "REAPER went through its own history for it and has no new step; the project is not saved yet."
        if self.file is None:
            held_ms = 1000.0 * getattr(self.host, "last_held_seconds", 0.0)
            held = f" REAPER was held for {held_ms:.0f} ms." if held_ms >= 1.0 else ""
            return f"Written to the project open in REAPER, as one undo step; it is not saved yet.{held}"
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
    from reaper_bridge.live.host import LiveHost

    relay = Relay()
    return Place(LiveHost(resource_path, on_notice=relay.notice, on_busy=relay.busy), None, relay)
