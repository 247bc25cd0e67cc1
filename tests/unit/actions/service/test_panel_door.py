"""Who may see the panel: the token of the link, tickets for one use, the cookie."""

from actions.service.panel_door import MOST_TICKETS, TICKET_SECONDS, PanelDoor


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_token_lets_in_as_often_as_it_is_brought() -> None:
    door = PanelDoor()
    assert door.admits_token(door.token)
    assert door.admits_token(door.token)


def test_nothing_else_lets_in() -> None:
    door = PanelDoor()
    for told in ("", " ", door.token[:-1], door.token + "x", door.token.swapcase(), door.cookie, "\ud800"):
        assert not door.admits_token(told)


def test_a_ticket_lets_in_once() -> None:
    door = PanelDoor()
    ticket = door.ticket()
    assert door.admits_token(ticket)
    assert not door.admits_token(ticket)


def test_a_ticket_is_good_for_a_minute() -> None:
    clock = Clock()
    door = PanelDoor(clock)
    early, late = door.ticket(), door.ticket()
    clock.now += TICKET_SECONDS
    assert door.admits_token(early)
    clock.now += 0.1
    assert not door.admits_token(late)


def test_many_tickets_make_the_oldest_void() -> None:
    door = PanelDoor()
    tickets = [door.ticket() for _ in range(MOST_TICKETS + 1)]
    assert not door.admits_token(tickets[0])
    assert all(door.admits_token(ticket) for ticket in tickets[1:])


def test_a_browser_is_known_by_its_cookie_alone() -> None:
    door = PanelDoor()
    assert door.admits_cookie(door.cookie)
    for told in (None, "", door.token, door.ticket(), door.cookie + "x"):
        assert not door.admits_cookie(told)


def test_every_start_has_a_token_of_its_own() -> None:
    assert PanelDoor().token != PanelDoor().token
