"""The life of the bridge inside REAPER: start, one tick after the other, stop.

REAPER runs a deferred script about 30 times a second, given as a line of code for ``__main__``. Each tick asks for
the next one whatever happened in it: a script that ends with an error takes the bridge with it and shows a box that
stops all other scripts.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import secrets
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from . import PROTOCOL, published
from .serving import Server

DEAD_SECONDS = 5.0
"""A bridge that has not ticked for so long was stopped by REAPER without being told."""


LOOK_SECONDS = 1.0
"""How often the file is looked for: another REAPER with this resource folder takes it along when it quits."""


class _Running(NamedTuple):
    """A bridge that has been started. ``name`` tells its ticks from those of another, ``facts`` stand in its file."""

    name: str
    server: Server
    file: Path
    facts: dict[str, Any]


_running: _Running | None = None
_ticked_at = 0.0
_looked_at = 0.0
_was_started = False


def start(resource_path: str) -> str:
    """Start the bridge and return what to tell the user. One that runs stays, and is the one that is found from now on.

    A bridge that was started before, and has stopped, comes back with the code that is on disk now.

    Raises:
        OSError: The file that tells where it listens cannot be written.
        RuntimeError: This is not REAPER.
    """
    if _running is not None and is_running():
        published.publish(resource_path, _running.facts)
        return "First Pass: the bridge is running."
    stop()
    if _was_started:
        return _loaded_anew().start(resource_path)  # type: ignore[no-any-return]
    _begin(resource_path)
    return "First Pass: the bridge has started."


def is_running() -> bool:
    """Tell whether there is a bridge and REAPER calls it."""
    return _running is not None and time.monotonic() - _ticked_at < DEAD_SECONDS


def tick(name: str) -> None:
    """Serve once and ask REAPER for the next tick; called by REAPER. The tick of a bridge that is no more ends."""
    global _ticked_at
    if _running is None or _running.name != name:
        return
    try:
        _running.server.serve()
        if _running is not None:
            _keep_published(_running)
    except BaseException:  # nothing may end the chain of ticks
        pass
    finally:
        _ticked_at = time.monotonic()
        if _running is not None:
            _of_reaper("RPR_defer")(_line(f"tick({_running.name!r})"))


def stop() -> None:
    """Close all connections and withdraw the file; called by REAPER when it quits."""
    global _running
    if _running is None:
        return
    stopped, _running = _running, None
    published.withdraw(stopped.file, stopped.server.token)
    with contextlib.suppress(OSError):
        stopped.server.close()


def _keep_published(running: _Running) -> None:
    """Leave word again where nobody else's stands: another REAPER wrote over ours, and has quit since."""
    global _looked_at
    now = time.monotonic()
    if now - _looked_at >= LOOK_SECONDS:
        _looked_at = now
        if not running.file.exists():
            published.publish(str(running.file.parent.parent), running.facts)


def _begin(resource_path: str) -> None:
    global _running, _ticked_at, _was_started
    defer, atexit = _of_reaper("RPR_defer"), _of_reaper("RPR_atexit")
    import reaper_python as api

    server = Server()
    try:
        facts = {
            "port": server.port,
            "token": server.token,
            "pid": os.getpid(),
            "protocol": PROTOCOL,
            "started_at": time.time(),
            "reaper_version": api.RPR_GetAppVersion(),
        }
        file = published.publish(resource_path, facts)
    except BaseException:
        server.close()
        raise
    _running = _Running(secrets.token_hex(4), server, file, facts)
    _ticked_at = time.monotonic()
    _was_started = True
    atexit(_line("stop()"))
    defer(_line(f"tick({_running.name!r})"))


def _loaded_anew() -> Any:
    """Return this module as it is on disk now, with all others of the package."""
    for name in [name for name in sys.modules if name.startswith(f"{__package__}.")]:
        del sys.modules[name]
    return importlib.import_module(__name__)


def _line(call: str) -> str:
    """Return the line of code by which REAPER calls this module, whatever else runs in its ``__main__``."""
    return f"import sys; sys.modules[{__name__!r}].{call}"


def _of_reaper(name: str) -> Callable[[str], None]:
    """Return a function that REAPER gives to scripts only.

    Raises:
        RuntimeError: There is none, so this is not REAPER.
    """
    function = getattr(sys.modules["__main__"], name, None) or getattr(sys.modules.get("reaper_python"), name, None)
    if function is None:
        raise RuntimeError("The bridge of First Pass runs inside REAPER only; start it from REAPER's action list.")
    return function  # type: ignore[no-any-return]
