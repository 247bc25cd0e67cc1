"""A stand-in REAPER with the contract's project in front, and what a person sees of it."""

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reaper_bridge.live.host import LiveHost
from tests.standin.fixture import Standin

_NUMBERS = itertools.count(1)
_NOT_ON_SCREEN = ("ext_state", "change_count", "dirty")


def open_copy(standin: Standin, project: Path) -> Path:
    """Open a copy of a project in a stand-in and return it; its media stay where they are."""
    song = project.with_name(f"live {next(_NUMBERS)}.RPP")
    shutil.copy(project, song)
    standin.control.open_project(str(song))
    return song


@contextmanager
def live_host(standin: Standin, folder: Path, **listeners: Any) -> Iterator[LiveHost]:
    """Return a host on a stand-in, which keeps its calibrations in a folder of the test."""
    with LiveHost(standin.resource_path, calibration_folder=folder / "calibration", **listeners) as host:
        yield host


def seen(standin: Standin) -> dict[str, Any]:
    """Return what a person sees of the project; our notes and counts are not on the screen."""
    dump = standin.control.dump()
    return {key: value for key, value in dump.items() if key not in _NOT_ON_SCREEN}
