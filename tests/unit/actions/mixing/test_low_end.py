"""The low end belongs to the middle."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from actions.mixing.low_end import LEAST_PAN, centre_low_end
from tests.unit.actions.mixing.builders import (
    BAND,
    BASS,
    GUITAR_L,
    GUITAR_R,
    HAT,
    KICK,
    PIANO,
    SNARE,
    VOICE,
    Part,
    change_at,
    decided,
    desk_for,
    strip_of,
)

RUMBLING = replace(GUITAR_L, shape="with rumble")


def low_cut_hz(where: object, name: str) -> float:
    bands = strip_of(where, name).bands  # type: ignore[arg-type]
    return max((band.frequency_hz for band in bands if band.shape == "high_pass"), default=0.0)


@pytest.mark.parametrize(
    "parts",
    [
        BAND,
        [replace(KICK, shape="stereo"), *BAND[1:]],
        [*BAND[:4], RUMBLING, GUITAR_R, VOICE],
        [KICK, BASS, replace(PIANO, shape="stereo"), VOICE],
        [KICK, BASS, replace(HAT, shape="with boom"), VOICE],
    ],
    ids=range(5),
)
def test_below_its_frequency_the_mix_is_as_central_as_the_taste_asks(parts: Sequence[Part]) -> None:
    desk = decided(parts).desk
    pan = desk.taste.pan
    assert desk.side_to_mid_db(pan.low_end_hz) <= pan.low_end_side_to_mid_db + 0.5


def test_a_panned_track_with_no_business_down_there_is_cleaned_before_its_pan_is_touched() -> None:
    parts = [KICK, BASS, replace(RUMBLING, shape="with rumble"), GUITAR_R, VOICE]
    decision = decided(parts)
    assert low_cut_hz(decision, "Gtr L") >= 75.0
    assert strip_of(decision, "Gtr L").pan == pytest.approx(-0.85, abs=0.1)


def test_a_wide_bass_is_narrowed_and_never_cut() -> None:
    decision = decided([KICK, replace(BASS, shape="stereo"), GUITAR_L, GUITAR_R, VOICE])
    change = change_at(decision, BASS, "width")
    assert change is not None
    assert isinstance(change.after, float)
    assert change.after < 0.5
    assert "stays central" in change.because
    assert low_cut_hz(decision, "Bass") == 0.0


@pytest.mark.parametrize("name", ["Kick", "Bass"])
def test_the_low_end_itself_keeps_its_lows(name: str) -> None:
    assert low_cut_hz(decided(BAND), name) == 0.0


def test_a_recording_whose_sides_would_cancel_is_not_narrowed() -> None:
    decision = decided([KICK, replace(BASS, shape="out of phase"), GUITAR_L, VOICE])
    assert strip_of(decision, "Bass").width == 1.0


def test_a_pan_that_is_drawn_in_keeps_its_side() -> None:
    """Guitars with all of their energy down there, and nothing else that has any."""
    left, right = replace(GUITAR_L, plays="kick"), replace(GUITAR_R, plays="bass")
    decision = decided([left, right, SNARE, VOICE])
    for name, sign in (("Gtr L", -1.0), ("Gtr R", 1.0)):
        strip = strip_of(decision, name)
        assert 0.85 * LEAST_PAN * strip.row.pan_ratio * 0.85 <= sign * strip.pan < strip.row.pan_ratio


def test_voices_without_a_low_end_are_not_drawn_together_for_it() -> None:
    choir = [Part(f"BV {n}", "backing_vocal", f"voice {n}", -12.0 - 0.7 * n) for n in range(4)]
    desk = decided([*choir, replace(PIANO, plays="voice 9", shape="stereo"), VOICE]).desk
    assert desk.low_share_db(desk.taste.pan.low_end_hz) < -35.0
    assert strip_of(desk, "Piano").width == 1.0
    assert max(abs(strip.pan) for strip in desk.strips) > 0.45


def test_a_central_low_end_is_left_as_it_is() -> None:
    desk = desk_for([KICK, BASS, replace(GUITAR_L, knobs={"pan": 0.0}), VOICE])
    centre_low_end(desk)
    assert all(not strip.bands and strip.pan == 0.0 and strip.width == 1.0 for strip in desk.strips)


def test_a_rendering_that_is_wider_than_predicted_asks_for_more() -> None:
    parts = [KICK, replace(BASS, shape="stereo"), VOICE]
    widths = []
    for wider_db in (-6.0, 0.0):
        desk = desk_for(parts)
        centre_low_end(desk, wider_db)
        widths.append(strip_of(desk, "Bass").width)
    assert widths[1] < widths[0] < 1.0


def test_unknown_and_locked_tracks_are_left_as_they_are_however_wide() -> None:
    unknown = Part("X", "unknown", "bass", -4.0, shape="stereo")
    locked = replace(BASS, shape="stereo", knobs={"is_locked": True})
    desk = decided([unknown, locked, VOICE]).desk
    for name in ("X", "Bass"):
        strip = strip_of(desk, name)
        assert (strip.width, strip.pan, strip.bands) == (1.0, 0.0, [])
