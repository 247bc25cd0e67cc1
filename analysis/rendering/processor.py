"""What every modelled plug-in is: a stream of blocks in, the same stream out.

Conventions: a block is (2, n) float64, contiguous, full scale 1.0. A processor keeps its state from block to
block, so that any way of cutting a signal into blocks gives the same output. It may write into the block it
is given. Output is late by ``latency_samples``; the mixer makes up for it as REAPER does.
"""

from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

Block: TypeAlias = npt.NDArray[np.float64]


class Processor(Protocol):
    """One plug-in at work.

    ``memory_seconds`` is how long it can stay silent after its input and still have something to say: the
    length of a delay, or the time a compressor takes to recover. Its output may be skipped only after that.
    """

    latency_samples: int
    memory_seconds: float

    def process(self, block: Block, side_chain: Block | None = None) -> Block:
        """Return the next block of output; ``side_chain`` is what track channels 3/4 carry, if anything."""

    def reset(self) -> None:
        """Forget everything heard so far."""


def as_block(audio: npt.NDArray[np.floating]) -> Block:
    """Return audio of one or two channels as a block; one channel plays left and right alike."""
    if audio.ndim == 1 or audio.shape[0] == 1:
        mono = np.asarray(audio, np.float64).reshape(1, -1)
        return np.ascontiguousarray(np.concatenate((mono, mono)))
    return np.ascontiguousarray(audio[:2], np.float64)


class DelayLine:
    """A fixed delay of both channels, in samples."""

    def __init__(self, delay_samples: int) -> None:
        self.delay_samples = delay_samples
        self._kept: Block = np.zeros((2, delay_samples))

    def process(self, block: Block) -> Block:
        """Return the block as it was ``delay_samples`` ago."""
        if self.delay_samples == 0:
            return block
        joined = np.concatenate((self._kept, block), axis=1)
        self._kept = joined[:, block.shape[1] :].copy()
        return np.ascontiguousarray(joined[:, : block.shape[1]])

    def reset(self) -> None:
        """Forget what is on its way."""
        self._kept = np.zeros((2, self.delay_samples))


def smoothing(time_ms: float, sample_rate_hz: float) -> float:
    """Return the coefficient of a one-pole smoother that reaches 63 % of a step in a time."""
    samples = time_ms * 1e-3 * sample_rate_hz
    return float(np.exp(-1.0 / samples)) if samples > 1e-6 else 0.0
