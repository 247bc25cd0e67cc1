"""REAPER's own functions through python-reapy, without letting python-reapy connect to anything.

Importing python-reapy connects to a web server, may wait for ever and warns; so it is imported with that web server
out of reach, and our own connection is put where it keeps its own. Its ``connect``, ``reconnect`` and
``configure_reaper`` are never called.
"""

import importlib
import importlib.metadata
import json
import sys
import threading
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Final

from reaper_bridge.live.connection import Bridge
from reaper_bridge.session.errors import FirstPassError

REAPY_VERSION: Final = "0.10.0"
_LOCK: Final = threading.Lock()


def reascript_api(bridge: Bridge) -> ModuleType:
    """Return python-reapy's namespace of REAPER's functions, attached to this bridge.

    Functions that only read can be called; others the agent refuses. A later call with another bridge moves the
    namespace there: python-reapy knows one REAPER at a time.

    Raises:
        FirstPassError: Another version of python-reapy is installed.
        HostGoneError: REAPER does not answer.
    """
    with _LOCK:
        reapy: Any = _import_offline()
        machines: Any = importlib.import_module("reapy.tools.network.machines")
        client = _Client(bridge)
        reapy.machines = machines  # it forgets to, and would take a program with a global ``obj`` for REAPER
        machines.CLIENT = client
        machines.CLIENTS = {None: client, "localhost": client, client.host: client}
        api = importlib.reload(reapy.reascript_api)
        effects = importlib.import_module("reapy.core.fx.fx").FX  # its table was made when nothing was connected
        effects.functions = {
            prefix: {name[len(prefix) :]: value for name, value in vars(api).items() if name.startswith(prefix)}
            for prefix in ("TrackFX_", "TakeFX_")
        }
    return api


class _Client:
    """What python-reapy expects of its own client, over our bridge."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self.host, self.port = "127.0.0.1", bridge.port

    def request(self, function: Any, input: Any = None) -> Any:  # the name is python-reapy's
        """Send a request as python-reapy words it."""
        if function in ("HOLD", "RELEASE"):
            return self._bridge.request(function)
        encoded = json.loads(importlib.import_module("reapy.tools.json").dumps([function, input or {}]))
        named, given = encoded
        return self._bridge.read_api(_api_name(named), *given.get("args", []))


def _api_name(function: Any) -> str:
    """Return the name of a function of REAPER's API; what is none is refused inside REAPER."""
    if isinstance(function, dict) and function.get("module_name") == "reapy.reascript_api":
        return str(function.get("name"))
    return ""


def _import_offline() -> ModuleType:
    """Import python-reapy, once, with no network, no warning, and never as if this were REAPER."""
    version = importlib.metadata.version("python-reapy")
    if version != REAPY_VERSION:
        raise FirstPassError(
            f"python-reapy {REAPY_VERSION} is needed, but {version} is installed; install this program anew."
        )
    with _unreachable_web(), _plain_main(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module("reapy")


@contextmanager
def _unreachable_web() -> Iterator[None]:
    """Let this thread reach no web server meanwhile; other threads do as ever."""
    urlopen, here = urllib.request.urlopen, threading.get_ident()

    def closed(*args: Any, **kwargs: Any) -> Any:
        if threading.get_ident() == here:
            raise urllib.error.URLError("python-reapy is imported without a network")
        return urlopen(*args, **kwargs)

    urllib.request.urlopen = closed
    try:
        yield
    finally:
        urllib.request.urlopen = urlopen


@contextmanager
def _plain_main() -> Iterator[None]:
    """Hide a global ``obj`` of the main script: python-reapy takes a program that has one for REAPER."""
    main = sys.modules["__main__"]
    if not hasattr(main, "obj"):
        yield
        return
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
