"""The main thread: ticks at REAPER's rate, between them whatever a person does."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.standin.control import Control
    from tests.standin.desk import Desk
    from tests.standin.scripts import Interpreter


class Process:
    """One run of the main thread."""

    def __init__(self, desk: Desk, interpreter: Interpreter, control: Control, hz: float) -> None:
        self._desk = desk
        self._interpreter = interpreter
        self._control = control
        self._period_seconds = 1.0 / hz
        self._parent = os.getppid()
        self.slow_seconds = 0.0
        self.at_next_tick: list[Callable[[], None]] = []
        desk.wait_for_dialog = self._wait_for_dialog

    def run(self) -> None:
        """Tick until somebody quits or the process that started this one is gone."""
        due = time.monotonic() + self._period_seconds
        while not self._desk.is_quitting and os.getppid() == self._parent:
            self._control.serve_until(due)
            due = max(due + self._period_seconds, time.monotonic())
            self.tick()
        if self._desk.is_quitting:
            self._interpreter.run_at_exit()
            self._desk.write_ext_state()

    def tick(self) -> None:
        desk = self._desk
        desk.stats.ticks += 1
        started = time.perf_counter()
        if self.slow_seconds:
            time.sleep(self.slow_seconds)
        while self.at_next_tick:
            self.at_next_tick.pop(0)()
        if desk.dialog is None:
            self._interpreter.run_deferred()
        self.end_of_turn()
        desk.stats.longest_hold_seconds = max(desk.stats.longest_hold_seconds, time.perf_counter() - started)

    def end_of_turn(self) -> None:
        """Do what REAPER does when a script gives the main thread back."""
        desk = self._desk
        for project in desk.projects:
            project.history.end_of_tick()
        if desk.refresh_holds:
            desk.refresh_holds = 0
            desk.stats.unbalanced_refreshes += 1

    def _wait_for_dialog(self) -> int:
        """Stand in a box's own loop: people may do things, scripts may not. Returns the button."""
        while self._desk.dialog is not None and not self._desk.is_quitting and os.getppid() == self._parent:
            self._control.serve_until(time.monotonic() + self._period_seconds)
        return self._desk.dialog_answer if self._desk.dialog is None else 2
