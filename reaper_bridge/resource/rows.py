"""Put rows into a text file and take them out again; every byte of the other rows stays.

Conventions: a row is raw bytes with its end, CRLF or LF as found; only the last may have none. Putting rows in and
taking the same ones out gives the same bytes, also at the end of a file that lacks its last line end.
"""

import os
from collections.abc import Collection, Sequence
from typing import Final

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def rows_of(data: bytes) -> list[bytes]:
    """Cut a file into rows; joined again they are the file."""
    parts = data.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def line_end_of(rows: Sequence[bytes]) -> bytes:
    """Return the line end of most rows, or the system's where there is none."""
    with_carriage_return = sum(row.endswith(b"\r\n") for row in rows)
    line_feed_alone = sum(row.endswith(b"\n") for row in rows) - with_carriage_return
    if with_carriage_return == line_feed_alone == 0:
        return os.linesep.encode()
    return b"\r\n" if with_carriage_return > line_feed_alone else b"\n"


def with_rows(rows: Sequence[bytes], index: int, texts: Sequence[bytes]) -> list[bytes]:
    """Return the rows with more of them before ``index``; the texts come without line ends.

    Where the last row had no line end, the new last row has none.
    """
    end = line_end_of(rows)
    before, after = list(rows[:index]), list(rows[index:])
    added = [text + end for text in texts]
    if added and before and not before[-1].endswith(b"\n"):
        before[-1] += end
        added[-1] = texts[-1]
    return [*before, *added, *after]


def without_rows(rows: Sequence[bytes], indices: Collection[int]) -> list[bytes]:
    """Return the rows without some of them, the reverse of ``with_rows``."""
    kept = [row for index, row in enumerate(rows) if index not in indices]
    last_is_taken = bool(rows) and len(rows) - 1 in indices
    if kept and last_is_taken and not rows[-1].endswith(b"\n"):
        kept[-1] = kept[-1].removesuffix(b"\n").removesuffix(b"\r")
    return kept


def content(row: bytes) -> bytes:
    """Return a row without its end, without blanks around it, and without a byte order mark before it."""
    return row.removeprefix(BYTE_ORDER_MARK).strip()
