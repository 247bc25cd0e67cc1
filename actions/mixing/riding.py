"""Rides: the lead voice against the rest, a lead instrument in its solos, and small moves of whole sections.

A ride follows how the lead wanders over a second, and how the rest does: want = a (median of the lead - lead) +
b (rest - median of the rest), within bounds; in gaps it is held, it moves slowly, and few points draw it. Breaths and
popped consonants do not count, and a breath is not lifted above what is sung beside it. The trim volume lane takes it,
so that the fader stays free, and every lane keeps the mean loudness of its track. Reckoned after the plug-ins, at the
faders of the mix, from tracks without any ride of ours: doing it again ends in the same place.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from actions.mixing.desk import Desk
from actions.mixing.lanes import SLOPE_RESERVE_RATIO, Flags, below, held, lane_points, lane_power, slewed
from actions.mixing.sectioning import Moves, moves_of
from actions.mixing.strip import Frames, Strip
from actions.mixing.taste import Automation
from analysis.measures import HOP_SECONDS
from analysis.sections import Section
from analysis.singing import RATIO_FRAMES, Singing, lead_spread_db, leads, moving_sum, singing_of
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.units import db_from_linear

SMALLEST_LANE_DB: Final = 0.2
"""A lane that moves less than this from end to end is none."""
FALLEN_DB: Final = 10.0
"""The rest counts as fallen away this far below its usual level."""
ROUNDING_DB: Final = 0.001
"""Kept from the bound, since points are written in whole millionths."""
_ROUNDS: Final = 4
_AROUND_FRAMES: Final = 10
_LEAST_TAIL_FRAMES: Final = 10
_TINY: Final = 1e-20


@dataclass(frozen=True, eq=False)
class Ridden:
    """What was decided about the lane of one track.

    ``kind`` is the lead voice, a lead instrument in its solos, or the bed. ``points`` are empty where nothing moves,
    and ``left_because`` says why a lead is not ridden. ``spread_db`` is the standard deviation of the ratio of the
    lead to the rest over 1 s, without and with the lane, None where nothing is ridden. ``lift_db`` is how far choruses
    are lifted, ``drop_db`` how far the bed falls in verses.
    """

    track_id: TrackId
    kind: str
    points: tuple[CurvePoint, ...] = ()
    spread_db: tuple[float, float] | None = None
    lift_db: float = 0.0
    drop_db: float = 0.0
    left_because: str = ""

    @property
    def range_db(self) -> tuple[float, float]:
        """The lowest and the highest point in dB."""
        return range_of(self.points)


def place_rides(desk: Desk, sections: Sequence[Section]) -> tuple[Ridden, ...]:
    """Draw the lanes of the leads and of the bed; return what was decided about each.

    The levels must stand. Leads that are not ours to ride are left out; of the bed only what moves is told.
    """
    taste = desk.taste.automation
    lead = desk.lead
    moves = moves_of(desk.session, sections, taste) if taste.sections and lead else None
    singing = {strip.id: singing_of(strip.measures) for strip in lead}
    told = [_ride_lead(desk, strip, singing[strip.id], moves) for strip in lead if _may_ride(strip)]
    if taste.rides:
        for strip in desk.sounding:
            if strip.row.group in taste.solo_groups and _may_ride(strip):
                told += _ride_solos(desk, strip, list(singing.values()))
    if moves is not None:
        for strip in desk.sounding:
            if strip.row.group in taste.bed_groups and strip not in lead and _may_ride(strip):
                told += _move_bed(desk, strip, moves)
    desk.refresh()
    return tuple(told)


def _may_ride(strip: Strip) -> bool:
    """Tell whether a track's lane is ours: nothing of the engineer's moves its level already."""
    return "ride" in strip.free and strip.lane_power is None


# --- leads ----------------------------------------------------------------------------------------------------


def _ride_lead(desk: Desk, strip: Strip, singing: Singing, moves: Moves | None) -> Ridden:
    taste = desk.taste.automation
    own, rest = _levels(desk, strip, desk.lead)
    sung = _padded(singing.sung, len(own))
    lift = np.zeros(len(own)) if moves is None else moves.lead_db(len(own))
    why = "rides are switched off"
    if taste.rides:
        points = _ride(taste, own, rest, sung, singing, lift)
        spread = _spreads(own, rest, points)
        why = _too_little(spread, taste)
        if not why and spread is not None:
            _set_lane(strip, points)
            low, high = range_of(points)
            lifted = moves.lift_db if moves is not None else 0.0
            strip.reasons["ride"] = (
                f"its level over 1 s against the rest wanders by {spread[1]:.1f} dB instead of {spread[0]:.1f}: "
                f"{len(points)} points between {low:+.1f} and {high:+.1f} dB" + (_lift_words(lifted) if lifted else "")
            )
            return Ridden(strip.id, "lead", points, spread, lift_db=lifted)
    if moves is not None and moves.lift_db:
        points = _kept_in_bounds(taste, own, lift)
        if points:
            _set_lane(strip, points)
            strip.reasons["ride"] = f"{moves.lift_db:.1f} dB more of it in choruses than elsewhere"
            return Ridden(strip.id, "lead", points, lift_db=moves.lift_db, left_because=why)
    return Ridden(strip.id, "lead", left_because=why)


def _lift_words(lift_db: float) -> str:
    return f", choruses {lift_db:.1f} dB up"


def _ride_solos(desk: Desk, strip: Strip, voices: Sequence[Singing]) -> list[Ridden]:
    """Ride a lead instrument where nobody sings, and leave it as it is elsewhere."""
    taste = desk.taste.automation
    own, rest = _levels(desk, strip, [strip])
    played = singing_of(strip.measures)
    sounds = _padded(played.sung, len(own))
    sung = np.zeros(len(own), dtype=bool)
    for voice in voices:
        sung |= _padded(voice.sung, len(own))
    alone = _long_enough(moving_sum(sung.astype(np.float64), 2 * _AROUND_FRAMES) < 0.5, sounds, taste)
    if not alone.any():
        return []
    points = _ride(taste, own, rest, sounds & alone, played, np.zeros(len(own)), elsewhere=sounds & ~alone)
    spread = _spreads(own, rest, points, alone)
    if _too_little(spread, taste) or spread is None:
        return []
    _set_lane(strip, points)
    low, high = range_of(points)
    strip.reasons["ride"] = (
        f"in its solos its level over 1 s against the rest wanders by {spread[1]:.1f} dB instead of {spread[0]:.1f}: "
        f"{len(points)} points between {low:+.1f} and {high:+.1f} dB"
    )
    return [Ridden(strip.id, "solo", points, spread)]


def _long_enough(alone: Flags, sounds: Flags, taste: Automation) -> Flags:
    """Return the stretches without a voice in which an instrument plays for long enough to be a solo."""
    kept = np.zeros(len(alone), dtype=bool)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], alone, [False]))))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        played = np.flatnonzero(sounds[start:stop])
        if len(played) * HOP_SECONDS >= taste.shortest_solo_seconds:
            kept[start + played[0] : start + played[-1] + 1] = True
    return kept


def _ride(
    taste: Automation,
    own: Frames,
    rest: Frames,
    sung: Flags,
    singing: Singing,
    lift_db: Frames,
    elsewhere: Flags | None = None,
) -> tuple[CurvePoint, ...]:
    """Return the points of a ride; none where the lead never sings against anything."""
    beside = moving_sum(rest, RATIO_FRAMES)
    counts = sung & (beside > _TINY)
    if np.count_nonzero(counts) < RATIO_FRAMES:
        return ()
    mean = moving_sum(np.where(counts, own, 0.0), RATIO_FRAMES) / np.maximum(
        moving_sum(counts.astype(np.float64), RATIO_FRAMES), 1.0
    )
    level_db, beside_db = (10.0 * np.log10(np.maximum(power, _TINY)) for power in (mean, beside))
    # where the rest falls away there is nothing to stand against: a last note is not pulled down
    counts &= beside_db > float(np.median(beside_db[counts])) - FALLEN_DB
    want = taste.follow_lead_ratio * (float(np.median(level_db[counts])) - level_db)
    want += taste.follow_bed_ratio * (beside_db - float(np.median(beside_db[counts])))
    if elsewhere is not None:
        want, counts = np.where(elsewhere, 0.0, want), counts | elsewhere
    slew = taste.slew_db_per_second * SLOPE_RESERVE_RATIO
    bound = max(taste.largest_move_db - ROUNDING_DB, 0.0)
    wish = held(np.clip(want, -bound, bound), counts, slew) + lift_db
    offset_db, curve = 0.0, wish
    for _ in range(_ROUNDS):
        curve = _spared(slewed(np.clip(wish + offset_db, -bound, bound), slew), counts, singing, slew)
        offset_db -= _mean_gain_db(own, curve)
    if float(np.ptp(curve)) < SMALLEST_LANE_DB:
        return ()
    return lane_points(curve, taste.thinning_db, taste.points_per_minute)


def _spared(curve: Frames, counts: Flags, singing: Singing, slew: float) -> Frames:
    """Return a curve that lifts no breath above what is sung beside it, and lets go of a lift where a tail sounds."""
    sung, count = np.flatnonzero(counts), len(curve)
    breaths, tails = (_padded(flags, count) for flags in (singing.breaths, singing.tails))
    ceiling, spared = np.full(count, np.inf), curve.copy()
    for before, after in pairwise(sung):
        gap = slice(before + 1, after)
        if breaths[gap].any():
            ceiling[gap][breaths[gap]] = min(curve[before], curve[after])
        if tails[gap].sum() >= _LEAST_TAIL_FRAMES:
            falls = curve[before] - slew * HOP_SECONDS * np.arange(1, after - before)
            rises = curve[after] - slew * HOP_SECONDS * np.arange(after - before - 1, 0, -1)
            spared[gap] = np.minimum(curve[gap], np.maximum(np.maximum(falls, rises), 0.0))
    first, last = sung[0], sung[-1]
    if tails[:first].sum() >= _LEAST_TAIL_FRAMES:
        rises = curve[first] - slew * HOP_SECONDS * np.arange(first, 0, -1)
        spared[:first] = np.minimum(curve[:first], np.maximum(rises, 0.0))
    if tails[last + 1 :].sum() >= _LEAST_TAIL_FRAMES:
        falls = curve[last] - slew * HOP_SECONDS * np.arange(1, count - last)
        spared[last + 1 :] = np.minimum(curve[last + 1 :], np.maximum(falls, 0.0))
    return np.minimum(spared, below(ceiling, slew)) if np.isfinite(ceiling).any() else spared


def _too_little(spread: tuple[float, float] | None, taste: Automation) -> str:
    """Say why a ride is not worth its points; an empty text where it is."""
    if spread is None:
        return "it hardly plays together with anything else"
    before, after = spread
    if before <= 0.0 or after > (1.0 - taste.least_improvement_ratio) * before:
        return (
            f"its level over 1 s against the rest wanders by {before:.1f} dB, and a ride would leave {after:.1f}: "
            f"less than {100 * taste.least_improvement_ratio:.0f} % better"
        )
    return ""


def _spreads(
    own: Frames, rest: Frames, points: tuple[CurvePoint, ...], where: Flags | None = None
) -> tuple[float, float] | None:
    """Return how far the ratio of lead to rest wanders, without and with a lane."""
    sings = leads(own) if where is None else leads(own) & where
    before = lead_spread_db(own, rest, sings)
    gain = lane_power(points, len(own))
    after = lead_spread_db(own if gain is None else own * gain, rest, sings)
    return None if before is None or after is None else (before, after)


# --- the bed --------------------------------------------------------------------------------------------------


def _move_bed(desk: Desk, strip: Strip, moves: Moves) -> list[Ridden]:
    taste = desk.taste.automation
    own = desk.k_frames(strip)
    if not moves.touches(_padded(strip.measures.is_active, len(own))):
        return []
    points = _kept_in_bounds(taste, own, moves.bed_db(len(own)))
    if not points:
        return []
    _set_lane(strip, points)
    strip.reasons["ride"] = f"{moves.drop_db:.1f} dB less of it in verses than elsewhere, under the voice"
    return [Ridden(strip.id, "bed", points, drop_db=moves.drop_db)]


def _kept_in_bounds(taste: Automation, own: Frames, offset_db: Frames) -> tuple[CurvePoint, ...]:
    """Return the points of section moves that keep the mean loudness of a track."""
    bound = max(taste.largest_move_db - ROUNDING_DB, 0.0)
    curve = np.clip(offset_db - _mean_gain_db(own, offset_db), -bound, bound)
    curve = slewed(curve, taste.slew_db_per_second * SLOPE_RESERVE_RATIO)
    if float(np.ptp(curve)) < SMALLEST_LANE_DB:
        return ()
    return lane_points(curve, min(taste.thinning_db, 0.1), taste.points_per_minute)


# --- levels ---------------------------------------------------------------------------------------------------


def _levels(desk: Desk, strip: Strip, lead: Collection[Strip]) -> tuple[Frames, Frames]:
    """Return (F,) K-weighted power of a track and of everything but the lead, at their faders."""
    rest = desk.sum_frames(other for other in desk.sounding if other not in lead)
    return desk.k_frames(strip) * strip.fader_power, rest


def _mean_gain_db(own: Frames, curve_db: Frames) -> float:
    """Return by how much a curve makes a track louder as a whole."""
    total = float(own.sum())
    return 10.0 * math.log10(float((own * 10.0 ** (curve_db / 10.0)).sum()) / total) if total > 0.0 else 0.0


def _padded(flags: Flags, count: int) -> Flags:
    padded = np.zeros(count, dtype=bool)
    padded[: min(count, len(flags))] = flags[:count]
    return padded


def _set_lane(strip: Strip, points: tuple[CurvePoint, ...]) -> None:
    strip.ride = points
    strip.ride_power = lane_power(points, len(strip.measures.k_power))


def range_of(points: tuple[CurvePoint, ...]) -> tuple[float, float]:
    """Return the lowest and the highest point of a lane in dB; 0 for none."""
    levels = [db_from_linear(point.value) for point in points] or [0.0]
    return min(levels), max(levels)
