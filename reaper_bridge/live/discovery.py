"""Find the bridge of a running REAPER by the file it leaves in REAPER's resource folder, and say why there is none."""

import ctypes
import json
import os
import sys
import time
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Final

from reaper_bridge.live.inside import PROTOCOL
from reaper_bridge.resource.places import places
from reaper_bridge.session.errors import HostGoneError

FILE: Final = Path("First Pass") / "bridge.json"
STARTING_SECONDS: Final = 15.0
"""How long REAPER may load a project after the bridge has started, before a silent bridge means a dialog."""

_SYNCHRONIZE: Final = 0x100000
_STILL_RUNNING: Final = 0x102


class BridgeState(Enum):
    """How it stands with the bridge."""

    RUNNING = "running"
    ABSENT = "absent"
    STARTING = "starting"
    DIALOG = "dialog"
    OTHER_VERSION = "other version"
    STOCK_SERVER = "stock server"


class NoBridgeError(HostGoneError):
    """There is no bridge to talk to; ``state`` says how it stands."""

    def __init__(self, state: BridgeState) -> None:
        super().__init__(SENTENCES[state])
        self.state = state


SENTENCES: Final = {
    BridgeState.RUNNING: "The bridge in REAPER is running.",
    BridgeState.ABSENT: "No REAPER with a running bridge was found; start REAPER, or run its action "
    "First Pass: Start bridge (`first-pass doctor` says what is missing).",
    BridgeState.STARTING: "REAPER is still starting; try again when the project has loaded.",
    BridgeState.DIALOG: "REAPER does not answer: it probably shows a dialog, or is rendering; close the dialog and "
    "try again.",
    BridgeState.OTHER_VERSION: "The bridge in REAPER is of another version than this program; close REAPER, run "
    "`first-pass install` and start it again.",
    BridgeState.STOCK_SERVER: "Only python-reapy's own server runs in REAPER (port 2306). It lets anybody on the "
    "network run programs on this computer, so First Pass does not use it: run REAPER's action First Pass: Start "
    "bridge instead, or insist with FIRST_PASS_ALLOW_STOCK_SERVER=1.",
}
"""What to tell the user in each state."""


@dataclass(frozen=True)
class Endpoint:
    """Where a bridge says it listens, and the token it asks for."""

    resource_path: Path
    port: int
    token: str = field(repr=False)
    pid: int
    protocol: int
    started_at: float
    reaper_version: str = ""

    @property
    def is_starting(self) -> bool:
        """Tell whether its REAPER was started so lately that it may still be loading."""
        return 0.0 <= time.time() - self.started_at < STARTING_SECONDS

    @property
    def may_live(self) -> bool:
        """Tell whether its process runs. One in a Flatpak counts its processes itself: there only connecting tells."""
        return ".var" in self.resource_path.parts or process_is_alive(self.pid)


def endpoints(resource_path: Path | None = None) -> tuple[Endpoint, ...]:
    """Return the bridges that announce themselves in REAPER's resource folders, best first; some may be dead.

    Raises:
        NoBridgeError: There is none (absent), or all are of another protocol.
    """
    found = [found for place in places(resource_path) if (found := read_endpoint(place.path)) is not None]
    living = [endpoint for endpoint in found if endpoint.may_live]
    if not living:
        raise NoBridgeError(BridgeState.ABSENT)
    fitting = tuple(endpoint for endpoint in living if endpoint.protocol == PROTOCOL)
    if not fitting:
        raise NoBridgeError(BridgeState.OTHER_VERSION)
    return fitting


def read_endpoint(resource_path: Path) -> Endpoint | None:
    """Return what the bridge's file in a resource folder says; None where there is none or it is damaged."""
    try:
        facts: Any = json.loads((resource_path / FILE).read_text(encoding="utf-8"))
        endpoint = Endpoint(
            resource_path=resource_path,
            port=int(facts["port"]),
            token=str(facts["token"]),
            pid=int(facts["pid"]),
            protocol=int(facts["protocol"]),
            started_at=float(facts["started_at"]),
            reaper_version=str(facts.get("reaper_version", "")),
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return endpoint if 0 < endpoint.port < 65536 else None


def process_is_alive(pid: int) -> bool:
    """Tell whether a process of that number runs on this computer."""
    if sys.platform == "win32":
        return _windows_process_is_alive(pid)
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return pid < 1 << 31
    return True


def _windows_process_is_alive(pid: int) -> bool:
    """Tell it without a signal: on Windows ``os.kill`` ends the process whatever the signal."""
    kernel: Any = getattr(ctypes, "WinDLL")("kernel32")  # noqa: B009, on other systems ctypes has none
    kernel.OpenProcess.restype = ctypes.c_void_p
    handle = kernel.OpenProcess(_SYNCHRONIZE, False, pid)
    if not handle:
        return False
    try:
        return bool(kernel.WaitForSingleObject(ctypes.c_void_p(handle), 0) == _STILL_RUNNING)
    finally:
        kernel.CloseHandle(ctypes.c_void_p(handle))
