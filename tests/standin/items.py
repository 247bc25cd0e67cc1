"""Items, takes and the sources they play."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.standin.chains import Chain
from tests.standin.envelopes import Envelope, new_guid

ITEM_DEFAULTS: dict[str, float] = {
    "D_POSITION": 0.0,
    "D_SNAPOFFSET": 0.0,
    "D_LENGTH": 0.0,
    "D_VOL": 1.0,
    "B_MUTE": 0.0,
    "C_MUTE_SOLO": 0.0,
    "B_LOOPSRC": 0.0,
    "B_ALLTAKESPLAY": 0.0,
    "C_FADEINSHAPE": 1.0,
    "D_FADEINLEN": 0.01,
    "D_FADEINLEN_AUTO": 0.0,
    "D_FADEINDIR": 0.0,
    "C_FADEOUTSHAPE": 1.0,
    "D_FADEOUTLEN": 0.01,
    "D_FADEOUTLEN_AUTO": 0.0,
    "D_FADEOUTDIR": 0.0,
    "I_GROUPID": 0.0,
    "C_LOCK": 0.0,
    "B_UISEL": 0.0,
    "I_CURTAKE": 0.0,
    "F_FREEMODE_Y": 0.0,
    "F_FREEMODE_H": 1.0,
    "I_FIXEDLANE": 0.0,
    "C_LANEPLAYS": 2.0,
    "I_CUSTOMCOLOR": 0.0,
    "C_BEATATTACHMODE": -1.0,
    "C_AUTOSTRETCH": 0.0,
}
TAKE_DEFAULTS: dict[str, float] = {
    "D_STARTOFFS": 0.0,
    "D_VOL": 1.0,
    "D_PAN": 0.0,
    "D_PANLAW": -1.0,
    "D_PLAYRATE": 1.0,
    "D_PITCH": 0.0,
    "B_PPITCH": 1.0,
    "I_CHANMODE": 0.0,
    "I_PITCHMODE": -1.0,
    "I_STRETCHFLAGS": 0.0,
    "I_CUSTOMCOLOR": 0.0,
}


@dataclass(eq=False)
class Source:
    """A file on disk, notes in the project, or a section of another source."""

    type: str
    path: str = ""
    inner: Source | None = None
    section_offset_seconds: float = 0.0
    section_length_seconds: float = 0.0
    is_reversed: bool = False
    length_quarters: float = 0.0
    note_count: int = 0
    element: Any = None
    pointer: int = 0

    def parts(self) -> tuple[Any, ...]:
        return () if self.inner is None else (self.inner,)

    def copy(self) -> Source:
        inner = None if self.inner is None else self.inner.copy()
        return Source(
            self.type,
            self.path,
            inner,
            self.section_offset_seconds,
            self.section_length_seconds,
            self.is_reversed,
            self.length_quarters,
            self.note_count,
            self.element,
        )

    def facts(self) -> tuple[float, int, int]:
        """Return length in seconds, rate in hertz and channels of the file; zeros where it cannot be read."""
        if self.inner is not None:
            length, rate, channels = self.inner.facts()
            return (self.section_length_seconds or length, rate, channels)
        return _file_facts(self.path) if self.path else (0.0, 0, 0)


@dataclass(eq=False)
class Take:
    """One take of an item."""

    item: Any
    name: str = ""
    guid: str = ""
    values: dict[str, float] = field(default_factory=lambda: dict(TAKE_DEFAULTS))
    source: Source | None = None
    envelopes: dict[str, Envelope] = field(default_factory=dict)
    stretch: list[tuple[float, float, float]] = field(default_factory=list)
    """Stretch markers: place in the take, place in the source, slope."""
    chain: Chain = field(default_factory=Chain)
    ext: dict[str, str] = field(default_factory=dict)
    kept: list[Any] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    """What stands behind TAKE, for takes after the first."""
    pointer: int = 0

    def __post_init__(self) -> None:
        self.guid = self.guid or new_guid()

    def parts(self) -> list[Any]:
        return [*self.envelopes.values(), *([] if self.source is None else [self.source])]

    def copy(self, item: Any) -> Take:
        other = Take(
            item,
            self.name,
            self.guid,
            dict(self.values),
            None if self.source is None else self.source.copy(),
            {},
            list(self.stretch),
            self.chain,
            dict(self.ext),
            list(self.kept),
            list(self.head),
        )
        other.envelopes = {tag: envelope.copy(other) for tag, envelope in self.envelopes.items()}
        return other


@dataclass(eq=False)
class Item:
    """One item on a track."""

    track: Any
    guid: str = ""
    values: dict[str, float] = field(default_factory=lambda: dict(ITEM_DEFAULTS))
    takes: list[Take | None] = field(default_factory=list)
    ext: dict[str, str] = field(default_factory=dict)
    kept: list[Any] = field(default_factory=list)
    pointer: int = 0

    def __post_init__(self) -> None:
        self.guid = self.guid or new_guid()

    def parts(self) -> list[Any]:
        return [take for take in self.takes if take is not None]

    def copy(self, track: Any) -> Item:
        other = Item(track, self.guid, dict(self.values), [], dict(self.ext), list(self.kept))
        other.takes = [None if take is None else take.copy(other) for take in self.takes]
        return other

    def active_take(self) -> Take | None:
        at = int(self.values["I_CURTAKE"])
        return self.takes[at] if 0 <= at < len(self.takes) else None


_FACTS: dict[tuple[str, int], tuple[float, int, int]] = {}


def _file_facts(path: str) -> tuple[float, int, int]:
    try:
        key = (path, Path(path).stat().st_mtime_ns)
    except (OSError, ValueError):
        return (0.0, 0, 0)
    if key not in _FACTS:
        import soundfile  # only where a script asks for it: it costs a tenth of a second

        try:
            info = soundfile.info(path)
            _FACTS[key] = (info.frames / info.samplerate, info.samplerate, info.channels)
        except soundfile.LibsndfileError:
            _FACTS[key] = (0.0, 0, 0)
    return _FACTS[key]
