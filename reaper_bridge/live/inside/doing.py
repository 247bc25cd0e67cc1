"""Write a whole pass in one go: one call, one undo step, or nothing.

``write(request)`` takes, as JSON::

    {"project": {"handle", "path", "change_count"}, "label", "not_after": seconds since 1970,
     "expected": [CHECK, …], "steps": [STEP, …],
     "names": {planned id: real id}, "notes": {key: value}, "mark"}

    CHECK  ["value", track, key, number] · ["fx", track, fx, [raw, …], vst_chunk] ·
           ["send" or "side_chain", track, destination, {key: number}] · ["lane", track, name, [[seconds, value], …]]
    STEP   as in the table at the end; ``effects.py``, ``lanes.py`` and ``routes.py`` carry them out

and returns ``{"names", "turned", "refused_chunks", "mark", "change_count", "held_seconds"}``. Everything is looked up
by GUID in this very call. The checks come first and change nothing; a step that fails ends the block and undoes it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import reaper_python as api

from . import UNFINISHED
from .agent import Refusal
from .buffers import cheap_strings
from .checks import check_expected
from .effects import add_fx, drop_fx, enable_fx, listen, set_fx
from .lanes import create_lanes, write_lane
from .project_facts import PASS_MARK, SECTION, front_project, step_name
from .routes import add_tracks, channels, drop_send, drop_side_chain, drop_track, send, set_value, side_chain
from .work import Failure, Work

ALL_STATES = -1
_RECORDS = 4
_OURS = ("FORMAT", "LEDGER_", "NAMES_", "EARLIER_", "TAKEN_BACK")
_NAMES_PER_VALUE = 23

Facts = dict[str, Any]


def write(request: Facts) -> Facts:
    """Write a pass.

    Raises:
        Refusal: Nothing was changed. ``project``, ``late``, ``recording``: not now; ``count``:
            something was done since, perhaps nothing that matters; ``moved``: a value is not what it was;
            ``failed``: a step was not possible and all was taken back.
    """
    begun = time.perf_counter()
    with cheap_strings(api):
        project = _front(request)
        if request["project"]["change_count"] != int(api.RPR_GetProjectStateChangeCount(project)):
            raise Refusal("count", "The project has changed since it was read.")
        work = Work(project, request["names"])
        check_expected(work, request["expected"])
        _in_one_step(project, request["label"], lambda: _carry_out(work, request))
        answer = {
            "names": work.names,
            "turned": work.turned,
            "refused_chunks": work.refused_chunks,
            "mark": _mark(project),
            "change_count": int(api.RPR_GetProjectStateChangeCount(project)),
        }
    answer["held_seconds"] = time.perf_counter() - begun
    return answer


def set_notes(request: Facts) -> Facts:
    """Replace our notes in the project, and nothing else, as one undo step; without a label as no step.

    Raises:
        Refusal: As ``write``.
    """
    with cheap_strings(api):
        project = _front(request)
        if request["label"]:
            _in_one_step(project, request["label"], lambda: _put_notes(project, request["notes"]))
        else:
            _put_notes(project, request["notes"])
            api.RPR_MarkProjectDirty(project)
        return {"change_count": int(api.RPR_GetProjectStateChangeCount(project))}


def take_back(request: Facts) -> Facts:
    """Undo REAPER's last step if it bears this label; else do nothing. Say whether, and what the mark is then.

    Raises:
        Refusal: As ``write``.
    """
    return _step(request, api.RPR_Undo_CanUndo2, api.RPR_Undo_DoUndo2)


def redo(request: Facts) -> Facts:
    """Redo REAPER's next step if it bears this label; else do nothing. Say whether, and what the mark is then.

    Raises:
        Refusal: As ``write``.
    """
    return _step(request, api.RPR_Undo_CanRedo2, api.RPR_Undo_DoRedo2)


def _step(request: Facts, ask: Callable[[str], Any], do: Callable[[str], Any]) -> Facts:
    with cheap_strings(api):
        project = _front(request)
        done = step_name(ask, project) == request["label"] and bool(do(project))
        return {"done": done, "mark": _mark(project)}


def _front(request: Facts) -> str:
    """Return the project in front, having made sure that it is the one meant and that it may be written now."""
    wanted, front = request["project"], front_project()
    if time.time() > request["not_after"]:
        raise Refusal("late", "The request waited too long; nothing was written.")
    if (front["handle"], front["path"]) != (wanted["handle"], wanted["path"]):
        raise Refusal("project", "Another project is in front in REAPER; nothing was written.")
    if front["play_state"] & _RECORDS:
        raise Refusal("recording", "REAPER is recording; nothing was written. Stop, and run it again.")
    return str(front["handle"])


def _in_one_step(project: str, label: str, carry_out: Callable[[], None]) -> None:
    """Do something as one undo step of that name; if it fails, close the step and undo it."""
    failure: Exception | None = None
    is_done = False
    unfinished = label + UNFINISHED
    api.RPR_Undo_BeginBlock2(project)
    try:
        carry_out()
        is_done = True
    except Exception as error:
        failure = error
    finally:
        api.RPR_Undo_EndBlock2(project, label if is_done else unfinished, ALL_STATES)
        if not is_done and step_name(api.RPR_Undo_CanUndo2, project) == unfinished:
            api.RPR_Undo_DoUndo2(project)
    if isinstance(failure, Failure):
        raise Refusal("failed", str(failure)) from failure
    if failure is not None:
        raise failure


def _carry_out(work: Work, request: Facts) -> None:
    steps = request["steps"]
    # actions hang on the selection and on what is shown, so they come before the screen stands still
    add_tracks(work, [step for step in steps if step[0] == "track"])
    create_lanes(work, [step for step in steps if step[0] == "lane"])
    api.RPR_PreventUIRefresh(1)
    try:
        for name, *arguments in steps:
            if name != "track":
                STEPS[name](work, *arguments)
        _put_notes(work.project, {**request["notes"], **_names({**request["names"], **work.names})})
        _put_mark(work.project, request["mark"])
    finally:
        api.RPR_PreventUIRefresh(-1)
    api.RPR_TrackList_AdjustWindows(False)
    api.RPR_UpdateArrange()


def _names(names: dict[str, str]) -> dict[str, str]:
    """Return the keys that keep which plug-in has which id: pairs ``planned=real``, as the ledger is read."""
    pairs = [f"{planned}={real}" for planned, real in sorted(names.items())]
    starts = range(0, len(pairs), _NAMES_PER_VALUE)
    values = [",".join(pairs[at : at + _NAMES_PER_VALUE]) for at in starts]
    return {f"NAMES_{number:04d}": value for number, value in enumerate(values, 1)}


def _put_notes(project: str, notes: dict[str, str]) -> None:
    for key in _our_keys(project):
        if key not in notes:
            api.RPR_SetProjExtState(project, SECTION, key, "")
    for key, value in notes.items():
        api.RPR_SetProjExtState(project, SECTION, key, value)


def _our_keys(project: str) -> list[str]:
    keys: list[str] = []
    index = 0
    while True:
        answer = api.RPR_EnumProjExtState(project, SECTION, index, "", 256, "", 4096)
        if not answer[0]:
            return keys
        if str(answer[4]).upper().startswith(_OURS):
            keys.append(str(answer[4]))
        index += 1


def _put_mark(project: str, mark: str) -> None:
    api.RPR_GetSetMediaTrackInfo_String(api.RPR_GetMasterTrack(project), PASS_MARK, mark, True)


def _mark(project: str) -> str:
    master = api.RPR_GetMasterTrack(project)
    return str(api.RPR_GetSetMediaTrackInfo_String(master, PASS_MARK, "", False)[3])


STEPS: dict[str, Callable[..., None]] = {
    "value": set_value,  # track, key, number
    "channels": channels,  # track, at least so many
    "add_fx": add_fx,  # track, description
    "set_fx": set_fx,  # track, fx, settings
    "enable_fx": enable_fx,  # track, fx, 0 or 1
    "listen": listen,  # track, fx, planned id
    "drop_fx": drop_fx,  # track, fx
    "send": send,  # track, destination, is new, {key: number}
    "drop_send": drop_send,  # track, destination
    "side_chain": side_chain,  # track, destination, is new, {key: number}
    "drop_side_chain": drop_side_chain,  # track, destination
    "lane": write_lane,  # track, name, action, points
    "drop_track": drop_track,  # track
}
"""Every step but ``["track", id, name, channels]``, which comes first."""
