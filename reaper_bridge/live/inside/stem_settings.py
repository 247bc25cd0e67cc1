"""Render settings for stems, before the fader or after it, and the way back to the engineer's own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import reaper_python as api

STEMS_AFTER_FADER = 3
"""1 and 2 together are the stems of the selected tracks; 2 alone was seen to give the master mix."""
STEMS_BEFORE_FADER = STEMS_AFTER_FADER | 8192
FLOAT_WAV = "ZXZhdyAAAQ=="
CUSTOM_BOUNDS = 0.0
PATTERN = "$tracknumber"


def set_render(project: str, directory: str, span: tuple[float, float], stems: int, restoring: ExitStack) -> None:
    """Set a render of the selected tracks over a span in seconds; ``restoring`` takes all of it back when it closes.

    The bounds are numbers, since “entire project” heeds markers called =START and =END.
    """
    numbers = {
        "RENDER_SETTINGS": float(stems),
        "RENDER_BOUNDSFLAG": CUSTOM_BOUNDS,
        "RENDER_STARTPOS": span[0],
        "RENDER_ENDPOS": span[1],
        "RENDER_CHANNELS": 2.0,
        "RENDER_SRATE": 0.0,
        "RENDER_TAILFLAG": 0.0,
        "RENDER_TAILMS": 0.0,
        "RENDER_ADDTOPROJ": 0.0,
        "RENDER_DITHER": 0.0,
        "RENDER_NORMALIZE": 0.0,
    }
    texts = {
        "RENDER_FILE": directory,
        "RENDER_PATTERN": PATTERN,
        "RENDER_FORMAT": FLOAT_WAV,
        "RENDER_FORMAT2": "",
    }
    # REAPER may move the bounds with their flag, so the flag is set first and goes back last
    for key in ("RENDER_BOUNDSFLAG", *(key for key in numbers if key != "RENDER_BOUNDSFLAG")):
        before = api.RPR_GetSetProjectInfo(project, key, 0.0, False)
        restoring.callback(api.RPR_GetSetProjectInfo, project, key, before, True)
        api.RPR_GetSetProjectInfo(project, key, numbers[key], True)
    for key, value in texts.items():
        text = str(api.RPR_GetSetProjectInfo_String(project, key, "", False)[3])
        restoring.callback(api.RPR_GetSetProjectInfo_String, project, key, text, True)
        api.RPR_GetSetProjectInfo_String(project, key, value, True)


def render_targets(project: str) -> list[str]:
    """Return the files that a render with the settings of now would write."""
    text = str(api.RPR_GetSetProjectInfo_String(project, "RENDER_TARGETS", "", False)[3])
    return [name for name in text.split(";") if name]


def set_value(get: Callable[..., Any], put: Callable[..., Any], restoring: ExitStack, *where: Any, to: float) -> None:
    """Set a value, and have exactly the value before it put back when ``restoring`` closes."""
    before = get(*where)
    if before != to:
        restoring.callback(put, *where, before)
        put(*where, to)
