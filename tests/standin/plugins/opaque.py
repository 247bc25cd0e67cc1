"""Plug-ins of others: a state nobody can read, and plain knobs from 0 to 1.

Conventions: the state is kept byte for byte. Once a knob was turned, the values stand behind it, so that a saved
project and an undone step bring them back. Such a plug-in cannot tell what a value would be called.
"""

from __future__ import annotations

import functools
import hashlib
import struct
from collections.abc import Sequence

from tests.standin.plugins.instance import Parameter, float32
from tests.standin.plugins.laws import Linear
from tests.standin.plugins.payload import Payload
from tests.standin.plugins.vst import VstIdentity, VstInstance

KNOB_COUNT = 16
PANEL_KNOB_COUNT = 32
_MARK = b"turned knobs"


def identity(name: str, code: str, file: str) -> VstIdentity:
    """Return the identity of an invented VST 2 plug-in; the class id follows Steinberg's rule for such."""
    short = name.partition(": ")[2].partition(" (")[0].lower()
    class_id = f"VST{code}{short[:9]}".encode().ljust(16, b"\0").hex().upper()
    return VstIdentity(name, file, int.from_bytes(code.encode(), "big"), class_id)


CHANNEL_STRIP = identity("VST: Channel Strip (Third Party)", "chst", "channelstrip")
PANEL = identity("VST: Panel (Third Party)", "panl", "panel")
SYNTH = identity("VSTi: Tone Machine (Third Party)", "tonm", "tonemachine")


@functools.cache
def _table(count: int) -> tuple[Parameter, ...]:
    return tuple(Parameter(f"Knob {number}", Linear(decimals=2)) for number in range(1, count + 1))


class Opaque(VstInstance):
    """A plug-in whose state means nothing to anybody else."""

    formats_any_value = False

    def __init__(self, words: Sequence[str], payload: Payload, lines: Sequence[str] = ()) -> None:
        super().__init__(words, payload, lines)
        self._table = _table(PANEL_KNOB_COUNT if self.original_name == PANEL.name else KNOB_COUNT)
        self._own = payload.state
        self._values: list[float] = []
        self._turned = False
        self.load_state(payload.state)

    def parameters(self) -> Sequence[Parameter]:
        return self._table

    def value(self, index: int) -> float:
        return self._values[index]

    def store(self, index: int, value: float) -> None:
        self._values[index] = float32(value)
        self._turned = True

    def state(self) -> bytes:
        return self._own + (_MARK + struct.pack(f"<{len(self._values)}f", *self._values) if self._turned else b"")

    def load_state(self, state: bytes) -> bool:
        self._own, mark, numbers = state.partition(_MARK)
        count = len(self._table)
        self._turned = bool(mark) and len(numbers) == 4 * count
        if self._turned:
            self._values = list(struct.unpack(f"<{count}f", numbers))
        else:
            self._own = state
            self._values = [float32(byte / 255.0) for byte in hashlib.sha256(state).digest()[:count]]
        return True
