"""Objects as the text they are saved as, notes, regions by their newer functions, and REAPER's own settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rpp

from tests.standin import rpp_chains, rpp_items, rpp_writing
from tests.standin.envelopes import Envelope
from tests.standin.items import Item
from tests.standin.project import Project
from tests.standin.registry import reascript
from tests.standin.rpp_tables import words_of
from tests.standin.tracks import Track
from tests.standin.undo import MISC

if TYPE_CHECKING:
    from tests.standin.desk import Desk

_CONFIG = {"panlawflags": ("PANLAWFLAGS", "0"), "itemmixflag": ("ITEMMIX", "1")}
"""Settings of the project that stand in its file: the line, and what holds without one."""


@reascript
def GetTrackStateChunk(desk: Desk, track: Track | None, text: str, size: int, is_undo: bool) -> tuple[bool, str]:
    if track is None:
        return (False, "")
    project = desk.project_of(track)
    return (True, rpp.dumps(rpp_writing.track_element(project, track, project.folder)))


@reascript
def GetItemStateChunk(desk: Desk, item: Item | None, text: str, size: int, is_undo: bool) -> tuple[bool, str]:
    if item is None:
        return (False, "")
    return (True, rpp.dumps(rpp_items.item_element(item, desk.project_of(item.track).folder)))


@reascript
def GetEnvelopeStateChunk(
    desk: Desk, envelope: Envelope | None, text: str, size: int, is_undo: bool
) -> tuple[bool, str]:
    return (False, "") if envelope is None else (True, rpp.dumps(rpp_chains.write_envelope(envelope)))


@reascript
def GetSetProjectNotes(desk: Desk, project: Project | None, is_set: bool, notes: str, size: int) -> str:
    project = project or desk.project
    if is_set:
        project.state.notes = notes
        project.touch(MISC)
    return project.state.notes


@reascript
def get_config_var_string(desk: Desk, name: str, text: str, size: int) -> tuple[bool, str]:
    """Read a setting by the name REAPER has for it inside (believed to cover the project's own)."""
    project = desk.project
    if name in ("panlaw", "panmode"):
        return (True, f"{project.info['PROJECT_' + name.upper()]:g}")
    if name not in _CONFIG:
        return (False, "")
    key, without = _CONFIG[name]
    lines = (words_of(child) for child in project.kept if not isinstance(child, rpp.Element))
    return (True, next((words[1] for words in lines if words[0] == key), without))
