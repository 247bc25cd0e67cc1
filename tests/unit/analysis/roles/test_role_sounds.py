"""What a sound says by itself, on sounds that are made here."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from scipy.signal import butter, sosfilt

from analysis.listening import ProgrammeMeter
from analysis.measures import TrackMeasures
from analysis.roles import role_from_sound
from analysis.roles.sound import HIGHEST_CONFIDENCE, KINDS

RATE_HZ = 44100
Sound = npt.NDArray[np.float64]


def _measured(sound: Sound) -> TrackMeasures:
    meter = ProgrammeMeter(RATE_HZ, 1)
    meter.feed(sound[None].astype(np.float32))
    return meter.finished()


def _hits(one: Sound, every_seconds: float, seconds: float = 24.0) -> Sound:
    sound = np.zeros(round(seconds * RATE_HZ) + len(one))
    random = np.random.default_rng(7)
    for start in np.arange(0.2, seconds, every_seconds):
        at = round(start * RATE_HZ)
        sound[at : at + len(one)] += one * random.uniform(0.6, 1.0)
    return 0.5 * sound / np.abs(sound).max()


def _noise(seconds: float) -> Sound:
    return np.random.default_rng(3).standard_normal(round(seconds * RATE_HZ))


def _times(seconds: float) -> Sound:
    return np.arange(round(seconds * RATE_HZ)) / RATE_HZ


def kick() -> Sound:
    t = _times(0.3)
    body = np.sin(2 * np.pi * (52 * t + 4 * (1 - np.exp(-t * 40)))) * np.exp(-t * 18)
    return _hits(body + 0.02 * _noise(0.3) * np.exp(-t * 300), 0.5)


def hihat() -> Sound:
    t = _times(0.12)
    bright = sosfilt(butter(4, 6500, "highpass", fs=RATE_HZ, output="sos"), _noise(0.12))
    return _hits(bright * np.exp(-t * 45), 0.25)


def bass_line() -> Sound:
    parts = []
    for number, note_hz in enumerate((41.2, 49.0, 55.0, 36.7) * 8):
        t = _times(0.75)
        swing = np.minimum(1.0, t / 0.01) * np.exp(-t * 0.8) * np.minimum(1.0, (0.75 - t) / 0.02)
        parts.append(swing * sum(np.sin(2 * np.pi * note_hz * k * t + number) / k**2 for k in range(1, 8)))
    return 0.3 * np.concatenate(parts)


@pytest.mark.parametrize(("make", "role"), [(kick, "kick"), (hihat, "hihat"), (bass_line, "bass")])
def test_plain_sounds_are_told_apart(make: Callable[[], Sound], role: str) -> None:
    guess = role_from_sound(_measured(make()))
    assert guess.role == role
    assert 0.5 <= guess.confidence <= HIGHEST_CONFIDENCE


@pytest.mark.parametrize("make", [kick, hihat, bass_line])
def test_the_level_of_a_recording_does_not_matter(make: Callable[[], Sound]) -> None:
    sound = make()
    assert role_from_sound(_measured(sound)).role == role_from_sound(_measured(0.25 * sound)).role


def test_silence_is_junk() -> None:
    guess = role_from_sound(_measured(np.zeros(5 * RATE_HZ)))
    assert (guess.role, guess.confidence) == ("junk", 0.95)


def test_quiet_hiss_is_junk() -> None:
    assert role_from_sound(_measured(0.002 * _noise(20.0))).role == "junk"


def test_a_blip_says_nothing() -> None:
    sound = np.zeros(5 * RATE_HZ)
    sound[RATE_HZ : RATE_HZ + 200] = 0.5
    assert role_from_sound(_measured(sound)).confidence < 0.5


def test_no_kind_promises_more_than_a_sound_can_tell() -> None:
    assert max(kind.ceiling for kind in KINDS) <= HIGHEST_CONFIDENCE
