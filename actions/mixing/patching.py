"""The desk of a brief: one strip per track that takes part, its free knobs where the base session has them.

What the engineer placed, automated, locked or froze is not free and stands as the session has it, our own
plug-ins included. Of an unknown sound only the level is free.
"""

from typing import Final

import numpy as np

from actions.mixing.brief import KNOB_STAGES, LABELS, RIDE_LANE, Brief, fx_id, is_protected, our_effect, why_unmixed
from actions.mixing.deessing import deessed
from actions.mixing.desk import Desk
from actions.mixing.dynamics import ADOPTED, adopt_dynamics
from actions.mixing.masking import is_unmasking
from actions.mixing.routing import path_gain
from actions.mixing.saturation import saturated
from actions.mixing.side_chain import adopt_duckers
from actions.mixing.strip import Frames, Insert, Strip
from actions.mixing.taste import Role
from actions.mixing.transients import shaped
from actions.mixing.widening import widened
from analysis.curves import curve_values
from analysis.measures import HOP_SECONDS
from analysis.rendering.deesser import is_deesser
from analysis.rendering.enhancer import is_enhancer
from analysis.rendering.saturation import is_saturation
from analysis.rendering.transients import is_transient_controller
from reaper_bridge.session.effects import TRIM_PATH, Effect, ForeignEffect, Jsfx, ReaEq
from reaper_bridge.session.model import SIDE_CHAIN_INDEX, EnvelopeKind, Track
from reaper_bridge.session.units import db_from_linear

PAN_LANES: Final[tuple[EnvelopeKind, ...]] = ("pre_fx_pan", "pan", "pre_fx_width", "width")
LEVEL_KNOBS: Final = frozenset({"trim", "fader", "mute"})
VOLUME_LANES: Final[tuple[EnvelopeKind, ...]] = ("pre_fx_volume", "volume", "trim_volume", "mute")
IN_THE_SOUND: Final = ForeignEffect("", "")
"""Stands for a plug-in of the engineer's whose work has been heard: it is there, and nothing is reckoned for it."""
CARRIES: Final = "it plays, and carries other tracks: its knobs would change those, too"
UNKNOWN_ROW: Final = Role(group="unknown", pan="as_is")


def desk_of(brief: Brief) -> Desk:
    """Return the desk of a brief with every knob where the base session has it."""
    taste = brief.taste
    if brief.corrections.level:
        lowered = taste.balance.mix_loudness_lufs + brief.corrections.level
        taste = taste.model_copy(update={"balance": taste.balance.model_copy(update={"mix_loudness_lufs": lowered})})
    strips = [_strip(brief, track) for track in brief.base.tracks if why_unmixed(brief, track) is None]
    told = brief.corrections
    desk = Desk(
        brief.base,
        taste,
        strips,
        correlation_db=dict(told.groups),
        lead_offset_db=told.lead,
        memory=brief.memory,
        group_bands_db=told.bands,
    )
    adopt_duckers(desk, brief.session)
    return desk


def _strip(brief: Brief, track: Track) -> Strip:
    role = brief.roles.tracks[track.id]
    row = brief.taste.roles.get(role.role, UNKNOWN_ROW)
    free = free_knobs(brief, track)
    now = brief.session.track(track.id)
    ours = {fx_id(track.id, knob) for knob in LABELS}
    heard_fx = brief.heard_fx.get(track.id)
    existing = tuple(
        IN_THE_SOUND if slot.id in (heard_fx or ()) else slot.effect
        for slot in track.fx
        if track.fx_enabled and slot.sounds and slot.id not in ours
    )
    fader = track if "fader" in free else now
    place = track if "pan" in free else now
    polarity, offset = (track if knob in free else now for knob in ("polarity", "play_offset"))
    strip = Strip(
        track,
        role,
        row,
        brief.measures[track.id],
        free,
        brief.base.pan_law_linear,
        brief.base.pan_taper,
        path_gain(brief.base, track),
        existing,
        fader_db=max(db_from_linear(fader.volume_linear), -120.0),
        pan=place.pan,
        width=(track if "width" in free else now).width_ratio,
        polarity_inverted=polarity.polarity_inverted,
        play_offset_seconds=offset.play_offset_seconds,
    )
    strip.lane_power = _lane_power(track, len(strip.measures.k_power), heard_fx is not None)
    standing = {knob: it for knob in LABELS if (it := our_effect(track if knob in free else now, knob)) is not None}
    for knob, effect in standing.items():
        _adopt(strip, knob, effect)
    if "eq" in free:
        _keep_other_stage(strip, our_effect(now, "eq"), brief)
    deesser = standing.get("deess")
    if isinstance(deesser, Jsfx) and is_deesser(deesser):
        strip.inserts["deess"] = deessed(strip, deesser)
    shaper = standing.get("transient")
    if isinstance(shaper, Jsfx) and is_transient_controller(shaper):
        strip.inserts["transient"] = shaped(strip, shaper)
    adopt_dynamics(strip, standing, brief.memory)
    bent = standing.get("saturation")
    if isinstance(bent, Jsfx) and is_saturation(bent):
        strip.inserts["saturation"] = saturated(strip, bent)
    enhancer = standing.get("widen")
    if isinstance(enhancer, Jsfx) and is_enhancer(enhancer):
        strip.inserts["widen"] = widened(strip, enhancer)
    return strip


def _lane_power(track: Track, frame_count: int, is_rendered: bool) -> Frames | None:
    """Return (F,) power gain of the engineer's volume and mute automation, or None where there is none.

    What was heard as REAPER rendered it has the lanes before the plug-ins in it.
    """
    kinds = [kind for kind in VOLUME_LANES if not (is_rendered and kind == "pre_fx_volume")]
    lanes = [lane for kind in kinds if (lane := track.envelope(kind)) is not None]
    if not lanes:
        return None
    times = (np.arange(frame_count) + 0.5) * HOP_SECONDS
    gain = np.ones(frame_count)
    for lane in lanes:
        gain *= curve_values(lane.points, times)
    return gain**2


def _adopt(strip: Strip, knob: str, effect: Effect) -> None:
    """Load the knobs of a plug-in of ours that stays; compressors follow when all before them is known."""
    if knob == "trim" and isinstance(effect, Jsfx) and effect.path.casefold() == TRIM_PATH:
        strip.trim_db = effect.sliders[0] or 0.0
    elif knob == "eq" and isinstance(effect, ReaEq):
        strip.bands = list(effect.bands)
    elif knob not in ("trim", "eq", "deess", "transient", "saturation", "widen", *ADOPTED):
        strip.inserts[knob] = Insert(effect)


def _keep_other_stage(strip: Strip, effect: Effect | None, brief: Brief) -> None:
    """Keep the bands of our equaliser that belong to the stage that is not asked for."""
    if not isinstance(effect, ReaEq):
        return
    unmasking = [band for band in effect.bands if is_unmasking(band, brief.taste.masking)]
    if "tone" not in brief.stages:
        strip.bands = [band for band in effect.bands if band not in unmasking]
        strip.reasons["eq"] = "the tone as it was"
    if "masking" not in brief.stages:
        strip.masking_bands = unmasking
        strip.reasons["masking"] = "the unmasking cuts as they were"


def free_knobs(brief: Brief, track: Track) -> frozenset[str]:
    """Return which knobs of a track may be placed, by the names of ``KNOB_STAGES``."""
    if track.id not in brief.free_tracks or track.is_locked or plays_and_carries(brief, track):
        return frozenset()
    free = {knob for knob, stages in KNOB_STAGES.items() if brief.stages & set(stages)}
    free = {knob for knob in free if not is_protected(brief, track, knob)}
    free -= _placed_by_engineer(track)
    if track.id in brief.heard_fx or _carries_others(brief, track):
        free.discard("play_offset")  # it moves items alone, not what an instrument or other tracks play
    role = brief.roles.tracks.get(track.id)
    if role is None or role.role not in brief.taste.roles:
        free &= LEVEL_KNOBS
    if "fader" not in free:
        free.discard("trim")  # nothing could take back what it adds
    if "balance" not in brief.stages and "trim" not in free:
        free.discard("fader")
    return frozenset(free)


def plays_and_carries(brief: Brief, track: Track) -> bool:
    """Tell whether a track has sound of its own and that of others: every knob would change those, too."""
    if not track.item_count:
        return False
    return any(other.parent == track.id for other in brief.base.tracks) or _receives(brief, track)


def _carries_others(brief: Brief, track: Track) -> bool:
    """Tell whether other tracks sound through a track, or it has no items of its own."""
    if track.is_folder or not track.item_count:
        return True
    return _receives(brief, track)


def _receives(brief: Brief, track: Track) -> bool:
    return any(
        send.destination == track.id and send.destination_channel_index < SIDE_CHAIN_INDEX
        for other in brief.base.tracks
        for send in other.sends
    )


def _placed_by_engineer(track: Track) -> set[str]:
    """Return the knobs that stand where they are because of how the track is set up."""
    placed: set[str] = set()
    if abs(track.pan) > 0.01 or track.pan_mode == "dual":
        placed |= {"pan", "width"}
    if track.polarity_inverted:
        placed.add("polarity")
    if track.play_offset_seconds:
        placed.add("play_offset")
    if any(track.envelope(lane) for lane in PAN_LANES):
        placed |= {"pan", "width"}
    if track.pan_mode == "balance_v3":
        placed.add("width")  # this mode has none
    if (track.envelope("volume") and track.automation_mode != "trim_read") or track.follows_vca:
        placed |= {"fader", "trim"}  # the lane, or the leader, would move the fader back
    if any(lane.kind == RIDE_LANE and lane.points for lane in track.envelopes):
        placed.add("ride")
    if track.is_frozen:
        placed |= set(LABELS)
    return placed
