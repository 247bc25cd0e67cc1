"""A client is where it listens, until it says goodbye or nothing for long."""

from actions.service.osc_clients import MOST_CLIENTS, MOST_PORTS, SILENT_SECONDS, Clients
from tests.unit.actions.service.test_osc_pacing import Clock

TABLET = ("192.0.2.1", 50_000)


def test_who_names_no_port_listens_where_he_sends_from_or_where_the_settings_say() -> None:
    assert Clients(Clock()).place_of(TABLET) == TABLET
    assert Clients(Clock(), reply_port=9000).place_of(TABLET) == ("192.0.2.1", 9000)


def test_a_program_that_sends_from_ever_new_ports_is_one_client() -> None:
    clients = Clients(Clock())
    for number in range(3):
        clients.listen_on(("192.0.2.1", 50_001 + number), 9200)
        clients.welcome(("192.0.2.1", 60_001 + number), 0)
        assert clients.place_of(("192.0.2.1", 40_001 + number)) == ("192.0.2.1", 9200), (
            "and its other words are its own"
        )
    assert [client.place for client in clients] == [("192.0.2.1", 9200)]


def test_another_program_at_the_same_address_stays_where_it_is() -> None:
    clients = Clients(Clock())
    client = clients.welcome(TABLET, 0)
    assert not clients.listen_on(("192.0.2.1", 50_001), 9200)
    clients.welcome(("192.0.2.1", 50_002), 0)
    later = ("192.0.2.1", 50_003)
    assert clients.welcome(later, 0).place == later, "the port was named for one hello, not for all"
    assert clients.of(TABLET) is client
    assert {client.place for client in clients} == {TABLET, ("192.0.2.1", 9200), later}


def test_naming_a_port_takes_nothing_from_who_listens_there() -> None:
    clients = Clients(Clock())
    clients.listen_on(("192.0.2.1", 50_001), 9200)
    clients.welcome(("192.0.2.1", 50_001), 0)
    clients.listen_on(("192.0.2.1", 50_002), 9200)
    assert not clients.listen_on(("192.0.2.1", 50_003), 9300)
    assert [client.place for client in clients] == [("192.0.2.1", 9200)]


def test_a_client_that_names_another_port_moves_there() -> None:
    clients = Clients(Clock())
    clients.welcome(TABLET, 0)
    assert not clients.listen_on(TABLET, TABLET[1])
    assert clients.listen_on(TABLET, 9000)
    assert len(clients) == 0
    clients.welcome(TABLET, 0)
    assert [client.place for client in clients] == [("192.0.2.1", 9000)]
    assert clients.listen_on(TABLET, 0)
    assert clients.place_of(TABLET) == TABLET


def test_goodbye_ends_it() -> None:
    clients = Clients(Clock())
    clients.welcome(TABLET, 0)
    clients.goodbye(TABLET)
    assert clients.of(TABLET) is None


def test_the_silent_are_forgotten_and_any_word_counts() -> None:
    clock = Clock()
    clients = Clients(clock)
    clients.welcome(TABLET, 0)
    clients.welcome(("192.0.2.2", 50_000), 0)
    clock.seconds += SILENT_SECONDS * 0.75
    assert clients.of(TABLET) is not None
    clock.seconds += SILENT_SECONDS * 0.5
    clients.forget_silent()
    assert [client.place for client in clients] == [TABLET]


def test_there_is_room_for_so_many_and_the_longest_silent_goes() -> None:
    clients = Clients(Clock())
    for number in range(MOST_CLIENTS):
        clients.welcome(("192.0.2.1", 50_000 + number), 0)
    assert clients.of(TABLET) is not None
    clients.welcome(("192.0.2.2", 50_000), 0)
    assert len(clients) == MOST_CLIENTS
    assert clients.of(TABLET) is not None
    assert clients.of(("192.0.2.1", 50_001)) is None


def test_ports_that_were_named_are_kept_of_a_bounded_number() -> None:
    clients = Clients(Clock())
    for number in range(3 * MOST_PORTS):
        clients.listen_on((f"192.0.{number // 250}.{number % 250}", 50_000), 9200)
    assert len(clients._port_of_source) == len(clients._port_of_ip) == len(clients._port_of_next) == MOST_PORTS
