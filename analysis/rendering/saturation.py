"""Two JSFX that bend the wave: JS: Waveshaping Distortion, which a pass writes, and JS: Saturation.

The laws were read off the plug-ins' texts, which REAPER ships; x is held within full scale first, and full scale
stays full scale. Waveshaping is ``(1 + a) x / (1 + a |x|)`` with ``a = 2 d / (1 - d)`` and d the knob; what is quiet
gets louder by ``1 + a``, so that it works at any level. Saturation is ``sin(a x) / sin(a)`` with ``a`` up to a quarter
turn, and hardly bends what stays 12 dB below full scale. Both add odd harmonics only.
"""

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from analysis.rendering.processor import Block
from reaper_bridge.session.effects import Jsfx
from reaper_bridge.session.scripts import SATURATION_PATH, WAVESHAPER_PATH, is_script

Wave = npt.NDArray[np.float64]
_MOST_DISTORTION: Final = 0.999


def is_saturation(effect: Jsfx) -> bool:
    """Tell whether a JSFX is one of the two."""
    return is_script(effect, SATURATION_PATH) or is_script(effect, WAVESHAPER_PATH)


def bent(effect: Jsfx, wave: Wave) -> Wave:
    """Return a wave of any shape behind a saturation."""
    ratio = _knob_ratio(effect)
    if ratio <= 0.0:
        return wave if is_script(effect, SATURATION_PATH) else np.clip(wave, -1.0, 1.0)
    held = np.clip(wave, -1.0, 1.0)
    if is_script(effect, SATURATION_PATH):
        angle = 0.5 * math.pi * ratio
        return np.asarray(np.sin(held * angle) / math.sin(angle))
    drive = _drive(ratio)
    return np.asarray((1.0 + drive) * held / (1.0 + drive * np.abs(held)))


def slopes(effect: Jsfx, wave: Wave) -> Wave:
    """Return by how much a saturation amplifies what rides on a wave, at each of its samples."""
    ratio, held = _knob_ratio(effect), np.clip(wave, -1.0, 1.0)
    if is_script(effect, SATURATION_PATH):
        angle = 0.5 * math.pi * ratio
        return np.asarray(np.cos(held * angle) * (angle / math.sin(angle) if angle > 0.0 else 1.0))
    drive = _drive(ratio)
    return np.asarray((1.0 + drive) / (1.0 + drive * np.abs(held)) ** 2)


def _knob_ratio(effect: Jsfx) -> float:
    percent = effect.sliders[0] if effect.sliders else None
    return (percent or 0.0) / 100.0


def _drive(ratio: float) -> float:
    held = min(ratio, _MOST_DISTORTION)
    return 2.0 * held / (1.0 - held)


class Saturation:
    """Either of the two at work."""

    latency_samples = 0
    memory_seconds = 0.0

    def __init__(self, effect: Jsfx) -> None:
        self._effect = effect

    def process(self, block: Block, side_chain: Block | None = None) -> Block:
        """Bend a block."""
        return bent(self._effect, block)

    def reset(self) -> None:
        """Do nothing: it remembers nothing."""
