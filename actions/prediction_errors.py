"""How far a prediction was off from what a rendering measured, measure by measure.

Levels are in dB or LU; an error is measured less predicted. Third octaves count within ``BAND_RANGE_DB`` of a sound's
loudest one, as what lies lower is heard by nobody and says nothing about the model.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from actions.checking import Check
from actions.mixing.brief import LABELS, fx_id
from actions.mixing.curves import TINY_POWER, Curve
from actions.predicting import Prediction
from analysis.stems import Stem
from reaper_bridge.session.identity import FxId, TrackId

BAND_RANGE_DB: Final = 30.0
QUIETEST_LUFS: Final = -65.0
"""Below this a track does not play in the window, and its error says nothing."""


@dataclass(frozen=True)
class ErrorOf:
    """How far predictions of one measure were off, without sign. ``where`` names the largest."""

    unit: str
    mean: float
    largest: float
    where: str
    count: int


@dataclass(frozen=True)
class PredictionErrors:
    """The errors of all measures by name."""

    measures: Mapping[str, ErrorOf] = field(default_factory=dict)


def prediction_errors(expected: Prediction, found: Check, names: Mapping[TrackId, str]) -> PredictionErrors:
    """Compare a prediction with what a rendering measured."""
    mixture = found.mixture
    measured_groups = {
        group: Stem(found.groups[group], mixture.stem_band_power[group])
        for group in expected.groups
        if group in found.groups and group in mixture.stem_band_power
    }
    lead = mixture.lead_to_accompaniment_db, expected.lead_to_accompaniment_db
    told = {
        "track loudness": _levels("LU", _pairs(found.tracks, expected.tracks, names)),
        "track third octaves": _bands(_pairs(found.tracks, expected.tracks, names)),
        "group loudness": _levels("LU", _pairs(measured_groups, expected.groups)),
        "group third octaves": _bands(_pairs(measured_groups, expected.groups)),
        "gain reduction": _numbers(
            "dB",
            (
                (found.reductions_db[key], value, _place(key, names))
                for key, value in expected.reductions_db.items()
                if key in found.reductions_db
            ),
        ),
        "return loudness": _numbers(
            "LU", [(found.returns[key], value, key) for key, value in expected.returns.items() if key in found.returns]
        ),
        "lead to accompaniment": _numbers("dB", [(*lead, "lead")] if None not in lead else []),  # type: ignore[list-item]
        "audibility": _numbers(
            "",
            (
                (mixture.audibility[group], value, group)
                for group, value in expected.audibility.items()
                if group in mixture.audibility
            ),
        ),
        "true peak": _numbers("dB", [(mixture.true_peak_dbtp, expected.true_peak_dbtp, "mix")]),
    }
    return PredictionErrors({name: error for name, error in told.items() if error is not None})


def _place(key: FxId, names: Mapping[TrackId, str]) -> str:
    return next((f"{name}, {LABELS[k]}" for track, name in names.items() for k in LABELS if fx_id(track, k) == key), "")


def _pairs(
    found: Mapping[Any, Stem], expected: Mapping[Any, Stem], names: Mapping[Any, str] | None = None
) -> list[tuple[Stem, Stem, str]]:
    return [
        (found[key], stem, names.get(key, key) if names else key)
        for key, stem in expected.items()
        if key in found and found[key].loudness_lufs > QUIETEST_LUFS and math.isfinite(stem.loudness_lufs)
    ]


def _levels(unit: str, pairs: Iterable[tuple[Stem, Stem, str]]) -> ErrorOf | None:
    return _numbers(unit, ((found.loudness_lufs, stem.loudness_lufs, name) for found, stem, name in pairs))


def _bands(pairs: Iterable[tuple[Stem, Stem, str]]) -> ErrorOf | None:
    """Return the errors of the third octaves that are near the loudest one; each sound counts by its mean."""
    off = []
    for found, stem, name in pairs:
        error = band_errors_db(found.band_power, stem.band_power)
        if len(error):
            off.append((float(np.abs(error).mean()), 0.0, name))
    return _numbers("dB", off)


def band_errors_db(found: Curve, expected: Curve) -> Curve:
    """Return how far third octaves are off, in dB, those alone that are within reach of the loudest one."""
    heard = found > max(found.max(initial=0.0) * 10.0 ** (-BAND_RANGE_DB / 10.0), TINY_POWER)
    return np.asarray(10.0 * np.log10(found[heard] / np.maximum(expected[heard], TINY_POWER)))


def _numbers(unit: str, pairs: Iterable[tuple[float, float, str]]) -> ErrorOf | None:
    off = [(abs(a - b), name) for a, b, name in pairs if math.isfinite(a) and math.isfinite(b)]
    if not off:
        return None
    largest, where = max(off)
    return ErrorOf(unit, sum(value for value, _ in off) / len(off), largest, where, len(off))
