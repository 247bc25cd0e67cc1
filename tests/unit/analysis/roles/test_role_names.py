"""What a name says: labelled names, rules of precedence, and that no text makes it stumble."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.roles import ROLES, family_of, role_from_name
from analysis.roles.tokens import repeated_words

HERE = Path(__file__).parent


def _labelled(name: str) -> list[tuple[str, str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [(text, role) for text, _, role in (line.partition("\t") for line in lines)]


def _answer(name: str) -> str:
    guess = role_from_name(name)
    return guess.role if guess.confidence >= 0.5 else "unknown"


LABELLED = _labelled("names.tsv")
HELD_OUT = _labelled("names_held_out.tsv")


@pytest.mark.parametrize(
    ("names", "least"),
    [pytest.param(LABELLED, 0.97, id="written-with-the-table"), pytest.param(HELD_OUT, 0.97, id="held-out")],
)
def test_labelled_names_get_their_role(names: list[tuple[str, str]], least: float) -> None:
    wrong = [(name, role, _answer(name)) for name, role in names if _answer(name) != role]
    assert len(wrong) <= (1.0 - least) * len(names), wrong


@pytest.mark.parametrize("names", [LABELLED, HELD_OUT])
def test_no_labelled_name_is_surely_put_into_a_wrong_family(names: list[tuple[str, str]]) -> None:
    wrong = [
        (name, role, _answer(name))
        for name, role in names
        if _answer(name) != "unknown" and family_of(_answer(name)) != family_of(role)
    ]
    assert wrong == []


def test_there_are_enough_labelled_names_and_their_roles_exist() -> None:
    assert len(LABELLED) + len(HELD_OUT) >= 400
    assert {role for _, role in LABELLED + HELD_OUT} <= set(ROLES)
    assert not {name for name, _ in LABELLED} & {name for name, _ in HELD_OUT}


def test_no_word_has_two_meanings() -> None:
    assert repeated_words() == []


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Guide Vox", "guide"),
        ("Ref Drums", "reference"),
        ("Drum Bus", "bus"),
        ("Vox FX return", "return"),
        ("backing vox", "backing_vocal"),
        ("Drum Overheads", "overheads"),
        ("gtr room", "egtr"),
        ("bass drum", "kick"),
        ("bass gtr", "bass"),
        ("double bass", "bass"),
        ("bass vox", "backing_vocal"),
        ("bass clarinet", "woodwind"),
        ("synth bass", "synth_bass"),
        ("upright", "bass"),
        ("upright piano", "piano"),
    ],
)
def test_some_words_win_over_others(name: str, role: str) -> None:
    assert _answer(name) == role


def test_lead_alone_says_too_little() -> None:
    assert role_from_name("Lead").confidence < 0.5


@pytest.mark.parametrize("name", ["Audio 07", "Track 3", "01-240511_1530.wav", "untitled", "", "  ", "12"])
def test_names_that_say_nothing_are_unknown_with_confidence_zero(name: str) -> None:
    guess = role_from_name(name)
    assert (guess.role, guess.confidence) == ("unknown", 0.0)


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("OH L", "left"),
        ("Room_R", "right"),
        ("Guitare gauche", "left"),
        ("Gitarre re", "right"),
        ("Gtr Rt", "right"),
        ("OH sx", "left"),
        ("ギター右", "right"),
        ("Piano", None),
        ("RT", None),
        ("Drums L/R", None),
    ],
)
def test_sides_are_read(name: str, side: str | None) -> None:
    assert role_from_name(name).side == side


@pytest.mark.parametrize(("name", "number"), [("Tom 2", 2), ("02_Tom", None), ("Gtr3 L", 3), ("Vox", None)])
def test_numbers_behind_the_name_are_kept(name: str, number: int | None) -> None:
    assert role_from_name(name).number == number


def test_microphones_are_only_weak_evidence() -> None:
    alone = role_from_name("D112")
    assert alone.role == "kick"
    assert alone.confidence < role_from_name("Kick D112").confidence
    assert role_from_name("Tom 1 D112").role == "tom"
    assert role_from_name("SM57").role == "unknown"


def test_a_finding_says_why() -> None:
    assert role_from_name("03 LeadVox U87").evidence == ("the name says “leadvox”: lead vocal",)


@given(st.text(max_size=60))
def test_any_text_gives_an_answer(text: str) -> None:
    guess = role_from_name(text)
    assert guess.role in ROLES
    assert 0.0 <= guess.confidence <= 1.0


_PLAIN = [name for name, _ in LABELLED if name.isascii() and " " in name and not any(c.isdigit() for c in name)]


@given(st.sampled_from(_PLAIN), st.sampled_from([str.upper, str.lower, str.title]))
def test_case_does_not_matter(name: str, case: object) -> None:
    assert callable(case)
    assert role_from_name(case(name)).role == role_from_name(name.lower()).role


@given(st.sampled_from(_PLAIN), st.sampled_from(["_", "  ", "-", " - ", "."]))
def test_separators_do_not_matter(name: str, separator: str) -> None:
    assert role_from_name(separator.join(name.split(" "))).role == role_from_name(name).role


@given(st.sampled_from(LABELLED), st.integers(1, 99), st.sampled_from(["_", " ", "-", ". "]))
def test_a_track_number_in_front_does_not_matter(labelled: tuple[str, str], number: int, separator: str) -> None:
    name, _ = labelled
    if not name[:1].isdigit():
        assert role_from_name(f"{number:02d}{separator}{name}").role == role_from_name(name).role


@given(st.sampled_from(LABELLED), st.sampled_from([".wav", ".flac", "_03", "-01.aif", " (2)"]))
def test_an_ending_does_not_matter(labelled: tuple[str, str], ending: str) -> None:
    name, _ = labelled
    if "." not in name and not name[-1:].isdigit():
        assert role_from_name(name + ending).role == role_from_name(name).role
