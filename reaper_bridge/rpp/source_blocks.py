"""What a <SOURCE block plays: a file, a part of one, backwards, or something that is in no file."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from reaper_bridge.rpp.fields import first_lines, integer_in, number_in, text_in
from reaper_bridge.rpp.media_search import MediaSearch
from reaper_bridge.rpp.syntax import Block
from reaper_bridge.text.lines import Line

_SILENT: Final = frozenset({"EMPTY", "VIDEOEFFECT", ""})
_MIDI: Final = frozenset({"MIDI", "MIDIPOOL"})
_GENERATORS: Final = {"CLICK": "a metronome click", "LTC": "timecode"}
_PICTURES: Final = frozenset({".jpg", ".jpeg", ".png", ".gif", ".bmp", ".ico", ".tif", ".tiff", ".webp"})
_OFFLINE: Final = "_OFFLINE_"
_NOT_A_SECTION, _REVERSED = 1, 2
_PROXY_ENDINGS: Final = ("-PROX", "-prox")
_PROXY_SUFFIXES: Final = (".wav", ".flac", ".ogg", ".mp3")


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


def sound_of(source: Block, take_name: str, media: MediaSearch) -> Sound | Trouble | None:
    """Return what a source plays; None where it is silent."""
    kind = source.head.text(1)
    if kind.startswith(_OFFLINE):
        name = _file_name(source) or take_name or "A source"
        return Trouble(f"{name} is offline in the project; set it online.", True)
    if kind == "SECTION":
        return _section(source, take_name, media)
    if kind in _MIDI:
        return _midi(source, take_name)
    if kind in _GENERATORS:
        return Trouble(f"{take_name or kind} is {_GENERATORS[kind]} that REAPER generates; render it.", True)
    if kind in _SILENT:
        return None
    return _file(source, kind, take_name, media)


def _file(source: Block, kind: str, take_name: str, media: MediaSearch) -> Sound | Trouble | None:
    fields = first_lines(source)
    written = text_in(fields, "FILE")
    if kind == "VIDEO" and (_is_picture(written) or ("AUDIO" in fields and not integer_in(fields, "AUDIO"))):
        return None
    if not written:
        return Trouble(f"{take_name or 'An item'} names no file.", True)
    if kind == "RPP_PROJECT":
        return _subproject(written, media)
    path = media.find(written)
    return Sound(path) if path is not None else Trouble(f"{_last_part(written)} is missing.", True)


def _subproject(written: str, media: MediaSearch) -> Sound | Trouble:
    """Return a subproject's render: the proxy that REAPER keeps beside it, or an audio file of its name."""
    stem = written[:-4] if written.lower().endswith(".rpp") else written
    beside = [written + ending for ending in _PROXY_ENDINGS] + [stem + suffix for suffix in _PROXY_SUFFIXES]
    for candidate in beside:
        path = media.find(candidate)
        if path is not None:
            return Sound(path)
    return Trouble(f"{_last_part(written)} is a subproject without a render; render it in REAPER.", True)


def _section(source: Block, take_name: str, media: MediaSearch) -> Sound | Trouble | None:
    """Return a part of another source; sections may stand in sections."""
    inner_block = source.block("SOURCE")
    inner = sound_of(inner_block, take_name, media) if inner_block is not None else None
    if not isinstance(inner, Sound):
        return inner
    fields = first_lines(source)
    mode = integer_in(fields, "MODE")
    start, length = number_in(fields, "STARTPOS"), number_in(fields, "LENGTH")
    sound = replace(inner, reversed=inner.reversed != bool(mode & _REVERSED))
    if mode & _NOT_A_SECTION or length <= 0.0:
        return sound
    if inner.section_length_seconds is not None and inner.reversed:
        start = max(0.0, inner.section_length_seconds - start - length)
    elif inner.reversed:
        return Trouble(f"{take_name or inner.path.name} is a section of a reversed file; glue it.", True)
    if inner.section_length_seconds is not None:
        length = min(length, max(0.0, inner.section_length_seconds - start))
    first = (inner.section_start_seconds or 0.0) + start
    return replace(sound, section_start_seconds=first, section_length_seconds=length)


def _midi(source: Block, take_name: str) -> Trouble | None:
    """Return that MIDI cannot be heard here; a MIDI item without a note is silent."""
    if source.head.text(1) == "MIDI" and not text_in(first_lines(source), "FILE") and not _has_notes(source):
        return None
    return Trouble(f"{take_name or 'An item'} is MIDI; its sound is not in a file.", True)


def _has_notes(source: Block) -> bool:
    """Tell whether a MIDI source has a note; one that keeps its events elsewhere counts as having some."""
    if source.find("HASDATA") is None:
        return source.find("POOLEDEVTS") is not None
    events = (line for line in source.children if isinstance(line, Line) and line.name in ("E", "e", "Em", "em"))
    return any(line.text(2).lower().startswith("9") for line in events)


def _file_name(source: Block) -> str:
    """Return the name of the file in a source or in the sources within it."""
    for block in source.walk():
        written = text_in(first_lines(block), "FILE")
        if written:
            return _last_part(written)
    return ""


def _last_part(written: str) -> str:
    return written.replace("\\", "/").rstrip("/").rpartition("/")[2] or written


def _is_picture(written: str) -> bool:
    return "." + written.lower().rpartition(".")[2] in _PICTURES
