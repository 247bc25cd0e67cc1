"""Small moves of whole sections: the lead a little up in choruses, the bed a little down in verses."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from actions.mixing.lanes import Flags, frame_times
from actions.mixing.strip import Frames
from actions.mixing.taste import Automation
from analysis.measures import HOP_SECONDS
from analysis.sections import Likely, Section, sure_kinds
from reaper_bridge.session.model import Session

LEAST_SECONDS: Final = 2.0
"""How long a track must play in verses, and elsewhere, for its lane to be worth it."""
_RAMP_SECONDS: Final = (0.2, 0.6)
_SECONDS_WITHOUT_TEMPO: Final = 0.3


@dataclass(frozen=True)
class Moves:
    """Which parts of a song are surely verses and choruses, in project seconds, and how far things move there."""

    verses: tuple[tuple[float, float], ...]
    choruses: tuple[tuple[float, float], ...]
    ramp_seconds: float
    lift_db: float
    drop_db: float

    def lead_db(self, count: int) -> Frames:
        """Return (F,) how far the lead is lifted."""
        return self.lift_db * _inside(self.choruses, self.ramp_seconds, count)

    def bed_db(self, count: int) -> Frames:
        """Return (F,) how far the bed is moved, downwards in verses."""
        return -self.drop_db * _inside(self.verses, self.ramp_seconds, count)

    def touches(self, active: Flags) -> bool:
        """Tell whether a track that plays in these frames (F,) does so in verses and elsewhere."""
        in_verses = _inside(self.verses, 0.0, len(active)) > 0.5
        least = LEAST_SECONDS / HOP_SECONDS
        return bool(min((active & in_verses).sum(), (active & ~in_verses).sum()) >= least)


def moves_of(session: Session, sections: Sequence[Section], taste: Automation) -> Moves | None:
    """Return the moves of a song's sections; None where verses and choruses are not both known for sure.

    A move takes a beat, and ends where a chorus, or what follows a verse, begins.
    """
    kinds = sure_kinds(sections)
    verses, choruses = (_stretches(sections, kinds, kind) for kind in ("verse", "chorus"))
    if not verses or not choruses:
        return None
    tempo = session.tempo_bpm_at(choruses[0][0])
    beat = 60.0 / tempo if tempo else _SECONDS_WITHOUT_TEMPO
    ramp = min(max(beat, _RAMP_SECONDS[0]), _RAMP_SECONDS[1])
    return Moves(verses, choruses, ramp, taste.chorus_lift_db, taste.verse_drop_db)


def _stretches(
    sections: Sequence[Section], kinds: Sequence[Likely], wanted: str
) -> tuple[tuple[float, float], ...]:  # fmt: skip
    """Return where sections of a kind are, those that follow each other as one."""
    found: list[tuple[float, float]] = []
    for section, kind in zip(sections, kinds, strict=True):
        if kind != wanted:
            continue
        if found and section.start_seconds - found[-1][1] < 0.5:
            found[-1] = found[-1][0], section.end_seconds
        else:
            found.append((section.start_seconds, section.end_seconds))
    return tuple(found)


def _inside(stretches: Sequence[tuple[float, float]], ramp_seconds: float, count: int) -> Frames:
    """Return (F,) 1 inside stretches and 0 outside, with a ramp that ends where they begin and end."""
    times = frame_times(count)
    share = np.zeros(count)
    for start, stop in stretches:
        corners = [start - max(ramp_seconds, 1e-6), start, stop - max(ramp_seconds, 1e-6), stop]
        share = np.maximum(share, np.interp(times, corners, [0.0, 1.0, 1.0, 0.0]))
    return share
