"""Gain staging: a trim before the plug-ins, so that every track meets them at the same loudness.

The fader takes back what the trim adds, so that staging alone is not heard.
"""

import math

from actions.mixing.brief import our_effect
from actions.mixing.desk import Desk, Strip, fader_limits
from reaper_bridge.session.effects import Jsfx
from reaper_bridge.session.model import Session, Track
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


def place_neutral_faders(desk: Desk, session: Session) -> None:
    """Let the faders take back what the trims add to what a session has: its own faders and trims of ours."""
    for strip in desk.strips:
        if "fader" not in strip.free:
            continue
        track = session.track(strip.id)
        strip.fader_db = max(db_from_linear(track.volume_linear) + standing_trim_db(track), -60.0)
        strip.reasons["fader"] = "as it was recorded"
        if strip.trim_db:
            level_db = strip.fader_db - strip.trim_db
            strip.fader_db = round(fader_limits(level_db, desk.taste.balance.largest_fader_db), 2)
            strip.reasons["fader"] = f"takes back the {strip.trim_db:+.1f} dB of the trim"


def standing_trim_db(track: Track) -> float:
    """Return the gain of our trim on a track, 0 where there is none."""
    effect = our_effect(track, "trim")
    return (effect.sliders[0] or 0.0) if isinstance(effect, Jsfx) else 0.0
