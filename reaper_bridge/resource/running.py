"""Tell whether a REAPER runs that uses a resource folder: it writes its settings when it quits, over anybody else's.

How REAPER is told apart: a process named ``reaper``. Which folder it uses: that of ``-cfgfile`` on its command line,
else that of its executable if reaper.ini lies there (portable), else the usual one. A bridge that answers in the
folder is proof of its own.
"""

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from reaper_bridge.resource.layout import bridge_file
from reaper_bridge.resource.places import usual_places
from reaper_bridge.session.errors import ReaperRunningError

_ANSWER_SECONDS: Final = 0.5
_BELOW_APPLICATION: Final = 3


@dataclass(frozen=True)
class RunningReaper:
    """A process of REAPER; ``resource`` is None where nothing says that it is not the usual folder."""

    pid: int
    executable: Path | None = None
    resource: Path | None = None


def running_reapers() -> Iterator[RunningReaper]:
    """Find every process of REAPER that this user may see."""
    import psutil

    for process in psutil.process_iter(["name", "exe", "cmdline"]):
        name = str(process.info["name"] or "").casefold().removesuffix(".exe")
        if name == "reaper":
            executable = Path(process.info["exe"]) if process.info["exe"] else None
            yield RunningReaper(process.pid, executable, _resource_of(executable, process.info["cmdline"] or []))


def running_reaper(resource: Path) -> RunningReaper | None:
    """Return the REAPER that runs with this resource folder; None if none does."""
    answering = _bridge_process(resource)
    if answering is not None:
        return RunningReaper(answering, resource=resource)
    here = resource.resolve()
    is_usual = any(place.path.resolve() == here for place in usual_places())
    for reaper in running_reapers():
        if is_usual if reaper.resource is None else reaper.resource.resolve() == here:
            return reaper
    return None


def require_no_reaper(resource: Path) -> None:
    """Make sure that no REAPER runs with this folder.

    Raises:
        ReaperRunningError: One does.
    """
    reaper = running_reaper(resource)
    if reaper is not None:
        raise ReaperRunningError(
            f"REAPER is running (process {reaper.pid}), and would write its settings over ours when it quits; close"
            " REAPER and run this again. Nothing was changed."
        )


def _resource_of(executable: Path | None, command: list[str]) -> Path | None:
    for option, value in pairwise(command):
        if option == "-cfgfile" and Path(value).is_absolute():
            return Path(value).parent
    if executable is None:
        return None
    folders = [executable.parent, *executable.parents[_BELOW_APPLICATION : _BELOW_APPLICATION + 1]]
    return next((folder for folder in folders if (folder / "reaper.ini").exists()), None)


def _bridge_process(resource: Path) -> int | None:
    """Return the process whose bridge answers in this folder."""
    import psutil

    try:
        told = json.loads(bridge_file(resource).read_text("utf-8"))
        port, pid = int(told["port"]), int(told["pid"])
        if not psutil.pid_exists(pid):
            return None
        socket.create_connection(("127.0.0.1", port), _ANSWER_SECONDS).close()
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None
    return pid
