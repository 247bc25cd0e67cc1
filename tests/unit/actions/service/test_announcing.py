"""The network is told where the service is, and nothing depends on it."""

import os
from collections.abc import Iterator
from time import monotonic, sleep

import pytest
from zeroconf import ServiceInfo, Zeroconf

from actions.service.announcing import OSC, OSCQUERY, Announcement

SECONDS = 30.0
LOOPBACK = ["127.0.0.1"]


@pytest.fixture
def somebody() -> Iterator[Zeroconf]:
    try:
        zeroconf = Zeroconf(interfaces=LOOPBACK)
    except OSError as error:
        pytest.skip(f"this computer speaks no zeroconf: {error}")
    yield zeroconf
    zeroconf.close()


def found(somebody: Zeroconf, kind: str, name: str) -> ServiceInfo | None:
    deadline = monotonic() + SECONDS
    while monotonic() < deadline:
        info = somebody.get_service_info(kind, f"First Pass on {name}.{kind}", 1000)
        if info is not None:
            return info
    return None


def test_somebody_in_the_network_finds_both_ports(somebody: Zeroconf) -> None:
    name = f"test-{os.getpid()}"
    announcement = Announcement(LOOPBACK, {OSC: 9100, OSCQUERY: 9101}, name)
    announcement.start()
    try:
        for kind, port in ((OSC, 9100), (OSCQUERY, 9101)):
            info = found(somebody, kind, name)
            assert info is not None
            assert (info.port, info.parsed_addresses()) == (port, LOOPBACK)
    finally:
        announcement.close()
    assert not announcement._thread.is_alive()


def test_a_port_that_is_not_open_is_not_told(somebody: Zeroconf) -> None:
    kinds = [info.type for info in Announcement(LOOPBACK, {OSC: 0, OSCQUERY: 9101}, "x")._infos()]
    assert kinds == [OSCQUERY]


def test_where_it_fails_there_is_a_line_of_log_and_no_more(caplog: pytest.LogCaptureFixture) -> None:
    announcement = Announcement(LOOPBACK, {"no kind of service": 9100}, "x")
    announcement.start()
    deadline = monotonic() + SECONDS
    while announcement._thread.is_alive() and monotonic() < deadline:
        sleep(0.02)
    announcement.close()
    assert "could not be told" in caplog.text
