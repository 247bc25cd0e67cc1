"""The panel in a headless Chromium, as tests click and type in it.

``python -m tests.make_panel_pictures`` makes the pictures of docs/panel.md with it.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.services import Service

ROOT: Final = Path(__file__).resolve().parents[1]
ARTEFACTS: Final = Path(os.environ.get("FIRST_PASS_ARTEFACTS", ROOT / "artefacts"))
MILLISECONDS: Final = 120_000
SIZES: Final = {390: 844, 1280: 800, 2560: 1440}
PARTS: Final = ("changes", "moves", "tracks", "sound", "history")
SCHEMES: Final[tuple[Literal["dark", "light"], ...]] = ("dark", "light")
EXECUTABLE: Final = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


CUT_OFF: Final = """
() => [...document.querySelectorAll('button')].filter(button => {
  if (!button.checkVisibility()) return false;
  const inner = button.getBoundingClientRect();
  const outer = (button.closest('section, #bar .do, .song') ?? document.body).getBoundingClientRect();
  return inner.left < outer.left - 1 || inner.right > outer.right + 1 || button.scrollWidth > button.clientWidth + 1;
}).map(button => button.id || button.ariaLabel || button.textContent)
"""


@contextlib.contextmanager
def browsing() -> Iterator[Browser]:
    """Run a browser, which ends with the block."""
    # who is root has no sandbox; the pages are ours
    words = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--force-prefers-reduced-motion"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=words)
        try:
            yield browser
        finally:
            browser.close()


class PanelPage:
    """A page of the panel. ``troubles`` are errors of its scripts, and what its policy forbade."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.troubles: list[str] = []
        page.set_default_timeout(MILLISECONDS)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", lambda told: self._console(told.type, told.text))

    def _console(self, kind: str, text: str) -> None:
        # a browser also reports here that the service is away, which is no fault of the page
        if kind == "error" and "net::ERR" not in text and "403" not in text:
            self.troubles.append(text)

    def open(self, link: str) -> "PanelPage":
        """Open a link and wait until the page is live."""
        self.page.goto(link)
        self.until_connection("connected")
        return self

    def until_connection(self, state: str) -> None:
        """Wait for a state of the connection."""
        self.page.wait_for_selector(f'body[data-connection="{state}"]', state="attached")

    @property
    def status(self) -> str:
        """What the page says is going on."""
        return self.page.inner_text("#status")

    def until_status(self, *words: str) -> str:
        """Wait until the status holds all these words; return it."""
        script = "words => words.every(w => document.getElementById('status').textContent.includes(w))"
        self.page.wait_for_function(script, arg=list(words))
        return self.status

    def until(self, selector: str) -> None:
        """Wait until an element is there."""
        self.page.wait_for_selector(selector, state="attached")

    def count(self, selector: str) -> int:
        """Return how many elements there are."""
        return self.page.locator(selector).count()

    def turn_to(self, part: str) -> None:
        """Show a part of the page, as its link does."""
        self.page.click(f"#pages a[href='#{part}']")
        self.page.wait_for_selector(f'body[data-page="{part}"]', state="attached")

    def turn_to_top(self, part: str) -> None:
        """Scroll to where a part begins, on a large screen."""
        self.page.evaluate("part => document.getElementById(part).scrollIntoView()", part)

    def picture(self, name: str, folder: Path = ARTEFACTS) -> Path:
        """Keep a picture of what is seen; return where."""
        folder.mkdir(parents=True, exist_ok=True)
        self.page.mouse.move(0, 0)
        self.page.screenshot(path=folder / f"{name}.png", animations="disabled")
        return folder / f"{name}.png"

    def violations(self) -> list[str]:
        """Return what axe-core finds serious or critical."""
        found: Any = Axe().run(self.page).response
        return [
            f"{each['id']}: {each['help']}: {node['target']} {node.get('failureSummary', '')}"
            for each in found["violations"]
            for node in each["nodes"]
            if each["impact"] in ("serious", "critical")
        ]

    def cut_off(self) -> list[str]:
        """Return the buttons that stand out of their section or whose words do not fit into them."""
        found: list[str] = self.page.evaluate(CUT_OFF)
        return found

    def is_wider_than_its_window(self) -> bool:
        """Tell whether one has to scroll sideways."""
        wide: bool = self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        return wide


def panel_link(service: Service) -> str:
    """Return the link that a service printed."""

    def link() -> str:
        lines = service.said.read_text("utf-8").splitlines()
        return next((line.partition("Panel: ")[2] for line in lines if line.startswith("Panel: ")), "")

    found: str = service.wait_for(link, bool)
    return found


@contextlib.contextmanager
def page_in(browser: Browser, width: int = 1280, scheme: Literal["dark", "light"] = "light") -> Iterator[PanelPage]:
    """Open an empty page of a size and a colour scheme, in a browser profile of its own."""
    context = browser.new_context(viewport={"width": width, "height": SIZES.get(width, 800)}, color_scheme=scheme)
    try:
        yield PanelPage(context.new_page())
    finally:
        context.close()


def each_part(page: PanelPage, width: int) -> Iterator[str]:
    """Turn to every part that has a page of its own at a width."""
    if width > 960:
        yield "all"
        return
    for part in PARTS:
        page.turn_to(part)
        yield part
