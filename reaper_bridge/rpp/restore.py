"""What it takes to give a project its exact bytes back: the lines a pass changed, and how to be sure.

A note is JSON: ``of`` and ``gives``, SHA-256 of the file after and before the pass, both with our own
section empty; and ``hunks``, each ``[line, count, [lines…]]``: replace so many lines from there by these.
"""

import hashlib
import json
from collections.abc import Sequence

from reaper_bridge.rpp.ledger_store import without_entries
from reaper_bridge.rpp.syntax import Document, document_lines, parse_document
from reaper_bridge.text.lines import Line


def restore_note(before: Document, after: Document) -> str:
    """Return the note that turns ``after`` back into ``before``; shared lines must be the same objects."""
    old, new = without_entries(before), without_entries(after)
    note = {
        "of": _digest(new.to_bytes()),
        "gives": _digest(old.to_bytes()),
        "hunks": _hunks(document_lines(new), document_lines(old)),
    }
    return json.dumps(note, separators=(",", ":"))


def restored(document: Document, note: str) -> Document | None:
    """Return a document as before the pass, our section empty; None where anything else has changed."""
    try:
        plain = json.loads(note)
        of, gives, hunks = plain["of"], plain["gives"], plain["hunks"]
    except (ValueError, KeyError, TypeError):
        # another host's note
        return None
    now = without_entries(document)
    if _digest(now.to_bytes()) != of:
        return None
    lines = [line.raw for line in document_lines(now)]
    for start, count, replacement in reversed(hunks):
        lines[start : start + count] = [text.encode("latin-1") for text in replacement]
    data = b"".join(lines)
    return parse_document(data) if _digest(data) == gives else None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _hunks(new: Sequence[Line], old: Sequence[Line]) -> list[tuple[int, int, list[str]]]:
    """Compare two lists of lines by identity; what they share stands in the same order in both."""
    place = {id(line): index for index, line in enumerate(old)}
    hunks: list[tuple[int, int, list[str]]] = []
    start = expected = 0
    for index, line in enumerate(new):
        shared = place.get(id(line), -1)
        if shared < expected:
            continue
        if index > start or shared > expected:
            hunks.append((start, index - start, _texts(old[expected:shared])))
        start, expected = index + 1, shared + 1
    if start < len(new) or expected < len(old):
        hunks.append((start, len(new) - start, _texts(old[expected:])))
    return hunks


def _texts(lines: Sequence[Line]) -> list[str]:
    return [line.raw.decode("latin-1") for line in lines]
