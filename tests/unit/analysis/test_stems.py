"""Many tracks measured at once: each as if it were alone."""

import numpy as np
import pytest

from analysis.bands import BANDS
from analysis.loudness import measure_loudness
from analysis.mixture import measure_mixture
from analysis.stems import StemsMeter
from reaper_bridge.session.identity import TrackId

RATE_HZ = 48_000
ONE, OTHER = TrackId("one"), TrackId("other")


def tone(frequency_hz: float, level_db: float, seconds: float = 5.3) -> np.ndarray:
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    signal = 10.0 ** (level_db / 20.0) * np.sin(2.0 * np.pi * frequency_hz * time)
    return np.stack((signal, signal))


def test_each_track_is_as_loud_as_alone_however_it_is_cut_into_blocks() -> None:
    tracks = {ONE: tone(997.0, -23.0), OTHER: tone(200.0, -30.0)}
    meter = StemsMeter(RATE_HZ, tracks)
    for start in range(0, tracks[ONE].shape[1], 16_384):
        blocks = {key: audio[:, start : start + 16_384] for key, audio in tracks.items()}
        meter.feed(blocks, blocks[ONE].shape[1])
    found = meter.measures()
    for key, audio in tracks.items():
        expected = measure_loudness(audio, RATE_HZ).integrated_lufs
        assert found[key].loudness_lufs == pytest.approx(expected, abs=0.01)


def test_a_tone_lies_in_its_third_octave_with_all_its_power() -> None:
    meter = StemsMeter(RATE_HZ, [ONE])
    meter.feed({ONE: tone(1000.0, -20.0, 4.0)}, 4 * RATE_HZ)
    power = meter.measures()[ONE].band_power
    assert BANDS[int(np.argmax(power))] == 1000.0
    # left and right, each with half the square of the amplitude
    assert 10.0 * np.log10(power.sum()) == pytest.approx(-20.0, abs=0.3)


def test_a_stem_under_another_of_its_own_frequency_is_less_audible() -> None:
    quiet, loud = tone(1000.0, -40.0), tone(1010.0, -20.0)
    aside = tone(100.0, -20.0)
    hidden = measure_mixture(quiet + loud, RATE_HZ, {"kick": quiet, "rest": loud}, protected=("kick",))
    free = measure_mixture(quiet + aside, RATE_HZ, {"kick": quiet, "rest": aside}, protected=("kick",))
    assert hidden.audibility["kick"] < free.audibility["kick"]
    assert set(hidden.stem_band_power) == {"kick", "rest"}


def test_a_protected_stem_that_is_silent_is_not_told_of() -> None:
    loud = tone(1000.0, -20.0)
    found = measure_mixture(loud, RATE_HZ, {"kick": 0.0 * loud, "rest": loud}, protected=("kick",))
    assert "kick" not in found.audibility
