"""Bleed and unlike twins are found by comparing tracks."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.flaws.between import flaws_between
from analysis.measures import TrackMeasures
from reaper_bridge.session.identity import TrackId
from tests.unit.analysis.test_flaws import RATE, bell, like, listened

BAND, VOICE = TrackId("band"), TrackId("voice")
LEFT, RIGHT = TrackId("left"), TrackId("right")


def _beats(seed: int) -> np.ndarray:
    """Return noise whose level changes every quarter of a second."""
    generator = np.random.default_rng(seed)
    noise = 0.1 * generator.standard_normal(16 * RATE)
    return noise * np.repeat(10 ** generator.uniform(-1.5, 0, 64), RATE // 4)


def _sung(seed: int) -> np.ndarray:
    gate = (np.arange(16 * RATE) / RATE % 4.0) < 1.6
    return 0.1 * np.random.default_rng(seed).standard_normal(16 * RATE) * gate


def _session(bleed_db: float, source_seed: int = 1) -> dict[TrackId, TrackMeasures]:
    band = _beats(1)
    voice = _sung(2) + 10 ** (bleed_db / 20) * _beats(source_seed)
    return {BAND: listened(band), VOICE: listened(voice)}


def test_the_band_in_the_pauses_of_a_voice_is_bleed() -> None:
    found = flaws_between(_session(-30), {BAND: "drum_loop", VOICE: "lead_vocal"})
    assert [flaw.kind for flaw in found[VOICE]] == ["bleed"]
    assert BAND not in found


@pytest.mark.parametrize(("bleed_db", "seed"), [(-90, 1), (-30, 9)])
def test_silent_pauses_and_other_noises_are_no_bleed(bleed_db: float, seed: int) -> None:
    assert flaws_between(_session(bleed_db, seed), {BAND: "drum_loop", VOICE: "lead_vocal"}) == {}


def test_a_drum_microphone_may_hear_the_rest_of_the_kit() -> None:
    assert flaws_between(_session(-30), {BAND: "overheads", VOICE: "snare_top"}) == {}


def test_a_double_with_mud_that_its_twin_has_not_is_told() -> None:
    plain = like("electric guitars")
    tracks = {LEFT: listened(bell(plain, 270, 1.2, 8)), RIGHT: listened(plain)}
    found = flaws_between(tracks, {LEFT: "egtr_rhythm", RIGHT: "egtr_rhythm"})
    assert set(found) == {LEFT}
    (flaw,) = found[LEFT]
    assert (flaw.kind, flaw.other_track) == ("mud", RIGHT)
    assert flaw.frequency_hz == pytest.approx(270, rel=0.15)


def test_like_twins_have_no_flaws() -> None:
    plain = listened(like("electric guitars"))
    assert flaws_between({LEFT: plain, RIGHT: replace(plain)}, {LEFT: "egtr_rhythm", RIGHT: "egtr_rhythm"}) == {}
