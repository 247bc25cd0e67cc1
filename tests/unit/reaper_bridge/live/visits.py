"""Facts of a visit as REAPER's side sends them, for tests without any REAPER."""

from typing import Any

FIRST = "{11111111-0000-4000-8000-000000000001}"
SECOND = "{22222222-0000-4000-8000-000000000002}"
THIRD = "{33333333-0000-4000-8000-000000000003}"

Facts = dict[str, Any]


def track(guid: str = FIRST, name: str = "Vox", **other: Any) -> Facts:
    """Return a track as REAPER makes a new one; ``other`` are further facts."""
    values: Facts = {
        "guid": guid, "name": name, "unreadable": [], "notes": "",
        "D_VOL": 1.0, "D_PAN": 0.0, "D_WIDTH": 1.0, "D_DUALPANL": -1.0, "D_DUALPANR": 1.0, "I_PANMODE": -1.0,
        "D_PANLAW": -1.0, "B_PHASE": 0.0, "B_MUTE": 0.0, "I_SOLO": 0.0, "I_NCHAN": 2.0, "I_FXEN": 1.0,
        "B_MAINSEND": 1.0, "I_FOLDERDEPTH": 0.0, "I_AUTOMODE": 0.0, "I_FREEZECOUNT": 0.0, "I_FREEMODE": 0.0,
        "I_PLAY_OFFSET_FLAG": 1.0, "D_PLAY_OFFSET": 0.0, "I_CUSTOMCOLOR": 16576.0, "I_SELECTED": 0.0,
        "vca_leads": [0, 0], "vca_follows": [0, 0], "fx": [], "sends": [], "envelopes": [], "items": [],
    }  # fmt: skip
    return {**values, **other}


def visit(*tracks: Facts, project: Facts | None = None, **other: Any) -> Facts:
    """Return the facts of a visit to a project of these tracks."""
    own: Facts = {
        "handle": "(ReaProject*)0x0000000000001000", "path": "/songs/My Song.RPP", "name": "My Song.RPP",
        "change_count": 7, "is_dirty": False, "play_state": 0, "reaper_version": "7.27/linux-x86_64", "os": "Other",
        "PROJECT_SRATE": 48000.0, "PROJECT_SRATE_USE": 0.0, "panlaw": 1.0, "panmode": 3.0, "panlawflags": None,
        "itemmixflag": 1.0, "automation_override": -1, "tempo": [[0.0, 120.0, 4, 4]], "markers": [], "notes": "",
        "ext_state": {}, "pass_mark": "", "undo_name": None, "redo_name": None, "unreadable": [],
    }  # fmt: skip
    master = track("", "MASTER")
    return {
        "project": {**own, **(project or {})}, "master": master, "tracks": list(tracks), "plugins": {}, **other
    }  # fmt: skip


def item(*takes: Facts | None, active: int = 0, **other: Any) -> Facts:
    """Return an item of four seconds at the start."""
    values: Facts = {
        "guid": "", "notes": "", "active": active, "takes": list(takes), "D_POSITION": 0.0, "D_LENGTH": 4.0,
        "D_VOL": 1.0,
        "B_MUTE": 0.0, "C_MUTE_SOLO": 0.0, "C_LANEPLAYS": 2.0, "B_LOOPSRC": 0.0,
        "B_ALLTAKESPLAY": 0.0, "I_CURTAKE": float(active), "D_FADEINLEN": 0.0, "D_FADEINLEN_AUTO": 0.0,
        "D_FADEINDIR": 0.0, "C_FADEINSHAPE": 1.0, "D_FADEOUTLEN": 0.0, "D_FADEOUTLEN_AUTO": 0.0, "D_FADEOUTDIR": 0.0,
        "C_FADEOUTSHAPE": 1.0,
    }  # fmt: skip
    return {**values, **other}


def take(source: Facts | None, name: str = "take", index: int = 0, **other: Any) -> Facts:
    """Return a take that plays a source as it is."""
    values: Facts = {
        "index": index, "name": name, "source": source, "D_VOL": 1.0, "D_PAN": 0.0, "D_STARTOFFS": 0.0,
        "D_PLAYRATE": 1.0, "B_PPITCH": 1.0, "D_PITCH": 0.0, "I_CHANMODE": 0.0, "envelopes": [], "stretch": [], "fx": [],
    }  # fmt: skip
    return {**values, **other}


def source(kind: str = "WAVE", file: str = "", *, inner: Facts | None = None, **other: Any) -> Facts:
    """Return a source of ten seconds."""
    values: Facts = {"type": kind, "file": file, "channels": 1, "length": 10.0, "inner": inner}
    return {**values, **other}


def envelope(name: str, *points: list[float], is_active: bool = True) -> Facts:
    """Return an envelope of these points: time, value, shape, tension."""
    return {"name": name, "is_active": is_active, "automation_items": 0, "points": list(points)}


def plugin(guid: str, **other: Any) -> Facts:
    """Return a plug-in that nobody knows, with two knobs."""
    values: Facts = {
        "guid": guid, "name": "VST: Strange (Nobody)", "unreadable": "", "enabled": True, "offline": False,
        "renamed_name": "", "automated": False, "fx_ident": "/vst/strange.so<1315513407", "fx_type": "VST",
        "original_name": "VST: Strange (Nobody)", "is_instrument": False, "is_container": False, "wet": 1.0,
        "plugin": "strange", "raw": [0.25, 0.5, 0.0, 1.0, 0.0], "displayed": None, "vst_chunk": None, "bands": None,
    }  # fmt: skip
    return {**values, **other}
