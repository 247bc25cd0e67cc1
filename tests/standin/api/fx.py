"""Plug-ins on tracks as they stand in their chain. Their knobs are in ``knobs``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.standin.chains import Chain, Slot
from tests.standin.envelopes import new_guid
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


def fx_touched(desk: Desk, track: MaybeTrack) -> None:
    if track is not None:
        desk.project_of(track).touch(FX)


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
        fx_touched(desk, track)


@reascript
def TrackFX_GetOffline(desk: Desk, track: MaybeTrack, fx: int) -> bool:
    slot = slot_of(track, fx)
    return slot is not None and slot.plugin.offline


@reascript
def TrackFX_SetOffline(desk: Desk, track: MaybeTrack, fx: int, offline: bool) -> None:
    slot = slot_of(track, fx)
    if slot is not None:
        slot.plugin.offline = bool(offline)
        fx_touched(desk, track)


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
    if desk.options.default_preset is not None:
        for index in range(plugin.parameter_count()):
            plugin.set_normalized(index, desk.options.default_preset)
    chain.slots.insert(at, Slot(plugin, kept=[["FLOATPOS", "0", "0", "0", "0"], ["WAK", "0", "0"]]))
    fx_touched(desk, track)
    return at


@reascript
def TrackFX_Delete(desk: Desk, track: MaybeTrack, fx: int) -> bool:
    slot = slot_of(track, fx)
    if slot is None or track is None:
        return False
    for envelope in slot.envelopes.values():
        desk.handles.forget(envelope)
    chain_of(track, fx)[0].slots.remove(slot)
    fx_touched(desk, track)
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
    fx_touched(desk, source)
    fx_touched(desk, target)
