"""The bridge's server: what it does in one tick of REAPER.

A tick with nothing to do returns at once. A tick with requests answers as many as fit into its budget, one per
client in turn. Only this machine can connect, and nothing is read before the token has been shown.
"""

from __future__ import annotations

import secrets
import selectors
import socket
import time
from collections.abc import Callable

from .agent import Refusal
from .connections import BrokenFrame, Connection, shows_token
from .requests import Request, answer, parse_request, refusal_reply

BUDGET_SECONDS = 0.020
"""How long a tick goes on answering."""
GRACE_SECONDS = 0.002
"""How long a tick waits for the next request of a client it has just answered."""
MAX_CONNECTIONS = 16
MAX_STRANGERS = 16
BACKLOG = 128
"""How many may knock between two ticks; a knock beyond is repeated by the system only after a second."""
HOLD_IDLE_SECONDS = 1.0
HOLD_SECONDS = 10.0

HELLO = Request("hello", None, [], {})
NOTHING = b'{"type": "result", "value": null}'


class Server:
    """The listening socket and its clients."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(32)
        self._listener = socket.socket()
        try:
            if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows would let another program share the port
                self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            self._listener.bind(("127.0.0.1", 0))
            self._listener.listen(BACKLOG)
            self._listener.setblocking(False)
            self.port: int = self._listener.getsockname()[1]
            self._selector = selectors.DefaultSelector()
            self._selector.register(self._listener, selectors.EVENT_READ)
        except BaseException:
            self._listener.close()
            raise
        self._clients: list[Connection] = []
        self._holder: Connection | None = None
        self._held_since = self._holder_spoke = 0.0

    def serve(self) -> None:
        """Answer what has come, within the budget."""
        end = time.perf_counter() + BUDGET_SECONDS
        busy = self._round(0)
        while (busy and time.perf_counter() < end) or self._is_held():
            busy = self._round(GRACE_SECONDS)
        now = time.monotonic()
        for client in [client for client in self._clients if client.overdue(now)]:
            self._drop(client)

    def close(self) -> None:
        """Close the listener and every client."""
        for client in list(self._clients):
            self._drop(client)
        self._selector.close()
        self._listener.close()

    def _round(self, wait_seconds: float) -> bool:
        """Take what came and answer one request of each client; return whether anything was done."""
        busy = False
        for key, _ in self._selector.select(wait_seconds):
            busy = True
            if key.data is None:
                self._accept()
            else:
                self._guarded(self._move, key.data)
        for client in [self._holder] if self._holder is not None else list(self._clients):
            busy = self._guarded(self._answer_one, client) or busy
        return busy

    def _guarded(self, step: Callable[[Connection], bool], client: Connection) -> bool:
        """Take a step with a client; whatever goes wrong costs this client its connection and nobody else."""
        try:
            return client in self._clients and step(client)
        except Exception:  # BrokenFrame, and what nobody foresaw
            self._drop(client)
            return False

    def _accept(self) -> None:
        """Let in who knocks. Who has shown no token makes room for those who come later."""
        for _ in range(BACKLOG):
            try:
                sock, address = self._listener.accept()
            except OSError:
                return
            strangers = [client for client in self._clients if not client.is_trusted]
            if len(self._clients) - len(strangers) >= MAX_CONNECTIONS:
                sock.close()
                continue
            if len(strangers) >= MAX_STRANGERS:
                self._drop(strangers[0])
            try:
                client = Connection(sock, address)
                self._selector.register(sock, selectors.EVENT_READ, client)
            except OSError:  # gone before it was let in
                sock.close()
                continue
            self._clients.append(client)

    def _move(self, client: Connection) -> bool:
        """Send what a client has yet to take, then read what it sent."""
        if client.flush() and (client.has_output or client.receive()):
            self._watch(client)
            return True
        self._drop(client)
        return False

    def _answer_one(self, client: Connection) -> bool:
        """Answer the next request of a client, if a whole one is there."""
        frame = client.next_frame()
        if frame is None:
            return False
        client.send(self._reply(client, frame))
        self._watch(client)
        return True

    def _reply(self, client: Connection, frame: bytes) -> bytes:
        if not client.is_trusted:
            if not shows_token(frame, self.token):
                raise BrokenFrame
            client.is_trusted = True
            return answer(HELLO)
        try:
            request = parse_request(frame)
        except Refusal as refusal:
            return refusal_reply(refusal)
        if request.function in ("HOLD", "RELEASE"):
            self._hold(client, request.function == "HOLD")
            return NOTHING
        reply = answer(request)
        self._holder_spoke = time.monotonic()
        return reply

    def _hold(self, client: Connection, holds: bool) -> None:
        """Give REAPER's main thread to one client until it lets go, falls silent or has had it long enough."""
        if not holds and self._holder is not client:
            return
        self._holder = client if holds else None
        self._held_since = self._holder_spoke = time.monotonic()

    def _is_held(self) -> bool:
        now = time.monotonic()
        if now - self._held_since > HOLD_SECONDS or now - self._holder_spoke > HOLD_IDLE_SECONDS:
            self._holder = None
        return self._holder is not None

    def _watch(self, client: Connection) -> None:
        """Wake for a client's requests, or, while it has a reply to take, for its taking it."""
        events = selectors.EVENT_WRITE if client.has_output else selectors.EVENT_READ
        if self._selector.get_key(client.socket).events != events:
            self._selector.modify(client.socket, events, client)

    def _drop(self, client: Connection) -> None:
        if client in self._clients:
            self._clients.remove(client)
            self._selector.unregister(client.socket)
        if client is self._holder:
            self._holder = None
        client.close()
