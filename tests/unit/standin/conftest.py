"""A stand-in without its process: the desk and the module scripts would import, for tests of single calls."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.standin.binding import make_module
from tests.standin.desk import Desk, Options
from tests.standin.scripts import ActionList, Interpreter

PROJECT = """<REAPER_PROJECT 0.1 "7.27/linux-x86_64" 1700000000
  TEMPO 98.5 3 4
  SAMPLERATE 48000 1 0
  MARKER 1 2.5 verse 0
  MARKER 2 4 chorus 1
  MARKER 2 8 "" 1
  <TRACK {11111111-0000-0000-0000-000000000001}
    NAME Drums
    VOLPAN 0.5 0.25 -1 -1 1
    ISBUS 1 1
  >
  <TRACK {11111111-0000-0000-0000-000000000002}
    NAME "Kick \xe9"
    ISBUS 2 -1
    <VOLENV2
      ACT 1 -1
      VOLTYPE 1
      PT 0 1 0
      PT 1 0.5 0
      PT 2 0.25 1
    >
  >
  <TRACK {11111111-0000-0000-0000-000000000003}
    NAME Room
    AUXRECV 1 0 0.7 -0.5 0 0 0 0 0 -1:U 0 -1 ''
  >
  <EXTSTATE
    <OURS
      KEY value
    >
  >
>
"""


class Stage:
    """A desk with one project, and the API over it."""

    def __init__(self, folder: Path, **options: Any) -> None:
        path = folder / "song.RPP"
        path.write_text(PROJECT, encoding="utf-8")
        self.desk = Desk(folder, Options(**options))
        self.desk.open(path)
        self.desk.commands = ActionList(self.desk, Interpreter(self.desk))
        self.api: Any = make_module(self.desk)

    def track(self, index: int) -> str:
        handle: str = self.api.RPR_GetTrack(0, index)
        return handle


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


@pytest.fixture
def stage_with(tmp_path: Path) -> Callable[..., Stage]:
    return lambda **options: Stage(tmp_path, **options)
