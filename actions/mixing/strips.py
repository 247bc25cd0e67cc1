"""The desk of a brief: one strip per track that takes part, its knobs where the base session has them.

What the engineer placed, automated, locked or froze is not free; our own plug-ins that stay are taken over.
"""

from typing import Final

import numpy as np

from actions.mixing.brief import KNOB_STAGES, LABELS, Brief, fx_id, is_protected, why_unmixed
from actions.mixing.desk import Desk, Frames, Strip, folder_gain
from actions.mixing.dynamics import adopt_compressor
from actions.mixing.taste import Role
from analysis.curves import curve_values
from analysis.measures import HOP_SECONDS
from reaper_bridge.session.effects import TRIM_PATH, Jsfx, ReaComp, ReaEq
from reaper_bridge.session.model import EnvelopeKind, Track
from reaper_bridge.session.units import db_from_linear

VOLUME_LANES: Final[tuple[EnvelopeKind, ...]] = ("pre_fx_volume", "volume", "trim_volume", "mute")
UNKNOWN_ROW: Final = Role(group="unknown", pan="as_is")


def desk_of(brief: Brief) -> Desk:
    """Return the desk of a brief with every knob where the base session has it."""
    taste = brief.taste
    if brief.corrections.level:
        lowered = taste.balance.mix_loudness_lufs + brief.corrections.level
        taste = taste.model_copy(update={"balance": taste.balance.model_copy(update={"mix_loudness_lufs": lowered})})
    strips = [
        _strip(brief, track)
        for track in brief.base.tracks
        if why_unmixed(brief, track) is None and track.id in brief.measures
    ]
    return Desk(brief.base, taste, strips, dict(brief.corrections.groups), brief.corrections.lead, brief.memory)


def _strip(brief: Brief, track: Track) -> Strip:
    role = brief.roles.tracks[track.id]
    row = brief.taste.roles.get(role.role, UNKNOWN_ROW)
    ours = {fx_id(track.id, knob): knob for knob in LABELS}
    existing = tuple(slot.effect for slot in track.fx if track.fx_enabled and slot.sounds and slot.id not in ours)
    strip = Strip(
        track,
        role,
        row,
        brief.measures[track.id],
        _free_knobs(brief, track),
        brief.base.pan_law_linear,
        brief.base.pan_taper,
        folder_gain(brief.base, track),
        existing,
        fader_db=max(db_from_linear(track.volume_linear), -120.0),
        pan=track.pan,
        width=track.width_ratio,
    )
    strip.lane_power = _lane_power(track, len(strip.measures.k_power))
    for slot in track.fx:
        if slot.id in ours and slot.sounds:
            _adopt(strip, slot.effect)
    return strip


def _lane_power(track: Track, frame_count: int) -> Frames | None:
    """Return (F,) power gain of the engineer's volume and mute automation, or None where there is none."""
    lanes = [lane for kind in VOLUME_LANES if (lane := track.envelope(kind)) is not None]
    if not lanes:
        return None
    times = (np.arange(frame_count) + 0.5) * HOP_SECONDS
    gain = np.ones(frame_count)
    for lane in lanes:
        gain *= curve_values(lane.points, times)
    return gain**2


def _adopt(strip: Strip, effect: object) -> None:
    """Load the knobs of a plug-in of ours that stays."""
    if isinstance(effect, Jsfx) and effect.path.casefold() == TRIM_PATH:
        strip.trim_db = effect.sliders[0] or 0.0
    elif isinstance(effect, ReaEq):
        strip.bands = list(effect.bands)
    elif isinstance(effect, ReaComp):
        adopt_compressor(strip, effect)


def _free_knobs(brief: Brief, track: Track) -> frozenset[str]:
    if track.id not in brief.free_tracks or track.is_locked:
        return frozenset()
    free = {knob for knob, stages in KNOB_STAGES.items() if brief.stages & set(stages)}
    free = {knob for knob in free if not is_protected(brief, track, knob)}
    if "balance" not in brief.stages and "trim" not in free:
        free.discard("fader")
    if abs(track.pan) > 0.01 or track.pan_mode == "dual":
        free -= {"pan", "width"}  # the engineer has placed it
    if track.envelope("pan"):
        free -= {"pan", "width"}
    if (track.envelope("volume") and track.automation_mode != "trim_read") or track.follows_vca:
        free -= {"fader", "trim"}  # the lane, or the leader, would move the fader back
    if track.is_frozen:
        free -= {"trim", "eq", "comp"}
    return frozenset(free)
