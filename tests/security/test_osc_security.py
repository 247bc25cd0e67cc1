"""Whoever floods, lies or is not let in gets nothing, and the service goes on as before."""

import contextlib
import os
import random
import re
import socket
import struct
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from actions.service import guests
from tests.command_line import cloned
from tests.services import Service, serving
from tests.session_builder import TRIO, build_project

MOST_GROWTH_BYTES = 30_000_000


@pytest.fixture(scope="module")
def trio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_project(tmp_path_factory.mktemp("trio"), TRIO)


@pytest.fixture
def song(trio: Path, tmp_path: Path) -> Path:
    return cloned(trio, tmp_path / "song")


@pytest.fixture
def service(song: Path, tmp_path: Path) -> Iterator[Service]:
    with serving(tmp_path / "data", project=song) as service:
        service.until_ready()
        yield service


def message(path: str, *arguments: object) -> bytes:
    builder = OscMessageBuilder(path)
    for argument in arguments:
        builder.add_arg(argument)  # type: ignore[arg-type]
    return builder.build().dgram


class Tablet:
    """Somebody with a socket at an address of this computer."""

    def __init__(self, service: Service, ip: str = "127.0.0.1") -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((ip, 0))
        self.socket.settimeout(0.2)
        self.place = (ip, service.osc_port)

    def __enter__(self) -> "Tablet":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, packet: bytes) -> None:
        self.socket.sendto(packet, self.place)

    def answers(self, seconds: float) -> list[bytes]:
        """Return what comes within a time."""
        found = []
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                found.append(self.socket.recv(65_536))
            except TimeoutError:
                continue
        return found

    def pong(self) -> bool:
        """Ping until it is answered; every packet may be lost."""
        for _ in range(100):
            self.send(message("/firstpass/ping", 1))
            try:
                while True:
                    if self.socket.recv(65_536).startswith(b"/firstpass/pong"):
                        return True
            except TimeoutError:
                continue
        return False


def memory_bytes(service: Service) -> int:
    return int(psutil.Process(service.process.pid).memory_info().rss)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["random", "nudges", "hello", "huge"])
def test_a_flood_changes_nothing_for_others_and_takes_no_memory(service: Service, song: Path, kind: str) -> None:
    before = song.read_bytes()
    rng = random.Random(kind)
    packets = {
        "random": [rng.randbytes(rng.randrange(200)) for _ in range(500)],
        "nudges": [message("/firstpass/amount", rng.random()) for _ in range(500)],
        "hello": [message("/firstpass/hello", 1)],
        "huge": [message("/firstpass/genre", "x" * 60_000)],
    }[kind]
    with Tablet(service) as flooder, Tablet(service) as tablet:
        assert tablet.pong()
        start, sent, told = memory_bytes(service), 0, 0
        deadline = time.monotonic() + 4.0
        next_ping = time.monotonic()
        while time.monotonic() < deadline:
            for _ in range(100):
                flooder.send(packets[sent % len(packets)])
                sent += 1
            # some 20,000 a second, as far as this computer can
            time.sleep(0.002)
            if time.monotonic() >= next_ping:
                next_ping += 1.0
                told += tablet.pong()
                assert service.state(), "the door is open"
        assert told >= 3
        assert memory_bytes(service) - start < MOST_GROWTH_BYTES
        assert sent > 5_000
        lines = service.log.read_text("utf-8").splitlines()
        assert sum("too many packets" in line for line in lines) in range(1, 15)
        assert len(lines) < 200
    service.until_ended()
    assert song.read_bytes() == before


def test_packets_of_every_broken_kind_are_a_line_of_log_and_no_more(service: Service, song: Path) -> None:
    before = song.read_bytes()
    head = b"/firstpass/mix/all\0\0"
    broken = [b"\0", b"#bundle\0", head + b",x\0\0", head + b",f\0\0\x3f", head + b",s\0\0\xff\xfe\xfd\0"]
    broken += [head[:-1], b"/" * 9000]
    nested = message("/firstpass/mix/all", 1)
    for _ in range(400):
        nested = b"#bundle\0" + b"\0" * 8 + struct.pack(">i", len(nested)) + nested
    with Tablet(service) as tablet:
        for packet in [*broken, nested, message("/firstpass/*", 1), message("/firstpass/amount", float("nan"))]:
            tablet.send(packet)
            tablet.send(message("/firstpass/ping", 1))
        assert tablet.pong()
    assert service.state()["doing"] == ""
    assert song.read_bytes() == before
    assert "Traceback" not in service.log.read_text("utf-8") + service.said.read_text("utf-8")


def test_it_listens_on_loopback_alone(service: Service) -> None:
    table = Path("/proc/net/udp")
    if not table.exists():
        pytest.skip("only Linux tells which address a socket of another process is bound to")
    rows = [row.split()[1] for row in table.read_text().splitlines()[1:]]
    loopback = f"{struct.unpack('=I', socket.inet_aton('127.0.0.1'))[0]:08X}"
    assert [row for row in rows if row.endswith(f":{service.osc_port:04X}")] == [f"{loopback}:{service.osc_port:04X}"]
    listening = {c.laddr.ip for c in psutil.Process(service.process.pid).net_connections("inet") if c.laddr}
    assert listening == {"127.0.0.1"}


def outside_address() -> str | None:
    """Return an address of this computer that is not loopback."""
    found = (a.address for every in psutil.net_if_addrs().values() for a in every if a.family == socket.AF_INET)
    return next((ip for ip in found if not ip.startswith("127.")), None)


def test_a_tablet_from_the_network_asks_at_the_desk_until_it_is_let_in(
    song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ip = outside_address()
    if ip is None:
        pytest.skip("this computer is in no network")
    monkeypatch.setenv("FIRST_PASS_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("FIRST_PASS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("FIRST_PASS_ANNOUNCE", "no")
    before = song.read_bytes()
    with contextlib.ExitStack() as stack:
        service = stack.enter_context(serving(tmp_path / "data", project=song, flags=["--lan"]))
        service.until_ready()
        tablet = stack.enter_context(Tablet(service, ip))
        for _ in range(20):
            tablet.send(message("/firstpass/hello", 1))
            tablet.send(message("/firstpass/mix/all", 1))
        (answer,) = tablet.answers(1.0)
        told = OscMessage(answer)
        assert (told.address, told.params) == ("/firstpass/error", ["Ask at the desk: this device is not let in yet."])
        request = urllib.request.Request(f"http://{ip}:{service.panel_port}/?HOST_INFO")
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(request, timeout=30.0)
        assert service.state()["doing"] == ""
        assert guests.who_waits() == (ip,)
        assert f"first-pass allow {ip}" in service.said.read_text("utf-8")
        guests.allow(ip)
        service.wait_for(tablet.pong, bool)
        guests.allow_nobody()
        service.wait_for(lambda: not tablet.answers(1.0) and not _answers(tablet), bool)
        assert service.ended() == 0
        assert guests.who_waits() == ()
    assert song.read_bytes() == before


def _answers(tablet: Tablet) -> bool:
    tablet.send(message("/firstpass/ping", 1))
    return any(answer.startswith(b"/firstpass/pong") for answer in tablet.answers(0.5))


def test_nothing_that_was_sent_stands_in_the_log(service: Service) -> None:
    secret = "correct horse battery staple"
    with Tablet(service) as tablet:
        tablet.send(message(f"/firstpass/{secret.replace(' ', '_')}", secret))
        tablet.send(message("/firstpass/genre", secret))
        tablet.send(message("/firstpass/mix/all", secret))
        assert tablet.pong()
    written = service.log.read_text("utf-8") + service.said.read_text("utf-8")
    assert not re.search("horse", written)
    assert "no such address of OSC" in written
    assert os.access(service.log, os.R_OK)
