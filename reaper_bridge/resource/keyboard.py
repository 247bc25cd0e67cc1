"""Enter scripts into REAPER's Action list: the ``SCR`` lines of reaper-kb.ini.

    SCR <flags> <section> <id> "Custom: <name>" "<path below Scripts>"

REAPER ends these lines with CRLF on every system; a file that ends otherwise keeps its own way.
"""

from collections.abc import Collection, Sequence

from reaper_bridge.resource.layout import Action
from reaper_bridge.resource.rows import content, rows_of, with_rows, without_rows
from reaper_bridge.text.lines import Line, bytes_of, format_token

MAIN_SECTION = "0"


def script_line(action: Action) -> str:
    """Return the line that enters an action into the main section."""
    description = format_token(f"Custom: {action.file_name}", '"')
    path = format_token(action.script_path, '"' if " " in action.script_path else "")
    return f"SCR {action.flags} {MAIN_SECTION} {action.script_id} {description} {path}"


def registered(data: bytes) -> dict[str, str]:
    """Return the scripts of the main section: id and path; of two lines with one id the first."""
    found: dict[str, str] = {}
    for row in rows_of(data):
        line = _line(row)
        if line.text(0) == "SCR" and line.text(2) == MAIN_SECTION:
            found.setdefault(line.text(3), line.text(5))
    return found


def with_actions(data: bytes, actions: Sequence[Action]) -> bytes:
    """Return the file with a line for each action; the first line of its id is set right, further ones taken out."""
    rows = rows_of(data)
    missing = []
    for action in actions:
        lines = _indices(rows, {action.script_id})
        text = bytes_of(script_line(action))
        if not lines:
            missing.append(text)
            continue
        first, *others = lines
        if _words(_line(rows[first])) != _words(Line(text)):
            rows[first] = text + Line(rows[first]).end_of_line
        rows = without_rows(rows, set(others))
    if rows or not missing:
        return b"".join(with_rows(rows, len(rows), missing))
    return b"".join(text + b"\r\n" for text in missing)


def without_actions(data: bytes, actions: Sequence[Action]) -> bytes:
    """Return the file without the lines of these actions; keys that were bound to them stay, and do nothing."""
    rows = rows_of(data)
    return b"".join(without_rows(rows, set(_indices(rows, {action.script_id for action in actions}))))


def _indices(rows: Sequence[bytes], ids: Collection[str]) -> list[int]:
    lines = [_line(row) for row in rows]
    return [i for i, line in enumerate(lines) if line.text(0) == "SCR" and line.text(3) in ids]


def _words(line: Line) -> list[str]:
    return [token.text for token in line.tokens()]


def _line(row: bytes) -> Line:
    return Line(content(row))
