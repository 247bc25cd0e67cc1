"""What a person at the desk can do, by hand: each edit is an undo point of its own, named as REAPER names it."""

from __future__ import annotations

import inspect
import time
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.standin import picture
from tests.standin.api.tracks import set_value
from tests.standin.control import Command
from tests.standin.desk import Stats
from tests.standin.tracks import Track

if TYPE_CHECKING:
    from tests.standin.desk import Desk
    from tests.standin.process import Process
    from tests.standin.scripts import Interpreter

EDIT_NAMES = {
    "D_VOL": "Set track volume",
    "D_PAN": "Set track pan",
    "D_WIDTH": "Set track width",
    "B_MUTE": "Toggle track mute",
    "I_SOLO": "Toggle track solo",
    "B_PHASE": "Toggle track polarity",
}


class Person:
    """Hands on the running stand-in. Every public method is a command of the control channel."""

    def __init__(self, desk: Desk, interpreter: Interpreter, process: Process, api: types.ModuleType) -> None:
        self._desk = desk
        self._interpreter = interpreter
        self._process = process
        self._api = api

    def _track(self, guid: str) -> Track:
        state = self._desk.project.state
        if guid == "master":
            return state.master
        for track in (*state.tracks, state.master):
            if track.guid == guid:
                return track
        raise KeyError(f"no track {guid}")

    # editing ------------------------------------------------------------------------------------------------

    def set_track(self, guid: str, key: str, value: float) -> None:
        with self._desk.by_hand(EDIT_NAMES.get(key, "Change track settings")):
            set_value(self._track(guid), key, value)

    def rename(self, guid: str, name: str) -> None:
        with self._desk.by_hand("Rename track"):
            self._track(guid).name = name

    def add_track(self, index: int, name: str = "") -> str:
        with self._desk.by_hand("Insert new track") as project:
            track = Track(name)
            project.state.tracks.insert(index, track)
        return track.guid

    def delete_track(self, guid: str) -> None:
        with self._desk.by_hand("Remove tracks") as project:
            track = self._track(guid)
            project.state.delete(track)
            self._desk.handles.forget(track)

    def reorder(self, guid: str, index: int) -> None:
        with self._desk.by_hand("Reorder tracks") as project:
            track = self._track(guid)
            project.state.tracks.remove(track)
            project.state.tracks.insert(index, track)

    def select(self, guids: list[str]) -> None:
        for track in self._desk.project.state.tracks:
            track.values["I_SELECTED"] = float(track.guid in guids)
        if self._desk.options.selection_undo == "points":
            self._desk.project.history.point("Change track selection")

    def undo(self) -> None:
        self._desk.project.history.undo()

    def redo(self) -> None:
        self._desk.project.history.redo()

    # projects -----------------------------------------------------------------------------------------------

    def save(self) -> None:
        self._desk.save()

    def save_as(self, path: str) -> None:
        self._desk.save(Path(path))

    def open_project(self, path: str) -> None:
        self._desk.open(Path(path), in_new_tab=False)

    def new_tab(self, path: str | None = None) -> None:
        self._desk.open(Path(path) if path else None)

    def switch_tab(self, index: int) -> None:
        self._desk.current_index = index

    def close_tab(self) -> None:
        self._desk.close()

    # transport and actions ------------------------------------------------------------------------------------

    def record(self, on: bool = True) -> None:
        self._desk.play_state = 5 if on else 0

    def play(self, on: bool = True) -> None:
        self._desk.play_state = 1 if on else 0

    def run_action(self, action: int | str) -> None:
        number = self._desk.commands.lookup(action) if isinstance(action, str) else action
        if not number:
            raise KeyError(f"no action {action}")
        self._desk.commands.run(number)
        self._process.end_of_turn()

    def dialog(self, on: bool = True, text: str = "a box somebody opened") -> None:
        """Open a modal box, or dismiss the one that is open."""
        self._desk.dialog = text if on else None

    # trouble --------------------------------------------------------------------------------------------------

    def freeze(self, seconds: float) -> None:
        time.sleep(seconds)

    def slow_ticks(self, seconds: float) -> None:
        self._process.slow_seconds = seconds

    def crash_after_calls(self, calls: int) -> None:
        self._api._gate.crash_after = calls

    def crash_on_call(self, name: str) -> None:
        self._api._gate.crash_on = name

    def quit(self) -> None:
        self._desk.is_quitting = True

    def restart_bridge(self) -> None:
        """End whatever bridge runs and start it anew."""
        from tests.standin import startup

        self._interpreter.terminate(startup.BRIDGE)
        startup.start_bridge(self._desk, self._interpreter, startup.INSIDE)

    def save_copy(self, path: str) -> None:
        """Write the project as it stands to another file, without taking that file's name."""
        self._desk.save(Path(path), takes_the_name=False)

    # looking --------------------------------------------------------------------------------------------------

    def dump(self) -> dict[str, Any]:
        return picture.dump(self._desk)

    def history(self) -> dict[str, list[str]]:
        history = self._desk.project.history
        return {"undo": history.undo_names(), "redo": history.redo_names()}

    def stats(self) -> dict[str, Any]:
        stats = self._desk.stats
        return {
            "ticks": stats.ticks,
            "calls": stats.calls,
            "script_errors": stats.script_errors,
            "console": "".join(self._desk.console),
            "longest_hold_seconds": stats.longest_hold_seconds,
            "unbalanced_refreshes": stats.unbalanced_refreshes,
            "uncovered_undo_blocks": sum(project.history.uncovered for project in self._desk.projects),
            "renders": stats.renders,
            "boxes": stats.boxes,
            "actions": stats.actions,
            "dialog": self._desk.dialog,
        }

    def help(self) -> dict[str, list[str]]:
        """List the commands and their arguments."""
        names = [name for name in dir(self) if not name.startswith("_")]
        return {name: list(inspect.signature(getattr(self, name)).parameters) for name in names}

    def reset_stats(self) -> None:
        fresh = Stats(ticks=self._desk.stats.ticks)
        self._desk.stats.__dict__.update(fresh.__dict__)


def commands(desk: Desk, interpreter: Interpreter, process: Process, api: types.ModuleType) -> dict[str, Command]:
    person = Person(desk, interpreter, process, api)
    return {name: getattr(person, name) for name in dir(person) if not name.startswith("_")}
