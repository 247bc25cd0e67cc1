"""Render tracks as they sound behind the engineer's plug-ins, and leave the project as it was.

``render_stems`` takes ``{"project": handle, "tracks": [{"guid", "bypass": [plug-in's guid, …]}, …]}`` and returns
``{"directory", "files": {guid: path}, "length_seconds", "held_seconds", "was_dirty"}``. A file holds channels 1/2 of
a track, from the start of the project to its end, before fader and pan, with the plug-ins named under ``bypass`` left
out. What other tracks feed in is left out as well, except into channels 3 and up, where side chains listen: so a stem
does not depend on the faders of others. The directory is fresh and private; who asked removes it.

``render_played`` takes ``{"project": handle, "tracks": [guid, …], "start_seconds", "end_seconds"}`` and returns the
same facts, of files that hold the tracks as they play there: behind all plug-ins, fader and pan, with what others
feed in.

REAPER's main thread is held meanwhile. No undo step is made. Rendering settings that were changed and put back leave
the project marked as modified: REAPER has no function that takes that mark back.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import reaper_python as api

from .agent import Refusal
from .buffers import cheap_strings
from .chain_facts import guid_of
from .envelope_facts import is_there
from .project_facts import OTHER_PROJECT, front_project
from .published import FOLDER
from .stem_settings import STEMS_AFTER_FADER, STEMS_BEFORE_FADER, render_targets, set_render, set_value
from .stem_states import all_tracks, tracks_of
from .track_facts import address_of

RENDER_WITHOUT_DIALOG = 42230
PLAYING, RECORDING = 3, 4
RENDERING_PROJECT = 0x40000000
RECEIVES = -1
NO_AUDIO = -1
FIRST_SIDE_CHANNEL = 2
CHANNEL_BITS = 1023
PREFIX = "stems-"
UNFETCHED_SECONDS = 3600.0

Facts = dict[str, Any]


def render_stems(request: Facts) -> Facts:
    """Render the tracks of a request; see above for what it says and what is returned.

    Raises:
        Refusal: REAPER is ``recording``, ``playing`` or ``rendering``; another ``project`` is in front; a track is not
            there any more (``stale``); or a file did not come about (``not rendered``). Everything has been put back.
    """
    begun = time.perf_counter()
    with cheap_strings(api):
        front = front_project()
        _check_idle(front, request)
        project = front["handle"]
        tracks = tracks_of(project, [str(track["guid"]) for track in request["tracks"]])
        span = (0.0, float(api.RPR_GetProjectLength(project)))
        files, directory = _rendered(
            project, tracks, span, STEMS_BEFORE_FADER, lambda restoring: _prepare(project, tracks, request, restoring)
        )
    return _told(front, files, directory, span, begun)


def render_played(request: Facts) -> Facts:
    """Render tracks as they play; see above for what a request says and what is returned.

    Raises:
        Refusal: As ``render_stems``.
    """
    begun = time.perf_counter()
    with cheap_strings(api):
        front = front_project()
        _check_idle(front, request)
        project = front["handle"]
        tracks = tracks_of(project, [str(guid) for guid in request["tracks"]])
        span = (float(request["start_seconds"]), float(request["end_seconds"]))
        files, directory = _rendered(
            project, tracks, span, STEMS_AFTER_FADER, lambda restoring: _select(project, tracks, restoring)
        )
    return _told(front, files, directory, span, begun)


def _told(front: Facts, files: dict[str, str], directory: str, span: tuple[float, float], begun: float) -> Facts:
    return {
        "directory": directory,
        "files": files,
        "length_seconds": span[1] - span[0],
        "held_seconds": time.perf_counter() - begun,
        "was_dirty": front["is_dirty"],
    }


def _rendered(
    project: str,
    tracks: dict[str, str],
    span: tuple[float, float],
    stems: int,
    prepare: Callable[[ExitStack], None],
) -> tuple[dict[str, str], str]:
    """Return the file of each track and their directory; the project is as it was."""
    if span[1] <= span[0] or not tracks:
        raise Refusal("not rendered", "The project is empty; there is nothing to render.")
    directory = _fresh_directory()
    try:
        with ExitStack() as restoring:
            restoring.callback(api.RPR_PreventUIRefresh, -1)
            api.RPR_PreventUIRefresh(1)
            prepare(restoring)
            set_render(project, directory, span, stems, restoring)
            files = _files_to_come(project, tracks)
            restoring.callback(api.RPR_PreventUIRefresh, 1)
            api.RPR_PreventUIRefresh(-1)  # actions look at what is selected on screen
            api.RPR_Main_OnCommandEx(RENDER_WITHOUT_DIALOG, 0, project)
        _check_written(files)
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise
    return files, directory


def _check_idle(front: Facts, request: Facts) -> None:
    """Make sure that REAPER does nothing that a render would break off.

    A render takes the audio engine: it would end a recording, and stop what the engineer is listening to.
    """
    if front["play_state"] & RECORDING:
        raise Refusal("recording", "REAPER is recording; stop it, then try again. Nothing was done.")
    if front["play_state"] & PLAYING:
        raise Refusal("playing", "REAPER is playing, and rendering would stop it; stop it, then try again.")
    if is_there(str(api.RPR_EnumProjects(RENDERING_PROJECT, "", 4096)[0])):
        raise Refusal("rendering", "REAPER is rendering; try again when it has finished. Nothing was done.")
    if front["handle"] != request["project"]:
        raise Refusal("project", OTHER_PROJECT)


def _select(project: str, tracks: dict[str, str], restoring: ExitStack) -> None:
    """Select these tracks alone."""
    get, put = api.RPR_GetMediaTrackInfo_Value, api.RPR_SetMediaTrackInfo_Value
    chosen = set(tracks.values())
    for track in all_tracks(project):
        set_value(get, put, restoring, track, "I_SELECTED", to=float(track in chosen))
    set_value(get, put, restoring, api.RPR_GetMasterTrack(project), "I_SELECTED", to=0.0)


def _prepare(project: str, tracks: dict[str, str], request: Facts, restoring: ExitStack) -> None:
    """Select these tracks alone, let them be heard, and shut out our plug-ins and what others feed in."""
    get, put = api.RPR_GetMediaTrackInfo_Value, api.RPR_SetMediaTrackInfo_Value
    _select(project, tracks, restoring)
    chosen = set(tracks.values())
    addresses = {address_of(track) for track in chosen}
    everyone = all_tracks(project)
    for track in everyone:
        set_value(get, put, restoring, track, "I_SOLO", to=0.0)
        if address_of(str(api.RPR_GetParentTrack(track))) in addresses and _feeds_sound(track, everyone):
            set_value(get, put, restoring, track, "B_MAINSEND", to=0.0)
    for track in chosen:
        set_value(get, put, restoring, track, "B_MUTE", to=0.0)
        _shut_receives(track, restoring)
    for asked in request["tracks"]:
        _bypass(tracks[str(asked["guid"])], {str(guid) for guid in asked["bypass"]}, restoring)


def _shut_receives(track: str, restoring: ExitStack) -> None:
    """Take the sound of what is sent to a track's first channels; notes still arrive."""
    get, put = api.RPR_GetTrackSendInfo_Value, api.RPR_SetTrackSendInfo_Value
    for index in range(api.RPR_GetTrackNumSends(track, RECEIVES)):
        if int(get(track, RECEIVES, index, "I_DSTCHAN")) & CHANNEL_BITS < FIRST_SIDE_CHANNEL:
            set_value(get, put, restoring, track, RECEIVES, index, "I_SRCCHAN", to=float(NO_AUDIO))


def _feeds_sound(child: str, everyone: list[str]) -> bool:
    """Tell whether a child gives its folder sound on the first channels, not only notes for an instrument."""
    if int(api.RPR_GetMediaTrackInfo_Value(child, "C_MAINSEND_OFFS")) >= FIRST_SIDE_CHANNEL:
        return False
    if api.RPR_TrackFX_GetInstrument(child) >= 0 or api.RPR_GetTrackNumSends(child, RECEIVES) > 0:
        return True
    if any(address_of(str(api.RPR_GetParentTrack(other))) == address_of(child) for other in everyone):
        return True
    return any(
        not api.RPR_TakeIsMIDI(take)
        for index in range(api.RPR_CountTrackMediaItems(child))
        if is_there(take := api.RPR_GetActiveTake(api.RPR_GetTrackMediaItem(child, index)))
    )


def _bypass(track: str, guids: set[str], restoring: ExitStack) -> None:
    """Bypass plug-ins for the length of the render."""
    for index in range(api.RPR_TrackFX_GetCount(track)):
        if guid_of(track, index) in guids and api.RPR_TrackFX_GetEnabled(track, index):
            restoring.callback(api.RPR_TrackFX_SetEnabled, track, index, True)
            api.RPR_TrackFX_SetEnabled(track, index, False)


def _files_to_come(project: str, tracks: dict[str, str]) -> dict[str, str]:
    """Return the file of each track, by the number in its name."""
    numbers = {int(api.RPR_GetMediaTrackInfo_Value(track, "IP_TRACKNUMBER")): guid for guid, track in tracks.items()}
    targets = render_targets(project)
    named = {Path(target).stem: target for target in targets}
    files = {numbers[int(stem)]: target for stem, target in named.items() if stem.isdigit() and int(stem) in numbers}
    if len(files) != len(tracks) or len(targets) != len(tracks):
        raise Refusal("not rendered", "REAPER would not render the tracks that were asked for.", targets=targets)
    return files


def _check_written(files: dict[str, str]) -> None:
    """Make sure that every file is there; REAPER makes them empty first."""
    if not all(Path(path).is_file() and Path(path).stat().st_size for path in files.values()):
        raise Refusal("not rendered", "REAPER did not finish rendering; was it cancelled, or is the disk full?")


def _fresh_directory() -> str:
    """Return a new private directory where both REAPER and the service can reach it, in a sandbox as well.

    What a render left behind that nobody came to fetch is removed.
    """
    folder = Path(api.RPR_GetResourcePath()) / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    for left in folder.glob(PREFIX + "*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > UNFETCHED_SECONDS:
                shutil.rmtree(left, ignore_errors=True)
    return tempfile.mkdtemp(prefix=PREFIX, dir=folder)
