"""ReaGate: 18 to 21 numbers, counted like ReaComp's.

The scales of ReaComp hold here too; the hold time of 1000 ms rests on one public measurement.
Not touched: 8 audio input, 11 noise, 13 filter preview, 15 to 17 MIDI, 18 inverted wet, 19 and 20 (unknown).
"""

import dataclasses
from typing import Final

from reaper_bridge.fx.float_list import settings_of, state_with
from reaper_bridge.fx.laws import AUXILIARY_DETECTOR, FREQUENCY, LEVEL, LEVEL_FROM_ZERO, Knob, linear
from reaper_bridge.fx.reacomp import number_count
from reaper_bridge.session.effects import ReaGate

KNOBS: Final = (
    Knob(0, "threshold_db", LEVEL_FROM_ZERO, maximum=2.0),
    Knob(1, "attack_ms", linear(500.0)),
    Knob(2, "release_ms", linear(5000.0)),
    Knob(3, "pre_open_ms", linear(250.0)),
    Knob(4, "hold_ms", linear(1000.0)),
    Knob(5, "detector_low_pass_hz", FREQUENCY),
    Knob(6, "detector_high_pass_hz", FREQUENCY),
    Knob(7, "side_chain", AUXILIARY_DETECTOR),
    Knob(9, "dry_db", LEVEL_FROM_ZERO, maximum=4.0),
    Knob(10, "wet_db", LEVEL_FROM_ZERO, maximum=4.0),
    Knob(12, "hysteresis_db", LEVEL, maximum=4.0),
    Knob(14, "rms_ms", linear(100.0)),
)
_FRESH: Final = (
    0.0, 0.006, 0.02, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 69 / 127, 0.0, 0.0,
    0.0, 0.0,
)  # fmt: skip


def parse_reagate(state: bytes) -> ReaGate | None:
    """Read ReaGate's state; None where it is not one."""
    fields = settings_of(state, KNOBS)
    return None if fields is None else ReaGate(**fields)


def format_reagate(settings: ReaGate, version: tuple[int, int], previous_state: bytes = b"") -> bytes:
    """Write ReaGate's state, the reverse of ``parse_reagate``; a previous state keeps what is not ours."""
    fresh = _FRESH[: number_count(version)]
    return state_with(dataclasses.asdict(settings), KNOBS, fresh, previous_state)
