"""Follow level and peak per millisecond, and what comes from them: crest, offset, onsets.

Conventions: audio is (channels, samples), full scale is 1.0; powers are mean squares, the mean of left and right.
"""

import math
from dataclasses import dataclass
from typing import Final

import numba
import numpy as np
import numpy.typing as npt

from analysis.loudness import CELLS_PER_SECOND
from analysis.measures import Array

Curve = npt.NDArray[np.float64]
STEPS_PER_SECOND: Final = 1000
ONSET_RISE_DB: Final = 8.0
"""A note begins where the level is this far above its lowest in the 80 ms before."""
_LEVEL_MS: Final = 25
"""Long enough that the waves of a bass do not look like notes."""
_LOOK_BACK_MS: Final = 80
ONSET_REST_MS: Final = 60
"""So long after an onset no other is looked for."""
SHORT_CREST_MS: Final = 200
ONSET_FLOOR_DB: Final = -30.0
"""Onsets weaker than this, re the loudest tenth of them, are not notes."""


@numba.njit(cache=True, nogil=True, fastmath=True)
def _steps(x, edges, share, power, peak):  # type: ignore[no-untyped-def]
    """Add the mean square of each step to power and its largest magnitude to peak; return sum and square sum."""
    offset, energy = np.float64(0.0), np.float64(0.0)
    for step in range(len(edges) - 1):
        total, squares, top = np.float32(0.0), np.float32(0.0), np.float32(0.0)
        for i in range(edges[step], edges[step + 1]):
            v = x[i]
            total += v
            squares += v * v
            top = max(top, abs(v))
        offset += total
        energy += squares
        power[step] += share * squares / np.float32(edges[step + 1] - edges[step])
        peak[step] = max(peak[step], top)
    return offset, energy


@numba.njit(cache=True, nogil=True, fastmath=True)
def _product(x, y):  # type: ignore[no-untyped-def]
    whole = np.float64(0.0)
    for start in range(0, len(x), 1024):
        part = np.float32(0.0)
        for i in range(start, min(len(x), start + 1024)):
            part += x[i] * y[i]
        whole += part
    return whole


@dataclass
class ChannelSums:
    """Sums over a whole stream, per channel, and the cross sum of left and right."""

    offset: npt.NDArray[np.float64]
    energy: npt.NDArray[np.float64]
    cross: float = 0.0


class EnvelopeMeter:
    """Collect the millisecond envelopes of a stream of whole seconds."""

    def __init__(self, sample_rate_hz: int, channel_count: int) -> None:
        self._rate_hz = sample_rate_hz
        self._power: list[Array] = []
        self._peak: list[Array] = []
        self.sums = ChannelSums(np.zeros(channel_count), np.zeros(channel_count))

    def feed(self, seconds: Array) -> None:
        """Take (channels, whole seconds)."""
        steps = seconds.shape[1] * STEPS_PER_SECOND // self._rate_hz
        edges = np.arange(steps + 1) * self._rate_hz // STEPS_PER_SECOND
        power, peak = np.zeros(steps, np.float32), np.zeros(steps, np.float32)
        share = np.float32(1.0 / len(seconds))
        for index, channel in enumerate(seconds):
            offset, energy = _steps(np.ascontiguousarray(channel), edges, share, power, peak)
            self.sums.offset[index] += offset
            self.sums.energy[index] += energy
        if len(seconds) == 2:
            self.sums.cross += _product(seconds[0], seconds[1])
        self._power.append(power)
        self._peak.append(peak)

    def finished(self, step_count: int) -> tuple[Array, Array]:
        """Return power and peak per millisecond."""
        if not self._power:
            return np.zeros(0, np.float32), np.zeros(0, np.float32)
        power, peak = np.concatenate(self._power)[:step_count], np.concatenate(self._peak)[:step_count]
        return power, peak


def crest_db(level_power: Array, level_peak: Array, is_active: npt.NDArray[np.bool_]) -> float:
    """Return peak over RMS while the track plays; 0 where it never does."""
    plays = np.repeat(is_active, STEPS_PER_SECOND // CELLS_PER_SECOND)[: len(level_power)]
    power = float(level_power[: len(plays)][plays].mean(dtype=np.float64)) if plays.any() else 0.0
    if power <= 0.0:
        return 0.0
    peak = float(level_peak[: len(plays)][plays].max())
    return 20.0 * math.log10(peak) - 10.0 * math.log10(power)


def short_crest_db(level_power: Array, level_peak: Array, is_active: npt.NDArray[np.bool_]) -> float:
    """Return the usual crest factor within 200 ms in dB while the track plays; 0 where it never does.

    Peak and power run through the detectors of Giannoulis, Massberg and Reiss (JAES 61(10), 2013); the mean of dB.
    """
    plays = np.repeat(is_active, STEPS_PER_SECOND // CELLS_PER_SECOND)[: len(level_power)]
    if not plays.any():
        return 0.0
    return float(_mean_crest_db(level_power, level_peak, plays, math.exp(-1.0 / SHORT_CREST_MS)))


@numba.njit(cache=True, nogil=True)
def _mean_crest_db(power, peak, plays, keep):  # type: ignore[no-untyped-def]
    top, mean = np.float64(peak[0]) ** 2, np.float64(power[0])  # as if it had sounded so before
    total, count = 0.0, 0
    for i in range(len(plays)):
        square = np.float64(peak[i]) * np.float64(peak[i])
        top = max(square, keep * top + (1.0 - keep) * square)
        mean = keep * mean + (1.0 - keep) * power[i]
        if plays[i]:
            total += math.log(max(top / max(mean, 1e-12), 1.0))
            count += 1
    return total / count * (10.0 / math.log(10.0))


def dc_offset_linear(sums: ChannelSums, level_peak: Array, sample_rate_hz: int) -> float:
    """Return the mean of the channel that has most, over the time that is not digital silence."""
    sounding = float(np.count_nonzero(level_peak)) * sample_rate_hz / STEPS_PER_SECOND
    if sounding <= 0.0:
        return 0.0
    return float(sums.offset[int(np.argmax(np.abs(sums.offset)))] / sounding)


@numba.njit(cache=True, nogil=True)
def rises_and_falls(level_db: Curve, hits: npt.NDArray[np.int64]) -> tuple[Curve, Curve]:
    """Return the steps from 9 dB below the peak of each hit up to it, and from there to 12 dB below.

    ``hits`` are steps; 60 and 1500 stand for more than that.
    """
    attacks, decays = np.full(len(hits), 60.0), np.full(len(hits), 1500.0)
    for number, hit in enumerate(hits):
        peak = hit + np.argmax(level_db[hit : hit + 40])
        for step in range(min(1500, len(level_db) - peak)):
            if level_db[peak + step] < level_db[peak] - 12.0:
                decays[number] = step
                break
        for step in range(min(60, peak) + 1):
            if level_db[peak - step] < level_db[peak] - 9.0:
                attacks[number] = step
                break
    return attacks, decays


@numba.njit(cache=True, nogil=True)
def _onsets(level_db, rise_db, rest, strengths, places):  # type: ignore[no-untyped-def]
    """Return how many onsets a level per millisecond has; writes level and place of each."""
    count, quiet_until = 0, 0
    for i in range(_LOOK_BACK_MS, len(level_db)):
        if i < quiet_until or level_db[i] < level_db[i - 1]:
            continue
        lowest = level_db[i - 1]
        for back in range(2, _LOOK_BACK_MS + 1):
            lowest = min(lowest, level_db[i - back])
        if level_db[i] - lowest >= rise_db:
            top = level_db[i]
            for ahead in range(1, 30):
                if i + ahead < len(level_db):
                    top = max(top, level_db[i + ahead])
            strengths[count] = top
            places[count] = i
            count += 1
            quiet_until = i + rest
    return count


def onset_times_seconds(
    level_power: Array,
    is_active: npt.NDArray[np.bool_],
    floor_db: float = ONSET_FLOOR_DB,
    rise_db: float = ONSET_RISE_DB,
) -> npt.NDArray[np.float64]:
    """Return when notes begin while the track plays, from the level per millisecond; within about 20 ms.

    A note rises by ``rise_db`` within 80 ms; what is further below the loudest tenth than ``floor_db`` is left out.
    """
    if len(level_power) < _LOOK_BACK_MS:
        return np.zeros(0)
    total = np.concatenate((np.zeros(_LEVEL_MS), np.cumsum(level_power, dtype=np.float64)))
    level = np.log(np.maximum((total[_LEVEL_MS:] - total[:-_LEVEL_MS]) / _LEVEL_MS, 1e-12)) * (10.0 / math.log(10.0))
    strengths = np.zeros(len(level) // ONSET_REST_MS + 1, np.float64)
    places = np.zeros(len(strengths), np.int64)
    count = _onsets(level, rise_db, ONSET_REST_MS, strengths, places)
    if not count:
        return np.zeros(0)
    kept = strengths[:count] > np.quantile(strengths[:count], 0.9) + floor_db
    found = places[:count][kept]
    frames = np.minimum(found // (STEPS_PER_SECOND // CELLS_PER_SECOND), len(is_active) - 1)
    return np.asarray(found[is_active[frames]] / STEPS_PER_SECOND)
