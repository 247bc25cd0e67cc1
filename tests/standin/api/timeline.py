"""Tempo, markers and regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.standin.api.projects import MaybeProject
from tests.standin.project import Marker
from tests.standin.registry import reascript
from tests.standin.undo import MISC

if TYPE_CHECKING:
    from tests.standin.desk import Desk


@reascript
def Master_GetTempo(desk: Desk) -> float:
    return desk.project.state.bpm


@reascript
def GetProjectTimeSignature2(desk: Desk, project: MaybeProject, bpm: float, beats: float) -> tuple[float, float]:
    state = (project or desk.project).state
    return (state.bpm, float(state.signature[0]))


@reascript
def TimeMap_GetTimeSigAtTime(
    desk: Desk, project: MaybeProject, time: float, given_numerator: int, given_denominator: int, given_bpm: float
) -> tuple[int, int, float]:
    state = (project or desk.project).state
    numerator, denominator, bpm = (*state.signature, state.bpm)
    for marker in state.tempo:
        if marker.time <= time:
            bpm = marker.bpm
            if marker.numerator > 0:
                numerator, denominator = marker.numerator, marker.denominator
    return (numerator, denominator, bpm)


@reascript
def CountTempoTimeSigMarkers(desk: Desk, project: MaybeProject) -> int:
    return len((project or desk.project).state.tempo)


@reascript
def GetTempoTimeSigMarker(
    desk: Desk,
    project: MaybeProject,
    index: int,
    time: float,
    measure: int,
    beat: float,
    bpm: float,
    numerator: int,
    denominator: int,
    linear: int,
) -> tuple[bool, float, int, float, float, int, int, int]:
    markers = (project or desk.project).state.tempo
    if not 0 <= index < len(markers):
        return (False, 0.0, 0, 0.0, 0.0, 0, 0, 0)
    m = markers[index]
    return (True, m.time, 0, 0.0, m.bpm, m.numerator, m.denominator, m.linear)


@reascript
def CountProjectMarkers(desk: Desk, project: MaybeProject, markers: int, regions: int) -> tuple[int, int, int]:
    found = (project or desk.project).state.markers
    count = sum(marker.end is not None for marker in found)
    return (len(found), len(found) - count, count)


@reascript
def EnumProjectMarkers3(
    desk: Desk,
    project: MaybeProject,
    index: int,
    is_region: int,
    start: float,
    end: float,
    name: None,
    number: int,
    color: int,
) -> tuple[int, int, float, float, int, int]:
    found = (project or desk.project).state.markers
    if not 0 <= index < len(found):
        return (0, 0, 0.0, 0.0, 0, 0)
    m = found[index]
    return (index + 1, int(m.end is not None), m.start, m.end or 0.0, m.number, m.color)


@reascript
def AddProjectMarker2(
    desk: Desk, project: MaybeProject, is_region: bool, start: float, end: float, name: str, wanted: int, color: int
) -> int:
    project = project or desk.project
    taken = {marker.number for marker in project.state.markers}
    number = wanted if wanted > 0 and wanted not in taken else max(taken, default=0) + 1
    project.state.markers.append(Marker(number, start, end if is_region else None, name, color))
    project.touch(MISC)
    return number


@reascript
def GetNumRegionsOrMarkers(desk: Desk, project: MaybeProject) -> int:
    return len((project or desk.project).state.markers)


@reascript
def GetRegionOrMarker(desk: Desk, project: MaybeProject, index: int, guid: str) -> Marker | None:
    markers = (project or desk.project).state.markers
    return markers[index] if 0 <= index < len(markers) else None


@reascript
def GetRegionOrMarkerInfo_Value(desk: Desk, project: MaybeProject, marker: Marker | None, key: str) -> float:
    if marker is None:
        return 0.0
    values = {
        "D_STARTPOS": marker.start,
        "D_ENDPOS": marker.end if marker.end is not None else marker.start,
        "B_ISREGION": float(marker.end is not None),
        "I_NUMBER": float(marker.number),
        "I_CUSTOMCOLOR": float(marker.color),
    }
    return values.get(key, 0.0)


@reascript
def GetSetRegionOrMarkerInfo_String(
    desk: Desk, project: MaybeProject, marker: Marker | None, key: str, text: str, is_set: bool
) -> tuple[bool, str | None]:
    if marker is None or key != "P_NAME":
        return (False, None)
    if is_set:
        marker.name = text
        (project or desk.project).touch(MISC)
    return (True, marker.name)
