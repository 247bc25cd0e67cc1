"""Projects: tabs, undo, ext state, settings, tempo and markers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.standin.desk import CANCEL
from tests.standin.project import INFO_DEFAULTS, TEXT_DEFAULTS, Marker, Project
from tests.standin.registry import reascript
from tests.standin.undo import ITEMS, MISC

if TYPE_CHECKING:
    from tests.standin.desk import Desk

IN_FRONT, RENDERING = -1, 0x40000000
MaybeProject = Project | None


@reascript
def EnumProjects(desk: Desk, index: int, name: str, size: int) -> tuple[Project | None, str | None]:
    if index == RENDERING:
        return (None, None)
    at = desk.current_index if index == IN_FRONT else index
    if not 0 <= at < len(desk.projects):
        return (None, None)
    project = desk.projects[at]
    return (project, str(project.path) if project.path else "")


@reascript
def SelectProjectInstance(desk: Desk, project: MaybeProject) -> None:
    if project in desk.projects:
        desk.current_index = desk.projects.index(project)


@reascript
def GetProjectName(desk: Desk, project: MaybeProject, name: str, size: int) -> str:
    path = (project or desk.project).path
    return path.name if path else ""


@reascript
def GetProjectPath(desk: Desk, path: str, size: int) -> str:
    return str(desk.project.folder)


@reascript
def GetProjectPathEx(desk: Desk, project: MaybeProject, path: str, size: int) -> str:
    return str((project or desk.project).folder)


@reascript
def IsProjectDirty(desk: Desk, project: MaybeProject) -> int:
    return int((project or desk.project).dirty)


@reascript
def MarkProjectDirty(desk: Desk, project: MaybeProject) -> None:
    (project or desk.project).dirty = True


@reascript
def Main_SaveProject(desk: Desk, project: MaybeProject, force_dialog: bool) -> None:
    if force_dialog:
        desk.show_box("Save project as")
    else:
        desk.save()


@reascript
def Main_SaveProjectEx(desk: Desk, project: MaybeProject, name: str, options: int) -> None:
    desk.save(Path(name) if name else None, takes_the_name=bool(options & 8) or not name)


@reascript
def Main_openProject(desk: Desk, name: str) -> None:
    if not name.startswith("noprompt:") and desk.project.dirty and desk.show_box("Save the project first?") == CANCEL:
        return
    desk.open(Path(name.removeprefix("noprompt:")), in_new_tab=False)


@reascript
def GetProjectStateChangeCount(desk: Desk, project: MaybeProject) -> int:
    return (project or desk.project).change_count


@reascript
def GetProjectLength(desk: Desk, project: MaybeProject) -> float:
    return (project or desk.project).length_seconds()


# undo ---------------------------------------------------------------------------------------------------------


@reascript
def Undo_BeginBlock(desk: Desk) -> None:
    desk.project.history.begin()


@reascript
def Undo_BeginBlock2(desk: Desk, project: MaybeProject) -> None:
    (project or desk.project).history.begin()


@reascript
def Undo_EndBlock(desk: Desk, name: str, flags: int) -> None:
    desk.project.history.end(name, flags)


@reascript
def Undo_EndBlock2(desk: Desk, project: MaybeProject, name: str, flags: int) -> None:
    (project or desk.project).history.end(name, flags)


@reascript
def Undo_OnStateChangeEx2(desk: Desk, project: MaybeProject, name: str, flags: int, track: int) -> None:
    (project or desk.project).history.point(name)


@reascript
def Undo_OnStateChange2(desk: Desk, project: MaybeProject, name: str) -> None:
    (project or desk.project).history.point(name)


@reascript
def Undo_CanUndo2(desk: Desk, project: MaybeProject) -> str | None:
    names: list[str] = (project or desk.project).history.undo_names()
    return names[0] if names else None


@reascript
def Undo_CanRedo2(desk: Desk, project: MaybeProject) -> str | None:
    names: list[str] = (project or desk.project).history.redo_names()
    return names[0] if names else None


@reascript
def Undo_DoUndo2(desk: Desk, project: MaybeProject) -> int:
    return int((project or desk.project).history.undo())


@reascript
def Undo_DoRedo2(desk: Desk, project: MaybeProject) -> int:
    return int((project or desk.project).history.redo())


# ext state ----------------------------------------------------------------------------------------------------


@reascript
def GetProjExtState(
    desk: Desk, project: MaybeProject, section: str, key: str, value: str, size: int
) -> tuple[int, str]:
    text = (project or desk.project).ext_state.get(section.upper(), {}).get(key.upper(), "")
    return (len(text.encode()), text)


@reascript
def SetProjExtState(desk: Desk, project: MaybeProject, section: str, key: str, value: str) -> int:
    project = project or desk.project
    project.touch(MISC)
    pairs = project.ext_state.setdefault(section.upper(), {})
    if not key:
        pairs.clear()
    elif not value:
        pairs.pop(key.upper(), None)
    else:
        pairs[key.upper()] = value
    if not pairs:
        del project.ext_state[section.upper()]
    return len(value.encode())


@reascript
def EnumProjExtState(
    desk: Desk, project: MaybeProject, section: str, index: int, key: str, key_size: int, value: str, size: int
) -> tuple[bool, str | None, str | None]:
    pairs = list((project or desk.project).ext_state.get(section.upper(), {}).items())
    return (True, *pairs[index]) if 0 <= index < len(pairs) else (False, None, None)


# settings -----------------------------------------------------------------------------------------------------


@reascript
def GetSetProjectInfo(desk: Desk, project: MaybeProject, key: str, value: float, is_set: bool) -> float:
    project = project or desk.project
    if key == "DIRTY":
        return float(project.dirty)
    if key not in INFO_DEFAULTS:
        return 0.0
    if is_set:
        if key.startswith(("RENDER_", "PROJECT_")):
            project.dirty = True
        project.info[key] = value
    return project.info[key]


@reascript
def GetSetProjectInfo_String(
    desk: Desk, project: MaybeProject, key: str, value: str, is_set: bool
) -> tuple[bool, str | None]:
    project = project or desk.project
    if key == "PROJECT_NAME":
        return (True, project.path.name if project.path else "")
    if key == "RENDER_TARGETS":
        return (True, ";".join(desk.render_targets(project)))
    if key == "RENDER_STATS":
        return (True, ";".join(f"FILE:{name}" for name in desk.rendered))
    if key.startswith("TRACK_GROUP_NAME:"):
        number = int(key.partition(":")[2])
        if is_set:
            project.state.group_names[number] = value
            project.touch(MISC)
        return (True, project.state.group_names.get(number, f"Group {number}"))
    if key not in TEXT_DEFAULTS:
        return (False, None)
    if is_set:
        project.texts[key] = value
        project.dirty = True
    return (True, project.texts[key])


@reascript
def GetSet_LoopTimeRange2(
    desk: Desk, project: MaybeProject, is_set: bool, is_loop: bool, start: float, end: float, seek: bool
) -> tuple[float, float]:
    project = project or desk.project
    if is_set and is_loop:
        project.loop = (start, end)
    elif is_set:
        project.time_selection = (start, end)
    return project.loop if is_loop else project.time_selection


# tempo and markers --------------------------------------------------------------------------------------------


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
def CountMediaItems(desk: Desk, project: MaybeProject) -> int:
    return sum(len(track.items) for track in (project or desk.project).state.tracks)


@reascript
def SelectAllMediaItems(desk: Desk, project: MaybeProject, selected: bool) -> None:
    project = project or desk.project
    for track in project.state.tracks:
        for item in track.items:
            item.values["B_UISEL"] = float(bool(selected))
    project.touch(ITEMS)
