"""What was done about a track that others cover: remedies from the cheapest on, and why the others were not chosen."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from reaper_bridge.session.identity import TrackId

RemedyName: TypeAlias = Literal["level", "pan", "eq", "ducking"]
REMEDIES: Final[tuple[RemedyName, ...]] = ("level", "pan", "eq", "ducking")
"""From the cheapest on: what costs the sound least comes first."""


@dataclass(frozen=True)
class Remedy:
    """One remedy: how much is still covered after it and all cheaper ones, 0 to 1, and what speaks for or against it.

    ``covered_ratio`` is None where it was not tried.
    """

    name: RemedyName
    covered_ratio: float | None
    because: str


@dataclass(frozen=True)
class Masked:
    """A track, and those that cover it between two frequencies while both play.

    ``before_ratio`` and ``after_ratio`` are how much of it they cover, as the session was and in the end, 0 to 1.
    ``chosen`` is the remedy that was enough, or the last one that could be had; None where none helps.
    """

    key: TrackId
    others: tuple[TrackId, ...]
    group: str
    low_hz: float
    high_hz: float
    limit_ratio: float
    before_ratio: float
    after_ratio: float
    chosen: RemedyName | None
    remedies: tuple[Remedy, ...] = ()

    @property
    def is_cleared(self) -> bool:
        """Whether no more is covered than is allowed."""
        return self.after_ratio <= self.limit_ratio
