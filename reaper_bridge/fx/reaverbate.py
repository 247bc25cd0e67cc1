"""ReaVerbate: eight numbers in every version.

The order follows the plug-in's own display. Pre-delay (500 ms) and width (-1 to +1 stored as 0 to 1) rest
on public measurements of REAPER 7.
"""

import dataclasses
from typing import Final

from reaper_bridge.fx.float_list import settings_of, state_with
from reaper_bridge.fx.laws import BIPOLAR, FREQUENCY, LEVEL_FROM_ZERO, PLAIN, Knob, linear
from reaper_bridge.session.effects import ReaVerbate

KNOBS: Final = (
    Knob(0, "wet_db", LEVEL_FROM_ZERO, maximum=4.0),
    Knob(1, "dry_db", LEVEL_FROM_ZERO, maximum=4.0),
    Knob(2, "room_size_ratio", PLAIN),
    Knob(3, "dampening_ratio", PLAIN),
    Knob(4, "width_ratio", BIPOLAR),
    Knob(5, "pre_delay_ms", linear(500.0)),
    Knob(6, "low_pass_hz", FREQUENCY),
    Knob(7, "high_pass_hz", FREQUENCY),
)
_FRESH: Final = (0.5, 1.0, 0.73, 0.5, 1.0, 0.0, 1.0, 0.0)


def parse_reaverbate(state: bytes) -> ReaVerbate | None:
    """Read ReaVerbate's state; None where it is not one."""
    fields = settings_of(state, KNOBS)
    return None if fields is None else ReaVerbate(**fields)


def format_reaverbate(settings: ReaVerbate, version: tuple[int, int], previous_state: bytes = b"") -> bytes:
    """Write ReaVerbate's state, the reverse of ``parse_reaverbate``; ``version`` makes no difference."""
    return state_with(dataclasses.asdict(settings), KNOBS, _FRESH, previous_state)
