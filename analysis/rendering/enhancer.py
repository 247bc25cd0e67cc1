"""JS: Stereo Enhancer: the side below and above a crossover, each by a width of its own.

The law was read off a public copy of the plug-in's text (LOSER's, which REAPER ships). A one-pole low pass divides left
and right; the rest lies above it, so that both parts add up to what came in. In each part the side is multiplied by its
width (100 % is 1) and the middle stays. So the middle passes untouched at any setting, and the sum in mono with it.
"""

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from analysis.rendering.biquad import Cascade, Sections, response, section
from analysis.rendering.processor import Block
from reaper_bridge.session.effects import Jsfx
from reaper_bridge.session.scripts import ENHANCER_PATH, is_script

Curve = npt.NDArray[np.float64]
_DEFAULTS: Final = (100.0, 500.0, 100.0)
_RATE_HZ: Final = 48_000
"""Other rates differ only where the low pass has long ended."""


def is_enhancer(effect: Jsfx) -> bool:
    """Tell whether a JSFX is JS: Stereo Enhancer."""
    return is_script(effect, ENHANCER_PATH)


def side_gain(effect: Jsfx, frequencies_hz: Curve, sample_rate_hz: int = _RATE_HZ) -> Curve:
    """Return the amplitude gain of the side at some frequencies; that of the middle is 1."""
    return np.sqrt(response(_side_section(effect, sample_rate_hz), frequencies_hz, sample_rate_hz))


def _side_section(effect: Jsfx, sample_rate_hz: int) -> Sections:
    """Return both parts of the side, each by its width, as one filter (1, 5)."""
    low, crossover_hz, high = _settings(effect)
    pole = math.exp(-2.0 * math.pi * min(crossover_hz / sample_rate_hz, 1.0))
    return np.array([section((high + (low - high) * (1.0 - pole), -high * pole, 0.0), (1.0, -pole, 0.0))])


def _settings(effect: Jsfx) -> tuple[float, float, float]:
    """Return the widths as factors and the crossover in Hz; a slider nobody touched stands at its default."""
    given = (*effect.sliders, None, None, None)[:3]
    low, crossover_hz, high = (
        preset if value is None else value for value, preset in zip(given, _DEFAULTS, strict=True)
    )
    return low / 100.0, crossover_hz, high / 100.0


class Enhancer:
    """The plug-in at work."""

    latency_samples = 0
    memory_seconds = 0.0

    def __init__(self, effect: Jsfx, sample_rate_hz: int) -> None:
        self._side = Cascade(_side_section(effect, sample_rate_hz))

    def process(self, block: Block, side_chain: Block | None = None) -> Block:
        """Widen or narrow a block (2, samples)."""
        middle, side = 0.5 * (block[0] + block[1]), 0.5 * (block[0] - block[1])
        side = self._side.process(np.stack((side, np.zeros_like(side))))[0]
        return np.stack((middle + side, middle - side))

    def reset(self) -> None:
        """Forget everything heard so far."""
        self._side.reset()
