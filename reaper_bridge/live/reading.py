"""Read the facts that REAPER's side of the bridge sends as a session, the same that the project's file would give.

The facts are described in ``reaper_bridge.live.inside.looking``: plain JSON, with the keys of REAPER's API.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from reaper_bridge.live.calibration import CalibrationCache
from reaper_bridge.live.chains import read_chain
from reaper_bridge.live.lanes import read_envelopes
from reaper_bridge.session.codes import (
    PAN_MODES,
    SEND_MODES,
    automation_mode,
    channel_index,
    folder_parents,
    play_offset_seconds,
    rgb_color,
)
from reaper_bridge.session.identity import MASTER, FxId, TrackId
from reaper_bridge.session.media import MIDI_KINDS
from reaper_bridge.session.model import Marker, PanMode, Send, Session, TempoChange, Track

Facts: TypeAlias = Mapping[str, Any]

_RECORDS: Final = 4
_UNTITLED: Final = "Untitled"


@dataclass(frozen=True)
class Picture:
    """A project as REAPER showed it at one moment.

    ``project_handle`` is REAPER's own name for the project tab, ``project_path`` the file it was saved to (empty
    before it was). ``pass_mark`` is what our last pass left on the master track. ``unreadable`` tells for each track
    that could not be read wholly why: nothing may be decided for it. ``play_state`` is REAPER's: 1 plays, 2 pauses,
    4 records, added up.
    """

    session: Session
    facts: Facts
    project_handle: str
    project_path: str
    change_count: int
    selected: tuple[TrackId, ...] = ()
    undo_name: str | None = None
    redo_name: str | None = None
    play_state: int = 0
    is_dirty: bool = False
    pass_mark: str = ""
    unreadable: Mapping[TrackId, str] = field(default_factory=dict)

    @property
    def is_recording(self) -> bool:
        """Whether REAPER records."""
        return bool(self.play_state & _RECORDS)


@dataclass(frozen=True)
class _Reading:
    """What reading a track takes from the rest of the project."""

    project: Facts
    plugins: Mapping[str, Facts]
    planned_ids: Mapping[FxId, FxId]
    calibration: CalibrationCache | None
    ids: Mapping[str, TrackId]
    places: Mapping[TrackId, int]
    vca_groups: tuple[int, int]


def read_picture(
    facts: Facts, *, fx_names: Mapping[FxId, FxId] | None = None, calibration: CalibrationCache | None = None
) -> Picture:
    """Return the picture in the facts of one visit.

    ``fx_names`` are the ids that plans gave to plug-ins and the GUIDs that REAPER gave them: the session shows the
    planned ones. ``calibration`` is what is known of this REAPER's knobs.
    """
    project: Facts = facts["project"]
    tracks = dict(zip(track_ids(facts), facts["tracks"], strict=True))
    reading = _Reading(
        project=project,
        plugins=facts.get("plugins", {}),
        planned_ids={real: planned for planned, real in (fx_names or {}).items()},
        calibration=calibration,
        ids={str(own["guid"]).upper(): track_id for track_id, own in reversed(tracks.items()) if own["guid"]},
        places={track_id: index for index, track_id in enumerate(tracks)},
        vca_groups=_union([own.get("vca_leads", (0, 0)) for own in tracks.values()]),
    )
    unreadable = {track_id: "; ".join(own["unreadable"]) for track_id, own in tracks.items() if own["unreadable"]}
    if facts["master"]["unreadable"]:
        unreadable[MASTER] = "; ".join(facts["master"]["unreadable"])
    return Picture(
        session=_session(facts, tracks, reading),
        facts=facts,
        project_handle=project["handle"],
        project_path=project["path"],
        change_count=project["change_count"],
        selected=tuple(track_id for track_id, own in tracks.items() if own.get("I_SELECTED")),
        undo_name=project["undo_name"],
        redo_name=project["redo_name"],
        play_state=project["play_state"],
        is_dirty=project["is_dirty"],
        pass_mark=project["pass_mark"],
        unreadable=unreadable,
    )


def track_ids(facts: Facts) -> tuple[TrackId, ...]:
    """Return the ids of the tracks in order: the GUID in upper case, ``track:N`` for one without or a second one."""
    found: dict[TrackId, None] = {}
    for number, own in enumerate(facts["tracks"], 1):
        guid = TrackId(str(own["guid"]).upper())
        found[guid if guid and guid not in found else TrackId(f"track:{number}")] = None
    return tuple(found)


def _session(facts: Facts, tracks: Mapping[TrackId, Facts], reading: _Reading) -> Session:
    project = reading.project
    depths = ((track_id, int(own.get("I_FOLDERDEPTH", 0))) for track_id, own in tracks.items())
    parents = folder_parents(depths)
    law, taper = project["panlaw"], project["panlawflags"]
    insists = project["PROJECT_SRATE"] > 0 and bool(project["PROJECT_SRATE_USE"])
    return Session(
        title=Path(project["path"]).stem or Path(project["name"]).stem or _UNTITLED,
        tracks=tuple(
            _track(track_id, index, own, parents[track_id], reading)
            for index, (track_id, own) in enumerate(tracks.items())
        ),
        master=_master(facts["master"], reading),
        sample_rate_hz=int(project["PROJECT_SRATE"]) if insists else None,
        tempo=_tempo(project["tempo"]),
        markers=_markers(project["markers"]),
        pan_law_linear=1.0 if law is None else law,
        pan_taper=int(taper) if taper else None,  # a file states none where it is 0
        reaper_version=project["reaper_version"],
        notes=_text(project["notes"]),
        ext_state=dict(project["ext_state"]),
    )


def _track(track_id: TrackId, index: int, own: Facts, parent: TrackId | None, reading: _Reading) -> Track:
    project = reading.project
    items: Sequence[Facts] = own.get("items", ())
    active = [take for item in items for take in item["takes"] if take and take["index"] == item["active"]]
    law = own.get("D_PANLAW", -1.0)
    return Track(
        id=track_id,
        name=own["name"],
        index=index,
        parent=parent,
        is_folder=own.get("I_FOLDERDEPTH", 0) > 0,
        volume_linear=own.get("D_VOL", 1.0),
        pan=own.get("D_PAN", 0.0),
        width_ratio=own.get("D_WIDTH", 1.0),
        dual_pan=(own.get("D_DUALPANL", -1.0), own.get("D_DUALPANR", 1.0)),
        pan_mode=_pan_mode(own, project),
        pan_law_linear=law if law >= 0.0 else None,
        polarity_inverted=bool(own.get("B_PHASE", 0)),
        play_offset_seconds=track_offset_seconds(own, project),
        muted=bool(own.get("B_MUTE", 0)),
        soloed=bool(own.get("I_SOLO", 0)),
        channel_count=int(own.get("I_NCHAN", 2)) or 2,
        fx=read_chain(own.get("fx", ()), reading.plugins, reading.planned_ids, reading.calibration),
        fx_enabled=bool(own.get("I_FXEN", 1)),
        sends_to_parent=bool(own.get("B_MAINSEND", 1)),
        sends=_sends(track_id, own.get("sends", ()), reading),
        envelopes=read_envelopes(own.get("envelopes", ())),
        automation_mode=automation_mode(int(own.get("I_AUTOMODE", 0)), project["automation_override"]),
        is_frozen=own.get("I_FREEZECOUNT", 0) > 0,
        is_locked=bool(own["unreadable"]),
        follows_vca=_follows(own.get("vca_follows", (0, 0)), reading.vca_groups),
        item_count=len(items),
        has_midi=any((take["source"] or {}).get("type") in MIDI_KINDS for take in active),
        item_names=tuple(dict.fromkeys(take["name"] for take in active if take["name"])),
        notes=_notes([own.get("notes", ""), *(item["notes"] for item in items)]),
        color=rgb_color(int(own.get("I_CUSTOMCOLOR", 0)), project["os"].startswith("Win")),
    )


def _master(own: Facts, reading: _Reading) -> Track:
    law = own.get("D_PANLAW", -1.0)
    return Track(
        id=MASTER,
        name="MASTER",
        index=-1,
        volume_linear=own.get("D_VOL", 1.0),
        pan=own.get("D_PAN", 0.0),
        width_ratio=own.get("D_WIDTH", 1.0),
        dual_pan=(own.get("D_DUALPANL", -1.0), own.get("D_DUALPANR", 1.0)),
        pan_mode=_pan_mode(own, reading.project),
        pan_law_linear=law if law >= 0.0 else None,
        muted=bool(own.get("B_MUTE", 0)),
        channel_count=int(own.get("I_NCHAN", 2)) or 2,
        fx=read_chain(own.get("fx", ()), reading.plugins, reading.planned_ids, reading.calibration),
        fx_enabled=bool(own.get("I_FXEN", 1)),
        sends_to_parent=False,
        envelopes=read_envelopes(own.get("envelopes", ())),
    )


def track_offset_seconds(own: Facts, project: Facts) -> float:
    """Return a track's media playback offset."""
    flags, offset = int(own.get("I_PLAY_OFFSET_FLAG", 1)), own.get("D_PLAY_OFFSET", 0.0)
    return play_offset_seconds(flags, offset, project["PROJECT_SRATE"])


def _pan_mode(own: Facts, project: Facts) -> PanMode:
    default = project["panmode"]
    return PAN_MODES.get(
        int(own.get("I_PANMODE", -1)), PAN_MODES.get(int(3 if default is None else default), "balance")
    )


def _sends(source: TrackId, sends: Sequence[Facts], reading: _Reading) -> tuple[Send, ...]:
    """Return the sends of a track, ordered by where they go, as a project file has them."""
    found = [(reading.ids.get(str(send["guid"]).upper()), send) for send in sends]
    known = [_send(source, destination, send) for destination, send in found if destination is not None]
    return tuple(sorted(known, key=lambda send: reading.places[send.destination]))


def _send(source: TrackId, destination: TrackId, facts: Facts) -> Send:
    source_channels, destination_channels = int(facts["I_SRCCHAN"]), int(facts["I_DSTCHAN"])
    return Send(
        source,
        destination,
        level_linear=facts["D_VOL"],
        pan=facts["D_PAN"],
        mode=SEND_MODES.get(int(facts["I_SENDMODE"]), "post_fader"),
        muted=bool(facts["B_MUTE"]),
        mono=bool(facts["B_MONO"]),
        polarity_inverted=bool(facts["B_PHASE"]),
        source_channel_index=channel_index(source_channels),
        destination_channel_index=channel_index(destination_channels),
        carries_audio=source_channels >= 0,
    )


def _union(groups: Sequence[Sequence[int]]) -> tuple[int, int]:
    low, high = 0, 0
    for some in groups:
        low, high = low | int(some[0]), high | int(some[1])
    return low, high


def _follows(follows: Sequence[int], led: tuple[int, int]) -> bool:
    return any(int(some) & leads for some, leads in zip(follows, led, strict=True))


def _tempo(changes: Sequence[Sequence[float]]) -> tuple[TempoChange, ...]:
    """Return the tempo map; a change at the start stands for the project's own tempo, signatures last on."""
    found: list[TempoChange] = []
    numerator, denominator = 4, 4
    for start, bpm, own_numerator, own_denominator in changes:
        if own_numerator and own_denominator:
            numerator, denominator = int(own_numerator), int(own_denominator)
        if bpm > 0.0:
            found = [change for change in found if change.start_seconds < start]
            found.append(TempoChange(start, bpm, numerator, denominator))
    return tuple(found)


def _markers(markers: Sequence[Sequence[Any]]) -> tuple[Marker, ...]:
    found = (Marker(name, start, end) for start, end, name in markers)
    return tuple(sorted(found, key=lambda marker: marker.start_seconds))


def _notes(texts: Sequence[str]) -> str:
    """Return all notes about a track: its own, then those of its items, each once."""
    return "\n".join(dict.fromkeys(text for text in map(_text, texts) if text))


def _text(written: str) -> str:
    return written.replace("\r\n", "\n").strip()
