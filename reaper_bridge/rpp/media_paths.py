"""Keep media references right when a project is written into another directory.

REAPER resolves the FILE of a SOURCE against the project's directory; ``\\`` separates on every platform.
"""

import os
import re
from pathlib import Path

from reaper_bridge.rpp.editing import replace_node
from reaper_bridge.rpp.syntax import Block, Document
from reaper_bridge.text.lines import Line

_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:[/\\]")


def rebase_media(document: Document, old_directory: Path, new_directory: Path) -> None:
    """Rewrite every relative media path in place, so that it resolves from another directory.

    Absolute paths, and everything where the directory stays the same, keep their bytes.
    """
    old, new = os.path.realpath(old_directory), os.path.realpath(new_directory)
    if old == new:
        return
    for root in document.roots:
        for block in root.walk():
            if block.name == "SOURCE":
                _rebase_source(block, old, new)


def _rebase_source(block: Block, old: str, new: str) -> None:
    for child in list(block.children):
        if isinstance(child, Line) and child.name == "FILE":
            path = child.text(1)
            if path and not _ABSOLUTE.match(path):
                replace_node(block, child, child.with_token(1, _rebased(path, old, new)))


def _rebased(path: str, old: str, new: str) -> str:
    has_backslashes = "\\" in path and not Path(old, path).exists()
    target = os.path.join(old, path.replace("\\", "/") if has_backslashes else path)  # noqa: PTH118
    try:
        moved = os.path.relpath(target, new)
    except ValueError:  # another drive
        return target
    return moved.replace("/", "\\") if has_backslashes else moved
