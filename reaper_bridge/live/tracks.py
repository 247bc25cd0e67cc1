"""Read one track, or the master, from the facts of a visit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from reaper_bridge.live.calibration import CalibrationCache
from reaper_bridge.live.chains import read_chain
from reaper_bridge.live.lanes import read_envelopes
from reaper_bridge.session.codes import (
    PAN_MODES,
    SEND_MODES,
    automation_mode,
    channel_index,
    play_offset_seconds,
    rgb_color,
)
from reaper_bridge.session.identity import MASTER, FxId, TrackId
from reaper_bridge.session.media import MIDI_KINDS
from reaper_bridge.session.model import PanMode, Send, Track

Facts: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Surroundings:
    """What reading a track takes from the rest of the project.

    ``planned_ids`` are our plans' ids of plug-ins by REAPER's, ``ids`` the tracks' by their GUIDs, ``places`` where
    they stand, ``vca_groups`` the groups that have a leader.
    """

    project: Facts
    plugins: Mapping[str, Facts]
    planned_ids: Mapping[FxId, FxId]
    calibration: CalibrationCache | None
    ids: Mapping[str, TrackId]
    places: Mapping[TrackId, int]
    vca_groups: tuple[int, int]


def track_ids(facts: Facts) -> tuple[TrackId, ...]:
    """Return the ids of the tracks in order: the GUID in upper case, ``track:N`` for one without or a second one."""
    found: dict[TrackId, None] = {}
    for number, own in enumerate(facts["tracks"], 1):
        guid = TrackId(str(own["guid"]).upper())
        found[guid if guid and guid not in found else TrackId(f"track:{number}")] = None
    return tuple(found)


def read_track(track_id: TrackId, index: int, own: Facts, parent: TrackId | None, around: Surroundings) -> Track:
    """Return a track; ``parent`` is the folder it stands in."""
    project = around.project
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
        fx=read_chain(own.get("fx", ()), around.plugins, around.planned_ids, around.calibration),
        fx_enabled=bool(own.get("I_FXEN", 1)),
        sends_to_parent=bool(own.get("B_MAINSEND", 1)),
        sends=_sends(track_id, own.get("sends", ()), around),
        envelopes=read_envelopes(own.get("envelopes", ())),
        automation_mode=automation_mode(int(own.get("I_AUTOMODE", 0)), project["automation_override"]),
        is_frozen=own.get("I_FREEZECOUNT", 0) > 0,
        is_locked=bool(own["unreadable"]),
        follows_vca=_follows(own.get("vca_follows", (0, 0)), around.vca_groups),
        item_count=len(items),
        has_midi=any((take["source"] or {}).get("type") in MIDI_KINDS for take in active),
        item_names=tuple(dict.fromkeys(take["name"] for take in active if take["name"])),
        notes=_notes([own.get("notes", ""), *(item["notes"] for item in items)]),
        color=rgb_color(int(own.get("I_CUSTOMCOLOR", 0)), project["os"].startswith("Win")),
    )


def read_master(own: Facts, around: Surroundings) -> Track:
    """Return the master."""
    law = own.get("D_PANLAW", -1.0)
    return Track(
        id=MASTER,
        name="MASTER",
        index=-1,
        volume_linear=own.get("D_VOL", 1.0),
        pan=own.get("D_PAN", 0.0),
        width_ratio=own.get("D_WIDTH", 1.0),
        dual_pan=(own.get("D_DUALPANL", -1.0), own.get("D_DUALPANR", 1.0)),
        pan_mode=_pan_mode(own, around.project),
        pan_law_linear=law if law >= 0.0 else None,
        muted=bool(own.get("B_MUTE", 0)),
        channel_count=int(own.get("I_NCHAN", 2)) or 2,
        fx=read_chain(own.get("fx", ()), around.plugins, around.planned_ids, around.calibration),
        fx_enabled=bool(own.get("I_FXEN", 1)),
        sends_to_parent=False,
        envelopes=read_envelopes(own.get("envelopes", ())),
    )


def track_offset_seconds(own: Facts, project: Facts) -> float:
    """Return a track's media playback offset."""
    flags, offset = int(own.get("I_PLAY_OFFSET_FLAG", 1)), own.get("D_PLAY_OFFSET", 0.0)
    return play_offset_seconds(flags, offset, project["PROJECT_SRATE"])


def _pan_mode(own: Facts, project: Facts) -> PanMode:
    """Return a track's pan mode; -1 is the project's."""
    default = -1 if project["panmode"] is None else int(project["panmode"])
    return PAN_MODES.get(int(own.get("I_PANMODE", -1)), PAN_MODES.get(default, "balance"))


def _sends(source: TrackId, sends: Sequence[Facts], around: Surroundings) -> tuple[Send, ...]:
    """Return the sends of a track, ordered by where they go, as a project file has them."""
    found = [(around.ids.get(str(send["guid"]).upper()), send) for send in sends]
    known = [_send(source, destination, send) for destination, send in found if destination is not None]
    return tuple(sorted(known, key=lambda send: around.places[send.destination]))


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


def union_of_groups(groups: Sequence[Sequence[int]]) -> tuple[int, int]:
    """Return the groups that are in any of these, as bits of the lower and the upper 32."""
    low, high = 0, 0
    for some in groups:
        low, high = low | int(some[0]), high | int(some[1])
    return low, high


def _follows(follows: Sequence[int], led: tuple[int, int]) -> bool:
    return any(int(some) & leads for some, leads in zip(follows, led, strict=True))


def _notes(texts: Sequence[str]) -> str:
    """Return all notes about a track: its own, then those of its items, each once."""
    return "\n".join(dict.fromkeys(text for text in map(plain_text, texts) if text))


def plain_text(written: str) -> str:
    """Return what somebody wrote without the blanks around it, lines ended as in a project file."""
    return written.replace("\r\n", "\n").strip()
