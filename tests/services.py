"""Run ``first-pass serve`` as a process of its own, which never outlives the test that started it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from actions.folders import project_key
from actions.service.knocking import ask
from reaper_bridge.session.errors import SettingsError
from tests.standin.fixture import Standin

SECONDS = 180.0


def seen(reaper: Standin) -> Any:
    """Return what a person sees of the tracks and the master in the stand-in.

    What differs from copy to copy is left out (GUIDs made up anew, paths), and what only programs see; numbers are as
    exact as undo keeps them.
    """
    told = reaper.control.dump()
    return _seen([told["tracks"], told["master"]])


def _seen(thing: Any) -> Any:
    if isinstance(thing, dict):
        return {key: _seen(value) for key, value in thing.items() if key not in ("guid", "ext", "source")}
    if isinstance(thing, list):
        return [_seen(item) for item in thing]
    return float(f"{thing:.10g}") if isinstance(thing, float) else thing


@dataclass
class Service:
    """A service that runs. ``file`` is where it leaves word of its door, ``said`` what it wrote to stderr."""

    process: "subprocess.Popen[bytes]"
    file: Path
    log: Path
    said: Path
    _count: list[int] = field(default_factory=lambda: [0])

    @property
    def osc_port(self) -> int:
        """Where it listens to OSC; it must have left word of its door."""
        return int(json.loads(self.file.read_text("utf-8"))["osc_port"])

    @property
    def panel_port(self) -> int:
        """Where its panel is."""
        return int(json.loads(self.file.read_text("utf-8"))["panel_port"])

    def ask(self, do: str) -> Any:
        """Ask for something; return the reply."""
        self._count[0] += 1
        return ask(self.file, do, f"{self.process.pid} {self._count[0]}")

    def state(self) -> dict[str, Any]:
        """Return what the service shows; empty while its door is not open yet."""
        with contextlib.suppress(SettingsError):
            told: dict[str, Any] = ask(self.file, "state")["state"]
            return told
        return {}

    def until(self, is_so: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait for a state and return it; fail when it does not come."""
        return self.wait_for(self.state, lambda state: bool(state) and is_so(state))

    def until_ready(self) -> dict[str, Any]:
        """Wait until the session was reached and nothing is to be done."""
        return self.until(lambda state: state["name"] == "ready" and not state["doing"] and not state["waiting"])

    def until_ended(self) -> dict[str, Any]:
        """Wait until nothing is to be done any more, however it ended."""
        return self.until(
            lambda state: not state["doing"] and not state["waiting"] and state["name"] != "waiting_for_reaper"
        )

    def until_gone(self) -> dict[str, Any]:
        """Wait until REAPER is missed."""
        return self.until(lambda state: state["name"] == "waiting_for_reaper")

    def until_logged(self, *words: str) -> None:
        """Wait until a line of the log holds all these words."""
        self.wait_for(self._lines, lambda lines: any(all(word in line for word in words) for line in lines), 0.0005)

    def has_logged(self, words: str) -> bool:
        """Tell whether a line of the log holds these words."""
        return any(words in line for line in self._lines())

    def killed(self) -> None:
        """End it as the power does."""
        self.process.kill()
        self.process.wait(SECONDS)

    def ended(self, how: int = signal.SIGTERM) -> int:
        """Ask it to end; return its exit status."""
        self.process.send_signal(how)
        return self.process.wait(SECONDS)

    def wait_for(self, read: Callable[[], Any], is_so: Callable[[Any], bool], pause_seconds: float = 0.02) -> Any:
        """Read until what was read is so, and return it; fail when it does not come."""
        deadline = monotonic() + SECONDS
        while True:
            found = read()
            if is_so(found):
                return found
            assert self.process.poll() is None, f"the service ended with {self.process.poll()}: {self._told()}"
            assert monotonic() < deadline, f"{found} {self._told()}"
            sleep(pause_seconds)

    def _lines(self) -> list[str]:
        return self.log.read_text("utf-8").splitlines() if self.log.exists() else []

    def _told(self) -> str:
        return self.said.read_text("utf-8", "replace")[-2000:]


@contextlib.contextmanager
def serving(
    data: Path,
    *,
    project: Path | None = None,
    resource_path: Path | None = None,
    then: str | None = None,
    panel_port: int = 0,
    flags: Sequence[str] = (),
) -> Iterator[Service]:
    """Serve a project file, or the REAPER of a resource folder, with the user's data in ``data``."""
    words = [sys.executable, "-m", "actions.cli", "serve", "--osc-port", "0", "--panel-port", str(panel_port)]
    words += ["--project", str(project)] if project else []
    words += ["--resource-path", str(resource_path)] if resource_path else []
    words += [*(["--then", then] if then else []), *flags]
    folder = data / "services" / project_key(project) if project else (resource_path or data) / "First Pass"
    data.mkdir(parents=True, exist_ok=True)
    said, log = data / "said.txt", data / "log" / "service.log"
    log.unlink(missing_ok=True)
    environment = {**os.environ, "FIRST_PASS_DATA_DIR": str(data)}
    with said.open("wb") as errors:
        process = subprocess.Popen(words, stdout=errors, stderr=errors, env=environment)
    try:
        yield Service(process, folder / "service.json", log, said)
    finally:
        process.kill()
        process.wait(SECONDS)
