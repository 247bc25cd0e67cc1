"""What the written pages point at is there."""

import re
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from tests.make_pictures import PICTURE, picture_of
from tests.unit.actions.report_example import example_contents
from tests.unit.docs.pages import PAGES, ROOT, anchors, inline_code, links

_MODULE = re.compile(r"^(?:reaper_bridge|analysis|actions|tests|benchmarks|examples|docs|install)(?:/[\w.*-]+)+/?$")
_TEST = re.compile(r"^test_\w+$")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_resolves(page: Path) -> None:
    for link in links(page.read_text("utf-8")):
        if link.startswith(("https://", "http://")):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = page if not path else (page.parent / path)
        assert target.exists(), f"{page.name}: {link}"
        if anchor:
            assert anchor in anchors(target.read_text("utf-8")), f"{page.name}: {link}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_a_page_names_is_there(page: Path) -> None:
    for code in inline_code(page.read_text("utf-8")):
        if _MODULE.match(code):
            assert list(ROOT.glob(code.rstrip("/"))), f"{page.name}: {code}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_a_page_names_exists(page: Path) -> None:
    text = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    for code in inline_code(page.read_text("utf-8")):
        if _TEST.match(code):
            assert f"def {code}(" in text, f"{page.name}: {code}"


def test_every_page_of_the_docs_is_reached_from_the_readme() -> None:
    reached = {(ROOT / link.partition("#")[0]).resolve() for link in links((ROOT / "README.md").read_text("utf-8"))}
    assert {page for page in PAGES if page.parent.name == "docs"} <= reached


def test_the_picture_of_the_readme_is_small_and_stands_alone() -> None:
    text = PICTURE.read_text("utf-8")
    assert ElementTree.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"
    assert "var(" not in text
    assert len(text) < 60_000


def test_the_same_pass_gives_the_same_picture() -> None:
    assert picture_of(example_contents()) == picture_of(example_contents())
