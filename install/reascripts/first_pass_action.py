"""What every First Pass script in REAPER's Action list does: send one wish to the service, and return at once.

Runs in REAPER's own Python on REAPER's main thread: standard library only, nothing waits longer than a third of a
second, and nothing ends in REAPER's error window. The service listens on this machine only and is told apart by a token
that it leaves in a file for the user alone; if it does not run, it is started and told the wish.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import reaper_python

CONNECT_SECONDS = 0.1
ANSWER_SECONDS = 0.15
START_SECONDS = 15.0
MOST_ANSWER_BYTES = 65536
_NOT_FOR_OTHERS = ("PYTHONHOME", "PYTHONPATH", "PYTHONEXECUTABLE", "__PYVENV_LAUNCHER__")

# the service that a script of this REAPER started last, and when
_started: list[tuple[subprocess.Popen[bytes], float]] = []


def ask(wish: str) -> None:
    """Ask the service for something; what goes wrong is said in one sentence in REAPER's console."""
    _guarded(lambda resource: _ask(resource, wish))


def start_bridge() -> None:
    """Start the bridge through which First Pass reads and writes the open project; harmless if it runs."""
    _guarded(_start_bridge)


def _guarded(act: Callable[[Path], str | None]) -> None:
    try:
        problem = act(Path(reaper_python.RPR_GetResourcePath()))
    except Exception as error:
        problem = f"that did not work ({type(error).__name__}: {error}). Run `first-pass doctor`."
    if problem:
        # the prefix keeps the console from opening and taking the keyboard
        reaper_python.RPR_ShowConsoleMsg("!SHOW:First Pass: " + problem + "\n")


def _start_bridge(resource: Path) -> str | None:
    from first_pass_inside import server

    server.start(str(resource))
    return None


def _ask(resource: Path, wish: str) -> str | None:
    folder = resource / "First Pass"
    door = _told(folder / "service.json")
    if door is None or not _is_alive(door.get("pid")):
        return _start_service(resource, folder, wish)
    try:
        # the system answers for a busy service too, so who does not answer in time is not there
        connection = socket.create_connection(("127.0.0.1", int(door["port"])), CONNECT_SECONDS)
    except (OSError, KeyError, TypeError, ValueError, OverflowError):
        return _start_service(resource, folder, wish)
    with connection:
        message = {"token": door.get("token"), "do": wish, "request_id": secrets.token_hex(8)}
        connection.sendall(json.dumps(message).encode() + b"\n")
        answer = _answer(connection)
    if answer is not None and not answer.get("ok"):
        return str(answer.get("message") or answer.get("error") or "the service refused that.")
    return None


def _answer(connection: socket.socket) -> dict | None:
    """Read the one line of the answer; None if it does not come in time: the wish has been sent all the same."""
    line = b""
    deadline = time.monotonic() + ANSWER_SECONDS
    while not line.endswith(b"\n") and len(line) < MOST_ANSWER_BYTES:
        seconds = deadline - time.monotonic()
        if seconds <= 0:
            return None
        connection.settimeout(seconds)
        try:
            received = connection.recv(4096)
        except OSError:
            return None
        if not received:
            break
        line += received
    try:
        answer = json.loads(line)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _start_service(resource: Path, folder: Path, wish: str) -> str | None:
    program = _told(folder / "program.json")
    command = program.get("executable") if program else None
    if not isinstance(command, list) or not command or not all(isinstance(word, str) for word in command):
        return "the program is not set up here; close REAPER and run `first-pass install`."
    if _started and _started[-1][0].poll() is None and time.monotonic() - _started[-1][1] < START_SECONDS:
        return "the service is starting; ask again in a moment."
    inside_flatpak = bool(os.environ.get("FLATPAK_ID"))
    if not inside_flatpak and not Path(command[0]).exists():
        return f"{command[0]} is gone; close REAPER and run `first-pass install` again."
    if inside_flatpak:
        command = ["flatpak-spawn", "--host", f"--env=FIRST_PASS_RESOURCE={resource}", *command]
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_FOR_OTHERS}
    environment["FIRST_PASS_RESOURCE"] = str(resource)
    _started[:] = [(_launch([*command, "serve", "--then", wish], folder, environment), time.monotonic())]
    return None


def _launch(command: list[str], folder: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a program that outlives REAPER and shows no window."""
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
        return subprocess.Popen(command, cwd=folder, env=environment, creationflags=flags, **quiet)
    return subprocess.Popen(command, cwd=folder, env=environment, start_new_session=True, close_fds=True, **quiet)


def _told(path: Path) -> dict | None:
    try:
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) else None


def _is_alive(process: object) -> bool:
    """Whether a process stands; on Windows, where asking could end it, every process is taken to stand."""
    if sys.platform == "win32":
        return True
    try:
        os.kill(int(process), 0)  # type: ignore[call-overload]
    except PermissionError:
        return True
    except (OSError, TypeError, ValueError, OverflowError):
        return False
    return True
