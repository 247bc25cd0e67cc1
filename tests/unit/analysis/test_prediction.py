"""Predictions from measurements against what the rendering then does."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.measures import BANDS_HZ, Loudness, TrackMeasures
from analysis.prediction import (
    HALF_BAND,
    band_response,
    delay_return_power,
    gain_reduction_db,
    gate_gain,
    mean_gain_reduction_db,
    peak_after,
    power_response,
    reverb_return_power,
    solve_threshold,
)
from analysis.rendering.chain import processor
from analysis.rendering.compressor import Compressor
from analysis.rendering.gate import Gate
from reaper_bridge.session.effects import (
    DelayTap,
    Effect,
    EqBand,
    ReaComp,
    ReaDelay,
    ReaEq,
    ReaGate,
    ReaLimit,
    ReaVerbate,
    trim,
)

RATE = 48_000
Audio = npt.NDArray[np.float64]


def playing(seconds: float = 8.0, seed: int = 0) -> Audio:
    """Return noise that swells and is struck as music is, in both channels."""
    rng = np.random.default_rng(seed)
    times = np.arange(round(seconds * RATE)) / RATE
    strike = np.exp(-6.0 * (times % 0.37)) + 0.3 * np.exp(-2.0 * (times % 1.1))
    noise = rng.standard_normal((2, len(times))) + 2.0 * np.sin(2 * np.pi * 90.0 * times)
    return np.asarray(0.08 * strike * noise)


def envelope(audio: Audio) -> tuple[Audio, Audio]:
    """Return the mean square and the peak of every millisecond."""
    steps = audio.reshape(2, -1, RATE // 1000)
    return (steps**2).mean(axis=(0, 2)), np.abs(steps).max(axis=(0, 2))


@pytest.mark.parametrize(
    "effect",
    [
        ReaComp(-24.0, 3.0, attack_ms=10.0, release_ms=120.0),
        ReaComp(-30.0, 4.0, attack_ms=3.0, release_ms=60.0, knee_db=6.0),
        ReaComp(-20.0, 8.0, attack_ms=30.0, release_ms=250.0, rms_ms=10.0),
        ReaComp(-26.0, 2.0, attack_ms=1.0, release_ms=40.0, rms_ms=20.0, knee_db=12.0),
    ],
)
def test_the_mean_gain_reduction_is_predicted_within_a_twentieth_of_a_db(effect: ReaComp) -> None:
    audio = playing()
    power, peak = envelope(audio)
    compressor = Compressor(effect, RATE)
    compressor.process(audio.copy())
    predicted = gain_reduction_db(effect, power, peak)
    assert compressor.mean_gain_reduction_db > 1.0
    assert predicted.mean() == pytest.approx(compressor.mean_gain_reduction_db, abs=0.05)
    assert predicted.max() == pytest.approx(compressor.max_gain_reduction_db, abs=0.3)


def test_a_gain_before_the_compressor_counts_as_louder_input() -> None:
    power, peak = envelope(playing(2.0))
    effect = ReaComp(-24.0, 3.0)
    louder = gain_reduction_db(effect, 10 ** (0.6) * power, peak)
    assert gain_reduction_db(effect, power, peak, 6.0) == pytest.approx(louder)


def test_the_mean_counts_only_while_the_track_plays() -> None:
    power = np.concatenate((np.full(1000, 0.1), np.zeros(1000)))
    effect = ReaComp(-20.0, 100.0, attack_ms=0.0, release_ms=1.0, rms_ms=0.1)
    frames = np.arange(40) < 20
    expected = 10.0 * 0.99
    assert mean_gain_reduction_db(effect, power, None, frames) == pytest.approx(expected, abs=0.01)
    per_ms = np.repeat(frames, 50)
    assert mean_gain_reduction_db(effect, power, None, per_ms) == pytest.approx(expected, abs=0.01)
    assert mean_gain_reduction_db(effect, power, None, np.zeros(40, bool)) == 0.0


@settings(max_examples=20)
@given(st.floats(0.5, 8.0), st.floats(1.5, 10.0), st.floats(-20.0, 20.0), st.sampled_from([0.0, 4.0, 12.0]))
def test_the_solved_threshold_gives_the_gain_reduction_that_was_asked_for(
    target_db: float, ratio: float, level_db: float, knee_db: float
) -> None:
    power, _ = envelope(playing(3.0) * 10 ** (level_db / 20.0))
    active = np.ones(60, bool)
    effect = ReaComp(ratio=ratio, attack_ms=10.0, knee_db=knee_db)
    threshold = solve_threshold(effect, power, active, target_db)
    solved = replace(effect, threshold_db=threshold)
    assert mean_gain_reduction_db(solved, power, None, active) == pytest.approx(target_db, abs=0.02)
    # a louder recording moves the threshold and nothing else
    moved = solve_threshold(effect, power, active, target_db, gain_db=6.0)
    assert moved == pytest.approx(threshold + 6.0, abs=0.02)


def test_a_target_out_of_reach_ends_at_the_end_of_the_knob() -> None:
    power, _ = envelope(playing(1.0))
    active = np.ones(20, bool)
    assert solve_threshold(ReaComp(ratio=1.0), power, active, 3.0) == pytest.approx(-90.0, abs=0.02)
    assert solve_threshold(ReaComp(ratio=4.0), power, active, 0.0) == pytest.approx(6.0)


def test_a_trim_is_a_gain_at_every_frequency_and_a_reverb_is_no_filter() -> None:
    assert power_response(trim(6.0), [50.0, 5000.0]) == pytest.approx([10**0.6, 10**0.6])
    assert power_response(ReaVerbate(), [50.0]) == pytest.approx([1.0])
    assert power_response(ReaEq((), gain_db=-3.0), [50.0]) == pytest.approx([10**-0.3])


def test_the_band_response_weighs_with_the_spectrum_as_the_rendering_does() -> None:
    effect = ReaEq(
        (EqBand("high_pass", 120.0), EqBand("bell", 800.0, -5.0, 0.5), EqBand("high_shelf", 6000.0, 4.0, 0.8))
    )
    audio = playing(6.0)
    out = processor(effect, RATE).process(audio.copy())  # type: ignore[union-attr]
    step_hz = 1.0 / 6.0
    window = np.hanning(audio.shape[1])
    before, after = (np.mean(np.abs(np.fft.rfft(window * x, axis=1)) ** 2, axis=0) for x in (audio, out))
    gains = band_response(effect, before, step_hz)
    frequencies = np.arange(len(before)) * step_hz
    for band, gain in zip(BANDS_HZ, gains, strict=True):
        inside = (frequencies >= band / HALF_BAND) & (frequencies < band * HALF_BAND)
        rendered_db = 10.0 * np.log10(after[inside].sum() / before[inside].sum())
        assert 10.0 * np.log10(gain) == pytest.approx(rendered_db, abs=0.1)


def test_a_band_without_energy_counts_evenly() -> None:
    effect = ReaEq((EqBand("high_pass", 100.0),))
    gains = band_response(effect, np.zeros(1000), 24.0)
    for centre, gain in zip(BANDS_HZ, gains, strict=True):
        inside = np.linspace(centre / HALF_BAND, centre * HALF_BAND, 2001)
        assert gain == pytest.approx(power_response(effect, inside).mean(), rel=0.01)


def test_a_notch_narrower_than_the_bins_takes_no_more_than_it_is_wide() -> None:
    notch = ReaEq((EqBand("notch", 50.0, 0.0, 0.05),))
    gains = band_response(notch, np.ones(2049), 11.7)
    fiftieth = BANDS_HZ.index(50.0)
    assert power_response(notch, BANDS_HZ)[fiftieth] < 0.01
    assert 0.6 < gains[fiftieth] < 0.95


@pytest.mark.parametrize(
    "effect",
    [
        ReaVerbate(room_size_ratio=0.3, dampening_ratio=0.5),
        ReaVerbate(room_size_ratio=0.8, dampening_ratio=0.3, pre_delay_ms=30.0, wet_db=-6.0),
        ReaVerbate(room_size_ratio=0.6, low_pass_hz=6000.0, high_pass_hz=300.0),
    ],
)
def test_the_power_of_a_reverb_return_is_predicted_per_band(effect: ReaVerbate) -> None:
    check_return(effect, reverb_return_power(effect, BANDS_HZ), 0.7)


def test_the_power_of_a_delay_return_is_predicted_per_band() -> None:
    taps = (
        DelayTap(length_beats=0.75, feedback_db=-8.0, low_pass_hz=4000.0, high_pass_hz=300.0, pan=-0.6),
        DelayTap(length_ms=333.0, level_db=-4.0, pan=0.6),
        DelayTap(),
    )
    effect = ReaDelay(taps, wet_db=-3.0)
    check_return(replace(effect, taps=taps[:2]), delay_return_power(effect, BANDS_HZ), 0.7)


def check_return(effect: Effect, predicted: Audio, within_db: float) -> None:
    """Send long mono noise and compare the mean power of the return in every third octave above 80 Hz."""
    seconds = 30
    mono = np.random.default_rng(8).standard_normal(seconds * RATE)
    mono[-3 * RATE :] = 0.0
    out = processor(effect, RATE).process(np.vstack((mono, mono)))  # type: ignore[union-attr]
    sent = np.abs(np.fft.rfft(mono)) ** 2
    returned = (np.abs(np.fft.rfft(out, axis=1)) ** 2).mean(axis=0)
    frequencies = np.arange(len(sent)) / seconds
    errors = []
    for band, gain in zip(BANDS_HZ, predicted, strict=True):
        inside = (frequencies >= band / HALF_BAND) & (frequencies < band * HALF_BAND)
        if band >= 80.0:
            errors.append(10.0 * np.log10(gain / (returned[inside].sum() / sent[inside].sum())))
    assert np.abs(errors).max() < within_db
    assert abs(np.mean(errors)) < 0.15


def measures(audio: Audio) -> TrackMeasures:
    power, peak = envelope(audio)
    spectrum = np.mean(np.abs(np.fft.rfft(audio, axis=1)) ** 2, axis=0)
    nothing = np.zeros((0, 31), np.float32)
    return TrackMeasures(
        RATE,
        2,
        audio.shape[1] / RATE,
        Loudness(-20.0, -18.0, -19.0, 5.0, -6.0, -6.0),
        -20.0,
        1.0,
        10.0,
        -90.0,
        0.0,
        1.0,
        -20.0,
        nothing,
        nothing,
        nothing,
        np.zeros(0, np.float32),
        power.astype(np.float32),
        peak.astype(np.float32),
        np.ones(len(power) // 50, np.bool_),
        spectrum.astype(np.float32),
        RATE / audio.shape[1],
        np.zeros(0, np.float32),
    )


@pytest.mark.parametrize(
    ("effects", "within_db"),
    [
        ((trim(-7.0),), 0.01),
        ((ReaComp(-24.0, 3.0, attack_ms=10.0, wet_db=4.0),), 0.75),
        ((trim(3.0), ReaEq((EqBand("high_shelf", 3000.0, 4.0, 0.8),)), ReaComp(-20.0, 4.0)), 1.5),
        ((ReaLimit(-12.0, -1.0, true_peak=False),), 0.2),
    ],
)
def test_the_peak_after_a_chain_is_estimated(effects: tuple[Effect, ...], within_db: float) -> None:
    audio = playing(4.0)
    out = audio.copy()
    for effect in effects:
        out = processor(effect, RATE).process(out)  # type: ignore[union-attr]
    rendered_db = 20.0 * np.log10(np.abs(out).max())
    assert peak_after(effects, measures(audio)) == pytest.approx(rendered_db, abs=within_db)


def test_silence_has_no_peak_after_anything() -> None:
    assert peak_after((trim(20.0), ReaComp(-60.0, 4.0)), measures(np.zeros((2, RATE)))) == -np.inf


@given(
    threshold_db=st.floats(-45.0, -10.0),
    hold_ms=st.floats(20.0, 200.0),
    release_ms=st.floats(50.0, 400.0),
    dry_db=st.floats(-30.0, -6.0),
    seed=st.integers(0, 50),
)
@settings(max_examples=25, deadline=None)
def test_a_gate_is_predicted_from_the_envelope_as_it_is_rendered(
    threshold_db: float, hold_ms: float, release_ms: float, dry_db: float, seed: int
) -> None:
    rate = 48_000
    draw = np.random.default_rng(seed)
    sound = 1e-4 * draw.standard_normal(3 * rate)
    for start in draw.integers(0, 2 * rate, 8):
        burst = draw.standard_normal(rate // 4) * np.exp(-np.arange(rate // 4) / (0.04 * rate))
        sound[start : start + len(burst)] += 10 ** (draw.uniform(-40.0, -6.0) / 20) * burst
    gate = ReaGate(threshold_db, -3.0, 1.0, release_ms, hold_ms, wet_db=0.0, dry_db=dry_db)
    rendered = Gate(gate, rate).process(np.stack([sound, sound]))[0] / sound
    peak = np.abs(sound).reshape(-1, rate // 1000).max(axis=1)
    predicted = gate_gain(gate, peak)
    error_db = 20 * np.log10(predicted) - 20 * np.log10(np.median(rendered.reshape(-1, rate // 1000), axis=1))
    assert abs(error_db.mean()) < 0.3
    assert np.percentile(abs(error_db), 90) < 1.0


def test_a_gate_that_looks_ahead_is_open_when_the_hit_comes() -> None:
    peak = np.full(200, 1e-4)
    peak[100:110] = 0.5
    early = gate_gain(ReaGate(-20.0, attack_ms=1.0, pre_open_ms=5.0, dry_db=-60.0), peak)
    assert early[99] > 0.95
    assert gate_gain(ReaGate(-20.0, attack_ms=1.0, dry_db=-60.0), peak)[99] < 0.01
