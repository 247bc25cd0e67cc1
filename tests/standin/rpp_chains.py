"""FX chains in project files: one plug-in's lines run from its BYPASS to the next."""

from __future__ import annotations

from typing import Any

import rpp

from tests.standin.chains import Chain, Slot
from tests.standin.envelopes import Envelope, Point
from tests.standin.opaque import OpaquePlugin
from tests.standin.plugin_port import plugin_from_block
from tests.standin.rpp_tables import POINT_DECIMALS, WET_DECIMALS, number, shown, words_of

_PLUGIN_TAGS = {"VST", "JS", "AU", "CLAP", "LV2", "DX", "VIDEO_EFFECT", "CONTAINER"}


def read_chain(block: rpp.Element, track: Any) -> Chain:
    chain = Chain()
    bypass = ["0", "0", "0"]
    slot: Slot | None = None
    for child in block.children:
        if isinstance(child, rpp.Element):
            if child.tag in _PLUGIN_TAGS:
                slot = _slot(child, bypass)
                chain.slots.append(slot)
            elif child.tag == "PARMENV" and slot is not None:
                _read_envelope(child, slot, track)
            else:
                (chain.header if slot is None else slot.kept).append(child)
            continue
        words = words_of(child)
        if words[0] == "BYPASS":
            bypass, slot = words[1:], slot
        elif slot is None or not _read_line(slot, words):
            (chain.header if slot is None else slot.kept).append(child)
    return chain


def _slot(block: rpp.Element, bypass: list[str]) -> Slot:
    plugin = plugin_from_block(block) or OpaquePlugin(block)
    plugin.enabled = number(bypass[0]) == 0
    plugin.offline = len(bypass) > 1 and number(bypass[1]) != 0
    return Slot(plugin, bypass_tail=bypass[2:])


def _read_line(slot: Slot, words: list[str]) -> bool:
    if words[0] == "FXID":
        slot.plugin.guid = words[1]
    elif words[0] == "PRESETNAME":
        slot.plugin.preset = words[1] if len(words) > 1 else ""
    elif words[0] == "WET":
        slot.wet = number(words[1])
        slot.delta = number(words[2]) if len(words) > 2 else 0.0
    else:
        return False
    return True


def _read_envelope(block: rpp.Element, slot: Slot, track: Any) -> None:
    envelope = read_envelope(block, track, slot=slot)
    index_text = str(envelope.attributes[0]).split(":")[0] if envelope.attributes else "0"
    slot.envelopes[int(number(index_text))] = envelope


def write_chain(tag: str, chain: Chain) -> rpp.Element:
    children: list[Any] = list(chain.header)
    for slot in chain.slots:
        plugin = slot.plugin
        children.append(["BYPASS", str(int(not plugin.enabled)), str(int(plugin.offline)), *slot.bypass_tail])
        children.append(plugin.block())
        if plugin.preset:
            children.append(["PRESETNAME", plugin.preset])
        if slot.wet != 1.0 or slot.delta:
            children.append(["WET", shown(slot.wet, WET_DECIMALS), *([shown(slot.delta)] if slot.delta else [])])
        before, after = _around_fxid(slot.kept)
        children += [*before, ["FXID", plugin.guid], *(write_envelope(e) for e in slot.envelopes.values()), *after]
    return rpp.Element(tag, (), children)


def _around_fxid(kept: list[Any]) -> tuple[list[Any], list[Any]]:
    at = [i for i, child in enumerate(kept) if isinstance(child, rpp.Element) or words_of(child)[0] in _BEFORE_FXID]
    cut = at[-1] + 1 if at else 0
    return kept[:cut], kept[cut:]


_BEFORE_FXID = {"FLOATPOS", "FLOAT"}


def read_envelope(block: rpp.Element, owner: Any, tag: str = "", slot: Any = None) -> Envelope:
    envelope = Envelope(tag or block.tag, attributes=list(block.attrib), owner=owner, slot=slot)
    for child in block.children:
        words = [] if isinstance(child, rpp.Element) else words_of(child)
        key, values = (words[0], words[1:]) if words else ("", [])
        if key == "PT":
            envelope.points.append(_point([number(word) for word in values]))
        elif key == "EGUID":
            envelope.guid = values[0]
        elif key == "ACT":
            envelope.active = int(number(values[0]))
        elif key == "ARM":
            envelope.armed = int(number(values[0]))
        elif key == "VIS":
            envelope.visible, envelope.lane = int(number(values[0])), int(number(([*values, "1"])[1]))
        elif key == "VOLTYPE":
            envelope.fader_scaled = number(values[0]) == 1
        else:
            envelope.kept.append(child)
    return envelope


def _point(values: list[float]) -> Point:
    values = values + [0.0] * (7 - len(values))
    return Point(values[0], values[1], int(values[2]), values[6], int(values[4]) & 1)


def write_envelope(envelope: Envelope, prefix: str = "") -> rpp.Element:
    """Write an envelope's block; ``prefix`` is MASTER for the master's own."""
    children: list[Any] = [
        ["EGUID", envelope.guid],
        ["ACT", str(envelope.active), "-1"],
        ["VIS", str(envelope.visible), str(envelope.lane), "1"],
        *([] if any(words_of(c)[0] == "LANEHEIGHT" for c in _lines(envelope.kept)) else [["LANEHEIGHT", "0", "0"]]),
        ["ARM", str(envelope.armed)],
        *([] if any(words_of(c)[0] == "DEFSHAPE" for c in _lines(envelope.kept)) else [["DEFSHAPE", "0", "-1", "-1"]]),
        *([["VOLTYPE", "1"]] if envelope.fader_scaled else []),
        *envelope.kept,
    ]
    for point in envelope.points:
        place = (shown(point.time, POINT_DECIMALS), shown(point.value, POINT_DECIMALS))
        words = ["PT", *place, str(point.shape)]
        if point.shape == 5 or point.selected:
            words += ["0", str(point.selected), "0", shown(point.tension)]
        children.append(words)
    return rpp.Element(prefix + envelope.tag, list(envelope.attributes), children)


def _lines(kept: list[Any]) -> list[Any]:
    return [child for child in kept if not isinstance(child, rpp.Element)]
