"""ReaLimit: 48 bytes with plain dB, three knobs, and three named configuration values.

Conventions: ``i32 3; i32 true peak; f64 threshold dB; f64 ceiling dB; i32 x 4; f64 release`` where the release is
the factor that is left of the gain reduction after a second. How its knobs run between their ends is not known;
here they run evenly over the 24 dB that saved projects show.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from tests.standin.plugins.instance import Parameter, float32
from tests.standin.plugins.laws import Decay, Linear, fixed
from tests.standin.plugins.payload import Payload
from tests.standin.plugins.vst import VstIdentity, VstInstance

REALIMIT = VstIdentity("VST: ReaLimit (Cockos)", "realimit", 1919708532, "565354726C6D747265616C696D697400")
_STATE = struct.Struct("<iidd16sd")
_REST = struct.pack("<4i", 2, 0, 0, 0)
_DEPTH_DB = 24.0
_DB = Linear(_DEPTH_DB, -_DEPTH_DB, decimals=1, unit="dB")


class ReaLimit(VstInstance):
    """A limiter."""

    def __init__(self, words: Sequence[str], payload: Payload, lines: Sequence[str] = ()) -> None:
        super().__init__(words, payload, lines)
        self.true_peak = 0
        self.threshold_db = self.ceiling_db = 0.0
        self.release = 10.0 ** (-15.0 / 20.0)
        self._version, self._rest = 3, _REST
        self.load_state(payload.state)

    def parameters(self) -> Sequence[Parameter]:
        return (Parameter("Threshold", _DB), Parameter("Ceiling", _DB), Parameter("Release", Decay()))

    def value(self, index: int) -> float:
        if index == 2:
            return float32(self.release)
        level_db = (self.threshold_db, self.ceiling_db)[index]
        return float32(min(max(_DB.raw(level_db), 0.0), 1.0))

    def store(self, index: int, value: float) -> None:
        if index == 2:
            self.release = value
        elif index == 1:
            self.ceiling_db = _DB.number(float32(value))
        else:
            self.threshold_db = _DB.number(float32(value))

    def config(self, key: str) -> str | None:
        named = {"THRESHOLD": fixed(self.threshold_db, 6), "CEILING": fixed(self.ceiling_db, 6)}
        named["TRUEPEAK"] = str(self.true_peak)
        return named.get(key) or super().config(key)

    def set_config(self, key: str, text: str) -> bool:
        if key not in ("THRESHOLD", "CEILING", "TRUEPEAK"):
            return super().set_config(key, text)
        try:
            number = float(text)
        except ValueError:
            return False
        if key == "TRUEPEAK":
            self.true_peak = int(number != 0.0)
        elif key == "CEILING":
            self.ceiling_db = min(max(number, -_DEPTH_DB), 0.0)
        else:
            self.threshold_db = min(max(number, -_DEPTH_DB), 0.0)
        return True

    def state(self) -> bytes:
        levels = (self.threshold_db, self.ceiling_db)
        return _STATE.pack(self._version, self.true_peak, *levels, self._rest, self.release)

    def load_state(self, state: bytes) -> bool:
        if len(state) != _STATE.size:
            return False
        self._version, self.true_peak, self.threshold_db, self.ceiling_db, self._rest, self.release = _STATE.unpack(
            state
        )
        return True
