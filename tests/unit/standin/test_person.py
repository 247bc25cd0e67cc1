"""What a person at the desk does, and what they see of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.session_builder import TrackSpec, build_project
from tests.standin.fixture import CommandError, Standin


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standin]:
    project = build_project(tmp_path_factory.mktemp("song"), [TrackSpec("Bass", None), TrackSpec("Vox", None)])
    with Standin.start(project, no_bridge=True, hz=200) as standin:
        yield standin


@pytest.fixture
def standin(running: Standin) -> Standin:
    running.control.open_project(str(running.project))
    return running


def tracks(standin: Standin) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = standin.control.dump()["tracks"]
    return found


def guid(standin: Standin, name: str = "Bass") -> str:
    return str(next(track["guid"] for track in tracks(standin) if track["name"] == name))


EDITS = [
    ("set_track", ("D_VOL", 0.25), "Set track volume"),
    ("set_track", ("D_PAN", -0.5), "Set track pan"),
    ("set_track", ("B_MUTE", 1.0), "Toggle track mute"),
    ("rename", ("Sub",), "Rename track"),
    ("delete_track", (), "Remove tracks"),
    ("reorder", (1,), "Reorder tracks"),
    ("insert_fx", ("ReaComp",), "Add FX"),
    ("set_envelope", ("VOLENV2", [[0.0, 1.0], [1.0, 0.5]]), "Edit envelope points"),
    ("freeze_track", (), "Freeze track"),
]


@pytest.mark.parametrize(("command", "arguments", "name"), EDITS, ids=[f"{c}-{n}" for c, _, n in EDITS])
def test_an_edit_by_hand_is_one_undo_point_with_reapers_name(
    standin: Standin, command: str, arguments: tuple[Any, ...], name: str
) -> None:
    before = standin.control.dump()
    getattr(standin.control, command)(guid(standin), *arguments)
    after = standin.control.dump()
    assert standin.control.history() == {"undo": [name], "redo": []}
    assert after["change_count"] == before["change_count"] + 1
    assert after["tracks"] != before["tracks"]
    standin.control.undo()
    assert tracks(standin) == before["tracks"]
    standin.control.redo()
    assert tracks(standin) == after["tracks"]


def test_a_person_turns_moves_and_removes_plugins(standin: Standin) -> None:
    bass, vox = guid(standin), guid(standin, "Vox")
    compressor = standin.control.insert_fx(bass, "ReaComp")
    equaliser = standin.control.insert_fx(bass, "ReaEQ", at=0)
    assert [fx["guid"] for fx in tracks(standin)[0]["fx"]] == [equaliser, compressor]
    shown = standin.control.set_fx_param(bass, compressor, 0, 0.25)
    assert tracks(standin)[0]["fx"][1]["parameters"][0][2] == shown
    standin.control.move_fx(bass, compressor, 0, to_guid=vox)
    assert [fx["guid"] for fx in tracks(standin)[1]["fx"]] == [compressor]
    standin.control.delete_fx(bass, equaliser)
    assert tracks(standin)[0]["fx"] == []


def test_what_is_saved_is_what_opens_again(standin: Standin, tmp_path: Path) -> None:
    bass = guid(standin)
    standin.control.insert_fx(bass, "ReaEQ")
    standin.control.set_fx_param(bass, 0, 0, 0.3)
    standin.control.set_envelope(bass, "PANENV2", [[0.0, 0.5], [2.0, -0.5]])
    standin.control.add_send(bass, guid(standin, "Vox"))
    before = tracks(standin)
    standin.control.save_as(str(tmp_path / "saved.RPP"))
    assert not standin.control.dump()["dirty"]
    standin.control.open_project(str(tmp_path / "saved.RPP"))
    after = tracks(standin)
    assert [t["fx"][0]["parameters"] for t in after if t["fx"]] == [t["fx"][0]["parameters"] for t in before if t["fx"]]
    for track in (*before, *after):
        track.pop("fx")
    assert after == before


def test_selecting_shows_but_is_no_change(standin: Standin) -> None:
    before = standin.control.dump()
    standin.control.select([guid(standin, "Vox")])
    after = standin.control.dump()
    assert after["selected"] == [guid(standin, "Vox")]
    assert after["change_count"] == before["change_count"]
    assert after["tracks"] == before["tracks"]


def test_recording_and_playing_are_states_of_the_transport(standin: Standin) -> None:
    states = []
    for command, on in (("record", True), ("record", False), ("play", True), ("play", False)):
        getattr(standin.control, command)(on)
        states.append(standin.control.dump()["play_state"])
    assert states == [5, 0, 1, 0]


def test_tabs_are_switched(standin: Standin) -> None:
    standin.control.new_tab()
    assert standin.control.dump()["tracks"] == []
    standin.control.switch_tab(0)
    assert len(tracks(standin)) == 2
    standin.control.switch_tab(1)
    standin.control.close_tab()
    assert len(tracks(standin)) == 2


def test_closing_an_unsaved_tab_asks_first(standin: Standin) -> None:
    standin.control.new_tab(str(standin.project))
    standin.control.rename(guid(standin), "Changed")
    standin.control.start_action(40860)
    standin.wait_until(lambda: standin.control.dump()["dialog"], "the question")
    assert standin.control.dump()["tabs"] == 2
    standin.control.dialog(False, answer=7)
    standin.wait_until(lambda: standin.control.dump()["tabs"] == 1, "the tab to close")


def test_a_command_that_fails_tells_why_and_the_next_one_works(standin: Standin) -> None:
    with pytest.raises(CommandError, match="no track"):
        standin.control.rename("{no}", "x")
    assert len(tracks(standin)) == 2


def test_a_restart_has_the_project_as_saved_or_as_in_memory(tmp_path: Path) -> None:
    project = build_project(tmp_path, [TrackSpec("Bass", None)])
    with Standin.start(project, no_bridge=True) as standin:
        standin.control.rename(guid(standin), "Sub")
        standin.restart()
        assert tracks(standin)[0]["name"] == "Bass"
        standin.control.rename(guid(standin), "Sub")
        standin.restart(as_saved=False)
        assert tracks(standin)[0]["name"] == "Sub"
        assert standin.control.history() == {"undo": [], "redo": []}
