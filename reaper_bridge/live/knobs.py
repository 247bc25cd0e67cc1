"""Knobs by the numbers beside them: what a display must show after a turn, and what it says of a raw value.

A display carries the number of a knob in our unit where that is dB, ms, Hz or octaves, and ReaComp's ratio. Other
ratios (room size, width) are shown in many ways; there the raw value alone counts.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from reaper_bridge.fx.laws import Knob
from reaper_bridge.live.calibration import Calibration
from reaper_bridge.live.inside.displays import read_display

Facts: TypeAlias = Mapping[str, Any]

_SHOWN_UNITS: Final = frozenset({"db", "ms", "hz", "octaves"})


@dataclass(frozen=True)
class Turn:
    """One knob turned: the raw value that should do it, and what its display must then show (None: not checked)."""

    index: int
    raw: float
    shown: float | None = None


@dataclass(frozen=True)
class Settings:
    """What makes a plug-in stand as an effect says.

    ``chunk`` is tried first where there is one; ``bands`` (ReaEQ: type and enabled) and ``turns`` do without.
    """

    turns: tuple[Turn, ...] = ()
    chunk: str = ""
    bands: tuple[tuple[int, bool], ...] = ()

    @property
    def plain(self) -> dict[str, Any]:
        """These settings as JSON can hold them."""
        return {
            "turns": [[turn.index, turn.raw, _plain_number(turn.shown)] for turn in self.turns],
            "chunk": self.chunk,
            "bands": [[kind, int(enabled)] for kind, enabled in self.bands],
        }


def turn(knob: Knob, value: Any, calibration: Calibration | None) -> Turn:
    """Return how to turn a knob to a value: by a calibration that knows, else by our law."""
    if not is_shown(knob.field):
        return Turn(knob.index, knob.raw(value))
    known = None if calibration is None else calibration.raw(knob.index, value)
    within = min(max(value, knob.value(knob.minimum)), knob.value(knob.maximum))
    return Turn(knob.index, knob.raw(value) if known is None else known, float(within if known is None else value))


def is_shown(field: str) -> bool:
    """Tell whether a knob's display carries its number in our unit; ratios of 0 to 1 are shown in many ways."""
    return field.rpartition("_")[2] in _SHOWN_UNITS or field == "ratio"


def displayed_value(
    value: float, index: int, fx: Facts, raw: Sequence[float], calibration: Calibration | None
) -> float:
    """Return a value by our law if the display agrees, else by a knot, else as it is displayed."""
    displayed = fx.get("displayed") or ()
    display = read_display(displayed[index]) if index < len(displayed) else None
    if display is None or display.shows(value):
        return value
    known = None if calibration is None else calibration.shown(index, raw[index])
    return known if known is not None and display.shows(known) else display.number


def _plain_number(value: float | None) -> float | str | None:
    return value if value is None or math.isfinite(value) else str(value)
