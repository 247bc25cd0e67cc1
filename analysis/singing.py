"""What of a voice or a solo instrument is sung, breathed or popped, and how evenly it stands above the rest.

All arrays are (F,), one value per frame of 50 ms; powers are mean squares.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from analysis.measures import BANDS_HZ, HOP_SECONDS, TrackMeasures

Frames: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]

RATIO_SECONDS: Final = 1.0
RATIO_FRAMES: Final = round(RATIO_SECONDS / HOP_SECONDS)
LEAD_RANGE_DB: Final = 20.0
"""The lead sings in frames less than this below its loudest one, as ``analysis.mixture`` counts."""
SUNG_BELOW_MEAN_DB: Final = 14.0
"""What lies further below the mean of what plays is a tail, a breath or noise."""
TAIL_BELOW_MEAN_DB: Final = 30.0
_BREATH_BELOW_MEAN_DB: Final = (8.0, 45.0)
_LONGEST_BREATH_FRAMES: Final = 24
_LONGEST_PLOSIVE_FRAMES: Final = 6
_BANDS: Final = np.array(BANDS_HZ)
_VOICED: Final = (_BANDS >= 125.0) & (_BANDS <= 1000.0)
_AIRY: Final = (_BANDS >= 1600.0) & (_BANDS <= 12500.0)
_THUMP: Final = _BANDS <= 90.0
_THUMP_OVER_VOICE: Final = 10.0**-0.3
_TINY: Final = 1e-20


@dataclass(frozen=True, eq=False)
class Singing:
    """Which frames (F,) carry the voice; breaths, popped consonants, and tails: what else still sounds. Never two."""

    sung: Flags
    breaths: Flags
    plosives: Flags
    tails: Flags


def singing_of(measures: TrackMeasures) -> Singing:
    """Tell the frames of a track that are sung from its breaths, popped consonants and tails.

    Sung is what plays and is not far below the mean level of what plays. A breath is quieter than that, short, and
    brighter than it is voiced; a plosive is short, with as much power below 90 Hz as a voice has above. A tail is what
    is heard between: reverberation, bleed, a hum.
    """
    power = measures.band_ll.astype(np.float64) + measures.band_rr
    level, active = measures.k_power.astype(np.float64), measures.is_active
    mean = float(level[active].mean()) if active.any() else 0.0
    if mean <= 0.0:
        nothing = np.zeros(len(level), dtype=bool)
        return Singing(nothing, nothing, nothing, nothing)
    voiced, airy, thump = (power[:, used].sum(axis=1) for used in (_VOICED, _AIRY, _THUMP))
    near, far = (mean * 10.0 ** (-below / 10.0) for below in _BREATH_BELOW_MEAN_DB)
    breaths = _short((airy > voiced) & (level < near) & (level > far), _LONGEST_BREATH_FRAMES)
    usual = float(voiced[active].mean())
    plosives = _short(
        (thump > _THUMP_OVER_VOICE * (voiced + airy)) & (thump > 0.1 * usual) & ~breaths, _LONGEST_PLOSIVE_FRAMES
    )
    loud = active & (level > mean * 10.0 ** (-SUNG_BELOW_MEAN_DB / 10.0))
    sung = loud & ~breaths & ~plosives
    audible = level > mean * 10.0 ** (-TAIL_BELOW_MEAN_DB / 10.0)
    return Singing(sung, breaths, plosives, audible & ~sung & ~breaths & ~plosives)


def _short(flags: Flags, most_frames: int) -> Flags:
    """Return the runs that are no longer than so many frames."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False]))))
    kept = np.zeros(len(flags), dtype=bool)
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        kept[start:stop] = stop - start <= most_frames
    return kept


def moving_sum(values: Frames, count: int) -> Frames:
    """Return (F,) the sum over ``count`` frames around each; at the ends over those there are."""
    total = np.concatenate(([0.0], np.cumsum(values)))
    index = np.arange(len(values))
    first = np.clip(index - count // 2, 0, len(values))
    return np.asarray(total[np.clip(index - count // 2 + count, 0, len(values))] - total[first])


def lead_ratio_db(lead: Frames, rest: Frames) -> Frames:
    """Return (F,) how far the lead stands above the rest over the second around each frame."""
    above, below = (np.maximum(moving_sum(power, RATIO_FRAMES), _TINY) for power in (lead, rest))
    return np.asarray(10.0 * np.log10(above / below))


def leads(lead: Frames) -> Flags:
    """Tell the frames where the lead sings: within ``LEAD_RANGE_DB`` of its loudest one."""
    return np.asarray(lead > lead.max(initial=0.0) * 10.0 ** (-LEAD_RANGE_DB / 10.0))


def lead_spread_db(lead: Frames, rest: Frames, where: Flags | None = None) -> float | None:
    """Return the standard deviation of ``lead_ratio_db`` over the frames where the lead sings and something else plays.

    ``where`` (F,) says where it sings, if ``leads`` shall not. None where there is less than a second of it.
    """
    counts = (leads(lead) if where is None else where) & (moving_sum(rest, RATIO_FRAMES) > _TINY)
    if np.count_nonzero(counts) < RATIO_FRAMES:
        return None
    return float(lead_ratio_db(lead, rest)[counts].std())
