"""ReaGate: opens above a threshold, closes below it less the hysteresis after the hold time.

The knobs read as on REAPER's display. How the gain moves (here one-pole, attack up and release down) and how
the peak detector falls (here 5 ms) are assumptions: trust the times of a gate only roughly.
"""

import numba
import numpy as np
import numpy.typing as npt

from analysis.rendering.biquad import Cascade, one_pole_sections
from analysis.rendering.processor import Block, DelayLine, smoothing
from reaper_bridge.session.effects import ReaGate
from reaper_bridge.session.units import linear_from_db, power_from_db

PEAK_FALL_MS = 5.0


class Gate:
    """ReaGate at work."""

    def __init__(self, effect: ReaGate, sample_rate_hz: int) -> None:
        self._effect = effect
        self.latency_samples = round(max(effect.pre_open_ms, 0.0) * 1e-3 * sample_rate_hz)
        self.memory_seconds = 1e-3 * (effect.hold_ms + 10.0 * (effect.release_ms + effect.rms_ms + PEAK_FALL_MS))
        self._delay = DelayLine(self.latency_samples)
        filters = one_pole_sections(effect.detector_low_pass_hz, effect.detector_high_pass_hz, sample_rate_hz)
        self._detector_filter = Cascade(filters) if len(filters) else None
        opens = power_from_db(effect.threshold_db)
        self._knobs = np.array(
            [
                smoothing(effect.rms_ms or PEAK_FALL_MS, sample_rate_hz),
                1.0 if effect.rms_ms <= 0.0 else 0.0,
                opens,
                opens * power_from_db(-abs(effect.hysteresis_db)),
                effect.hold_ms * 1e-3 * sample_rate_hz,
                smoothing(effect.attack_ms, sample_rate_hz),
                smoothing(effect.release_ms, sample_rate_hz),
                linear_from_db(effect.wet_db),
                linear_from_db(effect.dry_db),
            ]
        )
        self.reset()

    def process(self, block: Block, side_chain: Block | None = None) -> Block:
        """Gate a block in place; with no side chain connected a side-chained gate stays shut."""
        detector = block
        if self._effect.side_chain:
            detector = side_chain if side_chain is not None else np.zeros_like(block)
        detector = detector.copy()
        if self._detector_filter is not None:
            detector = self._detector_filter.process(detector)
        audio = self._delay.process(block)
        _gate(audio, detector, self._knobs, self._state)
        return audio

    def reset(self) -> None:
        """Shut the gate and forget everything heard so far."""
        self._state = np.zeros(4)
        self._delay.reset()
        if self._detector_filter is not None:
            self._detector_filter.reset()


@numba.njit(cache=True, nogil=True)
def _gate(audio: Block, detector: Block, knobs: npt.NDArray[np.float64], state: npt.NDArray[np.float64]) -> None:
    fall, is_peak, opens, closes, hold, attack, release, wet, dry = knobs
    power, gain, held, is_open = state
    for n in range(audio.shape[1]):
        x, y = detector[0, n], detector[1, n]
        if is_peak > 0.0:
            power = max(max(x * x, y * y), power * fall)
        else:
            new = 0.5 * (x * x + y * y)
            power = new + fall * (power - new)
        if power >= opens:
            is_open, held = 1.0, hold
        elif power < closes:
            held -= 1.0
            if held <= 0.0:
                is_open = 0.0
        gain = 1.0 + attack * (gain - 1.0) if is_open > 0.0 else release * gain
        audio[0, n] *= wet * gain + dry
        audio[1, n] *= wet * gain + dry
    state[0] = power if power > 1e-30 else 0.0
    state[1] = gain if gain > 1e-15 else 0.0
    state[2], state[3] = held, is_open
