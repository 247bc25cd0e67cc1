"""Curves over the third octaves: the population's mean mix, beside those that ``analysis.bands`` measures with.

All arrays have shape (31,), one value per band of ``analysis.measures.BANDS_HZ``.
"""

import numpy as np

from actions.mixing.taste import TargetSpectrum
from analysis.bands import (
    BANDS,
    K_POWER,
    TINY_POWER,
    Curve,
    importance,
    k_weighting_power,
    spectrum_distance_db,
    spread_matrix,
)


def target_levels_db(target: TargetSpectrum) -> Curve:
    """Return the band levels of the mean mix in dB, up to a constant (Elowsson & Friberg 2017)."""
    x = np.log2(BANDS / 1000.0)
    power_db = target.slope_db_per_octave * x + 0.5 * target.steepening_db_per_octave2 * x**2
    levels = power_db + 3.01 * x
    below = np.clip(np.log2(target.roll_off_hz / BANDS), 0.0, None)
    levels = levels - target.roll_off_db_per_octave * below
    lift = np.interp(np.log2(BANDS), np.log2([4000.0, 8000.0, 12500.0]), [0.0, 1.0, 1.0])
    high = np.interp(np.log2(BANDS), np.log2([8000.0, 12500.0]), [target.lift_8k_db, target.lift_12k_db])
    return np.asarray(levels + lift * high, dtype=np.float64)


__all__ = [
    "BANDS",
    "K_POWER",
    "TINY_POWER",
    "Curve",
    "importance",
    "k_weighting_power",
    "spectrum_distance_db",
    "spread_matrix",
    "target_levels_db",
]
