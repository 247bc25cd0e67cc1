"""Serve: open the log and the door, let the worker work, and leave in order when told to."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import filelock

from actions.folders import data_folder, private_folder, project_key
from actions.reaching import Place, live_place
from actions.service.desk import VERBS, SessionDesk, reached_desk
from actions.service.door import Door
from actions.service.knocking import ask
from actions.service.logs import open_log
from actions.service.network import Network, hosts
from actions.service.orders import AT_ONCE, Done, Order
from actions.service.panel import Panel
from actions.service.settings import Settings
from actions.service.state import State
from actions.service.web import Web
from actions.service.worker import Worker
from reaper_bridge.session.errors import FirstPassError, ResourceFolderError, SettingsError

SERVICE_FILE: Final = "service.json"
LOCK_FILE: Final = "service.lock"
log: Final = logging.getLogger("first_pass.service")


def own_folder(project: Path | None, settings: Settings) -> Path:
    """Return where the service leaves word of itself: in REAPER's resource folder, or in the user's data folder.

    Raises:
        ResourceFolderError: The resource folder that was named is none, or there are several and none was named.
    """
    if project is not None:
        return data_folder() / "services" / project_key(project)
    from reaper_bridge.resource.layout import own_folder as own_folder_in
    from reaper_bridge.resource.places import resource_folder

    return own_folder_in(resource_folder(settings.resource_path).path)


def serve(project: Path | None, settings: Settings, then: str | None = None) -> int:
    """Serve until told to stop; return the exit status.

    Where a service runs already, ``then`` is handed to it.

    Raises:
        SettingsError: A service runs already and there is nothing to hand to it.
    """
    folder = own_folder(project, settings)
    with _alone(folder) as is_alone:
        if not is_alone:
            return _handed_over(folder / SERVICE_FILE, then)
        open_log(
            data_folder() / "log", level=settings.log_level, most_bytes=settings.log_bytes, files=settings.log_files
        )
        return asyncio.run(_serve(project, settings, folder, then))


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Hold the lock of a folder; say whether we could."""
    try:
        private_folder(folder)
        lock = filelock.FileLock(folder / LOCK_FILE)
        lock.acquire(timeout=0)
    except filelock.Timeout:
        yield False
        return
    except OSError as error:
        raise ResourceFolderError(f"{folder}: cannot be written: {error.strerror}.") from error
    try:
        yield True
    finally:
        lock.release()


def _handed_over(file: Path, then: str | None) -> int:
    if then is None:
        raise SettingsError(f"The service runs already (see {file}); ask it to stop, or use the one that runs.")
    reply = ask(file, then)
    if not reply.get("ok"):
        raise SettingsError(f"The service that runs refused: {reply.get('error')}")
    return 0


async def _serve(project: Path | None, settings: Settings, folder: Path, then: str | None) -> int:
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()
    worker = Worker(_reach(project, settings), settings.patience_seconds)
    worker.watch(_Printed())
    _on_signals(loop, stopping.set)
    panel_port = 0

    def asked(order: Order) -> "Future[Done] | None":
        if order.do == "open_panel" and panel_port:
            panel.open_browser(panel_port)
            return None
        return _asked(worker, order)

    door = Door(lambda order: _answer(worker, order, asked, stopping), (*VERBS, *AT_ONCE))
    network = Network(settings, asked, lambda: worker.picture)
    panel = Panel(asked, lambda: worker.picture, network.guests, has_preview=project is not None)
    web = Web([*panel.routes(), *network.routes()], network.guests)
    try:
        network.open()
        panel_port = await _open_panel(web, panel, settings)
        network.announce(panel_port)
        worker.watch(network.look)
        worker.watch(panel.look)
        port = await door.open(folder / SERVICE_FILE, {**network.told, "panel_port": panel_port})
        log.info("started", extra={"pid": os.getpid(), "port": port, "project": str(project or "")})
        worker.start()
        if then is not None:
            asked(Order(then))
        await stopping.wait()
    finally:
        await web.close()
        network.close()
        await door.close()
        # a write under way is waited for; the loop has nothing else to do any more
        await asyncio.to_thread(worker.stop)
        log.info("stopped")
    return 0


async def _open_panel(web: Web, panel: Panel, settings: Settings) -> int:
    """Open the panel and say where it is; return its port.

    Raises:
        SettingsError: The port that was chosen is taken, or there is no such interface.
    """
    try:
        port = await web.open(hosts(settings), settings.panel_port)
    except SettingsError:
        if {"panel_port", "host"} & settings.model_fields_set:
            raise
        port = await web.open(hosts(settings))
    # on the terminal alone: the log is for others to read, too
    sys.stderr.write(f"Panel: {panel.link(port)}\n")
    sys.stderr.flush()
    return port


def _reach(project: Path | None, settings: Settings) -> Callable[[], SessionDesk]:
    """Return how the worker gets at its session; what the last service left unfinished is told once."""

    def reach() -> SessionDesk:
        if project is not None:
            from reaper_bridge.rpp.host import ProjectFile

            place = Place(ProjectFile(project), project)
        else:
            place = live_place(settings.resource_path)
        try:
            return reached_desk(place, settings)
        except BaseException:
            place.close()
            raise

    return reach


def _answer(
    worker: Worker, order: Order, asked: Callable[[Order], object], stopping: asyncio.Event
) -> dict[str, Any]:  # fmt: skip
    """Answer an order at once; the work itself waits its turn."""
    if order.do == "stop":
        stopping.set()
    else:
        asked(order)
    return {"state": worker.state.plain}


def _asked(worker: Worker, order: Order) -> "Future[Done] | None":
    """Hand an order on, from any thread; return its outcome to come, None where it is done at once."""
    if order.do == "cancel":
        worker.cancel()
    if order.do not in VERBS:
        return None
    future = worker.submit(order)
    # nobody need look at how it ended: the state tells
    future.add_done_callback(lambda done: done.cancelled() or done.exception())
    return future


def _on_signals(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    for name in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(name, stop)
        except (NotImplementedError, RuntimeError):
            # Windows has no handlers in its event loops
            signal.signal(name, lambda *_: loop.call_soon_threadsafe(stop))


class _Printed:
    """Says on stderr what state the service is in, one line for each change."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, state: State) -> None:
        words = state.name.replace("_", " ")
        said = " ".join(text for text in (state.result or state.sentence or state.project, state.notice) if text)
        line = f"{words}: {said}".rstrip(": ")
        if line != self._last:
            self._last = line
            with contextlib.suppress(OSError, ValueError):
                sys.stderr.write(line + "\n")
                sys.stderr.flush()


__all__ = ["FirstPassError", "own_folder", "serve"]
