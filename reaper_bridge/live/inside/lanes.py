"""Write automation lanes: create, replace the points, switch on; or empty and hide one.

REAPER creates a lane of a track only by the action that shows it, and only on the tracks that are selected.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import reaper_python as api

from .envelope_facts import is_there, raw_values
from .work import Failure, Work

_UNDERLYING = -1
"""The points of a lane itself, not those of its automation items."""
_BEFORE_ALL = -1e6
_AFTER_ALL = 1e9


def lane_of(track: str, name: str) -> str:
    """Return the handle of a lane by its name in a chunk, a null one where there is none."""
    envelope = str(api.RPR_GetTrackEnvelopeByChunkName(track, "<" + name))
    return envelope if is_there(envelope) else str(api.RPR_GetTrackEnvelopeByChunkName(track, "<MASTER" + name))


def create_lanes(work: Work, steps: list[list[Any]]) -> None:
    """Create the lanes that are missing; the selection is the engineer's and comes back.

    Raises:
        Failure: REAPER did not create one.
    """
    missing = [step for step in steps if step[4] and not is_there(lane_of(work.track(step[1]), step[2]))]
    if not missing:
        return
    with _kept_selection(work.project):
        for _, guid, name, action, _ in missing:
            track = work.track(guid)
            api.RPR_SetOnlyTrackSelected(track)
            api.RPR_Main_OnCommandEx(action, 0, work.project)
            if not is_there(lane_of(track, name)):
                # it was there but hidden, and the first call hid what is nothing
                api.RPR_Main_OnCommandEx(action, 0, work.project)
            if not is_there(lane_of(track, name)):
                raise Failure(f"REAPER did not create the lane {name}.")


def write_lane(work: Work, guid: str, name: str, action: int, points: list[list[Any]]) -> None:
    """Replace the points of a lane and switch it on; without points it is emptied, switched off and hidden.

    Raises:
        Failure: There is no such lane, or a point was not taken.
    """
    envelope = lane_of(work.track(guid), name)
    if not is_there(envelope):
        if points:
            raise Failure(f"The lane {name} is not there.")
        return
    stood = int(api.RPR_CountEnvelopePointsEx(envelope, _UNDERLYING))
    api.RPR_DeleteEnvelopePointRangeEx(envelope, _UNDERLYING, _BEFORE_ALL, _AFTER_ALL)
    left = int(api.RPR_CountEnvelopePointsEx(envelope, _UNDERLYING))
    _insert(envelope, points)
    # whatever REAPER would not delete stands before ours at the same place, or alone
    for _ in range(left if points else 0):
        api.RPR_DeleteEnvelopePointEx(envelope, _UNDERLYING, 0)
    _switch(envelope, "ACTIVE", bool(points))
    if not points or not stood:
        # one that was emptied was hidden with it, and is seen again with its points
        _switch(envelope, "VISIBLE", bool(points))


def _insert(envelope: str, points: list[list[Any]]) -> None:
    insert, raw = api.RPR_InsertEnvelopePointEx, raw_values(envelope)
    for seconds, value, shape, tension in points:
        insert(envelope, _UNDERLYING, seconds, raw(value), shape, tension, False, True)
    api.RPR_Envelope_SortPointsEx(envelope, _UNDERLYING)


def _switch(envelope: str, key: str, on: bool) -> None:
    api.RPR_GetSetEnvelopeInfo_String(envelope, key, str(int(on)), True)


@contextmanager
def _kept_selection(project: str) -> Iterator[None]:
    master = api.RPR_GetMasterTrack(project)
    tracks = [master, *(api.RPR_GetTrack(project, n) for n in range(api.RPR_CountTracks(project)))]
    selected = {track: bool(api.RPR_GetMediaTrackInfo_Value(track, "I_SELECTED")) for track in tracks}
    try:
        yield
    finally:
        for track, was_selected in selected.items():
            api.RPR_SetTrackSelected(track, was_selected)
