"""How values of the newer kinds look in JSON, and what is refused there."""

from typing import Any

import pytest

from reaper_bridge.session.address import Address
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.change import side_chain_level
from reaper_bridge.session.errors import PlanError
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.wire import parse_change, parse_value, plain_value

BASS, KICK = TrackId("{BASS}"), TrackId("{KICK}")
RIDE = Address(BASS, "envelope", "trim_volume")
POINTS = (CurvePoint(0.0, 1.0), CurvePoint(0.25, 0.5, 5, -0.5), CurvePoint(1.0, 0.75, 2))


def test_points_are_rows_of_numbers() -> None:
    assert plain_value(POINTS) == [[0.0, 1.0], [0.25, 0.5, 5, -0.5], [1.0, 0.75, 2, 0.0]]
    assert parse_value(RIDE, plain_value(POINTS)) == POINTS


def test_points_may_be_objects_as_older_notes_have_them() -> None:
    older = [{"time_seconds": 0.25, "value": 0.5, "shape": 5, "tension": -0.5}, {"time_seconds": 1, "value": 2}]
    assert parse_value(RIDE, older) == (CurvePoint(0.25, 0.5, 5, -0.5), CurvePoint(1.0, 2.0))


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        (RIDE, [[0.0]]),
        (RIDE, [[0.0, 1.0, 0.5]]),
        (RIDE, [[0.0, "loud"]]),
        (RIDE, [[0.0, 1.0, 0, 0.0, 9.0]]),
        (RIDE, {"points": []}),
        (RIDE, 1.0),
        (Address(BASS, "channels"), 4.5),
        (Address(BASS, "channels"), "many"),
        (Address(BASS, "main_send"), "perhaps"),
        (Address(KICK, "side_chain", BASS), 0.5),
        (Address(KICK, "side_chain", BASS), {"loudness": 1.0}),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused(address: Address, wrong: Any) -> None:
    with pytest.raises(PlanError, match="The value at"):
        parse_value(address, wrong)


def test_a_side_chain_may_be_none_and_channels_may_not() -> None:
    assert parse_value(Address(KICK, "side_chain", BASS), None) is None
    assert parse_value(Address(KICK, "side_chain", BASS), plain_value(side_chain_level(0.5))) == side_chain_level(0.5)
    with pytest.raises(PlanError, match="missing"):
        parse_value(Address(BASS, "channels"), None)


def test_of_a_track_that_a_plan_adds_it_need_not_say_where_a_knob_stood() -> None:
    change = parse_change({"address": f"{BASS}/fader", "before": None, "after": 0.5})
    assert (change.before, change.after) == (None, 0.5)
    with pytest.raises(PlanError, match="missing"):
        parse_change({"address": f"{BASS}/fader", "before": 0.5, "after": None})
