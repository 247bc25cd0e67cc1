"""The desk predicts what a rendering measures, says how far it was off, and every change has both numbers."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from actions.checking import Check, Window
from actions.first_pass import Outcome, Wishes, first_pass
from actions.mixing.brief import Corrections
from actions.predicting import Prediction, predict
from actions.prediction_errors import band_errors_db, prediction_errors
from analysis.stems import Stem
from reaper_bridge.rpp.host import ProjectFile
from tests.session_builder import BAND, build_project

LIMITS = {"group loudness": 0.2, "group third octaves": 0.5, "gain reduction": 1.0, "lead to accompaniment": 0.2}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    song = build_project(tmp_path_factory.mktemp("predicted"), BAND)
    return first_pass(ProjectFile(song, backup=False), Wishes(), dry_run=True)


def test_predictions_of_groups_and_compressors_are_close_to_what_is_rendered(mixed: Outcome) -> None:
    measures = mixed.verified.errors.measures
    for name, limit in LIMITS.items():
        assert measures[name].mean <= limit, (name, measures[name])


def test_every_change_of_a_track_that_is_heard_has_both_numbers(mixed: Outcome) -> None:
    returns = {unit.track_id for unit in mixed.decision.returns.values()}
    heard = {strip.id for strip in mixed.decision.desk.sounding} | returns
    missing = [
        change.address
        for change in mixed.plan
        if change.address.track_id in heard and change.address not in mixed.verified.changes
    ]
    assert not missing
    for verdict in mixed.verified.changes.values():
        assert math.isfinite(verdict.predicted)
        assert math.isfinite(verdict.measured)


def test_of_half_a_pass_nothing_was_predicted_of_its_changes(mixed: Outcome, tmp_path: Path) -> None:
    song = build_project(tmp_path, BAND)
    half = first_pass(ProjectFile(song, backup=False), Wishes(amount_ratio=0.5), dry_run=True)
    assert half.plan
    assert not half.verified.changes
    assert half.verified.errors.measures == mixed.verified.errors.measures


def test_a_prediction_that_comes_true_is_not_off(mixed: Outcome) -> None:
    expected = predict(mixed.decision, mixed.after.window, Corrections())
    found = came_true(expected, mixed.after)
    for name, error in prediction_errors(expected, found, {}).measures.items():
        assert error.largest == pytest.approx(0.0, abs=1e-9), name


def came_true(expected: Prediction, like: Check) -> Check:
    mixture = replace(
        like.mixture,
        lead_to_accompaniment_db=expected.lead_to_accompaniment_db,
        loudness=replace(like.mixture.loudness, true_peak_dbtp=expected.true_peak_dbtp),
        stem_band_power={group: stem.band_power for group, stem in expected.groups.items()},
        audibility=expected.audibility,
    )
    return replace(
        like,
        mixture=mixture,
        groups={group: stem.loudness_lufs for group, stem in expected.groups.items()},
        returns=expected.returns,
        tracks=expected.tracks,
        reductions_db=expected.reductions_db,
    )


def test_the_largest_error_is_told_with_its_place(mixed: Outcome) -> None:
    expected = predict(mixed.decision, mixed.after.window, Corrections())
    track_id, stem = next((key, stem) for key, stem in expected.tracks.items() if stem.loudness_lufs > -40.0)
    louder = {**expected.tracks, track_id: Stem(stem.loudness_lufs + 3.0, stem.band_power * 2.0)}
    found = replace(came_true(expected, mixed.after), tracks=louder)
    error = prediction_errors(expected, found, {track_id: "Somebody"}).measures["track loudness"]
    assert error.where == "Somebody"
    assert error.largest == pytest.approx(3.0)
    assert error.mean == pytest.approx(3.0 / error.count)


def test_bands_that_nobody_hears_are_not_judged() -> None:
    found, expected = np.full(31, 1e-9), np.full(31, 1e-3)
    found[10] = expected[10] = 1.0
    assert band_errors_db(found, expected) == pytest.approx([0.0])


@pytest.mark.shared
@pytest.mark.parametrize("number", ["03", "04"])
def test_predictions_of_the_reference_sessions_are_close(shared: Path, number: str) -> None:
    project = next(path for folder in (shared / "sessions").glob(f"{number}*") for path in folder.glob("*.RPP"))
    outcome = first_pass(ProjectFile(project), Wishes(), dry_run=True)
    for name, limit in {**LIMITS, "track loudness": 0.2, "track third octaves": 0.5}.items():
        assert outcome.verified.errors.measures[name].mean <= limit, name


def test_a_window_knows_its_frames() -> None:
    assert Window(1.0, 2.5, False).frames == slice(20, 50)
