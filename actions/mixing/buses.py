"""Buses: tracks are balanced inside their bus, the buses against each other by their own faders.

A bus is a folder or a track that several others flow through, without sound of its own. What its tracks have in
common moves from their faders to its fader; the mix stays the same. A bus that is missing is made only if taste, or
``--buses``, asks for it: a new track that is fed by sends, so that folders, order and colours stay as they are.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np

from actions.mixing.brief import CLOSED_LINEAR, Brief, is_protected, our_effect
from actions.mixing.bus import Bus
from actions.mixing.desk import Desk, gated_loudness_lufs
from actions.mixing.routing import next_track
from actions.mixing.strip import Frames, Strip
from reaper_bridge.session.identity import TrackId, guid_from_words
from reaper_bridge.session.model import Session, Track
from reaper_bridge.session.units import db_from_linear

LEAST_MEMBERS: Final = 2


def new_bus_id(family: str) -> TrackId:
    """Return the GUID of the bus that we make for a family."""
    return TrackId(guid_from_words("first pass bus", family))


def place_buses(desk: Desk, brief: Brief) -> list[Bus]:
    """Return the buses of a session, inner ones first, and after them those to be made."""
    found = existing_buses(desk, brief)
    if "buses" in brief.stages and desk.taste.buses.makes_missing:
        found += list(_missing_buses(desk, brief, found))
    return found


# --- what is there ----------------------------------------------------------------------------------------------


def existing_buses(desk: Desk, brief: Brief) -> list[Bus]:
    """Return the buses that stand in the session, inner ones first."""
    session = desk.session
    strips = {strip.id: strip for strip in desk.strips}
    feeding: dict[TrackId, list[Track]] = {}
    for track in session.tracks:
        following = next_track(session, track)
        if following is not None:
            feeding.setdefault(following, []).append(track)
    made: dict[TrackId, Bus] = {}

    def bus_at(track_id: TrackId, passed: frozenset[TrackId]) -> Bus | None:
        track = session.track(track_id)
        if track_id in strips or track_id in passed or track.muted or track.item_count:
            return None
        if track_id not in made:
            sources = feeding.get(track_id, [])
            inner = [bus for t in sources if (bus := bus_at(t.id, passed | {track_id})) is not None]
            members = [strips[t.id] for t in sources if t.id in strips]
            bus = _bus(desk, brief, track, members, inner)
            bus.moves = bus.moves and all(each.moves for each in inner)
            bus.moves = bus.moves and not _has_other_sound(brief, sources, members, inner)
            made[track_id] = bus
        return made[track_id] if made[track_id].strips else None

    for track_id in list(feeding):
        bus_at(track_id, frozenset())
    return _inner_first([bus for bus in made.values() if bus.strips])


def _bus(desk: Desk, brief: Brief, track: Track, members: list[Strip], inner: list[Bus]) -> Bus:
    now = brief.session.track(track.id)
    is_free = track.id in brief.free_tracks and not track.is_locked
    has_plugins = track.fx_enabled and any(slot.sounds for slot in track.fx)
    bus = Bus(track.id, track.name, "", members, inner, has_plugins=has_plugins)
    bus.family = _family(desk, bus.strips)
    is_ridden = track.envelope("volume") is not None and track.automation_mode != "trim_read"
    bus.moves = (
        is_free
        and not (is_protected(brief, track, "fader") or is_ridden or track.follows_vca)
        and track.volume_linear > CLOSED_LINEAR
        and not any(_sends_beside(desk.session, strip) for strip in bus.strips)
        and all("fader" in strip.free for strip in bus.strips)
    )
    bus.fills = (
        "buses" in brief.stages
        and is_free
        and not track.fx
        and not track.is_frozen
        and not is_protected(brief, track, "comp")
    )
    found = {knob: our_effect(track if bus.fills else now, knob) for knob in ("eq", "comp")}
    bus.standing = {knob: effect for knob, effect in found.items() if effect is not None}
    standing = track if bus.moves else now
    bus.before_db = bus.fader_db = db_from_linear(max(standing.volume_linear, 1e-6))
    return bus


def _sends_beside(session: Session, strip: Strip) -> bool:
    """Tell whether a strip feeds something of the engineer's after its fader, that a lower fader would starve."""
    following = next_track(session, strip.track)
    return any(
        send.mode == "post_fader" and not send.muted and send.destination != following for send in strip.track.sends
    )


def _has_other_sound(brief: Brief, sources: Iterable[Track], members: Sequence[Strip], inner: Sequence[Bus]) -> bool:
    """Tell whether something flows through a bus that is neither a strip nor a bus, and would become louder with it."""
    known = {strip.id for strip in members} | {bus.track_id for bus in inner}
    fed = {send.destination for track in brief.base.tracks for send in track.sends}
    return any(
        track.id not in known and not track.muted and track.id not in fed and (track.item_count or track.has_midi)
        for track in sources
    )


def _inner_first(buses: list[Bus]) -> list[Bus]:
    ordered: list[Bus] = []

    def add(bus: Bus) -> None:
        for inner in bus.inner:
            add(inner)
        if bus not in ordered:
            ordered.append(bus)

    for bus in sorted(buses, key=lambda bus: bus.track_id):
        add(bus)
    return ordered


def _family(desk: Desk, strips: Sequence[Strip]) -> str:
    """Return the family that all strips belong to, empty where there are several."""
    families = {family_of_group(desk, strip.row.group) for strip in strips}
    return families.pop() if len(families) == 1 else ""


def family_of_group(desk: Desk, group: str) -> str:
    """Return the family of a group, empty for one that none names."""
    return next((name for name, groups in desk.taste.buses.families.items() if group in groups), "")


# --- what is missing --------------------------------------------------------------------------------------------


def _missing_buses(desk: Desk, brief: Brief, standing: Sequence[Bus]) -> Iterator[Bus]:
    """Make a bus for each family that has none, of the tracks that go straight to the master."""
    bused = {strip.id for bus in standing for strip in bus.strips}
    for family in desk.taste.buses.families:
        track_id = new_bus_id(family)
        ours = next((bus for bus in standing if bus.track_id == track_id), None)
        members = [
            strip
            for strip in desk.sounding
            if family_of_group(desk, strip.row.group) == family
            and strip.id not in bused
            and "main_send" in strip.free
            and strip.track.sends_to_parent
            and strip.track.parent is None
        ]
        if ours is not None:
            _join(ours, members)
        elif len(members) >= LEAST_MEMBERS:
            bus = Bus(track_id, f"First Pass {family.capitalize()}", family, members, is_new=True, fills=True)
            bus.joining = list(members)
            bus.reasons["bus"] = f"one fader and one chain for {len(members)} tracks of {family}, which had no bus"
            yield bus


def _join(bus: Bus, members: Sequence[Strip]) -> None:
    """Lead tracks into a bus of ours that stands; its fader stays, since not all of its tracks may move."""
    if members:
        bus.joining, bus.members, bus.moves = list(members), [*bus.members, *members], False
        bus.reasons["bus"] = f"where the other tracks of {bus.family} go"
    for strip in members:
        strip.path_linear *= 10.0 ** (bus.before_db / 20.0)


# --- levels -----------------------------------------------------------------------------------------------------


def place_bus_faders(desk: Desk, buses: Sequence[Bus]) -> None:
    """Move what the tracks of a bus have in common from their faders to the fader of the bus.

    The mix stays as it is. A bus with plug-ins of the engineer's keeps the level that goes into them.
    """
    taste = desk.taste.buses
    if not taste.balances_by_buses:
        return
    for bus in buses:
        if not bus.moves or bus.is_new:
            continue
        common = _common_db(bus)
        highest = max([s.fader_db for s in bus.members] + [inner.fader_db for inner in bus.inner])
        common = max(common, highest - desk.taste.balance.largest_fader_db)
        wanted = min(max(bus.before_db + common, -taste.largest_fader_cut_db), taste.largest_fader_lift_db)
        common = round(wanted - bus.before_db, 2)
        if abs(common) < taste.smallest_move_db:
            continue
        bus.fader_db = bus.before_db + common
        for strip in bus.members:
            strip.fader_db = round(strip.fader_db - common, 2)
            strip.path_linear *= 10.0 ** (common / 20.0)
        for inner in bus.inner:  # what flows through it is as loud as before
            inner.fader_db -= common
        count = len(bus.members) + len(bus.inner)
        kept = "the level into its plug-ins stays" if bus.has_plugins else "their own faders stand around 0 dB"
        bus.reasons["fader"] = f"carries the {common:+.1f} dB that its {count} tracks have in common: {kept}"
    desk.refresh()


def _common_db(bus: Bus) -> float:
    """Return what the tracks of a bus are up by together: on average, or into its plug-ins against what went in."""
    if bus.has_plugins:
        before = gated_loudness_lufs(_summed(bus.strips, [_as_it_was(strip) for strip in bus.strips]))
        after = gated_loudness_lufs(_summed(bus.strips, [s.k_frames() * s.fader_power for s in bus.strips]))
        return after - before if math.isfinite(after - before) else 0.0
    levels = [strip.fader_db for strip in bus.members] + [inner.fader_db for inner in bus.inner]
    return float(np.mean(levels)) if levels else 0.0


def _as_it_was(strip: Strip) -> Frames:
    return np.asarray(strip.measures.k_power * (strip.track.volume_linear * strip.path_linear) ** 2, dtype=np.float64)


def _summed(strips: Sequence[Strip], frames: Sequence[Frames]) -> Frames:
    total = np.zeros(max((len(each) for each in frames), default=0))
    for each in frames:
        total[: len(each)] += each
    return total
