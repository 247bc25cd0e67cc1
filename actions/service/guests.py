"""Who may come in from the network: this computer always, a tablet once somebody at the desk has let it in.

Those let in stand in ``tablets.txt`` of the user's settings, one IP address a line; a service that runs notices when it
is changed. Those who asked are kept in the data folder as long as the service runs, so that the command line can name
them.
"""

import contextlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Final

from actions.folders import config_folder, data_folder, private_folder, write_private
from actions.service.limits import Budget
from reaper_bridge.session.errors import SettingsError

FILE: Final = "tablets.txt"
WAITING_FILE: Final = "tablets-waiting.txt"
ASK_AT_THE_DESK: Final = "Ask at the desk: this device is not let in yet."
ASKED_AGAIN_SECONDS: Final = 10.0
LOOK_AGAIN_SECONDS: Final = 0.5
MOST_WAITING: Final = 32
HEARD_PER_SECOND: Final = 1.0
HEARD_AT_ONCE: Final = 8.0
"""How often anybody's asking is looked at: whoever makes up addresses shall not make up lines on the terminal."""
MOST_LET_IN: Final = 256
_HEAD: Final = "# Tablets that may control First Pass, one IP address a line.\n"
log: Final = logging.getLogger("first_pass.osc")


class Guests:
    """Tells who may come in; any thread may ask. ``told`` is called with each address that asks for the first time."""

    def __init__(self, clock: Callable[[], float], told: Callable[[str], None] = lambda ip: None) -> None:
        self._clock = clock
        self._told = told
        self._let_in: frozenset[str] = frozenset()
        self._looked_at = float("-inf")
        self._stamp: object = None
        self._waiting: OrderedDict[str, float] = OrderedDict()
        self._hearing = Budget(clock, HEARD_PER_SECOND, HEARD_AT_ONCE)
        self._lock = threading.Lock()

    def admits(self, ip: str) -> bool:
        """Tell whether somebody may come in."""
        if is_this_computer(ip):
            return True
        self._look()
        return _plain(ip) in self._let_in

    def knocked(self, ip: str) -> bool:
        """Note that somebody who may not come in wants to; tell whether he is to be told so, once in a while."""
        now = self._clock()
        ip = _plain(ip) or ip
        with self._lock:
            asked = self._waiting.get(ip)
            if (asked is not None and now - asked < ASKED_AGAIN_SECONDS) or not self._hearing.spend("anybody"):
                return False
            self._waiting.pop(ip, None)
            self._waiting[ip] = now
            if len(self._waiting) > MOST_WAITING:
                self._waiting.popitem(last=False)
            waiting = tuple(self._waiting)
        if asked is None:
            self._told(ip)
            _keep(waiting)
        return True

    def waiting(self) -> tuple[str, ...]:
        """Return who has asked and was not let in, the newest last."""
        with self._lock:
            asked = tuple(self._waiting)
        return tuple(ip for ip in asked if not self.admits(ip))

    def close(self) -> None:
        """Forget who has asked."""
        with self._lock:
            self._waiting.clear()
        with contextlib.suppress(OSError):
            (data_folder() / WAITING_FILE).unlink(missing_ok=True)

    def _look(self) -> None:
        """Read the list again where it has changed, at most twice a second."""
        now = self._clock()
        if now - self._looked_at < LOOK_AGAIN_SECONDS:
            return
        self._looked_at = now
        file = config_folder() / FILE
        try:
            status = file.stat()
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        except OSError:
            stamp = None
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._let_in = frozenset(let_in())
            except SettingsError as error:
                log.warning("the tablets that may come in cannot be read", exc_info=error)
                self._let_in = frozenset()


def is_this_computer(ip: str) -> bool:
    """Tell whether an address is loopback."""
    try:
        return ip_address(_plain(ip)).is_loopback
    except ValueError:
        return False


def let_in() -> tuple[str, ...]:
    """Return who may come in.

    Raises:
        SettingsError: The list cannot be read.
    """
    file = config_folder() / FILE
    try:
        lines = file.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: the tablets that may come in cannot be read: {error}.") from error
    found = dict.fromkeys(_plain(line.partition("#")[0]) for line in lines)
    return tuple(ip for ip in found if ip)[:MOST_LET_IN]


def who_waits() -> tuple[str, ...]:
    """Return who has asked the service that runs, and was not let in yet."""
    try:
        lines = (data_folder() / WAITING_FILE).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ()
    known = set(let_in())
    return tuple(ip for ip in map(_plain, lines) if ip and ip not in known)


def allow(ip: str) -> str:
    """Let a tablet in from now on; return its address as it is kept.

    Raises:
        SettingsError: This is no IP address, or the list cannot be written.
    """
    plain = _plain(ip)
    if not plain:
        raise SettingsError(f"“{ip}” is no IP address; the tablet shows its own in its Wi-Fi settings.")
    _write((*(known for known in let_in() if known != plain), plain))
    return plain


def allow_nobody() -> None:
    """Let nobody in any more but this computer.

    Raises:
        SettingsError: The list cannot be written.
    """
    _write(())


def _keep(waiting: tuple[str, ...]) -> None:
    try:
        write_private(private_folder(data_folder()) / WAITING_FILE, "".join(f"{ip}\n" for ip in waiting))
    except OSError as error:
        log.warning("the tablets that wait could not be noted", exc_info=error)


def _write(ips: tuple[str, ...]) -> None:
    file = config_folder() / FILE
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_private(file, _HEAD + "".join(f"{ip}\n" for ip in ips[-MOST_LET_IN:]))
    except OSError as error:
        raise SettingsError(f"{file}: the tablets that may come in cannot be written: {error.strerror}.") from error


def _plain(text: str) -> str:
    """Return an IP address in the one form it is kept in, "" for what is none."""
    try:
        address = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(address)
