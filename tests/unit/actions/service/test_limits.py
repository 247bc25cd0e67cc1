"""Nobody gets more than his share, and a flood of trouble is a few lines of log."""

import logging

import pytest

from actions.service.limits import Budget, SparingLog
from tests.unit.actions.service.test_osc_pacing import Clock


def test_a_source_gets_so_many_at_once_and_then_so_many_a_second() -> None:
    clock = Clock()
    budget = Budget(clock, per_second=10.0, at_once=5.0)
    assert sum(budget.spend("a") for _ in range(100)) == 5
    clock.seconds += 1.0
    assert sum(budget.spend("a") for _ in range(100)) == 5
    clock.seconds += 0.25
    assert sum(budget.spend("a") for _ in range(100)) == 2


def test_one_source_takes_nothing_from_another() -> None:
    budget = Budget(Clock(), per_second=10.0, at_once=5.0)
    assert sum(budget.spend("a") for _ in range(1000)) == 5
    assert sum(budget.spend("b") for _ in range(1000)) == 5


def test_what_costs_more_is_granted_less_often() -> None:
    budget = Budget(Clock(), per_second=10.0, at_once=5.0)
    assert [budget.spend("a", 2.0) for _ in range(3)] == [True, True, False]
    assert budget.spend("a", 1.0)


def test_of_many_sources_the_longest_silent_is_forgotten() -> None:
    budget = Budget(Clock(), per_second=1.0, at_once=1.0, most_sources=3)
    for name in "abcd":
        assert budget.spend(name)
    assert not budget.spend("d")
    assert budget.spend("a"), "forgotten, and so as if new"
    assert len(budget._left) == 3


def test_a_kind_of_trouble_is_logged_once_a_second_with_how_often_it_came(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    sparing = SparingLog(logging.getLogger("tests.sparing"), clock)
    for _ in range(50):
        sparing.warn("too many", ip="192.0.2.1")
    sparing.warn("too long", ip="192.0.2.1")
    clock.seconds += 1.0
    sparing.warn("too many", ip="192.0.2.2")
    told = [(record.getMessage(), record.__dict__["unsaid_count"], record.__dict__["ip"]) for record in caplog.records]
    assert told == [("too many", 0, "192.0.2.1"), ("too long", 0, "192.0.2.1"), ("too many", 49, "192.0.2.2")]
