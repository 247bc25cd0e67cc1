"""reapy's own unmodified server inside the stand-in, behind the web interface, as its documentation installs it."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.standin import web
from tests.standin.scripts import ASK, FIRST_SCRIPT, Script

if TYPE_CHECKING:
    from tests.standin.control import Control
    from tests.standin.desk import Desk
    from tests.standin.scripts import Interpreter

ACTION = "RSstandinreapy0000000000000000000000000000"


def start(desk: Desk, interpreter: Interpreter, control: Control, given: Any) -> None:
    """Register reapy's script as the action its client looks for, and listen for that client.

    The script starts when the client first asks for it. Ports other than 2306 and 2307 are patched into reapy here,
    and have to be in the client too.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import reapy.config

        reapy.config.REAPY_SERVER_PORT = given.server_port
        reapy.config.WEB_INTERFACE_PORT = given.web_port
        from reapy.config.config import get_activate_reapy_server_path

        _bind_to_loopback()
    path = Path(get_activate_reapy_server_path())
    number = max(desk.commands.scripts, default=FIRST_SCRIPT - 1) + 1
    desk.commands.scripts[number] = Script(ASK, 0, ACTION, f"Custom: {path.name}", path)
    desk.ext_state["reapy", "activate_reapy_server"] = f'"_{ACTION}"'
    web.serve(desk, control, given.web_port)


def _bind_to_loopback() -> None:
    """Keep reapy's server off the network; it would listen on every interface."""
    from reapy.tools.network import server

    bind = server.Server.bind
    server.Server.bind = lambda self, address: bind(self, ("127.0.0.1", address[1]))
