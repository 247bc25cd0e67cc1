"""Panorama: what carries the song stays central, the rest is spread so that left and right weigh the same.

Sides are assigned by energy between 250 Hz and 4 kHz, loudest first, so the order of tracks plays no part.
The engineer's own pans stay.
"""

import math

import numpy as np

from actions.mixing.curves import BANDS
from actions.mixing.desk import Desk, Strip
from analysis.roles import Roles

_JUDGED = (BANDS >= 250.0) & (BANDS <= 4000.0)


def place_panorama(desk: Desk, roles: Roles) -> None:
    """Set pan and width of every strip whose pan is free, then even out left and right."""
    free = [strip for strip in desk.sounding if "pan" in strip.free and strip.role.role != "unknown"]
    spread: list[Strip] = []
    for strip in free:
        strip.pan = _own_side(strip)
        if _wants_a_side(strip):
            spread.append(strip)
        elif not strip.measures.is_mono:
            strip.pan = _centring_pan(desk, strip)
    desk.refresh()
    _choose_sides(desk, spread, roles)
    desk.refresh()


def even_out(desk: Desk) -> None:
    """Narrow the heavier side's pans until left and right weigh the same."""
    limit = desk.taste.pan.largest_imbalance_db
    movable = [s for s in desk.sounding if "pan" in s.free and abs(s.pan) > 0.05 and s.row.pan == "spread"]
    for _ in range(40):
        imbalance = desk.imbalance_db()
        if abs(imbalance) <= limit:
            break
        heavy_side = -1.0 if imbalance > 0.0 else 1.0
        heavy = [s for s in movable if math.copysign(1.0, s.pan) == heavy_side and abs(s.pan) > 0.05]
        if not heavy:
            break
        for strip in heavy:
            strip.pan *= 0.9
    for strip in movable:
        strip.pan = _tidy(strip.pan)
    desk.refresh()


def _wants_a_side(strip: Strip) -> bool:
    return strip.row.pan == "spread" and strip.measures.is_mono and strip.role.side is None


def _own_side(strip: Strip) -> float:
    """Return the pan a strip's name asks for: its side, or the centre."""
    if strip.role.side is None or strip.row.pan == "centre" or not strip.measures.is_mono:
        return 0.0
    ratio = strip.row.pan_ratio or 0.5
    sign = -1.0 if strip.role.side == "left" else 1.0
    strip.reasons["pan"] = f"its name says {strip.role.side}: {100 * ratio:.0f} % to the {strip.role.side}"
    return sign * ratio


def _centring_pan(desk: Desk, strip: Strip) -> float:
    """Return the balance that evens out a lopsided stereo recording."""
    ll, rr, _ = strip.mean_bands()
    left, right = float(ll[_JUDGED].sum()), float(rr[_JUDGED].sum())
    if left <= 0.0 or right <= 0.0:
        return 0.0
    lopsided_db = 10.0 * math.log10(left / right)
    if abs(lopsided_db) < 1.0 or abs(lopsided_db) > 9.0:
        return 0.0
    pans = np.linspace(-1.0, 1.0, 201)
    best, best_error = 0.0, abs(lopsided_db)
    for pan in pans:
        strip.pan = float(pan)
        (a, _), (_, d) = strip.matrix()
        if a <= 0.0 or d <= 0.0:
            continue
        error = abs(lopsided_db + 20.0 * math.log10(a / d))
        if error < best_error - 1e-9:
            best, best_error = float(pan), error
    louder = "left" if lopsided_db > 0 else "right"
    strip.reasons["pan"] = f"the recording is {abs(lopsided_db):.1f} dB louder on the {louder}; balanced"
    return _tidy(best)


def _choose_sides(desk: Desk, spread: list[Strip], roles: Roles) -> None:
    """Put each strip on the side that has less, pairs on opposite sides."""
    weights = {strip.id: _weight(strip) for strip in spread}
    left, right = _sides(desk, {strip.id for strip in spread})
    partners = _partners(roles)
    placed: dict[str, float] = {}
    counts: dict[str, int] = {}
    for strip in sorted(spread, key=lambda s: (-weights[s.id], s.id)):
        ratio = strip.row.pan_ratio * (1.0 - 0.15 * counts.get(strip.row.group, 0) // 2)
        together = [placed[p] for p in partners.get((strip.id, "mic_pair"), ()) if p in placed]
        opposite = [placed[p] for p in partners.get((strip.id, "double"), ()) if p in placed]
        if together:
            sign, ratio = math.copysign(1.0, together[0]), abs(together[0])
        elif opposite:
            sign, ratio = -math.copysign(1.0, opposite[0]), abs(opposite[0])
        else:
            sign = -1.0 if left <= right else 1.0
        counts[strip.row.group] = counts.get(strip.row.group, 0) + 1
        strip.pan = _tidy(sign * max(ratio, 0.1))
        placed[strip.id] = strip.pan
        near = (1.0 + abs(strip.pan)) / 2.0
        left += weights[strip.id] * (near if strip.pan < 0 else 1.0 - near)
        right += weights[strip.id] * (near if strip.pan > 0 else 1.0 - near)
        side = "left" if strip.pan < 0 else "right"
        strip.reasons["pan"] = (
            f"{100 * abs(strip.pan):.0f} % {side}, where less was going on between 250 Hz and 4 kHz"
            if not (together or opposite)
            else f"{100 * abs(strip.pan):.0f} % {side}, {'with' if together else 'opposite'} its partner"
        )


def _weight(strip: Strip) -> float:
    ll, rr, _ = strip.mean_bands()
    response = strip.response()
    return float(((ll + rr) * response)[_JUDGED].sum()) * strip.weight


def _sides(desk: Desk, without: set[str]) -> tuple[float, float]:
    left = right = 0.0
    for strip in desk.sounding:
        if strip.id in without:
            continue
        ll, rr, _ = strip.band_power()
        left += float(ll[_JUDGED].sum()) * strip.weight
        right += float(rr[_JUDGED].sum()) * strip.weight
    return left, right


def _partners(roles: Roles) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return who belongs together ("mic_pair") or opposite ("double") for each track."""
    kinds = {"di_amp": "mic_pair", "mic_pair": "mic_pair", "double": "double", "stereo_pair": "double"}
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for group in roles.groups:
        kind = kinds.get(group.kind)
        if kind is None:
            continue
        for member in group.members:
            others = tuple(str(other) for other in group.members if other != member)
            found[(str(member), kind)] = found.get((str(member), kind), ()) + others
    return found


def _tidy(pan: float) -> float:
    """Round a pan to whole percents, as REAPER shows it."""
    return round(pan, 2)
