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
    hunks = _hunks(document_lines(new), document_lines(old))
    return _note(_digest(new.to_bytes()), _digest(old.to_bytes()), hunks)


def restored(document: Document, note: str) -> Document | None:
    """Return a document as before the pass, our section empty; None where anything else has changed."""
    lines = _restored_lines(document, note)
    return None if lines is None else parse_document(_joined(lines))


def continued_note(before: Document, note: str, after: Document) -> str:
    """Return the note that turns ``after`` into what ``note`` makes of ``before``; "" where it does not fit that.

    Lines that the two documents share must be the same objects.
    """
    old = _restored_lines(before, note)
    if old is None:
        return ""
    new = without_entries(after)
    gives = _digest(_joined(old))
    return _note(_digest(new.to_bytes()), gives, _hunks(document_lines(new), old))


def _restored_lines(document: Document, note: str) -> list[Line] | None:
    """Return the lines of ``restored``; those that the pass left alone are the document's own objects."""
    try:
        plain = json.loads(note)
        of, gives, hunks = plain["of"], plain["gives"], plain["hunks"]
    except (ValueError, KeyError, TypeError):
        # another host's note
        return None
    now = without_entries(document)
    if _digest(now.to_bytes()) != of:
        return None
    lines = list(document_lines(now))
    for start, count, replacement in reversed(hunks):
        lines[start : start + count] = [Line(text.encode("latin-1")) for text in replacement]
    return lines if _digest(_joined(lines)) == gives else None


def _note(of: str, gives: str, hunks: list[tuple[int, int, list[str]]]) -> str:
    return json.dumps({"of": of, "gives": gives, "hunks": hunks}, separators=(",", ":"))


def _joined(lines: Sequence[Line]) -> bytes:
    return b"".join([line.raw for line in lines])


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
