"""Try REAPER out in a project tab of its own: does it behave as First Pass believes?

``probe`` opens a tab, makes every trial of a table in it, saves the tab's project into the folder it is given (so that
closing asks nothing), closes it and goes back to the tab that was in front; on every path. A trial returns plain
facts; what they mean is decided outside. One that fails says how, and the next is made all the same.
"""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import reaper_python as api

from .agent import Refusal
from .buffers import cheap_strings
from .chain_facts import SHORT
from .trials import TRIALS, Facts, Trial

NEW_TAB, CLOSE_TAB = 40859, 40860
PROJECT_FILE = "First Pass probe.RPP"


def probe(trials: list[str], plugins: list[str], folder: str) -> Facts:
    """Make these trials and return ``{"answers": {trial: facts}, "left": what could not be put back, …}``.

    ``plugins`` are the names to add plug-ins by, ``folder`` an empty folder that may be written to.

    Raises:
        Refusal: REAPER is recording (kind ``recording``), cannot see the folder (``folder``) or opens no tab
            (``no_tab``), or there is no such trial.
    """
    begun = time.perf_counter()
    unknown = [name for name in trials if name not in TRIALS]
    if unknown:
        raise Refusal("unknown", "There is no trial " + unknown[0] + "; is the bridge older than the program?")
    if api.RPR_GetPlayState() & 4:
        raise Refusal("recording", "REAPER is recording; nothing was tried.")
    if not Path(folder).is_dir():
        raise Refusal("folder", "REAPER cannot see the folder " + folder + "; nothing was tried.")
    former = _front()
    api.RPR_Main_OnCommand(NEW_TAB, 0)
    scratch = _front()
    if scratch == former:
        raise Refusal("no_tab", "REAPER opened no new project tab; nothing was tried.")
    answers: dict[str, Facts] = {}
    left = "the tab of the probe"
    try:
        for name in trials:
            with cheap_strings(api):
                answers[name] = _tried(TRIALS[name], scratch, plugins, folder)
    finally:
        left = _put_back(scratch, former, folder)
    return {"answers": answers, "left": left, "held_seconds": time.perf_counter() - begun}


def _front() -> str:
    return str(api.RPR_EnumProjects(-1, "", SHORT)[0])


def _tried(trial: Trial, scratch: str, plugins: list[str], folder: str) -> Facts:
    try:
        return trial(scratch, plugins, folder)
    except Exception as error:  # whatever one trial meets, the others are still made
        return {"error": type(error).__name__ + ": " + str(error)}


def _put_back(scratch: str, former: str, folder: str) -> str:
    """Close the tab and return to the one before; return what is left, nothing if all is well."""
    try:
        if _front() != scratch:
            api.RPR_SelectProjectInstance(scratch)
        with contextlib.suppress(Exception):
            api.RPR_Main_SaveProjectEx(scratch, str(Path(folder) / PROJECT_FILE), 8)
        # closing a tab with unsaved changes asks, and the question would stop everything
        if _front() != scratch or api.RPR_IsProjectDirty(scratch):
            return "the tab of the probe, which can be closed without saving"
        api.RPR_Main_OnCommand(CLOSE_TAB, 0)
        return "" if _front() != scratch else "the tab of the probe, which can be closed without saving"
    finally:
        with contextlib.suppress(Exception):
            api.RPR_SelectProjectInstance(former)
