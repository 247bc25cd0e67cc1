"""The panel: a page in the browser that shows the desk live and asks it for things.

It has no state of its own: what it shows is the picture, what it asks for goes to the worker as an order, as with any
other client. The page itself is a handful of files that hold no secret; everything else wants the cookie.
"""

import json
import logging
import threading
import webbrowser
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from actions.service.guests import Guests
from actions.service.orders import Done, Order
from actions.service.panel_door import PanelDoor
from actions.service.panel_page import Page
from actions.service.picture import DeskPicture
from actions.service.web import LOOPBACK

PATH: Final = "/panel/"
MOST_PAGES: Final = 16
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
    _pages: set[Page] = field(default_factory=set)

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
        page = Page(socket, self)
        self._pages.add(page)
        try:
            await page.talk()
        finally:
            self._pages.discard(page)


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
