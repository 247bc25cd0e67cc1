"""Attack and release of a compressor: the role's own, drawn towards what the track's crest and the tempo ask for.

Giannoulis, Massberg and Reiss (JAES 61(10), 2013) take both from the crest factor C of the last 200 ms: attack
2 · 80 ms / C², release 2 · 1 s / C² less the attack, so that what is percussive is caught fast and what sustains is
held gently. A release further fits the music: three time constants, after which the gain is back, last as long as a
note of the tempo, and on drums no longer than from one hit to the next.
"""

import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

from actions.mixing.strip import Strip
from actions.mixing.taste import Dynamics
from analysis.dynamics import short_crest_db

LONGEST_ATTACK_MS: Final = 80.0
LONGEST_RELEASE_MS: Final = 1000.0
TIME_CONSTANTS: Final = 3.0
NOTES: Final = {
    "a half note": 2.0,
    "a quarter note": 1.0,
    "an eighth note": 0.5,
    "a sixteenth note": 0.25,
    "a thirty-second note": 0.125,
}


@dataclass(frozen=True)
class Times:
    """Attack and release of a compressor, and why."""

    attack_ms: float
    release_ms: float
    because: str


def times_for(
    strip: Strip,
    attack_ms: float,
    release_ms: float,
    taste: Dynamics,
    tempo_bpm: float | None,
    hit_interval_ms: float | None,
    memory: dict[Hashable, object],
) -> Times:
    """Return the times of a compressor whose role wants these, by the crest of its track and by the tempo.

    ``hit_interval_ms`` is how far apart the hits of a drum are.
    """
    crest_db = _crest_db(strip, memory)
    asked = 2.0 * LONGEST_ATTACK_MS * 10.0 ** (-crest_db / 10.0)
    attack = _drawn(attack_ms, asked, taste)
    release = _drawn(release_ms, 2.0 * LONGEST_RELEASE_MS * 10.0 ** (-crest_db / 10.0) - asked, taste)
    said = "for its role"
    shortest, longest = release_ms * taste.shortest_time_ratio, release_ms * taste.longest_time_ratio
    if taste.release_follows_tempo and tempo_bpm:
        beat_ms = 60_000.0 / tempo_bpm
        notes = {name: beats * beat_ms / TIME_CONSTANTS for name, beats in NOTES.items()}
        fitting = {name: ms for name, ms in notes.items() if shortest <= ms <= longest}
        if fitting:
            note = min(fitting, key=lambda name: abs(math.log(fitting[name] / release)))
            release, said = fitting[note], f"over within {note} at {tempo_bpm:g} BPM"
    if hit_interval_ms is not None and release > max(hit_interval_ms / TIME_CONSTANTS, shortest):
        release = max(hit_interval_ms / TIME_CONSTANTS, shortest)
        said = f"hits are {hit_interval_ms:.0f} ms apart"
    attack, release = round(attack, 1), float(round(release))
    return Times(
        attack,
        release,
        f"attack {attack:g} ms (crest {crest_db:.0f} dB within 200 ms), release {release:g} ms ({said})",
    )


def _drawn(own_ms: float, asked_ms: float, taste: Dynamics) -> float:
    """Return a time between the role's own and what the crest asks for, on a scale of ratios, within the limits."""
    ratio = (asked_ms / own_ms) ** taste.crest_amount_ratio if own_ms > 0.0 else 1.0
    return own_ms * min(max(ratio, taste.shortest_time_ratio), taste.longest_time_ratio)


def _crest_db(strip: Strip, memory: dict[Hashable, object]) -> float:
    key = ("short crest", id(strip.measures))
    known = memory.get(key)
    if not isinstance(known, float):
        measures = strip.measures
        known = memory[key] = short_crest_db(measures.level_power, measures.level_peak, measures.is_active)
    return known
