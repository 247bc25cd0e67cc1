"""Read where the sound of tracks lies on disk from a project file.

Take envelopes are stored in the take's own time; here they count project time from the item's start.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

from reaper_bridge.rpp.envelopes import is_active, read_points
from reaper_bridge.rpp.fields import Fields, first_lines, integer_in, number_in, play_offset_in, text_in
from reaper_bridge.rpp.item_lanes import item_lane, playing_lanes, upper_lanes_mask
from reaper_bridge.rpp.media_search import MediaSearch
from reaper_bridge.rpp.slots import read_chain, sounding_instruments
from reaper_bridge.rpp.source_blocks import source_of
from reaper_bridge.rpp.structure import track_blocks
from reaper_bridge.rpp.syntax import Block, Document
from reaper_bridge.rpp.takes import ItemTake, active_take, takes_of
from reaper_bridge.session.audio import CurvePoint, Fade, TrackAudio
from reaper_bridge.session.identity import ItemId, TrackId
from reaper_bridge.session.playing import Item, Playing, Take, bends_time, item_fade, item_sounds, track_audio
from reaper_bridge.text.lines import Line


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
    playing = Playing(
        play_offset_in(own, project),
        integer_in(project, "ITEMMIX", default=1),
        integer_in(own, "FREEMODE"),
        upper_lanes_mask(own),
    )
    instruments = sounding_instruments(track.block("FXCHAIN")) if integer_in(own, "FX", default=1) else ()
    return track_audio(track_id, _sounding_items(track_id, track, own), instruments, playing, media.find)


def _sounding_items(track_id: TrackId, track: Block, own: Fields) -> Iterator[Item]:
    """Yield the items of a track that play."""
    lanes = playing_lanes(own)
    for number, block in enumerate(track.blocks("ITEM"), 1):
        takes = takes_of(block)
        fields = takes[0].lines
        length = number_in(fields, "LENGTH")
        sounds = item_sounds(length, integer_in(fields, "MUTE") != 0, integer_in(fields, "MUTE", 2))
        if not sounds or not lanes.plays(item_lane(fields)):
            continue
        yield Item(
            ItemId(text_in(fields, "IGUID").upper() or f"{track_id}/item:{number}"),
            number_in(fields, "POSITION"),
            length,
            _playing_takes(takes),
            volume_linear=number_in(fields, "VOLPAN", 1, 1.0),
            loops=integer_in(fields, "LOOP") != 0,
            fade_in=_fade(fields.get("FADEIN"), length),
            fade_out=_fade(fields.get("FADEOUT"), length),
            always_mixes=block.find("MIXFLAG") is not None,
        )


def _playing_takes(takes: tuple[ItemTake, ...]) -> tuple[Take, ...]:
    playing = takes if integer_in(takes[0].lines, "ALLTAKES") else (active_take(takes),)
    return tuple(_take(take, take.source, take is takes[0]) for take in playing if take.source is not None)


def _take(take: ItemTake, source: Block, is_first: bool) -> Take:
    lines = take.lines
    pan, volume = _take_pan_and_volume(take, is_first)
    rate = number_in(lines, "PLAYRATE", default=1.0)
    rate = rate if rate > 0.0 else 1.0
    effects = [slot for slot in read_chain(take.block("TAKEFX")) if slot.sounds]
    return Take(
        take.name,
        source_of(source),
        volume_linear=volume,
        pan=pan,
        source_offset_seconds=number_in(lines, "SOFFS"),
        play_rate=rate,
        preserves_pitch=integer_in(lines, "PLAYRATE", 2) != 0,
        pitch_semitones=number_in(lines, "PLAYRATE", 3),
        channel_mode=integer_in(lines, "CHANMODE"),
        volume_points=_envelope(take, "VOLENV", rate),
        pan_points=_envelope(take, "PANENV", rate),
        mute_points=_envelope(take, "MUTEENV", rate),
        pitch_points=_envelope(take, "PITCHENV", rate),
        is_stretched=_stretches(take),
        effects=tuple(slot.label or slot.plugin for slot in effects),
        has_instrument=any(slot.is_instrument for slot in effects),
    )


def _take_pan_and_volume(take: ItemTake, is_first: bool) -> tuple[float, float]:
    """Return a take's pan and volume: tokens 2 and 3 of the item's VOLPAN, or its own TAKEVOLPAN."""
    line = take.lines.get("VOLPAN") if is_first else take.lines.get("TAKEVOLPAN")
    if line is None:
        return 0.0, 1.0
    first = 2 if is_first else 1
    return line.number(first), line.number(first + 1, 1.0)


def _fade(line: Line | None, item_seconds: float) -> Fade:
    """Read a fade: token 2 is the length drawn by hand, token 3 that of an automatic crossfade."""
    if line is None:
        return Fade()
    return item_fade(line.number(2), line.number(3), line.integer(1), line.number(6), item_seconds)


def _envelope(take: ItemTake, name: str, rate: float) -> tuple[CurvePoint, ...]:
    block = take.block(name)
    if block is None or not is_active(block):
        return ()
    return tuple(replace(point, time_seconds=point.time_seconds / rate) for point in read_points(block))


def _stretches(take: ItemTake) -> bool:
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
    return bends_time(markers, slopes)
