"""Connect the stand-in REAPER as a user does: install, start, doctor, run the actions, uninstall."""

import contextlib
import json
import os
import shutil
import socketserver
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from actions.reaching import live_place
from reaper_bridge.live.connection import connect
from reaper_bridge.resource.binaries import machine
from reaper_bridge.resource.layout import ACTIONS, START_BRIDGE
from tests.command_line import Ran, cloned, run
from tests.standin.fixture import Standin
from tests.unit.reaper_bridge.resource.folders import library_file, reaper_folder, tree

WISHES = [action for action in ACTIONS if action is not START_BRIDGE]
DEADLINE_SECONDS = 20.0


@pytest.fixture
def resource(tmp_path: Path) -> Path:
    return reaper_folder(tmp_path / "a folder" / "REAPER")


def install(resource: Path, *more: object) -> Ran:
    library = library_file(resource.parent / "python" / "libpython3.11.so.1.0", machine())
    return run("install", "--resource-path", resource, "--python-library", library, *more)


@pytest.fixture
def installed(resource: Path) -> Path:
    ran = install(resource)
    assert ran.status == 0, ran.stderr
    return resource


@contextlib.contextmanager
def service(resource: Path, answer: dict[str, Any] | None) -> Iterator[list[dict[str, Any]]]:
    """Listen as the service does for the length of a block; give back what was asked. No answer: say nothing."""
    asked: list[dict[str, Any]] = []
    silence = threading.Event()

    class Door(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            asked.append(json.loads(self.rfile.readline()))
            if answer is None:
                silence.wait(DEADLINE_SECONDS)
            else:
                self.wfile.write(json.dumps(answer).encode() + b"\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Door) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        file = resource / "First Pass/service.json"
        told = {"port": server.server_address[1], "token": "a token", "pid": os.getpid()}
        file.write_text(json.dumps(told), "utf-8")
        try:
            yield asked
        finally:
            silence.set()
            file.unlink()
            server.shutdown()
            thread.join()


def recording_program(resource: Path) -> Path:
    """Make the installed program one that notes how it was started; return where."""
    note = resource.parent / "started.json"
    script = resource.parent / "a program.py"
    script.write_text(
        "import json, os, sys\n"
        "told = {'words': sys.argv[1:], 'resource': os.environ.get('FIRST_PASS_RESOURCE'),\n"
        "        'python_path': os.environ.get('PYTHONPATH')}\n"
        f"open({str(note) + '.tmp'!r}, 'w').write(json.dumps(told))\n"
        f"os.replace({str(note) + '.tmp'!r}, {str(note)!r})\n",
        "utf-8",
    )
    program = {"executable": [sys.executable, str(script)], "version": "0"}
    (resource / "First Pass/program.json").write_text(json.dumps(program), "utf-8")
    return note


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.01)


@contextlib.contextmanager
def services_end(resource: Path) -> Iterator[None]:
    """End, whatever happens in the block, every service that was started for this folder."""
    try:
        yield
    finally:
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get("FIRST_PASS_RESOURCE") == str(resource):
                    process.kill()


def press(standin: Standin, wish: str) -> None:
    action = next(action for action in ACTIONS if action.wish == wish)
    standin.control.run_action(f"_{action.script_id}")


def console(standin: Standin) -> str:
    return str(standin.control.stats()["console"])


def assert_nothing_went_wrong(standin: Standin) -> None:
    stats = standin.control.stats()
    assert stats["script_errors"] == []
    assert stats["boxes"] == []


def test_reaper_comes_up_with_the_bridge_and_the_doctor_is_content(installed: Path, trio_project: Path) -> None:
    with Standin.start(trio_project, resource_path=installed) as standin:
        with connect(installed) as bridge:
            assert bridge.hello["pid"] == standin.pid
        ran = run("doctor", "--resource-path", installed)
        assert ran.status == 0, ran.stdout
        assert "✗" not in ran.stdout
        told = run("doctor", "--resource-path", installed, "--json").json
        assert told["well"] is True
        assert [finding["state"] for finding in told["findings"]] == ["well"] * len(told["findings"])
        assert_nothing_went_wrong(standin)


def test_what_others_put_into_the_startup_script_runs_too(installed: Path) -> None:
    with Standin.start(resource_path=installed) as standin:
        assert console(standin) == "hello"


def test_a_reaper_whose_scripts_were_deleted_by_hand_comes_up_all_the_same(installed: Path) -> None:
    shutil.rmtree(installed / "Scripts/First Pass")
    with Standin.start(resource_path=installed, wait_for_bridge=False) as standin:
        assert console(standin) == "hello"
        assert_nothing_went_wrong(standin)


def test_every_action_asks_the_service_for_its_own_thing_and_says_nothing(installed: Path) -> None:
    with Standin.start(resource_path=installed) as standin, service(installed, {"ok": True, "state": {}}) as asked:
        before = console(standin)
        for action in WISHES:
            standin.control.run_action(f"_{action.script_id}")
        assert [message["do"] for message in asked] == [action.wish for action in WISHES]
        assert {message["token"] for message in asked} == {"a token"}
        assert len({message["request_id"] for message in asked}) == len(WISHES)
        assert console(standin) == before
        assert_nothing_went_wrong(standin)


def test_a_refusal_of_the_service_is_said_without_opening_the_console(installed: Path) -> None:
    with Standin.start(resource_path=installed) as standin:
        with service(installed, {"ok": False, "error": "Nothing is selected."}):
            press(standin, "mix_selected")
        assert console(standin).endswith("!SHOW:First Pass: Nothing is selected.\n")


def test_a_service_that_says_nothing_does_not_hold_reaper(installed: Path) -> None:
    with Standin.start(resource_path=installed) as standin, service(installed, None) as asked:
        before = console(standin)
        press(standin, "analyse")
        # the service is still silent, and REAPER goes on
        assert [message["do"] for message in asked] == ["analyse"]
        with connect(installed) as bridge:
            assert bridge.is_alive
        assert console(standin) == before


@pytest.mark.parametrize("word", [None, '{"port": 1, "token": "t", "pid": 0}', "damaged", '{"port": "x", "pid": 1}'])
def test_a_service_that_does_not_run_is_started_and_told_the_wish(installed: Path, word: str | None) -> None:
    note = recording_program(installed)
    if word is not None:
        (installed / "First Pass/service.json").write_text(word, "utf-8")
    with Standin.start(resource_path=installed) as standin:
        press(standin, "mix_all")
        wait_until(note.exists, "the program to start")
        told = json.loads(note.read_text("utf-8"))
        assert told == {"words": ["serve", "--then", "mix_all"], "resource": str(installed), "python_path": None}
        assert_nothing_went_wrong(standin)


def test_a_program_that_is_gone_is_said(installed: Path) -> None:
    told = {"executable": ["/nowhere/first-pass"], "version": "0"}
    (installed / "First Pass/program.json").write_text(json.dumps(told), "utf-8")
    with Standin.start(resource_path=installed) as standin:
        press(standin, "mix_all")
        assert "/nowhere/first-pass is gone; close REAPER and run `first-pass install`" in console(standin)
        assert_nothing_went_wrong(standin)


def test_starting_the_bridge_twice_opens_no_window_and_keeps_the_one_that_runs(installed: Path) -> None:
    with Standin.start(resource_path=installed) as standin:
        with connect(installed) as bridge:
            port = bridge.port
            press(standin, "start_bridge")
            press(standin, "start_bridge")
            assert bridge.request("ping") is not None
        with connect(installed) as again:
            assert again.port == port
        assert_nothing_went_wrong(standin)


def test_nothing_is_installed_or_taken_out_while_reaper_runs(installed: Path) -> None:
    (installed / "Scripts/First Pass/First Pass - Take back.py").unlink()
    with Standin.start(resource_path=installed):
        ran = install(installed)
        assert ran.status == 1
        assert "REAPER is running" in ran.stderr
        assert not (installed / "Scripts/First Pass/First Pass - Take back.py").exists()
        assert run("uninstall", "--resource-path", installed).status == 1
        assert install(installed, "--dry-run").status == 0


def test_after_uninstalling_reaper_comes_up_without_us(resource: Path) -> None:
    before = tree(resource)
    assert install(resource, "--toolbar").status == 0
    with Standin.start(resource_path=resource) as standin:
        standin.quit()
    ran = run("uninstall", "--resource-path", resource)
    assert ran.status == 0, ran.stderr
    (resource / "standin.log").unlink()
    assert tree(resource) == before
    with Standin.start(resource_path=resource) as standin:
        assert console(standin) == "hello"
        assert not standin.bridge_file.exists()
    assert run("uninstall", "--resource-path", resource).status == 3


def test_a_dry_run_touches_nothing(resource: Path) -> None:
    before = tree(resource.parent)
    ran = run("install", "--resource-path", resource, "--dry-run", "--python-library", sys.executable)
    assert ran.status == 1
    assert tree(resource.parent) == before
    ran = install(resource, "--dry-run")
    assert "change reaper.ini: offer Python for ReaScripts" in ran.stdout
    assert "nothing was changed" in ran.stdout
    assert tree(resource) == {
        name.removeprefix("REAPER/"): data for name, data in before.items() if name.startswith("REAPER/")
    }


def test_installing_twice_says_that_there_is_nothing_to_do(installed: Path) -> None:
    once = tree(installed)
    assert install(installed).status == 3
    assert tree(installed) == once


def test_a_portable_reaper_is_connected_by_its_folder(resource: Path) -> None:
    (resource / "reaper.exe").write_bytes(b"MZ")
    library = library_file(resource.parent / "libpython3.11.so.1.0", machine())
    assert run("install", "--portable", resource, "--python-library", library).status == 0
    assert run("install", "--portable", resource, "--resource-path", resource).status == 2
    assert run("uninstall", "--portable", resource).status == 0


def test_the_doctor_says_in_order_what_is_missing(resource: Path) -> None:
    ran = run("doctor", "--resource-path", resource)
    assert ran.status == 1
    lines = ran.stdout.splitlines()
    assert [line.split(" ", 1)[0] for line in lines] == ["✓", "✗", "✗", "✗", "✗", "✗", "✗", "–", "–", "✗", "–"]
    assert "Close REAPER and run `first-pass install`." in lines[2]


def test_the_doctor_without_reaper_says_where_it_looked(tmp_path: Path) -> None:
    ran = run("doctor", "--resource-path", tmp_path)
    assert ran.status == 1
    assert "is not REAPER's resource folder" in ran.stdout
    assert ran.stdout.count("–") == ran.stdout.count("comes first")


def test_the_doctor_sees_a_dialog(installed: Path) -> None:
    with Standin.start(resource_path=installed) as standin:
        word = json.loads(standin.bridge_file.read_text("utf-8"))
        # long enough ago that REAPER is not taken to be loading
        standin.bridge_file.write_text(json.dumps({**word, "started_at": word["started_at"] - 3600.0}), "utf-8")
        standin.control.dialog(True)
        told = run("doctor", "--resource-path", installed, "--json").json
        bridge = next(finding for finding in told["findings"] if finding["name"] == "Bridge")
        assert bridge["found"] == "dialog."
        assert "close the dialog" in bridge["mend"]


@pytest.mark.skipif(os.name == "nt", reason="rights of files are told otherwise there")
def test_the_doctor_sees_files_that_others_may_read(installed: Path) -> None:
    program = installed / "First Pass/program.json"
    program.chmod(program.stat().st_mode | stat.S_IROTH)
    told = run("doctor", "--resource-path", installed, "--json").json
    rights = next(finding for finding in told["findings"] if finding["name"] == "Rights")
    assert rights["state"] == "wrong"
    assert "chmod" in rights["mend"]


def test_an_action_starts_the_real_service_which_does_what_was_asked(resource: Path, trio_project: Path) -> None:
    song = cloned(trio_project, resource.parent / "song")
    assert install(resource).status == 0
    with Standin.start(song, resource_path=resource) as standin, services_end(resource):
        [first, *_] = standin.control.dump()["tracks"]
        standin.control.select([first["guid"]])
        press(standin, "lock_selected")

        def is_locked() -> bool:
            place = live_place(resource)
            try:
                place.host.snapshot()
                return first["guid"] in place.host.ledger().locks
            finally:
                place.close()

        wait_until(is_locked, "the lock in the project")
        # the service stays at hand, and the next action finds it
        wait_until((resource / "First Pass/service.json").exists, "the service's door")
        press(standin, "unlock_selected")
        wait_until(lambda: not is_locked(), "the lock to go")
        assert console(standin) == "hello"
        assert_nothing_went_wrong(standin)
