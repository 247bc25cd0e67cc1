"""What somebody asks the service for, from wherever he asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

LONGEST_WORD: Final = 64
AT_ONCE: Final = ("state", "cancel", "stop")
"""Answered without waiting for the worker."""


LATEST: Final[Mapping[str, tuple[str, ...]]] = {
    "amount": ("part",),
    "nudge": ("name",),
    "loudness": (),
    "genre": (),
    "hear": (),
    "solo": ("change",),
    "lock": ("track",),
    "include": ("track",),
    "role": ("track",),
}
"""Verbs that say how things shall be: of those that wait and are the same in these options the last one wins."""


@dataclass(frozen=True)
class Order:
    """One request. ``request_id`` makes a repeated one harmless; "" is none.

    Of the orders that wait with the same ``latest_of`` the last one wins, as of a fader that is being moved; "" is for
    orders of which each counts.
    """

    do: str
    request_id: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    latest_of: str = ""

    @property
    def replaces(self) -> str:
        """What orders that wait have in common with this one, so that it takes their place; "" where it takes none."""
        if self.latest_of or self.do not in LATEST:
            return self.latest_of
        return " ".join((self.do, *(str(self.options.get(name)) for name in LATEST[self.do])))

    @property
    def subject(self) -> tuple[str, str]:
        """What makes two orders the same."""
        return self.do, repr(sorted(self.options.items()))


@dataclass(frozen=True)
class Done:
    """How an order ended, in one sentence. ``details`` are plain values for who wants to know more."""

    sentence: str
    has_changed: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)
