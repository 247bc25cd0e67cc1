"""Where tracks and plug-ins stand in a project's tree, and under which ids they are known.

Reading and writing both go through here, so that an address means the same line in both.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reaper_bridge.rpp.syntax import Block
from reaper_bridge.session.identity import FxId, TrackId
from reaper_bridge.text.lines import Line

GUID = re.compile(r"\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}")
FX_BLOCKS = frozenset({"VST", "AU", "JS", "DX", "CLAP", "LV2", "VIDEO_EFFECT", "CONTAINER"})
_VERSION = re.compile(r"(\d+)(?:\.(\d+))?")


def reaper_version(project: Block) -> tuple[int, int]:
    """Return the version of REAPER that saved the project, as (major, minor): 5.974 is (5, 97).

    (0, 0) where the file does not say.
    """
    match = _VERSION.match(project.head.text(2))
    if match is None:
        return 0, 0
    return int(match[1]), int((match[2] or "0")[:2])


def platform_name(project: Block) -> str:
    """Return the platform that saved the project as it calls itself: ``win64``, ``OSX64``, ``linux-x86_64``…

    Empty where the file does not say, as 32-bit Windows did.
    """
    return project.head.text(2).partition("/")[2]


def track_blocks(project: Block) -> dict[TrackId, Block]:
    """Return the project's tracks by id, in file order.

    The id is the GUID in upper case; a track without one, or with one that an earlier track has already,
    is ``track:N``, N counted from 1.
    """
    found: dict[TrackId, Block] = {}
    for number, block in enumerate(project.blocks("TRACK"), 1):
        guid = _guid(block.head.text(1)) or _stated_guid(block)
        track_id = TrackId(guid) if guid and guid not in found else TrackId(f"track:{number}")
        found[track_id] = block
    return found


@dataclass(frozen=True)
class ChainSlot:
    """One plug-in of a chain: its id, its block, and its lines ``chain.children[start_index:stop_index]``.

    They run from its BYPASS line to before the next plug-in's, so they hold FLOATPOS, FXID, PARMENV, WAK.
    """

    id: FxId
    block: Block
    block_index: int
    start_index: int
    stop_index: int


def chain_slots(chain: Block) -> tuple[ChainSlot, ...]:
    """Return the plug-ins of a chain (FXCHAIN, MASTERFXLIST, TAKEFX), in order.

    The id is the FXID in upper case; a plug-in without one, or with one that an earlier plug-in of the chain
    has already, is ``fx:N``: the Nth of its like, from 1, so that a new plug-in does not rename it.
    """
    slots: list[ChainSlot] = []
    taken: set[str] = set()
    nameless_count = 0
    for block_index, start, stop in _spans(chain):
        lines = (c for c in chain.children[block_index:stop] if isinstance(c, Line) and c.name == "FXID")
        line = next(lines, None)
        guid = _guid(line.text(1)) if line is not None else ""
        if not guid or guid in taken:
            nameless_count += 1
        fx_id = guid if guid and guid not in taken else f"fx:{nameless_count}"
        taken.add(fx_id)
        block = chain.children[block_index]
        assert isinstance(block, Block)
        slots.append(ChainSlot(FxId(fx_id), block, block_index, start, stop))
    return tuple(slots)


def _spans(chain: Block) -> Iterator[tuple[int, int, int]]:
    """Yield (block, start, stop) child indexes of each plug-in."""
    children = chain.children
    blocks = [i for i, c in enumerate(children) if isinstance(c, Block) and c.name in FX_BLOCKS]
    starts = []
    floor = 0
    for index in blocks:
        start = index
        for before in range(index - 1, floor - 1, -1):
            child = children[before]
            if isinstance(child, Line) and child.name == "BYPASS":
                start = before
                break
        starts.append(start)
        floor = index + 1
    yield from zip(blocks, starts, [*starts, len(children)][1:], strict=True)


def _stated_guid(track: Block) -> str:
    line = track.find("TRACKID")
    return _guid(line.text(1)) if line is not None else ""


def _guid(text: str) -> str:
    return text.upper() if GUID.fullmatch(text) else ""
