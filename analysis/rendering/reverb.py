"""ReaVerbate: the reverb network that Cockos published in WDL, a Freeverb with ten combs and six all-passes.

Left and right run through networks of their own, the right one 23 samples longer (at 44.1 kHz), and meet only
in the width. With the feedback ``0.30 + 0.68 * room size`` its decay and its level agree with measurements of
REAPER renders that a public project published (reverberation time within 6 %, energy within 0.3 dB at
dampening 0.3). The slopes of its low and high pass are not known; 6 dB per octave is assumed.
"""

import numba
import numpy as np
import numpy.typing as npt

from analysis.rendering.biquad import Cascade, one_pole_sections
from analysis.rendering.processor import Block, DelayLine
from reaper_bridge.session.effects import ReaVerbate
from reaper_bridge.session.units import linear_from_db

COMB_SAMPLES = (1116, 1188, 1277, 1356, 1422, 1491, 1557, 1617, 1685, 1748)
ALL_PASS_SAMPLES = (556, 441, 341, 225, 180, 153)
SPREAD_SAMPLES = 23
TUNING_RATE_HZ = 44_100.0
ALL_PASS_FEEDBACK = 0.5
DAMPENING_SCALE = 0.4
OUTPUT_GAIN = 0.015
_FLUSH = 1e-30


def feedback(effect: ReaVerbate) -> float:
    """Return how much of a comb's output comes back, 0.30 to 0.98."""
    return 0.30 + 0.68 * min(max(effect.room_size_ratio, 0.0), 1.0)


def decay_seconds(effect: ReaVerbate) -> float:
    """Return about how long the tail takes to fall by 60 dB, from the longest comb without dampening."""
    return float(-3.0 * COMB_SAMPLES[-1] / TUNING_RATE_HZ / np.log10(feedback(effect)))


def room_size_from_decay(seconds: float) -> float:
    """Return the room size, 0 to 1, whose tail falls by 60 dB in so long: the reverse of ``decay_seconds``."""
    wanted = 10.0 ** (-3.0 * COMB_SAMPLES[-1] / TUNING_RATE_HZ / max(seconds, 1e-3))
    return float(min(max((wanted - 0.30) / 0.68, 0.0), 1.0))


class Reverb:
    """ReaVerbate at work."""

    latency_samples = 0

    def __init__(self, effect: ReaVerbate, sample_rate_hz: int) -> None:
        scale = sample_rate_hz / TUNING_RATE_HZ
        # the network's output is never silent before its tail is over, its start is
        self.memory_seconds = effect.pre_delay_ms * 1e-3 + 0.2
        self._filter = Cascade(one_pole_sections(effect.low_pass_hz, effect.high_pass_hz, sample_rate_hz))
        self._pre_delay = DelayLine(round(max(effect.pre_delay_ms, 0.0) * 1e-3 * sample_rate_hz))
        self._combs = _lengths(COMB_SAMPLES, scale)
        self._all_passes = _lengths(ALL_PASS_SAMPLES, scale)
        self._feedback = feedback(effect)
        damp = min(max(effect.dampening_ratio, 0.0), 1.0) * DAMPENING_SCALE
        self._damp = damp ** (1.0 / scale) if damp > 0.0 else 0.0
        self._own, self._other = _width(effect.width_ratio)
        self._wet = linear_from_db(effect.wet_db)
        self._dry = linear_from_db(effect.dry_db)
        self.reset()

    def process(self, block: Block, side_chain: Block | None = None) -> Block:
        """Return the block's reverberation at the wet level and itself at the dry level."""
        wet = self._pre_delay.process(self._filter.process(block.copy()))
        out = np.zeros_like(wet)
        _comb(wet, out, self._comb_memory, self._comb_places, self._stores, self._combs, self._feedback, self._damp)
        _all_pass(out, self._all_pass_memory, self._all_pass_places, self._all_passes)
        self._stores[np.abs(self._stores) < _FLUSH] = 0.0
        left, right = out[0] * (OUTPUT_GAIN * self._wet), out[1] * (OUTPUT_GAIN * self._wet)
        block *= self._dry
        block[0] += self._own * left + self._other * right
        block[1] += self._own * right + self._other * left
        return block

    def reset(self) -> None:
        """Let the room fall silent."""
        self._filter.reset()
        self._pre_delay.reset()
        self._comb_memory = np.zeros((len(COMB_SAMPLES), 2, int(self._combs.max())))
        self._all_pass_memory = np.zeros((len(ALL_PASS_SAMPLES), 2, int(self._all_passes.max())))
        self._comb_places = np.zeros((len(COMB_SAMPLES), 2), np.int64)
        self._all_pass_places = np.zeros((len(ALL_PASS_SAMPLES), 2), np.int64)
        self._stores = np.zeros((len(COMB_SAMPLES), 2))


def _lengths(samples: tuple[int, ...], scale: float) -> npt.NDArray[np.int64]:
    """Return the lengths of both channels' lines at a sample rate, (lines, 2)."""
    return np.array([[int(n * scale), int((n + SPREAD_SAMPLES) * scale)] for n in samples], np.int64)


def _width(width_ratio: float) -> tuple[float, float]:
    """Return how much of its own and of the other channel each side plays; negative widths swap the sides."""
    own = (1.0 + abs(min(max(width_ratio, -1.0), 1.0))) / 2.0
    return (own, 1.0 - own) if width_ratio >= 0.0 else (1.0 - own, own)


@numba.njit(cache=True, nogil=True, fastmath={"contract"})
def _comb(
    block: Block,
    out: Block,
    memory: npt.NDArray[np.float64],
    places: npt.NDArray[np.int64],
    stores: npt.NDArray[np.float64],
    lengths: npt.NDArray[np.int64],
    feedback: float,
    damp: float,
) -> None:
    for line in range(len(lengths)):
        left, right = memory[line, 0], memory[line, 1]
        p, q = places[line]
        p_end, q_end = lengths[line]
        s, t = stores[line]
        for n in range(block.shape[1]):
            a, b = left[p], right[q]
            out[0, n] += a
            out[1, n] += b
            s = a + damp * (s - a)
            t = b + damp * (t - b)
            left[p] = block[0, n] + feedback * s
            right[q] = block[1, n] + feedback * t
            if abs(left[p]) < 1e-30:
                left[p] = 0.0
            if abs(right[q]) < 1e-30:
                right[q] = 0.0
            p = p + 1 if p + 1 < p_end else 0
            q = q + 1 if q + 1 < q_end else 0
        places[line, 0], places[line, 1] = p, q
        stores[line, 0], stores[line, 1] = s, t


@numba.njit(cache=True, nogil=True, fastmath={"contract"})
def _all_pass(
    block: Block,
    memory: npt.NDArray[np.float64],
    places: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
) -> None:
    for line in range(len(lengths)):
        for channel in range(2):
            kept = memory[line, channel]
            p, end = places[line, channel], lengths[line, channel]
            for n in range(block.shape[1]):
                late = kept[p]
                new = block[channel, n] + ALL_PASS_FEEDBACK * late
                kept[p] = new if abs(new) > 1e-30 else 0.0
                block[channel, n] = late - block[channel, n]
                p = p + 1 if p + 1 < end else 0
            places[line, channel] = p
