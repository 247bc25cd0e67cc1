"""FX chains: slots in a row, each a plug-in with what REAPER itself adds to it (wet, delta, envelopes)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.standin.envelopes import Envelope, new_guid
from tests.standin.handles import Guid
from tests.standin.plugin_port import Plugin

ADDED = (("Bypass", ":bypass"), ("Wet", ":wet"), ("Delta", ":delta"))
"""The parameters REAPER appends behind a plug-in's own, in its order."""


@dataclass(eq=False)
class Slot:
    """One place in a chain."""

    plugin: Plugin
    wet: float = 1.0
    delta: float = 0.0
    envelopes: dict[int, Envelope] = field(default_factory=dict)
    kept: list[Any] = field(default_factory=list)
    bypass_tail: list[str] = field(default_factory=lambda: ["0"])
    _guid: Guid | None = None

    @property
    def guid(self) -> Guid:
        """The plug-in's GUID as something to point at."""
        if self._guid is None or self._guid.text != self.plugin.guid:
            self._guid = Guid(self.plugin.guid)
        return self._guid

    def copy(self, track: Any) -> Slot:
        other = Slot(self.plugin.copy(), self.wet, self.delta, {}, list(self.kept), list(self.bypass_tail))
        for index, envelope in self.envelopes.items():
            other.envelopes[index] = envelope.copy(track, other)
        return other

    def duplicate(self, track: Any) -> Slot:
        """Copy as a person copies: the new plug-in has a GUID of its own."""
        other = self.copy(track)
        other.plugin.guid = new_guid()
        for envelope in other.envelopes.values():
            envelope.guid = new_guid()
        return other

    @property
    def shown_name(self) -> str:
        return self.plugin.renamed_name or self.plugin.name

    def parameter_count(self) -> int:
        return 0 if self.plugin.offline else self.plugin.parameter_count() + len(ADDED)

    def added(self, index: int) -> int:
        """Return 0, 1, 2 for bypass, wet, delta and a negative number for a parameter of the plug-in's own."""
        return index - self.plugin.parameter_count()

    def raw(self, index: int) -> tuple[float, float, float]:
        added = self.added(index)
        if added < 0:
            return self.plugin.raw(index)
        return ((float(not self.plugin.enabled), self.wet, self.delta)[added], 0.0, 1.0)

    def set_raw(self, index: int, value: float) -> None:
        added = self.added(index)
        if added < 0:
            self.plugin.set_raw(index, value)
        elif added == 0:
            self.plugin.enabled = value < 0.5
        elif added == 1:
            self.wet = min(max(value, 0.0), 1.0)
        else:
            self.delta = float(value >= 0.5)

    def normalized(self, index: int) -> float:
        return self.plugin.normalized(index) if self.added(index) < 0 else self.raw(index)[0]

    def set_normalized(self, index: int, value: float) -> None:
        if self.added(index) < 0:
            self.plugin.set_normalized(index, value)
        else:
            self.set_raw(index, value)

    def name(self, index: int) -> str:
        added = self.added(index)
        return self.plugin.parameter_name(index) if added < 0 else ADDED[added][0]

    def ident(self, index: int) -> str:
        added = self.added(index)
        return self.plugin.parameter_ident(index) if added < 0 else ADDED[added][1]

    def shown(self, index: int) -> str:
        return self.plugin.shown(index) if self.added(index) < 0 else self._shown_added(index, self.raw(index)[0])

    def shown_at(self, index: int, normalized: float) -> str | None:
        if self.added(index) < 0:
            return self.plugin.shown_at(index, normalized)
        return self._shown_added(index, normalized)

    def _shown_added(self, index: int, value: float) -> str:
        if self.added(index) == 1:
            return f"{value * 100.0:.0f}"
        return ("normal", "bypassed")[value >= 0.5] if self.added(index) == 0 else ("off", "on")[value >= 0.5]


@dataclass(eq=False)
class Chain:
    """The plug-ins of a track in order, and the lines about the chain's window."""

    slots: list[Slot] = field(default_factory=list)
    header: list[Any] = field(default_factory=list)

    def copy(self, track: Any) -> Chain:
        return Chain([slot.copy(track) for slot in self.slots], list(self.header))
