"""How often we speak and listen: a few messages a second for each address, and no button twice at once.

Time comes from a clock that is handed in, in seconds of whatever beginning; nothing here waits.
"""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from actions.service.osc_values import Sent

MOST_PER_SECOND: Final = 30
PAUSE_SECONDS: Final = 1.02 / MOST_PER_SECOND
"""A little more than a thirtieth, so that no second ever sees one too many."""
DEBOUNCE_SECONDS: Final = 0.3
HOLD_SECONDS: Final = 0.2
"""How long after his last move of a fader somebody is told where it stands; earlier it would jump under his finger."""
IDS_KEPT: Final = 16
"""Of each button; a packet that is later than that many presses is none of this session."""


class Coalescer:
    """What one client is still to be told: of each address the last value, at most thirty times a second.

    A value that the client was told last is not told again, unless ``forget`` was called.
    """

    def __init__(self, clock: Callable[[], float], pause_seconds: float = PAUSE_SECONDS) -> None:
        self._clock = clock
        self._pause_seconds = pause_seconds
        self._waiting: dict[str, Sent] = {}
        self._told: dict[str, tuple[float, Sent | None]] = {}
        self._held_until: dict[str, float] = {}

    def offer(self, path: str, value: Sent) -> None:
        """Have a value told, instead of an earlier one of the same address that still waits."""
        told = self._told.get(path)
        if told is not None and told[1] == value:
            self._waiting.pop(path, None)
        else:
            self._waiting[path] = value

    def due(self) -> list[tuple[str, Sent]]:
        """Return what may be told now, the longest waiting first; it counts as told."""
        now = self._clock()
        ready = [(path, value) for path, value in self._waiting.items() if self._when(path, now) <= now]
        for path, value in ready:
            del self._waiting[path]
            self._held_until.pop(path, None)
            self._told[path] = (now, value)
        return ready

    def due_in_seconds(self) -> float | None:
        """Return how long until something is due, 0 if something is, None if nothing waits."""
        if not self._waiting:
            return None
        now = self._clock()
        return max(0.0, min(self._when(path, now) for path in self._waiting) - now)

    def forget(self, paths: Sequence[str] | None = None) -> None:
        """Take it that the client was told nothing of these paths, or of none at all: a packet may have been lost.

        The pause counts on, so that who asks for everything again and again is not told more often.
        """
        for path in list(self._told) if paths is None else paths:
            if path in self._told:
                self._told[path] = (self._told[path][0], None)

    def hold(self, path: str, seconds: float = HOLD_SECONDS) -> None:
        """Tell nothing of a path for a while, as the client moves it himself, and then whatever was offered last."""
        self.forget([path])
        self._held_until[path] = self._clock() + seconds

    def _when(self, path: str, now: float) -> float:
        told = self._told.get(path)
        when = now if told is None else told[0] + self._pause_seconds
        return max(when, self._held_until.get(path, when))


class Debounce:
    """Lets a press of a button through once: by its request id if it has one, else not again for a while."""

    def __init__(self, clock: Callable[[], float], pause_seconds: float = DEBOUNCE_SECONDS) -> None:
        self._clock = clock
        self._pause_seconds = pause_seconds
        self._pressed: dict[str, float] = {}
        self._ids: dict[str, deque[str]] = {}

    def is_fresh(self, path: str, request_id: str = "") -> bool:
        """Tell whether a press counts, and remember it if it does."""
        now = self._clock()
        if request_id:
            known = self._ids.setdefault(path, deque(maxlen=IDS_KEPT))
            if request_id in known:
                return False
            known.append(request_id)
            self._pressed[path] = now
            return True
        before = self._pressed.get(path)
        if before is not None and 0.0 <= now - before < self._pause_seconds:
            return False
        self._pressed[path] = now
        return True
