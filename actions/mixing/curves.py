"""Curves over the third octaves: K-weighting, the population's mean mix, audibility weights.

All arrays have shape (31,), one value per band of ``analysis.measures.BANDS_HZ``.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from actions.mixing.taste import TargetSpectrum
from analysis.measures import BANDS_HZ

Curve = npt.NDArray[np.float64]
BANDS: Final[Curve] = np.array(BANDS_HZ)
TINY_POWER: Final = 1e-15

# ANSI S3.5 third-octave band importances, 160 Hz to 8 kHz
_IMPORTANCE_FROM_160 = (
    0.0083, 0.0095, 0.0150, 0.0289, 0.0440, 0.0578, 0.0653, 0.0711, 0.0818,
    0.0844, 0.0882, 0.0898, 0.0868, 0.0844, 0.0771, 0.0527, 0.0364, 0.0185,
)  # fmt: skip


def k_weighting_power(frequencies_hz: Curve) -> Curve:
    """Return the power gain of BS.1770's K filter: a 4 dB shelf above 1.7 kHz and a high-pass at 38 Hz."""
    # analogue prototypes of the two stages (Brecht De Man's parameters of the standard's coefficients)
    shelf_gain, shelf_hz, shelf_q = 10.0 ** (3.999843853973347 / 20.0), 1681.974450955533, 0.7071752369554196
    pass_hz, pass_q = 38.13547087602444, 0.5003270373238773
    s = 1j * frequencies_hz / shelf_hz
    middle = shelf_gain**0.4996667741545416
    shelf = (shelf_gain * s**2 + middle / shelf_q * s + 1.0) / (s**2 + s / shelf_q + 1.0)
    s = 1j * frequencies_hz / pass_hz
    high_pass = s**2 / (s**2 + s / pass_q + 1.0)
    return np.asarray(np.abs(shelf * high_pass) ** 2, dtype=np.float64)


K_POWER: Final[Curve] = k_weighting_power(BANDS)


def importance() -> Curve:
    """Return the weights of ANSI S3.5's third octaves; their sum is 1."""
    weights = np.zeros(len(BANDS))
    first = int(np.argmin(np.abs(BANDS - 160.0)))
    weights[first : first + len(_IMPORTANCE_FROM_160)] = _IMPORTANCE_FROM_160
    return np.asarray(weights / weights.sum(), dtype=np.float64)


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


def spectrum_distance_db(power: Curve, target_db: Curve) -> float:
    """Return the rms distance of a spectrum from a target, 63 Hz to 12.5 kHz, level left out."""
    used = (BANDS >= 60.0) & (BANDS <= 13_000.0)
    levels = 10.0 * np.log10(np.maximum(power[used], TINY_POWER))
    difference = levels - target_db[used]
    return float(np.sqrt(np.mean((difference - difference.mean()) ** 2)))


def spread_matrix(up_db: float = 7.0, down_db: float = 20.0) -> npt.NDArray[np.float64]:
    """Return (31, 31): how much power a masker in band j puts into band i, falling per third octave."""
    index = np.arange(len(BANDS))
    distance = index[:, None] - index[None, :]
    loss_db = np.where(distance >= 0, distance * up_db, -distance * down_db)
    return np.asarray(10.0 ** (-loss_db / 10.0), dtype=np.float64)
