"""Frames as python-reapy sends them: 8 bytes of length, little-endian, then JSON; all with deadlines."""

import json
import socket
import time
from collections.abc import Mapping
from typing import Any, Final

HEADER_BYTES: Final = 8
MOST_BYTES: Final = 1 << 30
_READ_BYTES: Final = 1 << 20


class FrameError(ConnectionError):
    """What came is no frame, or the other side closed in the middle of one."""


def encode(request: Mapping[str, Any]) -> bytes:
    """Return the frame of a request.

    Raises:
        TypeError, ValueError: JSON cannot say it; nothing was sent yet.
    """
    payload = json.dumps(request, allow_nan=False).encode("ascii")
    return len(payload).to_bytes(HEADER_BYTES, "little") + payload


def send_all(sock: socket.socket, frame: bytes, deadline: float) -> None:
    """Send a frame whole.

    Raises:
        OSError: It could not be sent before ``deadline`` (by ``time.monotonic``); the stream is of no use after that.
    """
    sock.settimeout(_seconds_left(deadline))
    sock.sendall(frame)


def read_frame(sock: socket.socket, deadline: float) -> bytes:
    """Return the payload of the next frame.

    Raises:
        TimeoutError: It was not there before ``deadline``.
        OSError: The connection broke, or what came is no frame.
    """
    size = int.from_bytes(_read_exactly(sock, HEADER_BYTES, deadline), "little")
    if not 0 < size <= MOST_BYTES:
        raise FrameError("what came is no frame")
    return _read_exactly(sock, size, deadline)


def _read_exactly(sock: socket.socket, size: int, deadline: float) -> bytes:
    received = bytearray()
    while len(received) < size:
        sock.settimeout(_seconds_left(deadline))
        data = sock.recv(min(size - len(received), _READ_BYTES))
        if not data:
            raise FrameError("the other side closed the connection")
        received += data
    return bytes(received)


def _seconds_left(deadline: float) -> float:
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("no answer in time")
    return seconds
