"""What renderings teach: where predictions were off, so that the next decision knows.

Corrections are differences of predictions, not of knobs: a plan stays a function of its brief and of them.
"""

import math
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np

from actions.checking import Check, Window
from actions.mixing.brief import Corrections, Withheld
from actions.mixing.curves import TINY_POWER, Curve
from actions.mixing.desk import Desk, gated_loudness_lufs, is_loudness_steady
from actions.mixing.plan import Decision
from actions.predicting import peak_bound, peak_db, predict, stem_frames
from analysis.measures import ENVELOPE_STEP_SECONDS
from analysis.stems import Stem

TYPICAL_WITHIN_LU: Final = 4.0
MOST_CORRECTION_DB: Final = 6.0
HEARD_RANGE_DB: Final = 40.0
"""Third octaves that lie lower than this under the loudest one teach nothing."""


@dataclass(frozen=True)
class Lesson:
    """What renderings taught about a decision, and the part of the session that was measured."""

    corrections: Corrections
    window: Window


def plain_lesson(lesson: Lesson) -> dict[str, Any]:
    """Return a lesson as JSON can hold it."""
    return {"corrections": asdict(lesson.corrections), "window": asdict(lesson.window)}


def parse_lesson(plain: Any) -> Lesson | None:
    """Read a lesson back, the reverse of ``plain_lesson``; None for what is none."""
    try:
        told = dict(plain["corrections"])
        told["withheld"] = tuple(Withheld(**one) for one in told.get("withheld", ()))
        return Lesson(Corrections(**told), Window(**plain["window"]))
    except (TypeError, KeyError):
        return None


def corrections_from(decision: Decision, found: Check, earlier: Corrections, may_move_level: bool) -> Corrections:
    """Return what the next decision should know, from how a rendering differed from the prediction."""
    desk, window = replace(decision.desk, correlation_db={}, group_bands_db={}, lead_offset_db=0.0), found.window
    frames = window.frames
    groups: dict[str, float] = {}
    for group, members in desk.groups().items():
        whole = np.sum([stem_frames(desk, strip) for strip in members], axis=0)
        alone = gated_loudness_lufs(whole[frames])
        is_typical = alone > gated_loudness_lufs(whole) - TYPICAL_WITHIN_LU and is_loudness_steady(whole[frames])
        groups[group] = _difference(found.groups.get(group, -math.inf), alone) if is_typical else 0.0
    expected = predict(replace(decision, desk=desk), window, Corrections())
    returns = {
        kind: _difference(found.returns.get(kind, -math.inf), expected.returns.get(kind, -math.inf))
        for kind in decision.returns
    }
    measured_bands = found.mixture.stem_band_power
    bands = {
        group: _band_differences(measured_bands[group], stem)
        for group, stem in expected.groups.items()
        if group in measured_bands
    }
    again = replace(desk, correlation_db=groups)
    predicted, measured = again.lead_to_accompaniment_db(frames=frames), found.mixture.lead_to_accompaniment_db
    has_lead = predicted is not None and measured is not None
    lead = _difference(measured or 0.0, predicted or 0.0) if has_lead else earlier.lead
    level = earlier.level
    if may_move_level:
        excess = true_peak_estimate_dbtp(desk, found) - desk.taste.balance.true_peak_ceiling_dbtp
        level -= max(excess, 0.0)
    limit = desk.taste.pan.low_end_side_to_mid_db
    too_wide = found.mixture.low_side_to_mid_db - limit
    low_side = earlier.low_side + max(too_wide, 0.0) if may_move_level else earlier.low_side
    bound_db = peak_db(desk, window)
    peak = found.mixture.true_peak_dbtp - bound_db if math.isfinite(bound_db + found.mixture.true_peak_dbtp) else 0.0
    return replace(
        earlier, groups=groups, returns=returns, level=level, lead=lead, low_side=low_side, bands=bands, peak=peak
    )


def _band_differences(measured: Curve, expected: Stem) -> tuple[float, ...]:
    """Return how much more there is of a group per third octave than predicted, in dB; 0 where there is little."""
    floor = max(float(measured.max(initial=0.0)) * 10.0 ** (-HEARD_RANGE_DB / 10.0), TINY_POWER)
    is_heard = (measured > floor) & (expected.band_power > TINY_POWER)
    ratio = np.where(is_heard, measured / np.maximum(expected.band_power, TINY_POWER), 1.0)
    limited = np.clip(10.0 * np.log10(ratio), -MOST_CORRECTION_DB, MOST_CORRECTION_DB)
    return tuple(round(float(value), 3) for value in limited)


def true_peak_estimate_dbtp(desk: Desk, found: Check) -> float:
    """Return the true peak of the whole session, from the part that was rendered.

    Outside that part the sum of all tracks' peaks, which no mix can exceed, is scaled by how far the real
    peak stayed below it inside.
    """
    measured = found.mixture.true_peak_dbtp
    if found.window.is_whole or not math.isfinite(measured):
        return measured
    bound = peak_bound(desk)
    first = int(found.window.start_seconds / ENVELOPE_STEP_SECONDS)
    last = int(found.window.end_seconds / ENVELOPE_STEP_SECONDS)
    inside = float(bound[first:last].max()) if last > first and len(bound) > first else 0.0
    if inside <= 0.0:
        return measured
    return measured + max(20.0 * math.log10(float(bound.max()) / inside), 0.0)


def _difference(measured: float, predicted: float) -> float:
    if not (math.isfinite(measured) and math.isfinite(predicted)):
        return 0.0
    return max(min(measured - predicted, MOST_CORRECTION_DB), -MOST_CORRECTION_DB)
