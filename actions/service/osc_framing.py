"""Whether a packet is OSC 1.0 at all, before anybody parses it: lengths, padding, nesting and types.

python-osc takes a float that was cut off for 0, an argument of unknown type for none (so that it would press a button),
follows bundles as deep as Python's stack, and lets errors of its decoding through. What passes here is none of that.
Times are not looked at: a bundle counts at once, whatever date it bears.
"""

import struct
from typing import Final

LONGEST_PACKET_BYTES: Final = 8192
MOST_MESSAGES: Final = 256
DEEPEST_BUNDLE: Final = 8
MOST_ARGUMENTS: Final = 8
_BUNDLE: Final = b"#bundle\0"
_BUNDLE_HEAD_BYTES: Final = 16
_WORD_BYTES: Final = 4
_SIZES_BYTES: Final = {"i": 4, "f": 4, "T": 0, "F": 0}
"""What we take besides text; there is no meaning for anything else."""


class NotOscError(ValueError):
    """A packet that is no OSC, or more of it than we take."""


def messages(packet: bytes) -> list[tuple[bytes, str]]:
    """Return the messages of a packet, those in bundles too, each with the types of its arguments.

    Raises:
        NotOscError: Something about it is wrong; then nothing of it counts.
    """
    if not packet or len(packet) > LONGEST_PACKET_BYTES or len(packet) % _WORD_BYTES:
        raise NotOscError(f"A packet of {len(packet)} bytes.")
    found: list[tuple[bytes, str]] = []
    waiting = [(packet, 0)]
    while waiting:
        part, depth = waiting.pop()
        if part.startswith(_BUNDLE):
            if depth >= DEEPEST_BUNDLE:
                raise NotOscError("Bundles in bundles, too deep.")
            waiting += [(inner, depth + 1) for inner in reversed(_contents(part))]
        else:
            found.append((part, _types(part)))
        if len(found) + len(waiting) > MOST_MESSAGES:
            raise NotOscError("Too many messages.")
    return found


def _contents(bundle: bytes) -> list[bytes]:
    if len(bundle) < _BUNDLE_HEAD_BYTES:
        raise NotOscError("A bundle without a time.")
    contents = []
    place = _BUNDLE_HEAD_BYTES
    while place < len(bundle):
        (size,) = struct.unpack_from(">i", bundle, place)
        place += _WORD_BYTES
        if size <= 0 or size % _WORD_BYTES or place + size > len(bundle):
            raise NotOscError("A part of a bundle that is longer than the bundle, or nothing.")
        contents.append(bundle[place : place + size])
        place += size
    return contents


def _types(message: bytes) -> str:
    """Return the types of a message's arguments; "" where it has none."""
    if not message.startswith(b"/"):
        raise NotOscError("Neither an address nor a bundle.")
    place = _after_text(message, 0)
    if place == len(message):
        return ""
    if message[place : place + 1] != b",":
        raise NotOscError("No types where they belong.")
    end = _after_text(message, place)
    # nothing but the types and what fills them up to a word
    types = message[place + 1 : end].rstrip(b"\0").decode("ascii", "replace")
    if len(types) > MOST_ARGUMENTS:
        raise NotOscError("Too many arguments.")
    place = end
    for kind in types:
        if kind == "s":
            place = _after_text(message, place)
        elif kind in _SIZES_BYTES:
            place += _SIZES_BYTES[kind]
        else:
            raise NotOscError("An argument of a type that is not taken.")
    if place != len(message):
        raise NotOscError("Arguments that are longer or shorter than their types.")
    return types


def _after_text(message: bytes, place: int) -> int:
    """Return where the word after a text begins."""
    end = message.find(b"\0", place)
    after = (end // _WORD_BYTES + 1) * _WORD_BYTES
    if end < 0 or after > len(message) or message[end:after].strip(b"\0"):
        raise NotOscError("A text without an end.")
    return after
