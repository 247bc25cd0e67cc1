"""Whatever is killed, and whenever: a project is wholly as before or wholly as after, and the next start says which."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from reaper_bridge.rpp.host import ProjectFile
from tests.command_line import cloned, run
from tests.services import Service, seen, serving
from tests.standin.fixture import Standin

Moment = Callable[[Service], None]


def at_stage(name: str, later_seconds: float = 0.0) -> Moment:
    """Return how to wait for a stage of a pass, and a little more."""

    def wait(service: Service) -> None:
        service.until_logged(f'"stage": "{name}"')
        sleep(later_seconds)

    return wait


STAGES = ("reading", "listening", "recognising", "deciding", "checking", "writing")
MOMENTS: dict[str, Moment] = {name: at_stage(name) for name in STAGES}
MOMENTS |= {f"writing and {ms} ms": at_stage("writing", ms / 1000.0) for ms in (2, 5, 10, 20, 40, 80)}


@dataclass(frozen=True)
class Standing:
    """How a project was left."""

    is_before: bool
    is_after: bool


def standing_of_file(song: Path, before: bytes) -> Standing:
    """Return how a project file was left; a half of a pass is neither."""
    host = ProjectFile(song)
    session, ledger = host.snapshot(), host.ledger()
    is_whole = len(ledger.passes) == 1 and set(ledger.ours(session)) == set(ledger.written)
    return Standing(song.read_bytes() == before, is_whole)


@pytest.mark.parametrize("moment", MOMENTS, ids=list(MOMENTS))
def test_a_service_killed_during_a_pass_over_a_file(moment: str, song: Path, tmp_path: Path) -> None:
    before, data = song.read_bytes(), tmp_path / "data"
    with serving(data, project=song, then="mix_all") as service:
        MOMENTS[moment](service)
        service.killed()
    # a pass is quick, so the power may have failed later than it was meant to
    was_writing = service.has_logged('"stage": "writing"')
    left = standing_of_file(song, before)
    assert left.is_before != left.is_after
    if not was_writing:
        assert left.is_before
    with serving(data, project=song) as again:
        told: dict[str, Any] = again.until_ready()
    was_written = "all of it was written" in told["notice"]
    was_not = "nothing of it was written" in told["notice"]
    if told["notice"] or not was_writing:
        assert (was_not, was_written) == (left.is_before, left.is_after)
    else:
        # it had already ended its work when it was killed
        assert left.is_after
    assert run("mix", song, "--dry-run", "--json").status == (3 if left.is_after else 0)


@pytest.mark.parametrize("later_ms", [0, 2, 5, 10, 20])
def test_a_service_killed_while_it_takes_back(later_ms: int, song: Path, tmp_path: Path) -> None:
    before, data = song.read_bytes(), tmp_path / "data"
    assert run("mix", song, "--json").status == 0
    after = song.read_bytes()
    with serving(data, project=song, then="take_back") as service:
        at_stage("writing", later_ms / 1000.0)(service)
        service.killed()
    assert song.read_bytes() in (before, after)
    with serving(data, project=song) as again:
        notice = again.until_ready()["notice"]
    assert ("nothing of it was written" in notice) <= (song.read_bytes() == after)
    assert ("all of it was written" in notice) <= (song.read_bytes() == before)


# --- in a running REAPER ------------------------------------------------------------------------------------------


@pytest.fixture
def resource(tmp_path: Path) -> Path:
    folder = tmp_path / "REAPER"
    folder.mkdir()
    (folder / "reaper.ini").write_text("[REAPER]\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def after_in_reaper(trio_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a person sees after a pass that nobody killed."""
    song = cloned(trio_project, tmp_path_factory.mktemp("mixed") / "song")
    with Standin.start(song, hz=100) as reaper, pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIRST_PASS_RESOURCE", str(reaper.resource_path))
        assert run("mix", "--json").status == 0
        return seen(reaper)


@pytest.mark.parametrize("moment", MOMENTS, ids=list(MOMENTS))
def test_a_service_killed_during_a_pass_in_reaper(
    moment: str, song: Path, resource: Path, tmp_path: Path, after_in_reaper: Any
) -> None:
    data = tmp_path / "data"
    with Standin.start(song, resource_path=resource, hz=100) as reaper:
        before = seen(reaper)
        with serving(data, resource_path=resource, then="mix_all") as service:
            MOMENTS[moment](service)
            service.killed()
        was_writing = service.has_logged('"stage": "writing"')
        with serving(data, resource_path=resource) as again:
            notice = again.until_ready()["notice"]
        left, steps = seen(reaper), reaper.control.history()["undo"]
    assert left in (before, after_in_reaper)
    assert len(steps) == (left != before)
    if not was_writing:
        assert left == before
    if notice or not was_writing:
        assert ("nothing of it was written" in notice) == (left == before)
        assert ("all of it was written" in notice) == (left != before)
    else:
        assert left != before


CRASHES = (
    1, 20, 120, 260, 500,
    "Undo_BeginBlock2", "TrackFX_AddByName", "SetMediaTrackInfo_Value", "SetProjExtState", "Undo_EndBlock2",
)  # fmt: skip
"""After how many calls of its API once a write has begun, or at which call that only a write makes."""


@pytest.mark.parametrize("crash", CRASHES)
def test_reaper_that_crashes_during_the_write(crash: int | str, song: Path, resource: Path, tmp_path: Path) -> None:
    saved = song.read_bytes()
    with (
        Standin.start(song, resource_path=resource, hz=100) as reaper,
        serving(tmp_path / "data", resource_path=resource) as service,
    ):
        before = seen(reaper)
        service.until_ready()
        if isinstance(crash, str):
            reaper.control.crash_on_call(crash)
        else:
            reaper.control.crash_after_calls(crash, "Undo_BeginBlock2")
        service.ask("mix_all")
        service.until_gone()
        assert song.read_bytes() == saved
        reaper.kill()
        reaper._launch(True)
        told = service.until_ready()
        assert seen(reaper) == before
        assert told["last_pass"] == ""
        assert "nothing of it was written" in told["notice"]
        service.ask("mix_all")
        assert service.until(lambda s: s["last_pass"] != "")["name"] == "ready"
