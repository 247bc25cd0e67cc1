"""What one pass over a track finds, on sounds whose numbers are known."""

import math

import numpy as np
import numpy.typing as npt
import pytest

from analysis.activity import activity
from analysis.listening import measure_programme
from analysis.loudness import measure_loudness
from analysis.measures import BANDS_HZ, TrackMeasures
from tests.unit.analysis.clip_files import RATE_HZ, tone


def measured(sound: npt.ArrayLike, rate_hz: int = RATE_HZ, block: int = 480_000) -> TrackMeasures:
    """Return the measures of (samples,) or (channels, samples), fed in blocks."""
    whole = np.atleast_2d(np.asarray(sound, np.float32))
    return measure_programme((whole[:, at : at + block] for at in range(0, whole.shape[1], block)), rate_hz)


def noise(seconds: float, level_db: float = -20.0, seed: int = 0, channels: int = 1) -> npt.NDArray[np.float64]:
    """Return white noise of that RMS level."""
    rng = np.random.default_rng(seed)
    return 10.0 ** (level_db / 20.0) * rng.standard_normal((channels, round(seconds * RATE_HZ)))


@pytest.mark.parametrize("rate_hz", [8000, 22050, 44100, 48000, 96000, 192000])
def test_shapes_follow_length_at_any_rate(rate_hz: int) -> None:
    m = measured(tone(440.0, 2.3, rate_hz), rate_hz)
    assert m.length_seconds == pytest.approx(2.3)
    assert m.band_ll.shape == (46, len(BANDS_HZ))
    assert m.k_power.shape == m.is_active.shape == m.short_term_lufs.shape == (46,)
    assert m.level_power.shape == m.level_peak.shape == (2300,)
    assert m.spectrum_power.shape == m.quiet_spectrum_power.shape
    assert m.is_mono
    assert m.band_ll is m.band_rr is m.band_lr


@pytest.mark.parametrize("rate_hz", [44100, 48000, 96000])
@pytest.mark.parametrize("band_hz", [100.0, 1000.0, 10000.0])
def test_a_tone_lies_in_its_band_with_its_power(band_hz: float, rate_hz: int) -> None:
    m = measured(tone(band_hz, 3.0, rate_hz), rate_hz)
    bands = m.band_ll[2:-2].mean(axis=0)
    assert BANDS_HZ[int(np.argmax(bands))] == band_hz
    # the window blurs 23 Hz wide bands a little
    assert bands.max() == pytest.approx(0.125, rel=0.14 if band_hz == 100.0 else 0.01)
    assert bands.sum() == pytest.approx(0.125, rel=0.01)


def test_white_noise_rises_3_db_an_octave() -> None:
    bands = measured(noise(30.0)).band_ll.mean(axis=0)
    slope = np.polyfit(np.log2(BANDS_HZ[4:]), 10.0 * np.log10(bands[4:]), 1)[0]
    assert slope == pytest.approx(3.01, abs=0.1)
    assert bands.sum() == pytest.approx(0.01 * (22387 - 17.8) / 24000, rel=0.01)


def test_the_long_term_spectrum_adds_up_to_the_power() -> None:
    m = measured(noise(10.0))
    assert m.spectrum_power.sum() == pytest.approx(0.01, rel=0.01)
    assert m.spectrum_step_hz == pytest.approx(48000 / 4096)


def test_frames_lie_where_the_sound_is() -> None:
    sound = np.zeros(3 * RATE_HZ)
    sound[round(1.51 * RATE_HZ) : round(1.54 * RATE_HZ)] = tone(1000.0, 0.03)
    m = measured(sound)
    assert int(np.argmax(m.band_ll.sum(axis=1))) == int(np.argmax(m.k_power)) == 30
    assert int(np.argmax(m.level_power)) in range(1510, 1540)


def test_left_right_and_cross_power_of_stereo() -> None:
    left, right = tone(1000.0, 3.0), tone(1000.0, 3.0, amplitude=0.25)
    m = measured(np.stack((left, -right)))
    band = BANDS_HZ.index(1000.0)
    assert m.band_ll[20, band] == pytest.approx(0.125, rel=0.03)
    assert m.band_rr[20, band] == pytest.approx(0.03125, rel=0.03)
    assert m.band_lr[20, band] == pytest.approx(-0.0625, rel=0.03)
    assert m.correlation == pytest.approx(-1.0, abs=1e-5)


def test_mono_media_plays_on_both_sides() -> None:
    mono, stereo = measured(noise(5.0)), measured(np.repeat(noise(5.0), 2, axis=0))
    assert mono.loudness.integrated_lufs == pytest.approx(stereo.loudness.integrated_lufs, abs=1e-4)
    np.testing.assert_allclose(mono.k_power, stereo.k_power, rtol=1e-5)
    np.testing.assert_allclose(mono.level_power, stereo.level_power, rtol=1e-5)
    np.testing.assert_allclose(mono.band_ll, stereo.band_rr, rtol=1e-4)
    assert stereo.correlation == pytest.approx(1.0)
    assert stereo.side_to_mid_db == mono.side_to_mid_db == -math.inf


def test_side_over_mid_of_independent_channels_is_zero() -> None:
    m = measured(noise(10.0, channels=2))
    assert m.side_to_mid_db == pytest.approx(0.0, abs=0.1)
    assert m.correlation == pytest.approx(0.0, abs=0.01)


def test_out_of_phase_has_no_mid() -> None:
    wave = noise(2.0)[0]
    assert measured(np.stack((wave, -wave))).side_to_mid_db == 100.0


def test_the_pass_agrees_with_the_exact_loudness() -> None:
    sound = noise(12.34, channels=2) * np.linspace(0.1, 1.0, round(12.34 * RATE_HZ))
    exact = measure_loudness(sound, RATE_HZ)
    heard = measured(sound, block=9999).loudness
    assert heard.integrated_lufs == pytest.approx(exact.integrated_lufs, abs=1e-4)
    assert heard.range_lu == pytest.approx(exact.range_lu, abs=1e-3)
    assert heard.true_peak_dbtp == pytest.approx(exact.true_peak_dbtp, abs=1e-5)


@pytest.mark.parametrize("block", [1000, 48_000, 77_777, 2_000_000])
def test_blocks_of_any_size_give_the_same_measures(block: int) -> None:
    sound = noise(23.4, channels=2)
    one, other = measured(sound, block=480_000), measured(sound, block=block)
    np.testing.assert_allclose(one.band_lr, other.band_lr, rtol=1e-4, atol=1e-9)
    np.testing.assert_allclose(one.k_power, other.k_power, rtol=1e-5)
    np.testing.assert_array_equal(one.level_peak, other.level_peak)
    assert one.loudness.true_peak_dbtp == pytest.approx(other.loudness.true_peak_dbtp, abs=1e-4)


def test_crest_of_a_sine_is_3_db_and_of_noise_more() -> None:
    assert measured(tone(1000.0, 3.0)).crest_db == pytest.approx(3.01, abs=0.05)
    assert measured(noise(10.0)).crest_db > 11.0


def test_an_offset_is_found_and_its_sign_kept() -> None:
    assert measured(tone(100.0, 3.0) - 0.01).dc_offset_linear == pytest.approx(-0.01, abs=1e-4)
    beside_silence = np.concatenate((tone(100.0, 3.0) + 0.02, np.zeros(6 * RATE_HZ)))
    assert measured(beside_silence).dc_offset_linear == pytest.approx(0.02, abs=1e-3)


def test_onsets_are_counted() -> None:
    seconds = np.arange(10 * RATE_HZ) / RATE_HZ
    hits = noise(10.0, -12.0)[0] * np.exp(-((seconds % 0.25) * 40.0)) + noise(10.0, -80.0, 1)[0]
    m = measured(hits)
    assert m.onsets_per_second * m.active_seconds == pytest.approx(40.0, abs=2.0)


def test_a_steady_tone_has_no_onsets() -> None:
    assert measured(tone(220.0, 5.0)).onsets_per_second <= 0.2


def phrases(seconds: float, on_seconds: float, between_db: float | None) -> npt.NDArray[np.float64]:
    """Return noise at -20 dB for the first part of every 4 s, and something quieter for the rest."""
    plays = (np.arange(round(seconds * RATE_HZ)) / RATE_HZ) % 4.0 < on_seconds
    between = 0.0 if between_db is None else noise(seconds, between_db, 1)[0]
    return np.where(plays, noise(seconds)[0], between)


@pytest.mark.parametrize("between_db", [None, -80.0, -60.0, -52.0, -44.0, -38.0])
@pytest.mark.parametrize("on_seconds", [0.6, 2.0, 3.5])
def test_noise_and_bleed_between_phrases_is_no_playing(between_db: float | None, on_seconds: float) -> None:
    m = measured(phrases(40.0, on_seconds, between_db))
    assert m.active_seconds == pytest.approx(10.0 * on_seconds, abs=1.1)
    assert m.active_lufs == pytest.approx(measured(noise(10.0)).active_lufs, abs=0.5)
    if between_db is None:
        assert m.noise_floor_dbfs < -20.0
    else:
        assert m.noise_floor_dbfs == pytest.approx(between_db, abs=1.0)


def test_the_quiet_spectrum_is_that_of_the_pauses() -> None:
    hum = tone(50.0, 20.0, amplitude=0.001)
    m = measured(phrases(20.0, 2.0, None) + hum)
    assert int(np.argmax(m.quiet_spectrum_power)) in (4, 5)
    assert m.quiet_spectrum_power.sum() == pytest.approx(5e-7, rel=0.2)
    assert m.spectrum_power.sum() == pytest.approx(0.01, rel=0.1)


def test_a_loud_bump_does_not_make_the_music_silent() -> None:
    sound = noise(20.0, -50.0)[0]
    sound[RATE_HZ : RATE_HZ + 2400] = noise(0.05, -6.0, 2)[0]
    assert measured(sound).active_seconds > 19.0


def test_a_fading_note_plays_down_to_thirty_decibels() -> None:
    seconds = np.arange(10 * RATE_HZ) / RATE_HZ
    m = measured(noise(10.0)[0] * 10.0 ** (-6.0 * seconds / 20.0))
    assert 3.0 < m.active_seconds < 7.5


def test_what_is_below_minus_70_lufs_is_silence() -> None:
    m = measured(noise(5.0, -80.0))
    assert m.is_silent
    assert m.active_seconds == 0.0
    assert m.active_lufs == -math.inf
    assert m.noise_floor_dbfs == pytest.approx(-80.0, abs=0.5)


def test_digital_silence_gives_no_nan() -> None:
    m = measured(np.zeros((2, 3 * RATE_HZ)))
    numbers = [value for value in vars(m).values() if isinstance(value, float)]
    assert not any(math.isnan(value) for value in numbers)
    assert not m.band_ll.any()
    assert m.noise_floor_dbfs == -math.inf


def test_a_programme_without_blocks_is_silent() -> None:
    assert measure_programme([], RATE_HZ).is_silent


@pytest.mark.parametrize("count", [1, 47, 2399, 2401, 24_000])
def test_very_short_sounds_are_measured(count: int) -> None:
    m = measured(noise(1.0)[0][:count])
    assert len(m.level_power) == math.ceil(count / 48)
    assert math.isfinite(m.loudness.integrated_lufs)


def test_activity_does_not_depend_on_level() -> None:
    powers = measured(phrases(20.0, 2.0, -50.0)).k_power.astype(np.float64)
    np.testing.assert_array_equal(activity(powers).is_active, activity(powers * 4.0).is_active)


def test_collectors_hear_every_block_with_its_place() -> None:
    class Listener:
        def __init__(self) -> None:
            self.heard: list[tuple[int, int]] = []

        def feed(self, block: npt.NDArray[np.float32], start_sample: int) -> None:
            self.heard.append((start_sample, block.shape[1]))

    listener = Listener()
    sound = np.zeros((1, 1000), np.float32)
    measure_programme([sound[:, :600], sound[:, 600:]], RATE_HZ, collectors=[listener])
    assert listener.heard == [(0, 600), (600, 400)]
