"""The application: open projects, what it shows on screen, and how this run is told to behave."""

from __future__ import annotations

import configparser
import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.standin import plugin_port, rpp_reading, rpp_writing
from tests.standin.handles import Handles
from tests.standin.project import Project
from tests.standin.undo import History

VERSION = "7.27/linux-x86_64"
CANCEL, YES = 2, 6


@dataclass
class Options:
    """The switches of one run."""

    fixed_guids: bool = False
    reuse_handles: bool = False
    ext_state_undo: str = "rolls-back"
    selection_undo: str = "ignored"
    """``points``: selecting a track makes an undo point and undo moves the selection; ``ignored``: neither."""
    master_ext: str = "kept"
    """Whether a saved project holds P_EXT data of the master track: ``kept`` or ``lost``."""
    send_defaults: dict[str, float] = field(default_factory=dict)
    """What the preferences give new sends, where that is not 0 dB after the fader."""
    default_preset: float | None = None
    """Where every knob of a fresh plug-in stands, from 0 to 1, where somebody saved a default preset."""
    version: str = VERSION
    without: tuple[str, ...] = ()
    """Functions an older REAPER does not have."""


@dataclass
class Stats:
    """What a test may want to know of the run; ``reset`` by the control channel."""

    ticks: int = 0
    calls: int = 0
    script_errors: list[str] = field(default_factory=list)
    longest_hold_seconds: float = 0.0
    unbalanced_refreshes: int = 0
    renders: int = 0
    boxes: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)


class Desk:
    """One running REAPER."""

    def __init__(self, resource_path: Path, options: Options) -> None:
        self.resource_path = resource_path
        self.options = options
        self.handles = Handles(reused=options.reuse_handles)
        self.projects: list[Project] = []
        self.current_index = 0
        self.console: list[str] = []
        self.ext_state: dict[tuple[str, str], str] = {}
        self.persistent: set[tuple[str, str]] = set()
        self.play_state = 0
        self.refresh_holds = 0
        self.rendered: list[str] = []
        self.dialog: str | None = None
        self.dialog_answer = 1
        self.is_quitting = False
        self.stats = Stats()
        self.commands: Any = None
        """The action list (scripts.ActionList)."""
        self.wait_for_dialog: Callable[[], int] = lambda: 1
        self._read_ext_state()

    # projects -----------------------------------------------------------------------------------------------

    @property
    def project(self) -> Project:
        return self.projects[self.current_index]

    def open(self, path: Path | None, *, in_new_tab: bool = True) -> Project:
        """Open a project file, or an empty project, and bring it to the front."""
        project = Project(path) if path is None else rpp_reading.read_project(path)
        project.history = History(self, project)
        if in_new_tab or not self.projects:
            self.projects.append(project)
            self.current_index = len(self.projects) - 1
        else:
            self.handles.forget(self.project)
            self.projects[self.current_index] = project
        return project

    def project_of(self, track: Any) -> Project:
        """Return the tab a track belongs to."""
        if len(self.projects) > 1:
            for project in self.projects:
                if track is project.state.master or track in project.state.tracks:
                    return project
        return self.project

    def ask_and_close(self) -> None:
        """Close the tab in front; one that is not saved asks first, and stays if the answer is cancel."""
        if self.project.dirty:
            answer = self.show_box("Save the project before it is closed?")
            if answer == CANCEL:
                return
            if answer == YES:
                self.save()
        self.close()

    def close(self) -> None:
        """Close the tab in front; the last one leaves an empty project."""
        self.handles.forget(self.projects.pop(self.current_index))
        self.current_index = max(0, self.current_index - 1)
        if not self.projects:
            self.open(None)

    def save(self, path: Path | None = None, *, takes_the_name: bool = True) -> None:
        project = self.project
        target = path or project.path
        if target is None:
            self.show_box("Save project as")
            return
        rpp_writing.write_project(project, target, self.options.master_ext == "kept")
        if takes_the_name:
            project.path = target
            project.dirty = False

    def show_box(self, text: str) -> int:
        """Show a modal box and wait until somebody dismisses it; deferred scripts stand still meanwhile."""
        self.stats.boxes.append(text)
        self.dialog = text
        return self.wait_for_dialog()

    def render_targets(self, project: Project) -> list[str]:
        return plugin_port.render_targets(self, project)

    @contextlib.contextmanager
    def by_hand(self, name: str) -> Iterator[Project]:
        """Do what a person does: the change makes an undo point of its own."""
        project = self.project
        yield project
        project.history.point(name)

    # the application's own ext state --------------------------------------------------------------------------

    def _ext_state_file(self) -> Path:
        return self.resource_path / "reaper-extstate.ini"

    def _read_ext_state(self) -> None:
        parser = configparser.RawConfigParser(strict=False, delimiters=("=",))
        parser.optionxform = str  # type: ignore[assignment,method-assign]
        with contextlib.suppress(OSError, configparser.Error):
            parser.read_string(self._ext_state_file().read_text(encoding="utf-8"))
        for section in parser.sections():
            for key, value in parser.items(section):
                self.ext_state[section, key] = value
                self.persistent.add((section, key))

    def write_ext_state(self) -> None:
        """Write the persistent keys, as REAPER does when it quits."""
        lines: dict[str, list[str]] = {}
        for section, key in sorted(self.persistent):
            lines.setdefault(section, []).append(f"{key}={self.ext_state[section, key]}")
        if lines:
            text = "".join(f"[{section}]\r\n" + "".join(f"{line}\r\n" for line in lines[section]) for section in lines)
            self._ext_state_file().write_text(text, encoding="utf-8", newline="")

    def describe(self) -> str:
        return json.dumps({"projects": [str(project.path) for project in self.projects]})
