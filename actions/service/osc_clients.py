"""Who is told how things are: every client that said hello, on the port it listens on, until it falls silent.

A client is known by where it listens, not by where it sends from. A port that was named counts for who named it, and
for the next hello from the same address: a program may open a new port for each message, as oscsend does. What else
comes from a port that nobody knows is taken for that program's too. Time comes from a clock that is handed in.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar

from actions.service.osc_pacing import Coalescer

Key = TypeVar("Key")
Place: TypeAlias = tuple[str, int]
"""IP address and port."""

SILENT_SECONDS: Final = 3600.0
"""A tablet that only shows things says nothing for long."""
MOST_CLIENTS: Final = 32
MOST_PORTS: Final = 512
LOWEST_PORT: Final = 1024
"""Below listen services that may answer, and answers would be taken for presses of buttons."""


@dataclass
class Client:
    """Somebody who is told things. ``line`` is the socket through which he came."""

    place: Place
    line: int
    pace: Coalescer
    heard_at: float
    dumped_at: float = float("-inf")


class Clients:
    """Those who said hello. ``reply_port`` is where those listen who named no port, 0 where they send from."""

    def __init__(self, clock: Callable[[], float], reply_port: int = 0) -> None:
        self._clock = clock
        self._reply_port = reply_port
        self._clients: OrderedDict[Place, Client] = OrderedDict()
        self._port_of_source: OrderedDict[Place, int] = OrderedDict()
        self._port_of_ip: OrderedDict[str, int] = OrderedDict()
        self._port_of_next: OrderedDict[str, int] = OrderedDict()

    def __iter__(self) -> Iterator[Client]:
        return iter(list(self._clients.values()))

    def __len__(self) -> int:
        return len(self._clients)

    def place_of(self, source: Place) -> Place:
        """Return where somebody listens: the port he named, or another at his address, or the one he sends from."""
        ip, port = source
        return ip, self._port_of_source.get(source, self._port_of_ip.get(ip, self._reply_port)) or port

    def of(self, source: Place) -> Client | None:
        """Return the client that sends from somewhere, and note that he lives; None if he said no hello."""
        client = self._clients.get(self.place_of(source))
        if client is not None:
            client.heard_at = self._clock()
            self._clients.move_to_end(client.place)
        return client

    def welcome(self, source: Place, line: int) -> Client:
        """Return the client that sends from somewhere, a new one if he is not known; the longest silent makes room."""
        if source not in self._port_of_source:
            ip, port = source
            _keep(self._port_of_source, source, self._port_of_next.pop(ip, self._reply_port) or port)
        client = self.of(source)
        if client is None:
            place = self.place_of(source)
            client = self._clients[place] = Client(place, line, Coalescer(self._clock), self._clock())
            if len(self._clients) > MOST_CLIENTS:
                self._clients.popitem(last=False)
        return client

    def listen_on(self, source: Place, port: int) -> bool:
        """Note on which port somebody listens, 0 for that he sends from; tell whether he was a client elsewhere.

        If he was, he is none there any more.
        """
        before = self.place_of(source)
        is_known = source in self._port_of_source
        _keep(self._port_of_source, source, port)
        _keep(self._port_of_ip, source[0], port)
        _keep(self._port_of_next, source[0], port)
        return is_known and self.place_of(source) != before and self._clients.pop(before, None) is not None

    def goodbye(self, source: Place) -> None:
        """Tell somebody nothing any more."""
        self._clients.pop(self.place_of(source), None)

    def forget_silent(self) -> None:
        """Forget those who have said nothing for a long time."""
        limit = self._clock() - SILENT_SECONDS
        for client in self:
            if client.heard_at < limit:
                del self._clients[client.place]


def _keep(ports: "OrderedDict[Key, int]", key: Key, port: int) -> None:
    """Note a port as the newest of a bounded number."""
    ports.pop(key, None)
    ports[key] = port
    if len(ports) > MOST_PORTS:
        ports.popitem(last=False)
