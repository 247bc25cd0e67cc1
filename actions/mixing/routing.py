"""The way from a track to the master: what folders and buses do to its level."""

from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import Session, Track


def path_gain(session: Session, track: Track, passed: frozenset[TrackId] = frozenset()) -> float:
    """Return the linear gain between a track's fader and the master; 0 where nothing of it gets there.

    Sends count where the track itself goes into no folder and not to the master; elsewhere they are effects
    beside it.
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
    sends = [send for send in track.sends if send.carries_audio and not send.muted]
    return sum(send.level_linear * through(send.destination) for send in sends if session.has_track(send.destination))
