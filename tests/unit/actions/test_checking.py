"""What a rendering measured is remembered for as long as the session sounds the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from actions.first_pass import Outcome, Wishes, first_pass
from analysis.cache import cache_folder
from reaper_bridge.rpp.host import ProjectFile
from tests.session_builder import TRIO, build_project


@pytest.fixture
def song(tmp_path: Path) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIRST_PASS_CACHE_DIR", str(tmp_path / "cache"))
        yield build_project(tmp_path / "song", TRIO)


def mix(song: Path, output: Path | None = None) -> Outcome:
    return first_pass(ProjectFile(song, output, backup=False), Wishes())


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
