"""Write tracks and what connects them: new ones, their values, their channels, their sends."""

from __future__ import annotations

from typing import Any

import reaper_python as api

from .track_facts import address_of, track_guid
from .work import Failure, Work

_SENDS = 0
_DEPTH = "I_FOLDERDEPTH"
_SIDE_CHAIN = 2
_CHANNEL_BITS = 0x3FF


def set_value(work: Work, guid: str, key: str, value: float) -> None:
    """Set a value of a track; what REAPER makes of it is read back with everything else."""
    api.RPR_SetMediaTrackInfo_Value(work.track(guid), key, value)


def channels(work: Work, guid: str, at_least: int) -> None:
    """Give a track at least so many channels; REAPER counts them in twos."""
    track = work.track(guid)
    wanted = at_least + at_least % 2
    if api.RPR_GetMediaTrackInfo_Value(track, "I_NCHAN") < wanted:
        api.RPR_SetMediaTrackInfo_Value(track, "I_NCHAN", float(wanted))


def add_tracks(work: Work, steps: list[list[Any]]) -> None:
    """Append tracks after the last one, outside every folder; one that does not take its GUID is named in the notes."""
    for _, guid, name, channel_count in steps:
        count = int(api.RPR_CountTracks(work.project))
        _close_folders(work.project, count)
        _insert_track(work.project, count)
        track = str(api.RPR_GetTrack(work.project, count))
        api.RPR_GetSetMediaTrackInfo_String(track, "P_NAME", name, True)
        api.RPR_GetSetMediaTrackInfo_String(track, "GUID", guid, True)
        real = track_guid(track).upper()
        if real != guid.upper():
            work.names[guid] = real
        api.RPR_SetMediaTrackInfo_Value(track, "I_NCHAN", float(channel_count))
        work.remember(guid, track)


def drop_track(work: Work, guid: str) -> None:
    """Take a track out that we added; folders keep their other tracks.

    Raises:
        Failure: It has items by now.
    """
    track = work.track(guid)
    if api.RPR_CountTrackMediaItems(track):
        raise Failure(f"The track {guid} has items on it, so it stays.")
    number = int(api.RPR_GetMediaTrackInfo_Value(track, "IP_TRACKNUMBER"))
    depth = api.RPR_GetMediaTrackInfo_Value(track, _DEPTH)
    before = str(api.RPR_GetTrack(work.project, number - 2)) if number > 1 else ""
    depth_before = api.RPR_GetMediaTrackInfo_Value(before, _DEPTH) if before else 0.0
    api.RPR_DeleteTrack(track)
    work.forget(guid)
    # if REAPER did not hand on the folder it closed, the track before closes it now
    if before and depth < 0 and api.RPR_GetMediaTrackInfo_Value(before, _DEPTH) == depth_before:
        api.RPR_SetMediaTrackInfo_Value(before, _DEPTH, depth_before + depth)


def send_index(track: str, destination: str, kind: str = "send") -> int:
    """Return the number of the first send of a kind from one track to another, -1 where there is none.

    A ``side_chain`` arrives on channels 3/4, a ``send`` does not.
    """
    wanted, get = address_of(destination), api.RPR_GetTrackSendInfo_Value
    for index in range(api.RPR_GetTrackNumSends(track, _SENDS)):
        if int(get(track, _SENDS, index, "P_DESTTRACK")) == wanted:
            arrives = max(int(get(track, _SENDS, index, "I_DSTCHAN")), 0) & _CHANNEL_BITS
            if (arrives == _SIDE_CHAIN) == (kind == "side_chain"):
                return index
    return -1


def send(work: Work, guid: str, destination_guid: str, is_new: int, values: dict[str, float]) -> None:
    """Add a send, or set values of the one there is.

    Raises:
        Failure: REAPER does not create it, or it is gone.
    """
    _put_send(work, guid, destination_guid, "send", is_new, values)


def side_chain(work: Work, guid: str, destination_guid: str, is_new: int, values: dict[str, float]) -> None:
    """Add a send to channels 3/4, or set values of the one there is.

    Raises:
        Failure: REAPER does not create it, or it is gone.
    """
    _put_send(work, guid, destination_guid, "side_chain", is_new, values)


def _put_send(work: Work, guid: str, destination_guid: str, kind: str, is_new: int, values: dict[str, float]) -> None:
    track, destination = work.track(guid), work.track(destination_guid)
    index = int(api.RPR_CreateTrackSend(track, destination)) if is_new else send_index(track, destination, kind)
    if index < 0:
        raise Failure(f"There can be no send from {guid} to {destination_guid}.")
    for key, value in values.items():
        api.RPR_SetTrackSendInfo_Value(track, _SENDS, index, key, value)


def drop_send(work: Work, guid: str, destination_guid: str) -> None:
    """Take a send out, if it is there."""
    _drop(work, guid, destination_guid, "send")


def drop_side_chain(work: Work, guid: str, destination_guid: str) -> None:
    """Take a send to channels 3/4 out, if it is there."""
    _drop(work, guid, destination_guid, "side_chain")


def _drop(work: Work, guid: str, destination_guid: str, kind: str) -> None:
    index = send_index(work.track(guid), work.track(destination_guid), kind)
    if index >= 0:
        api.RPR_RemoveTrackSend(work.track(guid), _SENDS, index)


def _insert_track(project: str, index: int) -> None:
    if hasattr(api, "RPR_InsertTrackInProject"):
        api.RPR_InsertTrackInProject(project, index, 0)
    else:  # before REAPER 7
        api.RPR_InsertTrackAtIndex(index, False)


def _close_folders(project: str, count: int) -> None:
    """Close the folders that the last track leaves open, so that what follows stands outside."""
    tracks = [api.RPR_GetTrack(project, index) for index in range(count)]
    level = 0
    for track in tracks:
        level = max(0, level + int(api.RPR_GetMediaTrackInfo_Value(track, _DEPTH)))
    if level:
        depth = api.RPR_GetMediaTrackInfo_Value(tracks[-1], _DEPTH)
        api.RPR_SetMediaTrackInfo_Value(tracks[-1], _DEPTH, depth - level)
