"""The bass gives way to the kick in a running REAPER as in a file: channels, side-chain send and ducker in one step."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from actions.first_pass import Outcome, Wishes, first_pass
from reaper_bridge.host import Host
from reaper_bridge.live.host import LiveHost
from reaper_bridge.rpp.host import ProjectFile
from reaper_bridge.session.change import PlacedEffect, side_chain_level
from reaper_bridge.session.effects import ReaComp
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import SIDE_CHAIN_INDEX
from tests.reapers_master import apart_db, as_reaper_plays_it, as_we_play_it, render_settings
from tests.services import seen
from tests.session_builder import RATE_HZ, TrackSpec, build_project, guid_of, sound
from tests.standin.fixture import Standin

KICK, BASS = TrackId(guid_of("Kick")), TrackId(guid_of("Bass"))


def project_in(folder: Path) -> Path:
    time = np.arange(len(sound("bass"))) / RATE_HZ
    boom = sound("bass") + 0.8 * np.sin(2.0 * np.pi * 50.0 * time)
    band = (
        TrackSpec("Kick", "kick", recorded_db=-8.0),
        TrackSpec("Bass", boom, recorded_db=-6.0),
        TrackSpec("Lead Vox", "voice", recorded_db=-12.0),
    )
    return build_project(folder / "song", band, tail=render_settings(folder))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return project_in(tmp_path)


@pytest.fixture
def standin(project: Path) -> Iterator[Standin]:
    with Standin.start(project, hz=100) as running:
        yield running


def ducked(host: Host) -> Outcome:
    return first_pass(host, Wishes(stages=frozenset({"balance", "ducking"})))


def assert_is_ducked(host: Host, outcome: Outcome) -> None:
    session = host.snapshot()
    bass = session.track(BASS)
    assert bass.channel_count == 4
    (slot,) = bass.fx
    assert isinstance(slot.effect, ReaComp)
    assert slot.effect.side_chain
    send = session.track(KICK).send_to(BASS, side_chain=True)
    assert send is not None
    assert (send.destination_channel_index, send.mode, send.muted) == (SIDE_CHAIN_INDEX, "pre_fx", False)
    placed = [c.after for c in outcome.plan if c.address.kind == "side_chain"]
    assert placed == [side_chain_level(1.0, "pre_fx")]
    assert [m.chosen for m in outcome.decision.masked if m.group == "bass"] == ["ducking"]
    assert not ducked(host).plan


def test_in_a_file_a_second_pass_plans_nothing_and_undo_takes_all_back(project: Path) -> None:
    before = project.read_bytes()
    host = ProjectFile(project, backup=False)
    assert_is_ducked(host, ducked(host))
    assert b"AUXRECV" in project.read_bytes()
    host.undo()
    assert project.read_bytes() == before


def test_in_reaper_a_second_pass_plans_nothing_and_undo_takes_all_back(standin: Standin, tmp_path: Path) -> None:
    before = seen(standin)
    with LiveHost(standin.resource_path) as host:
        outcome = ducked(host)
        assert_is_ducked(host, outcome)
        session = host.snapshot()
        closed = replace(session, tracks=tuple(replace(t, sends=()) for t in session.tracks))
        reapers = as_reaper_plays_it(standin, tmp_path)
        # the stand-in's compressor is another model than ours: they agree on the ducking, not on every sample
        assert apart_db(as_we_play_it(host, session), reapers) < -30.0
        assert apart_db(as_we_play_it(host, closed), reapers) > -20.0
        host.undo()
    assert seen(standin) == before


def test_both_hosts_are_given_the_same(project: Path, tmp_path: Path) -> None:
    other = project_in(tmp_path / "other")
    with Standin.start(project, hz=100) as running, LiveHost(running.resource_path) as live:
        plans = [ducked(host).plan for host in (live, ProjectFile(other, backup=False))]
    found = [{c.address: c.after for c in plan if c.stage == "ducking"} for plan in plans]
    assert found[0].keys() == found[1].keys() != set()
    for address, value in found[0].items():
        if isinstance(value, PlacedEffect) and isinstance(value.effect, ReaComp):
            same = found[1][address]
            assert isinstance(same, PlacedEffect)
            assert isinstance(same.effect, ReaComp)
            assert value.effect.threshold_db == pytest.approx(same.effect.threshold_db, abs=0.11)
        else:
            assert value == found[1][address]
