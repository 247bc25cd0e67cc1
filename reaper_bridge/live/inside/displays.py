"""Read the number a plug-in shows beside a knob, and how exactly it shows it."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

_NUMBER = re.compile(r"[-+\u2212]?\d+(?:[.,]\d+)?")
_THOUSANDS = re.compile(r"k(?:hz)?\b", re.IGNORECASE)
_INFINITE = re.compile(r"^\s*([-+\u2212]?)\s*(?:inf|\u221e)", re.IGNORECASE)


SILENT_DB = -119.0


class Display(NamedTuple):
    """A displayed number; the true one lies within ``tolerance`` of it."""

    number: float
    tolerance: float

    def shows(self, wanted: float) -> bool:
        """Tell whether this is how that number would be shown."""
        if math.isinf(self.number) or math.isinf(wanted):
            # below some -120 dB a display may say minus infinity or not
            return self.number == wanted or (self.number < SILENT_DB and wanted < SILENT_DB)
        return abs(self.number - wanted) <= self.tolerance


def read_display(text: str | None) -> Display | None:
    """Read a display: ``-6.0``, ``3.0 ms``, ``1.25 kHz``, ``4.0:1``, ``-inf dB``; None where it shows no number."""
    if not text:
        return None
    infinite = _INFINITE.match(text)
    if infinite:
        return Display(math.inf if infinite.group(1) in ("", "+") else -math.inf, 0.0)
    found = _NUMBER.search(text)
    if found is None:
        return None
    digits = found.group().replace("\u2212", "-").replace(",", ".")
    scale = 1000.0 if _THOUSANDS.match(text[found.end() :].lstrip()) else 1.0
    decimals = len(digits.partition(".")[2])
    # half of the last digit, and what a float32 may lack
    tolerance = (0.5 * 10.0**-decimals + 1e-6 * abs(float(digits))) * scale * 1.001
    return Display(float(digits) * scale, tolerance)
