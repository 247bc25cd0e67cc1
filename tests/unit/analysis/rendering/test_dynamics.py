"""Compressor, gate and limiter."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.rendering.compressor import Compressor, make_up_db, static_gain_reduction_db
from analysis.rendering.gate import Gate
from analysis.rendering.limiter import Limiter
from reaper_bridge.session.effects import ReaComp, ReaGate, ReaLimit

RATE = 48_000
Audio = npt.NDArray[np.float64]


def square(level_db: float, seconds: float = 1.0) -> Audio:
    """A signal whose magnitude never changes, so that peak and RMS are the same."""
    signs = np.where(np.arange(round(seconds * RATE)) // 24 % 2, 1.0, -1.0)
    return np.tile(signs * 10.0 ** (level_db / 20.0), (2, 1))


def gain_db(before: Audio, after: Audio) -> Audio:
    return np.asarray(20.0 * np.log10(np.abs(after[0] / before[0])))


def test_the_static_curve_has_its_ratio_above_the_threshold_and_nothing_below() -> None:
    effect = ReaComp(threshold_db=-20.0, ratio=4.0)
    assert static_gain_reduction_db(effect, [-40.0, -20.0, -12.0, 0.0]) == pytest.approx([0.0, 0.0, 6.0, 15.0])


def test_a_knee_is_smooth_and_meets_the_curve_at_its_ends() -> None:
    hard, soft = ReaComp(-20.0, 4.0), ReaComp(-20.0, 4.0, knee_db=12.0)
    levels = np.linspace(-40.0, 0.0, 401)
    bent = static_gain_reduction_db(soft, levels)
    assert static_gain_reduction_db(soft, -14.0) == pytest.approx(static_gain_reduction_db(hard, -14.0))
    assert static_gain_reduction_db(soft, -26.0) == 0.0
    assert np.abs(np.diff(bent, 2)).max() < 0.02
    assert (np.diff(bent) >= 0.0).all()


@pytest.mark.parametrize("rms_ms", [0.0, 5.0])
@pytest.mark.parametrize("knee_db", [0.0, 6.0])
def test_a_steady_tone_settles_at_the_static_curve(rms_ms: float, knee_db: float) -> None:
    effect = ReaComp(-20.0, 4.0, attack_ms=10.0, knee_db=knee_db, rms_ms=rms_ms)
    tone = square(-10.0)
    out = Compressor(effect, RATE).process(tone.copy())
    assert gain_db(tone, out)[-1] == pytest.approx(-float(static_gain_reduction_db(effect, -10.0)), abs=1e-6)


def test_the_gain_falls_steadily_in_the_attack_and_rises_steadily_in_the_release() -> None:
    effect = ReaComp(-20.0, 4.0, attack_ms=20.0, release_ms=100.0, rms_ms=0.0)
    tone = np.concatenate((square(-30.0, 0.1), square(-6.0, 0.5), square(-30.0, 1.0)), axis=1)
    gain = gain_db(tone, Compressor(effect, RATE).process(tone.copy()))
    attack, release = gain[4800:28_800], gain[28_801:]
    assert (np.diff(attack) <= 1e-9).all()
    assert (np.diff(release[2400:]) >= -1e-9).all()
    depth = -float(static_gain_reduction_db(effect, -6.0))
    assert attack[round(0.020 * RATE)] == pytest.approx(0.632 * depth, abs=0.02)
    assert release[-1] == pytest.approx(0.0, abs=0.01)


def test_wet_and_dry_levels_and_the_make_up_add_up() -> None:
    effect = ReaComp(-20.0, 4.0, wet_db=-6.0, dry_db=-12.0, auto_make_up=True)
    assert make_up_db(effect) == pytest.approx(7.5)
    tone = square(-10.0)
    out = Compressor(effect, RATE).process(tone.copy())
    expected = 10 ** ((-7.5 - 6.0 + 7.5) / 20.0) + 10 ** (-12.0 / 20.0)
    assert abs(out[0, -1] / tone[0, -1]) == pytest.approx(expected, rel=1e-6)


def test_a_side_chained_compressor_hears_only_channels_three_and_four() -> None:
    effect = ReaComp(-20.0, 4.0, side_chain=True)
    tone = square(-6.0)
    assert np.allclose(Compressor(effect, RATE).process(tone.copy()), tone)
    ducked = Compressor(effect, RATE).process(tone.copy(), square(-10.0))
    assert gain_db(tone, ducked)[-1] == pytest.approx(-7.5, abs=1e-6)


def test_pre_comp_looks_ahead_by_delaying_the_sound() -> None:
    effect = ReaComp(-20.0, 4.0, attack_ms=0.0, rms_ms=0.0, pre_comp_ms=10.0)
    compressor = Compressor(effect, RATE)
    tone = np.concatenate((square(-30.0, 0.1), square(-6.0, 0.1)), axis=1)
    out = compressor.process(tone.copy())
    assert compressor.latency_samples == 480
    in_time = out[:, 480:]
    assert gain_db(tone[:, :-480], in_time)[4800] == pytest.approx(-10.5, abs=1e-6)


def test_the_detector_filter_makes_a_compressor_deaf_to_lows() -> None:
    times = np.arange(RATE) / RATE
    low = np.tile(np.sin(2 * np.pi * 40.0 * times), (2, 1))
    deaf = Compressor(ReaComp(-20.0, 4.0, detector_high_pass_hz=2000.0), RATE)
    hears = Compressor(ReaComp(-20.0, 4.0), RATE)
    assert np.abs(deaf.process(low.copy())[:, -4800:]).max() > 2.0 * np.abs(hears.process(low.copy())[:, -4800:]).max()


def test_a_compressor_meters_its_gain_reduction_while_it_hears_something() -> None:
    compressor = Compressor(ReaComp(-20.0, 4.0, attack_ms=0.0, rms_ms=0.0), RATE)
    compressor.process(square(-10.0))
    compressor.process(np.zeros((2, RATE)))
    assert compressor.mean_gain_reduction_db == pytest.approx(7.5)
    assert compressor.max_gain_reduction_db == pytest.approx(7.5)
    compressor.reset()
    assert compressor.mean_gain_reduction_db == pytest.approx(7.5)


def test_a_ratio_of_one_is_a_wire() -> None:
    noise = np.random.default_rng(1).standard_normal((2, 9000))
    assert np.array_equal(Compressor(ReaComp(-40.0, 1.0), RATE).process(noise.copy()), noise)


def test_a_gate_opens_above_its_threshold_and_closes_below() -> None:
    gate = Gate(ReaGate(threshold_db=-30.0, attack_ms=1.0, release_ms=20.0), RATE)
    tone = np.concatenate((square(-50.0, 0.2), square(-10.0, 0.3), square(-50.0, 0.5)), axis=1)
    gain = np.abs(gate.process(tone.copy())[0] / tone[0])
    assert gain[9000] < 1e-6
    assert gain[20_000] == pytest.approx(1.0, abs=1e-6)
    assert gain[-1] < 1e-3


def test_hysteresis_and_hold_keep_a_gate_open() -> None:
    quick = ReaGate(threshold_db=-30.0, attack_ms=1.0, release_ms=5.0)
    tone = np.concatenate((square(-10.0, 0.2), square(-33.0, 0.2)), axis=1)

    def last_gain(effect: ReaGate) -> float:
        return float(abs(Gate(effect, RATE).process(tone.copy())[0, -1] / tone[0, -1]))

    assert last_gain(quick) < 1e-6
    assert last_gain(replace(quick, hysteresis_db=-6.0)) == pytest.approx(1.0, abs=1e-6)
    assert last_gain(replace(quick, hold_ms=500.0)) == pytest.approx(1.0, abs=1e-6)


def test_a_gate_with_no_threshold_stays_open() -> None:
    tone = square(-90.0, 0.5)
    assert np.allclose(Gate(ReaGate(), RATE).process(tone.copy())[:, -1], tone[:, -1], rtol=1e-6)


def test_pre_open_lets_the_gate_open_in_time() -> None:
    tone = np.concatenate((np.zeros((2, 4800)), square(-10.0, 0.1)), axis=1)
    early = Gate(ReaGate(threshold_db=-30.0, attack_ms=2.0, pre_open_ms=20.0), RATE)
    late = Gate(ReaGate(threshold_db=-30.0, attack_ms=2.0), RATE)
    first_early = abs(early.process(tone.copy())[0, 4800 + early.latency_samples])
    first_late = abs(late.process(tone.copy())[0, 4800])
    assert first_early > 0.99 * abs(tone[0, 4800])
    assert first_late < 0.05 * abs(tone[0, 4800])


@settings(max_examples=30)
@given(
    st.integers(0, 2**32 - 1),
    st.floats(-24.0, 0.0),
    st.floats(-12.0, 0.0),
    st.floats(0.0, 1000.0),
    st.booleans(),
)
def test_nothing_leaves_a_limiter_above_its_ceiling(
    seed: int, threshold_db: float, ceiling_db: float, release: float, true_peak: bool
) -> None:
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((2, 3000)) * 10.0 ** rng.uniform(-2.0, 1.0, (1, 3000))
    limiter = Limiter(ReaLimit(threshold_db, ceiling_db, true_peak, release), RATE)
    assert np.abs(limiter.process(noise)).max() <= 10.0 ** (ceiling_db / 20.0)


def test_what_stays_below_the_threshold_passes_a_limiter_unchanged_but_late() -> None:
    noise = np.random.default_rng(2).uniform(-0.4, 0.4, (2, 4000))
    limiter = Limiter(ReaLimit(0.0, 0.0, true_peak=True), RATE)
    out = limiter.process(noise.copy())
    late = limiter.latency_samples
    assert np.allclose(out[:, late:], noise[:, :-late], atol=1e-12)


def test_lowering_the_threshold_of_a_limiter_makes_it_louder() -> None:
    noise = np.random.default_rng(3).uniform(-0.1, 0.1, (2, 4000))
    limiter = Limiter(ReaLimit(-12.0, -1.0, true_peak=False), RATE)
    out = limiter.process(noise.copy())
    late = limiter.latency_samples
    assert np.allclose(out[:, late:], noise[:, :-late] * 10.0 ** (11.0 / 20.0))


def test_a_limiter_holds_peaks_between_samples() -> None:
    from scipy.signal import resample_poly

    # full scale at a quarter of the sample rate, 45 degrees off: the samples miss the top by 3 dB
    times = np.arange(RATE // 2)
    tone = np.tile(1.2 * np.sin(np.pi / 2.0 * times + np.pi / 4.0), (2, 1)) * np.hanning(RATE // 2)
    limiter = Limiter(ReaLimit(-1.0, -1.0, true_peak=True), RATE)
    top = np.abs(resample_poly(limiter.process(tone.copy())[0], 8, 1)).max()
    assert 20.0 * np.log10(top) == pytest.approx(-1.0, abs=0.1)
    assert limiter.max_gain_reduction_db == pytest.approx(20.0 * np.log10(1.2) + 1.0, abs=0.1)


def test_a_limiter_releases_at_its_rate() -> None:
    loud = np.concatenate((square(6.0, 0.1), square(-20.0, 0.5)), axis=1)
    limiter = Limiter(ReaLimit(0.0, 0.0, true_peak=False, release_db_per_second=10.0), RATE)
    out = limiter.process(loud.copy())
    late = limiter.latency_samples
    gain = gain_db(loud[:, :-late], out[:, late:])
    assert gain[14_400] - gain[9600] == pytest.approx(1.0, abs=0.01)
