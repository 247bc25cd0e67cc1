"""A made-up drum kit in one room: close microphones that hear their own drum and, further off, the others.

8 s at 48 kHz. Kick on every beat of 0.5 s, snare accents every second, ghost notes between them, a hi-hat in eighths.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.listening import measure_programme
from analysis.measures import TrackMeasures
from tests.session_builder import RATE_HZ, Sound
from tests.session_builder import sound as made_up

GHOSTS_SECONDS: Final = tuple(np.arange(0.7, 7.0, 1.0))
ACCENTS_SECONDS: Final = tuple(np.arange(0.5, 7.6, 1.0))
KICKS_SECONDS: Final = tuple(np.arange(0.0, 7.6, 0.5))


@dataclass(frozen=True)
class Kit:
    """How the microphones hear: ghost notes below the accents, and other drums below a microphone's own, in dB."""

    ghost_db: float = -18.0
    bleed_db: float = -32.0
    recorded_db: float = -6.0

    def snare(self) -> Sound:
        """Return (samples,) of the snare's microphone."""
        return _db(self.recorded_db) * (self.dry_snare() + _db(self.bleed_db) * (made_up("kick") + made_up("hat")))

    def dry_snare(self) -> Sound:
        """Return (samples,) of accents and ghost notes alone."""
        accents = made_up("snare")
        hit = accents[int(0.5 * RATE_HZ) : int(0.8 * RATE_HZ)]
        track = accents.copy()
        for time in GHOSTS_SECONDS if np.isfinite(self.ghost_db) else ():
            first = int(time * RATE_HZ)
            track[first : first + len(hit)] += _db(self.ghost_db) * hit
        return track

    def kick(self) -> Sound:
        """Return (samples,) of the kick's microphone."""
        return _db(self.recorded_db) * (made_up("kick") + _db(self.bleed_db) * (self.dry_snare() + made_up("hat")))

    def hat(self) -> Sound:
        """Return (samples,) of the hi-hat's microphone."""
        return _db(self.recorded_db) * (made_up("hat") + _db(self.bleed_db) * (self.dry_snare() + made_up("kick")))

    def measures(self) -> dict[str, TrackMeasures]:
        """Return what listening to each microphone gives, by the names of parts."""
        sounds = {"Kick": self.kick(), "Snare": self.snare(), "HiHat": self.hat()}
        return {name: measure_programme([sound[None, :].astype(np.float32)], RATE_HZ) for name, sound in sounds.items()}


def peaks_at(sound: Sound, times_seconds: tuple[float, ...]) -> Sound:
    """Return the largest magnitude in the 80 ms after each time."""
    return np.array([np.abs(sound[int(t * RATE_HZ) : int((t + 0.08) * RATE_HZ)]).max() for t in times_seconds])


def _db(level_db: float) -> float:
    return float(10.0 ** (level_db / 20.0))
