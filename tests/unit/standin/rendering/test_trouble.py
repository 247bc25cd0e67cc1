"""What the stand-in does when it cannot render."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.standin import rendering
from tests.standin.project import Project
from tests.standin.rendering import render, targets
from tests.standin.tracks import Send
from tests.unit.standin.rendering.small_songs import (
    RATE_HZ,
    Person,
    add_track,
    rendered,
    sine,
    write,
)


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
