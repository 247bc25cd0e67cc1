"""Tell the network where the service is, so that a tablet can pick it from a list: zeroconf, which Apple calls Bonjour.

OSC is told as ``_osc._udp`` and OSCQuery as ``_oscjson._tcp``. Nothing depends on it: where it fails, for lack of a
network or because somebody else holds the port of zeroconf, the address is typed into the tablet.
"""

import contextlib
import logging
import socket
import threading
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any, Final

OSC: Final = "_osc._udp.local."
OSCQUERY: Final = "_oscjson._tcp.local."
log: Final = logging.getLogger("first_pass.service")


class Announcement:
    """Says that we are here, from ``start`` to ``close``, in a thread that nobody waits for."""

    def __init__(self, addresses: Sequence[str], ports: dict[str, int], host_name: str | None = None) -> None:
        self._addresses = list(addresses)
        self._ports = ports
        self._host_name = host_name or socket.gethostname().partition(".")[0] or "computer"
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="zeroconf", daemon=True)

    def start(self) -> None:
        """Begin to say so."""
        self._thread.start()

    def close(self) -> None:
        """Say that we are gone."""
        self._is_over.set()
        if self._thread.is_alive():
            self._thread.join(3.0)

    def _run(self) -> None:
        try:
            from zeroconf import Zeroconf

            zeroconf = Zeroconf(interfaces=self._addresses)
            try:
                for info in self._infos():
                    zeroconf.register_service(info, allow_name_change=True)
                log.info("announced", extra={"addresses": self._addresses, **self._ports})
                self._is_over.wait()
            finally:
                with contextlib.suppress(Exception):
                    zeroconf.close()
        except Exception as error:
            log.warning("the network could not be told where the service is", exc_info=error)

    def _infos(self) -> list[Any]:
        from zeroconf import ServiceInfo

        packed = [ip_address(address).packed for address in self._addresses]
        return [
            ServiceInfo(
                kind, f"First Pass on {self._host_name}.{kind}", port=port, addresses=packed, properties={},
                server=f"first-pass-{self._host_name}.local.",
            )
            for kind, port in self._ports.items()
            if port
        ]  # fmt: skip
