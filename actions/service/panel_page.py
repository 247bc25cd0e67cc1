"""One page of the panel that is open: told the picture whole, then what changes, and listened to."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from actions.service.guests import allow, allow_nobody, is_this_computer, let_in
from actions.service.limits import Budget
from actions.service.orders import Done, Order
from actions.service.panel_orders import AT_THE_DESK, Refused, parsed_order
from actions.service.panel_picture import changes_between, fixed, whole
from actions.service.picture import DeskPicture
from reaper_bridge.session.errors import FirstPassError, SettingsError

if TYPE_CHECKING:
    from actions.service.panel import Panel

PAUSE_SECONDS: Final = 0.04
"""Between two changes that a page is told; what comes within it is told together."""
LOOK_SECONDS: Final = 1.0
MESSAGES_PER_SECOND: Final = 30.0
MESSAGES_AT_ONCE: Final = 60.0
log: Final = logging.getLogger("first_pass.panel")


class Page:
    """One page that is open."""

    def __init__(self, socket: WebSocket, panel: "Panel") -> None:
        self._socket = socket
        self._panel = panel
        self._loop = asyncio.get_running_loop()
        self._is_new = asyncio.Event()
        self._replies: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        self._told: DeskPicture | None = None
        self._asked_in: dict[str, Any] = {}

    def look(self) -> None:
        """Have the page told that the picture is another; any thread may call it."""
        self._from_any_thread(self._is_new.set)

    async def talk(self) -> None:
        """Tell the picture and take orders until the page is closed."""
        tasks = {asyncio.create_task(self._tell()), asyncio.create_task(self._listen())}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
        for end in ends:
            # whoever has gone cannot be told anything any more, which is no trouble
            if isinstance(end, Exception) and not isinstance(end, WebSocketDisconnect | RuntimeError):
                log.error("unexpected at a page", exc_info=end)
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await self._socket.close(1011)

    @property
    def _is_at_the_desk(self) -> bool:
        return self._socket.client is not None and is_this_computer(self._socket.client.host)

    async def _tell(self) -> None:
        async with self._turn:
            self._told, self._asked_in = self._panel.picture(), self._asking()
            full = {**whole(self._told), "asking": self._asked_in}
            await self._send({"fixed": fixed(self._panel.has_preview), "full": full})
        while True:
            # who asks to come in is looked for; all else is said when it is new
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._is_new.wait(), LOOK_SECONDS)
            self._is_new.clear()
            if await self._tell_changes():
                await asyncio.sleep(PAUSE_SECONDS)

    async def _tell_changes(self) -> bool:
        """Tell what has changed since the page was last told; say whether anything has."""
        async with self._turn:
            if self._told is None:
                return False
            picture, asking = self._panel.picture(), self._asking()
            changes = changes_between(self._told, picture)
            if asking != self._asked_in:
                changes.setdefault("set", {})["asking"] = asking
            self._told, self._asked_in = picture, asking
            if changes:
                await self._send(changes)
            return bool(changes)

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
        try:
            future = self._panel.ask(replace(order, request_id=""))
        except FirstPassError as error:
            raise Refused(str(error), order.request_id) from error
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
        task = asyncio.ensure_future(self._tell_end(told))
        self._replies.add(task)
        task.add_done_callback(self._forget)

    async def _tell_end(self, told: dict[str, Any]) -> None:
        # what came of it first, so that no control falls back to where it was for a moment
        await self._tell_changes()
        await self._send({"done": told})

    def _forget(self, task: "asyncio.Task[None]") -> None:
        self._replies.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.debug("a page was closed before it was told how its order ended")

    def _from_any_thread(self, what: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(what)

    async def _send(self, told: dict[str, Any]) -> None:
        # in ASCII: a name may hold half a character, which JSON can say and UTF-8 cannot
        await self._socket.send_text(json.dumps(told, allow_nan=False, separators=(",", ":")))
