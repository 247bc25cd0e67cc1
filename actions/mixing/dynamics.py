"""Compression: the role says how much, the threshold is solved so that it happens.

The detector listens to the track's RMS level, which the 1 ms envelope predicts to a tenth of a dB.
A track with little crest left has been compressed already and gets less, or none.
"""

import math
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from actions.mixing.curves import Curve
from actions.mixing.desk import Desk, Frames, Strip
from actions.mixing.strip import Insert
from analysis.measures import ENVELOPE_STEP_SECONDS, HOP_SECONDS, Array
from analysis.prediction import gain_reduction_db, solve_threshold
from reaper_bridge.session.effects import ReaComp

LEAST_REDUCTION_DB = 0.5
WORKERS = 2
_MS_PER_FRAME = round(HOP_SECONDS / ENVELOPE_STEP_SECONDS)


@dataclass(frozen=True, eq=False)
class Solved:
    """A threshold, the mean gain reduction it gives while the track plays, and (F,) power gain per frame."""

    threshold_db: float
    reduction_db: float
    frame_gain: Frames


def place_dynamics(desk: Desk) -> None:
    """Set the compressor of every strip whose role wants one and whose chain is ours to fill."""
    wanting = [
        strip
        for strip in desk.strips
        if strip.may_place("comp") and strip.row.comp is not None and not strip.measures.is_silent
    ]
    with ThreadPoolExecutor(WORKERS) as pool:  # the solving leaves Python's lock
        list(pool.map(lambda strip: _place_compressor(desk, strip), wanting))
    desk.refresh()


def wanted_reduction_db(desk: Desk, strip: Strip) -> float:
    """Return the mean gain reduction a role wants, less where the crest is already small."""
    if strip.row.comp is None:
        return 0.0
    dynamics = desk.taste.dynamics
    untouched = (strip.measures.crest_db - dynamics.low_crest_db) / dynamics.crest_span_db + 0.5
    return strip.row.comp[3] * dynamics.reduction_ratio * min(max(untouched, 0.0), 1.0)


def _place_compressor(desk: Desk, strip: Strip) -> None:
    target_db = wanted_reduction_db(desk, strip)
    if target_db < desk.taste.dynamics.smallest_reduction_db or strip.row.comp is None:
        return
    ratio, attack_ms, release_ms, _ = strip.row.comp
    comp = ReaComp(
        threshold_db=0.0,
        ratio=ratio,
        attack_ms=attack_ms,
        release_ms=release_ms,
        knee_db=desk.taste.dynamics.knee_db,
        rms_ms=desk.taste.dynamics.rms_ms,
    )
    solved = _solved(desk, strip, comp, target_db)
    if solved.reduction_db < LEAST_REDUCTION_DB:
        return
    gain, achieved, threshold = solved.frame_gain, solved.reduction_db, solved.threshold_db
    loss_db = -10.0 * math.log10(max(strip.mean_gain(gain), 1e-6))
    make_up = round(min(max(loss_db, 0.0), desk.taste.dynamics.largest_make_up_db, _headroom_db(strip)), 1)
    placed = replace(comp, threshold_db=threshold, wet_db=make_up)
    strip.inserts["comp"] = Insert(placed, gain * 10.0 ** (make_up / 10.0), reduction_db=achieved)
    strip.reasons["comp"] = (
        f"{achieved:.1f} dB of gain reduction while it plays ({target_db:.1f} dB wanted for this role, crest "
        f"{strip.measures.crest_db:.0f} dB): threshold {threshold:.1f} dB at {ratio:g}:1, "
        f"make-up {make_up:+.1f} dB"
    )


def _solved(desk: Desk, strip: Strip, comp: ReaComp, target_db: float) -> Solved:
    """Return the threshold that gives the reduction wanted; each is solved once per session."""
    gain_db = round(10.0 * math.log10(max(_broadband_gain(strip), 1e-12)), 1)
    key = (id(strip.measures), comp, gain_db, round(target_db, 2))
    known = desk.memory.get(key)
    if isinstance(known, Solved):
        return known
    level = strip.measures.level_power * np.float32(10.0 ** (gain_db / 10.0))
    active = _active_ms(strip, len(level))
    threshold = round(solve_threshold(comp, level, active, target_db), 1)
    reduction = gain_reduction_db(replace(comp, threshold_db=threshold), level, strip.measures.level_peak)
    achieved = float(reduction[active].mean()) if active.any() else 0.0
    solved = Solved(threshold, achieved, _frame_gain(level, reduction))
    desk.memory[key] = solved
    return solved


def adopt_compressor(strip: Strip, comp: ReaComp, memory: dict[Hashable, object]) -> None:
    """Take over a compressor that stands on the track already, and predict what it does, once per session."""
    gain = np.float32(_broadband_gain(strip))
    key = ("adopted", id(strip.measures), comp, float(gain))
    known = memory.get(key)
    if not isinstance(known, Solved):
        level = strip.measures.level_power * gain
        reduction = gain_reduction_db(comp, level, strip.measures.level_peak)
        active = _active_ms(strip, len(level))
        achieved = float(reduction[active].mean()) if active.any() else 0.0
        known = Solved(comp.threshold_db, achieved, _frame_gain(level, reduction))
        memory[key] = known
    gain_with_make_up = known.frame_gain * 10.0 ** (comp.wet_db / 10.0)
    strip.inserts["comp"] = Insert(comp, gain_with_make_up, reduction_db=known.reduction_db)


def _broadband_gain(strip: Strip) -> float:
    """Return the power gain of trim and EQ on the track as a whole, as an unweighted detector hears it."""
    ll, rr, _ = strip.mean_bands()
    total = float((ll + rr).sum())
    return float(((ll + rr) * strip.response()).sum()) / total if total > 0.0 else 1.0


def _headroom_db(strip: Strip) -> float:
    """Return how much make-up fits before the track's peaks come within 3 dB of full scale."""
    peak_db = strip.measures.loudness.sample_peak_dbfs + 10.0 * math.log10(max(_broadband_gain(strip), 1e-9))
    return max(-3.0 - peak_db, 0.0)


def _active_ms(strip: Strip, count: int) -> Frames:
    active = np.repeat(strip.measures.is_active, _MS_PER_FRAME)
    padded = np.zeros(count, dtype=bool)
    padded[: min(count, len(active))] = active[:count]
    return padded


def _frame_gain(level: Array, reduction_db: Curve) -> Frames:
    """Return (F,) power gain per 50 ms frame, weighted by what plays in it."""
    missing = -len(level) % _MS_PER_FRAME
    power = np.pad(level.astype(np.float64), (0, missing)).reshape(-1, _MS_PER_FRAME) + 1e-20
    reduction = np.pad(reduction_db, (0, missing), "edge").reshape(-1, _MS_PER_FRAME)
    gain = np.exp(reduction * (-math.log(10.0) / 10.0))
    return np.asarray((power * gain).sum(axis=1) / power.sum(axis=1), dtype=np.float64)
