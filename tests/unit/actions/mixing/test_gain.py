"""Trims bring every track to the staging loudness; alone they are not heard."""

from dataclasses import replace

import pytest

from actions.mixing.plan import decide
from reaper_bridge.session.change import PlacedEffect
from reaper_bridge.session.values import with_plan
from tests.unit.actions.mixing.builders import (
    BAND,
    HAT,
    PAD,
    VOICE,
    Part,
    brief_for,
    decided,
    desk_for,
    only,
    strip_of,
)

GAIN = only("gain")


@pytest.mark.parametrize("recorded_db", [-35.0, -20.0, -12.0, -3.0, 0.0])
@pytest.mark.parametrize("part", [HAT, PAD, VOICE], ids=lambda part: part.name)
def test_a_trim_brings_a_track_to_the_staging_loudness_under_the_peak_ceiling(part: Part, recorded_db: float) -> None:
    strip = strip_of(decided([replace(part, recorded_db=recorded_db)], stages=GAIN), part.name)
    taste = desk_for([part]).taste.gain
    loudness = strip.measures.active_lufs + strip.trim_db
    peak = strip.measures.loudness.sample_peak_dbfs + strip.trim_db
    assert peak <= taste.peak_ceiling_dbfs + 0.05
    near = abs(loudness - taste.active_loudness_lufs) < taste.smallest_move_db + 0.05
    assert near or peak == pytest.approx(taste.peak_ceiling_dbfs, abs=0.06)


def test_no_trim_is_larger_than_the_taste_allows() -> None:
    strip = strip_of(decided([replace(PAD, recorded_db=-60.0)], stages=GAIN), "Pad")
    assert strip.trim_db == strip_of(desk_for([PAD]), "Pad").trim_db + desk_for([PAD]).taste.gain.largest_move_db


def test_trims_alone_are_taken_back_by_the_faders() -> None:
    parts = [replace(part, knobs={"volume_linear": 0.5}) for part in BAND]
    decision = decided(parts, stages=GAIN)
    assert any(strip.trim_db for strip in decision.desk.strips)
    for strip in decision.desk.strips:
        assert strip.fader_db + strip.trim_db == pytest.approx(-6.02, abs=0.01)
    assert {change.address.kind for change in decision.plan} == {"fx", "fader"}


def test_staging_a_mixed_session_again_keeps_its_balance() -> None:
    brief = brief_for(BAND)
    mixed = with_plan(brief.session, decide(brief).plan)
    assert decide(replace(brief, session=mixed, stages=GAIN)).plan.changes == ()


def test_a_trim_stands_before_everything_else() -> None:
    for change in decided(BAND).plan:
        if isinstance(change.after, PlacedEffect) and change.stage == "gain":
            assert change.after.position_index == 0


def test_a_fader_that_is_not_ours_to_place_gets_no_trim_before_it() -> None:
    led = replace(PAD, knobs={"follows_vca": True})
    assert strip_of(decided([led, VOICE]), "Pad").trim_db == 0.0
