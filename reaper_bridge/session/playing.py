"""Say what sounds on a track from its items, the same for every place a session lives in.

Positions are project time with the track's media playback offset in them. Take envelopes count project time from
the item's start. What would sound in REAPER but is no audio file here makes a track incomplete: then nothing may be
decided from the rest.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reaper_bridge.session.audio import Clip, CurvePoint, Fade, TrackAudio
from reaper_bridge.session.identity import ItemId, TrackId
from reaper_bridge.session.media import NOT_IN_A_FILE, Find, Sound, Source, Trouble, sound_of
from reaper_bridge.session.overlaps import as_mixed

_PLAIN_SLOPE_SECONDS = 1e-6
_SOLOED, _SILENCED_BY_SOLO = -1, 1
_NO_FADE = Fade()


@dataclass(frozen=True)
class Take:
    """A take that plays. Envelopes that are off have no points here; ``effects`` are its plug-ins that are on."""

    name: str
    source: Source | None
    volume_linear: float = 1.0
    pan: float = 0.0
    source_offset_seconds: float = 0.0
    play_rate: float = 1.0
    preserves_pitch: bool = True
    pitch_semitones: float = 0.0
    channel_mode: int = 0
    volume_points: tuple[CurvePoint, ...] = ()
    pan_points: tuple[CurvePoint, ...] = ()
    mute_points: tuple[CurvePoint, ...] = ()
    pitch_points: tuple[CurvePoint, ...] = ()
    is_stretched: bool = False
    effects: tuple[str, ...] = ()
    has_instrument: bool = False


@dataclass(frozen=True)
class Item:
    """An item that sounds, with the takes of it that play."""

    id: ItemId
    position_seconds: float
    length_seconds: float
    takes: tuple[Take, ...]
    volume_linear: float = 1.0
    loops: bool = False
    fade_in: Fade = _NO_FADE
    fade_out: Fade = _NO_FADE
    always_mixes: bool = False


@dataclass(frozen=True)
class Playing:
    """How a track plays its items: REAPER's numbers for the ways items and lanes cover each other."""

    offset_seconds: float = 0.0
    item_mix: int = 1
    free_mode: int = 0
    upper_lanes_mask: bool = False


def item_sounds(length_seconds: float, is_muted: bool, solo: int) -> bool:
    """Tell whether an item plays: it is not muted, or soloed (-1), or silenced by another item's solo (1)."""
    return length_seconds > 0.0 and (solo == _SOLOED or (not is_muted and solo != _SILENCED_BY_SOLO))


def item_fade(
    by_hand_seconds: float, automatic_seconds: float, shape: int, curvature: float, item_seconds: float
) -> Fade:
    """Return a fade; an automatic crossfade's length stands before the one drawn by hand."""
    length = automatic_seconds if automatic_seconds > 0.0 else max(0.0, by_hand_seconds)
    return Fade(min(length, item_seconds), shape, max(-1.0, min(1.0, curvature)))


def bends_time(markers: Sequence[tuple[float, float]], slopes: Iterable[float]) -> bool:
    """Tell whether stretch markers (place, place in the source) advance the source otherwise than the take."""
    if not markers:
        return False
    ordered = sorted(markers)
    shift = ordered[0][1] - ordered[0][0]
    return any(slopes) or any(abs(s - p - shift) > _PLAIN_SLOPE_SECONDS for p, s in ordered)


def track_audio(
    track_id: TrackId, items: Iterable[Item], instruments: Iterable[str], playing: Playing, find: Find
) -> TrackAudio:
    """Return the clips of a track and what could not be found; ``instruments`` are those of its chain that play."""
    clips: list[tuple[Clip, bool]] = []
    troubles = [Trouble(f"{name} is an instrument; {NOT_IN_A_FILE}.", True) for name in instruments]
    for item in items:
        for found in _takes(item, playing.offset_seconds, find):
            if isinstance(found, Clip):
                clips.append((found, item.always_mixes))
            else:
                troubles.append(found)
    mixed, masked = as_mixed(clips, playing.item_mix, playing.free_mode, playing.upper_lanes_mask)
    troubles.extend(masked)
    return TrackAudio(
        track_id,
        mixed,
        tuple(dict.fromkeys(trouble.sentence for trouble in troubles)),
        not any(trouble.hides_sound for trouble in troubles),
        play_offset_seconds=playing.offset_seconds,
    )


def _takes(item: Item, offset_seconds: float, find: Find) -> Iterator[Clip | Trouble]:
    """Yield the clips of an item's takes, and what is wrong with them."""
    for take in item.takes:
        sound = sound_of(take.source, take.name, find) if take.source is not None else None
        if isinstance(sound, Trouble):
            yield sound
        elif sound is not None:
            yield _clip(item, take, sound, offset_seconds)
            yield from _approximations(take, take.name or sound.path.name)


def _clip(item: Item, take: Take, sound: Sound, offset_seconds: float) -> Clip:
    return Clip(
        item.id,
        take.name or sound.path.name,
        sound.path,
        position_seconds=item.position_seconds + offset_seconds,
        length_seconds=item.length_seconds,
        source_offset_seconds=take.source_offset_seconds,
        play_rate=take.play_rate if take.play_rate > 0.0 else 1.0,
        preserves_pitch=take.preserves_pitch,
        pitch_semitones=take.pitch_semitones,
        loops=item.loops,
        gain_linear=item.volume_linear * take.volume_linear,
        pan=max(-1.0, min(1.0, take.pan)),
        channel_mode=take.channel_mode,
        fade_in=item.fade_in,
        fade_out=item.fade_out,
        reversed=sound.reversed,
        section_start_seconds=sound.section_start_seconds,
        section_length_seconds=sound.section_length_seconds,
        volume_points=take.volume_points,
        pan_points=take.pan_points,
        mute_points=take.mute_points,
    )


def _approximations(take: Take, name: str) -> Iterator[Trouble]:
    """Yield what is heard only nearly as REAPER plays it."""
    if take.is_stretched:
        yield Trouble(f"{name} has stretch markers; it was heard unstretched.", False)
    if any(point.value for point in take.pitch_points):
        yield Trouble(f"{name} has a pitch envelope; it was heard without it.", False)
    if take.effects:
        names = ", ".join(take.effects)
        yield Trouble(f"{name} has take FX ({names}); it was heard without them.", take.has_instrument)
