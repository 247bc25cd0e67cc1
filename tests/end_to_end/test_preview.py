"""Before and after as files to listen to: equally loud, never clipping, and the last of each project alone."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from actions.progress import QUIET
from actions.reaching import Place
from actions.service.desk import VERBS, reached_desk
from actions.service.orders import Order
from actions.service.previewing import preview_file, previews_folder
from actions.service.settings import Settings
from analysis.listening import ProgrammeMeter
from reaper_bridge.rpp.host import ProjectFile
from reaper_bridge.session.errors import PlanError


def loudness_lufs(path: Path) -> float:
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    meter = ProgrammeMeter(rate, 2)
    meter.feed(sound.T)
    return meter.finished().loudness.integrated_lufs


@pytest.fixture
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRST_PASS_DATA_DIR", str(tmp_path / "data"))


def test_before_and_after_are_equally_loud_and_go_when_newer_ones_are_there(song: Path, own_data: None) -> None:
    desk = reached_desk(Place(ProjectFile(song), song), Settings())
    assert desk.told()["preview"] == ""
    with pytest.raises(PlanError, match="mix first"):
        desk.work(Order("preview"), QUIET)
    assert "preview" in VERBS
    desk.work(Order("mix_all"), QUIET)
    mixed = song.read_bytes()
    desk.work(Order("preview"), QUIET)
    first = desk.told()["preview"]
    files = [preview_file(first, side) for side in ("before", "after")]
    before, after = [file for file in files if file is not None]
    assert loudness_lufs(before) == pytest.approx(loudness_lufs(after), abs=0.1)
    sounds = [soundfile.read(file)[0] for file in (before, after)]
    assert max(np.abs(sound).max() for sound in sounds) <= 1.0
    assert song.read_bytes() == mixed
    assert {file.name for file in before.parent.iterdir()} == {"before.wav", "after.wav"}

    desk.work(Order("nudge", options={"name": "vocal", "value": 0.5}), QUIET)
    assert desk.told()["preview"] == ""
    assert preview_file(first, "after") is not None
    desk.work(Order("preview"), QUIET)
    second = desk.told()["preview"]
    assert second not in ("", first)
    assert preview_file(first, "after") is None
    assert [folder.name for folder in previews_folder().iterdir()] == [second]


@pytest.mark.parametrize("name", ["", ".", "..", "../reports", "a/b", "song.1"])
@pytest.mark.parametrize("side", ["before", "after", "../after", ""])
def test_nothing_else_is_to_be_had(own_data: None, name: str, side: str) -> None:
    (previews_folder() / "song.2").mkdir(parents=True)
    assert preview_file(name, side) is None
