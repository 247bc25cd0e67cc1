"""What items of the stand-in play."""

import numpy as np
import pytest

from tests.standin.envelopes import Envelope, Point
from tests.standin.items import Source
from tests.standin.project import Project
from tests.unit.standin.rendering.small_songs import (
    RATE_HZ,
    add_item,
    add_track,
    rendered,
    sine,
    write,
)


def test_an_item_plays_its_part_of_the_file(project: Project) -> None:
    tone = np.arange(RATE_HZ) / RATE_HZ
    track = add_track(project, "ramp")
    item = add_item(track, write(project, tone), position=0.5, length=0.25)
    take = item.takes[0]
    assert take is not None
    take.values |= {"D_STARTOFFS": 0.125, "D_PLAYRATE": 2.0, "D_VOL": -0.5}
    item.values["D_VOL"] = 0.5
    (stem,) = rendered(project)
    expected = -0.25 * (0.125 + 2.0 * np.arange(2000) / RATE_HZ)
    np.testing.assert_allclose(stem[4000:6000, 0], expected, atol=1e-6)
    assert np.abs(stem[:4000]).max() == 0.0


@pytest.mark.parametrize(
    ("mode", "left", "right"),
    [(0, 0.1, 0.3), (1, 0.3, 0.1), (2, 0.2, 0.2), (3, 0.1, 0.1), (4, 0.3, 0.3), (67, 0.1, 0.3)],
)
def test_channel_modes(project: Project, mode: int, left: float, right: float) -> None:
    track = add_track(project, "dc")
    item = add_item(track, write(project, np.tile([0.1, 0.3], (RATE_HZ, 1))))
    take = item.takes[0]
    assert take is not None
    take.values["I_CHANMODE"] = float(mode)
    (stem,) = rendered(project)
    np.testing.assert_allclose(stem[100], [left, right], atol=1e-6)


def test_a_loop_begins_again_and_a_section_plays_backwards(project: Project) -> None:
    path = write(project, np.arange(RATE_HZ) / RATE_HZ)
    track = add_track(project, "loop")
    item = add_item(track, path, length=0.5)
    item.values["B_LOOPSRC"] = 1.0
    take = item.takes[0]
    assert take is not None
    take.source = Source("SECTION", inner=Source("WAVE", str(path)), section_offset_seconds=0.5)
    take.source.section_length_seconds, take.source.is_reversed = 0.25, True
    (stem,) = rendered(project)
    np.testing.assert_allclose(stem[[0, 1000, 2000], 0], [0.749875, 0.624875, 0.749875], atol=1e-4)


def test_a_file_at_another_rate_keeps_its_pitch_and_fades_begin_at_nothing(project: Project) -> None:
    path = write(project, sine(110.0, seconds=2.0, level=0.5), rate_hz=RATE_HZ * 2)
    track = add_track(project, "tone")
    item = add_item(track, path)
    item.values |= {"D_FADEINLEN": 0.5, "D_FADEOUTLEN": 0.01, "D_FADEOUTLEN_AUTO": 0.25}
    (stem,) = rendered(project)
    expected = 0.5 * np.sin(2.0 * np.pi * 220.0 * np.arange(RATE_HZ) / RATE_HZ)
    np.testing.assert_allclose(stem[4000:6000, 0], expected[4000:6000], atol=0.01)
    np.testing.assert_allclose(stem[2000:2100, 0], expected[2000:2100] * np.linspace(0.5, 0.525, 100), atol=0.01)
    assert np.abs(stem[7000:7100, 0]).max() < 0.26


def test_volume_lanes_before_and_after_the_plug_ins(project: Project) -> None:
    tone = sine()
    track = add_track(project, "tone", write(project, tone))
    track.envelopes["VOLENV"] = Envelope("VOLENV", [Point(0.0, 0.5), Point(1.0, 0.5)])
    track.envelopes["VOLENV2"] = Envelope("VOLENV2", [Point(0.0, 0.1)])
    (stem,) = rendered(project)
    np.testing.assert_allclose(stem[:, 0], tone * 0.5, atol=1e-6)
