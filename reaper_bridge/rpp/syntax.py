"""A project file as a tree of its own lines, lossless: what nobody edits keeps every byte.

Conventions: a line is its raw bytes with indentation and end of line (CRLF or LF, as found; none at the
end of some files). The first character decides: ``<`` opens a block, ``>`` closes one.
"""

import io
from collections.abc import Iterator
from typing import TypeAlias

from reaper_bridge.session.errors import ProjectFileError
from reaper_bridge.text.lines import Line, bytes_of

ROOT = "REAPER_PROJECT"


class Block:
    """A block: its opening line, what stands in it, and its closing line (None where the file breaks off)."""

    __slots__ = ("children", "close", "head")

    def __init__(self, head: Line, children: "list[Node] | None" = None, close: Line | None = None) -> None:
        self.head = head
        self.children: list[Node] = [] if children is None else children
        self.close = close

    def __repr__(self) -> str:
        return f"Block({self.head.raw!r}, {len(self.children)} children)"

    @property
    def name(self) -> str:
        """The first word of the opening line."""
        return self.head.name

    def find(self, name: str) -> Line | None:
        """Return the first line of that name directly in this block."""
        return next(self._lines(name), None)

    def lines(self, name: str) -> list[Line]:
        """Return all lines of that name directly in this block."""
        return list(self._lines(name))

    def _lines(self, name: str) -> Iterator[Line]:
        start = bytes_of(name)
        for child in self.children:
            if type(child) is Line and child.raw.lstrip().startswith(start) and child.name == name:
                yield child

    def block(self, name: str) -> "Block | None":
        """Return the first block of that name directly in this one."""
        return next((b for b in self.children if isinstance(b, Block) and b.name == name), None)

    def blocks(self, name: str | None = None) -> "list[Block]":
        """Return the blocks directly in this one, all or those of a name."""
        return [b for b in self.children if isinstance(b, Block) and (name is None or b.name == name)]

    def walk(self) -> "Iterator[Block]":
        """Go through this block and every block in it, in file order."""
        pending = [self]
        while pending:
            block = pending.pop()
            yield block
            pending.extend(reversed(block.blocks()))

    def raw_lines(self) -> list[bytes]:
        """Return the block's lines as they stand in the file."""
        return [line.raw for line in _flat([self])]

    def copy(self) -> "Block":
        """Return a block of the same lines that can be edited without touching this one."""
        children = [child.copy() if isinstance(child, Block) else child for child in self.children]
        return Block(self.head, children, self.close)


Node: TypeAlias = Line | Block


class Document:
    """A whole file: its roots and whatever stands before, between and after them."""

    __slots__ = ("children",)

    def __init__(self, children: list[Node]) -> None:
        self.children = children

    @property
    def roots(self) -> list[Block]:
        """The projects in the file; backup files may hold several, one after the other."""
        return [c for c in self.children if isinstance(c, Block) and c.name == ROOT]

    @property
    def project(self) -> Block:
        """The project itself; of several roots the one that was saved last.

        Raises:
            ProjectFileError: There is none.
        """
        roots = self.roots
        if not roots:
            raise ProjectFileError("This is not a REAPER project; choose a file that REAPER saved.")
        return max(enumerate(roots), key=lambda pair: (pair[1].head.integer(3), pair[0]))[1]

    @property
    def end_of_line(self) -> bytes:
        """The line end of the project's first line; CRLF, as REAPER writes, where it has none."""
        roots = self.roots
        return (roots[0].head.end_of_line if roots else b"") or b"\r\n"

    def to_bytes(self) -> bytes:
        """Return the file, the reverse of ``parse_document``: byte for byte where nothing was edited."""
        return b"".join([line.raw for line in _flat(self.children)])

    def copy(self) -> "Document":
        """Return the same document, to be edited without touching this one."""
        return Document([child.copy() if isinstance(child, Block) else child for child in self.children])


def parse_document(data: bytes) -> Document:
    """Read any bytes as a tree of lines; never fails and loses nothing.

    A ``>`` that closes nothing stands as a line; a block that is never closed has ``close`` None.
    """
    top: list[Node] = []
    here = top
    open_blocks: list[tuple[Block, list[Node]]] = []
    for raw in io.BytesIO(data):
        first = raw.lstrip()[:1]
        if first == b"<":
            block = Block(Line(raw))
            here.append(block)
            open_blocks.append((block, here))
            here = block.children
        elif first == b">" and open_blocks:
            block, here = open_blocks.pop()
            block.close = Line(raw)
        else:
            here.append(Line(raw))
    return Document(top)


def parse_project(data: bytes, where: str = "The file") -> Document:
    """Read a project file; ``where`` names it in errors.

    Raises:
        ProjectFileError: It is not a REAPER project, or it breaks off.
    """
    document = parse_document(data)
    if not document.roots:
        raise ProjectFileError(
            f"{where} is not a REAPER project ({_looks_like(data)}); choose a file that REAPER saved."
        )
    left_open = [block for root in document.children if isinstance(root, Block) for block in _open(root)]
    if left_open:
        innermost = left_open[-1]
        line_number = _line_number(document, innermost)
        raise ProjectFileError(
            f"{where} breaks off: the block <{innermost.name} of line {line_number} is never closed;"
            " open and save it in REAPER, or take a backup."
        )
    return document


def document_lines(document: Document) -> list[Line]:
    """Return every line of a document in file order."""
    return _flat(document.children)


def _flat(nodes: list[Node]) -> list[Line]:
    lines: list[Line] = []
    pending: list[Node] = list(reversed(nodes))
    while pending:
        node = pending.pop()
        if isinstance(node, Block):
            lines.append(node.head)
            if node.close is not None:
                pending.append(node.close)
            pending.extend(reversed(node.children))
        else:
            lines.append(node)
    return lines


def _open(block: Block) -> list[Block]:
    """Return the blocks never closed, outermost first; only the last child of an open block can be open."""
    chain: list[Block] = []
    while block.close is None:
        chain.append(block)
        inner = block.blocks()
        if not inner:
            break
        block = inner[-1]
    return chain


def _line_number(document: Document, wanted: Block) -> int:
    return next(i for i, line in enumerate(document_lines(document), 1) if line is wanted.head)


def _looks_like(data: bytes) -> str:
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        return "it is empty" if not data else "it holds nothing but blanks"
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or data[:200].count(b"\0") > 40:
        return "its text is UTF-16" if b"R\0E\0A\0P\0" in data[:400] else "it is binary"
    if start.startswith((b"<?xml", b"<!DOCTYPE", b"<html")):
        return "it is XML or HTML"
    if start.startswith(b"<TRACK"):
        return "it is a track template"
    if start.startswith((b"{", b"[")):
        return "it looks like JSON"
    if b"\0" in data[:512]:
        return "it is binary"
    return "it has no <REAPER_PROJECT line"
