"""Loudness as the standards check it, with signals synthesised as they describe them.

EBU Tech 3341 (2016) cases 1 to 6, 9 to 13 and 15 to 19, EBU Tech 3342 cases 1 to 4, ITU-R BS.1770-4 at 997 Hz.
"""

import math
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyloudnorm
import pytest

from analysis.listening import measure_programme
from analysis.loudness import measure_loudness
from analysis.true_peak import measure_true_peak

Floats = npt.NDArray[np.float64]
RATES = [44100, 48000, 96000]


def stereo_tones(parts: Iterable[tuple[float, float]], rate_hz: int = 48000, frequency_hz: float = 1000.0) -> Floats:
    """Return a sine in both channels whose peak level in dBFS steps through (level, seconds)."""
    gains = np.concatenate([np.full(round(s * rate_hz), 10.0 ** (level / 20.0)) for level, s in parts])
    wave = gains * np.sin(2.0 * np.pi * frequency_hz * np.arange(len(gains)) / rate_hz)
    return np.stack((wave, wave))


@pytest.mark.parametrize("rate_hz", RATES)
@pytest.mark.parametrize(
    ("parts", "expected_lufs"),
    [
        ([(-23.0, 20)], -23.0),
        ([(-33.0, 20)], -33.0),
        ([(-36.0, 10), (-23.0, 60), (-36.0, 10)], -23.0),
        ([(-72.0, 10), (-36.0, 10), (-23.0, 60), (-36.0, 10), (-72.0, 10)], -23.0),
        ([(-26.0, 20), (-20.0, 20.1), (-26.0, 20)], -23.0),
    ],
    ids=["3341-1", "3341-2", "3341-3", "3341-4", "3341-5"],
)
def test_integrated_loudness_of_tech_3341(parts: list[tuple[float, float]], expected_lufs: float, rate_hz: int) -> None:
    assert measure_loudness(stereo_tones(parts, rate_hz), rate_hz).integrated_lufs == pytest.approx(
        expected_lufs, abs=0.1
    )


@pytest.mark.parametrize("rate_hz", RATES)
def test_a_full_scale_tone_in_one_channel_is_at_minus_3_01(rate_hz: int) -> None:
    wave = np.sin(2.0 * np.pi * 997.0 * np.arange(20 * rate_hz) / rate_hz)
    loudness = measure_loudness(wave, rate_hz)
    assert loudness.integrated_lufs == pytest.approx(-3.01, abs=0.02)
    assert measure_loudness(np.stack((wave, 0.0 * wave)), rate_hz).integrated_lufs == loudness.integrated_lufs


def test_short_term_is_constant_over_tones_of_3_s_period() -> None:
    """Case 9: -20 dBFS for 1.34 s and -30 dBFS for 1.66 s, five times: -23 LUFS, once 3 s are full."""
    measures = measure_programme([stereo_tones([(-20.0, 1.34), (-30.0, 1.66)] * 5).astype(np.float32)], 48000)
    np.testing.assert_allclose(measures.short_term_lufs[60:], -23.0, atol=0.1)


@pytest.mark.parametrize("index", range(20))
def test_the_largest_short_term_does_not_depend_on_where_the_tone_begins(index: int) -> None:
    """Case 10."""
    wave = stereo_tones([(-200.0, 0.15 * index), (-23.0, 3.0), (-200.0, 1.0)])
    assert measure_loudness(wave, 48000).max_short_term_lufs == pytest.approx(-23.0, abs=0.1)


def test_momentary_is_constant_over_tones_of_400_ms_period() -> None:
    """Case 12: -20 dBFS for 0.18 s and -30 dBFS for 0.22 s, 25 times."""
    assert measure_loudness(stereo_tones([(-20.0, 0.18), (-30.0, 0.22)] * 25), 48000).max_momentary_lufs == (
        pytest.approx(-23.0, abs=0.1)
    )


@pytest.mark.parametrize("index", range(20))
def test_the_largest_momentary_does_not_depend_on_where_the_tone_begins(index: int) -> None:
    """Case 13."""
    wave = stereo_tones([(-200.0, 0.05 * index), (-23.0, 0.4), (-200.0, 1.0)])
    assert measure_loudness(wave, 48000).max_momentary_lufs == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize(
    ("divisor", "phase_degrees", "amplitude", "expected_dbtp"),
    [(4, 0, 0.5, -6.0), (4, 45, 0.5, -6.0), (6, 60, 0.5, -6.0), (8, 67.5, 0.5, -6.0), (4, 45, 1.41, 3.0)],
    ids=["3341-15", "3341-16", "3341-17", "3341-18", "3341-19"],
)
@pytest.mark.parametrize("rate_hz", [44100, 48000])
def test_true_peaks_of_tech_3341(
    divisor: int, phase_degrees: float, amplitude: float, expected_dbtp: float, rate_hz: int
) -> None:
    angle = 2.0 * np.pi * np.arange(rate_hz) / divisor + math.radians(phase_degrees)
    ramp = np.minimum(1.0, np.minimum(np.arange(rate_hz), np.arange(rate_hz)[::-1]) / (0.1 * rate_hz))
    found = 20.0 * math.log10(measure_true_peak(amplitude * ramp * np.sin(angle), rate_hz))
    assert expected_dbtp - 0.4 <= found <= expected_dbtp + 0.2


@pytest.mark.parametrize("place", [0, 1, 31, 32, 33, 479_999, 480_000, 480_001, 700_000])
def test_a_true_peak_is_found_wherever_it_lies(place: int) -> None:
    """A pair of equal samples peaks between them, also across the borders of blocks and chunks."""
    wave = np.zeros(700_002)
    wave[[place, place + 1]] = 0.5
    alone = np.zeros(200)
    alone[[100, 101]] = 0.5
    assert measure_true_peak(wave, 48000) == pytest.approx(measure_true_peak(alone, 48000), rel=1e-6)
    assert measure_true_peak(wave, 48000) > 0.6


def test_looking_only_where_it_matters_misses_no_peak() -> None:
    rng = np.random.default_rng(3)
    wave = (rng.standard_normal(200_000) * np.linspace(0.1, 0.2, 200_000)).astype(np.float32)
    spectrum = np.fft.rfft(wave.astype(np.float64))
    spectrum[int(0.38 * 200_000) :] = 0.0
    smooth = np.fft.irfft(spectrum)
    fine = np.fft.irfft(np.concatenate((spectrum, np.zeros(3 * 100_000))), 800_000) * 4.0
    assert measure_true_peak(smooth, 48000) == pytest.approx(np.abs(fine).max(), rel=3e-3)


@pytest.mark.parametrize(
    ("levels", "expected_lu"),
    [
        ((-20.0, -30.0), 10.0),
        ((-20.0, -15.0), 5.0),
        ((-40.0, -20.0), 20.0),
        ((-50.0, -35.0, -20.0, -35.0, -50.0), 15.0),
    ],
    ids=["3342-1", "3342-2", "3342-3", "3342-4"],
)
def test_loudness_range_of_tech_3342(levels: tuple[float, ...], expected_lu: float) -> None:
    wave = stereo_tones([(level, 20.0) for level in levels])
    assert measure_loudness(wave, 48000).range_lu == pytest.approx(expected_lu, abs=1.0)


@pytest.mark.parametrize("rate_hz", [32000, 44100, 48000, 96000])
def test_pyloudnorm_hears_the_same(rate_hz: int) -> None:
    rng = np.random.default_rng(rate_hz)
    count = 30 * rate_hz
    swell = 10.0 ** (np.interp(np.arange(count), np.linspace(0, count, 12), rng.uniform(-40.0, -6.0, 12)) / 20.0)
    red = np.cumsum(rng.standard_normal((2, count)), axis=1)
    red -= np.stack([np.convolve(channel, np.ones(200) / 200, "same") for channel in red])
    wave = swell * (0.02 * red + 0.2 * rng.standard_normal((2, count)))
    reference = pyloudnorm.Meter(rate_hz).integrated_loudness(wave.T)
    assert measure_loudness(wave, rate_hz).integrated_lufs == pytest.approx(reference, abs=0.05)


def test_silence_is_minus_infinity_and_never_nan() -> None:
    loudness = measure_loudness(np.zeros((2, 96000)), 48000)
    assert loudness.integrated_lufs == loudness.max_momentary_lufs == loudness.true_peak_dbtp == -math.inf
    assert loudness.range_lu == 0.0


def test_no_samples_at_all_are_silence() -> None:
    assert measure_loudness(np.zeros((2, 0)), 48000).integrated_lufs == -math.inf


def test_loudness_follows_gain_exactly() -> None:
    wave = stereo_tones([(-30.0, 5), (-20.0, 7), (-25.0, 4)])
    numbers = [measure_loudness(wave * 10.0 ** (gain / 20.0), 48000).integrated_lufs for gain in (0.0, 6.0, 12.0)]
    for quiet, loud in pairwise(numbers):
        assert loud - quiet == pytest.approx(6.0, abs=1e-4)
