"""docs/panel.md tells the keys that the page knows, and shows pictures that are there."""

import re

from actions.service.panel import page_files
from tests.unit.docs.pages import ROOT

PAGE = (ROOT / "docs" / "panel.md").read_text("utf-8")


def test_the_keys_are_those_of_the_page() -> None:
    script = page_files()["keys.js"].decode()
    known = re.findall(r'^  \["[^"]+", "([^"]+)", "([^"]+)",', script, re.MULTILINE)
    told = re.findall(r"^\| <kbd>(.+?)</kbd> \| (.+?) \|$", PAGE, re.MULTILINE)
    assert len(known) > 15
    assert told == known


def test_every_button_with_a_sign_of_a_key_has_that_key() -> None:
    signs = re.findall(r"<kbd>([^<]+)</kbd>", page_files()["index.html"].decode())
    script = page_files()["keys.js"].decode()
    assert signs
    for sign in signs:
        assert f'"{sign}"' in script
