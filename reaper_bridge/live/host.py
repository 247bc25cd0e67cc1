"""The session open in a running REAPER as a host: read in one visit, written and undone in one step of REAPER's own.

Between two visits the engineer works on; so whatever is written is checked inside REAPER, in the call that writes it.
"""

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final

from reaper_bridge.live.calibration import default_folder
from reaper_bridge.live.carrying import Carrier, Step
from reaper_bridge.live.connection import Bridge
from reaper_bridge.live.connection import connect as connect_to_reaper
from reaper_bridge.live.contact import Contact, Notice
from reaper_bridge.live.notes import Kept, packed_notes
from reaper_bridge.live.past import Past, step_name
from reaper_bridge.live.playing import rendered_as_played
from reaper_bridge.live.reading import Picture
from reaper_bridge.live.sources import read_sources
from reaper_bridge.live.stems import with_stems
from reaper_bridge.session.audio import TrackAudio
from reaper_bridge.session.change import MixPlan
from reaper_bridge.session.checking import checked_plan
from reaper_bridge.session.errors import PlanError, StaleValueError
from reaper_bridge.session.identity import FxId, TrackId
from reaper_bridge.session.ledger import Landed, Ledger, Pass, live_note
from reaper_bridge.session.limits import check_change
from reaper_bridge.session.model import Session
from reaper_bridge.session.revision import Revision
from reaper_bridge.session.values import read_value, with_plan

_GLANCE_SECONDS: Final = 3.0
_RECORDS: Final = 4
_LOCKS: Final = "First Pass: locks"


class LiveHost:
    """The project in front in the REAPER that runs on this computer.

    ``on_notice`` is told sentences the user should read: that a write will take long, and what became of one whose
    answer was lost. ``on_busy`` is told what REAPER is kept busy with, and an empty sentence when it is free again.

    Raises:
        HostGoneError: There is no REAPER with a running bridge; the sentence says how it stands.
    """

    def __init__(
        self,
        resource_path: Path | None = None,
        *,
        connect: Callable[[], Bridge] | None = None,
        on_notice: Notice | None = None,
        on_busy: Notice | None = None,
        calibration_folder: Path | None = None,
    ) -> None:
        connect = connect or (lambda: connect_to_reaper(resource_path))
        self._reaper = Contact(connect, calibration_folder or default_folder(), on_notice, on_busy)
        self._carrier = Carrier(self._reaper)
        self._past = Past(self._reaper, self._carrier)

    def __enter__(self) -> "LiveHost":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of REAPER."""
        self._reaper.close()

    @property
    def last_held_seconds(self) -> float:
        """How long the last write kept REAPER's main thread."""
        return self._carrier.last_held_seconds

    @property
    def was_by_history(self) -> bool:
        """Whether REAPER's own undo or redo made the last change of ours, so that its history has no new step."""
        return self._past.was_by_history

    @property
    def is_alive(self) -> bool:
        """Whether REAPER answered every request so far."""
        return self._reaper.is_alive

    @property
    def project_path(self) -> Path | None:
        """The file of the project as it was when last looked at; None before the project was saved."""
        look = self._reaper.last_look
        return Path(look.project_path) if look is not None and look.project_path else None

    def glance(self) -> tuple[str, int, bool]:
        """Return the path of the project in front, its change count and whether REAPER records, at hardly any cost.

        Raises:
            HostGoneError: REAPER does not answer.
        """
        facts = self._reaper.bridge.request("state", timeout_seconds=_GLANCE_SECONDS)
        return str(facts["path"]), int(facts["change_count"]), bool(int(facts["play_state"]) & _RECORDS)

    def picture(self) -> Picture:
        """Return the last look at the project, with what is not in the session: path, counts, raw facts."""
        return self._reaper.current()

    def snapshot(self) -> Session:
        """Read the project in front and return the session.

        Raises:
            HostGoneError: REAPER does not answer.
        """
        return self._reaper.look().session

    def ledger(self) -> Ledger:
        """Return what our passes wrote into this project that was not undone, and the locks.

        Raises:
            ProjectFileError: The notes in the project are damaged.
        """
        return self._carrier.notes(self._reaper.current()).ledger

    def selected_tracks(self) -> tuple[TrackId, ...]:
        """Return the tracks that are selected, in order."""
        return self._reaper.look().selected

    def sources(self, track_ids: Collection[TrackId]) -> Mapping[TrackId, TrackAudio]:
        """Tell where the sound of these tracks lies; of those behind plug-ins or instruments REAPER renders it.

        Raises:
            HostBusyError: REAPER is recording, playing or rendering.
            StaleValueError: The project changed since the snapshot.
            HostGoneError: REAPER does not answer.
        """
        picture = self._reaper.current()
        written = self._carrier.notes(picture).ledger.written
        ours = {FxId(a.key) for a, c in written.items() if a.kind == "fx" and c.before is None}
        sources = read_sources(picture, track_ids)
        return with_stems(self._reaper.bridge, picture, sources, ours=ours, on_busy=self._reaper.on_busy)

    @contextmanager
    def played(
        self, track_ids: Collection[TrackId], start_seconds: float, end_seconds: float
    ) -> Iterator[Mapping[TrackId, Path]]:
        """Have REAPER render tracks as they play now, fader and all; the files are removed when the block ends.

        Raises:
            HostBusyError: REAPER is recording, playing or rendering.
            StaleValueError: The project changed while REAPER rendered.
            HostGoneError: REAPER does not answer.
        """
        picture = self._reaper.look()
        real = {str(planned): str(own) for planned, own in self._carrier.notes(picture).ledger.fx_names.items()}
        span, on_busy = (start_seconds, end_seconds), self._reaper.on_busy
        with rendered_as_played(self._reaper.bridge, picture, real, track_ids, span, on_busy) as files:
            if replace(self._reaper.look().session, ext_state={}) != replace(picture.session, ext_state={}):
                raise StaleValueError("The project was changed while REAPER rendered.")
            yield files

    def write(
        self,
        plan: MixPlan,
        *,
        label: str,
        taste: str = "",
        audio_keys: Mapping[TrackId, str] | None = None,
        memo: str = "",
    ) -> Pass:
        """Write every change of a plan as one step of REAPER's undo, or none of them, and enter it into the ledger.

        Returns what REAPER shows afterwards; a knob that did not move is in it as it stands.

        Raises:
            StaleValueError: A value, or the project in front, changed since the snapshot.
            PlanError: The plan names something the session does not have, or REAPER cannot do it.
            HostBusyError: REAPER is recording or rendering; nothing was done.
            HostGoneError: REAPER stopped answering; the next contact tells whether the pass is in.
        """
        picture = self._reaper.current()
        notes = self._carrier.notes(picture)
        plan = plan.without_idle
        note = self._new_note(picture)
        written_at = datetime.now().astimezone().isoformat(timespec="seconds")
        entry = Pass(notes.ledger.next_id, label, written_at, (), taste, dict(audio_keys or {}), note, memo=memo)
        if not plan:
            return replace(entry, restore="")
        for change in plan:
            check_change(change)
        plan = checked_plan(picture.session, plan)
        entry = replace(entry, landed=tuple(Landed(change, change.after) for change in plan))
        ledger = replace(notes.ledger, passes=(*notes.ledger.passes, entry))
        after = self._carrier.carry_out(picture, Step(plan, label, ledger, notes.undone))
        self._past.forget()
        landed = tuple(Landed(change, read_value(after.session, change.address)) for change in plan)
        if all(item.has_landed for item in landed):
            return entry
        return self._carrier.corrected(after, replace(entry, landed=landed))

    def revise(self, plan: MixPlan, revision: Revision) -> Pass:
        """Make something else of the last pass: one more step of REAPER's undo, and the same pass in the ledger.

        Raises:
            StaleValueError: A value, or the project in front, changed since the snapshot.
            PlanError: No pass stands, or REAPER cannot do it.
            HostBusyError: REAPER is recording or rendering; nothing was done.
            HostGoneError: REAPER stopped answering; the next contact tells whether it is in.
        """
        picture = self._reaper.current()
        notes = self._carrier.notes(picture)
        if not notes.ledger.passes:
            raise PlanError("No pass of ours stands in the project; make one first.")
        last = notes.ledger.passes[-1]
        plan = plan.without_idle
        for change in plan:
            check_change(change)
        plan = checked_plan(picture.session, plan)
        marked = replace(last, restore=self._new_note(picture))
        entry = marked.revised(revision, plan, with_plan(picture.session, plan))
        ledger = replace(notes.ledger, passes=(*notes.ledger.passes[:-1], entry))
        after = self._carrier.carry_out(picture, Step(plan, step_name(entry), ledger, (*notes.undone, Kept.of(last))))
        self._past.forget()
        landed = marked.revised(revision, plan, after.session)
        return entry if landed == entry else self._carrier.corrected(after, landed)

    def undo(self) -> str | None:
        """Take the last pass back with its revisions and return its label; None where there is none.

        As far as they are REAPER's last steps, REAPER undoes them. Else the values that are still ours are taken
        back in a new step, and what the engineer did since stays.

        Raises:
            HostBusyError: REAPER is recording or rendering; nothing was done.
            HostGoneError: REAPER stopped answering.
        """
        return self._past.undo()

    def redo(self) -> str | None:
        """Put the pass back that was undone last and return its label; None where there is none.

        Where it is REAPER's next step, REAPER redoes it. Else what stands as before it is written again.

        Raises:
            HostBusyError: REAPER is recording or rendering; nothing was done.
            HostGoneError: REAPER stopped answering.
        """
        return self._past.redo(self._write_again)

    def set_locks(self, locks: Mapping[TrackId, frozenset[str]]) -> None:
        """Replace the engineer's locks; a step of its own in REAPER's undo, as REAPER may take notes back with one.

        Raises:
            StaleValueError: Another project came to the front.
            HostBusyError: REAPER is recording or rendering; nothing was done.
            HostGoneError: REAPER stopped answering.
        """
        picture = self._reaper.look()
        notes = self._carrier.notes(picture)
        packed = packed_notes(replace(notes.ledger, locks=dict(locks)), notes.undone, notes.taken_back)
        self._reaper.change("set_notes", picture, _LOCKS, notes=packed)

    def _write_again(self, plan: MixPlan, entry: Pass) -> None:
        self.write(plan, label=entry.label, taste=entry.taste, audio_keys=entry.audio_keys, memo=entry.memo)

    def _new_note(self, picture: Picture) -> str:
        return live_note(secrets.token_hex(6), self._reaper.run_of(picture))
