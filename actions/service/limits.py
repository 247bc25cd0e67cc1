"""How much anybody may ask of the service: a budget for every source, and a log that a flood cannot fill.

Time comes from a clock that is handed in, in seconds of whatever beginning; nothing here waits.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final

MOST_SOURCES: Final = 512
LOG_PAUSE_SECONDS: Final = 1.0


class Budget:
    """So many requests a second for each source, and a number of them at once.

    Of more sources than ``most_sources`` the one that was silent longest is forgotten.
    """

    def __init__(
        self, clock: Callable[[], float], per_second: float, at_once: float, most_sources: int = MOST_SOURCES
    ) -> None:
        self._clock = clock
        self._per_second = per_second
        self._at_once = at_once
        self._most_sources = most_sources
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def spend(self, source: Hashable, cost: float = 1.0) -> bool:
        """Take what a request costs off the budget of a source; tell whether so much was left."""
        now = self._clock()
        left, then = self._left.pop(source, (self._at_once, now))
        left = min(self._at_once, left + max(0.0, now - then) * self._per_second)
        is_granted = left >= cost
        self._left[source] = (left - cost if is_granted else left, now)
        if len(self._left) > self._most_sources:
            self._left.popitem(last=False)
        return is_granted


class SparingLog:
    """Logs one line for each kind of trouble a second, with how many there were since the last one."""

    def __init__(self, log: logging.Logger, clock: Callable[[], float]) -> None:
        self._log = log
        self._clock = clock
        self._said: dict[str, tuple[float, int]] = {}

    def warn(self, kind: str, **facts: object) -> None:
        """Log a kind of trouble with its facts, unless that kind was logged within the second.

        ``kind`` is one of a few texts of ours; nothing that came in may make a new one.
        """
        now = self._clock()
        then, unsaid = self._said.get(kind, (float("-inf"), 0))
        if now - then < LOG_PAUSE_SECONDS:
            self._said[kind] = (then, unsaid + 1)
            return
        self._said[kind] = (now, 0)
        self._log.warning(kind, extra={**facts, "unsaid_count": unsaid})
