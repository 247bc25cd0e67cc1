"""TouchOSC: a ``.tosc`` file is XML, packed by zlib. Format 3 is written, which every TouchOSC reads.

Nodes lie on each other: a button, the lamp on it, its caption on both. What only shows lets touches through. A layout
knows no computers and no ports; those are set on the tablet.
"""

import uuid
import zlib
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias
from xml.etree.ElementTree import Element, SubElement, tostring

from actions.service.addresses import PREFIX
from actions.service.layouts.model import BANK_TABS, INKS, PAGE_HEIGHT, PAGE_WIDTH, TAB_BAR, Control, Frame, Ink, Page

Colour: TypeAlias = tuple[float, float, float, float]
Property: TypeAlias = bool | int | float | str | Frame | Colour

_IDS: Final = uuid.UUID("5d1a2f0e-6a0c-5c3e-9d51-0f7a4c1e77b2")
_VERSION, _CONNECTIONS = "3", "00001"
_LEFT, _CENTRE, _MIDDLE = 1, 2, 2
_EAST, _RELATIVE, _RECTANGLE, _ALWAYS = 1, 1, 1, 0
_MOMENTARY, _TOGGLE_ON_PRESS = 0, 2
_DIM: Final = 0.35
_CORNER: Final = 4.0
_HELLO: Final = f"function init()\n  sendOSC('{PREFIX}/hello', 1)\nend\n"
_FLAT: Final[Mapping[str, Property]] = {"background": False, "outline": False}
_RAISED: Final[Mapping[str, Property]] = {
    "background": True, "outline": True, "outlineStyle": 0, "cornerRadius": _CORNER
}  # fmt: skip


def tosc_file(pages: Sequence[Page]) -> bytes:
    """Return the whole layout as the bytes of a ``.tosc`` file."""
    root = Element("lexml", version=_VERSION)
    whole = Frame(0, 0, PAGE_WIDTH, PAGE_HEIGHT + TAB_BAR)
    looks: dict[str, Property] = {"background": True, "outline": False, "color": _colour("page"), "script": _HELLO}
    top = _node(root, "GROUP", "first_pass", whole, looks)
    tabs = _pager(top, "pages", whole, TAB_BAR, 20, [page.title for page in pages])
    for page, tab in zip(pages, tabs, strict=True):
        for control in page.controls:
            _add(tab, control, control.frame)
        if page.bank_frame is None:
            continue
        titles = [bank.title for bank in page.banks]
        groups = _pager(tab, f"{page.title} rows", page.bank_frame, BANK_TABS, 16, titles)
        for bank, group in zip(page.banks, groups, strict=True):
            for control in bank.controls:
                _add(group, control, _moved(control.frame, -page.bank_frame.x, -page.bank_frame.y - BANK_TABS))
    return zlib.compress(tostring(root, "utf-8", xml_declaration=True), 9)


def _pager(parent: Element, name: str, frame: Frame, bar: float, size: int, titles: Sequence[str]) -> list[Element]:
    """Add a pager, and return its pages, one for each title."""
    looks: dict[str, Property] = {
        **_FLAT, "color": _colour("page"), "tabbar": True, "tabLabels": True, "tabbarDoubleTap": False,
        "tabbarSize": int(bar), "textSizeOff": size, "textSizeOn": size,
    }  # fmt: skip
    pager = _node(parent, "PAGER", name, frame, looks, {"page": 0})
    tab: dict[str, Property] = {
        **_FLAT, "color": _colour("page"), "tabColorOff": _colour("panel"), "tabColorOn": _colour("go"),
        "textColorOff": _colour("text"), "textColorOn": _colour("text"),
    }  # fmt: skip
    within = Frame(0, bar, frame.width, frame.height - bar)
    return [_node(pager, "GROUP", title, within, {**tab, "tabLabel": title}) for title in titles]


def _add(parent: Element, control: Control, frame: Frame) -> None:
    name = control.path or control.text
    if control.kind in ("label", "caption"):
        _message(_text(parent, name, frame, control), control, receive=control.kind == "label")
    elif control.kind in ("fader", "bar"):
        _slider(parent, name, frame, control)
    else:
        is_toggle = control.kind == "toggle"
        looks: dict[str, Property] = {
            **_RAISED, "color": _colour(control.ink, _DIM if control.is_state and not is_toggle else 1.0),
            "buttonType": _TOGGLE_ON_PRESS if is_toggle else _MOMENTARY, "press": True, "release": is_toggle,
            "shape": _RECTANGLE,
        }  # fmt: skip
        button = _node(parent, "BUTTON", name, frame, looks, {"x": 0})
        _message(button, control, send=True, receive=is_toggle)
        if control.lamp is not None:
            _lamp(
                parent,
                f"{name} lamp",
                _moved(control.lamp, frame.x - control.frame.x, frame.y - control.frame.y),
                control,
            )
        _text(parent, f"{name} caption", frame, control)


def _lamp(parent: Element, name: str, frame: Frame, control: Control) -> None:
    """Add a button nobody can press: how bright it is, is what its address was told."""
    looks: dict[str, Property] = {
        **_FLAT, "color": _colour(control.ink if control.is_state else "text"), "cornerRadius": _CORNER,
        "shape": _RECTANGLE, "interactive": False, "buttonType": _MOMENTARY,
    }  # fmt: skip
    _message(_node(parent, "BUTTON", name, frame, looks, {"x": 0}), control, receive=True)


def _text(parent: Element, name: str, frame: Frame, control: Control) -> Element:
    looks: dict[str, Property] = {
        **_FLAT, "color": _colour("page"), "textColor": _colour(control.text_ink), "interactive": False, "font": 0,
        "textSize": control.size, "textLength": 0, "textClip": True, "textAlignV": _MIDDLE,
        "textAlignH": _LEFT if control.is_left else _CENTRE,
    }  # fmt: skip
    return _node(parent, "LABEL", name, frame, looks, {"text": control.text})


def _slider(parent: Element, name: str, frame: Frame, control: Control) -> None:
    address, is_moved = control.address, control.kind == "fader"
    assert address is not None, "every slider has an address"
    has_middle = address.low < 0.0 < address.high
    looks: dict[str, Property] = {
        **_RAISED, "color": _colour(control.ink), "interactive": is_moved, "orientation": _EAST, "grid": has_middle,
        "gridSteps": 2, "cursor": is_moved, "cursorDisplay": _ALWAYS, "bar": not has_middle, "barDisplay": _ALWAYS,
        "response": _RELATIVE, "responseFactor": 100,
    }  # fmt: skip
    start = (address.start - address.low) / (address.high - address.low)
    _message(_node(parent, "FADER", name, frame, looks, {"x": start}), control, send=is_moved, receive=True)


def _message(node: Element, control: Control, send: bool = False, receive: bool = False) -> None:
    """Have a node send to the address of its control and listen to it, with one argument."""
    address = control.address
    if address is None or not (send or receive):
        return
    osc = SubElement(SubElement(node, "messages"), "osc")
    for key, is_so in (("enabled", True), ("send", send), ("receive", receive), ("feedback", False)):
        SubElement(osc, key).text = str(int(is_so))
    SubElement(osc, "connections").text = _CONNECTIONS
    if send:
        trigger = SubElement(SubElement(osc, "triggers"), "trigger")
        SubElement(trigger, "var").text = "x"
        SubElement(trigger, "condition").text = "RISE" if control.kind == "button" else "ANY"
    _partial(SubElement(osc, "path"), "CONSTANT", "STRING", control.path)
    arguments = SubElement(osc, "arguments")
    if control.kind == "label":
        _partial(arguments, "VALUE", "STRING", "text")
    elif control.kind in ("fader", "bar"):
        _partial(arguments, "VALUE", "FLOAT", "x", address.low, address.high)
    elif control.kind == "button" and send:
        kind = {int: "INTEGER", float: "FLOAT", str: "STRING"}[type(control.sends)]
        _partial(arguments, "CONSTANT", kind, _plain(control.sends))
    else:
        _partial(arguments, "VALUE", "INTEGER", "x")


def _partial(parent: Element, kind: str, conversion: str, value: str, low: float = 0, high: float = 1) -> None:
    partial = SubElement(parent, "partial")
    texts = {"type": kind, "conversion": conversion, "value": value, "scaleMin": _plain(low), "scaleMax": _plain(high)}
    for tag, text in texts.items():
        SubElement(partial, tag).text = text


def _node(
    parent: Element,
    kind: str,
    name: str,
    frame: Frame,
    looks: Mapping[str, Property],
    values: Mapping[str, float | str] | None = None,
) -> Element:
    """Add a node below another, or as the top one. Its id comes from its place, so that two builds are the same."""
    brothers = parent if parent.tag == "lexml" else parent.find("children")
    if brothers is None:
        brothers = SubElement(parent, "children")
    identity = uuid.uuid5(_IDS, f"{parent.get('ID', '')}/{len(brothers)}")
    node = SubElement(brothers, "node", ID=str(identity), type=kind)
    properties = SubElement(node, "properties")
    for key, value in sorted({"visible": True, "interactive": True, **looks, "name": name, "frame": frame}.items()):
        _property(properties, key, value)
    told = SubElement(node, "values")
    for key, start in {"touch": "false", **(values or {})}.items():
        texts = {"key": key, "locked": "0", "lockedDefaultCurrent": "0", "default": _plain(start), "defaultPull": "0"}
        entry = SubElement(told, "value")
        for tag, text in texts.items():
            SubElement(entry, tag).text = text
    return node


def _property(parent: Element, key: str, value: Property) -> None:
    node = SubElement(parent, "property")
    SubElement(node, "key").text = key
    holder = SubElement(node, "value")
    if isinstance(value, Frame | tuple):
        sizes = (value.x, value.y, value.width, value.height) if isinstance(value, Frame) else value
        node.set("type", "r" if isinstance(value, Frame) else "c")
        for tag, size in zip("xywh" if isinstance(value, Frame) else "rgba", sizes, strict=True):
            SubElement(holder, tag).text = _plain(size)
    else:
        node.set("type", {bool: "b", int: "i", float: "f", str: "s"}[type(value)])
        holder.text = _plain(int(value) if isinstance(value, bool) else value)


def _moved(frame: Frame, x: float, y: float) -> Frame:
    return Frame(frame.x + x, frame.y + y, frame.width, frame.height)


def _colour(ink: Ink, alpha: float = 1.0) -> Colour:
    red, green, blue = (round(part / 255, 3) for part in INKS[ink])
    return red, green, blue, alpha


def _plain(value: float | str) -> str:
    return value if isinstance(value, str) else f"{round(value, 3):g}"
