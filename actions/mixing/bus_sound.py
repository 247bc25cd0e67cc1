"""What a bus does to the sound of its tracks together: a little equalising, and no more than 2 dB of compression.

Only where the chain of the bus is ours to fill. Both are measured on the sum of the tracks, as the faders stand.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from actions.mixing.bus import Bus
from actions.mixing.curves import BANDS
from actions.mixing.desk import Desk
from actions.mixing.detection import MS_PER_FRAME, frame_mean, power_gain, steps_of
from actions.mixing.dynamics import LEAST_REDUCTION_DB
from actions.mixing.strip import Frames, Insert, Strip, panned, product
from analysis.prediction import gain_reduction_db, power_response, solve_threshold
from reaper_bridge.session.effects import EqBand, ReaComp, ReaEq

STEM_BANDS: Final = slice(4, 30)
"""The third octaves that the spectra of stems are known in: 50 Hz to 16 kHz."""
STEMS: Final = {"drums": "drums", "bass": "bass", "vocals": "vocals", "backing vocals": "vocals"}
REGIONS_HZ: Final = ((80.0, 160.0), (200.0, 400.0), (500.0, 1000.0), (1600.0, 3150.0), (5000.0, 10_000.0))
REGION_OCTAVES: Final = 2.0


def place_bus_sound(desk: Desk, buses: Sequence[Bus]) -> None:
    """Set equaliser and compressor of every bus that is ours to fill, and let the tracks know what all of ours do."""
    for strip in desk.strips:
        strip.bus_power, strip.bus_band_gain = None, None
    for bus in buses:
        bus.bands, bus.comp = (), None
        if bus.inner or not bus.members:
            continue
        if bus.fills and len(bus.members) > 1:
            _place_equaliser(desk, bus)
            _place_compressor(desk, bus)
        elif not bus.fills:
            _adopt(bus)
        for strip in bus.members:
            strip.bus_power = bus.comp.frame_gain if bus.comp is not None else None
            strip.bus_band_gain = power_response(ReaEq(bus.bands), BANDS) if bus.bands else None
    desk.refresh()


# --- equaliser --------------------------------------------------------------------------------------------------


def _place_equaliser(desk: Desk, bus: Bus) -> None:
    """Take back a part of what leans furthest from the usual spectrum of such a stem, where it leans clearly."""
    taste = desk.taste.buses
    levels = desk.taste.stem_spectrum_db(STEMS.get(bus.family, "other"))  # type: ignore[arg-type]
    if levels is None or not bus.family or taste.largest_eq_db <= 0.0:
        return
    total = np.zeros(len(BANDS))
    for strip in bus.members:
        ll, rr, _ = strip.band_power()
        total += (ll + rr) * strip.weight
    heard = total[STEM_BANDS]
    if heard.max(initial=0.0) <= 0.0:
        return
    error = 10.0 * np.log10(np.maximum(heard, heard.max() * 1e-9)) - np.array(levels)
    centres = BANDS[STEM_BANDS]
    middle = float(np.median(error))
    found = []
    for low, high in REGIONS_HZ:
        inside = (centres >= low * 0.99) & (centres <= high * 1.01)
        found.append((float(error[inside].mean()) - middle, math.sqrt(low * high)))
    lean_db, centre_hz = max(found, key=lambda each: abs(each[0]))
    if abs(lean_db) < taste.eq_tolerance_db:
        return
    gain_db = round(-math.copysign(min(taste.largest_eq_db, taste.eq_correction_ratio * abs(lean_db)), lean_db), 1)
    bus.bands = (EqBand("bell", round(centre_hz, -1), gain_db, REGION_OCTAVES),)
    bus.reasons["eq"] = (
        f"{gain_db:+.1f} dB around {centre_hz:.0f} Hz, where {bus.family} together lean {lean_db:+.1f} dB"
    )


# --- compressor -------------------------------------------------------------------------------------------------


def _place_compressor(desk: Desk, bus: Bus) -> None:
    taste = desk.taste.buses
    target_db = min(taste.reduction_db.get(bus.family, 0.0), taste.largest_reduction_db)
    target_db *= min(desk.taste.dynamics.reduction_ratio, 1.0)
    if target_db < LEAST_REDUCTION_DB:
        return
    level, active = _level_into(bus)
    if not active.any():
        return
    comp = ReaComp(
        threshold_db=0.0,
        ratio=taste.ratio,
        attack_ms=taste.attack_ms,
        release_ms=taste.release_ms,
        knee_db=desk.taste.dynamics.knee_db,
        rms_ms=desk.taste.dynamics.rms_ms,
    )
    threshold = round(solve_threshold(comp, level, active, target_db), 1)
    reduction = gain_reduction_db(replace(comp, threshold_db=threshold), level)
    achieved = float(reduction[active].mean())
    if achieved < LEAST_REDUCTION_DB:
        return
    gain = frame_mean(level, power_gain(-reduction))
    power = level.reshape(-1, MS_PER_FRAME).mean(axis=1)
    loss_db = -10.0 * math.log10(max(float((power * gain).sum() / max(power.sum(), 1e-20)), 1e-6))
    make_up = round(max(loss_db, 0.0), 1)
    placed = replace(comp, threshold_db=threshold, wet_db=make_up)
    bus.comp = Insert(placed, gain * 10.0 ** (make_up / 10.0), reduction_db=achieved)
    bus.reasons["comp"] = (
        f"{achieved:.1f} dB of gain reduction on {len(bus.members)} tracks together ({target_db:.1f} dB wanted): "
        f"threshold {threshold:.1f} dB at {taste.ratio:g}:1, make-up {make_up:+.1f} dB"
    )


def _adopt(bus: Bus) -> None:
    """Take over what plug-ins of ours on a bus do that stay as they stand."""
    eq, comp = bus.standing.get("eq"), bus.standing.get("comp")
    bus.bands = eq.bands if isinstance(eq, ReaEq) else ()
    if isinstance(comp, ReaComp):
        level, active = _level_into(bus)
        reduction = gain_reduction_db(comp, level)
        gain = frame_mean(level, power_gain(-reduction)) * 10.0 ** (comp.wet_db / 10.0)
        bus.comp = Insert(comp, gain, reduction_db=float(reduction[active].mean()) if active.any() else 0.0)


def _level_into(bus: Bus) -> tuple[Frames, np.ndarray]:
    """Return the (M,) power per millisecond that flows into a bus, and (M,) whether anything plays."""
    frames = max(len(strip.measures.k_power) for strip in bus.members)
    total, active = np.zeros(frames * MS_PER_FRAME), np.zeros(frames, dtype=bool)
    for strip in bus.members:
        if strip.is_muted:
            continue
        level = strip.measures.level_power.astype(np.float64)
        level = level[: len(total)] * (_gain_before_bus(strip) * strip.fader_power)
        moving = product((strip.insert_power, strip.lane_power, strip.ride_power))
        if moving is not None:
            level *= steps_of(moving, len(level))
        total[: len(level)] += level
        active[: len(strip.measures.is_active)] |= strip.measures.is_active
    return total, np.repeat(active, MS_PER_FRAME)


def _gain_before_bus(strip: Strip) -> float:
    """Return the power gain of plug-ins and pan on a track as a whole, mean of both sides."""
    ll, rr, lr = strip.mean_bands()
    before = float((ll + rr).sum())
    response = strip.response()
    out_ll, out_rr, _ = panned(strip.matrix(), ll * response, rr * response, lr * response)
    return float((out_ll + out_rr).sum()) / before if before > 0.0 else 0.0
