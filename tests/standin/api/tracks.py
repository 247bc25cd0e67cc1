"""Tracks: finding, making, deleting and selecting them, and their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.standin.handles import Guid
from tests.standin.project import Project
from tests.standin.registry import reascript
from tests.standin.tracks import DEFAULTS, Track
from tests.standin.undo import TRACK_CONFIG

if TYPE_CHECKING:
    from tests.standin.desk import Desk

MaybeProject = Project | None
MaybeTrack = Track | None
READ_ONLY = {"I_FREEZECOUNT", "IP_TRACKNUMBER", "I_TCPH", "I_WNDH"}
_CLAMPED = {"D_PAN": (-1.0, 1.0), "D_WIDTH": (-1.0, 1.0), "D_DUALPANL": (-1.0, 1.0), "D_DUALPANR": (-1.0, 1.0)}


@reascript
def CountTracks(desk: Desk, project: MaybeProject) -> int:
    return len((project or desk.project).state.tracks)


@reascript
def GetNumTracks(desk: Desk) -> int:
    return len(desk.project.state.tracks)


@reascript
def GetTrack(desk: Desk, project: MaybeProject, index: int) -> Track | None:
    tracks = (project or desk.project).state.tracks
    return tracks[index] if 0 <= index < len(tracks) else None


@reascript
def GetMasterTrack(desk: Desk, project: MaybeProject) -> Track:
    return (project or desk.project).state.master


@reascript
def GetTrackName(desk: Desk, track: MaybeTrack, name: str, size: int) -> tuple[bool, str | None]:
    if track is None:
        return (False, None)
    return (True, track.name or f"Track {track_number(desk, track)}")


@reascript
def GetTrackGUID(desk: Desk, track: MaybeTrack) -> Guid | None:
    if track is None:
        return None
    if track.guid_handle is None or track.guid_handle.text != track.guid:
        track.guid_handle = Guid(track.guid)
    handle: Guid = track.guid_handle
    return handle


@reascript
def GetParentTrack(desk: Desk, track: MaybeTrack) -> Track | None:
    return None if track is None else desk.project_of(track).state.parent_of(track)


@reascript
def GetTrackDepth(desk: Desk, track: MaybeTrack) -> int:
    return 0 if track is None else desk.project_of(track).state.depth_of(track)


def track_number(desk: Desk, track: Track) -> int:
    """Number a track as its panel does: from 1, the master -1."""
    if track.is_master:
        return -1
    return desk.project_of(track).state.tracks.index(track) + 1


@reascript
def GetMediaTrackInfo_Value(desk: Desk, track: MaybeTrack, key: str) -> float:
    if track is None:
        return 0.0
    if key == "IP_TRACKNUMBER":
        return float(track_number(desk, track))
    if key == "I_FREEZECOUNT":
        return float(len(track.freezes))
    if key == "P_PARTRACK":
        return float(desk.handles.number("MediaTrack*", GetParentTrack(desk, track)))
    if key == "P_PROJECT":
        return float(desk.handles.number("ReaProject*", desk.project_of(track)))
    if key.startswith("C_LANEPLAYS:"):
        return track.lanes.get(int(key.partition(":")[2]), 0.0)
    if key == "I_NUMFIXEDLANES":
        return float(max([int(item.values["I_FIXEDLANE"]) for item in track.items], default=0) + 1)
    return track.values.get(key, 0.0)


@reascript
def SetMediaTrackInfo_Value(desk: Desk, track: MaybeTrack, key: str, value: float) -> bool:
    if track is None or key in READ_ONLY:
        return False
    if key.startswith("C_LANEPLAYS:"):
        track.lanes[int(key.partition(":")[2])] = value
    elif key not in DEFAULTS:
        return False
    else:
        set_value(track, key, value)
    if key == "I_SELECTED":
        _selection_changed(desk)
    else:
        desk.project_of(track).touch(TRACK_CONFIG)
    return True


def set_value(track: Track, key: str, value: float) -> None:
    """Set one value as REAPER takes it: whole numbers are cut, booleans are 0 or 1, faders do not go below 0."""
    if key.startswith("B_"):
        value = float(value != 0.0)
    elif key.startswith(("I_", "C_")):
        value = float(int(value))
    elif key == "D_VOL":
        value = max(value, 0.0)
    elif key in _CLAMPED:
        low, high = _CLAMPED[key]
        value = min(max(value, low), high)
    if key == "I_NCHAN":
        value = float(min(max(int(value + 1) // 2 * 2, 2), 128))
    track.values[key] = value


@reascript
def GetSetMediaTrackInfo_String(
    desk: Desk, track: MaybeTrack, key: str, text: str, is_set: bool
) -> tuple[bool, str | None]:
    if track is None:
        return (False, None)
    if key == "P_NAME":
        if is_set and not track.is_master:
            track.name = text
    elif key == "GUID":
        if is_set and not desk.options.fixed_guids and not track.is_master:
            track.guid = text
    elif key.startswith("P_EXT:"):
        return _ext(desk, track, key.partition(":")[2], text, bool(is_set))
    else:
        return (False, None)
    if is_set:
        desk.project_of(track).touch(TRACK_CONFIG)
    return (True, track.name if key == "P_NAME" else track.guid)


def _ext(desk: Desk, thing: Any, key: str, text: str, is_set: bool) -> tuple[bool, str | None]:
    """Read or write P_EXT; an empty text takes the key away, and a key that is not there answers false."""
    if is_set:
        if text:
            thing.ext[key] = text
        else:
            thing.ext.pop(key, None)
        desk.project.touch(TRACK_CONFIG)
        return (True, text)
    return (True, thing.ext[key]) if key in thing.ext else (False, "")


@reascript
def InsertTrackInProject(desk: Desk, project: MaybeProject, index: int, flags: int) -> None:
    project = project or desk.project
    at = min(max(index, 0), len(project.state.tracks))
    project.state.tracks.insert(at, Track())
    project.touch(TRACK_CONFIG)


@reascript
def InsertTrackAtIndex(desk: Desk, index: int, defaults: bool) -> None:
    InsertTrackInProject(desk, None, index, int(defaults))


@reascript
def DeleteTrack(desk: Desk, track: MaybeTrack) -> None:
    if track is None or track.is_master:
        return
    project = desk.project_of(track)
    for send in project.state.sends:
        if track in (send.source, send.destination):
            desk.handles.forget(send)
    project.state.delete(track)
    desk.handles.forget(track)
    project.touch(TRACK_CONFIG)


@reascript
def ReorderSelectedTracks(desk: Desk, before: int, make_previous_folder: int) -> bool:
    state = desk.project.state
    moved = [track for track in state.tracks if track.values["I_SELECTED"]]
    ahead = [track for track in state.tracks[:before] if track not in moved]
    rest = [track for track in state.tracks[before:] if track not in moved]
    state.tracks = [*ahead, *moved, *rest]
    desk.project.touch(TRACK_CONFIG)
    return bool(moved)


# selection ----------------------------------------------------------------------------------------------------


def _selected(project: Project, with_master: bool) -> list[Track]:
    tracks = [project.state.master, *project.state.tracks] if with_master else project.state.tracks
    return [track for track in tracks if track.values["I_SELECTED"]]


@reascript
def CountSelectedTracks2(desk: Desk, project: MaybeProject, with_master: bool) -> int:
    return len(_selected(project or desk.project, bool(with_master)))


@reascript
def CountSelectedTracks(desk: Desk, project: MaybeProject) -> int:
    return len(_selected(project or desk.project, False))


@reascript
def GetSelectedTrack2(desk: Desk, project: MaybeProject, index: int, with_master: bool) -> Track | None:
    tracks = _selected(project or desk.project, bool(with_master))
    return tracks[index] if 0 <= index < len(tracks) else None


@reascript
def GetSelectedTrack(desk: Desk, project: MaybeProject, index: int) -> Track | None:
    return GetSelectedTrack2(desk, project, index, False)


@reascript
def IsTrackSelected(desk: Desk, track: MaybeTrack) -> bool:
    return track is not None and track.values["I_SELECTED"] != 0.0


@reascript
def SetTrackSelected(desk: Desk, track: MaybeTrack, selected: bool) -> None:
    if track is not None:
        track.values["I_SELECTED"] = float(bool(selected))
        _selection_changed(desk)


@reascript
def SetOnlyTrackSelected(desk: Desk, track: MaybeTrack) -> None:
    for other in (*desk.project.state.tracks, desk.project.state.master):
        other.values["I_SELECTED"] = float(other is track)
    _selection_changed(desk)


def _selection_changed(desk: Desk) -> None:
    """Count a selection as a change of state where the preferences say that it is one."""
    if desk.options.selection_undo == "points":
        desk.project.change_count += 1


# groups -------------------------------------------------------------------------------------------------------


@reascript
def GetSetTrackGroupMembership(desk: Desk, track: MaybeTrack, group: str, mask: int, value: int) -> int:
    return _membership(desk, track, group, mask, value)


@reascript
def GetSetTrackGroupMembershipHigh(desk: Desk, track: MaybeTrack, group: str, mask: int, value: int) -> int:
    return _membership(desk, track, group + "_HIGH", mask, value)


def _membership(desk: Desk, track: MaybeTrack, group: str, mask: int, value: int) -> int:
    if track is None:
        return 0
    before = track.groups.get(group, 0)
    if mask:
        track.groups[group] = before & ~mask | value & mask
        desk.project_of(track).touch(TRACK_CONFIG)
    return track.groups.get(group, 0)


@reascript
def AnyTrackSolo(desk: Desk, project: MaybeProject) -> bool:
    return any(track.values["I_SOLO"] for track in (project or desk.project).state.tracks)
