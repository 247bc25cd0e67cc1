"""Say where the sound of tracks lies on disk, as the REAPER that runs has it.

REAPER names files by their whole path. A file that is not there is silent in REAPER too; it is not looked for.
"""

import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeAlias

from reaper_bridge.live.lanes import read_points
from reaper_bridge.live.reading import Picture, track_ids
from reaper_bridge.live.tracks import track_offset_seconds
from reaper_bridge.session.audio import CurvePoint, Fade, TrackAudio
from reaper_bridge.session.identity import ItemId, TrackId
from reaper_bridge.session.media import MIDI_KINDS, Find, Section, Source
from reaper_bridge.session.playing import Item, Playing, Take, bends_time, item_fade, item_sounds, track_audio

Facts: TypeAlias = Mapping[str, Any]

_INSTRUMENTS: Final = ("VSTi:", "VST3i:", "AUi:", "CLAPi:", "LV2i:", "DXi:")
_OFFLINE: Final = "_OFFLINE_"
_UPPER_LANES_MASK_FIELD: Final = 4
_FIXED_LANES: Final = 2
_WHOLE_SECONDS: Final = 1e-6


def read_sources(picture: Picture, track_ids_wanted: Collection[TrackId]) -> dict[TrackId, TrackAudio]:
    """Return the clips of these tracks and what could not be found; ids that are no track are left out."""
    project = picture.facts["project"]
    find = functools.cache(existing_file)
    found = {}
    for track_id, own in zip(track_ids(picture.facts), picture.facts["tracks"], strict=True):
        if track_id in track_ids_wanted:
            reason = picture.unreadable.get(track_id)
            audio = _track_audio(track_id, own, project, find)
            found[track_id] = audio if reason is None else _unreadable(audio, own["name"], reason)
    return found


def existing_file(written: str) -> Path | None:
    """Return the file of that path, or None where there is none."""
    try:
        path = Path(written)
        return path if path.is_file() else None
    except (OSError, ValueError):
        return None


def _track_audio(track_id: TrackId, own: Facts, project: Facts, find: Find) -> TrackAudio:
    item_mix = project["itemmixflag"]
    playing = Playing(
        track_offset_seconds(own, project),
        1 if item_mix is None else int(item_mix),
        int(own.get("I_FREEMODE", 0)),
        _upper_lanes_mask(own.get("lanes", ())),
    )
    return track_audio(track_id, _sounding_items(track_id, own), _instruments(own), playing, find)


def _unreadable(audio: TrackAudio, name: str, reason: str) -> TrackAudio:
    sentence = f"REAPER did not tell everything about {name or 'this track'}: {reason}."
    return replace(audio, problems=(*audio.problems, sentence), is_complete=False)


def _instruments(own: Facts) -> tuple[str, ...]:
    """Return the instruments that play on a track, by the names people know them by."""
    if not own.get("I_FXEN", 1):
        return ()
    return tuple(
        fx.get("renamed_name") or fx.get("original_name") or fx["name"]
        for fx in own.get("fx", ())
        if fx.get("is_instrument") and fx.get("enabled", True) and not fx.get("offline")
    )


def _sounding_items(track_id: TrackId, own: Facts) -> Iterator[Item]:
    """Yield the items of a track that play."""
    for number, facts in enumerate(own.get("items", ()), 1):
        length, solo = facts["D_LENGTH"], int(facts["C_MUTE_SOLO"])
        if not item_sounds(length, bool(facts["B_MUTE"]), solo) or not _plays_in_lane(facts, own):
            continue
        yield Item(
            ItemId(str(facts["guid"]).upper() or f"{track_id}/item:{number}"),
            facts["D_POSITION"],
            length,
            tuple(_take(take) for take in facts["takes"] if take is not None and take["source"] is not None),
            volume_linear=facts["D_VOL"],
            loops=bool(facts["B_LOOPSRC"]),
            fade_in=_fade(facts, "IN"),
            fade_out=_fade(facts, "OUT"),
            always_mixes=bool(facts.get("mix_flag", False)),
        )


def _fade(item: Facts, edge: str) -> Fade:
    by_hand, automatic = item[f"D_FADE{edge}LEN"], item[f"D_FADE{edge}LEN_AUTO"]
    return item_fade(by_hand, automatic, int(item[f"C_FADE{edge}SHAPE"]), item[f"D_FADE{edge}DIR"], item["D_LENGTH"])


def _plays_in_lane(item: Facts, track: Facts) -> bool:
    """Tell whether an item's lane plays; -1 is a lane that is hidden and silent, 0 says nothing outside lanes."""
    plays = int(item["C_LANEPLAYS"])
    return plays > 0 or (plays == 0 and int(track.get("I_FREEMODE", 0)) != _FIXED_LANES)


def _upper_lanes_mask(lines: Sequence[str]) -> bool:
    """Tell whether a track's upper lanes cover its lower ones, from the lines of its text."""
    fields = next((line.split() for line in lines if line.startswith("FIXEDLANES ")), [])
    return len(fields) > _UPPER_LANES_MASK_FIELD and fields[_UPPER_LANES_MASK_FIELD] not in ("0", "-0")


def _take(facts: Facts) -> Take:
    envelopes = {lane["name"]: read_points(lane["points"]) for lane in facts["envelopes"] if lane["is_active"]}
    none: tuple[CurvePoint, ...] = ()
    effects = [fx for fx in facts["fx"] if fx["enabled"] and not fx["offline"]]
    markers = facts["stretch"]
    return Take(
        facts["name"],
        _source(facts["source"]),
        volume_linear=facts["D_VOL"],
        pan=facts["D_PAN"],
        source_offset_seconds=facts["D_STARTOFFS"],
        play_rate=facts["D_PLAYRATE"],
        preserves_pitch=bool(facts["B_PPITCH"]),
        pitch_semitones=facts["D_PITCH"],
        channel_mode=int(facts["I_CHANMODE"]),
        volume_points=envelopes.get("VOLENV", none),
        pan_points=envelopes.get("PANENV", none),
        mute_points=envelopes.get("MUTEENV", none),
        pitch_points=envelopes.get("PITCHENV", none),
        is_stretched=bends_time([(place, source) for place, source, _ in markers], [slope for _, _, slope in markers]),
        effects=tuple(fx["name"] for fx in effects),
        has_instrument=any(fx["name"].startswith(_INSTRUMENTS) for fx in effects),
    )


def _source(facts: Facts) -> Source:
    kind = facts["type"]
    inner = _source(facts["inner"]) if facts["inner"] is not None else None
    return Source(
        kind.removeprefix(_OFFLINE),
        facts["file"],
        is_offline=kind.startswith(_OFFLINE),
        is_silent_video=kind == "VIDEO" and not facts.get("channels") and existing_file(facts["file"]) is not None,
        has_notes=kind not in MIDI_KINDS or bool(facts.get("has_notes")),
        section=_section(facts),
        inner=inner,
    )


def _section(facts: Facts) -> Section:
    """Return the part of its source that a section plays; one as long as the whole only turns it round."""
    if not facts.get("section"):
        return Section()
    start, length, is_reversed = facts["section"]
    inner = facts["inner"]
    is_whole = inner is not None and start <= _WHOLE_SECONDS and length >= inner["length"] - _WHOLE_SECONDS
    return Section(start, 0.0 if is_whole and is_reversed else length, is_reversed)
