"""Sessions that many tests read and none changes: tests clone what they write to."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import Ran, cloned, run
from tests.session_builder import BAND, TRIO, build_project


@dataclass(frozen=True)
class Mixed:
    """A session before and after ``mix -o``, and what the command said."""

    before: Path
    after: Path
    ran: Ran

    @property
    def told(self) -> Any:
        return self.ran.json


@pytest.fixture(scope="session")
def band_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_project(tmp_path_factory.mktemp("band"), BAND)


@pytest.fixture(scope="session")
def trio_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_project(tmp_path_factory.mktemp("trio"), TRIO)


@pytest.fixture
def song(trio_project: Path, tmp_path: Path) -> Path:
    """A small session of the test's own."""
    return cloned(trio_project, tmp_path / "song")


@pytest.fixture
def mixed(song: Path) -> Mixed:
    """The small session, and beside it the same mixed."""
    after = song.with_name("mixed.RPP")
    ran = run("mix", song, "-o", after, "--json")
    assert ran.status == 0, ran.stderr
    return Mixed(song, after, ran)
