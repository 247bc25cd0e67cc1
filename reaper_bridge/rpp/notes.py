"""Read what people wrote into a project: its notes, its tracks' and its items'."""

from collections.abc import Iterable

from reaper_bridge.rpp.syntax import Block
from reaper_bridge.session.identity import TrackId
from reaper_bridge.text.lines import Line, text_of

_TRACK_NOTES = "S&M_TRACKNOTES"
"""The block of the SWS extension that keeps a track's notes; the track's GUID stands behind its name."""


def block_text(block: Block | None) -> str:
    """Return the text of a block of ``|`` lines."""
    if block is None:
        return ""
    stripped = (child.raw.strip(b" \t\r\n") for child in block.children if isinstance(child, Line))
    return "\n".join(text_of(raw[1:]) for raw in stripped if raw.startswith(b"|")).strip()


def track_notes(project: Block) -> dict[TrackId, str]:
    """Return the notes that the SWS extension keeps for tracks."""
    found: dict[TrackId, str] = {}
    for extensions in project.blocks("EXTENSIONS"):
        for block in extensions.blocks(_TRACK_NOTES):
            found[TrackId(block.head.text(1).upper())] = block_text(block)
    return found


def notes_of(track: Block, items: Iterable[Block], from_extension: str) -> str:
    """Return all notes about a track: its own, then those of its items, each once."""
    texts = [from_extension, block_text(track.block(_TRACK_NOTES)), *(block_text(i.block("NOTES")) for i in items)]
    return "\n".join(dict.fromkeys(text for text in texts if text))
