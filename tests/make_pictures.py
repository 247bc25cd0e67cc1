"""Draw the picture of the README from a pass over the example song: ``python -m tests.make_pictures``.

The report's own pictures, side by side in one SVG file that stands alone: it names its colours and its typeface
itself, where the report takes them from its page.
"""

import re
from dataclasses import replace
from pathlib import Path

from actions.report.contents import ReportContents
from actions.report.pictures import levels_picture, spectrum_picture

ROOT = Path(__file__).resolve().parents[1]
SONG = ROOT / "examples" / "paper-lanterns" / "Paper Lanterns.RPP"
PICTURE = ROOT / "docs" / "pictures" / "paper-lanterns.svg"
GAP_UNITS, HEAD_UNITS, LEFT_UNITS = 24.0, 30.0, 12.0

_VIEW_BOX = re.compile(r'viewBox="0 0 (\d+) (\d+)"')
_VARIABLE = re.compile(r"var\(--[\w-]+, (#[0-9a-f]{6})\)")
_LEGEND = (
    ("#8a8f98", "before: grey, dashed or hollow"),
    ("#3b8bc9", "after: blue, solid"),
    ("#d98324", "target: orange"),
)


def example_contents(song: Path = SONG) -> ReportContents:
    """Mix a song without writing it and return what its report would show."""
    from actions.first_pass import Wishes, first_pass
    from actions.report.filling import contents_of
    from reaper_bridge.rpp.host import ProjectFile

    wishes = Wishes()
    outcome = first_pass(ProjectFile(song), wishes, dry_run=True)
    return contents_of(outcome, song, song.with_suffix(".html"), {}, wishes, is_dry_run=True)


def picture_of(contents: ReportContents) -> str:
    """Return the spectrum and the levels before and after, side by side, as one SVG file."""
    spectrum = spectrum_picture(
        contents.mix_before.band_levels_db,
        contents.mix_after.band_levels_db,
        contents.target_levels_db,
        "Spectrum of the mix before and after, and the target",
    )
    rows = [replace(row, name=row.name.replace("_", " ")) for row in contents.groups]
    levels = levels_picture(rows, "Loudness of each group against the lead before and after, and its target")
    parts, at, height = [], LEFT_UNITS, 0.0
    for picture in (spectrum, levels):
        size = _VIEW_BOX.search(picture)
        assert size is not None, "every picture of the report has a view box"
        wide, high = float(size[1]), float(size[2])
        place = f'x="{at:g}" y="{HEAD_UNITS:g}" width="{wide:g}" height="{high:g}" overflow="visible"'
        parts.append(picture.replace("<svg ", f"<svg {place} ", 1))
        at, height = at + wide + GAP_UNITS, max(height, high)
    width = at - GAP_UNITS
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height + HEAD_UNITS:g}" '
        'font-family="system-ui, sans-serif">'
    )
    content = _VARIABLE.sub(r"\1", "\n".join(parts))
    return f"{opening}\n{_legend()}\n{content}\n</svg>\n"


def _legend() -> str:
    lines = []
    for index, (color, text) in enumerate(_LEGEND):
        x = 46 + index * 230
        lines.append(f'<circle cx="{x}" cy="14" r="5" fill="{color}"/>')
        lines.append(f'<text x="{x + 12}" y="18" font-size="12" fill="#6b7280">{text}</text>')
    return "\n".join(lines)


def main() -> None:
    """Draw the picture anew."""
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(picture_of(example_contents()), "utf-8")
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
