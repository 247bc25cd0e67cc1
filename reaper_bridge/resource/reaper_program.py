"""Find REAPER's executable, to learn for which processor the Python library must be built."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from reaper_bridge.resource.binaries import machine, processors

_IN_APPLICATION: Final = "Contents/MacOS/REAPER"
_USUAL: Final = {
    "win32": ("REAPER (x64)/reaper.exe", "REAPER (arm64)/reaper.exe", "REAPER/reaper.exe"),
    "darwin": (f"/Applications/REAPER.app/{_IN_APPLICATION}", f"~/Applications/REAPER.app/{_IN_APPLICATION}"),
    "linux": ("/opt/REAPER/reaper", "~/opt/REAPER/reaper", "/usr/lib/REAPER/reaper", "/usr/local/bin/reaper"),
}


def reaper_processor(resource: Path) -> str:
    """Return the processor that REAPER runs on; this machine's where its executable is not found.

    One that is built for several runs on this machine's.
    """
    for executable in _executables(resource):
        built_for = processors(executable)
        if built_for:
            return machine() if machine() in built_for else min(built_for)
    return machine()


def is_in_flatpak(resource: Path) -> bool:
    """Whether this folder belongs to a REAPER in a Flatpak, which has a file system of its own."""
    return ".var" in resource.parts


def _executables(resource: Path) -> Iterator[Path]:
    yield from (resource / name for name in ("reaper.exe", "reaper", f"REAPER.app/{_IN_APPLICATION}"))
    root = os.environ.get("PROGRAMFILES", "C:/Program Files") if sys.platform == "win32" else "/"
    for place in _USUAL.get(sys.platform, ()):
        yield Path(root) / Path(place).expanduser()
