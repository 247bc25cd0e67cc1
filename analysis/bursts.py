"""Moments in which a track's upper end stands out: esses of a voice, splashes of a cymbal, bites of a guitar.

All is measured against the track itself, so that neither its level nor a bright instrument makes a burst. Powers
are (F, B), F frames of 50 ms in the B = 31 third octaves.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from analysis.bands import BANDS

Powers = npt.NDArray[np.floating]
Mask = npt.NDArray[np.bool_]

LOWEST_BODY_HZ: Final = 180.0
QUIETEST_BURST_DB: Final = -20.0
"""Re the rest of the track: what is quieter is no burst, however bright."""
LOUD_QUANTILE: Final = 0.8
WORST_QUANTILE: Final = 0.75
_BAND_RATIOS: Final = (1.12, 2.8)
_TINY: Final = 1e-20


@dataclass(frozen=True, eq=False)
class Bursts:
    """What stands out of a track, how loud, and when.

    ``level_db`` is the upper band in the louder bursts against the whole of the track beside them; ``share_ratio`` how
    much of the playing time are bursts. ``frames`` (F,) are the bursts, ``worst`` (F,) the loudest quarter of them.
    """

    level_db: float
    share_ratio: float
    frames: Mask
    worst: Mask

    @property
    def count(self) -> int:
        """How many there are; frames that follow each other are one."""
        return int(np.count_nonzero(np.diff(self.frames.astype(np.int8), prepend=0) == 1))


def burst_band(crossover_hz: float) -> Mask:
    """Return (31,) which bands a de-esser with this crossover is there for: at 4 kHz those from 5 to 10 kHz."""
    low, high = _BAND_RATIOS
    return np.asarray((low * crossover_hz <= BANDS) & (high * crossover_hz >= BANDS))


def find_bursts(power: Powers, is_active: Mask, crossover_hz: float, over_median_db: float) -> Bursts | None:
    """Return the bursts above a frequency, or None where there are none.

    In a burst the band is louder than all of the body below it, and by ``over_median_db`` more so than usually.
    """
    band = burst_band(crossover_hz)
    body = (LOWEST_BODY_HZ <= BANDS) & (_BAND_RATIOS[0] * crossover_hz > BANDS)
    high, low = power[:, band].sum(axis=1, dtype=np.float64), power[:, body].sum(axis=1, dtype=np.float64)
    active = is_active[: len(power)] & (high + low > 0.0)
    if not active.any():
        return None
    contrast_db = _db(high) - _db(low)
    bursts = active & (contrast_db > max(float(np.median(contrast_db[active])) + over_median_db, 0.0))
    rest = active & ~bursts
    if not rest.any():
        return None
    usual_db = float(_db((high + low)[rest].mean()))
    bursts &= _db(high) > usual_db + QUIETEST_BURST_DB
    if not bursts.any():
        return None
    level_db = _db(high[bursts]) - usual_db
    worst = bursts.copy()
    worst[bursts] = level_db >= np.quantile(level_db, WORST_QUANTILE)
    share = float(np.count_nonzero(bursts) / np.count_nonzero(active))
    return Bursts(float(np.quantile(level_db, LOUD_QUANTILE)), share, bursts, worst)


def _db(power: npt.ArrayLike) -> npt.NDArray[np.float64]:
    return np.asarray(10.0 * np.log10(np.maximum(power, _TINY)), dtype=np.float64)
