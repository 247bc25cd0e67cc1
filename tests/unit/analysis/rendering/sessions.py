"""Small sessions made by hand, and sound for their tracks that is known to the last sample."""

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from analysis.rendering.mixer import Mixdown, render_mix, rendered
from reaper_bridge.session.audio import TrackAudio
from reaper_bridge.session.effects import Effect
from reaper_bridge.session.identity import FxId, TrackId
from reaper_bridge.session.model import FxSlot, Session, Track

RATE = 48_000
Audio = npt.NDArray[np.float64]


def track(name: str, index: int, **values: object) -> Track:
    """Return a track whose id is its name."""
    return Track(TrackId(name), name, index, **values)  # type: ignore[arg-type]


def slots(*effects: Effect) -> tuple[FxSlot, ...]:
    """Return a chain of plug-ins."""
    return tuple(FxSlot(FxId(f"fx{n}"), "", effect) for n, effect in enumerate(effects))


def session(*tracks: Track, **values: object) -> Session:
    """Return a session with the linear balance, so that sums can be done in the head."""
    settings: dict[str, object] = {"pan_taper": 3, **values}
    return Session("test", tracks, **settings)  # type: ignore[arg-type]


def noise(seed: int, seconds: float = 0.2, channels: int = 2) -> Audio:
    """Return noise that is the same for the same seed."""
    return np.random.default_rng(seed).uniform(-0.5, 0.5, (channels, round(seconds * RATE)))


def mixdown(picture: Session, sounds: Mapping[str, Audio], seconds: float = 0.2, **options: object) -> Mixdown:
    """Return the rendering of a session whose tracks play these sounds from time 0 on."""

    def open_source(
        audio: TrackAudio, sample_rate_hz: int, start_seconds: float, end_seconds: float
    ) -> Iterator[Audio]:
        start, end = round(start_seconds * sample_rate_hz), round(end_seconds * sample_rate_hz)
        sound = sounds[audio.track_id]
        for at in range(start, min(end, sound.shape[1]), 1000):
            yield sound[:, at : min(at + 1000, end)]

    sources = {TrackId(name): TrackAudio(TrackId(name), ()) for name in sounds}
    settings: dict[str, object] = {"sample_rate_hz": RATE, "end_seconds": seconds, **options}
    return render_mix(picture, sources, open_source=open_source, **settings)  # type: ignore[arg-type]


def mixed(picture: Session, sounds: Mapping[str, Audio], seconds: float = 0.2, **options: object) -> Audio:
    """Return the master of a session."""
    return rendered(mixdown(picture, sounds, seconds, **options))[0]


def stem(picture: Session, name: str, sounds: Mapping[str, Audio], seconds: float = 0.2) -> Audio:
    """Return one stem of a session."""
    return rendered(mixdown(picture, sounds, seconds, stems=[TrackId(name)]))[1][TrackId(name)]
