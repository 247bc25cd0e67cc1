"""A lead is ridden in a running REAPER as in a project file, and undo takes all of it back."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from actions.first_pass import Outcome, Wishes, first_pass
from reaper_bridge.host import Host
from reaper_bridge.live.host import LiveHost
from reaper_bridge.rpp.host import ProjectFile
from reaper_bridge.session.change import same_value
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import Session
from tests.reapers_master import apart_db, as_reaper_plays_it, as_we_play_it, render_settings
from tests.services import seen
from tests.session_builder import RATE_HZ, TrackSpec, build_project, guid_of, sound
from tests.standin.fixture import Standin

VOICE = TrackId(guid_of("Lead Vox"))


@pytest.fixture
def song(tmp_path: Path) -> Path:
    time = np.arange(len(sound("voice"))) / RATE_HZ
    wandering = 0.5 * sound("voice") * 10.0 ** (0.3 * np.sin(2.0 * np.pi * time / 5.0))
    band = (
        TrackSpec("Bass", "bass", recorded_db=-6.0),
        TrackSpec("Gtr", "guitar", recorded_db=-9.0),
        TrackSpec("Lead Vox", wandering, recorded_db=-8.0),
    )
    return build_project(tmp_path / "song", band, tail=render_settings(tmp_path))


@pytest.fixture
def standin(song: Path) -> Iterator[Standin]:
    with Standin.start(song, hz=100) as running:
        yield running


def ridden(host: Host) -> Outcome:
    return first_pass(host, Wishes(stages=frozenset({"automation"})))


def rides_the_voice(found: Outcome, after: Session) -> None:
    """Check that the voice's trim volume lane alone was written, as planned, and that it evens the voice out."""
    (change,) = found.plan
    assert (change.address.track_id, change.address.key) == (VOICE, "trim_volume")
    lane = after.track(VOICE).envelope("trim_volume")
    assert lane is not None
    assert same_value(lane.points, change.after)
    assert after.track(VOICE).volume_linear == 1.0
    before, then = found.before.mixture.lead_spread_db, found.after.mixture.lead_spread_db
    assert before is not None
    assert then is not None
    assert then <= 0.8 * before


def test_in_reaper_a_pass_rides_the_lead_a_second_plans_nothing_and_undo_takes_it_back(
    standin: Standin, tmp_path: Path
) -> None:  # fmt: skip
    before = seen(standin)
    with LiveHost(standin.resource_path) as host:
        found = ridden(host)
        session = host.snapshot()
        rides_the_voice(found, session)
        assert not ridden(host).plan
        assert apart_db(as_we_play_it(host, session), as_reaper_plays_it(standin, tmp_path)) < -40.0
        host.undo()
    assert seen(standin) == before


def test_in_a_file_it_is_the_same_and_undo_gives_back_every_byte(song: Path) -> None:
    before = song.read_bytes()
    found = ridden(ProjectFile(song))
    rides_the_voice(found, ProjectFile(song).snapshot())
    assert b"<VOLENV3" in song.read_bytes()
    assert not ridden(ProjectFile(song)).plan
    ProjectFile(song).undo()
    assert song.read_bytes() == before
