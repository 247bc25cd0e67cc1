"""What is said between the desk and its clients by OSC, once packets are messages: values in, orders out, feedback.

Nothing here opens a socket or knows of threads: everything is called in one event loop, and ``later`` brings what
other threads have to say into it. What a client asked for is shown to all as soon as he asked, and how it truly came to
stand once the worker is done with it.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import Final

from actions.service.addresses import ADDRESSES, PREFIX, WORDS, Address, expand, indices, match
from actions.service.asking import order_of
from actions.service.limits import SparingLog
from actions.service.orders import Done, Order
from actions.service.osc_clients import LOWEST_PORT, Client, Clients, Place
from actions.service.osc_pacing import Debounce
from actions.service.osc_values import Sent, Value, incoming, outgoing, request_id, words
from actions.service.picture import OF_EACH_CLIENT, DeskPicture, values
from reaper_bridge.session.errors import FirstPassError

Ask = Callable[[Order], "Future[Done] | None"]
"""Asks the service for something; None where it was done at once."""
Later = Callable[[Callable[[], None]], None]

ALIVE_SECONDS: Final = 2.0
DUMP_PAUSE_SECONDS: Final = 0.3
ASK_PAUSE_SECONDS: Final = 0.2
"""Between two values of one control that are asked for; each is written, and a step in the history of undo."""
_MOST_ALIVE: Final = 2**31
HELLO, REFRESH, GOODBYE, REPLY_PORT, PING, PONG, ALIVE = (
    f"{PREFIX}/{name}" for name in ("hello", "refresh", "goodbye", "reply_port", "ping", "pong", "alive")
)


class Conversation:
    """Holds what every client is to be told; ``own_port`` is ours, to which we never talk."""

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
        self._ask = ask
        self._picture = picture
        self._seen = picture()
        self._clients = clients
        self._clock = clock
        self._later = later
        self._sparing = sparing
        self._own_port = own_port
        self._debounce = Debounce(clock)
        self._wanted: dict[str, Future[Done]] = {}
        self._asked_at: dict[str, float] = {}
        self._then: dict[str, tuple[int | None, Value]] = {}
        self._overlay: dict[str, Sent] = {}
        self._stands: dict[str, Sent] = {}
        self._is_behind = True
        self._alive = 0
        self._alive_at = clock()
        self._answers: list[tuple[int, Place, list[tuple[str, Sent]]]] = []

    # --- in -------------------------------------------------------------------------------------------------------

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
            # his control may show otherwise, though he was told
            client.pace.forget([path])
            self._offer_to(client, path)

    def look(self) -> None:
        """Look at the picture, which has changed, and have every client told what is other."""
        self._seen = self._picture()
        if not len(self._clients):
            self._is_behind = True
            return
        before = self._catch_up()
        for path in NOTHING:
            if before.get(path) != self._stands.get(path):
                self._offer(path)

    def _catch_up(self) -> dict[str, Sent]:
        """Reckon what every address tells now; return what it told before."""
        before, self._stands = self._stands, sent_values(self._seen)
        self._is_behind = False
        return before

    def _press(self, path: str, index: int | None, ip: str, told_id: str) -> None:
        # ids are the client's own; without one, a press is the same button whoever presses it
        if not self._debounce.is_fresh(f"{ip} {path}" if told_id else path, told_id):
            return
        self._ask_for(path, index, True, f"osc {ip} {path} {told_id}" if told_id else "")

    def _want(self, path: str, index: int | None, value: Value) -> None:
        """Ask for a value and show it; of a control that is being moved not every value, but the last one surely."""
        if self._clock() - self._asked_at.get(path, float("-inf")) < ASK_PAUSE_SECONDS:
            self._then[path] = (index, value)
            self._overlay_with(path, value)
        else:
            self._ask_for(path, index, value)

    def _ask_for(self, path: str, index: int | None, value: Value, order_id: str = "") -> None:
        """Ask for a value, and show it until it is done or not."""
        self._asked_at[path] = self._clock()
        future = self._asked(path, index, value, order_id)
        if future is None:
            self._clear(path)
            return
        self._wanted[path] = future
        self._overlay_with(path, value)
        future.add_done_callback(lambda done: self._later(lambda: self._settle(path, done)))

    def _ask_for_the_last(self) -> None:
        """Ask for what controls were moved to last, whose pause is over."""
        now = self._clock()
        for path in [path for path in self._then if now - self._asked_at[path] >= ASK_PAUSE_SECONDS]:
            self._ask_for(path, *self._then.pop(path))

    def _overlay_with(self, path: str, value: Value) -> None:
        address = _address(path)
        shown = outgoing(address, value)
        if shown is not None:
            self._overlay[path] = shown
        if address.has_words and not isinstance(value, str):
            self._overlay[path + WORDS] = words(address, value)
        self._offer(path)

    def _clear(self, path: str) -> None:
        """Show how something truly stands."""
        for shown in (path, path + WORDS):
            self._overlay.pop(shown, None)
        self._offer(path)

    def _asked(self, path: str, index: int | None, value: Value, order_id: str = "") -> "Future[Done] | None":
        order = order_of(_address(path), index, value, self._seen, order_id)
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
            self.look()
            self._clear(path)

    # --- out ------------------------------------------------------------------------------------------------------

    def due(self) -> Iterator[tuple[int, Place, list[tuple[str, Sent]]]]:
        """Return what is to be sent now: through which socket, where to, which messages."""
        self._ask_for_the_last()
        self._count_alive()
        answers, self._answers = self._answers, []
        yield from answers
        for client in self._clients:
            messages = client.pace.due()
            if messages:
                yield client.line, client.place, messages

    def due_in_seconds(self) -> float | None:
        """Return how long until ``due`` is to be asked, None if nobody listens."""
        if self._answers:
            return 0.0
        now = self._clock()
        waits = [max(0.0, self._asked_at[path] + ASK_PAUSE_SECONDS - now) for path in self._then]
        waits += [wait for client in self._clients if (wait := client.pace.due_in_seconds()) is not None]
        if len(self._clients):
            waits.append(max(0.0, self._alive_at + ALIVE_SECONDS - now))
        return min(waits, default=None)

    def answer(self, source: Place, line: int, path: str, value: Sent) -> None:
        """Say one thing to somebody, client or not."""
        self._answers.append((line, self._clients.place_of(source), [(path, value)]))

    def _count_alive(self) -> None:
        now = self._clock()
        if now - self._alive_at < ALIVE_SECONDS:
            return
        self._alive = (self._alive + 1) % _MOST_ALIVE
        self._alive_at = now
        self._clients.forget_silent()
        for client in self._clients:
            client.pace.offer(ALIVE, self._alive)

    def _shown(self, path: str) -> Sent:
        """Return what is shown at an address: what somebody asked for until that is done, else how it stands."""
        return self._overlay.get(path, self._stands.get(path, NOTHING[path]))

    def _offer(self, path: str) -> None:
        """Have something told to every client, in words too where it has some."""
        for client in self._clients:
            self._offer_to(client, path)

    def _offer_to(self, client: Client, path: str) -> None:
        for told in (path, path + WORDS):
            if told in NOTHING:
                client.pace.offer(told, self._shown(told))

    # --- what concerns one client -------------------------------------------------------------------------------

    def _hello(self, source: Place, line: int, value: Value) -> None:
        if source[1] >= LOWEST_PORT:
            self._dump(self._clients.welcome(source, line))

    def _refresh(self, source: Place, line: int, value: Value) -> None:
        client = self._clients.of(source)
        if client is not None:
            self._dump(client)

    def _goodbye(self, source: Place, line: int, value: Value) -> None:
        self._clients.goodbye(source)

    def _reply_port(self, source: Place, line: int, value: Value) -> None:
        port = int(value)
        if port == self._own_port or 0 < port < LOWEST_PORT:
            self._sparing.warn("a reply port that cannot be", ip=source[0], port=port)
            return
        if self._clients.listen_on(source, port):
            self._dump(self._clients.welcome(source, line))

    def _ping(self, source: Place, line: int, value: Value) -> None:
        self.answer(source, line, PONG, self._alive)

    def _dump(self, client: Client) -> None:
        """Tell a client everything; what he may have been told before of things that are gone, too."""
        if self._clock() - client.dumped_at < DUMP_PAUSE_SECONDS:
            return
        client.dumped_at = self._clock()
        if self._is_behind:
            self._catch_up()
        client.pace.forget()
        client.pace.offer(REPLY_PORT, client.place[1])
        client.pace.offer(ALIVE, self._alive)
        for path in NOTHING:
            client.pace.offer(path, self._shown(path))


_OF_ONE: Final = {
    HELLO: Conversation._hello,
    REFRESH: Conversation._refresh,
    GOODBYE: Conversation._goodbye,
    REPLY_PORT: Conversation._reply_port,
    PING: Conversation._ping,
}
"""What a client asks for himself alone."""


def _nothing(address: Address) -> Sent:
    """Return what an address tells where there is nothing: no such change, no such track, nothing measured."""
    if address.feedback == "text":
        return ""
    told = outgoing(address, address.start if address.argument == "number" else address.low)
    assert told is not None
    return told


NOTHING: Final = {
    expand(address, index): _nothing(address)
    for address in ADDRESSES
    if address.feedback != "none" and address.path not in OF_EACH_CLIENT
    for index in indices(address)
}
"""Every path of the picture, in the order of the table, with what it tells where there is nothing."""


def _address(path: str) -> Address:
    found = match(path)
    assert found is not None, path
    return found[0]


def sent_values(picture: DeskPicture) -> dict[str, Sent]:
    """Return what every feedback address of a picture tells, as it may be sent; what is not known is not there."""
    told = ((path, outgoing(_address(path), value)) for path, value in values(picture).items())
    return {path: sent for path, sent in told if sent is not None}
