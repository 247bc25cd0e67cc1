"""Read automation lanes: the points of an envelope block, as REAPER stores them.

Volumes are amplitudes; pan points have REAPER's envelope sense, +1 is left. Points inside automation items
are not read.
"""

import math
from collections.abc import Iterable

from reaper_bridge.rpp.syntax import Block
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.codes import LANES
from reaper_bridge.session.model import Envelope
from reaper_bridge.text.lines import Line

_KIND_OF = {name: kind for kind, name in LANES.items()}
_SHAPES = range(6)
_TENSION_FIELD = 7
_PLAIN_WORDS = 4


def read_envelopes(blocks: Iterable[Block], prefix: str = "") -> tuple[Envelope, ...]:
    """Return the lanes among these blocks; the master's block names begin with ``MASTER``."""
    return tuple(
        Envelope(_KIND_OF[block.name.removeprefix(prefix)], read_points(block), is_active(block))
        for block in blocks
        if block.name.startswith(prefix) and block.name.removeprefix(prefix) in _KIND_OF
    )


def is_active(block: Block) -> bool:
    """Tell whether an envelope is switched on; one without an ACT line is not."""
    line = block.find("ACT")
    return line is not None and line.integer(1) != 0


def read_points(block: Block) -> tuple[CurvePoint, ...]:
    """Return the points of an envelope block in time order."""
    points = [_point(child) for child in block.children if isinstance(child, Line) and child.name == "PT"]
    return tuple(sorted(points, key=lambda point: point.time_seconds))


def _point(line: Line) -> CurvePoint:
    words = line.raw.split()
    if len(words) == _PLAIN_WORDS and words[3].isdigit():
        # most points, and there may be thousands of them
        try:
            time_seconds, value = float(words[1]), float(words[2])
        except ValueError:
            return _any_point(line)
        if math.isfinite(time_seconds) and math.isfinite(value):
            shape = int(words[3])
            return CurvePoint(time_seconds, value, shape if shape in _SHAPES else 0)
    return _any_point(line)


def _any_point(line: Line) -> CurvePoint:
    shape = line.integer(3)
    return CurvePoint(line.number(1), line.number(2), shape if shape in _SHAPES else 0, line.number(_TENSION_FIELD))
