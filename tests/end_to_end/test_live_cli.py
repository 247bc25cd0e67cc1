"""Every command without a file: on the project that is open in REAPER, here the stand-in."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import run
from tests.services import seen
from tests.session_builder import guid_of
from tests.standin.fixture import Standin

VOICE, GUITAR, BASS = guid_of("Lead Vox"), guid_of("Gtr"), guid_of("Bass")
SECONDS = 120.0


@pytest.fixture
def reaper(song: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Standin]:
    """A REAPER with the small session open, which every command without a file finds."""
    with Standin.start(song, hz=100) as standin:
        monkeypatch.setenv("FIRST_PASS_RESOURCE", str(standin.resource_path))
        yield standin


def history(reaper: Standin) -> list[str]:
    told: list[str] = reaper.control.history()["undo"]
    return told


def fader(reaper: Standin, guid: str) -> float:
    (track,) = [track for track in reaper.control.dump()["tracks"] if track["guid"] == guid]
    return float(track["values"]["D_VOL"])


def names_changed(told: Any) -> set[str]:
    return {change["track"] for change in told["changes"]}


def test_a_mix_is_one_step_of_undo_and_the_file_stays(reaper: Standin, song: Path) -> None:
    saved, before = song.read_bytes(), seen(reaper)
    ran = run("mix", "--json")
    assert ran.status == 0, ran.stderr
    assert ran.json["label"] == f"First pass 1: {len(ran.json['changes'])} changes on 6 tracks"
    assert ran.json["not_landed"] == []
    assert history(reaper) == [ran.json["label"]]
    assert seen(reaper) != before
    assert song.read_bytes() == saved
    reaper.control.undo()
    assert seen(reaper) == before


def test_a_second_mix_writes_nothing(reaper: Standin) -> None:
    assert run("mix", "--json").status == 0
    after, steps = seen(reaper), history(reaper)
    again = run("mix", "--json")
    assert again.status == 3
    assert again.json["changes"] == []
    assert (seen(reaper), history(reaper)) == (after, steps)


def test_reaper_and_its_file_give_the_same_plan(reaper: Standin, song: Path) -> None:
    live, filed = run("mix", "--dry-run", "--json").json, run("mix", song, "--dry-run", "--json").json
    assert live["mix"] == filed["mix"]
    assert [(c["address"], c["because"]) for c in live["changes"]] == [
        (c["address"], c["because"]) for c in filed["changes"]
    ]


def test_undo_redo_and_compare_go_through_reapers_own_history(reaper: Standin) -> None:
    before = seen(reaper)
    label = run("mix", "--json").json["label"]
    after = seen(reaper)
    assert run("undo", "--json").json == {"undone": label, "kept": []}
    assert seen(reaper) == before
    assert run("redo", "--json").json == {"redone": label}
    assert seen(reaper) == after
    assert run("compare", "--json").json == {"hearing": "before", "label": label}
    assert seen(reaper) == before
    assert f"Now after: {label}" in run("compare").stdout
    assert seen(reaper) == after
    assert history(reaper) == [label]
    assert run("redo").status == 3


def test_a_pass_undone_in_reaper_does_not_count_and_redone_does(reaper: Standin) -> None:
    label = run("mix", "--json").json["label"]
    reaper.control.undo()
    assert run("undo").status == 3
    assert run("mix", "--dry-run", "--json").json["changes"]
    reaper.control.redo()
    assert run("mix", "--json").status == 3
    assert run("undo", "--json").json == {"undone": label, "kept": []}


def test_later_work_stays_when_a_pass_is_taken_back(reaper: Standin) -> None:
    start = fader(reaper, GUITAR)
    assert run("mix", "--json").status == 0
    mixed = fader(reaper, GUITAR)
    reaper.control.set_track(VOICE, "D_VOL", 0.321)
    ran = run("undo")
    assert ran.status == 0
    assert "As you changed them since, these stay: the fader of “Lead Vox”." in ran.stdout
    assert "as one undo step" in ran.stdout
    assert fader(reaper, VOICE) == 0.321
    assert fader(reaper, GUITAR) == start != mixed
    assert len(history(reaper)) == 3, "the pass, the engineer's move, and one new step"
    assert "Now after" in run("compare").stdout
    assert (fader(reaper, GUITAR), fader(reaper, VOICE)) == (pytest.approx(mixed), 0.321)
    assert len(history(reaper)) == 2, "REAPER undid our step"


def test_undo_says_what_happened_in_reapers_history(reaper: Standin) -> None:
    assert run("mix").status == 0
    for command in ("undo", "redo"):
        told = run(command).stdout
        assert "has no new step" in told
        assert "as one undo step" not in told


def test_a_fader_moved_since_is_theirs(reaper: Standin) -> None:
    assert run("mix", "--json").status == 0
    reaper.control.set_track(GUITAR, "D_VOL", 0.25)
    told = run("mix", "--genre", "metal", "--json").json
    assert told["changes"]
    assert f"{GUITAR}/fader" not in {change["address"] for change in told["changes"]}
    assert fader(reaper, GUITAR) == 0.25


def test_only_selected_tracks_are_mixed(reaper: Standin) -> None:
    refused = run("mix", "--selected", "--json")
    assert refused.status == 1
    assert "No track is selected" in refused.stderr
    reaper.control.select([GUITAR])
    before = (fader(reaper, VOICE), fader(reaper, BASS))
    told = run("mix", "--selected", "--json").json
    assert "Gtr" in names_changed(told)
    assert not names_changed(told) & {"Bass", "Lead Vox"}
    assert (fader(reaper, VOICE), fader(reaper, BASS)) == before


def test_selected_tracks_are_locked_and_unlocked(reaper: Standin) -> None:
    reaper.control.select([GUITAR])
    assert run("lock", "--selected").stdout == "Gtr: all locked\n"
    assert run("lock", "--selected").status == 3
    assert "Gtr" not in names_changed(run("mix", "--json").json)
    assert run("unlock", "--selected").stdout == "Gtr: nothing locked\n"
    assert "Gtr" in names_changed(run("mix", "--track", "Gtr", "--json").json)


def test_analyse_and_roles_change_nothing(reaper: Standin) -> None:
    before, steps = seen(reaper), history(reaper)
    told = run("analyse", "--json").json
    assert [track["name"] for track in told["tracks"]] == ["Bass", "Gtr", "Lead Vox"]
    assert all(track["loudness_lufs"] is not None for track in told["tracks"])
    assert [track["role"] for track in run("roles", "--json").json["tracks"]][2] == "lead_vocal"
    assert (seen(reaper), history(reaper)) == (before, steps)


def test_the_session_doctor_examines_what_is_open_and_changes_nothing(reaper: Standin, song: Path) -> None:
    before, steps = seen(reaper), history(reaper)
    live, filed = run("doctor", "--session", "--json"), run("doctor", "--session", song, "--json")
    assert live.status == filed.status
    assert live.json["findings"] == filed.json["findings"]
    assert live.json["quality"] == filed.json["quality"]
    assert (seen(reaper), history(reaper)) == (before, steps)


def test_plan_report_and_preview_are_written_and_the_plan_is_applied(reaper: Standin, tmp_path: Path) -> None:
    plan, report, preview = tmp_path / "plan.json", tmp_path / "report.html", tmp_path / "preview"
    extras = ("--plan", plan, "--report", report, "--preview", preview)
    told = run("mix", "--dry-run", "--json", *extras).json
    assert json.loads(plan.read_text("utf-8"))["project"] == "song.RPP"
    assert "Lead Vox" in report.read_text("utf-8")
    assert {path.name for path in preview.iterdir()} == {"before.wav", "after.wav", "after_raw.wav"}
    assert history(reaper) == []
    applied = run("apply", plan, "--json")
    assert applied.status == 0, applied.stderr
    assert {c["address"] for c in applied.json["changes"]} == {c["address"] for c in told["changes"]}
    assert len(history(reaper)) == 1


def test_what_is_saved_in_reaper_is_a_pass_of_its_file(reaper: Standin, song: Path) -> None:
    label = run("mix", "--json").json["label"]
    reaper.control.save()
    assert run("mix", song, "--json").status == 3
    assert run("undo", song, "--json").json == {"undone": label, "kept": []}


def test_while_reaper_records_nothing_is_written(reaper: Standin) -> None:
    reaper.control.record()
    before = seen(reaper)
    ran = run("mix", "--json")
    assert ran.status == 1
    assert "record" in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert seen(reaper) == before
    ran = run("mix")
    assert (ran.status, "listening" in ran.stderr) == (1, False), "no minute is spent on what cannot be written"


def test_a_dialog_in_reaper_is_named(reaper: Standin) -> None:
    word = json.loads(reaper.bridge_file.read_text("utf-8"))
    # just after its start REAPER would be taken to be loading
    reaper.bridge_file.write_text(json.dumps({**word, "started_at": word["started_at"] - 3600.0}), "utf-8")
    reaper.control.dialog()
    ran = run("undo")
    assert ran.status == 1
    assert "dialog" in ran.stderr
    assert "project file" in ran.stderr


def mixing() -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "actions.cli", "mix"]
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=dict(os.environ))


def test_a_human_who_moves_a_fader_while_we_listen_is_taken_up(reaper: Standin) -> None:
    with mixing() as process:
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if line.startswith("listening") and len(said) < 5:
                reaper.control.set_track(BASS, "D_VOL", 0.5)
        assert process.wait(SECONDS) == 0, said
    assert [line for line in said if "decided anew" in line]
    steps = history(reaper)
    assert len(steps) == 2
    assert steps[0].startswith("First pass 1: "), "the newest first"
    assert run("undo").status == 0
    assert fader(reaper, BASS) == 0.5


def test_a_project_that_comes_to_the_front_meanwhile_is_not_mixed(reaper: Standin, song: Path) -> None:
    before = seen(reaper)
    with mixing() as process:
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if line.startswith("deciding"):
                reaper.control.new_tab(str(song))
        assert process.wait(SECONDS) == 1
    assert "Another project is in front" in said[-1]
    for tab in (1, 0):
        reaper.control.switch_tab(tab)
        assert (seen(reaper), history(reaper)) == (before, [])


@pytest.mark.parametrize("later_ms", [0, 3, 10, 30])
def test_ctrl_c_while_it_writes_is_told_as_what_it_came_to(reaper: Standin, later_ms: int) -> None:
    with mixing() as process:
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if line.startswith("writing"):
                time.sleep(later_ms / 1000.0)
                process.send_signal(signal.SIGINT)
        status = process.wait(SECONDS)
    assert status in (0, 1)
    if status == 1:
        assert said[-1].startswith("Stopped")
        assert ("as it was" in said[-1]) == (history(reaper) == [])
    assert ("as it was" not in said[-1]) == (len(history(reaper)) == 1)


def test_a_human_who_never_rests_is_left_alone(reaper: Standin) -> None:
    ended = threading.Event()
    moved: list[float] = []

    def move() -> None:
        while not ended.wait(0.02):
            moved.append(0.5 + 0.001 * (len(moved) % 100))
            reaper.control.set_track(BASS, "D_VOL", moved[-1])

    mover = threading.Thread(target=move)
    mover.start()
    try:
        with mixing() as process:
            assert process.stderr is not None
            said = process.stderr.readlines()
            assert process.wait(SECONDS) == 1
    finally:
        ended.set()
        mover.join(SECONDS)
    assert "Bass" in said[-1]
    assert not [name for name in history(reaper) if name.startswith("First pass")]
    assert fader(reaper, BASS) == moved[-1]
