"""ReaDelay: taps in parallel, each an echo with feedback, filters, width, pan and a level.

A tap's length is its time plus its musical length. The filters stand inside the feedback loop (every repeat
is darker than the one before) with an assumed slope of 6 dB per octave; the pan is taken as a linear balance.
"""

import numba
import numpy as np
import numpy.typing as npt

from analysis.rendering.biquad import one_pole_sections
from analysis.rendering.processor import Block
from reaper_bridge.session.effects import DelayTap, ReaDelay
from reaper_bridge.session.units import linear_from_db, ms_from_beats

LARGEST_FEEDBACK = 0.999


def tap_seconds(tap: DelayTap, tempo_bpm: float) -> float:
    """Return the length of a tap at a tempo."""
    return max(tap.length_ms + ms_from_beats(tap.length_beats, tempo_bpm), 0.0) * 1e-3


def tap_matrix(tap: DelayTap) -> npt.NDArray[np.float64]:
    """Return what left and right of a tap's line add to left and right (2, 2): width, pan and level."""
    own = (1.0 + min(max(tap.width_ratio, -1.0), 1.0)) / 2.0
    balance = np.array([min(1.0, 1.0 - tap.pan), min(1.0, 1.0 + tap.pan)])
    width = np.array([[own, 1.0 - own], [1.0 - own, own]])
    return np.asarray(balance[:, None] * width * linear_from_db(tap.level_db))


class Delay:
    """ReaDelay at work."""

    latency_samples = 0

    def __init__(self, effect: ReaDelay, sample_rate_hz: int, tempo_bpm: float) -> None:
        self._taps = [_Line(tap, sample_rate_hz, tempo_bpm) for tap in effect.taps if tap.enabled]
        self._wet = linear_from_db(effect.wet_db)
        self._dry = linear_from_db(effect.dry_db)
        longest = max((tap_seconds(tap, tempo_bpm) for tap in effect.taps if tap.enabled), default=0.0)
        self.memory_seconds = 1.5 * longest + 0.1

    def process(self, block: Block, side_chain: Block | None = None) -> Block:
        """Return the block's echoes at the wet level and itself at the dry level."""
        echoes = np.zeros_like(block)
        for tap in self._taps:
            tap.add_to(echoes, block)
        block *= self._dry
        block += self._wet * echoes
        return block

    def reset(self) -> None:
        """Forget all echoes."""
        for tap in self._taps:
            tap.reset()


class _Line:
    """One tap."""

    def __init__(self, tap: DelayTap, sample_rate_hz: int, tempo_bpm: float) -> None:
        self._length = max(1, round(tap_seconds(tap, tempo_bpm) * sample_rate_hz))
        self._feedback = min(linear_from_db(tap.feedback_db), LARGEST_FEEDBACK)
        self._matrix = tap_matrix(tap)
        rows = one_pole_sections(tap.low_pass_hz, tap.high_pass_hz, sample_rate_hz)
        neutral = np.tile((1.0, 0.0, 0.0, 0.0, 0.0), (2 - len(rows), 1))
        self._sections = np.vstack((rows, neutral))
        self.reset()

    def reset(self) -> None:
        self._memory = np.zeros((2, self._length))
        self._place = np.zeros(1, np.int64)
        self._state = np.zeros((2, 2))

    def add_to(self, echoes: Block, block: Block) -> None:
        _echo(block, echoes, self._memory, self._place, self._state, self._sections, self._matrix, self._feedback)


@numba.njit(cache=True, nogil=True)
def _echo(
    block: Block,
    echoes: Block,
    memory: npt.NDArray[np.float64],
    place: npt.NDArray[np.int64],
    state: npt.NDArray[np.float64],
    sections: npt.NDArray[np.float64],
    matrix: npt.NDArray[np.float64],
    feedback: float,
) -> None:
    p = place[0]
    heard = np.zeros(2)
    for n in range(block.shape[1]):
        for channel in range(2):
            x = memory[channel, p]
            for s in range(2):
                y = sections[s, 0] * x + state[s, channel]
                state[s, channel] = sections[s, 1] * x - sections[s, 3] * y
                x = y
            heard[channel] = x
            new = block[channel, n] + feedback * x
            memory[channel, p] = new if abs(new) > 1e-30 else 0.0
        echoes[0, n] += matrix[0, 0] * heard[0] + matrix[0, 1] * heard[1]
        echoes[1, n] += matrix[1, 0] * heard[0] + matrix[1, 1] * heard[1]
        p = p + 1 if p + 1 < memory.shape[1] else 0
    place[0] = p
    for s in range(2):
        for channel in range(2):
            if abs(state[s, channel]) < 1e-30:
                state[s, channel] = 0.0
