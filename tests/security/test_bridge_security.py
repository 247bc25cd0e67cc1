"""Whoever else runs on this computer or sits on the network gets nothing out of the bridge, and REAPER stays alive."""

import json
import random
import re
import socket
import stat
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from reaper_bridge.live.connection import Bridge, BridgeRefusal, connect
from reaper_bridge.live.discovery import Endpoint, read_endpoint
from reaper_bridge.live.inside.connections import STRANGER_FRAME_BYTES
from reaper_bridge.live.inside.readable import READABLE
from tests.small_host import SmallHost

SECONDS = 30.0


@pytest.fixture
def endpoint(small_host: SmallHost) -> Endpoint:
    found = read_endpoint(small_host.resource_path)
    assert found is not None
    return found


@pytest.fixture
def good_client(small_host: SmallHost) -> Iterator[Bridge]:
    """A client with the token, connected before anything bad happens."""
    with connect(small_host.resource_path) as bridge:
        yield bridge


@pytest.fixture(autouse=True)
def reaper_is_unharmed(small_host: SmallHost, endpoint: Endpoint, good_client: Bridge) -> Iterator[None]:
    """After every test: REAPER lives, answers old and new clients, nothing was changed, the token shows nowhere."""
    yield
    assert small_host.is_alive, small_host.log.read_text()
    assert good_client.request("ping") == "pong"
    with connect(small_host.resource_path) as bridge:
        assert bridge.request("ping") == "pong"
    assert small_host.touched == ""
    assert endpoint.token not in small_host.log.read_text()


def test_the_bridge_listens_on_this_computer_only(small_host: SmallHost, endpoint: Endpoint) -> None:
    if not Path("/proc/net/tcp").exists():
        pytest.skip("only Linux tells which address a socket of another process is bound to")
    listening = "0A"
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    bound = {row[1] for row in rows if row[3] == listening and row[1].endswith(f":{endpoint.port:04X}")}
    assert bound == {f"{struct.unpack('=I', socket.inet_aton('127.0.0.1'))[0]:08X}:{endpoint.port:04X}"}
    six = Path("/proc/net/tcp6")
    assert not six.exists() or f":{endpoint.port:04X} 00000000000000000000000000000000:0000 0A" not in six.read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no such modes; the user's profile is private there")
def test_the_file_with_the_token_is_the_users_alone(small_host: SmallHost) -> None:
    folder = small_host.resource_path / "First Pass"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "bridge.json").stat().st_mode) == 0o600
    assert [file.name for file in folder.iterdir()] == ["bridge.json"]


@pytest.mark.parametrize(
    "request_",
    [
        {"function": "ping", "input": None},
        {"function": "AUTH", "input": ""},
        {"function": "AUTH", "input": None},
        {"function": "AUTH", "input": "é" * 43},
        {"function": "AUTH", "input": ["A" * 43]},
        {"function": "AUTH"},
        {"function": "HOLD"},
        {"function": {"__callable__": True, "module_name": "builtins", "name": "exec"}, "input": {"args": ["1"]}},
        ["AUTH"],
        None,
        7,
    ],
)
def test_without_the_token_the_door_is_shut(endpoint: Endpoint, request_: object) -> None:
    assert _reply_to_stranger(endpoint, _frame(json.dumps(request_).encode())) == b""


def test_a_token_that_is_nearly_right_is_wrong(endpoint: Endpoint) -> None:
    for token in (endpoint.token[:-1], endpoint.token + "A", endpoint.token.swapcase(), "\x00" + endpoint.token):
        assert _reply_to_stranger(endpoint, _auth(token)) == b""
    assert b'"result"' in _reply_to_stranger(endpoint, _auth(endpoint.token))


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nPING",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100),
        b"\xff" * 8,
        (1 << 63).to_bytes(8, "little"),
        (STRANGER_FRAME_BYTES + 1).to_bytes(8, "little"),
        bytes(8),
        (100).to_bytes(8, "little") + b"[" * 100,
        (4000).to_bytes(8, "little") + b"[" * 4000,
        (10).to_bytes(8, "little") + b"\xff\xfe" * 5,
    ],
)
def test_what_is_no_frame_of_ours_ends_the_connection(endpoint: Endpoint, data: bytes) -> None:
    assert _reply_to_stranger(endpoint, data) == b""


def test_ten_thousand_random_and_malformed_frames(endpoint: Endpoint, good_client: Bridge) -> None:
    chance = random.Random(1)
    answered = 0
    trusted = _trusted(endpoint)
    for number in range(10_000):
        payload = _malformed(chance)
        if number % 10 == 0:
            _reply_to_stranger(endpoint, _frame(payload))
        else:
            trusted.sendall(_frame(payload))
            assert json.loads(_read_frame(trusted))["type"] == "error"
            answered += 1
        if number % 500 == 0:
            assert good_client.request("ping") == "pong"
    assert answered == 9000
    trusted.close()


def test_half_frames_and_killed_clients(endpoint: Endpoint, good_client: Bridge) -> None:
    for size in (0, 1, 7, 8, 9, 40):
        for is_trusted in (False, True):
            sock = _trusted(endpoint) if is_trusted else _stranger(endpoint)
            sock.sendall(_frame(b'{"function": "ping", "input": {"args": [], "kwargs": {}}}')[:size])
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            sock.close()  # with a reset, as a killed process
            assert good_client.request("ping") == "pong"


def test_a_client_killed_while_it_holds_reaper(endpoint: Endpoint, good_client: Bridge) -> None:
    sock = _trusted(endpoint)
    sock.sendall(_frame(b'{"function": "HOLD", "input": null}'))
    _read_frame(sock)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()
    assert good_client.request("ping") == "pong"


def test_a_slow_sender_keeps_nobody_waiting_and_is_hung_up_on(endpoint: Endpoint, good_client: Bridge) -> None:
    slow = [_stranger(endpoint) for _ in range(8)]
    frame = _auth("A" * 43)
    end = time.monotonic() + SECONDS
    open_ = list(slow)
    sent = 0
    while open_ and time.monotonic() < end:
        assert good_client.request("ping") == "pong"
        for sock in list(open_):
            try:
                sock.sendall(frame[sent : sent + 1])
                sock.settimeout(0.01)
                if sock.recv(1) == b"":
                    open_.remove(sock)
            except TimeoutError:
                pass
            except OSError:
                open_.remove(sock)
        sent = min(sent + 1, len(frame) - 2)
    assert open_ == []
    for sock in slow:
        sock.close()


def test_a_flood_of_connections_does_not_keep_a_client_out(small_host: SmallHost, endpoint: Endpoint) -> None:
    flood = [_stranger(endpoint) for _ in range(200)]
    with connect(small_host.resource_path) as bridge:
        assert bridge.request("ping") == "pong"
    for sock in flood:
        sock.close()


def test_a_flood_of_requests_leaves_room_for_others(endpoint: Endpoint, good_client: Bridge) -> None:
    flood = _trusted(endpoint)
    flood.setblocking(False)
    frame = _frame(b'{"function": "ping", "input": null}') * 100
    for _ in range(20):
        try:
            while flood.send(frame):
                pass
        except BlockingIOError:
            pass
        assert good_client.request("ping") == "pong"
    flood.close()


def test_a_client_who_does_not_read_its_reply_stops_nobody(endpoint: Endpoint, good_client: Bridge) -> None:
    deaf = _trusted(endpoint)
    for _ in range(10):
        deaf.sendall(_api_frame("GetExtState", ["section", "20000000"]))
    for _ in range(50):
        assert good_client.request("ping") == "pong"
    deaf.close()


@pytest.mark.parametrize("depth", [1000, 100_000])
def test_deep_nesting_is_refused(endpoint: Endpoint, depth: int) -> None:
    sock = _trusted(endpoint)
    for text in ("[" * depth, '{"a":' * depth, '{"function": "ping", "input": ' + "[" * depth + "]" * depth + "}"):
        sock.sendall(_frame(text.encode()))
        assert json.loads(_read_frame(sock))["kind"] == "malformed"
    sock.close()


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1" * 5000])
def test_numbers_that_are_none_are_refused(endpoint: Endpoint, number: str) -> None:
    sock = _trusted(endpoint)
    text = '{"function": "ping", "input": {"args": [' + number + '], "kwargs": {}}}'
    sock.sendall(_frame(text.encode()))
    assert json.loads(_read_frame(sock))["type"] == "error"
    sock.close()


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("builtins", "exec"), ("builtins", "eval"), ("os", "system"), ("subprocess", "run"), ("sys", "exit"),
        ("reaper_python", "RPR_CountTracks"), ("reapy.reascript_api", "SetMediaTrackInfo_Value"),
        ("reapy.reascript_api", "Main_OnCommand"), ("reapy.reascript_api", "ExecProcess"),
        ("reapy.reascript_api", "GetSetMediaTrackInfo_String"), ("reapy.reascript_api", "__class__"),
        ("reapy.reascript_api", "CountTracks.__globals__"), ("reapy.reascript_api", ""),
        ("reaper_bridge.live.inside.server", "stop"), ("reapy.core.project.project", "Project.bpm.fset"),
    ],
)  # fmt: skip
def test_no_function_is_called_but_those_that_read(endpoint: Endpoint, module: str, name: str) -> None:
    function = {"__callable__": True, "module_name": module, "name": name}
    sock = _trusted(endpoint)
    sock.sendall(_frame(json.dumps({"function": function, "input": {"args": ["echo"], "kwargs": {}}}).encode()))
    assert json.loads(_read_frame(sock))["kind"] == "forbidden"
    sock.close()


@pytest.mark.parametrize("function", ["agent:hello", "server:stop", "__import__", "AUTH", "", "os.system", "ping "])
def test_no_name_is_known_but_those_in_the_table(good_client: Bridge, function: str) -> None:
    with pytest.raises(BridgeRefusal) as refused:
        good_client.request(function)
    assert refused.value.kind == "unknown"


def test_arguments_a_function_does_not_take_do_no_harm(good_client: Bridge) -> None:
    for arguments in ([1], [[]], [{"__reapy__": True, "class": "Project"}], [{"__callable__": True}]):
        with pytest.raises(BridgeRefusal, match="TypeError"):
            good_client.request("ping", *arguments)


@pytest.mark.parametrize("size", [0, -1, 4 * 1024 * 1024 + 1, 2**31 - 1, "64", None, 1.5])
def test_a_buffer_is_never_written_past_its_end(good_client: Bridge, size: object) -> None:
    with pytest.raises(BridgeRefusal) as refused:
        good_client.read_api("GetTrackName", good_client.read_api("GetTrack", "0", 0), "", size)
    assert refused.value.kind == "malformed"


def test_the_functions_that_read_neither_set_nor_create_nor_ask() -> None:
    doing = re.compile(r"GetSet|Set[A-Z]|Create|Insert|Delete|Remove|Add|OnCommand|Exec|Dialog|Message|Save|open|User")
    assert [name for name in READABLE if doing.search(name)] == []
    creating_on_request = {"GetFXEnvelope", "TakeFX_GetEnvelope", "TrackFX_GetByName", "TrackFX_GetEQ"}
    assert creating_on_request.isdisjoint(READABLE)


def test_the_functions_that_read_are_reapers_and_every_buffer_size_is_known(shared: Path) -> None:
    signatures = json.loads((shared / "reference" / "reascript-signatures.json").read_text())
    signatures = signatures.get("functions", signatures)
    for name, positions in READABLE.items():
        arguments = signatures[name].partition("(")[2].rstrip(")").split(", ")
        assert positions == tuple(index for index, text in enumerate(arguments) if text.endswith("_sz")), name
        writes = [text for text in arguments if re.match(r"(char|double|float|void)\* ", text) and "Out" not in text]
        assert all(f"{text.split()[-1]}_sz" in " ".join(arguments) for text in writes if text.startswith("char")), name
        assert not any(text.startswith("double* buf") or "samplebuffer" in text for text in writes), name


def _stranger(endpoint: Endpoint) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", endpoint.port), SECONDS)
    sock.settimeout(SECONDS)
    return sock


def _trusted(endpoint: Endpoint) -> socket.socket:
    sock = _stranger(endpoint)
    _read_frame(sock)
    sock.sendall(_auth(endpoint.token))
    assert json.loads(_read_frame(sock))["type"] == "result"
    return sock


def _reply_to_stranger(endpoint: Endpoint, data: bytes) -> bytes:
    """Send bytes, and nothing more; return what comes back after the greeting until the bridge hangs up."""
    with _stranger(endpoint) as sock:
        try:
            _read_frame(sock)
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)
            received = b""
            while more := sock.recv(65536):
                received += more
        except ConnectionError:
            return b""
        return received


def _auth(token: str) -> bytes:
    return _frame(json.dumps({"function": "AUTH", "input": token}).encode())


def _api_frame(name: str, args: list[object]) -> bytes:
    function = {"__callable__": True, "module_name": "reapy.reascript_api", "name": name}
    return _frame(json.dumps({"function": function, "input": {"args": args, "kwargs": {}}}).encode())


def _frame(payload: bytes) -> bytes:
    return len(payload).to_bytes(8, "little") + payload


def _read_frame(sock: socket.socket) -> bytes:
    def exactly(size: int) -> bytes:
        data = b""
        while len(data) < size:
            more = sock.recv(size - len(data))
            if not more:
                raise ConnectionResetError
            data += more
        return data

    return exactly(int.from_bytes(exactly(8), "little"))


def _malformed(chance: random.Random) -> bytes:
    """Return a payload that no client of ours would send: noise, torn JSON, or a request of the wrong form."""
    request = json.dumps({"function": "ping", "input": {"args": [], "kwargs": {}}}).encode()
    kind = chance.randrange(5)
    if kind == 0:
        return chance.randbytes(chance.randrange(1, 200))
    if kind == 1:
        return request[: chance.randrange(1, len(request) - 1)]
    if kind == 2:
        torn = bytearray(request)
        torn[0] = chance.choice(b"}]x\x00\xff")
        return bytes(torn)
    values: list[object] = [None, True, 0, -1, 1e308, "", "ping", [], {}, {"args": 1}, {"args": [], "kwargs": []}, [[]]]
    if kind == 3:
        return json.dumps({"function": chance.choice(values[:6]), "input": chance.choice(values[4:])}).encode()
    return json.dumps(chance.choice(values)).encode()
