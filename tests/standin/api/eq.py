"""ReaEQ through the API's own door: bands by their kind, and the n-th of that kind.

Conventions: the kinds count otherwise than BANDTYPE does (-1 the global gain, 0 high pass, 1 low shelf, 2 band,
3 notch, 4 high shelf, 5 low pass, 6 band pass, 7 parallel band pass); the knobs are 0 frequency, 1 gain, 2 width.
Normalized gains have 0 dB in the middle. Otherwise frequencies are Hz, widths octaves and gains amplitudes, never dB.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.standin.api.fx import MaybeTrack, TrackFX_AddByName, slot_of
from tests.standin.api.knobs import TrackFX_SetParam
from tests.standin.plugins.reaeq import ReaEq
from tests.standin.registry import reascript
from tests.standin.undo import FX

if TYPE_CHECKING:
    from tests.standin.desk import Desk

GLOBAL_GAIN = -1
_KINDS = {4: 0, 0: 1, 8: 2, 2: 2, 9: 2, 6: 3, 1: 4, 3: 5, 7: 6, 10: 7}
"""The kind in this API for each BANDTYPE."""


@reascript
def TrackFX_GetEQ(desk: Desk, track: MaybeTrack, instantiate: bool) -> int:
    slots = [] if track is None else track.chain.slots
    found = next((index for index, slot in enumerate(slots) if isinstance(slot.plugin, ReaEq)), -1)
    return TrackFX_AddByName(desk, track, "ReaEQ", False, -1) if found < 0 and instantiate else found


@reascript
def TrackFX_GetEQParam(
    desk: Desk, track: MaybeTrack, fx: int, parameter: int, kind: int, number: int, knob: int, value: float
) -> tuple[bool, int, int, int, float]:
    eq = _eq(track, fx)
    if eq is None or not 0 <= parameter < eq.parameter_count():
        return (False, 0, 0, 0, 0.0)
    band, knob = divmod(parameter, 3)
    raw = eq.raw(parameter)[0]
    if band == len(eq.bands):
        return (True, GLOBAL_GAIN, 0, 1, _normalized_gain(raw))
    kinds = [_KINDS.get(other.kind, -2) for other in eq.bands]
    number = kinds[:band].count(kinds[band])
    return (True, kinds[band], number, knob, _normalized_gain(raw) if knob == 1 else raw)


@reascript
def TrackFX_SetEQParam(
    desk: Desk, track: MaybeTrack, fx: int, kind: int, number: int, knob: int, value: float, is_normalized: bool
) -> bool:
    eq = _eq(track, fx)
    if eq is None or knob not in (0, 1, 2):
        return False
    if kind == GLOBAL_GAIN:
        parameter, knob = 3 * len(eq.bands), 1
    else:
        band = _band(eq, kind, number)
        if band is None:
            return False
        parameter = 3 * band + knob
    law = eq.parameter(parameter).law
    if knob == 1:
        raw = _raw_gain(value) if is_normalized else value / 4.0
    else:
        raw = value if is_normalized else law.raw(value)
    return bool(TrackFX_SetParam(desk, track, fx, parameter, raw))


@reascript
def TrackFX_GetEQBandEnabled(desk: Desk, track: MaybeTrack, fx: int, kind: int, number: int) -> bool:
    eq = _eq(track, fx)
    band = None if eq is None else _band(eq, kind, number)
    return eq is not None and band is not None and eq.config(f"BANDENABLED{band}") != "0"


@reascript
def TrackFX_SetEQBandEnabled(desk: Desk, track: MaybeTrack, fx: int, kind: int, number: int, is_enabled: bool) -> bool:
    eq = _eq(track, fx)
    band = None if eq is None else _band(eq, kind, number)
    if track is None or eq is None or band is None:
        return False
    eq.set_config(f"BANDENABLED{band}", str(int(bool(is_enabled))))
    desk.project_of(track).touch(FX)
    return True


def _eq(track: MaybeTrack, fx: int) -> ReaEq | None:
    slot = slot_of(track, fx)
    plugin: object = None if slot is None else slot.plugin
    return plugin if isinstance(plugin, ReaEq) and not plugin.offline else None


def _band(eq: ReaEq, kind: int, number: int) -> int | None:
    """Find the n-th band of a kind."""
    found = [index for index, band in enumerate(eq.bands) if _KINDS.get(band.kind) == kind]
    return found[number] if 0 <= number < len(found) else None


def _normalized_gain(raw: float) -> float:
    amplitude = 4.0 * raw
    return amplitude / 2.0 if amplitude <= 1.0 else 0.5 + (amplitude - 1.0) / 6.0


def _raw_gain(normalized: float) -> float:
    amplitude = 2.0 * normalized if normalized <= 0.5 else 1.0 + 6.0 * (normalized - 0.5)
    return amplitude / 4.0
