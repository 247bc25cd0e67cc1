"""Read a <SOURCE block: what kind of source it is, and which file or part of another source it plays."""

from typing import Final

from reaper_bridge.rpp.fields import first_lines, integer_in, number_in, text_in
from reaper_bridge.rpp.syntax import Block
from reaper_bridge.session.media import Section, Source
from reaper_bridge.text.lines import Line

_OFFLINE: Final = "_OFFLINE_"
_NOT_A_SECTION, _REVERSED = 1, 2


def source_of(block: Block) -> Source:
    """Return the source in a block, with the sources within it."""
    kind = block.head.text(1)
    fields = first_lines(block)
    written = text_in(fields, "FILE")
    inner = block.block("SOURCE")
    mode = integer_in(fields, "MODE")
    length = 0.0 if mode & _NOT_A_SECTION else number_in(fields, "LENGTH")
    return Source(
        kind.removeprefix(_OFFLINE),
        written,
        is_offline=kind.startswith(_OFFLINE),
        is_silent_video="AUDIO" in fields and not integer_in(fields, "AUDIO"),
        has_notes=kind != "MIDI" or bool(written) or _has_notes(block),
        section=Section(number_in(fields, "STARTPOS"), length, bool(mode & _REVERSED)),
        inner=source_of(inner) if inner is not None else None,
    )


def _has_notes(source: Block) -> bool:
    """Tell whether a MIDI source has a note; one that keeps its events elsewhere counts as having some."""
    if source.find("HASDATA") is None:
        return source.find("POOLEDEVTS") is not None
    events = (line for line in source.children if isinstance(line, Line) and line.name in ("E", "e", "Em", "em"))
    return any(line.text(2).lower().startswith("9") for line in events)
