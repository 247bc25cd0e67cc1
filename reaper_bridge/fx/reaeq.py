"""ReaEQ: bands, two display switches, the global gain, and a tail that grew with REAPER's versions.

Little-endian: ``u32 bytes a band (33; 32 in REAPER 1 and 2), u32 bands``, for each band ``i32 type, i32
enabled, f64 Hz, f64 gain (amplitude), f64 octaves, [u8 log scale]``, then ``i32, i32, f64 global gain``, then
``i32`` show phase, window width, height and meter, as many as the version knows. The gain is an amplitude,
not dB.
"""

import math
import struct
from typing import Final

from reaper_bridge.session.effects import EqBand, EqShape, ReaEq
from reaper_bridge.session.units import db_from_linear, linear_from_db

SHAPES: Final[dict[int, EqShape]] = {
    0: "low_shelf",
    1: "high_shelf",
    2: "bell",  # of REAPER 1 to 3 and the stock presets
    3: "low_pass",
    4: "high_pass",
    5: "all_pass",
    6: "notch",
    7: "band_pass",
    8: "bell",
    9: "bell",  # an older variant
    10: "parallel_band_pass",
}
TYPES: Final[dict[EqShape, int]] = {**{shape: number for number, shape in SHAPES.items()}, "bell": 8}
_HEAD: Final = struct.Struct("<II")
_BAND: Final = struct.Struct("<iiddd")
_GLOBAL: Final = struct.Struct("<iid")
_BAND_SIZES: Final = (32, 33)
_MOST_BANDS: Final = 1000


def parse_reaeq(state: bytes) -> ReaEq | None:
    """Read ReaEQ's state; None where it is not one, or holds a band type we do not know."""
    size, count = _sizes(state)
    if not size:
        return None
    bands = [_band_of(state, _HEAD.size + index * size) for index in range(count)]
    gain = _GLOBAL.unpack_from(state, _HEAD.size + count * size)[2]
    known = tuple(band for band in bands if band is not None)
    if len(known) < count or not math.isfinite(gain) or gain < 0.0:
        return None
    return ReaEq(known, _gain_db(gain))


def format_reaeq(settings: ReaEq, version: tuple[int, int], previous_state: bytes = b"") -> bytes:
    """Write ReaEQ's state, the reverse of ``parse_reaeq``; a previous state keeps what is not ours.

    Bands keep the previous bytes by their number, so that an untouched band stays as it was.
    """
    old = parse_reaeq(previous_state)
    if old is None:
        size, closing = (33 if version >= (3, 0) else 32), _fresh_closing(version)
    else:
        size, count = _sizes(previous_state)
        closing = previous_state[_HEAD.size + count * size :]
    bands = b""
    for index, band in enumerate(settings.bands):
        start = _HEAD.size + index * size
        has_old = old is not None and index < len(old.bands)
        bands += _band_bytes(band, size, previous_state[start : start + size] if has_old else b"")
    if old is None or old.gain_db != settings.gain_db:
        first, second, _ = _GLOBAL.unpack_from(closing)
        gain = linear_from_db(settings.gain_db)
        closing = _GLOBAL.pack(first, second, gain) + closing[_GLOBAL.size :]
    return _HEAD.pack(size, len(settings.bands)) + bands + closing


def _sizes(state: bytes) -> tuple[int, int]:
    """Return bytes per band and number of bands, or zeros where the state is not ReaEQ's."""
    if len(state) < _HEAD.size:
        return 0, 0
    size, count = _HEAD.unpack_from(state)
    rest = len(state) - _HEAD.size - count * size - _GLOBAL.size
    fits = size in _BAND_SIZES and count <= _MOST_BANDS and rest >= 0 and rest % 4 == 0
    return (size, count) if fits else (0, 0)


def _band_of(state: bytes, start: int) -> EqBand | None:
    kind, enabled, frequency_hz, gain, octaves = _BAND.unpack_from(state, start)
    is_sane = all(map(math.isfinite, (frequency_hz, gain, octaves))) and frequency_hz > 0.0 and gain >= 0.0
    if kind not in SHAPES or not is_sane:
        return None
    return EqBand(SHAPES[kind], frequency_hz, _gain_db(gain), octaves, bool(enabled))


def _gain_db(gain: float) -> float:
    """Return a gain in dB without the last digits' noise, so that 3 dB reads as 3.0."""
    return round(db_from_linear(gain), 10)


def _band_bytes(band: EqBand, size: int, previous: bytes) -> bytes:
    """Return a band's bytes; of the previous band every number stays whose displayed value stays."""
    old = _band_of(previous, 0) if previous else None
    if old is None:
        gain = linear_from_db(band.gain_db)
        numbers = (TYPES[band.shape], int(band.enabled), band.frequency_hz, gain, band.bandwidth_octaves)
        return _BAND.pack(*numbers) + (b"\1" if size == 33 else b"")
    kind, enabled, frequency_hz, gain, octaves = _BAND.unpack_from(previous)
    numbers = (
        kind if old.shape == band.shape else TYPES[band.shape],
        enabled if old.enabled == band.enabled else int(band.enabled),
        frequency_hz if old.frequency_hz == band.frequency_hz else band.frequency_hz,
        gain if old.gain_db == band.gain_db else linear_from_db(band.gain_db),
        octaves if old.bandwidth_octaves == band.bandwidth_octaves else band.bandwidth_octaves,
    )
    return _BAND.pack(*numbers) + previous[_BAND.size :]


def _fresh_closing(version: tuple[int, int]) -> bytes:
    """Return what follows the bands of a new ReaEQ, as that REAPER version writes it."""
    window = (593, 428) if version >= (6, 0) else (508, 371)
    tail: tuple[int, ...] = (0, *window, 2)
    if version < (6, 37):
        tail = (0, *window)
    if version < (5, 0):
        tail = (0,)
    if version < (4, 0):
        tail = ()
    return _GLOBAL.pack(1, 1, 1.0) + struct.pack(f"<{len(tail)}i", *tail)
