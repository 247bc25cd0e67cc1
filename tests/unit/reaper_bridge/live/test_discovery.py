"""Where the bridge is looked for, and what is made of the file it leaves."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reaper_bridge.live.discovery import (
    SENTENCES,
    BridgeState,
    NoBridgeError,
    endpoints,
    process_is_alive,
    read_endpoint,
)
from reaper_bridge.live.inside import PROTOCOL

FACTS = {
    "port": 4711,
    "token": "a" * 43,
    "pid": os.getpid(),
    "protocol": PROTOCOL,
    "started_at": time.time(),
    "reaper_version": "7.99",
}


def test_the_file_says_where_the_bridge_listens(tmp_path: Path) -> None:
    _announce(tmp_path)
    (endpoint,) = endpoints(tmp_path)
    assert (endpoint.port, endpoint.token, endpoint.reaper_version) == (4711, "a" * 43, "7.99")


def test_the_environment_names_the_resource_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRST_PASS_RESOURCE", str(tmp_path))
    _announce(tmp_path)
    assert [endpoint.resource_path for endpoint in endpoints()] == [tmp_path]


def test_the_token_does_not_show_where_an_endpoint_is_printed(tmp_path: Path) -> None:
    _announce(tmp_path)
    assert "aaa" not in repr(endpoints(tmp_path))


def test_the_file_of_a_reaper_that_has_ended_counts_for_nothing(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait(30)
    _announce(tmp_path, pid=ended.pid)
    with pytest.raises(NoBridgeError) as absent:
        endpoints(tmp_path)
    assert absent.value.state is BridgeState.ABSENT


def test_a_reaper_in_a_flatpak_is_not_judged_by_a_process_number_of_its_own_counting(tmp_path: Path) -> None:
    folder = tmp_path / ".var" / "app" / "fm.reaper.Reaper" / "config" / "REAPER"
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait(30)
    _announce(folder, pid=ended.pid)
    assert len(endpoints(folder)) == 1


def test_another_protocol_is_told_from_no_bridge(tmp_path: Path) -> None:
    _announce(tmp_path, protocol=PROTOCOL + 1)
    with pytest.raises(NoBridgeError) as other:
        endpoints(tmp_path)
    assert other.value.state is BridgeState.OTHER_VERSION


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '"x"', "{}", '{"port": "x"}', "\x00", json.dumps({**FACTS, "port": 0}),
     json.dumps({**FACTS, "port": 65536}), json.dumps({**FACTS, "pid": None})],
)  # fmt: skip
def test_a_damaged_file_counts_for_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "First Pass").mkdir()
    (tmp_path / "First Pass" / "bridge.json").write_text(text)
    assert read_endpoint(tmp_path) is None


def test_a_bridge_that_has_just_started_may_still_be_loading(tmp_path: Path) -> None:
    _announce(tmp_path, started_at=time.time())
    assert endpoints(tmp_path)[0].is_starting
    _announce(tmp_path, started_at=time.time() - 3600.0)
    assert not endpoints(tmp_path)[0].is_starting


@pytest.mark.parametrize("pid", [0, -1, 1 << 40])
def test_no_process_has_an_impossible_number(pid: int) -> None:
    assert not process_is_alive(pid)


def test_this_process_is_alive() -> None:
    assert process_is_alive(os.getpid())


@pytest.mark.parametrize("state", list(BridgeState))
def test_every_state_has_its_own_sentence(state: BridgeState) -> None:
    assert list(SENTENCES.values()).count(SENTENCES[state]) == 1


def _announce(resource_path: Path, **facts: object) -> None:
    folder = resource_path / "First Pass"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bridge.json").write_text(json.dumps({**FACTS, **facts}))
