"""Projects: tabs, files, dirt and undo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.standin.desk import CANCEL
from tests.standin.project import Project
from tests.standin.registry import reascript

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
