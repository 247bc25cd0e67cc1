"""How far a value may go: what a host refuses to write, whoever made the plan.

REAPER would take much of it; nobody would mean it. The ranges are wider than any knob in REAPER's own windows.
"""

import dataclasses
import math
import re
from typing import Any, Final

from reaper_bridge.session.address import Address
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.change import Change, NewTrack, PlacedEffect, SendLevel
from reaper_bridge.session.errors import PlanError
from reaper_bridge.session.model import SIDE_CHAIN_INDEX

LOUDEST_LINEAR: Final = 10.0 ** (24.0 / 20.0)
"""REAPER's faders can be set to reach +24 dB; none reaches farther by default than +12 dB."""
MOST_CHANNELS: Final = 64
"""REAPER 7 knows 128; before it a track had 64 at most."""
RANGES: Final[dict[str, tuple[float, float]]] = {
    "fader": (0.0, LOUDEST_LINEAR),
    "pan": (-1.0, 1.0),
    "width": (-1.0, 1.0),
    "play_offset": (-60.0, 60.0),
}
FIELD_RANGES: Final[dict[str, tuple[float, float]]] = {
    "level_linear": (0.0, LOUDEST_LINEAR),
    "pan": (-1.0, 1.0),
    "width_ratio": (-1.0, 1.0),
    "ratio": (0.0, 1000.0),
    "bandwidth_octaves": (0.01, 8.0),
}
UNIT_RANGES: Final[dict[str, tuple[float, float]]] = {
    "hz": (0.0, 192_000.0),
    "db": (-200.0, 200.0),
    "ms": (0.0, 60_000.0),
    "ratio": (0.0, 1.0),
    "beats": (0.0, 256.0),
    "index": (0, 127),
}
"""The last word of a field's name is its unit. A level in dB may also be minus infinity, a closed knob."""
GUID: Final = re.compile(r"\{[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}")


def check_change(change: Change) -> None:
    """Make sure that what a change wants to write can stand where it wants it.

    Raises:
        PlanError: A value is no number or out of range, or a new thing has no proper name; the message says which.
    """
    address, after = change.address, change.after
    where = f"The value at {address}"
    if isinstance(after, NewTrack):
        _check_guid(address.track_id, address)
        if not 2 <= after.channel_count <= 128 or after.channel_count % 2:
            raise PlanError(f"{where}: a track has 2 to 128 channels, an even number, not {after.channel_count}.")
    elif isinstance(after, PlacedEffect):
        if change.before is None:
            _check_guid(address.key, address)
        _check_fields(after.effect, where)
    elif isinstance(after, SendLevel):
        if address.key == address.track_id:
            raise PlanError(f"{where}: a track cannot send to itself.")
        _check_fields(after, where)
        _check_arrival(address, after, where)
    elif isinstance(after, tuple):
        for point in after:
            _check_point(point, where)
    elif address.kind == "channels":
        if not isinstance(after, int) or not 2 <= after <= MOST_CHANNELS or after % 2:
            raise PlanError(f"{where}: a track has 2 to {MOST_CHANNELS} channels, an even number, not {after!r}.")
    elif isinstance(after, float | int) and not isinstance(after, bool):
        _check_number(address.kind, float(after), RANGES.get(address.kind), where)


def _check_arrival(address: Address, level: SendLevel, where: str) -> None:
    """Keep the two kinds of sends apart: only one of them arrives where side-chained plug-ins listen."""
    arrives = level.destination_channel_index == SIDE_CHAIN_INDEX
    if arrives != (address.kind == "side_chain"):
        said = "arrives on channels 3/4 of a track, so it" if arrives else "does not arrive on channels 3/4, so it"
        raise PlanError(f"{where} {said} is no {address.kind.replace('_', ' ')}.")


def _check_fields(thing: Any, where: str) -> None:
    """Check every number in a dataclass, however deep, by the range of its name or unit."""
    for field in dataclasses.fields(thing):
        value = getattr(thing, field.name)
        for item in value if isinstance(value, tuple) else (value,):
            if dataclasses.is_dataclass(item):
                _check_fields(item, where)
            elif isinstance(item, float | int) and not isinstance(item, bool):
                unit = field.name.rpartition("_")[2]
                if unit == "db" and item == -math.inf:
                    continue
                _check_number(field.name, float(item), FIELD_RANGES.get(field.name, UNIT_RANGES.get(unit)), where)
                if field.name == "frequency_hz" and item <= 0:
                    raise PlanError(f"{where}: frequency_hz is {item:g}; it must be above 0.")


def _check_point(point: CurvePoint, where: str) -> None:
    for name in ("time_seconds", "value", "tension"):
        _check_number(name, getattr(point, name), None, where)
    if not 0 <= point.shape <= 5:
        raise PlanError(f"{where}: the shape of a point is 0 to 5, not {point.shape}.")


def _check_number(name: str, value: float, limits: tuple[float, float] | None, where: str) -> None:
    if not math.isfinite(value):
        raise PlanError(f"{where}: {name} is {value:g}; it must be a finite number.")
    if limits is not None and not limits[0] <= value <= limits[1]:
        raise PlanError(f"{where}: {name} is {value:g}; it must lie between {limits[0]:g} and {limits[1]:g}.")


def _check_guid(text: str, address: Address) -> None:
    if not GUID.fullmatch(text):
        raise PlanError(f"{address}: a new track or plug-in needs a GUID of its own, such as {{8-4-4-4-12 digits}}.")
