"""The laws between the number a plug-in stores (raw) and the number its display shows.

A ``Knob`` ties one stored number to one field of a settings dataclass. Raw numbers are float32, so what is
read is rounded to seven significant digits: 3.0 ms, not 3.000000026 ms.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from reaper_bridge.session.units import db_from_linear, linear_from_db

CLOSED_LINEAR = 10.0**-7.5
"""What REAPER 7 stores for a level knob at minus infinity."""
_SILENCE_BELOW_LINEAR = 1e-7
_OLD_CLOSED_LINEAR = 1e-6


@dataclass(frozen=True)
class Law:
    """Both directions between a stored number and the displayed one."""

    unit_from_raw: Callable[[float], float]
    raw_from_unit: Callable[[float], float]


@dataclass(frozen=True)
class Knob:
    """Where a settings field is stored, under which law, and how far the knob turns in stored numbers."""

    index: int
    field: str
    law: Law
    minimum: float = 0.0
    maximum: float = 1.0

    def value(self, raw: float) -> float:
        """Return the displayed value of a stored number."""
        return self.law.unit_from_raw(raw)

    def raw(self, value: float) -> float:
        """Return the number to store for a displayed value, kept within the knob's travel."""
        return min(max(self.law.raw_from_unit(value), self.minimum), self.maximum)


def short(value: float) -> float:
    """Return a number with the seven digits that a float32 carries."""
    return float(f"{value:.7g}")


def _level(closed_linear: float) -> Law:
    """An amplitude shown in dB. 1e-6 is what older versions store for minus infinity."""

    def db(raw: float) -> float:
        is_closed = raw < _SILENCE_BELOW_LINEAR or math.isclose(raw, _OLD_CLOSED_LINEAR, rel_tol=1e-6)
        return -math.inf if is_closed else short(db_from_linear(raw))

    def linear(level_db: float) -> float:
        amplitude = linear_from_db(level_db)
        return amplitude if amplitude > _SILENCE_BELOW_LINEAR else closed_linear

    return Law(db, linear)


def linear(full_scale: float, offset: float = 0.0) -> Law:
    """Return the law ``offset + full_scale * raw``."""
    return Law(lambda raw: short(offset + full_scale * raw), lambda value: (value - offset) / full_scale)


LEVEL = _level(CLOSED_LINEAR)
LEVEL_FROM_ZERO = _level(0.0)
"""A level whose minus infinity is stored as 0."""
FREQUENCY = linear(20_000.0)
PLAIN = linear(1.0)
BIPOLAR = linear(2.0, -1.0)
"""-1 to +1 stored as 0 to 1."""
SWITCH = Law(lambda raw: raw >= 0.5, lambda on: 1.0 if on else 0.0)

_DETECTOR_STEPS = 1084
_AUXILIARY_STEP = 2
AUXILIARY_DETECTOR = Law(
    lambda raw: round(raw * _DETECTOR_STEPS) == _AUXILIARY_STEP,
    lambda on: _AUXILIARY_STEP / _DETECTOR_STEPS if on else 0.0,
)
"""The detector input of ReaComp and ReaGate: step 0 the main input, step 2 the auxiliary pair (pins 3/4)."""
