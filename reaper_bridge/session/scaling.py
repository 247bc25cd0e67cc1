"""Do a plug-in's or a lane's work by an amount: 0 is nothing, 1 all of it."""

from dataclasses import replace
from typing import Final

from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.effects import Effect, Jsfx, ReaComp, ReaEq, ReaGate
from reaper_bridge.session.scripts import scaled_script
from reaper_bridge.session.units import db_from_linear, linear_from_db

LOWEST_DB: Final = -100.0
"""A point below this counts as this: there is no half way to silence."""
_WITHOUT_GAIN: Final = frozenset({"low_pass", "high_pass", "band_pass", "notch", "all_pass"})

Points = tuple[CurvePoint, ...]


def scaled_effect(effect: Effect, amount: float) -> Effect:
    """Return a plug-in that does its work by an amount; one that knows no middle (a reverb) as it is.

    A gate that lets the dry sound through beside the gated one, together at unity, turns down by less dB.
    """
    if isinstance(effect, ReaEq):
        bands = tuple(
            band if band.shape in _WITHOUT_GAIN else replace(band, gain_db=band.gain_db * amount)
            for band in effect.bands
        )
        return ReaEq(bands, effect.gain_db * amount)
    if isinstance(effect, ReaComp):
        return replace(effect, ratio=1.0 + (effect.ratio - 1.0) * amount, wet_db=effect.wet_db * amount)
    if isinstance(effect, ReaGate) and _has_range(effect):
        dry_db = effect.dry_db * amount
        return replace(effect, dry_db=dry_db, wet_db=db_from_linear(1.0 - linear_from_db(dry_db)))
    if isinstance(effect, Jsfx):
        return scaled_script(effect, amount)
    return effect


def _has_range(gate: ReaGate) -> bool:
    """Tell whether an open gate is at unity and a shut one still lets something through."""
    shut = linear_from_db(gate.dry_db)
    return 0.0 < shut < 1.0 and abs(shut + linear_from_db(gate.wet_db) - 1.0) < 0.01


def scaled_lane(lane: str, before: Points, after: Points, amount: float) -> Points | None:
    """Return the points of a lane part of the way from those before; None where there is no such way.

    Volumes go in dB, from 0 dB where there was no lane before, else from the points of the same times.
    """
    if not lane.endswith("volume") or not after:
        return None
    if not before:
        return tuple(replace(p, value=linear_from_db(amount * _level_db(p))) for p in after)
    if [(p.time_seconds, p.shape) for p in before] != [(p.time_seconds, p.shape) for p in after]:
        return None
    return tuple(
        replace(new, value=linear_from_db(_level_db(old) + amount * (_level_db(new) - _level_db(old))))
        for old, new in zip(before, after, strict=True)
    )


def _level_db(point: CurvePoint) -> float:
    return max(db_from_linear(point.value), LOWEST_DB)
