"""Finish what has begun to be written, also when somebody presses Ctrl+C."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


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
    finally:
        signal.signal(signal.SIGINT, before)
