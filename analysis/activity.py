"""When a track plays: hysteresis on its K-weighted level, relative to its own loud level.

A microphone also hears its neighbours, and noise. So a track counts as playing down to 30 dB below its loud
level, or, where its levels fall into two clearly separate heaps, down to the valley between these.
"""

import itertools
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from analysis.loudness import GATE_LUFS, Powers

ON_DB: Final = -30.0
OFF_STEP_DB: Final = -6.0
HIGHEST_ON_DB: Final = -10.0
"""The valley is believed up to this far below the loud level."""
HEARD_WITHIN_DB: Final = 55.0
"""What lies further below the loud level is as good as silence."""
HEAPS_APART_DB: Final = 14.0
HEAPS_SHARE: Final = 0.82
"""Two heaps explain at least so much of the variance of the levels; a single bell explains 0.64, a box 0.75."""
LOUD_FRAMES: Final = 10
"""A loud level is held for half a second in all; a single bump is not the music."""
BRIDGED_FRAMES: Final = 3


@dataclass(frozen=True)
class Activity:
    """Which frames play, and the loudness above which they begin to."""

    is_active: npt.NDArray[np.bool_]
    threshold_lufs: float


def activity(k_power: Powers) -> Activity:
    """Tell which frames of 50 ms play, from their K-weighted powers summed over left and right."""
    with np.errstate(divide="ignore"):
        level = 10.0 * np.log10(k_power) - 0.691
    if not (level > GATE_LUFS).any():
        return Activity(np.zeros(len(k_power), np.bool_), GATE_LUFS)
    # from here on everything is relative, so that a quiet recording plays when a loud one does
    loud = _loud_level(k_power[k_power > 0.0])
    on = loud + ON_DB
    valley = _valley(level[level > loud - HEARD_WITHIN_DB] - loud)
    if valley is not None:
        on = max(on, loud + min(valley, HIGHEST_ON_DB))
    is_active = _with_hysteresis(level, on, on + OFF_STEP_DB)
    return Activity(_bridged(is_active), on)


def _loud_level(powers: Powers) -> float:
    """Return the energy-weighted mean level, limited by what is reached for half a second."""
    weighted = float(np.sum(powers**2) / np.sum(powers))
    count = min(LOUD_FRAMES, (len(powers) + 3) // 4)
    reached = float(np.partition(powers, -count)[-count])
    return 10.0 * float(np.log10(min(weighted, reached))) - 0.691


def _valley(level: Powers) -> float | None:
    """Return the level that best parts two heaps (Otsu's criterion), or None where there is one heap.

    Levels are in dB against the loud level, so that the bins lie alike at every recording level.
    """
    counts, edges = np.histogram(
        level, bins=np.arange(-HEARD_WITHIN_DB, max(2.0 - HEARD_WITHIN_DB, level.max() + 1.0), 1.0)
    )
    middles = 0.5 * (edges[:-1] + edges[1:])
    below = np.cumsum(counts)[:-1].astype(np.float64)
    above = counts.sum() - below
    total = np.cumsum(counts * middles)
    valid = (below > 0) & (above > 0)
    if not valid.any():
        return None
    below, above = np.maximum(below, 1e-9), np.maximum(above, 1e-9)
    low, high = total[:-1] / below, (total[-1] - total[:-1]) / above
    between = np.where(valid, below * above * (high - low) ** 2, 0.0) / counts.sum() ** 2
    best = int(np.argmax(between))
    share = float(between[best] / max(1e-9, float(np.var(level))))
    if share < HEAPS_SHARE or high[best] - low[best] < HEAPS_APART_DB:
        return None
    # a flat valley: its middle
    flat = np.flatnonzero(between >= between[best] * (1.0 - 1e-9))
    return float(edges[1:][int(flat[len(flat) // 2])])


def _with_hysteresis(level: Powers, on: float, off: float) -> npt.NDArray[np.bool_]:
    """Play from where the level passes ``on`` until it falls below ``off``."""
    marks = np.where(level >= on, 1, np.where(level < off, -1, 0))
    places = np.where(marks != 0, np.arange(len(marks)), 0)
    np.maximum.accumulate(places, out=places)
    return np.asarray(marks[places] == 1)


def _bridged(is_active: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Fill gaps of at most three frames."""
    filled = is_active.copy()
    changes = np.flatnonzero(np.diff(is_active.astype(np.int8)))
    for stop, start in itertools.pairwise(changes):
        if is_active[stop] and start - stop <= BRIDGED_FRAMES:
            filled[stop + 1 : start + 1] = True
    return filled
