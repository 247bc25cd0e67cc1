"""The smallest program that the bridge takes for REAPER: deferred scripts at 30 Hz, and a handful of its functions.

``python -m tests.small_host RESOURCE_PATH`` runs the real server of the bridge. It takes commands on its standard
input (freeze, thaw, start, stop, quit), answers each with a line, and ends when its standard input closes, so that it
never outlives a test. A function that would change a project leaves a line in the file ``touched``.
"""

import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
HZ = 30.0
SERVER = "reaper_bridge.live.inside.server"

_deferred: deque[str] = deque()
_at_exit: list[str] = []


def RPR_defer(code: str) -> None:
    """Run a line of code at the next tick."""
    _deferred.append(code)


def RPR_atexit(code: str) -> None:
    """Run a line of code when the host quits."""
    _at_exit.append(code)


def _reaper_python(resource_path: Path) -> ModuleType:
    module = ModuleType("reaper_python")

    def touch(name: str) -> Callable[..., int]:
        def write(*_: Any) -> int:
            with (resource_path / "touched").open("a") as file:
                file.write(name + "\n")
            return 1

        return write

    def raise_exit() -> None:
        raise SystemExit(3)

    def sleep() -> float:
        time.sleep(0.3)
        return 0.3

    for name, function in {
        "GetAppVersion": lambda: "7.99/small",
        "GetResourcePath": lambda: str(resource_path),
        "CountTracks": lambda project: 3,
        "GetTrack": lambda project, index: f"(MediaTrack*)0x00000000{index + 1:08X}",
        "GetTrackName": lambda track, text, size: (1, track, "Träck", size),
        "TrackFX_GetCount": lambda track: 2,
        "GetProjectLength": lambda project: float("nan"),
        "GetOS": lambda: b"bytes",
        "GetNumTracks": lambda: {1, 2},
        "GetUnderrunTime": raise_exit,
        "GetExtState": lambda section, key: "x" * int(key),
        "GetOutputLatency": sleep,
        "SetMediaTrackInfo_Value": touch("SetMediaTrackInfo_Value"),
        "GetSetMediaTrackInfo_String": touch("GetSetMediaTrackInfo_String"),
        "Main_OnCommand": touch("Main_OnCommand"),
        "ExecProcess": touch("ExecProcess"),
    }.items():
        setattr(module, f"RPR_{name}", function)
    return module


def _run(code: str) -> None:
    exec(code, sys.modules["__main__"].__dict__)  # as REAPER does; an error would end the script, and so this host


def main(resource_path: Path) -> None:
    """Be REAPER until standard input closes."""
    sys.modules["reaper_python"] = _reaper_python(resource_path)
    frozen = threading.Event()
    commands: deque[str] = deque()
    quitting = threading.Event()

    def listen() -> None:
        for line in sys.stdin:
            commands.append(line.strip())
        quitting.set()

    threading.Thread(target=listen, daemon=True).start()
    commands.append("start")
    while not quitting.is_set():
        time.sleep(1.0 / HZ)
        while commands:
            command = commands.popleft()
            if command == "start":
                __import__(SERVER)
                sys.modules[SERVER].start(str(resource_path))
            elif command == "stop":
                sys.modules[SERVER].stop()
            elif command == "quit":
                quitting.set()
            elif command == "freeze":
                frozen.set()
            elif command == "thaw":
                frozen.clear()
            print(command, len(_deferred), flush=True)
        if not frozen.is_set():
            for _ in range(len(_deferred)):
                _run(_deferred.popleft())
    for code in _at_exit:
        _run(code)


class SmallHost:
    """The small host as a test sees it."""

    def __init__(self, resource_path: Path) -> None:
        self.resource_path = resource_path
        resource_path.mkdir(exist_ok=True)
        self.log = resource_path / "log.txt"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-X", "faulthandler", "-m", "tests.small_host", str(resource_path)],
                cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        self._read_answer("start")

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self.process.poll() is None

    @property
    def touched(self) -> str:
        """The names of the functions that were called and would have changed a project."""
        file = self.resource_path / "touched"
        return file.read_text() if file.exists() else ""

    def tell(self, command: str) -> int:
        """Give a command, wait until it is done and return how many scripts are deferred then."""
        assert self.process.stdin is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self._read_answer(command)

    def quit(self) -> None:
        """Quit as REAPER does, running what was to be run at exit."""
        self.tell("quit")
        assert self.process.wait(10) == 0, self.log.read_text()

    def end(self) -> None:
        """Make sure the process is gone."""
        self.process.kill()
        self.process.wait(10)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def _read_answer(self, command: str) -> int:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith(command), f"{line!r}: {self.log.read_text()}"
        return int(line.split()[1])


@contextmanager
def running_small_host(resource_path: Path) -> Iterator[SmallHost]:
    """Run a small host for as long as a test needs it."""
    host = SmallHost(resource_path)
    try:
        yield host
    finally:
        host.end()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    os._exit(0)  # the reading thread would wait for its next line
