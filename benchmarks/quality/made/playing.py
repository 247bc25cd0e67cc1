"""What the parts of a song play: chords, rhythms, lines and phrases by chance, from the habits of a style."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from benchmarks.quality.made.midi import Note

Chance: TypeAlias = np.random.Generator
_SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
_PROGRESSIONS = ((0, 4, 5, 3), (0, 5, 3, 4), (5, 3, 0, 4), (0, 3, 4, 3), (1, 4, 0, 5), (0, 6, 5, 4), (0, 2, 3, 4))


@dataclass(frozen=True)
class Song:
    """The frame that all parts share. ``chords`` are scale degrees, one per bar of four beats."""

    beats_per_minute: float
    root: int
    scale: tuple[int, ...]
    chords: tuple[int, ...]
    swing: float

    @property
    def step_seconds(self) -> float:
        """The length of a sixteenth."""
        return 15.0 / self.beats_per_minute

    @property
    def bar_seconds(self) -> float:
        """The length of a bar."""
        return 16 * self.step_seconds

    @property
    def seconds(self) -> float:
        """The length of all bars."""
        return len(self.chords) * self.bar_seconds

    def key(self, degree: int, near: int) -> int:
        """Return the key of a degree of the scale that lies nearest to another key."""
        tone = (self.root + self.scale[degree % 7]) % 12
        return near + (tone - near + 6) % 12 - 6


def song_by_chance(chance: Chance, slowest: float, fastest: float, seconds: float, swing: float = 0.0) -> Song:
    """Return a song of about that length."""
    tempo = float(chance.uniform(slowest, fastest))
    bars = max(8, round(seconds * tempo / 240))
    verse, chorus = (_PROGRESSIONS[i] for i in chance.choice(len(_PROGRESSIONS), 2, replace=False))
    pattern = verse + verse + chorus + chorus
    mode = "minor" if chance.random() < 0.5 else "major"
    chords = tuple(pattern[bar % len(pattern)] for bar in range(bars))
    return Song(tempo, int(chance.integers(0, 12)), _SCALES[mode], chords, swing)


def playing_bars(song: Song, chance: Chance, presence: float) -> list[int]:
    """Return the bars in which a part plays: all but some blocks of two."""
    bars = range(len(song.chords))
    resting = {block for block in range(0, len(bars), 2) if chance.random() > presence}
    return [bar for bar in bars if bar - bar % 2 not in resting] or list(bars)


def _note(song: Song, chance: Chance, step: float, steps: float, key: int, velocity: float) -> Note:
    late = song.swing * song.step_seconds if round(step) % 4 == 2 else 0.0
    start = step * song.step_seconds + late + chance.normal(0, 0.005) + 0.05
    hard = int(np.clip(velocity + chance.normal(0, 7), 20, 127))
    return Note(max(0.0, start), steps * song.step_seconds, int(np.clip(key, 0, 127)), hard)


def _triad(song: Song, degree: int, near: int, voices: int = 3) -> list[int]:
    return sorted(song.key(degree + 2 * i, near + 4 * i) for i in range(voices))


def held(song: Song, chance: Chance, bars: list[int], near: int) -> list[Note]:
    """Play chords that last a bar."""
    return [
        _note(song, chance, 16 * bar, 15.7, key, 80)
        for bar in bars
        for key in _triad(song, song.chords[bar], near, 3 + int(near > 55))
    ]


def strummed(song: Song, chance: Chance, bars: list[int], near: int) -> list[Note]:
    """Strum chords over four or five strings."""
    rhythm = ((0, 4, 6, 10, 12, 14), (0, 3, 6, 8, 12, 14), (0, 2, 4, 6, 8, 10, 12, 14))[int(chance.integers(3))]
    notes = []
    for bar in bars:
        degree = song.chords[bar]
        keys = [song.key(degree, near - 12), *_triad(song, degree, near), song.key(degree, near + 12)]
        for place, step in enumerate(rhythm):
            length = (rhythm[place + 1] if place + 1 < len(rhythm) else 16) - step
            order = keys if place % 2 == 0 else keys[:1:-1]
            for string, key in enumerate(order):
                notes.append(_note(song, chance, 16 * bar + step + 0.1 * string, length, key, 82 - 6 * (step % 4 > 0)))
    return notes


def powered(song: Song, chance: Chance, bars: list[int], near: int) -> list[Note]:
    """Play root, fifth and octave in driving eighths or held."""
    every = int(chance.choice((2, 4, 8)))
    return [
        _note(song, chance, 16 * bar + step, every * 0.95, song.key(song.chords[bar], near) + up, 95)
        for bar in bars
        for step in range(0, 16, every)
        for up in (0, 7, 12)
    ]


def comped(song: Song, chance: Chance, bars: list[int], near: int) -> list[Note]:
    """Play short chords off the beat."""
    notes = []
    for bar in bars:
        for step in sorted(chance.choice((0, 2, 3, 6, 7, 10, 12, 14), 3, replace=False)):
            length = float(chance.choice((1.5, 3, 5)))
            velocity = 75 + 10 * chance.random()
            notes += [
                _note(song, chance, 16 * bar + int(step), length, key, velocity)
                for key in _triad(song, song.chords[bar], near, 4)
            ]
    return notes


def broken(song: Song, chance: Chance, bars: list[int], near: int) -> list[Note]:
    """Pick chords note by note, letting them ring."""
    order = list(chance.permutation(4))
    notes = []
    for bar in bars:
        keys = [song.key(song.chords[bar], near - 12), *_triad(song, song.chords[bar], near)]
        notes += [_note(song, chance, 16 * bar + 2 * place, 5, keys[order[place % 4]], 80) for place in range(8)]
    return notes


def bass_line(song: Song, chance: Chance, bars: list[int], near: int) -> list[Note]:
    """Play roots, fifths and approaches."""
    every = int(chance.choice((2, 4, 4, 6)))
    notes = []
    for bar in bars:
        for step in range(0, 16, every):
            degree = song.chords[bar] + (int(chance.choice((2, 4, 7, 0))) if step >= 8 else 0)
            length = every * float(chance.uniform(0.6, 0.98))
            notes.append(_note(song, chance, 16 * bar + step, length, song.key(degree, near), 92))
    return notes


def line(song: Song, chance: Chance, bars: list[int], near: int) -> list[Note]:
    """Play a melody of phrases with rests between."""
    notes, degree = [], int(song.chords[0])
    for bar in bars:
        step = float(chance.choice((0, 0, 2)))
        last = float(chance.choice((10, 13, 16)))
        while step < last:
            steps = float(chance.choice((1, 2, 2, 3, 4, 6)))
            steps = min(steps, 16 - step)
            degree += int(chance.integers(-2, 3))
            key = song.key(degree, near)
            notes.append(_note(song, chance, 16 * bar + step, steps * 0.93, key, 88))
            step += steps
    return notes


def sparse(song: Song, chance: Chance, bars: list[int], near: int) -> list[Note]:
    """Play short single notes with much air between."""
    notes = []
    for bar in bars:
        steps = sorted(chance.choice(16, 5, replace=False))
        notes += [
            _note(
                song, chance, 16 * bar + int(s), 1.2, song.key(song.chords[bar] + 2 * int(chance.integers(3)), near), 90
            )
            for s in steps
        ]
    return notes


WAYS: Mapping[str, Callable[[Song, Chance, list[int], int], list[Note]]] = {
    "held": held, "strummed": strummed, "powered": powered, "comped": comped, "broken": broken, "bass": bass_line,
    "line": line, "sparse": sparse,
}  # fmt: skip


def drum_part(song: Song, chance: Chance, style: str, bars: list[int]) -> list[Note]:
    """Play a kit: General MIDI keys for kick, snare, hats, toms, ride and crash."""
    kick_key, snare_key = int(chance.choice((35, 36))), int(chance.choice((38, 40)))
    kick: tuple[int, ...]
    snare: tuple[int, ...]
    hats: tuple[int, ...]
    if style == "electronic":
        kick, snare, hats = (0, 4, 8, 12), (4, 12), tuple(range(0, 16, int(chance.choice((1, 2)))))
    elif style == "jazz":
        kick, snare, hats = (0, 10), (6,), (4, 12)
    else:
        kick = ((0, 8), (0, 6, 8), (0, 3, 8, 10), (0, 8, 14))[int(chance.integers(4))]
        snare, hats = (4, 12), tuple(range(0, 16, 2))
    rides = (0, 4, 6, 8, 12, 14)
    notes = []
    for bar in bars:
        on_ride = style == "jazz" or (style == "rock" and bar // 4 % 2 == 1)
        fill = bar % 4 == 3 and style in ("rock", "jazz")
        hits = [(step, kick_key, 105) for step in kick]
        hits += [(step, snare_key, 100) for step in snare if not (fill and step > 8)]
        hits += [(int(step), snare_key, 45) for step in chance.choice(16, 2, replace=False) if style != "electronic"]
        if on_ride:
            hits += [(step, 51, 80) for step in rides] + ([(4, 44, 70), (12, 44, 70)] if style == "jazz" else [])
        else:
            hits += [(step, 42, 85 - 20 * (step % 4 != 0)) for step in hats] + [(14, 46, 80)]
        if bar % 8 == 0:
            hits.append((0, int(chance.choice((49, 57))), 100))
        if fill:
            toms = (48, 48, 47, 45, 43, 41)
            hits += [(10 + place, tom, 95) for place, tom in enumerate(toms)]
        notes += [_note(song, chance, 16 * bar + step, 1.5, key, velocity) for step, key, velocity in hits]
    return notes


def steady(song: Song, chance: Chance, bars: list[int], keys: tuple[int, ...], steps: tuple[int, ...]) -> list[Note]:
    """Play percussion: the same steps in every bar, the keys in turn."""
    return [
        _note(song, chance, 16 * bar + step, 1.0, keys[place % len(keys)], 90 - 25 * (step % 4 != 0))
        for bar in bars
        for place, step in enumerate(steps)
    ]
