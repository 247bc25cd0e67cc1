"""Envelopes: points over time, and the scales scripts read them in.

Conventions: points are held as the project file states them, volume as linear amplitude and pan with +1 on the left.
Scripts see volume envelopes on the fader's own scale, on which 0 dB stands at about 716 of 1000.
"""

from __future__ import annotations

import bisect
import math
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

UNITY = 716.21785031263
_BELOW = math.log(592.0 / UNITY) / math.log(0.5)
_ABOVE = math.log(1000.0 / UNITY) / math.log(10.0 ** (12.0 / 20.0))

NAMES = {
    "VOLENV": "Volume (Pre-FX)",
    "VOLENV2": "Volume",
    "VOLENV3": "Trim Volume",
    "PANENV": "Pan (Pre-FX)",
    "PANENV2": "Pan",
    "WIDTHENV": "Width (Pre-FX)",
    "WIDTHENV2": "Width",
    "MUTEENV": "Mute",
    "PITCHENV": "Pitch",
    "AUXVOLENV": "Send Volume",
    "AUXPANENV": "Send Pan",
    "AUXMUTEENV": "Send Mute",
    "HWVOLENV": "Audio Hardware Output: Volume",
    "HWPANENV": "Audio Hardware Output: Pan",
    "HWMUTEENV": "Audio Hardware Output: Mute",
    "DUALPANENVL": "Pan (Left, Pre-FX)",
    "DUALPANENV": "Pan (Right, Pre-FX)",
    "DUALPANENVL2": "Pan (Left)",
    "DUALPANENV2": "Pan (Right)",
}


def to_fader(amplitude: float) -> float:
    """Place a linear amplitude on the fader's scale of 0 to 1000 (+12 dB); the reverse of ``from_fader``."""
    if amplitude <= 0.0:
        return 0.0
    return UNITY * math.pow(amplitude, _BELOW if amplitude <= 1.0 else _ABOVE)


def from_fader(value: float) -> float:
    if value <= 0.0:
        return 0.0
    return math.pow(value / UNITY, 1.0 / (_BELOW if value <= UNITY else _ABOVE))


class Point(NamedTuple):
    time: float
    value: float
    shape: int = 0
    tension: float = 0.0
    selected: int = 0


@dataclass(eq=False)
class Envelope:
    """One envelope. ``tag`` is the block's name in the file, ``MASTER…`` left off."""

    tag: str
    points: list[Point] = field(default_factory=list)
    guid: str = ""
    active: int = 1
    visible: int = 1
    lane: int = 1
    armed: int = 0
    fader_scaled: bool = False
    attributes: list[str] = field(default_factory=list)
    """What stands behind PARMENV: index or ident, minimum, maximum, middle."""
    kept: list[Any] = field(default_factory=list)
    ext: dict[str, str] = field(default_factory=dict)
    owner: Any = None
    """The track, take or send it belongs to."""
    slot: Any = None
    """The slot in the chain whose parameter it moves, for PARMENV."""
    pointer: int = 0

    def __post_init__(self) -> None:
        self.guid = self.guid or new_guid()

    def parts(self) -> tuple[Any, ...]:
        return ()

    def copy(self, owner: Any, slot: Any = None) -> Envelope:
        return Envelope(
            self.tag,
            list(self.points),
            self.guid,
            self.active,
            self.visible,
            self.lane,
            self.armed,
            self.fader_scaled,
            list(self.attributes),
            list(self.kept),
            dict(self.ext),
            owner,
            slot,
        )

    def sort(self) -> None:
        self.points.sort(key=lambda point: point.time)

    def to_script(self, value: float) -> float:
        return to_fader(value) if self.fader_scaled else value

    def from_script(self, value: float) -> float:
        return from_fader(value) if self.fader_scaled else value

    def delete_range(self, start: float, end: float) -> int:
        """Delete the points from start up to, not including, end."""
        before = len(self.points)
        self.points = [point for point in self.points if not start <= point.time < end]
        return before - len(self.points)

    def evaluate(self, time: float) -> float:
        """Return the value at a time in script units, between points along their shapes (bezier as linear)."""
        if not self.points:
            return 0.0
        points = sorted(self.points, key=lambda point: point.time)
        at = bisect.bisect_right([point.time for point in points], time)
        if at == 0:
            return self.to_script(points[0].value)
        if at == len(points):
            return self.to_script(points[-1].value)
        left, right = points[at - 1], points[at]
        along = (time - left.time) / (right.time - left.time)
        start, end = self.to_script(left.value), self.to_script(right.value)
        return start + (end - start) * _SHAPES.get(left.shape, _straight)(along)


def _straight(along: float) -> float:
    return along


_SHAPES: dict[int, Callable[[float], float]] = {
    1: lambda x: 0.0,
    2: lambda x: x * x * (3.0 - 2.0 * x),
    3: lambda x: 1.0 - (1.0 - x) ** 3,
    4: lambda x: x**3,
}


def new_guid() -> str:
    return "{" + str(uuid.uuid4()).upper() + "}"
