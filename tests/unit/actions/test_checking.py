"""What a rendering measured is remembered for as long as the session sounds the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from actions import checking
from actions.first_pass import Outcome, Wishes, first_pass
from analysis.cache import cache_folder
from reaper_bridge.rpp.host import ProjectFile
from tests.session_builder import TRIO, build_project


@pytest.fixture
def song(tmp_path: Path) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIRST_PASS_CACHE_DIR", str(tmp_path / "cache"))
        yield build_project(tmp_path / "song", TRIO)


def mix(song: Path, output: Path | None = None, wishes: Wishes | None = None) -> Outcome:
    return first_pass(ProjectFile(song, output, backup=False), wishes or Wishes())


def remembered() -> set[Path]:
    folder = cache_folder()
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}


def test_a_second_pass_over_our_own_work_renders_and_hears_nothing_anew(song: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    mixed = tmp_path / "elsewhere" / "mixed.RPP"
    first = mix(song, mixed)
    known = remembered()
    second = mix(mixed)
    assert first.plan
    assert not second.plan
    assert remembered() == known
    assert second.before.mixture.integrated_lufs == first.after.mixture.integrated_lufs


def test_the_same_project_mixed_again_is_answered_from_memory(song: Path, tmp_path: Path) -> None:
    first = mix(song, tmp_path / "one.RPP")
    known = remembered()
    assert mix(song, tmp_path / "two.RPP").plan == first.plan
    assert remembered() == known


SOME = Wishes(tracks=("Bass",), genre="metal")


def test_a_pass_over_some_tracks_of_a_short_session_is_measured_on_all_of_it(song: Path) -> None:
    first, some = mix(song), mix(song, wishes=SOME)
    assert some.plan
    assert some.after.window == some.before.window == first.after.window
    assert some.after.window.is_whole


def test_a_pass_over_some_tracks_of_a_longer_one_is_measured_on_a_part(
    song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "EXCERPT_TRACK_SECONDS", 6.0)
    monkeypatch.setattr(checking, "LEAST_EXCERPT_SECONDS", 1.0)
    assert mix(song).after.window.is_whole
    some = mix(song, wishes=SOME)
    assert some.plan
    assert some.before.window == some.after.window
    assert not some.after.window.is_whole
    assert (some.after.window.end_seconds - some.after.window.start_seconds) * len(TRIO) <= 6.0
    assert mix(song, wishes=Wishes(genre="jazz")).after.window.is_whole
