"""ReaLimit: a brickwall limiter with look-ahead.

What passes the threshold is held at it, and the whole is raised by the distance from threshold to ceiling.
The look-ahead, the shape of its attack and that lowering the threshold makes it louder are assumptions;
that no sample leaves it above the ceiling is not. Inter-sample peaks, with ``true_peak`` on, are those of a
4x interpolation after ITU-R BS.1770-4 and stay within about 0.1 dB of the ceiling.
"""

import functools

import numba
import numpy as np
import numpy.typing as npt

from analysis.rendering.processor import Block
from reaper_bridge.session.effects import ReaLimit
from reaper_bridge.session.units import linear_from_db

LOOK_AHEAD_MS = 1.5
_PHASES = 4
_TAPS = 12


@functools.cache
def _interpolator() -> npt.NDArray[np.float64]:
    """Return the phases (3, 12) between samples of a 4x windowed-sinc interpolator."""
    centre = _TAPS // 2 - 1
    n = np.arange(_TAPS)
    rows = []
    for phase in range(1, _PHASES):
        t = n - centre - phase / _PHASES
        kernel = np.sinc(t) * np.cos(np.pi * t / (_TAPS + 1)) ** 2
        rows.append(kernel[::-1] / kernel.sum())
    return np.array(rows)


class Limiter:
    """ReaLimit at work."""

    memory_seconds = 3.0

    def __init__(self, effect: ReaLimit, sample_rate_hz: int) -> None:
        self._window = max(2 * _TAPS, round(LOOK_AHEAD_MS * 1e-3 * sample_rate_hz))
        self.latency_samples = self._window - 1 + (_TAPS // 2 if effect.true_peak else 0)
        threshold = linear_from_db(effect.threshold_db)
        self._ceiling = linear_from_db(effect.ceiling_db)
        self._drive = self._ceiling / max(threshold, 1e-9)
        self._rise = float(10.0 ** (max(effect.release_db_per_second, 0.0) / 20.0 / sample_rate_hz))
        self._taps = _interpolator() if effect.true_peak else np.zeros((0, _TAPS))
        self._largest_cut = 1.0
        self.reset()

    def process(self, block: Block, side_chain: Block | None = None) -> Block:
        """Limit a block in place."""
        _limit(
            block, self._audio, self._needed, self._gains, self._state, self._taps,
            self.latency_samples, self._drive, self._ceiling, self._rise,
        )  # fmt: skip
        self._largest_cut = float(self._state[4])
        return block

    def reset(self) -> None:
        """Forget everything heard so far; the meter stays."""
        size = 1 << (self.latency_samples + _TAPS).bit_length()
        self._audio = np.zeros((2, size))
        self._needed = np.ones(self._window)
        self._gains = np.ones(self._window)
        self._state = np.array([0.0, 0.0, 1.0, float(self._window), self._largest_cut, 1.0, 0.0, 0.0])

    @property
    def max_gain_reduction_db(self) -> float:
        """The largest gain reduction in dB so far."""
        return float(-20.0 * np.log10(self._largest_cut))


@numba.njit(cache=True, nogil=True)
def _limit(
    block: Block,
    audio: Block,
    needed: npt.NDArray[np.float64],
    gains: npt.NDArray[np.float64],
    state: npt.NDArray[np.float64],
    taps: npt.NDArray[np.float64],
    latency: int,
    drive: float,
    ceiling: float,
    rise: float,
) -> None:
    """Hold the smallest gain needed inside the window, let it rise slowly, and average it over the window.

    Every gain that is averaged was held for the sample it meets, so their mean is small enough too.
    """
    mask, window, tap_count = audio.shape[1] - 1, len(needed), taps.shape[1]
    at, slot = int(state[0]), int(state[1])
    gain, total, smallest, lowest, age, loud = state[2], state[3], state[4], state[5], state[6], state[7]
    for n in range(block.shape[1]):
        x, y = block[0, n] * drive, block[1, n] * drive
        audio[0, at], audio[1, at] = x, y
        peak = max(abs(x), abs(y))
        if taps.shape[0]:
            # nothing between samples is more than about twice as high as the samples around it
            loud = tap_count if peak > 0.4 * ceiling else loud - 1.0
            middle = (at - tap_count // 2) & mask
            peak = max(abs(audio[0, middle]), abs(audio[1, middle]))
            if loud > 0.0:
                for phase in range(taps.shape[0]):
                    left, right = 0.0, 0.0
                    for tap in range(tap_count):
                        left += taps[phase, tap] * audio[0, (at - tap) & mask]
                        right += taps[phase, tap] * audio[1, (at - tap) & mask]
                    peak = max(peak, max(abs(left), abs(right)))
        need = ceiling / peak if peak > ceiling else 1.0
        needed[slot] = need
        age += 1.0
        if need <= lowest:
            lowest, age = need, 0.0
        elif age >= window:
            lowest = 2.0
            for k in range(window):  # oldest first, so that the youngest of equals is kept
                other = needed[(slot + 1 + k) % window]
                if other <= lowest:
                    lowest, age = other, window - 1.0 - k
        gain = min(min(1.0, gain * rise), lowest)
        total += gain - gains[slot]
        gains[slot] = gain
        mean = min(total / window, 1.0)
        smallest = min(smallest, mean)
        late = (at - latency) & mask
        block[0, n] = min(max(audio[0, late] * mean, -ceiling), ceiling)
        block[1, n] = min(max(audio[1, late] * mean, -ceiling), ceiling)
        at = (at + 1) & mask
        slot = (slot + 1) % window
    state[0], state[1] = at, slot
    state[2], state[3], state[4], state[5], state[6], state[7] = gain, total, smallest, lowest, age, loud
