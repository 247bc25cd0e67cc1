"""The panel: a page in the browser that shows the desk live and asks it for things.

It has no state of its own: what it shows is the picture, what it asks for goes to the worker as an order, as with any
other client. The page itself is a handful of files that hold no secret; everything else wants the cookie.
"""

import asyncio
import contextlib
import json
import logging
import threading
import webbrowser
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path
from time import monotonic
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from actions.service.guests import Guests, allow, allow_nobody, is_this_computer, let_in
from actions.service.limits import Budget
from actions.service.orders import Done, Order
from actions.service.panel_door import PanelDoor
from actions.service.panel_orders import AT_THE_DESK, Refused, parsed_order
from actions.service.panel_picture import changes_between, fixed, whole
from actions.service.picture import DeskPicture
from actions.service.web import LOOPBACK
from reaper_bridge.session.errors import SettingsError

PATH: Final = "/panel/"
MOST_PAGES: Final = 16
PAUSE_SECONDS: Final = 0.04
"""Between two changes that a page is told; what comes within it is told together."""
LOOK_SECONDS: Final = 1.0
MESSAGES_PER_SECOND: Final = 30.0
MESSAGES_AT_ONCE: Final = 60.0
_TYPES: Final[Mapping[str, str]] = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_REPORT_POLICY: Final = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; media-src 'none'; frame-ancestors 'none'"
)
"""The report carries its style within itself and no script."""
log: Final = logging.getLogger("first_pass.panel")


@dataclass
class Panel:
    """``ask`` gives an order to the service, from any thread; ``picture`` is what is shown now.

    ``guests`` are the devices of the network. ``has_preview`` tells that before and after can be rendered here; in
    REAPER one hears them there.
    """

    ask: Callable[[Order], "Future[Done] | None"]
    picture: Callable[[], DeskPicture]
    guests: Guests
    has_preview: bool
    door: PanelDoor = field(default_factory=PanelDoor)
    _pages: "set[_Page]" = field(default_factory=set)

    def look(self, _state: object = None) -> None:
        """Have every page told that the picture is another; any thread may call it."""
        for page in tuple(self._pages):
            page.look()

    def routes(self) -> list[BaseRoute]:
        """Return what it answers to."""
        return [
            Route("/panel", _to_page),
            *(Route(PATH + name, _file_of(name)) for name in ("", *page_files())),
            Route(PATH + "enter", self._enter, methods=["POST"]),
            Route(PATH + "report", self._report),
            Route(PATH + "pictures", self._pictures),
            Route(PATH + "sound/{name}/{side}.wav", self._sound),
            WebSocketRoute(PATH + "live", self._live),
        ]

    def link(self, port: int) -> str:
        """Return the link that lets a browser in, for as long as the service runs."""
        return f"http://{LOOPBACK}:{port}{PATH}#{self.door.token}"

    def open_browser(self, port: int) -> None:
        """Have the page opened by a browser of this computer. It is started with a link that is good only once."""
        link = f"http://{LOOPBACK}:{port}{PATH}#{self.door.ticket()}"
        threading.Thread(target=webbrowser.open, args=(link,), name="browser", daemon=True).start()

    # --- plain requests --------------------------------------------------------------------------------------

    async def _enter(self, request: Request) -> Response:
        if request.headers.get("content-type") != "application/json":
            return PlainTextResponse("Say it in JSON.\n", 415)
        try:
            told = json.loads(await request.body())
            token = told["token"] if isinstance(told, dict) else None
        except (ValueError, KeyError, RecursionError):
            token = None
        if not isinstance(token, str) or not self.door.admits_token(token):
            log.warning("refused at the panel")
            return _not_let_in()
        answer = Response(status_code=204)
        answer.set_cookie(_cookie(request.url.port), self.door.cookie, path=PATH, httponly=True, samesite="strict")
        return answer

    async def _report(self, request: Request) -> Response:
        if not self._is_let_in(request):
            return _not_let_in()
        report = self.picture().state.report
        if not report or not Path(report).is_file():
            return PlainTextResponse("There is no report of this project yet; mix or analyse it first.\n", 404)
        policy = {"content-security-policy": _REPORT_POLICY}
        return FileResponse(report, media_type=_TYPES[".html"], headers=policy)

    async def _pictures(self, request: Request) -> Response:
        if not self._is_let_in(request):
            return _not_let_in()
        report = self.picture().state.report
        pictures = Path(report).with_suffix(".json") if report else None
        if pictures is None or not pictures.is_file():
            return Response(status_code=204)
        return FileResponse(pictures, media_type="application/json")

    async def _sound(self, request: Request) -> Response:
        if not self._is_let_in(request):
            return _not_let_in()
        from actions.service.previewing import preview_file

        file = preview_file(request.path_params["name"], request.path_params["side"])
        if file is None:
            return PlainTextResponse("This was not rendered, or another was since.\n", 404)
        # its name is another whenever the sound is
        return FileResponse(file, media_type="audio/wav", headers={"cache-control": "private, max-age=3600"})

    def _is_let_in(self, connection: Request | WebSocket) -> bool:
        return self.door.admits_cookie(connection.cookies.get(_cookie(connection.url.port)))

    # --- the picture, live -----------------------------------------------------------------------------------

    async def _live(self, socket: WebSocket) -> None:
        if not self._is_let_in(socket) or len(self._pages) >= MOST_PAGES:
            # before it is accepted, this is answered by 403
            await socket.close(1008)
            return
        await socket.accept()
        page = _Page(socket, self)
        self._pages.add(page)
        try:
            await page.talk()
        finally:
            self._pages.discard(page)


class _Page:
    """One page that is open."""

    def __init__(self, socket: WebSocket, panel: Panel) -> None:
        self._socket = socket
        self._panel = panel
        self._loop = asyncio.get_running_loop()
        self._is_new = asyncio.Event()
        self._replies: set[asyncio.Task[None]] = set()

    def look(self) -> None:
        """Have the page told that the picture is another; any thread may call it."""
        self._from_any_thread(self._is_new.set)

    async def talk(self) -> None:
        """Tell the picture and take orders until the page is closed."""
        telling = asyncio.create_task(self._tell())
        try:
            await self._listen()
        except WebSocketDisconnect:
            pass
        finally:
            telling.cancel()
            with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
                await telling

    @property
    def _is_at_the_desk(self) -> bool:
        return self._socket.client is not None and is_this_computer(self._socket.client.host)

    async def _tell(self) -> None:
        told, asking = self._panel.picture(), self._asking()
        await self._send({"fixed": fixed(self._panel.has_preview), "full": {**whole(told), "asking": asking}})
        while True:
            # who asks to come in is looked for; all else is said when it is new
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._is_new.wait(), LOOK_SECONDS)
            self._is_new.clear()
            picture = self._panel.picture()
            changes = changes_between(told, picture) if picture is not told else {}
            told = picture
            if (now := self._asking()) != asking:
                asking = now
                changes.setdefault("set", {})["asking"] = asking
            if changes:
                await self._send(changes)
                await asyncio.sleep(PAUSE_SECONDS)

    def _asking(self) -> dict[str, Any]:
        """Return which devices ask to be let in and which were, for a page at the desk alone."""
        if not self._is_at_the_desk:
            return {}
        try:
            return {"waiting": list(self._panel.guests.waiting()), "let_in": list(let_in())}
        except SettingsError as error:
            log.warning("the tablets that may come in cannot be read", exc_info=error)
            return {}

    async def _listen(self) -> None:
        budget = Budget(monotonic, MESSAGES_PER_SECOND, MESSAGES_AT_ONCE)
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            if not budget.spend(self):
                log.warning("a page sent too much and was closed")
                await self._socket.close(1008)
                return
            try:
                if text is None:
                    raise Refused("Send text.")
                await self._take(parsed_order(text))
            except Refused as refused:
                log.warning("refused at the panel: %s", refused)
                await self._send({"refused": {"id": refused.id, "sentence": str(refused)}})

    async def _take(self, order: Order) -> None:
        if order.do in AT_THE_DESK:
            await self._let_in(order)
            return
        await self._send({"taken": order.request_id})
        # a page numbers its orders; another one may use the same numbers
        future = self._panel.ask(replace(order, request_id=""))
        if future is None and order.do != "cancel":
            raise Refused("That cannot be done here.", order.request_id)
        if future is not None:
            future.add_done_callback(lambda done: self._from_any_thread(lambda: self._reply(order, done)))

    async def _let_in(self, order: Order) -> None:
        """Let a tablet in that asks, or nobody any more."""
        if not self._is_at_the_desk:
            raise Refused("This can be done at the desk alone.", order.request_id)
        try:
            if order.do == "let_in":
                sentence = f"{allow(order.options['ip'])} is let in."
            else:
                allow_nobody()
                sentence = "Nobody is let in any more but this computer."
        except SettingsError as error:
            raise Refused(str(error), order.request_id) from error
        await self._send({"done": {"id": order.request_id, "sentence": sentence, "ok": True}})
        self._panel.look()

    def _reply(self, order: Order, done: "Future[Done]") -> None:
        """Tell how an order ended; runs in the loop."""
        error = done.exception() if not done.cancelled() else asyncio.CancelledError("Cancelled.")
        told = {"id": order.request_id, "sentence": str(error) if error else done.result().sentence, "ok": not error}
        task = asyncio.ensure_future(self._send({"done": told}))
        self._replies.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: "asyncio.Task[None]") -> None:
        self._replies.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.debug("a page was closed before it was told how its order ended")

    def _from_any_thread(self, what: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(what)

    async def _send(self, told: dict[str, Any]) -> None:
        await self._socket.send_text(json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":")))


@cache
def page_files() -> Mapping[str, bytes]:
    """Return the files of the page by their names."""
    folder = resources.files("actions.service") / "page"
    return {
        entry.name: entry.read_bytes()
        for entry in folder.iterdir()
        if Path(entry.name).suffix in _TYPES and entry.is_file()
    }


def _file_of(name: str) -> Callable[[Request], Awaitable[Response]]:
    content, kind = page_files()[name or "index.html"], _TYPES[Path(name or "index.html").suffix]

    async def answer(_request: Request) -> Response:
        return Response(content, media_type=kind)

    return answer


async def _to_page(_request: Request) -> Response:
    return RedirectResponse(PATH, 308)


def _cookie(port: int | None) -> str:
    """Return the name of our cookie; cookies know no ports, and there may be several services."""
    return f"first_pass_{port}"


def _not_let_in() -> Response:
    return PlainTextResponse("Open the panel by the link that first-pass serve prints, or from REAPER.\n", 403)
