"""Where the service listens: on this computer alone, unless it is told otherwise."""

import socket

import pytest

from actions.service.network import Network, hosts
from actions.service.picture import DeskPicture
from actions.service.settings import Settings
from reaper_bridge.session.errors import SettingsError


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, ("127.0.0.1",)),
        ({"host": "127.0.0.1"}, ("127.0.0.1",)),
        ({"host": "127.0.0.1, ::1"}, ("127.0.0.1", "::1")),
        ({"lan": True}, ("0.0.0.0",)),
        ({"lan": True, "host": "192.0.2.5"}, ("127.0.0.1", "192.0.2.5")),
        ({"lan": True, "host": "192.0.2.5,0.0.0.0"}, ("0.0.0.0",)),
    ],
)
def test_it_listens_where_it_is_told_to_and_on_loopback(settings: dict[str, object], expected: tuple[str, ...]) -> None:
    assert hosts(Settings.model_validate(settings)) == expected


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"host": "192.0.2.5"}, "add --lan"),
        ({"host": "0.0.0.0"}, "add --lan"),
        ({"host": "::"}, "add --lan"),
        ({"host": "studio", "lan": True}, "no IP address"),
    ],
)
def test_the_network_is_never_let_in_by_mistake(settings: dict[str, object], why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        hosts(Settings.model_validate(settings))


def network(**settings: object) -> Network:
    return Network(Settings.model_validate(settings), lambda order: None, DeskPicture)


def test_a_port_that_was_chosen_and_is_taken_is_a_sentence() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        closed = network(osc_port=port)
        with pytest.raises(SettingsError, match=f"port {port} .*choose another with --osc-port"):
            closed.open()
        closed.close()


def test_a_host_that_is_not_ours_is_a_sentence() -> None:
    closed = network(osc_port=0, lan=True, host="192.0.2.5")
    with pytest.raises(SettingsError, match=r"OSC cannot listen on 192\.0\.2\.5"):
        closed.open()
    closed.close()


def test_it_is_open_until_it_is_closed() -> None:
    opened = network(osc_port=0)
    opened.open()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.bind(("127.0.0.1", 0))
        client.settimeout(10.0)
        client.sendto(b"/firstpass/ping\0,\0\0\0", ("127.0.0.1", opened.osc_port))
        assert client.recv(2000).startswith(b"/firstpass/pong\0,i\0\0")
    opened.look()
    opened.close()
    opened.look()
    again = network(osc_port=opened.osc_port)
    again.open()
    again.close()


def test_a_port_that_nobody_chose_and_is_taken_is_a_pity_and_no_more(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        settings = Settings.model_construct(_fields_set=set(), osc_port=other.getsockname()[1])
        opened = Network(settings, lambda order: None, DeskPicture)
        opened.open()
        assert opened.osc_port == 0
        assert capsys.readouterr().err.startswith("No tablet can reach this service: OSC cannot listen on 127.0.0.1")
        opened.look()
        opened.announce(0)
        opened.close()
