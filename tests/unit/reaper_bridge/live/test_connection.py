"""The connection to the agent inside REAPER, against a small host that runs the real server."""

import json
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from reaper_bridge.live.connection import Bridge, BridgeRefusal, bridge_state, connect
from reaper_bridge.live.discovery import BridgeState, NoBridgeError, read_endpoint
from reaper_bridge.live.inside import VERSION
from reaper_bridge.live.reascript import reascript_api
from reaper_bridge.session.errors import HostGoneError
from tests.small_host import ROOT, SmallHost, running_small_host


def test_the_bridge_says_who_it_is(small_host: SmallHost) -> None:
    with connect(small_host.resource_path) as bridge:
        assert bridge.hello["pid"] == small_host.process.pid
        assert bridge.hello["reaper_version"] == "7.99/small"
        assert bridge.hello["bridge_version"] == VERSION
        assert bridge.hello["resource_path"] == str(small_host.resource_path)
        assert bridge.request("ping") == "pong"


def test_a_refusal_tells_its_kind_and_leaves_the_bridge_alive(small_host: SmallHost) -> None:
    with connect(small_host.resource_path) as bridge:
        with pytest.raises(BridgeRefusal, match="no function of that name") as refused:
            bridge.request("format_disk")
        assert refused.value.kind == "unknown"
        assert bridge.is_alive
        assert bridge.request("ping") == "pong"


def test_a_request_that_json_cannot_say_is_not_sent(small_host: SmallHost) -> None:
    with connect(small_host.resource_path) as bridge:
        with pytest.raises(TypeError):
            bridge.request("ping", {1, 2})
        with pytest.raises(ValueError):
            bridge.request("ping", float("nan"))
        assert bridge.request("ping") == "pong"


@pytest.mark.parametrize("name", ["GetProjectLength", "GetOS", "GetNumTracks", "GetUnderrunTime"])
def test_a_result_that_cannot_be_told_is_an_error_and_nothing_worse(small_host: SmallHost, name: str) -> None:
    args = ["0"] if name == "GetProjectLength" else []
    with connect(small_host.resource_path) as bridge:
        with pytest.raises(BridgeRefusal) as refused:
            bridge.read_api(name, *args)
        assert refused.value.kind == "failure"
        assert bridge.request("ping") == "pong"


def test_a_long_reply_arrives_whole(small_host: SmallHost) -> None:
    with connect(small_host.resource_path) as bridge:
        assert bridge.read_api("GetExtState", "section", "30000000") == "x" * 30_000_000


def test_a_bridge_that_did_not_answer_in_time_is_dead_for_good(small_host: SmallHost) -> None:
    with connect(small_host.resource_path) as bridge:
        with pytest.raises(HostGoneError, match="no answer within"):
            bridge.read_api("GetOutputLatency", timeout_seconds=0.05)
        assert not bridge.is_alive
        with pytest.raises(HostGoneError):
            bridge.request("ping")
    with connect(small_host.resource_path) as bridge:
        assert bridge.request("ping") == "pong"


def test_a_reaper_that_crashes_in_a_call_is_noticed(small_host: SmallHost) -> None:
    with connect(small_host.resource_path) as bridge:
        threading.Timer(0.1, small_host.process.kill).start()
        with pytest.raises(HostGoneError):
            [bridge.read_api("GetOutputLatency") for _ in range(100)]


def test_threads_that_share_a_bridge_get_their_own_answers(small_host: SmallHost) -> None:
    wrong: list[object] = []

    def ask(bridge: Bridge, index: int) -> None:
        for _ in range(50):
            answer = bridge.read_api("GetTrack", "0", index)
            if answer != f"(MediaTrack*)0x00000000{index + 1:08X}":
                wrong.append(answer)

    with connect(small_host.resource_path) as bridge:
        threads = [threading.Thread(target=ask, args=(bridge, index)) for index in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert wrong == []


def test_a_bridge_can_be_had_again_after_reaper_was_restarted(small_host: SmallHost) -> None:
    with connect(small_host.resource_path) as before:
        small_host.quit()
        with pytest.raises(HostGoneError):
            before.request("ping")
    with running_small_host(small_host.resource_path), connect(small_host.resource_path) as bridge:
        assert bridge.request("ping") == "pong"


def test_a_held_reaper_is_let_go_when_its_holder_dies(small_host: SmallHost) -> None:
    holder = connect(small_host.resource_path)
    holder.request("HOLD")
    assert holder.read_api("CountTracks", "0") == 3
    holder.close()
    with connect(small_host.resource_path) as bridge:
        assert bridge.request("ping") == "pong"


def test_a_held_reaper_is_let_go_when_its_holder_falls_silent(small_host: SmallHost) -> None:
    with connect(small_host.resource_path) as holder, connect(small_host.resource_path) as other:
        holder.request("HOLD")
        assert other.request("ping") == "pong"  # only after the holder was silent for too long
        assert holder.request("ping") == "pong"


def test_starting_the_bridge_twice_is_harmless(small_host: SmallHost) -> None:
    with connect(small_host.resource_path) as bridge:
        assert small_host.tell("start") == 1, "one chain of ticks, not two"
        assert bridge.request("ping") == "pong"


def test_a_bridge_that_was_stopped_starts_anew_with_another_token(small_host: SmallHost) -> None:
    before = read_endpoint(small_host.resource_path)
    small_host.tell("stop")
    assert read_endpoint(small_host.resource_path) is None
    small_host.tell("start")
    after = read_endpoint(small_host.resource_path)
    assert before is not None
    assert after is not None
    assert before.token != after.token
    with connect(small_host.resource_path) as bridge:
        assert bridge.request("ping") == "pong"
    assert small_host.tell("start") == 1, "the ticks of the one before have ended"


def test_the_announcement_goes_with_reaper(small_host: SmallHost) -> None:
    assert (small_host.resource_path / "First Pass" / "bridge.json").exists()
    small_host.quit()
    assert not (small_host.resource_path / "First Pass" / "bridge.json").exists()


def test_no_reaper_is_absent(tmp_path: Path) -> None:
    with pytest.raises(NoBridgeError, match="First Pass: Start bridge") as absent:
        connect(tmp_path, stock_port=_closed_port())
    assert absent.value.state is BridgeState.ABSENT


def test_a_reaper_that_shows_a_dialog_is_told_from_one_that_is_starting(small_host: SmallHost) -> None:
    small_host.tell("freeze")
    assert bridge_state(small_host.resource_path, timeout_seconds=0.3) is BridgeState.STARTING
    _rewrite(small_host, started_at=time.time() - 3600.0)
    with pytest.raises(NoBridgeError, match="dialog") as silent:
        connect(small_host.resource_path, timeout_seconds=0.3)
    assert silent.value.state is BridgeState.DIALOG
    small_host.tell("thaw")
    assert bridge_state(small_host.resource_path) is BridgeState.RUNNING


def test_a_crashed_reaper_is_absent_though_its_announcement_is_left(small_host: SmallHost) -> None:
    small_host.end()
    assert (small_host.resource_path / "First Pass" / "bridge.json").exists()
    with pytest.raises(NoBridgeError) as absent:
        connect(small_host.resource_path, stock_port=_closed_port())
    assert absent.value.state is BridgeState.ABSENT


def test_a_bridge_of_another_version_is_named_as_such(small_host: SmallHost) -> None:
    _rewrite(small_host, protocol=99)
    with pytest.raises(NoBridgeError, match="another version") as other:
        connect(small_host.resource_path)
    assert other.value.state is BridgeState.OTHER_VERSION


def test_a_wrong_token_does_not_connect(small_host: SmallHost) -> None:
    _rewrite(small_host, token="A" * 43)
    with pytest.raises(NoBridgeError):
        connect(small_host.resource_path, timeout_seconds=0.5, stock_port=_closed_port())


def test_python_reapys_own_server_is_refused_with_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FIRST_PASS_ALLOW_STOCK_SERVER", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            sock, address = listener.accept()
            text = str(address).encode()
            sock.sendall(len(text).to_bytes(8, "little") + text)
            sock.recv(1)
            sock.close()

        thread = threading.Thread(target=greet)
        thread.start()
        with pytest.raises(NoBridgeError, match="anybody on the network") as refused:
            connect(tmp_path, stock_port=listener.getsockname()[1])
        thread.join(10)
    assert refused.value.state is BridgeState.STOCK_SERVER


def test_python_reapy_speaks_through_the_bridge(small_host: SmallHost) -> None:
    with connect(small_host.resource_path) as bridge:
        api = reascript_api(bridge)
        assert api.CountTracks("0") == 3
        assert api.GetTrackName(api.GetTrack("0", 1), "", 64)[2] == "Träck"
        assert not hasattr(api, "SetMediaTrackInfo_Value")
    assert small_host.touched == ""


def test_python_reapy_is_imported_without_a_network_a_warning_or_mistaking_us_for_reaper(small_host: SmallHost) -> None:
    script = (
        "import pathlib, sys\n"
        "from reaper_bridge.live.connection import connect\n"
        "from reaper_bridge.live.reascript import reascript_api\n"
        "obj = object()\n"
        "bridge = connect(pathlib.Path(sys.argv[1]))\n"
        "print(reascript_api(bridge).CountTracks('0'))\n"
        "import reapy\n"
        "print(reapy.is_inside_reaper())\n"
        "bridge.close()\n"
    )
    command = [sys.executable, "-W", "error", "-c", script, str(small_host.resource_path)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stdout.split(), ran.stderr) == (0, ["3", "False"], "")


def _rewrite(host: SmallHost, **facts: object) -> None:
    path = host.resource_path / "First Pass" / "bridge.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **facts}))


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
