"""Read automation lanes from the facts of a visit: volumes are amplitudes there, +1 of a pan point is left."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.codes import LANES
from reaper_bridge.session.model import Envelope

Facts: TypeAlias = Mapping[str, Any]

_KIND_OF: Final = {name: kind for kind, name in LANES.items()}
_SHAPES: Final = range(6)


def read_envelopes(envelopes: Sequence[Facts]) -> tuple[Envelope, ...]:
    """Return the lanes of a track or of the master."""
    found = []
    for facts in envelopes:
        kind = _KIND_OF.get(facts["name"].removeprefix("<").removeprefix("MASTER"))
        if kind is not None:
            found.append(Envelope(kind, read_points(facts["points"]), bool(facts["is_active"])))
    return tuple(found)


def read_points(points: Sequence[Sequence[float]]) -> tuple[CurvePoint, ...]:
    """Return points in time order."""
    return tuple(sorted((_point(*point) for point in points), key=lambda point: point.time_seconds))


def _point(time_seconds: float, value: float, shape: float, tension: float) -> CurvePoint:
    return CurvePoint(time_seconds, value, int(shape) if shape in _SHAPES else 0, tension)
