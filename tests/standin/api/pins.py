"""Pins: which channels of the track a plug-in listens to and writes.

Conventions: a mask has a bit for each channel of the track; it comes and goes as two signed halves of 32 bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.standin.api.fx import MaybeTrack, slot_of
from tests.standin.registry import reascript
from tests.standin.undo import FX

if TYPE_CHECKING:
    from tests.standin.desk import Desk

_HALF = 0xFFFFFFFF


@reascript
def TrackFX_GetPinMappings(
    desk: Desk, track: MaybeTrack, fx: int, is_output: int, pin: int, high: int
) -> tuple[int, int]:
    slot = slot_of(track, fx)
    if slot is None:
        return (0, 0)
    # what has no pins of its own stands in the chain as a JSFX does: one channel each
    read = getattr(slot.plugin, "pin", lambda out, number: 1 << number)
    mask = read(bool(is_output), pin)
    return (_signed(mask), _signed(mask >> 32))


@reascript
def TrackFX_SetPinMappings(
    desk: Desk, track: MaybeTrack, fx: int, is_output: int, pin: int, low: int, high: int
) -> bool:
    slot = slot_of(track, fx)
    write = None if slot is None else getattr(slot.plugin, "set_pin", None)
    if track is None or write is None or not write(bool(is_output), pin, low & _HALF | (high & _HALF) << 32):
        return False
    desk.project_of(track).touch(FX)
    return True


def _signed(number: int) -> int:
    low = number & _HALF
    return low - (1 << 32) if low >= 1 << 31 else low
