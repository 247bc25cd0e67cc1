"""OSC on the wire: the one module that knows python-osc, and the thread in which tablets are listened to.

A packet passes, in this order: the budget of its source, who may come in, whether it is OSC at all, python-osc, and
only then the conversation. Packets beyond the budget are dropped unread, so that a flood costs next to nothing. What is
wrong with a packet is logged, one line a second for each kind, and never answered.
"""

import asyncio
import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Final

import psutil
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from actions.service.addresses import PREFIX
from actions.service.guests import ASK_AT_THE_DESK, Guests
from actions.service.limits import Budget, SparingLog
from actions.service.osc_clients import LOWEST_PORT, Clients, Place
from actions.service.osc_conversation import Ask, Conversation
from actions.service.osc_framing import LONGEST_PACKET_BYTES, NotOscError, messages
from actions.service.osc_values import Sent, bundles
from actions.service.picture import DeskPicture
from reaper_bridge.session.errors import SettingsError

PACKETS_PER_SECOND: Final = 600.0
PACKETS_AT_ONCE: Final = 1200.0
OF_ONE_IP: Final = 2.5
"""How many busy programs one computer may run."""
BYTES_PER_COST: Final = 64
"""A packet costs one for every so many bytes: a bundle is many messages."""
READ_AT_ONCE: Final = 64
RECEIVE_BUFFER_BYTES: Final = 1 << 20
SENT_AT_ONCE: Final = 8
SEND_PAUSE_SECONDS: Final = 0.003
"""Between so many packets of a full dump: a Wi-Fi drops what comes in one burst."""
LOOK_PAUSE_SECONDS: Final = 0.02
"""Between two looks at the picture; what changes within it is told together."""
ERROR: Final = f"{PREFIX}/error"
_KINDS: Final = {int: "i", float: "f", str: "s"}
_ONE_BIG_PACKET: Final = 65_536
log: Final = logging.getLogger("first_pass.osc")


class NotTakenError(ValueError):
    """A packet that is not taken; the message says why, with nothing of what was in it."""


def parsed(packet: bytes) -> list[tuple[str, list[object]]]:
    """Return the messages of a packet: address and arguments.

    Raises:
        NotTakenError: It is not OSC as we take it; then nothing of it counts.
    """
    try:
        framed = messages(packet)
        read = [(OscMessage(part), types) for part, types in framed]
        # python-osc leaves out what it does not know
        if any(len(message.params) != len(types) for message, types in read):
            raise NotOscError("Arguments got lost.")
        return [(message.address, list(message.params)) for message, _ in read]
    except Exception as error:
        # whatever a decoder makes of bytes from the network, it is no reason to stop listening
        raise NotTakenError(str(error) if isinstance(error, NotOscError) else type(error).__name__) from error


def packed(told: Sequence[tuple[str, Sent]]) -> list[bytes]:
    """Return messages as packets, each small enough for any network; a single one is sent bare."""
    packets = []
    for part in bundles(told):
        built = [_message(path, value) for path, value in part]
        if len(built) == 1:
            packets.append(built[0].dgram)
            continue
        bundle = OscBundleBuilder(IMMEDIATELY)
        for message in built:
            bundle.add_content(message)
        packets.append(bundle.build().dgram)
    return packets


def _message(path: str, value: Sent) -> OscMessage:
    builder = OscMessageBuilder(path)
    builder.add_arg(value, _KINDS[type(value)])
    return builder.build()


class OscServer:
    """Listens for tablets in a thread of its own, from ``start`` to ``close``."""

    def __init__(
        self,
        ask: Ask,
        picture: Callable[[], DeskPicture],
        guests: Guests,
        reply_port: int = 0,
    ) -> None:
        self._ask = ask
        self._picture = picture
        self._guests = guests
        self._reply_port = reply_port
        self._sockets: list[socket.socket] = []
        self._own: set[Place] = set()
        self._sparing = SparingLog(log, monotonic)
        self._of_source = Budget(monotonic, PACKETS_PER_SECOND, PACKETS_AT_ONCE)
        self._of_ip = Budget(monotonic, PACKETS_PER_SECOND * OF_ONE_IP, PACKETS_AT_ONCE * OF_ONE_IP)
        self._clients = Clients(monotonic, reply_port)
        self._conversation: Conversation | None = None
        # select, as Windows' other loop cannot watch a socket
        self._loop = asyncio.SelectorEventLoop()
        self._thread = threading.Thread(target=self._run, name="osc", daemon=True)
        self._timer: asyncio.TimerHandle | None = None
        self._is_looking = False
        self._looked_at = float("-inf")

    # --- for any thread -------------------------------------------------------------------------------------------

    def open(self, hosts: Sequence[str], port: int) -> int:
        """Take the port on each interface; return it, which the system chooses if it is 0.

        Raises:
            SettingsError: The port is taken, or there is no such interface.
        """
        try:
            for host in hosts:
                self._sockets.append(_bound(host, port))
                port = self._sockets[-1].getsockname()[1]
        except SettingsError:
            self._shut()
            raise
        self._own = {(ip, port) for ip in own_addresses()}
        self._conversation = Conversation(
            self._ask, self._picture, self._clients, monotonic, self._later, self._sparing, port
        )
        return port

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def look(self) -> None:
        """Have clients told that the picture is another; any thread may call it, as often as it likes."""
        if not self._is_looking:
            self._is_looking = True
            self._later(self._look_soon)

    def close(self) -> None:
        """Stop listening."""
        if self._thread.is_alive():
            self._later(self._farewell)
            self._thread.join()
        elif not self._loop.is_closed():
            self._loop.close()
        self._shut()

    def _later(self, what: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):
            # the loop is closed: nobody is there to be told any more
            self._loop.call_soon_threadsafe(self._guarded, what)

    def _shut(self) -> None:
        for line in self._sockets:
            line.close()
        self._sockets.clear()

    # --- in the loop of the thread --------------------------------------------------------------------------------

    def _run(self) -> None:
        for number, line in enumerate(self._sockets):
            self._loop.add_reader(line, self._read, line, number)
        try:
            self._loop.run_forever()
        finally:
            for line in self._sockets:
                self._loop.remove_reader(line)
            self._loop.close()

    def _guarded(self, what: Callable[[], None]) -> None:
        try:
            what()
        except Exception:
            log.exception("unexpected in OSC")
        self._speak_soon()

    def _look_soon(self) -> None:
        wait = self._looked_at + LOOK_PAUSE_SECONDS - monotonic()
        self._loop.call_later(max(0.0, wait), self._guarded, self._looked)

    def _looked(self) -> None:
        self._is_looking = False
        self._looked_at = monotonic()
        self._there().feedback.look()

    def _there(self) -> Conversation:
        assert self._conversation is not None
        return self._conversation

    def _read(self, line: socket.socket, number: int) -> None:
        """Read what has come, a few packets at a time, so that what is to be said gets its turn."""
        taken = []
        for _ in range(READ_AT_ONCE):
            try:
                packet, source = line.recvfrom(_ONE_BIG_PACKET)
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                # Windows tells so that somebody we spoke to is gone
                continue
            place = source[0].partition("%")[0], source[1]
            if self._takes(packet, place):
                taken.append((packet, place))
        if taken:
            self._guarded(lambda: self._hear_all(taken, number))

    def _takes(self, packet: bytes, source: Place) -> bool:
        cost = max(1.0, len(packet) / BYTES_PER_COST)
        if not (self._of_source.spend(source, cost) and self._of_ip.spend(source[0], cost)):
            self._sparing.warn("too many packets", ip=source[0])
            return False
        if len(packet) > LONGEST_PACKET_BYTES:
            self._sparing.warn("a packet that is too long", ip=source[0], bytes=len(packet))
            return False
        # our own words, sent back by ourselves or by a service that answers everything, are no commands
        return source not in self._own and source[1] >= LOWEST_PORT

    def _hear_all(self, taken: Sequence[tuple[bytes, Place]], number: int) -> None:
        for packet, source in taken:
            self._hear(packet, source, number)

    def _hear(self, packet: bytes, source: Place, number: int) -> None:
        if not self._guests.admits(source[0]):
            self._sparing.warn("somebody who is not let in", ip=source[0])
            if self._guests.knocked(source[0]):
                self._there().feedback.answer(source, number, ERROR, ASK_AT_THE_DESK)
            return
        try:
            heard = parsed(packet)
        except NotTakenError as error:
            self._sparing.warn("a packet that is not taken", ip=source[0], why=str(error))
            return
        for path, arguments in heard:
            self._there().hear(path, arguments, source, number)

    def _speak_soon(self) -> None:
        """Have what is due said as soon as it is, and no sooner."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        wait = self._there().due_in_seconds()
        if wait is not None:
            self._timer = self._loop.call_later(wait, self._guarded, self._speak)

    def _speak(self) -> None:
        for number, place, told in self._there().due():
            self._send(number, place, packed(told))

    def _farewell(self) -> None:
        for number, place, told in self._there().feedback.farewell():
            self._send(number, place, packed(told))
        self._loop.stop()

    def _send(self, number: int, place: Place, packets: list[bytes]) -> None:
        if number >= len(self._sockets):
            return
        for packet in packets[:SENT_AT_ONCE]:
            try:
                self._sockets[number].sendto(packet, place)
            except OSError as error:
                self._sparing.warn("a packet that could not be sent", ip=place[0], why=str(error.strerror))
        if len(packets) > SENT_AT_ONCE:
            self._loop.call_later(SEND_PAUSE_SECONDS, self._send, number, place, packets[SENT_AT_ONCE:])


def own_addresses() -> set[str]:
    """Return every IP address of this computer."""
    found = {"127.0.0.1", "::1"}
    with contextlib.suppress(OSError):
        found |= {a.address.partition("%")[0] for every in psutil.net_if_addrs().values() for a in every}
    return found


def _bound(host: str, port: int) -> socket.socket:
    line = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        with contextlib.suppress(OSError):
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        line.setblocking(False)
        line.bind((host, port))
    except (OSError, OverflowError) as error:
        line.close()
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise SettingsError(
            f"OSC cannot listen on {host}, port {port} ({why}); choose another with --osc-port, or --osc-port 0."
        ) from error
    return line
