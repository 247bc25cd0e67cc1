"""What the items of a track sound like before anything else happens to it.

Conventions: sound is (frames, 2) float64, full scale 1.0, at the rate of the render. Places between the samples of a
file are interpolated on a straight line; a play rate that keeps the pitch is played as if it did not. Fades are
straight lines whatever their shape.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

from tests.standin.items import Item, Source, Take

Sound = npt.NDArray[np.float64]
TONE_HZ = 440.0
TONE_LEVEL = 0.25


class Media:
    """The files of one render, each read once."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[Sound, int]] = {}

    def of_source(self, source: Source) -> tuple[Sound, int]:
        """Return a source's sound (frames, channels) and rate in hertz; nothing where it cannot be read."""
        if source.inner is not None:
            sound, rate_hz = self.of_source(source.inner)
            start = round(source.section_offset_seconds * rate_hz)
            length = round(source.section_length_seconds * rate_hz) or len(sound)
            section = sound[start : start + length]
            return (section[::-1] if source.is_reversed else section), rate_hz
        if source.path not in self._read:
            self._read[source.path] = _read(source.path)
        return self._read[source.path]


def sound_of_items(items: list[Item], start: float, frames: int, rate_hz: int, media: Media) -> Sound:
    """Add up what the items play in a stretch of the project."""
    total = np.zeros((frames, 2))
    for item in items:
        take = item.active_take()
        if take is None or take.source is None or not _is_heard(item) or _is_midi(take.source):
            continue
        first, times = _frames_of(item, start, frames, rate_hz)
        if len(times):
            total[first : first + len(times)] += _sound_of_take(item, take, times, media)
    return total


def tone_of_items(items: list[Item], start: float, frames: int, rate_hz: int) -> Sound:
    """Return what an instrument makes of the notes: one tone as long as the item is."""
    total = np.zeros((frames, 2))
    for item in items:
        take = item.active_take()
        if take is not None and take.source is not None and _is_midi(take.source) and _is_heard(item):
            first, times = _frames_of(item, start, frames, rate_hz)
            tone = TONE_LEVEL * np.sin(2.0 * np.pi * TONE_HZ * times)
            total[first : first + len(times)] += tone[:, None]
    return total


def _read(path: str) -> tuple[Sound, int]:
    if not path or not Path(path).is_file():
        return np.zeros((0, 1)), 44_100
    try:
        sound, rate_hz = soundfile.read(path, dtype="float64", always_2d=True)
    except soundfile.LibsndfileError:
        return np.zeros((0, 1)), 44_100
    return sound, int(rate_hz)


def _is_heard(item: Item) -> bool:
    return not item.values["B_MUTE"] and not (item.values["I_FIXEDLANE"] > 0 and item.values["C_LANEPLAYS"] == 0)


def _is_midi(source: Source) -> bool:
    return source.type.startswith("MIDI")


def _frames_of(item: Item, start: float, frames: int, rate_hz: int) -> tuple[int, Sound]:
    """Return the first frame an item sounds in, and the time of each of its frames since the item's beginning."""
    position, length = item.values["D_POSITION"], item.values["D_LENGTH"]
    first = max(0, int(np.ceil((position - start) * rate_hz - 1e-6)))
    last = min(frames, int(np.ceil((position + length - start) * rate_hz - 1e-6)))
    return first, np.arange(first, max(first, last)) / rate_hz + start - position


def _sound_of_take(item: Item, take: Take, times: Sound, media: Media) -> Sound:
    assert take.source is not None
    sound, rate_hz = media.of_source(take.source)
    places = (take.values["D_STARTOFFS"] + times * take.values["D_PLAYRATE"]) * rate_hz
    if item.values["B_LOOPSRC"] and len(sound):
        places = places % len(sound)
    stereo = _channels(sound, int(take.values["I_CHANMODE"]))
    played = np.stack([_at(stereo[:, channel], places) for channel in range(2)], axis=1)
    pan = take.values["D_PAN"]
    balance = np.array([min(1.0, 1.0 - pan), min(1.0, 1.0 + pan)])
    gain = item.values["D_VOL"] * take.values["D_VOL"] * _fades(item, times)
    heard: Sound = played * gain[:, None] * balance * _take_envelope(take, times)[:, None]
    return heard


def _at(channel: Sound, places: Sound) -> Sound:
    whole = np.floor(places).astype(np.int64)
    rest = places - whole
    padded = np.concatenate([channel, np.zeros(2)])
    inside = (whole >= 0) & (whole < len(channel))
    whole = np.where(inside, whole, len(channel))
    played: Sound = padded[whole] * (1.0 - rest) + padded[np.minimum(whole + 1, len(padded) - 1)] * rest
    return played


def _channels(sound: Sound, mode: int) -> Sound:
    """Return two channels: 0 as they are, 1 swapped, 2 their mean, 3 left, 4 right, 5 and on one channel each."""
    left, right = sound[:, 0], sound[:, min(1, sound.shape[1] - 1)]
    if mode == 1:
        left, right = right, left
    elif mode == 2:
        left = right = (left + right) / 2.0
    elif mode in (3, 4) or 5 <= mode <= 66:
        channel = mode - 3
        left = right = sound[:, channel] if channel < sound.shape[1] else np.zeros(len(sound))
    elif mode >= 67:
        pair = mode - 67
        silence = np.zeros(len(sound))
        left, right = (sound[:, at] if at < sound.shape[1] else silence for at in (2 * pair, 2 * pair + 1))
    return np.stack([left, right], axis=1)


def _fades(item: Item, times: Sound) -> Sound:
    gain = np.ones(len(times))
    fade_in = item.values["D_FADEINLEN_AUTO"] if item.values["D_FADEINLEN_AUTO"] > 0 else item.values["D_FADEINLEN"]
    fade_out = item.values["D_FADEOUTLEN_AUTO"] if item.values["D_FADEOUTLEN_AUTO"] > 0 else item.values["D_FADEOUTLEN"]
    if fade_in > 0:
        gain *= np.clip(times / fade_in, 0.0, 1.0)
    if fade_out > 0:
        gain *= np.clip((item.values["D_LENGTH"] - times) / fade_out, 0.0, 1.0)
    return gain


def _take_envelope(take: Take, times: Sound) -> Sound:
    volume = take.envelopes.get("VOLENV")
    return np.ones(len(times)) if volume is None else curve(volume, times * take.values["D_PLAYRATE"])


def curve(envelope: Any, times: Sound) -> Sound:
    """Return an envelope's values, as the project file counts them, at so many rising times; 1 where it is off."""
    if not envelope.active or not envelope.points or not len(times):
        return np.ones(len(times))
    points = sorted(envelope.points, key=lambda point: point.time)
    straight = all(point.shape == 0 for point in points) and not envelope.fader_scaled
    places, values = [point.time for point in points], [point.value for point in points]
    if not straight and len(points) > 1:
        places = [*np.arange(times[0], times[-1], 0.01).tolist(), float(times[-1])]
        values = [envelope.from_script(envelope.evaluate(time)) for time in places]
    return np.asarray(np.interp(times, places, values), dtype=np.float64)
