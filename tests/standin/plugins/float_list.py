"""ReaComp, ReaGate and ReaVerbate: plug-ins that store their raw parameter values one after the other.

Conventions: ``u32 0xDEADBEEF, u32 0xDEADF00D``, then 32-bit floats. A project of an older REAPER holds fewer; they
are kept as few until one of the newer knobs is turned.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from tests.standin.plugins.instance import Parameter, float32
from tests.standin.plugins.laws import SWITCH, Choice, Level, Linear
from tests.standin.plugins.payload import Payload
from tests.standin.plugins.vst import VstIdentity, VstInstance

_MARK = struct.pack("<II", 0xDEADBEEF, 0xDEADF00D)
_HZ = Linear(20_000.0, decimals=0, unit="Hz")
_DETECTOR = Choice(("Main Input L + R", "Main Input L", "Auxiliary Input L+R"), steps=1084)
_INPUT = Choice(("Main Input L + R",), steps=1084)
_OVERSAMPLING = Choice(("None", "None, limit"), steps=13)
_UNKNOWN = Linear(decimals=4)


def _level(name: str, most: float) -> Parameter:
    return Parameter(name, Level(), 0.0, most, 1.0)


REACOMP = VstIdentity("VST: ReaComp (Cockos)", "reacomp", 1919247213, "5653547265636D726561636F6D700000", inputs=4)
REACOMP_PARAMETERS = (
    _level("Threshold", 2.0),
    Parameter("Ratio", Linear(99.0, 1.0)),
    Parameter("Attack", Linear(500.0, unit="ms")),
    Parameter("Release", Linear(5000.0, decimals=0, unit="ms")),
    Parameter("Pre-comp", Linear(250.0, unit="ms")),
    Parameter("resvd", _UNKNOWN),
    Parameter("Lowpass", _HZ),
    Parameter("Hipass", _HZ),
    Parameter("SignIn", _DETECTOR),
    Parameter("AudIn", _INPUT),
    _level("Dry", 4.0),
    _level("Wet", 4.0),
    Parameter("PreviewF", SWITCH),
    Parameter("RMS size", Linear(100.0, unit="ms")),
    Parameter("Knee", Linear(24.0, unit="dB")),
    Parameter("AutoMkUp", SWITCH),
    Parameter("AutoRel", SWITCH),
    Parameter("ClsAttk", Linear(decimals=2)),
    Parameter("AntiAls", _OVERSAMPLING),
    Parameter("p19", _UNKNOWN),
    Parameter("p20", _UNKNOWN),
)
REACOMP_FRESH = (
    1.0, 3 / 99, 0.006, 0.02, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 3.1622776e-8, 1.0, 0.0, 0.05, 0.0, 0.0, 0.0, 0.25, 0.0, 0.0,
    0.0,
)  # fmt: skip

REAGATE = VstIdentity("VST: ReaGate (Cockos)", "reagate", 1919248244, "56535472656774726561676174650000", inputs=4)
REAGATE_PARAMETERS = (
    _level("Threshold", 2.0),
    Parameter("Attack", Linear(500.0, unit="ms")),
    Parameter("Release", Linear(5000.0, decimals=0, unit="ms")),
    Parameter("Pre-open", Linear(250.0, unit="ms")),
    Parameter("Hold", Linear(1000.0, decimals=0, unit="ms")),
    Parameter("Lowpass", _HZ),
    Parameter("Hipass", _HZ),
    Parameter("SignIn", _DETECTOR),
    Parameter("AudIn", _INPUT),
    _level("Dry", 4.0),
    _level("Wet", 4.0),
    _level("Noise", 4.0),
    _level("Hystrsis", 4.0),
    Parameter("PreviewF", SWITCH),
    Parameter("RMS size", Linear(100.0, unit="ms")),
    Parameter("UseMIDI", SWITCH),
    Parameter("MIDInote", Linear(127.0, decimals=0)),
    Parameter("MIDIchan", Linear(15.0, 1.0, decimals=0)),
    Parameter("InvrtWet", SWITCH),
    Parameter("p19", _UNKNOWN),
    Parameter("p20", _UNKNOWN),
)
REAGATE_FRESH = (
    0.0, 0.006, 0.02, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 69 / 127, 0.0, 0.0, 0.0, 0.0,
)  # fmt: skip

REAVERBATE = VstIdentity("VST: ReaVerbate (Cockos)", "reaverbate", 1920361016, "56535472766238726561766572626174")
REAVERBATE_PARAMETERS = (
    _level("Wet", 4.0),
    _level("Dry", 4.0),
    Parameter("Room size", Linear(100.0, decimals=0, unit="%")),
    Parameter("Dampening", Linear(100.0, decimals=0, unit="%")),
    Parameter("Stereo width", Linear(decimals=2)),
    Parameter("Initial delay", Linear(500.0, unit="ms")),
    Parameter("Lowpass", _HZ),
    Parameter("Hipass", _HZ),
)
REAVERBATE_FRESH = (0.5, 1.0, 0.73, 0.5, 1.0, 0.0, 1.0, 0.0)


class ListInstance(VstInstance):
    """A plug-in whose state is the list of its raw values."""

    is_chunk = False
    table: Sequence[Parameter] = ()
    defaults: Sequence[float] = ()

    def __init__(self, words: Sequence[str], payload: Payload, lines: Sequence[str] = ()) -> None:
        super().__init__(words, payload, lines)
        self._values: list[float] = [float32(value) for value in self.defaults]
        self._stored_count = len(self._values)
        self.load_state(payload.state)

    def parameters(self) -> Sequence[Parameter]:
        return self.table

    def value(self, index: int) -> float:
        return self._values[index]

    def store(self, index: int, value: float) -> None:
        self._values[index] = float32(value)
        self._stored_count = max(self._stored_count, index + 1)

    def number(self, name: str) -> float:
        """Return a knob's number in the unit of its display, for the renderer."""
        index = next(index for index, parameter in enumerate(self.table) if parameter.name == name)
        return self.parameter(index).law.number(self.value(index))

    def state(self) -> bytes:
        return _MARK + struct.pack(f"<{self._stored_count}f", *self._values[: self._stored_count])

    def load_state(self, state: bytes) -> bool:
        count = (len(state) - len(_MARK)) // 4
        if not state.startswith(_MARK) or len(state) != len(_MARK) + 4 * count or count > len(self.table):
            return False
        stored = struct.unpack_from(f"<{count}f", state, len(_MARK))
        self._values = [*stored, *(float32(value) for value in self.defaults[count:])]
        self._stored_count = count
        return True


class ReaComp(ListInstance):
    table, defaults = REACOMP_PARAMETERS, REACOMP_FRESH

    def config(self, key: str) -> str | None:
        return "0.0" if key == "GainReduction_dB" else super().config(key)


class ReaGate(ListInstance):
    table, defaults = REAGATE_PARAMETERS, REAGATE_FRESH


class ReaVerbate(ListInstance):
    table, defaults = REAVERBATE_PARAMETERS, REAVERBATE_FRESH
