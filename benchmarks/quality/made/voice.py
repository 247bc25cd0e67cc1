"""A voice that sings: syllables of espeak-ng, moved to the notes period by period (TD-PSOLA).

The consonants stay as they were spoken; the vowel is stretched to the length of the note and gets its pitch,
with a little vibrato.
"""

import io
import subprocess
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from benchmarks.quality.made.midi import Note
from benchmarks.quality.made.sounds import RATE_HZ, Sound

SYLLABLES = ("sea", "light", "stay", "far", "shine", "fall", "pass", "moon", "time", "so", "leave", "day", "breeze",
             "home", "wish", "low", "see", "paint", "true", "burn", "glass", "near", "kiss", "oh")  # fmt: skip
VOICES = ("en-us", "en-gb", "en-us+f2", "en-us+f3", "en-us+f5", "en-gb+m3", "en-us+m7", "en-gb+f4")
_SHORTEST_SECONDS, _LONGEST_SECONDS = 1 / 500, 1 / 65


def sung(notes: Sequence[Note], voice: str, words: Sequence[str], seconds: float) -> Sound:
    """Return (frames,) of the notes sung to the words in turn."""
    sound = np.zeros(round((seconds + 2) * RATE_HZ))
    for number, note in enumerate(notes):
        syllable = _sung_syllable(words[number % len(words)], voice, note, number)
        at = round(note.start_seconds * RATE_HZ)
        sound[at : at + syllable.size] += syllable[: sound.size - at]
    return sound[: round(seconds * RATE_HZ)]


@lru_cache(maxsize=512)
def _spoken(word: str, voice: str) -> tuple[Sound, Sound]:
    """Return a spoken word and, every 5 ms, its period in samples (0 where it has no pitch)."""
    import soundfile
    import soxr

    command = ["espeak-ng", "-v", voice, "-s", "140", "-z", "--stdout", word]
    wave = subprocess.run(command, check=True, capture_output=True).stdout
    sound, rate_hz = soundfile.read(io.BytesIO(wave))
    sound = np.asarray(soxr.resample(sound, rate_hz, RATE_HZ), np.float64)
    loud = np.flatnonzero(np.abs(sound) > 0.01 * np.abs(sound).max())
    sound = sound[max(0, loud[0] - 200) : loud[-1] + 200]
    return sound, _periods(sound)


def _periods(sound: Sound) -> Sound:
    hop, low, high = round(0.005 * RATE_HZ), round(_SHORTEST_SECONDS * RATE_HZ), round(_LONGEST_SECONDS * RATE_HZ)
    periods = []
    for start in range(0, max(hop, sound.size - 2 * high), hop):
        frame = sound[start : start + 2 * high]
        spectrum = np.abs(np.fft.rfft(frame, 4 * high)) ** 2
        likeness = np.fft.irfft(spectrum)[: high + 1]
        lag = low + int(np.argmax(likeness[low:] * np.linspace(1.0, 0.85, high + 1 - low)))
        periods.append(float(lag) if likeness[lag] > 0.45 * likeness[0] > 1e-4 else 0.0)
    return np.array(periods)


def _sung_syllable(word: str, voice: str, note: Note, number: int) -> Sound:
    sound, periods = _spoken(word, voice)
    hop = round(0.005 * RATE_HZ)
    voiced = np.flatnonzero(periods > 0)
    loudness = 0.35 * note.velocity / 100 / max(1e-9, float(np.abs(sound).max()))
    if voiced.size < 6:
        return sound * loudness * np.minimum(1.0, np.arange(sound.size, 0, -1) / 300)
    first, last = int(voiced[0]) * hop, int(voiced[-1]) * hop
    length = max(0.12, note.length_seconds - first / RATE_HZ)
    frames = round(length * RATE_HZ)
    out = np.zeros(first + frames + sound.size)
    out[:first] += sound[:first] * np.minimum(1.0, np.arange(first, 0, -1) / 300)
    pitch_hz = 440 * 2 ** ((note.key - 69) / 12)
    at = 0.0
    while at < frames:
        vibrato = 2 ** (0.25 / 12 * np.sin(2 * np.pi * 5.3 * at / RATE_HZ + number) * min(1.0, at / 12000))
        step = RATE_HZ / (pitch_hz * vibrato)
        source = first + (last - first) * (at / frames)
        period = periods[min(periods.size - 1, int(source / hop))] or float(np.median(periods[voiced]))
        _lay(out, first + at, sound, _mark(sound, source, period), period)
        at += step
    tail = sound[last:]
    ramp = np.minimum(1.0, np.minimum(np.arange(tail.size), np.arange(tail.size, 0, -1)) / 300)
    out[first + frames : first + frames + tail.size] += tail * ramp
    return out * loudness


def _mark(sound: Sound, near: float, period: float) -> int:
    """Return the highest sample within a period around a place, so that all periods are cut alike."""
    low = max(0, round(near - period / 2))
    return low + int(np.argmax(sound[low : low + max(1, round(period))]))


def _lay(out: Sound, at: float, sound: Sound, mark: int, period: float) -> None:
    half = round(period)
    grain = sound[max(0, mark - half) : mark + half]
    window = np.hanning(2 * half)[half - (mark - max(0, mark - half)) :][: grain.size]
    start = round(at) - (mark - max(0, mark - half))
    skip = max(0, -start)
    piece = (grain * window)[skip:]
    out[start + skip : start + skip + piece.size] += piece[: max(0, out.size - start - skip)]
