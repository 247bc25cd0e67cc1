"""Our notes in a running project: marks say what stands, and what was undone is kept for redo."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from reaper_bridge.live.notes import Kept, marks_of, packed_notes, read_notes, with_planned_tracks
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import Change
from reaper_bridge.session.errors import ProjectFileError
from reaper_bridge.session.identity import FxId, TrackId
from reaper_bridge.session.ledger import Landed, Ledger, Pass, live_note
from reaper_bridge.session.model import Session, Track
from reaper_bridge.session.packing import VALUE_LENGTH

BASS = TrackId("{BASS}")
SESSION = Session("song", (Track(BASS, "Bass", 0, volume_linear=0.9),))
RUN = "77:1000"


def a_pass(number: int, mark: str, run: str = RUN) -> Pass:
    change = Change(Address(BASS, "fader"), 1.0, 0.5, "because")
    note = live_note(mark, run) if mark else '{"of":"a file"}'
    return Pass(number, f"pass {number}", "2026", (Landed(change, 0.5),), restore=note)


def facts(values: Mapping[str, str], mark: str) -> dict[str, Any]:
    return {"project": {"ext_state": dict(values), "pass_mark": mark}, "tracks": []}


ONE, TWO, GONE = a_pass(1, "A1"), a_pass(2, "B2"), a_pass(2, "C3")
PACKED = packed_notes(Ledger((ONE, TWO)), (Kept.of(GONE),))


def test_notes_come_back_as_they_were() -> None:
    notes = read_notes(facts(PACKED, marks_of(Ledger((ONE, TWO)))), SESSION, RUN)
    assert notes.ledger.passes == (ONE, TWO)
    assert [kept.entry for kept in notes.undone] == [GONE]
    assert max(map(len, PACKED.values())) <= VALUE_LENGTH


def test_reaper_may_write_the_keys_as_it_likes() -> None:
    notes = read_notes(facts({key.lower(): value for key, value in PACKED.items()}, "a1 b2"), SESSION, RUN)
    assert notes.ledger.passes == (ONE, TWO)
    assert [kept.entry for kept in notes.undone] == [GONE]


@pytest.mark.parametrize(
    ("marks", "standing"), [("A1", [ONE]), ("A1 C3", [ONE, GONE]), ("", []), ("A1 B2", [ONE, TWO]), ("Z9", [])]
)
def test_marks_say_which_passes_stand_wherever_they_are_kept(marks: str, standing: list[Pass]) -> None:
    notes = read_notes(facts(PACKED, marks), SESSION, RUN)
    assert list(notes.ledger.passes) == standing
    assert {kept.key for kept in notes.undone} == {"A1", "B2", "C3"} - {entry.mark for entry in standing}


def test_where_marks_were_lost_by_loading_the_values_decide() -> None:
    notes = read_notes(facts(PACKED, ""), SESSION, "another run")
    assert notes.ledger.passes == (ONE, TWO), "the fader is where neither pass found it"
    as_before = replace(SESSION, tracks=(replace(SESSION.tracks[0], volume_linear=1.0),))
    assert read_notes(facts(PACKED, ""), as_before, "another run").ledger.passes == ()


def test_a_pass_from_a_file_stands_without_a_mark_unless_a_revision_of_it_does() -> None:
    from_file = a_pass(1, "")
    packed = packed_notes(Ledger((from_file, TWO)))
    assert read_notes(facts(packed, ""), SESSION, RUN).ledger.passes == (from_file,)
    revised = packed_notes(Ledger((ONE,)), (Kept.of(from_file),))
    assert read_notes(facts(revised, "A1"), SESSION, RUN).ledger.passes == (ONE,)
    assert read_notes(facts(revised, ""), SESSION, RUN).ledger.passes == (from_file,)


def test_only_so_many_undone_passes_are_kept_the_latest_of_all() -> None:
    many = tuple(Kept.of(a_pass(n, f"M{n}")) for n in range(100))
    packed = packed_notes(Ledger(), many)
    kept = [one.entry.id for one in read_notes(facts(packed, ""), SESSION, RUN).undone]
    assert kept == list(range(76, 100))


def test_a_damaged_pass_harms_only_when_it_comes_back() -> None:
    damaged = {key: "!" if key.startswith("EARLIER") else value for key, value in PACKED.items()}
    assert read_notes(facts(damaged, "A1 B2"), SESSION, RUN).ledger.passes == (ONE, TWO)
    with pytest.raises(ProjectFileError, match="damaged"):
        read_notes(facts(damaged, "A1 C3"), SESSION, RUN)


def test_a_track_that_reaper_named_itself_is_shown_by_its_planned_id() -> None:
    visit = {"tracks": [{"guid": "{real}", "sends": []}, {"guid": "{X}", "sends": [{"guid": "{REAL}"}]}]}
    shown = with_planned_tracks(visit, {FxId("{PLANNED}"): FxId("{REAL}")})
    assert [track["guid"] for track in shown["tracks"]] == ["{PLANNED}", "{X}"]
    assert shown["tracks"][1]["sends"] == [{"guid": "{PLANNED}"}]
    assert with_planned_tracks(visit, {}) is visit
