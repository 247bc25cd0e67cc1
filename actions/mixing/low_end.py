"""The low end belongs to the middle: what makes it wide is cleaned by the cheapest remedy.

A panned or stereo track that has little business down there gets its high-pass raised; a bass or a kick
recorded in stereo is narrowed; only then is a pan pulled in.
"""

from dataclasses import replace

from actions.mixing.curves import BANDS
from actions.mixing.desk import Desk, Strip
from actions.mixing.tone import HIGH_PASS_OCTAVES, low_share
from reaper_bridge.session.effects import EqBand

_CORNERS_HZ = (90.0, 120.0, 150.0)
_NO_BAND = EqBand("high_pass", 0.0)
MOST_SHARE = 0.35
MOST_SHARE_OF_PAIR = 0.7
LEAST_WIDTH_OF_LOW_END = 0.1
LEAST_WIDTH = 0.35
LEAST_PAN = 0.65
LEAST_LOW_SHARE_DB = -35.0
"""Of all energy: with less of it below, a mix has no low end that could be off centre."""
INVERTED_CORRELATION = -0.8
"""Below, left and right are the same sound with opposite polarity: narrowing would silence it."""


def centre_low_end(desk: Desk, wider_db: float = 0.0) -> None:
    """Bring side against mid below the taste's frequency under its limit, largest offender first.

    ``wider_db`` is how much wider a rendering was than predicted, since microphones hear the same drum.
    """
    limit, below_hz = desk.taste.pan.low_end_side_to_mid_db - wider_db, desk.taste.pan.low_end_hz
    exhausted: set[str] = set()
    matters = desk.low_share_db(below_hz) > LEAST_LOW_SHARE_DB
    for _ in range(60):
        if desk.side_to_mid_db(below_hz) <= limit:
            return
        units = [unit for unit in _units(desk) if unit[0].id not in exhausted]
        if not units:
            return
        worst = max(units, key=lambda unit: (_unit_power(unit, below_hz), unit[0].id))
        if not _mend(worst, below_hz, matters):
            exhausted.add(worst[0].id)
        desk.refresh()


def _units(desk: Desk) -> list[list[Strip]]:
    """Return what is mended together: the microphones of a pair, everything else alone."""
    pairs: dict[str, list[Strip]] = {}
    for strip in sorted(desk.sounding, key=lambda s: s.id):
        key = strip.row.group if strip.row.pan == "pair" else strip.id
        pairs.setdefault(key, []).append(strip)
    return list(pairs.values())


def _unit_power(unit: list[Strip], below_hz: float) -> float:
    return sum(_side_power(strip, below_hz) for strip in unit)


def _side_power(strip: Strip, below_hz: float) -> float:
    ll, rr, lr = strip.band_power()
    low = below_hz * 1.12 >= BANDS
    return float((ll + rr - 2.0 * lr)[low].sum()) * strip.weight


def _mend(unit: list[Strip], below_hz: float, matters: bool) -> bool:
    """Apply the next remedy to a unit; tell whether there was one left. Width is spent only where it ``matters``."""
    if _cleaned(unit, below_hz):
        return True
    if not matters:
        return False
    narrowed = [_narrowed(strip, below_hz) for strip in unit]
    if any(narrowed):
        return True
    drawn_in = [_drawn_in(strip) for strip in unit]
    return any(drawn_in)


def _carries_low_end(strip: Strip) -> bool:
    return strip.row.group in ("bass", "kick") or strip.row.high_pass_hz is None


def _cleaned(unit: list[Strip], below_hz: float) -> bool:
    """Raise the high-pass of tracks that have little business down there."""
    most_share = MOST_SHARE_OF_PAIR if len(unit) > 1 else MOST_SHARE
    shares = [low_share(strip, below_hz) for strip in unit]
    if any(_carries_low_end(s) or not s.may_place("eq") for s in unit) or max(shares) > most_share:
        return False
    current = max(b.frequency_hz for s in unit for b in (*s.bands, _NO_BAND) if b.shape == "high_pass")
    higher = next((corner for corner in _CORNERS_HZ if corner > current + 1.0), None)
    if higher is None:
        return False
    for strip in unit:
        _raise_high_pass(strip, higher, below_hz)
    return True


def _narrowed(strip: Strip, below_hz: float) -> bool:
    """Narrow a stereo recording, unless its sides are out of polarity and would cancel."""
    least = LEAST_WIDTH_OF_LOW_END if _carries_low_end(strip) else LEAST_WIDTH
    if strip.measures.is_mono or "width" not in strip.free or strip.width <= least:
        return False
    if strip.measures.correlation < INVERTED_CORRELATION:
        return False
    strip.width = round(max(strip.width - 0.15, least), 2)
    strip.reasons["width"] = (
        f"narrowed to {100 * strip.width:.0f} % so that the energy below {below_hz:.0f} Hz stays central"
    )
    return True


def _drawn_in(strip: Strip) -> bool:
    """Pull a pan in, as long as the track keeps its side."""
    if "pan" not in strip.free or strip.row.pan != "spread" or abs(strip.pan) <= LEAST_PAN * strip.row.pan_ratio:
        return False
    strip.pan = round(strip.pan * 0.85, 2)
    return True


def _raise_high_pass(strip: Strip, corner_hz: float, below_hz: float) -> None:
    others = [band for band in strip.bands if band.shape != "high_pass"]
    old = next((band for band in strip.bands if band.shape == "high_pass"), None)
    band = replace(old, frequency_hz=corner_hz) if old else EqBand("high_pass", corner_hz, 0.0, HIGH_PASS_OCTAVES)
    strip.bands = [band, *others]
    reason = f"high-pass at {corner_hz:.0f} Hz: it is off centre, and the energy below {below_hz:.0f} Hz shall not be"
    earlier = [part for part in strip.reasons.get("eq", "").split("; ") if part and "high-pass" not in part]
    strip.reasons["eq"] = "; ".join([reason, *earlier])
