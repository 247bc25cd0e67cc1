"""Two models of the same mixer: ours, and the stand-in's renderer, which shares no code with it.

Both were written from the same published measurements, so agreement says that both follow them, not that REAPER does.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import rpp
import soundfile

from analysis.rendering.mixer import end_seconds_of, render_mix, rendered
from reaper_bridge.rpp.host import ProjectFile
from tests.session_builder import RATE_HZ, TrackSpec, build_project
from tests.standin.plugins import new_plugin
from tests.standin.rendering import render
from tests.standin.rpp_reading import read_project

Sound = npt.NDArray[np.float64]
STEMS_AND_MASTER = 1.0
FLOAT_WAV = "ZXZhdyAAAQ=="


class Nobody:
    """No one sits before the screen, and nothing is asked."""

    play_state = 0
    is_quitting = False

    def show_box(self, text: str) -> int:
        raise AssertionError(text)


def fx(name: str, **turned: float) -> str:
    """Return the lines of a chain with one plug-in, its knobs (``p3=0.5``) at raw values."""
    plugin = new_plugin(name)
    assert plugin is not None
    for knob, raw in turned.items():
        plugin.set_raw(int(knob[1:]), raw)
    block = rpp.dumps(plugin.block()).strip()
    return f"BYPASS 0 0 0\n{block}\nFLOATPOS 0 0 0 0\nFXID {plugin.guid}\nWAK 0 0"


TRACKS = (
    TrackSpec("shelves and bells", "guitar", fx=fx("ReaEQ", p1=0.4, p4=0.1, p7=0.6, p10=0.5)),
    TrackSpec("panned and trimmed", "bass", pan=0.4, volume=0.7, fx=fx("JS: Volume Adjustment", p0=-3.5, p1=150.0)),
    TrackSpec("compressed", "snare", pan=-0.8, fx=fx("ReaComp", p0=0.1)),
    TrackSpec("at another rate", "kick", rate_hz=44_100),
    TrackSpec("muted", "pad", muted=True),
    TrackSpec("bus", None, receives=((0, 0.5), (1, 0.8))),
)
LARGEST_DIFFERENCE_DB = {
    "compressed": -15.0,  # the stand-in's gain moves in steps, and nobody knows how fast REAPER's does
    "at another rate": -20.0,  # on a straight line between samples here, through a good filter there
    "master": -20.0,
}
"""How loud the difference may be beside the sound, where not -35 dB: fades have other shapes here."""


@pytest.fixture(scope="module")
def ours_and_theirs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Sound, Sound]]:
    """Render one session twice: {name: (our model, the stand-in's file)}, each (channels, frames)."""
    folder = tmp_path_factory.mktemp("hearing")
    path = build_project(folder, TRACKS)
    ours, theirs = _ours(path), _theirs(path, folder / "out")
    return {name: (ours[name], theirs[name]) for name in theirs}


def _ours(path: Path) -> Mapping[str, Sound]:
    host = ProjectFile(path)
    session = host.snapshot()
    names = {track.id: track.name for track in session.tracks}
    sources = host.sources(tuple(names))
    mixdown = render_mix(
        session, sources, sample_rate_hz=RATE_HZ, end_seconds=end_seconds_of(sources), stems=tuple(names)
    )
    master, stems = rendered(mixdown)
    return {"master": master} | {names[track_id]: stem for track_id, stem in stems.items()}


def _theirs(path: Path, folder: Path) -> Mapping[str, Sound]:
    project = read_project(path)
    for track in project.state.tracks:
        track.values["I_SELECTED"] = 1.0
    project.info |= {"RENDER_SETTINGS": STEMS_AND_MASTER, "RENDER_TAILFLAG": 0.0, "RENDER_SRATE": float(RATE_HZ)}
    project.texts |= {"RENDER_FILE": str(folder), "RENDER_PATTERN": "$track", "RENDER_FORMAT": FLOAT_WAV}
    files = [Path(file) for file in render(Nobody(), project)]
    return {file.stem: soundfile.read(file, always_2d=True)[0].T for file in files}


def power_db(sound: Any) -> float:
    return 10.0 * float(np.log10(np.mean(np.square(sound)) + 1e-20))


@pytest.mark.parametrize("name", ["master", *(track.name for track in TRACKS if not track.muted)])
def test_both_models_hear_the_same(ours_and_theirs: dict[str, tuple[Sound, Sound]], name: str) -> None:
    ours, theirs = ours_and_theirs[name]
    assert ours.shape == theirs.shape
    assert power_db(theirs) == pytest.approx(power_db(ours), abs=0.6 if name == "compressed" else 0.1)
    assert power_db(ours - theirs) - power_db(ours) < LARGEST_DIFFERENCE_DB.get(name, -35.0)


def test_both_models_hear_nothing_of_a_muted_track(ours_and_theirs: dict[str, tuple[Sound, Sound]]) -> None:
    ours, theirs = ours_and_theirs["muted"]
    assert np.abs(ours).max() == np.abs(theirs).max() == 0.0
