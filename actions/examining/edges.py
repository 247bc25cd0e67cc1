"""Findings at the edges of items: cuts without a fade that click."""

from collections.abc import Iterator
from dataclasses import astuple
from typing import Any, Final

from actions.examining.finding import SessionFinding, Severity
from actions.examining.recordings import severity_on
from actions.hearing import Heard
from actions.remembering import question, read_answer, write_answer
from analysis.edges import EdgeClick, edge_clicks
from reaper_bridge.session.errors import MediaError
from reaper_bridge.session.identity import TrackId

LEAST_BELOW_TRACK_DB: Final = 30.0
"""A step further below the loudness of its track is not told: the music covers it."""
_ATTACKS: Final = frozenset({"drums", "percussion"})
"""Families whose samples are cut at the attack on purpose: only the ends of their items count."""


def edge_findings(heard: Heard) -> Iterator[SessionFinding]:
    """Yield the tracks with items that begin or end with a click."""
    for track_id, measures in heard.measures.items():
        audio, role = heard.sources[track_id], heard.roles.tracks.get(track_id)
        if measures.is_silent or audio.rendered_fx is not None or not audio.clips:
            continue
        skips_starts = role is not None and role.family in _ATTACKS
        clicks = [
            click
            for click in _clicks(track_id, heard)
            if click.step_dbfs > measures.active_lufs - LEAST_BELOW_TRACK_DB and not (click.is_start and skips_starts)
        ]
        if clicks:
            loudest = max(clicks, key=lambda click: click.step_dbfs)
            grave: Severity = "serious" if loudest.step_dbfs >= measures.active_lufs else "worth knowing"
            times = tuple(round(click.time_seconds, 2) for click in clicks)
            advice = "Give these edges a fade of some ms, or a crossfade where items meet."
            severity = severity_on(track_id, heard, grave)
            yield SessionFinding("edge_click", severity, track_id, _told(clicks, loudest), advice, times)


def _told(clicks: list[EdgeClick], loudest: EdgeClick) -> str:
    height = f"a step of {loudest.step_dbfs:.0f} dBFS, {loudest.prominence_db:.0f} dB above what plays there"
    if len(clicks) == 1:
        return f"An item {'begins' if loudest.is_start else 'ends'} without a fade and clicks: {height}."
    return f"{len(clicks)} times items begin or end without a fade and click: up to {height}."


def _clicks(track_id: TrackId, heard: Heard) -> tuple[EdgeClick, ...]:
    name = question("clicks at edges", heard.audio_keys[track_id], heard.sample_rate_hz)
    known = _parsed(read_answer(name))
    if known is None:
        try:
            known = edge_clicks(heard.sources[track_id], heard.sample_rate_hz)
        except MediaError:
            return ()
        write_answer(name, [astuple(click) for click in known])
    return known


def _parsed(plain: Any) -> tuple[EdgeClick, ...] | None:
    try:
        return tuple(EdgeClick(*told) for told in plain)
    except TypeError:
        return None
