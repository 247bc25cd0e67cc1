"""What all plug-ins of the stand-in have in common: parameters by a table, limits, named configuration, copies."""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from tests.standin.plugin_port import SWITCHES
from tests.standin.plugins.laws import LAWS, Choice, Law, Linear

NO_GUID = "{00000000-0000-0000-0000-000000000000}"
_PLAIN = Linear(decimals=3)
_WRITABLE = ("force_auto_bypass", "parallel", "instance_oversample_shift", "channel_config")
AnyInstance = TypeVar("AnyInstance", bound="Instance")


@dataclass(frozen=True)
class Parameter:
    """One knob: its name, range and law. ``middle`` is where REAPER draws the centre of its lane."""

    name: str
    law: Law = _PLAIN
    minimum: float = 0.0
    maximum: float = 1.0
    middle: float = 0.5
    ident: str = ""

    def vst_ident(self, index: int) -> str:
        """Return the ident REAPER makes for a VST's parameter: ``1:_Gain_Low_Shelf``."""
        return self.ident or f"{index}:_" + re.sub(r"[^A-Za-z0-9]+", "_", self.name).strip("_")


class Instance:
    """A plug-in whose parameters are numbers of a table; kinds of plug-ins say where the numbers are kept."""

    fx_type = "VST"
    formats_any_value = True

    def __init__(self, name: str, ident: str) -> None:
        self.name = self.original_name = name
        self.ident = ident
        self.guid = NO_GUID
        self.enabled = True
        self.offline = False
        self.preset = ""
        self.renamed_name = ""
        self.is_instrument = False
        self._configured: dict[str, str] = {}

    # what a kind of plug-in has to say

    def parameters(self) -> Sequence[Parameter]:
        """Return the table of knobs as it is now."""
        raise NotImplementedError

    def value(self, index: int) -> float:
        """Return a raw value as it is stored."""
        raise NotImplementedError

    def store(self, index: int, value: float) -> None:
        """Keep a raw value that lies in the knob's range."""
        raise NotImplementedError

    def block(self) -> Any:
        raise NotImplementedError

    # what REAPER asks

    def parameter_count(self) -> int:
        return 0 if self.offline else len(self.parameters())

    def parameter(self, index: int) -> Parameter:
        """Return a knob, with the law a switch may have put under it."""
        parameter = self.parameters()[index]
        for (word, number), law in SWITCHES.laws.items():
            if number == index and word in self.original_name:
                parameter = replace(parameter, law=LAWS[law])
        return parameter

    def parameter_name(self, index: int) -> str:
        return self.parameters()[index].name

    def parameter_ident(self, index: int) -> str:
        return self.parameters()[index].vst_ident(index)

    def middle(self, index: int) -> float:
        """Return where the lane of this knob has its centre, in raw units."""
        return self.parameters()[index].middle

    def step_sizes(self, index: int) -> tuple[bool, float, float, float, int]:
        """Return whether the knob moves in steps, the step and its small and large kin, and whether it is a switch."""
        law = self.parameters()[index].law
        step = 1.0 / law.steps if isinstance(law, Choice) else 0.0
        return (step > 0.0, step, step, step, int(step == 1.0))

    def raw(self, index: int) -> tuple[float, float, float]:
        parameter = self.parameters()[index]
        return self.value(index), parameter.minimum, parameter.maximum

    def set_raw(self, index: int, value: float) -> None:
        parameter = self.parameters()[index]
        if not self.is_read_only(index) and value == value:
            self.store(index, self._on_a_step(index, min(max(value, parameter.minimum), parameter.maximum)))

    def normalized(self, index: int) -> float:
        value, minimum, maximum = self.raw(index)
        return (value - minimum) / (maximum - minimum) if maximum > minimum else 0.0

    def set_normalized(self, index: int, value: float) -> None:
        self.set_raw(index, self._raw_at(index, value))

    def shown(self, index: int) -> str:
        return self._text(index, self.value(index))

    def shown_at(self, index: int, normalized: float) -> str | None:
        if not self.formats_any_value:
            return None
        return self._text(index, self._on_a_step(index, self._raw_at(index, normalized)))

    def is_read_only(self, index: int) -> bool:
        """Tell whether this knob does not move when a script turns it."""
        return any(number in (index, None) and word in self.original_name for word, number in SWITCHES.read_only)

    def config(self, key: str) -> str | None:
        if key in _WRITABLE:
            return self._configured.get(key, "0")
        facts = {
            "fx_type": self.fx_type,
            "fx_ident": self.ident,
            "fx_name": self.renamed_name or self.name,
            "original_name": self.original_name,
            "renamed_name": self.renamed_name,
            "is_instrument": str(int(self.is_instrument)),
            "pdc": "0",
        }
        return facts.get(key)

    def set_config(self, key: str, text: str) -> bool:
        if key == "renamed_name":
            self.renamed_name = text
            return True
        if key in _WRITABLE:
            self._configured[key] = text
            return True
        return False

    def copy(self: AnyInstance) -> AnyInstance:
        # undo copies whole projects: only lists and tables can change, everything else may be shared
        twin = object.__new__(type(self))
        twin.__dict__.update({key: _unshared(value) for key, value in self.__dict__.items()})
        return twin

    def _raw_at(self, index: int, normalized: float) -> float:
        parameter = self.parameters()[index]
        return parameter.minimum + min(max(normalized, 0.0), 1.0) * (parameter.maximum - parameter.minimum)

    def _on_a_step(self, index: int, raw: float) -> float:
        """Return the nearest value a knob with steps can stand at."""
        for (word, number), steps in SWITCHES.steps.items():
            if number == index and word in self.original_name:
                parameter = self.parameters()[index]
                size = (parameter.maximum - parameter.minimum) / steps
                return parameter.minimum + round((raw - parameter.minimum) / size) * size
        return raw

    def _text(self, index: int, raw: float) -> str:
        law = self.parameter(index).law
        text = law.text(raw)
        if not law.unit or not self.shows_units():
            return text
        return text + law.unit if law.unit.startswith(":") else f"{text} {law.unit}"

    def shows_units(self) -> bool:
        """Tell whether the display carries its unit. ReaPlugs show bare numbers unless a switch says otherwise."""
        return SWITCHES.units


def _unshared(value: Any) -> Any:
    if isinstance(value, list):
        return [_unshared(part) for part in value]
    return dict(value) if isinstance(value, dict) else value


def float32(value: float) -> float:
    """Return a number as a VST's 32-bit parameter keeps it."""
    return float(struct.unpack("<f", struct.pack("<f", value))[0])
