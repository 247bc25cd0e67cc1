"""Curves over the third octaves that measuring and deciding share: K-weighting, audibility weights, distances.

All curves have shape (31,), one value per band of ``analysis.measures.BANDS_HZ``.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from analysis.measures import BANDS_HZ

Curve = npt.NDArray[np.float64]
BANDS: Final[Curve] = np.array(BANDS_HZ)
TINY_POWER: Final = 1e-15
DISTANCE_RANGE_HZ: Final = (60.0, 13_000.0)
"""Spectra are compared from the 63 Hz to the 12.5 kHz band."""
CLARITY_FLOOR_DB: Final = -15.0
CLARITY_SPAN_DB: Final = 30.0
"""ANSI S3.5: a band counts for nothing 15 dB below its masker and fully 15 dB above it."""

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


def spread_matrix(up_db: float = 7.0, down_db: float = 20.0) -> npt.NDArray[np.float64]:
    """Return (31, 31): how much power a masker in band j puts into band i, falling per third octave."""
    index = np.arange(len(BANDS))
    distance = index[:, None] - index[None, :]
    loss_db = np.where(distance >= 0, distance * up_db, -distance * down_db)
    return np.asarray(10.0 ** (-loss_db / 10.0), dtype=np.float64)


def spectrum_distance_db(power: Curve, target_db: Curve) -> float:
    """Return the rms distance of a spectrum from a target, 63 Hz to 12.5 kHz, level left out."""
    low_hz, high_hz = DISTANCE_RANGE_HZ
    used = (low_hz <= BANDS) & (high_hz >= BANDS)
    levels = 10.0 * np.log10(np.maximum(power[used], TINY_POWER))
    difference = levels - target_db[used]
    return float(np.sqrt(np.mean((difference - difference.mean()) ** 2)))


def band_audibility(own: npt.NDArray[np.floating], rest: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Return (F,) how much of a voice is heard through the rest, 0 to 1, from their powers (F, 31).

    ANSI S3.5's audibility: sum over bands of importance * clip((SNR + 15) / 30, 0, 1), where the rest masks
    with ``spread_matrix``. Made for speech in noise; for singing in music it is a proxy.
    """
    masker = rest.astype(np.float64) @ spread_matrix().T
    ratio_db = 10.0 * np.log10((own.astype(np.float64) + TINY_POWER) / (masker + TINY_POWER))
    return np.asarray(np.clip((ratio_db - CLARITY_FLOOR_DB) / CLARITY_SPAN_DB, 0.0, 1.0) @ importance())
