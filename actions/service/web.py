"""The web side of the service: one app behind one guard, on one port, for the panel and for OSCQuery.

Whoever has something to serve adds routes; the first that fits a path answers. Everything runs in the service's own
event loop, and a handler must return at once.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import Iterator, Sequence
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute

from actions.service.guests import Guests
from actions.service.web_connections import PATIENCE_SECONDS, bounded
from actions.service.web_guard import MOST_HEADER_BYTES, Guard
from reaper_bridge.session.errors import SettingsError

LOOPBACK: Final = "127.0.0.1"
MOST_MESSAGE_BYTES: Final = 4096
"""Of a WebSocket; whoever sends a longer one is cut off."""
QUIET_SECONDS: Final = 20.0


class Web:
    """Serves routes while it is open, to those whom ``guests`` knows."""

    def __init__(self, routes: Sequence[BaseRoute], guests: Guests, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._patience_seconds = patience_seconds
        app = Starlette(routes=list(routes), exception_handlers={404: _not_found})
        self._guard = Guard(app, guests)
        self._server: _Server | None = None
        self._task: asyncio.Task[None] | None = None

    async def open(self, hosts: Sequence[str] = (LOOPBACK,), port: int = 0) -> int:
        """Listen on interfaces; return the port, which the system chooses if it is 0.

        Raises:
            SettingsError: The port is taken, or an interface is none of this machine.
        """
        listening: list[socket.socket] = []
        try:
            for host in hosts:
                listening.append(_listening(host, port))
                port = listening[0].getsockname()[1]
        except BaseException:
            for each in listening:
                each.close()
            raise
        config = uvicorn.Config(
            self._guard, lifespan="off", log_config=None, log_level="critical", access_log=False, server_header=False,
            http=bounded(self._patience_seconds),  # type: ignore[arg-type]
            ws="websockets-sansio", ws_max_size=MOST_MESSAGE_BYTES, ws_ping_interval=QUIET_SECONDS,
            ws_ping_timeout=QUIET_SECONDS, h11_max_incomplete_event_size=MOST_HEADER_BYTES,
            timeout_graceful_shutdown=1, proxy_headers=False,
        )  # fmt: skip
        self._server = _Server(config)
        self._task = asyncio.create_task(self._server.serve(listening))
        while not self._server.started and not self._task.done():
            await asyncio.sleep(0.005)
        return port

    async def close(self) -> None:
        """Stop listening and let everybody go."""
        if self._server is not None and self._task is not None:
            self._server.should_exit = True
            with contextlib.suppress(asyncio.CancelledError):
                await self._task


class _Server(uvicorn.Server):
    """A server that leaves the signals of the process to who has them."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            # elsewhere it would let two programs listen on one port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise SettingsError(
            f"The panel cannot listen on {host}:{port} ({error.strerror}); choose another with --panel-port."
        ) from error
    return listening


def _not_found(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("There is nothing here.\n", 404)
