"""The steps of a write, what they cost REAPER, and where their makers look things up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from reaper_bridge.live.calibration import CalibrationCache
from reaper_bridge.live.knobs import Facts
from reaper_bridge.live.reading import Picture
from reaper_bridge.session.change import Change
from reaper_bridge.session.errors import PlanError
from reaper_bridge.session.identity import FxId, TrackId

UNITS: Final = {"track": 500.0, "value": 2.0, "fx": 2000.0, "turn": 8.0, "chunk": 50.0, "send": 20.0, "point": 2.0}
"""What kinds of work cost REAPER's main thread, in calls of its API."""


@dataclass
class Steps:
    """What REAPER is to do, in order; ``expected`` is what must stand there before, ``units`` what it costs."""

    steps: list[list[Any]] = field(default_factory=list)
    expected: list[list[Any]] = field(default_factory=list)
    units: float = 0.0

    def add(self, cost: str, *step: Any, count: float = 1.0) -> None:
        """Add a step of a kind of cost, so many times."""
        self.steps.append(list(step))
        self.units += UNITS[cost] * count


@dataclass(frozen=True)
class Place:
    """What the writers look things up in."""

    picture: Picture
    tracks: Mapping[TrackId, Facts]
    added: frozenset[TrackId]
    names: Mapping[FxId, FxId]
    cache: CalibrationCache
    version: tuple[int, int]

    def track(self, track_id: TrackId) -> Facts:
        """Return the facts of a track; none of one that this plan adds.

        Raises:
            PlanError: There is no such track.
        """
        facts = self.tracks.get(track_id)
        if facts is None:
            if track_id in self.added:
                return {}
            raise PlanError(f"The project has no track {track_id}; make the plan again from the project as it is.")
        return facts

    def slot(self, track_id: TrackId, fx_id: str) -> Facts | None:
        """Return the facts of a plug-in by its planned id; None where it does not stand there."""
        real = self.names.get(FxId(fx_id), fx_id)
        return next((fx for fx in self.track(track_id).get("fx") or () if fx["guid"].upper() == real.upper()), None)


def wrong(change: Change) -> PlanError:
    """Return the refusal of a value that its address does not take."""
    return PlanError(f"{change.address} does not take the value {change.after!r}.")
