"""The project file as a host: one step or nothing, and undo gives back exactly what was there."""

import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import rpp

from reaper_bridge.rpp.host import ProjectFile, apply_bytes
from reaper_bridge.rpp.ledger_store import read_ledger, write_ledger
from reaper_bridge.rpp.syntax import parse_project
from reaper_bridge.session.address import Address, Kind
from reaper_bridge.session.change import Change, MixPlan, NewTrack, PlacedEffect, SendLevel, Value, same_value
from reaper_bridge.session.effects import EqBand, ForeignEffect, ReaComp, ReaEq
from reaper_bridge.session.errors import PlanError, ProjectFileError, ProjectWriteError, StaleValueError
from reaper_bridge.session.identity import MASTER, FxId, TrackId
from reaper_bridge.session.ledger import live_note
from reaper_bridge.session.values import read_value, with_plan
from tests.unit.reaper_bridge.rpp.projects import EQ_FX, FIRST, FOREIGN_FX, SECOND, THIRD, three_tracks

NEW = "{44444444-0000-4000-8000-000000000004}"
EQ = PlacedEffect(ReaEq((EqBand("high_pass", 80.0), EqBand("bell", 300.0, -3.0, 1.0))), "First Pass EQ")


def change(track: str, kind: Kind, before: Value, after: Value, key: str = "") -> Change:
    return Change(Address(TrackId(track), kind, key), before, after, "since 1 dB", "balance", 1.0)


PLAN = MixPlan(
    (
        change(NEW, "track", None, NewTrack("Room")),
        change(FIRST, "fader", 1.0, 0.5),
        change(SECOND, "pan", 0.0, -0.3),
        change(SECOND, "fx", None, EQ, EQ_FX),
        change(SECOND, "send", None, SendLevel(0.25), NEW),
        change(SECOND, "send", SendLevel(0.5), SendLevel(0.6), THIRD),
        change(MASTER, "fader", 1.0, 0.9),
    )
)
LATER = MixPlan(
    (
        change(FIRST, "fader", 0.5, 0.4),
        change(SECOND, "fx", EQ, replace(EQ, effect=ReaEq((EqBand("bell", 300.0, -6.0, 1.0),))), EQ_FX),
        change(NEW, "fx", None, PlacedEffect(ReaComp()), FOREIGN_FX),
    )
)


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "My “first” song's.RPP"
    path.write_bytes(three_tracks())
    return path


def test_a_plan_lands_as_it_was_meant(song: Path) -> None:
    host = ProjectFile(song)
    session = host.snapshot()
    entry = host.write(PLAN, label="First Pass mix", taste="rock", audio_keys={TrackId(FIRST): "k"})
    after = host.snapshot()
    assert all(item.has_landed for item in entry.landed)
    assert [item.change for item in entry.landed] == list(PLAN)
    expected = with_plan(session, PLAN)
    assert [track.id for track in after] == [track.id for track in expected]
    for item in PLAN:
        assert same_value(read_value(after, item.address), item.after), item.address
    assert host.ledger().passes == (entry,)
    assert (entry.id, entry.label, entry.taste) == (1, "First Pass mix", "rock")


def test_an_independent_reader_understands_what_we_write(song: Path) -> None:
    ProjectFile(song).write(PLAN, label="mix")
    project = rpp.loads(song.read_text(encoding="utf-8"))
    tracks = project.findall("TRACK")
    assert [track.find("NAME")[1] for track in tracks] == ["Band bus", "Vöx", 'it\'s "1"', "Room"]
    assert [track.find("VOLPAN")[1:3] for track in tracks[:2]] == [["0.5", "0"], ["0.70710678118655", "-0.3"]]
    assert tracks[3].find("AUXRECV")[1:4] == ["1", "0", "0.25"]
    assert [fx.attrib[0] for fx in tracks[1].find("FXCHAIN").findall("VST")] == [
        "VST: ReaEQ (Cockos)", "VST: Strange (Nobody)",
    ]  # fmt: skip
    assert project.find("EXTSTATE").find("FIRSTPASS").find("FORMAT")[1].startswith("1:")


def test_in_place_there_is_a_backup_of_the_exact_bytes(song: Path) -> None:
    host = ProjectFile(song)
    host.write(PLAN, label="mix")
    assert host.last_backup is not None
    assert host.last_backup.read_bytes() == three_tracks()
    assert host.last_backup.name.startswith("My “first” song's.before-first-pass-20")
    assert sorted(song.parent.iterdir()) == sorted([song, host.last_backup])


def test_without_a_backup_there_is_none(song: Path) -> None:
    ProjectFile(song, backup=False).write(PLAN, label="mix")
    assert list(song.parent.iterdir()) == [song]


def test_undo_gives_back_the_exact_bytes_pass_by_pass(song: Path) -> None:
    host = ProjectFile(song, backup=False)
    host.write(PLAN, label="one")
    between = song.read_bytes()
    host.write(LATER, label="two")
    assert [entry.id for entry in host.ledger().passes] == [1, 2]
    assert host.undo() == "two"
    assert song.read_bytes() == between
    assert host.undo() == "one"
    assert song.read_bytes() == three_tracks()
    assert host.undo() is None
    assert song.read_bytes() == three_tracks()


def test_undo_works_in_another_run_of_the_program(song: Path) -> None:
    ProjectFile(song).write(PLAN, label="one")
    assert ProjectFile(song).undo() == "one"
    assert song.read_bytes() == three_tracks()


def test_a_file_with_plain_line_ends_comes_back_too(song: Path) -> None:
    data = three_tracks().replace(b"\r\n", b"\n").rstrip(b"\n")
    song.write_bytes(data)
    host = ProjectFile(song, backup=False)
    host.write(PLAN, label="one")
    assert b"\r" not in song.read_bytes()
    host.undo()
    assert song.read_bytes() == data


def test_what_a_human_changed_since_stays_when_a_pass_is_taken_back(song: Path) -> None:
    host = ProjectFile(song, backup=False)
    host.write(PLAN, label="one")
    data = song.read_bytes()
    moved = data.replace(b"VOLPAN 0.5 0", b"VOLPAN 0.8 0").replace(b"PEAKCOL 16576", b"PEAKCOL 16577")
    song.write_bytes(moved)
    session = host.snapshot()
    assert host.undo() == "one"
    after = host.snapshot()
    assert after.track(TrackId(FIRST)).volume_linear == 0.8
    assert session.track(TrackId(FIRST)).volume_linear == 0.8
    assert song.read_bytes() == three_tracks().replace(b"VOLPAN 1 0 -1 -1 1", b"VOLPAN 0.8 0 -1 -1 1", 1).replace(
        b"PEAKCOL 16576", b"PEAKCOL 16577"
    )
    assert host.ledger().passes == ()


def test_a_return_track_that_the_engineer_uses_stays(song: Path) -> None:
    host = ProjectFile(song, backup=False)
    host.write(PLAN, label="one")
    line = b"    AUXRECV 1 0 0.25"
    data = song.read_bytes()
    song.write_bytes(data.replace(line, b"    AUXRECV 2 0 1 0 0 0 0 0 0 -1:U 0 -1 ''\r\n" + line))
    host.snapshot()
    host.undo()
    after = host.snapshot()
    assert after.has_track(TrackId(NEW))
    assert [send.destination for send in after.track(TrackId(THIRD)).sends] == [NEW]
    assert [send.destination for send in after.track(TrackId(SECOND)).sends] == [THIRD]


def test_a_project_that_reaper_saved_again_is_taken_back_value_by_value(song: Path) -> None:
    host = ProjectFile(song, backup=False)
    host.write(PLAN, label="one")
    host.write(LATER, label="two")
    # another save time, other line ends, blank lines gone: nothing that is a value
    song.write_bytes(song.read_bytes().replace(b"1734702480", b"1734709999").replace(b"\r\n", b"\n"))
    before = parse_project(three_tracks()).project
    host.snapshot()
    assert [host.undo(), host.undo(), host.undo()] == ["two", "one", None]
    data = song.read_bytes()
    assert data == three_tracks().replace(b"1734702480", b"1734709999").replace(b"\r\n", b"\n")
    assert len(before.blocks("TRACK")) == 3


def test_locks_survive_an_undo_and_do_not_stop_it_from_being_exact(song: Path) -> None:
    host = ProjectFile(song, backup=False)
    host.write(PLAN, label="one")
    locks = {TrackId(FIRST): frozenset({"fader", "pan"})}
    host.set_locks(locks)
    assert host.undo() == "one"
    assert host.ledger().locks == locks
    host.set_locks({})
    assert song.read_bytes() == three_tracks()


def test_an_empty_plan_leaves_the_same_bytes_and_no_entry(song: Path, tmp_path: Path) -> None:
    data = song.read_bytes()
    idle = MixPlan((change(FIRST, "fader", 1.0, 1.0),))
    for plan in (MixPlan(), idle):
        host = ProjectFile(song)
        assert host.write(plan, label="nothing").landed == ()
        assert host.ledger().passes == ()
        assert list(tmp_path.iterdir()) == [song]
    ProjectFile(song, song.parent / "out.RPP").write(MixPlan(), label="nothing")
    assert (song.parent / "out.RPP").read_bytes() == data


def test_an_output_elsewhere_finds_its_media_and_the_project_stays(song: Path, tmp_path: Path) -> None:
    output = tmp_path / "mixes" / "out.RPP"
    output.parent.mkdir()
    host = ProjectFile(song, output)
    host.snapshot()
    host.write(PLAN, label="mix")
    assert song.read_bytes() == three_tracks()
    assert b'FILE "..\\media\\one\'s.wav"' in output.read_bytes()
    assert host.last_backup is None
    assert host.path == output
    host.undo()
    assert output.read_bytes() == three_tracks().replace(b'"media\\', b'"..\\media\\')


def test_an_output_that_is_the_project_itself_is_written_in_place(song: Path) -> None:
    host = ProjectFile(song, song.parent / "." / song.name)
    host.write(PLAN, label="mix")
    assert host.last_backup is not None


def test_a_value_that_moved_is_refused(song: Path) -> None:
    host = ProjectFile(song)
    plan = MixPlan((change(FIRST, "fader", 0.7, 0.5),))
    with pytest.raises(StaleValueError, match="fader of “Band bus”"):
        host.write(plan, label="mix")
    with pytest.raises(StaleValueError, match="fx of “Vöx”"):
        host.write(MixPlan((change(SECOND, "fx", None, EQ, FOREIGN_FX),)), label="mix")
    assert list(song.parent.iterdir()) == [song]
    assert song.read_bytes() == three_tracks()


def test_a_file_that_changed_on_disk_is_refused(song: Path) -> None:
    host = ProjectFile(song)
    host.snapshot()
    changed = three_tracks().replace(b"PEAKCOL 16576", b"PEAKCOL 16577")
    song.write_bytes(changed)
    for step in (lambda: host.write(PLAN, label="mix"), host.undo, lambda: host.set_locks({})):
        with pytest.raises(StaleValueError, match="changed by somebody else"):
            step()
    assert song.read_bytes() == changed
    host.snapshot()
    host.write(PLAN, label="mix")


def test_a_plan_that_does_not_fit_changes_nothing(song: Path) -> None:
    unwritable = ForeignEffect("VST3: Nobody's", "0")
    plan = PLAN.then(MixPlan((change(FIRST, "fx", None, PlacedEffect(unwritable), FOREIGN_FX),)))
    with pytest.raises(PlanError, match="Nobody's"):
        ProjectFile(song).write(plan, label="mix")
    assert list(song.parent.iterdir()) == [song]
    assert song.read_bytes() == three_tracks()


def test_a_damaged_ledger_stops_a_pass_and_changes_nothing(song: Path) -> None:
    ProjectFile(song, backup=False).write(PLAN, label="mix")
    data = song.read_bytes().replace(b"LEDGER_0001", b"LEDGER_000x")
    song.write_bytes(data)
    host = ProjectFile(song)
    host.snapshot()
    for step in (lambda: host.write(LATER, label="mix"), host.undo, host.ledger):
        with pytest.raises(ProjectFileError, match="damaged"):
            step()
    assert song.read_bytes() == data


def test_an_output_directory_that_is_not_there_is_one_clear_sentence(song: Path) -> None:
    with pytest.raises(ProjectWriteError, match="no such file or directory"):
        ProjectFile(song, song.parent / "nowhere" / "out.RPP").write(PLAN, label="mix")
    assert list(song.parent.iterdir()) == [song]


FULL_DISK = """
import resource, sys
from pathlib import Path
from reaper_bridge.rpp.host import ProjectFile
from reaper_bridge.session.errors import ProjectWriteError
from tests.unit.reaper_bridge.rpp.test_host import PLAN

path = Path(sys.argv[1])
host = ProjectFile(path)
host.snapshot()
# room for the backup, not for the project with its ledger
limit = path.stat().st_size + 10
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    host.write(PLAN, label="mix")
except ProjectWriteError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on file sizes")
def test_a_disk_that_gets_full_leaves_the_project_and_no_litter(song: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-B", "-c", FULL_DISK, str(song)], capture_output=True, text=True, check=False
    )
    assert "cannot be written: file too large" in run.stdout, run.stderr
    assert song.read_bytes() == three_tracks()
    assert list(song.parent.iterdir()) == [song]


def test_a_dry_run_touches_no_file() -> None:
    document = parse_project(three_tracks())
    data, entry = apply_bytes(document, PLAN, path=Path("nowhere.RPP"), label="mix")
    assert document.to_bytes() == three_tracks()
    assert len(parse_project(data).project.blocks("TRACK")) == 4
    assert len(entry.landed) == len(PLAN)


def test_many_passes_stay_small_and_all_come_back(song: Path) -> None:
    host = ProjectFile(song, backup=False)
    states = [song.read_bytes()]
    generator = random.Random(3)
    value = 1.0
    for number in range(12):
        after = round(generator.uniform(0.1, 2.0), 6)
        host.write(MixPlan((change(FIRST, "fader", value, after),)), label=str(number))
        states.append(song.read_bytes())
        value = after
    assert len(states[-1]) < 20 * len(states[0])
    while states:
        assert song.read_bytes() == states.pop()
        host.undo()


def test_every_session_is_written_and_given_back(shared: Path, tmp_path: Path) -> None:
    for file in sorted((shared / "sessions").glob("*/session.RPP")):
        copy = tmp_path / file.parent.name / "session.RPP"
        copy.parent.mkdir()
        copy.write_bytes(file.read_bytes())
        host = ProjectFile(copy, backup=False)
        changes = [
            change(track.id, "fader", track.volume_linear, track.volume_linear * 0.5) for track in host.snapshot()
        ]
        host.write(MixPlan(tuple(changes)), label="mix")
        assert copy.read_bytes().count(b"VOLPAN 0.5 0") == len(changes)
        host.undo()
        assert copy.read_bytes() == file.read_bytes()


def test_redo_puts_back_pass_by_pass_what_undo_took(song: Path) -> None:
    host = ProjectFile(song, backup=False)
    host.write(PLAN, label="one")
    one = song.read_bytes()
    host.write(LATER, label="two")
    two = song.read_bytes()
    assert host.redo() is None
    host.undo()
    host.undo()
    assert (host.redo(), song.read_bytes() == one) == ("one", True)
    assert (host.redo(), song.read_bytes() == two) == ("two", True)
    assert host.redo() is None


def test_redo_is_forgotten_when_the_file_has_gone_on(song: Path) -> None:
    host = ProjectFile(song, backup=False)
    host.write(PLAN, label="one")
    host.undo()
    host.snapshot()
    song.write_bytes(song.read_bytes().replace(b"Band bus", b"Bands bus"))
    host.snapshot()
    assert host.redo() is None
    assert b"Bands bus" in song.read_bytes()


def test_selected_tracks_are_those_of_the_last_save(song: Path) -> None:
    assert ProjectFile(song).selected_tracks() == ()
    song.write_bytes(song.read_bytes().replace(b'NAME "Band bus"', b'NAME "Band bus"\r\n    SEL 1'))
    assert ProjectFile(song).selected_tracks() == (TrackId(FIRST),)


def mixed_in_reaper(song: Path) -> tuple[Address, str]:
    """Rewrite the file as a running REAPER would leave it after our pass; return our address and its own id."""
    host = ProjectFile(song, backup=False)
    host.write(MixPlan(PLAN.changes), label="live")
    address = next(c.address for c in PLAN if c.address.kind == "fx" and c.before is None)
    real = "{ABCDEF00-0000-4000-8000-000000000001}"
    data = song.read_bytes().replace(f"FXID {address.key}".encode(), f"FXID {real}".encode())
    document = parse_project(data)
    ledger = read_ledger(document)
    entry = replace(ledger.passes[0], restore=live_note("m1"))
    write_ledger(document, replace(ledger, passes=(entry,), fx_names={FxId(address.key): FxId(real)}))
    song.write_bytes(document.to_bytes())
    return address, real


def test_a_plug_in_that_reaper_named_is_still_known_as_ours(song: Path) -> None:
    address, real = mixed_in_reaper(song)
    host = ProjectFile(song, backup=False)
    session = host.snapshot()
    assert set(host.ledger().ours(session)) == {c.address for c in PLAN}
    standing = read_value(session, address)
    assert isinstance(standing, PlacedEffect)
    entry = host.write(MixPlan((Change(address, standing, replace(standing, enabled=False), "off"),)), label="later")
    assert entry.landed[0].has_landed
    assert f"FXID {real}".encode() in song.read_bytes()
    assert (host.undo(), host.undo()) == ("later", "live")
    assert real.encode() not in song.read_bytes()
    assert host.undo() is None


def test_a_live_pass_that_was_undone_in_reaper_does_not_count(song: Path) -> None:
    mixed_in_reaper(song)
    ledger = read_ledger(parse_project(song.read_bytes()))
    document = parse_project(three_tracks())
    write_ledger(document, ledger)
    song.write_bytes(document.to_bytes())
    host = ProjectFile(song, backup=False)
    assert host.ledger().passes == ()
    assert host.undo() is None
    entry = host.write(PLAN, label="mix")
    assert entry.id == 1
    assert all(item.has_landed for item in entry.landed)
