"""Lua in the stand-in: a script of REAPER's other language, with the few functions a start-up script needs.

Every script has a Lua state of its own, as in REAPER. An error shows the error box.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lupa

if TYPE_CHECKING:
    from tests.standin.desk import Desk
    from tests.standin.scripts import Interpreter


def run(desk: Desk, interpreter: Interpreter, path: Path) -> bool:
    """Run a Lua script; False if it failed, which shows REAPER's error box."""
    lua = lupa.LuaRuntime(unpack_returned_tuples=True, register_eval=False)
    lua.globals().reaper = lua.table_from(functions(desk, interpreter, path))
    try:
        lua.execute(_source(path))
    except lupa.LuaError as error:
        interpreter.failed(path.name, str(error))
        return False
    return True


def _source(path: Path) -> bytes:
    """Read a script as Lua's loader does: without a byte order mark, and without a first line that starts with #."""
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    return b"--" + data if data.startswith(b"#") else data


def functions(desk: Desk, interpreter: Interpreter, path: Path) -> dict[str, Any]:
    """Return the table ``reaper`` as this script sees it."""

    def show(text: Any) -> None:
        desk.console.append(str(text))

    def defer(function: Any) -> bool:
        interpreter.defer_call(path.name, function)
        return True

    def run_action(command: Any, flag: Any = 0) -> None:
        desk.commands.run(int(command))

    def add_remove(add: Any, section: Any, script: Any, commit: Any) -> int:
        number: int = desk.commands.add_remove(bool(add), int(section), str(script), bool(commit))
        return number

    def ext_state(section: str, key: str) -> str:
        return desk.ext_state.get((section, key), "")

    def set_ext_state(section: str, key: str, value: Any, persist: Any) -> None:
        desk.ext_state[section, key] = str(value)
        if persist:
            desk.persistent.add((section, key))

    return {
        "NamedCommandLookup": lambda name: desk.commands.lookup(name),
        "Main_OnCommand": run_action,
        "AddRemoveReaScript": add_remove,
        "ShowConsoleMsg": show,
        "ShowMessageBox": lambda text, title, kind: desk.show_box(f"{title}: {text}"),
        "GetResourcePath": lambda: str(desk.resource_path),
        "GetAppVersion": lambda: desk.options.version,
        "GetOS": lambda: "Other",
        "GetExtState": ext_state,
        "SetExtState": set_ext_state,
        "file_exists": lambda name: Path(name).is_file(),
        "time_precise": time.perf_counter,
        "defer": defer,
        "runloop": defer,
        "atexit": lambda function: interpreter.at_exit_call(path.name, function),
    }
