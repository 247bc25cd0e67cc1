"""What an amount makes of a plug-in, a lane and a plan: 0 does nothing, 1 is itself, switches stay whole."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reaper_bridge.session.address import Address
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.change import Change, MixPlan, NewTrack, PlacedEffect, SendLevel, Value, side_chain_level
from reaper_bridge.session.effects import Effect, Jsfx, ReaComp, ReaGate, trim
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.scaling import scaled_effect, scaled_lane
from reaper_bridge.session.scripts import (
    DE_ESSER_PATH,
    DE_ESSER_THRESHOLD,
    de_esser,
    is_script,
    saturation,
    stereo_enhancer,
    transient_controller,
    waveshaper,
    with_slider,
)
from reaper_bridge.session.units import db_from_linear, linear_from_db

KICK, BASS, BUS = TrackId("{KICK}"), TrackId("{BASS}"), TrackId("{BUS}")
HALVES: list[tuple[Effect, Effect]] = [
    (trim(-6.0), trim(-3.0)),
    (saturation(30.0), saturation(15.0)),
    (waveshaper(30.0), waveshaper(15.0)),
    (transient_controller(40.0, -20.0, -3.0), transient_controller(20.0, -10.0, -1.5)),
    (de_esser(6000.0, -30.0, 5.0, gain_db=2.0), de_esser(6000.0, -30.0, 3.0, gain_db=1.0)),
    (stereo_enhancer(0.0, 140.0, 120.0), stereo_enhancer(50.0, 140.0, 110.0)),
    (ReaGate(-40.0), ReaGate(-40.0)),
    (ReaComp(-20.0, 5.0, side_chain=True), ReaComp(-20.0, 3.0, side_chain=True)),
    (Jsfx("somebody/else", (3.0, None)), Jsfx("somebody/else", (3.0, None))),
]


@pytest.mark.parametrize(("whole", "half"), HALVES, ids=lambda effect: str(effect)[:40])
def test_half_of_a_plug_in_does_half_of_its_work(whole: Effect, half: Effect) -> None:
    assert scaled_effect(whole, 0.5) == half
    assert scaled_effect(whole, 1.0) == whole


def test_nothing_of_a_script_stands_where_it_does_nothing() -> None:
    assert scaled_effect(de_esser(6000.0, -30.0, 5.0, gain_db=2.0), 0.0) == de_esser(6000.0, -30.0, 1.0)
    assert scaled_effect(stereo_enhancer(0.0, 140.0, 120.0), 0.0) == stereo_enhancer(100.0, 140.0, 100.0)
    assert scaled_effect(transient_controller(40.0, -20.0, -3.0), 0.0) == transient_controller(0.0)


def test_a_slider_is_set_in_its_place() -> None:
    moved = with_slider(de_esser(6000.0, -30.0, 5.0), DE_ESSER_THRESHOLD, -24.0)
    assert moved == de_esser(6000.0, -24.0, 5.0)
    assert is_script(Jsfx(DE_ESSER_PATH.lower(), ()), DE_ESSER_PATH)
    assert not is_script(saturation(3.0), DE_ESSER_PATH)


def ride(*levels_db: float, start_seconds: float = 0.0) -> tuple[CurvePoint, ...]:
    return tuple(CurvePoint(start_seconds + n, linear_from_db(db)) for n, db in enumerate(levels_db))


def levels_db(points: tuple[CurvePoint, ...] | None) -> list[float]:
    assert points is not None
    return [db_from_linear(point.value) for point in points]


@given(st.lists(st.floats(-24.0, 12.0), min_size=1, max_size=20), st.floats(0.0, 1.0))
def test_a_ride_goes_in_db_from_nothing(db: list[float], amount: float) -> None:
    assert levels_db(scaled_lane("trim_volume", (), ride(*db), amount)) == pytest.approx([amount * x for x in db])


def test_a_ride_goes_in_db_from_one_of_the_same_times() -> None:
    before, after = ride(-2.0, 0.0, 3.0), ride(2.0, -4.0, 3.0)
    assert levels_db(scaled_lane("trim_volume", before, after, 0.25)) == pytest.approx([-1.0, -1.0, 3.0])


def test_there_is_no_way_between_other_times_other_lanes_and_out_of_a_lane() -> None:
    assert scaled_lane("trim_volume", ride(1.0, start_seconds=0.5), ride(2.0), 0.5) is None
    assert scaled_lane("pan", (), ride(2.0), 0.5) is None
    assert scaled_lane("trim_volume", ride(2.0), (), 0.5) is None


def test_a_point_of_silence_has_a_level_to_come_from() -> None:
    (point,) = scaled_lane("volume", (), (CurvePoint(1.0, 0.0),), 0.5) or ()
    assert db_from_linear(point.value) == pytest.approx(-50.0)


def change(address: Address, before: Value, after: Value, stage: str) -> Change:
    return Change(address, before, after, "1 dB", stage)


DUCKING = (
    change(Address(BASS, "channels"), 2, 4, "ducking"),
    change(Address(KICK, "side_chain", BASS), None, side_chain_level(), "ducking"),
    change(Address(BASS, "fx", "{DUCK}"), None, PlacedEffect(ReaComp(-20.0, 5.0, side_chain=True)), "ducking"),
)
INTO_A_BUS = (
    change(Address(BUS, "track"), None, NewTrack("Bus"), "buses"),
    change(Address(KICK, "send", BUS), None, SendLevel(1.0), "buses"),
    change(Address(KICK, "main_send"), True, False, "buses"),
)


def test_half_of_a_ducking_is_half_of_its_compressor() -> None:
    half = MixPlan(DUCKING).scaled(0.5)
    assert half.changes[:2] == DUCKING[:2]
    assert half.changes[2].after == PlacedEffect(ReaComp(-20.0, 3.0, side_chain=True))
    assert not MixPlan(DUCKING).scaled(0.0)


def test_a_track_goes_into_a_bus_whole_or_not_at_all() -> None:
    room = change(Address(KICK, "send", "{ROOM}"), None, SendLevel(1.0), "space")
    plan = MixPlan((*INTO_A_BUS, room))
    half = plan.scaled(0.5)
    assert half.changes[:3] == INTO_A_BUS
    assert half.changes[3].after == SendLevel(0.5), "a send beside it is no way into the bus"
    group = {Address(KICK, "send", BUS), Address(KICK, "main_send")}
    assert dict(plan.routed) == dict.fromkeys(group, frozenset(group))


def test_half_of_a_parallel_bus_is_half_of_what_is_sent_there() -> None:
    parallel = MixPlan(INTO_A_BUS[:2])
    assert parallel.routed == {}
    assert parallel.scaled(0.5).changes[1].after == SendLevel(0.5)


def test_half_of_a_ride_of_a_plan_is_half_of_it() -> None:
    address = Address(BASS, "envelope", "trim_volume")
    (half,) = MixPlan((change(address, (), ride(4.0, -2.0), "automation"),)).scaled(0.5)
    assert isinstance(half.after, tuple)
    assert levels_db(half.after) == pytest.approx([2.0, -1.0])
    moved = MixPlan((change(address, ride(1.0, start_seconds=9.0), ride(4.0), "automation"),))
    assert moved.scaled(0.5) == moved


@pytest.mark.parametrize("amount", [0.25, 0.5, 1.0])
def test_a_gate_with_a_range_turns_down_by_a_part_of_it_and_stays_at_unity_when_open(amount: float) -> None:
    gate = ReaGate(threshold_db=-30.0, dry_db=-14.0, wet_db=20.0 * math.log10(1.0 - 10 ** (-14.0 / 20.0)))
    scaled = scaled_effect(gate, amount)
    assert isinstance(scaled, ReaGate)
    assert scaled.dry_db == pytest.approx(-14.0 * amount)
    assert 10 ** (scaled.dry_db / 20) + 10 ** (scaled.wet_db / 20) == pytest.approx(1.0)


def test_a_gate_that_shuts_has_no_middle() -> None:
    assert scaled_effect(ReaGate(threshold_db=-30.0), 0.5) == ReaGate(threshold_db=-30.0)
