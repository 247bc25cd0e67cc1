"""The page holds together: escaped, offline, accessible, the same every time, and whole on disk."""

import functools
import itertools
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from actions.report.contents import (
    ChangeLine,
    MaskingPicture,
    MixPicture,
    Problem,
    ReportContents,
    SectionMark,
    TrackStory,
)
from actions.report.html import figures, format_report, write_report
from reaper_bridge.session.errors import ProjectWriteError
from tests.unit.actions.report_example import crowd_contents, example_contents

VOID = {"meta", "br", "hr", "img", "input", "link", "source"}
NASTY = (
    "<script>alert('x')</script>",
    '"quoted" \' & </style></title>',
    "🎸 לידס \u202eevil\u202c",
    "x" * 5000,
    "\x00\x1b[31m\ud800",
    "{{ 7 * 7 }} {% raw %}",
    "$\\frac{1}{0}$ https://example.org/x",
    "",
)


@functools.cache
def example_page() -> str:
    return format_report(example_contents())


class Page(HTMLParser):
    """A page's tags, attributes and visible text; an unbalanced tag fails at once."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"<{tag}> repeats an attribute"
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def nasty_contents(name: str) -> ReportContents:
    change = ChangeLine(name, name, name, 3.0, name)
    track = TrackStory(name, 1, name, name, 0.5, (name,), color=name, changes=(change,), flaws=(name,), energy_db=-9.0)
    alone = TrackStory(name, 2, name, unmixed_because=name)
    curve = (np.arange(9.0), np.ones(9))
    return example_contents(
        title=name,
        project=name,
        genre=name,
        genre_because=name,
        label=name,
        tracks=(replace(track, gain_reduction=curve), alone, replace(alone, unmixed_because=None)),
        masking_before=MaskingPicture((name, "b"), np.full((2, 2), 0.5)),
        masking_after=MaskingPicture((name, "b"), np.full((2, 2), 0.4)),
        problems=(Problem("serious", name, name, name),),
        dropped=(name,),
        sections=(SectionMark("A", name, 0.0, 9.0), SectionMark(name, "", 9.0, 9.0)),
        not_landed=(name,),
        not_modelled=(name,),
        approximated=(name,),
        seconds={name: 1.0},
        previews={name: name},
    )


@pytest.mark.parametrize("name", NASTY, ids=range(len(NASTY)))
def test_whatever_the_session_holds_is_text_and_nothing_else(name: str) -> None:
    text = format_report(nasty_contents(name))
    page = Page(text)
    text.encode("utf-8")
    assert not page.all("script")
    assert "\x00" not in text
    assert "49" not in re.findall(r"<h1>(.*?)</h1>", text)[0]
    plain = Page(example_page())
    assert {tag for tag, _ in page.tags} <= {tag for tag, _ in plain.tags} | {"h3", "ul"}
    assert all(not key.startswith("on") for _, attributes in page.tags for key in attributes)
    swatches = [attributes["style"] for attributes in page.all("span") if "style" in attributes]
    assert swatches == ["background: var(--rule)"]


def test_a_name_is_shown_as_it_is_written() -> None:
    page = Page(format_report(nasty_contents(NASTY[0])))
    assert NASTY[0] in page.text


def test_a_name_with_its_own_direction_keeps_it_to_itself() -> None:
    assert "<h1><bdi>🎸 לידס" in format_report(nasty_contents(NASTY[2]))


def test_nothing_on_the_page_comes_from_elsewhere() -> None:
    for contents in (
        example_contents(),
        nasty_contents("//example.org/x.wav"),
        nasty_contents("https://example.org/x"),
    ):
        text = format_report(contents)
        page = Page(text)
        links = [v for _, a in page.tags for k, v in a.items() if k in ("src", "href", "xlink:href", "data", "poster")]
        assert links
        assert all(link is not None and link.startswith(("#", "./")) and "//" not in link for link in links)
        assert not page.all("link")
        assert not re.search(r"@import|url\((?!#)", text)
    assert "http" not in example_page()


def test_every_picture_is_there_with_a_text_and_a_caption() -> None:
    contents = example_contents()
    page = Page(format_report(contents))
    pictures = [svg for svg in page.all("svg") if svg["class"] == "picture"]
    assert [figure.title for figure in figures(contents)] == [
        "Tone against the target",
        "Loudness through the song",
        "Level of each group",
        "Where everything stands",
        "Who hides whom, before",
        "Who hides whom, after",
        "Microphones in time",
        "What the compressors take away",
    ]
    assert len(pictures) == 8
    assert all(svg["role"] == "img" and len(svg["aria-label"] or "") > 30 for svg in page.all("svg") if svg in pictures)
    assert len(page.all("figcaption")) == 8
    assert all(svg["aria-label"] for svg in page.all("svg"))


def test_the_form_of_the_song_stands_above_the_pictures_and_sections_are_as_wide_as_they_are_long() -> None:
    text = format_report(example_contents())
    strip = text.partition('<ol class="sections"')[2].partition("</ol>")[0]
    assert re.findall(r"flex-grow: ([\d.]+)", strip) == ["16.0", "32.0", "32.0", "32.0", "100.0"]
    assert re.findall(r'class="letter"><bdi>(\w)<', strip) == ["A", "B", "C", "B", "C"]
    shades = re.findall(r"letter-(\d)", strip)
    assert shades[1] == shades[3] != shades[2] == shades[4]
    assert "Chorus &lt;1&gt;" in strip
    assert "1:20" in strip
    assert text.index('class="sections"') < text.index('class="figures"')


def test_a_song_of_one_section_has_no_strip() -> None:
    assert 'class="sections"' not in format_report(example_contents(sections=(SectionMark("A", "", 0.0, 9.0),)))


def test_the_masking_before_and_after_is_of_the_same_tracks() -> None:
    before = MaskingPicture(("Gone", "Gtr", "Vox"), np.array([[0.0, 0.9, 0.9], [0.0, 0.0, 0.6], [0.0, 0.1, 0.0]]))
    after = MaskingPicture(("Vox", "Gtr", "New"), np.array([[0.0, 0.1, 0.0], [0.2, 0.0, 0.0], [0.9, 0.9, 0.0]]))
    text = format_report(example_contents(masking_before=before, masking_after=after))
    assert "Gtr hid 60\u00a0% of Vox, more than any other; now it is 20\u00a0%." in text
    assert ">Gone<" not in text
    assert ">New<" not in text


def test_a_reason_reads_as_a_sentence_with_real_signs() -> None:
    line = ChangeLine("Fader", "lead at -26.1 LUFS, -0.0 dB against the rest, peaks -inf dBFS", "balance", 1.0)
    text = format_report(example_contents(tracks=(TrackStory("Vox", 1, "{V}", changes=(line,)),)))
    assert "Lead at −26.1\u00a0LUFS, 0.0\u00a0dB against the rest, peaks −∞ dBFS." in text


def test_ids_are_unique_and_every_reference_finds_its_own() -> None:
    text = example_page()
    page = Page(text)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    wanted = re.findall(r'(?:href="#|url\(#)([^")]+)', text)
    wanted += [a["aria-labelledby"] or "" for _, a in page.tags if "aria-labelledby" in a]
    assert set(wanted) <= set(ids)


def test_headings_never_skip_a_level() -> None:
    levels = [int(tag[1]) for tag, _ in Page(example_page()).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))


def test_the_same_contents_give_the_same_page() -> None:
    assert format_report(example_contents()) == example_page()


def test_several_threads_draw_the_same_page() -> None:
    with ThreadPoolExecutor(3) as pool:
        pages = list(pool.map(lambda _: format_report(example_contents()), range(3)))
    assert set(pages) == {example_page()}


def test_the_most_important_change_comes_first() -> None:
    tracks = tuple(
        TrackStory(f"T{i}", i, f"{{{i}}}", changes=(ChangeLine(f"Fader {i}", "", "balance", float(i)),))
        for i in range(1, 13)
    )
    text = format_report(example_contents(tracks=tracks))
    top = text[text.index('<ol class="top">') : text.index("</ol>")]
    assert re.findall(r"Fader (\d+)", top) == [str(i) for i in range(12, 2, -1)]
    assert "2 more changes below" in text
    cards = text[text.index('id="tracks"') :]
    assert cards.index("Fader 12") < cards.index("Fader 11") < cards.index("Fader 1<")


def test_the_page_tells_a_dry_run_a_part_of_a_pass_and_an_idle_one() -> None:
    text = format_report(example_contents(is_dry_run=True, amount_percent=60.0, tracks=(), problems=()))
    assert "What I would do" in text
    assert "nothing was written" in text
    assert "60\u00a0% of the full amount" in text
    assert "Nothing: everything stands where it should already" in text
    assert 'id="problems"' not in text


def test_the_date_is_written_for_people() -> None:
    assert "· 21 November 2026, 14:03 ·" in example_page()
    assert "· yesterday ·" in format_report(example_contents(written_at="yesterday"))


def test_problems_are_listed_worst_first_with_what_to_do() -> None:
    text = example_page()
    found = text[text.index('id="problems"') :]
    assert found.index("Clips in 14") < found.index("ums at 50") < found.index("s a duplicate")
    assert "repair it with a declipper" in found
    assert "3 things in the session to look at" in text
    assert "1 small thing heard on the recordings" in found


def test_what_was_left_alone_says_why() -> None:
    text = Page(example_page()).text
    assert "Drum Bus: a bus, its members are mixed." in text
    assert re.search(r"Already in place:\s+Shaker\.", text)
    assert "Pro-Q 3" in text


def test_previews_are_players_with_links_beside_the_page() -> None:
    page = Page(format_report(example_contents(previews={"after": "my mix\\after #1.wav", "before": "b.wav"})))
    assert [a["src"] for a in page.all("audio")] == ["./b.wav", "./my%20mix/after%20%231.wav"]
    assert all("controls" in a and a["aria-label"] for a in page.all("audio"))
    assert not Page(format_report(example_contents(previews={}))).all("audio")


def test_a_silent_session_without_tracks_is_still_a_page() -> None:
    silent = MixPicture(float("-inf"), float("-inf"))
    text = format_report(ReportContents("", "", "", "First Pass 1", "pop", "", "Pop", silent, silent))
    Page(text)
    assert "(no name)" in text
    assert "nan" not in re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)


def test_three_hundred_tracks_fit_on_a_page_one_can_send() -> None:
    text = format_report(crowd_contents(300))
    assert len(Page(text).all("details")) == 304
    assert len(text.encode()) < 5_000_000


def test_a_page_is_written_over_an_older_one(tmp_path: Path) -> None:
    path = tmp_path / "bericht “1”.html"
    path.write_text("old")
    write_report(example_contents(), path)
    assert path.read_text("utf-8") == example_page()
    assert list(tmp_path.iterdir()) == [path]


def test_a_page_that_cannot_be_written_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(ProjectWriteError, match=r"The report .* cannot be written: .*--report"):
        write_report(example_contents(), tmp_path / "missing" / "report.html")
    folder = tmp_path / "report.html"
    folder.mkdir()
    with pytest.raises(ProjectWriteError):
        write_report(example_contents(), folder)
    assert list(tmp_path.iterdir()) == [folder]


def test_reading_the_report_module_does_not_load_the_drawing_library() -> None:
    code = "import sys, actions.report.html; print('matplotlib' in sys.modules, 'jinja2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
