"""A project that renders into a folder of its own, and the renderer's switches, put back after each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.standin import rendering
from tests.standin.project import Project
from tests.standin.rendering import SWITCHES
from tests.unit.standin.rendering.small_songs import BEFORE_FADER, FLOAT_WAV, RATE_HZ


@pytest.fixture(autouse=True)
def switches() -> Iterator[rendering.Switches]:
    """The renderer's switches, put back after each test."""
    yield SWITCHES
    SWITCHES.__init__()  # type: ignore[misc]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path / "song.rpp")
    project.info |= {"PROJECT_SRATE": RATE_HZ, "RENDER_SETTINGS": BEFORE_FADER, "RENDER_TAILFLAG": 0.0}
    project.texts |= {
        "RENDER_FILE": str(tmp_path / "out"),
        "RENDER_PATTERN": "$tracknumber-$track",
        "RENDER_FORMAT": FLOAT_WAV,
    }
    return project
