"""The sections of a reference session are found where what plays changes."""

import json
from pathlib import Path

import pytest

from actions.hearing import hear
from reaper_bridge.rpp.host import ProjectFile

UNHEARD = "verse 2"
"""It plays what verse 1 plays, so nothing tells where it begins."""


@pytest.mark.shared
@pytest.mark.slow
def test_sections_begin_where_the_truth_says(shared: Path) -> None:
    folder = shared / "sessions" / "02_band_multimic_flawed"
    truth = json.loads((folder / "truth.json").read_text("utf-8"))["sections"]
    found = hear(ProjectFile(folder / "session.RPP", backup=False)).sections
    wanted = [section["start_s"] for section in truth if section["name"] != UNHEARD]
    assert [section.start_seconds for section in found] == pytest.approx(wanted, abs=0.1)
