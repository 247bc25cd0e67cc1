"""De-essing: where esses stand out of a voice, or bursts out of a cymbal or a guitar, they are turned down.

Both what stands out and what a de-esser would do about it are measured after trim and EQ, where it stands.
"""

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from actions.mixing.curves import Curve
from actions.mixing.desk import Desk, Strip
from actions.mixing.moving import input_gain, input_power, moving_insert
from actions.mixing.strip import Insert
from actions.mixing.taste import Deessing
from analysis.bursts import Bursts, burst_band, find_bursts
from analysis.deessing import Detected, band_gains, detect, reduction_db, solve_threshold, with_threshold
from reaper_bridge.session.effects import Jsfx
from reaper_bridge.session.scripts import de_esser

LEADS: Final = ("lead_vocal", "speech")
_STEP_DB: Final = 0.5


@dataclass(frozen=True)
class _Kind:
    """What a role's bursts are: their name, the crossover, where they sit well, what the rest may lose."""

    name: str
    crossover_hz: float
    sits_db: float
    loss_beside_db: float


def place_deessers(desk: Desk) -> None:
    """Set a de-esser on every strip whose esses or bursts stand out, and whose chain is ours to fill."""
    taste = desk.taste.deessing
    for strip in desk.strips if taste.enabled else ():
        kind = _kind(taste, strip)
        if kind is not None and strip.may_place("deess") and not strip.measures.is_silent:
            _place(taste, strip, kind)
    desk.refresh()


def deessed(strip: Strip, effect: Jsfx) -> Insert:
    """Return what a de-esser does on a strip: each frame's loudness right, and the mean of each band."""
    detected = detect(effect, strip.measures, input_gain(strip, "deess"))
    power, gains = input_power(strip, "deess"), band_gains(effect, detected)
    return moving_insert(strip, effect, power, power * gains, _depth_db(power, gains))


def _kind(taste: Deessing, strip: Strip) -> _Kind | None:
    role = strip.role.role
    if role in taste.voices:
        sits_db = taste.lead_sits_db if role in LEADS else taste.backing_sits_db
        return _Kind("esses", taste.voice_hz, sits_db, taste.voice_loss_beside_db)
    for roles, crossover_hz in ((taste.cymbals, taste.cymbal_hz), (taste.guitars, taste.guitar_hz)):
        if role in roles:
            return _Kind("harsh bursts", crossover_hz, taste.harsh_sits_db, taste.harsh_loss_beside_db)
    return None


def _place(taste: Deessing, strip: Strip, kind: _Kind) -> None:
    power, active = input_power(strip, "deess"), strip.measures.is_active
    bursts = find_bursts(power, active, kind.crossover_hz, taste.burst_over_median_db)
    if bursts is None or bursts.share_ratio < taste.least_share_ratio:
        return
    excess_db = bursts.level_db - kind.sits_db
    if excess_db < taste.least_excess_db:
        return
    wanted_db = min(max(excess_db - taste.tolerance_db, taste.least_reduction_db), taste.largest_reduction_db)
    effect = de_esser(kind.crossover_hz, 0.0, taste.ratio)
    detected = detect(effect, strip.measures, input_gain(strip, "deess"))
    solved = _solved(taste, effect, detected, power, bursts, active, wanted_db, kind)
    if solved is None:
        return
    effect, achieved_db = solved
    strip.inserts["deess"] = replace(deessed(strip, effect), reduction_db=achieved_db)
    above = f"{bursts.count} {kind.name} above {kind.crossover_hz / 1000.0:g} kHz"
    strip.reasons["deess"] = (
        f"{above}, {bursts.level_db:+.1f} dB against the rest of the track where {kind.sits_db:+.1f} dB sits well: "
        f"{achieved_db:.1f} dB off the worst of them"
    )


def _solved(
    taste: Deessing,
    effect: Jsfx,
    detected: Detected,
    power: npt.NDArray[np.float64],
    bursts: Bursts,
    active: npt.NDArray[np.bool_],
    wanted_db: float,
    kind: _Kind,
) -> tuple[Jsfx, float] | None:
    """Return the de-esser that takes what is wanted off the worst bursts, or as much as the rest of the track bears."""
    band, whole = burst_band(kind.crossover_hz), np.ones(power.shape[1], dtype=bool)
    above, of_worst = power[bursts.worst][:, band], detected.part(bursts.worst, band)
    beside = active[: len(power)] & ~bursts.frames
    rest, of_rest = power[beside], detected.part(beside, whole)
    target_db = wanted_db
    while target_db >= taste.least_reduction_db:
        found = with_threshold(effect, solve_threshold(effect, of_worst, above, target_db))
        if _loss_db(rest, band_gains(found, of_rest)) <= kind.loss_beside_db:
            achieved_db = reduction_db(above, band_gains(found, of_worst))
            return (found, achieved_db) if achieved_db >= taste.least_reduction_db - _STEP_DB else None
        target_db -= _STEP_DB
    return None


def _loss_db(power: npt.NDArray[np.float64], gains: Curve) -> float:
    before, after = float(power.sum()), float((power * gains).sum())
    return 10.0 * math.log10(before / after) if before > 0.0 and after > 0.0 else 0.0


def _depth_db(power: npt.NDArray[np.float64], gains: Curve) -> float:
    """Return the mean reduction of the frames in which something is taken off."""
    works = gains.min(axis=1) < 0.9
    return reduction_db(power[works], gains[works]) if works.any() else 0.0
