"""Gates for close drum microphones, only where bleed was measured between the hits, and never at the cost of a hit.

The threshold stands slightly above the peak level of the bleed (Terrell and Reiss, DAFx-09) and below the quietest hit
of the microphone's own drum, ghost notes included. Hold and release come from how that drum decays. The gate turns
down by some dB and does not shut, as an expander would. It is run on the envelope of 1 ms first: would it take
anything off a hit of its own, there is none.
"""

import math
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from actions.mixing.desk import Desk
from actions.mixing.detection import active_steps, frame_mean
from actions.mixing.strip import Frames, Insert, Strip
from actions.mixing.taste import Gate
from analysis.bleed import CloseMic, Hits, close_mic, hits_of
from analysis.measures import Array
from analysis.prediction import gate_gain
from reaper_bridge.session.effects import Effect, ReaGate
from reaper_bridge.session.units import db_from_linear, linear_from_db

DRUM_OF: Final = {
    "kick": "kick",
    "kick_in": "kick",
    "kick_out": "kick",
    "snare": "snare",
    "snare_top": "snare",
    "snare_bottom": "snare",
    "tom": "tom",
    "tom_rack": "tom",
    "tom_floor": "tom",
}
"""The close microphones that may be gated, and which drum they stand at. Each tom is a drum of its own."""
HEARD_BY_OTHERS: Final = frozenset({*DRUM_OF, "hihat", "ride", "cymbals"})
LEAST_CONFIDENCE: Final = 0.7
FEWEST_OWN_HITS: Final = 4
FEWEST_BLED_HITS: Final = 8
LEAST_CORRELATION: Final = 0.4
BLEED_QUANTILE: Final = 0.98
LEAST_SHUT_RATIO: Final = 0.9
"""Of the bled hits: with fewer below the threshold a gate is not worth its work."""
ROOM_FOR_SOFT_HITS_DB: Final = {"kick": 14.0, "snare": 24.0, "tom": 14.0}
"""So far below the loud hits the threshold must stand: softer ones might lie under the bleed, unseen."""
LARGEST_LOSS_DB: Final = 1.0
ATTACK_MS: Final = 1.0
PRE_OPEN_MS: Final = 2.0
HYSTERESIS_DB: Final = -3.0
HOLD_LIMITS_MS: Final = (20.0, 250.0)
RELEASE_LIMITS_MS: Final = (50.0, 400.0)
_BEFORE_MS, _AFTER_MS = 30, 60


@dataclass(frozen=True, eq=False)
class Gated:
    """What a gate does: (M,) gain per millisecond in dB, (F,) power gain per frame, mean reduction, hits kept."""

    step_gain_db: npt.NDArray[np.float16]
    frame_gain: Frames
    reduction_db: float
    kept_count: int = 0


def place_gates(desk: Desk) -> None:
    """Set a gate on every close drum microphone that needs one and whose chain is ours to fill."""
    for strip in desk.strips:
        if strip.may_place("gate"):
            strip.inserts.pop("gate", None)
            strip.reasons.pop("gate", None)
    if not desk.taste.gate.close_drums:
        return
    for strip in desk.strips:
        if strip.may_place("gate") and strip.role.role in DRUM_OF and strip.role.confidence >= LEAST_CONFIDENCE:
            _place_gate(desk, strip)


def own_hits(desk: Desk, strip: Strip) -> Hits | None:
    """Return the hits of a close microphone's own drum and the bleed of the others, None for any other track."""
    if strip.role.role not in DRUM_OF or strip.measures.is_silent:
        return None
    others = sorted((other for other in desk.strips if _is_another_drum(strip, other)), key=lambda other: other.id)
    key = ("hits", id(strip.measures), tuple(id(other.measures) for other in others))
    known = desk.memory.get(key)
    if not isinstance(known, Hits):
        mics = [_mic(desk, other) for other in others]
        known = desk.memory[key] = hits_of(_mic(desk, strip), mics, strip.measures)
    return known


def _is_another_drum(strip: Strip, other: Strip) -> bool:
    if other is strip or other.role.role not in HEARD_BY_OTHERS or other.measures.is_silent:
        return False
    drum = DRUM_OF.get(strip.role.role)
    return drum == "tom" or DRUM_OF.get(other.role.role) != drum


def _mic(desk: Desk, strip: Strip) -> CloseMic:
    key = ("close mic", id(strip.measures))
    known = desk.memory.get(key)
    if not isinstance(known, CloseMic):
        known = desk.memory[key] = close_mic(strip.measures)
    return known


def _place_gate(desk: Desk, strip: Strip) -> None:
    hits = own_hits(desk, strip)
    taste = desk.taste.gate
    if hits is None or not _needs_one(hits, taste):
        return
    bleed_db = float(np.quantile(hits.bleed_db, BLEED_QUANTILE))
    quietest_db = float(hits.own_db.min())
    threshold_db = min(bleed_db + taste.threshold_margin_db, quietest_db - taste.ghost_margin_db)
    shut_ratio = float((hits.bleed_db < threshold_db).mean())
    if shut_ratio < LEAST_SHUT_RATIO or threshold_db > hits.usual_db - ROOM_FOR_SOFT_HITS_DB[DRUM_OF[strip.role.role]]:
        return
    dry = linear_from_db(-taste.range_db)
    gate = ReaGate(
        threshold_db=round(threshold_db + strip.trim_db, 1),
        hysteresis_db=HYSTERESIS_DB,
        attack_ms=ATTACK_MS,
        release_ms=_limited(hits.decay_ms * 1.5, RELEASE_LIMITS_MS),
        hold_ms=_limited(hits.decay_ms, HOLD_LIMITS_MS),
        pre_open_ms=PRE_OPEN_MS,
        wet_db=round(db_from_linear(1.0 - dry), 2),
        dry_db=-taste.range_db,
    )
    done = _worked(strip, gate, desk.memory, hits)
    if done.kept_count < len(hits.own_ms):
        return
    strip.inserts["gate"] = _insert(gate, done)
    strip.reasons["gate"] = (
        f"keeps {done.kept_count} of {len(hits.own_ms)} own hits and turns the bleed of other drums "
        f"({len(hits.bleed_db)} hits, {hits.usual_db - bleed_db:.0f} dB below its own) down by {taste.range_db:g} dB: "
        f"threshold {gate.threshold_db:.1f} dB, {quietest_db - threshold_db:.0f} dB below its quietest hit; "
        f"hold {gate.hold_ms:.0f} ms and release {gate.release_ms:.0f} ms from its own decay"
    )


def _needs_one(hits: Hits, taste: Gate) -> bool:
    """Tell whether bleed was measured between the hits, and loud enough to matter."""
    if len(hits.own_ms) < FEWEST_OWN_HITS or len(hits.bleed_db) < FEWEST_BLED_HITS:
        return False
    below_db = hits.usual_db - float(np.quantile(hits.bleed_db, BLEED_QUANTILE))
    return hits.correlation >= LEAST_CORRELATION and below_db <= taste.quietest_bleed_db


def _limited(time_ms: float, limits_ms: tuple[float, float]) -> float:
    return float(round(min(max(time_ms, limits_ms[0]), limits_ms[1])))


def _worked(strip: Strip, gate: ReaGate, memory: dict[Hashable, object], hits: Hits | None = None) -> Gated:
    """Return what a gate does to a strip; each is reckoned once per session."""
    key = ("gated", id(strip.measures), gate, round(strip.trim_db, 2))
    known = memory.get(key)
    if isinstance(known, Gated) and (hits is None or known.kept_count):
        return known
    measures = strip.measures
    gain = gate_gain(gate, measures.level_peak, strip.trim_db)
    gain_db = 20.0 * np.log10(np.maximum(gain, 1e-5))
    active = active_steps(strip)
    done = Gated(
        gain_db.astype(np.float16),
        frame_mean(measures.level_power, gain**2),
        float(-gain_db[active].mean()) if active.any() else 0.0,
        _kept_count(measures.level_peak, gain, hits.own_ms) if hits is not None else 0,
    )
    memory[key] = done
    return done


def _kept_count(level_peak: Array, gain: npt.NDArray[np.float64], own_ms: npt.NDArray[np.intp]) -> int:
    """Return of how many hits the peak gets through with less than a dB of loss."""
    kept = 0
    for hit in own_ms:
        around = slice(max(hit - _BEFORE_MS, 0), hit + _AFTER_MS)
        before = float(level_peak[around].max(initial=0.0))
        after = float((level_peak[around] * gain[around]).max(initial=0.0))
        kept += before <= 0.0 or 20.0 * math.log10(max(after, 1e-9) / before) > -LARGEST_LOSS_DB
    return kept


def _insert(gate: ReaGate, done: Gated) -> Insert:
    return Insert(gate, done.frame_gain, reduction_db=done.reduction_db, step_gain_db=done.step_gain_db)


def adopt_gate(strip: Strip, effect: Effect | None, memory: dict[Hashable, object]) -> None:
    """Take over a gate that stands on the track already, and predict what it does, once per session."""
    if isinstance(effect, ReaGate):
        strip.inserts["gate"] = _insert(effect, _worked(strip, effect, memory))


def ranged(insert: Insert, gate: ReaGate) -> Insert:
    """Return what a gate of ours does with another range: the same moments, turned down by less."""
    full = insert.effect
    if not isinstance(full, ReaGate) or insert.frame_gain is None or full.dry_db == gate.dry_db:
        return replace(insert, effect=gate)
    shut, shut_now = linear_from_db(full.dry_db), linear_from_db(gate.dry_db)
    opened = np.clip((np.sqrt(insert.frame_gain) - shut) / max(1.0 - shut, 1e-6), 0.0, 1.0)
    return replace(insert, effect=gate, frame_gain=(shut_now + (1.0 - shut_now) * opened) ** 2, step_gain_db=None)
