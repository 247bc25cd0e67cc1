"""One thread owns the session. Orders wait in a queue, one is worked on at a time, and everybody sees the state.

An order that asks for what is already waiting or under way is joined to it. Orders that come while REAPER is
not there wait a little and are then refused, so that no mix begins when nobody expects it any more.
"""

import contextlib
import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any, Final, Protocol

from actions.progress import Course
from actions.service.orders import Done, Order
from actions.service.picture import DeskPicture
from actions.service.state import STAGES, State
from reaper_bridge.session.errors import CancelledError, FirstPassError, HostBusyError, HostGoneError

REACH_AGAIN_SECONDS: Final = 0.5
LOOK_AGAIN_SECONDS: Final = 1.0
MOST_REQUEST_IDS: Final = 512
_OTHER_STAGE: Final = STAGES["checking"]
log: Final = logging.getLogger("first_pass.service")


class Desk(Protocol):
    """What the worker works on: a session that was reached, and the verbs that can be done to it.

    ``last_time`` says what was under way when the service last ended, "" if nothing was. ``is_busy`` tells whether
    REAPER was recording at the last glance, so that nothing can be written.
    """

    last_time: str
    is_busy: bool

    def told(self) -> dict[str, Any]:
        """Return what the state shows of the session: ``project``, ``last_pass`` and so on."""

    def picture(self) -> DeskPicture:
        """Return everything there is to show but the state, of the session as it was last told."""

    def is_other(self) -> bool:
        """Tell whether the session may look otherwise than when it was last told; asked about once a second.

        Raises:
            HostGoneError: It is gone.
        """

    def work(self, order: Order, course: Course) -> Done:
        """Do what is asked.

        Raises:
            FirstPassError: It could not be done; the session is as it was.
        """

    def close(self) -> None:
        """Let go of the session."""


@dataclass
class _Job:
    order: Order
    asked_at: float = field(default_factory=monotonic)
    future: "Future[Done]" = field(default_factory=Future)


class Worker:
    """Owns a desk, which ``reach`` gives it, and lets it go when it is gone.

    ``reach`` raises HostGoneError with the sentence to show while there is nothing to reach.
    """

    def __init__(self, reach: Callable[[], Desk], patience_seconds: float = 10.0) -> None:
        self._reach = reach
        self._patience_seconds = patience_seconds
        self._changed = threading.Condition()
        self._jobs: deque[_Job] = deque()
        self._running: _Job | None = None
        self._seen: dict[str, Future[Done]] = {}
        self._cancelled = threading.Event()
        self._is_stopping = False
        self._state = State(sentence="Looking for REAPER.")
        self._shown = DeskPicture()
        self._watchers: list[Callable[[State], None]] = []
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    # --- for any thread -------------------------------------------------------------------------------------

    @property
    def state(self) -> State:
        """What is shown now."""
        return self._state

    @property
    def picture(self) -> DeskPicture:
        """Everything that is shown now, the state in it; watchers are called whenever it is another."""
        with self._changed:
            return replace(self._shown, state=self._state)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def watch(self, watcher: Callable[[State], None]) -> Callable[[], None]:
        """Call somebody with every new state, in order; return how to end that.

        He is called from the thread that changed it, while it is locked: he must return at once.
        """
        with self._changed:
            self._watchers.append(watcher)

        def end() -> None:
            with self._changed, contextlib.suppress(ValueError):
                self._watchers.remove(watcher)

        return end

    def submit(self, order: Order) -> "Future[Done]":
        """Put an order into the queue, or join it to the same one; return its outcome to come.

        Raises:
            CancelledError: The service is stopping.
        """
        with self._changed:
            if self._is_stopping:
                raise CancelledError("The service is stopping; start it again.")
            known = self._seen.get(order.request_id) if order.request_id else None
            if known is not None:
                return known
            job = self._same(order)
            if job is None:
                job = _Job(order)
                self._jobs.append(job)
                log.info("asked", extra={"do": order.do, "request_id": order.request_id})
            if order.request_id:
                self._seen[order.request_id] = job.future
                while len(self._seen) > MOST_REQUEST_IDS:
                    self._seen.pop(next(iter(self._seen)))
            self._changed.notify_all()
        self._show(waiting=self._waiting())
        return job.future

    def _same(self, order: Order) -> _Job | None:
        """Return the job that an order joins, having made it the order's own where the last one wins."""
        if order.replaces:
            for job in self._jobs:
                if job.order.replaces == order.replaces:
                    job.order = order
                    return job
            return None
        jobs = (self._running, *self._jobs)
        return next((job for job in jobs if job is not None and job.order.subject == order.subject), None)

    def cancel(self) -> None:
        """Forget what waits, and stop what is under way at its next stage; a write that began is finished."""
        with self._changed:
            forgotten, self._jobs = list(self._jobs), deque()
            if self._running is not None:
                self._cancelled.set()
        for job in forgotten:
            job.future.set_exception(CancelledError("Taken off the list before it began."))
        self._show(waiting=())

    def stop(self) -> None:
        """Stop: a write under way is finished, everything else given up. Waits until the session was let go."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
        self.cancel()
        if self._thread.is_alive():
            self._thread.join()

    # --- the worker's own thread ------------------------------------------------------------------------------

    def _run(self) -> None:
        desk: Desk | None = None
        while not self._is_stopping:
            if desk is None:
                desk = self._reached()
            if desk is None:
                self._refuse_overdue()
                self._wait(REACH_AGAIN_SECONDS, lambda: False)
                continue
            job = self._next_job()
            if job is None:
                self._wait(LOOK_AGAIN_SECONDS, lambda: bool(self._jobs))
            is_there = self._worked(desk, job) if job is not None else self._looked(desk)
            if not is_there:
                self._let_go(desk)
                desk = None
        if desk is not None:
            self._let_go(desk)

    def _wait(self, seconds: float, is_over: Callable[[], bool]) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_stopping or is_over(), seconds)

    def _reached(self) -> Desk | None:
        try:
            desk = self._reach()
            told = desk.told()
            self._show(desk.picture(), name="ready", sentence="Ready.", notice=desk.last_time, **told)
        except HostGoneError as gone:
            self._show(name="waiting_for_reaper", sentence=str(gone))
        except Exception as error:
            self._show_ending(_ending(error))
        else:
            log.info("reached", extra={"project": self._state.project, "notice": desk.last_time})
            return desk
        return None

    def _looked(self, desk: Desk) -> bool:
        """Show what has changed in the session without us; tell whether it is still there."""
        if self._is_stopping or self._jobs:
            return True
        try:
            if desk.is_other():
                told = desk.told()
                self._show(desk.picture(), **told)
            if desk.is_busy and self._state.name == "ready":
                self._show(name="reaper_busy", sentence="REAPER is recording; ask again when it has stopped.")
            elif self._state.name == "reaper_busy" and not desk.is_busy:
                self._show(name="ready", sentence="Ready.")
        except HostGoneError as gone:
            self._show(name="waiting_for_reaper", sentence=str(gone))
            return False
        except Exception as error:
            self._show_ending(_ending(error))
            return False
        return True

    def _show_ending(self, ending: State) -> None:
        self._show(name=ending.name, sentence=ending.sentence)

    def _let_go(self, desk: Desk) -> None:
        try:
            desk.close()
        except Exception as error:
            log.warning("the session could not be let go of", exc_info=error)

    def _next_job(self) -> _Job | None:
        with self._changed:
            self._running = self._jobs.popleft() if self._jobs else None
            self._cancelled.clear()
            return self._running

    def _refuse_overdue(self) -> None:
        """Refuse the orders that have waited for REAPER too long."""
        limit = monotonic() - self._patience_seconds
        with self._changed:
            overdue = [job for job in self._jobs if job.asked_at < limit]
            self._jobs = deque(job for job in self._jobs if job.asked_at >= limit)
        for job in overdue:
            sentence = f"Given up, as the session could not be reached: {self._state.sentence}"
            job.future.set_exception(HostGoneError(sentence))
            self._show(result=sentence, waiting=self._waiting())

    def _worked(self, desk: Desk, job: _Job) -> bool:
        """Do one order; tell whether the desk is still there."""
        order = job.order
        self._show(
            name="ready", sentence="", doing=order.do, request_id=order.request_id, waiting=self._waiting(),
            stage="", track="", progress_ratio=0.0, notice="", result="",
        )  # fmt: skip
        is_there = True
        try:
            done = desk.work(order, Course(_Shown(self), self._cancelled.is_set))
        except Exception as error:
            is_there = not isinstance(error, HostGoneError)
            self._ended(job, _ending(error), None)
            job.future.set_exception(error)
        else:
            self._ended(job, State(name="ready", sentence="Ready.", result=done.sentence), desk)
            job.future.set_result(done)
        return is_there

    def _ended(self, job: _Job, ending: State, desk: Desk | None) -> None:
        with self._changed:
            self._running = None
        told: dict[str, Any] = {}
        picture: DeskPicture | None = None
        if desk is not None:
            try:
                told = desk.told()
                picture = desk.picture()
            except Exception as error:
                log.warning("the session could not be looked at", exc_info=error)
        log.info("ended", extra={"do": job.order.do, "state": ending.name, "result": ending.result})
        self._show(
            picture, name=ending.name, sentence=ending.sentence, result=ending.result, doing="", request_id="",
            stage="", track="", progress_ratio=1.0 if ending.name == "ready" else 0.0, waiting=self._waiting(), **told,
        )  # fmt: skip

    def _waiting(self) -> tuple[str, ...]:
        with self._changed:
            return tuple(job.order.do for job in self._jobs)

    def _show(self, picture: DeskPicture | None = None, **what: Any) -> None:
        """Change the state, and the picture if there is a new one, and tell everybody of what is other."""
        with self._changed:
            before = self._state
            is_same = picture is None or picture == self._shown
            if is_same and all(getattr(before, key) == value for key, value in what.items()):
                return
            if picture is not None:
                self._shown = picture
            self._state = replace(before, **what, serial=before.serial + 1)
            if self._state.name != before.name:
                log.info("state", extra={"state": self._state.name, "sentence": self._state.sentence})
            # told under the lock, so that everybody sees the states in the order in which they came
            for watcher in list(self._watchers):
                watcher(self._state)


def _ending(error: Exception) -> State:
    """Return how the state shows that an order was not done."""
    if isinstance(error, CancelledError):
        return State(name="ready", sentence="Ready.", result=str(error))
    if isinstance(error, HostBusyError):
        return State(name="reaper_busy", sentence=str(error), result=str(error))
    if isinstance(error, HostGoneError):
        return State(name="waiting_for_reaper", sentence=str(error), result=str(error))
    if isinstance(error, FirstPassError):
        return State(name="failed", sentence=str(error), result=str(error))
    log.error("unexpected", exc_info=error)
    sentence = f"Something unexpected went wrong ({type(error).__name__}: {error}); the project is as it was."
    return State(name="failed", sentence=sentence, result=sentence)


class _Shown:
    """A watcher that shows how far the work is."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._stage = ""
        self._count = 0
        self._ratios: dict[str, float] = {}

    def stage(self, name: str, count: int = 0) -> None:
        state, start, _ = STAGES.get(name, _OTHER_STAGE)
        self._stage, self._count, self._ratios = name, count, {}
        reached = max(start, self._worker.state.progress_ratio)
        log.info("stage", extra={"stage": name})
        self._worker._show(name=state, stage=name, track="", progress_ratio=reached)

    def track(self, name: str, ratio: float) -> None:
        self._ratios[name] = ratio
        _, start, end = STAGES.get(self._stage, _OTHER_STAGE)
        part = sum(self._ratios.values()) / max(len(self._ratios), self._count, 1)
        reached = max(start + part * (end - start), self._worker.state.progress_ratio)
        self._worker._show(track=name, progress_ratio=reached)

    def notice(self, text: str, is_busy: bool = False) -> None:
        if text:
            log.info("notice", extra={"text": text})
        if not is_busy:
            self._worker._show(notice=text)
        elif self._worker.state.name != "writing":
            name = "reaper_busy" if text else STAGES.get(self._stage, _OTHER_STAGE)[0]
            self._worker._show(notice=text, name=name, sentence=text)

    def done(self) -> None:
        self._worker._show(track="")
