"""The whole decision: the same brief gives the same plan, whatever the order, the names and the levels."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.mixing.brief import STAGES, Corrections, fx_id
from actions.mixing.plan import Decision, decide
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import MixPlan, PlacedEffect
from reaper_bridge.session.effects import ReaComp, ReaEq
from reaper_bridge.session.values import with_plan
from tests.unit.actions.mixing.builders import (
    BAND,
    BASS,
    GUITAR_L,
    KICK,
    PAD,
    SNARE,
    VOICE,
    Part,
    brief_for,
    change_at,
    decided,
    only,
    pair_of,
    strip_of,
)


def by_address(plan: MixPlan) -> dict[Address, object]:
    return {change.address: change.after for change in plan}


def numbers_in(value: object) -> list[float]:
    if isinstance(value, bool | str) or value is None:
        return []
    if isinstance(value, int | float):
        return [float(value)]
    if isinstance(value, tuple):
        return [number for item in value for number in numbers_in(item)]
    assert is_dataclass(value)
    return [number for field in fields(value) for number in numbers_in(getattr(value, field.name))]


# --- the same again -------------------------------------------------------------------------------------------


def test_the_same_brief_gives_the_same_plan() -> None:
    brief = brief_for(BAND)
    assert decide(brief).plan == decide(brief).plan == decide(brief_for(BAND)).plan


@settings(max_examples=12)
@given(st.permutations(BAND))
def test_the_order_of_tracks_plays_no_part(parts: Sequence[Part]) -> None:
    assert by_address(decided(parts).plan) == by_address(decided(BAND).plan)


def test_names_play_no_part() -> None:
    """Names are for recognising; a track that is recognised as before is mixed as before."""
    brief = brief_for(BAND)
    tracks = tuple(replace(t, name=f"Audio {t.index}") for t in brief.session.tracks)
    renamed = replace(brief.session, tracks=tracks)
    assert by_address(decide(replace(brief, session=renamed, base=renamed)).plan) == by_address(decide(brief).plan)


def heard_db(decision: Decision, part: Part) -> float:
    """Return how loud a track's own sound ends up against how it was recorded."""
    strip = strip_of(decision, part.name)
    return strip.trim_db + strip.fader_db + 10.0 * math.log10(strip.mean_gain(strip.comp_gain))


@pytest.mark.parametrize(
    "moves", [(12,) * 9, (-12,) * 9, (12, -12, 6, -6, 3, 0, -9, 9, -12), (0, 0, 0, 0, 0, 0, 0, 0, -12)]
)
def test_recording_levels_play_no_part(moves: Sequence[float]) -> None:
    moved = [replace(p, recorded_db=p.recorded_db - 12.0 + move) for p, move in zip(BAND, moves, strict=True)]
    plain, other = decided([replace(p, recorded_db=p.recorded_db - 12.0) for p in BAND]), decided(moved)
    for part, move in zip(BAND, moves, strict=True):
        assert heard_db(other, part) + move == pytest.approx(heard_db(plain, part), abs=0.2)
        one, two = strip_of(plain, part.name), strip_of(other, part.name)
        assert two.pan == pytest.approx(one.pan, abs=0.02)
        assert two.sends_db == pytest.approx(one.sends_db, abs=0.3)
        assert [b.gain_db for b in two.all_bands] == pytest.approx([b.gain_db for b in one.all_bands], abs=0.25)


def test_a_mixed_session_needs_no_second_pass() -> None:
    brief = brief_for(BAND)
    mixed = with_plan(brief.session, decide(brief).plan)
    assert decide(replace(brief, session=mixed)).plan.changes == ()


# --- what a plan is -------------------------------------------------------------------------------------------


ALL_SORTS = (
    *BAND,
    Part("Speaker", "speech", "voice", shape="with esses"),
    Part("808", "synth_bass", "bass", shape="bare sub"),
)
"""The band, and what gives every stage something to do."""
KINDS_OF_STAGES = {
    "alignment": {"polarity", "play_offset"},
    "gain": {"fx", "fader"},
    "balance": {"fader", "mute"},
    "buses": {"track", "send", "main_send", "fx"},
    "pan": {"pan", "width", "fx"},
    "tone": {"fx"},
    "masking": {"fx"},
    "deessing": {"fx"},
    "saturation": {"fx"},
    "dynamics": {"fx"},
    "ducking": {"fx", "side_chain", "channels"},
    "automation": {"envelope"},
    "space": {"send", "track", "fx"},
}


@pytest.mark.parametrize("stage", KINDS_OF_STAGES)
def test_each_stage_alone_makes_only_its_own_changes(stage: str) -> None:
    asked: dict[str, dict[str, object]] = {"buses": {"makes_missing": True}}
    plan = decided(ALL_SORTS, stages=only(stage), pairs=(pair_of(KICK, SNARE),), taste=asked).plan
    assert plan.changes
    assert {change.address.kind for change in plan} <= KINDS_OF_STAGES[stage]
    assert {change.stage for change in plan} == {stage}


@pytest.mark.parametrize("genre", ["pop", "metal", "orchestral"])
def test_every_change_has_one_address_a_reason_and_finite_numbers(genre: str) -> None:
    plan = decided(BAND, genre).plan
    assert len({change.address for change in plan}) == len(plan.changes)
    for change in plan:
        assert change.because
        assert "nan" not in change.because
        assert "inf" not in change.because
        assert change.importance >= 0.0
        values = [n for n in numbers_in(change.after) if not isinstance(change.after, PlacedEffect)]
        assert all(math.isfinite(value) for value in values)


def test_our_plug_ins_stand_in_the_order_of_an_engineer() -> None:
    order: dict[str, list[int]] = {}
    decision = decided(BAND)
    for part in BAND:
        for knob in ("trim", "eq", "comp"):
            change = change_at(decision, part, "fx", fx_id(part.id, knob))
            if change is not None and isinstance(change.after, PlacedEffect):
                order.setdefault(part.name, []).append(change.after.position_index)
    assert len(order) >= 7
    for placed in order.values():
        assert placed == list(range(len(placed)))


def test_nothing_protected_is_changed_and_it_is_said() -> None:
    plain = decided(BAND)
    protected = frozenset({Address(BASS.id, "fader"), Address(GUITAR_L.id, "pan")})
    decision = decided(BAND, protected=protected)
    assert not protected & {change.address for change in decision.plan}
    assert protected <= {change.address for change in plain.plan}


def test_what_was_only_considered_is_not_reported_as_dropped() -> None:
    protected = frozenset({Address(VOICE.id, "pan")})  # stands in the middle and would stay there
    assert decided(BAND, protected=protected).dropped == ()


# --- what is no music -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["click", "guide", "reference", "print", "junk"])
@pytest.mark.parametrize(("confidence", "is_muted"), [(0.95, True), (0.8, True), (0.6, False)])
def test_what_is_no_music_is_muted_only_when_that_is_sure(role: str, confidence: float, is_muted: bool) -> None:
    other = Part("Other", role, "noise", confidence=confidence)
    decision = decided([*BAND, other])
    change = change_at(decision, other, "mute")
    assert (change is not None and change.after is True) == is_muted
    assert {c.address.kind for c in decision.plan if c.address.track_id == other.id} <= {"mute"}
    if change is not None:
        assert f"{100 * confidence:.0f} % sure" in change.because


@pytest.mark.parametrize("role", ["bus", "return"])
def test_buses_and_returns_are_never_muted(role: str) -> None:
    assert change_at(decided([*BAND, Part("Other", role, "noise")]), Part("Other", role), "mute") is None


@pytest.mark.parametrize(
    "wishes", [{"protected": frozenset({Address(Part("Click", "click").id, "mute")})}, {"stages": only("pan")}]
)
def test_a_click_stays_where_muting_is_not_ours(wishes: Mapping[str, Any]) -> None:
    click = Part("Click", "click", "noise")
    assert change_at(decided([*BAND, click], **wishes), click, "mute") is None


# --- sessions that are not like others ------------------------------------------------------------------------

SHAPES = ("silent", "30 ms", "one frame", "0.3 s", "left only", "left louder", "out of phase", "squashed", "stereo")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("part", [VOICE, KICK, PAD], ids=lambda part: part.name)
def test_a_session_of_one_track_is_mixed_without_complaint(part: Part, shape: str) -> None:
    with np.errstate(all="raise", under="ignore"):
        decision = decided([replace(part, shape=shape)])
    assert (not decision.plan.changes) == (shape == "silent")
    assert all(-60.0 <= strip.fader_db <= 11.5 for strip in decision.desk.strips)


@pytest.mark.parametrize("shape", SHAPES)
def test_an_odd_track_does_not_upset_the_others(shape: str) -> None:
    odd = Part("Odd", "percussion", "guitar 5", -20.0, shape=shape)
    plain, other = decided(BAND), decided([*BAND, odd])
    for part in BAND:
        assert heard_db(other, part) == pytest.approx(heard_db(plain, part), abs=2.0)


@pytest.mark.parametrize(
    "session",
    [{"pan_law_linear": law, "pan_taper": taper} for law in (0.5, 0.7079, 1.4142) for taper in (None, 0, 2, 3)],
    ids=str,
)
def test_the_pan_law_of_the_project_changes_knobs_and_not_the_mix(session: Mapping[str, Any]) -> None:
    plain, other = decided(BAND).desk, decided(BAND, session=session).desk
    assert other.lead_to_accompaniment_db() == pytest.approx(plain.lead_to_accompaniment_db(), abs=0.1)
    assert abs(other.imbalance_db()) <= 0.5
    assert other.side_to_mid_db(120.0) <= -20.5


@pytest.mark.parametrize("mode", ["balance_v3", "balance", "stereo", "dual"])
def test_every_pan_mode_is_mixed(mode: str) -> None:
    desk = decided([replace(part, knobs={"pan_mode": mode}) for part in BAND]).desk
    assert desk.lead_to_accompaniment_db() == pytest.approx(1.0, abs=0.1)
    assert abs(desk.imbalance_db()) <= 0.5


def test_sounds_that_nobody_knows_are_levelled_and_no_more() -> None:
    decision = decided([replace(part, role="unknown", side=None) for part in BAND])
    trims = {fx_id(part.id, "trim") for part in BAND}
    assert {c.address.kind for c in decision.plan} == {"fader", "fx"}
    assert all(c.address.kind == "fader" or c.address.key in trims for c in decision.plan)
    assert decision.returns == {} or not any(strip.sends_db for strip in decision.desk.strips)


def test_with_everything_muted_nothing_is_planned() -> None:
    decision = decided([replace(part, knobs={"muted": True}) for part in BAND])
    assert decision.plan.changes == ()
    assert len(decision.unmixed) == len(BAND)


def test_three_hundred_tracks_are_mixed() -> None:
    parts = [replace(BAND[n % 9], name=f"{BAND[n % 9].name} {n}") for n in range(300)]
    decision = decided(parts, stages=frozenset(STAGES) - {"masking"})
    assert len(decision.desk.strips) == 300
    assert abs(decision.desk.imbalance_db()) <= 0.5
    assert decision.desk.lead_to_accompaniment_db() == pytest.approx(1.0, abs=0.1)


# --- what a rendering taught ----------------------------------------------------------------------------------


def test_a_group_that_adds_up_louder_than_predicted_is_set_lower() -> None:
    parts = [part for part in BAND if part is not VOICE]
    plain, told = (
        decided(parts, stages=only("balance"), corrections=Corrections(groups=g)) for g in ({}, {"kick": 3.0})
    )
    moved = [strip_of(told, p.name).fader_db - strip_of(plain, p.name).fader_db for p in (KICK, BASS, PAD)]
    assert moved[0] - moved[1] == pytest.approx(-3.0, abs=0.05)
    assert moved[1] == pytest.approx(moved[2], abs=0.05)


def test_a_peak_too_high_brings_the_whole_mix_down() -> None:
    plain, told = decided(BAND), decided(BAND, corrections=Corrections(level=-4.0))
    for part in BAND:
        assert heard_db(told, part) - heard_db(plain, part) == pytest.approx(-4.0, abs=0.1)


def test_a_lead_that_came_out_too_quiet_is_set_higher() -> None:
    plain, told = (
        decided(BAND, stages=only("balance")),
        decided(BAND, stages=only("balance"), corrections=Corrections(lead=-2.0)),
    )
    against = [strip_of(d, "Lead Vox").fader_db - strip_of(d, "Bass").fader_db for d in (plain, told)]
    assert against[1] - against[0] == pytest.approx(2.0, abs=0.05)


def test_the_desk_of_a_decision_predicts_what_its_plan_does() -> None:
    """Reading the mixed session back gives the desk the plan was made on."""
    brief = brief_for(BAND)
    decision = decide(brief)
    mixed = with_plan(brief.session, decision.plan)
    read = decide(replace(brief, session=mixed, base=mixed, free_tracks=frozenset())).desk
    for strip in decision.desk.strips:
        again = strip_of(read, strip.track.name)
        assert (again.trim_db, again.comp, again.pan) == (strip.trim_db, strip.comp, strip.pan)
        assert again.all_bands == strip.all_bands
        np.testing.assert_allclose(again.k_frames().sum(), strip.k_frames().sum(), rtol=0.02)
    assert read.lead_to_accompaniment_db() == pytest.approx(decision.desk.lead_to_accompaniment_db(), abs=0.05)


def test_effects_are_those_of_the_knobs() -> None:
    decision = decided(BAND)
    for strip in decision.desk.strips:
        found = {
            type(c.after.effect)
            for c in decision.plan
            if c.address.track_id == strip.id and isinstance(c.after, PlacedEffect)
        }
        assert (ReaEq in found) == bool(strip.all_bands)
        assert (ReaComp in found) == any(isinstance(insert.effect, ReaComp) for insert in strip.inserts.values())
