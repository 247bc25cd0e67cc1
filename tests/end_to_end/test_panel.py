"""The panel in a real browser: a session of the desk by clicks and by keys, at every size, dark and light."""

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Browser

from reaper_bridge.rpp.host import ProjectFile
from reaper_bridge.session.ledger import Pass
from tests.command_line import cloned
from tests.panel_page import EXECUTABLE, SCHEMES, SIZES, PanelPage, browsing, each_part, page_in, panel_link
from tests.services import Service, serving

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(EXECUTABLE is None, reason="there is no Chromium here (Debian's package is chromium)"),
]
NOTE_STAGES = """
document.body.stages = new Set();
new MutationObserver(() => {
  for (const step of document.querySelectorAll('.stages [data-is=now]')) document.body.stages.add(step.dataset.stage);
}).observe(document.getElementById('stages'), {subtree: true, attributes: true});
"""
FIRST_CHANGE = "#change-list > li:first-child"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture
def service(song: Path, tmp_path: Path) -> Iterator[Service]:
    with serving(tmp_path / "data", project=song) as service:
        service.until_ready()
        yield service


@pytest.fixture
def panel(browser: Browser, service: Service) -> Iterator[PanelPage]:
    with page_in(browser) as panel:
        yield panel.open(panel_link(service))
        assert panel.troubles == []


@pytest.fixture(scope="module")
def mixed_service(band_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose session was mixed, with one change dropped; nobody changes it."""
    folder = tmp_path_factory.mktemp("panel")
    with serving(folder / "data", project=cloned(band_project, folder / "song"), then="mix_all") as service:
        service.until(lambda state: state["last_pass"] != "")
        service.until_ready()
        yield service


def standing(song: Path) -> Pass:
    """Return the pass that stands in a project."""
    host = ProjectFile(song)
    host.snapshot()
    return host.ledger().passes[-1]


# --- a session -------------------------------------------------------------------------------------------------


def test_a_session_by_clicks(panel: PanelPage, song: Path) -> None:
    page, before = panel.page, song.read_bytes()
    page.evaluate(NOTE_STAGES)
    page.click("#mix-all")
    panel.until_status("First pass 1: ")
    assert set(page.evaluate("[...document.body.stages]")) >= {"listening", "deciding", "checking", "writing"}
    assert panel.count("#change-list > li") == len(standing(song).landed)
    assert page.inner_text(".meter .is").endswith("LUFS")
    mixed = song.read_bytes()

    page.click(f"{FIRST_CHANGE} button:has-text('Drop')")
    panel.until(f"{FIRST_CHANGE}[data-is=rejected]")
    assert len(standing(song).revision.rejected) == 1  # type: ignore[union-attr]
    page.click(f"{FIRST_CHANGE} button:has-text('Keep')")
    panel.until(f"{FIRST_CHANGE}[data-is=accepted]")
    page.click(f"{FIRST_CHANGE} button:has-text('Alone')")
    panel.until(f"{FIRST_CHANGE} button[aria-pressed=true]")
    assert page.is_visible("#alone-note")
    page.click(f"{FIRST_CHANGE} button:has-text('Alone')")
    panel.until(f"{FIRST_CHANGE} button[aria-pressed=false]")

    page.click("button[aria-label='Vocal more']")
    panel.until_status("vocal +")
    assert standing(song).revision.nudges["vocal"] == pytest.approx(0.25)  # type: ignore[union-attr]

    page.click("#hear-before")
    panel.until("#hear-before[aria-pressed=true]")
    assert standing(song).revision.hearing == "before"  # type: ignore[union-attr]
    page.click("#hear-after")
    panel.until("#hear-after[aria-pressed=true]")

    page.click("#take-back")
    panel.until_status("Took back: ")
    assert song.read_bytes() == before
    assert panel.count("#change-list > li") == 0
    page.click("#redo")
    panel.until_status("Wrote again: ")
    assert panel.count("#pass-list > li") == 1
    assert mixed != before


def test_a_session_by_keys_alone(panel: PanelPage, song: Path) -> None:
    page, before = panel.page, song.read_bytes()
    press = page.keyboard.press
    press("m")
    panel.until_status("First pass 1: ")
    press("j")
    press("j")
    second = "#change-list > li:nth-child(2)"
    assert page.evaluate(f"document.activeElement === document.querySelector('{second}')")
    press("x")
    panel.until(f"{second}[data-is=rejected]")
    assert page.evaluate(f"document.activeElement === document.querySelector('{second}')")
    press("x")
    panel.until(f"{second}[data-is=accepted]")
    press("o")
    panel.until(f"{second} button[aria-pressed=true]")
    press("o")
    panel.until(f"{second} button[aria-pressed=false]")

    page.focus("input[aria-label=Vocal]")
    press("ArrowRight")
    panel.until_status("vocal +")
    assert standing(song).revision.nudges["vocal"] == pytest.approx(0.05)  # type: ignore[union-attr]

    press("b")
    panel.until("#hear-before[aria-pressed=true]")
    press("b")
    panel.until("#hear-after[aria-pressed=true]")
    press("u")
    panel.until_status("Took back: ")
    assert song.read_bytes() == before
    press("r")
    panel.until_status("Wrote again: ")


def test_what_is_under_way_is_cancelled_by_a_key(panel: PanelPage, song: Path) -> None:
    before = song.read_bytes()
    panel.page.keyboard.press("m")
    panel.until("#cancel:not(:disabled)")
    panel.page.keyboard.press("Escape")
    panel.until("#cancel:disabled")
    assert panel.status != ""
    if "First pass 1" not in panel.status:
        assert song.read_bytes() == before


def test_every_control_can_be_reached_by_tab(panel: PanelPage) -> None:
    page = panel.page
    wanted = page.evaluate(
        "[...document.querySelectorAll('button, input, select, summary, a[href]')]"
        ".filter(e => e.checkVisibility() && !e.disabled).length"
    )
    reached = set()
    for _ in range(wanted + 20):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("(document.activeElement.n ??= Math.random())"))
    assert len(reached) >= wanted


def test_keys_can_be_switched_off_and_do_nothing_while_one_writes(panel: PanelPage) -> None:
    page = panel.page
    page.focus("#filter-text")
    page.keyboard.type("mum")
    assert page.input_value("#filter-text") == "mum"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.is_visible("#keys")
    page.uncheck("#keys-on")
    page.click("#keys button")
    page.keyboard.press("m")
    page.keyboard.press("?")
    assert not page.is_visible("#keys")
    assert panel.status == "Ready."


def test_what_tracks_are_and_how_the_next_pass_shall_be(panel: PanelPage, song: Path) -> None:
    page = panel.page
    row = "#track-list > li:nth-child(2)"
    page.focus(f"{row} select")
    page.select_option(f"{row} select", "egtr_lead")
    panel.until_status("from now on")
    page.click(f"{row} button:has-text('In the pass')")
    panel.until(f"{row}[data-is=out]")
    page.click("#track-list > li:first-child button:has-text('Lock')")
    panel.until("#track-list > li:first-child[data-is=locked]")
    page.select_option("#genre", "metal")
    panel.until_status("mixed as metal")
    page.click("button[aria-label='Loudness less']")
    panel.until_status("−21.0 LUFS")
    page.click("#mix-all")
    panel.until_status("First pass 1: ")
    assert {change.address.track_id for change in standing(song).plan} == {
        track.id for track in ProjectFile(song).snapshot().tracks if track.name not in ("Bass", "Gtr")
    }


def test_changes_are_filtered_by_words_stage_track_and_whether_they_stand(panel: PanelPage) -> None:
    page = panel.page
    page.click("#mix-all")
    panel.until_status("First pass 1: ")
    rows = "#change-list > li"
    everything = panel.count(rows)
    page.select_option("#filter-stage", "balance")
    assert 0 < panel.count(rows) < everything
    assert page.inner_text("#changes-count").endswith(f"of {everything}")
    page.select_option("#filter-track", label="Bass")
    assert all("Bass" in text for text in page.locator(rows).all_inner_texts())
    page.select_option("#filter-stage", "")
    page.select_option("#filter-track", "")
    page.fill("#filter-text", "fader")
    assert 0 < panel.count(rows) < everything
    page.fill("#filter-text", "")
    page.select_option("#filter-status", "rejected")
    assert panel.count(rows) == 0
    page.select_option("#filter-status", "")
    assert panel.count(rows) == everything


def test_before_and_after_are_rendered_and_switched_while_they_play(panel: PanelPage) -> None:
    page = panel.page
    page.click("#mix-all")
    panel.until_status("First pass 1: ")
    page.click("#render")
    panel.until_status("listen to")
    panel.until("#play:not(:disabled)")
    page.click("#play")
    page.wait_for_function("() => document.getElementById('audio-after').currentTime > 0.2")
    heard = "[...document.querySelectorAll('audio')].filter(a => !a.muted && !a.paused).map(a => a.id)"
    assert page.evaluate(heard) == ["audio-after"]
    page.keyboard.press("b")
    assert page.evaluate(heard) == ["audio-before"]
    page.keyboard.press("p")
    assert page.evaluate(heard) == []
    assert page.evaluate("[...document.querySelectorAll('audio')].every(a => a.duration > 1 && !a.error)")


def test_the_report_opens_from_the_panel(panel: PanelPage) -> None:
    page = panel.page
    page.click("#analyse")
    panel.until_status("Nothing was written.")
    panel.until("#pictures .picture")
    with page.context.expect_page() as opened:
        page.click("#report")
    assert "Lead Vox" in opened.value.inner_text("body")


# --- who may see it, and what happens when the service goes ------------------------------------------------------


def test_two_pages_show_the_same_and_one_sees_what_the_other_does(browser: Browser, service: Service) -> None:
    link = panel_link(service)
    with page_in(browser) as one, page_in(browser, 390) as other:
        one.open(link)
        other.open(link)
        one.page.click("#mix-all")
        assert one.until_status("First pass 1: ") == other.until_status("First pass 1: ")
        other.page.click(f"{FIRST_CHANGE} button:has-text('Drop')")
        one.until(f"{FIRST_CHANGE}[data-is=rejected]")


def test_the_token_leaves_the_address_bar_and_a_reload_stays_in(panel: PanelPage) -> None:
    assert "#" not in panel.page.url
    panel.page.reload()
    panel.until_connection("connected")
    cookies = panel.page.context.cookies()
    assert [(cookie["httpOnly"], cookie["sameSite"]) for cookie in cookies] == [(True, "Strict")]


def test_one_can_skip_to_the_mix(panel: PanelPage) -> None:
    panel.page.evaluate("() => { document.body.same = true; }")
    panel.page.keyboard.press("Tab")
    assert panel.page.evaluate("document.activeElement.className") == "skip"
    panel.page.keyboard.press("Enter")
    assert panel.page.evaluate("document.activeElement.id") == "main"
    assert panel.page.evaluate("document.body.same === true")


def test_without_the_link_one_is_told_where_to_find_it(browser: Browser, service: Service) -> None:
    address = panel_link(service).partition("#")[0]
    with page_in(browser) as panel:
        panel.page.goto(address)
        panel.until_connection("shut")
        assert "first-pass serve" in panel.page.inner_text("#gate")
        assert panel.violations() == []


def test_the_page_says_when_the_service_is_gone_and_when_it_is_another(
    browser: Browser, song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with page_in(browser) as panel:
        with serving(tmp_path / "data", project=song) as service:
            link = panel_link(service)
            panel.open(link)
            service.killed()
            panel.until_connection("lost")
            assert panel.page.is_disabled("#mix-all")
        port = link.partition("127.0.0.1:")[2].partition("/")[0]
        with serving(tmp_path / "data", project=song, panel_port=int(port)) as service:
            panel.until_connection("shut")
            panel.open(panel_link(service))
            assert "#" not in panel.page.url


def test_open_panel_opens_a_browser_with_a_link_that_is_good_once(
    browser: Browser, song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, command = tmp_path / "opened.txt", tmp_path / "browser"
    command.write_text(f'#!/bin/sh\necho "$1" > "{opened}.part" && mv "{opened}.part" "{opened}"\n', "utf-8")
    command.chmod(0o755)
    monkeypatch.setenv("BROWSER", str(command))
    with serving(tmp_path / "data", project=song) as service:
        service.until_ready()
        service.ask("open_panel")
        service.wait_for(opened.exists, bool)
        link = opened.read_text("utf-8").strip()
        assert link != panel_link(service)
        with page_in(browser) as panel:
            panel.open(link)
        with page_in(browser) as panel:
            panel.page.goto(link)
            panel.until_connection("shut")


# --- how it looks, and for whom -----------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", SIZES)
def test_nothing_stands_in_anybodys_way(browser: Browser, mixed_service: Service, width: int, scheme: str) -> None:
    with page_in(browser, width, scheme) as panel:  # type: ignore[arg-type]
        panel.open(panel_link(mixed_service))
        panel.until("#pictures .picture")
        for part in each_part(panel, width):
            panel.picture(f"panel-{width}-{part}-{scheme}")
            assert panel.violations() == []
            assert not panel.is_wider_than_its_window()
            for always in ("#status", "#mix-all", "#take-back"):
                assert panel.page.locator(always).is_visible()
                assert panel.page.evaluate(
                    "s => { const b = document.querySelector(s).getBoundingClientRect();"
                    " return b.top >= 0 && b.bottom <= innerHeight && b.left >= 0 && b.right <= innerWidth; }",
                    always,
                )
        assert panel.troubles == []


def test_no_window_is_too_narrow_between_the_sizes(browser: Browser, mixed_service: Service) -> None:
    with page_in(browser) as panel:
        panel.open(panel_link(mixed_service))
        panel.until("#pictures .picture")
        troubles: list[tuple[int, str, str]] = []
        for width in (320, 600, 768, 960, 961, 1100, 1400, 1401, 1499, 1500, 1999, 2000, 3840):
            panel.page.set_viewport_size({"width": width, "height": 900})
            for part in each_part(panel, width):
                troubles += [(width, part, "wide")] if panel.is_wider_than_its_window() else []
                troubles += [(width, part, what) for what in panel.cut_off()]
            if width == 3840:
                panel.picture("panel-3840-all-light")
        assert troubles == []


@pytest.mark.parametrize("width", SIZES)
def test_the_mix_stays_in_sight_wherever_one_scrolls(browser: Browser, mixed_service: Service, width: int) -> None:
    with page_in(browser, width) as panel:
        panel.open(panel_link(mixed_service))
        before = panel.page.locator("#take-back").bounding_box()
        panel.page.mouse.wheel(0, 5000)
        panel.page.wait_for_function("() => scrollY > 0")
        assert panel.page.locator("#take-back").bounding_box() == before


def test_the_dialog_of_keys_is_for_everybody(browser: Browser, mixed_service: Service) -> None:
    with page_in(browser) as panel:
        panel.open(panel_link(mixed_service))
        panel.page.keyboard.press("?")
        panel.picture("panel-keys")
        assert panel.violations() == []
