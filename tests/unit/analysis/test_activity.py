"""When a track plays does not depend on how loud it was recorded."""

import numpy as np
import pytest

from analysis.activity import activity


def phrases(seed: int = 3) -> np.ndarray:
    """Return (1200,) K-weighted power of a minute: phrases 30 dB over bleed, that 20 dB over noise."""
    draw = np.random.default_rng(seed)
    frames = np.arange(1200)
    plays = (frames // 150) % 2 == 0
    bleeds = (frames // 40) % 2 == 0
    level_db = np.where(plays, -20.0, np.where(bleeds, -50.0, -70.0)) + draw.normal(0.0, 2.5, len(frames))
    return 10.0 ** (level_db / 10.0)


@pytest.mark.parametrize("gain_db", [-12.3, -6.0, 0.7, 12.0, 19.9])
def test_the_recording_level_does_not_change_when_a_track_plays(gain_db: float) -> None:
    power = phrases()
    louder = activity(power * 10.0 ** (gain_db / 10.0))
    assert np.array_equal(louder.is_active, activity(power).is_active)
    assert louder.threshold_lufs == pytest.approx(activity(power).threshold_lufs + gain_db, abs=1e-6)


def test_bleed_between_phrases_is_not_playing() -> None:
    plays = (np.arange(1200) // 150) % 2 == 0
    assert np.mean(activity(phrases()).is_active == plays) > 0.98


def test_what_is_never_louder_than_the_gate_never_plays() -> None:
    assert not activity(np.full(400, 1e-8)).is_active.any()
