"""The knobs of plug-ins on tracks: values, names, displays, envelopes, and named configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.standin.api.fx import MaybeTrack, fx_touched, knob_of, slot_of
from tests.standin.chains import Slot
from tests.standin.envelopes import Envelope, Point
from tests.standin.registry import reascript
from tests.standin.tracks import Track

if TYPE_CHECKING:
    from tests.standin.desk import Desk


@reascript
def TrackFX_GetNumParams(desk: Desk, track: MaybeTrack, fx: int) -> int:
    slot = slot_of(track, fx)
    return 0 if slot is None else slot.parameter_count()


@reascript
def TrackFX_GetParam(
    desk: Desk, track: MaybeTrack, fx: int, parameter: int, low: float, high: float
) -> tuple[float, float, float]:
    slot = knob_of(track, fx, parameter)
    return (-1.0, 0.0, 0.0) if slot is None else slot.raw(parameter)


@reascript
def TrackFX_GetParamEx(
    desk: Desk, track: MaybeTrack, fx: int, parameter: int, low: float, high: float, middle: float
) -> tuple[float, float, float, float]:
    slot = knob_of(track, fx, parameter)
    if slot is None:
        return (-1.0, 0.0, 0.0, 0.0)
    value, minimum, maximum = slot.raw(parameter)
    return (value, minimum, maximum, middle_of(slot, parameter))


def middle_of(slot: Slot, parameter: int) -> float:
    """Return the centre of a knob's lane: the plug-in's own word on it, or halfway."""
    own = getattr(slot.plugin, "middle", None)
    if own is not None and slot.added(parameter) < 0:
        return float(own(parameter))
    _, minimum, maximum = slot.raw(parameter)
    return (minimum + maximum) / 2.0


@reascript
def TrackFX_SetParam(desk: Desk, track: MaybeTrack, fx: int, parameter: int, value: float) -> bool:
    slot = knob_of(track, fx, parameter)
    if slot is None:
        return False
    slot.set_raw(parameter, value)
    fx_touched(desk, track)
    return True


@reascript
def TrackFX_GetParamNormalized(desk: Desk, track: MaybeTrack, fx: int, parameter: int) -> float:
    slot = knob_of(track, fx, parameter)
    return -1.0 if slot is None else slot.normalized(parameter)


@reascript
def TrackFX_SetParamNormalized(desk: Desk, track: MaybeTrack, fx: int, parameter: int, value: float) -> bool:
    slot = knob_of(track, fx, parameter)
    if slot is None:
        return False
    slot.set_normalized(parameter, min(max(value, 0.0), 1.0))
    fx_touched(desk, track)
    return True


@reascript
def TrackFX_EndParamEdit(desk: Desk, track: MaybeTrack, fx: int, parameter: int) -> bool:
    return knob_of(track, fx, parameter) is not None


@reascript
def TrackFX_GetParamName(
    desk: Desk, track: MaybeTrack, fx: int, parameter: int, name: str, size: int
) -> tuple[bool, str]:
    slot = knob_of(track, fx, parameter)
    return (False, "") if slot is None else (True, slot.name(parameter))


@reascript
def TrackFX_GetParamIdent(
    desk: Desk, track: MaybeTrack, fx: int, parameter: int, ident: str, size: int
) -> tuple[bool, str]:
    slot = knob_of(track, fx, parameter)
    return (False, "") if slot is None else (True, slot.ident(parameter))


@reascript
def TrackFX_GetParamFromIdent(desk: Desk, track: MaybeTrack, fx: int, ident: str) -> int:
    slot = slot_of(track, fx)
    if slot is None:
        return -1
    return next((i for i in range(slot.parameter_count()) if slot.ident(i) == ident), -1)


@reascript
def TrackFX_GetFormattedParamValue(
    desk: Desk, track: MaybeTrack, fx: int, parameter: int, text: str, size: int
) -> tuple[bool, str]:
    slot = knob_of(track, fx, parameter)
    return (False, "") if slot is None else (True, slot.shown(parameter))


@reascript
def TrackFX_FormatParamValueNormalized(
    desk: Desk, track: MaybeTrack, fx: int, parameter: int, value: float, text: str, size: int
) -> tuple[bool, str]:
    slot = knob_of(track, fx, parameter)
    shown = None if slot is None else slot.shown_at(parameter, value)
    return (shown is not None, shown or "")


@reascript
def TrackFX_FormatParamValue(
    desk: Desk, track: MaybeTrack, fx: int, parameter: int, value: float, text: str, size: int
) -> tuple[bool, str]:
    slot = knob_of(track, fx, parameter)
    if slot is None:
        return (False, "")
    _, low, high = slot.raw(parameter)
    normalized = (value - low) / (high - low) if high > low else 0.0
    return TrackFX_FormatParamValueNormalized(desk, track, fx, parameter, normalized, text, size)


@reascript
def TrackFX_GetParameterStepSizes(
    desk: Desk, track: MaybeTrack, fx: int, parameter: int, step: float, small: float, large: float, toggle: int
) -> tuple[bool, float, float, float, int]:
    slot = knob_of(track, fx, parameter)
    steps = getattr(slot.plugin, "step_sizes", None) if slot is not None else None
    if slot is None or steps is None or slot.added(parameter) >= 0:
        return (False, 0.0, 0.0, 0.0, int(slot is not None and slot.added(parameter) in (0, 2)))
    found: tuple[bool, float, float, float, int] = steps(parameter)
    return found


@reascript
def TrackFX_GetNamedConfigParm(
    desk: Desk, track: MaybeTrack, fx: int, key: str, text: str, size: int
) -> tuple[bool, str]:
    slot = slot_of(track, fx)
    if slot is None:
        return (False, "")
    if slot.plugin.offline and key.startswith("vst_chunk"):
        return (False, "")
    found = slot.plugin.config(key)
    return (found is not None, found or "")


@reascript
def TrackFX_SetNamedConfigParm(desk: Desk, track: MaybeTrack, fx: int, key: str, value: str) -> bool:
    slot = slot_of(track, fx)
    if slot is None or slot.plugin.offline:
        return False
    if key == "renamed_name":
        slot.plugin.renamed_name = value
        fx_touched(desk, track)
        return True
    done = slot.plugin.set_config(key, value)
    if done:
        fx_touched(desk, track)
    return done


@reascript
def TrackFX_GetPreset(desk: Desk, track: MaybeTrack, fx: int, name: str, size: int) -> tuple[bool, str]:
    slot = slot_of(track, fx)
    return (False, "") if slot is None else (True, slot.plugin.preset)


@reascript
def TrackFX_GetOpen(desk: Desk, track: MaybeTrack, fx: int) -> bool:
    return False


@reascript
def TrackFX_SetOpen(desk: Desk, track: MaybeTrack, fx: int, is_open: bool) -> None:
    """Open no window."""


@reascript
def TrackFX_Show(desk: Desk, track: MaybeTrack, fx: int, how: int) -> None:
    """Show no window."""


@reascript
def TrackFX_GetIOSize(desk: Desk, track: MaybeTrack, fx: int, inputs: int, outputs: int) -> tuple[int, int, int]:
    slot = slot_of(track, fx)
    pins: tuple[int, int] = getattr(slot.plugin, "pins", (2, 2)) if slot is not None else (0, 0)
    return (-1 if slot is None else 0, *pins)


@reascript
def GetFXEnvelope(desk: Desk, track: MaybeTrack, fx: int, parameter: int, create: bool) -> Envelope | None:
    slot = knob_of(track, fx, parameter)
    if slot is None or track is None:
        return None
    if parameter not in slot.envelopes and create:
        slot.envelopes[parameter] = fresh_envelope(track, slot, parameter)
        fx_touched(desk, track)
    return slot.envelopes.get(parameter)


def fresh_envelope(track: Track, slot: Slot, parameter: int) -> Envelope:
    """Make an envelope as REAPER does: one point at 0, where the knob stands."""
    value, low, high = slot.raw(parameter)
    ident = slot.ident(parameter)
    name = ident.removeprefix(":")
    attribute = ident if ident.partition(":")[0].isdigit() else f"{parameter}:{name}"
    numbers = [f"{number:g}" for number in (low, high, middle_of(slot, parameter))]
    return Envelope("PARMENV", [Point(0.0, value)], attributes=[attribute, *numbers], owner=track, slot=slot)
