"""Conversions between the numbers REAPER keeps and the numbers people think in.

Conventions: ``b_from_a`` converts a to b. Levels are amplitudes unless the name says power.
Silence is minus infinity in dB, never NaN.
"""

import math

SILENCE_DB = -math.inf
FADER_MAX_DB = 12.0
"""Top of REAPER's default fader travel (3.981 linear)."""


def db_from_linear(amplitude: float) -> float:
    """Return the level in dB of an amplitude ratio; 0 gives minus infinity."""
    magnitude = abs(amplitude)
    return 20.0 * math.log10(magnitude) if magnitude > 0.0 else SILENCE_DB


def linear_from_db(level_db: float) -> float:
    """Return the amplitude ratio of a level in dB; minus infinity gives 0."""
    return 0.0 if level_db == SILENCE_DB else float(10.0 ** (level_db / 20.0))


def db_from_power(power: float) -> float:
    """Return the level in dB of a power ratio; 0 gives minus infinity."""
    return 10.0 * math.log10(power) if power > 0.0 else SILENCE_DB


def power_from_db(level_db: float) -> float:
    """Return the power ratio of a level in dB; minus infinity gives 0."""
    return 0.0 if level_db == SILENCE_DB else float(10.0 ** (level_db / 10.0))


def lufs_from_power(k_weighted_power: float) -> float:
    """Return the loudness of a K-weighted mean square summed over channels (ITU-R BS.1770-4)."""
    return db_from_power(k_weighted_power) - 0.691


def power_from_lufs(loudness_lufs: float) -> float:
    """Return the K-weighted mean square of a loudness (ITU-R BS.1770-4)."""
    return power_from_db(loudness_lufs + 0.691)


def ms_from_beats(beats: float, tempo_bpm: float) -> float:
    """Return how many milliseconds a number of quarter notes lasts."""
    return beats * 60_000.0 / tempo_bpm
