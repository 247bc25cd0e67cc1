"""Small edits of a block: put a line or a block where REAPER would, in the file's own indentation and EOL."""

from collections.abc import Iterable, Sequence

from reaper_bridge.rpp.syntax import Block, Node
from reaper_bridge.text.lines import Line, bytes_of, format_token

_TRACK = """
    NAME LOCK PEAKCOL BEAT AUTOMODE PANLAWFLAGS VOLPAN MUTESOLO IPHASE PANMODE WIDTH PLAYOFFS ISBUS BUSCOMP
    SHOWINMIX FREEMODE FIXEDLANES LANESOLO LANEREC LANENAME SPACER SEL REC VU TRACKHEIGHT INQ NCHAN FX TRACKID
    PERF AUXRECV MIDIOUT MAINSEND MAINSEND_NCH HWOUT VOLENV VOLENV2 VOLENV3 PANENV PANENV2 WIDTHENV WIDTHENV2
    MUTEENV FXCHAIN FXCHAIN_REC FREEZE ITEM"""
TRACK_ORDER = tuple(_TRACK.split())
"""What stands in a track, in REAPER's order. Names that wander between versions are left out."""
_PROJECT = """
    MASTERAUTOMODE MASTERTRACKHEIGHT MASTERPEAKCOL MASTERMUTESOLO MASTERTRACKVIEW MASTERHWOUT MASTER_NCH
    MASTER_VOLUME MASTER_PANMODE MASTER_WIDTH MASTER_PANLAWFLAGS MASTER_FX MASTER_SEL MASTER_GROUP_FLAGS
    MASTERFXLIST MASTERVOLENV MASTERVOLENV2 MASTERVOLENV3 MASTERPANENV MASTERPANENV2 MASTERWIDTHENV
    MASTERWIDTHENV2 MASTERPLAYSPEEDENV TEMPOENVEX MARKER PROJBAY TRACK EXTENSIONS EXTSTATE"""
PROJECT_ORDER = tuple(_PROJECT.split())
"""What stands in a project from the master on, in REAPER's order."""


def child_indentation(block: Block) -> bytes:
    """Return how the children of a block are indented: as the first one is, else two blanks deeper."""
    for child in block.children:
        line = child.head if isinstance(child, Block) else child
        if line.raw.strip():
            return line.indentation
    return block.head.indentation + b"  "


def line_in(block: Block, *words: str) -> Line:
    """Return a new line for a block: a name as it is, then tokens quoted where they must be."""
    text = " ".join((words[0], *(format_token(word) for word in words[1:])))
    return raw_line_in(block, text)


def raw_line_in(block: Block, text: str) -> Line:
    """Return a new line for a block from its finished text."""
    return Line(child_indentation(block) + bytes_of(text) + _end_of_line(block))


def block_in(parent: Block, lines: Sequence[bytes]) -> Block:
    """Return a new block for a parent from unindented lines; nested blocks are indented further.

    The first line opens it and the last one closes it.
    """
    end = _end_of_line(parent)
    root = Block(Line(child_indentation(parent) + lines[0] + end))
    stack = [root]
    for text in lines[1:]:
        here = stack[-1]
        if text.startswith(b">"):
            here.close = Line(here.head.indentation + text + end)
            stack.pop()
            continue
        line = Line(here.head.indentation + b"  " + text + end)
        if text.startswith(b"<"):
            inner = Block(line)
            here.children.append(inner)
            stack.append(inner)
        else:
            here.children.append(line)
    return root


def text_block_in(parent: Block, lines: Iterable[str]) -> Block:
    """Return a new block for a parent from unindented lines of text."""
    return block_in(parent, [bytes_of(line) for line in lines])


def put_in_order(block: Block, node: Node, order: Sequence[str]) -> None:
    """Insert a node before the first one that REAPER writes later; at the end where there is none."""
    later = frozenset(order[order.index(node.name) + 1 :])
    for index, child in enumerate(block.children):
        if child.name in later:
            block.children.insert(index, node)
            return
    block.children.append(node)


def replace_node(block: Block, old: Node, new: Node) -> None:
    """Put another node where one stands."""
    block.children[index_of(block, old)] = new


def remove_node(block: Block, node: Node) -> None:
    """Take a node out."""
    del block.children[index_of(block, node)]


def index_of(block: Block, node: Node) -> int:
    """Return where a node stands in a block.

    Raises:
        ValueError: It does not stand there.
    """
    for index, child in enumerate(block.children):
        if child is node:
            return index
    raise ValueError(f"{node!r} does not stand in {block!r}")


def set_token(block: Block, name: str, index: int, text: str, fresh: str, order: Sequence[str]) -> None:
    """Set one token of a line; where the line is missing, ``fresh`` is put in order first."""
    line = _line(block, name, fresh, order)
    replace_node(block, line, line.with_token(index, text))


def set_number(block: Block, name: str, index: int, value: float, fresh: str, order: Sequence[str]) -> None:
    """Set one number of a line; where the line is missing, ``fresh`` is put in order first."""
    line = _line(block, name, fresh, order)
    replace_node(block, line, line.with_number(index, value))


def _line(block: Block, name: str, fresh: str, order: Sequence[str]) -> Line:
    line = block.find(name)
    if line is None:
        line = raw_line_in(block, fresh)
        put_in_order(block, line, order)
    return line


def _end_of_line(block: Block) -> bytes:
    return block.head.end_of_line or b"\r\n"
