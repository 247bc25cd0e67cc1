"""Tell whether a track would sound as it did, where the facts of a visit do not say: plug-ins' states and notes.

Two equal digests of a track, together with equal facts, are the same sound behind its plug-ins.
"""

from __future__ import annotations

import hashlib
from typing import Any

import reaper_python as api

from .agent import Refusal
from .buffers import SIZE, cheap_strings
from .chain_facts import guid_of
from .envelope_facts import is_there
from .project_facts import OTHER_PROJECT, front_project
from .track_facts import address_of, track_guid

STATES = ("vst_chunk", "clap_chunk")
_RECEIVES = -1
_SELECTION = "SEL "
_KNOB = "<PARMENV"

Facts = dict[str, Any]


def stem_states(request: Facts) -> dict[str, str]:
    """Return a digest for each track of a request, which says what ``rendering.render_stems`` is told.

    Raises:
        Refusal: Another project is in front (``project``), or a track is not there any more (``stale``).
    """
    with cheap_strings(api):
        project = front_project()["handle"]
        if project != request["project"]:
            raise Refusal("project", OTHER_PROJECT)
        everyone = all_tracks(project)
        bypassed = {str(track["guid"]): {str(guid) for guid in track["bypass"]} for track in request["tracks"]}
        tracks = tracks_of(project, list(bypassed))
        return {guid: _digest(track, bypassed[guid], everyone) for guid, track in tracks.items()}


def all_tracks(project: str) -> list[str]:
    """Return the handles of all tracks but the master, in order."""
    return [api.RPR_GetTrack(project, index) for index in range(api.RPR_CountTracks(project))]


def tracks_of(project: str, guids: list[str]) -> dict[str, str]:
    """Return the handles of these tracks by GUID, in the order of the project.

    Raises:
        Refusal: One is not there any more (``stale``).
    """
    wanted = set(guids)
    found = {guid: track for track in all_tracks(project) if (guid := track_guid(track)) in wanted}
    if set(found) != wanted:
        raise Refusal("stale", "A track is not in the project any more; read the project again.")
    return found


def _digest(track: str, bypassed: set[str], everyone: list[str]) -> str:
    parts: list[str] = []
    for index in range(api.RPR_TrackFX_GetCount(track)):
        if guid_of(track, index) not in bypassed:
            answers = [api.RPR_TrackFX_GetNamedConfigParm(track, index, state, "", SIZE) for state in STATES]
            parts += [str(answer[4]) if answer[0] else "" for answer in answers]
    for index in range(api.RPR_CountTrackEnvelopes(track)):
        chunk = str(api.RPR_GetEnvelopeStateChunk(api.RPR_GetTrackEnvelope(track, index), "", SIZE, False)[2])
        lines = [line.strip() for line in chunk.splitlines()]
        if lines and lines[0].startswith(_KNOB):
            parts += [line for line in lines if line.startswith((_KNOB, "ACT ", "PT "))]
    for source in (track, *_feeding(track, everyone)):
        parts += _item_texts(source)
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _feeding(track: str, everyone: list[str]) -> list[str]:
    """Return the tracks that may send notes to a track: its receives and its children."""
    senders = {
        int(api.RPR_GetTrackSendInfo_Value(track, _RECEIVES, index, "P_SRCTRACK"))
        for index in range(api.RPR_GetTrackNumSends(track, _RECEIVES))
    }
    return [
        other
        for other in everyone
        if address_of(other) in senders or address_of(str(api.RPR_GetParentTrack(other))) == address_of(track)
    ]


def _item_texts(track: str) -> list[str]:
    """Return the text of a track's items with notes or take FX, without what only says that one is selected."""
    text: list[str] = []
    for index in range(api.RPR_CountTrackMediaItems(track)):
        item = api.RPR_GetTrackMediaItem(track, index)
        take = api.RPR_GetActiveTake(item)
        if is_there(take) and (api.RPR_TakeIsMIDI(take) or api.RPR_TakeFX_GetCount(take) > 0):
            chunk = str(api.RPR_GetItemStateChunk(item, "", SIZE, False)[2])
            text += [line for line in chunk.splitlines() if not line.strip().startswith(_SELECTION)]
    return text
