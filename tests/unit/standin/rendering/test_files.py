"""Where renders of the stand-in go: names, bounds, formats."""

import base64
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.standin.project import Marker, Project
from tests.standin.rendering import render, targets
from tests.unit.standin.rendering.small_songs import (
    FLOAT_WAV,
    RATE_HZ,
    Person,
    add_track,
    rendered,
    sine,
    write,
)


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
