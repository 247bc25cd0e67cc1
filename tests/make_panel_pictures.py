"""Make the pictures of docs/panel.md: ``python -m tests.make_panel_pictures [FOLDER]``. Needs a Chromium."""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.panel_page import ROOT, PanelPage, browsing, page_in, panel_link
from tests.services import serving

SONG: Final = ROOT / "examples" / "paper-lanterns"
FOLDER: Final = ROOT / "docs" / "pictures"
WIDE, NARROW = 1280, 390


def main(folder: Path) -> None:
    """Mix the example and keep pictures of what the panel shows of it."""
    with tempfile.TemporaryDirectory() as place:
        song = shutil.copytree(SONG, Path(place) / "song") / "Paper Lanterns.RPP"
        with serving(Path(place) / "data", project=song) as service, browsing() as browser:
            service.until_ready()
            link = panel_link(service)
            with page_in(browser, WIDE) as panel:
                _use(panel.open(link), folder)
                panel.picture("panel-wide-light", folder)
                panel.turn_to_top("sound")
                panel.picture("panel-sound-light", folder)
            with page_in(browser, NARROW, "dark") as panel:
                panel.open(link)
                for part in ("changes", "moves", "tracks"):
                    panel.turn_to(part)
                    panel.picture(f"panel-narrow-{part}", folder)


def _use(panel: PanelPage, folder: Path) -> None:
    panel.page.click("#mix-all")
    panel.until('#stages [data-stage="listening"][data-is=now]')
    panel.picture("panel-working", folder)
    panel.until_status("First pass 1: ")
    panel.page.click("#change-list > li:nth-child(2) button:has-text('Drop')")
    panel.until("#change-list > li:nth-child(2)[data-is=rejected]")
    panel.page.click("button[aria-label='Vocal more']")
    panel.until_status("vocal +")
    panel.page.click("#render")
    panel.until_status("listen to")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
