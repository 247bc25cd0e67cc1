"""What every client of OSC is told: how everything stands, and until it is done what was asked for.

Nothing here opens a socket: ``due`` says what is to be sent now. Time comes from a clock that is handed in.
"""

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from actions.service.addresses import ADDRESSES, PREFIX, WORDS, Address, expand, indices, match
from actions.service.osc_clients import Client, Clients, Place
from actions.service.osc_values import Sent, Value, outgoing, words
from actions.service.picture import OF_EACH_CLIENT, DeskPicture, values

ALIVE_SECONDS: Final = 2.0
DUMP_PAUSE_SECONDS: Final = 0.3
_MOST_ALIVE: Final = 2**31
REPLY_PORT, PONG, ALIVE, STATUS = (f"{PREFIX}/{name}" for name in ("reply_port", "pong", "alive", "status"))
ENDED: Final = "The service has ended."

Packet: TypeAlias = tuple[int, Place, list[tuple[str, Sent]]]
"""Through which socket, where to, which messages."""


class Feedback:
    """Holds how everything stands, and what each client still is to be told of it."""

    def __init__(self, picture: Callable[[], DeskPicture], clients: Clients, clock: Callable[[], float]) -> None:
        self._picture = picture
        self.seen = picture()
        self._clients = clients
        self._clock = clock
        self._asked_for: dict[str, Sent] = {}
        self._stands: dict[str, Sent] = {}
        self._is_behind = True
        self._alive = 0
        self._alive_at = clock()
        self._answers: list[Packet] = []

    def look(self) -> None:
        """Look at the picture, which may have changed, and have every client told what is other."""
        self.seen = self._picture()
        if not len(self._clients):
            self._is_behind = True
            return
        before = self._catch_up()
        for path in NOTHING:
            if before.get(path) != self._stands.get(path):
                self._tell(path)

    def show(self, path: str, value: Value) -> None:
        """Show what was asked for, whatever the picture says, until ``show_truth``."""
        address = address_of(path)
        shown = outgoing(address, value)
        if shown is not None:
            self._asked_for[path] = shown
        if address.has_words and not isinstance(value, str):
            self._asked_for[path + WORDS] = words(address, value)
        self._tell(path)

    def show_truth(self, path: str) -> None:
        """Show how something stands in the picture."""
        for shown in (path, path + WORDS):
            self._asked_for.pop(shown, None)
        self._tell(path)

    def tell_again(self, client: Client, path: str) -> None:
        """Tell a client how something stands though he was told: his control may show otherwise."""
        client.pace.forget([path])
        self._tell_one(client, path)

    def dump(self, client: Client) -> None:
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

    def pong(self, source: Place, line: int) -> None:
        """Answer a ping, of a client or not."""
        self.answer(source, line, PONG, self._alive)

    def answer(self, source: Place, line: int, path: str, value: Sent) -> None:
        """Say one thing to somebody, client or not."""
        self._answers.append((line, self._clients.place_of(source), [(path, value)]))

    def due(self) -> Iterator[Packet]:
        """Return what is to be sent now."""
        self._count_alive()
        answers, self._answers = self._answers, []
        yield from answers
        for client in self._clients:
            messages = client.pace.due()
            if messages:
                yield client.line, client.place, messages

    def due_in_seconds(self) -> float | None:
        """Return how long until something is due, None if nobody listens."""
        if self._answers:
            return 0.0
        waits = [wait for client in self._clients if (wait := client.pace.due_in_seconds()) is not None]
        if len(self._clients):
            waits.append(max(0.0, self._alive_at + ALIVE_SECONDS - self._clock()))
        return min(waits, default=None)

    def farewell(self) -> Iterator[Packet]:
        """Return what every client is told when the service ends."""
        for client in self._clients:
            yield client.line, client.place, [(STATUS, ENDED)]

    def _catch_up(self) -> dict[str, Sent]:
        """Reckon how everything stands; return how it stood before."""
        before, self._stands = self._stands, sent_values(self.seen)
        self._is_behind = False
        return before

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
        return self._asked_for.get(path, self._stands.get(path, NOTHING[path]))

    def _tell(self, path: str) -> None:
        for client in self._clients:
            self._tell_one(client, path)

    def _tell_one(self, client: Client, path: str) -> None:
        """Have a client told how something is shown, in words too where it has some."""
        for told in (path, path + WORDS):
            if told in NOTHING:
                client.pace.offer(told, self._shown(told))


def address_of(path: str) -> Address:
    """Return the row of the table that a path of ours belongs to."""
    found = match(path)
    assert found is not None, path
    return found[0]


def sent_values(picture: DeskPicture) -> dict[str, Sent]:
    """Return what every feedback address of a picture tells, as it may be sent; what is not known is not there."""
    told = ((path, outgoing(address_of(path), value)) for path, value in values(picture).items())
    return {path: sent for path, sent in told if sent is not None}


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
