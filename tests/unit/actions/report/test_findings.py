"""Captions and verdicts state what the numbers say."""

import math
import typing
from dataclasses import replace

import numpy as np
import pytest

from actions.report.contents import (
    FLAW_SEVERITIES,
    GroupLevel,
    MaskingPicture,
    MixPicture,
    ReportContents,
    css_color,
    problem_of,
)
from actions.report.findings import (
    headline_numbers,
    levels_finding,
    loudness_finding,
    masking_finding,
    reduction_finding,
    spectrum_finding,
    stereo_finding,
)
from analysis.measures import BANDS_HZ, Flaw, FlawKind
from tests.unit.actions.report_example import example_contents

SILENT = MixPicture(-math.inf, -math.inf)


def silent_contents() -> ReportContents:
    return ReportContents("t", "p", "w", "l", "pop", "", "Pop", SILENT, SILENT)


def after(**changed: float | None) -> ReportContents:
    contents = example_contents()
    return replace(contents, mix_after=replace(contents.mix_after, **changed))  # type: ignore[arg-type]


def verdict(contents: ReportContents, title: str) -> tuple[str, str]:
    line = next(line for line in headline_numbers(contents) if line.title == title)
    return line.verdict, line.sentence


def test_a_good_pass_reads_good_all_through() -> None:
    numbers = headline_numbers(example_contents())
    assert [line.verdict for line in numbers] == ["good"] * 7
    assert (numbers[0].before, numbers[0].after, numbers[0].unit) == ("−6.3", "+0.9", "dB")


@pytest.mark.parametrize(
    ("changed", "title", "said"),
    [
        ({"lead_to_accompaniment_db": 3.0}, "Lead against the band", ("fair", "in front of")),
        ({"lead_to_accompaniment_db": -3.0}, "Lead against the band", ("fair", "behind")),
        ({"vocal_clarity": 0.1}, "Clarity of the lead", ("poor", "harder to follow")),
        ({"vocal_clarity": 0.38}, "Clarity of the lead", ("fair", "about as easy")),
        ({"spectrum_distance_db": 4.0}, "Tone, off the target by", ("fair", "Nearer")),
        ({"spectrum_distance_db": 9.0}, "Tone, off the target by", ("poor", "Farther")),
        ({"true_peak_dbtp": -1.0}, "Highest peak", ("fair", "Nothing clips, but")),
        ({"true_peak_dbtp": 1.0}, "Highest peak", ("poor", "clips")),
        ({"imbalance_db": -2.0}, "Left against right", ("fair", "The right side weighs more")),
        ({"low_side_to_mid_db": -8.0}, "Lows at the sides", ("fair", "leans out")),
    ],
)
def test_a_verdict_follows_its_number(changed: dict[str, float], title: str, said: tuple[str, str]) -> None:
    result, sentence = verdict(after(**changed), title)
    assert result == said[0]
    assert said[1] in sentence


def test_a_lead_that_was_too_loud_may_lose_clarity() -> None:
    contents = after(vocal_clarity=0.2)
    loud = replace(contents, mix_before=replace(contents.mix_before, lead_to_accompaniment_db=6.0))
    assert verdict(contents, "Clarity of the lead")[0] == "poor"
    assert verdict(loud, "Clarity of the lead") == (
        "fair",
        "Less of the lead is heard, because it stood further in front than rock wants.",
    )


def test_without_a_lead_nothing_is_said_about_one() -> None:
    titles = [line.title for line in headline_numbers(after(lead_to_accompaniment_db=None, vocal_clarity=None))]
    assert not any("lead" in title.casefold() for title in titles)


def test_silence_gives_no_numbers_and_sentences_that_say_so() -> None:
    contents = silent_contents()
    assert headline_numbers(contents) == ()
    assert spectrum_finding(contents) == "There is no spectrum to compare."
    assert levels_finding(contents) == "No group of tracks can be heard."
    assert masking_finding(contents.masking_before, contents.masking_after) == "No track hides another."
    assert stereo_finding(contents) == "No track can be heard."
    assert loudness_finding(contents) == "The mix is silent."
    assert reduction_finding(contents) == "No compressor is at work."


def test_the_spectrum_sentence_names_the_part_that_sticks_out() -> None:
    contents = example_contents()
    levels = contents.target_levels_db + np.where(np.array(BANDS_HZ) == 8000.0, 9.0, 0.0)
    changed = replace(contents, mix_after=replace(contents.mix_after, band_levels_db=levels))
    assert "the air on top: 8.6 dB more than the target" in spectrum_finding(changed)


def test_the_level_sentence_counts_what_is_met_and_names_what_moved() -> None:
    groups = (GroupLevel("Bass", 0.0, -6.0, -6.2), GroupLevel("Keys", -9.0, -8.0, -12.0))
    sentence = levels_finding(example_contents(groups=groups))
    assert sentence == "1 of 2 groups sit within 1.5 LU of where they should. Bass moved most: 6.0 LU down."


def test_the_masking_sentence_follows_the_worst_pair() -> None:
    before = MaskingPicture(("Gtr", "Vox"), np.array([[0.0, 0.6], [0.1, 0.0]]))
    now = MaskingPicture(("Gtr", "Vox"), np.array([[0.0, 0.2], [0.1, 0.0]]))
    assert masking_finding(before, now) == "Gtr hid 60 % of Vox, more than any other; now it is 20 %."
    assert masking_finding(before, before).endswith("and still does.")
    assert masking_finding(MaskingPicture(), now) == "Gtr hides 20 % of Vox; nothing hides more."


def test_the_other_sentences_count_what_they_show() -> None:
    contents = example_contents()
    assert stereo_finding(contents).startswith("3 tracks left, 4 in the middle, 4 right; the two sides weigh the same")
    assert loudness_finding(contents).startswith("The song lies at −20.0 LUFS as a whole and moves between")
    assert reduction_finding(contents) == ("7 compressors work, hardest on Lead Vox: 5.0 dB on average while it plays.")


def test_every_kind_of_flaw_has_a_weight() -> None:
    assert set(FLAW_SEVERITIES) == set(typing.get_args(FlawKind))
    problem = problem_of(Flaw("hum", 9.0, 0.9, "Hums at 50 Hz: notch it"), "Bass")
    assert (problem.severity, problem.track, problem.sentence) == ("notable", "Bass", "Hums at 50 Hz: notch it")


def test_colours_are_written_for_the_page() -> None:
    assert css_color(255, 0, 10) == "#ff000a"
