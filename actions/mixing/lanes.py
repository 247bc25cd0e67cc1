"""From a wish in dB per frame to the points of an automation lane: held, slowly moving, few.

Curves are (F,) in dB, one value per frame of 50 ms. A lane of ours is lines between points. REAPER draws a line of a
volume lane in amplitude or, with fader scaling, along the fader, which is nearly in dB: on a line of 3 dB the two are
0.13 dB apart, so no line of ours is longer.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from actions.mixing.strip import Frames
from analysis.curves import curve_values
from analysis.measures import HOP_SECONDS
from reaper_bridge.session.audio import CurvePoint

LARGEST_LINE_DB: Final = 3.0
SLOPE_RESERVE_RATIO: Final = 0.8
"""A line of 3 dB that is straight in amplitude is steepest at its lower end, by a fifth more than on average."""
_COARSER: Final = 1.25
_COARSEST_DB: Final = 16.0
_LEVEL_DB: Final = 0.02
Flags = npt.NDArray[np.bool_]


def frame_times(count: int) -> Frames:
    """Return (F,) the middle of each frame in project seconds."""
    return np.asarray((np.arange(count) + 0.5) * HOP_SECONDS)


def held(want_db: Frames, counts: Flags, slew_db_per_second: float) -> Frames:
    """Return a wish that in gaps stays where it was, and moves on just in time for what comes next.

    ``counts`` (F,) tells where the wish is meant, in at least one frame. Before and after all of them it is held, too.
    """
    index = np.flatnonzero(counts)
    curve = np.empty(len(want_db))
    curve[: index[0]], curve[index[-1] :] = want_db[index[0]], want_db[index[-1]]
    curve[index] = want_db[index]
    step_db = slew_db_per_second * HOP_SECONDS
    for before, after in pairwise(index):
        if after == before + 1:
            continue
        start, stop = want_db[before], want_db[after]
        moves_at = after - math.ceil(abs(stop - start) / step_db)
        if moves_at > before:
            curve[before:moves_at], curve[moves_at:after] = start, stop
        else:
            curve[before:after] = np.linspace(start, stop, after - before, endpoint=False)
    return curve


def slewed(curve_db: Frames, slew_db_per_second: float) -> Frames:
    """Return the middle between the least curve above and the greatest below that are nowhere steeper than this."""
    return 0.5 * (below(curve_db, slew_db_per_second) - below(-curve_db, slew_db_per_second))


def below(ceiling_db: Frames, slew_db_per_second: float) -> Frames:
    """Return the greatest curve that is nowhere above a ceiling and nowhere steeper than this."""
    ramp = np.arange(len(ceiling_db)) * (slew_db_per_second * HOP_SECONDS)
    forward = np.minimum.accumulate(ceiling_db - ramp) + ramp
    backward = np.minimum.accumulate((ceiling_db + ramp)[::-1])[::-1] - ramp
    return np.asarray(np.minimum(forward, backward))


def lane_points(curve_db: Frames, tolerance_db: float, most_per_minute: float) -> tuple[CurvePoint, ...]:
    """Return as few points as draw a curve to a tolerance; to a coarser one where they were too many.

    In no minute, and over the whole curve, are there more than ``most_per_minute``; nothing where that cannot be.
    """
    while tolerance_db <= _COARSEST_DB:
        kept = _split(curve_db, _thinned(curve_db, tolerance_db))
        if _is_few(kept, len(curve_db), most_per_minute):
            times = frame_times(len(curve_db))[kept]
            values = 10.0 ** (curve_db[kept] / 20.0)
            return tuple(
                CurvePoint(round(float(time), 3), round(float(value), 6))
                for time, value in zip(times, values, strict=True)
            )
        tolerance_db *= _COARSER
    return ()


def lane_power(points: Sequence[CurvePoint], count: int) -> Frames | None:
    """Return (F,) the power gain of a volume lane in the middle of each frame, None for one without points."""
    return curve_values(points, frame_times(count)) ** 2 if points else None


def _thinned(curve_db: Frames, tolerance_db: float) -> list[int]:
    """Return which frames to keep (Ramer-Douglas-Peucker): lines straight in amplitude, the distance in dB."""
    amplitude = 10.0 ** (curve_db / 20.0)
    ends = _moving_part(curve_db)
    kept, todo = set(ends), [ends]
    while todo:
        first, last = todo.pop()
        if last < first + 2:
            continue
        between = np.arange(first + 1, last)
        line = amplitude[first] + (amplitude[last] - amplitude[first]) * (between - first) / (last - first)
        error_db = np.abs(20.0 * np.log10(line) - curve_db[between])
        worst = int(error_db.argmax())
        if error_db[worst] > tolerance_db:
            middle = int(between[worst])
            kept.add(middle)
            todo += [(first, middle), (middle, last)]
    return sorted(kept)


def _split(curve_db: Frames, kept: list[int]) -> list[int]:
    """Add points of the curve where a line would be longer than ``LARGEST_LINE_DB``."""
    done, todo = kept[:1], kept[:0:-1]
    while todo:
        first, last = done[-1], todo[-1]
        if abs(curve_db[last] - curve_db[first]) <= LARGEST_LINE_DB or last < first + 2:
            done.append(todo.pop())
            continue
        middle_db = 0.5 * (curve_db[first] + curve_db[last])
        todo.append(first + 1 + int(np.abs(curve_db[first + 1 : last] - middle_db).argmin()))
    return done


def _moving_part(curve_db: Frames) -> tuple[int, int]:
    """Return the first and the last frame that need a point: outside them the curve stays at their level."""
    away = np.flatnonzero(np.abs(curve_db - curve_db[0]) > _LEVEL_DB)
    back = np.flatnonzero(np.abs(curve_db - curve_db[-1]) > _LEVEL_DB)
    if not len(away) or not len(back) or away[0] - 1 >= back[-1] + 1:
        return 0, len(curve_db) - 1
    return int(away[0]) - 1, int(back[-1]) + 1


def _is_few(kept: list[int], frame_count: int, most_per_minute: float) -> bool:
    minute = round(60.0 / HOP_SECONDS)
    stops = np.searchsorted(kept, np.array(kept) + minute)
    within = int((stops - np.arange(len(kept))).max())
    return within <= most_per_minute and len(kept) <= max(most_per_minute * frame_count / minute, 2.0)
