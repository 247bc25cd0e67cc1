"""Inside REAPER a pass is written wholly or not at all, at whichever step it fails."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reaper_bridge.live.calibration import CalibrationCache
from reaper_bridge.live.connection import Bridge, BridgeRefusal, connect
from reaper_bridge.live.reading import Picture, read_picture
from reaper_bridge.live.steps import Steps
from reaper_bridge.live.writing import steps_of
from tests.contract.live import open_copy, seen
from tests.contract.test_host_contract import BASS, EVERYTHING, GUITAR, TRACKS, VOICE
from tests.session_builder import build_project
from tests.standin.fixture import Standin

NOBODY = "{99999999-0000-4000-8000-000000000009}"
IMPOSSIBLE: dict[str, list[Any]] = {
    "a plug-in that is not there": ["drop_fx", BASS, NOBODY],
    "a track that is not there": ["value", NOBODY, "D_VOL", 0.5],
    "a send to nowhere": ["send", BASS, NOBODY, 1, {}],
    "a step nobody knows": ["explode", BASS],
    "a step without its arguments": ["value", BASS],
    "a value that is none": ["value", BASS, "D_VOL", "loud"],
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_project(tmp_path_factory.mktemp("doing"), TRACKS)


@pytest.fixture(scope="module")
def standin() -> Iterator[Standin]:
    with Standin.start(hz=400) as standin:
        yield standin


@pytest.fixture
def bridge(standin: Standin, project: Path) -> Iterator[Bridge]:
    open_copy(standin, project)
    standin.control.reset_stats()
    with connect(standin.resource_path) as bridge:
        yield bridge


def prepared(bridge: Bridge) -> tuple[Picture, Steps]:
    picture = read_picture(bridge.request("snapshot"))
    return picture, steps_of(EVERYTHING, picture, {}, CalibrationCache("7"))


def request(picture: Picture, steps: Steps, **other: Any) -> dict[str, Any]:
    project = {
        "handle": picture.project_handle,
        "path": picture.project_path,
        "change_count": picture.change_count,
    }
    return {
        "project": project, "label": "pass", "not_after": time.time() + 30.0, "expected": steps.expected,
        "steps": steps.steps, "names": {}, "notes": {"FORMAT": "1:0"}, "mark": "m1", **other,
    }  # fmt: skip


def left_alone(standin: Standin, before: dict[str, Any]) -> bool:
    """Tell whether the project is as before, with nothing to undo and REAPER's screen running."""
    stats = standin.control.stats()
    return (
        seen(standin) == before
        and standin.control.history()["undo"] == []
        and stats["unbalanced_refreshes"] == 0
        and not standin.control.dump()["ext_state"].get("FIRSTPASS")
    )


@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_a_step_that_fails_anywhere_leaves_nothing(bridge: Bridge, standin: Standin, what: str) -> None:
    before = seen(standin)
    count = len(prepared(bridge)[1].steps)
    for place in range(0, count + 1, 1 if what == "a plug-in that is not there" else 5):
        picture, steps = prepared(bridge)
        steps.steps.insert(place, IMPOSSIBLE[what])
        with pytest.raises(BridgeRefusal):
            bridge.request("write", request(picture, steps))
        assert left_alone(standin, before), f"{what} at step {place}"
    picture, steps = prepared(bridge)
    assert bridge.request("write", request(picture, steps))["mark"] == "m1", "the bridge goes on"


def test_another_plug_in_than_the_one_meant_is_not_taken(bridge: Bridge, standin: Standin) -> None:
    before = seen(standin)
    picture, steps = prepared(bridge)
    for step in steps.steps:
        if step[0] == "add_fx" and "ReaVerbate" in step[2]["name"]:
            step[2]["name"] = "VST: ReaVerb (Cockos)"
    with pytest.raises(BridgeRefusal, match=r"REAPER took .*reaverb.* for VST: ReaVerb") as caught:
        bridge.request("write", request(picture, steps))
    assert caught.value.kind == "failed"
    assert left_alone(standin, before)


@pytest.mark.parametrize(
    "wrong",
    [
        ["value", GUITAR, "D_VOL", 0.999],
        ["value", NOBODY, "D_VOL", 1.0],
        ["fx", BASS, NOBODY, [0.5], ""],
        ["send", GUITAR, VOICE, {"D_VOL": 0.4}],
        ["send", BASS, VOICE, {"D_VOL": 0.5}],
        ["lane", VOICE, "VOLENV2", [[0.0, 1.0]]],
    ],
)
def test_what_is_not_as_expected_is_named_and_nothing_is_begun(
    bridge: Bridge, standin: Standin, wrong: list[Any]
) -> None:
    before = seen(standin)
    picture, steps = prepared(bridge)
    with pytest.raises(BridgeRefusal) as caught:
        bridge.request("write", request(picture, steps, expected=[*steps.expected, wrong]))
    assert (caught.value.kind, caught.value.details["track"]) == ("moved", wrong[1])
    assert left_alone(standin, before)


@pytest.mark.parametrize("name", ["write", "set_notes", "take_back", "redo"])
def test_a_request_that_waited_too_long_is_void(bridge: Bridge, standin: Standin, name: str) -> None:
    before = seen(standin)
    picture, steps = prepared(bridge)
    with pytest.raises(BridgeRefusal) as caught:
        bridge.request(name, request(picture, steps, not_after=time.time() - 1.0))
    assert caught.value.kind == "late"
    assert left_alone(standin, before)


def test_undo_of_another_name_is_left_to_the_engineer(bridge: Bridge, standin: Standin) -> None:
    standin.control.set_track(BASS, "D_VOL", 0.9)
    before = seen(standin)
    picture, steps = prepared(bridge)
    assert bridge.request("take_back", request(picture, steps))["done"] is False
    assert bridge.request("redo", request(picture, steps))["done"] is False
    assert seen(standin) == before


def test_our_notes_are_replaced_as_a_whole(bridge: Bridge, standin: Standin) -> None:
    picture, steps = prepared(bridge)
    bridge.request(
        "write", request(picture, steps, notes={"FORMAT": "1:1", "LEDGER_0001": "x", "EARLIER_FORMAT": "1:0"})
    )
    picture, steps = prepared(bridge)
    kept = standin.control.dump()["ext_state"]["FIRSTPASS"]
    assert {key.partition("_")[0] for key in kept} == {"FORMAT", "LEDGER", "EARLIER", "NAMES"}
    bridge.request("set_notes", request(picture, steps, notes={"FORMAT": "1:0"}))
    assert standin.control.dump()["ext_state"]["FIRSTPASS"] == {"FORMAT": "1:0"}
