"""What a first pass promises of its result, as numbers with a limit."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from actions.first_pass import Outcome
from analysis.mixture import MixtureMeasures
from analysis.rendering.mixer import Mixdown
from reaper_bridge.session.change import PlacedEffect
from reaper_bridge.session.effects import ReaEq
from reaper_bridge.session.units import db_from_linear

LEAD_TOLERANCE_DB = 1.0
GROUP_TOLERANCE_LU = 1.5
DISTANCE_DB = 3.0
LOW_END_DB = -20.0
IMBALANCE_DB = 0.5
TRUE_PEAK_DBTP = -3.0
EQ_SUM_DB = 12.0


@dataclass(frozen=True)
class Promise:
    """One promise: what it is about, the number found, the number promised, and whether it is kept."""

    name: str
    found: str
    wanted: str
    is_kept: bool


def promises(outcome: Outcome, before: MixtureMeasures, after: MixtureMeasures, mixdown: Mixdown) -> Iterator[Promise]:
    """Yield the promises of a pass, on measures of its rendering before and after."""
    target = outcome.decision.targets.lead_to_accompaniment_db
    ratio = after.lead_to_accompaniment_db
    if target is not None and ratio is not None:
        error = ratio - target
        yield Promise("lead-to-accompaniment", f"{ratio:+.2f} dB", f"{target:+.1f} ±1", abs(error) <= LEAD_TOLERANCE_DB)
    worst = _worst_group(outcome)
    if worst is not None and outcome.decision.targets.rough_blend_ratio == 0.0:
        yield Promise("worst group", f"{worst[0]} {worst[1]:+.2f} LU", "±1.5", abs(worst[1]) <= GROUP_TOLERANCE_LU)
    if after.lead_clarity_ratio is not None and before.lead_clarity_ratio is not None:
        gain = after.lead_clarity_ratio - before.lead_clarity_ratio
        yield Promise("vocal clarity", f"{gain:+.3f}", "> 0", gain > 0.0)
    was, now = before.spectrum_distance_db or 0.0, after.spectrum_distance_db or 0.0
    is_near = now <= was and (now <= DISTANCE_DB or now <= was * 2.0 / 3.0)
    yield Promise("spectrum distance", f"{now:.2f} dB (was {was:.2f})", "≤ 3, or a third less", is_near)
    low = after.low_side_to_mid_db
    yield Promise("side/mid below 120 Hz", f"{low:.1f} dB", "≤ −20", low <= LOW_END_DB)
    yield Promise("left − right", f"{after.imbalance_db:+.2f} dB", "±0.5", abs(after.imbalance_db) <= IMBALANCE_DB)
    peak = after.true_peak_dbtp
    yield Promise("true peak", f"{peak:.2f} dBTP", "≤ −3", peak <= TRUE_PEAK_DBTP)
    loudest = max((p for m in mixdown.meters.values() for p in m.fx_peaks.values()), default=0.0)
    yield Promise("peak after any plug-in", f"{db_from_linear(loudest):.2f} dBFS", "≤ 0", loudest <= 1.0)
    eq = max((_eq_sum_db(change.after) for change in outcome.plan), default=0.0)
    yield Promise("largest sum of EQ moves", f"{eq:.1f} dB", "≤ 12", eq <= EQ_SUM_DB)
    cut = [strip.track.name for strip in outcome.decision.desk.lead if strip.masking_bands]
    yield Promise("lead cut for masking", ", ".join(cut) or "no", "no", not cut)


def _worst_group(outcome: Outcome) -> tuple[str, float] | None:
    found, targets = outcome.after.groups, outcome.decision.targets.groups_lu
    lead = outcome.decision.desk.lead
    if not lead or lead[0].row.group not in found:
        return None
    anchor = found[lead[0].row.group] - targets.get(lead[0].row.group, 0.0)
    errors = [
        (group, level - anchor - targets[group])
        for group, level in found.items()
        if group in targets and math.isfinite(level)
    ]
    return max(errors, key=lambda pair: abs(pair[1])) if errors else None


def _eq_sum_db(value: object) -> float:
    if not isinstance(value, PlacedEffect) or not isinstance(value.effect, ReaEq):
        return 0.0
    return sum(abs(band.gain_db) for band in value.effect.bands if band.enabled)
