"""The door answers one line with one line, on loopback alone, and survives whatever is sent."""

import asyncio
import json
import logging
import os
import random
import socket
import stat
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from actions.service import door as door_module
from actions.service.door import MOST_BYTES, MOST_CONNECTIONS, Door
from actions.service.orders import Order

Use = Callable[[int, str], Awaitable[None]]
VERBS = ("mix_all", "state")


def at_an_open_door(tmp_path: Path, use: Use) -> list[Order]:
    """Open a door, use it, close it; return the orders that came through."""
    orders: list[Order] = []

    def answer(order: Order) -> dict[str, Any]:
        orders.append(order)
        return {"state": {"name": "ready"}}

    async def run() -> None:
        door = Door(answer, VERBS)
        file = tmp_path / "own" / "service.json"
        port = await door.open(file)
        try:
            await use(port, json.loads(file.read_text("utf-8"))["token"])
        finally:
            await door.close()
        assert not file.exists()

    asyncio.run(asyncio.wait_for(run(), 60.0))
    return orders


async def said(port: int, data: bytes, *, end: bool = False) -> bytes:
    """Send bytes and return what comes back until the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data)
        if end:
            writer.write_eof()
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def asked(port: int, **what: Any) -> Any:
    return json.loads(await said(port, json.dumps(what).encode() + b"\n"))


def test_an_order_with_the_token_is_answered_with_the_state(tmp_path: Path) -> None:
    async def use(port: int, token: str) -> None:
        reply = await asked(port, token=token, do="mix_all", request_id="7")
        assert reply == {"ok": True, "state": {"name": "ready"}}

    assert at_an_open_door(tmp_path, use) == [Order("mix_all", "7")]


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"[]\n",
        b'"mix_all"\n',
        b'{"do": "mix_all"}\n',
        b'{"token": "", "do": "mix_all"}\n',
        b'{"token": "guess", "do": "mix_all"}\n',
        b'{"token": null, "do": "mix_all"}\n',
        b'{"token": ["x"], "do": "mix_all"}\n',
        '{"token": "\\ud800é", "do": "mix_all"}\n'.encode(),
        b"\xff\xfe\x00\n",
        b"[" * 3000 + b"\n",
        b'{"token": NaN}\n',
    ],
)
def test_who_does_not_know_the_token_gets_one_line_and_nothing_is_done(tmp_path: Path, line: bytes) -> None:
    async def use(port: int, token: str) -> None:
        told = await said(port, line)
        assert told.count(b"\n") == 1
        reply = json.loads(told)
        assert reply["ok"] is False
        assert token not in reply["error"]
        assert (await asked(port, token=token, do="state"))["ok"]

    assert [order.do for order in at_an_open_door(tmp_path, use)] == ["state"]


@pytest.mark.parametrize(
    "what",
    [{}, {"do": "format_disk"}, {"do": ["mix_all"]}, {"do": "mix_all", "request_id": 7},
     {"do": "mix_all", "request_id": "x" * 65}, {"do": None}],
)  # fmt: skip
def test_with_the_token_but_not_an_order_nothing_is_done(tmp_path: Path, what: dict[str, Any]) -> None:
    async def use(port: int, token: str) -> None:
        assert (await asked(port, token=token, **what))["ok"] is False

    assert at_an_open_door(tmp_path, use) == []


def test_more_than_a_line_is_dropped(tmp_path: Path) -> None:
    async def use(port: int, token: str) -> None:
        assert await said(port, b"x" * (4 * MOST_BYTES)) == b""
        assert (await asked(port, token=token, do="state"))["ok"]

    at_an_open_door(tmp_path, use)


def test_who_says_nothing_or_half_a_line_is_dropped_and_others_are_served_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door_module, "MOST_SECONDS", 0.5)

    async def use(port: int, token: str) -> None:
        silent, half = asyncio.create_task(said(port, b"")), asyncio.create_task(said(port, b'{"tok'))
        assert (await asked(port, token=token, do="state"))["ok"]
        assert await silent == b""
        assert await half == b""
        assert await said(port, b'{"token"', end=True) != b""

    at_an_open_door(tmp_path, use)


def test_a_crowd_is_turned_away_and_the_door_serves_again_when_it_has_left(tmp_path: Path) -> None:
    async def use(port: int, token: str) -> None:
        crowd = [await asyncio.open_connection("127.0.0.1", port) for _ in range(MOST_CONNECTIONS)]
        assert await said(port, json.dumps({"token": token, "do": "state"}).encode() + b"\n") == b""
        for _, writer in crowd:
            writer.close()
            await writer.wait_closed()
        while not await said(port, json.dumps({"token": token, "do": "state"}).encode() + b"\n"):
            await asyncio.sleep(0.01)

    at_an_open_door(tmp_path, use)


def test_a_thousand_random_messages_do_no_harm(tmp_path: Path) -> None:
    draw = random.Random(3)

    async def use(port: int, token: str) -> None:
        line = json.dumps({"token": token, "do": "mix_all"}).encode()
        for _ in range(1000):
            bad = bytearray(line)
            for _ in range(draw.randint(1, 5)):
                bad[draw.randrange(len(bad))] = draw.randrange(256)
            if bytes(bad) != line:
                await said(port, bytes(bad) + b"\n")
        assert (await asked(port, token=token, do="state"))["ok"]

    orders = at_an_open_door(tmp_path, use)
    assert orders[-1].do == "state"
    # a message may still be an order when only blanks or quotes of its form were hit
    assert len([order for order in orders if order.do == "mix_all"]) < 10


def test_it_listens_on_loopback_alone(tmp_path: Path) -> None:
    async def use(port: int, token: str) -> None:
        others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
        for address in {str(other) for other in others if not str(other).startswith("127.")}:
            with pytest.raises(OSError):
                await asyncio.wait_for(asyncio.open_connection(address, port), 5.0)
        if sys.platform == "linux":
            with socket.socket() as taken:
                # nobody listens on every address: the port is still free on another one of loopback
                taken.bind(("127.0.0.2", port))

    at_an_open_door(tmp_path, use)


def test_only_the_user_can_read_port_and_token(tmp_path: Path) -> None:
    async def use(port: int, token: str) -> None:
        file = tmp_path / "own" / "service.json"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        assert json.loads(file.read_text("utf-8")) == {"port": port, "token": token, "pid": os.getpid(), "protocol": 1}
        assert len(token) >= 32

    at_an_open_door(tmp_path, use)


def test_the_token_is_new_each_time_and_never_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    tokens: set[str] = set()

    async def use(port: int, token: str) -> None:
        tokens.add(token)
        await asked(port, token=token, do="mix_all")
        await asked(port, token=token, do="nonsense")
        await said(port, token.encode() + b"\n")
        await said(port, token.encode() * 1000)

    with caplog.at_level(logging.DEBUG):
        for _ in range(2):
            at_an_open_door(tmp_path, use)
    assert len(tokens) == 2
    assert caplog.records
    assert not [token for token in tokens if token in caplog.text]


def test_an_answer_that_goes_wrong_is_one_line(tmp_path: Path) -> None:
    def answer(order: Order) -> dict[str, Any]:
        raise RuntimeError("secret inside")

    async def run() -> None:
        door = Door(answer, VERBS)
        file = tmp_path / "service.json"
        port = await door.open(file)
        reply = await asked(port, token=json.loads(file.read_text("utf-8"))["token"], do="state")
        await door.close()
        assert reply == {"ok": False, "error": "Something unexpected went wrong (RuntimeError)."}

    asyncio.run(run())
