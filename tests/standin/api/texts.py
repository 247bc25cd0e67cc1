"""Objects as the text they are saved as, notes, regions by their newer functions, and REAPER's own settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rpp

from tests.standin import rpp_chains, rpp_writing
from tests.standin.envelopes import Envelope
from tests.standin.items import Item
from tests.standin.project import Marker, Project
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
    return (True, rpp.dumps(rpp_writing.item_element(item, desk.project_of(item.track).folder)))


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
def GetNumRegionsOrMarkers(desk: Desk, project: Project | None) -> int:
    return len((project or desk.project).state.markers)


@reascript
def GetRegionOrMarker(desk: Desk, project: Project | None, index: int, guid: str) -> Marker | None:
    markers = (project or desk.project).state.markers
    return markers[index] if 0 <= index < len(markers) else None


@reascript
def GetRegionOrMarkerInfo_Value(desk: Desk, project: Project | None, marker: Marker | None, key: str) -> float:
    if marker is None:
        return 0.0
    values = {
        "D_STARTPOS": marker.start,
        "D_ENDPOS": marker.end if marker.end is not None else marker.start,
        "B_ISREGION": float(marker.end is not None),
        "I_NUMBER": float(marker.number),
        "I_CUSTOMCOLOR": float(marker.color),
    }
    return values.get(key, 0.0)


@reascript
def GetSetRegionOrMarkerInfo_String(
    desk: Desk, project: Project | None, marker: Marker | None, key: str, text: str, is_set: bool
) -> tuple[bool, str | None]:
    if marker is None or key != "P_NAME":
        return (False, None)
    if is_set:
        marker.name = text
        (project or desk.project).touch(MISC)
    return (True, marker.name)


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
