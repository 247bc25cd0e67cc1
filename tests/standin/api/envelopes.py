"""Envelopes of tracks, sends, takes and knobs, and their points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rpp

from tests.standin.envelopes import NAMES, Envelope, Point, from_fader, to_fader
from tests.standin.items import Take
from tests.standin.registry import reascript
from tests.standin.rpp_tables import number, words_of
from tests.standin.tracks import Send, Track
from tests.standin.undo import FX_ENVELOPES, ITEMS, TRACK_ENVELOPES

if TYPE_CHECKING:
    from tests.standin.desk import Desk

MaybeEnvelope = Envelope | None
MaybeTrack = Track | None
FADER = 1


def _touched(desk: Desk, envelope: Envelope) -> None:
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
        _touched(desk, envelope)
    return (True, str(getattr(envelope, attribute)))


# points -------------------------------------------------------------------------------------------------------


@reascript
def CountEnvelopePoints(desk: Desk, envelope: MaybeEnvelope) -> int:
    return 0 if envelope is None else len(envelope.points)


@reascript
def CountEnvelopePointsEx(desk: Desk, envelope: MaybeEnvelope, automation_item: int) -> int:
    return 0 if envelope is None or automation_item >= 0 else len(envelope.points)


@reascript
def GetEnvelopePoint(
    desk: Desk, envelope: MaybeEnvelope, index: int, time: float, value: float, shape: int, tension: float, sel: int
) -> tuple[bool, float, float, int, float, int]:
    if envelope is None or not 0 <= index < len(envelope.points):
        return (False, 0.0, 0.0, 0, 0.0, 0)
    p = envelope.points[index]
    return (True, p.time, envelope.to_script(p.value), p.shape, p.tension, p.selected)


@reascript
def GetEnvelopePointEx(
    desk: Desk,
    envelope: MaybeEnvelope,
    automation_item: int,
    index: int,
    time: float,
    value: float,
    shape: int,
    tension: float,
    selected: int,
) -> tuple[bool, float, float, int, float, int]:
    if automation_item >= 0:
        return (False, 0.0, 0.0, 0, 0.0, 0)
    return GetEnvelopePoint(desk, envelope, index, time, value, shape, tension, selected)


@reascript
def InsertEnvelopePoint(
    desk: Desk, envelope: MaybeEnvelope, time: float, value: float, shape: int, tension: float, sel: int, no_sort: int
) -> bool:
    if envelope is None:
        return False
    envelope.points.append(Point(time, envelope.from_script(value), shape, tension, int(bool(sel))))
    if not no_sort:
        envelope.sort()
    _touched(desk, envelope)
    return True


@reascript
def InsertEnvelopePointEx(
    desk: Desk,
    envelope: MaybeEnvelope,
    automation_item: int,
    time: float,
    value: float,
    shape: int,
    tension: float,
    selected: int,
    no_sort: int,
) -> bool:
    if automation_item >= 0:
        return False
    return InsertEnvelopePoint(desk, envelope, time, value, shape, tension, selected, no_sort)


@reascript
def SetEnvelopePoint(
    desk: Desk,
    envelope: MaybeEnvelope,
    index: int,
    time: float,
    value: float,
    shape: int,
    tension: float,
    selected: int,
    no_sort: int,
) -> bool:
    if envelope is None or not 0 <= index < len(envelope.points):
        return False
    envelope.points[index] = Point(time, envelope.from_script(value), shape, tension, int(bool(selected)))
    if not no_sort:
        envelope.sort()
    _touched(desk, envelope)
    return True


@reascript
def DeleteEnvelopePointEx(desk: Desk, envelope: MaybeEnvelope, automation_item: int, index: int) -> bool:
    if envelope is None or automation_item >= 0 or not 0 <= index < len(envelope.points):
        return False
    del envelope.points[index]
    _touched(desk, envelope)
    return True


@reascript
def DeleteEnvelopePointRange(desk: Desk, envelope: MaybeEnvelope, start: float, end: float) -> bool:
    if envelope is None:
        return False
    envelope.delete_range(start, end)
    _touched(desk, envelope)
    return True


@reascript
def DeleteEnvelopePointRangeEx(
    desk: Desk, envelope: MaybeEnvelope, automation_item: int, start: float, end: float
) -> bool:
    return automation_item < 0 and DeleteEnvelopePointRange(desk, envelope, start, end)


@reascript
def Envelope_SortPoints(desk: Desk, envelope: MaybeEnvelope) -> bool:
    if envelope is not None:
        envelope.sort()
    return envelope is not None


@reascript
def Envelope_SortPointsEx(desk: Desk, envelope: MaybeEnvelope, automation_item: int) -> bool:
    return Envelope_SortPoints(desk, envelope)


@reascript
def Envelope_Evaluate(
    desk: Desk,
    envelope: MaybeEnvelope,
    time: float,
    rate: float,
    samples: int,
    value: float,
    slope: float,
    slope2: float,
    slope3: float,
) -> tuple[int, float, float, float, float]:
    return (0, 0.0, 0.0, 0.0, 0.0) if envelope is None else (1, envelope.evaluate(time), 0.0, 0.0, 0.0)


@reascript
def GetGlobalAutomationOverride(desk: Desk) -> int:
    lines = (words_of(child) for child in desk.project.kept if not isinstance(child, rpp.Element))
    return next((int(number(words[1])) for words in lines if words[0] == "GLOBAL_AUTO"), -1)
