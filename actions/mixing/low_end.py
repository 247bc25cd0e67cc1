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
_MOST_SHARE_TO_CUT = 0.35


def centre_low_end(desk: Desk, wider_db: float = 0.0) -> None:
    """Bring side against mid below the taste's frequency under its limit, largest offender first.

    ``wider_db`` is how much wider a rendering was than predicted, since microphones hear the same drum.
    """
    limit, below_hz = desk.taste.pan.low_end_side_to_mid_db - wider_db, desk.taste.pan.low_end_hz
    exhausted: set[str] = set()
    for _ in range(60):
        if desk.side_to_mid_db(below_hz) <= limit:
            return
        offenders = [s for s in desk.sounding if s.id not in exhausted and _side_power(s, below_hz) > 0.0]
        if not offenders:
            return
        worst = max(offenders, key=lambda s: (_side_power(s, below_hz), s.id))
        if not _mend(worst, below_hz):
            exhausted.add(worst.id)
        desk.refresh()


def _side_power(strip: Strip, below_hz: float) -> float:
    ll, rr, lr = strip.band_power()
    low = below_hz * 1.12 >= BANDS
    share = strip.fader_power * float(strip.measures.is_active.sum())
    return float((ll + rr - 2.0 * lr)[low].sum()) * share


def _mend(strip: Strip, below_hz: float) -> bool:
    """Apply the next remedy; tell whether there was one left."""
    carries_low_end = strip.row.group in ("bass", "kick") or strip.row.high_pass_hz is None
    if not strip.measures.is_mono and carries_low_end and "width" in strip.free and strip.width > 0.15:
        strip.width = round(max(strip.width - 0.15, 0.1), 2)
        strip.reasons["width"] = (
            f"narrowed to {100 * strip.width:.0f} % so that the energy below {below_hz:.0f} Hz stays central"
        )
        return True
    if not carries_low_end and strip.may_place("eq") and low_share(strip, below_hz) < _MOST_SHARE_TO_CUT:
        current = next((band.frequency_hz for band in strip.bands if band.shape == "high_pass"), 0.0)
        higher = next((corner for corner in _CORNERS_HZ if corner > current + 1.0), None)
        if higher is not None:
            _raise_high_pass(strip, higher, below_hz)
            return True
    if not strip.measures.is_mono and "width" in strip.free and strip.width > 0.35:
        strip.width = round(strip.width - 0.15, 2)
        strip.reasons["width"] = (
            f"narrowed to {100 * strip.width:.0f} % so that the energy below {below_hz:.0f} Hz stays central"
        )
        return True
    if "pan" in strip.free and abs(strip.pan) > 0.25 and strip.row.pan != "pair":
        strip.pan = round(strip.pan * 0.75, 2)
        return True
    return False


def _raise_high_pass(strip: Strip, corner_hz: float, below_hz: float) -> None:
    others = [band for band in strip.bands if band.shape != "high_pass"]
    old = next((band for band in strip.bands if band.shape == "high_pass"), None)
    band = replace(old, frequency_hz=corner_hz) if old else EqBand("high_pass", corner_hz, 0.0, HIGH_PASS_OCTAVES)
    strip.bands = [band, *others]
    reason = f"high-pass at {corner_hz:.0f} Hz: it is off centre, and the energy below {below_hz:.0f} Hz shall not be"
    earlier = [part for part in strip.reasons.get("eq", "").split("; ") if part and "high-pass" not in part]
    strip.reasons["eq"] = "; ".join([reason, *earlier])
