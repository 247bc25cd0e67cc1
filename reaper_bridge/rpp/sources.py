"""Say where the sound of tracks lies on disk, as REAPER would play it, and what cannot be read.

Positions are project time with the track's media playback offset in them. Take envelopes are stored in the
take's own time; here they count project time from the item's start. What would sound in REAPER but is no
audio file here makes a track incomplete: then nothing may be decided from the rest.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from reaper_bridge.rpp.envelopes import is_active, read_points
from reaper_bridge.rpp.fields import (
    Fields,
    first_lines,
    integer_in,
    number_in,
    play_offset_seconds,
    text_in,
)
from reaper_bridge.rpp.media_search import MediaSearch
from reaper_bridge.rpp.overlaps import as_mixed, item_lane, playing_lanes
from reaper_bridge.rpp.slots import read_chain, sounding_instruments
from reaper_bridge.rpp.source_blocks import Sound, Trouble, sound_of
from reaper_bridge.rpp.structure import track_blocks
from reaper_bridge.rpp.syntax import Block, Document
from reaper_bridge.rpp.takes import Take, active_take, takes_of
from reaper_bridge.session.audio import Clip, CurvePoint, Fade, TrackAudio
from reaper_bridge.session.identity import ItemId, TrackId
from reaper_bridge.text.lines import Line

_PLAIN_SLOPE_SECONDS = 1e-6
_SOLOED, _SILENCED_BY_SOLO = -1, 1


@dataclass(frozen=True)
class _Surroundings:
    """What a take needs to know about its track and project."""

    media: MediaSearch
    offset_seconds: float


def read_sources(document: Document, path: Path, track_ids: Collection[TrackId]) -> dict[TrackId, TrackAudio]:
    """Return the clips of these tracks and what could not be found; ids that are no track are left out.

    Raises:
        ProjectFileError: The document holds no project.
    """
    project = document.project
    fields = first_lines(project)
    record_paths = (text_in(fields, "RECORD_PATH"), text_in(fields, "RECORD_PATH", 2))
    media = MediaSearch(path.parent, record_paths)
    wanted = set(track_ids)
    return {
        track_id: _track_audio(track_id, block, fields, media)
        for track_id, block in track_blocks(project).items()
        if track_id in wanted
    }


def _track_audio(track_id: TrackId, track: Block, project: Fields, media: MediaSearch) -> TrackAudio:
    own = first_lines(track)
    around = _Surroundings(media, play_offset_seconds(own, project))
    lanes = playing_lanes(own)
    clips: list[tuple[Clip, Block]] = []
    troubles = list(_instruments(track, own))
    for number, item in enumerate(track.blocks("ITEM"), 1):
        takes = takes_of(item)
        fields = takes[0].lines
        if not _sounds(fields) or not lanes.plays(item_lane(fields)):
            continue
        item_id = ItemId(text_in(fields, "IGUID").upper() or f"{track_id}/item:{number}")
        for found in _takes(takes, item_id, around):
            if isinstance(found, Clip):
                clips.append((found, item))
            else:
                troubles.append(found)
    mixed, masked = as_mixed(clips, integer_in(project, "ITEMMIX", default=1), integer_in(own, "FREEMODE"), own)
    troubles.extend(masked)
    return TrackAudio(
        track_id,
        mixed,
        tuple(dict.fromkeys(trouble.sentence for trouble in troubles)),
        not any(trouble.hides_sound for trouble in troubles),
    )


def _instruments(track: Block, own: Fields) -> Iterator[Trouble]:
    """Yield the instruments that play on a track: their sound is in no file."""
    if not integer_in(own, "FX", default=1):
        return
    for name in sounding_instruments(track.block("FXCHAIN")):
        yield Trouble(f"{name} is an instrument; its sound is not in a file.", True)


def _sounds(item: Fields) -> bool:
    """Tell whether an item plays: it is not muted, or soloed, or silenced by another item's solo."""
    solo = integer_in(item, "MUTE", 2)
    is_muted = integer_in(item, "MUTE") != 0
    return number_in(item, "LENGTH") > 0.0 and (solo == _SOLOED or (not is_muted and solo != _SILENCED_BY_SOLO))


def _takes(takes: tuple[Take, ...], item_id: ItemId, around: _Surroundings) -> Iterator[Clip | Trouble]:
    """Yield the clips of an item's sounding takes, and what is wrong with them."""
    fields = takes[0].lines
    playing = takes if integer_in(fields, "ALLTAKES") else (active_take(takes),)
    for take in playing:
        if take.source is None:
            continue
        sound = sound_of(take.source, take.name, around.media)
        if isinstance(sound, Trouble):
            yield sound
        elif sound is not None:
            yield _clip(fields, take, is_first=take is takes[0], item_id=item_id, sound=sound, around=around)
            yield from _approximations(take, take.name or sound.path.name)


def _clip(item: Fields, take: Take, *, is_first: bool, item_id: ItemId, sound: Sound, around: _Surroundings) -> Clip:
    length = number_in(item, "LENGTH")
    pan, take_volume = _take_pan_and_volume(take, is_first)
    rate = number_in(take.lines, "PLAYRATE", default=1.0)
    rate = rate if rate > 0.0 else 1.0
    return Clip(
        item_id,
        take.name or sound.path.name,
        sound.path,
        position_seconds=number_in(item, "POSITION") + around.offset_seconds,
        length_seconds=length,
        source_offset_seconds=number_in(take.lines, "SOFFS"),
        play_rate=rate,
        preserves_pitch=integer_in(take.lines, "PLAYRATE", 2) != 0,
        pitch_semitones=number_in(take.lines, "PLAYRATE", 3),
        loops=integer_in(item, "LOOP") != 0,
        gain_linear=_item_volume(item) * take_volume,
        pan=pan,
        channel_mode=integer_in(take.lines, "CHANMODE"),
        fade_in=_fade(item.get("FADEIN"), length),
        fade_out=_fade(item.get("FADEOUT"), length),
        reversed=sound.reversed,
        section_start_seconds=sound.section_start_seconds,
        section_length_seconds=sound.section_length_seconds,
        volume_points=_envelope(take, "VOLENV", rate),
        pan_points=_envelope(take, "PANENV", rate),
        mute_points=_envelope(take, "MUTEENV", rate),
    )


def _item_volume(item: Fields) -> float:
    line = item.get("VOLPAN")
    return 1.0 if line is None else line.number(1, 1.0)


def _take_pan_and_volume(take: Take, is_first: bool) -> tuple[float, float]:
    """Return a take's pan and volume: tokens 2 and 3 of the item's VOLPAN, or its own TAKEVOLPAN."""
    line = take.lines.get("VOLPAN") if is_first else take.lines.get("TAKEVOLPAN")
    if line is None:
        return 0.0, 1.0
    first = 2 if is_first else 1
    return max(-1.0, min(1.0, line.number(first))), line.number(first + 1, 1.0)


def _fade(line: Line | None, item_seconds: float) -> Fade:
    """Read a fade; an automatic crossfade's length (token 3) stands before the one drawn by hand."""
    if line is None:
        return Fade()
    by_hand, automatic = line.number(2), line.number(3)
    length = automatic if automatic > 0.0 else max(0.0, by_hand)
    return Fade(min(length, item_seconds), line.integer(1), max(-1.0, min(1.0, line.number(6))))


def _envelope(take: Take, name: str, rate: float) -> tuple[CurvePoint, ...]:
    block = take.block(name)
    if block is None or not is_active(block):
        return ()
    return tuple(replace(point, time_seconds=point.time_seconds / rate) for point in read_points(block))


def _approximations(take: Take, name: str) -> Iterator[Trouble]:
    """Yield what is heard only nearly as REAPER plays it."""
    if _stretches(take):
        yield Trouble(f"{name} has stretch markers; it was heard unstretched.", False)
    pitch = take.block("PITCHENV")
    if pitch is not None and is_active(pitch) and any(point.value for point in read_points(pitch)):
        yield Trouble(f"{name} has a pitch envelope; it was heard without it.", False)
    effects = [slot for slot in read_chain(take.block("TAKEFX")) if slot.sounds]
    if effects:
        hides_sound = any(slot.is_instrument for slot in effects)
        names = ", ".join(slot.label or slot.plugin for slot in effects)
        yield Trouble(f"{name} has take FX ({names}); it was heard without them.", hides_sound)


def _stretches(take: Take) -> bool:
    """Tell whether stretch markers bend time: anywhere the source advances otherwise than the take."""
    markers: list[tuple[float, float]] = []
    slopes: list[float] = []
    for line in take.stretch_markers:
        words = [token.text for token in line.tokens()[1:]]
        for group in " ".join(words).split("+"):
            numbers = [Line(b"SM " + word.encode()).number(1) for word in group.split()]
            if numbers:
                markers.append((numbers[0], numbers[1] if len(numbers) > 1 else numbers[0]))
                slopes.append(numbers[2] if len(numbers) > 2 else 0.0)
    if not markers:
        return False
    ordered = sorted(markers)
    shift = ordered[0][1] - ordered[0][0]
    return any(slopes) or any(abs(s - p - shift) > _PLAIN_SLOPE_SECONDS for p, s in ordered)
