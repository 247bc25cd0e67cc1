"""The panel over a running REAPER, here the stand-in: what is clicked shows there, what is done there shows here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from tests.panel_page import EXECUTABLE, PanelPage, browsing, page_in, panel_link
from tests.services import Service, seen, serving
from tests.session_builder import guid_of
from tests.standin.fixture import Standin

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(EXECUTABLE is None, reason="there is no Chromium here (Debian's package is chromium)"),
]
FIRST_CHANGE = "#change-list > li:first-child"


@pytest.fixture
def reaper(song: Path, tmp_path: Path) -> Iterator[Standin]:
    resource = tmp_path / "REAPER"
    resource.mkdir()
    (resource / "reaper.ini").write_text("[REAPER]\n", "utf-8")
    with Standin.start(song, resource_path=resource, hz=100) as standin:
        yield standin


@pytest.fixture
def service(reaper: Standin, tmp_path: Path) -> Iterator[Service]:
    with serving(tmp_path / "data", resource_path=tmp_path / "REAPER") as service:
        service.until_ready()
        yield service


@pytest.fixture
def panel(service: Service) -> Iterator[PanelPage]:
    with browsing() as browser, page_in(browser) as panel:
        yield panel.open(panel_link(service))
        assert panel.troubles == []


def test_a_session_by_clicks_shows_in_reaper(panel: PanelPage, reaper: Standin) -> None:
    page, before = panel.page, seen(reaper)
    assert not page.is_visible("#listen")
    page.click("#mix-all")
    panel.until_status("First pass 1: ")
    mixed = seen(reaper)
    assert mixed != before
    page.click(f"{FIRST_CHANGE} button:has-text('Drop')")
    panel.until(f"{FIRST_CHANGE}[data-is=rejected]")
    assert seen(reaper) != mixed
    page.click(f"{FIRST_CHANGE} button:has-text('Keep')")
    panel.until(f"{FIRST_CHANGE}[data-is=accepted]")
    page.click("button[aria-label='Vocal more']")
    panel.until_status("vocal +")
    page.click("#hear-before")
    panel.until("#hear-before[aria-pressed=true]")
    page.click("#hear-after")
    panel.until("#hear-after[aria-pressed=true]")
    page.click("#take-back")
    panel.until_status("Took back: ")
    assert seen(reaper) == before


def test_what_somebody_does_in_reaper_shows_in_the_panel(panel: PanelPage, reaper: Standin) -> None:
    page = panel.page
    page.click("#mix-all")
    panel.until_status("First pass 1: ")
    reaper.control.rename(guid_of("Gtr"), "Twelve string")
    panel.until("#track-list .who:text-is('Twelve string')")
    reaper.control.undo()
    reaper.control.undo()
    panel.until("#changes-none:not([hidden])")
