"""One finding of the session doctor: what is wrong, where, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from reaper_bridge.session.identity import TrackId

Severity = Literal["serious", "worth knowing"]
SHOWN_TIMES: Final = 3


@dataclass(frozen=True)
class SessionFinding:
    """Something wrong with a session. ``found`` says what and where, ``advice`` what to do; both are sentences.

    ``track_id`` is None where it concerns the project as a whole. ``times_seconds`` is project time, empty where it
    lasts; ``other_track`` is the second track of what concerns two.
    """

    kind: str
    severity: Severity
    track_id: TrackId | None
    found: str
    advice: str
    times_seconds: tuple[float, ...] = ()
    other_track: TrackId | None = None
    frequency_hz: float | None = None


def clock(seconds: float) -> str:
    """Return a moment as minutes and seconds, ``1:02.3``."""
    tenths = round(max(seconds, 0.0) * 10.0)
    return f"{tenths // 600}:{tenths % 600 // 10:02d}.{tenths % 10}"


def told_times(times_seconds: Sequence[float]) -> str:
    """Return the first moments in words, ``at 0:01.0, 0:02.5 and 3 more``; nothing where there are none."""
    if not times_seconds:
        return ""
    shown = [clock(time) for time in times_seconds[:SHOWN_TIMES]]
    more = len(times_seconds) - len(shown)
    if more:
        return f"at {', '.join(shown)} and {more} more"
    return f"at {listed(shown)}"


def listed(names: Sequence[str]) -> str:
    """Return names as a list in words, ``a, b and c``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def sentence(text: str) -> str:
    """Return a text that begins with a capital and ends with a full stop."""
    text = text.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?…" else ".")
