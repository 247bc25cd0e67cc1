"""Change single values of REAPER's ini files and leave every other byte as it is.

Conventions: as the system reads such a file, the first section of a name and the first key of a name in it count, in
capitals or not; what has no ``=`` or starts with ``;`` is no key. Names and values are text in UTF-8; bytes that are
not survive as surrogate escapes.
"""

from collections.abc import Mapping

from reaper_bridge.resource.rows import content, rows_of, with_rows, without_rows
from reaper_bridge.text.lines import bytes_of, text_of


def read_value(data: bytes, section: str, key: str) -> str | None:
    """Return the value of a key, without quotes around it; None where there is no such key."""
    rows = rows_of(data)
    index = _key_index(rows, section, key)
    if index is None:
        return None
    value = text_of(content(rows[index])).partition("=")[2].strip()
    return value[1:-1] if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'" else value


def read_section(data: bytes, section: str) -> dict[str, str]:
    """Return the keys of a section and their values, in their order."""
    rows = rows_of(data)
    start, end = _span(rows, section) or (0, 0)
    keys = [_key(row) for row in rows[start:end]]
    return {key: read_value(data, section, key) or "" for key in keys if key}


def with_values(data: bytes, section: str, values: Mapping[str, str | None]) -> bytes:
    """Return the file with these values in a section; None takes a key out. A value that stands already is not touched.

    A new key is put behind the last of its section, a new section at the end of the file.

    Raises:
        ValueError: A value has a line end in it.
    """
    rows = rows_of(data)
    for key, value in values.items():
        if value is not None and ("\n" in value or "\r" in value or "\0" in value):
            raise ValueError(f"{key} cannot be {value!r}: a value is one line")
        if read_value(b"".join(rows), section, key) != value:
            rows = _with_value(rows, section, key, value)
    return b"".join(rows)


def without_empty_section(data: bytes, section: str) -> bytes:
    """Return the file without a section that has nothing in it, not even a comment."""
    rows = rows_of(data)
    span = _span(rows, section)
    if span is None or any(content(row) for row in rows[span[0] : span[1]]):
        return data
    return b"".join(without_rows(rows, range(span[0] - 1, span[1])))


def _with_value(rows: list[bytes], section: str, key: str, value: str | None) -> list[bytes]:
    index = _key_index(rows, section, key)
    if value is None:
        return rows if index is None else without_rows(rows, {index})
    if index is not None:
        row = rows[index]
        end = row[len(row.rstrip(b"\r\n")) :]
        return [*rows[:index], row[: row.index(b"=") + 1] + bytes_of(value) + end, *rows[index + 1 :]]
    span = _span(rows, section)
    text = bytes_of(f"{key}={value}")
    if span is None:
        return with_rows(rows, len(rows), [bytes_of(f"[{section}]"), text])
    filled = [i + 1 for i in range(*span) if content(rows[i])]
    return with_rows(rows, max(filled, default=span[0]), [text])


def _key_index(rows: list[bytes], section: str, key: str) -> int | None:
    start, end = _span(rows, section) or (0, 0)
    return next((i for i in range(start, end) if _key(rows[i]).casefold() == key.casefold()), None)


def _span(rows: list[bytes], section: str) -> tuple[int, int] | None:
    """Return where the rows of a section begin, behind its head, and where they end."""
    heads = [i for i, row in enumerate(rows) if content(row).startswith(b"[")]
    for number, head in enumerate(heads):
        name = text_of(content(rows[head])[1:].partition(b"]")[0]).strip()
        if name.casefold() == section.casefold():
            return head + 1, heads[number + 1] if number + 1 < len(heads) else len(rows)
    return None


def _key(row: bytes) -> str:
    text = text_of(content(row))
    return text.partition("=")[0].strip() if "=" in text and not text.startswith((";", "[")) else ""
