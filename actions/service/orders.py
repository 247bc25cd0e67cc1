"""What somebody asks the service for, from wherever he asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

LONGEST_WORD: Final = 64
AT_ONCE: Final = ("state", "cancel", "stop")
"""Answered without waiting for the worker."""


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
    def subject(self) -> tuple[str, str]:
        """What makes two orders the same."""
        return self.do, repr(sorted(self.options.items()))


@dataclass(frozen=True)
class Done:
    """How an order ended, in one sentence. ``details`` are plain values for who wants to know more."""

    sentence: str
    has_changed: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)
