"""What stands between an instrument and its file: amplifier, room, microphones, and how each recording differs."""

from typing import Literal

import numpy as np

from benchmarks.quality.made.playing import Chance
from benchmarks.quality.made.sounds import RATE_HZ, Sound


def bell(sound: Sound, hz: float, q: float, db: float) -> Sound:
    """Return the sound through a peaking filter (Bristow-Johnson)."""
    gain, turn = 10 ** (db / 40), 2 * np.pi * hz / RATE_HZ
    alpha = np.sin(turn) / (2 * q)
    return _filtered(
        sound,
        (1 + alpha * gain, -2 * np.cos(turn), 1 - alpha * gain),
        (1 + alpha / gain, -2 * np.cos(turn), 1 - alpha / gain),
    )


def shelf(sound: Sound, hz: float, db: float, *, is_high: bool) -> Sound:
    """Return the sound through a shelving filter of slope 0.7 (Bristow-Johnson)."""
    gain, turn = 10 ** (db / 40), 2 * np.pi * hz / RATE_HZ
    sign = -1.0 if is_high else 1.0
    cos, side = np.cos(turn), np.sqrt(gain) * np.sin(turn) / 0.7
    b = (
        gain * ((gain + 1) - sign * (gain - 1) * cos + side),
        sign * 2 * gain * ((gain - 1) - sign * (gain + 1) * cos),
        gain * ((gain + 1) - sign * (gain - 1) * cos - side),
    )
    a = (
        (gain + 1) + sign * (gain - 1) * cos + side,
        sign * -2 * ((gain - 1) + sign * (gain + 1) * cos),
        (gain + 1) + sign * (gain - 1) * cos - side,
    )
    return _filtered(sound, b, a)


def passed(sound: Sound, hz: float, kind: Literal["lowpass", "highpass"], order: int = 2) -> Sound:
    """Return the sound through a Butterworth "lowpass" or "highpass"."""
    from scipy.signal import butter, sosfilt

    return np.asarray(sosfilt(butter(order, hz, kind, fs=RATE_HZ, output="sos"), sound))


def _filtered(sound: Sound, b: tuple[float, ...], a: tuple[float, ...]) -> Sound:
    from scipy.signal import lfilter

    return np.asarray(lfilter(np.array(b) / a[0], np.array(a) / a[0], sound))


def coloured(sound: Sound, chance: Chance) -> Sound:
    """Return the sound as another healthy microphone would have heard it: wide, shallow differences."""
    for hz in (110.0, 450.0, 1800.0, 7000.0):
        sound = bell(sound, hz * 2 ** chance.uniform(-0.7, 0.7), chance.uniform(0.4, 0.8), chance.normal(0, 1.3))
    return sound


def in_room(sound: Sound, chance: Chance, wet_db: float) -> Sound:
    """Add the diffuse sound of a small room."""
    from scipy.signal import fftconvolve

    seconds = float(chance.uniform(0.15, 0.5))
    decay = np.exp(-6.9 * np.arange(round(seconds * RATE_HZ)) / (seconds * RATE_HZ))
    wet = [fftconvolve(channel, passed(chance.normal(0, 1, decay.size) * decay, 7000, "lowpass"))[: channel.size]
           for channel in np.atleast_2d(sound)]  # fmt: skip
    echo = np.asarray(wet) if sound.ndim == 2 else np.asarray(wet[0])
    return sound + echo * 10 ** (wet_db / 20) * _rms(sound) / max(1e-12, _rms(echo))


def through_amplifier(sound: Sound, drive_db: float, cone_hz: float) -> Sound:
    """Return the sound through a driven stage and a loudspeaker."""
    level = sound / max(1e-9, _rms(sound)) * 10 ** (drive_db / 20) * 0.25
    return passed(passed(np.tanh(level), 90, "highpass"), cone_hz, "lowpass", 4)


def late(sound: Sound, milliseconds: float) -> Sound:
    """Return the sound delayed by whole samples."""
    count = round(milliseconds * RATE_HZ / 1000)
    return np.concatenate((np.zeros((*sound.shape[:-1], count)), sound[..., : sound.shape[-1] - count]), axis=-1)


def _rms(sound: Sound) -> float:
    return float(np.sqrt(np.mean(sound**2)))
