"""A connection that exchanges one request for one reply, and is dead for good after the first thing that goes wrong."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Mapping
from typing import Any, Final

from reaper_bridge.live.frames import FrameError, encode, read_frame, send_all
from reaper_bridge.session.errors import HostGoneError

LOOPBACK: Final = "127.0.0.1"


class Line:
    """A socket to a server inside REAPER; several threads may share it.

    Raises:
        TimeoutError: The server does not greet in time.
        OSError: Nobody listens, or what listens does not speak frames.
    """

    def __init__(self, port: int, timeout_seconds: float) -> None:
        self.port = port
        self._lock = threading.RLock()
        self._fault: str | None = None
        deadline = time.monotonic() + timeout_seconds
        self._socket = socket.create_connection((LOOPBACK, port), timeout_seconds)
        try:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.greeting = read_frame(self._socket, deadline).decode("ascii", "replace")
        except BaseException:
            self._socket.close()
            raise

    @property
    def is_alive(self) -> bool:
        """Tell whether nothing has gone wrong so far."""
        return self._fault is None

    def exchange(self, request: Mapping[str, Any], timeout_seconds: float) -> dict[str, Any]:
        """Send a request and return the reply.

        Raises:
            TypeError, ValueError: JSON cannot say the request; the line stays good.
            HostGoneError: The reply did not come, or the line was dead already.
        """
        frame = encode(request)
        with self._lock:
            if self._fault is not None:
                raise HostGoneError(_gone(self._fault))
            deadline = time.monotonic() + timeout_seconds
            try:
                send_all(self._socket, frame, deadline)
                reply = json.loads(read_frame(self._socket, deadline))
                if not isinstance(reply, dict) or reply.get("type") not in ("result", "error"):
                    raise FrameError("what came is no reply")
            except TimeoutError as error:
                self._end(f"no answer within {timeout_seconds:.0f} s")
                raise HostGoneError(_gone(self._fault)) from error
            except (OSError, ValueError, RecursionError) as error:
                self._end("the connection broke")
                raise HostGoneError(_gone(self._fault)) from error
            except BaseException:  # interrupted between request and reply: the next reply would be the wrong one
                self._end("interrupted")
                raise
        return reply

    def close(self) -> None:
        """Close the connection; a second time does nothing."""
        if self._fault is None:
            self._end("closed")

    def _end(self, fault: str) -> None:
        self._fault = fault
        with contextlib.suppress(OSError):
            self._socket.close()


def _gone(fault: str | None) -> str:
    return f"REAPER stopped answering ({fault}); look at REAPER, then try again."
