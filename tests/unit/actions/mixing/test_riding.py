"""The lead is ridden against the rest where that evens it out, within bounds, and the bed moves with the sections."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.mixing.brief import Brief
from actions.mixing.lanes import frame_times
from actions.mixing.plan import Decision, decide
from actions.mixing.riding import Ridden
from analysis.curves import curve_values
from analysis.measures import HOP_SECONDS
from analysis.sections import Section
from reaper_bridge.session.address import Address
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.model import Envelope
from reaper_bridge.session.values import with_plan
from tests.unit.actions.mixing.builders import (
    BASS,
    GUITAR_L,
    HAT,
    KICK,
    PAD,
    PIANO,
    SNARE,
    VOICE,
    Part,
    brief_for,
    change_at,
    decided,
    only,
    strip_of,
)

SINGER = replace(VOICE, shape="wandering")
BAND = (KICK, SNARE, HAT, BASS, GUITAR_L, PIANO, PAD, SINGER)
STEADY_BAND = (replace(PAD, plays="noise"), replace(VOICE, plays="noise"))
SOLO = Part("Solo Gtr", "egtr_lead", "guitar 2", -10.0, shape="wandering")
VERSE, CHORUS = Section("A", 0.0, 4.0, "Verse 1", "regions"), Section("B", 4.0, 8.0, "Chorus", "regions")
FORM = (VERSE, CHORUS)


def ride_of(decision: Decision, part: Part) -> Ridden:
    return next(ride for ride in decision.rides if ride.track_id == part.id)


def points_at(decision: Decision, part: Part) -> tuple[CurvePoint, ...]:
    change = change_at(decision, part, "envelope", "trim_volume")
    assert change is not None
    assert isinstance(change.after, tuple)
    return change.after


def level_db(points: tuple[CurvePoint, ...], *times: float) -> list[float]:
    return [20.0 * math.log10(value) for value in curve_values(points, list(times))]


def test_a_lead_that_wanders_is_ridden_and_wanders_a_fifth_less() -> None:
    found = decided(BAND)
    ride = ride_of(found, SINGER)
    assert ride.kind == "lead"
    assert ride.spread_db is not None
    before, after = ride.spread_db
    assert after <= 0.8 * before
    assert points_at(found, SINGER) == ride.points
    assert f"{len(ride.points)} points" in strip_of(found, SINGER.name).reasons["ride"]


def test_the_fader_and_the_items_stay_free_of_it() -> None:
    plan = decided(BAND, stages=only("automation")).plan
    assert {(change.address.kind, change.address.key) for change in plan} == {("envelope", "trim_volume")}
    assert {change.stage for change in plan} == {"automation"}


def test_an_even_lead_is_left_alone_and_it_is_said_why() -> None:
    found = decided(STEADY_BAND)
    ride = ride_of(found, STEADY_BAND[1])
    assert ride.points == ()
    assert "less than 20 % better" in ride.left_because
    assert change_at(found, STEADY_BAND[1], "envelope", "trim_volume") is None


def test_rides_can_be_switched_off() -> None:
    found = decided(BAND, taste={"automation": {"rides": False}})
    assert change_at(found, SINGER, "envelope", "trim_volume") is None
    assert ride_of(found, SINGER).left_because == "rides are switched off"


@settings(max_examples=25)
@given(
    st.floats(0.0, 4.0), st.floats(1.0, 12.0), st.floats(4.0, 90.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0),
    st.booleans(),
)  # fmt: skip
def test_bounds_hold_for_every_taste(
    largest_db: float, slew: float, per_minute: float, lead: float, bed: float, has_form: bool
) -> None:
    taste = {
        "largest_move_db": largest_db, "slew_db_per_second": slew, "points_per_minute": per_minute,
        "follow_lead_ratio": lead, "follow_bed_ratio": bed, "least_improvement_ratio": 0.0,
    }  # fmt: skip
    found = decided(
        (*BAND, SOLO), stages=only("automation"), taste={"automation": taste}, sections=FORM if has_form else ()
    )
    for ride in found.rides:
        if not ride.points:
            continue
        drawn = 20.0 * np.log10(curve_values(ride.points, np.arange(0.0, 8.0, 0.005)))
        assert np.abs(drawn).max() <= largest_db + 1e-6
        assert np.abs(np.diff(drawn)).max() / 0.005 <= slew + 0.02
        assert len(ride.points) <= max(per_minute * 8.0 / 60.0, 2.0)


def test_the_mean_loudness_of_the_track_stays() -> None:
    found = decided(BAND, stages=only("automation"), sections=FORM)
    for part in (SINGER, PIANO):
        strip = strip_of(found, part.name)
        assert strip.ride_power is not None
        assert 10.0 * math.log10(strip.mean_gain(strip.ride_power)) == pytest.approx(0.0, abs=0.1)


def test_the_balance_is_that_without_rides() -> None:
    ridden, plain = decided(BAND), decided(BAND, taste={"automation": {"rides": False}})
    assert ridden.desk.lead_to_accompaniment_db() == pytest.approx(plain.desk.lead_to_accompaniment_db(), abs=0.1)


def test_a_second_decision_and_one_on_its_own_work_draw_nothing_else() -> None:
    brief = brief_for(BAND, sections=FORM)
    mixed = with_plan(brief.session, decide(brief).plan)
    assert decide(replace(brief, session=mixed)).plan.changes == ()


@settings(max_examples=8)
@given(st.permutations(BAND))
def test_the_order_of_tracks_plays_no_part(parts: list[Part]) -> None:
    for part in (SINGER, PIANO):
        assert points_at(decided(parts, sections=FORM), part) == points_at(decided(BAND, sections=FORM), part)


@pytest.mark.parametrize("by_db", [-12.0, 12.0])
def test_recording_levels_play_no_part(by_db: float) -> None:
    quiet = tuple(replace(part, recorded_db=part.recorded_db - 12.0) for part in BAND)
    moved = tuple(replace(part, recorded_db=part.recorded_db + by_db) for part in quiet)
    times = np.arange(0.5, 7.5, 0.25)
    ours = curve_values(points_at(decided(moved), SINGER), times)
    theirs = curve_values(points_at(decided(quiet), SINGER), times)
    assert 20.0 * np.log10(ours / theirs) == pytest.approx(0.0, abs=0.5)


def with_lane(brief: Brief, part: Part, kind: str) -> Brief:
    lane = Envelope(kind, (CurvePoint(0.0, 1.0), CurvePoint(4.0, 0.5)))  # type: ignore[arg-type]
    tracks = tuple(replace(t, envelopes=(lane,)) if t.id == part.id else t for t in brief.session.tracks)
    session = replace(brief.session, tracks=tracks)
    return replace(brief, session=session, base=session)


@pytest.mark.parametrize("kind", ["volume", "pre_fx_volume", "trim_volume", "mute"])
def test_what_the_engineer_automated_is_not_ridden(kind: str) -> None:
    found = decide(with_lane(brief_for(BAND, sections=FORM), SINGER, kind))
    assert change_at(found, SINGER, "envelope", "trim_volume") is None
    assert SINGER.id not in {ride.track_id for ride in found.rides}


def test_a_locked_lane_is_left() -> None:
    lane = Address(SINGER.id, "envelope", "trim_volume")
    found = decide(brief_for(BAND, protected=frozenset({lane})))
    assert found.plan.at(lane) is None


def test_a_lane_that_is_not_wanted_any_more_is_taken_back() -> None:
    brief = brief_for(BAND)
    mixed = with_plan(brief.session, decide(brief).plan)
    off = brief.taste.model_copy(update={"automation": brief.taste.automation.model_copy(update={"rides": False})})
    change = change_at(decide(replace(brief, session=mixed, taste=off)), SINGER, "envelope", "trim_volume")
    assert change is not None
    assert change.after == ()


# --- gaps, breaths and tails ------------------------------------------------------------------------------------


def test_before_the_voice_begins_the_lane_is_level() -> None:
    late = replace(SINGER, shape="wandering from the middle")
    found = decided((*BAND[:-1], late))
    points = ride_of(found, late).points
    assert points
    assert points[0].time_seconds > 3.5


# --- solos --------------------------------------------------------------------------------------------------------


def test_a_lead_instrument_is_ridden_where_nobody_sings() -> None:
    singer = replace(VOICE, shape="first half")
    found = decided((KICK, BASS, PAD, singer, SOLO), taste={"automation": {"shortest_solo_seconds": 2.0}})
    ride = ride_of(found, SOLO)
    assert ride.kind == "solo"
    assert ride.spread_db is not None
    assert ride.spread_db[1] <= 0.8 * ride.spread_db[0]
    early = level_db(ride.points, 0.5, 1.0, 2.0, 3.0)
    assert np.ptp(early) < 0.7


def test_under_a_voice_there_is_no_solo() -> None:
    found = decided((*BAND, SOLO))
    assert SOLO.id not in {ride.track_id for ride in found.rides}


# --- sections -----------------------------------------------------------------------------------------------------


def test_the_bed_goes_down_under_verses_in_two_points_a_border() -> None:
    found = decided(BAND, stages=only("automation"), sections=FORM)
    for part in (GUITAR_L, PIANO, PAD):
        ride = ride_of(found, part)
        verse_db, chorus_db = level_db(ride.points, 2.0, 6.0)
        assert ride.kind == "bed"
        assert chorus_db - verse_db == pytest.approx(found.desk.taste.automation.verse_drop_db, abs=0.15)
        assert len(ride.points) == 2
        assert ride.points[1].time_seconds - ride.points[0].time_seconds == pytest.approx(0.5, abs=0.3)
        assert ride.points[1].time_seconds == pytest.approx(4.0, abs=0.3)
    assert {ride.track_id for ride in found.rides} == {GUITAR_L.id, PIANO.id, PAD.id, SINGER.id}


def test_the_lead_goes_up_in_choruses_inside_its_own_lane() -> None:
    with_form, without = (
        points_at(decided(BAND, stages=only("automation"), sections=form), SINGER) for form in (FORM, ())
    )
    times = frame_times(round(8.0 / HOP_SECONDS))
    lift = 20.0 * np.log10(curve_values(with_form, times) / curve_values(without, times))
    verse, chorus = lift[20:60].mean(), lift[100:150].mean()
    assert chorus - verse == pytest.approx(0.7, abs=0.5)


def test_a_lead_even_enough_is_lifted_in_choruses_alone() -> None:
    parts = (*BAND[:-1], VOICE)
    found = decided(parts, taste={"automation": {"least_improvement_ratio": 0.9}}, sections=FORM)
    verse_db, chorus_db = level_db(ride_of(found, VOICE).points, 2.0, 6.0)
    assert chorus_db - verse_db == pytest.approx(0.7, abs=0.1)
    assert ride_of(found, VOICE).spread_db is None


@pytest.mark.parametrize(
    "form",
    [
        (),
        (VERSE, replace(CHORUS, name="Bridge")),
        (replace(VERSE, name="Part 1"), replace(CHORUS, name="Part 2")),
        (replace(VERSE, name="", likely="verse"), replace(CHORUS, name="", likely="chorus", level_db=0.5)),
    ],
)
def test_where_verse_and_chorus_are_not_sure_nothing_moves_with_them(form: tuple[Section, ...]) -> None:
    found = decided(BAND, sections=form)
    assert {ride.track_id for ride in found.rides} == {SINGER.id}


def test_a_track_that_plays_in_choruses_alone_is_not_moved() -> None:
    late = replace(PIANO, shape="second half")
    found = decided((KICK, BASS, PAD, late, SINGER), sections=FORM)
    assert late.id not in {ride.track_id for ride in found.rides}


@pytest.mark.parametrize(("key", "value"), [("sections", False), ("verse_drop_db", 0.0), ("bed_groups", ())])
def test_the_bed_can_be_left_alone(key: str, value: Any) -> None:
    found = decided(BAND, taste={"automation": {key: value}}, sections=FORM)
    assert {ride.track_id for ride in found.rides} == {SINGER.id}
