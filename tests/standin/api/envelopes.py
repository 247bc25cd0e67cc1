"""Envelopes of tracks, sends, takes and knobs, and their points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.standin.envelopes import NAMES, Envelope, from_fader, to_fader
from tests.standin.items import Take
from tests.standin.registry import reascript
from tests.standin.tracks import Send, Track
from tests.standin.undo import FX_ENVELOPES, ITEMS, TRACK_ENVELOPES

if TYPE_CHECKING:
    from tests.standin.desk import Desk

MaybeEnvelope = Envelope | None
MaybeTrack = Track | None
FADER = 1


def envelope_touched(desk: Desk, envelope: Envelope) -> None:
    if isinstance(envelope.owner, Take):
        desk.project.touch(ITEMS)
        return
    track = envelope.owner.source if isinstance(envelope.owner, Send) else envelope.owner
    desk.project_of(track).touch(FX_ENVELOPES if envelope.tag == "PARMENV" else TRACK_ENVELOPES)


def envelopes_of(desk: Desk, track: Track) -> list[Envelope]:
    """List the envelopes of a track as its lanes stand: its own, its sends', its plug-ins'."""
    sends = (send for send in desk.project_of(track).state.sends if send.source is track)
    knobs = (envelope for slot in track.chain.slots for envelope in slot.envelopes.values())
    return [*track.envelopes.values(), *(e for send in sends for e in send.envelopes.values()), *knobs]


def name_of(envelope: Envelope) -> str:
    if envelope.tag != "PARMENV":
        return NAMES.get(envelope.tag, envelope.tag)
    indices = [index for index, other in envelope.slot.envelopes.items() if other is envelope]
    return f"{envelope.slot.name(indices[0])} / {envelope.slot.shown_name}" if indices else ""


@reascript
def CountTrackEnvelopes(desk: Desk, track: MaybeTrack) -> int:
    return 0 if track is None else len(envelopes_of(desk, track))


@reascript
def GetTrackEnvelope(desk: Desk, track: MaybeTrack, index: int) -> Envelope | None:
    found = [] if track is None else envelopes_of(desk, track)
    return found[index] if 0 <= index < len(found) else None


@reascript
def GetTrackEnvelopeByName(desk: Desk, track: MaybeTrack, name: str) -> Envelope | None:
    found = [] if track is None else envelopes_of(desk, track)
    return next((envelope for envelope in found if name_of(envelope) == name), None)


@reascript
def GetTrackEnvelopeByChunkName(desk: Desk, track: MaybeTrack, name: str) -> Envelope | None:
    """Find an envelope by the name of its block (``<VOLENV2``) or its GUID; None where it was never made."""
    if track is None:
        return None
    if name.startswith("{"):
        return next((envelope for envelope in envelopes_of(desk, track) if envelope.guid == name), None)
    tag = name.removeprefix("<")
    if tag.startswith("MASTER"):
        return track.envelopes.get(tag.removeprefix("MASTER")) if track.is_master else None
    return None if track.is_master else track.envelopes.get(tag)


@reascript
def CountTakeEnvelopes(desk: Desk, take: Take | None) -> int:
    return 0 if take is None else len(take.envelopes)


@reascript
def GetTakeEnvelope(desk: Desk, take: Take | None, index: int) -> Envelope | None:
    found = [] if take is None else list(take.envelopes.values())
    return found[index] if 0 <= index < len(found) else None


_TAKE_NAMES = {"Volume": "VOLENV", "Pan": "PANENV", "Mute": "MUTEENV", "Pitch": "PITCHENV"}


@reascript
def GetTakeEnvelopeByName(desk: Desk, take: Take | None, name: str) -> Envelope | None:
    return None if take is None else take.envelopes.get(_TAKE_NAMES.get(name, name))


@reascript
def GetEnvelopeName(desk: Desk, envelope: MaybeEnvelope, name: str, size: int) -> tuple[bool, str]:
    return (False, "") if envelope is None else (True, name_of(envelope))


@reascript
def Envelope_GetParentTrack(
    desk: Desk, envelope: MaybeEnvelope, fx: int, parameter: int
) -> tuple[Track | None, int, int]:
    if envelope is None or isinstance(envelope.owner, Take):
        return (None, -1, -1)
    if isinstance(envelope.owner, Send):
        return (envelope.owner.source, -1, -1)
    track: Track = envelope.owner
    if envelope.slot is None:
        return (track, -1, -1)
    index = next((at for at, other in envelope.slot.envelopes.items() if other is envelope), -1)
    return (track, track.chain.slots.index(envelope.slot), index)


@reascript
def Envelope_GetParentTake(
    desk: Desk, envelope: MaybeEnvelope, index: int, index2: int
) -> tuple[Take | None, int, int]:
    return (envelope.owner if envelope is not None and isinstance(envelope.owner, Take) else None, -1, -1)


@reascript
def GetEnvelopeScalingMode(desk: Desk, envelope: MaybeEnvelope) -> int:
    return FADER if envelope is not None and envelope.fader_scaled else 0


@reascript
def ScaleToEnvelopeMode(desk: Desk, mode: int, value: float) -> float:
    return to_fader(value) if mode == FADER else value


@reascript
def ScaleFromEnvelopeMode(desk: Desk, mode: int, value: float) -> float:
    return from_fader(value) if mode == FADER else value


@reascript
def CountAutomationItems(desk: Desk, envelope: MaybeEnvelope) -> int:
    if envelope is None:
        return 0
    return sum(isinstance(line, list) and line[0] == "POOLEDENVINST" for line in envelope.kept)


@reascript
def GetEnvelopeInfo_Value(desk: Desk, envelope: MaybeEnvelope, key: str) -> float:
    if envelope is None:
        return 0.0
    owner = envelope.owner
    if key == "P_TRACK":
        track = owner.source if isinstance(owner, Send) else owner
        return 0.0 if isinstance(owner, Take) else float(desk.handles.number("MediaTrack*", track))
    if key == "P_TAKE":
        return float(desk.handles.number("MediaItem_Take*", owner)) if isinstance(owner, Take) else 0.0
    return 0.0


@reascript
def GetSetEnvelopeInfo_String(
    desk: Desk, envelope: MaybeEnvelope, key: str, text: str, is_set: bool
) -> tuple[bool, str | None]:
    if envelope is None:
        return (False, None)
    if key == "GUID":
        return (True, envelope.guid)
    if key.startswith("P_EXT:"):
        if is_set:
            envelope.ext[key] = text
        return (key in envelope.ext, envelope.ext.get(key, ""))
    attribute = {"ACTIVE": "active", "VISIBLE": "visible", "ARM": "armed", "SHOWLANE": "lane"}.get(key)
    if attribute is None:
        return (False, None)
    if is_set:
        setattr(envelope, attribute, int(text == "1"))
        envelope_touched(desk, envelope)
    return (True, str(getattr(envelope, attribute)))
