"""The JSFX that are modelled: the trim, JS: Volume Adjustment."""

import numpy as np

from analysis.rendering.processor import Block
from reaper_bridge.session.effects import TRIM_PATH, Jsfx
from reaper_bridge.session.units import linear_from_db


def is_trim(effect: Jsfx) -> bool:
    """Tell whether a JSFX is JS: Volume Adjustment; REAPER ignores case in its path on most systems."""
    return effect.path.casefold() == TRIM_PATH


def trim_gain_db(effect: Jsfx) -> float:
    """Return the gain of a trim."""
    return _slider(effect, 0, 0.0)


def trim_ceiling_db(effect: Jsfx) -> float:
    """Return the level at which a trim clips."""
    return _slider(effect, 1, 150.0)


def _slider(effect: Jsfx, index: int, default: float) -> float:
    value = effect.sliders[index] if index < len(effect.sliders) else None
    return default if value is None else value


class Trim:
    """JS: Volume Adjustment at work: a gain, and a hard ceiling after it."""

    latency_samples = 0
    memory_seconds = 0.0

    def __init__(self, effect: Jsfx) -> None:
        self._gain = linear_from_db(trim_gain_db(effect))
        self._ceiling = linear_from_db(trim_ceiling_db(effect))

    def process(self, block: Block, side_chain: Block | None = None) -> Block:
        """Scale a block in place."""
        block *= self._gain
        if self._ceiling < 1e3:
            np.clip(block, -self._ceiling, self._ceiling, out=block)
        return block

    def reset(self) -> None:
        """Do nothing: a trim remembers nothing."""
