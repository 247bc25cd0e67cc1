"""A project's master as the stand-in REAPER renders it itself, to compare our own mix with."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from tests.session_builder import RATE_HZ
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


def _file(folder: Path) -> Path:
    return folder / "mix.wav"
