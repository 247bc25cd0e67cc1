"""Look at the items of a track: what plays where, and from which file.

Takes that do not play are left out; of items that are muted only what is needed to name them is asked.
"""

from __future__ import annotations

from typing import Any

import reaper_python as api

from .buffers import SIZE
from .envelope_facts import is_there, take_envelopes

ITEM_KEYS = (
    "D_POSITION", "D_LENGTH", "D_VOL", "B_MUTE", "C_MUTE_SOLO", "C_LANEPLAYS", "B_LOOPSRC",
    "B_ALLTAKESPLAY", "I_CURTAKE", "D_FADEINLEN", "D_FADEINLEN_AUTO", "D_FADEINDIR", "C_FADEINSHAPE",
    "D_FADEOUTLEN", "D_FADEOUTLEN_AUTO", "D_FADEOUTDIR", "C_FADEOUTSHAPE",
)  # fmt: skip
TAKE_KEYS = ("D_VOL", "D_PAN", "D_STARTOFFS", "D_PLAYRATE", "B_PPITCH", "D_PITCH", "I_CHANMODE")
ALWAYS_MIX = 1
"""The project's way with overlapping items that needs no look at which of them replaces which."""
_SHORT = 4096
_DEEPEST = 16
_MIDI = ("MIDI", "MIDIPOOL")

Facts = dict[str, Any]


def item_facts(track: str, item_mix: int | None) -> list[Facts]:
    """Return the items of a track in REAPER's order."""
    handles = [api.RPR_GetTrackMediaItem(track, index) for index in range(api.RPR_CountTrackMediaItems(track))]
    items = [_item(handle) for handle in handles]
    if item_mix != ALWAYS_MIX:
        _add_mix_flags(items, handles)
    return items


def _item(item: str) -> Facts:
    get, text = api.RPR_GetMediaItemInfo_Value, api.RPR_GetSetMediaItemInfo_String
    facts: Facts = {key: get(item, key) for key in ITEM_KEYS}
    facts["guid"] = str(text(item, "GUID", "", False)[3])
    facts["notes"] = str(text(item, "P_NOTES", "", False)[3])
    facts["active"] = int(facts["I_CURTAKE"])
    plays = _plays(facts)
    all_play = facts["B_ALLTAKESPLAY"] and plays
    wanted = range(api.RPR_CountTakes(item)) if all_play else [facts["active"]]
    facts["takes"] = [_take(item, index, plays) for index in wanted]
    return facts


def _plays(facts: Facts) -> bool:
    return facts["D_LENGTH"] > 0.0 and (facts["C_MUTE_SOLO"] == -1 or not facts["B_MUTE"])


def _take(item: str, index: int, plays: bool) -> Facts | None:
    """Return a take, or None for an empty one."""
    take = api.RPR_GetMediaItemTake(item, index)
    if not is_there(take):
        return None
    get = api.RPR_GetMediaItemTakeInfo_Value
    facts: Facts = {"index": index, "name": take_name(take)}
    source = api.RPR_GetMediaItemTake_Source(take)
    facts["source"] = _source(source, take, 0) if is_there(source) else None
    if plays:
        facts.update((key, get(take, key)) for key in TAKE_KEYS)
        rate = facts["D_PLAYRATE"]
        facts["envelopes"] = take_envelopes(take, rate if rate > 0.0 else 1.0)
        facts["stretch"] = _stretch_markers(take)
        facts["fx"] = _effects(take)
    return facts


def take_name(take: str) -> str:
    """Return a take's name; one that is no UTF-8 comes by another way."""
    try:
        return str(api.RPR_GetTakeName(take))
    except (UnicodeDecodeError, AttributeError):
        return str(api.RPR_GetSetMediaItemTakeInfo_String(take, "P_NAME", "", False)[3])


def _source(source: str, take: str, depth: int) -> Facts:
    """Return what a source is, and the source within it where it is a section."""
    kind = str(api.RPR_GetMediaSourceType(source, "", _SHORT)[1])
    facts: Facts = {"type": kind, "file": str(api.RPR_GetMediaSourceFileName(source, "", _SHORT)[1]), "inner": None}
    if kind == "SECTION":
        answer = api.RPR_PCM_Source_GetSectionInfo(source, 0.0, 0.0, 0)
        facts["section"] = [answer[2], answer[3], bool(answer[4])] if answer[0] else None
        inner = api.RPR_GetMediaSourceParent(source) if depth < _DEEPEST else None
        if is_there(inner):
            facts["inner"] = _source(str(inner), take, depth + 1)
            facts["inner"]["length"] = api.RPR_GetMediaSourceLength(inner, 0)[0]
    elif kind == "VIDEO":
        facts["channels"] = api.RPR_GetMediaSourceNumChannels(source)
    elif kind in _MIDI:
        facts["has_notes"] = bool(api.RPR_MIDI_CountEvts(take, 0, 0, 0)[2])
    return facts


def _stretch_markers(take: str) -> list[list[float]]:
    """Return place, place in the source and slope of each stretch marker."""
    markers = []
    for index in range(api.RPR_GetTakeNumStretchMarkers(take)):
        answer = api.RPR_GetTakeStretchMarker(take, index, 0.0, 0.0)
        markers.append([answer[3], answer[4], api.RPR_GetTakeStretchMarkerSlope(take, index)])
    return markers


def _effects(take: str) -> list[Facts]:
    """Return the plug-ins on a take: their names, and whether they are on."""
    return [
        {
            "name": str(api.RPR_TakeFX_GetFXName(take, fx, "", _SHORT)[3]),
            "enabled": bool(api.RPR_TakeFX_GetEnabled(take, fx)),
            "offline": bool(api.RPR_TakeFX_GetOffline(take, fx)),
        }
        for fx in range(api.RPR_TakeFX_GetCount(take))
    ]


def _add_mix_flags(items: list[Facts], handles: list[str]) -> None:
    """Tell of items that lie over others whether they always mix: only their text says so."""
    order = sorted(range(len(items)), key=lambda index: items[index]["D_POSITION"])
    overlapping: set[int] = set()
    reach, reaching = float("-inf"), -1
    for index in order:
        start = items[index]["D_POSITION"]
        if start < reach:
            overlapping.update((index, reaching))
        if start + items[index]["D_LENGTH"] > reach:
            reach, reaching = start + items[index]["D_LENGTH"], index
    for index in overlapping:
        chunk = str(api.RPR_GetItemStateChunk(handles[index], "", SIZE, False)[2])
        items[index]["mix_flag"] = any(line.strip().startswith("MIXFLAG") for line in chunk.splitlines())
