"""The numbers behind the pictures, for the panel: plain JSON, null where nothing is known."""

import json
import math
import stat
from dataclasses import replace
from pathlib import Path

import numpy as np

from actions.report.contents import GroupLevel, MixPicture, ReportContents
from actions.report.drawing import MOST_POINTS
from actions.report.figures import figures_of, write_figures
from analysis.measures import BANDS_HZ
from tests.unit.actions.report_example import example_contents

SILENT = MixPicture(-math.inf, -math.inf)


def test_spectra_are_about_their_own_mean_so_that_loudness_is_left_out() -> None:
    contents = example_contents()
    louder = replace(contents.mix_after, band_levels_db=contents.mix_after.band_levels_db + 12.0)
    told, other = figures_of(contents), figures_of(replace(contents, mix_after=louder))
    assert told["spectrum"]["after"] == other["spectrum"]["after"]
    assert len(told["spectrum"]["hz"]) == len(told["spectrum"]["after"]) == len(BANDS_HZ)


def test_a_silent_mix_is_told_as_not_known() -> None:
    told = figures_of(ReportContents("t", "p", "w", "l", "pop", "", "Pop", SILENT, SILENT))
    assert set(told["spectrum"]["before"]) == {None}
    assert told["levels"] == []
    assert told["loudness"]["after"] == {"seconds": [], "lufs": []}
    json.dumps(told, allow_nan=False)


def test_what_is_infinite_is_null() -> None:
    told = figures_of(example_contents(groups=(GroupLevel("bass", -math.inf, -3.0, None),)))
    assert told["levels"] == [{"name": "bass", "before": None, "after": -3.0, "target": None}]


def test_levels_are_told_against_the_lead_where_there_is_one() -> None:
    contents = example_contents()
    assert figures_of(contents)["reference"] == "the lead"
    band = replace(contents.mix_after, lead_to_accompaniment_db=None)
    assert figures_of(replace(contents, mix_after=band))["reference"] == "the loudest group"


def test_a_long_song_is_told_in_as_many_points_as_a_picture_has() -> None:
    long = replace(example_contents().mix_after, short_term_lufs=np.full(9000, -20.0), times_seconds=np.arange(9000.0))
    told = figures_of(example_contents(mix_after=long))["loudness"]["after"]
    assert len(told["lufs"]) == len(told["seconds"]) == MOST_POINTS


def test_the_file_is_for_its_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "song.json"
    write_figures(example_contents(), path)
    assert json.loads(path.read_text("utf-8")) == json.loads(json.dumps(figures_of(example_contents())))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
