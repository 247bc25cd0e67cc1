"""ReaComp: a feed-forward compressor.

The static curve is that of Giannoulis, Massberg and Reiss, "Digital Dynamic Range Compressor Design", JAES
60(6), 2012, with a quadratic knee; so is the smoothing of the gain in dB (their "smooth decoupled" form: the
release first, the attack after it). The RMS detector is a one-pole mean of the squares of left and right; with
an RMS size of 0 the larger of the two magnitudes is taken.

Threshold, ratio, knee and auto make-up follow REAPER's own displays. How fast REAPER moves between levels has
not been measured by anybody we know of: trust a predicted gain reduction to 1 or 2 dB.
"""

import math

import numba
import numpy as np
import numpy.typing as npt

from analysis.rendering.biquad import Cascade, one_pole_sections
from analysis.rendering.processor import Block, DelayLine, smoothing
from reaper_bridge.session.effects import ReaComp
from reaper_bridge.session.units import linear_from_db

SHORTEST_RMS_MS = 0.01
HEARD_POWER = 1e-6
_DB_FROM_LOG_POWER = 10.0 / math.log(10.0)
_LOG_AMPLITUDE_FROM_DB = math.log(10.0) / 20.0
_RECOVERY = 10.0  # time constants after which a release is over


def slope(effect: ReaComp) -> float:
    """Return how many dB of gain are lost per dB above the threshold, 0 to 1."""
    return 1.0 - 1.0 / max(effect.ratio, 1.0)


def make_up_db(effect: ReaComp) -> float:
    """Return the automatic make-up gain, 0 where it is off; half of what 0 dBFS would lose."""
    return -effect.threshold_db * slope(effect) / 2.0 if effect.auto_make_up else 0.0


def static_gain_reduction_db(effect: ReaComp, level_db: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return the gain reduction in dB (0 or more) that steady levels settle at."""
    over = np.asarray(level_db, np.float64) - effect.threshold_db
    half = max(effect.knee_db, 0.0) / 2.0
    if half > 0.0:
        inside = np.clip(over + half, 0.0, None) ** 2 / (4.0 * half)
        over = np.where(over > half, over, inside)
    return slope(effect) * np.clip(over, 0.0, None)


class Compressor:
    """ReaComp at work. After a run, ``mean_`` and ``max_gain_reduction_db`` tell what it did."""

    def __init__(self, effect: ReaComp, sample_rate_hz: int) -> None:
        self._effect = effect
        self.latency_samples = round(max(effect.pre_comp_ms, 0.0) * 1e-3 * sample_rate_hz)
        self.memory_seconds = _RECOVERY * 1e-3 * (effect.release_ms + effect.attack_ms + effect.rms_ms)
        self._delay = DelayLine(self.latency_samples)
        filters = one_pole_sections(effect.detector_low_pass_hz, effect.detector_high_pass_hz, sample_rate_hz)
        self._detector_filter = Cascade(filters) if len(filters) else None
        is_peak = effect.rms_ms < SHORTEST_RMS_MS
        self._knobs = np.array(
            [
                0.0 if is_peak else smoothing(effect.rms_ms, sample_rate_hz),
                1.0 if is_peak else 0.0,
                effect.threshold_db,
                slope(effect),
                max(effect.knee_db, 0.0) / 2.0,
                smoothing(effect.attack_ms, sample_rate_hz),
                smoothing(effect.release_ms, sample_rate_hz),
                linear_from_db(effect.wet_db + make_up_db(effect)),
                linear_from_db(effect.dry_db),
            ]
        )
        self._state = np.zeros(8)

    def process(self, block: Block, side_chain: Block | None = None) -> Block:
        """Compress a block in place; with no side chain connected a side-chained one hears nothing."""
        detector = block
        if self._effect.side_chain:
            detector = side_chain if side_chain is not None else np.zeros_like(block)
        if self._detector_filter is not None:
            detector = self._detector_filter.process(detector.copy())
        elif self.latency_samples:
            detector = detector.copy()
        audio = self._delay.process(block)
        _compress(audio, detector, self._knobs, self._state)
        return audio

    def reset(self) -> None:
        """Forget everything heard so far; the meters stay."""
        self._state[:3] = 0.0
        self._delay.reset()
        if self._detector_filter is not None:
            self._detector_filter.reset()

    @property
    def mean_gain_reduction_db(self) -> float:
        """The mean gain reduction in dB so far, while the detector heard more than -60 dBFS."""
        return float(self._state[3] / max(self._state[4], 1.0))

    @property
    def heard_gain_reduction_db(self) -> float:
        """The gain reduction in dB so far, each moment by the power that the detector heard: pauses do not count."""
        return float(self._state[6] / self._state[7]) if self._state[7] > 0.0 else 0.0

    @property
    def max_gain_reduction_db(self) -> float:
        """The largest gain reduction in dB so far."""
        return float(self._state[5])


@numba.njit(cache=True, nogil=True, fastmath={"contract"})
def _compress(audio: Block, detector: Block, knobs: npt.NDArray[np.float64], state: npt.NDArray[np.float64]) -> None:
    rms, is_peak, threshold_db, slope_ratio, half_knee_db, attack, release, wet, dry = knobs
    power, fast, gain_reduction = state[0], state[1], state[2]
    total, count, largest = 0.0, 0, state[5]
    weighted, weight = 0.0, 0.0
    floor_power = 10.0 ** ((threshold_db - half_knee_db) / 10.0)
    left, right = audio[0], audio[1]
    heard_left, heard_right = detector[0], detector[1]
    for n in range(audio.shape[1]):
        x, y = heard_left[n], heard_right[n]
        if is_peak > 0.0:
            power = max(x * x, y * y)
        else:
            new = 0.5 * (x * x + y * y)
            power = new + rms * (power - new)
        target = 0.0
        if power > floor_power:
            over = _DB_FROM_LOG_POWER * math.log(power) - threshold_db
            if over < half_knee_db:
                over = (over + half_knee_db) ** 2 / (4.0 * half_knee_db)
            target = slope_ratio * over
        fast = max(target, target + release * (fast - target))
        gain_reduction = fast + attack * (gain_reduction - fast)
        gain = wet
        if gain_reduction > 1e-7:
            gain = wet * math.exp(-_LOG_AMPLITUDE_FROM_DB * gain_reduction)
            largest = max(largest, gain_reduction)
        if power > HEARD_POWER:
            total += gain_reduction
            count += 1
            weighted += (x * x + y * y) * gain_reduction
            weight += x * x + y * y
        left[n] *= gain + dry
        right[n] *= gain + dry
    state[0] = power if power > 1e-30 else 0.0
    state[1] = fast if fast > 1e-12 else 0.0
    state[2] = gain_reduction if gain_reduction > 1e-12 else 0.0
    state[3] += total
    state[4] += count
    state[5] = largest
    state[6] += weighted
    state[7] += weight
