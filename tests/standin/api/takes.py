"""Takes and the sources they play."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.standin.api.items import MaybeItem, item_ext
from tests.standin.items import TAKE_DEFAULTS, Item, Source, Take
from tests.standin.registry import reascript
from tests.standin.undo import ITEMS

if TYPE_CHECKING:
    from tests.standin.desk import Desk

MaybeTake = Take | None
MaybeSource = Source | None


@reascript
def CountTakes(desk: Desk, item: MaybeItem) -> int:
    return 0 if item is None else len(item.takes)


@reascript
def GetMediaItemNumTakes(desk: Desk, item: MaybeItem) -> int:
    return 0 if item is None else len(item.takes)


@reascript
def GetTake(desk: Desk, item: MaybeItem, index: int) -> Take | None:
    return item.takes[index] if item is not None and 0 <= index < len(item.takes) else None


@reascript
def GetMediaItemTake(desk: Desk, item: MaybeItem, index: int) -> Take | None:
    return GetTake(desk, item, index)


@reascript
def GetActiveTake(desk: Desk, item: MaybeItem) -> Take | None:
    return None if item is None else item.active_take()


@reascript
def GetMediaItemTake_Item(desk: Desk, take: MaybeTake) -> Item | None:
    return None if take is None else take.item


@reascript
def GetTakeName(desk: Desk, take: MaybeTake) -> str | None:
    return None if take is None else take.name


@reascript
def GetMediaItemTakeInfo_Value(desk: Desk, take: MaybeTake, key: str) -> float:
    if take is None:
        return 0.0
    if key == "IP_TAKENUMBER":
        return float(take.item.takes.index(take))
    return take.values.get(key, 0.0)


@reascript
def SetMediaItemTakeInfo_Value(desk: Desk, take: MaybeTake, key: str, value: float) -> bool:
    if take is None or key not in TAKE_DEFAULTS:
        return False
    take.values[key] = value
    desk.project_of(take.item.track).touch(ITEMS)
    return True


@reascript
def GetSetMediaItemTakeInfo_String(
    desk: Desk, take: MaybeTake, key: str, text: str, is_set: bool
) -> tuple[bool, str | None]:
    if take is None:
        return (False, None)
    if key == "P_NAME":
        if is_set:
            take.name = text
            desk.project_of(take.item.track).touch(ITEMS)
        return (True, take.name)
    if key == "GUID":
        return (True, take.guid)
    return item_ext(take.ext, key, text, bool(is_set))


@reascript
def TakeIsMIDI(desk: Desk, take: MaybeTake) -> bool:
    return take is not None and take.source is not None and take.source.type in ("MIDI", "MIDIPOOL")


@reascript
def MIDI_CountEvts(desk: Desk, take: MaybeTake, notes: int, controls: int, texts: int) -> tuple[int, int, int, int]:
    count = 0 if take is None or take.source is None else take.source.note_count
    return (count, count, 0, 0)


@reascript
def GetTakeNumStretchMarkers(desk: Desk, take: MaybeTake) -> int:
    return 0 if take is None else len(take.stretch)


@reascript
def GetTakeStretchMarker(
    desk: Desk, take: MaybeTake, index: int, position: float, source_position: float
) -> tuple[int, float, float]:
    if take is None or not 0 <= index < len(take.stretch):
        return (-1, 0.0, 0.0)
    return (index, *take.stretch[index][:2])


@reascript
def GetTakeStretchMarkerSlope(desk: Desk, take: MaybeTake, index: int) -> float:
    return take.stretch[index][2] if take is not None and 0 <= index < len(take.stretch) else 0.0


@reascript
def TakeFX_GetCount(desk: Desk, take: MaybeTake) -> int:
    return 0 if take is None else len(take.chain.slots)


@reascript
def TakeFX_GetFXName(desk: Desk, take: MaybeTake, fx: int, name: str, size: int) -> tuple[bool, str]:
    if take is None or not 0 <= fx < len(take.chain.slots):
        return (False, "")
    return (True, take.chain.slots[fx].shown_name)


@reascript
def TakeFX_GetEnabled(desk: Desk, take: MaybeTake, fx: int) -> bool:
    return take is not None and 0 <= fx < len(take.chain.slots) and take.chain.slots[fx].plugin.enabled


@reascript
def TakeFX_GetOffline(desk: Desk, take: MaybeTake, fx: int) -> bool:
    return take is not None and 0 <= fx < len(take.chain.slots) and take.chain.slots[fx].plugin.offline


@reascript
def GetMediaItemTake_Source(desk: Desk, take: MaybeTake) -> Source | None:
    return None if take is None else take.source


@reascript
def GetMediaSourceParent(desk: Desk, source: MaybeSource) -> Source | None:
    return None if source is None else source.inner


@reascript
def GetMediaSourceFileName(desk: Desk, source: MaybeSource, name: str, size: int) -> str:
    return "" if source is None else source.path


@reascript
def GetMediaSourceType(desk: Desk, source: MaybeSource, kind: str, size: int) -> str:
    return "" if source is None else source.type


@reascript
def GetMediaSourceLength(desk: Desk, source: MaybeSource, in_quarters: int) -> tuple[float, int]:
    if source is None:
        return (0.0, 0)
    if source.type in ("MIDI", "MIDIPOOL"):
        return (source.length_quarters, 1)
    return (source.facts()[0], 0)


@reascript
def GetMediaSourceSampleRate(desk: Desk, source: MaybeSource) -> int:
    return 0 if source is None else source.facts()[1]


@reascript
def GetMediaSourceNumChannels(desk: Desk, source: MaybeSource) -> int:
    return 0 if source is None else source.facts()[2]


@reascript
def PCM_Source_GetSectionInfo(
    desk: Desk, source: MaybeSource, offset: float, length: float, is_reversed: int
) -> tuple[bool, float, float, int]:
    if source is None or source.type != "SECTION":
        return (False, 0.0, 0.0, 0)
    length = source.section_length_seconds or source.facts()[0]
    return (True, source.section_offset_seconds, length, int(source.is_reversed))
