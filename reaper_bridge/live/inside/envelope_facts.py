"""Look at envelopes: their points as a project file has them, and which plug-ins' knobs are automated."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import reaper_python as api

from .buffers import SIZE

TRACK_LANES = (
    "<VOLENV", "<PANENV", "<WIDTHENV", "<VOLENV2", "<PANENV2", "<WIDTHENV2", "<VOLENV3", "<MUTEENV",
)  # fmt: skip
MASTER_LANES = tuple("<MASTER" + name[1:] for name in TRACK_LANES if name != "<MUTEENV")
TAKE_LANES = {"VOLENV": "Volume", "PANENV": "Pan", "MUTEENV": "Mute", "PITCHENV": "Pitch"}
_ACTIVE = re.compile(r"^\s*ACT (\d+)", re.MULTILINE)

Facts = dict[str, Any]


def track_envelopes(track: str, is_master: bool) -> list[Facts]:
    """Return the envelopes of a track that exist, on or off."""
    found: list[Facts] = []
    if not api.RPR_CountTrackEnvelopes(track):
        return found
    for name in MASTER_LANES if is_master else TRACK_LANES:
        envelope = api.RPR_GetTrackEnvelopeByChunkName(track, name)
        if not is_there(envelope) and is_master:
            envelope = api.RPR_GetTrackEnvelopeByChunkName(track, name.replace("MASTER", ""))
        if is_there(envelope):
            found.append({"name": name, **envelope_facts(envelope)})
    return found


def take_envelopes(take: str, play_rate: float) -> list[Facts]:
    """Return the envelopes of a take that exist, in project time from the start of its item."""
    found: list[Facts] = []
    if not api.RPR_CountTakeEnvelopes(take):
        return found
    for name, shown in TAKE_LANES.items():
        envelope = api.RPR_GetTakeEnvelopeByName(take, shown)
        if is_there(envelope):
            facts = envelope_facts(envelope)
            # points of takes are kept in the take's own time
            facts["points"] = [[point[0] / play_rate, *point[1:]] for point in facts["points"]]
            found.append({"name": name, **facts})
    return found


def envelope_facts(envelope: str) -> Facts:
    """Return what an envelope holds; values of fader-scaled ones come as amplitudes."""
    amplitude = amplitudes(envelope)
    points = []
    for index in range(api.RPR_CountEnvelopePoints(envelope)):
        point = api.RPR_GetEnvelopePoint(envelope, index, 0.0, 0.0, 0, 0.0, 0)
        points.append([point[3], amplitude(point[4]), point[5], point[6]])
    return {
        "is_active": is_active(envelope),
        "automation_items": api.RPR_CountAutomationItems(envelope),
        "points": points,
    }


def amplitudes(envelope: str) -> Callable[[float], float]:
    """Return what makes a value of an envelope an amplitude; each value is asked of REAPER once."""
    return _scaled(envelope, api.RPR_ScaleFromEnvelopeMode)


def raw_values(envelope: str) -> Callable[[float], float]:
    """Return what makes an amplitude a value of an envelope, the reverse of ``amplitudes``."""
    return _scaled(envelope, api.RPR_ScaleToEnvelopeMode)


def _scaled(envelope: str, scale: Callable[[int, float], float]) -> Callable[[float], float]:
    mode = api.RPR_GetEnvelopeScalingMode(envelope)
    if not mode:
        return lambda value: value
    # lanes come back to the same levels, and a call costs more than a look into a table
    return lru_cache(maxsize=None)(lambda value: float(scale(mode, value)))


def automated_plugins(track: str) -> set[int]:
    """Return the places in the chain of plug-ins with an envelope that is on."""
    found: set[int] = set()
    for index in range(api.RPR_CountTrackEnvelopes(track)):
        envelope = api.RPR_GetTrackEnvelope(track, index)
        fx = api.RPR_Envelope_GetParentTrack(envelope, 0, 0)[2]
        if fx >= 0 and fx not in found and is_active(envelope):
            found.add(fx)
    return found


def is_active(envelope: str) -> bool:
    """Tell whether an envelope is switched on; older REAPERs say so only in its text."""
    answer = api.RPR_GetSetEnvelopeInfo_String(envelope, "ACTIVE", "", False)
    if answer[0]:
        return str(answer[3]) != "0"
    match = _ACTIVE.search(str(api.RPR_GetEnvelopeStateChunk(envelope, "", SIZE, False)[2]))
    return match is not None and match[1] != "0"


def is_there(handle: str | None) -> bool:
    """Tell a handle from REAPER's null, which is text as well: ``(MediaTrack*)0x0000000000000000``."""
    return isinstance(handle, str) and handle.rstrip("0")[-1:] not in ("x", "")
