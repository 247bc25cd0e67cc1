"""Ext state and settings of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.standin.api.projects import MaybeProject
from tests.standin.project import INFO_DEFAULTS, TEXT_DEFAULTS
from tests.standin.registry import reascript
from tests.standin.undo import MISC

if TYPE_CHECKING:
    from tests.standin.desk import Desk


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
