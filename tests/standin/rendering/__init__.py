"""Rendering, as simple as can be: the files that RENDER_* settings ask for, written while the main thread waits.

Conventions: every file is created empty before the first is reckoned. What REAPER would ask in a box stops here as
well, until somebody dismisses it: ``desk.show_box`` returns the button (1 OK, 2 cancel, 6 yes, 7 no). A REAPER that is
being quit meanwhile agrees to nothing.
"""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from tests.standin.items import Item, Source, Take
from tests.standin.project import Project
from tests.standin.rendering.files import BEFORE_FADER, Target, bounds, planned, rate_hz
from tests.standin.rendering.media import Sound
from tests.standin.rendering.mixing import Mixing
from tests.standin.tracks import Track
from tests.standin.undo import ITEMS, TRACK_CONFIG

OK, YES = 1, 6
_LEAST_HOLD_SLICE = 0.01


class Switches:
    """What befalls the next render: ``outcome`` is empty, ``disk full`` or ``cancelled``."""

    def __init__(self) -> None:
        self.outcome = ""
        self.least_seconds = 0.0
        """How long a render holds the main thread at least."""


SWITCHES = Switches()


def targets(project: Project) -> list[Path]:
    """Return the files a render with the settings of now would write, as RENDER_TARGETS tells them."""
    return [target.path for target in planned(project)]


def render(desk: Any, project: Project) -> list[str]:
    """Write what the settings ask for and return the files that are complete."""
    started = time.monotonic()
    wanted = planned(project)
    start, end = bounds(project)
    if not wanted or end <= start:
        desk.show_box("There is nothing to render.")
        return []
    if any(target.path.exists() for target in wanted):
        agreed = desk.show_box(_overwriting(wanted)) in (OK, YES)
        if not agreed or desk.is_quitting:
            return []
    for target in wanted:
        target.path.parent.mkdir(parents=True, exist_ok=True)
        target.path.write_bytes(b"")
    desk.play_state = 0  # what plays or records is stopped
    written = _write_all(desk, project, wanted, start, end)
    if int(project.info["RENDER_ADDTOPROJ"]) & 1:
        _add_to_project(project, written, start, end)
    while time.monotonic() - started < SWITCHES.least_seconds:
        time.sleep(_LEAST_HOLD_SLICE)
    return written


def _write_all(desk: Any, project: Project, wanted: list[Target], start: float, end: float) -> list[str]:
    rate = rate_hz(project)
    mixing = Mixing(project, start, math.ceil((end - start) * rate - 1e-6), rate)
    before_fader = bool(int(project.info["RENDER_SETTINGS"]) & BEFORE_FADER)
    written: list[str] = []
    for position, target in enumerate(wanted):
        if SWITCHES.outcome == "cancelled" and position == len(wanted) - 1:
            return written
        sound = mixing.master() if target.track is None else mixing.stem(target.track, before_fader=before_fader)
        sound = _in_channels(_normalized(project, sound), int(project.info["RENDER_CHANNELS"]))
        if SWITCHES.outcome == "disk full":
            target.path.write_bytes(b"RIFF")
            desk.show_box(f"Error writing {target.path.name}: the disk is full.")
            return written
        soundfile.write(target.path, sound, rate, subtype=target.format.subtype, format=target.format.container)
        target.path.with_name(target.path.name + ".reapeaks").write_bytes(b"RPKN")
        written.append(str(target.path))
    return written


def _add_to_project(project: Project, files: list[str], start: float, end: float) -> None:
    """Put what was rendered onto tracks of its own at the end."""
    for file in files:
        track = Track(Path(file).stem)
        item = Item(track)
        item.values |= {"D_POSITION": start, "D_LENGTH": end - start}
        item.takes.append(Take(item, Path(file).name, source=Source("WAVE", file)))
        track.items.append(item)
        project.state.tracks.append(track)
    project.touch(TRACK_CONFIG | ITEMS)


def _in_channels(sound: Sound, count: int) -> Sound:
    if count <= 1:
        return np.asarray(sound.mean(axis=1, keepdims=True))
    return np.pad(sound, ((0, 0), (0, max(0, count - sound.shape[1]))))


def _normalized(project: Project, sound: Sound) -> Sound:
    """Change the level where normalising is on, by the peak whatever measure was asked for."""
    peak = float(np.abs(sound).max(initial=0.0))
    if not int(project.info["RENDER_NORMALIZE"]) & 1 or peak == 0.0:
        return sound
    return sound * (project.info["RENDER_NORMALIZE_TARGET"] / peak)


def _overwriting(wanted: list[Target]) -> str:
    names = ", ".join(target.path.name for target in wanted if target.path.exists())
    return f"{names} exists already. Overwrite?"
