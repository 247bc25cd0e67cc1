"""Make something else of the pass that stands: less of it, all but some of it, or one change of it alone.

Everything is reckoned from the full pass, which the ledger keeps, never from what stands: 1, then 0.3, then 1 gives
exactly the pass again. What a human moved since, or locked, stays as it is and is told. Each revision is one undo
step of REAPER's own; taking the pass back takes all of it.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from actions.amounts import FullPass, standing_values, trims_of
from actions.mixing.brief import STAGES
from actions.mixing.taste import GENRES, Masking, load_taste
from actions.report.effect_words import effect_title
from actions.report.words import address_words, track_name
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import Change, MixPlan, NewTrack, PlacedEffect, Value, plan_of, same_value
from reaper_bridge.session.errors import PlanError
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.ledger import Ledger, Pass, without_tracks_in_use
from reaper_bridge.session.model import Session
from reaper_bridge.session.revision import Revision, Side
from reaper_bridge.session.values import read_value

ALL: Final = "all"
AMOUNTS: Final = (ALL, *STAGES, "master")
Moves: TypeAlias = Callable[[Mapping[Address, Value]], Mapping[Address, Value]]
"""What is moved on top of a pass: from where its knobs stand, to the knobs that shall stand elsewhere."""


@dataclass(frozen=True)
class Revised:
    """What a revision comes to: the plan from where the session stands, and what stays as it is, in words."""

    plan: MixPlan
    revision: Revision
    kept: tuple[str, ...] = ()


# --- what is wanted -------------------------------------------------------------------------------------------------


def with_amount(revision: Revision, part: str, ratio: float) -> Revision:
    """Return a revision with so much of the whole pass ("all"), or of one stage of it; 0 to 1.

    Raises:
        PlanError: There is no such stage.
    """
    if part not in AMOUNTS:
        raise PlanError(f"There is no part “{part}” of a pass. Choose from: {', '.join(AMOUNTS)}.")
    ratio = min(max(float(ratio), 0.0), 1.0)
    if part == ALL:
        return replace(revision, amount_ratio=ratio)
    others = {name: value for name, value in revision.stage_ratios.items() if name != part}
    return replace(revision, stage_ratios={**others, **({} if ratio >= 1.0 else {part: ratio})})


def with_rejected(revision: Revision, address: Address) -> Revision:
    """Return a revision without one change of the pass; if that was heard alone, all are heard again."""
    alone = None if revision.alone == address else revision.alone
    return replace(revision, rejected=revision.rejected | {address}, alone=alone)


def with_accepted(revision: Revision, address: Address) -> Revision:
    """Return a revision with a change again that was taken out, and with the track that it needs."""
    needed = {address, Address(address.track_id, "track")}
    if address.kind in ("send", "side_chain"):
        needed.add(Address(TrackId(address.key), "track"))
    return replace(revision, rejected=revision.rejected - needed)


def with_alone(revision: Revision, address: Address | None) -> Revision:
    """Return a revision in which one change is heard alone, with None all of them again."""
    return replace(revision, alone=address, hearing="after")


def with_hearing(revision: Revision, side: Side) -> Revision:
    """Return a revision with the pass switched off to compare, or on again."""
    return replace(revision, hearing=side, alone=None if side == "before" else revision.alone)


def with_nudge(revision: Revision, name: str, value: float) -> Revision:
    """Return a revision with a macro move at a value from -1 to 1; 0 is none."""
    others = {key: kept for key, kept in revision.nudges.items() if key != name}
    value = min(max(float(value), -1.0), 1.0)
    return replace(revision, nudges={**others, **({name: value} if value else {})})


# --- what it comes to -------------------------------------------------------------------------------------------------


def last_pass(ledger: Ledger) -> Pass:
    """Return the pass that can be revised.

    Raises:
        PlanError: None stands.
    """
    if not ledger.passes:
        raise PlanError("No pass of ours stands in this project; mix first.")
    return ledger.passes[-1]


def revised(session: Session, ledger: Ledger, wanted: Revision, moves: Moves | None = None) -> Revised:
    """Return what a revision of the last pass comes to; nothing is written.

    Raises:
        PlanError: No pass stands.
    """
    entry = last_pass(ledger)
    plan, stood = entry.full, {change.address: change for change in entry.plan}
    full = FullPass(plan, _masking(), _faders(session, plan, stood), _held(session, ledger, plan, stood))
    values = standing_values(full, wanted)
    # what was moved besides the pass goes back by itself
    values = {**{a: change.before for a, change in stood.items()}, **values}
    if moves is not None:
        values.update(moves(values))
    kept = [a for a in values if a in full.held or (a not in stood and ledger.is_locked(a))]
    done = _plan_to(session, plan, {a: value for a, value in values.items() if a not in kept})
    if kept:
        wished = {**values, **standing_values(replace(full, held={}), wanted)}
        left = {a: stood[a].after if a in stood else read_value(session, a) for a in kept}
        kept = [a for a in kept if not same_value(wished[a], left[a]) and session.has_track(a.track_id)]
    used = [a for a, value in values.items() if a.kind == "track" and value is None and _stays(session, done, a)]
    return Revised(done, wanted, tuple(address_words(address, session) for address in (*kept, *used)))


def _stays(session: Session, plan: MixPlan, address: Address) -> bool:
    """Tell whether a track is there that a plan leaves alone, as somebody uses it."""
    return session.has_track(address.track_id) and plan.at(address) is None


def _plan_to(session: Session, full: MixPlan, values: Mapping[Address, Value]) -> MixPlan:
    """Return the plan from where a session stands to these values, our plug-ins in the order of the full pass."""
    reasons = {change.address: (change.because, change.stage) for change in full}
    changes = [
        Change(a, now, value, *reasons.get(a, ("nudged", "nudge")))
        for a, value in values.items()
        if not same_value(now := read_value(session, a), value)
    ]
    return without_tracks_in_use(session, _in_order(session, full, plan_of(changes)))


def _in_order(session: Session, full: MixPlan, plan: MixPlan) -> MixPlan:
    """Return a plan that puts plug-ins of ours back between those that stand."""
    rank = {c.address.key: c.after.position_index for c in full if isinstance(c.after, PlacedEffect)}
    added = sorted((c for c in plan if _is_added(c)), key=lambda c: rank.get(c.address.key, 0))
    gone = {c.address for c in plan if c.address.kind == "fx" and c.after is None}
    chains: dict[TrackId, list[str]] = {}
    places: dict[Address, int] = {}
    for change in added:
        track_id, own = change.address.track_id, rank.get(change.address.key, 0)
        slots = session.track(track_id).fx if session.has_track(track_id) else ()
        chain = chains.setdefault(track_id, [s.id for s in slots if Address(track_id, "fx", s.id) not in gone])
        after = [i for i, key in enumerate(chain) if rank.get(key, own) < own]
        before = [i for i, key in enumerate(chain) if rank.get(key, own) > own]
        place = before[0] if before else after[-1] + 1 if after else min(own, len(chain))
        chain.insert(place, change.address.key)
        places[change.address] = place
    return MixPlan(
        tuple(
            replace(c, after=replace(c.after, position_index=places[c.address]))
            if c.address in places and isinstance(c.after, PlacedEffect)
            else c
            for c in plan
        )
    )


def _is_added(change: Change) -> bool:
    return change.address.kind == "fx" and change.before is None and isinstance(change.after, PlacedEffect)


def changes_by_importance(entry: Pass) -> tuple[Change, ...]:
    """Return the changes of a full pass, the most audible first."""
    return tuple(sorted(entry.full, key=lambda change: -change.importance))


def change_name(change: Change, session: Session) -> str:
    """Return what people call a change: ``EQ of Lead Vox``, ``fader of Bass``."""
    after = change.after if change.after is not None else change.before
    if isinstance(after, PlacedEffect):
        return f"{effect_title(after.effect)} of {track_name(change.address.track_id, session, (change,))}"
    if isinstance(after, NewTrack):
        return f"track {after.name}"
    return address_words(change.address, session, (change,)).removeprefix("the ")


# --- what stays -------------------------------------------------------------------------------------------------------


def _held(session: Session, ledger: Ledger, full: MixPlan, stood: Mapping[Address, Change]) -> dict[Address, Value]:
    """Return what stays as we last left it, since it is locked or somebody moved it.

    A trim stays with its fader, and a track's way into a bus as a whole: else it would sound twice, or not at all.
    """
    held = {a: change.after for a, change in stood.items() if _is_kept(session, ledger, a, stood)}
    for track_id, trim in trims_of(MixPlan(tuple(stood.values()))).items():
        fader = Address(track_id, "fader")
        if fader in held or _is_kept(session, ledger, fader, stood):
            held[trim.address] = stood[trim.address].after
    for group in set(full.routed.values()):
        if group & held.keys():
            held.update({address: stood[address].after for address in group})
    return held


def _is_kept(session: Session, ledger: Ledger, address: Address, stood: Mapping[Address, Change]) -> bool:
    if ledger.is_locked(address):
        return True
    return address in stood and not same_value(read_value(session, address), stood[address].after)


def _faders(session: Session, full: MixPlan, stood: Mapping[Address, Change]) -> dict[TrackId, float]:
    """Return the faders that the pass left alone, of tracks to which it gave a trim."""
    found: dict[TrackId, float] = {}
    written = {change.address for change in full}
    for track_id in trims_of(full):
        address = Address(track_id, "fader")
        value = stood[address].before if address in stood else read_value(session, address)
        if isinstance(value, float) and address not in written:
            found[track_id] = value
    return found


@functools.cache
def _masking() -> Masking:
    return load_taste(GENRES[0]).masking
