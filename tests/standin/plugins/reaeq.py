"""ReaEQ: three knobs a band and a global gain over a state that holds Hz, amplitudes and octaves.

Conventions: ``u32 bytes a band, u32 bands``, per band ``i32 type, i32 enabled, f64 Hz, f64 amplitude, f64 octaves,
[u8 log scale]``, then ``i32, i32, f64 global amplitude`` and a tail that is kept as it came. Raw values: frequency
by a law to base 401, amplitude / 4, octaves / 4.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.standin.plugins.instance import Parameter, float32
from tests.standin.plugins.laws import Exponential, Level, Linear
from tests.standin.plugins.payload import Payload
from tests.standin.plugins.vst import VstIdentity, VstInstance

REAEQ = VstIdentity("VST: ReaEQ (Cockos)", "reaeq", 1919247729, "56535472656571726561657100000000")
LOW_SHELF, HIGH_SHELF, LOW_PASS, HIGH_PASS, ALL_PASS, NOTCH, BAND_PASS, BAND, PARALLEL = 0, 1, 3, 4, 5, 6, 7, 8, 10
TYPE_NAMES = {
    LOW_SHELF: "Low Shelf",
    HIGH_SHELF: "High Shelf",
    2: "Band",
    LOW_PASS: "Low Pass",
    HIGH_PASS: "High Pass",
    ALL_PASS: "All Pass",
    NOTCH: "Notch",
    BAND_PASS: "Band Pass",
    BAND: "Band",
    9: "Band",
    PARALLEL: "Parallel Band Pass",
}
_FREQUENCY, _GAIN, _OCTAVES = Exponential(), Level(4.0), Linear(4.0, decimals=2, unit="oct")
_BAND = struct.Struct("<iiddd")
_CLOSING = struct.Struct("<iid")
_LEAST_OCTAVES = 0.01


@dataclass(frozen=True)
class EqBand:
    """One band as the state holds it; the gain is an amplitude."""

    kind: int
    enabled: int
    frequency_hz: float
    gain: float
    octaves: float
    rest: bytes = b"\1"


FRESH = (
    EqBand(LOW_SHELF, 1, 100.0, 1.0, 0.8),
    EqBand(BAND, 1, 300.0, 1.0, 2.0),
    EqBand(BAND, 1, 1000.0, 1.0, 2.0),
    EqBand(HIGH_SHELF, 1, 5000.0, 1.0, 0.8),
    EqBand(HIGH_PASS, 0, 100.0, 1.0, 2.0),
)
_FRESH_TAIL = struct.pack("<4i", 0, 593, 428, 2)


@functools.lru_cache(maxsize=256)
def _parameters(kinds: tuple[int, ...]) -> tuple[Parameter, ...]:
    table = []
    for number, kind in enumerate(kinds, start=1):
        name = TYPE_NAMES.get(kind, "Band") + (f" {number}" if number > 1 else "")
        table += [
            Parameter(f"Freq-{name}", _FREQUENCY),
            Parameter(f"Gain-{name}", _GAIN, middle=0.25),
            Parameter(f"BW-{name}", _OCTAVES),
        ]
    return (*table, Parameter("Global Gain", _GAIN, middle=0.25))


class ReaEq(VstInstance):
    """An equaliser with as many bands as its state says."""

    def __init__(self, words: Sequence[str], payload: Payload, lines: Sequence[str] = ()) -> None:
        super().__init__(words, payload, lines)
        self.bands: list[EqBand] = list(FRESH)
        self.gain = 1.0
        self._shown = (1, 1)
        self._tail = _FRESH_TAIL
        self._band_bytes = 33
        self.load_state(payload.state)

    def parameters(self) -> Sequence[Parameter]:
        return _parameters(tuple(band.kind for band in self.bands))

    def value(self, index: int) -> float:
        band, knob = divmod(index, 3)
        if band == len(self.bands):
            raw = self.gain / 4.0
        elif knob == 0:
            raw = self.parameter(index).law.raw(self.bands[band].frequency_hz)
        elif knob == 1:
            raw = self.bands[band].gain / 4.0
        else:
            raw = self.bands[band].octaves / 4.0
        return float32(min(max(raw, 0.0), 1.0))

    def store(self, index: int, value: float) -> None:
        value = float32(value)
        band, knob = divmod(index, 3)
        if band == len(self.bands):
            self.gain = value * 4.0
        elif knob == 0:
            self._change(band, frequency_hz=self.parameter(index).law.number(value))
        elif knob == 1:
            self._change(band, gain=value * 4.0)
        else:
            self._change(band, octaves=max(value * 4.0, _LEAST_OCTAVES))

    def config(self, key: str) -> str | None:
        for word, field in (("BANDTYPE", "kind"), ("BANDENABLED", "enabled")):
            if key.startswith(word):
                band = self._band_number(key[len(word) :])
                return None if band is None else str(getattr(self.bands[band], field))
        return super().config(key)

    def set_config(self, key: str, text: str) -> bool:
        for word, field in (("BANDTYPE", "kind"), ("BANDENABLED", "enabled")):
            if key.startswith(word):
                band = self._band_number(key[len(word) :])
                if band is None or not text.isdigit() or (field == "kind" and int(text) not in TYPE_NAMES):
                    return False
                self._change(band, **{field: int(text) if field == "kind" else int(text != "0")})
                return True
        return super().set_config(key, text)

    def state(self) -> bytes:
        state = struct.pack("<II", self._band_bytes, len(self.bands))
        for band in self.bands:
            state += _BAND.pack(band.kind, band.enabled, band.frequency_hz, band.gain, band.octaves) + band.rest
        return state + _CLOSING.pack(*self._shown, self.gain) + self._tail

    def load_state(self, state: bytes) -> bool:
        try:
            size, count = struct.unpack_from("<II", state)
            if size not in (32, 33) or count > 256 or len(state) < 8 + count * size + _CLOSING.size:
                return False
            bands = []
            for start in range(8, 8 + count * size, size):
                rest = state[start + _BAND.size : start + size]
                bands.append(EqBand(*_BAND.unpack_from(state, start), rest))  # type: ignore[call-arg]
        except struct.error:
            return False
        closing = 8 + count * size
        first, second, self.gain = _CLOSING.unpack_from(state, closing)
        self.bands, self._shown, self._band_bytes = bands, (first, second), size
        self._tail = state[closing + _CLOSING.size :]
        return True

    def _change(self, band: int, **fields: Any) -> None:
        self.bands[band] = replace(self.bands[band], **fields)

    def _band_number(self, text: str) -> int | None:
        return int(text) if text.isdigit() and int(text) < len(self.bands) else None
