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


_DEAD_SIDE_DB = 20.0
"""A stereo recording this much louder on one side has nothing on the other."""
_FAN = (1.0, 0.85, 0.7, 0.55, 0.4)
"""How far out the first, second … pair of a group stands, against the first."""
_LEAST_RATIO = 0.1


def place_panorama(desk: Desk, roles: Roles) -> None:
    """Set pan and width of every strip whose pan is free; sides are chosen so that left and right weigh the same."""
    spread: list[Strip] = []
    for strip in desk.sounding:
        if "pan" not in strip.free:
            continue
        if _has_dead_side(strip) and "width" in strip.free:
            strip.width = 0.0
            strip.reasons["width"] = "only one of its two channels has sound; both sides get it"
        strip.pan = _own_side(strip)
        if _wants_a_side(strip):
            spread.append(strip)
        elif not _is_mono(strip):
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


def pan_words(pan: float) -> str:
    """Return a pan as people say it."""
    if abs(pan) < 0.005:
        return "central"
    return f"{100 * abs(pan):.0f} % to the {'left' if pan < 0 else 'right'}"


def _is_mono(strip: Strip) -> bool:
    return strip.measures.is_mono or strip.width == 0.0


def _has_dead_side(strip: Strip) -> bool:
    ll, rr, _ = strip.mean_bands()
    sides = sorted((float(ll.sum()), float(rr.sum())))
    return not strip.measures.is_mono and sides[0] < sides[1] * 10.0 ** (-_DEAD_SIDE_DB / 10.0)


def _wants_a_side(strip: Strip) -> bool:
    return strip.row.pan == "spread" and _is_mono(strip) and strip.role.side is None


def _own_side(strip: Strip) -> float:
    """Return the pan a strip's name asks for: its side, or the centre."""
    if strip.role.side is None or strip.row.pan == "centre" or not _is_mono(strip):
        return 0.0
    ratio = strip.row.pan_ratio or 0.5
    sign = -1.0 if strip.role.side == "left" else 1.0
    strip.reasons["pan"] = "the side its name says"
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
        (a, _), (_, d) = strip.pan_matrix()
        if a <= 0.0 or d <= 0.0:
            continue
        error = abs(lopsided_db + 20.0 * math.log10(a / d))
        if error < best_error - 1e-9:
            best, best_error = float(pan), error
    louder = "left" if lopsided_db > 0 else "right"
    strip.reasons["pan"] = f"the recording is {abs(lopsided_db):.1f} dB louder on the {louder}"
    return _tidy(best)


def _choose_sides(desk: Desk, spread: list[Strip], roles: Roles) -> None:
    """Put each strip on the side that has less, loudest first; doubles apart, microphones of one sound together."""
    weights = {strip.id: _weight(strip) for strip in spread}
    left, right = _sides(desk, set(weights))
    partners = _partners(roles)
    placed: dict[str, float] = {
        strip.id: strip.pan for strip in desk.sounding if strip.id not in weights and _is_mono(strip)
    }
    counts: dict[str, int] = {}
    for strip in sorted(spread, key=lambda s: (-weights[s.id], s.id)):
        together = [pan for key, pan in placed.items() if key in partners.get((strip.id, "mic_pair"), ()) and pan]
        doubles = [pan for key, pan in placed.items() if key in partners.get((strip.id, "double"), ())]
        lean = sum(doubles)
        if together:
            strip.pan, why = together[-1], "with its partner, which is the same sound"
        else:
            index = counts.get(strip.row.group, 0)
            counts[strip.row.group] = index + 1
            ratio = max(strip.row.pan_ratio * _FAN[index // 2 % len(_FAN)], _LEAST_RATIO)
            is_left, why = left <= right, "where less was going on between 250 Hz and 4 kHz"
            if abs(lean) > 0.05:
                is_left, why, ratio = lean > 0.0, "opposite its partner", max(map(abs, doubles))
            strip.pan = _tidy(-ratio if is_left else ratio)
        strip.reasons["pan"] = why
        placed[strip.id] = strip.pan
        share = (1.0 + strip.pan) / 2.0
        left += weights[strip.id] * (1.0 - share)
        right += weights[strip.id] * share


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
