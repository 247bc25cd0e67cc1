"""Items, takes and sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rpp

from tests.standin.items import ITEM_DEFAULTS, Item, Source, Take
from tests.standin.project import Project
from tests.standin.registry import reascript
from tests.standin.tracks import Track
from tests.standin.undo import ITEMS

if TYPE_CHECKING:
    from tests.standin.desk import Desk

MaybeItem = Item | None
MaybeTake = Take | None
MaybeSource = Source | None


@reascript
def CountTrackMediaItems(desk: Desk, track: Track | None) -> int:
    return 0 if track is None else len(track.items)


@reascript
def GetTrackNumMediaItems(desk: Desk, track: Track | None) -> int:
    return 0 if track is None else len(track.items)


@reascript
def GetTrackMediaItem(desk: Desk, track: Track | None, index: int) -> Item | None:
    return track.items[index] if track is not None and 0 <= index < len(track.items) else None


@reascript
def GetMediaItem(desk: Desk, project: Project | None, index: int) -> Item | None:
    items = [item for track in (project or desk.project).state.tracks for item in track.items]
    return items[index] if 0 <= index < len(items) else None


@reascript
def GetMediaItem_Track(desk: Desk, item: MaybeItem) -> Track | None:
    return None if item is None else item.track


@reascript
def GetMediaItemTrack(desk: Desk, item: MaybeItem) -> Track | None:
    return None if item is None else item.track


@reascript
def GetMediaItemInfo_Value(desk: Desk, item: MaybeItem, key: str) -> float:
    if item is None:
        return 0.0
    if key == "P_TRACK":
        return float(desk.handles.number("MediaTrack*", item.track))
    if key == "B_MUTE_ACTUAL":
        return item.values["B_MUTE"]
    if key == "B_MUTE":
        solo = item.values["C_MUTE_SOLO"]
        return 0.0 if solo < 0 else 1.0 if solo > 0 else item.values["B_MUTE"]
    if key == "IP_ITEMNUMBER":
        return float(item.track.items.index(item))
    return item.values.get(key, 0.0)


@reascript
def SetMediaItemInfo_Value(desk: Desk, item: MaybeItem, key: str, value: float) -> bool:
    if item is None or key not in ITEM_DEFAULTS:
        return False
    if key == "B_MUTE":
        item.values["C_MUTE_SOLO"] = 0.0
    item.values[key] = value
    desk.project_of(item.track).touch(ITEMS)
    return True


@reascript
def GetSetMediaItemInfo_String(
    desk: Desk, item: MaybeItem, key: str, text: str, is_set: bool
) -> tuple[bool, str | None]:
    if item is None:
        return (False, None)
    if key == "GUID":
        return (True, item.guid)
    if key == "P_NOTES" and not is_set:
        return (True, _notes(item))
    return item_ext(item.ext, key, text, bool(is_set))


def _notes(item: Item) -> str:
    kept = [*item.kept, *(child for take in item.takes if take is not None for child in take.kept)]
    blocks = (block for block in kept if isinstance(block, rpp.Element) and block.tag == "NOTES")
    lines = (line for block in blocks for line in block.children if isinstance(line, str))
    return "\n".join(line.strip()[1:] for line in lines)


@reascript
def CountMediaItems(desk: Desk, project: Project | None) -> int:
    return sum(len(track.items) for track in (project or desk.project).state.tracks)


@reascript
def SelectAllMediaItems(desk: Desk, project: Project | None, selected: bool) -> None:
    project = project or desk.project
    for track in project.state.tracks:
        for item in track.items:
            item.values["B_UISEL"] = float(bool(selected))
    project.touch(ITEMS)


def item_ext(ext: dict[str, str], key: str, text: str, is_set: bool) -> tuple[bool, str | None]:
    if not key.startswith("P_EXT:"):
        return (False, None)
    if is_set:
        ext[key] = text
    return (key in ext, ext.get(key, ""))
