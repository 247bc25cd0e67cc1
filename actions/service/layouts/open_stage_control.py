"""Open Stage Control: a session is JSON, a tree of widgets. Properties that are left out have their defaults.

Places are in percent, so that the page fills any screen. A button lights up by what comes back to it (``decoupled``),
and the page asks for everything when it opens. No fader has a default: what a page sends when it opens, if it sends
any of it, must change nothing.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

from actions.service.addresses import PREFIX
from actions.service.layouts.model import BANK_TABS, PAGE_HEIGHT, PAGE_WIDTH, Bank, Control, Frame, Page, hex_colour

_VERSION: Final = "1.30.3"
_HELLO: Final = f"send('{PREFIX}/hello', {{type: 'i', value: 1}})"
_FLAT: Final = {"alphaStroke": 0, "padding": 0}


def session_file(pages: Sequence[Page]) -> bytes:
    """Return the whole layout as the bytes of a session file."""
    root = {
        "type": "root",
        "id": "root",
        "colorBg": hex_colour("page"),
        "colorText": hex_colour("text"),
        "colorWidget": hex_colour("go"),
        "onCreate": _HELLO,
        "widgets": [],
        "tabs": [_page(page) for page in pages],
    }
    session = {"version": _VERSION, "createdWith": "Open Stage Control", "type": "session", "content": root}
    return (json.dumps(session, ensure_ascii=False, indent=1) + "\n").encode()


def _page(page: Page) -> dict[str, Any]:
    whole = Frame(0, 0, PAGE_WIDTH, PAGE_HEIGHT)
    name = page.title.casefold()
    widgets = [_widget(control, whole, f"{name}_{number}") for number, control in enumerate(page.controls)]
    if page.bank_frame is not None:
        frame = page.bank_frame
        rows = Frame(frame.x, frame.y + BANK_TABS, frame.width, frame.height - BANK_TABS)
        tabs = [
            _tab(
                _bank_name(name, bank),
                bank.title,
                [
                    _widget(control, rows, f"{_bank_name(name, bank)}_{number}")
                    for number, control in enumerate(bank.controls)
                ],
            )
            for bank in page.banks
        ]
        place = _place(frame, whole)
        widgets.append({"type": "panel", "id": f"{name}_rows", **place, **_FLAT, "widgets": [], "tabs": tabs})
    return _tab(name, page.title, widgets)


def _bank_name(name: str, bank: Bank) -> str:
    return f"{name}_{bank.title}".replace("–", "_")


def _tab(name: str, title: str, widgets: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "tab", "id": name, "label": title, "scroll": False, "widgets": widgets, "tabs": []}


def _widget(control: Control, whole: Frame, name: str) -> dict[str, Any]:
    made = {"id": name, **_place(control.frame, whole), "css": f"font-size: {control.size}rem", **_meaning(control)}
    if control.kind in ("label", "caption"):
        return {**made, **_label(control)}
    ground = {"colorWidget": hex_colour(control.ink), "alphaFillOff": 0.35, "alphaFillOn": 1}
    if control.kind in ("fader", "bar"):
        return {**made, **ground, **_slider(control)}
    mode = "toggle" if control.kind == "toggle" else "tap"
    sends = {"on": 1, "off": 0} if control.kind == "toggle" else {"on": control.sends, "off": _off(control)}
    return {
        **made, **ground, "type": "button", "label": control.text, "mode": mode, **sends,
        "decoupled": control.kind == "toggle" or control.has_lamp,
    }  # fmt: skip


def _label(control: Control) -> dict[str, Any]:
    looks = {"colorText": hex_colour(control.text_ink), "align": "left" if control.is_left else "center", **_FLAT}
    address = control.address
    if address is not None and address.index is not None and address.choices:
        # where there is room for a list, a role can be set here and not only seen
        return {**looks, "type": "dropdown", "values": list(address.choices), "label": "auto"}
    if control.kind == "caption":
        looks = {**looks, "bypass": True, "interaction": False}
    return {**looks, "type": "text", "value": "", "default": control.text, "wrap": False}


def _slider(control: Control) -> dict[str, Any]:
    address = control.address
    assert address is not None, "every slider has an address"
    return {
        "type": "fader",
        "horizontal": True,
        "design": "compact",
        "range": {"min": address.low, "max": address.high},
        "origin": 0 if address.low < 0.0 < address.high else address.low,
        "snap": False,
        "decimals": 3,
        "interaction": control.kind == "fader",
    }


def _meaning(control: Control) -> dict[str, Any]:
    """Return which address a widget sends to and listens on, and as what."""
    address = control.address
    if address is None:
        return {"address": "auto"}
    kind = "s" if isinstance(control.sends, str) or control.kind == "label" else "i"
    if control.kind in ("fader", "bar") or isinstance(control.sends, float):
        kind = "f"
    return {"address": control.path, "typeTags": kind}


def _off(control: Control) -> float | str:
    return "" if isinstance(control.sends, str) else -2 if control.sends == 0 else 0


def _place(frame: Frame, whole: Frame) -> dict[str, str]:
    parts = {
        "left": (frame.x - whole.x) / whole.width,
        "top": (frame.y - whole.y) / whole.height,
        "width": frame.width / whole.width,
        "height": frame.height / whole.height,
    }
    return {key: f"{part * 100:.2f}%" for key, part in parts.items()}
