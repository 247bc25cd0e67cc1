"""Microphones of one performance are set in time and polarity in a running REAPER, as in a file."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from actions.first_pass import Outcome, Wishes, first_pass
from reaper_bridge.live.host import LiveHost
from reaper_bridge.session.identity import TrackId
from tests.reapers_master import apart_db, as_reaper_plays_it, as_we_play_it, render_settings
from tests.services import seen
from tests.session_builder import RATE_HZ, TrackSpec, build_project, guid_of, sound
from tests.standin.fixture import Standin

AMP = TrackId(guid_of("Bass Amp"))
LATE_MS = 1.5


@pytest.fixture
def standin(tmp_path: Path) -> Iterator[Standin]:
    own = 0.001 * np.random.default_rng(1).standard_normal(len(sound("bass")))
    amp = own - 0.6 * np.roll(sound("bass"), round(LATE_MS * RATE_HZ / 1000.0))
    band = (
        TrackSpec("Bass DI", "bass", recorded_db=-6.0),
        TrackSpec("Bass Amp", amp, recorded_db=-8.0),
        TrackSpec("Lead Vox", "voice", recorded_db=-12.0),
    )
    project = build_project(tmp_path / "song", band, tail=render_settings(tmp_path))
    with Standin.start(project, hz=100) as running:
        yield running


def aligned(host: LiveHost) -> Outcome:
    return first_pass(host, Wishes(stages=frozenset({"alignment"})))


def placed(outcome: Outcome) -> dict[str, object]:
    assert {change.address.track_id for change in outcome.plan} <= {AMP}
    return {change.address.kind: change.after for change in outcome.plan}


def test_a_pass_sets_them_right_a_second_plans_nothing_and_undo_takes_it_back(standin: Standin, tmp_path: Path) -> None:
    before = seen(standin)
    with LiveHost(standin.resource_path) as host:
        assert placed(aligned(host)) == {"polarity": True, "play_offset": pytest.approx(-1e-3 * LATE_MS, abs=1e-4)}
        assert not aligned(host).plan
        session = host.snapshot()
        assert apart_db(as_we_play_it(host, session), as_reaper_plays_it(standin, tmp_path)) < -60.0
        host.undo()
    assert seen(standin) == before


def test_what_reaper_renders_is_turned_over_and_not_shifted(standin: Standin) -> None:
    standin.control.insert_fx(AMP, "JS: Volume Adjustment")
    with LiveHost(standin.resource_path) as host:
        found = aligned(host)
        assert "play_offset" not in placed(found)
        assert [one.left_because != "" or one.is_moved for one in found.decision.aligned] == [True]
