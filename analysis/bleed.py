"""What a close microphone of a drum kit hears of the other drums, from the envelopes of 1 ms alone.

Bleed from another drum arrives at a level that hardly changes: so much below what that drum's own microphone hears. A
rise that is louder than the bleed of every other drum at that moment is a hit of the microphone's own drum, be it a
ghost note; one that is not is bleed. Levels are peaks in dB re full scale.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from analysis.dynamics import STEPS_PER_SECOND, onset_times_seconds, rises_and_falls
from analysis.measures import Array, TrackMeasures

Floats = npt.NDArray[np.float64]
LOUDEST_HITS: Final = 9
"""So many of the loudest hits say how loud a drum usually is."""
OWN_ABOVE_BLEED_DB: Final = 6.0
CERTAINLY_OWN_DB: Final = 8.0
"""What is so little below the loudest hits is a hit of its own, whatever else plays."""
TRANSFER_QUANTILE: Final = 0.25
"""Of how loud the other drum's hits arrive: above this the own drum may have played along."""
STRONG_WITHIN_DB: Final = 10.0
FAINTEST_DB: Final = 45.0
"""What is further below the loud hits is neither a hit nor bleed that would be heard."""
GHOST_WITHIN_DB: Final = 32.0
"""No ghost note is further below the loud hits."""
RISE_DB: Final = 5.0
"""Less than elsewhere: a ghost note may begin while the last hit still rings."""
REBOUND_MS, REBOUND_DB = 90, 1.0
"""A rise so soon after another that was louder by so much is its tail."""
_REACH_MS: Final = 30
_QUIETEST: Final = 1e-7
_LONGEST_HIT_MS: Final = 400
_GRID_MS: Final = 10


@dataclass(frozen=True, eq=False)
class CloseMic:
    """A microphone as its rises show it: ``times_ms`` (N,), ``peaks_db`` (N,), and ``around_db`` (M,).

    ``around_db`` is the largest peak within 30 ms of every millisecond.
    """

    times_ms: npt.NDArray[np.intp]
    peaks_db: Floats
    around_db: Array

    @property
    def usual_db(self) -> float:
        """How loud its loud hits are."""
        return float(np.median(np.sort(self.peaks_db)[-LOUDEST_HITS:])) if len(self.peaks_db) else -np.inf


@dataclass(frozen=True, eq=False)
class Hits:
    """The rises of a microphone, told apart: those of its own drum and those of others.

    ``own_ms`` (N,) and ``own_db`` (N,) are when and how loud; ``bleed_db`` (K,) how loud the others arrive.
    ``correlation`` is that of what is heard between the own hits with what the other drums play then, -1 to 1.
    ``decay_ms`` is how long an own hit takes to fall by 12 dB.
    """

    own_ms: npt.NDArray[np.intp]
    own_db: Floats
    bleed_db: Floats
    correlation: float
    decay_ms: float
    usual_db: float


def close_mic(measures: TrackMeasures) -> CloseMic:
    """Return the rises of a microphone, those of bleed among them."""
    from scipy.ndimage import maximum_filter1d

    everywhere = np.ones(len(measures.is_active), np.bool_)
    seconds = onset_times_seconds(measures.level_power, everywhere, -FAINTEST_DB, RISE_DB)
    times = np.round(seconds * STEPS_PER_SECOND).astype(np.intp)
    around = maximum_filter1d(measures.level_peak, 2 * _REACH_MS + 1, mode="constant")
    around_db = np.asarray(20.0 * np.log10(np.maximum(around, _QUIETEST)), dtype=np.float32)
    return CloseMic(times, around_db[times].astype(np.float64), around_db)


def hits_of(mic: CloseMic, others: Sequence[CloseMic], measures: TrackMeasures) -> Hits:
    """Tell the hits of a microphone's own drum from the bleed of ``others``, the close microphones of other drums."""
    expected = _expected_bleed_db(mic, others)
    heard = (mic.peaks_db > mic.usual_db - FAINTEST_DB) & ~_is_tail(mic)
    times, peaks_db = mic.times_ms[heard], mic.peaks_db[heard]
    is_own = (peaks_db > expected[times] + OWN_ABOVE_BLEED_DB) | (peaks_db > mic.usual_db - CERTAINLY_OWN_DB)
    is_hit = is_own & (peaks_db > mic.usual_db - GHOST_WITHIN_DB)
    own = times[is_hit]
    return Hits(
        own,
        peaks_db[is_hit],
        peaks_db[~is_own],
        _correlation_between_hits(mic, expected, own),
        _decay_ms(measures.level_power, own),
        mic.usual_db,
    )


def _is_tail(mic: CloseMic) -> npt.NDArray[np.bool_]:
    """Return (N,) which rises belong to the one before them."""
    found = np.zeros(len(mic.times_ms), np.bool_)
    if len(found) > 1:
        found[1:] = (np.diff(mic.times_ms) < REBOUND_MS) & (np.diff(mic.peaks_db) < -REBOUND_DB)
    return found


def _expected_bleed_db(mic: CloseMic, others: Sequence[CloseMic]) -> Array:
    """Return (M,) how loud the loudest of the other drums arrives at most times, minus infinity where none does."""
    count = len(mic.around_db)
    expected = np.full(count, -np.inf, dtype=np.float32)
    for other in others:
        strong = other.times_ms[other.peaks_db > other.usual_db - STRONG_WITHIN_DB]
        strong = strong[strong < min(count, len(other.around_db))]
        if len(strong) == 0:
            continue
        transfer = mic.around_db[strong] - other.around_db[strong]
        arrives_db = np.float32(np.quantile(transfer, TRANSFER_QUANTILE))
        length = min(count, len(other.around_db))
        expected[:length] = np.maximum(expected[:length], other.around_db[:length] + arrives_db)
    return expected


def _correlation_between_hits(mic: CloseMic, expected_db: Array, own_ms: npt.NDArray[np.intp]) -> float:
    """Return how what is heard between the own hits follows what the other drums play."""
    between = np.ones(len(mic.around_db), np.bool_)
    for hit in own_ms:
        between[max(hit - 2 * _REACH_MS, 0) : hit + _LONGEST_HIT_MS] = False
    grid = np.arange(0, len(between), _GRID_MS)
    grid = grid[between[grid] & (expected_db[grid] > mic.usual_db - FAINTEST_DB)]
    if len(grid) < LOUDEST_HITS:
        return 0.0
    heard, played = mic.around_db[grid].astype(np.float64), expected_db[grid].astype(np.float64)
    spread = float(heard.std() * played.std())
    return float(((heard - heard.mean()) * (played - played.mean())).mean()) / spread if spread > 1e-9 else 0.0


def _decay_ms(level_power: Array, own_ms: npt.NDArray[np.intp]) -> float:
    """Return how long an own hit usually takes to fall by 12 dB."""
    if len(own_ms) == 0:
        return 0.0
    level_db = 10.0 * np.log10(np.maximum(np.convolve(level_power, np.full(10, 0.1), "same"), 1e-12))
    starts = np.maximum(own_ms - _REACH_MS, 0).astype(np.int64)
    _, decays = rises_and_falls(level_db, starts)
    return float(np.median(decays))
