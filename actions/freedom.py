"""Which tracks a pass may change, and on what ground it stands.

* The first pass: every track.
* A later pass with the same taste: the tracks that came since, or whose audio changed; the others are context.
* A later pass with another taste: every track again.
* Named tracks: these, and the buses that nothing else flows through; everything else is context. Those that the
  last pass mixed to the same taste stay as they are as long as the whole session is as it left it.
* Tracks that are left out: none of them, ever.

Whatever the engineer locked or moved since we wrote it is protected in every case.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from actions.mixing.brief import KNOB_STAGES, LABELS, RIDE_LANE, STAGES, fx_id
from actions.mixing.routing import next_track
from reaper_bridge.session.address import KINDS, Address, Kind
from reaper_bridge.session.change import Change, MixPlan
from reaper_bridge.session.codes import LANES
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.ledger import Ledger
from reaper_bridge.session.model import Session
from reaper_bridge.session.values import with_plan


@dataclass(frozen=True)
class Freedom:
    """``base`` is the session less our own earlier work that may be done again, ``untouched`` less all of it."""

    tracks: frozenset[TrackId]
    protected: frozenset[Address]
    base: Session
    untouched: Session
    is_first_pass: bool


WAYS: Final = frozenset({"send", "side_chain", "main_send", "channels"})
"""What leads from one track to another goes with the stage that wanted it."""


def freedom(
    session: Session,
    ledger: Ledger,
    *,
    named: Collection[TrackId],
    taste: str,
    audio_keys: Mapping[TrackId, str],
    stages: frozenset[str],
    left_out: Collection[TrackId] = (),
    is_as_left: bool = False,
) -> Freedom:
    """Return what a pass may change. ``left_out`` are tracks that are context until somebody lets them in.

    ``is_as_left`` says that all of the session is as the last pass left it.
    """
    tracks = _due(session, ledger, taste, audio_keys)
    if named:
        tracks = tracks & frozenset(named) if is_as_left else frozenset(named) | _buses_of(session, frozenset(named))
    tracks -= frozenset(left_out)
    protected = frozenset(ledger.theirs(session) | set(_locked(session, ledger)))
    redone = [
        change.inverse
        for address, change in ledger.ours(session).items()
        if _is_redone(change, tracks, stages) and address not in protected
    ]
    base = with_plan(session, MixPlan(tuple(redone)))
    return Freedom(tracks, protected, base, ledger.before_our_work(session), not ledger.passes)


def _buses_of(session: Session, named: frozenset[TrackId]) -> frozenset[TrackId]:
    """Return the folders and buses that nothing but named tracks flows through: they are mixed with them."""
    feeding: dict[TrackId, set[TrackId]] = {}
    for track in session.tracks:
        following = next_track(session, track)
        if following is not None:
            feeding.setdefault(following, set()).add(track.id)
    found: set[TrackId] = set()
    while True:
        more = {
            bus
            for bus, sources in feeding.items()
            if bus not in found and not session.track(bus).item_count and sources <= named | found
        }
        if not more:
            return frozenset(found)
        found |= more


def _due(session: Session, ledger: Ledger, taste: str, audio_keys: Mapping[TrackId, str]) -> frozenset[TrackId]:
    """Return the tracks that are new, sound different, or were mixed to another taste."""
    mixed: dict[TrackId, tuple[str, str]] = {}
    for entry in ledger.passes:
        for track_id, key in entry.audio_keys.items():
            mixed[track_id] = (entry.taste, key)
    return frozenset(
        track.id for track in session.tracks if mixed.get(track.id) != (taste, audio_keys.get(track.id, ""))
    )


def _locked(session: Session, ledger: Ledger) -> Iterable[Address]:
    """Return the addresses that locks cover: the plain knobs, and our plug-ins, sends and lanes on that track."""
    for track_id, kinds in ledger.locks.items():
        everything = "all" in kinds
        for kind, facts in KINDS.items():
            if facts.key or not (everything or kind in kinds):
                continue
            yield Address(track_id, kind)
        if everything or "fx" in kinds:
            yield from (Address(track_id, "fx", fx_id(track_id, knob)) for knob in LABELS)
        sends: tuple[Kind, ...] = ("send", "side_chain")
        for kind in sends:
            if everything or kind in kinds:
                yield from (Address(track_id, kind, t.id) for t in session.tracks if t.id != track_id)
        if everything or "envelope" in kinds:
            yield from (Address(track_id, "envelope", lane) for lane in LANES)


def _is_redone(change: Change, tracks: frozenset[TrackId], stages: frozenset[str]) -> bool:
    """Tell whether a value of ours is reckoned anew: its track is free and its stage is asked for.

    Return tracks and their plug-ins stay: a later pass reuses them.
    """
    address = change.address
    knob = _knob(address)
    if address.track_id not in tracks or knob not in KNOB_STAGES:
        return False
    wanted = KNOB_STAGES[knob]
    if change.stage in STAGES and (address.kind in WAYS or change.stage not in wanted):
        wanted = (change.stage,)
    return bool(stages & set(wanted))


def _knob(address: Address) -> str:
    """Return the knob at an address by the names of ``KNOB_STAGES``; another word for what is none."""
    if address.kind == "fx":
        return next((knob for knob in LABELS if address.key == fx_id(address.track_id, knob)), "a plug-in")
    return "ride" if address == Address(address.track_id, "envelope", RIDE_LANE) else address.kind
