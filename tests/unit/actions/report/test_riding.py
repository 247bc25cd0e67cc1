"""The report shows each ridden lead over its waveform, and says how far and what for."""

from dataclasses import replace

import numpy as np
import pytest

from actions.mixing.riding import Ridden
from actions.report.contents import RideStory, SectionMark
from actions.report.html import figures, format_report
from actions.report.riding import MOST_RIDES, bed_finding, drawn, ride_finding, ride_picture, story_of
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.identity import TrackId
from tests.unit.actions.report_example import example_contents

POINTS = (CurvePoint(1.0, 1.0), CurvePoint(2.0, 1.2589254), CurvePoint(5.0, 0.7943282))
PEAKS = np.abs(np.sin(np.arange(8000) / 300.0)).astype(np.float32)
SECTIONS = (SectionMark("A", "", 0.0, 4.0), SectionMark("B", "", 4.0, 8.0))


def told(kind: str = "lead", name: str = "Lead Vox", **changed: object) -> RideStory:
    found = Ridden(TrackId("{A}"), kind, POINTS, None if kind == "bed" else (2.5, 1.5))
    return replace(story_of(found, name, POINTS, PEAKS), **changed)


def test_the_finding_says_how_many_points_how_far_and_what_for() -> None:
    assert ride_finding(told(lift_db=0.7)) == (
        "Lead Vox: 3 points, −2.0 to +2.0 dB. Without the ride its level over 1 s against the rest wanders by 2.5 dB, "
        "with it by 1.5 dB. Choruses are 0.7 dB up."
    )
    assert "in its solos its level" in ride_finding(told("solo"))


def test_the_bed_is_told_in_words() -> None:
    bed = [told("bed", "Gtr L", drop_db=1.0), told("bed", "Keys", drop_db=1.0)]
    assert bed_finding(bed) == " Under verses Gtr L, Keys go down by 1.0 dB."
    assert bed_finding([told()]) == ""
    assert drawn(bed) == []


def test_the_rides_that_even_out_most_come_first_and_not_too_many() -> None:
    many = [told(name=f"Voice {n}", spread_db=(2.0 + 0.1 * n, 1.0)) for n in range(9)]
    assert [story.name for story in drawn(many)] == [f"Voice {n}" for n in range(8, 8 - MOST_RIDES, -1)]


def test_the_picture_has_the_lane_the_wave_and_the_sections() -> None:
    picture = ride_picture(told(), SECTIONS, "ride-0", "what it shows")
    assert picture.startswith("<svg")
    assert 'aria-label="what it shows"' in picture
    assert "var(--after" in picture
    assert ">A<" in picture
    assert ">B<" in picture
    assert len(picture) < 60_000


@pytest.mark.parametrize("wave", [(np.zeros(0), np.zeros(0)), (np.array([0.0]), np.array([0.0]))])
def test_a_picture_stands_up_to_a_silent_track(wave: tuple[np.ndarray, np.ndarray]) -> None:
    assert ride_picture(told(wave=wave), (), "ride-0", "what it shows").startswith("<svg")
    silent = story_of(Ridden(TrackId("{A}"), "lead", POINTS), "Vox", POINTS, np.zeros(100, np.float32))
    assert len(silent.wave[0]) == 0


def test_the_report_shows_ridden_leads_and_only_those() -> None:
    titles = [figure.title for figure in figures(example_contents(rides=(told(), told("solo", "Gtr"), told("bed"))))]
    assert titles.count("The lead, ridden") == 1
    assert titles.count("A solo, ridden") == 1
    assert "ridden" not in " ".join(figure.title for figure in figures(example_contents()))


def test_a_name_that_is_markup_is_shown_as_it_is() -> None:
    page = format_report(example_contents(rides=(told(name="<b>Vox</b>"),)))
    assert "<b>Vox</b>" not in page
