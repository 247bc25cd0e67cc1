"""One thread owns the session; orders queue, join, are cancelled between stages and given up when nobody answers."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from time import monotonic
from typing import Any

import pytest

from actions.progress import Course
from actions.service.orders import Done, Order
from actions.service.picture import DeskPicture
from actions.service.state import State
from actions.service.worker import Worker
from reaper_bridge.session.errors import CancelledError, HostBusyError, HostGoneError, StaleValueError

SECONDS = 20.0


class SlowDesk:
    """A desk whose work goes on from stage to stage when it is told to."""

    last_time = ""
    is_busy = False

    def __init__(self) -> None:
        self.worked: list[str] = []
        self.threads: set[int] = set()
        self.entered = threading.Semaphore(0)
        self.go_on = threading.Semaphore(0)
        self.error: Exception | None = None
        self.is_here = True
        self.is_closed = False

    def told(self) -> dict[str, Any]:
        return {"project": "song.RPP", "last_pass": self.worked[-1] if self.worked else ""}

    def picture(self) -> DeskPicture:
        return DeskPicture(hearing=self.worked[-1] if self.worked else "")

    def is_other(self) -> bool:
        if not self.is_here:
            raise HostGoneError("REAPER has quit.")
        return True

    def work(self, order: Order, course: Course) -> Done:
        self.threads.add(threading.get_ident())
        course.stage("listening", 2)
        course.watcher.track("Kick", 1.0)
        self.entered.release()
        assert self.go_on.acquire(timeout=SECONDS)
        course.stage("writing")
        if self.error is not None:
            raise self.error
        self.worked.append(order.do)
        return Done(f"{order.do} is done.", True)

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def desk() -> SlowDesk:
    return SlowDesk()


@pytest.fixture
def worker(desk: SlowDesk) -> Iterator[Worker]:
    worker = Worker(lambda: desk)
    worker.start()
    yield worker
    desk.go_on.release(100)
    worker.stop()


def until(worker: Worker, is_so: Callable[[State], bool]) -> State:
    """Wait for a state; fail when it does not come."""
    reached, found = threading.Event(), []

    def look(state: State) -> None:
        if is_so(state) and not found:
            found.append(state)
            reached.set()

    end = worker.watch(look)
    look(worker.state)
    assert reached.wait(SECONDS), worker.state
    end()
    return found[0]


def entered(desk: SlowDesk) -> None:
    assert desk.entered.acquire(timeout=SECONDS)


def failure(future: "Future[Done]") -> BaseException:
    error = future.exception(SECONDS)
    assert error is not None
    return error


def test_an_order_is_worked_on_and_told(worker: Worker, desk: SlowDesk) -> None:
    desk.go_on.release()
    assert worker.submit(Order("mix_all")).result(SECONDS) == Done("mix_all is done.", True)
    state = until(worker, lambda s: s.last_pass == "mix_all")
    assert (state.name, state.doing, state.result, state.progress_ratio) == ("ready", "", "mix_all is done.", 1.0)
    assert state.project == "song.RPP"


def test_progress_is_told_per_stage_and_track(worker: Worker, desk: SlowDesk) -> None:
    worker.submit(Order("mix_all", "17"))
    entered(desk)
    state = until(worker, lambda s: s.track == "Kick")
    assert (state.name, state.stage, state.doing, state.request_id) == ("listening", "listening", "mix_all", "17")
    assert 0.05 < state.progress_ratio < 0.55
    desk.go_on.release()
    assert until(worker, lambda s: s.name == "writing").progress_ratio >= 0.9


def test_orders_wait_their_turn_on_one_thread(worker: Worker, desk: SlowDesk) -> None:
    futures = [worker.submit(Order(do)) for do in ("mix_all", "take_back", "analyse")]
    entered(desk)
    assert until(worker, lambda s: s.doing == "mix_all").waiting == ("take_back", "analyse")
    desk.go_on.release(3)
    assert [future.result(SECONDS).sentence[:4] for future in futures] == ["mix_", "take", "anal"]
    assert desk.worked == ["mix_all", "take_back", "analyse"]
    assert len(desk.threads) == 1
    assert threading.get_ident() not in desk.threads


def test_the_same_thing_is_joined_not_repeated(worker: Worker, desk: SlowDesk) -> None:
    first = worker.submit(Order("mix_all"))
    entered(desk)
    assert worker.submit(Order("mix_all")) is first
    waiting = worker.submit(Order("take_back"))
    assert worker.submit(Order("take_back", "another id")) is waiting
    desk.go_on.release(4)
    first.result(SECONDS)
    waiting.result(SECONDS)
    assert desk.worked == ["mix_all", "take_back"]


def test_of_a_fader_that_is_moved_the_last_value_wins(worker: Worker, desk: SlowDesk) -> None:
    def amount(percent: int) -> Order:
        return Order(f"amount {percent}", options={"percent": percent}, latest_of="amount")

    worker.submit(amount(1))
    entered(desk)
    waiting = [worker.submit(amount(percent)) for percent in (2, 3, 1)]
    nudge = worker.submit(Order("nudge", latest_of="nudge"))
    desk.go_on.release(3)
    assert {future.result(SECONDS).sentence for future in waiting} == {"amount 1 is done."}
    nudge.result(SECONDS)
    assert desk.worked == ["amount 1", "amount 1", "nudge"]


def test_an_amount_that_waits_is_replaced_by_the_next_of_its_part(worker: Worker, desk: SlowDesk) -> None:
    worker.submit(Order("mix_all"))
    entered(desk)
    ratios = (0.1, 0.2, 0.3)
    futures = [worker.submit(Order("amount", options={"part": "tone", "ratio": ratio})) for ratio in ratios]
    other = worker.submit(Order("amount", options={"part": "pan", "ratio": 0.5}))
    assert worker.state.waiting == ("amount", "amount")
    desk.go_on.release(3)
    other.result(SECONDS)
    assert len({id(future) for future in futures}) == 1
    assert desk.worked == ["mix_all", "amount", "amount"]


def test_a_picture_is_shown_with_the_state_that_came_of_an_order(worker: Worker, desk: SlowDesk) -> None:
    desk.go_on.release()
    worker.submit(Order("mix_all")).result(SECONDS)
    until(worker, lambda s: s.last_pass == "mix_all")
    assert (worker.picture.hearing, worker.picture.state) == ("mix_all", worker.state)


def test_a_repeated_request_id_does_nothing_even_after_the_end(worker: Worker, desk: SlowDesk) -> None:
    desk.go_on.release(3)
    first = worker.submit(Order("compare", "button 4"))
    first.result(SECONDS)
    assert worker.submit(Order("compare", "button 4")) is first
    worker.submit(Order("compare", "button 5")).result(SECONDS)
    assert desk.worked == ["compare", "compare"]


def test_cancel_stops_at_the_next_stage_and_forgets_what_waits(worker: Worker, desk: SlowDesk) -> None:
    running, waiting = worker.submit(Order("mix_all")), worker.submit(Order("take_back"))
    entered(desk)
    worker.cancel()
    assert isinstance(failure(waiting), CancelledError)
    desk.go_on.release()
    assert isinstance(failure(running), CancelledError)
    assert desk.worked == []
    state = until(worker, lambda s: s.doing == "")
    assert (state.name, state.waiting) == ("ready", ())
    assert "as it was" in state.result


def test_what_is_asked_after_a_cancel_is_done(worker: Worker, desk: SlowDesk) -> None:
    running = worker.submit(Order("mix_all"))
    entered(desk)
    worker.cancel()
    desk.go_on.release(2)
    failure(running)
    assert worker.submit(Order("mix_all")).result(SECONDS).has_changed


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (StaleValueError("The fader of “Bass” moved."), "failed"),
        (HostBusyError("REAPER is recording; nothing was done."), "reaper_busy"),
        (ZeroDivisionError("division by zero"), "failed"),
    ],
)
def test_a_failure_is_a_state_with_its_sentence_and_the_next_order_is_done(
    worker: Worker, desk: SlowDesk, error: Exception, name: str
) -> None:
    desk.error = error
    desk.go_on.release()
    assert failure(worker.submit(Order("mix_all"))) is error
    assert str(error) in until(worker, lambda s: s.name == name).sentence
    desk.error = None
    desk.go_on.release()
    assert worker.submit(Order("mix_all")).result(SECONDS).has_changed
    assert until(worker, lambda s: s.name == "ready").sentence == "Ready."


def test_a_session_that_is_gone_is_let_go_and_reached_again() -> None:
    desks = [SlowDesk(), SlowDesk()]
    coming = iter(desks)
    worker = Worker(lambda: next(coming))
    worker.start()
    try:
        desks[0].error = HostGoneError("REAPER stopped answering.")
        desks[0].go_on.release()
        assert isinstance(failure(worker.submit(Order("mix_all"))), HostGoneError)
        desks[1].go_on.release()
        assert worker.submit(Order("mix_all")).result(SECONDS).has_changed
        assert desks[0].is_closed
        assert desks[1].worked == ["mix_all"]
    finally:
        worker.stop()
    assert desks[1].is_closed


def test_a_session_that_changes_or_goes_while_nothing_is_asked_is_noticed() -> None:
    desks = [SlowDesk(), SlowDesk()]
    coming = iter(desks)
    worker = Worker(lambda: next(coming))
    worker.start()
    try:
        until(worker, lambda s: s.name == "ready")
        desks[0].worked.append("somebody else's pass")
        until(worker, lambda s: s.last_pass == "somebody else's pass")
        desks[0].is_here = False
        assert until(worker, lambda s: s.name == "waiting_for_reaper").sentence == "REAPER has quit."
        until(worker, lambda s: s.name == "ready")
        assert desks[0].is_closed
    finally:
        worker.stop()


def test_a_session_that_goes_wrong_in_a_new_way_is_a_state_and_no_end(desk: SlowDesk) -> None:
    errors = [ZeroDivisionError("division by zero"), OSError("no space left")]

    def reach() -> SlowDesk:
        if errors:
            raise errors.pop()
        return desk

    worker = Worker(reach)
    worker.start()
    try:
        assert "no space left" in until(worker, lambda s: s.name == "failed").sentence
        assert until(worker, lambda s: s.name == "ready").sentence == "Ready."
    finally:
        worker.stop()


def test_reaper_kept_busy_is_a_state_until_it_is_free_again() -> None:
    class Rendering(SlowDesk):
        def work(self, order: Order, course: Course) -> Done:
            course.stage("listening")
            course.notice("REAPER renders 3 stems.", is_busy=True)
            course.notice("", is_busy=True)
            return super().work(order, course)

    desk, told = Rendering(), list[State]()
    worker = Worker(lambda: desk)
    worker.watch(told.append)
    worker.start()
    try:
        desk.go_on.release()
        worker.submit(Order("mix_all")).result(SECONDS)
    finally:
        worker.stop()
    busy = [state for state in told if state.name == "reaper_busy"]
    assert [state.sentence for state in busy] == ["REAPER renders 3 stems."]
    assert told[told.index(busy[0]) + 1].name == "listening"


def test_the_state_says_why_it_waits_and_orders_are_given_up_when_nobody_comes() -> None:
    def reach() -> SlowDesk:
        raise HostGoneError("REAPER is not running.")

    worker = Worker(reach, patience_seconds=0.01)
    worker.start()
    try:
        assert until(worker, lambda s: s.sentence == "REAPER is not running.").name == "waiting_for_reaper"
        error = failure(worker.submit(Order("mix_all")))
        assert isinstance(error, HostGoneError)
        assert "REAPER is not running." in str(error)
        assert until(worker, lambda s: s.waiting == ()).name == "waiting_for_reaper"
    finally:
        worker.stop()


def test_an_order_waits_for_reaper_that_is_just_coming(desk: SlowDesk) -> None:
    is_up = threading.Event()

    def reach() -> SlowDesk:
        if not is_up.is_set():
            raise HostGoneError("REAPER is starting.")
        return desk

    worker = Worker(reach, patience_seconds=SECONDS)
    worker.start()
    try:
        future = worker.submit(Order("mix_all"))
        until(worker, lambda s: s.waiting == ("mix_all",))
        desk.go_on.release()
        is_up.set()
        assert future.result(SECONDS).has_changed
    finally:
        worker.stop()


def test_stopping_ends_work_at_the_next_stage_and_refuses_more(worker: Worker, desk: SlowDesk) -> None:
    running = worker.submit(Order("mix_all"))
    entered(desk)
    stopping = threading.Thread(target=worker.stop)
    stopping.start()
    began = monotonic()
    while monotonic() - began < SECONDS:
        try:
            worker.submit(Order("analyse"))
        except CancelledError:
            break
    else:
        pytest.fail("a stopping worker takes orders")
    desk.go_on.release(2)
    stopping.join(SECONDS)
    assert not stopping.is_alive()
    assert isinstance(failure(running), CancelledError)
    assert desk.is_closed
    assert desk.worked == []


def test_reaper_that_records_is_a_state_until_it_stops(worker: Worker, desk: SlowDesk) -> None:
    until(worker, lambda s: s.name == "ready")
    desk.is_busy = True
    assert "recording" in until(worker, lambda s: s.name == "reaper_busy").sentence
    desk.is_busy = False
    assert until(worker, lambda s: s.name == "ready").sentence == "Ready."


def test_what_the_last_service_left_is_told(desk: SlowDesk) -> None:
    desk.last_time = "“Mix all” broke off last time: nothing of it was written."
    worker = Worker(lambda: desk)
    worker.start()
    try:
        assert until(worker, lambda s: s.name == "ready").notice == desk.last_time
    finally:
        worker.stop()


def test_every_state_is_told_once_and_in_order(worker: Worker, desk: SlowDesk) -> None:
    told: list[State] = []
    until(worker, lambda s: s.name == "ready")
    end = worker.watch(told.append)
    desk.go_on.release()
    worker.submit(Order("mix_all")).result(SECONDS)
    end()
    serials = [state.serial for state in told]
    assert serials == sorted(set(serials))
    assert [s.name for s in told if s.doing][-1] == "writing"
