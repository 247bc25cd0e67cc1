"""Small sound files and clips for the tests of listening."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

from reaper_bridge.session.audio import Clip, TrackAudio
from reaper_bridge.session.identity import ItemId, TrackId

RATE_HZ = 48000


def written(path: Path, sound: npt.ArrayLike, rate_hz: int = RATE_HZ, subtype: str = "FLOAT") -> Path:
    """Write (samples,) or (samples, channels) and return the path."""
    soundfile.write(path, np.asarray(sound), rate_hz, subtype=subtype)
    return path


def ramp(count: int) -> npt.NDArray[np.float32]:
    """Return samples that tell their own place: sample n is (n + 1) / 2**20."""
    return ((np.arange(count) + 1) / 2.0**20).astype(np.float32)


def clip(path: Path, position_seconds: float = 0.0, length_seconds: float = 1.0, **more: Any) -> Clip:
    """Return a clip of a file."""
    return Clip(ItemId("item"), path.stem, path, position_seconds, length_seconds, **more)


def track(*clips: Clip, name: str = "track:0", **more: Any) -> TrackAudio:
    """Return a track of clips."""
    return TrackAudio(TrackId(name), clips, **more)


def tone(
    frequency_hz: float, seconds: float, rate_hz: int = RATE_HZ, amplitude: float = 0.5
) -> npt.NDArray[np.float64]:
    """Return a sine."""
    return amplitude * np.sin(2.0 * np.pi * frequency_hz * np.arange(round(seconds * rate_hz)) / rate_hz)
