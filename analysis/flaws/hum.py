"""Hum of the mains: lines on multiples of 50 or 60 Hz that sound all the time.

It is told from a low note by lying on multiples of the mains frequency in the quietest windows at each bin.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.evidence import FlawEvidence
from analysis.measures import Flaw, TrackMeasures

Floats = npt.NDArray[np.float64]

_MAINS_HZ = (50.0, 60.0)
_HARMONICS = 6
_LEAST_SCORE = 22.0
_BELOW_TRACK_DB = 66.0
_LEAST_LINE_DB = 8.0
_TINY_POWER = 1e-18


@dataclass(frozen=True)
class HumLine:
    """One harmonic of the mains: its frequency and its level in the quietest windows."""

    frequency_hz: float
    level_dbfs: float


def hum_of(measures: TrackMeasures, evidence: FlawEvidence) -> Flaw | None:
    """Return the hum under a track, its frequency that of the mains, or None."""
    power = evidence.low_quiet_power.astype(np.float64) + _TINY_POWER
    candidates = [_hum_at(mains, power, evidence.low_step_hz) for mains in _MAINS_HZ]
    score, level_db, mains_hz = max(candidates)
    relative_db = level_db - measures.active_lufs
    if score < _LEAST_SCORE or relative_db < -_BELOW_TRACK_DB or evidence.low_frame_count < 4:
        return None
    confidence = float(np.clip(0.5 + score / 120, 0, 0.99)) * (0.7 if evidence.low_frame_count < 20 else 1.0)
    text = (
        f"Hum at {mains_hz:.0f} Hz, {level_db:.0f} dBFS between the phrases: notch {mains_hz:.0f}, "
        f"{2 * mains_hz:.0f} and {3 * mains_hz:.0f} Hz, or gate the pauses"
    )
    return Flaw("hum", relative_db + _BELOW_TRACK_DB, confidence, text, mains_hz, 0.1)


def hum_lines(evidence: FlawEvidence, mains_hz: float) -> tuple[HumLine, ...]:
    """Return the harmonics of a mains frequency that stand out of the quietest windows, lowest first."""
    power = evidence.low_quiet_power.astype(np.float64) + _TINY_POWER
    found = []
    for harmonic in range(1, _HARMONICS + 1):
        line = _line(power, mains_hz * harmonic / evidence.low_step_hz)
        if line is not None and line[0] > _LEAST_LINE_DB:
            found.append(HumLine(mains_hz * harmonic, 10 * float(np.log10(line[1]))))
    return tuple(found)


def _hum_at(mains_hz: float, power: Floats, step_hz: float) -> tuple[float, float, float]:
    """Return how well the harmonics of a mains frequency stand out, and their summed level in dBFS."""
    score, total = 0.0, 0.0
    for harmonic in range(1, _HARMONICS + 1):
        line = _line(power, mains_hz * harmonic / step_hz)
        if harmonic == 1 and (line is None or line[0] < 12):
            return 0.0, -np.inf, mains_hz
        if line is not None and line[0] > _LEAST_LINE_DB:
            score += min(line[0] - _LEAST_LINE_DB, 20.0)
            total += line[1]
    return score, 10 * float(np.log10(max(total, 1e-20))), mains_hz


def _line(power: Floats, place: float) -> tuple[float, float] | None:
    """Return how far a line near a place (in bins) stands out in dB, and its power; None where none is."""
    lowest, highest = int(np.floor(place - 0.5)), int(np.ceil(place + 0.5)) + 1
    if highest + 12 > power.size:
        return None
    near = power[lowest:highest]
    centre = round(place)
    around = np.concatenate((power[max(1, centre - 12) : centre - 3], power[centre + 4 : centre + 13]))
    at_top = lowest + int(np.argmax(near))
    if power[at_top] < power[at_top - 1] or power[at_top] < power[at_top + 1]:
        return None
    return float(10 * np.log10(near.max() / np.median(around))), float(near.max())
