"""What every change was expected to bring about, and what a rendering of the whole mix measured of it.

One number per change: the loudness of its track where it sets a level or a place, the third octave that an equaliser
moves most, the gain reduction of a compressor, the loudness of the return for a send.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from actions.checking import Check
from actions.mixing.brief import fx_id
from actions.mixing.curves import BANDS, TINY_POWER
from actions.mixing.plan import Decision
from actions.predicting import Prediction
from analysis.bands import Curve
from analysis.prediction import power_response
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import Change, PlacedEffect
from reaper_bridge.session.effects import ReaEq
from reaper_bridge.session.identity import FxId, TrackId

LEAST_EQ_DB: Final = 0.3
HEARD_RANGE_DB: Final = 40.0


@dataclass(frozen=True)
class Verdict:
    """One measure as predicted and as rendered, both in ``unit``."""

    measure: str
    unit: str
    predicted: float
    measured: float


def verdicts_of(
    plan: Iterable[Change], decision: Decision, expected: Prediction, found: Check
) -> dict[Address, Verdict]:
    """Return what came of each change; those nobody can tell anything about are not in it."""
    returns = {unit.track_id: kind for kind, unit in decision.returns.items()}
    told = {}
    for change in plan:
        verdict = _verdict(change, expected, found, returns)
        if verdict is not None and math.isfinite(verdict.predicted) and math.isfinite(verdict.measured):
            told[change.address] = verdict
    return told


def _verdict(change: Change, expected: Prediction, found: Check, returns: Mapping[TrackId, str]) -> Verdict | None:
    address = change.address
    if address.track_id in returns:
        return _of_return(returns[address.track_id], expected, found)
    if address.kind == "send":
        return _of_return(returns.get(TrackId(address.key or ""), ""), expected, found)
    if address.kind == "fx" and isinstance(change.after, PlacedEffect):
        key = FxId(address.key or "")
        if key in expected.reductions_db and key in found.reductions_db:
            return Verdict("gain reduction", "dB", expected.reductions_db[key], found.reductions_db[key])
        if isinstance(change.after.effect, ReaEq) and key == fx_id(address.track_id, "eq"):
            return _of_band(address.track_id, change.after.effect, expected, found)
    return _of_track(address.track_id, expected, found)


def _of_return(kind: str, expected: Prediction, found: Check) -> Verdict | None:
    if kind not in expected.returns or kind not in found.returns:
        return None
    return Verdict(f"{kind} return", "LUFS", expected.returns[kind], found.returns[kind])


def _of_track(track_id: TrackId, expected: Prediction, found: Check) -> Verdict | None:
    if track_id not in expected.tracks or track_id not in found.tracks:
        return None
    return Verdict("track", "LUFS", expected.tracks[track_id].loudness_lufs, found.tracks[track_id].loudness_lufs)


def _of_band(track_id: TrackId, eq: ReaEq, expected: Prediction, found: Check) -> Verdict | None:
    """Return the level of the third octave that an equaliser moves most, of those that still sound."""
    if track_id not in expected.tracks or track_id not in found.tracks:
        return None
    predicted, measured = expected.tracks[track_id].band_power, found.tracks[track_id].band_power
    is_heard = measured > max(float(measured.max(initial=0.0)) * 10.0 ** (-HEARD_RANGE_DB / 10.0), TINY_POWER)
    moved_db: Curve = np.abs(10.0 * np.log10(np.maximum(power_response(eq, BANDS), TINY_POWER))) * is_heard
    band = int(np.argmax(moved_db))
    if moved_db[band] < LEAST_EQ_DB or predicted[band] <= 0.0:
        return _of_track(track_id, expected, found)
    levels = (10.0 * math.log10(float(power[band])) for power in (predicted, measured))
    return Verdict(f"third octave at {BANDS[band]:.0f} Hz", "dBFS", *levels)
