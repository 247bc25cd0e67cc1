"""Read a project with the PyPI package ``rpp`` into the few things that the renderer needs."""

import base64
import binascii
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import rpp

FLOAT_LIST = struct.pack("<II", 0xDEADBEEF, 0xDEADF00D)


@dataclass
class Plugin:
    """A plug-in: its VST number or JSFX path, and its state as bytes, floats or sliders."""

    kind: int | str
    label: str
    state: bytes = b""
    numbers: tuple[float, ...] = ()
    is_on: bool = True


@dataclass
class Item:
    """A piece of a file on the time line. Gains are linear."""

    path: Path
    position_seconds: float
    length_seconds: float
    offset_seconds: float
    gain_linear: float


@dataclass
class Receive:
    """What comes in from another track. Modes: 0 after the fader, 1 before the plug-ins, 3 after them."""

    source_index: int
    mode: int
    level_linear: float
    pan: float
    is_muted: bool


@dataclass
class Strip:
    """A track, or the master."""

    name: str
    volume_linear: float = 1.0
    pan: float = 0.0
    width_ratio: float = 1.0
    is_muted: bool = False
    inverts: bool = False
    late_seconds: float = 0.0
    parent_index: int | None = None
    sends_to_parent: bool = True
    plugins: list[Plugin] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    receives: list[Receive] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass
class Project:
    """A whole project."""

    strips: list[Strip]
    master: Strip
    tempo_bpm: float
    sample_rate_hz: int | None
    has_linear_pan: bool
    """``PANLAWFLAGS 3``: a 0 dB law is a plain balance."""


def read_project(path: Path) -> Project:
    """Read a project file."""
    root = rpp.loads(path.read_text("utf-8", errors="replace"))
    master = Strip("MASTER", volume_linear=_number(root, "MASTER_VOLUME", 0, 1.0))
    master.pan = _number(root, "MASTER_VOLUME", 1, 0.0)
    master.width_ratio = _number(root, "MASTER_WIDTH", 0, 1.0)
    master.plugins = list(_plugins(root, "MASTERFXLIST"))
    strips: list[Strip] = []
    open_folders: list[int] = []
    for element in _elements(root, "TRACK"):
        strip = _strip(element, path.parent)
        strip.parent_index = open_folders[-1] if open_folders else None
        strips.append(strip)
        depth = int(_number(element, "ISBUS", 1, 0.0))
        if depth > 0:
            open_folders.append(len(strips) - 1)
        else:
            del open_folders[len(open_folders) + depth :]
    has_rate = _number(root, "SAMPLERATE", 1, 0.0) == 1.0
    rate = int(_number(root, "SAMPLERATE", 0, 48000.0)) if has_rate else None
    is_linear = int(_number(root, "PANLAWFLAGS", 0, 0.0)) == 3
    return Project(strips, master, _number(root, "TEMPO", 0, 120.0), rate, is_linear)


def _strip(element: Any, folder: Path) -> Strip:
    name = _line(element, "NAME")
    strip = Strip(str(name[0]) if name else "")
    strip.volume_linear = _number(element, "VOLPAN", 0, 1.0)
    strip.pan = _number(element, "VOLPAN", 1, 0.0)
    strip.width_ratio = _number(element, "WIDTH", 0, 1.0)
    strip.is_muted = _number(element, "MUTESOLO", 0, 0.0) != 0.0
    strip.inverts = _number(element, "IPHASE", 0, 0.0) != 0.0
    if _number(element, "PLAYOFFS", 1, 0.0) == 0.0:
        strip.late_seconds = _number(element, "PLAYOFFS", 0, 0.0)
    strip.sends_to_parent = _number(element, "MAINSEND", 0, 1.0) != 0.0
    strip.plugins = list(_plugins(element, "FXCHAIN")) if _number(element, "FX", 0, 1.0) else []
    strip.items = [item for part in _elements(element, "ITEM") if (item := _item(part, folder)) is not None]
    for line in element:
        if isinstance(line, list) and line[0] == "AUXRECV":
            values = [float(value) for value in line[1:6]]
            strip.receives.append(Receive(int(values[0]), int(values[1]), values[2], values[3], values[4] != 0.0))
        if not isinstance(line, list) and line.tag.startswith(("VOLENV", "PANENV", "WIDTHENV", "MUTEENV")):
            strip.notes.append(f"{strip.name}: its automation {line.tag} is left out")
    return strip


def _item(element: Any, folder: Path) -> Item | None:
    source = next(iter(_elements(element, "SOURCE")), None)
    file = _line(source, "FILE") if source is not None else None
    if file is None or _number(element, "MUTE", 0, 0.0):
        return None
    return Item(
        folder / str(file[0]).replace("\\", "/"),
        _number(element, "POSITION", 0, 0.0),
        _number(element, "LENGTH", 0, 0.0),
        _number(element, "SOFFS", 0, 0.0),
        _number(element, "VOLPAN", 0, 1.0) * _number(element, "VOLPAN", 2, 1.0),
    )


def _plugins(element: Any, tag: str) -> Iterator[Plugin]:
    chain = next(iter(_elements(element, tag)), None)
    is_on = True
    for part in chain if chain is not None else ():
        if isinstance(part, list):
            if part[0] == "BYPASS":
                is_on = part[1] == "0" and part[2] == "0"
        elif getattr(part, "tag", "") == "VST":
            yield _vst(part, is_on)
        elif getattr(part, "tag", "") == "JS":
            words = [word for line in part for word in (line if isinstance(line, list) else str(line).split())]
            sliders = tuple(float("nan") if word == "-" else float(word) for word in words)
            yield Plugin(str(part.attrib[0]), str(part.attrib[0]), numbers=sliders, is_on=is_on)


def _vst(part: Any, is_on: bool) -> Plugin:
    number = int(str(part.attrib[4]).partition("<")[0].partition("{")[0] or 0)
    data = b""
    for line in part:
        try:
            data += base64.b64decode(line if isinstance(line, str) else line[0])
        except (binascii.Error, ValueError):
            break
    inputs = struct.unpack_from("<I", data, 8)[0]
    outputs_at = 12 + 8 * inputs
    outputs = struct.unpack_from("<I", data, outputs_at)[0]
    at = outputs_at + 4 + 8 * outputs
    size = struct.unpack_from("<I", data, at)[0]
    state = data[at + 12 : at + 12 + size]
    numbers: tuple[float, ...] = ()
    if state[:8] == FLOAT_LIST:
        numbers = struct.unpack(f"<{(len(state) - 8) // 4}f", state[8:])
    return Plugin(number, str(part.attrib[0]), state, numbers, is_on)


def _elements(parent: Any, tag: str) -> list[Any]:
    return [part for part in parent if not isinstance(part, list | str) and part.tag == tag]


def _line(parent: Any, token: str) -> list[str] | None:
    for part in parent:
        if isinstance(part, list) and part and part[0] == token:
            return part[1:]
    return None


def _number(parent: Any, token: str, index: int, otherwise: float) -> float:
    line = _line(parent, token)
    if line is None or len(line) <= index:
        return otherwise
    try:
        return float(line[index])
    except ValueError:
        return otherwise
