"""What tablets find of the service: OSC, who may speak it, and word of it in the network. Opened and closed as one."""

import logging
import sys
from collections.abc import Callable
from concurrent.futures import Future
from ipaddress import ip_address
from time import monotonic
from typing import Any, Final

from starlette.routing import BaseRoute

from actions.service import oscquery_web
from actions.service.announcing import OSC, OSCQUERY, Announcement
from actions.service.guests import Guests, is_this_computer
from actions.service.orders import Done, Order
from actions.service.osc import OscServer, own_addresses
from actions.service.picture import DeskPicture
from actions.service.settings import Settings
from reaper_bridge.session.errors import SettingsError

LOOPBACK: Final = "127.0.0.1"
EVERYWHERE: Final = "0.0.0.0"
log: Final = logging.getLogger("first_pass.service")


def hosts(settings: Settings) -> tuple[str, ...]:
    """Return the addresses of this computer to listen on; loopback is always among them.

    Raises:
        SettingsError: One is no IP address, or is open to the network though that was not asked for.
    """
    named = [part.strip() for part in settings.host.split(",") if part.strip()]
    for host in named:
        try:
            ip_address(host)
        except ValueError as error:
            raise SettingsError(
                f"--host {host}: this is no IP address of this computer, such as 192.168.1.5."
            ) from error
        if not settings.lan and not is_this_computer(host):
            raise SettingsError(f"--host {host}: the network can reach that; add --lan if you want it to.")
    if settings.lan and not named:
        return (EVERYWHERE,)
    if EVERYWHERE in named:
        return (EVERYWHERE,)
    return tuple(dict.fromkeys((LOOPBACK, *named)))


class Network:
    """``ask`` gives an order to the service, from any thread; ``picture`` is what is shown now."""

    def __init__(
        self,
        settings: Settings,
        ask: Callable[[Order], "Future[Done] | None"],
        picture: Callable[[], DeskPicture],
    ) -> None:
        self.guests = Guests(monotonic, told=_tell_of)
        self.osc_port = 0
        self._settings = settings
        self._picture = picture
        self._hosts = hosts(settings)
        self._announcement: Announcement | None = None
        self._osc = OscServer(ask, picture, self.guests, settings.osc_reply_port)

    @property
    def told(self) -> dict[str, Any]:
        """What the service leaves word of besides its door."""
        return {"osc_port": self.osc_port}

    def routes(self) -> list[BaseRoute]:
        """Return what OSCQuery answers to over HTTP."""
        return oscquery_web.routes(self._picture, lambda: self.osc_port)

    def open(self) -> None:
        """Take the port, and let nobody wait.

        A port that nobody chose and that is taken is a pity and no more: REAPER's actions work without it.

        Raises:
            SettingsError: The port that was chosen is taken, or there is no such interface.
        """
        try:
            self.osc_port = self._osc.open(self._hosts, self._settings.osc_port)
        except SettingsError as error:
            if {"osc_port", "host"} & self._settings.model_fields_set:
                raise
            _say(f"No tablet can reach this service: {error}")
            return
        self._osc.start()
        reachable = self._reachable()
        if reachable:
            _say(f"Tablet: host {' or '.join(reachable)}, OSC port {self.osc_port}.")
        else:
            _say(f"OSC: host {LOOPBACK}, port {self.osc_port}; for a tablet in the network, start it with --lan.")

    def announce(self, panel_port: int) -> None:
        """Tell the network where OSC and OSCQuery are, if it is let in at all; it never fails, nor waits."""
        reachable = self._reachable()
        if reachable and self._settings.announce:
            self._announcement = Announcement(reachable, {OSC: self.osc_port, OSCQUERY: panel_port})
            self._announcement.start()

    def _reachable(self) -> list[str]:
        """Return the addresses at which the network reaches us."""
        ips = own_addresses() if EVERYWHERE in self._hosts else set(self._hosts)
        return sorted(ip for ip in ips if ":" not in ip and not is_this_computer(ip))

    def look(self, _state: object = None) -> None:
        """Have everybody told that the picture is another; any thread may call it."""
        if self.osc_port:
            self._osc.look()

    def close(self) -> None:
        """Let everybody go."""
        if self._announcement is not None:
            self._announcement.close()
        self._osc.close()
        self.guests.close()


def _tell_of(ip: str) -> None:
    _say(f"A tablet at {ip} asks to be let in; to do so, type: first-pass allow {ip}")


def _say(line: str) -> None:
    log.info(line)
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
