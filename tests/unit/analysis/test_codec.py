"""What a lossy codec does to true peaks is measured by encoding, at any level, and not where nothing can be encoded."""

import numpy as np
import pytest
import soundfile

from analysis.codec import codec_overshoots_db

RATE_HZ = 48_000
RANDOM = np.random.default_rng(7)


def limited_noise(gain: float = 1.0) -> np.ndarray:
    """Return noise cut off at a ceiling, which codecs lift above it."""
    noise = np.clip(0.6 * RANDOM.standard_normal((2, 2 * RATE_HZ)), -0.5, 0.5)
    return (gain * noise).astype(np.float32)


@pytest.mark.skipif("MP3" not in soundfile.available_formats(), reason="this libsndfile has no MP3")
def test_what_is_cut_off_flat_rises_in_every_codec() -> None:
    found = codec_overshoots_db(limited_noise(), RATE_HZ)
    assert set(found) == {"Vorbis", "MP3"}
    assert all(value > 0.3 for value in found.values())


def test_a_soft_tone_hardly_rises() -> None:
    time = np.arange(2 * RATE_HZ) / RATE_HZ
    tone = (0.3 * np.sin(2 * np.pi * 440.0 * time) * np.hanning(len(time))).astype(np.float32)
    found = codec_overshoots_db(np.stack((tone, tone)), RATE_HZ)
    assert found
    assert all(abs(value) < 0.3 for value in found.values())


def test_the_level_does_not_matter_not_even_over_full_scale() -> None:
    quiet, loud = limited_noise(), limited_noise()
    loud = (quiet * np.float32(8.0)).astype(np.float32)
    assert codec_overshoots_db(loud, RATE_HZ) == pytest.approx(codec_overshoots_db(quiet, RATE_HZ), abs=0.02)


def test_silence_and_rates_that_codecs_do_not_know_give_nothing() -> None:
    assert codec_overshoots_db(np.zeros((2, RATE_HZ), np.float32), RATE_HZ) == {}
    assert codec_overshoots_db(limited_noise(), 88_200) == {}
