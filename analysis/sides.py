"""Left against right of one track: the same signal twice, or sides that cancel each other in mono.

Conventions as in ``analysis.measures``; a stretch is (start, end) in seconds of project time.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from analysis.measures import BANDS_HZ, HOP_SECONDS, TrackMeasures

SAME_BELOW_DB: Final = -50.0
"""A difference as far below the sum is no width that anybody hears."""
OPPOSED_BELOW: Final = -0.3
"""Correlation from which on sides count as opposed; unrelated sides vary around 0."""
LEAST_OPPOSED_SECONDS: Final = 2.0
_WINDOW_FRAMES: Final = 10
_HEARD: Final = (np.array(BANDS_HZ) >= 40.0) & (np.array(BANDS_HZ) <= 10_000.0)


def are_same(measures: TrackMeasures) -> bool:
    """Tell whether both sides of a stereo track carry one signal."""
    return not measures.is_mono and not measures.is_silent and measures.side_to_mid_db <= SAME_BELOW_DB


def mono_loss_db(measures: TrackMeasures) -> float:
    """Return the power of the mono sum against the mean of both sides: 0 is mono, -3 unrelated sides."""
    if measures.is_mono or not np.isfinite(measures.side_to_mid_db):
        return 0.0
    return float(-10.0 * np.log10(1.0 + 10.0 ** (measures.side_to_mid_db / 10.0)))


def opposed_stretches(measures: TrackMeasures) -> tuple[tuple[float, float], ...]:
    """Return where the sides of a track oppose each other while it plays, half a second or longer each."""
    if measures.is_mono:
        return ()
    left, right, both = (
        _smooth(power[:, _HEARD].sum(axis=1, dtype=np.float64))
        for power in (measures.band_ll, measures.band_rr, measures.band_lr)
    )
    scale = np.sqrt(left * right)
    correlation = np.divide(both, scale, out=np.ones_like(both), where=scale > 1e-14)
    opposed = (correlation < OPPOSED_BELOW) & measures.is_active[: len(correlation)]
    edges = np.flatnonzero(np.diff(np.concatenate(([False], opposed, [False])).astype(np.int8)))
    runs = edges.reshape(-1, 2)
    return tuple(
        (float(start * HOP_SECONDS), float(end * HOP_SECONDS)) for start, end in runs if end - start >= _WINDOW_FRAMES
    )


def _smooth(power: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return (F,) the sum over half a second around each frame."""
    window = np.ones(_WINDOW_FRAMES)
    return np.convolve(power, window, mode="same") if len(power) >= _WINDOW_FRAMES else power
