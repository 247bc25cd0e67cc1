"""The bridge to the agent inside a running REAPER, as the rest of the program sees it.

A bridge that has failed is dead for good: REAPER may have been restarted, with other handles. Make a new one with
``connect`` and look everything up again by GUID.
"""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from reaper_bridge.live.discovery import BridgeState, Endpoint, NoBridgeError, endpoints
from reaper_bridge.live.inside import PROTOCOL
from reaper_bridge.live.line import Line
from reaper_bridge.live.stock import STOCK_PORT, StockLine, is_stock_server
from reaper_bridge.session.errors import FirstPassError, HostBusyError, HostGoneError

CALL_SECONDS: Final = 30.0
CONNECT_SECONDS: Final = 3.0
ALLOW_STOCK_SERVER: Final = "FIRST_PASS_ALLOW_STOCK_SERVER"
BUSY_KINDS: Final = frozenset({"recording", "rendering", "playing"})
"""Refusals that pass by themselves; nothing was done."""


class BridgeRefusal(FirstPassError):
    """The agent in REAPER refused a request: the kind of reason, its sentence, and facts."""

    def __init__(self, kind: str, message: str, details: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.details = details


class Bridge:
    """A connection to the agent in REAPER. ``hello`` is what it said about itself: pid, versions, resource path."""

    def __init__(self, line: Line | StockLine, hello: Mapping[str, Any]) -> None:
        self._line = line
        self.hello = hello

    @property
    def is_alive(self) -> bool:
        """Tell whether every request so far was answered."""
        return self._line.is_alive

    @property
    def port(self) -> int:
        """The port on this computer where REAPER listens."""
        return self._line.port

    def request(self, name: str, *args: Any, timeout_seconds: float = CALL_SECONDS, **kwargs: Any) -> Any:
        """Call a function of the agent's table and return its result.

        Raises:
            HostBusyError: REAPER is recording or rendering; nothing was done.
            BridgeRefusal: The agent refuses for another reason.
            HostGoneError: REAPER does not answer.
        """
        return self._result(name, list(args), kwargs, timeout_seconds)

    def read_api(self, name: str, *args: Any, timeout_seconds: float = CALL_SECONDS) -> Any:
        """Call one of REAPER's own functions that read, all its C arguments in order.

        Raises:
            BridgeRefusal: It does not only read, or REAPER has none of that name.
            HostGoneError: REAPER does not answer.
        """
        function = {"__callable__": True, "module_name": "reapy.reascript_api", "name": name}
        return self._result(function, list(args), {}, timeout_seconds)

    def close(self) -> None:
        """Close the connection; a second time does nothing."""
        self._line.close()

    def __enter__(self) -> "Bridge":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _result(self, function: Any, args: list[Any], kwargs: Mapping[str, Any], timeout_seconds: float) -> Any:
        request = {"function": function, "input": {"args": args, "kwargs": dict(kwargs)}}
        return _value(self._line.exchange(request, timeout_seconds))


def connect(
    resource_path: Path | None = None, timeout_seconds: float = CONNECT_SECONDS, stock_port: int = STOCK_PORT
) -> Bridge:
    """Connect to the bridge of the REAPER that runs on this computer.

    With ``resource_path`` only to the REAPER with that resource folder; else as ``reaper_bridge.resource`` finds it.

    Raises:
        NoBridgeError: A HostGoneError whose ``state`` says how it stands: absent, starting, dialog and so on.
    """
    problems: list[NoBridgeError] = []
    try:
        for endpoint in endpoints(resource_path):
            try:
                return _connect_to(endpoint, timeout_seconds)
            except NoBridgeError as error:
                problems.append(error)
    except NoBridgeError as error:
        problems.append(error)
    telling = [error for error in problems if error.state is not BridgeState.ABSENT]
    if telling:
        raise telling[0]
    return _connect_to_stock(stock_port, timeout_seconds, resource_path)


def bridge_state(
    resource_path: Path | None = None, timeout_seconds: float = CONNECT_SECONDS, stock_port: int = STOCK_PORT
) -> BridgeState:
    """Return how it stands with the bridge, by connecting and hanging up."""
    try:
        connect(resource_path, timeout_seconds, stock_port).close()
    except NoBridgeError as error:
        return error.state
    return BridgeState.RUNNING


def _connect_to(endpoint: Endpoint, timeout_seconds: float) -> Bridge:
    """Connect to a bridge that announced itself; one that hangs up on us is tried again while there is time."""
    deadline = time.monotonic() + timeout_seconds
    while True:
        left = max(0.01, deadline - time.monotonic())
        try:
            return _greeted(endpoint, left)
        except ConnectionRefusedError as error:
            raise NoBridgeError(BridgeState.ABSENT) from error
        except TimeoutError as error:
            raise NoBridgeError(BridgeState.STARTING if endpoint.is_starting else BridgeState.DIALOG) from error
        except OSError as error:
            if time.monotonic() + 0.05 >= deadline:
                raise NoBridgeError(BridgeState.ABSENT) from error
            time.sleep(0.02)


def _greeted(endpoint: Endpoint, timeout_seconds: float) -> Bridge:
    line = Line(endpoint.port, timeout_seconds)
    try:
        try:
            hello = _value(line.exchange({"function": "AUTH", "input": endpoint.token}, timeout_seconds))
        except HostGoneError as error:
            raise ConnectionResetError("the bridge hung up") from error
        if not isinstance(hello, dict) or hello.get("protocol") != PROTOCOL:
            raise NoBridgeError(BridgeState.OTHER_VERSION)
    except BaseException:
        line.close()
        raise
    return Bridge(line, hello)


def _connect_to_stock(port: int, timeout_seconds: float, resource_path: Path | None) -> Bridge:
    """Connect through python-reapy's server if the user insists, else say that it is no use.

    Raises:
        NoBridgeError: It is not there, or in another REAPER than the one named, or the user does not insist.
    """
    if not is_stock_server(port):
        raise NoBridgeError(BridgeState.ABSENT)
    if os.environ.get(ALLOW_STOCK_SERVER, "") in ("", "0"):
        raise NoBridgeError(BridgeState.STOCK_SERVER)
    try:
        line = StockLine(port, timeout_seconds)
    except OSError as error:
        raise NoBridgeError(BridgeState.ABSENT) from error
    if resource_path is not None and resource_path.resolve() != line.resource_path.resolve():
        line.close()
        raise NoBridgeError(BridgeState.ABSENT)
    return Bridge(line, _value(line.exchange({"function": "hello", "input": None}, timeout_seconds)))


def _value(reply: Mapping[str, Any]) -> Any:
    """Return the value of a reply, or raise what it refuses with."""
    if reply["type"] == "result":
        return reply.get("value")
    kind, message = str(reply.get("kind", "failure")), str(reply.get("message", "The bridge in REAPER failed."))
    if kind in BUSY_KINDS:
        raise HostBusyError(message)
    details = reply.get("details")
    details = dict(details) if isinstance(details, dict) else {}
    if kind == "failure":
        details["traceback"] = str(reply.get("traceback", ""))
    raise BridgeRefusal(kind, message, details)
