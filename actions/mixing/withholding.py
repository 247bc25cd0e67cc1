"""What is taken out again of a decision, since a rendering showed that it made something protected worse.

A filter or a notch stays: it repairs, and hides nothing. Faders are no part of it: balance is the next stage's work.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from actions.mixing.brief import LABELS, Withheld
from actions.mixing.desk import Desk
from actions.mixing.strip import Strip

REPAIRS: Final = frozenset({"high_pass", "low_pass", "notch", "band_pass"})
"""Shapes of bands that take out what is no music."""
KEPT: Final = frozenset({"trim", "gate", "deess", "duck"})
"""Plug-ins that are never taken out: they prepare, repair, or make room."""


def knobs_of(strip: Strip) -> list[str]:
    """Return what could be taken out of a strip: ``eq`` (less its repairs), ``masking``, ``ride`` and inserts."""
    found = [knob for knob in LABELS if knob in strip.inserts and knob not in KEPT and strip.may_place(knob)]
    if strip.may_place("eq"):
        found += ["eq"] * any(band.shape not in REPAIRS for band in strip.bands)
        found += ["masking"] * bool(strip.masking_bands)
    if strip.ride_power is not None and "ride" in strip.free:
        found.append("ride")
    return found


def without(strip: Strip, knob: str) -> Strip:
    """Return a strip less one of ``knobs_of``."""
    if knob == "eq":
        return replace(strip, bands=[band for band in strip.bands if band.shape in REPAIRS])
    if knob == "masking":
        return replace(strip, masking_bands=[])
    if knob == "ride":
        return replace(strip, ride=(), ride_power=None)
    return replace(strip, inserts={name: insert for name, insert in strip.inserts.items() if name != knob})


def withhold(desk: Desk, withheld: Iterable[Withheld]) -> None:
    """Take knobs out of the strips of a desk."""
    strips: Mapping[str, Strip] = {strip.id: strip for strip in desk.strips}
    for one in withheld:
        strip = strips.get(one.track_id)
        if strip is None or one.knob not in knobs_of(strip):
            continue
        less = without(strip, one.knob)
        strip.bands, strip.masking_bands, strip.inserts = less.bands, less.masking_bands, less.inserts
        strip.ride, strip.ride_power = less.ride, less.ride_power
        desk.refresh()
