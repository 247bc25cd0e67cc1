"""Where knobs stand by an amount: levels in dB, trims unheard, equalisers band by band; the full pass is itself."""

from dataclasses import replace

import pytest

from actions.amounts import FullPass, between, is_out, standing_values
from actions.mixing.brief import fx_id
from actions.mixing.taste import load_taste
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import Change, MixPlan, NewTrack, PlacedEffect, SendLevel, Value
from reaper_bridge.session.effects import EqBand, Jsfx, ReaComp, ReaEq, trim
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.revision import Revision
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
