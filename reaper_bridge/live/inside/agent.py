"""What may be asked of the agent in REAPER: a table of names, and nothing that is not in it.

A function of the table takes and returns what JSON can say. It refuses by raising ``Refusal``; it is called on
REAPER's main thread, so the engineer waits as long as it runs.
"""

from __future__ import annotations

import importlib
import os
import platform
from typing import Any

from . import PROTOCOL, VERSION

FUNCTIONS: dict[str, str] = {
    "hello": "agent:hello",
    "ping": "agent:ping",
    "snapshot": "looking:snapshot",
    "state": "looking:state",
    "render_stems": "rendering:render_stems",
    "render_played": "rendering:render_played",
    "stem_states": "stem_states:stem_states",
    "write": "doing:write",
    "take_back": "doing:take_back",
    "redo": "doing:redo",
    "set_notes": "doing:set_notes",
    "probe": "probing:probe",
}
"""Name in a request -> ``module:function`` of this package. A module is loaded when it is first asked for."""


class Refusal(Exception):
    """A request that is not carried out: which kind of reason, a sentence for the user, and facts as JSON."""

    def __init__(self, kind: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.details = details


def call(name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Call a function of the table.

    Raises:
        Refusal: There is none of that name (kind ``unknown``), or it refuses.
    """
    if name not in FUNCTIONS:
        raise Refusal("unknown", "The bridge in REAPER has no function of that name; is it older than the service?")
    module_name, _, function_name = FUNCTIONS[name].partition(":")
    module = importlib.import_module("." + module_name, __package__)
    return getattr(module, function_name)(*args, **kwargs)


def hello() -> dict[str, Any]:
    """Return who answers: the process, its REAPER and its Python, and what the two sides must agree on."""
    import reaper_python as api

    return {
        "pid": os.getpid(),
        "reaper_version": api.RPR_GetAppVersion(),
        "python": platform.python_version(),
        "protocol": PROTOCOL,
        "bridge_version": VERSION,
        "resource_path": api.RPR_GetResourcePath(),
    }


def ping() -> str:
    """Answer, so that the asker knows REAPER's main thread runs."""
    return "pong"
