"""The index ReaPack reads: well formed, complete, and leading to the places where the installer puts the same files."""

import hashlib
import re
import xml.etree.ElementTree as ET
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import pytest

from reaper_bridge.resource.layout import ACTIONS, script_id
from reaper_bridge.resource.packaged import installed_scripts
from tests.make_reapack_index import INDEX, ROOT, index

TYPES = {"script", "extension", "effect", "data", "theme", "langpack", "webinterface"}
SECTIONS = {"main", "midi_editor", "midi_inlineeditor", "midi_eventlisteditor", "mediaexplorer", "crossfade_editor"}
GRAMMAR: dict[str, tuple[set[str], set[str], set[str]]] = {
    # element: attributes it must have, attributes it may have, elements in it
    "index": ({"version", "name"}, {"commit"}, {"category", "metadata"}),
    "category": ({"name"}, set(), {"reapack"}),
    "reapack": ({"name", "type"}, {"desc"}, {"metadata", "version"}),
    "version": ({"name"}, {"author", "time"}, {"changelog", "source"}),
    "source": (set(), {"file", "main", "platform", "type", "hash"}, set()),
    "metadata": (set(), set(), {"description", "link"}),
    "description": (set(), set(), set()),
    "changelog": (set(), set(), set()),
    "link": ({"rel"}, {"href"}, set()),
}


def faults(element: ET.Element) -> list[str]:
    """Return what in an index is not as ReaPack reads it."""
    needed, allowed, inner = GRAMMAR[element.tag]
    given = set(element.attrib)
    found = [f"{element.tag}: {name}" for name in (needed - given) | (given - needed - allowed)]
    if element.tag == "source":
        found += [f"section {name}" for name in element.get("main", "main").split() if name not in SECTIONS]
        found += [] if re.fullmatch(r"(1220[0-9a-f]{64})?", element.get("hash", "")) else ["hash"]
        found += [] if urlsplit(element.text or "").scheme in ("http", "https", "file") else ["address"]
    if element.tag == "reapack" and element.get("type") not in TYPES:
        found.append("type")
    for child in element:
        found += faults(child) if child.tag in inner else [f"{child.tag} in {element.tag}"]
    return found


def target(root: ET.Element, category: str, file: str) -> str:
    """Return where ReaPack puts a script's file, below the resource folder."""
    parts: list[str] = []
    for part in (*PurePosixPath(category).parts, *PurePosixPath(file).parts):
        if part == "..":
            # no file leaves the folder of the index
            parts = parts[:-1]
        else:
            parts.append(part)
    return "/".join(["Scripts", str(root.get("name")), *parts])


def sources(root: ET.Element) -> dict[str, ET.Element]:
    category = root.find("category")
    assert category is not None
    return {target(root, str(category.get("name")), str(s.get("file"))): s for s in root.iter("source")}


def test_the_index_that_is_checked_in_is_the_one_of_these_scripts() -> None:
    assert INDEX.read_bytes() == index(), "run python -m tests.make_reapack_index"


@pytest.mark.parametrize("base_url", [None, "https://example.org/a folder/"])
def test_the_index_is_as_reapack_reads_it(base_url: str | None) -> None:
    root = ET.fromstring(index(base_url))
    assert faults(root) == []
    assert root.get("version") == "1"


def test_a_wrong_index_is_found_wrong() -> None:
    wrong = ET.fromstring('<index version="1"><category name="x"><source main="foo" hash="12"/></category></index>')
    assert faults(wrong) == ["index: name", "source in category"]
    assert faults(wrong[0][0]) == ["section foo", "hash", "address"]


def test_reapack_puts_every_file_where_the_installer_puts_it() -> None:
    assert set(sources(ET.fromstring(index()))) == set(installed_scripts())


def test_the_actions_get_the_ids_that_were_published() -> None:
    registered = {path for path, source in sources(ET.fromstring(index())).items() if source.get("main") == "main"}
    assert {script_id(path.removeprefix("Scripts/")) for path in registered} == {a.script_id for a in ACTIONS}


def test_every_address_is_that_of_a_file_in_this_repository_and_a_release_says_its_hash(tmp_path: Path) -> None:
    found = sources(ET.fromstring(index("https://example.org/release")))
    contents = installed_scripts()
    for path, source in found.items():
        place = unquote(urlsplit(str(source.text)).path).removeprefix("/release/")
        assert (ROOT / place).read_bytes() == contents[path]
        assert source.get("hash") == "1220" + hashlib.sha256(contents[path]).hexdigest()
