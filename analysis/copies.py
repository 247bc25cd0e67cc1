"""Find the same audio on two tracks where only a part is copied, or the copy is shifted by some milliseconds.

First the third octaves of windows of four seconds say which stretches can be copies at all: a copy has the spectrum of
its original up to a gain. Then the samples decide, at the lag where both fit best.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from analysis.measures import ENVELOPE_STEP_SECONDS, HOP_SECONDS, TrackMeasures
from analysis.relations import Audio, Floats, as_mono

WINDOW_SECONDS: Final = 4.0
STEP_SECONDS: Final = 2.0
FURTHEST_MS: Final = 50.0
LEAST_LIKENESS: Final = 0.99
"""What differs then lies 17 dB below; microphones of one source differ by more."""
_WITHIN_DB: Final = 1.0
_DEPTH_DB: Final = 25.0
_LEAST_PLAYED_RATIO: Final = 0.25
_FEWEST_BANDS: Final = 4
_LEAST_ENVELOPE_LIKENESS: Final = 0.95
_EMPTY_POWER: Final = 1e-10


@dataclass(frozen=True)
class Copy:
    """How the second excerpt repeats the first: how much the same, 0 to 1, how late, how loud, and which way up."""

    likeness: float
    late_ms: float
    gain_db: float
    inverted: bool

    @property
    def is_one(self) -> bool:
        """Whether it is the same audio."""
        return self.likeness >= LEAST_LIKENESS


def alike_windows(tracks: list[TrackMeasures]) -> dict[tuple[int, int], list[int]]:
    """Return for pairs of tracks, by their places, the windows in which their spectra are the same up to a gain.

    Window n runs from ``n * STEP_SECONDS`` for ``WINDOW_SECONDS``; pairs without one are left out.
    """
    shapes = [_shapes(measures) for measures in tracks]
    found = {}
    for first, second in combinations(range(len(tracks)), 2):
        count = min(len(shapes[first]), len(shapes[second]))
        one, two = shapes[first][:count], shapes[second][:count]
        known = np.isfinite(one) & np.isfinite(two)
        bands = known.sum(axis=1)
        difference = np.where(known, np.where(known, one, 0.0) - np.where(known, two, 0.0), 0.0)
        mean = difference.sum(axis=1) / np.maximum(bands, 1)
        spread = (np.where(known, difference - mean[:, None], 0.0) ** 2).sum(axis=1) / np.maximum(bands, 1)
        same = np.flatnonzero((bands >= _FEWEST_BANDS) & (spread < _WITHIN_DB**2))
        if same.size:
            found[first, second] = [int(window) for window in same]
    return found


def _shapes(measures: TrackMeasures) -> Floats:
    """Return (windows, bands) levels in dB, NaN where a band carries nothing and where the track hardly plays."""
    frames, step = round(WINDOW_SECONDS / HOP_SECONDS), round(STEP_SECONDS / HOP_SECONDS)
    power = (measures.band_ll.astype(np.float64) + measures.band_rr) * 0.5
    count = max(0, (len(power) - frames) // step + 1)
    total = np.concatenate((np.zeros((1, power.shape[1])), np.cumsum(power, axis=0)))
    played = np.concatenate(([0], np.cumsum(measures.is_active[: len(power)])))
    first = step * np.arange(count)
    last = np.minimum(first + frames, len(played) - 1)
    mean = np.maximum(total[first + frames] - total[first], 0.0) / frames
    levels = 10.0 * np.log10(np.maximum(mean, 1e-20))
    top = levels.max(axis=1, initial=-200.0)
    plays = (played[last] - played[np.minimum(first, len(played) - 1)] >= _LEAST_PLAYED_RATIO * frames) & (
        mean.sum(axis=1) > _EMPTY_POWER
    )
    levels[levels < (top - _DEPTH_DB)[:, None]] = np.nan
    levels[~plays] = np.nan
    return np.asarray(levels)


def runs_of(windows: list[int]) -> list[tuple[float, float]]:
    """Return the stretches that windows cover together, as (start, end) in seconds."""
    places: npt.NDArray[np.intp] = np.array(sorted(windows), dtype=np.intp)
    groups = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1) if places.size else []
    return [(float(g[0]) * STEP_SECONDS, float(g[-1]) * STEP_SECONDS + WINDOW_SECONDS) for g in groups]


def may_be_copies(first: TrackMeasures, second: TrackMeasures, start_seconds: float) -> bool:
    """Tell whether two tracks rise and fall alike in the window that begins there, some milliseconds apart at most.

    Looks at levels per millisecond alone, so that what cannot be a copy need not be decoded.
    """
    from scipy.fft import irfft, rfft

    begin, count = round(start_seconds / ENVELOPE_STEP_SECONDS), round(WINDOW_SECONDS / ENVELOPE_STEP_SECONDS)
    one, two = (np.sqrt(m.level_power[begin : begin + count].astype(np.float64)) for m in (first, second))
    if len(one) < count or len(two) < count:
        return False
    one, two = one - one.mean(), two - two.mean()
    scale = float(np.sqrt((one @ one) * (two @ two)))
    if scale <= 1e-12:
        return True
    size = 2 * count
    reach = round(FURTHEST_MS)
    lags = irfft(rfft(two, size) * np.conj(rfft(one, size)), size)
    return float(max(lags[: reach + 1].max(), lags[-reach:].max())) / scale >= _LEAST_ENVELOPE_LIKENESS


def measure_copy(first: Audio, second: Audio, sample_rate_hz: int) -> Copy:
    """Measure how the second excerpt repeats the first, both from the same moment, within 50 ms."""
    from scipy.fft import irfft, next_fast_len, rfft

    one, two = as_mono(first), as_mono(second)
    length = min(one.size, two.size)
    reach = round(FURTHEST_MS * 1e-3 * sample_rate_hz)
    if length <= 4 * reach:
        return Copy(0.0, 0.0, 0.0, False)
    # the middle of the first is looked for in the second, so that nothing falls off at any lag
    one, two = one[reach : length - reach], two[:length]
    size = next_fast_len(length + one.size, real=True)
    products = irfft(rfft(two, size) * np.conj(rfft(one, size)), size)[: 2 * reach + 1]
    squares = np.concatenate(([0.0], np.cumsum(two**2)))
    energies = squares[one.size : one.size + 2 * reach + 1] - squares[: 2 * reach + 1]
    own = float(one @ one)
    scale = np.sqrt(np.maximum(own * energies, 0.0))
    likeness = np.divide(products, scale, out=np.zeros_like(products), where=scale > 1e-9)
    best = int(np.argmax(np.abs(likeness)))
    if likeness[best] == 0.0:
        return Copy(0.0, 0.0, 0.0, False)
    gain_db = 20.0 * float(np.log10(max(abs(products[best]) / own, 1e-9)))
    late_ms = 1e3 * (best - reach) / sample_rate_hz
    return Copy(float(min(abs(likeness[best]), 1.0)), late_ms, gain_db, bool(likeness[best] < 0))
