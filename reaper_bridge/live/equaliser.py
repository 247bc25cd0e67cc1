"""ReaEQ without its state: band types by name, three parameters for each band, and the laws of those.

Some REAPERs do not give ``vst_chunk``; then there are the five bands of a fresh ReaEQ and no others.
"""

import math
from collections.abc import Sequence
from typing import Final

from reaper_bridge.fx.laws import LEVEL_FROM_ZERO, Knob, Law, linear, short
from reaper_bridge.fx.reaeq import SHAPES, TYPES
from reaper_bridge.live.calibration import Calibration
from reaper_bridge.live.knobs import Facts, Settings, displayed_value, turn
from reaper_bridge.session.effects import EqBand, ReaEq
from reaper_bridge.session.errors import PlanError

EQ_BANDS: Final = 5
"""Bands of a fresh ReaEQ in REAPER 7."""
_EQ_BASE: Final = 401.0
_EQ_LOW_HZ: Final = 20.0
_EQ_SPAN_HZ: Final = 23_980.0


def eq_knobs(band_count: int) -> tuple[Knob, ...]:
    """Return ReaEQ's parameters in order: three for each band, then the global gain."""
    bands = [
        knob
        for band in range(band_count)
        for knob in (
            Knob(3 * band, "frequency_hz", _EQ_FREQUENCY),
            Knob(3 * band + 1, "gain_db", _EQ_GAIN),
            Knob(3 * band + 2, "bandwidth_octaves", linear(4.0)),
        )
    ]
    return (*bands, Knob(3 * band_count, "gain_db", _EQ_GAIN))


def _eq_frequency() -> Law:
    def hz(raw: float) -> float:
        return short(_EQ_LOW_HZ + _EQ_SPAN_HZ * (_EQ_BASE**raw - 1.0) / (_EQ_BASE - 1.0))

    def raw(frequency_hz: float) -> float:
        grown = (frequency_hz - _EQ_LOW_HZ) / _EQ_SPAN_HZ * (_EQ_BASE - 1.0) + 1.0
        return math.log(max(grown, 1e-9)) / math.log(_EQ_BASE)

    return Law(hz, raw)


_EQ_FREQUENCY: Final = _eq_frequency()
_EQ_GAIN: Final = Law(
    lambda raw: LEVEL_FROM_ZERO.unit_from_raw(4.0 * raw), lambda level_db: LEVEL_FROM_ZERO.raw_from_unit(level_db) / 4.0
)


def eq_settings(effect: ReaEq, chunk: str, standing: Facts | None, calibration: Calibration | None) -> Settings:
    """Return ReaEQ's settings, also as band types and parameters where it has bands enough."""
    has_chunk = True if calibration is None or calibration.takes_chunk is None else calibration.takes_chunk
    if standing is not None and standing.get("vst_chunk"):
        return Settings(chunk=chunk)
    has_chunk = has_chunk and standing is None
    band_count = EQ_BANDS if standing is None else len(standing.get("bands") or ())
    if len(effect.bands) > band_count:
        if not has_chunk:
            raise PlanError(
                f"This REAPER does not take ReaEQ's state, so it has {band_count} bands, and the plan wants"
                f" {len(effect.bands)}; plan with fewer bands, or write into the project file."
            )
        return Settings(chunk=chunk)
    knobs = eq_knobs(band_count)
    turns = []
    for number, band in enumerate(effect.bands):
        for knob in knobs[3 * number : 3 * number + 3]:
            turns.append(turn(knob, getattr(band, knob.field), calibration))
    turns.append(turn(knobs[-1], effect.gain_db, calibration))
    rest = band_count - len(effect.bands)
    unused = [(int(kind), False) for kind, _ in (standing.get("bands") or ())[-rest:]] if standing and rest else []
    unused = unused or [(TYPES["bell"], False)] * rest
    bands = (*((TYPES[band.shape], band.enabled) for band in effect.bands), *unused)
    return Settings(tuple(turns), chunk if has_chunk else "", bands)


def eq_by_knobs(fx: Facts, raw: Sequence[float], calibration: Calibration | None) -> ReaEq | None:
    """Read ReaEQ without its state; bands at the end that are off count as not there."""
    kinds = fx.get("bands") or ()
    if not kinds or len(raw) < 3 * len(kinds) + 1:
        return None
    knobs = eq_knobs(len(kinds))
    values = [displayed_value(k.value(raw[k.index]), k.index, fx, raw, calibration) for k in knobs]
    bands = []
    for number, (kind, enabled) in enumerate(kinds):
        shape = SHAPES.get(int(kind))
        if shape is None:
            return None
        frequency_hz, gain_db, octaves = values[3 * number : 3 * number + 3]
        bands.append(EqBand(shape, frequency_hz, gain_db, octaves, bool(int(enabled))))
    while bands and not bands[-1].enabled:
        bands.pop()
    return ReaEq(tuple(bands), values[-1])
