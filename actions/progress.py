"""How long work tells how far it is, and how it is stopped."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from reaper_bridge.session.errors import CancelledError


class Watcher(Protocol):
    """Somebody who wants to know how far the work is."""

    def stage(self, name: str, count: int = 0) -> None:
        """A part of the work begins: "listening", "deciding", "checking", "writing".

        ``count`` tells how many tracks will be told of; 0 if that is not known.
        """

    def track(self, name: str, ratio: float) -> None:
        """A track is done to a ratio from 0 to 1 within the present stage."""

    def notice(self, text: str, is_busy: bool = False) -> None:
        """Something one should know now, in one sentence. With ``is_busy``, REAPER is kept from work by it."""

    def done(self) -> None:
        """All work is done."""


class Silent:
    """A watcher that says nothing."""

    def stage(self, name: str, count: int = 0) -> None:
        """Say nothing."""

    def track(self, name: str, ratio: float) -> None:
        """Say nothing."""

    def notice(self, text: str, is_busy: bool = False) -> None:
        """Say nothing."""

    def done(self) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Course:
    """A watcher, and whether somebody wants to stop."""

    watcher: Watcher
    cancelled: Callable[[], bool] = lambda: False

    def stage(self, name: str, count: int = 0) -> None:
        """Announce a stage, unless the work was stopped.

        Raises:
            CancelledError: Somebody wants to stop; nothing has been written.
        """
        if self.cancelled():
            raise CancelledError("Stopped before anything was written; the project is as it was.")
        self.watcher.stage(name, count)

    def notice(self, text: str, is_busy: bool = False) -> None:
        """Say something that one should know now."""
        self.watcher.notice(text, is_busy)


QUIET = Course(Silent())
