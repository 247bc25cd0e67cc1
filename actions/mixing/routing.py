"""The ways of a track: to the master, through folders and buses that do something to its level, and to other tracks."""

from collections.abc import Collection

from reaper_bridge.session.effects import ReaDelay, ReaVerbate
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import SIDE_CHAIN_INDEX, Send, Session, Track


def path_gain(session: Session, track: Track, passed: frozenset[TrackId] = frozenset()) -> float:
    """Return the linear gain between a track's fader and the master; 0 where nothing of it gets there.

    Sends count where the track itself goes into no folder and not to the master; elsewhere, and to a reverb or an
    echo, they are effects beside it.
    """
    if track.id in passed:
        return 0.0
    passed |= {track.id}

    def through(track_id: TrackId) -> float:
        bus = session.track(track_id)
        return 0.0 if bus.muted else bus.volume_linear * path_gain(session, bus, passed)

    if track.sends_to_parent:
        has_folder = track.parent is not None and session.has_track(track.parent)
        return through(track.parent) if track.parent is not None and has_folder else 1.0
    return sum(send.level_linear * through(send.destination) for send in ways_on(session, track))


def ways_on(session: Session, track: Track) -> list[Send]:
    """Return the sends by which a track goes on as a whole: those to reverbs, echoes and side chains are none."""
    open_sends = [send for send in track.sends if send.carries_audio and not send.muted]
    heard = [
        s for s in open_sends if s.destination_channel_index < SIDE_CHAIN_INDEX and session.has_track(s.destination)
    ]
    return [send for send in heard if not _is_effect_return(session.track(send.destination))]


def next_track(session: Session, track: Track) -> TrackId | None:
    """Return the track that all of a track flows through next, or None: the master, or several ways."""
    if track.sends_to_parent:
        return track.parent if track.parent is not None and session.has_track(track.parent) else None
    ways = ways_on(session, track)
    return ways[0].destination if len(ways) == 1 else None


def _is_effect_return(track: Track) -> bool:
    return any(isinstance(slot.effect, ReaVerbate | ReaDelay) and slot.sounds for slot in track.fx)


def leads_to(
    session: Session, source: TrackId, destination: TrackId, more: Collection[tuple[TrackId, TrackId]] = ()
) -> bool:
    """Tell whether sound of a track can get into another one: by folders, sends, or ``more`` ways that are planned.

    Muted ways count as well, since somebody may open them.
    """
    reached, open_ends = {source}, [source]
    while open_ends:
        here = open_ends.pop()
        if here == destination:
            return True
        onwards = [after for before, after in more if before == here]
        if session.has_track(here):
            track = session.track(here)
            onwards += [send.destination for send in track.sends]
            onwards += [track.parent] if track.parent is not None and track.sends_to_parent else []
        for there in onwards:
            if there not in reached:
                reached.add(there)
                open_ends.append(there)
    return False
