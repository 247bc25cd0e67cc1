"""Look at a project as a whole: where it lies, how it runs, what is written into it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import reaper_python as api

from .buffers import SIZE

SECTION = "FIRSTPASS"
OTHER_PROJECT = "Another project is in front of REAPER than the one that was read; bring that to the front."
PASS_MARK = "P_EXT:firstpass"
_FRONT = -1
_PATH_SIZE = 4096
_SHORT = 256
_CONFIG_NUMBERS = ("panlaw", "panmode", "panlawflags", "itemmixflag")
"""Project settings that no function of their own tells; believed to be those of the project in front."""

Facts = dict[str, Any]


def front_project() -> Facts:
    """Return handle and path of the project in front, and what changes while it is worked on."""
    answer = api.RPR_EnumProjects(_FRONT, "", _PATH_SIZE)
    project = str(answer[0])
    return {
        "handle": project,
        "path": str(answer[2]),
        "change_count": int(api.RPR_GetProjectStateChangeCount(project)),
        "is_dirty": bool(api.RPR_IsProjectDirty(project)),
        "play_state": int(api.RPR_GetPlayStateEx(project)),
        "undo_name": step_name(api.RPR_Undo_CanUndo2, project),
        "redo_name": step_name(api.RPR_Undo_CanRedo2, project),
    }


def step_name(ask: Callable[[str], Any], project: str) -> str | None:
    """Return the name of the next step of undo or redo, or None; REAPER's module raises where there is none."""
    try:
        return str(ask(project)) or None
    except AttributeError:
        return None
    except UnicodeDecodeError:
        return ""


def project_facts(front: Facts, master: str) -> Facts:
    """Return everything about the project that is not a track. ``front`` is what ``front_project`` told.

    What this REAPER cannot tell has a value that says nothing, and stands under ``unreadable``.
    """
    project = front["handle"]
    facts: Facts = {**front, "unreadable": []}
    # without these two nobody could tell what is ours: then the visit fails
    facts["ext_state"] = _ext_state(project)
    facts["pass_mark"] = str(api.RPR_GetSetMediaTrackInfo_String(master, PASS_MARK, "", False)[3])
    parts: dict[str, tuple[Callable[[], Any], Any]] = {
        "name": (lambda: str(api.RPR_GetProjectName(project, "", _PATH_SIZE)[1]), ""),
        "reaper_version": (lambda: str(api.RPR_GetAppVersion()), ""),
        "os": (lambda: str(api.RPR_GetOS()), ""),
        "PROJECT_SRATE": (lambda: _info(project, "PROJECT_SRATE"), 0.0),
        "PROJECT_SRATE_USE": (lambda: _info(project, "PROJECT_SRATE_USE"), 0.0),
        **{key: (functools.partial(_config_number, key), None) for key in _CONFIG_NUMBERS},
        "automation_override": (lambda: int(api.RPR_GetGlobalAutomationOverride()), -1),
        "tempo": (lambda: _tempo(project), []),
        "markers": (lambda: _markers(project), []),
        "notes": (lambda: str(api.RPR_GetSetProjectNotes(project, False, "", SIZE)[2]), ""),
    }
    for part, (look, nothing) in parts.items():
        try:
            facts[part] = look()
        except Exception as error:  # an older REAPER lacks functions; the rest is still worth reading
            facts[part] = nothing
            facts["unreadable"].append(f"{part} ({type(error).__name__}: {error})")
    return facts


def _info(project: str, key: str) -> float:
    return float(api.RPR_GetSetProjectInfo(project, key, 0.0, False))


def _config_number(name: str) -> float | None:
    answer = api.RPR_get_config_var_string(name, "", _SHORT)
    try:
        return float(answer[2]) if answer[0] else None
    except ValueError:
        return None


def _tempo(project: str) -> list[list[float]]:
    """Return time, tempo, numerator and denominator of each change; 0 where a change keeps the signature."""
    start = api.RPR_TimeMap_GetTimeSigAtTime(project, 0.0, 0, 0, 0.0)
    changes = [[0.0, start[4], start[2], start[3]]]
    for index in range(api.RPR_CountTempoTimeSigMarkers(project)):
        answer = api.RPR_GetTempoTimeSigMarker(project, index, 0.0, 0, 0.0, 0.0, 0, 0, 0)
        if answer[0]:
            changes.append([answer[3], answer[6], max(0, answer[7]), max(0, answer[8])])
    return changes


def _markers(project: str) -> list[list[Any]]:
    """Return start, end (None for a marker) and name; REAPER before 7.62 gives Python no names."""
    if hasattr(api, "RPR_GetNumRegionsOrMarkers"):
        return [_marker(project, index) for index in range(api.RPR_GetNumRegionsOrMarkers(project))]
    markers: list[list[Any]] = []
    while True:
        answer = api.RPR_EnumProjectMarkers3(project, len(markers), 0, 0.0, 0.0, "", 0, 0)
        if not answer[0]:
            return markers
        markers.append([answer[4], answer[5] if answer[3] else None, ""])


def _marker(project: str, index: int) -> list[Any]:
    marker = api.RPR_GetRegionOrMarker(project, index, "")
    get = api.RPR_GetRegionOrMarkerInfo_Value
    name = str(api.RPR_GetSetRegionOrMarkerInfo_String(project, marker, "P_NAME", "", False)[4])
    is_region = get(project, marker, "B_ISREGION")
    return [get(project, marker, "D_STARTPOS"), get(project, marker, "D_ENDPOS") if is_region else None, name]


def _ext_state(project: str) -> dict[str, str]:
    found: dict[str, str] = {}
    index = 0
    while True:
        answer = api.RPR_EnumProjExtState(project, SECTION, index, "", _SHORT, "", SIZE)
        if not answer[0]:
            return found
        found[str(answer[4])] = str(answer[6])
        index += 1
