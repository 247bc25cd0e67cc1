"""What clients say to the desk by OSC, once packets are messages: values in, orders out.

Nothing here opens a socket or knows of threads: everything is called in one event loop, and ``later`` brings what
other threads have to say into it. What a client asked for is shown to all as soon as he asked, and how it truly came to
stand once the worker is done with it.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import Final

from actions.service.addresses import PREFIX, match
from actions.service.asking import order_of
from actions.service.limits import SparingLog
from actions.service.orders import Done, Order
from actions.service.osc_clients import LOWEST_PORT, Clients, Place
from actions.service.osc_feedback import NOTHING, Feedback, Packet, address_of
from actions.service.osc_pacing import Debounce
from actions.service.osc_values import Value, incoming, request_id
from actions.service.picture import DeskPicture
from reaper_bridge.session.errors import FirstPassError

Ask = Callable[[Order], "Future[Done] | None"]
"""Asks the service for something; None where it was done at once."""
Later = Callable[[Callable[[], None]], None]

ASK_PAUSE_SECONDS: Final = 0.2
"""Between two values of one control that are asked for; each is written, and a step in the history of undo."""


class Conversation:
    """Takes what clients say; ``own_port`` is ours, to which we never talk. ``feedback`` is what they are told."""

    def __init__(
        self,
        ask: Ask,
        picture: Callable[[], DeskPicture],
        clients: Clients,
        clock: Callable[[], float],
        later: Later,
        sparing: SparingLog,
        own_port: int = 0,
    ) -> None:
        self.feedback = Feedback(picture, clients, clock)
        self._ask = ask
        self._clients = clients
        self._clock = clock
        self._later = later
        self._sparing = sparing
        self._own_port = own_port
        self._debounce = Debounce(clock)
        self._wanted: dict[str, Future[Done]] = {}
        self._asked_at: dict[str, float] = {}
        self._then: dict[str, tuple[int | None, Value]] = {}

    def hear(self, path: str, arguments: Sequence[object], source: Place, line: int) -> None:
        """Take one message that came from somewhere; what is no message of ours is nothing."""
        found = match(path)
        if found is None:
            self._sparing.warn("no such address of OSC", ip=source[0])
            return
        address, index = found
        value = incoming(address, arguments)
        client = self._clients.of(source)
        if value is None:
            # letting go of a button is nothing, and no reason to say something
            if address.argument != "trigger":
                self._sparing.warn("a value that cannot be taken", ip=source[0], path=path)
            return
        if address.path in _OF_ONE:
            _OF_ONE[address.path](self, source, line, value)
        elif address.argument == "trigger":
            self._press(path, index, source[0], request_id(address, arguments))
        else:
            if client is not None and address.argument == "number":
                client.pace.hold(path)
            self._want(path, index, value)
        if client is not None and path in NOTHING:
            self.feedback.tell_again(client, path)

    def due(self) -> Iterator[Packet]:
        """Ask for what has waited to be asked for, and return what is to be sent now."""
        now = self._clock()
        for path in [path for path in self._then if now - self._asked_at[path] >= ASK_PAUSE_SECONDS]:
            self._ask_for(path, *self._then.pop(path))
        return self.feedback.due()

    def due_in_seconds(self) -> float | None:
        """Return how long until ``due`` is to be called, None if there is no reason to."""
        now = self._clock()
        waits = [max(0.0, self._asked_at[path] + ASK_PAUSE_SECONDS - now) for path in self._then]
        told = self.feedback.due_in_seconds()
        return min([*waits, *([told] if told is not None else [])], default=None)

    # --- what becomes an order ----------------------------------------------------------------------------------

    def _press(self, path: str, index: int | None, ip: str, told_id: str) -> None:
        # ids are the client's own; without one, a press is the same button whoever presses it
        if self._debounce.is_fresh(f"{ip} {path}" if told_id else path, told_id):
            self._ask_for(path, index, True, f"osc {ip} {path} {told_id}" if told_id else "")

    def _want(self, path: str, index: int | None, value: Value) -> None:
        """Ask for a value and show it; of a control that is being moved not every value, but the last one surely."""
        if self._clock() - self._asked_at.get(path, float("-inf")) < ASK_PAUSE_SECONDS:
            self._then[path] = (index, value)
            self.feedback.show(path, value)
        else:
            self._ask_for(path, index, value)

    def _ask_for(self, path: str, index: int | None, value: Value, order_id: str = "") -> None:
        """Ask for a value, and show it until it is done or not."""
        self._asked_at[path] = self._clock()
        future = self._asked(path, index, value, order_id)
        if future is None:
            self.feedback.show_truth(path)
            return
        self._wanted[path] = future
        self.feedback.show(path, value)
        future.add_done_callback(lambda done: self._later(lambda: self._settle(path, done)))

    def _asked(self, path: str, index: int | None, value: Value, order_id: str) -> "Future[Done] | None":
        order = order_of(address_of(path), index, value, self.feedback.seen, order_id)
        if order is None:
            return None
        try:
            return self._ask(order)
        except FirstPassError:
            # the service is about to end, and says so itself
            return None

    def _settle(self, path: str, done: "Future[Done]") -> None:
        """Show how something truly stands that is done now, unless it was asked for anew since."""
        if self._wanted.get(path) is not done:
            return
        del self._wanted[path]
        if path not in self._then:
            self.feedback.look()
            self.feedback.show_truth(path)

    # --- what concerns one client -------------------------------------------------------------------------------

    def _hello(self, source: Place, line: int, value: Value) -> None:
        self.feedback.dump(self._clients.welcome(source, line))

    def _refresh(self, source: Place, line: int, value: Value) -> None:
        client = self._clients.of(source)
        if client is not None:
            self.feedback.dump(client)

    def _goodbye(self, source: Place, line: int, value: Value) -> None:
        self._clients.goodbye(source)

    def _reply_port(self, source: Place, line: int, value: Value) -> None:
        port = int(value)
        if port == self._own_port or 0 < port < LOWEST_PORT:
            self._sparing.warn("a reply port that cannot be", ip=source[0], port=port)
        elif self._clients.listen_on(source, port):
            self.feedback.dump(self._clients.welcome(source, line))

    def _ping(self, source: Place, line: int, value: Value) -> None:
        self.feedback.pong(source, line)


_OF_ONE: Final = {
    f"{PREFIX}/hello": Conversation._hello,
    f"{PREFIX}/refresh": Conversation._refresh,
    f"{PREFIX}/goodbye": Conversation._goodbye,
    f"{PREFIX}/reply_port": Conversation._reply_port,
    f"{PREFIX}/ping": Conversation._ping,
}
"""What a client asks for himself alone."""
