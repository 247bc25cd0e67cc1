"""A cut without a fade is found where it clicks; fades, crossfades, splits and silence are none."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from analysis.edges import EdgeClick, edge_clicks
from reaper_bridge.session.audio import Clip, Fade, TrackAudio
from reaper_bridge.session.identity import ItemId, TrackId

RATE_HZ = 48_000
TIME = np.arange(4 * RATE_HZ) / RATE_HZ
TONE = 0.3 * np.sin(2 * np.pi * 110.0 * TIME + 0.5) + 0.05 * np.sin(2 * np.pi * 440.0 * TIME)


@pytest.fixture
def tone(tmp_path: Path) -> Clip:
    """A clip of two seconds out of the middle of a tone, at one second."""
    path = tmp_path / "tone.wav"
    soundfile.write(path, TONE, RATE_HZ, subtype="FLOAT")
    return Clip(ItemId("tone"), "tone", path, 1.0, 2.0, source_offset_seconds=1.0011)


def clicks(*clips: Clip) -> list[EdgeClick]:
    return list(edge_clicks(TrackAudio(TrackId("track"), clips), RATE_HZ))


def faded(clip: Clip, seconds: float = 0.01) -> Clip:
    return replace(clip, fade_in=Fade(seconds), fade_out=Fade(seconds))


def test_both_ends_of_a_cut_tone_click(tone: Clip) -> None:
    start, end = clicks(tone)
    assert (start.time_seconds, start.is_start) == (1.0, True)
    assert (end.time_seconds, end.is_start) == (3.0, False)
    first, last = np.abs(TONE[[round(1.0011 * RATE_HZ), round(3.0011 * RATE_HZ) - 1]])
    assert start.step_dbfs == pytest.approx(20 * np.log10(first), abs=0.3)
    assert end.step_dbfs == pytest.approx(20 * np.log10(last), abs=0.3)


def test_a_fade_leaves_no_click(tone: Clip) -> None:
    assert clicks(faded(tone)) == []


def test_a_fade_too_short_to_help_still_clicks(tone: Clip) -> None:
    assert len(clicks(faded(tone, 0.00005))) == 2


def test_a_split_that_plays_on_leaves_no_click(tone: Clip) -> None:
    first = replace(faded(tone), length_seconds=1.0, fade_out=Fade())
    second = replace(
        faded(tone), position_seconds=2.0, length_seconds=1.0, source_offset_seconds=2.0011, fade_in=Fade()
    )
    assert clicks(first, second) == []
    (seam,) = clicks(first, replace(second, source_offset_seconds=2.0051))
    assert seam.time_seconds == 2.0


def test_a_crossfade_leaves_no_click(tone: Clip) -> None:
    first = replace(faded(tone, 0.05), length_seconds=1.025)
    second = replace(faded(tone, 0.05), position_seconds=1.975, length_seconds=1.0, source_offset_seconds=3.0)
    assert clicks(first, second) == []


def test_a_cut_in_silence_or_where_the_wave_crosses_zero_is_no_click(tmp_path: Path) -> None:
    path = tmp_path / "phrase.wav"
    soundfile.write(path, TONE * np.hanning(len(TONE)), RATE_HZ, subtype="FLOAT")
    assert clicks(Clip(ItemId("phrase"), "phrase", path, 0.5, 4.0)) == []


def test_a_cut_in_noise_is_covered_by_it(tmp_path: Path) -> None:
    path = tmp_path / "noise.wav"
    soundfile.write(path, 0.1 * np.random.default_rng(1).standard_normal(4 * RATE_HZ), RATE_HZ, subtype="FLOAT")
    assert clicks(Clip(ItemId("noise"), "noise", path, 0.5, 3.0)) == []


def test_media_that_runs_out_before_its_item_ends_clicks_there(tone: Clip) -> None:
    (click,) = clicks(replace(faded(tone), length_seconds=5.0))
    assert click.time_seconds == pytest.approx(1.0 + 4.0 - 1.0011, abs=1e-4)
    assert not click.is_start


def test_a_click_is_found_at_another_rate_than_that_of_the_media(tone: Clip) -> None:
    found = edge_clicks(TrackAudio(TrackId("track"), (tone,)), 44_100)
    assert [click.time_seconds for click in found] == pytest.approx([1.0, 3.0], abs=1e-3)
