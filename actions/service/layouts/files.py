"""All files that are made from the table, by name: the layouts, and pictures of their pages."""

from actions.service.layouts.open_stage_control import session_file
from actions.service.layouts.pages import pages
from actions.service.layouts.reaper_pattern import pattern_file
from actions.service.layouts.svg import page_picture
from actions.service.layouts.tosc import tosc_file
from actions.service.layouts.touchosc_mk1 import touchosc_file


def layout_files() -> dict[str, bytes]:
    """Return the layouts of ``install/layouts``."""
    made = pages()
    return {
        "first-pass.tosc": tosc_file(made),
        "first-pass.touchosc": touchosc_file(made),
        "first-pass.open-stage-control.json": session_file(made),
        "FirstPass.ReaperOSC": pattern_file(),
    }


def picture_files() -> dict[str, bytes]:
    """Return a picture of each page, for ``docs/pictures``."""
    made = pages()
    titles = tuple(page.title for page in made)
    return {f"tablet-{page.title.casefold()}.svg": page_picture(page, titles).encode() for page in made}
