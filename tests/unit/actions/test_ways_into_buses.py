"""A revision of a pass that leads tracks into a bus: each sounds through it or in the master, never both or neither."""

import pytest

from actions.revising import revised
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import Change, MixPlan, NewTrack, SendLevel, Value
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.ledger import Landed, Ledger, Pass
from reaper_bridge.session.model import Session, Track
from reaper_bridge.session.revision import Revision
from reaper_bridge.session.values import read_value, with_plan

KICK, SNARE, BUS = TrackId("{KICK}"), TrackId("{SNARE}"), TrackId("{BUS}")
START = Session("song", (Track(KICK, "Kick", 0), Track(SNARE, "Snare", 1)))


def change(address: Address, before: Value, after: Value) -> Change:
    return Change(address, before, after, "0 dB", "buses")


def way(track: TrackId) -> tuple[Change, ...]:
    into, main = Address(track, "send", BUS), Address(track, "main_send")
    return change(into, None, SendLevel(1.0)), change(main, True, False)


PLAN = MixPlan((change(Address(BUS, "track"), None, NewTrack("Bus")), *way(KICK), *way(SNARE)))
ENTRY = Pass(1, "pass", "2026", tuple(Landed(c, c.after) for c in PLAN))


def ways(session: Session, track: TrackId) -> tuple[Value, Value]:
    return read_value(session, Address(track, "main_send")), read_value(session, Address(track, "send", BUS))


WET = (False, SendLevel(1.0))
DRY = (True, SendLevel(1.0, muted=True))
GONE = (True, None)


@pytest.mark.parametrize(
    ("revision", "kick", "snare"),
    [
        (Revision(amount_ratio=0.5), WET, WET),
        (Revision(amount_ratio=0.3), DRY, DRY),
        (Revision(rejected=frozenset({Address(KICK, "main_send")})), GONE, WET),
        (Revision(rejected=frozenset({Address(BUS, "track")})), GONE, GONE),
    ],
    ids=["half", "a third", "one out", "no bus"],
)
def test_a_revision_takes_a_way_whole(
    revision: Revision, kick: tuple[Value, Value], snare: tuple[Value, Value]
) -> None:
    session = with_plan(START, PLAN)
    after = with_plan(session, revised(session, Ledger((ENTRY,)), revision).plan)
    assert (ways(after, KICK), ways(after, SNARE)) == (kick, snare)


@pytest.mark.parametrize("locked", [False, True])
def test_a_way_that_is_moved_or_locked_stays_and_the_other_goes(locked: bool) -> None:
    session = with_plan(START, PLAN)
    ledger = Ledger((ENTRY,), {KICK: frozenset({"send"})} if locked else {})
    if not locked:
        session = with_plan(session, MixPlan((change(Address(KICK, "send", BUS), SendLevel(1.0), SendLevel(0.5)),)))
    standing = ways(session, KICK)
    after = with_plan(session, revised(session, ledger, Revision(amount_ratio=0.3)).plan)
    assert ways(after, KICK) == standing
    assert ways(after, SNARE) == DRY
