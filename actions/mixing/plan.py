"""The whole decision: a session, what was heard in it and a taste become one plan.

Stages run in the order an engineer works; faders are placed last, from the loudness before them, so that no
later stage upsets the balance. Nothing here touches audio or a host, and the same input gives the same plan.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from actions.mixing.alignment import Aligned, alignments, place_alignment
from actions.mixing.balance import Targets, place_faders
from actions.mixing.blend import place_blend
from actions.mixing.brief import RIDE_LANE, Brief, Withheld, fx_id, why_unmixed
from actions.mixing.bus_changes import bus_changes
from actions.mixing.bus_sound import place_bus_sound
from actions.mixing.buses import place_bus_faders, place_buses
from actions.mixing.changes import changes_of
from actions.mixing.deessing import place_deessers
from actions.mixing.desk import Desk
from actions.mixing.ducked_returns import duck_returns
from actions.mixing.ducking import place_ducking
from actions.mixing.dynamics import place_dynamics
from actions.mixing.gain import place_neutral_faders, place_trims
from actions.mixing.low_end import centre_low_end
from actions.mixing.masking import place_unmasking
from actions.mixing.panorama import even_out, place_panorama
from actions.mixing.parallel import place_parallel
from actions.mixing.patching import CARRIES, desk_of, plays_and_carries
from actions.mixing.remedies import Masked
from actions.mixing.riding import Ridden, place_rides
from actions.mixing.routing import path_gain
from actions.mixing.saturation import place_saturation
from actions.mixing.space import Return, place_sends, returns_for
from actions.mixing.strip import Strip
from actions.mixing.tone import place_tone
from actions.mixing.transients import place_transients
from actions.mixing.translation import Correction, place_translation
from actions.mixing.widening import place_width
from actions.mixing.withholding import withhold
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import MixPlan, same_value
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import Session
from reaper_bridge.session.units import db_from_linear


@dataclass(frozen=True)
class Decision:
    """A plan, what it aims at, and the desk it was made on.

    ``unmixed`` says why a track is left alone; ``aligned`` how the microphones of each performance stand together;
    ``masked`` who hid whom, and which remedy was taken; ``rides`` what was decided about automation lanes;
    ``corrected`` what was mended for other loudspeakers.
    """

    plan: MixPlan
    desk: Desk
    targets: Targets
    returns: Mapping[str, Return]
    unmixed: Mapping[TrackId, str]
    dropped: tuple[tuple[Address, str], ...] = ()
    aligned: tuple[Aligned, ...] = ()
    masked: tuple[Masked, ...] = ()
    rides: tuple[Ridden, ...] = ()
    corrected: tuple[Correction, ...] = ()


def decide(brief: Brief) -> Decision:
    """Return the plan for a brief."""
    desk = desk_of(brief)
    stages = brief.stages
    if "alignment" in stages:
        place_alignment(desk, brief)
    if "gain" in stages:
        place_trims(desk)
    if "tone" in stages:
        place_tone(desk, {str(key): value for key, value in brief.flaws.items()})
    rough = _rough_faders(desk, brief.rough) if brief.rough is not None else None
    _place_levels(desk, brief, rough)
    if "pan" in stages:
        place_panorama(desk, brief.roles)
        _place_levels(desk, brief, rough)
    if "tone" in stages:
        place_blend(desk)
        _place_levels(desk, brief, rough)
    if "masking" in stages:
        place_unmasking(desk)
    if "deessing" in stages:
        place_deessers(desk)
    if "dynamics" in stages:
        place_transients(desk)
        place_dynamics(desk)
    if "pan" in stages:
        for _ in range(2):
            _place_levels(desk, brief, rough)
            centre_low_end(desk, brief.corrections.low_side)
            even_out(desk)
        if "dynamics" in stages:
            place_dynamics(desk)  # where a high pass came to stand before a compressor
    masked: tuple[Masked, ...] = ()
    if "ducking" in stages:
        _place_levels(desk, brief, rough)
        masked = place_ducking(desk, brief)
    rides: tuple[Ridden, ...] = ()
    if "automation" in stages:
        _place_levels(desk, brief, rough)
        rides = place_rides(desk, brief.sections)
    targets = _place_levels(desk, brief, rough)
    if "saturation" in stages:
        place_saturation(desk)
        place_width(desk, brief.corrections.low_side)
        targets = _place_levels(desk, brief, rough)
    corrected = place_translation(desk, stages)
    if corrected:
        if "dynamics" in stages:
            place_dynamics(desk)  # a bell came to stand before a compressor
        targets = _place_levels(desk, brief, rough)
    desk.buses = place_buses(desk, brief)
    if "balance" in stages:
        place_bus_faders(desk, desk.buses)
    for _ in range(2 if desk.buses else 0):  # its plug-ins stand before its fader
        place_bus_sound(desk, desk.buses)
        targets = _place_levels(desk, brief, rough)
    place_parallel(desk, brief)
    if desk.crush is not None:
        targets = _place_levels(desk, brief, rough)
        place_parallel(desk, brief)  # at the levels that it made
    returns = returns_for(desk, brief.base.tempo_bpm_at(0.0), brief.free_tracks) if "space" in stages else {}
    if returns:
        returns = duck_returns(desk, brief, returns)
        place_sends(desk, returns, dict(brief.corrections.returns))
    return replace(_decision(brief, desk, targets, returns, masked), rides=rides, corrected=corrected)


def _place_levels(desk: Desk, brief: Brief, rough: Mapping[TrackId, float] | None) -> Targets:
    """Set the faders: to a balance, or where no balance is asked for to what the trims are taken back by."""
    withhold(desk, brief.corrections.withheld)
    keeps = brief.taste.balance.keeps_recorded_balance
    if "balance" in brief.stages and not keeps:
        return place_faders(desk, rough, brief.corrections.lead_lift)
    if "gain" in brief.stages:
        place_neutral_faders(desk, brief.base if keeps else brief.session)
    return Targets(rough_blend_ratio=1.0) if keeps else Targets()


def _rough_faders(desk: Desk, untouched: Session) -> dict[TrackId, float]:
    """Return the engineer's own faders in dB, less the trims that we add before them, also of tracks that stay."""
    rough = {}
    for strip in desk.strips:
        own = untouched.track(strip.id).volume_linear if untouched.has_track(strip.id) else 1.0
        is_ours = "fader" in strip.free or not same_value(own, strip.track.volume_linear)
        rough[strip.id] = max(db_from_linear(own), -60.0) - strip.trim_db if is_ours else strip.fader_db
        if is_ours:
            rough[strip.id] += _way_moved_db(untouched, strip)
    return rough


def _way_moved_db(untouched: Session, strip: Strip) -> float:
    """Return how much louder the way of a strip was before faders of buses were moved by us."""
    if not untouched.has_track(strip.id):
        return 0.0
    before = path_gain(untouched, untouched.track(strip.id))
    return db_from_linear(before / strip.path_linear) if before > 0.0 and strip.path_linear > 0.0 else 0.0


def _decision(
    brief: Brief, desk: Desk, targets: Targets, returns: Mapping[str, Return], masked: tuple[Masked, ...]
) -> Decision:
    aligned = tuple(alignments(desk, brief)) if "alignment" in brief.stages else ()
    changes = [*changes_of(brief, desk, returns, aligned), *bus_changes(brief, desk)]
    moved = [change for change in changes if not same_value(change.before, change.after)]
    dropped = tuple((change.address, "the engineer's own") for change in moved if change.address in brief.protected)
    dropped += tuple(
        (_address_of(one), one.because)
        for one in brief.corrections.withheld
        if brief.base.has_track(TrackId(one.track_id))
    )
    kept = [change for change in moved if change.address not in brief.protected]
    unmixed = {t.id: why for t in brief.base.tracks if (why := why_unmixed(brief, t)) is not None}
    unmixed.update({strip.id: CARRIES for strip in desk.strips if plays_and_carries(brief, strip.track)})
    placed = {change.address.track_id for change in kept} & {bus.track_id for bus in desk.buses}
    unmixed = {track_id: why for track_id, why in unmixed.items() if track_id not in placed}
    return Decision(MixPlan(tuple(kept)), desk, targets, returns, unmixed, dropped, aligned, masked)


def _address_of(withheld: Withheld) -> Address:
    track_id = TrackId(withheld.track_id)
    if withheld.knob == "ride":
        return Address(track_id, "envelope", RIDE_LANE)
    return Address(track_id, "fx", fx_id(track_id, "eq" if withheld.knob == "masking" else withheld.knob))
