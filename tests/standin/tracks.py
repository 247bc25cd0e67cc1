"""Tracks, sends and everything a track holds, under the names the API gives its values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.standin.chains import Chain
from tests.standin.envelopes import Envelope, new_guid
from tests.standin.items import Item

DEFAULTS: dict[str, float] = {
    "D_VOL": 1.0,
    "D_PAN": 0.0,
    "D_WIDTH": 1.0,
    "D_DUALPANL": -1.0,
    "D_DUALPANR": 1.0,
    "D_PANLAW": -1.0,
    "I_PANMODE": -1.0,
    "I_PANLAW_FLAGS": -1.0,
    "B_MUTE": 0.0,
    "B_PHASE": 0.0,
    "I_SOLO": 0.0,
    "B_SOLO_DEFEAT": 0.0,
    "I_FXEN": 1.0,
    "I_NCHAN": 2.0,
    "B_MAINSEND": 1.0,
    "C_MAINSEND_OFFS": 0.0,
    "C_MAINSEND_NCH": 0.0,
    "I_FOLDERDEPTH": 0.0,
    "I_FOLDERCOMPACT": 0.0,
    "I_SELECTED": 0.0,
    "I_AUTOMODE": 0.0,
    "I_RECARM": 0.0,
    "I_RECINPUT": -1.0,
    "I_RECMON": 0.0,
    "I_RECMODE": 0.0,
    "I_CUSTOMCOLOR": 0.0,
    "I_FREEMODE": 0.0,
    "I_PERFFLAGS": 0.0,
    "I_VUMODE": 0.0,
    "B_SHOWINMIXER": 1.0,
    "B_SHOWINTCP": 1.0,
    "I_HEIGHTOVERRIDE": 0.0,
    "D_PLAY_OFFSET": 0.0,
    "I_PLAY_OFFSET_FLAG": 1.0,
    "C_BEATATTACHMODE": -1.0,
    "B_AUTO_RECARM": 0.0,
    "I_MIDIHWOUT": -1.0,
    "I_SPACER": 0.0,
    "C_ALLLANESPLAY": 0.0,
}
"""Values scripts may read and set, with what a new track has."""

SEND_DEFAULTS: dict[str, float] = {
    "D_VOL": 1.0,
    "D_PAN": 0.0,
    "B_MUTE": 0.0,
    "B_MONO": 0.0,
    "B_PHASE": 0.0,
    "I_SENDMODE": 0.0,
    "I_SRCCHAN": 0.0,
    "I_DSTCHAN": 0.0,
    "D_PANLAW": -1.0,
    "I_MIDIFLAGS": 0.0,
    "I_AUTOMODE": -1.0,
}


@dataclass(eq=False)
class Track:
    """One track, or the master."""

    name: str = ""
    guid: str = ""
    is_master: bool = False
    values: dict[str, float] = field(default_factory=lambda: dict(DEFAULTS))
    lanes: dict[int, float] = field(default_factory=dict)
    ext: dict[str, str] = field(default_factory=dict)
    chain: Chain = field(default_factory=Chain)
    input_chain: Chain = field(default_factory=Chain)
    envelopes: dict[str, Envelope] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    groups: dict[str, int] = field(default_factory=dict)
    freezes: list[Any] = field(default_factory=list)
    kept: list[Any] = field(default_factory=list)
    pointer: int = 0
    guid_handle: Any = None

    def __post_init__(self) -> None:
        self.guid = self.guid or new_guid()

    def parts(self) -> list[Any]:
        return [*self.all_envelopes(), *self.items]

    def all_envelopes(self) -> list[Envelope]:
        slots = [*self.chain.slots, *self.input_chain.slots]
        return [*self.envelopes.values(), *(e for slot in slots for e in slot.envelopes.values())]

    def copy(self) -> Track:
        other = Track(
            self.name,
            self.guid,
            self.is_master,
            dict(self.values),
            dict(self.lanes),
            dict(self.ext),
            groups=dict(self.groups),
            freezes=list(self.freezes),
            kept=list(self.kept),
        )
        other.chain, other.input_chain = self.chain.copy(other), self.input_chain.copy(other)
        other.envelopes = {tag: envelope.copy(other) for tag, envelope in self.envelopes.items()}
        other.items = [item.copy(other) for item in self.items]
        return other


@dataclass(eq=False)
class Send:
    """A connection of a track to another, or to the hardware when it has no destination."""

    source: Track
    destination: Track | None
    values: dict[str, float] = field(default_factory=lambda: dict(SEND_DEFAULTS))
    envelopes: dict[str, Envelope] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    ext: dict[str, str] = field(default_factory=dict)
    pointer: int = 0

    def parts(self) -> list[Any]:
        return list(self.envelopes.values())

    def copy(self, tracks: dict[int, Track]) -> Send:
        other = Send(
            tracks[id(self.source)],
            None if self.destination is None else tracks[id(self.destination)],
            dict(self.values),
            kept=list(self.kept),
            ext=dict(self.ext),
        )
        other.envelopes = {tag: envelope.copy(other) for tag, envelope in self.envelopes.items()}
        return other
