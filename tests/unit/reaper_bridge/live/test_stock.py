"""Python-reapy's own server, where the user insists on it: the same agent answers, and no code is sent."""

import shutil
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import reaper_bridge.live.inside as inside
from reaper_bridge.live.connection import BridgeRefusal, bridge_state, connect
from reaper_bridge.live.discovery import BridgeState, NoBridgeError
from reaper_bridge.live.reading import read_picture
from reaper_bridge.live.reascript import reascript_api
from reaper_bridge.live.stock import PACKAGE, is_stock_server
from reaper_bridge.session.errors import HostGoneError
from tests.session_builder import TrackSpec, build_project
from tests.standin.fixture import Standin
from tests.standin.stock import ACTION

INSISTING = "FIRST_PASS_ALLOW_STOCK_SERVER"


@pytest.fixture
def stock(tmp_path: Path) -> Iterator[tuple[Standin, int]]:
    """A stand-in that runs python-reapy's server on a port of the system's choice."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        port, web_port = one.getsockname()[1], other.getsockname()[1]
    project = build_project(tmp_path, [TrackSpec("Bass", None), TrackSpec("Vox", None)])
    with Standin.start(project, stock=True, server_port=port, web_port=web_port, hz=100) as standin:
        urllib.request.urlopen(f"http://127.0.0.1:{web_port}/_/_{ACTION}", timeout=20.0).close()
        standin.wait_until(lambda: is_stock_server(port), "python-reapy's server")
        yield standin, port


def install(standin: Standin) -> None:
    shutil.copytree(Path(inside.__file__).parent, standin.resource_path / PACKAGE)


def test_it_is_refused_unless_the_user_insists(stock: tuple[Standin, int], monkeypatch: pytest.MonkeyPatch) -> None:
    standin, port = stock
    install(standin)
    for insisting in ("", "0"):
        monkeypatch.setenv(INSISTING, insisting)
        with pytest.raises(NoBridgeError, match=INSISTING) as refused:
            connect(standin.resource_path, stock_port=port)
        assert refused.value.state is BridgeState.STOCK_SERVER
    assert bridge_state(standin.resource_path, stock_port=port) is BridgeState.STOCK_SERVER


def test_our_agent_answers_through_it(stock: tuple[Standin, int], monkeypatch: pytest.MonkeyPatch) -> None:
    standin, port = stock
    install(standin)
    monkeypatch.setenv(INSISTING, "1")
    for _ in range(2):
        with connect(standin.resource_path, stock_port=port) as bridge:
            assert bridge.hello["pid"] == standin.pid
            assert [track.name for track in read_picture(bridge.request("snapshot")).session] == ["Bass", "Vox"]
            assert reascript_api(bridge).CountTracks("0") == 2
            with pytest.raises(BridgeRefusal) as refused:
                bridge.request("format_disk")
            assert refused.value.kind == "unknown"
            with pytest.raises(BridgeRefusal):
                bridge.read_api("Main_OnCommand", 40004, 0)
    assert standin.control.stats()["script_errors"] == []


def test_that_of_another_reaper_than_the_one_named_is_not_used(
    stock: tuple[Standin, int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    standin, port = stock
    install(standin)
    monkeypatch.setenv(INSISTING, "1")
    with pytest.raises(NoBridgeError) as absent:
        connect(tmp_path / "another", stock_port=port)
    assert absent.value.state is BridgeState.ABSENT


def test_it_is_not_asked_for_an_agent_that_is_not_there(
    stock: tuple[Standin, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    standin, port = stock
    monkeypatch.setenv(INSISTING, "1")
    with pytest.raises(HostGoneError, match="not installed"):
        connect(standin.resource_path, stock_port=port)
    assert is_stock_server(port), "it is still alive"
    assert standin.control.stats()["script_errors"] == []
