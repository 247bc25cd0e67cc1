"""Read a value out of a session picture, and paint a plan onto one. Pure: no host is touched."""

from dataclasses import replace

from reaper_bridge.session.address import Address
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.change import Change, MixPlan, NewTrack, PlacedEffect, SendLevel, Value
from reaper_bridge.session.effects import Jsfx, is_side_chained
from reaper_bridge.session.errors import PlanError
from reaper_bridge.session.identity import MASTER, FxId, TrackId
from reaper_bridge.session.model import SIDE_CHAIN_INDEX, Envelope, EnvelopeKind, FxSlot, Send, Session, Track

PLUGIN_NAMES = {
    "ReaEq": "ReaEQ",
    "ReaComp": "ReaComp",
    "ReaGate": "ReaGate",
    "ReaLimit": "ReaLimit",
    "ReaVerbate": "ReaVerbate",
    "ReaDelay": "ReaDelay",
}


def plugin_name(effect: object) -> str:
    """Return the name people know a plug-in by."""
    if isinstance(effect, Jsfx):
        return f"JS: {effect.path}"
    return PLUGIN_NAMES.get(type(effect).__name__, getattr(effect, "plugin", type(effect).__name__))


def read_value(session: Session, address: Address) -> Value:
    """Return what stands at an address; None where there is no such track, plug-in or send."""
    if not session.has_track(address.track_id):
        return None
    track = session.track(address.track_id)
    kind = address.kind
    if kind == "track":
        return NewTrack(track.name, track.channel_count)
    if kind == "fader":
        return float(track.volume_linear)
    if kind == "pan":
        return float(track.pan)
    if kind == "width":
        return float(track.width_ratio)
    if kind == "play_offset":
        return float(track.play_offset_seconds)
    if kind == "polarity":
        return track.polarity_inverted
    if kind == "mute":
        return track.muted
    if kind == "main_send":
        return track.sends_to_parent
    if kind == "channels":
        return track.channel_count
    if kind == "fx":
        for index, slot in enumerate(track.fx):
            if slot.id == address.key:
                return PlacedEffect(slot.effect, slot.label, index, slot.enabled)
        return None
    if kind in ("send", "side_chain"):
        send = track.send_to(TrackId(address.key), side_chain=kind == "side_chain")
        return None if send is None else _level_of(send)
    if kind == "envelope":
        for lane in track.envelopes:
            if lane.kind == address.key:
                return lane.points
        return ()
    raise PlanError(f"{address} cannot be read from a session.")


def _level_of(send: Send) -> SendLevel:
    return SendLevel(
        send.level_linear,
        send.pan,
        send.mode,
        send.muted,
        send.source_channel_index,
        send.destination_channel_index,
    )


def with_plan(session: Session, plan: MixPlan) -> Session:
    """Return the session as it would be with a plan written.

    Raises:
        PlanError: A change names a track that neither exists nor is added by the plan.
    """
    for change in sorted(plan.changes, key=writing_order):
        session = _with_change(session, change)
    return session


def writing_order(change: Change) -> tuple[int, int]:
    """Order changes: tracks first, plug-ins at their places, then sends; how many channels a track has, and what is
    taken, last.

    A host gives a track the channels that a plug-in or a send needs; the number that a plan asks for has the last word.
    """
    position = change.after.position_index if isinstance(change.after, PlacedEffect) else 0
    order = {"track": 0, "fx": 2, "send": 4, "side_chain": 4, "channels": 5}.get(change.address.kind, 3)
    if change.address.kind == "track" and change.after is None:
        order = 6
    return order, position


def _with_change(session: Session, change: Change) -> Session:
    address, value = change.address, change.after
    if address.kind == "track":
        return _with_track(session, address.track_id, value)
    track = session.track(address.track_id)
    if address.kind == "polarity" and isinstance(value, bool):
        changed = replace(track, polarity_inverted=value)
    elif address.kind == "mute" and isinstance(value, bool):
        changed = replace(track, muted=value)
    elif address.kind == "main_send" and isinstance(value, bool):
        changed = replace(track, sends_to_parent=value)
    elif address.kind == "channels" and isinstance(value, int) and not isinstance(value, bool):
        changed = replace(track, channel_count=value)
    elif address.kind == "fader" and isinstance(value, int | float):
        changed = replace(track, volume_linear=float(value))
    elif address.kind == "pan" and isinstance(value, int | float):
        changed = replace(track, pan=float(value))
    elif address.kind == "width" and isinstance(value, int | float):
        changed = replace(track, width_ratio=float(value))
    elif address.kind == "play_offset" and isinstance(value, int | float):
        changed = replace(track, play_offset_seconds=float(value))
    elif address.kind == "fx":
        changed = replace(track, fx=_fx_with(track, FxId(address.key), value))
        if isinstance(value, PlacedEffect) and is_side_chained(value.effect):
            changed = _with_channels(changed, SIDE_CHAIN_INDEX)
    elif address.kind in ("send", "side_chain"):
        changed = replace(track, sends=_sends_with(track, address, value))
        if isinstance(value, SendLevel) and session.has_track(TrackId(address.key)):
            receiver = session.track(TrackId(address.key))
            session = _with_changed_track(session, _with_channels(receiver, value.destination_channel_index))
    elif address.kind == "envelope" and isinstance(value, tuple):
        changed = replace(track, envelopes=_envelopes_with(track, address.key, value))
    else:
        raise PlanError(f"{address} does not take the value {value!r}.")
    return _with_changed_track(session, changed)


def _with_channels(track: Track, first_index: int) -> Track:
    """Return a track with channels enough for two from an index on, as a host gives it; the master keeps its own."""
    needed = first_index + 2 + first_index % 2
    if track.id == MASTER or track.channel_count >= needed:
        return track
    return replace(track, channel_count=needed)


def _with_changed_track(session: Session, changed: Track) -> Session:
    if changed.id == MASTER:
        return replace(session, master=changed)
    return replace(session, tracks=tuple(changed if t.id == changed.id else t for t in session.tracks))


def _with_track(session: Session, track_id: TrackId, value: Value) -> Session:
    if value is None:
        kept = tuple(t for t in session.tracks if t.id != track_id)
        renumbered = tuple(replace(t, index=i) for i, t in enumerate(kept))
        return replace(session, tracks=renumbered)
    if not isinstance(value, NewTrack):
        raise PlanError(f"{track_id}/track does not take the value {value!r}.")
    if session.has_track(track_id):
        return session
    added = Track(track_id, value.name, len(session.tracks), channel_count=value.channel_count)
    return replace(session, tracks=(*session.tracks, added))


def _fx_with(track: Track, fx_id: FxId, value: Value) -> tuple[FxSlot, ...]:
    if value is None:
        return tuple(slot for slot in track.fx if slot.id != fx_id)
    if not isinstance(value, PlacedEffect):
        raise PlanError(f"{track.id}/fx/{fx_id} does not take the value {value!r}.")
    for index, slot in enumerate(track.fx):
        if slot.id == fx_id:
            updated = replace(slot, effect=value.effect, enabled=value.enabled)
            return (*track.fx[:index], updated, *track.fx[index + 1 :])
    added = FxSlot(fx_id, plugin_name(value.effect), value.effect, value.label, value.enabled)
    place = min(value.position_index, len(track.fx))
    return (*track.fx[:place], added, *track.fx[place:])


def _sends_with(track: Track, address: Address, value: Value) -> tuple[Send, ...]:
    destination = TrackId(address.key)
    standing = track.send_to(destination, side_chain=address.kind == "side_chain")
    if value is None:
        return tuple(send for send in track.sends if send is not standing)
    if not isinstance(value, SendLevel):
        raise PlanError(f"{address} does not take the value {value!r}.")
    updated = replace(
        standing or Send(track.id, destination),
        level_linear=value.level_linear,
        pan=value.pan,
        mode=value.mode,
        muted=value.muted,
        source_channel_index=value.source_channel_index,
        destination_channel_index=value.destination_channel_index,
    )
    if standing is None:
        return (*track.sends, updated)
    return tuple(updated if send is standing else send for send in track.sends)


def _envelopes_with(track: Track, lane: str, points: tuple[CurvePoint, ...]) -> tuple[Envelope, ...]:
    kind: EnvelopeKind = lane  # type: ignore[assignment]
    others = tuple(envelope for envelope in track.envelopes if envelope.kind != lane)
    return (*others, Envelope(kind, points)) if points else others
