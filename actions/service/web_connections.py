"""Connections of HTTP that nobody can keep from others: so many for each client, and none that waits without asking.

Who is not let in is turned away by the guard only once he has asked something. So whoever asks nothing is cut off here.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_OF_EACH: Final = 48
MOST_OF_ALL: Final = 256
PATIENCE_SECONDS: Final = 10.0
"""How long a request may take to arrive; a connection that is silent between two is closed a little earlier."""


def bounded(patience_seconds: float = PATIENCE_SECONDS) -> Callable[..., asyncio.Protocol]:
    """Return what a server makes for every connection that comes in."""

    class Bounded(_Bounded):
        patience = patience_seconds

    return Bounded


class _Bounded(H11Protocol):
    patience = PATIENCE_SECONDS
    _was_waiting = False

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        same = sum(_host(other) == _host(self) for other in self.connections)
        if same > MOST_OF_EACH or len(self.connections) > MOST_OF_ALL:
            transport.abort()
            return
        self.loop.call_later(self.patience / 2, self._look)

    def _look(self) -> None:
        """Close the connection if it waited for a request at the last look, too."""
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            # it has become a WebSocket, which has its own ways to notice that nobody is there
            return
        is_waiting = self.conn.their_state in (h11.IDLE, h11.SEND_BODY)
        if is_waiting and self._was_waiting:
            self.transport.close()
            return
        self._was_waiting = is_waiting
        self.loop.call_later(self.patience / 2, self._look)


def _host(connection: Any) -> str:
    client = getattr(connection, "client", None)
    return str(client[0]) if client else ""
