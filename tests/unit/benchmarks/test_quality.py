"""The numbers of the quality benchmark, where they are known beforehand."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from benchmarks.quality.independent.project import read_project
from benchmarks.quality.passes import largest_difference_db, with_other_levels, with_other_order
from benchmarks.quality.scores import fader_errors_db, gains_db, score_by_own_model, score_project, with_settings
from benchmarks.quality.sessions import KnownSession, known_sessions
from benchmarks.quality.tables import Row, mean_table, mix_table
from benchmarks.quality.ways import EQUAL_LUFS, Setting, equal_loudness, reference_balance
from benchmarks.stress import PARTS, track_name, write_stress_session
from reaper_bridge.rpp.host import ProjectFile

FLAT = np.zeros(31)
TRACK_COUNT = 16
LEAD_INDEX = [part.name for part in PARTS].index("Lead Vox")


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> KnownSession:
    folder = tmp_path_factory.mktemp("sessions") / "made up"
    write_stress_session(folder, TRACK_COUNT, 4.0)
    tracks = [
        {
            "track_name": track_name(index),
            "role": "lead_vocal" if index == LEAD_INDEX else "click" if index == 0 else "other",
            "file": f"media/{index + 1:02d}.wav",
            "target_gain_db": float(index % 5),
            "reference_pan": 0.0,
        }
        for index in range(TRACK_COUNT)
    ]
    (folder / "truth.json").write_text(json.dumps({"tracks": tracks}), "utf-8")
    return next(known_sessions(folder.parent))


def test_a_session_is_found_by_the_beginning_of_its_name(known: KnownSession) -> None:
    folder = known.project.parents[1]
    assert [session.name for session in known_sessions(folder, "made")] == ["made up"]
    assert list(known_sessions(folder, "other")) == []


def test_a_common_gain_is_no_fader_error(known: KnownSession) -> None:
    shifted = {track.name: track.target_gain_db - 7.5 for track in known.tracks}
    assert fader_errors_db(known, shifted) == (0.0, 0.0)


def test_one_wrong_fader_counts_by_its_share_and_clicks_do_not_count(known: KnownSession) -> None:
    gains = {track.name: track.target_gain_db for track in known.tracks}
    gains[known.tracks[0].name] += 40.0
    gains[known.tracks[3].name] += 6.0
    errors = fader_errors_db(known, gains)
    assert errors is not None
    count = TRACK_COUNT - 1
    assert errors[0] == pytest.approx(6.0 / count)
    assert errors[1] == pytest.approx(2.0 * (6.0 / count) * (count - 1) / count)


def test_equal_loudness_is_equal_when_rendered(known: KnownSession) -> None:
    project = read_project(known.project)
    scored = score_project(with_settings(project, known, equal_loudness(known, project)), known, FLAT)
    assert len(scored.track_lufs) == TRACK_COUNT - 1
    assert scored.track_lufs == pytest.approx(dict.fromkeys(scored.track_lufs, EQUAL_LUFS), abs=0.3)


def test_the_loudness_change_of_every_track_is_its_gain(known: KnownSession) -> None:
    project = read_project(known.project)
    settings = reference_balance(known, project)
    before = score_project(project, known, FLAT)
    after = score_project(with_settings(project, known, settings), known, FLAT)
    for name, gain in gains_db(before, after).items():
        assert gain == pytest.approx(known.track(name).target_gain_db, abs=0.02)


def test_the_lead_ratio_follows_the_lead(known: KnownSession) -> None:
    project = read_project(known.project)
    lead = known.tracks[LEAD_INDEX].name
    ratios = []
    for gain in (0.0, 6.0):
        settings = {track.name: Setting(gain if track.name == lead else 0.0) for track in known.tracks}
        ratios.append(score_project(with_settings(project, known, settings), known, FLAT).measures)
    first, second = (m.lead_to_accompaniment_db for m in ratios)
    assert first is not None
    assert second == pytest.approx(first + 6.0, abs=0.01)


def test_the_own_model_agrees_with_the_independent_renderer(known: KnownSession) -> None:
    other = score_project(read_project(known.project), known, FLAT).measures
    own = score_by_own_model(known.project, known, FLAT)[0].measures
    assert own.integrated_lufs == pytest.approx(other.integrated_lufs, abs=0.01)
    assert own.lead_to_accompaniment_db == pytest.approx(other.lead_to_accompaniment_db, abs=0.01)
    assert own.lead_clarity_ratio == pytest.approx(other.lead_clarity_ratio, abs=0.002)
    assert own.true_peak_dbtp == pytest.approx(other.true_peak_dbtp, abs=0.01)


def test_a_mix_is_no_distance_from_itself(known: KnownSession) -> None:
    scored = score_project(read_project(known.project), known, FLAT)
    assert set(largest_difference_db(scored, scored).values()) == {0.0}


def test_shuffled_tracks_are_the_same_tracks_with_the_same_media(known: KnownSession, tmp_path: Path) -> None:
    shuffled = with_other_order(known, tmp_path / "order")
    session = ProjectFile(shuffled).snapshot()
    names = [track.name for track in known.tracks]
    assert [track.name for track in session.tracks] != names
    assert sorted(track.name for track in session.tracks) == sorted(names)
    scored = score_project(read_project(shuffled), known, FLAT)
    original = score_project(read_project(known.project), known, FLAT)
    assert max(largest_difference_db(original, scored).values()) < 0.01


def test_other_levels_move_every_recording_by_up_to_12_db(known: KnownSession, tmp_path: Path) -> None:
    path = with_other_levels(known, tmp_path / "levels")
    original = score_project(read_project(known.project), known, FLAT)
    moved = gains_db(original, score_project(read_project(path), known, FLAT))
    assert len(moved) == TRACK_COUNT
    assert 0.5 < max(abs(gain) for gain in moved.values()) <= 12.01


def test_tables_show_a_dash_where_there_is_no_number(known: KnownSession) -> None:
    measures = score_project(read_project(known.project), known, FLAT).measures
    shown = mix_table([Row("plain", measures, 1.0), Row("with error", measures, None, (2.5, 3.0), -math.inf)])
    first, second = shown.splitlines()[2:]
    assert first.endswith("| – |")
    assert second.endswith("| −∞ | −∞ | 2.50 |")


def test_means_are_over_the_mixes_that_all_sessions_have(known: KnownSession) -> None:
    measures = score_project(read_project(known.project), known, FLAT).measures
    one = [Row("ours", measures, 1.0, (1.0, 1.0)), Row("other", measures, 1.0)]
    two = [Row("ours", measures, 1.0, (3.0, 3.0))]
    lines = mean_table([one, two]).splitlines()[2:]
    assert len(lines) == 1
    assert lines[0].endswith("| 2.00 |")
