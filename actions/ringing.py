"""Bumps told by comparing microphones: reads excerpts of those that heard the same, remembers what came of them."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from actions.relating import WORKERS, Tracks
from actions.remembering import question, read_answer, write_answer
from analysis.flaws.microphones import Comparison, Way, compared_flaws, comparisons, way_between
from analysis.measures import HOP_SECONDS, Flaw
from reaper_bridge.session.errors import MediaError
from reaper_bridge.session.identity import TrackId

Reader: TypeAlias = Callable[[TrackId, float], np.ndarray | None]

EXCERPT_SECONDS = 60.0
_GRID_SECONDS = 20.0
"""Excerpts begin on a grid, so that what is far off is read once for several close ones."""


def with_comparisons(
    flaws: Mapping[TrackId, tuple[Flaw, ...]], tracks: Tracks, roles: Mapping[TrackId, str]
) -> dict[TrackId, tuple[Flaw, ...]]:
    """Return the flaws of all tracks, those of close microphones with what others say to them."""
    compared = dict(flaws)
    sounding = {key: role for key, role in roles.items() if key in flaws and not tracks.measures[key].is_silent}
    read = lru_cache(maxsize=4)(lambda key, start: _excerpt(tracks, key, start))
    asked = list(comparisons(sounding))
    with ThreadPoolExecutor(WORKERS) as pool:  # reading and comparing leave Python's lock
        ways = list(pool.map(lambda comparison: _remembered_way(tracks, comparison, read), asked))
    for comparison, way in zip(asked, ways, strict=True):
        if way is not None:
            compared[comparison.close] = compared_flaws(compared[comparison.close], way, comparison.searched)
    return compared


def _remembered_way(tracks: Tracks, comparison: Comparison, read: Reader) -> Way | None:
    keys = [tracks.audio_keys[key] for key in (comparison.close, *comparison.far)]
    name = question("way between", keys, tracks.sample_rate_hz, comparison.searched)
    known = read_answer(name)
    if isinstance(known, list):
        return Way(*(np.array(column) for column in known)) if known else None
    way = _way(tracks, comparison, read)
    write_answer(
        name, [] if way is None else [way.frequencies_hz.tolist(), way.loss_db.tolist(), way.coherence.tolist()]
    )
    return way


def _way(tracks: Tracks, comparison: Comparison, read: Reader) -> Way | None:
    start = _loudest_seconds(tracks, comparison.close)
    excerpts = [read(key, start) for key in (comparison.close, *comparison.far)]
    close, *far = excerpts
    if close is None or any(one is None for one in far):
        return None
    return way_between(close, [one for one in far if one is not None], tracks.sample_rate_hz, comparison.searched)


def _loudest_seconds(tracks: Tracks, key: TrackId) -> float:
    """Return where, on the grid, the stretch begins in which a track is loudest."""
    total = np.concatenate(([0.0], np.cumsum(tracks.measures[key].k_power, dtype=np.float64)))
    step, length = round(_GRID_SECONDS / HOP_SECONDS), round(EXCERPT_SECONDS / HOP_SECONDS)
    starts = np.arange(0, max(1, len(total) - length), step)
    ends = np.minimum(starts + length, len(total) - 1)
    return float(starts[int(np.argmax(total[ends] - total[starts]))]) * HOP_SECONDS


def _excerpt(tracks: Tracks, key: TrackId, start_seconds: float) -> np.ndarray | None:
    from analysis.audio import render_track

    try:
        return render_track(tracks.sources[key], tracks.sample_rate_hz, start_seconds, start_seconds + EXCERPT_SECONDS)
    except MediaError:
        return None
