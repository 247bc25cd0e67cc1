"""The session open in a running REAPER as a host: read in one visit, written and undone in one step of REAPER's own.

Between two visits the engineer works on; so whatever is written is checked inside REAPER, in the call that writes it.
"""

import secrets
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from reaper_bridge.live.calibration import CalibrationCache, Knot, default_folder
from reaper_bridge.live.connection import Bridge, BridgeRefusal
from reaper_bridge.live.connection import connect as connect_to_reaper
from reaper_bridge.live.knobs import Facts
from reaper_bridge.live.notes import Notes, fx_names, marks_of, packed_notes, read_notes
from reaper_bridge.live.plugins import calibration_key
from reaper_bridge.live.reading import Picture, read_picture
from reaper_bridge.live.sources import read_sources
from reaper_bridge.live.writing import steps_of
from reaper_bridge.session.audio import TrackAudio
from reaper_bridge.session.change import MixPlan, same_value
from reaper_bridge.session.checking import checked_plan, place_of
from reaper_bridge.session.errors import HostGoneError, PlanError, StaleValueError
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.ledger import Landed, Ledger, Pass, live_note
from reaper_bridge.session.limits import check_change
from reaper_bridge.session.model import Session
from reaper_bridge.session.values import read_value

LONG_SECONDS: Final = 1.0
"""A write that holds REAPER longer is announced."""
WRITE_SECONDS: Final = 30.0
_GLANCE_SECONDS: Final = 3.0
_ATTEMPTS: Final = 3
_OUR_STEPS: Final = "First pass "
"""How the label of every pass begins, see ``actions.first_pass.label_of``."""
_TAKE_BACK: Final = "Take back: "

Notice = Callable[[str], None]


@dataclass(frozen=True)
class _Step:
    """A plan on its way into REAPER: what it is called, and the ledger that stands when it is in."""

    plan: MixPlan
    label: str
    ledger: Ledger
    undone: tuple[Pass, ...]


@dataclass(frozen=True)
class _Lost:
    """A write whose answer did not come: how it is called, and the marks that stand if it was done."""

    label: str
    marks_before: str
    marks: str

    def is_in(self, picture: Picture) -> bool:
        """Tell whether it was done, from how the project looks now."""
        if set(self.marks.split()) == set(self.marks_before.split()):
            return picture.undo_name == self.label
        return set(self.marks.split()) == set(picture.pass_mark.split())


class LiveHost:
    """The project in front in the REAPER that runs on this computer.

    ``last_held_seconds`` is how long the last write kept REAPER's main thread. ``on_notice`` is told sentences the
    user should read: that a write will take long, and what became of one whose answer was lost. ``on_busy`` is told
    what REAPER is kept busy with.
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
        self._connect = connect or (lambda: connect_to_reaper(resource_path))
        self.on_notice = on_notice
        self.on_busy = on_busy
        self.last_held_seconds = 0.0
        self._bridge = self._connect()
        folder = calibration_folder or default_folder()
        self._cache = CalibrationCache(str(self._bridge.hello.get("reaper_version", "")), folder)
        self._picture: Picture | None = None
        self._undone: list[str] = []
        self._taken_back: Pass | None = None
        self._lost: _Lost | None = None

    def __enter__(self) -> "LiveHost":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of REAPER."""
        self._bridge.close()

    @property
    def is_alive(self) -> bool:
        """Whether REAPER answered every request so far."""
        return self._bridge.is_alive

    @property
    def project_path(self) -> Path | None:
        """The file of the project as it was when last looked at; None before the project was saved."""
        return Path(self._picture.project_path) if self._picture and self._picture.project_path else None

    def snapshot(self) -> Session:
        """Read the project in front and return the session.

        Raises:
            HostGoneError: REAPER does not answer.
        """
        return self._look().session

    def glance(self) -> tuple[str, int]:
        """Return the path of the project in front and its change count, at hardly any cost to REAPER.

        Raises:
            HostGoneError: REAPER does not answer.
        """
        facts = self._alive().request("state", timeout_seconds=_GLANCE_SECONDS)
        return str(facts["path"]), int(facts["change_count"])

    def picture(self) -> Picture:
        """Return the last look at the project, with what is not in the session: project, counts, raw facts."""
        return self._current()

    def ledger(self) -> Ledger:
        """Return what our passes wrote into this project that was not undone, and the locks.

        Raises:
            ProjectFileError: The notes in the project are damaged.
        """
        return self._notes(self._current()).ledger

    def selected_tracks(self) -> tuple[TrackId, ...]:
        """Return the tracks that are selected, in order."""
        return self._look().selected

    def sources(self, track_ids: Collection[TrackId]) -> Mapping[TrackId, TrackAudio]:
        """Tell where the sound of these tracks lies, before their FX."""
        return read_sources(self._current(), track_ids)

    def write(
        self,
        plan: MixPlan,
        *,
        label: str,
        taste: str = "",
        audio_keys: Mapping[TrackId, str] | None = None,
    ) -> Pass:
        """Write every change of a plan as one step of REAPER's undo, or none of them, and enter it into the ledger.

        Returns what REAPER shows afterwards; a knob that did not move is in it as it stands.

        Raises:
            StaleValueError: A value, or the project in front, changed since the snapshot.
            PlanError: The plan names something the session does not have, or REAPER cannot do it.
            HostBusyError: REAPER is recording or rendering; nothing was done.
            HostGoneError: REAPER stopped answering; the next contact tells whether the pass is in.
        """
        picture = self._current()
        notes = self._notes(picture)
        plan = plan.without_idle
        note = live_note(secrets.token_hex(6), self._run(picture))
        written_at = datetime.now().astimezone().isoformat(timespec="seconds")
        entry = Pass(
            notes.ledger.next_id,
            label,
            written_at,
            (),
            taste,
            dict(audio_keys or {}),
            note,
        )
        if not plan:
            return replace(entry, restore="")
        for change in plan:
            check_change(change)
        plan = checked_plan(picture.session, plan)
        entry = replace(entry, landed=tuple(Landed(change, change.after) for change in plan))
        ledger = replace(notes.ledger, passes=(*notes.ledger.passes, entry))
        after = self._carry_out(picture, _Step(plan, label, ledger, notes.undone))
        self._taken_back = None
        self._undone.clear()
        landed = tuple(Landed(change, read_value(after.session, change.address)) for change in plan)
        if all(item.has_landed for item in landed):
            return entry
        return self._correct(after, replace(entry, landed=landed))

    def undo(self) -> str | None:
        """Take the last pass back and return its label; None where there is none.

        Where it is REAPER's last step, REAPER undoes it. Else the values that are still ours are taken back in a
        new step, and what the engineer did since stays.

        Raises:
            HostBusyError: REAPER is recording or rendering; nothing was done.
            HostGoneError: REAPER stopped answering.
        """
        picture = self._look()
        notes = self._notes(picture)
        if not notes.ledger.passes:
            return None
        entry = notes.ledger.passes[-1]
        if entry.mark and picture.undo_name == entry.label and self._undo_in_reaper(picture, entry):
            self._undone.append(entry.label)
            return entry.label
        ledger = replace(notes.ledger, passes=notes.ledger.passes[:-1])
        plan = notes.ledger.take_back(picture.session, entry)
        self._carry_out(picture, _Step(plan, _TAKE_BACK + entry.label, ledger, (*notes.undone, entry)))
        self._taken_back = entry
        return entry.label

    def redo(self) -> str | None:
        """Put the pass back that was undone last and return its label; None where there is none.

        Where it is REAPER's next step, REAPER redoes it. Else what stands as before it is written again.

        Raises:
            HostBusyError: REAPER is recording or rendering; nothing was done.
            HostGoneError: REAPER stopped answering.
        """
        picture = self._look()
        notes = self._notes(picture)
        labels = {entry.label for entry in notes.undone} | set(self._undone)
        # a run before this one may have undone it; then REAPER has taken our notes back with it
        is_ours = picture.redo_name in labels or (picture.redo_name or "").startswith(_OUR_STEPS)
        if picture.redo_name and is_ours and self._ask("redo", picture, picture.redo_name)["done"]:
            return picture.redo_name
        entry = self._taken_back
        if entry is None:
            return None
        self._taken_back = None
        taken_back = _TAKE_BACK + entry.label
        if picture.undo_name == taken_back and self._ask("take_back", picture, taken_back)["done"]:
            return entry.label
        again = tuple(c for c in entry.plan if same_value(read_value(picture.session, c.address), c.before))
        return self.write(MixPlan(again), label=entry.label, taste=entry.taste, audio_keys=entry.audio_keys).label

    def set_locks(self, locks: Mapping[TrackId, frozenset[str]]) -> None:
        """Replace the engineer's locks; a step of its own in REAPER's undo.

        Raises:
            StaleValueError: Another project is in front.
            HostBusyError: REAPER is recording or rendering; nothing was done.
            HostGoneError: REAPER stopped answering.
        """
        picture = self._look()
        notes = self._notes(picture)
        packed = packed_notes(replace(notes.ledger, locks=dict(locks)), notes.undone)
        request = {**self._request(picture, "First Pass: locks"), "notes": packed}
        self._send("set_notes", request)
        self._picture = None

    # --- looking ---

    def _current(self) -> Picture:
        return self._picture if self._picture is not None else self._look()

    def _look(self) -> Picture:
        """Look at the project; a connection that died is made anew once."""
        try:
            facts = self._alive().request("snapshot")
        except HostGoneError:
            self._reconnect()
            facts = self._bridge.request("snapshot")
        self._picture = read_picture(facts, fx_names=fx_names(facts), calibration=self._cache)
        self._tell_lost(self._picture)
        return self._picture

    def _notes(self, picture: Picture) -> Notes:
        return read_notes(picture.facts, picture.session, self._run(picture))

    def _run(self, picture: Picture) -> str:
        """Name this run of REAPER with this project."""
        return f"{self._bridge.hello.get('pid', '')}:{picture.project_handle.rpartition('x')[2]}"

    def _alive(self) -> Bridge:
        if not self._bridge.is_alive:
            self._reconnect()
        return self._bridge

    def _reconnect(self) -> None:
        self._bridge.close()
        self._bridge = self._connect()

    def _tell_lost(self, picture: Picture) -> None:
        """Say what became of a write whose answer was lost."""
        if self._lost is None:
            return
        lost, self._lost = self._lost, None
        sentence = f"“{lost.label}” is in the project." if lost.is_in(picture) else "Nothing was written."
        self._tell(self.on_notice, sentence)

    @staticmethod
    def _tell(listener: Notice | None, sentence: str) -> None:
        if listener is not None:
            listener(sentence)

    # --- writing ---

    def _carry_out(self, picture: Picture, step: _Step) -> Picture:
        """Write a step into REAPER, and look what came of it."""
        for _ in range(_ATTEMPTS):
            try:
                answer = self._write_once(picture, step)
                break
            except BridgeRefusal as refusal:
                if refusal.kind != "count":
                    raise self._translated(refusal, picture, step.plan) from refusal
                # something was done since: if nothing that a session shows, our reckoning still holds
                earlier, picture = picture, self._look()
                if replace(earlier.session, ext_state={}) != replace(picture.session, ext_state={}):
                    raise _moved(earlier.session, picture.session, step.plan) from refusal
        else:
            raise StaleValueError("Somebody keeps working on the project; nothing was written. Run it again.")
        self.last_held_seconds = float(answer["held_seconds"])
        self._learn(picture, answer)
        return self._look()

    def _write_once(self, picture: Picture, step: _Step) -> dict[str, Any]:
        names = self._notes(picture).ledger.fx_names
        steps = steps_of(step.plan, picture, names, self._cache)
        estimate = steps.units * self._cache.seconds_per_unit()
        if estimate > LONG_SECONDS:
            self._tell(self.on_notice, f"Writing will hold REAPER for about {estimate:.0f} s.")
        self._tell(self.on_busy, f"Writing “{step.label}”")
        marks = marks_of(step.ledger)
        request = {
            **self._request(picture, step.label, seconds=max(WRITE_SECONDS, 5.0 * estimate)),
            "expected": steps.expected,
            "steps": steps.steps,
            "names": dict(names),
            "notes": packed_notes(replace(step.ledger, fx_names={}), step.undone),
            "mark": marks,
        }
        lost = _Lost(step.label, picture.pass_mark, marks)
        answer = self._send("write", request, lost, timeout_seconds=max(WRITE_SECONDS, 5.0 * estimate))
        self._cache.keep_cost(steps.units, float(answer["held_seconds"]))
        return answer

    def _correct(self, after: Picture, entry: Pass) -> Pass:
        """Put what did not land as asked into the notes, too; it is no step of its own."""
        notes = self._notes(after)
        passes = tuple(entry if other.mark == entry.mark else other for other in notes.ledger.passes)
        packed = packed_notes(replace(notes.ledger, passes=passes), notes.undone)
        self._send("set_notes", {**self._request(after, ""), "notes": packed})
        self._picture = None
        return entry

    def _undo_in_reaper(self, picture: Picture, entry: Pass) -> bool:
        """Let REAPER undo its last step, and make sure that it was this pass; else put it back."""
        answer = self._ask("take_back", picture, entry.label)
        if not answer["done"]:
            return False
        if entry.mark not in str(answer["mark"]).split():
            return True
        self._ask("redo", self._look(), entry.label)
        self._look()
        return False

    def _ask(self, name: str, picture: Picture, label: str) -> dict[str, Any]:
        answer = self._send(name, self._request(picture, label))
        self._picture = None
        return answer

    def _request(self, picture: Picture, label: str, seconds: float = WRITE_SECONDS) -> dict[str, Any]:
        project = {
            "handle": picture.project_handle,
            "path": picture.project_path,
            "change_count": picture.change_count,
        }
        return {"project": project, "label": label, "not_after": time.time() + seconds}

    def _send(
        self, name: str, request: dict[str, Any], lost: _Lost | None = None, timeout_seconds: float = WRITE_SECONDS
    ) -> dict[str, Any]:
        """Ask REAPER to change something; a question is never asked twice, since it may have been heard."""
        try:
            answer: dict[str, Any] = self._alive().request(name, request, timeout_seconds=timeout_seconds)
            return answer
        except HostGoneError as error:
            self._picture = None
            if lost is None:
                raise
            self._lost = lost
            raise HostGoneError(
                f"REAPER stopped answering while “{lost.label}” was written. It is in the project wholly or not at"
                " all; the next run tells which."
            ) from error
        except BridgeRefusal as refusal:
            if refusal.kind in ("project", "late"):
                self._picture = None
                raise StaleValueError(f"{refusal} Bring it to the front, and run it again.") from refusal
            raise

    def _translated(self, refusal: BridgeRefusal, picture: Picture, plan: MixPlan) -> Exception:
        """Return the error of the port for a refusal of the agent."""
        if refusal.kind == "moved":
            track_id = TrackId(str(refusal.details.get("track", "")))
            place = picture.session.track(track_id).name if picture.session.has_track(track_id) else track_id
            self._picture = None
            return StaleValueError(f"Something on “{place}” moved while we worked; nothing was written. Run it again.")
        if refusal.kind == "failed":
            self._picture = None
            return PlanError(f"{refusal} Nothing was written.")
        return refusal

    def _learn(self, picture: Picture, answer: Facts) -> None:
        """Keep what the displays said where they did not follow our laws."""
        for ident, index, raw, shown in answer["turned"]:
            calibration = self._cache[calibration_key({"fx_ident": ident})]
            self._cache.keep(calibration.with_knots(int(index), [Knot(float(raw), float(shown))]))
        for ident in answer["refused_chunks"]:
            calibration = self._cache[calibration_key({"fx_ident": ident})]
            self._cache.keep(replace(calibration, takes_chunk=False))


def _moved(earlier: Session, now: Session, plan: MixPlan) -> StaleValueError:
    """Return the error that names what moved."""
    for change in plan:
        if not same_value(read_value(now, change.address), change.before) and change.before is not None:
            return StaleValueError(
                f"{place_of(earlier, change)} was moved while we worked; nothing was written. Run it again."
            )
    before = {track.id: track for track in (*earlier.tracks, earlier.master)}
    names = [t.name for t in (*now.tracks, now.master) if before.get(t.id) != t]
    what = f"“{names[0]}” was" if names else "The project was"
    return StaleValueError(f"{what} changed while we worked; nothing was written. Run it again.")
