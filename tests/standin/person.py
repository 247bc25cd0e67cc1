"""What a person at the desk can do, by hand: each edit is an undo point of its own, named as REAPER names it."""

from __future__ import annotations

import inspect
import sys
import time
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rpp

from tests.standin import picture
from tests.standin.api.fx import INSERT_AT, TrackFX_AddByName, TrackFX_CopyToTrack
from tests.standin.api.tracks import set_value
from tests.standin.control import Command
from tests.standin.desk import Stats
from tests.standin.envelopes import Envelope, Point, new_guid
from tests.standin.tracks import Send, Track

if TYPE_CHECKING:
    from tests.standin.desk import Desk
    from tests.standin.process import Process
    from tests.standin.scripts import Interpreter

STRANGERS = ("reapy", "reaper_bridge", "analysis", "actions")
"""Packages that REAPER's Python does not have: nothing that runs inside may import them."""
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

    def duplicate_track(self, guid: str) -> str:
        """Duplicate a track with its items, plug-ins and sends, each under a GUID of its own; returns the track's."""
        with self._desk.by_hand("Duplicate tracks") as project:
            track = self._track(guid)
            other = track.copy()
            other.guid = new_guid()
            other.chain.slots = [slot.duplicate(other) for slot in track.chain.slots]
            for part in (*other.envelopes.values(), *other.items):
                part.guid = new_guid()
            project.state.tracks.insert(project.state.tracks.index(track) + 1, other)
            copies = {id(t): t for t in (*project.state.tracks, project.state.master)} | {id(track): other}
            project.state.sends += [send.copy(copies) for send in project.state.sends if send.source is track]
        return other.guid

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

    # plug-ins -------------------------------------------------------------------------------------------------

    def _place(self, guid: str, fx: int | str) -> tuple[Track, int]:
        """Find a plug-in by its place or its GUID."""
        track = self._track(guid)
        if isinstance(fx, int):
            return track, fx
        return track, [slot.plugin.guid for slot in track.chain.slots].index(fx)

    def set_fx_param(self, guid: str, fx: int | str, index: int, normalized: float) -> str:
        """Turn a knob, and read what stands beside it."""
        track, at = self._place(guid, fx)
        slot = track.chain.slots[at]
        with self._desk.by_hand(f"Edit FX parameter: {slot.shown_name}"):
            slot.set_normalized(index, normalized)
        return slot.shown(index)

    def enable_fx(self, guid: str, fx: int | str, on: bool) -> None:
        track, at = self._place(guid, fx)
        with self._desk.by_hand("Toggle FX bypass"):
            track.chain.slots[at].plugin.enabled = on

    def offline_fx(self, guid: str, fx: int | str, on: bool = True) -> None:
        track, at = self._place(guid, fx)
        with self._desk.by_hand("Set FX offline"):
            track.chain.slots[at].plugin.offline = on

    def rename_fx(self, guid: str, fx: int | str, name: str) -> None:
        track, at = self._place(guid, fx)
        with self._desk.by_hand("Rename FX instance"):
            track.chain.slots[at].plugin.renamed_name = name

    def delete_fx(self, guid: str, fx: int | str) -> None:
        track, at = self._place(guid, fx)
        with self._desk.by_hand("Remove FX"):
            for envelope in track.chain.slots.pop(at).envelopes.values():
                self._desk.handles.forget(envelope)

    def insert_fx(self, guid: str, name: str, at: int | None = None) -> str:
        """Insert a plug-in, at the end without a place; returns its GUID."""
        track = self._track(guid)
        with self._desk.by_hand("Add FX"):
            instantiate = -1 if at is None else INSERT_AT - at
            found = TrackFX_AddByName(self._desk, track, name, False, instantiate)
        if found < 0:
            raise KeyError(f"{name} is not installed")
        return track.chain.slots[found].plugin.guid

    def move_fx(self, guid: str, fx: int | str, to: int, to_guid: str = "") -> None:
        track, at = self._place(guid, fx)
        target = self._track(to_guid) if to_guid else track
        with self._desk.by_hand("Move FX"):
            TrackFX_CopyToTrack(self._desk, track, at, target, to, True)

    # sends, envelopes, markers ------------------------------------------------------------------------------

    def add_send(self, guid: str, to: str) -> None:
        with self._desk.by_hand("Add track send") as project:
            project.state.sends.append(Send(self._track(guid), self._track(to)))

    def set_send(self, guid: str, index: int, key: str, value: float) -> None:
        with self._desk.by_hand("Set send volume" if key == "D_VOL" else "Change send") as project:
            project.state.sends_of(self._track(guid), 0)[index].values[key] = value

    def delete_send(self, guid: str, index: int) -> None:
        with self._desk.by_hand("Remove track send") as project:
            send = project.state.sends_of(self._track(guid), 0)[index]
            self._desk.handles.forget(send)
            project.state.sends.remove(send)

    def set_envelope(self, guid: str, tag: str, points: list[list[float]], active: bool = True) -> None:
        """Draw an envelope, in the file's units: volume linear, pan +1 on the left."""
        with self._desk.by_hand("Edit envelope points"):
            track = self._track(guid)
            envelope = track.envelopes.get(tag)
            if envelope is None:
                envelope = Envelope(tag, owner=track, fader_scaled=tag.startswith("VOLENV"))
                track.envelopes[tag] = envelope
            envelope.points = [Point(time, value) for time, value in points]
            envelope.active = int(active)

    def set_item(self, guid: str, index: int, key: str, value: float) -> None:
        with self._desk.by_hand("Change media item"):
            self._track(guid).items[index].values[key] = value

    def freeze_track(self, guid: str) -> None:
        """Count the track as frozen; nothing is rendered."""
        with self._desk.by_hand("Freeze track"):
            self._track(guid).freezes.append(rpp.Element("FREEZE", ["0"], []))

    # the past -------------------------------------------------------------------------------------------------

    def undo(self) -> None:
        self._desk.project.history.undo()

    def redo(self) -> None:
        self._desk.project.history.redo()

    # projects -----------------------------------------------------------------------------------------------

    def save(self) -> None:
        if self._desk.project.path is None:
            raise KeyError("the project has no name; use save_as")
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
        """Close the tab in front and save nothing."""
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

    def start_action(self, action: int | str) -> None:
        """Run an action at the next tick, without waiting: for what may show a box."""
        self._process.at_next_tick.append(lambda: self.run_action(action))

    def dialog(self, on: bool = True, text: str = "a box somebody opened", answer: int = 1) -> None:
        """Open a modal box, or dismiss the one that is open with a button (1 OK, 2 cancel, 6 yes, 7 no)."""
        self._desk.dialog = text if on else None
        self._desk.dialog_answer = answer

    # trouble --------------------------------------------------------------------------------------------------

    def freeze(self, seconds: float) -> None:
        """Block the main thread from the next tick on, as a plug-in that loads does; answered before."""
        self._process.at_next_tick.append(lambda: time.sleep(seconds))

    def slow_ticks(self, seconds: float) -> None:
        self._process.slow_seconds = seconds

    def crash_after_calls(self, calls: int, since: str = "") -> None:
        """Crash after so many calls, counted from now or from the first one of that name."""
        self._api._gate.crash_since = since
        self._api._gate.crash_after = calls

    def crash_on_call(self, name: str) -> None:
        self._api._gate.crash_on = name

    def spoil_renders(self, outcome: str = "", least_seconds: float = 0.0) -> None:
        """Let renders from now on end with ``disk full`` or be ``cancelled``, and last at least so long."""
        from tests.standin import rendering  # it brings numpy, which no other command needs

        rendering.SWITCHES.outcome, rendering.SWITCHES.least_seconds = outcome, least_seconds

    def quit(self) -> None:
        self._desk.is_quitting = True

    def restart_bridge(self) -> None:
        """End whatever bridge runs and start it anew."""
        from tests.standin import startup

        self._interpreter.terminate(startup.BRIDGE)
        startup.start_bridge(self._desk, self._interpreter, startup.INSIDE)

    def start_bridge(self) -> None:
        """Run the action that starts the bridge, where one may run already."""
        from tests.standin import startup

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
            "strangers": sorted(name for name in STRANGERS if name in sys.modules),
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
