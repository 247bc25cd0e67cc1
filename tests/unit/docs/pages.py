"""The written pages of the project, and what stands in them: links, code blocks, tables."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))

_FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")


def code_blocks(text: str) -> list[str]:
    """Return what stands between fences."""
    return _FENCE.findall(text)


def inline_code(text: str) -> list[str]:
    """Return what stands between single backticks, outside fences."""
    return _INLINE.findall(_FENCE.sub("", text))


def links(text: str) -> list[str]:
    """Return where the links and pictures of a page point, outside code."""
    return _LINK.findall(_INLINE.sub("", _FENCE.sub("", text)))


def anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = _HEADING.findall(_FENCE.sub("", text))
    return {_NOT_IN_ANCHORS.sub("", heading.casefold()).replace(" ", "-") for heading in headings}


def table_rows(text: str) -> list[list[str]]:
    """Return the cells of a Markdown table's rows, without its heading."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
