"""The report shows microphones of one performance before and after, and says what was done and what was left."""

from dataclasses import replace

import numpy as np
import pytest

from actions.mixing.alignment import Aligned, Stand
from actions.report.alignment import alignment_finding, alignment_picture, moved, story_of
from actions.report.contents import AlignmentStory
from actions.report.html import figures
from tests.unit.actions.mixing.builders import Part, pair_of
from tests.unit.actions.report_example import example_contents

FIRST, SECOND = Part("In", "kick_in"), Part("Out", "kick_out")
STORIES = example_contents().alignments


def story(late_ms: float = 1.5) -> AlignmentStory:
    pair = pair_of(FIRST, SECOND, late_ms)
    found = Aligned(pair, Stand(pair.relation.delay_ms, True), Stand(0.0, False), 4.7)
    return story_of(found, "In", "Out")


def test_after_the_pass_both_attacks_lie_on_each_other() -> None:
    told = story()
    times, near = told.first_attack
    shown = times < 10.0

    def likeness(curve: tuple[np.ndarray, np.ndarray]) -> float:
        far = np.interp(times[shown], *curve)
        return float(np.dot(near[shown], far) / (np.linalg.norm(near[shown]) * np.linalg.norm(far)))

    assert likeness(told.second_after) > 0.95
    assert likeness(told.second_before) < 0.5


def test_the_finding_says_what_was_done_left_and_told() -> None:
    said = alignment_finding(STORIES)
    assert "Bass Amp was 1.90 ms late and the other way up against Bass DI: correlation −0.27 → +0.61" in said
    assert "+4.7 dB below 150 Hz" in said
    assert "Snare Bottom against Snare Top is left as recorded: it is enough." in said
    assert "Later than Snare Top, and left so: OH L 2.4 ms." in said


def test_the_pairs_with_most_gain_come_first_and_what_was_not_moved_is_not_drawn() -> None:
    more = replace(STORIES[0], second="Kick Out", low_gain_db=9.0)
    assert [s.second for s in moved((*STORIES, more))] == ["Kick Out", "Bass Amp"]
    picture = alignment_picture((*STORIES, more), "what it shows")
    assert "Kick Out" in picture
    assert "OH L" not in picture


def test_where_nothing_was_moved_there_is_no_picture() -> None:
    titles = [figure.title for figure in figures(example_contents(alignments=STORIES[1:]))]
    assert "Microphones in time" not in titles


@pytest.mark.parametrize("curve", [(np.zeros(0), np.zeros(0)), (np.array([0.0]), np.array([np.nan]))])
def test_a_picture_stands_up_to_attacks_of_nothing(curve: tuple[np.ndarray, np.ndarray]) -> None:
    empty = replace(STORIES[0], first_attack=curve, second_before=curve, second_after=curve)
    assert alignment_picture((empty,), "what it shows").startswith("<svg")
