"""Who may see the panel: whoever brings the token of its link, and after that the browser that was given the cookie.

The token stands behind the ``#`` of the link, where no browser sends it to anybody by itself; the page hands it in, and
gets a cookie no script can read. Both are made anew with every start of the service. A ticket is a token for one use
within a minute: it is what a browser is started with, where other users may see the command line.
"""

import hmac
import secrets
from collections.abc import Callable
from time import monotonic
from typing import Final

TICKET_SECONDS: Final = 60.0
MOST_TICKETS: Final = 16


class PanelDoor:
    """Knows the token, the tickets and the cookie."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.token: Final = secrets.token_urlsafe(32)
        self.cookie: Final = secrets.token_urlsafe(32)
        self._clock = clock
        self._tickets: dict[str, float] = {}

    def ticket(self) -> str:
        """Return a token for one use, soon."""
        ticket = secrets.token_urlsafe(32)
        self._tickets[ticket] = self._clock() + TICKET_SECONDS
        while len(self._tickets) > MOST_TICKETS:
            del self._tickets[next(iter(self._tickets))]
        return ticket

    def admits_token(self, told: str) -> bool:
        """Tell whether somebody brings the token, or a ticket; a ticket is used up by it."""
        if _same(told, self.token):
            return True
        known = next((ticket for ticket in self._tickets if _same(told, ticket)), None)
        return known is not None and self._tickets.pop(known) >= self._clock()

    def admits_cookie(self, told: str | None) -> bool:
        """Tell whether a browser was let in before."""
        return told is not None and _same(told, self.cookie)


def _same(told: str, known: str) -> bool:
    return hmac.compare_digest(told.encode("utf-8", "surrogatepass"), known.encode())
