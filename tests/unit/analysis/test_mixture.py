"""The numbers of a mix, on signals whose numbers are known."""

import math

import numpy as np
import pytest

from analysis.bands import BANDS, importance, spectrum_distance_db
from analysis.loudness import measure_loudness
from analysis.mixture import MixtureMeasures, MixtureMeter, measure_mixture

RATE_HZ = 48_000
SINGLE_NUMBERS = (
    "integrated_lufs", "true_peak_dbtp", "range_lu", "lead_to_accompaniment_db", "lead_clarity_ratio",
    "spectrum_distance_db", "side_to_mid_db", "low_side_to_mid_db", "imbalance_db", "correlation",
)  # fmt: skip


def tone(frequency_hz: float, level_db: float, seconds: float = 6.0) -> np.ndarray:
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return 10.0 ** (level_db / 20.0) * np.sin(2.0 * np.pi * frequency_hz * time)


def noise(seed: int, seconds: float = 6.0, level_db: float = -20.0) -> np.ndarray:
    return 10.0 ** (level_db / 20.0) * np.random.default_rng(seed).standard_normal(round(seconds * RATE_HZ))


def both(signal: np.ndarray) -> np.ndarray:
    return np.stack((signal, signal))


def band(frequency_hz: float) -> int:
    return int(np.argmin(np.abs(BANDS - frequency_hz)))


def test_a_997_hz_sine_of_minus_23_dbfs_in_both_channels_reads_minus_23_lufs() -> None:
    found = measure_mixture(both(tone(997.0, -23.0)), RATE_HZ)
    assert found.integrated_lufs == pytest.approx(-23.0, abs=0.1)
    assert found.true_peak_dbtp == pytest.approx(-23.0, abs=0.1)


def test_loudness_is_that_of_the_loudness_meter() -> None:
    mix = np.stack((noise(1), noise(2, level_db=-26.0)))
    found, expected = measure_mixture(mix, RATE_HZ), measure_loudness(mix, RATE_HZ)
    assert found.integrated_lufs == pytest.approx(expected.integrated_lufs, abs=1e-3)
    assert found.range_lu == pytest.approx(expected.range_lu, abs=1e-3)
    assert found.true_peak_dbtp == pytest.approx(expected.true_peak_dbtp, abs=1e-3)
    assert len(found.short_term_lufs) == 120
    assert found.short_term_lufs[-1] == pytest.approx(expected.max_short_term_lufs, abs=0.1)


def test_the_lead_ratio_of_two_tones_is_their_level_difference() -> None:
    lead, rest = both(tone(1000.0, -20.0)), both(tone(1010.0, -26.0))
    found = measure_mixture(lead + rest, RATE_HZ, {"lead": lead, "rest": rest}, "lead")
    assert found.lead_to_accompaniment_db == pytest.approx(6.0, abs=0.1)


def test_only_frames_where_the_lead_sings_count_for_the_lead_ratio() -> None:
    lead, rest = both(noise(1)), both(noise(2))
    lead[:, : 3 * RATE_HZ] = 0.0
    rest[:, : 3 * RATE_HZ] *= 10.0
    found = measure_mixture(lead + rest, RATE_HZ, {"lead": lead, "rest": rest}, "lead")
    assert found.lead_to_accompaniment_db == pytest.approx(0.0, abs=0.2)


def test_a_lead_as_the_only_stem_is_compared_with_what_else_is_in_the_master() -> None:
    lead, rest = both(noise(1)), both(noise(2, level_db=-23.0))
    alone = measure_mixture(lead + rest, RATE_HZ, {"lead": lead}, "lead")
    assert alone.lead_to_accompaniment_db == pytest.approx(3.0, abs=0.2)


def test_without_a_lead_there_is_no_lead_ratio() -> None:
    mix = both(noise(1))
    assert measure_mixture(mix, RATE_HZ, {"drums": mix}).lead_to_accompaniment_db is None
    silent = measure_mixture(mix, RATE_HZ, {"lead": 0.0 * mix, "drums": mix}, "lead")
    assert silent.lead_to_accompaniment_db is None
    assert silent.lead_clarity_ratio is None


def test_the_importance_of_all_bands_is_one() -> None:
    assert importance().sum() == pytest.approx(1.0)
    assert importance()[band(2000.0)] == max(importance())


def test_clarity_of_equal_noises_follows_the_formula() -> None:
    """Equal white noises: each band hears 0 dB less what spreads into it from below and above."""
    lead, rest = both(noise(1)), both(noise(2))
    found = measure_mixture(lead + rest, RATE_HZ, {"lead": lead, "rest": rest}, "lead")
    step = 10.0**0.1
    up = sum(step**-k * 10.0 ** (-0.7 * k) for k in range(1, 20))
    down = sum(step**k * 10.0 ** (-2.0 * k) for k in range(1, 10))
    ratio_db = -10.0 * math.log10(1.0 + up + down)
    assert found.lead_clarity_ratio == pytest.approx((ratio_db + 15.0) / 30.0, abs=0.02)


def test_clarity_rises_with_the_lead_and_ends_at_one() -> None:
    lead, rest = both(noise(1)), both(noise(2))
    levels = [
        measure_mixture(g * lead + rest, RATE_HZ, {"lead": g * lead, "rest": rest}, "lead").lead_clarity_ratio
        for g in (0.01, 0.3, 1.0, 3.0, 100.0)
    ]
    assert levels == sorted(levels)
    assert levels[0] == pytest.approx(0.0, abs=0.01)
    assert levels[-1] == pytest.approx(1.0, abs=0.01)


def test_white_noise_lies_at_no_distance_from_a_slope_of_3_db_an_octave() -> None:
    white_db = 10.0 * np.log10(BANDS)
    found = measure_mixture(both(noise(3, 20.0)), RATE_HZ, target_db=white_db)
    assert found.spectrum_distance_db == pytest.approx(0.0, abs=0.3)
    tilted = measure_mixture(both(noise(3, 20.0)), RATE_HZ, target_db=white_db - 3.0 * np.log2(BANDS))
    octaves = (np.arange(24) - 11.5) / 3.0
    assert tilted.spectrum_distance_db == pytest.approx(3.0 * float(octaves.std()), abs=0.3)


def test_a_spectrum_is_at_no_distance_from_itself_at_any_level() -> None:
    power = 10.0 ** (np.random.default_rng(5).uniform(-6.0, 0.0, 31))
    assert spectrum_distance_db(7.0 * power, 10.0 * np.log10(power)) == pytest.approx(0.0, abs=1e-9)


def test_band_power_of_a_tone_is_its_mean_square_in_both_channels() -> None:
    found = measure_mixture(both(tone(1000.0, -20.0)), RATE_HZ)
    assert found.band_power.sum() == pytest.approx(2.0 * 0.5 * 0.01, rel=0.02)
    assert found.band_power[band(1000.0)] > 0.99 * found.band_power.sum()


def test_mono_has_no_side_full_correlation_and_no_mono_loss() -> None:
    found = measure_mixture(both(noise(1)), RATE_HZ)
    assert found.side_to_mid_db == -math.inf
    assert found.low_side_to_mid_db == -math.inf
    assert found.correlation == pytest.approx(1.0)
    assert np.allclose(found.mono_loss_db, 0.0, atol=1e-3)
    assert found.imbalance_db == pytest.approx(0.0, abs=1e-6)


def test_opposite_channels_have_no_mid_and_vanish_in_mono() -> None:
    signal = noise(1)
    found = measure_mixture(np.stack((signal, -signal)), RATE_HZ)
    assert found.side_to_mid_db == 100.0
    assert found.correlation == pytest.approx(-1.0)
    assert found.mono_loss_db[band(1000.0)] < -40.0


def test_independent_channels_lose_3_db_in_mono() -> None:
    found = measure_mixture(np.stack((noise(1, 20.0), noise(2, 20.0))), RATE_HZ)
    assert found.correlation == pytest.approx(0.0, abs=0.01)
    assert found.side_to_mid_db == pytest.approx(0.0, abs=0.1)
    assert found.mono_loss_db[band(4000.0)] == pytest.approx(-3.0, abs=0.2)


@pytest.mark.parametrize(("side_hz", "is_low"), [(60.0, True), (400.0, False)])
def test_only_side_below_120_hz_counts_for_the_low_end(side_hz: float, is_low: bool) -> None:
    middle, side = tone(60.0, -20.0), tone(side_hz + 5.0, -40.0)
    found = measure_mixture(np.stack((middle + side, middle - side)), RATE_HZ)
    assert found.side_to_mid_db == pytest.approx(-20.0, abs=0.2)
    if is_low:
        assert found.low_side_to_mid_db == pytest.approx(-20.0, abs=0.3)
    else:
        assert found.low_side_to_mid_db < -60.0


@pytest.mark.parametrize("right_gain", [1.0, 0.5, -0.25, 0.0])
def test_correlation_below_120_hz_looks_at_the_low_end_alone(right_gain: float) -> None:
    low, high = tone(60.0, -20.0), tone(2000.0, -10.0)
    found = measure_mixture(np.stack((low + high, right_gain * low - high)), RATE_HZ)
    assert found.correlation < -0.5
    assert found.low_correlation == pytest.approx(np.sign(right_gain), abs=0.05)


def test_imbalance_is_left_over_right_in_db() -> None:
    signal = noise(1)
    found = measure_mixture(np.stack((signal, signal * 10.0 ** (-2.0 / 20.0))), RATE_HZ)
    assert found.imbalance_db == pytest.approx(2.0, abs=0.01)


def test_every_stem_has_its_own_loudness() -> None:
    loud, soft = both(tone(997.0, -20.0)), both(tone(997.0, -32.0))
    found = measure_mixture(loud + soft, RATE_HZ, {"loud": loud, "soft": soft, "none": 0.0 * loud})
    assert found.stem_lufs["loud"] == pytest.approx(-20.0, abs=0.1)
    assert found.stem_lufs["soft"] == pytest.approx(-32.0, abs=0.1)
    assert found.stem_lufs["none"] == -math.inf


def test_silence_gives_minus_infinity_and_never_nan() -> None:
    found = measure_mixture(np.zeros((2, RATE_HZ)), RATE_HZ, {"a": np.zeros((2, RATE_HZ))}, "a", np.zeros(31))
    assert found.integrated_lufs == -math.inf
    assert found.true_peak_dbtp == -math.inf
    assert found.correlation == 1.0
    assert found.imbalance_db == 0.0
    assert not np.isnan(found.mono_loss_db).any()
    assert found.peak_to_loudness_db == 0.0


def test_nothing_fed_measures_as_silence() -> None:
    assert MixtureMeter(RATE_HZ).measures().integrated_lufs == -math.inf


def _in_blocks(size: int, mix: np.ndarray, stems: dict[str, np.ndarray]) -> MixtureMeasures:
    meter = MixtureMeter(RATE_HZ, tuple(stems), "lead", np.zeros(31))
    for start in range(0, mix.shape[1], size):
        meter.feed(mix[:, start : start + size], {name: s[:, start : start + size] for name, s in stems.items()})
    return meter.measures()


@pytest.mark.parametrize("size", [1_000, 16_384, 99_991])
def test_how_the_mix_is_cut_into_blocks_does_not_matter(size: int) -> None:
    lead, rest = np.stack((noise(1, 13.3), noise(2, 13.3))), np.stack((noise(3, 13.3), noise(4, 13.3)))
    stems = {"lead": lead, "rest": rest}
    whole, cut = _in_blocks(10**9, lead + rest, stems), _in_blocks(size, lead + rest, stems)
    for name in SINGLE_NUMBERS:
        assert getattr(cut, name) == pytest.approx(getattr(whole, name), abs=1e-4), name
    assert len(cut.short_term_lufs) == len(whole.short_term_lufs) == 266
    assert np.allclose(cut.mono_loss_db, whole.mono_loss_db, atol=1e-3)
