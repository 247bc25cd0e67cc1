"""The application: version, console, boxes, actions, global ext state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.standin.registry import FUNCTIONS, reascript

if TYPE_CHECKING:
    from tests.standin.desk import Desk
    from tests.standin.handles import Guid
    from tests.standin.project import Project


@reascript
def GetAppVersion(desk: Desk) -> str:
    return desk.options.version


@reascript
def GetOS(desk: Desk) -> str:
    return "Other"


@reascript
def GetResourcePath(desk: Desk) -> str:
    return str(desk.resource_path)


@reascript
def APIExists(desk: Desk, name: str) -> bool:
    return name in FUNCTIONS and name not in desk.options.without


@reascript
def ShowConsoleMsg(desk: Desk, text: str) -> None:
    desk.console.append(text)


@reascript
def ShowMessageBox(desk: Desk, text: str, title: str, kind: int) -> int:
    return desk.show_box(f"{title}: {text}")


@reascript
def PreventUIRefresh(desk: Desk, count: int) -> None:
    desk.refresh_holds += count


@reascript
def UpdateArrange(desk: Desk) -> None:
    """Draw nothing."""


@reascript
def UpdateTimeline(desk: Desk) -> None:
    """Draw nothing."""


@reascript
def TrackList_AdjustWindows(desk: Desk, minor: bool) -> None:
    """Draw nothing."""


@reascript
def NamedCommandLookup(desk: Desk, name: str) -> int:
    number: int = desk.commands.lookup(name)
    return number


@reascript
def ReverseNamedCommandLookup(desk: Desk, command: int) -> str | None:
    name: str | None = desk.commands.name_of(command)
    return name


@reascript
def AddRemoveReaScript(desk: Desk, add: bool, section: int, script: str, commit: bool) -> int:
    number: int = desk.commands.add_remove(bool(add), section, script, bool(commit))
    return number


@reascript
def Main_OnCommand(desk: Desk, command: int, flag: int) -> None:
    desk.commands.run(command)


@reascript
def Main_OnCommandEx(desk: Desk, command: int, flag: int, project: Project | None) -> None:
    desk.commands.run(command, project)


@reascript
def GetExtState(desk: Desk, section: str, key: str) -> str:
    return desk.ext_state.get((section, key), "")


@reascript
def SetExtState(desk: Desk, section: str, key: str, value: str, persist: bool) -> None:
    desk.ext_state[section, key] = value
    if persist:
        desk.persistent.add((section, key))


@reascript
def HasExtState(desk: Desk, section: str, key: str) -> bool:
    return (section, key) in desk.ext_state


@reascript
def DeleteExtState(desk: Desk, section: str, key: str, persist: bool) -> None:
    desk.ext_state.pop((section, key), None)
    desk.persistent.discard((section, key))


@reascript
def genGuid(desk: Desk, guid: Guid | None) -> None:
    if guid is not None:
        from tests.standin.envelopes import new_guid

        guid.text = new_guid()


@reascript
def guidToString(desk: Desk, guid: Guid | None, text: str) -> str:
    return guid.text if guid is not None else "{00000000-0000-0000-0000-000000000000}"


@reascript
def ValidatePtr(desk: Desk, pointer: int, kind: str) -> bool:
    return desk.handles.is_alive(pointer, kind)


@reascript
def ValidatePtr2(desk: Desk, project: Project | None, pointer: int, kind: str) -> bool:
    return desk.handles.is_alive(pointer, kind)


@reascript
def GetPlayStateEx(desk: Desk, project: Project | None) -> int:
    return desk.play_state


@reascript
def GetPlayState(desk: Desk) -> int:
    return desk.play_state


@reascript
def OnStopButton(desk: Desk) -> None:
    desk.play_state = 0


@reascript
def OnStopButtonEx(desk: Desk, project: Project | None) -> None:
    desk.play_state = 0


@reascript
def GetCursorPosition(desk: Desk) -> float:
    return desk.project.cursor


@reascript
def time_precise(desk: Desk) -> float:
    import time

    return time.perf_counter()
