"""Carry a plan into REAPER in one step, and look what came of it."""

from dataclasses import dataclass, replace
from typing import Any, Final

from reaper_bridge.live.connection import BridgeRefusal
from reaper_bridge.live.contact import ANSWER_SECONDS, Asked, Contact
from reaper_bridge.live.notes import Kept, Notes, marks_of, packed_notes, read_notes
from reaper_bridge.live.reading import Picture
from reaper_bridge.live.refusals import moved, translated
from reaper_bridge.live.writing import steps_of
from reaper_bridge.session.change import MixPlan
from reaper_bridge.session.errors import OtherProjectError, StaleValueError
from reaper_bridge.session.ledger import Ledger, Pass

LONG_SECONDS: Final = 1.0
"""A write that holds REAPER longer is announced."""
_ATTEMPTS: Final = 3
_OTHER_PROJECT: Final = (
    "Another project is in front in REAPER; nothing was written. Bring the one you mean to the front, and run it again."
)
_PATIENCE: Final = 5.0
"""How many times as long as estimated a write may take before REAPER counts as gone."""


@dataclass(frozen=True)
class Step:
    """A plan on its way into REAPER: what it is called, the ledger with it, and the passes that were undone.

    ``taken_back`` is the pass that this step takes back, if that is what it is for.
    """

    plan: MixPlan
    label: str
    ledger: Ledger
    undone: tuple[Kept, ...]
    taken_back: Kept | None = None


class Carrier:
    """What writes into REAPER. ``last_held_seconds`` is how long the last write kept REAPER's main thread."""

    def __init__(self, reaper: Contact) -> None:
        self._reaper = reaper
        self.last_held_seconds = 0.0

    def notes(self, picture: Picture) -> Notes:
        return read_notes(picture.facts, picture.session, self._reaper.run_of(picture))

    def carry_out(self, picture: Picture, step: Step) -> Picture:
        """Write a step into REAPER, and look what came of it."""
        for _ in range(_ATTEMPTS):
            try:
                answer = self._write_once(picture, step)
            except BridgeRefusal as refusal:
                if refusal.kind != "count":
                    raise translated(refusal, picture) from refusal
                # something was done since: if nothing that a session shows, our reckoning still holds
                earlier, picture = picture, self._reaper.look()
                if picture.project_handle != earlier.project_handle:
                    raise OtherProjectError(_OTHER_PROJECT) from refusal
                error = moved(earlier.session, picture.session, step.plan)
                if error is not None:
                    raise error from refusal
                continue
            self.last_held_seconds = float(answer["held_seconds"])
            self._reaper.learn(answer)
            return self._reaper.look()
        raise StaleValueError("Somebody keeps working on the project; nothing was written. Run it again.")

    def _write_once(self, picture: Picture, step: Step) -> dict[str, Any]:
        names = self.notes(picture).ledger.fx_names
        costs = self._reaper.calibrations
        steps = steps_of(step.plan, picture, names, costs)
        estimate = steps.units * costs.seconds_per_unit()
        if estimate > LONG_SECONDS:
            self._reaper.on_notice(f"Writing will hold REAPER for about {estimate:.0f} s.")
        marks = marks_of(step.ledger)
        self._reaper.on_busy(f"Writing “{step.label}” into REAPER.")
        try:
            answer = self._reaper.change(
                "write",
                picture,
                step.label,
                seconds=max(ANSWER_SECONDS, _PATIENCE * estimate),
                asked=Asked(step.label, picture.pass_mark, marks),
                expected=steps.expected,
                steps=steps.steps,
                names=dict(names),
                notes=packed_notes(replace(step.ledger, fx_names={}), step.undone, step.taken_back),
                mark=marks,
            )
        finally:
            self._reaper.on_busy("")
        costs.keep_cost(steps.units, float(answer["held_seconds"]))
        return answer

    def corrected(self, after: Picture, entry: Pass) -> Pass:
        """Put what did not land as asked into the notes, too; it is no step of its own."""
        notes = self.notes(after)
        passes = tuple(entry if other.id == entry.id else other for other in notes.ledger.passes)
        packed = packed_notes(replace(notes.ledger, passes=passes), notes.undone, notes.taken_back)
        self._reaper.change("set_notes", after, "", notes=packed)
        return entry
