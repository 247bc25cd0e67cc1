"""JS: De-esser (Liteon/deesser): turns the band above a frequency down while it is loud.

The law was read off the plug-in's text, which REAPER ships. A Linkwitz-Riley crossover of second order splits the
sound; both halves together are flat. An envelope follows the largest magnitude of the upper half. Above the
threshold that half is divided by ``1 + slope * (envelope / threshold - 1)``. Three knobs do not do what their names
say: the threshold's decibels are halves of one, a ratio of 20 is a limiter and one of 4 hardly works, and the times
are shares of a sample, so that they are shorter at a higher sample rate.
"""

import math
from typing import Final, Literal, TypeAlias

import numba
import numpy as np
import numpy.typing as npt

from analysis.rendering.biquad import Sections, response, section
from analysis.rendering.processor import Block
from reaper_bridge.session.effects import Jsfx
from reaper_bridge.session.scripts import (
    DE_ESSER_KNOB_PER_DB,
    DE_ESSER_PATH,
    DE_ESSER_RATIO,
    DE_ESSER_THRESHOLD,
    is_script,
)
from reaper_bridge.session.units import linear_from_db

Curve = npt.NDArray[np.float64]
Half: TypeAlias = Literal["low", "high"]

MOST_RATIO: Final = 20.0
_TARGET_KIND, _MONO, _MONITOR, _FREQUENCY, _BANDWIDTH, _TIME_CONSTANTS, _GAIN = 1, 0, 2, 3, 4, 7, 8
_HIGHEST_HZ: Final = 20_000.0
_SILENT_GAIN_DB: Final = -24.0
_DEFAULTS: Final = (1.0, 1.0, 0.0, 4000.0, 1.5, -25.0, 4.0, 0.0, 0.0)
_TIMES: Final = ((0.0, 0.2120), (0.0971, 0.3719), (0.2097, 0.6261))
"""How far along their ranges attack and release stand, per choice of the times knob."""


def is_deesser(effect: Jsfx) -> bool:
    """Tell whether a JSFX is JS: De-esser."""
    return is_script(effect, DE_ESSER_PATH)


def slider(effect: Jsfx, index: int) -> float:
    """Return where a slider of a de-esser stands, counted from 0."""
    value = effect.sliders[index] if index < len(effect.sliders) else None
    return _DEFAULTS[index] if value is None else value


def threshold_db(effect: Jsfx) -> float:
    """Return the peak above which it works in dBFS, -40 to 0: half of what the knob says."""
    return slider(effect, DE_ESSER_THRESHOLD) / DE_ESSER_KNOB_PER_DB


def slope_ratio(effect: Jsfx) -> float:
    """Return how steeply it works above the threshold, 0 (not at all) to 1 (a limiter)."""
    return (slider(effect, DE_ESSER_RATIO) - 1.0) / (MOST_RATIO - 1.0)


def release_share(effect: Jsfx) -> float:
    """Return by what share the envelope falls with each sample."""
    _, release = _times(effect)
    return release


def _times(effect: Jsfx) -> tuple[float, float]:
    choice = min(max(round(slider(effect, _TIME_CONSTANTS)), 0), len(_TIMES) - 1)
    attack, release = _TIMES[choice]
    return 10.0 ** (-0.002 - 3.97772619 * attack), 10.0 ** (-3.11 - 1.8698 * release)


def crossover(frequency_hz: float, sample_rate_hz: float, half: Half) -> Sections:
    """Return one half of the crossover; the lower less the upper is an all-pass."""
    k = math.tan(math.pi * frequency_hz / sample_rate_hz)
    b = (k * k, 2.0 * k * k, k * k) if half == "low" else (1.0, -2.0, 1.0)
    row = section(b, ((1.0 + k) ** 2, 2.0 * (k * k - 1.0), (1.0 - k) ** 2))
    return np.array([row], np.float64)


def upper_power(effect: Jsfx, frequencies_hz: npt.ArrayLike, sample_rate_hz: float) -> Curve:
    """Return the share of the power at each frequency that the detector hears, for a target of "hipass"."""
    return response(crossover(slider(effect, _FREQUENCY), sample_rate_hz, "high"), frequencies_hz, sample_rate_hz)


class DeEsser:
    """JS: De-esser at work, as after its first block, in which the plug-in's filters fade in."""

    latency_samples = 0

    def __init__(self, effect: Jsfx, sample_rate_hz: int) -> None:
        centre_hz, octaves = slider(effect, _FREQUENCY), slider(effect, _BANDWIDTH)
        is_band = slider(effect, _TARGET_KIND) < 0.5
        low_hz = centre_hz * (1.0 - octaves / 4.0) if is_band else centre_hz
        high_hz = min(centre_hz * (1.0 + octaves / 2.0), _HIGHEST_HZ)
        rows = [crossover(_inside(low_hz, sample_rate_hz), sample_rate_hz, half) for half in ("low", "high")]
        rows += [crossover(_inside(high_hz, sample_rate_hz), sample_rate_hz, half) for half in ("low", "high")]
        self._sections = np.concatenate(rows)
        attack, release = _times(effect)
        gain_db = slider(effect, _GAIN)
        self._knobs = np.array(
            [
                1.0 if is_band else 0.0,
                1.0 if slider(effect, _MONO) >= 0.5 else 0.0,
                1.0 if slider(effect, _MONITOR) >= 0.5 else 0.0,
                linear_from_db(threshold_db(effect)),
                slope_ratio(effect),
                attack,
                release,
                linear_from_db(gain_db) if gain_db > _SILENT_GAIN_DB else 0.0,
            ]
        )
        self.memory_seconds = 20.0 / (release * sample_rate_hz)
        self.reset()

    def process(self, block: Block, side_chain: Block | None = None) -> Block:
        """De-ess a block in place."""
        _deess(block, self._sections, self._knobs, self._filters, self._envelope)
        self._filters[np.abs(self._filters) < 1e-30] = 0.0
        return block

    def reset(self) -> None:
        """Forget everything heard so far."""
        self._filters = np.zeros((2, 4, 2))
        self._envelope = np.zeros(1)


def _inside(frequency_hz: float, sample_rate_hz: float) -> float:
    return min(max(frequency_hz, 20.0), 0.49 * sample_rate_hz)


@numba.njit(cache=True, nogil=True, inline="always")
def _run(x: float, s: Curve, z: Curve) -> float:
    y: float = s[0] * x + z[0]
    z[0] = s[1] * x + z[1] - s[3] * y
    z[1] = s[2] * x - s[4] * y
    return y


@numba.njit(cache=True, nogil=True)
def _deess(block: Block, sections: Sections, knobs: Curve, filters: npt.NDArray[np.float64], envelope: Curve) -> None:
    is_band, is_mono, is_monitor, threshold, slope, attack, release, gain = knobs
    sides = 1 if is_mono > 0.0 else 2
    lower, target, upper = np.zeros(2), np.zeros(2), np.zeros(2)
    level = envelope[0]
    for n in range(block.shape[1]):
        loudest = 0.0
        for side in range(sides):
            x = 0.5 * (block[0, n] + block[1, n]) if is_mono > 0.0 else block[side, n]
            lower[side] = _run(x, sections[0], filters[side, 0])
            high = -_run(x, sections[1], filters[side, 1])
            if is_band > 0.0:
                target[side] = _run(high, sections[2], filters[side, 2])
                upper[side] = -_run(high, sections[3], filters[side, 3])
            else:
                target[side] = high
            loudest = max(loudest, abs(target[side]))
        if loudest > level:
            level += attack * (loudest - level)
        else:
            level *= 1.0 - release
        divisor = 1.0 + slope * (level / threshold - 1.0) if level > threshold else 1.0
        if level < 1e-10:
            level = 0.0
        for side in range(2):
            from_side = side if sides == 2 else 0
            sound = target[from_side] / divisor
            if is_monitor <= 0.0:
                sound += lower[from_side] + upper[from_side]
            block[side, n] = gain * sound
    envelope[0] = level
