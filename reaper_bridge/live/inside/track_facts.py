"""Look at one track, or the master: its knobs, chain, sends, envelopes and items.

What cannot be read is left out and named under ``unreadable``: one bad track loses itself, never the rest.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import reaper_python as api

from .buffers import SIZE
from .chain_facts import Memory, chain_facts
from .envelope_facts import automated_plugins, track_envelopes
from .item_facts import item_facts

TRACK_KEYS = (
    "D_VOL", "D_PAN", "D_WIDTH", "D_DUALPANL", "D_DUALPANR", "I_PANMODE", "D_PANLAW", "B_PHASE", "B_MUTE", "I_SOLO",
    "I_NCHAN", "I_FXEN", "B_MAINSEND", "I_FOLDERDEPTH", "I_AUTOMODE", "I_FREEZECOUNT", "I_FREEMODE",
    "I_PLAY_OFFSET_FLAG", "D_PLAY_OFFSET", "I_CUSTOMCOLOR", "I_SELECTED",
)  # fmt: skip
SEND_KEYS = ("D_VOL", "D_PAN", "I_SENDMODE", "B_MUTE", "B_MONO", "B_PHASE", "I_SRCCHAN", "I_DSTCHAN")
_SENDS = 0
_FIXED_LANES = 2
_HEAD_CHARACTERS = 4096

Facts = dict[str, Any]


def track_facts(
    track: str, guids: dict[int, str], memory: Memory, item_mix: int | None, *, is_master: bool = False
) -> Facts:
    """Return everything about one track. ``guids`` are all tracks' by their addresses."""
    facts: Facts = {"guid": "", "name": "", "unreadable": []}
    facts["guid"] = guids.get(address_of(track), "")
    get = api.RPR_GetMediaTrackInfo_Value
    parts: dict[str, Callable[[], Any]] = {
        "envelopes": lambda: track_envelopes(track, is_master),
        "fx": lambda: chain_facts(track, memory, automated_plugins(track)),
    }
    if not is_master:
        parts["name"] = lambda: track_name(track)
        parts["sends"] = lambda: _sends(track, guids)
        parts["items"] = lambda: item_facts(track, item_mix)
        parts["vca_leads"] = lambda: _groups(track, "VOLUME_VCA_LEAD")
        parts["vca_follows"] = lambda: _groups(track, "VOLUME_VCA_FOLLOW")
        parts["notes"] = lambda: _notes(track)
    _try(facts, "values", lambda: {key: get(track, key) for key in TRACK_KEYS})
    facts.update(facts.pop("values", {}))
    for part, look in parts.items():
        _try(facts, part, look)
    if facts.get("I_FREEMODE") == _FIXED_LANES:
        _try(facts, "lanes", lambda: _chunk_lines(track))
    return facts


def _try(facts: Facts, part: str, look: Callable[[], Any]) -> None:
    try:
        facts[part] = look()
    except Exception as error:  # a plug-in or a name may do anything; the rest is still worth reading
        facts["unreadable"].append(f"{part} ({type(error).__name__}: {error})")


def track_name(track: str) -> str:
    """Return a track's own name; ``GetTrackName`` would call one without a name “Track 3”, in the user's language."""
    return str(api.RPR_GetSetMediaTrackInfo_String(track, "P_NAME", "", False)[3])


def track_guid(track: str) -> str:
    """Return a track's GUID, or nothing where REAPER gives none."""
    return str(api.RPR_GetSetMediaTrackInfo_String(track, "GUID", "", False)[3])


def address_of(handle: str) -> int:
    """Return the address in a handle; handles of one thing compare equal by it, whatever their type is called."""
    return int(handle.partition(")0x")[2] or "0", 16)


def _sends(track: str, guids: dict[int, str]) -> list[Facts]:
    get = api.RPR_GetTrackSendInfo_Value
    sends = []
    for index in range(api.RPR_GetTrackNumSends(track, _SENDS)):
        facts: Facts = {key: get(track, _SENDS, index, key) for key in SEND_KEYS}
        facts["guid"] = guids.get(int(get(track, _SENDS, index, "P_DESTTRACK")), "")
        sends.append(facts)
    return sends


def _groups(track: str, role: str) -> list[int]:
    """Return the groups in which a track has a role, as bits of the lower and the upper 32."""
    low = api.RPR_GetSetTrackGroupMembership(track, role, 0, 0)
    high = api.RPR_GetSetTrackGroupMembershipHigh(track, role, 0, 0)
    return [int(low) & 0xFFFFFFFF, int(high) & 0xFFFFFFFF]


def _chunk_lines(track: str) -> list[str]:
    """Return the lines at the head of a track's text, which alone say how its lanes cover each other."""
    chunk = str(api.RPR_GetTrackStateChunk(track, "", SIZE, False)[2])
    return [line.strip() for line in chunk[:_HEAD_CHARACTERS].splitlines() if "LANE" in line]


def _notes(track: str) -> str:
    """Return the notes that the SWS extension keeps for a track, where it is installed."""
    read = _sws_notes()
    return "" if read is None else str(read(track) or "")


_SWS: list[Callable[[str], Any] | None] = []


def _sws_notes() -> Callable[[str], Any] | None:
    """Return the function of SWS's own Python module, looked for once."""
    if not _SWS:
        path = Path(str(api.RPR_GetResourcePath())) / "Scripts" / "sws_python.py"
        _SWS.append(_function_in(path, "NF_GetSWSTrackNotes") if path.is_file() else None)
    return _SWS[0]


def _function_in(path: Path, name: str) -> Callable[[str], Any] | None:
    try:
        spec = importlib.util.spec_from_file_location("sws_python", path)
        if spec is None or spec.loader is None:
            return None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    except Exception:  # another REAPER's file, or half a file: there are no notes then
        return None
    function: Callable[[str], Any] | None = getattr(module, name, None)
    return function
