"""What comes in by OSC, made a value or nothing; what goes out, made something every client can read.

Conventions: whatever the network sends, ``incoming`` returns a value in range or None, and never raises. Out go int32,
finite float32 and strings alone: REAPER drops a message with any other type (T, F, N, d, h, b), and so do many tablets.
"""

import math
import re
import struct
from collections.abc import Sequence
from typing import Final, TypeAlias

from actions.service.addresses import Address
from actions.service.orders import LONGEST_WORD

Value: TypeAlias = bool | int | float | str
Sent: TypeAlias = int | float | str

LONGEST_SENT_BYTES: Final = 1024
LONGEST_TAKEN_BYTES: Final = 256
LONGEST_BUNDLE_BYTES: Final = 1400
"""One packet on any Wi-Fi; a larger one is cut in pieces, and lost if one of them is."""

_HALF: Final = 0.5
_BUNDLE_HEAD_BYTES: Final = 16
_ITEM_HEAD_BYTES: Final = 4
_ELLIPSIS: Final = "…"
_MINUS: Final = "−"
_NUMBER: Final = re.compile(r"[+-]?(\d{1,12}(\.\d{0,12})?|\.\d{1,12})(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_WORDS: Final = {"true": True, "on": True, "false": False, "off": False}


def incoming(address: Address, arguments: Sequence[object]) -> Value | None:
    """Return what a message asks for, clamped to the range of its address; None if it is to be ignored.

    A trigger or a switch without argument counts as pressed, and releasing a trigger (0) is nothing. A text out of a
    list is taken in any case, or as its number in the list, 1 for the first, for controls that only send numbers.
    What follows the 1 of a trigger is its request id.
    """
    if address.argument == "none" or len(arguments) > (2 if address.argument == "trigger" else 1):
        return None
    argument = _decoded(arguments[0]) if arguments else None
    if arguments and argument is None and arguments[0] is not None:
        return None
    if address.argument == "text":
        return _chosen(address, argument)
    if argument is None:
        return None if address.argument == "number" else True
    number = _number(argument)
    if number is None:
        return None
    if address.argument == "trigger":
        return True if number >= _HALF else None
    if address.argument == "switch":
        return number >= _HALF
    clamped = min(max(number, address.low), address.high) + 0.0
    return round(clamped) if address.is_whole else clamped


def request_id(address: Address, arguments: Sequence[object]) -> str:
    """Return the id that makes a trigger harmless if it arrives again; "" is none."""
    told = _decoded(arguments[1]) if address.argument == "trigger" and len(arguments) == 2 else None
    if isinstance(told, bool | float) or told is None:
        return ""
    try:
        text = str(told)
    except ValueError:  # an integer of thousands of digits
        return ""
    return text if len(text) <= LONGEST_WORD else ""


def outgoing(address: Address, value: Value | None) -> Sent | None:
    """Return a value as it may be sent from an address, None where there is nothing to say."""
    if value is None or address.feedback == "none":
        return None
    if address.feedback == "text":
        return _short(value) if isinstance(value, str) else None
    if isinstance(value, str):
        return None
    if address.feedback == "switch":
        return int(value >= _HALF)
    if isinstance(value, float) and math.isnan(value):
        return None
    clamped = min(max(value, address.low), address.high)
    return round(clamped) if address.is_whole else _float32(float(clamped))


def words(address: Address, value: float) -> str:
    """Return a number in words, as ``ADDRESS/str`` tells it: “75 %”, “+25 %”, “−14.2 LUFS”."""
    if math.isnan(value):
        return "–"
    if address.unit == "%":
        said, unit = f"{_half_up(value * 100)}", "%"
    elif address.unit == "±%":
        percent = _half_up(value * 100)
        said, unit = (f"{percent:+d}" if percent else "0"), "%"
    elif math.isinf(value):
        said, unit = ("−∞" if value < 0 else "∞"), address.unit
    else:
        said, unit = f"{round(value, 1) + 0.0:.1f}", address.unit
    return f"{said.replace('-', _MINUS)} {unit}".rstrip()


def message_bytes(path: str, value: Sent) -> int:
    """Return how long a message with one argument is on the wire."""
    argument = _padded(len(value.encode()) + 1) if isinstance(value, str) else 4
    return _padded(len(path.encode()) + 1) + 4 + argument


def bundles(
    messages: Sequence[tuple[str, Sent]], longest_bytes: int = LONGEST_BUNDLE_BYTES
) -> list[list[tuple[str, Sent]]]:
    """Return messages parted so that each part fits into one bundle of a length; their order stays."""
    parts: list[list[tuple[str, Sent]]] = []
    room = 0
    for path, value in messages:
        size = _ITEM_HEAD_BYTES + message_bytes(path, value)
        if not parts or size > room:
            parts.append([])
            room = longest_bytes - _BUNDLE_HEAD_BYTES
        parts[-1].append((path, value))
        room -= size
    return parts


def _decoded(argument: object) -> bool | int | float | str | None:
    """Return an argument of a type we take, with text that is text; None for every other, blobs too."""
    if isinstance(argument, bool | int | float):
        return argument
    if not isinstance(argument, str) or len(argument) > LONGEST_TAKEN_BYTES:
        return None
    try:
        size = len(argument.encode())
    except UnicodeEncodeError:
        return None
    return argument if size <= LONGEST_TAKEN_BYTES and not _CONTROL.search(argument) else None


def _number(argument: bool | int | float | str) -> float | None:
    if isinstance(argument, str):
        text = argument.strip().casefold()
        if text in _WORDS:
            return float(_WORDS[text])
        if not _NUMBER.fullmatch(text):
            return None
        argument = float(text)
    try:
        number = float(argument)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _chosen(address: Address, argument: bool | int | float | str | None) -> str | None:
    if isinstance(argument, int | float) and not isinstance(argument, bool):
        number = _number(argument)
        if number is None or not 1 <= round(number) <= len(address.choices):
            return None
        return address.choices[round(number) - 1]
    if not isinstance(argument, str):
        return None
    if not address.choices:
        return argument
    wanted = argument.strip().casefold()
    return next((choice for choice in address.choices if choice.casefold() == wanted), None)


def _short(text: str) -> str:
    """Return a text as OSC can carry it: no NUL, no half surrogates, cut between two characters."""
    data = _CONTROL.sub(" ", text).encode("utf-8", "replace")
    if len(data) <= LONGEST_SENT_BYTES:
        return data.decode()
    return data[: LONGEST_SENT_BYTES - len(_ELLIPSIS.encode())].decode(errors="ignore") + _ELLIPSIS


def _float32(value: float) -> float:
    (rounded,) = struct.unpack(">f", struct.pack(">f", value))
    return float(rounded) + 0.0


def _half_up(value: float) -> int:
    return math.floor(value + _HALF)


def _padded(size_bytes: int) -> int:
    return (size_bytes + 3) // 4 * 4
