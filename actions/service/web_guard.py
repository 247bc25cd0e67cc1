"""Who may speak HTTP with us, how much and how often: what stands in front of every route.

The browser is the danger here more than the network: any page that is open in it can send requests to this machine. So
a request must name us by one of our own names (a page that had its name point at us cannot), and one that comes from
a page must come from ours. Nothing is ever allowed to other origins. What is refused is answered in one line.
"""

import logging
import socket
from collections.abc import Callable, Mapping
from functools import cache
from time import monotonic
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from actions.service.guests import ASK_AT_THE_DESK, Guests, is_this_computer
from actions.service.limits import Budget, SparingLog

LONGEST_TARGET: Final = 2048
MOST_HEADER_BYTES: Final = 16_384
MOST_BODY_BYTES: Final = 4096
REQUESTS_PER_SECOND: Final = 50.0
REQUESTS_AT_ONCE: Final = 200.0
HTTP_PORT: Final = 80
METHODS: Final = ("GET", "HEAD", "POST")
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), usb=(), midi=(), payment=()",
    "cache-control": "no-store",
}
"""Sent with every answer that does not say otherwise itself."""
log: Final = logging.getLogger("first_pass.web")


class Guard:
    """Stands in front of an app.

    ``guests`` knows who may come in; who may not is told to ask at the desk, where his asking is shown.
    """

    def __init__(
        self,
        app: ASGIApp,
        guests: Guests,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._app = app
        self._guests = guests
        self._budget = Budget(clock, REQUESTS_PER_SECOND, REQUESTS_AT_ONCE)
        self._log = SparingLog(log, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            status, why = refusal
            self._log.warn(why, client=_client(scope), status=status)
            await _refused(scope, status, why)(scope, receive, _with_headers(send))
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, _with_headers(watched))
        except Exception as error:
            log.error("unexpected on the web", exc_info=error)
            if not started and scope["type"] == "http":
                await PlainTextResponse("Something unexpected went wrong.", 500)(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Return why a request is not answered, with the status that says so."""
        client, headers = _client(scope), Headers(scope=scope)
        if not self._budget.spend(client):
            return 429, "Too many requests; slow down."
        if not self._guests.admits(client):
            self._guests.knocked(client)
            return 403, ASK_AT_THE_DESK
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].casefold() not in authorities(scope.get("server")):
            return 403, "This is not a name of this service."
        if (why := _foreign(scope, headers, hosts[0])) is not None:
            return 403, why
        if scope["type"] == "http":
            return _misshapen(scope, headers)
        return None


def authorities(server: tuple[str, int | None] | None) -> frozenset[str]:
    """Return what a Host header may say at the end of a connection that is ours: its address, and this computer's name.

    So a page whose name was made to point at us gets nothing, whatever address it came to.
    """
    if server is None:
        return frozenset()
    host, port = server
    names = {f"[{host}]" if ":" in host else host, _own_name(), f"{_own_name()}.local"}
    if is_this_computer(host):
        names.add("localhost")
    return frozenset({f"{name}:{port}" for name in names} | (names if port == HTTP_PORT else set()))


@cache
def _own_name() -> str:
    return socket.gethostname().casefold().removesuffix(".local")


def _foreign(scope: Scope, headers: Headers, host: str) -> str | None:
    """Return why a request that a page sent is none of ours; whoever changes something must say where he comes from."""
    origins = headers.getlist("origin")
    is_harmless = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
    if not origins and is_harmless:
        return None
    if len(origins) != 1 or origins[0].casefold() != f"http://{host.casefold()}":
        return "This comes from another page."
    return None


def _misshapen(scope: Scope, headers: Headers) -> tuple[int, str] | None:
    if scope["method"] not in METHODS:
        return 405, "Nothing here answers to this method."
    if len(scope["path"]) + len(scope.get("query_string", b"")) > LONGEST_TARGET:
        return 414, "The address is too long."
    if sum(len(name) + len(value) for name, value in headers.raw) > MOST_HEADER_BYTES:
        return 431, "The headers are too large."
    lengths = headers.getlist("content-length")
    if "transfer-encoding" in headers or len(lengths) > 1:
        return 411, "Say how long the request is."
    if lengths and (not lengths[0].isdecimal() or int(lengths[0][:12]) > MOST_BODY_BYTES):
        return 413, "The request is too large."
    return None


def _refused(scope: Scope, status: int, why: str) -> ASGIApp:
    if scope["type"] == "http":
        return PlainTextResponse(why + "\n", status)

    async def shut(_scope: Scope, _receive: Receive, send: Send) -> None:
        # before it is accepted, a WebSocket that is closed is answered by 403
        await send({"type": "websocket.close", "code": 1008, "reason": why})

    return shut


def _client(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
