"""Read layouts back, knowing only their format, and say which addresses they show and which they leave out, and why."""

import base64
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree

from actions.service.addresses import TABLE, WORDS, Address, Index, expand, match
from actions.service.layouts.pages import MOST_BANKS, ROWS_PER_BANK
from actions.service.layouts.touchosc_mk1 import BANKS

WHOLE: Final[Mapping[Index, int]] = {"change": MOST_BANKS * ROWS_PER_BANK, "track": MOST_BANKS * ROWS_PER_BANK}
FEWER: Final[Mapping[Index, int]] = {
    "change": BANKS["Changes"] * ROWS_PER_BANK,
    "track": BANKS["Tracks"] * ROWS_PER_BANK,
}


@dataclass(frozen=True)
class Coverage:
    """What a layout shows of the table. ``left_out`` has the reasons; the others should be empty."""

    shown: frozenset[str]
    left_out: Mapping[str, str]
    missing: frozenset[str]
    unknown: frozenset[str]


def coverage(paths: Iterable[str], rows: Mapping[Index, int]) -> Coverage:
    """Compare the paths of a layout with the table, where it has so many rows of each list.

    An address that only tells a number is shown by its words as well.
    """
    there = frozenset(paths)
    shown, missing = set(), set()
    for address in TABLE:
        wanted = _wanted(address, rows)
        is_shown = all(path in there or _speaks(address, path, there) for path in wanted)
        if is_shown:
            shown.add(address.path)
        elif not address.absence:
            missing.add(address.path)
    left_out = {address.path: address.absence for address in TABLE if address.absence and address.path not in shown}
    return Coverage(
        frozenset(shown), left_out, frozenset(missing), frozenset(path for path in there if match(path) is None)
    )  # fmt: skip


def tosc_paths(data: bytes) -> set[str]:
    """Return every OSC path of a TouchOSC layout."""
    root = ElementTree.fromstring(zlib.decompress(data))
    return {"".join(part.findtext("value", "") for part in path) for path in root.iter("path")}


def touchosc_paths(data: bytes) -> set[str]:
    """Return every OSC path of a TouchOSC Mk1 layout."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = ElementTree.fromstring(archive.read("index.xml"))
    named = [control.get("osc_cs", "") for control in root.iter("control")]
    return {base64.b64decode(name).decode() for name in named if name}


def session_paths(data: bytes) -> set[str]:
    """Return every OSC path of an Open Stage Control session."""

    def below(widget: Mapping[str, Any]) -> Iterable[str]:
        if widget.get("address", "auto") != "auto":
            yield widget["address"]
        for inner in (*widget.get("widgets", ()), *widget.get("tabs", ())):
            yield from below(inner)

    return set(below(json.loads(data)["content"]))


READERS: Final[Mapping[str, tuple[Callable[[bytes], set[str]], Mapping[Index, int]]]] = {
    ".tosc": (tosc_paths, WHOLE),
    ".touchosc": (touchosc_paths, FEWER),
    ".json": (session_paths, WHOLE),
}
"""For each ending: how its paths are read, and how many rows of each list it has."""


def _wanted(address: Address, rows: Mapping[Index, int]) -> list[str]:
    if address.index is None:
        return [address.path]
    return [expand(address, number) for number in range(1, rows[address.index] + 1)]


def _speaks(address: Address, path: str, there: frozenset[str]) -> bool:
    return address.argument == "none" and address.has_words and path + WORDS in there
