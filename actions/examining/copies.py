"""Findings of the same audio on two tracks where only a part is copied, or the copy is shifted.

What is the same from start to end is a flaw and found by ``actions.relating``. Microphones and DI of one performance
are never compared here, nor what sums other tracks, as a print of the mix does.
"""

from collections.abc import Iterator
from dataclasses import astuple
from typing import Any, Final

from actions.examining.finding import SessionFinding, Severity, told_times
from actions.hearing import Heard
from actions.remembering import question, read_answer, write_answer
from analysis.audio import render_track
from analysis.copies import WINDOW_SECONDS, Copy, alike_windows, may_be_copies, measure_copy, runs_of
from reaper_bridge.session.errors import MediaError
from reaper_bridge.session.identity import TrackId

MOST_STRETCHES: Final = 4
"""The longest stretches of a pair are compared; loops that sound alike for a moment have many short ones."""
_SUMS: Final = frozenset({"click", "guide", "reference", "print", "bus", "return", "junk"})
_TOGETHER: Final = frozenset({"di_amp", "mic_pair"})
_AT_ONCE_MS: Final = 0.1
_AS_LOUD_DB: Final = 0.5


def copy_findings(heard: Heard) -> Iterator[SessionFinding]:
    """Yield the tracks of which a part, or all a little later, is on another track, too."""
    compared = [key for key in heard.measures if _is_compared(key, heard)]
    for (first, second), windows in alike_windows([heard.measures[key] for key in compared]).items():
        one, two = sorted((compared[first], compared[second]), key=lambda key: heard.session.track(key).index)
        if _are_known(one, two, heard):
            continue
        copies = [
            (stretch, copy)
            for stretch in _longest(runs_of(windows))
            if (copy := _measured(one, two, stretch, heard)) is not None and copy.is_one
        ]
        if copies:
            yield _finding(one, two, copies, heard)


def _longest(stretches: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return sorted(sorted(stretches, key=lambda s: s[0] - s[1])[:MOST_STRETCHES])


def _is_compared(track_id: TrackId, heard: Heard) -> bool:
    role, track = heard.roles.tracks.get(track_id), heard.session.track(track_id)
    return not (heard.measures[track_id].is_silent or track.muted or (role is not None and role.role in _SUMS))


def _are_known(one: TrackId, two: TrackId, heard: Heard) -> bool:
    """Tell whether two tracks are told already as duplicates, or picked up one performance."""
    flaws = [(key, flaw) for key in (one, two) for flaw in heard.flaws.get(key, ())]
    if any(flaw.kind == "duplicate" and {key, flaw.other_track} == {one, two} for key, flaw in flaws):
        return True
    return any(group.kind in _TOGETHER and {one, two} <= set(group.members) for group in heard.roles.groups)


def _measured(one: TrackId, two: TrackId, stretch: tuple[float, float], heard: Heard) -> Copy | None:
    """Return how the middle of a stretch of one track is repeated on the other; None where it is not, or unreadable."""
    middle = 0.5 * (stretch[0] + stretch[1])
    window = middle - 0.5 * WINDOW_SECONDS, middle + 0.5 * WINDOW_SECONDS
    if not may_be_copies(heard.measures[one], heard.measures[two], window[0]):
        return None
    keys = heard.audio_keys
    name = question("copy", keys[one], keys[two], stretch, heard.sample_rate_hz)
    known = _parsed(read_answer(name))
    if known is not None:
        return known
    try:
        first, second = (render_track(heard.sources[key], heard.sample_rate_hz, *window) for key in (one, two))
    except MediaError:
        return None
    copy = measure_copy(first, second, heard.sample_rate_hz)
    write_answer(name, astuple(copy))
    return copy


def _parsed(plain: Any) -> Copy | None:
    try:
        return Copy(*plain)
    except TypeError:
        return None


def _finding(
    one: TrackId, two: TrackId, copies: list[tuple[tuple[float, float], Copy]], heard: Heard
) -> SessionFinding:
    times = tuple(stretch[0] for stretch, _ in copies)
    seconds = sum(end - start for (start, end), _ in copies)
    copy = copies[0][1]
    how = [_late(copy.late_ms), _louder(copy.gain_db), "turned over" if copy.inverted else ""]
    how_text = "".join(f", {word}" for word in how if word)
    other = heard.session.track(one).name
    grave: Severity = "serious" if copy.inverted and abs(copy.late_ms) < _AT_ONCE_MS else "worth knowing"
    found = f"For about {seconds:.0f} s ({told_times(times)}) it is the same audio as “{other}”{how_text}."
    advice = "Keep one of them; if the doubling is meant, pan the two apart and check the mix in mono."
    return SessionFinding("duplicate", grave, two, found, advice, times, one)


def _late(late_ms: float) -> str:
    return "" if abs(late_ms) < _AT_ONCE_MS else f"{abs(late_ms):.1f} ms {'late' if late_ms > 0 else 'early'}"


def _louder(gain_db: float) -> str:
    return "" if abs(gain_db) < _AS_LOUD_DB else f"{abs(gain_db):.1f} dB {'louder' if gain_db > 0 else 'quieter'}"
