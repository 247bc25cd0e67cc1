"""What plug-ins do to a track, reckoned from its measurements alone: no audio is touched.

Linear plug-ins are power gains per frequency, exact for the long-term mean. Compressors run on the envelope
of 1 ms steps with the laws of ``analysis.rendering.compressor``; with an RMS size of 5 ms or more the mean
gain reduction agrees with the full simulation within some hundredths of a dB, a peak detector is only roughly
predicted. Detector filters and side chains are not seen by the envelope and are ignored.
"""

import functools
import math
from collections.abc import Sequence

import numba
import numpy as np
import numpy.typing as npt

from analysis.measures import BANDS_HZ, ENVELOPE_STEP_SECONDS, HOP_SECONDS, TrackMeasures
from analysis.rendering.biquad import one_pole_sections, response
from analysis.rendering.compressor import SHORTEST_RMS_MS, make_up_db, slope
from analysis.rendering.delay import LARGEST_FEEDBACK, tap_matrix, tap_seconds
from analysis.rendering.equaliser import power_response as equaliser_response
from analysis.rendering.gate import PEAK_FALL_MS
from analysis.rendering.jsfx import is_trim, trim_gain_db
from analysis.rendering.processor import smoothing
from analysis.rendering.reverb import Reverb, decay_seconds
from reaper_bridge.session.effects import (
    DelayTap,
    Effect,
    Jsfx,
    ReaComp,
    ReaDelay,
    ReaEq,
    ReaGate,
    ReaLimit,
    ReaVerbate,
)
from reaper_bridge.session.units import linear_from_db, power_from_db

Curve = npt.NDArray[np.float64]
RATE_HZ = 48_000
HALF_BAND = 2.0 ** (1.0 / 6.0)
"""From the centre of a third octave to its edge."""
_WITHIN_BAND = HALF_BAND ** np.linspace(-31.0 / 32.0, 31.0 / 32.0, 32)
"""Where a third octave is looked at, times its centre: narrow notches count no more than they are wide."""
_FINE_BINS = 16
_STEP_RATE_HZ = 1.0 / ENVELOPE_STEP_SECONDS
_STEPS_PER_FRAME = round(HOP_SECONDS / ENVELOPE_STEP_SECONDS)
_QUIETEST_POWER = 1e-30
_LONGEST_TAIL_SECONDS = 12.0
LOWEST_THRESHOLD_DB = -90.0
HIGHEST_THRESHOLD_DB = 6.0
_LANES = 16


def power_response(effect: Effect, frequencies_hz: npt.ArrayLike, sample_rate_hz: float = RATE_HZ) -> Curve:
    """Return |H|² of an equaliser (global gain included) or of a trim; 1 for any other plug-in."""
    if isinstance(effect, ReaEq):
        return equaliser_response(effect, frequencies_hz, sample_rate_hz)
    gain_db = trim_gain_db(effect) if isinstance(effect, Jsfx) and is_trim(effect) else 0.0
    return np.full(np.shape(frequencies_hz), power_from_db(gain_db))


def band_response(
    effect: Effect, spectrum_power: npt.ArrayLike, spectrum_step_hz: float, sample_rate_hz: float = RATE_HZ
) -> Curve:
    """Return the power gain of each third octave (31,) for a track with this spectrum.

    Inside a band |H|² is weighted with the spectrum, so that a steep filter counts where the energy lies and a
    notch takes no more than what lies in it. Where the spectrum is coarse it is looked at between its bins, where it
    says nothing a band counts evenly.
    """
    spectrum = np.asarray(spectrum_power, np.float64)
    frequencies = np.arange(len(spectrum)) * spectrum_step_hz
    centres = np.array(BANDS_HZ)
    passed = spectrum * power_response(effect, frequencies, sample_rate_hz)
    edges = np.searchsorted(frequencies, [centres / HALF_BAND, centres * HALF_BAND])
    before = np.concatenate(([0.0], np.cumsum(spectrum)))
    after = np.concatenate(([0.0], np.cumsum(passed)))
    energy = before[edges[1]] - before[edges[0]]
    is_fine = (edges[1] - edges[0] >= _FINE_BINS) & (energy > _QUIETEST_POWER)
    kept = after[edges[1]] - after[edges[0]]
    coarse = _coarse_response(effect, spectrum, frequencies, sample_rate_hz)
    return np.asarray(np.where(is_fine, kept / np.where(is_fine, energy, 1.0), coarse))


def _coarse_response(effect: Effect, spectrum: Curve, frequencies_hz: npt.ArrayLike, sample_rate_hz: float) -> Curve:
    """Return the power gain of each third octave from points between the bins of a spectrum."""
    points = np.array(BANDS_HZ)[:, None] * _WITHIN_BAND
    heard = np.interp(points, np.asarray(frequencies_hz), spectrum, right=0.0)
    weights = np.where(heard.sum(axis=1, keepdims=True) > _QUIETEST_POWER, heard, 1.0) * points
    return np.asarray((weights * power_response(effect, points, sample_rate_hz)).sum(axis=1) / weights.sum(axis=1))


def gain_reduction_db(
    effect: ReaComp, level_power: npt.ArrayLike, level_peak: npt.ArrayLike | None = None, gain_db: float = 0.0
) -> Curve:
    """Return the gain reduction in dB (0 or more) at every millisecond, shape (M,).

    ``gain_db`` is what stands before the compressor. ``level_peak`` is needed with an RMS size of 0 only.
    """
    detected = _detected_db(effect, level_power, level_peak) + gain_db
    return np.asarray(_reduction(detected, effect.threshold_db, *_knobs(effect)))


def mean_gain_reduction_db(
    effect: ReaComp,
    level_power: npt.ArrayLike,
    level_peak: npt.ArrayLike | None,
    is_active: npt.ArrayLike,
    gain_db: float = 0.0,
) -> float:
    """Return the mean gain reduction in dB while the track plays, 0 where it never does.

    ``is_active`` is per frame of 50 ms, or per millisecond where it is as long as the envelope.
    """
    detected = _detected_db(effect, level_power, level_peak) + gain_db
    active = _active_steps(is_active, len(detected))
    reduction = _reduction(detected, effect.threshold_db, *_knobs(effect))
    return float(reduction[active].mean()) if active.any() else 0.0


def solve_threshold(
    effect: ReaComp,
    level_power: npt.ArrayLike,
    is_active: npt.ArrayLike,
    target_mean_gain_reduction_db: float,
    *,
    level_peak: npt.ArrayLike | None = None,
    gain_db: float = 0.0,
) -> float:
    """Return the threshold in dB at which the mean gain reduction while playing meets a target.

    Found to 0.01 dB between -90 and +6 dB; the end of that range where the target is out of
    reach. The effect's own threshold does not matter.
    """
    detected = _detected_db(effect, level_power, level_peak) + gain_db
    active = _active_steps(is_active, len(detected))
    lowest, highest = LOWEST_THRESHOLD_DB, HIGHEST_THRESHOLD_DB
    # inside a small part of the knee the reduction is as good as linear in the threshold
    close_enough_db = max(effect.knee_db / 12.0, 0.02)
    while True:
        # it falls as the threshold rises; each turn leaves a fifteenth of the range
        thresholds = np.linspace(lowest, highest, _LANES)
        excess = _mean_reductions(detected, active, thresholds, *_knobs(effect)) - target_mean_gain_reduction_db
        above = int(np.count_nonzero(excess >= 0.0))
        if above in (0, _LANES):
            return float(thresholds[min(above, _LANES - 1)])
        lowest, highest = float(thresholds[above - 1]), float(thresholds[above])
        if highest - lowest < close_enough_db:
            over, under = float(excess[above - 1]), float(excess[above])
            return lowest + (highest - lowest) * over / (over - under)


def gate_gain(effect: ReaGate, level_peak: npt.ArrayLike, gain_db: float = 0.0) -> Curve:
    """Return what a gate multiplies the sound with at every millisecond, shape (M,): its wet and dry levels together.

    The law of ``analysis.rendering.gate`` on the largest magnitude of each millisecond; pre-open shifts it. A gate with
    an RMS size, a detector filter or a side chain is predicted as if it had none.
    """
    peak = np.asarray(level_peak, np.float64) * linear_from_db(gain_db)
    opens = power_from_db(effect.threshold_db)
    gain = _gate_steps(
        peak * peak,
        opens,
        opens * power_from_db(-abs(effect.hysteresis_db)),
        smoothing(PEAK_FALL_MS, _STEP_RATE_HZ),
        effect.hold_ms * 1e-3 * _STEP_RATE_HZ,
        smoothing(effect.attack_ms, _STEP_RATE_HZ),
        smoothing(effect.release_ms, _STEP_RATE_HZ),
    )
    ahead = min(round(max(effect.pre_open_ms, 0.0) * 1e-3 * _STEP_RATE_HZ), len(gain))
    early = np.concatenate((gain[ahead:], np.repeat(gain[-1:], ahead)))
    return linear_from_db(effect.wet_db) * early + linear_from_db(effect.dry_db)


def reverb_return_power(effect: ReaVerbate, frequencies_hz: npt.ArrayLike) -> Curve:
    """Return the power gain of a reverb in the third octave around each frequency, in the long run.

    It is the energy of the modelled room's answer to an impulse; what stands in both sides of the input is
    taken as the same sound. Add it up with the power that is sent to predict the loudness of the return.
    """
    energy, step_hz = _impulse_energy(effect)
    centres = np.asarray(frequencies_hz, np.float64)
    low = np.clip((centres / HALF_BAND / step_hz).astype(np.int64), 0, len(energy) - 2)
    high = np.clip((centres * HALF_BAND / step_hz).astype(np.int64) + 1, low + 1, len(energy) - 1)
    total = np.concatenate(([0.0], np.cumsum(energy)))
    return np.asarray((total[high] - total[low]) / (high - low))


@functools.lru_cache(maxsize=64)
def _impulse_energy(effect: ReaVerbate) -> tuple[Curve, float]:
    """Return the energy spectrum of a reverb's answer to an impulse in both channels, mean of both sides."""
    seconds = min(1.5 * decay_seconds(effect) + effect.pre_delay_ms * 1e-3 + 0.5, _LONGEST_TAIL_SECONDS)
    size = 1 << int(seconds * RATE_HZ).bit_length()
    impulse = np.zeros((2, size))
    impulse[:, 0] = 1.0
    answer = Reverb(effect, RATE_HZ).process(impulse)
    return (np.abs(np.fft.rfft(answer, axis=1)) ** 2).mean(axis=0), RATE_HZ / size


def delay_return_power(effect: ReaDelay, frequencies_hz: npt.ArrayLike, tempo_bpm: float = 120.0) -> Curve:
    """Return the power gain of a delay at each frequency, its echoes taken as independent of each other.

    The tempo matters to nothing but whether a tap has any length; without one it is no echo and not counted.
    """
    taps = [tap for tap in effect.taps if tap.enabled and tap_seconds(tap, tempo_bpm) > 0.0]
    gain = np.full(np.shape(frequencies_hz), power_from_db(effect.dry_db))
    for tap in taps:
        gain = gain + power_from_db(effect.wet_db) * _tap_power(tap, frequencies_hz)
    return gain


def _tap_power(tap: DelayTap, frequencies_hz: npt.ArrayLike) -> Curve:
    filters = one_pole_sections(tap.low_pass_hz, tap.high_pass_hz, RATE_HZ)
    once = response(filters, frequencies_hz, RATE_HZ)
    again = min(linear_from_db(tap.feedback_db), LARGEST_FEEDBACK) ** 2 * once
    sides = tap_matrix(tap).sum(axis=1) ** 2
    return np.asarray(once / (1.0 - again) * sides.mean())


def peak_after(effects: Sequence[Effect], measures: TrackMeasures) -> float:
    """Estimate the sample peak in dBFS after a chain of plug-ins.

    Equalisers move the peak as they move the amplitude of a transient or the power of a tone with this
    spectrum, whichever is more; compressors act on the 1 ms envelope, a limiter holds its ceiling; everything
    else is taken as transparent. Good to a dB or two, rather too high than too low; only a rendering knows.
    """
    power = np.asarray(measures.level_power, np.float64)
    peak = np.asarray(measures.level_peak, np.float64)
    spectrum = np.asarray(measures.spectrum_power, np.float64)
    frequencies = np.arange(len(spectrum)) * measures.spectrum_step_hz
    for effect in effects:
        if isinstance(effect, ReaEq | Jsfx):
            passed = spectrum * power_response(effect, frequencies, measures.sample_rate_hz)
            power = power * _ratio(passed, spectrum)
            # a transient adds up amplitudes, a tone powers
            peak = peak * max(_ratio(np.sqrt(passed), np.sqrt(spectrum)), _ratio(passed, spectrum) ** 0.5)
            spectrum = passed
        elif isinstance(effect, ReaComp) and not effect.side_chain:
            level_db = effect.wet_db + make_up_db(effect) - gain_reduction_db(effect, power, peak)
            factor = 10.0 ** (level_db / 20.0) + linear_from_db(effect.dry_db)
            power, peak = power * factor**2, peak * factor
        elif isinstance(effect, ReaLimit):
            ceiling = linear_from_db(effect.ceiling_db)
            drive = ceiling / linear_from_db(effect.threshold_db)
            power, peak = power * drive**2, np.minimum(peak * drive, ceiling)
    highest = float(peak.max(initial=0.0))
    return 20.0 * float(np.log10(highest)) if highest > 0.0 else -np.inf


def _ratio(after: Curve, before: Curve) -> float:
    return float(after.sum() / max(before.sum(), _QUIETEST_POWER))


def _knobs(effect: ReaComp) -> tuple[float, float, float, float]:
    return (
        slope(effect),
        max(effect.knee_db, 0.0) / 2.0,
        smoothing(effect.attack_ms, _STEP_RATE_HZ),
        smoothing(effect.release_ms, _STEP_RATE_HZ),
    )


def _detected_db(effect: ReaComp, level_power: npt.ArrayLike, level_peak: npt.ArrayLike | None) -> Curve:
    """Return what the detector shows at every millisecond, in dB."""
    if effect.rms_ms < SHORTEST_RMS_MS and level_peak is not None:
        power = np.asarray(level_peak, np.float64) ** 2
        return np.asarray(10.0 * np.log10(np.maximum(power, _QUIETEST_POWER)))
    averaged = _averaged(np.asarray(level_power), smoothing(effect.rms_ms, _STEP_RATE_HZ))
    # the natural logarithm is the one that is quick
    return np.multiply(np.log(averaged, out=averaged), 10.0 / math.log(10.0), out=averaged)


def _active_steps(is_active: npt.ArrayLike, step_count: int) -> npt.NDArray[np.bool_]:
    active = np.asarray(is_active, np.bool_)
    if len(active) == step_count:
        return active
    steps = np.repeat(active, _STEPS_PER_FRAME)[:step_count]
    return np.concatenate((steps, np.zeros(step_count - len(steps), np.bool_)))


@numba.njit(cache=True, nogil=True)
def _averaged(power: npt.NDArray[np.floating], keep: float) -> Curve:
    out = np.empty(len(power))
    mean = 0.0
    for n in range(len(power)):
        mean = power[n] + keep * (mean - power[n])
        out[n] = max(mean, _QUIETEST_POWER)
    return out


@numba.njit(cache=True, nogil=True)
def _gate_steps(
    power: Curve, opens: float, closes: float, fall: float, hold: float, attack: float, release: float
) -> Curve:
    out = np.empty(len(power))
    level, gain, held, is_open = 0.0, 0.0, 0.0, False
    for n in range(len(power)):
        level = max(power[n], level * fall)
        if level >= opens:
            is_open, held = True, hold
        elif level < closes:
            held -= 1.0
            if held <= 0.0:
                is_open = False
        gain = 1.0 + attack * (gain - 1.0) if is_open else release * gain
        out[n] = gain
    return out


@numba.njit(cache=True, nogil=True)
def _target(level_db: float, threshold_db: float, slope_ratio: float, half_knee_db: float) -> float:
    over = level_db - threshold_db
    if over <= -half_knee_db:
        return 0.0
    if over < half_knee_db:
        over = (over + half_knee_db) ** 2 / (4.0 * half_knee_db)
    return slope_ratio * over


@numba.njit(cache=True, nogil=True)
def _reduction(
    level_db: Curve, threshold_db: float, slope_ratio: float, half_knee_db: float, attack: float, release: float
) -> Curve:
    out = np.empty(len(level_db))
    fast, slow = 0.0, 0.0
    for n in range(len(level_db)):
        target = _target(level_db[n], threshold_db, slope_ratio, half_knee_db)
        fast = max(target, target + release * (fast - target))
        slow = fast + attack * (slow - fast)
        out[n] = slow
    return out


@numba.njit(cache=True, nogil=True, fastmath={"contract", "nsz"})
def _mean_reductions(
    level_db: Curve,
    is_active: npt.NDArray[np.bool_],
    thresholds_db: Curve,
    slope_ratio: float,
    half_knee_db: float,
    attack: float,
    release: float,
) -> Curve:
    """Return the mean reduction while playing at each of _LANES thresholds, side by side."""
    fast, slow, total = np.zeros(_LANES), np.zeros(_LANES), np.zeros(_LANES)
    bend = 0.25 / half_knee_db if half_knee_db > 0.0 else 0.0
    count = 0
    for n in range(len(level_db)):
        counts = 1.0 if is_active[n] else 0.0
        count += is_active[n]
        for lane in range(_LANES):
            over = level_db[n] - thresholds_db[lane]
            # the law of _target without branches: what lies inside the knee, and what lies above it
            inside = over + half_knee_db
            inside = inside if inside > 0.0 else 0.0
            inside = inside if inside < 2.0 * half_knee_db else 2.0 * half_knee_db
            above = over - half_knee_db
            above = above if above > 0.0 else 0.0
            target = slope_ratio * (bend * inside * inside + above)
            falling = target + release * (fast[lane] - target)
            fast[lane] = target if target > falling else falling
            slow[lane] = fast[lane] + attack * (slow[lane] - fast[lane])
            total[lane] += counts * slow[lane]
    return total / max(count, 1)
