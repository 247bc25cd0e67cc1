"""The parts of the speed benchmark, without asking how fast anything is."""

import sys
from pathlib import Path

import pytest

from benchmarks.speed import Growth, Run, growth_table, run
from benchmarks.stress import RATE_HZ, large_project_text, write_project, write_stress_session
from reaper_bridge.rpp.host import ProjectFile


def test_a_stress_session_opens_with_its_media(tmp_path: Path) -> None:
    host = ProjectFile(write_stress_session(tmp_path, 18, 1.5))
    session = host.snapshot()
    sources = host.sources([track.id for track in session.tracks])
    assert len({track.name for track in session.tracks}) == len({track.id for track in session.tracks}) == 18
    assert session.sample_rate_hz == RATE_HZ
    assert all(audio.is_complete and audio.clips[0].length_seconds == 1.5 for audio in sources.values())


def test_smaller_projects_share_the_media_of_a_larger_one(tmp_path: Path) -> None:
    write_stress_session(tmp_path, 4, 0.5)
    assert len(ProjectFile(write_project(tmp_path, 2, 0.5)).snapshot().tracks) == 2


def test_the_large_project_has_the_size_that_is_asked_for(tmp_path: Path) -> None:
    text = large_project_text(200_000)
    assert len(text) == pytest.approx(200_000, rel=0.05)
    path = tmp_path / "large.RPP"
    path.write_text(text, "utf-8")
    assert len(ProjectFile(path).snapshot().tracks) == 40


def test_a_run_reports_memory_time_and_how_it_ended(tmp_path: Path) -> None:
    result = run([sys.executable, "-c", "import sys; x = bytearray(60_000_000); sys.exit(3)"], tmp_path)
    assert result.status == 3
    assert 60.0 < result.peak_megabytes < 500.0
    assert result.seconds > 0.0


def test_a_run_that_fails_stops_the_benchmark_with_its_complaint(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no luck"):
        run([sys.executable, "-c", "import sys; sys.exit('no luck')"], tmp_path)


def test_the_growth_table_shows_the_ratio_to_ffmpeg() -> None:
    cold, cached = Run(20.0, 30.0, 900.0, 0), Run(3.0, 3.0, 300.0, 0)
    lines = growth_table([Growth(40, cold, cached, cached, 40.0), Growth(80, cold, cached, cached, None)]).splitlines()
    assert lines[2].startswith("| 40 | 20.0 | 30.0 | 900 | 40.0 | 0.50 |")
    assert "| – | – |" in lines[3]
