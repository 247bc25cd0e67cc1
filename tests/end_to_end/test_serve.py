"""The service as a process of its own, over a project file: what it does, says and leaves when it ends."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from actions.service.knocking import ask
from reaper_bridge.rpp.host import ProjectFile
from tests.command_line import edited, run
from tests.services import Service, serving


@pytest.fixture
def service(song: Path, tmp_path: Path) -> Iterator[Service]:
    with serving(tmp_path / "data", project=song) as service:
        service.until_ready()
        yield service


def test_a_session_of_the_desk_from_mix_to_take_back(service: Service, song: Path, tmp_path: Path) -> None:
    before = song.read_bytes()
    reply = service.ask("mix_all")
    assert reply["ok"]
    assert reply["state"]["project"] == "song.RPP"
    mixed = service.until(lambda s: s["last_pass"] != "")
    assert mixed["result"].startswith("First pass 1: ")
    assert mixed["hearing"] == "after"
    after = song.read_bytes()
    assert after != before

    service.ask("compare")
    assert service.until(lambda s: s["hearing"] == "before")["last_pass"] == ""
    assert song.read_bytes() == before
    service.ask("compare")
    assert service.until(lambda s: s["hearing"] == "after")["last_pass"] == mixed["last_pass"]
    assert run("mix", song, "--dry-run", "--json").status == 3

    service.ask("take_back")
    assert service.until(lambda s: s["result"].startswith("Took back"))["hearing"] == ""
    assert song.read_bytes() == before
    service.ask("redo")
    assert service.until(lambda s: s["result"].startswith("Wrote again"))["last_pass"] == mixed["last_pass"]
    service.ask("mix_all")
    assert service.until(lambda s: s["result"].startswith("Nothing to do"))["name"] == "ready"


def test_the_report_of_the_last_pass_is_kept_and_analyse_writes_nothing(service: Service, song: Path) -> None:
    before = song.read_bytes()
    service.ask("analyse")
    state = service.until(lambda s: "Nothing was written." in s["result"])
    assert state["result"].startswith("Heard 3 tracks; a pass would make ")
    assert song.read_bytes() == before
    report = Path(state["report"])
    assert "Lead Vox" in report.read_text("utf-8")
    assert stat.S_IMODE(report.parent.stat().st_mode) == 0o700


def test_selected_tracks_are_mixed_and_locked_alone(service: Service, song: Path) -> None:
    service.ask("mix_selected")
    assert "No track is selected" in service.until(lambda s: s["name"] == "failed")["sentence"]
    edited(song, lambda text: text.replace('NAME "Gtr"\r\n', 'NAME "Gtr"\r\n    SEL 1\r\n'))
    service.ask("lock_selected")
    assert service.until(lambda s: s["result"] != "" and s["name"] == "ready")["result"] == "Gtr: all locked."
    service.ask("unlock_selected")
    assert service.until(lambda s: "nothing" in s["result"])["result"] == "Gtr: nothing locked."
    service.ask("mix_selected")
    service.until(lambda s: s["last_pass"] != "")
    host = ProjectFile(song)
    session = host.snapshot()
    changed = {session.track(c.address.track_id).name for c in host.ledger().passes[-1].plan}
    assert "Gtr" in changed
    assert not changed & {"Bass", "Lead Vox"}


def test_take_back_says_what_stays(service: Service, song: Path) -> None:
    service.ask("mix_all")
    service.until(lambda s: s["last_pass"] != "")
    text = song.read_text("utf-8")
    head, track, tail = text.partition('NAME "Gtr"')
    before, knob, rest = tail.partition("VOLPAN ")
    song.write_text(head + track + before + knob + "0.123" + rest[rest.index(" ") :], "utf-8", newline="")
    service.ask("take_back")
    state = service.until(lambda s: s["result"].startswith("Took back"))
    assert "these stay: the fader of “Gtr”" in state["result"]


def test_open_panel_opens_it_in_the_browser(song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = tmp_path / "opened.txt"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > "{opened}.part" && mv "{opened}.part" "{opened}"\n', "utf-8")
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", str(browser))
    with serving(tmp_path / "data", project=song) as service:
        service.until_ready()
        port = json.loads(service.file.read_text("utf-8"))["panel_port"]
        assert service.ask("open_panel")["ok"]
        service.wait_for(opened.exists, bool)
    assert opened.read_text("utf-8").startswith(f"http://127.0.0.1:{port}/panel/#")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_ending_while_it_listens_leaves_everything_as_it_was(song: Path, tmp_path: Path, how: int) -> None:
    before = song.read_bytes()
    with serving(tmp_path / "data", project=song, then="mix_all") as service:
        service.until_logged('"stage": "listening"')
        assert service.ended(how) == 0
        assert not service.file.exists()
    assert song.read_bytes() == before
    assert not list((tmp_path / "data" / "unfinished").iterdir())


def test_ending_while_it_writes_finishes_the_write(song: Path, tmp_path: Path) -> None:
    with serving(tmp_path / "data", project=song, then="mix_all") as service:
        service.until_logged('"stage": "writing"')
        assert service.ended() == 0
    assert run("mix", song, "--dry-run", "--json").status == 3


def test_cancel_stops_a_pass(service: Service, song: Path) -> None:
    before = song.read_bytes()
    service.ask("mix_all")
    service.until(lambda s: s["stage"] == "listening")
    service.ask("cancel")
    state = service.until(lambda s: not s["doing"])
    assert (state["name"], state["last_pass"]) == ("ready", "")
    assert song.read_bytes() == before


def test_a_second_service_is_refused_and_hands_over_what_it_was_to_do(
    service: Service, song: Path, tmp_path: Path
) -> None:
    environment = {**os.environ, "FIRST_PASS_DATA_DIR": str(tmp_path / "data")}
    command = [sys.executable, "-m", "actions.cli", "serve", "--project", str(song)]
    second = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert second.returncode == 1
    assert "runs already" in second.stderr
    third = subprocess.run(
        [*command, "--then", "analyse"], capture_output=True, text=True, env=environment, check=False
    )
    assert (third.returncode, third.stderr) == (0, "")
    service.until(lambda s: s["result"].startswith("Heard 3 tracks"))


def test_the_door_is_for_those_who_know_the_token(service: Service) -> None:
    word = json.loads(service.file.read_text("utf-8"))
    assert word["pid"] == service.process.pid
    assert stat.S_IMODE(service.file.stat().st_mode) == 0o600
    forged = service.file.with_name("forged.json")
    forged.write_text(json.dumps({**word, "token": "x" * 43}), "utf-8")
    assert ask(forged, "mix_all")["ok"] is False
    assert service.state()["doing"] == ""
    assert word["token"] not in service.log.read_text("utf-8")
    assert service.ask("stop")["ok"]
    assert service.process.wait(30) == 0
    assert word["token"] not in service.said.read_text("utf-8") + service.log.read_text("utf-8")


def test_a_file_that_is_no_project_is_a_state_and_heals_when_it_becomes_one(song: Path, tmp_path: Path) -> None:
    good = song.read_bytes()
    song.write_bytes(b"Dear diary")
    with serving(tmp_path / "data", project=song) as service:
        assert "song.RPP" in service.until(lambda s: s["name"] == "failed")["sentence"]
        song.write_bytes(good)
        service.until_ready()


def test_a_wrong_setting_is_one_sentence(tmp_path: Path, song: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRST_PASS_CONFIG_DIR", str(tmp_path))
    (tmp_path / "settings.toml").write_text("patience = 3\n", "utf-8")
    ran = run("serve", "--project", song)
    assert ran.status == 1
    assert ran.stderr.count("\n") == 1
    assert "Did you mean “patience_seconds”" in ran.stderr
