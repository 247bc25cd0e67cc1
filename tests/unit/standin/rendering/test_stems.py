"""What is in a stem of the stand-in, and what is not."""

from pathlib import Path

import numpy as np
import pytest

from tests.standin.project import Project
from tests.standin.rendering import targets
from tests.standin.tracks import Send
from tests.unit.standin.rendering.small_songs import (
    RATE_HZ,
    STEMS,
    add_fx,
    add_item,
    add_track,
    rendered,
    rms_db,
    sine,
    write,
)


def test_a_bell_lifts_a_sine_by_its_gain(project: Project) -> None:
    tone = sine(1000.0)
    track = add_track(project, "tone", write(project, tone))
    slot = add_fx(track, "ReaEQ")
    slot.plugin.set_raw(7, 0.5)  # the third band stands at 1000 Hz; +6.02 dB
    (stem,) = rendered(project)
    assert rms_db(stem) - rms_db(tone) == pytest.approx(6.02, abs=0.01)


@pytest.mark.parametrize(("frequency_hz", "gain_db"), [(20.0, 6.02), (3000.0, 0.0)])
def test_a_low_shelf_lifts_what_lies_below_it(project: Project, frequency_hz: float, gain_db: float) -> None:
    tone = sine(frequency_hz, seconds=4.0)
    track = add_track(project, "tone")
    add_item(track, write(project, tone), length=4.0)
    add_fx(track, "ReaEQ").plugin.set_raw(1, 0.5)
    (stem,) = rendered(project)
    assert rms_db(stem) - rms_db(tone) == pytest.approx(gain_db, abs=0.2)


def test_a_plug_in_that_is_bypassed_or_offline_or_dry_is_not_heard(project: Project) -> None:
    tone = sine()
    track = add_track(project, "tone", write(project, tone))
    for name in ("Channel Strip", "JS: Volume Adjustment", "Channel Strip"):
        add_fx(track, name)
    track.chain.slots[0].plugin.enabled = False
    track.chain.slots[1].plugin.offline = True
    track.chain.slots[2].wet = 0.0
    (stem,) = rendered(project)
    np.testing.assert_allclose(stem[:, 0], tone, atol=1e-6)


def test_the_trim_turns_up_and_stops_at_its_ceiling(project: Project) -> None:
    track = add_track(project, "tone", write(project, sine(level=0.25)))
    trim = add_fx(track, "JS: Volume Adjustment").plugin
    trim.set_raw(0, 20.0)
    assert np.abs(rendered(project)[0]).max() == pytest.approx(1.0)
    trim.set_raw(1, 150.0)
    project.texts["RENDER_PATTERN"] = "again"
    assert np.abs(rendered(project)[0]).max() == pytest.approx(2.5, rel=1e-3)


def test_a_compressor_turns_down_what_is_over_its_threshold(project: Project) -> None:
    tone = sine(level=1.0)
    track = add_track(project, "tone", write(project, tone))
    compressor = add_fx(track, "ReaComp").plugin
    compressor.set_raw(0, 0.1)
    (stem,) = rendered(project)
    over_db = 20.0 - 3.0  # the detector hears RMS, 3 dB below the peak
    assert rms_db(tone) - rms_db(stem) == pytest.approx(over_db * 0.75, abs=1.0)


def test_pre_fader_stems_know_nothing_of_fader_and_pan(project: Project) -> None:
    tone = sine()
    track = add_track(project, "tone", write(project, tone))
    track.values |= {"D_VOL": 0.1, "D_PAN": 1.0}
    add_fx(track, "Channel Strip")
    (before,) = rendered(project)
    np.testing.assert_allclose(before, np.stack([tone, tone], axis=1) * 0.5, atol=1e-6)
    project.info["RENDER_SETTINGS"], project.texts["RENDER_PATTERN"] = STEMS, "post $track"
    (after,) = rendered(project)
    np.testing.assert_allclose(after[:, 1], tone * 0.05, atol=1e-6)
    assert np.abs(after[:, 0]).max() < 1e-9


@pytest.mark.parametrize(("pan", "near"), [(0.0, 1.0), (1.0, 1.0), (0.5, 1.2298)])
def test_the_near_side_of_a_pan_rises_between(project: Project, pan: float, near: float) -> None:
    tone = sine()
    track = add_track(project, "tone", write(project, tone))
    track.values["D_PAN"] = pan
    project.info["RENDER_SETTINGS"] = STEMS
    (stem,) = rendered(project)
    assert np.abs(stem[:, 1]).max() / np.abs(tone).max() == pytest.approx(near, abs=0.001)


def test_an_instrument_sounds_as_long_as_its_notes(project: Project) -> None:
    track = add_track(project, "keys")
    add_item(track, Path(), position=0.25, length=0.5, kind="MIDI")
    add_fx(track, "Tone Machine")
    project.info |= {"RENDER_BOUNDSFLAG": 0.0, "RENDER_ENDPOS": 1.0}
    (stem,) = rendered(project)
    heard = np.flatnonzero(np.abs(stem[:, 0]) > 1e-3) / RATE_HZ
    assert (heard[0], heard[-1]) == (pytest.approx(0.25, abs=0.001), pytest.approx(0.75, abs=0.001))


def test_what_is_sent_in_is_in_the_stem(project: Project) -> None:
    tone = sine()
    source = add_track(project, "source", write(project, tone), selected=False)
    source.values["D_VOL"] = 0.5
    bus = add_track(project, "bus")
    send = Send(source, bus)
    project.state.sends.append(send)
    for mode, gain, pattern in ((0, 0.5, "post"), (3, 1.0, "pre"), (1, 1.0, "raw")):
        send.values["I_SENDMODE"] = float(mode)
        project.texts["RENDER_PATTERN"] = pattern
        (stem,) = rendered(project)
        np.testing.assert_allclose(stem[:, 0], tone * gain, atol=1e-6)


def test_a_folder_is_the_sum_of_its_children(project: Project) -> None:
    tone = sine()
    folder = add_track(project, "folder")
    child = add_track(project, "child", write(project, tone), selected=False)
    folder.values["I_FOLDERDEPTH"], child.values["I_FOLDERDEPTH"] = 1.0, -1.0
    child.values["D_VOL"] = 0.25
    (stem,) = rendered(project)
    np.testing.assert_allclose(stem[:, 0], tone * 0.25, atol=1e-6)


def test_mute_and_solo_are_honoured(project: Project) -> None:
    path = write(project, sine())
    muted, other, soloed = (add_track(project, name, path) for name in ("muted", "other", "soloed"))
    muted.values["B_MUTE"] = 1.0
    levels = [float(np.abs(stem).max()) for stem in rendered(project)]
    assert [level > 0.1 for level in levels] == [False, True, True]
    soloed.values["I_SOLO"] = 2.0
    project.texts["RENDER_PATTERN"] = "solo $track"
    levels = [float(np.abs(stem).max()) for stem in rendered(project)]
    assert [level > 0.1 for level in levels] == [False, False, True]
    assert other.name == "other"


def test_the_master_is_rendered_through_its_own_chain(project: Project) -> None:
    tone = sine()
    path = write(project, tone)
    for name in ("one", "two"):
        add_track(project, name, path, selected=False)
    project.state.master.values["D_VOL"] = 0.5
    add_fx(project.state.master, "Channel Strip")
    project.info["RENDER_SETTINGS"] = 0.0
    project.texts["RENDER_PATTERN"] = "$project"
    (mix,) = rendered(project)
    np.testing.assert_allclose(mix[:, 0], tone * 0.5, atol=1e-6)
    assert targets(project) == [project.folder / "out" / "song.wav"]
