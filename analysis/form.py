"""Find the form of a song from what plays when: where the playing tracks or their levels change for good.

Levels are per bar (per second where there is no tempo) and track, from 0 (not playing) to 1 (as loud as the loud ones
of that track). Sections begin where that explains most for its cost, preferably at whole groups of four bars; those
whose mean levels are near each other are alike.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from analysis.measures import HOP_SECONDS, TrackMeasures
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import TempoChange

Floats: TypeAlias = npt.NDArray[np.float64]

RANGE_DB: Final = 24.0
"""A track this far below its own loud bars counts as not playing."""
STEP_SECONDS: Final = 1.0
"""The grid where the project has no tempo."""
LEAST_STEPS: Final = 2
LEAST_SECONDS: Final = 4.0
SMOOTH_SECONDS: Final = 4.0
MOST_STEPS: Final = 600
SECTION_COST: Final = 1.3
"""What a section more must explain, in tracks that come or go, squared, times bars."""
ODD_COST: Final[Mapping[int, float]] = {4: 0.0, 2: 0.25, 1: 0.6}
"""What a section costs more whose length is no multiple of four bars, by the largest of these that divides it."""
ALIKE: Final = 0.22
"""Mean squared difference of two sections' levels, in shares of a family, below which they are alike."""
_FINE_SECONDS: Final = 0.25
_ON_GRID_SECONDS: Final = 0.3


@dataclass(frozen=True)
class Part:
    """A stretch of a song; parts of one ``number`` are alike, counted from 0 in the order in which they come first."""

    number: int
    start_seconds: float
    end_seconds: float


def parts_of(
    heard: Mapping[TrackId, TrackMeasures],
    families: Mapping[TrackId, str],
    tempo: Sequence[TempoChange],
    begin: float,
    end: float,
) -> list[Part]:
    """Return the parts of a song from its first sound to its last, both in seconds.

    ``families`` say which tracks are of one kind, so that twelve drum microphones do not outvote the singer.
    """
    edges = _grid(tempo, begin, end)
    weights = _weights(heard, families)
    levels = _levels(heard, edges)
    step_seconds = max(float(np.median(np.diff(edges))), 1e-3)
    steps = _smoothed(levels, step_seconds) * weights
    least = max(LEAST_STEPS, math.ceil(LEAST_SECONDS / step_seconds))
    starts = _change_points(steps, least, is_barred=bool(tempo))
    times = _refined([float(edges[start]) for start in starts], heard, weights, edges)
    stops = [*starts[1:], len(steps)]
    means = [levels[a:b].mean(axis=0) * weights for a, b in zip(starts, stops, strict=True)]
    numbers = _clusters(means, float((weights**2).sum()))
    ends = [*times[1:], end]
    times[0] = begin
    return [Part(number, start, stop) for number, start, stop in zip(numbers, times, ends, strict=True)]


def _grid(tempo: Sequence[TempoChange], begin: float, end: float) -> Floats:
    """Return the edges of bars from the one that holds ``begin`` to ``end``; seconds where there is no tempo."""
    if not tempo:
        edges = np.arange(begin, end, STEP_SECONDS * max(1.0, math.ceil((end - begin) / STEP_SECONDS / MOST_STEPS)))
        return np.append(edges, end)
    times: list[float] = []
    now = 0.0
    changes = sorted(tempo, key=lambda change: change.start_seconds)
    while now < end and len(times) < 100_000:
        current = next((c for c in reversed(changes) if c.start_seconds <= now + 1e-6), changes[0])
        times.append(now)
        bar = 60.0 / max(current.tempo_bpm, 1.0) * max(current.numerator, 1) * 4.0 / max(current.denominator, 1)
        following = next((c.start_seconds for c in changes if c.start_seconds > now + 1e-6), math.inf)
        now = following if following < now + 1.5 * bar and following > now + 0.5 * bar else now + bar
    inside = [time for time, after in zip(times, [*times[1:], end], strict=True) if after > begin + 1e-6]
    wide = math.ceil(len(inside) / MOST_STEPS)
    return np.append(np.array(inside[::wide]), max(end, inside[-1] + 1e-3))


def _weights(heard: Mapping[TrackId, TrackMeasures], families: Mapping[TrackId, str]) -> Floats:
    """Return how much each track counts: a family of n tracks counts as one of them would, times the root of n."""
    names = [families.get(key, "") or str(key) for key in heard]
    return np.array([names.count(name) ** -0.25 for name in names])


def _levels(heard: Mapping[TrackId, TrackMeasures], edges: Floats) -> Floats:
    """Return (steps, tracks) from 0 (not playing) to 1 (as loud as the track's loud steps)."""
    columns = []
    for measures in heard.values():
        power = np.where(measures.is_active, measures.k_power.astype(np.float64), 0.0)
        total = np.concatenate(([0.0], np.cumsum(power)))
        at = np.clip(np.round(edges / HOP_SECONDS).astype(int), 0, len(power))
        counts = np.maximum(np.diff(np.round(edges / HOP_SECONDS)), 1.0)
        level = 10.0 * np.log10(np.maximum(np.diff(total[at]) / counts, 1e-12))
        loud = float(np.quantile(level, 0.9)) if (level > -100.0).mean() > 0.1 else float(level.max())
        columns.append(np.clip(1.0 + (level - loud) / RANGE_DB, 0.0, 1.0))
    return np.stack(columns, axis=1)


def _smoothed(levels: Floats, step_seconds: float) -> Floats:
    """Return the median over three steps, more if they are short, so that a fill or a rest of one bar is no change."""
    reach = max(1, round(SMOOTH_SECONDS / step_seconds / 2.0))
    padded = np.concatenate((np.repeat(levels[:1], reach, 0), levels, np.repeat(levels[-1:], reach, 0)))
    return np.asarray(np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=0), axis=-1))


def _change_points(steps: Floats, least: int, is_barred: bool) -> list[int]:
    """Return where segments begin, so that levels within them differ least; exact, by dynamic programming."""
    count = len(steps)
    sums = np.concatenate((np.zeros((1, steps.shape[1])), np.cumsum(steps, axis=0)))
    squares = np.concatenate(([0.0], np.cumsum((steps**2).sum(axis=1))))
    noise = float(np.median((np.diff(steps, axis=0) ** 2).sum(axis=1))) if count > 1 else 0.0
    penalty = SECTION_COST + noise * math.log(max(count, 2))
    best, came_from = np.full(count + 1, np.inf), np.zeros(count + 1, int)
    best[0] = 0.0
    odd_costs = np.array([_odd_cost(length) if is_barred else 0.0 for length in range(count + 1)])
    for stop in range(1, count + 1):
        begins = np.arange(0, stop)
        lengths = stop - begins
        spread = squares[stop] - squares[begins] - ((sums[stop] - sums[begins]) ** 2).sum(axis=1) / lengths
        cost = best[begins] + spread + penalty + odd_costs[lengths]
        cost[(lengths < least) & (begins > 0) & (stop < count)] = np.inf
        cost[(lengths < min(least, count)) & ((begins == 0) | (stop == count))] += penalty
        came_from[stop] = int(np.argmin(cost))
        best[stop] = cost[came_from[stop]]
    starts, stop = [], count
    while stop > 0:
        stop = int(came_from[stop])
        starts.append(stop)
    return starts[::-1]


def _odd_cost(length: int) -> float:
    return next(cost for multiple, cost in ODD_COST.items() if length % multiple == 0)


def _refined(times: list[float], heard: Mapping[TrackId, TrackMeasures], weights: Floats, edges: Floats) -> list[float]:
    """Move each begin by at most a step to where levels really change, if that is clearly off the grid."""
    step = float(np.median(np.diff(edges)))
    fine = np.arange(float(edges[0]), float(edges[-1]), _FINE_SECONDS)
    if len(fine) < 3:
        return times
    levels = _levels(heard, np.append(fine, edges[-1])) * weights
    moved = list(times)
    for index in range(1, len(times)):
        around = (fine >= times[index] - 2.0 * step) & (fine < times[index] + 2.0 * step)
        rows, at = levels[around], fine[around]
        inside = [k for k in range(1, len(at)) if abs(at[k] - times[index]) <= step]
        if not inside:
            continue
        spread = [
            float(((rows[:k] - rows[:k].mean(0)) ** 2).sum() + ((rows[k:] - rows[k:].mean(0)) ** 2).sum())
            for k in inside
        ]
        on_grid = min(range(len(inside)), key=lambda i: abs(at[inside[i]] - times[index]))
        least = int(np.argmin(spread))
        place = float(at[inside[least]])
        if abs(place - times[index]) > _ON_GRID_SECONDS and spread[least] < 0.6 * spread[on_grid]:
            moved[index] = place
    return moved


def _clusters(means: Sequence[Floats], scale: float) -> list[int]:
    """Return a number for each section, equal for those alike, counted in the order in which they first come."""
    groups = [[index] for index in range(len(means))]

    def apart(a: list[int], b: list[int]) -> float:
        return float(np.mean([((means[i] - means[j]) ** 2).sum() for i in a for j in b]))

    while len(groups) > 1:
        pairs = [(apart(a, b), i, j) for i, a in enumerate(groups) for j, b in enumerate(groups) if i < j]
        least, i, j = min(pairs)
        if least > ALIKE**2 * scale:
            break
        groups[i] += groups.pop(j)
    order = sorted(groups, key=min)
    return [next(number for number, group in enumerate(order) if index in group) for index in range(len(means))]
