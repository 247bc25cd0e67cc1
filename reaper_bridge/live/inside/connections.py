"""One client of the bridge: its socket, what came in and what has yet to go out. Nothing here ever waits.

A frame is the length of its payload, 8 bytes little-endian, then the payload, as python-reapy speaks it.
"""

from __future__ import annotations

import json
import secrets
import socket
import time

HEADER_BYTES = 8
STRANGER_FRAME_BYTES = 4 * 1024
"""The largest frame of a client who has not shown the token."""
FRAME_BYTES = 256 * 1024 * 1024
READ_BYTES = 1024 * 1024
STRANGER_SECONDS = 5.0
"""How long a client may take to show the token."""
UNREAD_SECONDS = 30.0
"""How long a client may leave a reply unread."""


class BrokenFrame(Exception):
    """The client does not speak our frames, or lacks the token."""


class Connection:
    """A client, non-blocking on both sides."""

    def __init__(self, sock: socket.socket, address: tuple[str, int]) -> None:
        self.socket = sock
        self.is_trusted = False
        self._in = bytearray()
        self._out = bytearray()
        self._moved = time.monotonic()
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.send(str(address).encode("ascii"))  # the greeting python-reapy's client waits for

    @property
    def has_output(self) -> bool:
        """Tell whether the client has yet to take a reply."""
        return bool(self._out)

    def receive(self) -> bool:
        """Take what the client sent; return False when it has gone.

        Raises:
            BrokenFrame: The frame that comes is longer than this client may send.
        """
        room = HEADER_BYTES + self._largest_frame_bytes() - len(self._in)
        if room <= 0:
            return True
        try:
            data = self.socket.recv(min(room, READ_BYTES))
        except (BlockingIOError, InterruptedError):
            return True
        except OSError:
            return False
        self._in += data
        self._frame_bytes()
        return bool(data)

    def next_frame(self) -> bytes | None:
        """Take the next whole frame, if there is one and the client took the reply to the one before.

        Raises:
            BrokenFrame: The frame is longer than this client may send.
        """
        size = self._frame_bytes()
        if self._out or size is None or len(self._in) < HEADER_BYTES + size:
            return None
        frame = bytes(self._in[HEADER_BYTES : HEADER_BYTES + size])
        del self._in[: HEADER_BYTES + size]
        return frame

    def send(self, payload: bytes) -> None:
        """Send a frame, as far as the client takes it now; the rest goes with ``flush``."""
        self._out += len(payload).to_bytes(HEADER_BYTES, "little") + payload
        self._moved = time.monotonic()
        self.flush()

    def flush(self) -> bool:
        """Send on what waits; return False when the client has gone."""
        try:
            while self._out:
                sent = self.socket.send(memoryview(self._out)[:READ_BYTES])
                del self._out[:sent]
                self._moved = time.monotonic()
        except (BlockingIOError, InterruptedError):
            return True
        except OSError:
            return False
        return True

    def overdue(self, now: float) -> bool:
        """Tell whether the client keeps us waiting for its token, or for taking a reply."""
        if not self.is_trusted:
            return now - self._moved > STRANGER_SECONDS
        return self.has_output and now - self._moved > UNREAD_SECONDS

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()

    def _largest_frame_bytes(self) -> int:
        return FRAME_BYTES if self.is_trusted else STRANGER_FRAME_BYTES

    def _frame_bytes(self) -> int | None:
        """Return how long the frame is whose header has come."""
        if len(self._in) < HEADER_BYTES:
            return None
        size = int.from_bytes(self._in[:HEADER_BYTES], "little")
        if not 0 < size <= self._largest_frame_bytes():
            raise BrokenFrame
        return size


def shows_token(frame: bytes, token: str) -> bool:
    """Tell whether a first frame is ``{"function": "AUTH", "input": token}``, in a time that tells nothing."""
    try:
        request = json.loads(frame.decode("utf-8"))
        given = request["input"] if request["function"] == "AUTH" else None
    except (ValueError, RecursionError, TypeError, KeyError):
        return False
    if not isinstance(given, str):
        return False
    return secrets.compare_digest(given.encode("utf-8", "replace"), token.encode("ascii"))
