"""The verbs that make something else of the pass that stands, or of how the next one shall be.

Each takes its options from the order; what an option may be is checked here, whoever asked:

=========  =====================================================================================
verb       options
=========  =====================================================================================
amount     ``part``: "all" or one of ``addresses.PARTS``; ``ratio``: 0 to 1
accept     ``change``: its address, as in ``ChangePicture.address``
reject     ``change``
solo       ``change``; ``on``: whether it is heard alone
nudge      ``name``: one of ``picture.NUDGES``; ``value``: -1 to 1
hear       ``side``: "before" or "after" the pass, equally loud; a state, where compare switches
genre      ``name``: a genre, or "auto"; for the next pass
loudness   ``lufs``: how loud the next pass makes the mix
role       ``track``: its id, ``role``: what it is from now on
lock       ``track``; ``on``
include    ``track``; ``on``: whether a pass may change it
=========  =====================================================================================

Of amount, nudge, loudness and hear the last one wins: one that waits is replaced by the next with the same ``part``,
``name`` or nothing.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from actions.meters import Meters
from actions.mixing.taste import genre_name
from actions.nudging import (
    CEILING_DBTP,
    MASTER_FADER,
    NUDGES,
    Reach,
    lowering_db,
    moves_of,
    nudge_words,
    offsets_of,
    reach_of,
)
from actions.progress import Course
from actions.revising import (
    ALL,
    Revised,
    change_name,
    last_pass,
    revised,
    with_accepted,
    with_alone,
    with_amount,
    with_hearing,
    with_nudge,
    with_rejected,
)
from actions.service.addresses import ANY_GENRE, LOUDNESS_LUFS
from actions.service.ears import Ears, listened, pass_key
from actions.service.orders import Done, Order
from analysis.roles import ROLES, Roles, role_named
from reaper_bridge.session.address import Address, parse_address
from reaper_bridge.session.change import Change, Value
from reaper_bridge.session.errors import OtherProjectError, PlanError, StaleValueError
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.ledger import Pass
from reaper_bridge.session.model import Session
from reaper_bridge.session.revision import Revision
from reaper_bridge.session.units import FADER_MAX_DB, db_from_linear, linear_from_db
from reaper_bridge.session.values import read_value

if TYPE_CHECKING:
    from actions.service.session_desk import SessionDesk

ATTEMPTS: Final = 3
"""How often a revision is reckoned anew where somebody moved something meanwhile."""
LEAST_TOLD_DB: Final = 0.05
_ALREADY: Final = "It is so already."


# --- of the pass that stands ------------------------------------------------------------------------------------------


def amount(desk: "SessionDesk", order: Order, course: Course) -> Done:
    """Have so much of the pass, or of one stage of it."""
    part, ratio = _text(order, "part"), _number(order, "ratio", 0.0, 1.0)
    what = "it" if part == ALL else f"its {part}"
    said = f": {100.0 * ratio:.0f} % of {what}"
    return _revised(desk, course, lambda r, _: with_hearing(with_amount(r, part, ratio), "after"), lambda _: said)


def accept(desk: "SessionDesk", order: Order, course: Course) -> Done:
    """Bring a change back that was taken out."""
    return _with_change(desk, order, course, with_accepted, " with “{}” again")


def reject(desk: "SessionDesk", order: Order, course: Course) -> Done:
    """Take a change out."""
    return _with_change(desk, order, course, with_rejected, " without “{}”")


def solo(desk: "SessionDesk", order: Order, course: Course) -> Done:
    """Hear one change alone, or all of them again."""
    if _switch(order, "on"):
        return _with_change(desk, order, course, with_alone, ": “{}” alone")
    address = _address(order)

    def ended(revision: Revision, _: Change) -> Revision:
        # another change may be heard alone by now; that one goes on
        return with_alone(revision, None) if revision.alone == address else revision

    return _revised(
        desk, course, lambda revision, entry: ended(revision, _change(entry, address)), lambda _: _ALL_AGAIN
    )


_ALL_AGAIN: Final = ": all of it again"


def hear(desk: "SessionDesk", order: Order, course: Course) -> Done:
    """Hear the mix before the pass, or after it."""
    side = _text(order, "side")
    if side not in ("before", "after"):
        raise PlanError(f"One can hear “before” or “after”, not “{side}”.")
    if side == "after" and not desk.ledger.passes:
        course.stage("writing")
        label = desk.place.host.redo()
        return Done(
            f"Now after: {label}." if label else "No pass of ours stands in this project; mix first.", bool(label)
        )
    said = ": as it was before" if side == "before" else ": all of it again"
    return _revised(desk, course, lambda revision, _: with_hearing(revision, side), lambda _: said)  # type: ignore[arg-type]


def nudge(desk: "SessionDesk", order: Order, course: Course) -> Done:
    """Make one macro move."""
    name, value = _text(order, "name"), _number(order, "value", -1.0, 1.0)
    if name not in NUDGES:
        raise PlanError(f"There is no nudge “{name}”. Choose from: {', '.join(NUDGES)}.")

    def words(offsets: Mapping[str, float]) -> str:
        return f": {nudge_words(name, offsets.get(name, 0.0))}"

    def nudged(revision: Revision, _: Pass) -> Revision:
        return with_nudge(with_hearing(with_alone(revision, None), "after"), name, value)

    return _revised(desk, course, nudged, words, needs=name)


# --- of passes to come ------------------------------------------------------------------------------------------------


def genre(desk: "SessionDesk", order: Order, course: Course) -> Done:
    """Choose the profile of the next pass."""
    name = _text(order, "name")
    chosen = None if name == ANY_GENRE else genre_name(name)
    desk.choose(replace(desk.choices, genre=chosen))
    return Done(f"The next pass is mixed as {chosen}." if chosen else "The next pass guesses the genre.")


def loudness(desk: "SessionDesk", order: Order, course: Course) -> Done:
    """Choose how loud the next pass makes the mix."""
    lufs = _number(order, "lufs", *LOUDNESS_LUFS)
    desk.choose(replace(desk.choices, loudness_lufs=lufs))
    return Done(f"The next pass aims at {lufs:.1f} LUFS.".replace("-", "−"))


def role(desk: "SessionDesk", order: Order, course: Course) -> Done:
    """Say what a track is."""
    track, name = _track(desk, order), role_named(_text(order, "role"))
    desk.choose(replace(desk.choices, roles={**desk.choices.roles, track: name}))
    return Done(f"“{_name(desk, track)}” is {ROLES[name].title.lower()} from now on.")


def include(desk: "SessionDesk", order: Order, course: Course) -> Done:
    """Let a pass change a track, or keep it as context."""
    track, on = _track(desk, order), _switch(order, "on")
    others = desk.choices.left_out - {track}
    desk.choose(replace(desk.choices, left_out=others if on else others | {track}))
    return Done(f"A pass may change “{_name(desk, track)}”." if on else f"“{_name(desk, track)}” is left as it is.")


def lock(desk: "SessionDesk", order: Order, course: Course) -> Done:
    """Lock every knob of a track, or unlock it."""
    from actions.locking import change_locks

    track, on = _track(desk, order), _switch(order, "on")
    end_for_the_time_being(desk, course)
    course.stage("writing")
    told = change_locks(desk.place.host, [track], ["all"], add=on)
    return Done("; ".join(told) + "." if told else _ALREADY, bool(told))


def end_for_the_time_being(desk: "SessionDesk", course: Course) -> None:
    """Have all of the pass heard again where it is compared, or one change is heard alone, before work goes on."""
    passes = desk.place.host.ledger().passes
    revision = passes[-1].revision if passes else None
    if revision is not None and (revision.hearing == "before" or revision.alone is not None):
        _revised(desk, course, lambda r, _: with_hearing(with_alone(r, None), "after"), lambda _: _ALL_AGAIN)
        desk.read()


VERBS: Final[Mapping[str, tuple[Callable[["SessionDesk", Order, Course], Done], str, bool]]] = {
    "amount": (amount, "How much of it", True),
    "accept": (accept, "Keep a change", True),
    "reject": (reject, "Drop a change", True),
    "solo": (solo, "Hear a change alone", True),
    "hear": (hear, "Hear before or after", True),
    "nudge": (nudge, "Nudge", True),
    "genre": (genre, "Genre", False),
    "loudness": (loudness, "Loudness", False),
    "role": (role, "Role of a track", False),
    "include": (include, "Include a track", False),
    "lock": (lock, "Lock a track", True),
}
"""For each verb: what does it, its name to a person, and whether it writes."""


# --- how a revision is made -------------------------------------------------------------------------------------------

Make = Callable[[Revision, Pass], Revision]
Words = Callable[[Mapping[str, float]], str]


def _revised(desk: "SessionDesk", course: Course, make: Make, words: Words, needs: str = "") -> Done:
    """Make something else of the last pass; reckon anew where somebody moved something meanwhile."""
    for attempt in range(1, ATTEMPTS + 1):
        entry = last_pass(desk.ledger)
        stood = entry.revision or Revision()
        wanted = make(stood, entry)
        if replace(wanted, label=stood.label) == stood:
            return Done(_ALREADY)
        moves = _moves(desk, entry, wanted, course, needs)
        course.stage("writing")
        found = revised(desk.session, desk.ledger, wanted, moves)
        label = f"First pass {entry.id}{words(moves.offsets if moves else {})}"
        try:
            desk.place.host.revise(found.plan, replace(found.revision, label=label))
        except OtherProjectError:
            raise  # what was asked for was meant for the one that was in front
        except StaleValueError:
            if attempt == ATTEMPTS:
                raise
            desk.read()
            continue
        return _told(label, found, moves.note if moves else "")
    raise AssertionError("unreachable")


def _told(label: str, found: Revised, notes: str) -> Done:
    kept = f" As they are yours or locked, these stay: {'; '.join(found.kept)}." if found.kept else ""
    return Done(f"{label}.{notes}{kept}", True, {"changes": len(found.plan), "kept": list(found.kept)})


class _Moves(Protocol):
    """What is moved on top of a pass. Once it was called ``offsets`` are the nudges as far as they go."""

    offsets: Mapping[str, float]
    note: str

    def __call__(self, values: Mapping[Address, Value], /) -> Mapping[Address, Value]: ...


def _moves(desk: "SessionDesk", entry: Pass, wanted: Revision, course: Course, needs: str) -> _Moves | None:
    """Return what is moved on top of the pass.

    Raises:
        PlanError: There is nothing that the nudge ``needs`` to move.
    """
    if wanted.hearing == "before":
        before, after = desk.meters()
        if before.loudness_lufs is None or after.loudness_lufs is None:
            _ears(desk, entry, course)
        return _LevelMatch(desk.session, *desk.meters())
    if wanted.alone is not None or not wanted.nudges:
        return None
    ears = _ears(desk, entry, course)
    reach = reach_of(desk.session, desk.ledger, Roles(desk.roles()), ears.stereo)
    if needs in wanted.nudges and not reach.of(needs):
        raise PlanError(f"There is nothing here that the nudge “{needs}” could move; say what the tracks are first.")
    return _Nudged(desk.session, ears, reach, offsets_of(wanted.nudges))


@dataclass
class _Nudged:
    """The nudges, as far as the peaks of the mix allow."""

    session: Session
    ears: Ears
    reach: Reach
    offsets: Mapping[str, float]
    note: str = ""

    def __call__(self, values: Mapping[Address, Value]) -> Mapping[Address, Value]:
        def at(offsets: Mapping[str, float]) -> dict[Address, Value]:
            return moves_of(self.session, self.reach, offsets)(values)

        peak_of = self.ears.forecast.true_peak_dbtp
        lower_db = lowering_db(self.offsets, lambda offsets: peak_of({**values, **at(offsets)}))
        if lower_db <= LEAST_TOLD_DB:
            return at(self.offsets)
        self.note = f" The master is {lower_db:.1f} dB lower, so that the peaks stay below −{abs(CEILING_DBTP):g} dBTP."
        return {**at(self.offsets), **_master_moved(self.session, values, -lower_db)}


def _master_moved(session: Session, values: Mapping[Address, Value], by_db: float) -> dict[Address, Value]:
    """Return the master fader moved by some dB; nothing for one that is closed."""
    now = values[MASTER_FADER] if MASTER_FADER in values else read_value(session, MASTER_FADER)
    if not isinstance(now, float) or now <= 0.0:
        return {}
    return {MASTER_FADER: min(linear_from_db(db_from_linear(now) + by_db), linear_from_db(FADER_MAX_DB))}


@dataclass
class _LevelMatch:
    """The master fader, so that the mix before is as loud as the one after, as far as its peaks allow."""

    session: Session
    before: Meters
    after: Meters
    offsets: Mapping[str, float] = field(default_factory=dict)
    note: str = ""

    def __call__(self, values: Mapping[Address, Value]) -> Mapping[Address, Value]:
        if self.before.loudness_lufs is None or self.after.loudness_lufs is None:
            self.note = " It is not equally loud: how loud it is was not measured yet."
            return {}
        wanted_db = match_db = self.after.loudness_lufs - self.before.loudness_lufs
        if match_db > 0.0 and self.before.true_peak_dbtp is not None:
            match_db = min(match_db, max(CEILING_DBTP - self.before.true_peak_dbtp, 0.0))
        if wanted_db - match_db > LEAST_TOLD_DB:
            self.note = f" It is {wanted_db - match_db:.1f} dB softer than after: more would clip."
        return _master_moved(self.session, values, match_db)


def _ears(desk: "SessionDesk", entry: Pass, course: Course) -> Ears:
    """Return what is known of the sound; listen again where the pass was made before this service began."""
    if desk.ears is None or desk.ears.of_pass != pass_key(entry):
        chosen = desk.choices.genre or desk.settings.genre
        desk.ears = listened(desk.place.host, entry, chosen, desk.settings.taste, desk.said_roles(), course)
        desk.read()
    return desk.ears


# --- options ----------------------------------------------------------------------------------------------------------


def _with_change(
    desk: "SessionDesk", order: Order, course: Course, make: Callable[[Revision, Address], Revision], words: str
) -> Done:  # fmt: skip
    address = _address(order)
    change = _change(last_pass(desk.ledger), address)
    said = words.format(change_name(change, desk.session))
    return _revised(desk, course, lambda revision, _: make(revision, address), lambda _: said)


def _change(entry: Pass, address: Address) -> Change:
    change = entry.full.at(address)
    if change is None:
        raise PlanError("The last pass has no such change; look at the list again.")
    return change


def _address(order: Order) -> Address:
    return parse_address(_text(order, "change"))


def _track(desk: "SessionDesk", order: Order) -> TrackId:
    return desk.session.find(_text(order, "track")).id


def _name(desk: "SessionDesk", track_id: TrackId) -> str:
    track = desk.session.track(track_id)
    return track.name.strip() or f"Track {track.index + 1}"


def _text(order: Order, name: str) -> str:
    value = order.options.get(name)
    if not isinstance(value, str) or not value:
        raise PlanError(f"“{order.do}” needs {name}.")
    return value


def _number(order: Order, name: str, low: float, high: float) -> float:
    value: Any = order.options.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise PlanError(f"“{order.do}” needs {name}, a number from {low:g} to {high:g}.")
    return min(max(float(value), low), high)


def _switch(order: Order, name: str) -> bool:
    value = order.options.get(name)
    if not isinstance(value, bool):
        raise PlanError(f"“{order.do}” needs {name}, yes or no.")
    return value
