"""The port: what every place a session lives in can do. A project file and a running REAPER both do it."""

from collections.abc import Collection, Mapping
from typing import Protocol

from reaper_bridge.session.audio import TrackAudio
from reaper_bridge.session.change import MixPlan
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.ledger import Ledger, Pass
from reaper_bridge.session.model import Session
from reaper_bridge.session.revision import Revision


class Host(Protocol):
    """A session we can read, listen to, write and undo."""

    def snapshot(self) -> Session:
        """Return a picture of the session as it is now."""

    def ledger(self) -> Ledger:
        """Return what our passes wrote into this session, and the locks."""

    def sources(self, track_ids: Collection[TrackId]) -> Mapping[TrackId, TrackAudio]:
        """Tell where the sound of these tracks lies, before their FX."""

    def selected_tracks(self) -> tuple[TrackId, ...]:
        """Return the tracks that the engineer has selected, in order."""

    def write(
        self,
        plan: MixPlan,
        *,
        label: str,
        taste: str = "",
        audio_keys: Mapping[TrackId, str] | None = None,
        memo: str = "",
    ) -> Pass:
        """Write every change of a plan as one undo step, or none of them, and enter it into the ledger.

        Raises:
            StaleValueError: A value, or the project, changed since the snapshot.
            PlanError: The plan names something the session does not have.
            ProjectWriteError: It cannot be written; nothing was.
            HostGoneError: REAPER stopped answering.
        """

    def revise(self, plan: MixPlan, revision: Revision) -> Pass:
        """Write a plan that makes something else of the last pass, as one undo step called ``revision.label``.

        The ledger keeps the pass with its revision in place of it, so that ``undo`` takes back all of it. A plan that
        changes nothing only enters the revision.

        Raises:
            StaleValueError: A value, or the project, changed since the snapshot.
            PlanError: No pass stands, or the plan names something the session does not have.
            ProjectWriteError: It cannot be written; nothing was.
            HostGoneError: REAPER stopped answering.
        """

    def undo(self) -> str | None:
        """Take the last pass back; return its label, or None where there is none.

        What the engineer did since stays: then only the values that are still ours are taken back.
        """

    def redo(self) -> str | None:
        """Put the pass back that was undone last; return its label, or None where there is none."""

    def set_locks(self, locks: Mapping[TrackId, frozenset[str]]) -> None:
        """Replace the engineer's locks."""
