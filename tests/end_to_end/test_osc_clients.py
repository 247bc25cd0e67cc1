"""Programs of other people drive a whole session by OSC: over a project file, and over a REAPER, here the stand-in."""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from actions.service.addresses import PREFIX
from reaper_bridge.rpp.host import ProjectFile
from tests.osc_clients import Client, liblo, node_modules, node_osc, pure_data
from tests.services import Service, serving
from tests.standin.fixture import Standin

WITHOUT = {
    "liblo": "" if shutil.which("oscsend") and shutil.which("oscdump") else "liblo-tools is not installed",
    "pure data": "" if shutil.which("pd") else "puredata-core is not installed",
    "node-osc": "" if node_modules() else "node-osc is not installed; see .ci/run",
}
"""Why a client cannot be tried here."""


def needs(name: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(bool(WITHOUT[name]), reason=WITHOUT[name])


def client_of(name: str, service: Service, folder: Path) -> AbstractContextManager[Client]:
    if name == "liblo":
        return liblo(service.osc_port)
    return (pure_data if name == "pure data" else node_osc)(service.osc_port, folder)


@pytest.fixture
def service(song: Path, tmp_path: Path) -> Iterator[Service]:
    with serving(tmp_path / "data", project=song) as service:
        service.until_ready()
        yield service


def mixed(client: Client) -> str:
    """Have everything mixed, watch it happen, and return the label of the pass."""
    client.say(f"{PREFIX}/mix/all", 1)
    client.heard.until_told(f"{PREFIX}/mix/all", 1)
    client.say(f"{PREFIX}/mix/all", 0)
    client.heard.until(lambda told: bool(told.get(f"{PREFIX}/last_pass")), "a pass")
    client.heard.until_told(f"{PREFIX}/mix/all", 0)
    seen = [float(value) for path, value in client.heard.all if path == f"{PREFIX}/progress"]
    since = seen[max(place for place, value in enumerate(seen) if value == min(seen)) :]
    assert since == sorted(since)
    assert since[-1] == 1.0
    assert len(since) > 3, "progress was watched"
    client.heard.until(lambda told: int(told[f"{PREFIX}/change/count"]) > 0, "changes")
    return str(client.heard.told[f"{PREFIX}/last_pass"])


@pytest.mark.parametrize("name", [pytest.param(name, marks=needs(name)) for name in WITHOUT])
def test_a_whole_session_over_a_project_file(name: str, service: Service, song: Path, tmp_path: Path) -> None:
    before = song.read_bytes()
    with client_of(name, service, tmp_path) as client:
        assert client.heard.told[f"{PREFIX}/project"] == "song.RPP"
        mixed(client)
        passed = song.read_bytes()
        assert passed != before

        first = f"{PREFIX}/change/1"
        assert client.heard.told[f"{first}/text"]
        assert client.heard.told[f"{first}/reason"]
        client.say(f"{first}/reject", 1)
        client.heard.until_told(f"{first}/reject", 1)
        client.heard.until_told(f"{first}/accept", 0)
        rejected = song.read_bytes()
        assert rejected != passed

        client.say(f"{PREFIX}/nudge/vocal", 0.5)
        client.heard.until_told(f"{PREFIX}/nudge/vocal", 0.5)
        client.heard.until_told(f"{PREFIX}/nudge/vocal/str", "+50 %")
        service.until_ended()
        nudged = song.read_bytes()
        assert nudged != rejected

        client.say(f"{PREFIX}/compare", 1)
        client.heard.until_told(f"{PREFIX}/compare", 1)
        service.until(lambda state: state["hearing"] == "before" and not state["doing"])
        assert song.read_bytes() not in (nudged, rejected, passed)
        client.say(f"{PREFIX}/compare", 0)
        client.heard.until_told(f"{PREFIX}/compare", 0)
        service.until(lambda state: state["hearing"] == "after" and not state["doing"])

        client.say(f"{PREFIX}/takeback", 1)
        client.heard.until_told(f"{PREFIX}/last_pass", "")
        client.heard.until_told(f"{PREFIX}/change/count", 0)
        client.heard.until_told(f"{first}/text", "")
    service.until_ended()
    assert song.read_bytes() == before


@needs("liblo")
def test_a_whole_session_over_a_running_reaper(song: Path, tmp_path: Path) -> None:
    resource = tmp_path / "REAPER"
    resource.mkdir()
    (resource / "reaper.ini").write_text("[REAPER]\n", "utf-8")
    with (
        Standin.start(song, resource_path=resource, hz=100) as reaper,
        serving(tmp_path / "data", resource_path=resource) as service,
    ):
        service.until_ready()
        before = reaper.control.dump()["tracks"]
        with liblo(service.osc_port) as client:
            label = mixed(client)
            assert reaper.control.history()["undo"] == [label]
            client.say(f"{PREFIX}/change/1/reject", 1)
            client.heard.until_told(f"{PREFIX}/change/1/accept", 0)
            client.say(f"{PREFIX}/nudge/vocal", 0.5)
            client.heard.until_told(f"{PREFIX}/nudge/vocal", 0.5)
            service.until_ended()
            after = reaper.control.dump()["tracks"]
            client.say(f"{PREFIX}/compare", 1)
            client.heard.until_told(f"{PREFIX}/compare", 1)
            service.until(lambda state: state["hearing"] == "before" and not state["doing"])
            assert reaper.control.dump()["tracks"] != after
            client.say(f"{PREFIX}/compare", 0)
            service.until(lambda state: state["hearing"] == "after" and not state["doing"])
            assert reaper.control.dump()["tracks"] == after
            client.say(f"{PREFIX}/takeback", 1)
            client.heard.until_told(f"{PREFIX}/last_pass", "")
        service.until_ended()
        assert reaper.control.dump()["tracks"] == before


@needs("liblo")
@needs("pure data")
def test_two_clients_see_the_same(service: Service, tmp_path: Path) -> None:
    with liblo(service.osc_port) as one, pure_data(service.osc_port, tmp_path) as other:
        one.say(f"{PREFIX}/genre", "rock")
        other.heard.until_told(f"{PREFIX}/genre", "rock")
        other.say(f"{PREFIX}/loudness", -99)
        one.heard.until_told(f"{PREFIX}/loudness", -36.0)
        other.heard.until_told(f"{PREFIX}/loudness", -36.0)
        one.say(f"{PREFIX}/track/1/lock", 1)
        other.heard.until_told(f"{PREFIX}/track/1/lock", 1)
        other.say(f"{PREFIX}/track/1/lock", 0)
        one.heard.until_told(f"{PREFIX}/track/1/lock", 0)


@needs("liblo")
def test_a_text_comes_to_a_tablet_as_it_is_written(service: Service, song: Path) -> None:
    names = [track.name for track in ProjectFile(song).snapshot().tracks]
    with liblo(service.osc_port) as client:
        client.heard.until_told(f"{PREFIX}/track/count", len(names))
        for number, name in enumerate(names, 1):
            client.heard.until_told(f"{PREFIX}/track/{number}/name", name)


@needs("liblo")
@pytest.mark.parametrize(
    ("types", "arguments"), [("T", ()), ("f", (1.0,)), ("s", ("1",)), ("is", (1, "any id")), ("", ())]
)
def test_liblo_presses_a_button_in_each_of_its_ways(
    service: Service, types: str, arguments: tuple[object, ...]
) -> None:  # fmt: skip
    with liblo(service.osc_port) as client:
        client.send(f"{PREFIX}/ping", types, *arguments)
        client.heard.until(lambda told: f"{PREFIX}/pong" in told, "pong")


@needs("liblo")
def test_types_that_mean_nothing_to_us_do_nothing(service: Service) -> None:
    with liblo(service.osc_port) as client:
        for types, argument in (("h", 1), ("d", 1.0), ("c", "1"), ("N", None), ("I", None), ("m", "00 01 02 03")):
            client.send(f"{PREFIX}/mix/all", types, *([] if argument is None else [argument]))
        client.say(f"{PREFIX}/ping", 1)
        client.heard.until(lambda told: f"{PREFIX}/pong" in told, "pong")
        assert (f"{PREFIX}/mix/all", 1) not in client.heard.all
    assert service.state()["doing"] == ""


@needs("node-osc")
def test_a_bundle_is_taken_whole_and_the_state_comes_in_bundles(service: Service, tmp_path: Path) -> None:
    with node_osc(service.osc_port, tmp_path) as client:
        client.send((f"{PREFIX}/genre", "jazz"), (f"{PREFIX}/loudness", -16), (f"{PREFIX}/track/1/lock", 1))
        client.heard.until_told(f"{PREFIX}/track/1/lock", 1)
        client.heard.until_told(f"{PREFIX}/loudness", -16)
        client.heard.until_told(f"{PREFIX}/genre", "jazz")
