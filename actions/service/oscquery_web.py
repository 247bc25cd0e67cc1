"""OSCQuery over HTTP: routes that answer with the tree of addresses. Only reading, and only for who may come in."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from actions.service.addresses import COUNTS, PREFIX, Index
from actions.service.osc_feedback import sent_values
from actions.service.oscquery import OK, answer, host_info
from actions.service.picture import DeskPicture

HTML = "text/html"


def routes(
    picture: Callable[[], DeskPicture], osc_port: Callable[[], int], page: str = "/panel/"
) -> list[BaseRoute]:  # fmt: skip
    """Return the routes: the root, where a browser is sent to the page instead, and every node below."""

    def node(request: Request) -> Response:
        shown = picture()
        server = request.scope.get("server") or ("127.0.0.1", 0)
        info = host_info(str(server[0]), osc_port())
        status, body = answer(request.url.path, request.url.query, sent_values(shown).get, _counts(shown), info)
        return JSONResponse(body, status) if status == OK else Response(status_code=status)

    async def below(request: Request) -> Response:
        return node(request)

    async def root(request: Request) -> Response:
        if not request.url.query and HTML in request.headers.get("accept", ""):
            return RedirectResponse(page)
        return node(request)

    return [Route("/", root), Route(PREFIX, below), Route(f"{PREFIX}/{{path:path}}", below)]


def _counts(picture: DeskPicture) -> Mapping[Index, int]:
    found: dict[Index, Any] = {"change": len(picture.changes), "track": len(picture.tracks)}
    return {kind: min(count, COUNTS[kind]) for kind, count in found.items()}
