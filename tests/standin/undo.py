"""Undo as REAPER keeps it: whole states in a row, and names between them.

A point holds the state as it was when the point was made. Going back restores all of the state before it, so what
changed outside any block goes too, and every handle that pointed into the old state is stale.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.standin.rpp_tables import DECIMALS, POINT_DECIMALS

if TYPE_CHECKING:
    from tests.standin.desk import Desk
    from tests.standin.project import Project, State

TRACK_CONFIG, FX, ITEMS, MISC, FREEZE, TRACK_ENVELOPES, FX_ENVELOPES = 1, 2, 4, 8, 16, 32, 64
UNNAMED = "ReaScript: Run"


@dataclass
class Step:
    """A state and the name of what led to it."""

    name: str
    state: Any
    ext_state: Any


def _as_written(state: State) -> None:
    """Leave of every number what the text says that REAPER keeps its undo states in."""
    for track in (*state.tracks, state.master):
        for envelope in track.all_envelopes():
            envelope.points = [
                point._replace(time=round(point.time, POINT_DECIMALS), value=round(point.value, POINT_DECIMALS))
                for point in envelope.points
            ]
    tracks, sends = [*state.tracks, state.master], state.sends
    for values in (*(track.values for track in tracks), *(send.values for send in sends)):
        for key in ("D_VOL", "D_PAN"):
            values[key] = round(values[key], DECIMALS)


class History:
    """The undo history of one project."""

    def __init__(self, desk: Desk, project: Project) -> None:
        self._desk = desk
        self._project = project
        self._steps = [self._step("")]
        self._at = 0
        self._open = 0
        self.uncovered = 0

    def _step(self, name: str) -> Step:
        return Step(name, self._project.state.copy(), copy.deepcopy(self._project.ext_state))

    def undo_names(self) -> list[str]:
        """List what can be undone, next first."""
        return [step.name for step in reversed(self._steps[1 : self._at + 1])]

    def redo_names(self) -> list[str]:
        return [step.name for step in self._steps[self._at + 1 :]]

    def begin(self) -> None:
        """Open a block; what changed before it belongs to none."""
        if not self._open:
            self._project.touched = 0
        self._open += 1

    def end(self, name: str, flags: int) -> None:
        """Close a block; the outermost one makes a point, called as REAPER calls it where the flags say nothing."""
        if not self._open:
            return
        self._open -= 1
        if self._open or not name:
            return
        touched = self._project.touched
        if flags == 0 and touched:
            name = UNNAMED
        if flags & touched != touched:
            self.uncovered += 1
        self.point(name)

    def end_of_tick(self) -> None:
        """Close what a script left open."""
        if self._open:
            self._open = 0
            self.point(UNNAMED)

    @property
    def is_open(self) -> bool:
        return self._open > 0

    def point(self, name: str) -> None:
        del self._steps[self._at + 1 :]
        self._steps.append(self._step(name))
        self._at += 1
        self._project.touched = 0
        self._project.dirty = True
        self._project.change_count += 1

    def undo(self) -> bool:
        return self._go(-1)

    def redo(self) -> bool:
        return self._go(1)

    def _go(self, direction: int) -> bool:
        if not 0 <= self._at + direction < len(self._steps):
            return False
        self._at += direction
        step, project = self._steps[self._at], self._project
        for part in project.parts():
            self._desk.handles.forget(part)
        selected = {track.guid for track in project.state.tracks if track.values["I_SELECTED"]}
        project.state = step.state.copy()
        _as_written(project.state)
        if self._desk.options.selection_undo == "ignored":
            for track in project.state.tracks:
                track.values["I_SELECTED"] = float(track.guid in selected)
        if self._desk.options.ext_state_undo == "rolls-back":
            project.ext_state = copy.deepcopy(step.ext_state)
        project.touched = 0
        project.dirty = True
        project.change_count += 1
        return True
