"""The contract on a real REAPER: ``pytest -m reaper``, see docs/testing-with-reaper.md. Without one it is left out."""

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from lupa import lua54

from reaper_bridge.host import Host
from reaper_bridge.live.connection import bridge_state, connect
from reaper_bridge.live.discovery import BridgeState
from reaper_bridge.live.host import LiveHost
from reaper_bridge.session.identity import TrackId
from tests.contract import real_reaper
from tests.contract.real_reaper import EXECUTABLE, RealReaper, executable
from tests.contract.test_host_contract import BASS, HostContract, project_bytes

__all__ = ["project_bytes"]

_NUMBERS = itertools.count(1)
_NOT_ON_SCREEN = (
    "handle",
    "path",
    "name",
    "change_count",
    "is_dirty",
    "ext_state",
    "undo_name",
    "redo_name",
    "pass_mark",
)


@pytest.fixture(scope="module")
def reaper(tmp_path_factory: pytest.TempPathFactory) -> RealReaper:
    """The REAPER of this user, running, with the bridge in it."""
    named = executable()
    if named is None:
        pytest.skip(f"needs a real REAPER: name its executable in {EXECUTABLE}, see docs/testing-with-reaper.md")
    state = bridge_state()
    if state is not BridgeState.RUNNING:
        pytest.skip(f"needs a real REAPER with the bridge running; it is {state.value}: first-pass doctor says why")
    return RealReaper(named, tmp_path_factory.mktemp("hands"))


@pytest.mark.reaper
class TestRealReaper(HostContract):
    """The project in a tab of its own in the REAPER of this user."""

    reaper: RealReaper

    @pytest.fixture
    def host(self, project_bytes: Path, reaper: RealReaper, tmp_path: Path) -> Iterator[LiveHost]:
        self.reaper = reaper
        song = project_bytes.with_name(f"real {next(_NUMBERS)}.RPP")
        shutil.copy(project_bytes, song)
        reaper.open(song)
        try:
            with LiveHost(calibration_folder=tmp_path / "calibration") as host:
                yield host
        finally:
            reaper.close(song)

    def meddle(self, host: Host) -> None:
        self.reaper.set_fader(BASS, 0.9)

    def select(self, host: Host, tracks: list[TrackId]) -> None:
        self.reaper.select(list(tracks))

    def state(self, host: Host) -> object:
        with connect() as bridge:
            facts = bridge.request("snapshot")
        facts["project"] = {key: value for key, value in facts["project"].items() if key not in _NOT_ON_SCREEN}
        return {key: value for key, value in facts.items() if key != "held_seconds"}


def did(lua: str) -> list[str]:
    """Run a person's script on a desk of two tracks and return what it did."""
    done: list[str] = []
    runtime = lua54.LuaRuntime(unpack_returned_tuples=True)
    known = {
        "CountTracks": lambda project: 2,
        "GetTrack": lambda project, index: f"track {index}",
        "GetTrackGUID": lambda track: "{A}" if track == "track 0" else "{B}",
        "EnumProjects": lambda index, name: ("project", 'C:\\songs\\a "song".RPP'),
    }

    def called(name: str) -> object:
        return known.get(name) or (lambda *words: done.append(" ".join([name, *map(str, words)])))

    names = ("Main_OnCommand Main_openProject Main_SaveProjectEx SetTrackSelected SetMediaTrackInfo_Value"
             " Undo_BeginBlock2 Undo_EndBlock2 CountTracks GetTrack GetTrackGUID EnumProjects")  # fmt: skip
    runtime.globals().reaper = runtime.table_from({name: called(name) for name in names.split()})
    runtime.execute(lua)
    return done


def test_a_persons_scripts_do_what_they_say() -> None:
    select, fader = real_reaper.on_tracks(["{B}"], real_reaper.SELECT), real_reaper.SET_FADER.format(value=0.9)
    block = ["Undo_BeginBlock2 0", "Undo_EndBlock2 0 By hand -1"]
    assert did(select)[1:-1] == ["SetTrackSelected track 0 False", "SetTrackSelected track 1 True"]
    moved = did(real_reaper.on_tracks(["{A}"], fader))
    assert moved == [block[0], "SetMediaTrackInfo_Value track 0 D_VOL 0.9", block[1]]
    path = real_reaper.text('C:\\songs\\a "song".RPP')
    assert did(real_reaper.NEW_TAB.format(path=path))[1] == 'Main_openProject noprompt:C:\\songs\\a "song".RPP'
    assert did(real_reaper.CLOSE_TAB.format(path=path))[-1] == "Main_OnCommand 40860 0"
    assert did(real_reaper.CLOSE_TAB.format(path=real_reaper.text("another.RPP"))) == []


def test_a_person_tells_when_a_script_is_done(tmp_path: Path) -> None:
    lua54.LuaRuntime().execute(real_reaper.DONE.format(done=real_reaper.text(str(tmp_path / "a file"))))
    assert (tmp_path / "a file").read_text() == "done"
