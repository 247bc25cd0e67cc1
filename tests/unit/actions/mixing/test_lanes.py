"""From a wish in dB to the points of a lane: bounds, slew, gaps and the number of points hold for any wish."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from actions.mixing.lanes import (
    LARGEST_LINE_DB,
    SLOPE_RESERVE_RATIO,
    below,
    frame_times,
    held,
    lane_points,
    slewed,
)
from analysis.curves import curve_values
from analysis.measures import HOP_SECONDS
from reaper_bridge.session.audio import CurvePoint

FRAMES = st.integers(3, 400)
WISHES = FRAMES.flatmap(lambda count: arrays(np.float64, count, elements=st.floats(-4.0, 4.0)))
SLEWS = st.floats(0.5, 12.0)


def levels_db(points: tuple[CurvePoint, ...], times: np.ndarray) -> np.ndarray:
    return np.asarray(20.0 * np.log10(curve_values(points, times)))


def finely(count: int) -> np.ndarray:
    """Return times 5 ms apart."""
    return np.arange(0.0, count * HOP_SECONDS, 0.005)


@given(WISHES, SLEWS)
def test_a_slewed_curve_is_nowhere_steeper_and_stays_within_what_was_wished(wish: np.ndarray, slew: float) -> None:
    curve = slewed(wish, slew)
    assert np.abs(np.diff(curve)).max() <= slew * HOP_SECONDS + 1e-9
    assert curve.min() >= wish.min() - 1e-9
    assert curve.max() <= wish.max() + 1e-9


@given(SLEWS, FRAMES)
def test_what_is_slow_enough_is_left_as_it_is(slew: float, count: int) -> None:
    wish = 2.0 * np.sin(0.9 * slew * HOP_SECONDS / 2.0 * np.arange(count))
    assert slewed(wish, slew) == pytest.approx(wish, abs=1e-9)


@given(WISHES, SLEWS)
def test_what_is_below_a_ceiling_touches_it_wherever_it_can(ceiling: np.ndarray, slew: float) -> None:
    curve = below(ceiling, slew)
    assert (curve <= ceiling + 1e-9).all()
    assert np.abs(np.diff(curve)).max() <= slew * HOP_SECONDS + 1e-9
    lowest = int(ceiling.argmin())
    assert curve[lowest] == pytest.approx(ceiling[lowest])


@given(WISHES, SLEWS, st.floats(0.1, 2.0), st.floats(4.0, 90.0))
def test_a_lane_keeps_its_bounds_its_slew_and_its_number_of_points(
    wish: np.ndarray, slew: float, tolerance_db: float, most_per_minute: float
) -> None:
    curve = slewed(wish, slew * SLOPE_RESERVE_RATIO)
    points = lane_points(curve, tolerance_db, most_per_minute)
    if not points:
        return
    times = finely(len(curve))
    drawn = levels_db(points, times)
    assert drawn.min() >= wish.min() - 1e-4
    assert drawn.max() <= wish.max() + 1e-4
    assert np.abs(np.diff(drawn)).max() / 0.005 <= slew + 0.01
    at = np.array([point.time_seconds for point in points])
    assert (np.diff(at) > 0.0).all()
    assert max(((at >= time) & (at < time + 60.0)).sum() for time in at) <= most_per_minute
    assert len(points) <= max(most_per_minute * len(curve) * HOP_SECONDS / 60.0, 2.0)
    steps = np.abs(np.diff([20.0 * math.log10(point.value) for point in points]))
    assert (steps <= LARGEST_LINE_DB + 0.01).all()


@given(WISHES)
def test_a_lane_with_points_enough_follows_its_curve_to_the_tolerance(wish: np.ndarray) -> None:
    minutes = len(wish) * HOP_SECONDS / 60.0
    curve = slewed(wish, 4.8)
    points = lane_points(curve, 0.3, len(wish) / minutes)
    assert levels_db(points, frame_times(len(curve))) == pytest.approx(curve, abs=0.3 + 0.03)


def test_reapers_two_ways_of_drawing_a_line_are_hardly_apart() -> None:
    """A straight line in amplitude against one in dB, for the longest line we draw."""
    share = np.linspace(0.0, 1.0, 101)
    high = 10.0 ** (LARGEST_LINE_DB / 20.0)
    apart = 20.0 * np.log10(1.0 + share * (high - 1.0)) - LARGEST_LINE_DB * share
    assert np.abs(apart).max() < 0.14


def test_a_ramp_of_eight_db_is_halved_until_no_line_is_too_long() -> None:
    ramp = np.linspace(-4.0, 4.0, 60)
    points = lane_points(ramp, 2.0, 1e6)
    assert len(points) == 5


def test_level_ends_need_no_points() -> None:
    curve = np.concatenate((np.zeros(100), np.linspace(0.0, 1.0, 20), np.ones(100)))
    points = lane_points(curve, 0.05, 1e6)
    assert points[0].time_seconds == pytest.approx(99.5 * HOP_SECONDS, abs=0.15)
    assert points[-1].time_seconds == pytest.approx(119.5 * HOP_SECONDS, abs=0.15)


def test_where_no_few_points_will_do_there_is_no_lane() -> None:
    assert lane_points(np.array([0.0, 0.2, 0.0]), 0.05, 0.5) == ()


@given(st.floats(-4.0, 4.0), st.floats(-4.0, 4.0), st.integers(40, 200), SLEWS)
def test_a_gap_is_held_and_left_just_in_time(before_db: float, after_db: float, gap: int, slew: float) -> None:
    counts = np.zeros(20 + gap, dtype=bool)
    counts[:10] = counts[-10:] = True
    want = np.where(np.arange(len(counts)) < 10, before_db, after_db)
    noise = np.where(counts, want, 4.0 * np.sin(np.arange(len(counts))))
    curve = held(noise, counts, slew)
    needed = math.ceil(abs(after_db - before_db) / (slew * HOP_SECONDS))
    quiet = max(gap - needed, 0)
    if needed < gap:
        assert curve[10 : 10 + quiet - 1] == pytest.approx(before_db)
        assert curve[-10:] == pytest.approx(after_db)
    low, high = min(before_db, after_db), max(before_db, after_db)
    assert curve.min() >= low - 1e-9
    assert curve.max() <= high + 1e-9


def test_before_the_first_and_after_the_last_it_is_held() -> None:
    counts = np.zeros(30, dtype=bool)
    counts[10:20] = True
    curve = held(np.linspace(-3.0, 3.0, 30), counts, 6.0)
    assert (curve[:10] == curve[10]).all()
    assert (curve[20:] == curve[19]).all()
