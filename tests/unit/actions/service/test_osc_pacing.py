"""A client is told the last value, and not more often than it can bear; a button counts once."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from actions.service.osc_pacing import DEBOUNCE_SECONDS, IDS_KEPT, MOST_PER_SECOND, Coalescer, Debounce


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


EVENTS = st.lists(
    st.tuples(st.floats(0.0, 0.1), st.sampled_from(["/a", "/b"]), st.integers(0, 3), st.booleans()), max_size=300
)


@given(EVENTS)
def test_no_address_is_told_more_than_thirty_times_in_any_second(events: list[tuple[float, str, int, bool]]) -> None:
    clock, told = Clock(), defaultdict(list)
    coalescer = Coalescer(clock)
    for passed_seconds, path, value, forgets in events:
        clock.seconds += passed_seconds
        coalescer.offer(path, value)
        if forgets:
            coalescer.forget()
        for sent, _ in coalescer.due():
            told[sent].append(clock.seconds)
    for times in told.values():
        for number, start in enumerate(times):
            assert sum(1 for time in times[number:] if time < start + 1.0) <= MOST_PER_SECOND


@given(EVENTS)
def test_in_the_end_the_last_value_is_told(events: list[tuple[float, str, int, bool]]) -> None:
    clock, last, seen = Clock(), {}, {}
    coalescer = Coalescer(clock)
    for passed_seconds, path, value, _ in events:
        clock.seconds += passed_seconds
        coalescer.offer(path, value)
        last[path] = value
        seen.update(coalescer.due())
    clock.seconds += 1.0
    seen.update(coalescer.due())
    assert seen == last
    assert coalescer.due_in_seconds() is None


def test_a_dragged_fader_is_told_at_thirty_a_second_and_ends_where_it_was_left() -> None:
    clock = Clock()
    coalescer, sent = Coalescer(clock), []
    for step in range(1000):
        clock.seconds = step / 1000
        coalescer.offer("/firstpass/amount", step / 1000)
        sent += coalescer.due()
    clock.seconds = 2.0
    sent += coalescer.due()
    assert 25 <= len(sent) <= 31
    assert sent[-1] == ("/firstpass/amount", 0.999)


def test_what_the_client_knows_is_not_told_again() -> None:
    clock = Clock()
    coalescer = Coalescer(clock)
    coalescer.offer("/a", 1)
    assert coalescer.due() == [("/a", 1)]
    clock.seconds = 1.0
    coalescer.offer("/a", 2)
    coalescer.offer("/a", 1)
    assert coalescer.due() == []


def test_what_may_have_been_lost_is_told_again() -> None:
    clock = Clock()
    coalescer = Coalescer(clock)
    coalescer.offer("/a", 1)
    coalescer.offer("/b", 1)
    coalescer.due()
    clock.seconds = 1.0
    coalescer.forget(["/a"])
    coalescer.offer("/a", 1)
    coalescer.offer("/b", 1)
    assert coalescer.due() == [("/a", 1)]


def test_who_asks_for_everything_again_and_again_is_not_told_more_often() -> None:
    clock = Clock()
    coalescer, sent = Coalescer(clock), 0
    for step in range(1000):
        clock.seconds = step / 1000
        coalescer.forget()
        coalescer.offer("/a", 1)
        sent += len(coalescer.due())
    assert 25 <= sent <= MOST_PER_SECOND


def test_it_says_how_long_nothing_is_due() -> None:
    clock = Clock()
    coalescer = Coalescer(clock, pause_seconds=0.5)
    assert coalescer.due_in_seconds() is None
    coalescer.offer("/a", 1)
    assert coalescer.due_in_seconds() == 0.0
    coalescer.due()
    coalescer.offer("/a", 2)
    clock.seconds = 0.25
    assert coalescer.due_in_seconds() == 0.25
    assert coalescer.due() == []
    clock.seconds = 0.5
    assert coalescer.due() == [("/a", 2)]


def test_a_button_pressed_twice_at_once_counts_once() -> None:
    clock = Clock()
    debounce = Debounce(clock)
    assert debounce.is_fresh("/a")
    clock.seconds = DEBOUNCE_SECONDS / 2
    assert not debounce.is_fresh("/a")
    assert debounce.is_fresh("/b")
    clock.seconds = DEBOUNCE_SECONDS
    assert debounce.is_fresh("/a")


def test_a_request_counts_once_however_late_it_comes_again() -> None:
    clock = Clock()
    debounce = Debounce(clock)
    assert debounce.is_fresh("/a", "one")
    assert debounce.is_fresh("/a", "two"), "another request, however soon"
    clock.seconds = 60.0
    assert not debounce.is_fresh("/a", "one")
    assert debounce.is_fresh("/b", "one")


def test_only_the_latest_requests_are_remembered() -> None:
    debounce = Debounce(Clock())
    for number in range(1000):
        assert debounce.is_fresh("/a", str(number))
    assert not debounce.is_fresh("/a", str(1000 - IDS_KEPT))
    assert debounce.is_fresh("/a", "0")
