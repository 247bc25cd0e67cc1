"""What REAPER's displays taught us: read in both directions, kept between runs, never in the way."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reaper_bridge.live.calibration import (
    SECONDS_PER_UNIT,
    Calibration,
    CalibrationCache,
    Knot,
    parse_calibration,
    plain_calibration,
)

EMPTY = Calibration("reacomp.dll<1919247213", "7.40")
THRESHOLD = EMPTY.with_knots(0, [Knot(0.1, -40.0), Knot(0.5, -12.0), Knot(1.0, 0.0)])


def test_a_knot_is_exact_in_both_directions() -> None:
    assert THRESHOLD.shown(0, 0.5) == -12.0
    assert THRESHOLD.raw(0, -12.0) == 0.5


def test_between_knots_there_is_a_line_and_outside_nothing() -> None:
    assert THRESHOLD.shown(0, 0.75) == pytest.approx(-6.0)
    assert THRESHOLD.raw(0, -6.0) == pytest.approx(0.75)
    assert THRESHOLD.shown(0, 0.05) is None
    assert THRESHOLD.raw(0, 3.0) is None
    assert THRESHOLD.shown(1, 0.5) is None


def test_a_falling_scale_is_read_in_both_directions_too() -> None:
    falling = EMPTY.with_knots(2, [Knot(0.0, 15.0), Knot(1.0, 5.0)])
    assert falling.raw(2, 10.0) == pytest.approx(0.5)
    assert falling.shown(2, 0.5) == pytest.approx(10.0)


def test_nothing_is_interpolated_towards_a_closed_knob() -> None:
    closed = EMPTY.with_knots(0, [Knot(0.0, -math.inf), Knot(0.5, -12.0)])
    assert closed.shown(0, 0.25) is None
    assert closed.shown(0, 0.0) == -math.inf


def test_a_new_knot_drives_out_the_older_ones_it_contradicts() -> None:
    learned = THRESHOLD.with_knots(0, [Knot(0.5, 3.0)])
    assert learned.shown(0, 0.5) == 3.0
    assert Knot(1.0, 0.0) not in learned.knots[0]


def test_contradicting_news_are_not_believed() -> None:
    assert THRESHOLD.with_knots(0, [Knot(0.2, 5.0), Knot(0.3, 5.0)]) == THRESHOLD


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(-100, 100)), max_size=30))
def test_knots_always_stay_monotone(pairs: list[tuple[float, float]]) -> None:
    calibration = EMPTY
    for raw, shown in pairs:
        calibration = calibration.with_knots(0, [Knot(raw, shown)])
        knots = calibration.knots[0]
        assert [knot.raw for knot in knots] == sorted({knot.raw for knot in knots})
        numbers = [knot.shown for knot in knots]
        assert numbers in (sorted(set(numbers)), sorted(set(numbers), reverse=True))
        assert calibration.shown(0, raw) == shown


def test_a_calibration_survives_json() -> None:
    closed = THRESHOLD.with_knots(3, [Knot(0.0, -math.inf), Knot(0.5, -12.0)])
    assert parse_calibration(plain_calibration(closed)) == closed


def test_it_is_kept_between_runs_and_by_version(tmp_path: Path) -> None:
    CalibrationCache("7.40", tmp_path / "c").keep(THRESHOLD)
    assert CalibrationCache("7.40", tmp_path / "c")[THRESHOLD.plugin] == THRESHOLD
    assert CalibrationCache("7.41", tmp_path / "c")[THRESHOLD.plugin].knots == {}


@pytest.mark.parametrize("damage", [b"", b"{}", b"[1]", b'{"format": 2}', b"\xff\xfe", b'{"format":1,"knots":{"a":1}}'])
def test_a_damaged_file_is_forgotten(tmp_path: Path, damage: bytes) -> None:
    CalibrationCache("7.40", tmp_path).keep(THRESHOLD)
    (file,) = tmp_path.glob("*.json")
    file.write_bytes(damage)
    cache = CalibrationCache("7.40", tmp_path)
    assert cache[THRESHOLD.plugin] == EMPTY
    cache.keep(THRESHOLD)
    assert CalibrationCache("7.40", tmp_path)[THRESHOLD.plugin] == THRESHOLD


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    cache = CalibrationCache("7.40", tmp_path / "file" / "below")
    cache.keep(THRESHOLD)
    assert cache[THRESHOLD.plugin] == THRESHOLD


def test_what_work_costs_is_remembered_once_it_was_enough_to_measure(tmp_path: Path) -> None:
    cache = CalibrationCache("7.40", tmp_path)
    assert cache.seconds_per_unit() == SECONDS_PER_UNIT
    cache.keep_cost(5.0, 1.0)
    assert cache.seconds_per_unit() == SECONDS_PER_UNIT
    cache.keep_cost(1000.0, 0.1)
    assert cache.seconds_per_unit() == pytest.approx(1e-4)
