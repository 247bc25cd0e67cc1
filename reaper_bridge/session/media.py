"""What a take's source plays: a file, a part of one, backwards, or something that is in no file."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeAlias

MIDI_KINDS: Final = frozenset({"MIDI", "MIDIPOOL"})
_SILENT: Final = frozenset({"EMPTY", "VIDEOEFFECT", ""})
_GENERATORS: Final = {"CLICK": "a metronome click", "LTC": "timecode"}
NOT_IN_A_FILE: Final = "its sound is not in a file"
"""What every sentence about notes and instruments ends with: REAPER plays them, and nothing is wrong."""
GENERATED: Final = "that REAPER generates"
_PICTURES: Final = frozenset({".jpg", ".jpeg", ".png", ".gif", ".bmp", ".ico", ".tif", ".tiff", ".webp"})
_PROXY_ENDINGS: Final = ("-PROX", "-prox")
_PROXY_SUFFIXES: Final = (".wav", ".flac", ".ogg", ".mp3")

Find: TypeAlias = Callable[[str], Path | None]
"""Finds the file that REAPER names, or None where it is not there."""


@dataclass(frozen=True)
class Section:
    """The part of another source that a section plays; ``length_seconds`` 0 is all of it."""

    start_seconds: float = 0.0
    length_seconds: float = 0.0
    reversed: bool = False


@dataclass(frozen=True)
class Source:
    """A source as REAPER has it: what kind, which file, and the source within it where it is a section."""

    kind: str
    file: str = ""
    is_offline: bool = False
    is_silent_video: bool = False
    has_notes: bool = True
    section: Section = Section()
    inner: "Source | None" = None


@dataclass(frozen=True)
class Sound:
    """A file that sounds: from where to where (None: all of it), and in which direction."""

    path: Path
    reversed: bool = False
    section_start_seconds: float | None = None
    section_length_seconds: float | None = None


@dataclass(frozen=True)
class Trouble:
    """One sentence about something not heard as in REAPER. ``hides_sound``: it would sound and cannot here."""

    sentence: str
    hides_sound: bool


def sound_of(source: Source, take_name: str, find: Find) -> Sound | Trouble | None:
    """Return what a source plays; None where it is silent."""
    kind = source.kind
    if source.is_offline:
        name = _innermost_file(source) or take_name or "A source"
        return Trouble(f"{name} is offline in the project; set it online.", True)
    if kind == "SECTION":
        return _section(source, take_name, find)
    if kind in MIDI_KINDS:
        return Trouble(f"{take_name or 'An item'} is MIDI; {NOT_IN_A_FILE}.", True) if source.has_notes else None
    if kind in _GENERATORS:
        return Trouble(f"{take_name or kind} is {_GENERATORS[kind]} {GENERATED}; render it.", True)
    if kind in _SILENT:
        return None
    return _file(source, take_name, find)


def _midi(take_name: str) -> Trouble:
    return Trouble(f"{take_name or 'An item'} is MIDI; {NOT_IN_A_FILE}.", True)


def _file(source: Source, take_name: str, find: Find) -> Sound | Trouble | None:
    written = source.file
    if source.kind == "VIDEO" and (source.is_silent_video or _is_picture(written)):
        return None
    if not written:
        return Trouble(f"{take_name or 'An item'} names no file.", True)
    if source.kind == "RPP_PROJECT":
        return _subproject(written, find)
    path = find(written)
    return Sound(path) if path is not None else Trouble(f"{_last_part(written)} is missing.", True)


def _subproject(written: str, find: Find) -> Sound | Trouble:
    """Return a subproject's render: the proxy that REAPER keeps beside it, or an audio file of its name."""
    stem = written[:-4] if written.lower().endswith(".rpp") else written
    beside = [written + ending for ending in _PROXY_ENDINGS] + [stem + suffix for suffix in _PROXY_SUFFIXES]
    for candidate in beside:
        path = find(candidate)
        if path is not None:
            return Sound(path)
    return Trouble(f"{_last_part(written)} is a subproject without a render; render it in REAPER.", True)


def _section(source: Source, take_name: str, find: Find) -> Sound | Trouble | None:
    """Return a part of another source; sections may stand in sections."""
    inner = sound_of(source.inner, take_name, find) if source.inner is not None else None
    if not isinstance(inner, Sound):
        return inner
    start, length = source.section.start_seconds, source.section.length_seconds
    sound = replace(inner, reversed=inner.reversed != source.section.reversed)
    if length <= 0.0:
        return sound
    if inner.section_length_seconds is not None and inner.reversed:
        start = max(0.0, inner.section_length_seconds - start - length)
    elif inner.reversed:
        return Trouble(f"{take_name or inner.path.name} is a section of a reversed file; glue it.", True)
    if inner.section_length_seconds is not None:
        length = min(length, max(0.0, inner.section_length_seconds - start))
    first = (inner.section_start_seconds or 0.0) + start
    return replace(sound, section_start_seconds=first, section_length_seconds=length)


def _innermost_file(source: Source) -> str:
    """Return the name of the file in a source or in the sources within it."""
    inner: Source | None = source
    while inner is not None:
        if inner.file:
            return _last_part(inner.file)
        inner = inner.inner
    return ""


def _last_part(written: str) -> str:
    return written.replace("\\", "/").rstrip("/").rpartition("/")[2] or written


def _is_picture(written: str) -> bool:
    return "." + written.lower().rpartition(".")[2] in _PICTURES
