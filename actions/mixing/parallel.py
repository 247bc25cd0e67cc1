"""The parallel drum chain: the close drums once more, pressed hard, mixed in below themselves.

A track of ours gets the drums by sends after their faders, so that it follows their balance. What it adds is the same
sound at the same time and adds up in amplitude: where nothing is pressed most, between the hits. The faders of the
drums take back what that makes them louder.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from actions.mixing.brief import Brief
from actions.mixing.crush import CRUSH, CRUSH_COMP, Crush
from actions.mixing.curves import Curve
from actions.mixing.desk import Desk, Frames
from actions.mixing.detection import detector_key, frame_mean, level_before, power_gain, steps_of
from actions.mixing.strip import Strip, product
from analysis.measures import Array
from analysis.prediction import gain_reduction_db, solve_threshold
from reaper_bridge.session.address import Address
from reaper_bridge.session.effects import ReaComp
from reaper_bridge.session.model import Session

LAST_IN_CHAIN: Final = "duck"
LARGEST_OUTPUT_DB: Final = 12.0
THEIR_WORDS: Final = ("crush", "parallel", "smash", "new york", "ny comp", "nyc")


def place_parallel(desk: Desk, brief: Brief) -> None:
    """Set up the parallel drum chain where taste wants one, or take over the one that stays."""
    for strip in desk.strips:
        strip.parallel_power = None
    desk.refresh()
    desk.crush = _crush(desk, brief)
    if desk.crush is not None:
        _add(desk, desk.crush)


def _crush(desk: Desk, brief: Brief) -> Crush | None:
    taste = desk.taste.parallel
    standing = _standing(brief.session)
    fixed = [strip for strip in desk.sounding if not may_feed(brief, strip) and _feeds(strip)]
    if "dynamics" not in brief.stages or fixed:
        members = [strip for strip in desk.sounding if _feeds(strip)]
        return _adopted(members, standing) if standing is not None and members else None
    members = [s for s in desk.sounding if s.role.role in taste.roles and may_feed(brief, s)]
    if not taste.drums or len(members) < taste.fewest_tracks or _has_engineers_own(desk.session, members):
        return None
    return _solved(desk, members)


def may_feed(brief: Brief, strip: Strip) -> bool:
    """Tell whether a strip's send to the parallel chain is ours to set."""
    is_free = strip.id in brief.free_tracks and not strip.track.is_locked
    return is_free and "dynamics" in brief.stages and Address(strip.id, "send", CRUSH) not in brief.protected


def _feeds(strip: Strip) -> bool:
    return any(send.destination == CRUSH and not send.muted for send in strip.track.sends)


def _standing(session: Session) -> ReaComp | None:
    """Return the compressor of the chain that an earlier pass made, None where there is none or it is off."""
    if not session.has_track(CRUSH) or session.track(CRUSH).muted:
        return None
    found = next((slot.effect for slot in session.track(CRUSH).fx if slot.id == CRUSH_COMP and slot.sounds), None)
    return found if isinstance(found, ReaComp) else None


def _has_engineers_own(session: Session, members: Sequence[Strip]) -> bool:
    """Tell whether the engineer sends the drums to a parallel chain of his own."""
    fed = {send.destination for strip in members for send in strip.track.sends if send.destination != CRUSH}
    return any(word in session.track(track_id).name.casefold() for track_id in fed for word in THEIR_WORDS)


def _solved(desk: Desk, members: Sequence[Strip]) -> Crush | None:
    taste = desk.taste.parallel
    level, active = _level_into(desk, members)
    if not active.any():
        return None
    comp = ReaComp(
        threshold_db=0.0,
        ratio=taste.ratio,
        attack_ms=taste.attack_ms,
        release_ms=taste.release_ms,
        knee_db=desk.taste.dynamics.knee_db,
        rms_ms=taste.rms_ms,
    )
    comp = replace(comp, threshold_db=round(solve_threshold(comp, level, active, taste.reduction_db), 1))
    reduction = _reduction_db(comp, level)
    pressed_db = _mean_db(level * power_gain(-reduction), active) - _mean_db(level, active)
    comp = replace(comp, wet_db=round(min(taste.level_db - pressed_db, LARGEST_OUTPUT_DB), 1))
    mixed_db = comp.wet_db + pressed_db
    achieved = float(reduction[active].mean())
    after = level * (1.0 + 10.0 ** (comp.wet_db / 20.0) * power_gain(-0.5 * reduction)) ** 2
    lift_db = _middle_db(after, active) - _middle_db(level, active) - _mean_db(after, active) + _mean_db(level, active)
    return Crush(comp, tuple(strip.id for strip in members), achieved, mixed_db, lift_db)


def _reduction_db(comp: ReaComp, level: Array) -> Curve:
    """Return (M,) the gain reduction in dB, as it is in the middle of each millisecond.

    So fast a compressor is half a step late: what rises within a millisecond is heard before it is pressed.
    """
    at_ends = gain_reduction_db(comp, level)
    return np.asarray(0.5 * (at_ends + np.concatenate((np.zeros(1), at_ends[:-1]))), dtype=np.float64)


def _adopted(members: Sequence[Strip], comp: ReaComp) -> Crush:
    return Crush(comp, tuple(strip.id for strip in members), 0.0, 0.0, 0.0, False)


def _add(desk: Desk, crush: Crush) -> None:
    """Let every strip that feeds the chain be as loud as it is with its pressed double."""
    members = [strip for strip in desk.sounding if strip.id in crush.members]
    level, _ = _level_into(desk, members)
    gain = frame_mean(level, power_gain(-_reduction_db(crush.comp, level))) * 10.0 ** (crush.comp.wet_db / 10.0)
    for strip in members:
        frames = _stretched(gain, len(strip.measures.k_power))
        strip.parallel_power = (1.0 + np.sqrt(frames) / max(strip.path_linear, 1e-4)) ** 2
    desk.refresh()


def _stretched(gain: Frames, count: int) -> Frames:
    return np.pad(gain[:count], (0, max(count - len(gain), 0)), "edge")


def _level_into(desk: Desk, members: Sequence[Strip]) -> tuple[Array, np.ndarray]:
    """Return (M,) the mean square per millisecond that flows into the chain, and (M,) whether any of it plays."""
    count = max(len(strip.measures.level_power) for strip in members)
    total, active = np.zeros(count, dtype=np.float32), np.zeros(count, dtype=np.bool_)
    for strip in members:
        level = _level_after(desk, strip)
        moving = product((strip.lane_power, strip.ride_power))
        if moving is not None:
            level = level * steps_of(moving, len(level))
        gain = 0.5 * float((strip.matrix() ** 2).sum()) if strip.measures.is_mono else 1.0
        total[: len(level)] += level * np.float32(gain * strip.fader_power)
        active[: len(level)] |= np.pad(np.repeat(strip.measures.is_active, 50), (0, 50))[: len(level)]
    return total, active


def _level_after(desk: Desk, strip: Strip) -> Array:
    """Return (M,) the level behind the last of our plug-ins; that of the latest chain is remembered."""
    key, name = detector_key(strip, LAST_IN_CHAIN), ("level after", id(strip.measures))
    known = desk.memory.get(name)
    if isinstance(known, tuple) and known[0] == key:
        level: Array = known[1]
        return level
    level = level_before(strip, LAST_IN_CHAIN)
    desk.memory[name] = key, level
    return level


def _middle_db(level: Array, active: np.ndarray) -> float:
    return 10.0 * math.log10(max(float(np.median(level[active])), 1e-12))


def _mean_db(level: Array, active: np.ndarray) -> float:
    return 10.0 * math.log10(max(float(level[active].mean(dtype=np.float64)), 1e-12))
