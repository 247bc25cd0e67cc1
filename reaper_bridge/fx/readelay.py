"""ReaDelay: a head of two levels, then eleven float32 for each tap.

Head, little-endian: ``i32 0, i32 0, i32 taps, i32 44 (bytes a tap), i32 2 (levels), i32 selected tap,
f32 wet, f32 dry``. Time (10 s), musical length (128 quarter notes), width and pan (-1 to +1 stored as 0 to
1) rest on public measurements of REAPER 7. Not touched: 0 unknown, 7 resolution.
"""

import dataclasses
import math
import struct
from typing import Final

from reaper_bridge.fx.laws import BIPOLAR, FREQUENCY, LEVEL, LEVEL_FROM_ZERO, SWITCH, Knob, linear
from reaper_bridge.session.effects import DelayTap, ReaDelay

TAP_KNOBS: Final = (
    Knob(1, "enabled", SWITCH),
    Knob(2, "length_ms", linear(10_000.0)),
    Knob(3, "length_beats", linear(128.0)),
    Knob(4, "feedback_db", LEVEL, maximum=4.0),
    Knob(5, "low_pass_hz", FREQUENCY),
    Knob(6, "high_pass_hz", FREQUENCY),
    Knob(8, "width_ratio", BIPOLAR),
    Knob(9, "level_db", LEVEL_FROM_ZERO, maximum=4.0),
    Knob(10, "pan", BIPOLAR),
)
LEVEL_KNOBS: Final = (
    Knob(0, "wet_db", LEVEL_FROM_ZERO, maximum=4.0),
    Knob(1, "dry_db", LEVEL_FROM_ZERO, maximum=4.0),
)
_TAP: Final = struct.Struct("<11f")
_HEAD: Final = struct.Struct("<6i2f")
_TAP_COUNT_AT: Final = 8
_LEVELS_AT: Final = 24
_FRESH_HEAD: Final = _HEAD.pack(0, 0, 0, _TAP.size, 2, 0, 1.0, 1.0)
_FRESH_TAP: Final = _TAP.pack(0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.5)


def parse_readelay(state: bytes) -> ReaDelay | None:
    """Read ReaDelay's state; None where it is not one."""
    if len(state) < _HEAD.size:
        return None
    _, _, count, tap_size, level_count, _, *levels = _HEAD.unpack_from(state)
    if tap_size != _TAP.size or level_count != 2 or len(state) != _HEAD.size + count * _TAP.size:
        return None
    taps = list(_TAP.iter_unpack(state[_HEAD.size :]))
    known = [tap[knob.index] for tap in taps for knob in TAP_KNOBS]
    if not all(map(math.isfinite, (*levels, *known))):
        return None
    return ReaDelay(
        tuple(DelayTap(**{knob.field: knob.value(tap[knob.index]) for knob in TAP_KNOBS}) for tap in taps),  # type: ignore[arg-type]
        **{knob.field: knob.value(levels[knob.index]) for knob in LEVEL_KNOBS},
    )


def format_readelay(settings: ReaDelay, version: tuple[int, int], previous_state: bytes = b"") -> bytes:
    """Write ReaDelay's state, the reverse of ``parse_readelay``; ``version`` makes no difference.

    Taps keep the previous state's bytes by their number; a tap that is new starts from REAPER's defaults.
    """
    old = parse_readelay(previous_state)
    head = bytearray(_FRESH_HEAD if old is None else previous_state[: _HEAD.size])
    struct.pack_into("<i", head, _TAP_COUNT_AT, len(settings.taps))
    _write(head, _LEVELS_AT, LEVEL_KNOBS, settings, old)
    taps = b""
    for index, tap in enumerate(settings.taps):
        old_tap = old.taps[index] if old is not None and index < len(old.taps) else None
        start = _HEAD.size + index * _TAP.size
        written = bytearray(_FRESH_TAP if old_tap is None else previous_state[start : start + _TAP.size])
        _write(written, 0, TAP_KNOBS, tap, old_tap)
        taps += written
    return bytes(head) + taps


def _write(
    target: bytearray,
    start: int,
    knobs: tuple[Knob, ...],
    settings: ReaDelay | DelayTap,
    old: ReaDelay | DelayTap | None,
) -> None:
    wanted = dataclasses.asdict(settings)
    for knob in knobs:
        if old is None or getattr(old, knob.field) != wanted[knob.field]:
            struct.pack_into("<f", target, start + 4 * knob.index, knob.raw(wanted[knob.field]))
