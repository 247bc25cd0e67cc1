"""ReaComp: 18 numbers up to REAPER 4, 19 in 5 and 6, 21 since 6.37.

Threshold, attack, release, filters, knee and pre-comp are confirmed by several independent measurements.
The ratio law fits the exact k/99 values of saved projects. RMS size rests on public renders of REAPER 7.
Not touched: 5 reserved, 9 audio input, 12 filter preview, 17 classic attack, 18 anti-alias, 19 and 20
(unknown).
"""

import dataclasses
from typing import Final

from reaper_bridge.fx.float_list import settings_of, state_with
from reaper_bridge.fx.laws import AUXILIARY_DETECTOR, CLOSED_LINEAR, FREQUENCY, LEVEL, SWITCH, Knob, linear
from reaper_bridge.session.effects import ReaComp

KNOBS: Final = (
    Knob(0, "threshold_db", LEVEL, maximum=2.0),
    Knob(1, "ratio", linear(99.0, 1.0)),
    Knob(2, "attack_ms", linear(500.0)),
    Knob(3, "release_ms", linear(5000.0)),
    Knob(4, "pre_comp_ms", linear(250.0)),
    Knob(6, "detector_low_pass_hz", FREQUENCY),
    Knob(7, "detector_high_pass_hz", FREQUENCY),
    Knob(8, "side_chain", AUXILIARY_DETECTOR),
    Knob(10, "dry_db", LEVEL, maximum=4.0),
    Knob(11, "wet_db", LEVEL, maximum=4.0),
    Knob(13, "rms_ms", linear(100.0)),
    Knob(14, "knee_db", linear(24.0)),
    Knob(15, "auto_make_up", SWITCH),
    Knob(16, "auto_release", SWITCH),
)
_FRESH: Final = (
    1.0, 3 / 99, 0.006, 0.02, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, CLOSED_LINEAR, 1.0, 0.0, 0.05, 0.0, 0.0, 0.0,
    0.25, 0.0, 0.0, 0.0,
)  # fmt: skip
_CLASSIC_ATTACK_INDEX: Final = 17


def number_count(version: tuple[int, int]) -> int:
    """Return how many numbers a REAPER version stores for ReaComp and ReaGate."""
    if version >= (6, 37):
        return 21
    return 19 if version >= (5, 0) else 18


def parse_reacomp(state: bytes) -> ReaComp | None:
    """Read ReaComp's state; None where it is not one."""
    fields = settings_of(state, KNOBS)
    return None if fields is None else ReaComp(**fields)


def format_reacomp(settings: ReaComp, version: tuple[int, int], previous_state: bytes = b"") -> bytes:
    """Write ReaComp's state, the reverse of ``parse_reacomp``; a previous state keeps what is not ours."""
    fresh = list(_FRESH)
    if version < (6, 0):
        # 0.25 is the default since REAPER 6; older versions know only off and on
        fresh[_CLASSIC_ATTACK_INDEX] = 0.0
    return state_with(dataclasses.asdict(settings), KNOBS, fresh[: number_count(version)], previous_state)
