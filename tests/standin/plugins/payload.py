"""The binary inside a <VST block: header, private state and tail, and how REAPER cuts them into lines.

Conventions: little-endian. Whatever is not the state is kept as the bytes it came as; only the length of the state
is written anew. A block that nobody changed gives back its own lines.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace

MAGIC_CHUNK = 0xFEED5EEE
MAGIC_LIST = 0xFEED5EEF
LINE_BYTES = 96
_LINE_BYTES_SEEN = (96, 210, 40)


@dataclass(frozen=True)
class Payload:
    """A decoded payload. ``parts`` are the bytes as they were encoded together: split, or joined into one stream."""

    head: bytes
    """Everything before the length of the state: id, magic, pins."""
    is_chunk: int
    program: int
    flags: int
    state: bytes
    tail: bytes
    line_bytes: int = LINE_BYTES
    parts: str = "split"

    def with_state(self, state: bytes) -> Payload:
        """Return the same payload around another state."""
        return replace(self, state=state)

    def pins(self) -> tuple[list[int], list[int]]:
        """Return the channel masks of the inputs and of the outputs."""
        masks: list[list[int]] = []
        position = 8
        for _ in range(2):
            (count,) = struct.unpack_from("<I", self.head, position)
            masks.append(list(struct.unpack_from(f"<{count}Q", self.head, position + 4)))
            position += 4 + 8 * count
        return masks[0], masks[1]

    def with_pins(self, inputs: Sequence[int], outputs: Sequence[int]) -> Payload:
        """Return the same payload connected otherwise."""
        return replace(self, head=self.head[:8] + _packed_pins(inputs) + _packed_pins(outputs))

    def lines(self) -> list[str]:
        """Encode, the reverse of ``parse_payload``."""
        header = self.head + struct.pack("<IIhH", len(self.state), self.is_chunk, self.program, self.flags)
        joined = [header, self.state, self.tail]
        if self.parts == "joined":
            joined = [header + self.state + self.tail]
        elif self.parts == "half joined":
            joined = [header, self.state + self.tail]
        return [
            base64.b64encode(part[start : start + self.line_bytes]).decode()
            for part in joined
            for start in range(0, len(part), self.line_bytes)
        ]


def parse_payload(lines: Sequence[str]) -> Payload | None:
    """Read the lines of a <VST block; None where they are no such payload."""
    try:
        stream = b"".join(base64.b64decode(line, validate=True) for line in lines)
        position = 8
        for _ in range(2):
            (pins,) = struct.unpack_from("<I", stream, position)
            position += 4 + 8 * pins
        length, is_chunk, program, flags = struct.unpack_from("<IIhH", stream, position)
    except (ValueError, struct.error):
        return None
    start = position + 12
    if start + length > len(stream):
        return None
    head, state, tail = stream[:position], stream[start : start + length], stream[start + length :]
    for parts in ("split", "joined", "half joined"):
        for line_bytes in _LINE_BYTES_SEEN:
            payload = Payload(head, is_chunk, program, flags, state, tail, line_bytes, parts)
            if payload.lines() == list(lines):
                return payload
    return Payload(head, is_chunk, program, flags, state, tail)


def _packed_pins(masks: Sequence[int]) -> bytes:
    return struct.pack(f"<I{len(masks)}Q", len(masks), *masks)


def fresh_payload(vst_id: int, inputs: int, outputs: int, *, is_chunk: bool, state: bytes) -> Payload:
    """Return the payload REAPER 7 writes around the state of a new plug-in."""
    head = struct.pack("<II", vst_id, MAGIC_CHUNK if is_chunk else MAGIC_LIST)
    for pins in (inputs, outputs):
        head += _packed_pins([1 << pin for pin in range(pins)])
    return Payload(head, int(is_chunk), 0, 0x10, state, b"\0\0" + struct.pack("<I", 0x10))
