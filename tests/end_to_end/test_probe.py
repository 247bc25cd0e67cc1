"""Try out a stand-in that behaves as believed, and ones that do not: what differs is said, and nothing is left."""

import json
from pathlib import Path
from typing import Any

import pytest

from reaper_bridge.live.calibration import CalibrationCache, default_folder
from reaper_bridge.live.connection import BridgeRefusal, connect
from reaper_bridge.live.probes import PROBES, PROJECT_FILE, ProbeReport, run_probes
from reaper_bridge.session.errors import HostBusyError, HostGoneError
from tests.command_line import run
from tests.standin.fixture import Standin


def probed(standin: Standin, folder: Path | None = None) -> ProbeReport:
    with connect(standin.resource_path) as bridge:
        return run_probes(bridge, CalibrationCache(bridge.hello["reaper_version"], folder))


def desk(standin: Standin) -> Any:
    """All that a person can see, and what could be undone."""
    return standin.control.dump(), standin.control.history()


def test_a_reaper_as_believed_agrees_with_everything_and_is_left_as_it_was(trio_project: Path) -> None:
    with Standin.start(trio_project) as standin:
        before = desk(standin)
        report = probed(standin)
        assert report.failed == ()
        assert report.calibrated == ()
        assert report.left == ""
        assert {answer.trial for answer in report.answers} >= {row[0] for row in PROBES}
        assert desk(standin) == before
        assert standin.control.stats()["boxes"] == []


@pytest.mark.parametrize(
    ("switches", "failed", "word"),
    [
        ({"fixed_guids": True}, "track_guid", "reads"),
        ({"missing_plugin": ["ReaVerbate"]}, "plugins", "VST: ReaVerbate (Cockos) is not found"),
    ],
    ids=["fixed GUIDs", "missing plug-in"],
)
def test_a_reaper_that_differs_is_told(switches: dict[str, Any], failed: str, word: str) -> None:
    with Standin.start(**switches) as standin:
        report = probed(standin)
        assert report.failed == (failed,)
        assert word in next(answer.found for answer in report.answers if answer.trial == failed)
        assert report.left == ""


@pytest.mark.parametrize("behaviour", ["rolls-back", "stays"])
def test_what_undo_does_to_project_notes_is_told_and_no_fault(behaviour: str) -> None:
    with Standin.start(ext_state_undo=behaviour) as standin:
        report = probed(standin)
        found = next(answer.found for answer in report.answers if answer.trial == "undo")
        assert f"project notes {'go with' if behaviour == 'rolls-back' else 'stay over'} undo" in found
        assert report.failed == ()


def test_a_knob_with_another_law_is_calibrated(tmp_path: Path) -> None:
    with Standin.start(law=["ReaComp:2:milliseconds_1000"]) as standin:
        report = probed(standin, tmp_path)
        assert report.calibrated == ("VST: ReaComp (Cockos)",)
        assert report.failed == ()
        assert "VST: ReaComp (Cockos) attack_ms" in {answer.trial for answer in report.answers if not answer.agrees}
        calibration = CalibrationCache(report.reaper_version, tmp_path)["reacomp<1919247213"]
        assert [knot.shown for knot in calibration.knots[2]] == [0.0, 250.0, 500.0, 750.0, 1000.0]


def test_a_reaper_that_records_is_left_alone() -> None:
    with Standin.start(recording=True) as standin:
        before = desk(standin)
        with pytest.raises(HostBusyError, match="recording; nothing was tried"):
            probed(standin)
        assert desk(standin) == before


def test_a_trial_nobody_knows_opens_no_tab(tmp_path: Path) -> None:
    with Standin.start() as standin, connect(standin.resource_path) as bridge:
        with pytest.raises(BridgeRefusal, match="no trial weather"):
            bridge.request("probe", ["weather"], [], str(tmp_path))
        assert "40859" not in standin.control.stats()["actions"]


def test_a_project_that_cannot_be_saved_keeps_its_tab_and_no_question_is_asked(
    trio_project: Path, tmp_path: Path
) -> None:
    (tmp_path / PROJECT_FILE).mkdir()
    with Standin.start(trio_project) as standin, connect(standin.resource_path) as bridge:
        before = desk(standin)
        told = bridge.request("probe", ["track_values"], [], str(tmp_path))
        assert told["left"] == "the tab of the probe, which can be closed without saving"
        assert "40860" not in standin.control.stats()["actions"]
        # the engineer's project is in front again, and as it was
        assert standin.control.history() == before[1]
        assert standin.control.stats()["boxes"] == []


def test_a_folder_that_reaper_cannot_see_opens_no_tab(tmp_path: Path) -> None:
    with Standin.start() as standin, connect(standin.resource_path) as bridge:
        with pytest.raises(BridgeRefusal, match="cannot see the folder"):
            bridge.request("probe", ["render"], [], str(tmp_path / "nowhere"))
        assert "40859" not in standin.control.stats()["actions"]


def test_a_reaper_that_dies_meanwhile_is_said() -> None:
    with Standin.start() as standin:
        standin.control.crash_on_call("CreateTrackSend")
        with pytest.raises(HostGoneError):
            probed(standin)


def test_the_doctor_probes_and_writes_the_report_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRST_PASS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("FIRST_PASS_CACHE_DIR", str(tmp_path / "cache"))
    from tests.end_to_end.test_install import install
    from tests.unit.reaper_bridge.resource.folders import reaper_folder

    resource = reaper_folder(tmp_path / "REAPER")
    assert install(resource).status == 0
    with Standin.start(resource_path=resource, law=["ReaComp:2:milliseconds_1000"]):
        ran = run("doctor", "--resource-path", resource, "--probe")
    assert ran.status == 0, ran.stdout
    assert "Calibrated: VST: ReaComp (Cockos)." in ran.stdout
    [written] = (tmp_path / "data/probes").glob("*.json")
    assert json.loads(written.read_text("utf-8"))["calibrated"] == ["VST: ReaComp (Cockos)"]
    assert written.with_suffix(".txt").exists()
    assert list(default_folder().iterdir())


def test_the_doctor_tries_nothing_while_something_is_missing(tmp_path: Path) -> None:
    with Standin.start(resource_path=tmp_path / "REAPER") as standin:
        ran = run("doctor", "--resource-path", tmp_path / "REAPER", "--probe")
        assert ran.status == 1
        assert "Nothing was tried out" in ran.stdout
        assert "40859" not in standin.control.stats()["actions"]
