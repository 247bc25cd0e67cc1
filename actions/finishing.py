"""Finish what has begun to be written, also when somebody presses Ctrl+C, and say then how the project stands."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from reaper_bridge.session.errors import CancelledError

_written: list[bool] = []


@contextmanager
def finishing() -> Iterator[None]:
    """Let Ctrl+C pass by while something is written: it is one step, and is told as what it came to.

    Only the main thread can be interrupted so; in others nothing is done.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
        _written.append(True)
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def stopping_on_request() -> Iterator[None]:
    """Turn Ctrl+C into a sentence that says how the project stands.

    Raises:
        CancelledError: It was pressed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _written.clear()
    before = signal.signal(signal.SIGINT, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    if _written:
        raise CancelledError("Stopped after the project was written; `first-pass undo` takes it back.")
    raise CancelledError("Stopped; the project is as it was.")
