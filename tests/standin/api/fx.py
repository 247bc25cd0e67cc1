"""Plug-ins on tracks: the chain, the knobs, named configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.standin.chains import Chain, Slot
from tests.standin.envelopes import Envelope, Point, new_guid
from tests.standin.handles import Guid
from tests.standin.plugin_port import new_plugin
from tests.standin.registry import reascript
from tests.standin.tracks import Track
from tests.standin.undo import FX

if TYPE_CHECKING:
    from tests.standin.desk import Desk

MaybeTrack = Track | None
RECORD_CHAIN = 0x1000000
INSERT_AT = -1000


def chain_of(track: Track, index: int) -> tuple[Chain, int]:
    """Split an index as scripts give it into the chain it means and the place there."""
    if index & RECORD_CHAIN:
        return track.input_chain, index & ~RECORD_CHAIN
    return track.chain, index


def slot_of(track: MaybeTrack, index: int) -> Slot | None:
    if track is None or index < 0:
        return None
    chain, at = chain_of(track, index)
    return chain.slots[at] if at < len(chain.slots) else None


def knob_of(track: MaybeTrack, index: int, parameter: int) -> Slot | None:
    """Return the slot if it has that parameter and is loaded."""
    slot = slot_of(track, index)
    return slot if slot is not None and 0 <= parameter < slot.parameter_count() else None


def _touched(desk: Desk, track: MaybeTrack) -> None:
    if track is not None:
        desk.project_of(track).touch(FX)


# the chain ----------------------------------------------------------------------------------------------------


@reascript
def TrackFX_GetCount(desk: Desk, track: MaybeTrack) -> int:
    return 0 if track is None else len(track.chain.slots)


@reascript
def TrackFX_GetRecCount(desk: Desk, track: MaybeTrack) -> int:
    return 0 if track is None else len(track.input_chain.slots)


@reascript
def TrackFX_GetFXName(desk: Desk, track: MaybeTrack, fx: int, name: str, size: int) -> tuple[bool, str]:
    slot = slot_of(track, fx)
    return (False, "") if slot is None else (True, slot.shown_name)


@reascript
def TrackFX_GetFXGUID(desk: Desk, track: MaybeTrack, fx: int) -> Guid | None:
    slot = slot_of(track, fx)
    return None if slot is None else slot.guid


@reascript
def TrackFX_GetEnabled(desk: Desk, track: MaybeTrack, fx: int) -> bool:
    slot = slot_of(track, fx)
    return slot is not None and slot.plugin.enabled


@reascript
def TrackFX_SetEnabled(desk: Desk, track: MaybeTrack, fx: int, enabled: bool) -> None:
    slot = slot_of(track, fx)
    if slot is not None:
        slot.plugin.enabled = bool(enabled)
        _touched(desk, track)


@reascript
def TrackFX_GetOffline(desk: Desk, track: MaybeTrack, fx: int) -> bool:
    slot = slot_of(track, fx)
    return slot is not None and slot.plugin.offline


@reascript
def TrackFX_SetOffline(desk: Desk, track: MaybeTrack, fx: int, offline: bool) -> None:
    slot = slot_of(track, fx)
    if slot is not None:
        slot.plugin.offline = bool(offline)
        _touched(desk, track)


@reascript
def TrackFX_GetInstrument(desk: Desk, track: MaybeTrack) -> int:
    slots = [] if track is None else track.chain.slots
    return next((at for at, slot in enumerate(slots) if slot.plugin.is_instrument), -1)


def _matches(name: str, slot: Slot) -> bool:
    return (
        name.lower().partition(":")[2].strip() in slot.shown_name.lower()
        if ":" in name
        else (name.lower() in slot.shown_name.lower())
    )


@reascript
def TrackFX_GetByName(desk: Desk, track: MaybeTrack, name: str, instantiate: bool) -> int:
    return TrackFX_AddByName(desk, track, name, False, int(bool(instantiate)))


@reascript
def TrackFX_AddByName(desk: Desk, track: MaybeTrack, name: str, record: bool, instantiate: int) -> int:
    """Find or add a plug-in: negative always adds (from -1000 down: at a place), 0 finds, positive adds if missing."""
    if track is None:
        return -1
    chain = track.input_chain if record else track.chain
    name = name.removeprefix("FXADD:")
    if instantiate >= 0:
        found = next((at for at, slot in enumerate(chain.slots) if _matches(name, slot)), -1)
        if found >= 0 or instantiate == 0:
            return found
    plugin = new_plugin(name)
    if plugin is None:
        return -1
    at = min(INSERT_AT - instantiate, len(chain.slots)) if instantiate <= INSERT_AT else len(chain.slots)
    plugin.guid = new_guid()
    chain.slots.insert(at, Slot(plugin, kept=[["FLOATPOS", "0", "0", "0", "0"], ["WAK", "0", "0"]]))
    _touched(desk, track)
    return at


@reascript
def TrackFX_Delete(desk: Desk, track: MaybeTrack, fx: int) -> bool:
    slot = slot_of(track, fx)
    if slot is None or track is None:
        return False
    for envelope in slot.envelopes.values():
        desk.handles.forget(envelope)
    chain_of(track, fx)[0].slots.remove(slot)
    _touched(desk, track)
    return True


@reascript
def TrackFX_CopyToTrack(desk: Desk, source: MaybeTrack, fx: int, target: MaybeTrack, at: int, is_move: bool) -> None:
    """Copy or move a plug-in; it keeps its GUID only when it moves."""
    slot = slot_of(source, fx)
    if slot is None or source is None or target is None:
        return
    chain, place = chain_of(target, at)
    if is_move:
        chain_of(source, fx)[0].slots.remove(slot)
        moved = slot
        for envelope in moved.envelopes.values():
            envelope.owner = target
    else:
        moved = slot.duplicate(target)
    chain.slots.insert(min(max(place, 0), len(chain.slots)), moved)
    _touched(desk, source)
    _touched(desk, target)


# knobs --------------------------------------------------------------------------------------------------------


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
    _touched(desk, track)
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
    _touched(desk, track)
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
        _touched(desk, track)
        return True
    done = slot.plugin.set_config(key, value)
    if done:
        _touched(desk, track)
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


# envelopes of knobs -------------------------------------------------------------------------------------------


@reascript
def GetFXEnvelope(desk: Desk, track: MaybeTrack, fx: int, parameter: int, create: bool) -> Envelope | None:
    slot = knob_of(track, fx, parameter)
    if slot is None or track is None:
        return None
    if parameter not in slot.envelopes and create:
        slot.envelopes[parameter] = fresh_envelope(track, slot, parameter)
        _touched(desk, track)
    return slot.envelopes.get(parameter)


def fresh_envelope(track: Track, slot: Slot, parameter: int) -> Envelope:
    """Make an envelope as REAPER does: one point at 0, where the knob stands."""
    value, low, high = slot.raw(parameter)
    ident = slot.ident(parameter)
    name = ident.removeprefix(":")
    attribute = ident if ident.partition(":")[0].isdigit() else f"{parameter}:{name}"
    numbers = [f"{number:g}" for number in (low, high, middle_of(slot, parameter))]
    return Envelope("PARMENV", [Point(0.0, value)], attributes=[attribute, *numbers], owner=track, slot=slot)
