"""How a knob's raw value becomes what a person reads beside it, and back.

Conventions: a law maps the raw value, between the parameter's own minimum and maximum, to a number in the unit of
the display (dB, Hz, ms, octaves, a ratio). The text has as few decimals as a small window has room for, so a value
read from a display lies within half a step of the true one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

SILENT_DB = -149.0
"""Below this a level is shown as minus infinity; closed mixes are stored as 3.16e-8, which is -150 dB."""


class Law(Protocol):
    """The law of one knob."""

    @property
    def unit(self) -> str:
        """Return the unit of the display, or nothing where it has none."""

    def number(self, raw: float) -> float:
        """Return the displayed number of a raw value."""

    def raw(self, number: float) -> float:
        """Return the raw value of a displayed number, the reverse of ``number``."""

    def text(self, raw: float) -> str:
        """Return what stands beside the knob."""


@dataclass(frozen=True)
class Linear:
    """A number that follows the knob evenly."""

    scale: float = 1.0
    offset: float = 0.0
    decimals: int = 1
    unit: str = ""

    def number(self, raw: float) -> float:
        return raw * self.scale + self.offset

    def raw(self, number: float) -> float:
        return (number - self.offset) / self.scale if self.scale else 0.0

    def text(self, raw: float) -> str:
        return fixed(self.number(raw), self.decimals)


@dataclass(frozen=True)
class Level:
    """An amplitude shown in dB."""

    scale: float = 1.0
    decimals: int = 1
    unit: str = "dB"

    def number(self, raw: float) -> float:
        amplitude = raw * self.scale
        return 20.0 * math.log10(amplitude) if amplitude > 0.0 else -math.inf

    def raw(self, number: float) -> float:
        return math.pow(10.0, number / 20.0) / self.scale

    def text(self, raw: float) -> str:
        level_db = self.number(raw)
        return "-inf" if level_db <= SILENT_DB else fixed(level_db, self.decimals)


@dataclass(frozen=True)
class Exponential:
    """A frequency that grows by a factor: ``low + (high - low) (base^raw - 1) / (base - 1)``."""

    base: float = 401.0
    low: float = 20.0
    high: float = 24_000.0
    decimals: int = 1
    unit: str = "Hz"

    def number(self, raw: float) -> float:
        return self.low + (self.high - self.low) * (math.pow(self.base, raw) - 1.0) / (self.base - 1.0)

    def raw(self, number: float) -> float:
        grown = (number - self.low) / (self.high - self.low) * (self.base - 1.0) + 1.0
        return math.log(max(grown, 1e-9)) / math.log(self.base)

    def text(self, raw: float) -> str:
        return fixed(self.number(raw), self.decimals)


@dataclass(frozen=True)
class Kilo(Exponential):
    """A frequency that is shown in kHz from 1000 Hz on, with its unit, as many plug-ins show it."""

    unit: str = ""

    def text(self, raw: float) -> str:
        hz = self.number(raw)
        return f"{fixed(hz / 1000.0, 2)} kHz" if hz >= 999.5 else f"{fixed(hz, 0)} Hz"


@dataclass(frozen=True)
class Decay:
    """A factor a second, shown as the dB it falls in that time."""

    decimals: int = 1
    unit: str = "dB/s"

    def number(self, raw: float) -> float:
        return -20.0 * math.log10(raw) if raw > 0.0 else math.inf

    def raw(self, number: float) -> float:
        return math.pow(10.0, -number / 20.0)

    def text(self, raw: float) -> str:
        return "inf" if raw <= 0.0 else fixed(self.number(raw), self.decimals)


@dataclass(frozen=True)
class Choice:
    """A knob with steps, each with a name; the raw value of step n is n / steps."""

    names: tuple[str, ...]
    steps: int = 1
    unit: str = ""

    def number(self, raw: float) -> float:
        return float(round(raw * self.steps))

    def raw(self, number: float) -> float:
        return number / self.steps

    def text(self, raw: float) -> str:
        step = round(raw * self.steps)
        return self.names[step] if 0 <= step < len(self.names) else str(step)


SWITCH = Choice(("off", "on"))

LAWS: dict[str, Law] = {
    "linear": Linear(decimals=3),
    "percent": Linear(100.0),
    "milliseconds_1000": Linear(1000.0, unit="ms"),
    "milliseconds_100": Linear(100.0, unit="ms"),
    "ratio_100": Linear(100.0, 1.0),
    "ratio_19": Linear(19.0, 1.0),
    "ratio_to_one": Linear(99.0, 1.0, unit=":1"),
    "backwards": Linear(-1.0, 1.0, decimals=3),
    "coarse": Linear(10.0, decimals=0),
    "words": Choice(("low", "middle", "high"), steps=2),
    "still": Linear(0.0, 7.0),
    "level": Level(),
    "level_4": Level(4.0),
    "level_2": Level(2.0),
    "level_coarse": Level(decimals=0),
    "frequency_401": Exponential(),
    "frequency_kilo": Kilo(),
    "frequency_1200": Exponential(1200.0, 20.0, 24_000.0),
    "frequency_audible": Exponential(1000.0, 20.0, 20_000.0),
}
"""Other laws a switch can put under a knob, to see whether somebody reads the display instead of believing a table."""


def fixed(number: float, decimals: int) -> str:
    """Return a number with so many decimals, and no minus before a zero."""
    if not math.isfinite(number):
        return "inf" if number > 0.0 else "-inf"
    text = f"{number:.{decimals}f}"
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text
