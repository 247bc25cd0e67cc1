"""The states of plug-ins that store a plain list of float32 parameters (ReaComp, ReaGate, ReaVerbate).

Layout, little-endian: ``u32 0xDEADBEEF, u32 0xDEADF00D, n * f32``. How many there are grew with REAPER's
versions; fewer than a plug-in knows are accepted by REAPER, the rest stand at their defaults.
"""

import math
import struct
from collections.abc import Mapping, Sequence
from typing import Any

from reaper_bridge.fx.laws import Knob

_START = struct.pack("<II", 0xDEADBEEF, 0xDEADF00D)


def parse_float_list(state: bytes) -> tuple[float, ...] | None:
    """Read the numbers of a state; None where it is not such a list."""
    if not state.startswith(_START) or len(state) % 4:
        return None
    return struct.unpack_from(f"<{len(state) // 4 - 2}f", state, len(_START))


def format_float_list(values: Sequence[float]) -> bytes:
    """Write a list of numbers, the reverse of ``parse_float_list``."""
    return _START + struct.pack(f"<{len(values)}f", *values)


def settings_of(state: bytes, knobs: Sequence[Knob]) -> dict[str, Any] | None:
    """Read the fields that a knob table names; what the list is too short for is left out.

    None where the state is not a float list or one of the numbers is not finite.
    """
    values = parse_float_list(state)
    if values is None:
        return None
    present = [knob for knob in knobs if knob.index < len(values)]
    if not present or not all(math.isfinite(values[knob.index]) for knob in present):
        return None
    return {knob.field: knob.value(values[knob.index]) for knob in present}


def state_with(
    settings: Mapping[str, Any], knobs: Sequence[Knob], fresh: Sequence[float], previous_state: bytes
) -> bytes:
    """Write settings into the previous state, or into ``fresh`` numbers where there is none.

    The previous list keeps its length, and every number whose displayed value stays keeps its bytes.
    """
    old = settings_of(previous_state, knobs)
    state = bytearray(format_float_list(fresh) if old is None else previous_state)
    for knob in knobs:
        wanted = settings[knob.field]
        offset = len(_START) + 4 * knob.index
        is_there = offset < len(state)
        if is_there and (old is None or old[knob.field] != wanted):
            struct.pack_into("<f", state, offset, knob.raw(wanted))
    return bytes(state)
