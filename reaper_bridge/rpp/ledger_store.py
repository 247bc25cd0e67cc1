"""Keep the ledger in the project itself: in ``<EXTSTATE`` / ``<FIRSTPASS``, REAPER's project ext state.

Each key of ``session.packing`` is a line. REAPER may write them back in any order, letter case and quoting.
"""

from base64 import b64decode
from typing import Final

from reaper_bridge.rpp.editing import PROJECT_ORDER, put_in_order, raw_line_in, remove_node, text_block_in
from reaper_bridge.rpp.syntax import Block, Document
from reaper_bridge.session.errors import PlanError, ProjectFileError
from reaper_bridge.session.ledger import Ledger
from reaper_bridge.session.packing import SECTION, packed_ledger, parse_packed
from reaper_bridge.text.lines import Line

EXT_STATE: Final = "EXTSTATE"


def read_ledger(document: Document, where: str = "The project") -> Ledger:
    """Return the ledger of a project; an empty one where it has none.

    Raises:
        ProjectFileError: It is damaged, or of a later version of this program.
    """
    section = _section(document.project)
    if section is None:
        return Ledger()
    try:
        return parse_packed(_values(section))
    except (PlanError, ValueError) as error:
        raise ProjectFileError(
            f"{where}: the notes of earlier passes are damaged; delete the block <{SECTION} in <{EXT_STATE}"
            " with a text editor to go on without them."
        ) from error


def write_ledger(document: Document, ledger: Ledger) -> None:
    """Put a ledger into a document, in place of the one that stands there; an empty one leaves no trace."""
    lines = _lines(ledger)
    if not lines:
        _remove_ledger(document)
        return
    project = document.project
    section = _section(project)
    if section is not None:
        section.children = [raw_line_in(section, line) for line in lines]
        return
    ext_state = project.block(EXT_STATE)
    if ext_state is None:
        ext_state = text_block_in(project, [f"<{EXT_STATE}", ">"])
        put_in_order(project, ext_state, PROJECT_ORDER)
    ext_state.children.append(text_block_in(ext_state, [f"<{SECTION}", *lines, ">"]))


def without_entries(document: Document) -> Document:
    """Return a copy of a document in which our section, if it has one, is empty."""
    copy = document.copy()
    section = _section(copy.project)
    if section is not None:
        section.children.clear()
    return copy


def _remove_ledger(document: Document) -> None:
    """Take our section out of a document, and the ext state where it held nothing else."""
    project = document.project
    ext_state, section = project.block(EXT_STATE), _section(project)
    if ext_state is None or section is None:
        return
    remove_node(ext_state, section)
    if not any(isinstance(c, Block) or c.raw.strip() for c in ext_state.children):
        remove_node(project, ext_state)


def _section(project: Block) -> Block | None:
    ext_state = project.block(EXT_STATE)
    if ext_state is None:
        return None
    return next((block for block in ext_state.blocks() if block.name.upper() == SECTION), None)


def _values(section: Block) -> dict[str, str]:
    """Return the keys of an ext state section. REAPER keeps some values as ``<BIN KEY`` blocks of base64 lines.

    Raises:
        ValueError: A block holds something else.
    """
    values = {line.name.upper(): line.text(1) for line in section.children if isinstance(line, Line)}
    for block in section.blocks():
        if block.name.upper() == "BIN":
            lines = [child.raw.strip() for child in block.children if isinstance(child, Line)]
            values[block.head.text(1).upper()] = b64decode(b"".join(lines), validate=True).decode("utf-8")
    return values


def _lines(ledger: Ledger) -> list[str]:
    return [f"{key} {value}" for key, value in packed_ledger(ledger).items()]
