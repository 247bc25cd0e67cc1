"""Start the bridge with REAPER: a marked block at the top of ``Scripts/__startup.lua``.

At the top, since a script ends with its first error, and nothing may follow a ``return``: so nothing that others put
into the file keeps the block from running, and the block, guarded by ``pcall``, keeps nothing of theirs from running.
"""

from typing import Final

from reaper_bridge.resource.layout import START_BRIDGE, Action
from reaper_bridge.resource.rows import BYTE_ORDER_MARK, content, rows_of, with_rows, without_rows

BEGIN: Final = b"-- First Pass begin: put here by `first-pass install`, taken out by `first-pass uninstall`"
END: Final = b"-- First Pass end"
_BEGIN_SIGN: Final = b"-- First Pass begin"


def start_block(action: Action = START_BRIDGE) -> list[bytes]:
    """Return the lines of the block, without line ends."""
    return [
        BEGIN,
        b"pcall(function()",
        b'  local bridge = reaper.NamedCommandLookup("_%s")' % action.script_id.encode(),
        b'  local script = reaper.GetResourcePath() .. "/Scripts/%s"' % action.script_path.encode(),
        b"  if bridge ~= 0 and reaper.file_exists(script) then reaper.Main_OnCommand(bridge, 0) end",
        b"end)",
        END,
    ]


def has_start_block(data: bytes) -> bool:
    """Whether the block stands there, whole and as we write it."""
    rows = [content(row) for row in rows_of(data)]
    block = [line.strip() for line in start_block()]
    return any(rows[i : i + len(block)] == block for i in range(len(rows)))


def with_start_block(data: bytes) -> bytes:
    """Return the script with one block of ours, the one we write now."""
    if has_start_block(data) and len(_blocks(rows_of(data))) == 1:
        return data
    rows = rows_of(without_start_block(data))
    mark = b""
    if rows and rows[0].startswith(BYTE_ORDER_MARK):
        mark, rows[0] = BYTE_ORDER_MARK, rows[0].removeprefix(BYTE_ORDER_MARK)
    # Lua skips a first line that starts with #, and only there
    index = 1 if rows and rows[0].startswith(b"#") else 0
    return mark + b"".join(with_rows(rows, index, start_block()))


def without_start_block(data: bytes) -> bytes:
    """Return the script without any block of ours; one that lost its end is left alone."""
    mark = BYTE_ORDER_MARK if data.startswith(BYTE_ORDER_MARK) else b""
    rows = rows_of(data.removeprefix(mark))
    ours = {index for first, last in _blocks(rows) for index in range(first, last + 1)}
    return mark + b"".join(without_rows(rows, ours)) if ours else data


def _blocks(rows: list[bytes]) -> list[tuple[int, int]]:
    """Return the first and last row of each block of ours."""
    blocks, begin = [], None
    for index, row in enumerate(rows):
        text = content(row)
        if text.startswith(_BEGIN_SIGN):
            begin = index
        elif text == END and begin is not None:
            blocks.append((begin, index))
            begin = None
    return blocks
