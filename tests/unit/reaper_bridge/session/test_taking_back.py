"""What taking a pass back leaves alone: what the engineer moved, and what he uses by now."""

from dataclasses import replace

from reaper_bridge.session.address import Address
from reaper_bridge.session.change import Change, MixPlan, NewTrack, PlacedEffect, SendLevel, Value, side_chain_level
from reaper_bridge.session.effects import ReaComp
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.ledger import Landed, Ledger, Pass
from reaper_bridge.session.model import Send, Session, Track
from reaper_bridge.session.values import read_value, with_plan

KICK, BASS, BUS = TrackId("{KICK}"), TrackId("{BASS}"), TrackId("{BUS}")
START = Session("song", (Track(KICK, "Kick", 0), Track(BASS, "Bass", 1)))
MAIN, INTO = Address(KICK, "main_send"), Address(KICK, "send", BUS)
CHANNELS, SIDE, DUCK = Address(BASS, "channels"), Address(KICK, "side_chain", BASS), Address(BASS, "fx", "{DUCK}")


def change(address: Address, before: Value, after: Value, stage: str) -> Change:
    return Change(address, before, after, "1 dB", stage)


INTO_A_BUS = MixPlan(
    (
        change(Address(BUS, "track"), None, NewTrack("Bus"), "buses"),
        change(INTO, None, SendLevel(1.0), "buses"),
        change(MAIN, True, False, "buses"),
    )
)
DUCKING = MixPlan(
    (
        change(CHANNELS, 2, 4, "ducking"),
        change(SIDE, None, side_chain_level(), "ducking"),
        change(DUCK, None, PlacedEffect(ReaComp(side_chain=True)), "ducking"),
    )
)


def ledger_of(plan: MixPlan) -> Ledger:
    return Ledger((Pass(1, "pass", "2026", tuple(Landed(c, c.after) for c in plan)),))


def taken_back(plan: MixPlan, *by_hand: Change) -> Session:
    session = with_plan(with_plan(START, plan), MixPlan(by_hand))
    ledger = ledger_of(plan)
    return with_plan(session, ledger.take_back(session, ledger.passes[0]))


def test_everything_goes_where_nobody_touched_it() -> None:
    assert taken_back(INTO_A_BUS) == START
    assert taken_back(DUCKING) == START


def test_a_track_whose_send_into_the_bus_was_moved_stays_in_the_bus() -> None:
    """Back in the master it would sound twice."""
    moved = change(INTO, SendLevel(1.0), SendLevel(0.5), "")
    after = taken_back(INTO_A_BUS, moved)
    assert (read_value(after, MAIN), read_value(after, INTO)) == (False, SendLevel(0.5))
    assert after.has_track(BUS)
    session = with_plan(with_plan(START, INTO_A_BUS), MixPlan((moved,)))
    before_us = ledger_of(INTO_A_BUS).before_our_work(session)
    assert (read_value(before_us, MAIN), read_value(before_us, INTO)) == (False, SendLevel(0.5))


def test_a_track_that_the_engineer_put_back_into_the_master_leaves_the_bus() -> None:
    after = taken_back(INTO_A_BUS, change(MAIN, False, True, ""))
    assert after == START


def test_channels_stay_where_a_send_of_the_engineers_arrives_by_now() -> None:
    own = change(Address(KICK, "side_chain", BASS), side_chain_level(), side_chain_level(0.3), "")
    after = taken_back(DUCKING, own)
    assert after.track(BASS).channel_count == 4
    assert after.track(BASS).fx == ()
    assert after.track(KICK).sends == (Send(KICK, BASS, 0.3, destination_channel_index=2),)


def test_channels_stay_where_a_plug_in_of_the_engineers_listens_by_now() -> None:
    own = change(Address(BASS, "fx", "{OWN}"), None, PlacedEffect(ReaComp(side_chain=True)), "")
    after = taken_back(DUCKING, own)
    assert after.track(BASS).channel_count == 4
    assert [slot.id for slot in after.track(BASS).fx] == ["{OWN}"]


def test_a_send_arrives_with_channels_to_arrive_at() -> None:
    plan = MixPlan(DUCKING.changes[1:2])
    assert with_plan(START, plan).track(BASS).channel_count == 4
    wide = replace(START, tracks=(START.tracks[0], replace(START.tracks[1], channel_count=6)))
    assert with_plan(wide, plan).track(BASS).channel_count == 6
