"""The same question gets the answer of last time; what cannot be kept is only not kept."""

import os
from pathlib import Path
from typing import Any

import pytest

from actions import remembering
from actions.remembering import question, read_answer, write_answer
from analysis.cache import cache_folder
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import Session, Track


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRST_PASS_CACHE_DIR", str(tmp_path / "cache"))


def answers() -> Path:
    return cache_folder() / "answers"


@pytest.mark.parametrize("answer", [True, False, 0, 1.5, "word", [1.0, True, "x"], {"a": {"b": [1, 2.25]}}, []])
def test_an_answer_comes_back_as_it_was(answer: Any) -> None:
    write_answer(question("what"), answer)
    assert read_answer(question("what")) == answer


def test_a_new_question_has_no_answer() -> None:
    assert read_answer(question("never asked")) is None


def test_equal_facts_ask_the_same_and_others_something_else() -> None:
    def asked(*facts: object) -> str:
        return question("check", *facts)

    session = Session("song", (Track(TrackId("{1}"), "Kick", 0),))
    same = Session("song", (Track(TrackId("{1}"), "Kick", 0),))
    louder = Session("song", (Track(TrackId("{1}"), "Kick", 0, volume_linear=0.5),))
    assert asked(session, 1.0) == asked(same, 1.0)
    names = {
        asked(session, 1.0),
        asked(louder, 1.0),
        asked(session, 2.0),
        asked("a", "b"),
        asked("ab"),
        asked("b", "a"),
    }
    assert len(names) == 6


def test_a_name_that_no_encoding_holds_can_be_asked_about() -> None:
    assert question("track \udcff") != question("track")


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b"null"])
def test_a_damaged_answer_is_forgotten(damage: bytes) -> None:
    write_answer(question("what"), 1.0)
    (answers() / f"{question('what')}.json").write_bytes(damage)
    assert read_answer(question("what")) is None
    write_answer(question("what"), 2.0)
    assert read_answer(question("what")) == 2.0


def test_where_nothing_can_be_written_nothing_is_kept_and_nothing_breaks(tmp_path: Path) -> None:
    answers().parent.mkdir(parents=True)
    answers().write_text("a file where the folder should be")
    write_answer(question("what"), 1.0)
    assert read_answer(question("what")) is None


def test_no_half_written_file_is_left_behind() -> None:
    write_answer(question("what"), 1.0)
    with pytest.raises(TypeError):
        write_answer(question("other"), object())
    assert read_answer(question("other")) is None
    assert [path.suffix for path in answers().iterdir()] == [".json"]


def test_the_oldest_answers_go_first_and_reading_keeps_one_young(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "MOST_ANSWERS", 3)
    for age, name in enumerate(("d", "c", "b")):
        write_answer(question(name), name)
        stamp = 1_000_000_000 + age
        os.utime(answers() / f"{question(name)}.json", (stamp, stamp))
    assert read_answer(question("d")) == "d"
    write_answer(question("a"), "a")
    assert [read_answer(question(name)) for name in ("d", "c", "b", "a")] == ["d", None, "b", "a"]
