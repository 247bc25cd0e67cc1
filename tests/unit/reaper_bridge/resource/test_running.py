"""A REAPER that runs is seen, and told apart from one that uses another folder."""

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reaper_bridge.resource.install import plan_install
from reaper_bridge.resource.running import require_no_reaper, running_reaper
from reaper_bridge.resource.uninstall import plan_uninstall, uninstall
from reaper_bridge.session.errors import ReaperRunningError
from tests.unit.reaper_bridge.resource.folders import a_wish, install_into, reaper_folder, tree

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a shell is copied to have another name")


@contextmanager
def program(path: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program of this name that waits, for the length of a block."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(Path("/bin/sh").resolve(), path)
    process = subprocess.Popen(
        [path, "-c", "echo; read line", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_portable_reaper_that_runs_is_seen(tmp_path: Path) -> None:
    resource = reaper_folder(tmp_path / "stick")
    with program(resource / "reaper") as process:
        found = running_reaper(resource)
        assert found is not None
        assert found.pid == process.pid
    assert running_reaper(resource) is None


def test_a_reaper_is_told_its_folder_on_the_command_line(tmp_path: Path) -> None:
    resource = reaper_folder(tmp_path / "with space")
    with program(tmp_path / "bin/reaper", "-cfgfile", str(resource / "reaper.ini")) as process:
        found = running_reaper(resource)
        assert found is not None
        assert found.pid == process.pid


def test_a_reaper_with_another_folder_is_no_obstacle(tmp_path: Path) -> None:
    other, resource = reaper_folder(tmp_path / "other"), reaper_folder(tmp_path / "ours")
    with program(other / "reaper"):
        require_no_reaper(resource)


def test_a_reaper_that_says_nothing_uses_the_usual_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    usual, other = reaper_folder(tmp_path / ".config/REAPER"), reaper_folder(tmp_path / "other")
    if sys.platform == "darwin":
        usual = reaper_folder(tmp_path / "Library/Application Support/REAPER")
    with program(tmp_path / "bin/reaper"):
        assert running_reaper(usual) is not None
        assert running_reaper(other) is None


def test_a_bridge_that_answers_is_a_running_reaper(tmp_path: Path) -> None:
    resource = reaper_folder(tmp_path / "REAPER")
    (resource / "First Pass").mkdir()
    with program(tmp_path / "something") as process, socket.create_server(("127.0.0.1", 0)) as server:
        told = {"port": server.getsockname()[1], "pid": process.pid}
        (resource / "First Pass/bridge.json").write_text(json.dumps(told))
        found = running_reaper(resource)
        assert found is not None
        assert found.pid == process.pid


@pytest.mark.parametrize(
    "text", ["", "[]", '{"port": 1, "pid": 0}', '{"port": "x", "pid": 1}', '{"port": 99999, "pid": 1}']
)
def test_word_of_a_bridge_that_is_gone_is_no_obstacle(tmp_path: Path, text: str) -> None:
    resource = reaper_folder(tmp_path / "REAPER")
    (resource / "First Pass").mkdir()
    (resource / "First Pass/bridge.json").write_text(text)
    require_no_reaper(resource)


def test_nothing_is_installed_or_taken_out_while_reaper_runs(tmp_path: Path) -> None:
    resource = reaper_folder(tmp_path / "stick")
    with program(resource / "reaper"):
        before = tree(resource)
        with pytest.raises(ReaperRunningError, match=r"REAPER is running \(process \d+\).*close REAPER"):
            install_into(resource)
        assert plan_install(resource, a_wish(resource)).changes
        assert tree(resource) == before
    install_into(resource)
    with program(resource / "reaper"):
        before = tree(resource)
        plan = plan_uninstall(resource)
        with pytest.raises(ReaperRunningError):
            uninstall(plan)
        assert tree(resource) == before
