"""Every picture stands up to silence, single tracks and numbers that are none."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import numpy as np
import pytest

from actions.report.contents import GroupLevel, TrackStory
from actions.report.ink import INKS
from actions.report.pictures import (
    levels_picture,
    loudness_picture,
    masking_picture,
    most_masked,
    reduction_picture,
    sparkline,
    spectrum_picture,
    stereo_picture,
)
from tests.unit.actions.report_example import example_contents

ALT = 'What it shows, “plainly” & <safely> with "quotes".'
NONE, ONE = np.zeros(0), np.array([1.0])
NAN, SILENT = np.full(31, np.nan), np.full(31, -np.inf)
FLAT = np.zeros(31)
TRACK = TrackStory("Vox", 1, "{V}", energy_db=-20.0)
LONG = np.arange(0.0, 300.0, 0.05)

DEGENERATE = {
    "a silent spectrum": lambda: spectrum_picture(SILENT, SILENT, FLAT, ALT),
    "a spectrum of nothing": lambda: spectrum_picture(NONE, NAN, NONE, ALT),
    "a spectrum without target": lambda: spectrum_picture(FLAT, FLAT + 3.0, SILENT, ALT),
    "a spectrum only after": lambda: spectrum_picture(SILENT, FLAT, FLAT, ALT),
    "a spectrum of one band": lambda: spectrum_picture(np.where(np.arange(31) == 15, 0.0, -np.inf), NAN, FLAT, ALT),
    "no groups": lambda: levels_picture((), ALT),
    "a silent group": lambda: levels_picture((GroupLevel("a", -np.inf, -np.inf, 0.0),), ALT),
    "a group from silence": lambda: levels_picture((GroupLevel("a", -np.inf, -3.0),), ALT),
    "a group into silence": lambda: levels_picture((GroupLevel("a", -3.0, np.nan, np.nan),), ALT),
    "no masking": lambda: masking_picture((), np.zeros((0, 0)), ALT, "m"),
    "masking of one": lambda: masking_picture(("a",), np.zeros((1, 1)), ALT, "m"),
    "masking that is not a number": lambda: masking_picture(("a", "b"), np.full((2, 2), np.nan), ALT, "m"),
    "masking out of shape": lambda: masking_picture(("a", "b"), np.zeros((3, 2)), ALT, "m"),
    "masking beyond all": lambda: masking_picture(("a", "b"), np.full((2, 2), 7.0), ALT, "m"),
    "an empty stereo field": lambda: stereo_picture((), ALT),
    "a silent stereo field": lambda: stereo_picture((replace(TRACK, energy_db=-np.inf),), ALT),
    "a track at no place": lambda: stereo_picture((replace(TRACK, pan=np.nan),), ALT),
    "one track beyond the right": lambda: stereo_picture((replace(TRACK, pan=1.7, width=np.nan),), ALT),
    "no loudness": lambda: loudness_picture(NONE, NONE, NONE, NONE, ALT),
    "silent loudness": lambda: loudness_picture(LONG, np.full(len(LONG), -np.inf), NONE, NONE, ALT),
    "loudness of one frame": lambda: loudness_picture(ONE, -ONE, ONE, -ONE, ALT),
    "loudness of uneven length": lambda: loudness_picture(LONG, -LONG[:100], ONE, -LONG, ALT),
    "loudness with gaps": lambda: loudness_picture(LONG, np.where(LONG > 99.0, -9.0, np.nan), LONG, -LONG, ALT),
    "no reduction": lambda: reduction_picture((TRACK,), ALT),
    "reduction of nothing": lambda: reduction_picture((replace(TRACK, gain_reduction=(NONE, NONE)),), ALT),
    "reduction that is not a number": lambda: reduction_picture(
        (replace(TRACK, gain_reduction=(LONG, np.full(len(LONG), np.nan))),), ALT
    ),
    "reduction of zero": lambda: reduction_picture((replace(TRACK, gain_reduction=(LONG, 0.0 * LONG)),), ALT),
}


@pytest.mark.parametrize("draw", DEGENERATE.values(), ids=DEGENERATE.keys())
def test_a_picture_of_nearly_nothing_is_still_a_picture_with_its_text(draw) -> None:  # type: ignore[no-untyped-def]
    svg = draw()
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert (root.get("aria-label") or "").startswith("What it shows")
    assert "nan" not in svg
    assert "inf" not in svg.replace("&inf", "")


@pytest.mark.parametrize(
    ("svg", "words"),
    [
        (spectrum_picture(SILENT, SILENT, FLAT, ALT), "The mix is silent"),
        (levels_picture((), ALT), "No group of tracks can be heard."),
        (masking_picture(("a",), np.zeros((1, 1)), ALT, "m"), "Fewer than two tracks"),
        (stereo_picture((), ALT), "No track can be heard"),
        (reduction_picture((), ALT), "No compressor is at work."),
    ],
)
def test_where_there_is_nothing_to_draw_the_picture_says_so(svg: str, words: str) -> None:
    assert words in "".join(ElementTree.fromstring(svg).itertext())


def test_colours_come_from_the_page_so_that_light_dark_and_paper_work() -> None:
    contents = example_contents()
    before, after = contents.mix_before.band_levels_db, contents.mix_after.band_levels_db
    svg = spectrum_picture(before, after, contents.target_levels_db, ALT)
    assert "var(--after" in svg
    assert "var(--target" in svg
    assert not any(sentinel in svg for sentinel in INKS)
    assert "#000000" not in svg
    assert "font-family" not in svg


def test_names_are_text_whatever_they_hold() -> None:
    names = ("$x_1$", "<script>alert(1)</script>", "🎸 לידס", "qq0qq", "\x00\ud800")
    svg = masking_picture(names, np.full((5, 5), 0.5), ALT, "m")
    text = "".join(ElementTree.fromstring(svg).itertext())
    assert "<script" not in svg
    assert all(part in text for part in ("$x_1$", "<script>alert(1", "🎸 לידס", "qq0qq", "��"))


def test_a_very_long_name_is_cut_with_an_ellipsis() -> None:
    svg = stereo_picture((replace(TRACK, name="Guitar " * 1000),), ALT)
    assert "Guitar Guitar Gui…" in svg
    assert len(svg) < 10_000


def test_two_drawings_of_the_same_are_the_same() -> None:
    tracks = example_contents().tracks
    assert stereo_picture(tracks, ALT) == stereo_picture(tracks, ALT)
    assert reduction_picture(tracks, ALT) == reduction_picture(tracks, ALT)


def test_the_louder_group_stands_above_the_quieter() -> None:
    groups = (GroupLevel("quiet", -9.0, -12.0), GroupLevel("loud", -9.0, -1.0))
    texts = {t.text: float(t.get("y", "0")) for t in ElementTree.fromstring(levels_picture(groups, ALT)).iter("text")}
    assert texts["loud"] < texts["quiet"]


def test_a_track_panned_left_stands_left_of_one_panned_right() -> None:
    tracks = (replace(TRACK, pan=-0.8), replace(TRACK, name="Gtr", pan=0.8, energy_db=-30.0))
    uses = [float(use.get("x", "0")) for use in ElementTree.fromstring(stereo_picture(tracks, ALT)).iter("use")]
    dots = uses[-2:]
    assert dots[0] < dots[1]


def test_the_tracks_that_hide_most_are_chosen_in_their_own_order() -> None:
    matrix = np.zeros((5, 5))
    matrix[4, 1] = 0.9
    matrix[2, 3] = 0.5
    assert most_masked(matrix, 2) == [1, 4]
    assert most_masked(np.zeros((2, 3))) == []


def test_a_sparkline_hangs_deeper_where_more_is_taken_away() -> None:
    svg = sparkline(np.array([0.0, 1.0, 2.0]), np.array([0.0, 6.0, 3.0]), "Gain reduction")
    assert "0,0.0 100,24.0 200,12.0" in svg
    assert sparkline(NONE, NONE, "Gain reduction") == ""
    assert sparkline(np.zeros(3), np.zeros(3), "Gain reduction") == ""
