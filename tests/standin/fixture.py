"""Start the stand-in from a test, talk to it as a person would, and never leave it behind.

``with Standin.start(project) as standin:`` runs a process of its own; it dies with the block, also when the test
fails, and by itself when the process that started it is gone.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DEADLINE_SECONDS = 60.0


class CommandError(Exception):
    """A person's command failed in the stand-in; the text is its traceback."""


class Person:
    """The control channel: every attribute is a command, ``person.set_track(guid, key, value)``."""

    def __init__(self, port: int, arguments: dict[str, tuple[str, ...]]) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=180.0)
        self._lines = self._socket.makefile("rw", encoding="utf-8", newline="\n")
        self._arguments = arguments

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)

        def command(*positional: Any, **named: Any) -> Any:
            names = self._arguments.get(name, ())
            given = dict(zip(names, positional, strict=False)) | named
            return self._ask(name, given)

        return command

    def _ask(self, name: str, arguments: dict[str, Any]) -> Any:
        self._lines.write(json.dumps({"command": name, "arguments": arguments}) + "\n")
        self._lines.flush()
        line = self._lines.readline()
        if not line:
            raise ConnectionError("the stand-in is gone")
        answer = json.loads(line)
        if "error" in answer:
            raise CommandError(answer["error"])
        return answer["value"]

    def _close(self) -> None:
        with contextlib.suppress(OSError):
            self._lines.close()
        self._socket.close()


class Standin:
    """One running stand-in."""

    def __init__(self, project: Path | None, resource_path: Path, switches: Sequence[str]) -> None:
        self.project = project
        self.resource_path = resource_path
        self._switches = list(switches)
        self._process: subprocess.Popen[str] | None = None
        self.control: Any = None

    @classmethod
    @contextlib.contextmanager
    def start(
        cls,
        project: Path | None = None,
        *,
        resource_path: Path | None = None,
        wait_for_bridge: bool = True,
        **switches: Any,
    ) -> Iterator[Standin]:
        """Run a stand-in for the length of a block.

        Switches are the command line's, with underscores: ``hz=100``, ``fixed_guids=True``, ``law=["ReaComp:0:x"]``.
        A resource folder of one's own is kept; otherwise a fresh one is made and removed. Where a bridge is there to
        be started, waits until it can be found.

        Raises:
            TimeoutError: It was not ready in time; the message holds what it said.
        """
        made = tempfile.mkdtemp(prefix="standin-") if resource_path is None else None
        standin = cls(project, resource_path or Path(str(made)), _command_line(switches))
        try:
            standin._launch(wait_for_bridge)
            yield standin
        finally:
            standin.kill()
            if made is not None:
                shutil.rmtree(made, ignore_errors=True)

    @property
    def pid(self) -> int:
        return self._running().pid

    @property
    def bridge_file(self) -> Path:
        return self.resource_path / "First Pass" / "bridge.json"

    @property
    def log(self) -> str:
        """Everything the process said, errors of scripts included."""
        path = self.resource_path / "standin.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def restart(self, *, as_saved: bool = True, wait_for_bridge: bool = True) -> None:
        """Quit and start again on the same resource folder: as last saved, or as it stood in memory."""
        if not as_saved:
            copy = self.resource_path / "in-memory.RPP"
            self.control.save_copy(str(copy))
            self.project = copy
        self.quit()
        self._launch(wait_for_bridge)

    def quit(self) -> None:
        """Quit as a person does, and wait until the process is gone."""
        with contextlib.suppress(ConnectionError, CommandError, OSError):
            self.control.quit()
        try:
            self._running().wait(timeout=DEADLINE_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._forget()

    def kill(self) -> None:
        """End the process and whatever it started, at once."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                if hasattr(os, "killpg"):
                    os.killpg(self._process.pid, signal.SIGKILL)
                else:
                    self._process.kill()
            self._process.wait()
        self._forget()

    def _forget(self) -> None:
        if self.control is not None:
            self.control._close()
            self.control = None
        if self._process is not None and self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            raise RuntimeError("the stand-in does not run")
        return self._process

    def _launch(self, wait_for_bridge: bool) -> None:
        self.resource_path.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "tests.standin", "--resource", str(self.resource_path), *self._switches]
        if self.project is not None:
            command += ["--project", str(self.project)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        with (self.resource_path / "standin.log").open("w", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        ready = self._read_ready()
        self.control = Person(ready["control_port"], {})
        self.control._arguments.update({name: tuple(names) for name, names in self.control.help().items()})
        if wait_for_bridge and ready.get("bridge"):
            self.wait_until(self._bridge_is_ours, "the bridge's discovery file")

    def _bridge_is_ours(self) -> bool:
        """Tell whether the discovery file is this run's: one that was killed leaves its own behind."""
        try:
            found = json.loads(self.bridge_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return bool(found.get("pid") == self.pid)

    def _read_ready(self) -> dict[str, Any]:
        stdout = self._running().stdout
        assert stdout is not None
        lines: list[str] = []
        reader = threading.Thread(target=lambda: lines.append(stdout.readline()), daemon=True)
        reader.start()
        reader.join(timeout=DEADLINE_SECONDS)
        line = lines[0] if lines else ""
        if not line.startswith("{"):
            self.kill()
            raise TimeoutError(f"the stand-in did not become ready; it said:\n{self.log}")
        ready: dict[str, Any] = json.loads(line)
        return ready

    def wait_until(self, is_so: Callable[[], bool], what: str, seconds: float = DEADLINE_SECONDS) -> None:
        """Poll until something is so.

        Raises:
            TimeoutError: It did not become so; the message holds what the stand-in said.
        """
        deadline = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited in vain for {what}; the stand-in said:\n{self.log}")
            time.sleep(0.01)


def _command_line(switches: dict[str, Any]) -> list[str]:
    words: list[str] = []
    for name, value in switches.items():
        flag = "--" + name.replace("_", "-")
        for each in value if isinstance(value, list | tuple) else [value]:
            if each is not False and each is not None:
                words += [flag] if each is True else [flag, str(each)]
    return words
