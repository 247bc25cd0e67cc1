"""ReaDelay: wet, dry, and ten knobs a tap.

Conventions: ``i32 a; i32 b; i32 taps; i32 44; i32 2; i32 selected tap; f32 wet; f32 dry`` and eleven floats a tap,
of which the first has no knob and is kept.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from tests.standin.plugins.instance import Parameter, float32
from tests.standin.plugins.laws import SWITCH, Level, Linear
from tests.standin.plugins.payload import Payload
from tests.standin.plugins.vst import VstIdentity, VstInstance

READELAY = VstIdentity("VST: ReaDelay (Cockos)", "readelay", 1919247468, "5653547265646C72656164656C617900")
_HEAD = struct.Struct("<6i2f")
_TAP_NUMBERS = 11
_KNOBS = _TAP_NUMBERS - 1
_HZ = Linear(20_000.0, decimals=0, unit="Hz")
_TAP = (
    Parameter("Enabled", SWITCH),
    Parameter("Length (time)", Linear(10_000.0, unit="ms")),
    Parameter("Length (musical)", Linear(256.0, decimals=2, unit="8N")),
    Parameter("Feedback", Level(), 0.0, 1.0),
    Parameter("Lowpass", _HZ),
    Parameter("Hipass", _HZ),
    Parameter("Resolution", Linear(24.0, decimals=0, unit="bits")),
    Parameter("Stereo width", Linear(2.0, -1.0, decimals=2)),
    Parameter("Volume", Level(), 0.0, 4.0, 1.0),
    Parameter("Pan", Linear(200.0, -100.0, unit="%")),
)
_FRESH_TAP = (0.0, 1.0, 0.0, 4 / 256, 3.1622776e-8, 1.0, 0.0, 1.0, 1.0, 1.0, 0.5)


class ReaDelay(VstInstance):
    """A delay with as many taps as its state says."""

    def __init__(self, words: Sequence[str], payload: Payload, lines: Sequence[str] = ()) -> None:
        super().__init__(words, payload, lines)
        self._head: list[float] = [0, 0, 1, 44, 2, 0, 1.0, 1.0]
        self._taps: list[list[float]] = [[float32(value) for value in _FRESH_TAP]]
        self.load_state(payload.state)

    def parameters(self) -> Sequence[Parameter]:
        taps = [
            Parameter(f"{number}: {knob.name}", knob.law, knob.minimum, knob.maximum, knob.middle)
            for number in range(1, len(self._taps) + 1)
            for knob in _TAP
        ]
        return [Parameter("Wet", Level(), 0.0, 4.0, 1.0), Parameter("Dry", Level(), 0.0, 4.0, 1.0), *taps]

    def value(self, index: int) -> float:
        if index < 2:
            return self._head[6 + index]
        tap, knob = divmod(index - 2, _KNOBS)
        return self._taps[tap][knob + 1]

    def store(self, index: int, value: float) -> None:
        if index < 2:
            self._head[6 + index] = float32(value)
        else:
            tap, knob = divmod(index - 2, _KNOBS)
            self._taps[tap][knob + 1] = float32(value)

    def state(self) -> bytes:
        whole = [int(number) for number in self._head[:6]]
        state = _HEAD.pack(*whole, *self._head[6:])
        return state + b"".join(struct.pack(f"<{_TAP_NUMBERS}f", *tap) for tap in self._taps)

    def load_state(self, state: bytes) -> bool:
        if len(state) < _HEAD.size:
            return False
        head = _HEAD.unpack_from(state)
        count = head[2]
        if head[3:5] != (44, 2) or len(state) != _HEAD.size + 44 * count:
            return False
        self._head = list(head)
        self._taps = [
            list(struct.unpack_from(f"<{_TAP_NUMBERS}f", state, _HEAD.size + 44 * tap)) for tap in range(count)
        ]
        return True
