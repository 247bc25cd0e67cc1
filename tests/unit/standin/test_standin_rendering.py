"""The stand-in's renderer: what is in a stem, where it goes, and what happens when it cannot."""

import base64
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.standin import rendering
from tests.standin.chains import Slot
from tests.standin.envelopes import Envelope, Point
from tests.standin.fixture import Standin
from tests.standin.items import Item, Source, Take
from tests.standin.plugins import new_plugin
from tests.standin.project import Marker, Project
from tests.standin.rendering import SWITCHES, render, targets
from tests.standin.rendering.media import Sound
from tests.standin.tracks import Send, Track

RATE_HZ = 8000
SECONDS = 1.0
FLOAT_WAV = "ZXZhdyAAAQ=="
STEMS, BEFORE_FADER = 3, 8195


@dataclass
class Person:
    """Whoever sits before the screen: answers windows, and remembers what they said."""

    answer: int = 7
    asked: list[str] = field(default_factory=list)
    is_quitting: bool = False
    play_state: int = 5

    def show_box(self, text: str) -> int:
        self.asked.append(text)
        return self.answer


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


def sine(frequency_hz: float = 440.0, seconds: float = SECONDS, level: float = 0.25) -> Sound:
    return level * np.sin(2.0 * np.pi * frequency_hz * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)


def write(project: Project, sound: Sound, name: str = "a.wav", rate_hz: int = RATE_HZ) -> Path:
    path = project.folder / name
    soundfile.write(path, sound, rate_hz, subtype="FLOAT")
    return path


def add_track(project: Project, name: str, path: Path | None = None, *, selected: bool = True) -> Track:
    track = Track(name)
    track.values["I_SELECTED"] = float(selected)
    project.state.tracks.append(track)
    if path is not None:
        add_item(track, path)
    return track


def add_item(track: Track, path: Path, *, position: float = 0.0, length: float = SECONDS, kind: str = "WAVE") -> Item:
    item = Item(track)
    item.values |= {"D_POSITION": position, "D_LENGTH": length, "D_FADEINLEN": 0.0, "D_FADEOUTLEN": 0.0}
    item.takes.append(Take(item, source=Source(kind, str(path))))
    track.items.append(item)
    return item


def add_fx(track: Track, name: str) -> Slot:
    plugin = new_plugin(name)
    assert plugin is not None
    track.chain.slots.append(Slot(plugin))
    return track.chain.slots[-1]


def rendered(project: Project) -> list[Sound]:
    files = render(Person(), project)
    return [soundfile.read(path, always_2d=True)[0] for path in files]


def rms_db(sound: Sound) -> float:
    middle = sound[len(sound) // 4 : 3 * len(sound) // 4]
    return 10.0 * math.log10(float(np.mean(middle**2)) + 1e-20)


# what is in a stem


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


# items


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


# where it goes


def test_only_selected_tracks_are_written_in_their_order(project: Project) -> None:
    path = write(project, sine())
    for name, selected in (("Kick", True), ("Snare", False), ("a/b: c", True), ("", True)):
        add_track(project, name, path, selected=selected)
    names = [target.name for target in targets(project)]
    assert names == ["01-Kick.wav", "03-a_b_ c.wav", "04-untitled.wav"]
    assert [Path(file).name for file in render(Person(), project)] == names


def test_names_that_collide_are_numbered(project: Project) -> None:
    path = write(project, sine())
    for _ in range(3):
        add_track(project, "Gtr", path)
    project.texts["RENDER_PATTERN"] = "$track"
    assert [target.name for target in targets(project)] == ["Gtr.wav", "Gtr-001.wav", "Gtr-002.wav"]


def test_a_relative_folder_lies_beside_the_project(project: Project) -> None:
    add_track(project, "Kick", write(project, sine()))
    project.texts["RENDER_FILE"] = "stems"
    assert targets(project) == [project.folder / "stems" / "01-Kick.wav"]


@pytest.mark.parametrize(("settings", "count"), [(0, 1), (1, 3), (2, 1), (3, 2), (8195, 2)])
def test_settings_say_whether_stems_or_the_master_are_written(project: Project, settings: int, count: int) -> None:
    path = write(project, sine())
    for name in ("one", "two"):
        add_track(project, name, path)
    project.info["RENDER_SETTINGS"] = float(settings)
    assert len(targets(project)) == count


@pytest.mark.parametrize(
    ("flag", "seconds"), [(0, 0.5), (1, 1.0), (2, 0.25)], ids=["custom", "entire project", "time selection"]
)
def test_bounds(project: Project, flag: int, seconds: float) -> None:
    add_track(project, "tone", write(project, sine()))
    project.info |= {"RENDER_BOUNDSFLAG": float(flag), "RENDER_STARTPOS": 0.25, "RENDER_ENDPOS": 0.75}
    project.time_selection = (0.5, 0.75)
    (stem,) = rendered(project)
    assert len(stem) == round(seconds * RATE_HZ)


def test_start_and_end_markers_and_a_tail_move_the_bounds(project: Project) -> None:
    add_track(project, "tone", write(project, sine()))
    project.state.markers = [Marker(1, 0.25, None, "=START"), Marker(2, 0.75, None, "=END")]
    project.info |= {"RENDER_TAILFLAG": 2.0, "RENDER_TAILMS": 250.0}
    (stem,) = rendered(project)
    assert len(stem) == round(0.75 * RATE_HZ)


@pytest.mark.parametrize(
    ("text", "subtype", "suffix"),
    [
        (FLOAT_WAV, "FLOAT", ".wav"),
        ("ZXZhdxgAAQ==", "PCM_24", ".wav"),
        ("ZXZhdxAAAQ==", "PCM_16", ".wav"),
        (base64.b64encode(b"l3pm\0").decode(), "PCM_24", ".wav"),
        ("evaw", "PCM_24", ".wav"),
        ("Y2FsZhgAAAAFAAAA", "PCM_24", ".flac"),
    ],
)
def test_formats(project: Project, text: str, subtype: str, suffix: str) -> None:
    add_track(project, "tone", write(project, sine()))
    project.texts["RENDER_FORMAT"] = text
    (file,) = render(Person(), project)
    assert (soundfile.info(file).subtype, Path(file).suffix) == (subtype, suffix)


def test_a_second_format_writes_every_file_twice(project: Project) -> None:
    path = write(project, sine())
    for name in ("one", "two"):
        add_track(project, name, path)
    project.texts["RENDER_FORMAT2"] = "Y2FsZhgAAAAFAAAA"
    names = [Path(file).name for file in render(Person(), project)]
    assert names == ["01-one.wav", "02-two.wav", "01-one.flac", "02-two.flac"]


def test_rate_and_channels_are_those_asked_for(project: Project) -> None:
    add_track(project, "tone", write(project, sine()))
    project.info |= {"RENDER_SRATE": 16_000.0, "RENDER_CHANNELS": 1.0}
    (file,) = render(Person(), project)
    assert (soundfile.info(file).samplerate, soundfile.info(file).channels) == (16_000, 1)


def test_normalising_changes_the_level(project: Project) -> None:
    add_track(project, "tone", write(project, sine(level=0.1)))
    project.info |= {"RENDER_NORMALIZE": 1.0, "RENDER_NORMALIZE_TARGET": 0.8}
    assert np.abs(rendered(project)[0]).max() == pytest.approx(0.8, rel=1e-3)


def test_a_render_stops_what_plays_and_may_come_back_as_tracks(project: Project) -> None:
    add_track(project, "tone", write(project, sine()))
    project.info["RENDER_ADDTOPROJ"] = 1.0
    person = Person()
    (file,) = render(person, project)
    assert person.play_state == 0
    assert [track.name for track in project.state.tracks] == ["tone", "01-tone"]
    take = project.state.tracks[1].items[0].active_take()
    assert take is not None
    assert take.source is not None
    assert (take.source.path, project.dirty) == (file, True)


# when it cannot


def test_a_file_that_exists_is_asked_about_and_kept_on_a_no(project: Project) -> None:
    add_track(project, "tone", write(project, sine()))
    (file,) = render(Person(), project)
    Path(file).write_bytes(b"mine")
    refusing, agreeing = Person(answer=7), Person(answer=6)
    assert render(refusing, project) == []
    assert (len(refusing.asked), Path(file).read_bytes()) == (1, b"mine")
    assert render(agreeing, project) == [file]
    assert "Overwrite" in agreeing.asked[0]
    assert soundfile.info(file).frames == RATE_HZ


@pytest.mark.parametrize("spoil", ["no selection", "no pattern", "no length"])
def test_nothing_to_render_is_said_in_a_window(project: Project, spoil: str) -> None:
    track = add_track(project, "tone", write(project, sine()))
    spoilers: dict[str, Callable[[], object]] = {
        "no selection": lambda: track.values.update(I_SELECTED=0.0),
        "no pattern": lambda: project.texts.update(RENDER_PATTERN=""),
        "no length": lambda: project.info.update(RENDER_BOUNDSFLAG=2.0),
    }
    spoilers[spoil]()
    person = Person()
    assert render(person, project) == []
    assert len(person.asked) == 1


def test_a_full_disk_leaves_broken_files(project: Project, switches: rendering.Switches) -> None:
    path = write(project, sine())
    for name in ("one", "two"):
        add_track(project, name, path)
    switches.outcome = "disk full"
    person = Person()
    assert render(person, project) == []
    assert "disk is full" in person.asked[0]
    assert [target.stat().st_size for target in targets(project)] == [4, 0]


def test_a_cancelled_render_leaves_an_empty_file(project: Project, switches: rendering.Switches) -> None:
    path = write(project, sine())
    for name in ("one", "two"):
        add_track(project, name, path)
    switches.outcome = "cancelled"
    assert len(render(Person(), project)) == 1
    assert targets(project)[1].stat().st_size == 0


def test_sends_in_a_circle_end(project: Project) -> None:
    path = write(project, sine())
    one, two = (add_track(project, name, path) for name in ("one", "two"))
    project.state.sends += [Send(one, two), Send(two, one)]
    assert all(np.isfinite(stem).all() for stem in rendered(project))


def test_a_file_that_is_not_there_is_silence(project: Project) -> None:
    add_track(project, "gone", project.folder / "nowhere.wav")
    assert np.abs(rendered(project)[0]).max() == 0.0


# in a running stand-in


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """A project of one selected track whose settings ask for its stem."""
    soundfile.write(tmp_path / "a.wav", sine(), RATE_HZ, subtype="FLOAT")
    text = f"""<REAPER_PROJECT 0.1 "7.27/linux-x86_64" 0
  RENDER_FILE "{tmp_path / "out"}"
  RENDER_PATTERN $tracknumber-$track
  RENDER_STEMS {BEFORE_FADER}
  SAMPLERATE {RATE_HZ} 1 0
  <TRACK {{11111111-0000-0000-0000-000000000000}}
    NAME Kick
    SEL 1
    <ITEM
      POSITION 0
      LENGTH 1
      <SOURCE WAVE
        FILE "a.wav"
      >
    >
  >
>
"""
    (tmp_path / "song.RPP").write_text(text, encoding="utf-8")
    return tmp_path / "song.RPP"


def test_an_action_renders_what_the_project_says(song: Path) -> None:
    with Standin.start(song, no_bridge=True, wait_for_bridge=False) as standin:
        standin.control.run_action(42230)
        assert standin.control.stats()["renders"] == 1
    info = soundfile.info(song.parent / "out" / "01-Kick.wav")
    assert (info.samplerate, info.channels) == (RATE_HZ, 2)


@pytest.mark.parametrize(("answer", "is_replaced"), [(2, False), (6, True)])
def test_a_box_about_files_waits_for_somebody(song: Path, answer: int, is_replaced: bool) -> None:
    stem = song.parent / "out" / "01-Kick.wav"
    stem.parent.mkdir()
    stem.write_bytes(b"mine")
    with Standin.start(song, no_bridge=True, wait_for_bridge=False) as standin:
        standin.control.start_action(42230)
        until(lambda: standin.control.stats()["dialog"] is not None)
        assert stem.read_bytes() == b"mine"
        held = standin.control.stats()["ticks"]
        standin.control.dialog(on=False, answer=answer)
        until(lambda: standin.control.stats()["ticks"] > held)
    assert (stem.read_bytes() == b"mine") != is_replaced


def test_a_person_can_fill_the_disk(song: Path) -> None:
    with Standin.start(song, no_bridge=True, wait_for_bridge=False) as standin:
        standin.control.spoil_renders("disk full")
        standin.control.start_action(42230)
        until(lambda: "disk is full" in (standin.control.stats()["dialog"] or ""))


def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until something holds, and fail where it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)
