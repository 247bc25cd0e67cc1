"""Messages become orders, and everybody who said hello sees what is asked, and how it came to stand."""

import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from actions.service.addresses import ADDRESSES, PREFIX, indices
from actions.service.limits import SparingLog
from actions.service.orders import Done, Order
from actions.service.osc_clients import Clients, Place
from actions.service.osc_conversation import ASK_PAUSE_SECONDS, Conversation
from actions.service.osc_feedback import ALIVE, ALIVE_SECONDS, DUMP_PAUSE_SECONDS, NOTHING, REPLY_PORT
from actions.service.osc_pacing import DEBOUNCE_SECONDS, HOLD_SECONDS, PAUSE_SECONDS
from actions.service.osc_values import Sent
from actions.service.picture import OF_EACH_CLIENT, ChangePicture, DeskPicture, TrackPicture
from actions.service.state import State
from reaper_bridge.session.errors import CancelledError
from tests.unit.actions.service.test_osc_pacing import Clock

TABLET, OTHER = ("192.0.2.1", 50_000), ("192.0.2.2", 50_000)
OWN_PORT = 9100
CHANGES = tuple(
    ChangePicture(f"{{T{n}}}/fader", f"fader {n}", "too loud", "balance", f"{{T{n}}}", "Kick") for n in (1, 2, 3)
)
TRACKS = tuple(TrackPicture(f"{{T{n}}}", f"Track {n}", "kick", "Kick", 0.9, "drums") for n in (1, 2))
READY = DeskPicture(state=State(name="ready", sentence="Ready."))
MIXED = replace(READY, changes=CHANGES, tracks=TRACKS)


@dataclass
class Room:
    """A conversation with its clock, its service, and everything that was sent."""

    picture: DeskPicture = MIXED
    clock: Clock = field(default_factory=Clock)
    orders: list[Order] = field(default_factory=list)
    futures: "list[Future[Done]]" = field(default_factory=list)
    waiting: list[Callable[[], None]] = field(default_factory=list)
    told: dict[Place, dict[str, Sent]] = field(default_factory=dict)
    is_stopping: bool = False

    def __post_init__(self) -> None:
        self.clients = Clients(self.clock)
        log = SparingLog(logging.getLogger("tests.osc"), self.clock)
        self.conversation = Conversation(
            self.ask, lambda: self.picture, self.clients, self.clock, self.waiting.append, log, OWN_PORT
        )

    def ask(self, order: Order) -> "Future[Done]":
        if self.is_stopping:
            raise CancelledError("The service is stopping.")
        self.orders.append(order)
        self.futures.append(Future())
        return self.futures[-1]

    def show(self, picture: DeskPicture) -> None:
        self.picture = picture
        self.conversation.feedback.look()

    def done(self, number: int = -1) -> None:
        """Let an order end, and what was waiting for that happen."""
        self.futures[number].set_result(Done("Done."))
        waiting, self.waiting[:] = list(self.waiting), []
        for what in waiting:
            what()

    def say(self, path: str, *arguments: object, source: Place = TABLET) -> None:
        self.conversation.hear(PREFIX + path, arguments, source, 0)

    def heard(self, source: Place = TABLET, seconds: float = 1.0) -> dict[str, Sent]:
        """Return what a client was told last of everything, since he was last asked for it and for a while from now."""
        for _ in range(round(seconds / PAUSE_SECONDS) + 1):
            for _, place, told in self.conversation.due():
                self.told.setdefault(place, {}).update({path.removeprefix(PREFIX): value for path, value in told})
            self.clock.seconds += PAUSE_SECONDS
        return self.told.pop(source, {})

    def now(self, source: Place = TABLET) -> dict[str, Sent]:
        return self.heard(source, 0.0)


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def table(room: Room) -> Room:
    """Two tablets that have been told everything."""
    for source in (TABLET, OTHER):
        room.say("/hello", 1, source=source)
    room.heard()
    room.told.clear()
    return room


def without_alive(told: dict[str, Sent]) -> dict[str, Sent]:
    return {path: value for path, value in told.items() if path != "/alive"}


def test_nobody_is_told_anything_before_he_says_hello(room: Room) -> None:
    room.show(READY)
    assert room.conversation.due_in_seconds() is None
    assert room.heard() == {}


def test_hello_is_answered_with_everything_there_is_and_what_is_not(room: Room) -> None:
    room.say("/hello", 1)
    told = room.now()
    expected = sum(
        len(indices(address))
        for address in ADDRESSES
        if address.feedback != "none" and address.path != f"{PREFIX}/pong"
    )
    assert len(told) == expected == len(NOTHING) + len(OF_EACH_CLIENT) - 1
    assert (told["/status"], told["/change/count"], told["/change/3/text"]) == ("Ready.", 3, "Kick: fader 3")
    assert (told["/change/4/text"], told["/change/4/accept"]) == ("", 0), "a row of an earlier session goes"
    assert (told["/reply_port"], told["/track/2/role"]) == (TABLET[1], "kick")
    assert (told["/meter/after/loudness"], told["/meter/after/loudness/str"]) == (-70.0, "–")


def test_hello_again_is_answered_again_but_not_without_end(room: Room) -> None:
    for _ in range(5):
        room.say("/hello", 1)
    assert "/status" in room.now()
    room.say("/refresh", 1)
    assert room.now() == {}
    room.clock.seconds += DUMP_PAUSE_SECONDS
    room.say("/refresh", 1)
    assert "/status" in room.heard()


def test_letting_go_of_hello_is_nothing(room: Room) -> None:
    room.say("/hello", 0)
    assert len(room.clients) == 0


def test_what_changes_is_told_to_all_and_nothing_else(table: Room) -> None:
    table.show(replace(MIXED, nudges={**MIXED.nudges, "vocal": 0.5}))
    expected = {"/nudge/vocal": 0.5, "/nudge/vocal/str": "+50 %"}
    assert without_alive(table.now(TABLET)) == expected
    table.show(replace(MIXED, nudges={**MIXED.nudges, "vocal": 0.25}, changes=CHANGES[:2]))
    told = table.heard(OTHER)
    assert told["/nudge/vocal"] == 0.25
    assert (told["/change/count"], told["/change/3/text"], told["/change/3/accept"]) == (2, "", 0)
    assert "/change/1/text" not in told


def test_what_changes_while_nobody_listens_is_told_to_who_comes_then(room: Room) -> None:
    room.show(replace(MIXED, genre="rock"))
    room.say("/hello", 1)
    assert room.now()["/genre"] == "rock"


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State(name="ready", sentence="Ready.", result="First pass 1."), "Ready. First pass 1."),
        (State(name="listening", track="Kick"), "Listening: Kick"),
        (State(name="writing"), "Writing"),
        (State(name="failed", sentence="The disk is full.", result="The disk is full."), "The disk is full."),
    ],
)
def test_the_status_is_a_sentence_also_while_it_works(table: Room, state: State, status: str) -> None:
    table.show(DeskPicture(state=state))
    assert table.heard()["/status"] == status


def test_a_button_becomes_an_order_and_is_lit_until_it_is_done(table: Room) -> None:
    table.say("/mix/all", 1)
    assert [order.do for order in table.orders] == ["mix_all"]
    assert table.now(TABLET)["/mix/all"] == table.now(OTHER)["/mix/all"] == 1
    table.say("/mix/all", 0)
    assert len(table.orders) == 1
    table.done()
    assert table.heard()["/mix/all"] == 0


@pytest.mark.parametrize("arguments", [(), (1,), (1.0,), (True,), ("1",), (1, "x")])
def test_a_button_is_pressed_by_whatever_a_client_sends_for_it(table: Room, arguments: tuple[Any, ...]) -> None:
    table.say("/analyse", *arguments)
    assert [order.do for order in table.orders] == ["analyse"]


@pytest.mark.parametrize("arguments", [(0,), (0.0,), (False,), ("0",), (float("nan"),), ("now",), (b"1",), (1, 2, 3)])
def test_a_button_is_not_pressed_by_letting_go_nor_by_nonsense(table: Room, arguments: tuple[Any, ...]) -> None:
    table.say("/analyse", *arguments)
    assert table.orders == []


def test_a_button_pressed_twice_at_once_counts_once_whoever_presses(table: Room) -> None:
    table.say("/takeback", 1)
    table.say("/takeback", 1)
    table.say("/takeback", 1, source=OTHER)
    assert len(table.orders) == 1
    table.clock.seconds += 1.01 * DEBOUNCE_SECONDS
    table.say("/takeback", 1)
    assert len(table.orders) == 2


def test_a_request_id_counts_once_for_each_client(table: Room) -> None:
    for _ in range(3):
        table.say("/takeback", 1, "7")
        table.clock.seconds += 1.0
    table.say("/takeback", 1, "7", source=OTHER)
    table.say("/takeback", 1, "8")
    assert len({order.request_id for order in table.orders}) == len(table.orders) == 3


def test_a_fader_is_told_to_the_others_at_once_and_to_who_moves_it_when_he_rests(table: Room) -> None:
    table.say("/nudge/vocal", 0.5)
    told = table.now(TABLET)
    assert "/nudge/vocal" not in told
    assert told["/nudge/vocal/str"] == "+50 %", "words do not move under a finger"
    table.say("/nudge/vocal", 0.75)
    assert table.heard(OTHER, HOLD_SECONDS / 2)["/nudge/vocal"] == 0.75
    table.say("/nudge/vocal", 0.8)
    assert "/nudge/vocal" not in table.heard(TABLET, HOLD_SECONDS * 0.8)
    assert table.heard(TABLET)["/nudge/vocal"] == pytest.approx(0.8)


def test_of_a_fader_that_is_moved_the_first_value_is_asked_for_at_once_and_the_last_one_surely(table: Room) -> None:
    for step in range(101):
        table.say("/nudge/vocal", step / 100)
        assert [order.options["value"] for order in table.orders][:1] == [0.0]
        table.heard(seconds=0.0)
    table.heard()
    values = [order.options["value"] for order in table.orders]
    assert values[-1] == 1.0
    assert values == sorted(values)
    moved_seconds = 101 * PAUSE_SECONDS
    assert len(values) <= moved_seconds / ASK_PAUSE_SECONDS + 2
    assert table.conversation.due_in_seconds() is not None


def test_a_value_that_waits_is_asked_for_though_nobody_listens(room: Room) -> None:
    room.say("/amount", 0.5)
    room.say("/amount", 0.6)
    assert 0.0 < (room.conversation.due_in_seconds() or 0.0) <= ASK_PAUSE_SECONDS
    room.heard()
    assert [order.options["ratio"] for order in room.orders] == [0.5, 0.6]
    assert room.conversation.due_in_seconds() is None


def test_a_fader_shows_how_it_truly_came_to_stand(table: Room) -> None:
    table.say("/amount", 0.5)
    assert table.heard(OTHER)["/amount"] == 0.5
    table.show(replace(MIXED, amount_ratio=1.0))
    assert "/amount" not in table.heard(OTHER), "the worker has not come to it yet"
    table.done()
    told = table.heard(OTHER)
    assert (told["/amount"], told["/amount/str"]) == (1.0, "100 %")


def test_of_two_moves_the_end_of_the_first_does_not_bring_the_fader_back(table: Room) -> None:
    table.say("/amount", 0.5)
    table.say("/amount", 0.6)
    table.done(0)
    assert table.heard(OTHER)["/amount"] == pytest.approx(0.6)
    assert len(table.orders) == 2
    table.show(replace(MIXED, amount_ratio=0.6))
    table.done(1)
    assert "/amount" not in table.heard(OTHER)


def test_what_is_out_of_range_comes_back_clamped(table: Room) -> None:
    table.say("/amount", 7.0)
    assert table.orders[0].options["ratio"] == 1.0
    assert table.heard(TABLET)["/amount"] == 1.0, "though he was told 1 before"


def test_a_switch_and_a_text_come_back_at_once(table: Room) -> None:
    table.say("/track/1/lock", 1)
    table.say("/track/2/role", "Alphorn")
    assert [order.do for order in table.orders] == ["lock"], "there is no such role"
    table.say("/genre", "ROCK")
    told = table.now()
    assert (told["/track/1/lock"], told["/genre"]) == (1, "rock")


def test_a_change_is_named_by_what_it_is(table: Room) -> None:
    table.say("/change/2/reject", 1)
    table.say("/change/9/reject", 1)
    table.say("/change/0/reject", 1)
    table.say("/change/x/reject", 1)
    assert [(order.do, dict(order.options)) for order in table.orders] == [("reject", {"change": "{T2}/fader"})]


@pytest.mark.parametrize("path", ["/*", "/mix/*", "/mix/{all,selected}", "/nosuch", "", "/mix/all/", "//mix/all"])
def test_what_is_no_address_of_ours_is_nothing(table: Room, path: str) -> None:
    table.say(path, 1)
    assert table.orders == []
    assert without_alive(table.heard()) == {}


@pytest.mark.parametrize("path", ["/status", "/progress", "/alive", "/change/count", "/meter/after/loudness"])
def test_what_only_tells_takes_nothing(table: Room, path: str) -> None:
    table.say(path, 1)
    assert table.orders == []


def test_a_service_that_stops_takes_no_orders(table: Room) -> None:
    table.is_stopping = True
    table.say("/mix/all", 1)
    assert "/mix/all" not in {path for path, value in table.now().items() if value == 1}


def test_ping_is_answered_even_to_strangers_and_alive_counts_for_clients(room: Room) -> None:
    room.say("/ping")
    assert room.now() == {"/pong": 0}
    room.say("/hello", 1)
    room.now()
    assert 0 < (room.conversation.due_in_seconds() or 0.0) <= ALIVE_SECONDS
    assert room.heard(seconds=3 * ALIVE_SECONDS)[ALIVE.removeprefix(PREFIX)] == 3


def test_a_reply_port_moves_a_client_with_everything(table: Room) -> None:
    table.say("/reply_port", 9200)
    moved = (TABLET[0], 9200)
    told = table.heard(moved)
    assert told[REPLY_PORT.removeprefix(PREFIX)] == 9200
    assert told["/status"] == "Ready."
    assert table.heard(TABLET) == {}


@pytest.mark.parametrize("port", [OWN_PORT, 7, 1023])
def test_nobody_can_have_us_talk_to_ourselves_or_to_a_service_that_answers(table: Room, port: int) -> None:
    table.say("/reply_port", port)
    assert {client.place for client in table.clients} == {TABLET, OTHER}


def test_goodbye_ends_the_talk(table: Room) -> None:
    table.say("/goodbye", 1)
    table.show(READY)
    assert table.heard(TABLET) == {}
    assert len(table.clients) == 1


def test_who_listens_is_told_when_the_service_ends(table: Room) -> None:
    told = {place: messages for _, place, messages in table.conversation.feedback.farewell()}
    assert told == {place: [(f"{PREFIX}/status", "The service has ended.")] for place in (TABLET, OTHER)}
