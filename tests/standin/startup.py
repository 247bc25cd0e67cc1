"""What runs when REAPER starts: __startup.lua, or for our own tests the bridge directly."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.standin.control import Control
    from tests.standin.desk import Desk
    from tests.standin.scripts import Interpreter

INSIDE = Path(__file__).parents[2] / "reaper_bridge" / "live" / "inside"
BRIDGE = "first_pass_inside"
START = f"import {BRIDGE}.server; {BRIDGE}.server.start({{resource!r}})"


def run(desk: Desk, interpreter: Interpreter, control: Control, given: Any) -> bool:
    """Start what this run is to start with; True if that is our bridge, which can be found once it listens."""
    lua = desk.resource_path / "Scripts" / "__startup.lua"
    if given.script:
        interpreter.run(given.script.read_text(encoding="utf-8"), "script", str(given.script))
    if given.stock:
        from tests.standin import stock

        stock.start(desk, interpreter, control, given)
    elif given.no_bridge:
        return False
    elif lua.exists():
        return interpreter.run_lua(lua) and b"First Pass" in lua.read_bytes()
    elif not desk.commands.scripts:
        return start_bridge(desk, interpreter, given.bridge or INSIDE)
    return False


def start_bridge(desk: Desk, interpreter: Interpreter, folder: Path) -> bool:
    """Start the scripts of a folder as the installed package ``first_pass_inside``; False if there are none."""
    if not (folder / "server.py").exists():
        return False
    if BRIDGE not in sys.modules:
        _import_package(folder)
    return interpreter.run(START.format(resource=str(desk.resource_path)), BRIDGE)


def _import_package(folder: Path) -> None:
    init = folder / "__init__.py"
    spec = importlib.util.spec_from_file_location(BRIDGE, init, submodule_search_locations=[str(folder)])
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules[BRIDGE] = package
    spec.loader.exec_module(package)
