"""What is tried out in a project of its own: each trial takes the project, the plug-ins to add and a folder.

A trial does what First Pass does to a project, on tracks of its own, and returns plain facts; what they mean is
decided outside.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import reaper_python as api

from .chain_facts import SHORT, named_config
from .envelope_facts import is_there

RENDER = 42230
SHOWN = (("volume", 40406, "<VOLENV2"), ("pan", 40407, "<PANENV2"), ("trim", 42020, "<VOLENV3"))
STEMS_BEFORE_FADER = 8195
FLOAT_WAV = "ZXZhdyAAAQ=="
STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)
MOST_KNOBS = 40
RENDER_SECONDS = 0.5
SECTION = "FIRSTPASS_PROBE"
GUID = "{4F1D6E0A-35C7-4B52-9C0E-2B7B0F1D9A11}"
UNDO_LABEL = "First Pass probe: a name with – a dash"

Facts = dict[str, Any]
Trial = Callable[[str, list[str], str], Facts]


def _plugins(scratch: str, plugins: list[str], folder: str) -> Facts:
    """Add each plug-in, turn its knobs to five places each, and note what stands beside them."""
    found: Facts = {}
    track = _new_track(scratch)
    for name in plugins:
        try:
            fx = api.RPR_TrackFX_AddByName(track, name, False, -1)
            found[name] = None if fx < 0 else _knobs(track, fx)
        except Exception as error:  # whatever one plug-in does, the others are still tried
            found[name] = {"error": type(error).__name__ + ": " + str(error)}
    return found


def _knobs(track: str, fx: int) -> Facts:
    count = api.RPR_TrackFX_GetNumParams(track, fx)
    hosts = [api.RPR_TrackFX_GetParamFromIdent(track, fx, ident) for ident in (":bypass", ":wet", ":delta")]
    own = min([index for index in hosts if 0 <= index < count], default=count)
    fresh = [api.RPR_TrackFX_GetParam(track, fx, index, 0.0, 0.0) for index in range(own)]
    samples = []
    for index in range(min(own, MOST_KNOBS)):
        for step in STEPS:
            api.RPR_TrackFX_SetParamNormalized(track, fx, index, step)
            raw = api.RPR_TrackFX_GetParam(track, fx, index, 0.0, 0.0)[0]
            shown = api.RPR_TrackFX_GetFormattedParamValue(track, fx, index, "", SHORT)[4]
            asked = api.RPR_TrackFX_FormatParamValueNormalized(track, fx, index, step, "", SHORT)
            samples.append([index, step, raw, str(shown), str(asked[5]) if asked[0] else None])
        api.RPR_TrackFX_SetParam(track, fx, index, fresh[index][0])
    chunk = named_config(track, fx, "vst_chunk", 4 * 1024 * 1024)
    took = bool(api.RPR_TrackFX_SetNamedConfigParm(track, fx, "vst_chunk", chunk)) if chunk else False
    return {
        "fx_ident": named_config(track, fx, "fx_ident") or "",
        "original_name": named_config(track, fx, "original_name") or "",
        "names": [str(api.RPR_TrackFX_GetParamName(track, fx, index, "", SHORT)[4]) for index in range(own)],
        "fresh": [value[0] for value in fresh],
        "ranges": [[value[4], value[5]] for value in fresh],
        "samples": samples,
        "vst_chunk": chunk,
        "vst_chunk_takes": took,
    }


def _track_values(scratch: str, plugins: list[str], folder: str) -> Facts:
    """Set what a pass sets on a track, and read it back."""
    track = _new_track(scratch)
    wanted = {"D_VOL": 0.5, "D_PAN": -0.25, "D_WIDTH": 0.75, "B_PHASE": 1.0, "B_MUTE": 1.0}
    wanted.update({"B_MAINSEND": 0.0, "I_NCHAN": 4.0})
    for key, value in wanted.items():
        api.RPR_SetMediaTrackInfo_Value(track, key, value)
    return {"wanted": wanted, "read": {key: api.RPR_GetMediaTrackInfo_Value(track, key) for key in wanted}}


def _track_guid(scratch: str, plugins: list[str], folder: str) -> Facts:
    """Give a track a GUID of ours."""
    track = _new_track(scratch)
    api.RPR_GetSetMediaTrackInfo_String(track, "GUID", GUID, True)
    return {"wanted": GUID, "read": str(api.RPR_GetSetMediaTrackInfo_String(track, "GUID", "", False)[3])}


def _sends(scratch: str, plugins: list[str], folder: str) -> Facts:
    """Make a send, set its level, pan and mode, and read them back."""
    source, target = _new_track(scratch), _new_track(scratch)
    index = api.RPR_CreateTrackSend(source, target)
    wanted = {"D_VOL": 0.25, "D_PAN": 0.5, "I_SENDMODE": 3.0, "I_DSTCHAN": 2.0}
    for key, value in wanted.items():
        api.RPR_SetTrackSendInfo_Value(source, 0, index, key, value)
    read = {key: api.RPR_GetTrackSendInfo_Value(source, 0, index, key) for key in wanted}
    return {"wanted": wanted, "read": read, "count": api.RPR_GetTrackNumSends(source, 0)}


def _envelopes(scratch: str, plugins: list[str], folder: str) -> Facts:
    """Show the envelopes of fader, pan and trim volume, and see in which numbers they count."""
    track = _new_track(scratch)
    api.RPR_SetMediaTrackInfo_Value(track, "D_VOL", 0.5)
    api.RPR_SetMediaTrackInfo_Value(track, "D_PAN", 0.5)
    api.RPR_SetOnlyTrackSelected(track)
    found: Facts = {}
    for name, action, chunk_name in SHOWN:
        api.RPR_Main_OnCommand(action, 0)
        envelope = api.RPR_GetTrackEnvelopeByChunkName(track, chunk_name)
        if not is_there(envelope):
            found[name] = None
            continue
        mode = api.RPR_GetEnvelopeScalingMode(envelope)
        point = api.RPR_GetEnvelopePoint(envelope, 0, 0.0, 0.0, 0, 0.0, False)
        found[name] = {
            "scaling_mode": mode,
            "first_value": point[4],
            "first_linear": api.RPR_ScaleFromEnvelopeMode(mode, point[4]),
            "half_scaled": api.RPR_ScaleToEnvelopeMode(mode, 0.5),
            "half_back": api.RPR_ScaleFromEnvelopeMode(mode, api.RPR_ScaleToEnvelopeMode(mode, 0.5)),
        }
    return found


def _undo(scratch: str, plugins: list[str], folder: str) -> Facts:
    """Make one undo block with a fader, the project's notes and a track's note in it; take it back and do it again."""
    track = _new_track(scratch)
    master = api.RPR_GetMasterTrack(scratch)
    api.RPR_Undo_OnStateChangeEx2(scratch, "First Pass probe: before", -1, -1)
    before = api.RPR_GetProjectStateChangeCount(scratch)
    api.RPR_Undo_BeginBlock2(scratch)
    try:
        api.RPR_SetMediaTrackInfo_Value(track, "D_VOL", 0.25)
        api.RPR_SetProjExtState(scratch, SECTION, "MARK", "1")
        api.RPR_GetSetMediaTrackInfo_String(master, "P_EXT:firstpass_probe", "1", True)
    finally:
        api.RPR_Undo_EndBlock2(scratch, UNDO_LABEL, -1)
    found: Facts = {"label": UNDO_LABEL, "undo_name": str(api.RPR_Undo_CanUndo2(scratch) or "")}
    found["count_moved"] = api.RPR_GetProjectStateChangeCount(scratch) != before
    index = api.RPR_CountTracks(scratch) - 1
    found["written"] = _undo_facts(scratch, index)
    found["undone"] = api.RPR_Undo_DoUndo2(scratch)
    found["after_undo"] = _undo_facts(scratch, index)
    found["redone"] = api.RPR_Undo_DoRedo2(scratch)
    found["after_redo"] = _undo_facts(scratch, index)
    return found


def _undo_facts(scratch: str, index: int) -> Facts:
    track, master = api.RPR_GetTrack(scratch, index), api.RPR_GetMasterTrack(scratch)
    return {
        "fader": api.RPR_GetMediaTrackInfo_Value(track, "D_VOL"),
        "ext_state": str(api.RPR_GetProjExtState(scratch, SECTION, "MARK", "", SHORT)[4]),
        "track_note": str(api.RPR_GetSetMediaTrackInfo_String(master, "P_EXT:firstpass_probe", "", False)[3]),
    }


def _ext_state(scratch: str, plugins: list[str], folder: str) -> Facts:
    """Put long values of our kind into the project's notes, and read them and their keys back."""
    wanted = {"FORMAT": "1", "LEDGER_0001": "eNp" + "a" * 1897, "LEDGER_0002": "b+c/d=="}
    before = api.RPR_GetProjectStateChangeCount(scratch)
    for key, value in wanted.items():
        api.RPR_SetProjExtState(scratch, SECTION, key, value)
    read = {key: str(api.RPR_GetProjExtState(scratch, SECTION, key, "", 2**16)[4]) for key in wanted}
    keys: list[str] = []
    while len(keys) < 20:
        answer = api.RPR_EnumProjExtState(scratch, SECTION, len(keys), "", SHORT, "", 2**16)
        if not answer[0]:
            break
        keys.append(str(answer[4]))
    moved = api.RPR_GetProjectStateChangeCount(scratch) != before
    return {"wanted": wanted, "read": read, "keys": keys, "count_moved": moved}


def _render(scratch: str, plugins: list[str], folder: str) -> Facts:
    """Render half a second of one selected track before its fader, into the folder."""
    track = _new_track(scratch)
    api.RPR_SetOnlyTrackSelected(track)
    numbers = {"RENDER_SETTINGS": STEMS_BEFORE_FADER, "RENDER_BOUNDSFLAG": 0, "RENDER_STARTPOS": 0.0}
    numbers.update({"RENDER_ENDPOS": RENDER_SECONDS, "RENDER_CHANNELS": 2, "RENDER_TAILFLAG": 0})
    numbers.update({"RENDER_ADDTOPROJ": 0, "RENDER_NORMALIZE": 0, "RENDER_SRATE": 44100})
    for key, value in numbers.items():
        api.RPR_GetSetProjectInfo(scratch, key, value, True)
    texts = {"RENDER_FILE": folder, "RENDER_PATTERN": "probe-$tracknumber", "RENDER_FORMAT": FLOAT_WAV}
    for key, text in texts.items():
        api.RPR_GetSetProjectInfo_String(scratch, key, text, True)
    targets = str(api.RPR_GetSetProjectInfo_String(scratch, "RENDER_TARGETS", "", False)[3])
    kept = api.RPR_GetSetProjectInfo(scratch, "RENDER_SETTINGS", 0.0, False)
    begun = time.perf_counter()
    api.RPR_Main_OnCommand(RENDER, 0)
    files = {path.name: path.stat().st_size for path in Path(folder).glob("probe*.wav")}
    seconds = time.perf_counter() - begun
    return {"settings": kept, "targets": targets.split(";"), "files": files, "seconds": seconds}


def _scripts(scratch: str, plugins: list[str], folder: str) -> Facts:
    """Tell how this Python and its scripts see themselves."""
    import sys

    return {
        "python": sys.version,
        "path_first": sys.path[:1],
        "has_file": "__file__" in vars(sys.modules["__main__"]),
        "os": str(api.RPR_GetOS()),
        "version": str(api.RPR_GetAppVersion()),
    }


TRIALS: dict[str, Trial] = {
    "plugins": _plugins,
    "track_values": _track_values,
    "track_guid": _track_guid,
    "sends": _sends,
    "envelopes": _envelopes,
    "undo": _undo,
    "ext_state": _ext_state,
    "render": _render,
    "scripts": _scripts,
}
"""What can be tried, in the order it is."""


def _new_track(scratch: str) -> str:
    index = api.RPR_CountTracks(scratch)
    api.RPR_InsertTrackAtIndex(index, False)
    return str(api.RPR_GetTrack(scratch, index))
