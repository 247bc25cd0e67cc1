"""Look at the project in front: everything a mix is decided from, in one visit, and nothing changed by it.

``snapshot`` returns plain JSON in REAPER's own terms (the keys of its API), ``state`` the few facts worth polling::

    {"project": {"handle", "path", "name", "change_count", "is_dirty", "play_state", "reaper_version", "os",
                 "PROJECT_SRATE", "PROJECT_SRATE_USE", "panlaw", "panmode", "panlawflags", "itemmixflag",
                 "automation_override", "tempo": [[seconds, bpm, numerator, denominator], …],
                 "markers": [[seconds, end seconds or null, name], …], "notes", "ext_state": {key: value},
                 "pass_mark", "undo_name", "redo_name", "unreadable": [reason, …]},
     "master": TRACK, "tracks": [TRACK, …], "selected": [guid, …],
     "plugins": {key: {"names": […], "minima": […], "maxima": […], "own_count", "wet_index"}, …},
     "held_seconds"}

    TRACK  {"guid", "name", "D_VOL", "D_PAN", "D_WIDTH", … as in TRACK_KEYS, "vca_leads": [low, high],
            "vca_follows": [low, high], "notes", "fx": [FX, …], "sends": [SEND, …], "envelopes": [ENVELOPE, …],
            "items": [ITEM, …], "unreadable": [reason, …]}
    FX     {"guid", "name", "fx_ident", "fx_type", "original_name", "renamed_name", "enabled", "offline", "wet",
            "is_instrument", "is_container", "plugin": key into "plugins", "raw": [value of each parameter, …],
            "displayed": [text, …] or null, "vst_chunk": base64 or null, "bands": [[type, enabled], …] or null,
            "automated": bool, "unreadable": reason or ""}     (minima and maxima too, where they are its own)
    SEND   {"guid" of the destination, "D_VOL", "D_PAN", "I_SENDMODE", "B_MUTE", "B_MONO", "B_PHASE",
            "I_SRCCHAN", "I_DSTCHAN"}
    ENVELOPE {"name": "<VOLENV2", "is_active", "automation_items": count, "points": [[s, value, shape, tension], …]}
    ITEM   {"guid", "notes", "active": index of the take that plays, "D_POSITION", … as in ITEM_KEYS,
            "takes": [TAKE or null, …] (those that play), "mix_flag" where it lies over another item}
    TAKE   {"index", "name", "source": SOURCE or null} and, where the item is heard, {"D_VOL", … as in TAKE_KEYS,
            "envelopes": [ENVELOPE, …], "stretch": [[s, s in the source, slope], …], "fx": [name, enabled, offline]}
    SOURCE {"type", "file": whole path, "inner": SOURCE or null, "section": [s, length, is reversed] or null,
            "channels" of a video, "has_notes" of MIDI, "length" of what a section plays}

Volumes in envelopes are amplitudes, as in a project file; pan points have REAPER's envelope sense, +1 is left.
"""

from __future__ import annotations

import time
from typing import Any

import reaper_python as api

from .buffers import cheap_strings
from .chain_facts import Memory
from .project_facts import front_project, project_facts
from .track_facts import address_of, track_facts, track_guid

_MEMORY = Memory()


def snapshot() -> dict[str, Any]:
    """Return the whole project in front. Changes nothing: no undo step, no selection, no change count."""
    begun = time.perf_counter()
    with cheap_strings(api):
        facts = _project()
    facts["held_seconds"] = time.perf_counter() - begun
    return facts


def state() -> dict[str, Any]:
    """Return what is worth asking several times a second: has anything moved, what is selected, what runs."""
    with cheap_strings(api):
        front = front_project()
        project = front["handle"]
        count = api.RPR_CountSelectedTracks2(project, False)
        front["selected"] = [track_guid(api.RPR_GetSelectedTrack2(project, n, False)) for n in range(count)]
    return front


def _project() -> dict[str, Any]:
    _MEMORY.begin()
    front = front_project()
    handle = front["handle"]
    master = api.RPR_GetMasterTrack(handle)
    project = project_facts(front, master)
    tracks = [api.RPR_GetTrack(handle, index) for index in range(api.RPR_CountTracks(handle))]
    guids = _guids(tracks)
    item_mix = project["itemmixflag"]
    facts: dict[str, Any] = {
        "project": project,
        "master": track_facts(master, guids, _MEMORY, item_mix, is_master=True),
        "tracks": [track_facts(track, guids, _MEMORY, item_mix) for track in tracks],
    }
    facts["selected"] = [track["guid"] for track in facts["tracks"] if track.get("I_SELECTED")]
    facts["plugins"] = _MEMORY.plugins
    _MEMORY.end()
    return facts


def _guids(tracks: list[str]) -> dict[int, str]:
    """Return the GUIDs of tracks by the address in their handles: sends name their destination by it."""
    found: dict[int, str] = {}
    for track in tracks:
        try:
            found[address_of(track)] = track_guid(track)
        except Exception:  # the track then counts as one without a GUID
            found[address_of(track)] = ""
    return found
