"""TouchOSC Mk1: a ``.touchosc`` file is a zip with ``index.xml``, where all text is in base64.

Conventions: a landscape layout is written as a portrait one on its side, ``x`` from the foot of the screen upwards and
``y`` from its left; the short side leaves 727 points below the tabs. What is called vertical lies along the screen.
There are no tabs within tabs, so that of the lists only the first banks are here, each as a tab of its own. A button
can send only numbers: a choice is sent as its number in the list.
"""

import base64
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from actions.service.layouts.model import Control, Ink, Page

BANKS: Final[Mapping[str, int]] = {"Changes": 2, "Tracks": 4}
"""How many tabs a list gets; more would make them too narrow."""
_SHORT_SIDE: Final = 727.0
_MADE: Final = (1980, 1, 1, 0, 0, 0)
"""The date in the zip; the same file whenever it is made."""
_COLOURS: Final[Mapping[Ink, str]] = {
    "text": "gray", "soft": "gray", "plain": "gray", "wrong": "red", "go": "blue", "keep": "green", "stop": "red",
    "hear": "orange",
}  # fmt: skip


def touchosc_file(pages: Sequence[Page]) -> bytes:
    """Return the whole layout as the bytes of a ``.touchosc`` file."""
    root = Element("layout", version="17", mode="1", orientation="vertical")
    for title, controls in _tabs(pages):
        named = _base64(title)
        tab = {"name": named, "scalef": "0.0", "scalet": "1.0"}
        for key in ("li", "la"):
            tab |= {f"{key}_t": named, f"{key}_c": "gray", f"{key}_s": "14", f"{key}_o": "false", f"{key}_b": "false"}
        under = SubElement(root, "tabpage", tab)
        for control in controls:
            for attributes in _controls(control):
                SubElement(under, "control", {"name": _base64(f"c{len(under)}"), **attributes})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        # stored, not deflated: how small zlib makes it differs from one zlib to the next
        archive.writestr(zipfile.ZipInfo("index.xml", _MADE), tostring(root, "utf-8", xml_declaration=True))
    return packed.getvalue()


def _tabs(pages: Sequence[Page]) -> Iterable[tuple[str, Sequence[Control]]]:
    for page in pages:
        if not page.banks:
            yield page.title, page.controls
        for bank in page.banks[: BANKS.get(page.title, 0)]:
            yield f"{page.title} {bank.title}", (*page.controls, *bank.controls)


def _controls(control: Control) -> Iterable[dict[str, str]]:
    """Yield the attributes of what a control is made of here, from below to above."""
    place, said = _place(control), {"osc_cs": _base64(control.path)}
    if control.kind in ("label", "caption"):
        yield {**_label(control), **(said if control.path else {})}
        return
    colour = {"color": _COLOURS[control.ink]}
    if control.kind == "bar":
        yield {**place, **colour, **said, **_range(control), "type": "led"}
    elif control.kind == "fader":
        has_middle = control.address is not None and control.address.low < 0.0 < control.address.high
        moves = {"response": "relative", "inverted": "false", "centered": str(has_middle).lower()}
        yield {**place, **colour, **said, **_range(control), **moves, "type": "faderv"}
    elif control.kind == "toggle":
        yield {**place, **colour, **said, "scalef": "0.0", "scalet": "1.0", "type": "toggle", "local_off": "true"}
        yield _label(control)
    else:
        pressed = {"scalef": "0.0", "scalet": f"{_number(control):.1f}", "sp": "true", "sr": "false"}
        # the button lights up by what comes back to it, not by the finger
        local = {"local_off": str(control.has_lamp).lower(), "velocity": "false", "velocity_invert": "false"}
        yield {**place, **colour, **said, **pressed, **local, "type": "push"}
        yield _label(control)


def _label(control: Control) -> dict[str, str]:
    colour = {"color": _COLOURS[control.text_ink], "background": "false", "outline": "false"}
    return {**_place(control), **colour, "type": "labelv", "text": _base64(control.text), "size": str(control.size)}


def _place(control: Control) -> dict[str, str]:
    frame = control.frame
    foot = _SHORT_SIDE - frame.y - frame.height
    sides = {"x": foot, "y": frame.x, "w": frame.height, "h": frame.width}
    return {key: str(round(size)) for key, size in sides.items()}


def _range(control: Control) -> dict[str, str]:
    assert control.address is not None, "every slider has an address"
    return {"scalef": f"{control.address.low:.1f}", "scalet": f"{control.address.high:.1f}"}


def _number(control: Control) -> float:
    if isinstance(control.sends, str):
        assert control.address is not None, "a choice has an address"
        return control.address.choices.index(control.sends) + 1
    return control.sends


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
