"""A project's master as the stand-in REAPER renders it itself, and as our own model does."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from analysis.rendering.mixer import render_mix, rendered
from reaper_bridge.host import Host
from reaper_bridge.session.model import Session
from tests.session_builder import RATE_HZ, SECONDS
from tests.standin.fixture import Standin

_RENDER = 42230
_SETTINGS = """  RENDER_FILE "{file}"
  RENDER_PATTERN ""
  RENDER_FMT 0 2 48000
  RENDER_RANGE 1 0 0 0 0
  RENDER_STEMS 0
  <RENDER_CFG
    ZXZhdyAAAQ==
  >"""


def render_settings(folder: Path) -> str:
    """Return the lines of a project by which REAPER renders its master into a folder."""
    return _SETTINGS.format(file=_file(folder))


def as_reaper_plays_it(standin: Standin, folder: Path) -> npt.NDArray[np.float64]:
    """Return (2, n) what REAPER renders of a project with ``render_settings``."""
    standin.control.run_action(_RENDER)
    sound, rate_hz = soundfile.read(_file(folder), always_2d=True)
    _file(folder).unlink()
    assert rate_hz == RATE_HZ
    return np.asarray(sound.T)


def as_we_play_it(host: Host, session: Session) -> npt.NDArray[np.float64]:
    """Return (2, n) what our model makes of a session with a host's sounds."""
    sources = host.sources([track.id for track in session.tracks])
    return rendered(render_mix(session, sources, sample_rate_hz=RATE_HZ, end_seconds=SECONDS))[0]


def apart_db(ours: npt.NDArray[np.float64], reapers: npt.NDArray[np.float64]) -> float:
    """Return how loud the difference of two renderings is beside REAPER's, as far as both go."""
    count = min(ours.shape[1], reapers.shape[1])
    return float(10.0 * np.log10(np.mean((ours[:, :count] - reapers[:, :count]) ** 2) / np.mean(reapers**2)))


def _file(folder: Path) -> Path:
    return folder / "mix.wav"
