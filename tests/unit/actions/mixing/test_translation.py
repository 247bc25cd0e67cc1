"""What other loudspeakers take of a mix is measured, and mended where that crosses a limit, within bounds."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from actions.mixing.plan import decide
from actions.mixing.strip import Insert
from actions.mixing.translation import over_limits, place_translation, translation_of
from reaper_bridge.session.effects import Jsfx
from reaper_bridge.session.values import with_plan
from tests.unit.actions.mixing.builders import (
    BAND,
    BASS,
    KICK,
    PAD,
    PIANO,
    VOICE,
    brief_for,
    decided,
    only,
    strip_of,
)

WIDE_VOICE = replace(VOICE, shape="stereo")
STRICT: Mapping[str, Mapping[str, Any]] = {"translation": {"least_bass_on_phone_ratio": 1.0, "least_gain_ratio": 0.0}}
OFF: Mapping[str, Mapping[str, Any]] = {"translation": {"is_on": False}}


def test_every_device_is_told_and_the_first_is_what_the_others_are_compared_with() -> None:
    found = translation_of(decided(BAND).desk)
    assert [one.device for one in found] == ["stereo", "phone", "mono", "car", "headphones"]
    assert found[0].lead_change_db is None
    for one in found[1:]:
        assert one.lead_change_db == pytest.approx(one.lead_to_rest_db - found[0].lead_to_rest_db)  # type: ignore[operator]
        assert 0.0 <= one.bass_audible_ratio <= 1.0  # type: ignore[operator]


def test_a_desk_of_silence_tells_nothing() -> None:
    assert translation_of(decided([replace(VOICE, shape="silent")]).desk) == ()


def test_without_lead_or_bass_there_are_no_numbers_of_them() -> None:
    for one in translation_of(decided([PIANO, PAD]).desk):
        assert (one.lead_to_rest_db, one.lead_audible_ratio, one.bass_audible_ratio) == (None, None, None)


def test_a_bass_that_a_phone_does_not_play_gets_a_small_bell_on_its_harmonics() -> None:
    plain, mended = decided(BAND, taste=OFF), decided(BAND, taste=STRICT)
    (done,) = [one for one in mended.corrected if one.device == "phone"]
    assert done.track_id == BASS.id
    before, after = (strip_of(where, "Bass").bands for where in (plain, mended))
    (bell,) = [band for band in after if band not in before]
    assert bell.shape == "bell"
    assert 0.0 < bell.gain_db <= mended.desk.taste.translation.largest_bell_db
    assert 250.0 <= bell.frequency_hz <= 800.0
    heard = [translation_of(where.desk)[1].bass_audible_ratio for where in (plain, mended)]
    assert heard[1] > heard[0]  # type: ignore[operator]
    assert f"{bell.gain_db:+.1f} dB" in strip_of(mended, "Bass").reasons["eq"]
    assert over_limits(mended.desk, translation_of(mended.desk))


def test_the_bounds_of_the_tone_hold_for_the_bell_as_well() -> None:
    taste = {**STRICT, "tone": {"sum_of_moves_db": 0.5}}
    assert not decided(BAND, taste=taste).corrected


def test_a_bass_that_is_heard_keeps_its_tone() -> None:
    assert not decided(BAND, taste={"translation": {"least_bass_on_phone_ratio": 0.0}}).corrected
    assert not decided(BAND, taste=OFF).corrected


def test_a_bass_that_is_driven_already_gets_no_bell() -> None:
    desk = decided(BAND, taste=OFF).desk
    desk.taste = brief_for(BAND, taste=STRICT).taste
    strip_of(desk, "Bass").inserts["saturation"] = Insert(Jsfx("waveshaper", (1.0,)))
    assert not place_translation(desk, only("tone"))
    del strip_of(desk, "Bass").inserts["saturation"]
    assert place_translation(desk, only("tone"))


def test_a_lead_that_mono_takes_too_much_of_is_narrowed() -> None:
    taste = {"translation": {"largest_mono_loss_db": 0.3, "least_bass_on_phone_ratio": 0.0}}
    parts = [KICK, BASS, PIANO, WIDE_VOICE]
    plain, mended = (decided(parts, taste=settings) for settings in (OFF, taste))
    (done,) = mended.corrected
    assert (done.device, done.track_id) == ("mono", VOICE.id)
    assert strip_of(mended, "Lead Vox").width < strip_of(plain, "Lead Vox").width
    assert "mono took" in strip_of(mended, "Lead Vox").reasons["width"]


def test_what_is_out_of_phase_is_not_narrowed_to_silence() -> None:
    taste = {"translation": {"largest_mono_loss_db": 0.3, "least_bass_on_phone_ratio": 0.0}}
    assert not decided([KICK, BASS, PIANO, replace(VOICE, shape="out of phase")], taste=taste).corrected


@pytest.mark.parametrize("stage", ["gain", "balance", "masking", "dynamics", "space"])
def test_other_stages_mend_nothing(stage: str) -> None:
    assert not decided(BAND, taste=STRICT, stages=only(stage)).corrected


def test_a_mixed_session_needs_no_second_pass() -> None:
    brief = brief_for(BAND, taste=STRICT)
    mixed = with_plan(brief.session, decide(brief).plan)
    assert decide(replace(brief, session=mixed)).plan.changes == ()


def test_recording_levels_play_no_part() -> None:
    found = []
    for move_db in (-12.0, 0.0):
        moved = [replace(part, recorded_db=part.recorded_db - 4.0 + move_db) for part in BAND]
        desk = decided(moved, taste=STRICT).desk
        found.append([one.bass_audible_ratio for one in translation_of(desk)])
    assert found[0] == pytest.approx(found[1], abs=0.02)
