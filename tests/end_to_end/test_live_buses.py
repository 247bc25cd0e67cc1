"""Buses are balanced, and made where asked, in a file and in a running REAPER: one step, and back as it was."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from actions.first_pass import Outcome, Wishes, first_pass
from actions.mixing.brief import STAGES
from actions.mixing.buses import new_bus_id
from reaper_bridge.host import Host
from reaper_bridge.live.host import LiveHost
from reaper_bridge.rpp.host import ProjectFile
from reaper_bridge.session.change import NewTrack
from tests.reapers_master import as_reaper_plays_it, as_we_play_it, render_settings
from tests.services import seen
from tests.session_builder import TrackSpec, build_project
from tests.standin.fixture import Standin

BAND = (
    TrackSpec("Kick", "kick", recorded_db=-6.0),
    TrackSpec("Snare", "snare", recorded_db=-9.0),
    TrackSpec("Bass", "bass", recorded_db=-6.0),
    TrackSpec("Gtr L", "guitar", recorded_db=-9.0),
    TrackSpec("Gtr R", "guitar", recorded_db=-10.0),
    TrackSpec("Lead Vox", "voice", recorded_db=-12.0),
)
WITH_BUSES = Wishes(stages=frozenset(STAGES) - {"space"}, makes_buses=True, genre="rock")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return build_project(tmp_path / "song", BAND, tail=render_settings(tmp_path))


@pytest.fixture
def standin(project: Path) -> Iterator[Standin]:
    with Standin.start(project, hz=100) as running:
        yield running


def made(outcome: Outcome) -> set[str]:
    return {change.after.name for change in outcome.plan if isinstance(change.after, NewTrack)}


def mixed(host: Host) -> Outcome:
    outcome = first_pass(host, WITH_BUSES)
    assert outcome.entry is not None
    assert all(item.has_landed for item in outcome.entry.landed)
    assert not first_pass(host, WITH_BUSES).plan
    return outcome


def test_in_a_file_buses_are_made_once_and_taken_back_byte_for_byte(project: Path) -> None:
    before = project.read_bytes()
    host = ProjectFile(project)
    outcome = mixed(host)
    assert {"First Pass Drums", "First Pass Guitars"} <= made(outcome)
    straight = {track.name: track.sends_to_parent for track in host.snapshot()}
    assert not straight["Kick"]
    assert straight["Lead Vox"]
    assert straight["First Pass Drums"]
    host.undo()
    assert project.read_bytes() == before


def test_in_reaper_too_and_what_we_hear_is_what_it_plays(standin: Standin, tmp_path: Path) -> None:
    before = seen(standin)
    with LiveHost(standin.resource_path) as host:
        outcome = mixed(host)
        assert {"First Pass Drums", "First Pass Guitars"} <= made(outcome)
        session = host.snapshot()
        assert session.track(new_bus_id("drums")).sends_to_parent
        ours = as_we_play_it(host, session)
        reapers = as_reaper_plays_it(standin, tmp_path)
        count = min(ours.shape[1], reapers.shape[1])
        difference_db = 10.0 * np.log10(np.mean(ours[:, :count] ** 2) / np.mean(reapers[:, :count] ** 2))
        assert difference_db == pytest.approx(0.0, abs=0.3)
        host.undo()
    assert seen(standin) == before
