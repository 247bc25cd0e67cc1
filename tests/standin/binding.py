"""Make the module ``reaper_python`` as REAPER's Python sees it: one wrapper per function, strict as ctypes is.

Conventions of the binding: every C argument is passed, out-arguments too; a function with out-arguments returns the
tuple (result, *all arguments), a void one the arguments alone; booleans are integers; each text out-argument goes
through a buffer of ``rpr_packs``, 4 MiB unless a script replaced that function. Wrong handles become null.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import sys
import time
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.standin.handles import Guid
from tests.standin.registry import FUNCTIONS

if TYPE_CHECKING:
    from tests.standin.desk import Desk

MAX_STRBUF = 4 * 1024 * 1024
_NUMBERS = {"int": "c_int", "bool": "c_byte", "double": "c_double", "unsigned int": "c_uint"}
_TEXTS = {"char*": "out", "const char*": "in"}
_BY_ADDRESS = {
    "int*": "c_int",
    "bool*": "c_byte",
    "double*": "c_double",
    "unsigned int*": "c_uint",
    "const bool*": "c_byte",
    "const int*": "c_int",
    "const double*": "c_double",
}


def signatures() -> dict[str, str]:
    """Read the C signatures of the functions the stand-in knows."""
    table: dict[str, str] = json.loads(Path(__file__).with_name("signatures.json").read_text(encoding="utf-8"))
    return table


class Argument:
    """One C argument: its type and name."""

    def __init__(self, text: str) -> None:
        self.type, self.name = _split(text)

    @property
    def is_handle(self) -> bool:
        return self.type.endswith("*") and self.type not in _TEXTS and self.type not in _BY_ADDRESS

    @property
    def is_changed(self) -> bool:
        """Tell whether the binding treats it as an out-argument, so that the function returns a tuple."""
        return self.type == "char*" or self.type in _BY_ADDRESS or self.type == "const char**"


def _split(text: str) -> tuple[str, str]:
    kind, name = re.fullmatch(r"(.*?)(\w+)", text.strip()).groups()  # type: ignore[union-attr]
    return kind.strip(), name


def parse_signature(name: str, signature: str) -> tuple[str, list[Argument]]:
    """Split ``bool GetX(int a, char* bOut, int bOut_sz)`` into the result's type and the arguments."""
    head, _, rest = signature.partition("(")
    inside = rest.rsplit(")", 1)[0]
    return head.removesuffix(name).strip(), [Argument(text) for text in inside.split(",") if text.strip()]


def wrapper_source(name: str, signature: str) -> str:
    """Write the Python source of one wrapper."""
    result, arguments = parse_signature(name, signature)
    lines = [f"def RPR_{name}({', '.join(f'p{i}' for i in range(len(arguments)))}):", f"    _enter({name!r})"]
    given, outs, after, echo = [], [], [], []
    for i, argument in enumerate(arguments):
        echo.append(f"p{i}")
        if argument.is_handle:
            kind = argument.type.removeprefix("const ")
            given.append(f"_object(rpr_packp({kind!r}, p{i}))" if kind != "void*" else f"rpr_packp('void*', p{i})")
        elif argument.type in _NUMBERS:
            given.append(f"{_NUMBERS[argument.type]}(p{i}).value")
        elif argument.type == "const char*":
            given.append(f"_text(rpr_packsc(p{i}))")
        elif argument.type == "char*":
            size = _size_of(arguments, i)
            lines.append(f"    b{i} = rpr_packs(p{i})")
            given.append(f"_inside(b{i})")
            outs.append(f"o{i}")
            after.append(f"_fill(b{i}, o{i}, {f'p{size}' if size is not None else 'None'})")
            echo[-1] = f"rpr_unpacks(b{i})"
        elif argument.type == "const char**":
            given.append("None")
        else:
            given.append(f"{_BY_ADDRESS[argument.type]}(p{i}).value")
            if argument.type.startswith("const ") or argument.name.endswith("InOptional"):
                echo[-1] = f"a{i}"
            else:
                outs.append(f"o{i}")
                whole = "float" if argument.type == "double*" else "int"
                echo[-1] = f"{whole}(o{i})"
    for i, value in enumerate(given):
        lines.append(f"    a{i} = {value}")
    call = f"_{name}(_desk{''.join(f', a{i}' for i in range(len(arguments)))})"
    left = ([] if result == "void" else ["r"]) + outs
    lines.append(f"    {', '.join(left)} = {call}" if left else f"    {call}")
    lines += [f"    {line}" for line in after]
    returned = _returned(result)
    changed = any(argument.is_changed for argument in arguments)
    if changed:
        lines.append(f"    return ({returned + ', ' if returned else ''}{', '.join(echo)},)")
    elif returned:
        lines.append(f"    return {returned}")
    return "\n".join(lines) + "\n"


def _size_of(arguments: list[Argument], at: int) -> int | None:
    names = [argument.name for argument in arguments]
    wanted = names[at] + "_sz"
    return names.index(wanted) if wanted in names else None


def _returned(result: str) -> str:
    if result == "void":
        return ""
    if result == "double":
        return "float(r)"
    if result == "const char*":
        return "rpr_unpacksc(r)"
    if result.endswith("*"):
        return f"_handle({result!r}, r)"
    return "int(r)"


def make_module(desk: Desk, call_cost_seconds: float = 0.0) -> types.ModuleType:
    """Build ``reaper_python``. The wrappers look the packing functions up in it, so scripts may replace them."""
    import tests.standin.api  # noqa: F401  every function registers itself

    module = types.ModuleType("reaper_python")
    names = module.__dict__
    gate = Gate(desk, call_cost_seconds)
    names.update(
        _desk=desk,
        _enter=gate.enter,
        _gate=gate,
        _object=lambda number: _object(desk, number),
        _handle=lambda kind, thing: desk.handles.text(kind, thing),
        _text=lambda packed: packed.value.decode() if packed.value is not None else "",
        _inside=lambda buffer: buffer.raw[:0].decode() if not buffer else buffer.value.decode(errors="replace"),
        _fill=_fill,
        ctypes=ctypes,
        MAX_STRBUF=MAX_STRBUF,
        rpr_packs=lambda text: ctypes.create_string_buffer(str(text).encode(), MAX_STRBUF),
        rpr_packsc=lambda text: ctypes.c_char_p(str(text).encode()),
        rpr_packp=lambda kind, text: _packp(desk, kind, text),
        rpr_unpacks=lambda buffer: str(buffer.value.decode()),
        rpr_unpacksc=_unpacksc,
        rpr_unpackp=lambda kind, number: f"({kind})0x{number >> 32:08X}{number & 0xFFFFFFFF:08X}",
        c_int=ctypes.c_int,
        c_uint=ctypes.c_uint,
        c_byte=ctypes.c_byte,
        c_double=ctypes.c_double,
    )
    names["_ft"] = {"ValidatePtr2": _validate_address(desk, names)}
    for name, signature in signatures().items():
        if name in desk.options.without:
            continue
        names[f"_{name}"] = FUNCTIONS[name]
        exec(compile(wrapper_source(name, signature), f"<reaper_python {name}>", "exec"), names)
        names["_ft"].setdefault(name, id(FUNCTIONS[name]))
    return module


def _unpacksc(text: str | None) -> str:
    """Return a text a function gave; null has no decode, which is how the binding fails on it."""
    data: Any = None if text is None else text.encode(errors="surrogateescape")
    return str(data.decode())


class Gate:
    """What every call passes: counting, its price, and the crashes a test orders."""

    def __init__(self, desk: Desk, cost_seconds: float) -> None:
        self._stats = desk.stats
        self._cost_seconds = cost_seconds
        self.crash_after: int | None = None
        self.crash_on = ""
        self.crash_since = ""

    def enter(self, name: str) -> None:
        self._stats.calls += 1
        if self._cost_seconds:
            until = time.perf_counter() + self._cost_seconds
            while time.perf_counter() < until:
                pass
        if name == self.crash_since:
            self.crash_since = ""
        if self.crash_after is not None and not self.crash_since:
            self.crash_after -= 1
            if self.crash_after < 0:
                crash(f"ordered after some calls, in {name}")
        if name == self.crash_on:
            crash(f"ordered in {name}")


def crash(why: str) -> None:
    """End as a process ends that touched memory it should not."""
    print(f"stand-in REAPER crashed: {why}", file=sys.stderr, flush=True)
    os._exit(1)


def _packp(desk: Desk, kind: str, text: Any) -> int:
    head, _, digits = str(text).partition(")0x")
    if head[:1] != "(" or not digits:
        return 0
    try:
        number = int(digits, 16)
    except ValueError:
        return 0
    if kind == "void*":
        return number
    return number if head[1:] == kind and desk.handles.kinds.get(number) == kind else 0


def _object(desk: Desk, number: int) -> Any:
    """Return what a pointer points at. A number that passed no validation and points nowhere is a crash in C."""
    if not number:
        return None
    thing = desk.handles.objects.get(number)
    if thing is None:
        crash(f"a stale pointer 0x{number:X} reached the C API")
    return thing


def _fill(buffer: Any, text: str | None, size: int | None) -> None:
    """Write a text into a buffer as C does: cut at the size passed, and no questions about the room there is."""
    if text is None:
        return
    if size is None and len(buffer) < MAX_STRBUF:
        crash("a function that takes no size wrote into a small buffer")
    room = MAX_STRBUF if size is None else ctypes.c_int(size).value
    if room <= 0:
        return
    data = text.encode(errors="surrogateescape")[: room - 1]
    if size is None:
        data = data[: MAX_STRBUF - 1]
    elif len(data) + 1 > len(buffer):
        if len(buffer) < MAX_STRBUF or room > MAX_STRBUF:
            crash("a text ran over the end of its buffer")
        data = data[: len(buffer) - 1]
    buffer.value = data


def _validate_address(desk: Desk, names: dict[str, Any]) -> int:
    """Give ValidatePtr2 a C address, through which other bindings call it."""

    @ctypes.CFUNCTYPE(ctypes.c_byte, ctypes.c_uint64, ctypes.c_uint64, ctypes.c_char_p)
    def validate(project: int, pointer: int, kind: bytes) -> int:
        return int(desk.handles.is_alive(pointer, kind.decode()))

    names["_validate"] = validate
    return ctypes.cast(validate, ctypes.c_void_p).value or 0


def guid(text: str) -> Guid:
    return Guid(text)
