"""Who plays and what is wrong is told once per sound, and told the same again."""

from pathlib import Path

import pytest

from actions.hearing import Heard, hear
from actions.remembering import read_answer, write_answer
from analysis.cache import cache_folder
from reaper_bridge.rpp.host import ProjectFile
from reaper_bridge.session.units import linear_from_db
from tests.session_builder import BAND, TrackSpec, build_project

SONG = (*BAND, TrackSpec("Audio 7", "voice 1"), TrackSpec("Audio 8", "voice 2"), TrackSpec("", "bass"))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRST_PASS_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return build_project(tmp_path, SONG)


def heard(song: Path, **roles: str) -> Heard:
    return hear(ProjectFile(song, backup=False), overrides=roles)


def answers() -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (cache_folder() / "answers").glob("*.json")}


def forget() -> None:
    for path in answers():
        path.unlink()


def test_a_second_hearing_tells_the_same_to_the_last_bit(song: Path) -> None:
    first = heard(song)
    told = answers()
    again = heard(song)
    assert any(first.flaws.values())
    assert repr(again.flaws) == repr(first.flaws)
    assert repr(again.roles) == repr(first.roles)
    assert answers() == told


def test_what_is_remembered_is_what_is_told(song: Path) -> None:
    heard(song)
    changed = 0
    for path in answers():
        answer = read_answer(path.stem)
        if isinstance(answer, dict) and all(isinstance(flaws, list) for flaws in answer.values()):
            write_answer(path.stem, {key: [] for key in answer})
            changed += 1
    assert changed == 1
    assert {flaw.kind for flaws in heard(song).flaws.values() for flaw in flaws} <= {"duplicate", "polarity", "delay"}


def test_a_track_that_is_said_to_play_something_else_is_judged_anew(song: Path) -> None:
    plain = heard(song)
    remembered = heard(song, **{"Lead Vox": "kick"})
    forget()
    assert repr(remembered.flaws) == repr(heard(song, **{"Lead Vox": "kick"}).flaws)
    assert remembered.roles != plain.roles


def test_a_moved_fader_asks_nothing_new_and_another_edit_does(song: Path) -> None:
    first = heard(song)
    told = set(answers())
    song.write_text(song.read_text().replace("VOLPAN 1 ", f"VOLPAN {linear_from_db(-6.0):.6g} ", 1))
    assert heard(song).flaws == first.flaws
    assert set(answers()) == told
    song.write_text(song.read_text().replace("LENGTH ", "LENGTH 0.", 1))
    heard(song)
    assert len(answers()) > len(told)


def test_answers_that_are_none_are_reckoned_anew(song: Path) -> None:
    first = heard(song)
    for path in answers():
        write_answer(path.stem, {"Kick": 1})
    again = heard(song)
    assert (again.flaws, again.roles) == (first.flaws, first.roles)
