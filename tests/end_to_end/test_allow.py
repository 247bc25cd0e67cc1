"""Who may come in from the network is said on the command line; and a port that is taken is a sentence."""

import socket
from pathlib import Path

import pytest

from tests.command_line import run


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRST_PASS_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("FIRST_PASS_DATA_DIR", str(tmp_path / "data"))


def test_a_tablet_is_let_in_listed_and_shut_out() -> None:
    assert run("allow", "--list").stdout == ""
    assert run("allow", "192.0.2.7").stdout == "192.0.2.7 is let in.\n"
    assert run("allow", "192.0.2.8").status == 0
    assert run("allow", "--list").stdout == "192.0.2.7 is let in.\n192.0.2.8 is let in.\n"
    assert run("allow", "--clear").status == 0
    assert run("allow", "--list").stdout == ""


def test_what_is_no_address_is_one_sentence() -> None:
    ran = run("allow", "tablet")
    assert (ran.status, ran.stderr.count("\n")) == (1, 1)
    assert "no IP address" in ran.stderr


@pytest.mark.parametrize("words", [[], ["192.0.2.7", "--clear"], ["--list", "--clear"]])
def test_one_thing_at_a_time(words: list[str]) -> None:
    assert run("allow", *words).status == 2


@pytest.mark.parametrize(("flag", "kind"), [("--osc-port", socket.SOCK_DGRAM), ("--panel-port", socket.SOCK_STREAM)])
def test_a_port_that_is_taken_is_one_sentence(song: Path, flag: str, kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            other.listen()
        ports = {"--osc-port": "0", "--panel-port": "0", flag: str(other.getsockname()[1])}
        ran = run("serve", "--project", song, *(word for pair in ports.items() for word in pair))
    assert ran.status == 1
    assert f"choose another with {flag}" in ran.stderr.splitlines()[-1]
    assert "Traceback" not in ran.stderr


def test_the_network_is_not_let_in_without_being_asked_for(song: Path) -> None:
    ran = run("serve", "--project", song, "--host", "0.0.0.0")
    assert ran.status == 1
    assert "add --lan" in ran.stderr
