"""The report shows how lead and bass stand on other loudspeakers, before and after, and what was mended."""

import pytest

from actions.report.contents import DeviceLine
from actions.report.html import figures
from actions.report.translation import Measure, device_finding, device_picture, has_values
from tests.unit.actions.report_example import example_contents

LINES = (
    DeviceLine("Stereo, full range", (-6.0, 1.0), (0.4, 0.35)),
    DeviceLine("Phone", (-4.0, 3.5), (0.2, 0.09), -2.0, 0.15),
    DeviceLine("Car", (None, -0.8), (None, None), -2.0),
)


def test_the_finding_says_where_it_is_worst_and_what_was_done() -> None:
    assert device_finding(LINES, "lead", []) == "The lead stands lowest on “Car”: −0.8 dB against the rest."
    said = device_finding(LINES, "bass", ["Bass: +2.0 dB at 250 Hz: a phone plays 9 % of the bass, now 12 %"])
    assert said.startswith("Least of the bass is heard on “Phone”: 9 %.")
    assert said.endswith("now 12 %.")


@pytest.mark.parametrize("measure", ["lead", "bass"])
def test_a_picture_names_the_devices_that_have_the_number(measure: Measure) -> None:
    picture = device_picture(LINES, measure, "what it shows")
    assert "Phone" in picture
    assert ("Car" in picture) == (measure == "lead")


def test_where_there_is_no_lead_and_no_bass_there_is_no_picture() -> None:
    silent = (DeviceLine("Phone", (None, None), (None, float("nan"))),)
    assert not has_values(silent, "lead")
    assert not has_values(silent, "bass")
    titles = [figure.title for figure in figures(example_contents(devices=silent))]
    assert not [title for title in titles if "loudspeakers" in title]


def test_the_page_shows_both_with_the_notes_below_the_one_they_belong_to() -> None:
    drawn = figures(example_contents(devices=LINES, device_notes=("Phone: 9 % of the bass is heard",)))
    captions = {figure.title: figure.caption for figure in drawn}
    assert "of the bass is heard." in captions["The bass on other loudspeakers"]
    assert "Phone: 9" not in captions["The lead on other loudspeakers"]
