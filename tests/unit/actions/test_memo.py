"""What a pass notes for later ones."""

from dataclasses import replace

import pytest

from actions.checking import Window
from actions.lessons import Lesson
from actions.memo import Memo, format_memo, last_memo, session_key
from actions.mixing.brief import Corrections
from reaper_bridge.session.effects import ReaComp
from reaper_bridge.session.identity import FxId, TrackId
from reaper_bridge.session.ledger import Ledger, Pass
from reaper_bridge.session.model import FxSlot, Session, Track

LESSON = Lesson(Corrections({"drums": 1.5}, {"plate": -0.5}, -1.0, 0.25, 2.0), Window(12.0, 33.5, False))
COMP = FxSlot(FxId("{1}"), "ReaComp", ReaComp(-21.7, 3.0))
SONG = Session("song", (Track(TrackId("{A}"), "Kick", 0, item_count=1, fx=(COMP,)), Track(TrackId("{B}"), "Bus", 1)))
KEYS = {TrackId("{A}"): "sound"}


def noted(number: int, memo: str) -> Pass:
    return Pass(number, f"First pass {number}", "2026-01-01T00:00:00+00:00", (), memo=memo)


def test_a_memo_comes_back_as_it_was_written() -> None:
    memo = Memo("key", LESSON)
    assert last_memo(Ledger((noted(1, format_memo(memo)),))) == memo


def test_the_latest_lesson_counts_also_when_later_passes_drew_none() -> None:
    ledger = Ledger((noted(1, format_memo(Memo("one", LESSON))), noted(2, format_memo(Memo("two", None)))))
    assert last_memo(ledger) == Memo("two", LESSON)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"session": "x"}', '{"session": "x", "lesson": {"window": 3}}'])
def test_a_memo_that_cannot_be_read_is_none(text: str) -> None:
    assert last_memo(Ledger((noted(1, text),))).lesson is None


def test_the_key_of_a_session_outlives_the_rounding_of_its_host() -> None:
    slot = replace(COMP, effect=ReaComp(-21.700001, 3.0))
    track = replace(SONG.tracks[0], fx=(slot,), volume_linear=1.0000001, pan=-0.0)
    assert session_key(replace(SONG, tracks=(track, SONG.tracks[1])), KEYS) == session_key(SONG, KEYS)


def test_the_order_of_tracks_is_not_heard() -> None:
    turned = tuple(replace(t, index=i) for i, t in enumerate(reversed(SONG.tracks)))
    assert session_key(replace(SONG, tracks=turned), KEYS) == session_key(SONG, KEYS)


@pytest.mark.parametrize(
    "change",
    [
        {"volume_linear": 0.9}, {"pan": 0.1}, {"muted": True}, {"name": "Snare"}, {"fx": ()},
        {"sends_to_parent": False},
        {"fx": (replace(COMP, enabled=False),)}, {"fx": (replace(COMP, effect=ReaComp(-21.6, 3.0)),)},
    ],
)  # fmt: skip
def test_whatever_is_heard_makes_another_key(change: dict[str, object]) -> None:
    track = replace(SONG.tracks[0], **change)  # type: ignore[arg-type]
    assert session_key(replace(SONG, tracks=(track, SONG.tracks[1])), KEYS) != session_key(SONG, KEYS)


def test_another_sound_makes_another_key() -> None:
    assert session_key(SONG, {TrackId("{A}"): "edited"}) != session_key(SONG, KEYS)


def test_a_lock_that_was_taken_off_is_a_change() -> None:
    locks = {TrackId("{A}"): frozenset({"all"})}
    assert session_key(SONG, KEYS, locks) != session_key(SONG, KEYS)
    assert session_key(SONG, KEYS, {}) == session_key(SONG, KEYS)
