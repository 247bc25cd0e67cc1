"""Take an item apart: its own lines, and its takes with theirs.

The first take's lines stand in the item itself; every further take begins with ``TAKE [NULL] [SEL]``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from reaper_bridge.rpp.syntax import Block
from reaper_bridge.text.lines import Line


@dataclass
class ItemTake:
    """The lines (first of each name) and blocks of one take; a NULL take has no source."""

    lines: dict[str, Line] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    stretch_markers: list[Line] = field(default_factory=list)
    is_selected: bool = False

    @property
    def name(self) -> str:
        """The take's name."""
        line = self.lines.get("NAME")
        return "" if line is None else line.text(1)

    @property
    def source(self) -> Block | None:
        """The take's <SOURCE block."""
        return self.block("SOURCE")

    def block(self, name: str) -> Block | None:
        """Return the take's first block of a name."""
        return next((block for block in self.blocks if block.name == name), None)


def takes_of(item: Block) -> tuple[ItemTake, ...]:
    """Return the takes of an item; the first holds the item's own lines too."""
    takes = [ItemTake()]
    for child in item.children:
        if isinstance(child, Block):
            takes[-1].blocks.append(child)
        elif child.name == "TAKE":
            words = {token.text for token in child.tokens()[1:]}
            takes.append(ItemTake(is_selected="SEL" in words))
        elif child.name == "SM":
            takes[-1].stretch_markers.append(child)
        else:
            takes[-1].lines.setdefault(child.name, child)
    return tuple(takes)


def active_take(takes: Iterable[ItemTake]) -> ItemTake:
    """Return the take that plays: the selected one, else the first."""
    several = tuple(takes)
    return next((take for take in several if take.is_selected), several[0])
