"""A session behind plug-ins that only REAPER can play is heard, and mixed, as REAPER plays it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from actions.hearing import hear
from reaper_bridge.live.host import LiveHost
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import Change, MixPlan, PlacedEffect
from reaper_bridge.session.effects import EqBand, ReaEq, trim
from reaper_bridge.session.identity import FxId, TrackId, guid_from_words
from tests.reapers_master import as_reaper_plays_it, as_we_play_it, render_settings
from tests.session_builder import TrackSpec, build_project, guid_of
from tests.standin.fixture import Standin

Sound = npt.NDArray[np.float64]
VOLUME = "JS: Volume Adjustment"
BASS, GUITAR, VOICE = (TrackId(guid_of(name)) for name in ("Bass", "Gtr", "Lead Vox"))


@pytest.fixture
def standin(tmp_path: Path) -> Iterator[Standin]:
    band = (
        TrackSpec("Bass", "bass", volume=0.7, pan=-0.3, recorded_db=-9.0),
        TrackSpec("Gtr", "guitar", volume=0.5, pan=0.6, recorded_db=-9.0),
        TrackSpec("Lead Vox", "voice", recorded_db=-12.0),
    )
    project = build_project(tmp_path / "song", band, tail=render_settings(tmp_path))
    with Standin.start(project, hz=100) as running:
        fx = running.control.insert_fx(BASS, VOLUME)
        running.control.set_fx_param(BASS, fx, 0, (150.0 - 6.0) / 300.0)
        fx = running.control.insert_fx(GUITAR, "ReaEQ")
        running.control.set_fx_param(GUITAR, fx, 7, 0.6)
        yield running


def difference_db(one: Sound, other: Sound) -> float:
    """Return how loud the difference of two sounds is beside the first."""
    return float(10.0 * np.log10(np.mean((one - other[:, : one.shape[1]]) ** 2) / np.mean(one**2)))


def test_a_mix_of_stems_and_files_is_what_reaper_plays(standin: Standin, tmp_path: Path) -> None:
    with LiveHost(standin.resource_path) as host:
        assert difference_db(as_reaper_plays_it(standin, tmp_path), as_we_play_it(host, host.snapshot())) < -60.0
    assert standin.control.stats()["renders"] == 2, "the mix, and one for both stems"


def test_our_own_plug_ins_are_played_once_behind_the_engineers(standin: Standin, tmp_path: Path) -> None:
    ours = FxId(guid_from_words("a plug-in of ours"))
    with LiveHost(standin.resource_path) as host:
        host.snapshot()
        placed = PlacedEffect(trim(-3.0), position_index=1)
        voiced = PlacedEffect(ReaEq((EqBand("bell", 1000.0, -6.0, 2.0),)))
        host.write(
            MixPlan(
                (
                    Change(Address(BASS, "fx", ours), None, placed, "behind the engineer's"),
                    Change(Address(VOICE, "fx", FxId(guid_from_words("another"))), None, voiced, "on its own"),
                )
            ),
            label="First pass 1",
        )
        assert difference_db(as_reaper_plays_it(standin, tmp_path), as_we_play_it(host, host.snapshot())) < -40.0


def test_what_is_measured_of_a_track_has_the_engineers_plug_ins_in_it(standin: Standin) -> None:
    with LiveHost(standin.resource_path) as host:
        before = hear(host).measures
        standin.control.set_fx_param(BASS, 0, 0, (150.0 - 12.0) / 300.0)
        after = hear(host).measures
    lufs = {key: after[key].loudness.integrated_lufs - before[key].loudness.integrated_lufs for key in before}
    assert lufs == {
        BASS: pytest.approx(-6.0, abs=0.05), GUITAR: pytest.approx(0.0, abs=1e-9), VOICE: pytest.approx(0.0, abs=1e-9)
    }  # fmt: skip
