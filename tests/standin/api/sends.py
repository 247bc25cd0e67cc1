"""Sends, receives and hardware outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.standin.registry import reascript
from tests.standin.tracks import SEND_DEFAULTS, Send, Track
from tests.standin.undo import TRACK_CONFIG

if TYPE_CHECKING:
    from tests.standin.desk import Desk

MaybeTrack = Track | None


def _send(desk: Desk, track: MaybeTrack, category: int, index: int) -> Send | None:
    found = [] if track is None else desk.project_of(track).state.sends_of(track, category)
    return found[index] if 0 <= index < len(found) else None


@reascript
def GetTrackNumSends(desk: Desk, track: MaybeTrack, category: int) -> int:
    return 0 if track is None else len(desk.project_of(track).state.sends_of(track, category))


@reascript
def CreateTrackSend(desk: Desk, track: MaybeTrack, destination: MaybeTrack) -> int:
    """Connect a track to another, or to the hardware without one; returns the index among its kind, or -1."""
    if track is None or track is destination:
        return -1
    project = desk.project_of(track)
    send = Send(track, destination)
    send.values |= desk.options.send_defaults
    project.state.sends.append(send)
    project.touch(TRACK_CONFIG)
    return project.state.sends_of(track, 0 if destination is not None else 1).index(send)


@reascript
def RemoveTrackSend(desk: Desk, track: MaybeTrack, category: int, index: int) -> bool:
    send = _send(desk, track, category, index)
    if send is None or track is None:
        return False
    project = desk.project_of(track)
    desk.handles.forget(send)
    project.state.sends.remove(send)
    project.touch(TRACK_CONFIG)
    return True


@reascript
def GetTrackSendInfo_Value(desk: Desk, track: MaybeTrack, category: int, index: int, key: str) -> float:
    """Read a value; tracks and envelopes come as the numbers of their pointers."""
    send = _send(desk, track, category, index)
    if send is None:
        return 0.0
    if key == "P_DESTTRACK":
        return float(desk.handles.number("MediaTrack*", send.destination))
    if key == "P_SRCTRACK":
        return float(desk.handles.number("MediaTrack*", send.source))
    if key.startswith("P_ENV:"):
        tag = key.removeprefix("P_ENV:").removeprefix("<")
        prefix = "HW" if send.destination is None else "AUX"
        envelope = send.envelopes.get(tag) or send.envelopes.get(prefix + tag)
        return float(desk.handles.number("TrackEnvelope*", envelope))
    return send.values.get(key, 0.0)


@reascript
def SetTrackSendInfo_Value(desk: Desk, track: MaybeTrack, category: int, index: int, key: str, value: float) -> bool:
    send = _send(desk, track, category, index)
    if send is None or track is None or key not in SEND_DEFAULTS:
        return False
    if key.startswith("B_"):
        value = float(value != 0.0)
    elif key.startswith("I_"):
        value = float(int(value))
    send.values[key] = value
    desk.project_of(track).touch(TRACK_CONFIG)
    return True


@reascript
def GetSetTrackSendInfo_String(
    desk: Desk, track: MaybeTrack, category: int, index: int, key: str, text: str, is_set: bool
) -> tuple[bool, str | None]:
    send = _send(desk, track, category, index)
    if send is None or track is None or not key.startswith("P_EXT:"):
        return (False, None)
    if is_set:
        send.ext[key] = text
        desk.project_of(track).touch(TRACK_CONFIG)
    return (key in send.ext, send.ext.get(key, ""))


@reascript
def GetTrackSendName(desk: Desk, track: MaybeTrack, index: int, name: str, size: int) -> tuple[bool, str]:
    send = _send(desk, track, 0, index)
    return (False, "") if send is None or send.destination is None else (True, send.destination.name)
