"""Where knobs stand by an amount: levels in dB, trims unheard, equalisers band by band; the full pass is itself."""

from dataclasses import replace

import pytest

from actions.amounts import FullPass, between, is_out, standing_values
from actions.mixing.brief import fx_id
from actions.mixing.taste import load_taste
from reaper_bridge.session.address import Address
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.change import Change, MixPlan, NewTrack, PlacedEffect, SendLevel, Value, side_chain_level
from reaper_bridge.session.effects import EqBand, Jsfx, ReaComp, ReaEq, ReaGate, trim
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.revision import Revision
from reaper_bridge.session.scripts import de_esser
from reaper_bridge.session.units import db_from_linear, linear_from_db

MASKING = load_taste("pop").masking
VOX, ROOM = TrackId("{VOX}"), TrackId("{ROOM}")
FADER, PAN = Address(VOX, "fader"), Address(VOX, "pan")
TRIM, EQ, COMP = (Address(VOX, "fx", fx_id(VOX, knob)) for knob in ("trim", "eq", "comp"))
SEND, TRACK = Address(VOX, "send", ROOM), Address(ROOM, "track")
CORRECTIVE = EqBand("bell", 300.0, -4.0, 0.5)
UNMASKING = EqBand("bell", 1000.0, -2.0, MASKING.bandwidth_octaves)
PLAN = MixPlan(
    (
        Change(TRIM, None, PlacedEffect(trim(10.0), "First Pass Trim", 0), "10 dB", "gain"),
        Change(EQ, None, PlacedEffect(ReaEq((CORRECTIVE, UNMASKING)), "First Pass EQ", 1), "4 dB", "tone"),
        Change(COMP, None, PlacedEffect(ReaComp(-20.0, 3.0, wet_db=2.0), "First Pass Comp", 2), "3 dB", "dynamics"),
        Change(FADER, 1.0, linear_from_db(-16.0), "-6 dB", "balance"),
        Change(PAN, 0.0, 0.4, "40 %", "pan"),
        Change(TRACK, None, NewTrack("Room"), "one space", "space"),
        Change(SEND, None, SendLevel(0.5), "-6 dB", "space"),
    )
)
FULL = FullPass(PLAN, MASKING)


def at(revision: Revision, address: Address, full: FullPass = FULL) -> Value:
    return standing_values(full, revision)[address]


def fader_db(revision: Revision, full: FullPass = FULL) -> float:
    value = at(revision, FADER, full)
    assert isinstance(value, float)
    return db_from_linear(value)


def plugin(revision: Revision, address: Address) -> PlacedEffect:
    value = at(revision, address)
    assert isinstance(value, PlacedEffect)
    return value


def test_the_full_pass_is_itself() -> None:
    assert standing_values(FULL, Revision()) == {change.address: change.after for change in PLAN}


@pytest.mark.parametrize(("ratio", "level_db"), [(0.25, -1.5), (0.5, -3.0), (1.0, -6.0)])
def test_an_amount_of_the_balance_is_one_of_the_level(ratio: float, level_db: float) -> None:
    assert fader_db(Revision(stage_ratios={"balance": ratio})) + 10.0 == pytest.approx(level_db)


@pytest.mark.parametrize("ratio", [0.0, 0.3, 1.0])
def test_an_amount_of_the_gain_is_not_heard(ratio: float) -> None:
    revision = Revision(stage_ratios={"gain": ratio})
    placed = plugin(revision, TRIM)
    assert isinstance(placed.effect, Jsfx)
    gain_db = (placed.effect.sliders[0] or 0.0) if placed.enabled else 0.0
    assert gain_db == pytest.approx(10.0 * ratio)
    assert fader_db(revision) + gain_db == pytest.approx(-6.0)
    comp = plugin(revision, COMP).effect
    assert isinstance(comp, ReaComp)
    assert comp.threshold_db - gain_db == pytest.approx(-30.0)


def test_a_fader_that_the_pass_left_alone_takes_back_a_trim_that_goes() -> None:
    full = FullPass(PLAN.without({FADER}), MASKING, faders={VOX: 0.5})
    assert fader_db(Revision(), full) == pytest.approx(db_from_linear(0.5))
    gone_db = fader_db(Revision(rejected=frozenset({TRIM})), full)
    assert gone_db == pytest.approx(db_from_linear(0.5) + 10.0)


def test_bands_of_an_equaliser_go_by_what_they_are_for() -> None:
    eq = plugin(Revision(stage_ratios={"tone": 0.5, "masking": 0.0}), EQ).effect
    assert eq == ReaEq((replace(CORRECTIVE, gain_db=-2.0),))


def test_an_equaliser_without_any_band_is_bypassed() -> None:
    placed = plugin(Revision(stage_ratios={"tone": 0.0, "masking": 0.0}), EQ)
    assert not placed.enabled


def test_a_compressor_goes_by_its_ratio() -> None:
    comp = plugin(Revision(stage_ratios={"dynamics": 0.5}), COMP).effect
    assert isinstance(comp, ReaComp)
    assert (comp.ratio, comp.wet_db) == (2.0, 1.0)


def test_nothing_of_it_sounds_as_before_and_removes_nothing() -> None:
    values = standing_values(FULL, Revision(amount_ratio=0.0))
    assert (values[FADER], values[PAN]) == (1.0, 0.0)
    assert all(isinstance(values[a], PlacedEffect) and not values[a].enabled for a in (TRIM, EQ, COMP))  # type: ignore[union-attr]
    assert values[SEND] == SendLevel(0.5, muted=True)
    assert values[TRACK] == NewTrack("Room")


def test_what_is_taken_out_is_gone() -> None:
    values = standing_values(FULL, Revision(rejected=frozenset({EQ, PAN, SEND})))
    assert (values[EQ], values[PAN], values[SEND]) == (None, 0.0, None)


def test_a_track_that_is_taken_out_takes_its_sends_along() -> None:
    revision = Revision(rejected=frozenset({TRACK}))
    assert is_out(FULL, revision, SEND)
    assert (at(revision, TRACK), at(revision, SEND)) == (None, None)


def test_one_alone_switches_the_others_off() -> None:
    values = standing_values(FULL, Revision(alone=PAN))
    assert (values[PAN], values[FADER]) == (0.4, 1.0)
    assert values[SEND] == SendLevel(0.5, muted=True)


def test_what_is_held_stays_and_its_fader_reckons_with_it() -> None:
    held = {TRIM: PlacedEffect(trim(4.0), "First Pass Trim", 0)}
    full = FullPass(PLAN, MASKING, held=held)
    assert at(Revision(), TRIM, full) == held[TRIM]
    assert fader_db(Revision(), full) == pytest.approx(-10.0)


def test_a_fader_never_goes_beyond_its_travel() -> None:
    loud = Change(FADER, 1.0, linear_from_db(8.0), "8 dB", "balance")
    full = FullPass(MixPlan((PLAN.changes[0], loud)), MASKING)
    assert fader_db(Revision(rejected=frozenset({TRIM})), full) == pytest.approx(12.0)


@pytest.mark.parametrize(
    ("before", "after", "ratio", "middle"),
    [
        (0.0, 1.0, 0.25, 0.25),
        (False, True, 0.4, False),
        (False, True, 0.6, True),
        (float("-inf"), 0.0, 0.9, 0.0),
        ((0.0, 2.0), (1.0, 4.0), 0.5, (0.5, 3.0)),
        ((0.0,), (1.0, 4.0), 0.4, (0.0,)),
        (ReaComp(-10.0, 2.0), ReaComp(-20.0, 4.0), 0.5, ReaComp(-15.0, 3.0)),
        (None, SendLevel(0.5), 0.4, None),
    ],
)
def test_what_lies_between_two_values(before: object, after: object, ratio: float, middle: object) -> None:
    assert between(before, after, ratio) == middle


# --- ways into buses, side chains and rides -------------------------------------------------------------------------

KICK, BUS = TrackId("{KICK}"), TrackId("{BUS}")
MAIN, INTO = Address(KICK, "main_send"), Address(KICK, "send", BUS)
BUS_TRACK, GLUE, BUS_FADER = Address(BUS, "track"), Address(BUS, "fx", "{GLUE}"), Address(BUS, "fader")
CHANNELS, SIDE, DUCK = Address(VOX, "channels"), Address(KICK, "side_chain", VOX), Address(VOX, "fx", "{DUCK}")
RIDE = Address(VOX, "envelope", "trim_volume")
BUSES = FullPass(
    MixPlan(
        (
            Change(BUS_TRACK, None, NewTrack("Bus"), "drums together", "buses"),
            Change(BUS_FADER, 1.0, linear_from_db(-4.0), "-4 dB", "buses"),
            Change(GLUE, None, PlacedEffect(ReaComp(-20.0, 3.0), "First Pass Glue"), "2 dB", "buses"),
            Change(INTO, None, SendLevel(1.0), "0 dB", "buses"),
            Change(MAIN, True, False, "0 dB", "buses"),
        )
    ),
    MASKING,
)
DUCKED = FullPass(
    MixPlan(
        (
            Change(CHANNELS, 2, 4, "4 channels", "ducking"),
            Change(SIDE, None, side_chain_level(), "0 dB", "ducking"),
            Change(DUCK, None, PlacedEffect(ReaComp(-20.0, 5.0, side_chain=True)), "3 dB", "ducking"),
            Change(RIDE, (), (CurvePoint(0.0, linear_from_db(4.0)),), "4 dB", "automation"),
        )
    ),
    MASKING,
)
DRY = {MAIN: True, INTO: SendLevel(1.0, muted=True)}
WET = {MAIN: False, INTO: SendLevel(1.0)}


@pytest.mark.parametrize(
    ("revision", "way"),
    [
        (Revision(), WET),
        (Revision(amount_ratio=0.6), WET),
        (Revision(amount_ratio=0.4), DRY),
        (Revision(hearing="before"), DRY),
        (Revision(alone=MAIN), WET),
        (Revision(alone=INTO), WET),
        (Revision(alone=GLUE), WET),
        (Revision(alone=FADER), DRY),
        (Revision(rejected=frozenset({MAIN})), {MAIN: True, INTO: None}),
        (Revision(rejected=frozenset({INTO})), {MAIN: True, INTO: None}),
        (Revision(rejected=frozenset({BUS_TRACK})), {MAIN: True, INTO: None}),
    ],
    ids=str,
)
def test_a_track_sounds_either_in_the_master_or_through_its_bus(revision: Revision, way: dict[Address, Value]) -> None:
    standing = standing_values(BUSES, revision)
    assert {address: standing[address] for address in way} == way


def test_what_stands_on_a_bus_goes_by_its_amount_and_the_bus_stays() -> None:
    standing = standing_values(BUSES, Revision(amount_ratio=0.5))
    assert standing[GLUE] == PlacedEffect(ReaComp(-20.0, 2.0), "First Pass Glue")
    assert standing[BUS_FADER] == pytest.approx(linear_from_db(-2.0))
    assert standing_values(BUSES, Revision(amount_ratio=0.0))[BUS_TRACK] == NewTrack("Bus")


def test_a_ducking_goes_by_its_compressor_and_is_heard_with_its_side_chain() -> None:
    quarter = standing_values(DUCKED, Revision(amount_ratio=0.25))
    assert (quarter[SIDE], quarter[CHANNELS]) == (side_chain_level(), 4)
    assert quarter[DUCK] == PlacedEffect(ReaComp(-20.0, 2.0, side_chain=True))
    assert standing_values(DUCKED, Revision(amount_ratio=0.0))[SIDE] == replace(side_chain_level(), muted=True)
    assert standing_values(DUCKED, Revision(alone=DUCK))[SIDE] == side_chain_level()
    assert standing_values(DUCKED, Revision(alone=MAIN))[SIDE] == replace(side_chain_level(), muted=True)


def test_channels_go_only_when_nothing_needs_them() -> None:
    assert standing_values(DUCKED, Revision(rejected=frozenset({CHANNELS})))[CHANNELS] == 4
    assert standing_values(DUCKED, Revision(rejected=frozenset({CHANNELS, SIDE})))[CHANNELS] == 4
    assert standing_values(DUCKED, Revision(rejected=frozenset({CHANNELS, SIDE, DUCK})))[CHANNELS] == 2


def test_a_ride_goes_in_db_and_without_any_of_it_there_is_no_lane() -> None:
    (point,) = standing_values(DUCKED, Revision(stage_ratios={"automation": 0.25}))[RIDE]  # type: ignore[misc, union-attr]
    assert db_from_linear(point.value) == pytest.approx(1.0)
    assert standing_values(DUCKED, Revision(stage_ratios={"automation": 0.0}))[RIDE] == ()


def test_every_threshold_behind_a_trim_follows_it_but_not_one_that_listens_elsewhere() -> None:
    keys = {knob: Address(VOX, "fx", fx_id(VOX, knob)) for knob in ("gate", "deess", "level", "duck")}
    effects = {
        "gate": ReaGate(-40.0),
        "deess": de_esser(6000.0, -30.0, 4.0),
        "level": ReaComp(-24.0, 2.0),
        "duck": ReaComp(-20.0, 4.0, side_chain=True),
    }
    added = tuple(Change(keys[knob], None, PlacedEffect(effects[knob]), "1 dB", "dynamics") for knob in keys)
    standing = standing_values(FullPass(MixPlan((*PLAN, *added)), MASKING), Revision(rejected=frozenset({TRIM})))
    found = {knob: value.effect for knob in keys if isinstance(value := standing[keys[knob]], PlacedEffect)}
    assert found == {
        "gate": ReaGate(-50.0),
        "deess": de_esser(6000.0, -50.0, 4.0),  # its knob counts half decibels
        "level": ReaComp(-34.0, 2.0),
        "duck": ReaComp(-20.0, 4.0, side_chain=True),
    }
