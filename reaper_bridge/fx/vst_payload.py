"""What stands between the lines of a <VST block: base64 of a header, the plug-in's state and a tail.

Little-endian. HEADER: ``u32 id, u32 magic, u32 n, n * u64 input pins, u32 m, m * u64 output pins, u32 bytes
of state, u32 is chunk, i16 program, u16 flags``. TAIL (absent in REAPER 1 to 3): program name, preset name,
both ending in NUL, ``u32 flags``. Pin masks: bit c is track channel c. Every line is base64 of its own;
REAPER cuts the three parts one by one every 96 or 210 bytes, older versions all of it in one.
"""

import base64
import binascii
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

MAGIC_OF_CHUNK: Final = 0xFEED5EEE
MAGIC_OF_LIST: Final = 0xFEED5EEF
FRESH_TAIL: Final = b"\0\0" + struct.pack("<I", 0x10)
_FRESH_FLAGS: Final = 0x10
_WIDTHS: Final = (96, 210, 40)
_MOST_PINS: Final = 4096


@dataclass(frozen=True)
class Cut:
    """How a payload is cut into lines: which parts are cut as one, and after how many bytes.

    ``lengths`` lists the bytes of each line where no rule reproduces them.
    """

    parts: tuple[tuple[int, ...], ...] = ((0,), (1,), (2,))
    width: int = 96
    lengths: tuple[int, ...] = ()


SEPARATE: Final = ((0,), (1,), (2,))
JOINED: Final = ((0, 1, 2),)
_JOINED_TAIL: Final = ((0,), (1, 2))


@dataclass(frozen=True)
class VstPayload:
    """A payload taken apart. ``tail`` is kept as it is: names and flags are the engineer's."""

    vst_id: int
    magic: int
    input_pins: tuple[int, ...]
    output_pins: tuple[int, ...]
    chunk_word: int
    state: bytes
    program_index: int = 0
    flags: int = _FRESH_FLAGS
    tail: bytes = FRESH_TAIL
    cut: Cut = Cut()

    def with_state(self, state: bytes) -> "VstPayload":
        """Return the same payload around another state."""
        cut = Cut() if self.cut.lengths and len(state) != len(self.state) else self.cut
        return replace(self, state=state, cut=cut)

    @property
    def is_chunk(self) -> bool:
        """Whether the state is the plug-in's own format, not a float list."""
        return self.chunk_word != 0

    @property
    def header(self) -> bytes:
        """The header's bytes."""
        inputs, outputs = self.input_pins, self.output_pins
        return (
            struct.pack("<III", self.vst_id, self.magic, len(inputs))
            + struct.pack(f"<{len(inputs)}Q", *inputs)
            + struct.pack(f"<I{len(outputs)}Q", len(outputs), *outputs)
            + struct.pack("<IIhH", len(self.state), self.chunk_word, self.program_index, self.flags)
        )


def parse_payload(lines: Sequence[bytes]) -> VstPayload | None:
    """Read the payload lines of a block; None where they are not a VST payload."""
    try:
        decoded = [base64.b64decode(line.strip(), validate=True) for line in lines]
    except (binascii.Error, ValueError):
        return None
    payload = _payload_of(b"".join(decoded))
    if payload is None:
        return None
    return replace(payload, cut=_cut_of(payload, [len(part) for part in decoded]))


def payload_id(lines: Sequence[bytes]) -> int:
    """Return the plug-in id that payload lines begin with, without reading them all; 0 where there is none."""
    start = b""
    for line in lines:
        try:
            start += base64.b64decode(line.strip()[:8], validate=True)
        except (binascii.Error, ValueError):
            return 0
        if len(start) >= 4:
            return int.from_bytes(start[:4], "little")
        if len(line.strip()) > 8:
            return 0
    return 0


def format_payload(payload: VstPayload) -> list[bytes]:
    """Write the payload lines, the reverse of ``parse_payload``: byte for byte, cuts included."""
    sections = (payload.header, payload.state, payload.tail)
    if payload.cut.lengths:
        pieces = _pieces(b"".join(sections), payload.cut.lengths)
    else:
        joined = [b"".join(sections[part] for part in group) for group in payload.cut.parts]
        width = payload.cut.width
        pieces = [whole[at : at + width] for whole in joined for at in range(0, len(whole), width)]
    return [base64.b64encode(piece) for piece in pieces]


def _payload_of(data: bytes) -> VstPayload | None:
    try:
        vst_id, magic, input_count = struct.unpack_from("<III", data)
        if input_count > _MOST_PINS:
            return None
        at = 12 + 8 * input_count
        inputs = struct.unpack_from(f"<{input_count}Q", data, 12)
        (output_count,) = struct.unpack_from("<I", data, at)
        if output_count > _MOST_PINS:
            return None
        outputs = struct.unpack_from(f"<{output_count}Q", data, at + 4)
        at += 4 + 8 * output_count
        size, word, program, flags = struct.unpack_from("<IIhH", data, at)
    except struct.error:
        return None
    at += 12
    if magic not in (MAGIC_OF_CHUNK, MAGIC_OF_LIST) or at + size > len(data):
        return None
    state, tail = data[at : at + size], data[at + size :]
    return VstPayload(vst_id, magic, inputs, outputs, word, state, program, flags, tail)


def _cut_of(payload: VstPayload, lengths: list[int]) -> Cut:
    """Find the rule that gives these lines, or keep their lengths."""
    sizes = (len(payload.header), len(payload.state), len(payload.tail))
    for parts in (SEPARATE, JOINED, _JOINED_TAIL):
        wholes = [sum(sizes[part] for part in group) for group in parts]
        for width in _WIDTHS:
            if [min(width, whole - at) for whole in wholes for at in range(0, whole, width)] == lengths:
                return Cut(parts, width)
    return Cut(lengths=tuple(lengths))


def _pieces(data: bytes, lengths: Sequence[int]) -> list[bytes]:
    pieces, at = [], 0
    for length in lengths:
        pieces.append(data[at : at + length])
        at += length
    return pieces
