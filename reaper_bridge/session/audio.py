"""Where the sound of a track lies on disk, and how REAPER would play it. A host says; the listener opens.

Times are seconds; positions are project time, offsets are in the source file.
Gains are linear; a negative gain is inverted polarity.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from reaper_bridge.session.identity import FxId, ItemId, TrackId


@dataclass(frozen=True)
class Fade:
    """A fade at an item's edge: its length, REAPER's shape 0 to 6 and curvature -1 to 1."""

    length_seconds: float = 0.0
    shape: int = 1
    curvature: float = 0.0


@dataclass(frozen=True)
class CurvePoint:
    """A point of an envelope.

    Shapes: 0 linear, 1 square, 2 slow start and end, 3 fast start, 4 fast end, 5 bezier.
    """

    time_seconds: float
    value: float
    shape: int = 0
    tension: float = 0.0


@dataclass(frozen=True)
class Clip:
    """One sounding take of one item.

    ``position_seconds`` already includes the track's media playback offset. The part of ``path`` that
    sounds starts at ``source_offset_seconds`` (in source time) and runs for ``length_seconds * play_rate``.
    With ``loops`` it wraps at the end of the source (or of the section). ``channel_mode`` is REAPER's
    CHANMODE. Take envelopes are in project time from the start of the item; a pan point of +1 is left.
    """

    item_id: ItemId
    name: str
    path: Path
    position_seconds: float
    length_seconds: float
    source_offset_seconds: float = 0.0
    play_rate: float = 1.0
    preserves_pitch: bool = True
    pitch_semitones: float = 0.0
    loops: bool = False
    gain_linear: float = 1.0
    pan: float = 0.0
    channel_mode: int = 0
    fade_in: Fade = Fade()
    fade_out: Fade = Fade()
    reversed: bool = False
    section_start_seconds: float | None = None
    section_length_seconds: float | None = None
    volume_points: tuple[CurvePoint, ...] = ()
    pan_points: tuple[CurvePoint, ...] = ()
    mute_points: tuple[CurvePoint, ...] = ()


@dataclass(frozen=True)
class TrackAudio:
    """All that sounds on one track before its FX, or before those that are left, and what could not be found.

    ``problems`` are plain sentences ("Vox 3.wav is missing"). ``is_complete`` is False when something of the
    track would sound in REAPER but cannot be read here: then nothing may be decided from it.

    ``rendered_fx`` are the plug-ins of the track that are in the clips already, where REAPER rendered it, perhaps
    none: then the lanes before the plug-ins are in them too. It is None where the clips are the track's own items.

    ``play_offset_seconds`` is the track's media playback offset that the positions of the clips have in them.
    """

    track_id: TrackId
    clips: tuple[Clip, ...]
    problems: tuple[str, ...] = ()
    is_complete: bool = True
    rendered_fx: frozenset[FxId] | None = None
    play_offset_seconds: float = 0.0

    def at_offset(self, play_offset_seconds: float) -> "TrackAudio":
        """Return the same sound played with another media playback offset."""
        moved_seconds = play_offset_seconds - self.play_offset_seconds
        if moved_seconds == 0.0:
            return self
        clips = tuple(replace(c, position_seconds=_plain(c.position_seconds + moved_seconds)) for c in self.clips)
        return replace(self, clips=clips, play_offset_seconds=play_offset_seconds)


def _plain(seconds: float) -> float:
    """Return a time with as many digits as projects hold, so that there and back again is where it began."""
    return float(f"{seconds:.14g}")
