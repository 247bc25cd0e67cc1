"""Find clicks at the edges of clips: places where the sound is cut with no fade.

A cut is a step, and a step holds all frequencies. It clicks where it stands far above the steps that the sound makes
anyway from sample to sample. So only what is played around an edge is decoded, with everything that REAPER would
play there: a fade, a crossfade, silence or a split that plays on leave no step.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from analysis.audio import render_track
from analysis.decoding import media_form
from analysis.measures import Array
from reaper_bridge.session.audio import Clip, TrackAudio

AROUND_SECONDS: Final = 0.012
LEAST_PROMINENCE_DB: Final = 16.0
"""Noise makes steps of four times their rms by itself (12 dB)."""
QUIETEST_STEP_DBFS: Final = -84.0
MOST_EDGES: Final = 400
_SHORTEST_FADE_SECONDS: Final = 0.001
_NEAR_SECONDS: Final = 0.001
_WITHIN_SAMPLES: Final = 2


@dataclass(frozen=True)
class EdgeClick:
    """A click where a clip begins or ends: when, how high the step is, and how far above the steps around it."""

    time_seconds: float
    step_dbfs: float
    prominence_db: float
    is_start: bool


def edge_clicks(audio: TrackAudio, sample_rate_hz: int) -> tuple[EdgeClick, ...]:
    """Return the clicks at the edges of a track's clips, in order of time; the first 400 edges are looked at.

    Raises:
        MediaError: A file is missing or cannot be decoded.
    """
    edges: dict[int, bool] = {}
    for moment, is_start in _edges(audio):
        edges.setdefault(round(moment * sample_rate_hz), is_start)
    found = []
    for sample in sorted(edges)[:MOST_EDGES]:
        step_dbfs, prominence_db = _step(_around(audio, sample / sample_rate_hz, sample_rate_hz), sample_rate_hz)
        if step_dbfs > QUIETEST_STEP_DBFS and prominence_db > LEAST_PROMINENCE_DB:
            found.append(EdgeClick(sample / sample_rate_hz, step_dbfs, prominence_db, edges[sample]))
    return tuple(found)


def _edges(audio: TrackAudio) -> Iterator[tuple[float, bool]]:
    """Yield when clips begin and end without a fade, or run out of media before they end."""
    for clip in audio.clips:
        end = clip.position_seconds + clip.length_seconds
        if clip.fade_in.length_seconds < _SHORTEST_FADE_SECONDS:
            yield clip.position_seconds, True
        if clip.fade_out.length_seconds < _SHORTEST_FADE_SECONDS:
            yield end, False
        runs_out = _media_ends(clip)
        if runs_out is not None and clip.position_seconds < runs_out < end:
            yield runs_out, False


def _media_ends(clip: Clip) -> float | None:
    """Return when a clip runs out of media, None where it loops or nobody knows."""
    form = None if clip.loops else media_form(clip.path)
    if form is None or clip.play_rate <= 0.0:
        return None
    section = clip.section_length_seconds
    seconds = section or form.frame_count / form.sample_rate_hz - (clip.section_start_seconds or 0.0)
    return clip.position_seconds + (seconds - clip.source_offset_seconds) / clip.play_rate


def _around(audio: TrackAudio, moment: float, sample_rate_hz: int) -> Array:
    """Return what plays around a moment, which lies in the middle: (channels, samples)."""
    first, last = moment - AROUND_SECONDS, moment + AROUND_SECONDS
    near = tuple(
        clip
        for clip in audio.clips
        if clip.position_seconds <= last and clip.position_seconds + clip.length_seconds >= first
    )
    return render_track(replace(audio, clips=near), sample_rate_hz, first, last)


def _step(sound: Array, sample_rate_hz: int) -> tuple[float, float]:
    """Return how high the step in the middle is in dBFS, and how far it stands above the steps on either side."""
    steps = np.abs(np.diff(sound.astype(np.float64), axis=1))
    middle, near = sound.shape[1] // 2, round(_NEAR_SECONDS * sample_rate_hz)
    place = slice(max(0, middle - _WITHIN_SAMPLES), middle + _WITHIN_SAMPLES)
    best_dbfs, best_db = -np.inf, -np.inf
    for channel in steps:
        step = float(channel[place].max(initial=0.0))
        around = max(_rms(channel[: middle - near]), _rms(channel[middle + near :]), 1e-9)
        prominence_db = 20.0 * float(np.log10(max(step, 1e-12) / around))
        if prominence_db > best_db:
            best_dbfs, best_db = 20.0 * float(np.log10(max(step, 1e-12))), prominence_db
    return best_dbfs, best_db


def _rms(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(values**2))) if values.size else 0.0
