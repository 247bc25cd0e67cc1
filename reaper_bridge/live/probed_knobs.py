"""What stood beside the knobs of plug-ins that were tried out, against our laws."""

from collections.abc import Mapping
from typing import Any, Final

from reaper_bridge.fx.laws import Knob
from reaper_bridge.fx.reacomp import KNOBS as REACOMP_KNOBS
from reaper_bridge.fx.reagate import KNOBS as REAGATE_KNOBS
from reaper_bridge.fx.reaverbate import KNOBS as REAVERBATE_KNOBS
from reaper_bridge.live.calibration import CalibrationCache, Knot
from reaper_bridge.live.inside.displays import read_display
from reaper_bridge.live.knobs import is_shown
from reaper_bridge.live.plugins import calibration_key

_LAWS: Final[Mapping[str, tuple[Knob, ...]]] = {
    "ReaComp": REACOMP_KNOBS,
    "ReaGate": REAGATE_KNOBS,
    "ReaVerbate": REAVERBATE_KNOBS,
}

Facts = Mapping[str, Any]


def other_laws(name: str, found: Facts) -> list[tuple[str, str]]:
    """Return the knobs of a plug-in that follow another law than ours: their field, and what they show."""
    answers = []
    for knob in _laws(name):
        off = [text for raw, text in shown(found, knob.index) if not _agrees(knob, raw, text)]
        if off:
            answers.append((knob.field, ", ".join(off)))
    return answers


def keep_knots(name: str, found: Facts, cache: CalibrationCache) -> bool:
    """Keep knots for knobs that follow another law than ours; tell whether there are any."""
    fx = {"fx_ident": found["fx_ident"], "name": name, "original_name": found["original_name"]}
    calibration = before = cache[calibration_key(fx)]
    for knob in _laws(name):
        stood = shown(found, knob.index)
        if all(_agrees(knob, raw, text) for raw, text in stood):
            continue
        displays = [(raw, read_display(text)) for raw, text in stood]
        knots = [Knot(raw, display.number) for raw, display in displays if display is not None]
        calibration = calibration.with_knots(knob.index, knots)
    if calibration == before:
        return False
    cache.keep(calibration)
    return True


def _laws(name: str) -> tuple[Knob, ...]:
    laws = next((knobs for plugin, knobs in _LAWS.items() if plugin in name), ())
    return tuple(knob for knob in laws if is_shown(knob.field))


def shown(found: Facts, index: int) -> list[tuple[float, str]]:
    """Return where a knob stood and what was beside it, place by place."""
    return [(float(raw), str(text)) for place, _, raw, text, _ in found["samples"] if place == index]


def _agrees(knob: Knob, raw: float, text: str) -> bool:
    display = read_display(text)
    return display is not None and display.shows(float(knob.value(raw)))
