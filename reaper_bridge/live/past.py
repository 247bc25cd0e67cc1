"""Take passes back and bring them again: through REAPER's own history as far as they are its next steps.

Where the engineer has worked on since, a step of ours takes back what still stands as we wrote it, or writes again
what stands as before.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from reaper_bridge.live.carrying import Carrier, Step
from reaper_bridge.live.contact import Contact
from reaper_bridge.live.inside import UNFINISHED
from reaper_bridge.live.notes import Kept
from reaper_bridge.live.reading import Picture
from reaper_bridge.session.change import MixPlan, same_value
from reaper_bridge.session.ledger import Pass
from reaper_bridge.session.values import read_value

_OUR_STEPS: Final = "First pass "
"""How the label of every pass begins."""
_TAKE_BACK: Final = "Take back: "


@dataclass(frozen=True)
class _Undone:
    """A pass that REAPER undid for us: its label, and the names of the steps that redo it."""

    label: str
    steps: tuple[str, ...]


def step_name(entry: Pass) -> str:
    """Return what REAPER's history calls the step that left a pass as it stands."""
    if entry.revision is None:
        return entry.label
    return entry.revision.label or f"Revise: {entry.label}"


class Past:
    """What was undone in this run, and the way there and back.

    ``was_by_history`` tells whether REAPER's own undo or redo made the last change, so that there is no new step.
    """

    def __init__(self, reaper: Contact, carrier: Carrier) -> None:
        self._reaper = reaper
        self._carrier = carrier
        self._undone: list[_Undone] = []
        self._taken_back: Pass | None = None
        self.was_by_history = False

    def forget(self) -> None:
        """Forget what was undone, since something new was written."""
        self._taken_back = None
        self._undone.clear()
        self.was_by_history = False

    def undo(self) -> str | None:
        """Take the last pass back with its revisions and return its label; as ``LiveHost.undo``."""
        picture = self._reaper.look()
        notes = self._carrier.notes(picture)
        if not notes.ledger.passes:
            return None
        last = notes.ledger.passes[-1]
        steps: list[str] = []
        while self._undone_by_reaper(picture, notes.ledger.passes[-1]):
            steps.append(step_name(notes.ledger.passes[-1]))
            picture = self._reaper.look()
            notes = self._carrier.notes(picture)
            if not notes.ledger.passes or notes.ledger.passes[-1].id != last.id:
                self._undone.append(_Undone(last.label, tuple(reversed(steps))))
                self._taken_back = last
                self.was_by_history = True
                return last.label
        self._take_back(self._reaper.current())
        return last.label

    def redo(self, write: Callable[[MixPlan, Pass], None]) -> str | None:
        """Put the pass back that was undone last and return its label; as ``LiveHost.redo``.

        ``write`` writes what is left of a pass again, as a new one.
        """
        picture = self._reaper.look()
        name = self._redone_by_reaper(picture)
        if name is not None:
            return name
        picture = self._reaper.current()
        notes = self._carrier.notes(picture)
        entry, self._taken_back = self._taken_back, None
        if entry is None and notes.taken_back is not None:
            entry = notes.taken_back.entry
        if entry is None or any(standing.id == entry.id for standing in notes.ledger.passes):
            return None
        our_step = _TAKE_BACK + entry.label
        if picture.undo_name == our_step and self._did("take_back", picture, our_step):
            return entry.label
        session = self._reaper.current().session
        again = MixPlan(tuple(c for c in entry.plan if same_value(read_value(session, c.address), c.before)))
        if not again:
            return None
        write(again, entry)
        return entry.label

    def _take_back(self, picture: Picture) -> None:
        """Take the last pass back in a step of ours."""
        notes = self._carrier.notes(picture)
        *others, entry = notes.ledger.passes
        plan = notes.ledger.take_back(picture.session, entry)
        kept = Kept.of(entry)
        ledger = replace(notes.ledger, passes=tuple(others))
        self._carrier.carry_out(picture, Step(plan, _TAKE_BACK + entry.label, ledger, (*notes.undone, kept), kept))
        self._taken_back = entry
        self.was_by_history = False

    def _redone_by_reaper(self, picture: Picture) -> str | None:
        """Let REAPER redo its next step, or steps, if it is a pass of ours, and return which; else do nothing."""
        name = picture.redo_name or ""
        if self._undone and name == self._undone[-1].steps[0]:
            if not self._did("redo", picture, name):
                return None
            undone = self._undone.pop()
            for step in undone.steps[1:]:
                if not self._did("redo", self._reaper.current(), step):
                    break
            return undone.label
        labels = {step_name(kept.entry) for kept in self._carrier.notes(picture).undone}
        # one that a run before this one undid may be in no note any more: REAPER took the notes back with it
        is_ours = name in labels or (name.startswith(_OUR_STEPS) and not name.endswith(UNFINISHED))
        return name if is_ours and self._did("redo", picture, name) else None

    def _undone_by_reaper(self, picture: Picture, entry: Pass) -> bool:
        """Let REAPER undo its last step if it is this pass, and make sure that it was; else put it back."""
        name = step_name(entry)
        if not entry.mark or picture.undo_name != name:
            return False
        answer = self._reaper.change("take_back", picture, name)
        if not answer["done"]:
            return False
        if entry.mark not in str(answer["mark"]).split():
            return True
        self._did("redo", self._reaper.look(), name)
        return False

    def _did(self, name: str, picture: Picture, label: str) -> bool:
        is_done = bool(self._reaper.change(name, picture, label)["done"])
        self.was_by_history = self.was_by_history or is_done
        return is_done
