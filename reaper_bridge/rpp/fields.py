"""Look up the lines of a block by name, and their tokens, the way REAPER reads them.

A token that is missing counts as 0, a line that is missing as its default.
"""

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

from reaper_bridge.rpp.syntax import Block
from reaper_bridge.session.codes import play_offset_seconds
from reaper_bridge.text.lines import Line

Fields: TypeAlias = Mapping[str, Line]
_QUOTES: Final = (b'"', b"'", b"`", b"\0")
_PLAIN_NUMBER: Final = re.compile(rb"-?\d{1,15}(?:\.\d{1,20})?")


def first_lines(block: Block) -> Fields:
    """Return the first line of each name directly in a block: one walk instead of one for each name."""
    found: dict[str, Line] = {}
    for child in block.children:
        if isinstance(child, Line):
            found.setdefault(child.name, child)
    return found


def text_in(fields: Fields, name: str, index: int = 1) -> str:
    """Return one token of a line as text."""
    line = fields.get(name)
    return "" if line is None else line.text(index)


def integer_in(fields: Fields, name: str, index: int = 1, default: int = 0) -> int:
    """Return one token of a line as a whole number; ``default`` where there is no such line."""
    return int(number_in(fields, name, index, default))


def number_in(fields: Fields, name: str, index: int = 1, default: float = 0.0) -> float:
    """Return one token of a line as a number; ``default`` where there is no such line."""
    line = fields.get(name)
    if line is None:
        return default
    raw = line.raw
    if not any(quote in raw for quote in _QUOTES):
        # a line of plain numbers, as nearly all are, needs no tokens
        words = raw.split()
        if index >= len(words):
            return 0.0
        if _PLAIN_NUMBER.fullmatch(words[index]):
            return float(words[index])
    return line.number(index)


def play_offset_in(track: Fields, project: Fields) -> float:
    """Return a track's media playback offset in seconds; it may be off, and may count samples."""
    flags, offset = integer_in(track, "PLAYOFFS", 2), number_in(track, "PLAYOFFS")
    return play_offset_seconds(flags, offset, number_in(project, "SAMPLERATE"))
