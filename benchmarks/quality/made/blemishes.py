"""Flaws put into a recording on purpose. Each function returns the flawed sound and what the truth says of it.

Levels of what sounds underneath are relative to the loudness of the track; sizes are those of a session that
a listener would complain about.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from benchmarks.quality.made.playing import Chance
from benchmarks.quality.made.recording import bell, passed, shelf
from benchmarks.quality.made.sounds import RATE_HZ, Sound

Truth: TypeAlias = dict[str, Any]
Blemisher: TypeAlias = Callable[[Sound, Chance], tuple[Sound, Truth]]


def _loudness_db(sound: Sound) -> float:
    """Return about the loudness while it plays: the mean power of the louder half of the 50 ms frames."""
    hop = RATE_HZ // 20
    mono = np.atleast_2d(sound).mean(axis=0)
    frames = (mono[: mono.size // hop * hop].reshape(-1, hop) ** 2).mean(axis=1)
    playing = frames[frames > frames.max() * 1e-4]
    return float(10 * np.log10(playing.mean() + 1e-20))


def _under(sound: Sound, noise: Sound, below_db: float) -> tuple[Sound, float]:
    level_db = _loudness_db(sound) - below_db
    noise = noise / np.sqrt(np.mean(noise**2)) * 10 ** (level_db / 20)
    return sound + noise, level_db


def _bell(kind: str, low_hz: float, high_hz: float, low_q: float, high_q: float, low_db: float = 5.5) -> Blemisher:
    def put(sound: Sound, chance: Chance) -> tuple[Sound, Truth]:
        hz = float(low_hz * (high_hz / low_hz) ** chance.random())
        q, db = float(chance.uniform(low_q, high_q)), float(chance.uniform(low_db, 10.0 if low_q > 4 else 8.5))
        return bell(sound, hz, q, db), {"type": kind, "hz": round(hz), "q": round(q, 1), "db": round(db, 1)}

    return put


def _shelf(kind: str, hz: float, low_db: float, high_db: float, *, is_high: bool) -> Blemisher:
    def put(sound: Sound, chance: Chance) -> tuple[Sound, Truth]:
        db = float(chance.uniform(low_db, high_db))
        return shelf(sound, hz, db, is_high=is_high), {"type": kind, "hz": hz, "db": round(db, 1)}

    return put


def hum(sound: Sound, chance: Chance) -> tuple[Sound, Truth]:
    """Add mains hum with its harmonics."""
    mains_hz = float(chance.choice((50, 60)))
    time = np.arange(sound.shape[-1]) / RATE_HZ
    wave = sum(
        a * np.sin(2 * np.pi * mains_hz * (n + 1) * time + n) for n, a in enumerate((1, 0.5, 0.6, 0.25, 0.3, 0.15))
    )
    flawed, level_db = _under(sound, np.asarray(wave), float(chance.uniform(28, 40)))
    return flawed, {"type": "hum", "hz": mains_hz, "dbfs": round(level_db)}


def _noise(kind: str, low_db: float, high_db: float) -> Blemisher:
    def put(sound: Sound, chance: Chance) -> tuple[Sound, Truth]:
        noise = chance.normal(0, 1, sound.shape)
        if kind == "room_noise":
            spectrum = np.fft.rfft(noise)
            frequencies = np.fft.rfftfreq(noise.shape[-1], 1 / RATE_HZ)
            noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(frequencies, 30.0)), noise.shape[-1])
        if kind == "rumble":
            noise = passed(noise, 32, "lowpass", 4)
        flawed, level_db = _under(sound, noise, float(chance.uniform(low_db, high_db)))
        return flawed, {"type": kind, "dbfs": round(level_db)}

    return put


def clipped(sound: Sound, chance: Chance) -> tuple[Sound, Truth]:
    """Cut the tops off."""
    over_db = float(chance.uniform(3, 6))
    ceiling = np.abs(sound).max() * 10 ** (-over_db / 20)
    return np.clip(sound, -ceiling, ceiling), {"type": "clipped", "over_db": round(over_db, 1)}


def clicks(sound: Sound, chance: Chance) -> tuple[Sound, Truth]:
    """Add lone spikes of a few samples."""
    flawed = sound.copy()
    count = int(chance.integers(3, 7))
    places = np.sort(chance.integers(RATE_HZ, sound.shape[-1] - RATE_HZ, count))
    for place in places:
        flawed[..., place : place + 3] += np.array((1.0, -0.8, 0.3)) * np.abs(sound).max() * chance.uniform(0.4, 0.8)
    times = [round(float(place) / RATE_HZ, 3) for place in places]
    return flawed, {"type": "clicks", "count": count, "times_s": times}


def imbalance(sound: Sound, chance: Chance) -> tuple[Sound, Truth]:
    """Turn one side down."""
    down_db, side = float(chance.uniform(4, 6)), int(chance.integers(2))
    flawed = sound.copy()
    flawed[side] *= 10 ** (-down_db / 20)
    return flawed, {"type": "imbalance", ("left_db", "right_db")[side]: round(-down_db, 1)}


def sibilance(sound: Sound, chance: Chance) -> tuple[Sound, Truth]:
    """Lift the highs wherever they outweigh the vowels."""
    db = float(chance.uniform(7, 10))
    high = passed(sound, 4500, "highpass", 4)
    hop = RATE_HZ // 100
    window = np.ones(2 * hop) / (2 * hop)
    high_power, all_power = (np.convolve(part**2, window, "same") for part in (high, sound))
    ess = (high_power > 0.5 * all_power) & (all_power > 1e-3 * all_power.max())
    gain = np.convolve(ess * (10 ** (db / 20) - 1), window, "same")
    starts = np.flatnonzero(np.diff(ess.astype(int), prepend=0) == 1)
    return sound + high * gain, {"type": "sibilance", "db": round(db, 1), "events": int(starts.size)}


def plosives(sound: Sound, chance: Chance) -> tuple[Sound, Truth]:
    """Add thumps of breath where sound sets in after a pause."""
    hop = RATE_HZ // 50
    level = (sound[: sound.size // hop * hop].reshape(-1, hop) ** 2).mean(axis=1)
    playing = level > level.max() * 1e-3
    onsets = np.flatnonzero(playing[5:] & ~playing[4:-1] & ~playing[:-5]) + 5
    chosen = onsets[:: max(1, onsets.size // 8)]
    flawed, size = sound.copy(), 10 ** ((_loudness_db(sound) + float(chance.uniform(8, 13))) / 20)
    time = np.arange(round(0.09 * RATE_HZ)) / RATE_HZ
    thump = np.sin(2 * np.pi * 45 * time) * np.exp(-time * 28) * np.minimum(1, time / 0.004) * size
    for onset in chosen:
        at = max(0, int(onset) * hop - 200)
        flawed[at : at + thump.size] += thump[: max(0, flawed.size - at)]
    return flawed, {"type": "plosives", "count": len(chosen)}


TONES: dict[str, tuple[Blemisher, ...]] = {
    "kick": (_bell("boxy", 330, 500, 1.5, 3.5), _bell("resonance", 55, 220, 6, 10, 7)),
    "snare": (_bell("resonance", 350, 1100, 6, 10, 7), _bell("boxy", 380, 560, 1.5, 3)),
    "toms": (_bell("resonance", 90, 280, 6, 10, 7), _bell("boxy", 350, 550, 1.5, 3)),
    "cymbals": (_bell("harsh", 5500, 9000, 2, 3.5),),
    "overheads": (_shelf("dull", 8000, -8, -5, is_high=True), _bell("harsh", 5500, 9000, 2, 3.5)),
    "bass": (_bell("mud", 180, 300, 1, 1.6), _bell("resonance", 70, 250, 6, 10, 7)),
    "electric guitars": (
        _bell("mud", 200, 330, 1, 1.6), _bell("harsh", 2600, 4400, 2, 4), _shelf("bright", 5000, 4, 7, is_high=True),
        _shelf("thin", 180, -8, -5, is_high=False),
    ),
    "acoustic guitars": (
        _bell("resonance", 120, 300, 6, 10, 7), _bell("mud", 180, 300, 1, 1.6),
        _shelf("thin", 180, -8, -5, is_high=False),
    ),
    "keys": (_bell("mud", 200, 340, 1, 1.6), _bell("resonance", 250, 1500, 6, 10, 7)),
    "synths": (_bell("mud", 220, 340, 1, 1.6), _bell("resonance", 400, 2500, 6, 10, 7)),
    "strings": (_bell("mud", 220, 340, 1, 1.6), _bell("harsh", 2500, 4500, 2, 4)),
    "horns": (_bell("boxy", 400, 700, 1.4, 3), _bell("harsh", 2500, 4500, 2, 4)),
    "voices": (
        _bell("boxy", 380, 560, 1.3, 2.5), _bell("mud", 200, 320, 1, 1.6), _bell("harsh", 2600, 4200, 2, 4),
        _bell("resonance", 400, 1500, 6, 10, 7), sibilance, plosives,
    ),
    "choirs": (_bell("mud", 200, 320, 1, 1.6), _bell("harsh", 2600, 4200, 2, 4)),
    "percussion": (_bell("harsh", 5500, 9500, 2, 3),),
}  # fmt: skip
FLOORS: tuple[Blemisher, ...] = (hum, _noise("hiss", 30, 42), _noise("room_noise", 28, 42), _noise("rumble", 18, 26))


def blemished(sound: Sound, kind: str, chance: Chance) -> tuple[Sound, list[Truth]]:
    """Return a sound with none, one or two flaws that may happen to its kind, and the truth about them."""
    flaws: list[Truth] = []
    if kind in TONES and chance.random() < 0.42:
        own = TONES[kind]
        sound, truth = own[int(chance.integers(len(own)))](sound, chance)
        flaws.append(truth)
    if chance.random() < 0.22:
        floor = FLOORS[int(chance.integers(len(FLOORS) - (kind in ("bass", "kick"))))]
        sound, truth = floor(sound, chance)
        flaws.append(truth)
    if sound.ndim == 2 and chance.random() < 0.2:
        sound, truth = imbalance(sound, chance)
        flaws.append(truth)
    if chance.random() < 0.06:
        blemisher = clipped if chance.random() < 0.5 else clicks
        sound, truth = blemisher(sound, chance)
        flaws.append(truth)
    return sound, flaws
