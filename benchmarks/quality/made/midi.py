"""Standard MIDI files of one track, just enough to have a soundfont play them."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

_TICKS_PER_SECOND = 960


@dataclass(frozen=True)
class Note:
    """One note: when, how long, which key (0 to 127) and how hard (1 to 127)."""

    start_seconds: float
    length_seconds: float
    key: int
    velocity: int


def format_midi(notes: Sequence[Note], *, program: int, is_drums: bool) -> bytes:
    """Return a MIDI file (format 0, 120 beats per minute, 480 ticks per beat) that plays notes on one channel."""
    channel = 9 if is_drums else 0
    events: list[tuple[int, int, bytes]] = [(0, 0, bytes((0xC0 | channel, program)))]
    for note in notes:
        start = max(1, round(note.start_seconds * _TICKS_PER_SECOND))
        end = start + max(1, round(note.length_seconds * _TICKS_PER_SECOND))
        events.append((start, 2, bytes((0x90 | channel, note.key, note.velocity))))
        events.append((end, 1, bytes((0x80 | channel, note.key, 0))))
    body, now = b"", 0
    for tick, _, message in sorted(events):
        body += _variable_length(tick - now) + message
        now = tick
    body += b"\x00\xff\x2f\x00"
    return b"MThd" + struct.pack(">IHHH", 6, 0, 1, 480) + b"MTrk" + struct.pack(">I", len(body)) + body


def _variable_length(value: int) -> bytes:
    parts = [value & 0x7F]
    while value := value >> 7:
        parts.append(0x80 | value & 0x7F)
    return bytes(reversed(parts))
