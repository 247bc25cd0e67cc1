"""Read which fixed lanes of a track play, and in which lane an item lies."""

from dataclasses import dataclass
from typing import Final

from reaper_bridge.rpp.fields import Fields, integer_in, number_in

_IN_A_LANE: Final = 2
_LANES_A_FIELD, _LANE_FIELDS = 32, 8
_UPPER_LANES_MASK_FIELD: Final = 4


@dataclass(frozen=True)
class Lanes:
    """Which fixed lanes of a track play, bit n for lane n; None where all do."""

    bits: int | None = None

    def plays(self, lane: int | None) -> bool:
        """Tell whether an item of a lane sounds; items outside lanes do."""
        return self.bits is None or lane is None or bool(self.bits >> lane & 1)


def playing_lanes(track: Fields) -> Lanes:
    """Read LANESOLO: fields of 32 lanes each; without it every lane plays."""
    line = track.get("LANESOLO")
    if line is None:
        return Lanes()
    bits = 0
    for field in range(_LANE_FIELDS):
        bits |= (line.integer(field + 1) & 0xFFFFFFFF) << (field * _LANES_A_FIELD)
    return Lanes(bits)


def item_lane(item: Fields) -> int | None:
    """Return the fixed lane (zero-based) of an item: its upper edge over its height; None outside lanes."""
    height = number_in(item, "YPOS", 2)
    if integer_in(item, "YPOS", 3) != _IN_A_LANE or height <= 0.0:
        return None
    return max(0, round(number_in(item, "YPOS", 1) / height))


def upper_lanes_mask(track: Fields) -> bool:
    """Tell whether a track's upper lanes cover its lower ones where they overlap."""
    return integer_in(track, "FIXEDLANES", _UPPER_LANES_MASK_FIELD) != 0
