"""Compression: the role says how much, the threshold is solved so that it happens.

The detector listens to the track's RMS level, which the 1 ms envelope predicts to a tenth of a dB.
A track with little crest left has been compressed already and gets less, or none. A lead vocal is pressed in two
stages, so that neither is heard at work: a quick one for what jumps out, and a slow one behind it for phrases.
"""

import math
from collections.abc import Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from actions.mixing.desk import Desk, Frames, Strip
from actions.mixing.detection import (
    active_steps,
    broadband_gain,
    detector_key,
    frame_mean,
    level_before,
    power_gain,
)
from actions.mixing.gating import adopt_gate, own_hits, place_gates
from actions.mixing.strip import Insert
from actions.mixing.timing import times_for
from analysis.prediction import gain_reduction_db, solve_threshold
from reaper_bridge.session.effects import Effect, ReaComp

LEAST_REDUCTION_DB = 0.5
WORKERS = 2
PERCUSSIVE = frozenset({"drums", "percussion"})
FEWEST_HITS = 4
COMPRESSORS = ("comp", "level")
"""Our compressors in the order they stand in a chain."""
ADOPTED = ("gate", *COMPRESSORS)
"""What is taken over as one, each with what stands before it."""


@dataclass(frozen=True, eq=False)
class Solved:
    """A threshold, the mean gain reduction it gives while the track plays, and power gain per frame (F,).

    ``step_gain_db`` (M,) is the gain per millisecond where something behind must know it.
    """

    threshold_db: float
    reduction_db: float
    frame_gain: Frames
    step_gain_db: npt.NDArray[np.float16] | None = None


def place_dynamics(desk: Desk) -> None:
    """Set gates and compressors of every strip that wants them and whose chain is ours to fill.

    Once more after something before them moved costs only the strips where it did.
    """
    place_gates(desk)
    wanting = [
        strip
        for strip in desk.strips
        if strip.may_place("comp") and strip.row.comp is not None and not strip.measures.is_silent
    ]
    with ThreadPoolExecutor(WORKERS) as pool:  # the solving leaves Python's lock
        list(pool.map(lambda strip: _place_compressors(desk, strip), wanting))
    desk.refresh()


def wanted_reduction_db(desk: Desk, strip: Strip) -> float:
    """Return the mean gain reduction a role wants of all stages together, less where the crest is already small."""
    return 0.0 if strip.row.comp is None else strip.row.comp[3] * _share_wanted(desk, strip)


def _share_wanted(desk: Desk, strip: Strip) -> float:
    """Return how much of its role's reduction a track gets."""
    dynamics = desk.taste.dynamics
    untouched = (strip.measures.crest_db - dynamics.low_crest_db) / dynamics.crest_span_db + 0.5
    return dynamics.reduction_ratio * min(max(untouched, 0.0), 1.0)


def _place_compressors(desk: Desk, strip: Strip) -> None:
    for knob in COMPRESSORS:
        strip.inserts.pop(knob, None)
        strip.reasons.pop(knob, None)
    total_db = wanted_reduction_db(desk, strip)
    slow_db = _wanted_of_leveller_db(desk, strip)
    _place(desk, strip, "comp", total_db - slow_db)
    if slow_db > 0.0 and "comp" in strip.inserts:
        _place(desk, strip, "level", slow_db)


def _wanted_of_leveller_db(desk: Desk, strip: Strip) -> float:
    """Return what of the reduction is the second stage's; 0 where either stage would have too little to do."""
    row, dynamics = strip.row, desk.taste.dynamics
    if row.level is None or row.comp is None or not dynamics.leveller or not strip.may_place("level"):
        return 0.0
    share = _share_wanted(desk, strip)
    slow_db, quick_db = row.level[3] * share, (row.comp[3] - row.level[3]) * share
    return slow_db if min(slow_db, quick_db) >= dynamics.smallest_reduction_db else 0.0


def _place(desk: Desk, strip: Strip, knob: str, target_db: float) -> None:
    row, dynamics = strip.row.comp if knob == "comp" else strip.row.level, desk.taste.dynamics
    if row is None or target_db < dynamics.smallest_reduction_db:
        return
    ratio, attack_ms, release_ms, _ = row
    tempo_bpm = desk.session.tempo_bpm_at(0.0)
    interval_ms = _hit_interval_ms(desk, strip)
    times = times_for(strip, attack_ms, release_ms, dynamics, tempo_bpm, interval_ms, desk.memory)
    comp = ReaComp(
        threshold_db=0.0,
        ratio=ratio,
        attack_ms=times.attack_ms,
        release_ms=times.release_ms,
        knee_db=dynamics.knee_db,
        rms_ms=dynamics.rms_ms if knob == "comp" else dynamics.leveller_rms_ms,
    )
    solved = _solved(desk, strip, knob, comp, target_db)
    if solved.reduction_db < LEAST_REDUCTION_DB:
        return
    loss_db = -10.0 * math.log10(max(strip.mean_gain(solved.frame_gain), 1e-6))
    make_up = round(min(max(loss_db, 0.0), dynamics.largest_make_up_db, _headroom_db(strip, knob)), 1)
    strip.inserts[knob] = _insert(replace(comp, threshold_db=solved.threshold_db, wet_db=make_up), solved)
    strip.reasons[knob] = (
        f"{solved.reduction_db:.1f} dB of gain reduction while it plays ({_wish(strip, knob, target_db)}): "
        f"threshold {solved.threshold_db:.1f} dB at {ratio:g}:1, {times.because}, make-up {make_up:+.1f} dB"
    )


def _hit_interval_ms(desk: Desk, strip: Strip) -> float | None:
    """Return how far apart the hits of a drum are, those of others left out where they are known; None for no drum."""
    if strip.role.family not in PERCUSSIVE:
        return None
    hits = own_hits(desk, strip)
    if hits is not None and len(hits.own_ms) >= FEWEST_HITS:
        return float(np.median(np.diff(hits.own_ms)))
    return 1000.0 / strip.measures.onsets_per_second if strip.measures.onsets_per_second > 0.0 else None


def _wish(strip: Strip, knob: str, target_db: float) -> str:
    if knob == "level":
        return f"{target_db:.1f} dB wanted of a slow second stage, for what the quick one leaves from phrase to phrase"
    return f"{target_db:.1f} dB wanted for this role, crest {strip.measures.crest_db:.0f} dB"


def _insert(comp: ReaComp, solved: Solved) -> Insert:
    """Return a compressor as the desk has it, its make-up gain in all gains."""
    steps = None if solved.step_gain_db is None else solved.step_gain_db + np.float16(comp.wet_db)
    frames = solved.frame_gain * 10.0 ** (comp.wet_db / 10.0)
    return Insert(comp, frames, reduction_db=solved.reduction_db, step_gain_db=steps)


def _solved(desk: Desk, strip: Strip, knob: str, comp: ReaComp, target_db: float) -> Solved:
    """Return the threshold that gives the reduction wanted; each is solved once per session."""
    key = (knob, detector_key(strip, knob), comp, round(target_db, 2))
    known = desk.memory.get(key)
    if isinstance(known, Solved):
        return known
    level = level_before(strip, knob)
    threshold = round(solve_threshold(comp, level, active_steps(strip), target_db), 1)
    solved = _worked(strip, knob, replace(comp, threshold_db=threshold), level)
    desk.memory[key] = solved
    return solved


def _worked(strip: Strip, knob: str, comp: ReaComp, level: npt.NDArray[np.floating]) -> Solved:
    """Return what a compressor does to a level per millisecond, its make-up left out."""
    reduction = gain_reduction_db(comp, level, strip.measures.level_peak)
    active = active_steps(strip)
    achieved = float(reduction[active].mean()) if active.any() else 0.0
    is_kept = strip.role.family in PERCUSSIVE or (knob == "comp" and strip.row.level is not None)
    steps = (-reduction).astype(np.float16) if is_kept else None
    return Solved(comp.threshold_db, achieved, frame_mean(level, power_gain(-reduction)), steps)


def adopt_dynamics(strip: Strip, found: Mapping[str, Effect], memory: dict[Hashable, object]) -> None:
    """Take over gate and compressors that stand on the track already, and predict what they do, once per session."""
    adopt_gate(strip, found.get("gate"), memory)
    for knob in COMPRESSORS:
        comp = found.get(knob)
        if isinstance(comp, ReaComp):
            key = ("adopted", knob, detector_key(strip, knob), comp)
            known = memory.get(key)
            if not isinstance(known, Solved):
                known = memory[key] = _worked(strip, knob, comp, level_before(strip, knob))
            strip.inserts[knob] = _insert(comp, known)


def _headroom_db(strip: Strip, knob: str) -> float:
    """Return how much make-up fits before the track's peaks come within 3 dB of full scale."""
    given_db = sum(i.effect.wet_db for k, i in strip.inserts.items() if k != knob and isinstance(i.effect, ReaComp))
    peak_db = strip.measures.loudness.sample_peak_dbfs + 10.0 * math.log10(max(broadband_gain(strip), 1e-9))
    return max(-3.0 - peak_db - given_db, 0.0)
