"""Scripts: the action list of reaper-kb.ini, and the one Python interpreter they all run in.

A script's source runs in ``__main__``'s own names, as every other script's does, and so does the text it defers.
An error ends the script's turn and shows a box, behind which everything deferred stands still.
"""

from __future__ import annotations

import collections
import hashlib
import shlex
import sys
import traceback
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.standin import actions

if TYPE_CHECKING:
    from tests.standin.desk import Desk
    from tests.standin.project import Project

Code = str | Callable[[], Any]
"""What can be deferred: Python's text, or a function of another language."""
ASK, TERMINATE, ANOTHER = 4, 260, 516
FIRST_SCRIPT = 55_000


@dataclass
class Script:
    """One line of the action list."""

    flags: int
    section: int
    name: str
    description: str
    path: Path

    def line(self, scripts: Path) -> str:
        try:
            path = self.path.relative_to(scripts).as_posix()
        except ValueError:
            path = str(self.path)
        shown = f'"{path}"' if " " in path else path
        return f'SCR {self.flags} {self.section} {self.name} "{self.description}" {shown}'


def script_name(path: Path, scripts: Path) -> str:
    """Name a script as REAPER does: RS and the SHA-1 of its upper-case path below Scripts."""
    try:
        text = path.relative_to(scripts).as_posix()
    except ValueError:
        text = str(path)
    return "RS" + hashlib.sha1(text.upper().encode()).hexdigest()


class ActionList:
    """Scripts by number and name, and the actions built in."""

    def __init__(self, desk: Desk, interpreter: Interpreter) -> None:
        self._desk = desk
        self._interpreter = interpreter
        self._folder = desk.resource_path / "Scripts"
        self._file = desk.resource_path / "reaper-kb.ini"
        self.scripts: dict[int, Script] = {}
        self.refused: list[str] = []
        if self._file.exists():
            for line in self._file.read_text(encoding="utf-8").splitlines():
                self._read_line(line)

    def _read_line(self, line: str) -> None:
        try:
            words = shlex.split(line.replace("\\", "/"), posix=True)
        except ValueError:
            self.refused.append(line)
            return
        if words[:1] != ["SCR"]:
            return
        if len(words) != 6 or not words[1].isdigit() or not words[2].isdigit():
            self.refused.append(line)
            return
        path = Path(words[5])
        script = Script(int(words[1]), int(words[2]), words[3], words[4], self._folder / path)
        self.scripts[FIRST_SCRIPT + len(self.scripts)] = script

    def lookup(self, name: str) -> int:
        """Return the number of ``_RS…`` (with the underscore), or 0."""
        return next((number for number, script in self.scripts.items() if "_" + script.name == name), 0)

    def name_of(self, number: int) -> str | None:
        script = self.scripts.get(number)
        return None if script is None else script.name

    def add_remove(self, add: bool, section: int, path_text: str, commit: bool) -> int:
        path = Path(path_text)
        known = next((number for number, script in self.scripts.items() if script.path == path), 0)
        if not add:
            self.scripts.pop(known, None)
        elif not known:
            if not path.exists():
                return 0
            known = max(self.scripts, default=FIRST_SCRIPT - 1) + 1
            name = script_name(path, self._folder)
            self.scripts[known] = Script(ASK, section, name, f"Custom: {path.name}", path)
        if commit:
            lines = [script.line(self._folder) for script in self.scripts.values()]
            kept = self._file.read_text(encoding="utf-8").splitlines() if self._file.exists() else []
            kept = [line for line in kept if not line.startswith("SCR ")]
            self._file.write_text("".join(f"{line}\r\n" for line in lines + kept), encoding="utf-8", newline="")
        return known

    def run(self, number: int, project: Project | None = None) -> None:
        """Run an action or a script."""
        desk = self._desk
        desk.stats.actions.append(self.name_of(number) or str(number))
        if number in self.scripts:
            self._interpreter.start(self.scripts[number])
            return
        front = desk.current_index
        if project in desk.projects:
            desk.current_index = desk.projects.index(project)
        actions.run(desk, number)
        if project is not None and number not in (40859, 40860):
            desk.current_index = min(front, len(desk.projects) - 1)


class Interpreter:
    """REAPER's Python: one ``__main__`` for all scripts, and the queue of what they deferred."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._deferred: collections.deque[tuple[str, Code]] = collections.deque()
        self._at_exit: list[tuple[str, Code]] = []
        self._running = ""
        self.main = types.ModuleType("__main__")
        names: dict[str, Any] = self.main.__dict__
        names["obj"] = object()
        names["RPR_defer"] = names["RPR_runloop"] = self.defer
        names["RPR_atexit"] = self.at_exit
        self.has_turn = False

    def install(self, api: types.ModuleType) -> None:
        """Make ``import reaper_python`` and ``__main__`` what scripts expect."""
        for name, function in (("RPR_defer", self.defer), ("RPR_runloop", self.defer), ("RPR_atexit", self.at_exit)):
            setattr(api, name, function)
        sys.modules["reaper_python"] = api
        sys.modules["__main__"] = self.main

    def defer(self, code: str) -> None:
        if not isinstance(code, str):
            raise TypeError("RPR_defer takes the text of a script")
        self._deferred.append((self._running, code))

    def at_exit(self, code: str) -> None:
        self._at_exit.append((self._running, code))

    def defer_call(self, name: str, function: Callable[[], Any]) -> None:
        """Run a function of another language at the next tick."""
        self._deferred.append((name, function))

    def at_exit_call(self, name: str, function: Callable[[], Any]) -> None:
        self._at_exit.append((name, function))

    def is_deferring(self, name: str) -> bool:
        return any(owner == name for owner, _ in self._deferred)

    def start(self, script: Script) -> None:
        """Run a script from the action list, asking or ending the old one first as its flags say."""
        if self.is_deferring(script.name):
            if script.flags & 256:
                self.terminate(script.name)
            elif not script.flags & 512:
                self._desk.show_box("ReaScript task control: the script is already running")
                return
        try:
            source = script.path.read_text(encoding="utf-8")
        except OSError as error:
            self._desk.show_box(f"ReaScript error: {error}")
            return
        if script.path.suffix == ".lua":
            self.run_lua(script.path)
            return
        ran = self.run(source, script.name, str(script.path))
        if ran and not self.is_deferring(script.name):
            self._point_by_itself(script)

    def _point_by_itself(self, script: Script) -> None:
        """Make the undo point a script gets that changed something, made no point and does not go on."""
        project = self._desk.project
        if project.touched and not project.history.is_open:
            project.history.point(script.description.replace("Custom:", "Script:"))

    def run_lua(self, path: Path) -> bool:
        from tests.standin import startup_lua  # needs lupa, which only some tests ask for

        return startup_lua.run(self._desk, self, path)

    def terminate(self, name: str) -> None:
        """End a deferring script: what it deferred is dropped, what it wanted done at its end is done."""
        self._deferred = collections.deque(entry for entry in self._deferred if entry[0] != name)
        last = [code for owner, code in self._at_exit if owner == name]
        self._at_exit = [entry for entry in self._at_exit if entry[0] != name]
        for code in last:
            self.run(code, name)

    def run(self, code: Code, name: str, path: str = "") -> bool:
        """Run a text in ``__main__``; False if it raised, which also shows REAPER's error box."""
        outer, self._running = self._running, name
        names = self.main.__dict__
        names.setdefault("__name__", "__main__")
        folder = str(Path(path).parent) if path else ""
        if path:
            names["__file__"] = path
            if folder not in sys.path:
                sys.path.insert(0, folder)
        try:
            if callable(code):
                code()
            else:
                exec(compile(code, path or "<string>", "exec"), names)
        except BaseException:
            self.failed(name, traceback.format_exc())
            return False
        finally:
            self._running = outer
        return True

    def failed(self, name: str, text: str) -> None:
        """Say that a script failed, end it and show the error box."""
        self._desk.stats.script_errors.append(text)
        print(f"ReaScript error in {name}:\n{text}", file=sys.stderr, flush=True)
        last = [code for owner, code in self._at_exit if owner == name]
        self._at_exit = [entry for entry in self._at_exit if entry[0] != name]
        self._deferred = collections.deque(entry for entry in self._deferred if entry[0] != name)
        for code in last:
            try:
                code() if callable(code) else exec(code, self.main.__dict__)
            except Exception:
                traceback.print_exc()
        self._desk.stats.boxes.append("ReaScript error")
        self._desk.dialog = "ReaScript error"

    def run_deferred(self) -> None:
        """Run what was deferred before this tick; what is deferred meanwhile waits for the next."""
        for _ in range(len(self._deferred)):
            if self._desk.dialog or not self._deferred:
                return
            owner, code = self._deferred.popleft()
            self.run(code, owner)

    def run_at_exit(self) -> None:
        entries, self._at_exit = self._at_exit, []
        for owner, code in entries:
            self.run(code, owner)
