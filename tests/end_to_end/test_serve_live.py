"""The service over a running REAPER, here the stand-in: asked by its actions, with REAPER coming, going and busy."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from actions.service.knocking import ask
from reaper_bridge.resource.layout import ACTIONS, service_file
from tests.command_line import cloned, run
from tests.services import SECONDS, Service, seen, serving
from tests.session_builder import guid_of
from tests.standin.fixture import Standin


@pytest.fixture
def resource(tmp_path: Path) -> Path:
    """A resource folder in which a REAPER was started at least once."""
    folder = tmp_path / "REAPER"
    folder.mkdir()
    (folder / "reaper.ini").write_text("[REAPER]\n", "utf-8")
    return folder


@pytest.fixture
def reaper(song: Path, resource: Path) -> Iterator[Standin]:
    with Standin.start(song, resource_path=resource, hz=100) as standin:
        yield standin


@pytest.fixture
def service(reaper: Standin, resource: Path, tmp_path: Path) -> Iterator[Service]:
    with serving(tmp_path / "data", resource_path=resource) as service:
        service.until_ready()
        yield service


def undo_steps(reaper: Standin) -> list[str]:
    steps: list[str] = reaper.control.history()["undo"]
    return steps


def test_a_session_of_the_desk(service: Service, reaper: Standin) -> None:
    before = seen(reaper)
    service.ask("mix_all")
    label = service.until(lambda s: s["last_pass"] != "")["last_pass"]
    assert undo_steps(reaper) == [label]
    after = seen(reaper)
    service.ask("compare")
    service.until(lambda s: s["hearing"] == "before")
    assert seen(reaper) == before
    service.ask("compare")
    service.until(lambda s: s["hearing"] == "after")
    assert seen(reaper) == after
    reaper.control.select([guid_of("Gtr")])
    service.ask("lock_selected")
    assert service.until(lambda s: "locked" in s["result"])["result"] == "Gtr: all locked."
    service.ask("take_back")
    service.until(lambda s: s["result"].startswith("Took back"))
    service.ask("mix_all")
    service.until(lambda s: s["last_pass"] != "" and not s["doing"])
    (guitar,) = [t for t in reaper.control.dump()["tracks"] if t["name"] == "Gtr"]
    assert guitar["fx"] == []


def test_it_waits_for_reaper_and_finds_it_again_after_a_restart(song: Path, resource: Path, tmp_path: Path) -> None:
    with serving(tmp_path / "data", resource_path=resource) as service:
        assert service.until(lambda s: s["sentence"] != "")["name"] == "waiting_for_reaper"
        with Standin.start(song, resource_path=resource, hz=100) as reaper:
            service.until_ready()
            reaper.quit()
            service.until(lambda s: s["name"] == "waiting_for_reaper")
            reaper._launch(True)
            service.until_ready()
            service.ask("mix_all")
            assert service.until(lambda s: s["last_pass"] != "")["name"] == "ready"
            assert len(undo_steps(reaper)) == 1


def test_reaper_that_records_is_busy_and_nothing_is_done(service: Service, reaper: Standin) -> None:
    reaper.control.record()
    service.ask("mix_all")
    state = service.until(lambda s: s["name"] == "reaper_busy" and not s["doing"])
    assert "record" in state["sentence"]
    assert undo_steps(reaper) == []
    reaper.control.record(False)
    service.until_ready()
    service.ask("mix_all")
    service.until(lambda s: s["last_pass"] != "")


def test_another_project_in_front_is_noticed(service: Service, reaper: Standin, song: Path, tmp_path: Path) -> None:
    other = cloned(song, tmp_path / "other").rename(tmp_path / "other" / "other.RPP")
    reaper.control.open_project(str(other))
    service.until(lambda s: s["project"] == "other.RPP")
    service.ask("mix_all")
    service.until(lambda s: s["last_pass"] != "")
    reaper.control.open_project(str(song))
    assert service.until(lambda s: s["project"] == "song.RPP")["last_pass"] == ""


def test_a_pass_undone_in_reaper_is_noticed(service: Service, reaper: Standin) -> None:
    service.ask("mix_all")
    service.until(lambda s: s["last_pass"] != "" and not s["doing"])
    reaper.control.undo()
    service.until(lambda s: s["last_pass"] == "")


def test_from_installing_to_a_mix_by_reapers_own_action(
    song: Path, resource: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRST_PASS_DATA_DIR", str(tmp_path / "data"))
    assert run("install", "--resource-path", resource).status == 0
    word = service_file(resource)
    with Standin.start(song, resource_path=resource, hz=100) as reaper:
        (action,) = [action for action in ACTIONS if action.wish == "mix_all"]
        try:
            reaper.control.run_action(f"_{action.script_id}")
            reaper.wait_until(lambda: len(undo_steps(reaper)) == 1, "the pass", SECONDS)
            assert undo_steps(reaper)[0].startswith("First pass 1: ")
        finally:
            if word.exists():
                assert ask(word, "stop")["ok"]
        reaper.wait_until(lambda: not word.exists(), "the service to end", SECONDS)
