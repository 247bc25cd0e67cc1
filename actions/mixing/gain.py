"""Gain staging: a trim before the plug-ins, so that every track meets them at the same loudness.

The fader takes back what the trim adds, so that staging alone is not heard.
"""

import math

from actions.mixing.desk import Desk, Strip
from reaper_bridge.session.model import Session
from reaper_bridge.session.units import db_from_linear


def place_trims(desk: Desk) -> None:
    """Set the trim of every strip whose chain is ours to fill."""
    for strip in desk.strips:
        if strip.may_place("trim"):
            strip.trim_db = trim_db(desk, strip)
    desk.refresh()


def trim_db(desk: Desk, strip: Strip) -> float:
    """Return the trim that brings a track to the staging loudness without lifting a peak too high."""
    taste, measures = desk.taste.gain, strip.measures
    if not math.isfinite(measures.active_lufs):
        return 0.0
    wanted = taste.active_loudness_lufs - measures.active_lufs
    room = taste.peak_ceiling_dbfs - measures.loudness.sample_peak_dbfs
    move = max(min(wanted, room, taste.largest_move_db), -taste.largest_move_db)
    if abs(move) < taste.smallest_move_db and room >= 0.0:
        return 0.0
    strip.reasons["trim"] = (
        f"plays at {measures.active_lufs:.1f} LUFS with peaks at {measures.loudness.sample_peak_dbfs:.1f} dBFS; "
        f"{move:+.1f} dB brings it to {measures.active_lufs + move:.1f} LUFS before the plug-ins"
    )
    return round(move, 1)


def place_neutral_faders(desk: Desk, base: Session) -> None:
    """Let the faders take back what the trims added."""
    for strip in desk.strips:
        if strip.may_place("trim") and "fader" in strip.free:
            strip.fader_db = round(db_from_linear(base.track(strip.id).volume_linear) - strip.trim_db, 2)
            strip.reasons["fader"] = f"takes back the {strip.trim_db:+.1f} dB of the trim"
