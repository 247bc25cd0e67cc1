"""Keep the ledger in the project itself: in ``<EXTSTATE`` / ``<FIRSTPASS``, REAPER's project ext state.

``FORMAT 1:N`` says how many keys ``LEDGER_0001`` … ``LEDGER_N`` follow. Their values, one after the other,
are base64 of zlib of JSON. REAPER may write the keys back in any order, letter case and quoting.
"""

import base64
import json
import zlib
from typing import Any, Final

from reaper_bridge.rpp.editing import PROJECT_ORDER, put_in_order, raw_line_in, remove_node, text_block_in
from reaper_bridge.rpp.syntax import Block, Document
from reaper_bridge.session.errors import FirstPassError, ProjectFileError
from reaper_bridge.session.ledger import Ledger
from reaper_bridge.session.wire import parse_locks, parse_pass, plain_locks, plain_pass
from reaper_bridge.text.lines import Line

EXT_STATE: Final = "EXTSTATE"
SECTION: Final = "FIRSTPASS"
_FORMAT: Final = "1"
_VALUE_LENGTH: Final = 1900
_DAMAGES: Final = (ValueError, KeyError, TypeError, AttributeError, zlib.error)


def read_ledger(document: Document, where: str = "The project") -> Ledger:
    """Return the ledger of a project; an empty one where it has none.

    Raises:
        ProjectFileError: It is damaged, or of a later version of this program.
    """
    section = _section(document.project)
    if section is None:
        return Ledger()
    values = {c.name.upper(): c.text(1) for c in section.children if isinstance(c, Line)}
    try:
        return _ledger_of(_plain_of(values))
    except (*_DAMAGES, FirstPassError) as error:
        raise ProjectFileError(
            f"{where}: the notes of earlier passes are damaged; delete the block <{SECTION} in <{EXT_STATE}"
            " with a text editor to go on without them."
        ) from error


def write_ledger(document: Document, ledger: Ledger) -> None:
    """Put a ledger into a document, in place of the one that stands there; an empty one leaves no trace."""
    if not ledger.passes and not plain_locks(ledger):
        _remove_ledger(document)
        return
    project = document.project
    section = _section(project)
    if section is not None:
        section.children = [raw_line_in(section, line) for line in _keys(ledger)]
        return
    ext_state = project.block(EXT_STATE)
    if ext_state is None:
        ext_state = text_block_in(project, [f"<{EXT_STATE}", ">"])
        put_in_order(project, ext_state, PROJECT_ORDER)
    ext_state.children.append(text_block_in(ext_state, [f"<{SECTION}", *_keys(ledger), ">"]))


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


def _keys(ledger: Ledger) -> list[str]:
    plain = {"passes": [plain_pass(entry) for entry in ledger.passes], "locks": plain_locks(ledger)}
    text = json.dumps(plain, ensure_ascii=True, separators=(",", ":"))
    packed = base64.b64encode(zlib.compress(text.encode("ascii"), 9)).decode("ascii")
    parts = [packed[at : at + _VALUE_LENGTH] for at in range(0, len(packed), _VALUE_LENGTH)]
    keys = [f"LEDGER_{number:04d} {part}" for number, part in enumerate(parts, 1)]
    return [f"FORMAT {_FORMAT}:{len(parts)}", *keys]


def _plain_of(values: dict[str, str]) -> Any:
    version, _, count = values["FORMAT"].partition(":")
    if version != _FORMAT:
        raise ValueError(f"format {version}")
    packed = "".join(values[f"LEDGER_{number:04d}"] for number in range(1, int(count) + 1))
    return json.loads(zlib.decompress(base64.b64decode(packed, validate=True)))


def _ledger_of(plain: Any) -> Ledger:
    return Ledger(tuple(parse_pass(entry) for entry in plain["passes"]), parse_locks(plain["locks"]))
