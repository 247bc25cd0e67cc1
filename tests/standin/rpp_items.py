"""Items, takes and sources in project files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import rpp

from tests.standin import rpp_chains
from tests.standin.items import Item, Source, Take
from tests.standin.rpp_chains import read_envelope, write_envelope
from tests.standin.rpp_tables import (
    ENVELOPE_TAGS,
    ITEM_LINES,
    ITEM_VOLUME_DECIMALS,
    TAKE_LINES,
    fields_into,
    number,
    one_line,
    shown,
    with_lines,
    words_of,
)
from tests.standin.tracks import Track


def read_item(block: rpp.Element, track: Track, folder: Path) -> Item:
    item = Item(track)
    take: Take | None = None
    for child in block.children:
        words = [child.tag] if isinstance(child, rpp.Element) else words_of(child)
        key, values = words[0], words[1:]
        if isinstance(child, rpp.Element):
            if take is None:
                take = Take(item)
                item.takes.append(take)
            _read_take_block(take, child, folder)
        elif key == "TAKE":
            item.takes.extend([None] if not item.takes else [])
            take = None if "NULL" in values else Take(item, head=values)
            item.takes.append(take)
            if "SEL" in values:
                item.values["I_CURTAKE"] = float(len(item.takes) - 1)
        elif key in ITEM_LINES and len(item.takes) <= 1 and key not in TAKE_LINES:
            fields_into(item.values, ITEM_LINES[key], values)
            item.kept.append(child)
        elif key == "IGUID":
            item.guid = values[0]
        elif key == "VOLPAN":
            take = take or _first_take(item)
            fields_into(item.values, ("D_VOL",), values)
            fields_into(take.values, ("D_PAN", "D_VOL", "D_PANLAW"), values[1:])
        elif key in ("NAME", "GUID") or key in TAKE_LINES or take is not None:
            take = take or _first_take(item)
            _read_take_line(take, key, values, child)
        else:
            item.kept.append(child)
    if item.values["F_FREEMODE_H"] and _is_in_a_lane(item):
        item.values["I_FIXEDLANE"] = float(round(item.values["F_FREEMODE_Y"] / item.values["F_FREEMODE_H"]))
        item.values["C_LANEPLAYS"] = track.lanes.get(int(item.values["I_FIXEDLANE"]), 1.0)
    return item


def _first_take(item: Item) -> Take:
    take = Take(item)
    item.takes.append(take)
    return take


def _is_in_a_lane(item: Item) -> bool:
    lines = (words_of(child) for child in item.kept if not isinstance(child, rpp.Element))
    return any(words[0] == "YPOS" and len(words) > 3 and number(words[3]) == 2 for words in lines)


def _read_take_line(take: Take, key: str, values: list[str], child: Any) -> None:
    if key == "NAME":
        take.name = values[0] if values else ""
    elif key == "GUID":
        take.guid = values[0]
    elif key in TAKE_LINES:
        fields_into(take.values, TAKE_LINES[key], values)
    elif key == "SM":
        take.stretch += _stretch_markers(values)
    if key not in ("NAME", "GUID", "TAKEVOLPAN"):
        take.kept.append(child)


def _stretch_markers(words: list[str]) -> list[tuple[float, float, float]]:
    """Read ``SM place source [slope] + place source …``."""
    markers: list[list[float]] = [[]]
    for word in words:
        if word == "+":
            markers.append([])
        else:
            markers[-1].append(number(word))
    return [(marker[0], marker[1], (*marker, 0.0)[2]) for marker in markers if len(marker) > 1]


def _read_take_block(take: Take, block: rpp.Element, folder: Path) -> None:
    if block.tag == "SOURCE":
        take.source = read_source(block, folder)
    elif block.tag in ENVELOPE_TAGS:
        take.envelopes[block.tag] = read_envelope(block, take)
    else:
        take.kept.append(block)
        if block.tag == "TAKEFX":
            take.chain = rpp_chains.read_chain(block, None)


def read_source(block: rpp.Element, folder: Path) -> Source:
    kind = block.attrib[0] if block.attrib else "EMPTY"
    source = Source(kind.removeprefix("_OFFLINE_"), element=block)
    for child in block.children:
        if isinstance(child, rpp.Element):
            if child.tag == "SOURCE":
                source.inner = read_source(child, folder)
            continue
        words = words_of(child)
        if words[0] == "FILE":
            source.path = str(folder / words[1].replace("\\", "/")) if words[1] else ""
        elif words[0] == "LENGTH" and kind == "SECTION":
            source.section_length_seconds = number(words[1])
        elif words[0] == "STARTPOS":
            source.section_offset_seconds = number(words[1])
        elif words[0] == "MODE":
            source.is_reversed = bool(int(number(words[1])) & 2)
    if kind in ("MIDI", "MIDIPOOL"):
        source.length_quarters = _midi_quarters(block)
        source.note_count = sum(_is_note(child) for child in block.children)
    return source


def _is_note(child: Any) -> bool:
    words = [] if isinstance(child, rpp.Element) else words_of(child)
    return len(words) > 4 and words[0].upper() in ("E", "EM") and words[2][:1] == "9" and words[4] != "00"


def _midi_quarters(block: rpp.Element) -> float:
    ticks, per_quarter = 0.0, 960.0
    for child in block.children:
        if isinstance(child, rpp.Element):
            ticks += number(([*list(child.attrib), "0"])[0])
            continue
        words = words_of(child)
        if words[0] == "HASDATA" and len(words) > 2:
            per_quarter = number(words[2]) or 960.0
        elif words[0].upper() in ("E", "EM") and len(words) > 1:
            ticks += number(words[1])
    return ticks / per_quarter


def item_element(item: Item, folder: Path) -> rpp.Element:
    children = with_lines(item.kept, ITEM_LINES, item.values, _NO_DEFAULTS)
    children.append(["IGUID", item.guid])
    for at, take in enumerate(item.takes):
        if at:
            selected = ["SEL"] if item.values["I_CURTAKE"] == at else []
            children.append(["TAKE", *selected, *(["NULL"] if take is None else [])])
        if take is not None:
            children += _take(take, item if at == 0 else None, folder)
    return rpp.Element("ITEM", (), children)


_NO_DEFAULTS = {key: value for fields in ITEM_LINES.values() for key in fields if key for value in [0.0]} | {
    "D_POSITION": -1.0,
    "D_LENGTH": -1.0,
    "C_BEATATTACHMODE": -1.0,
    "C_FADEINSHAPE": 1.0,
    "C_FADEOUTSHAPE": 1.0,
    "D_FADEINLEN": 0.01,
    "D_FADEOUTLEN": 0.01,
    "F_FREEMODE_H": 1.0,
}


def _take(take: Take, item: Item | None, folder: Path) -> list[Any]:
    values = take.values
    pan_volume_law = [shown(values[key], ITEM_VOLUME_DECIMALS) for key in ("D_PAN", "D_VOL", "D_PANLAW")]
    volume: list[Any] = ["TAKEVOLPAN", *pan_volume_law]
    if item is not None:
        volume = ["VOLPAN", shown(item.values["D_VOL"], ITEM_VOLUME_DECIMALS), *pan_volume_law]
    table = {key: fields for key, fields in TAKE_LINES.items() if key != "TAKEVOLPAN"}
    lines = with_lines(take.kept, table, values, _TAKE_DEFAULTS)
    blocks = [c for c in lines if isinstance(c, rpp.Element)]
    plain = [c for c in lines if not isinstance(c, rpp.Element)]
    source = [] if take.source is None else [source_element(take.source, folder)]
    envelopes = [write_envelope(envelope) for envelope in take.envelopes.values()]
    return [["NAME", one_line(take.name)], volume, *plain, ["GUID", take.guid], *source, *envelopes, *blocks]


_TAKE_DEFAULTS = {
    "D_STARTOFFS": 0.0,
    "D_PLAYRATE": 1.0,
    "B_PPITCH": 1.0,
    "D_PITCH": 0.0,
    "I_PITCHMODE": -1.0,
    "I_CHANMODE": 0.0,
    "I_CUSTOMCOLOR": 0.0,
}


def source_element(source: Any, folder: Path) -> rpp.Element:
    """Write a source; its file relative to the folder the project is saved in, where it lies below it."""
    if source.element is None:
        return rpp.Element("SOURCE", [source.type], [["FILE", source.path]])
    children = []
    for child in source.element.children:
        if isinstance(child, rpp.Element):
            children.append(source_element(source.inner, folder) if child.tag == "SOURCE" else child)
        elif words_of(child)[0] == "FILE" and source.path:
            children.append(["FILE", _relative(source.path, folder), *words_of(child)[2:]])
        else:
            children.append(child)
    return rpp.Element("SOURCE", source.element.attrib, children)


def _relative(path: str, folder: Path) -> str:
    try:
        return str(Path(path).relative_to(folder))
    except ValueError:
        return path
