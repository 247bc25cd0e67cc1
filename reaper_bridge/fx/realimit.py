"""ReaLimit (REAPER 6.37 and later): 48 bytes, little-endian.

``i32 version (3), i32 true peak, f64 threshold in dB, f64 ceiling in dB, 4 * i32 (2, 0, 0, 0: unknown),
f64 release``. Release r falls 20·log10(1/r) dB a second: 0.17782794 is 15 dB/s.
"""

import math
import struct
from typing import Final

from reaper_bridge.fx.laws import short
from reaper_bridge.session.effects import ReaLimit
from reaper_bridge.session.errors import PlanError
from reaper_bridge.session.units import db_from_linear, linear_from_db

FIRST_VERSION: Final = (6, 37)
_LAYOUT: Final = struct.Struct("<iidd4id")
_FRESH: Final = _LAYOUT.pack(3, 0, 0.0, 0.0, 2, 0, 0, 0, 10.0**-0.75)
_TRUE_PEAK_AT, _THRESHOLD_AT, _CEILING_AT, _RELEASE_AT = 4, 8, 16, 40


def parse_realimit(state: bytes) -> ReaLimit | None:
    """Read ReaLimit's state; None where it is not one."""
    if len(state) != _LAYOUT.size:
        return None
    layout_version, true_peak, threshold_db, ceiling_db, *_, release = _LAYOUT.unpack(state)
    numbers = (threshold_db, ceiling_db, release)
    if layout_version != 3 or not all(map(math.isfinite, numbers)) or release <= 0.0:
        return None
    return ReaLimit(threshold_db, ceiling_db, bool(true_peak), short(-db_from_linear(release)))


def format_realimit(settings: ReaLimit, version: tuple[int, int], previous_state: bytes = b"") -> bytes:
    """Write ReaLimit's state, the reverse of ``parse_realimit``; a previous state keeps what is not ours.

    Raises:
        PlanError: The project was saved by a REAPER that has no ReaLimit.
    """
    old = parse_realimit(previous_state)
    if old is None and version < FIRST_VERSION:
        raise PlanError("ReaLimit needs REAPER 6.37; save the project with a newer REAPER, or plan without it.")
    state = bytearray(_FRESH if old is None else previous_state)
    if old is None or old.true_peak != settings.true_peak:
        struct.pack_into("<i", state, _TRUE_PEAK_AT, int(settings.true_peak))
    if old is None or old.threshold_db != settings.threshold_db:
        struct.pack_into("<d", state, _THRESHOLD_AT, settings.threshold_db)
    if old is None or old.ceiling_db != settings.ceiling_db:
        struct.pack_into("<d", state, _CEILING_AT, settings.ceiling_db)
    if old is None or old.release_db_per_second != settings.release_db_per_second:
        struct.pack_into("<d", state, _RELEASE_AT, linear_from_db(-settings.release_db_per_second))
    return bytes(state)
