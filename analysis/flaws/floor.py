"""What sounds while nobody plays: hum, hiss, the noise of a room, rumble.

Noise is told from the tail of a note by being still: its level stays, its spectrum is smooth and nothing is
ever quieter. Hum is told from a low note by lying on multiples of the mains frequency in the quietest
windows at each bin. How loud any of it is counts against the track's own loudness, never in full scale.
"""

import numpy as np
import numpy.typing as npt

from analysis.evidence import FlawEvidence
from analysis.measures import BANDS_HZ, Flaw, TrackMeasures

Floats = npt.NDArray[np.float64]

_BANDS = np.array(BANDS_HZ)
_EMPTY_POWER = 1e-12
_MAINS_HZ = (50.0, 60.0)
_HARMONICS = 6
_HUM_SCORE = 22.0
_HUM_BELOW_TRACK_DB = 66.0
_NOISE_BELOW_TRACK_DB = 57.0
_RUMBLE_BELOW_TRACK_DB = 62.0
_RUMBLE_ABOVE_REST_DB = 30.0
_RUN_FRAMES = 8
# The 5 % quantile of an exponentially distributed power lies so far under its mean.
_QUANTILE_BIAS_DB = -10 * np.log10(-np.log(0.95))


def flaws_of_floor(measures: TrackMeasures, evidence: FlawEvidence | None) -> tuple[Flaw, ...]:
    """Return the steady disturbances under a track."""
    if not np.isfinite(measures.active_lufs):
        return ()
    flaws = []
    hum = _hum(measures, evidence) if evidence is not None else None
    if hum is not None:
        flaws.append(hum)
    noise = _noise(measures)
    if noise is not None:
        flaws.append(noise)
    rumble = _rumble(measures, evidence) if evidence is not None else None
    if rumble is not None and noise is None:
        flaws.append(rumble)
    return tuple(flaws)


def _hum(measures: TrackMeasures, evidence: FlawEvidence) -> Flaw | None:
    power = evidence.low_quiet_power.astype(np.float64) + 1e-18
    candidates = [_hum_at(mains, power, evidence.low_step_hz) for mains in _MAINS_HZ]
    score, level_db, mains_hz = max(candidates)
    relative_db = level_db - measures.active_lufs
    if score < _HUM_SCORE or relative_db < -_HUM_BELOW_TRACK_DB or evidence.low_frame_count < 4:
        return None
    confidence = float(np.clip(0.5 + score / 120, 0, 0.99)) * (0.7 if evidence.low_frame_count < 20 else 1.0)
    text = (
        f"Hum at {mains_hz:.0f} Hz, {level_db:.0f} dBFS between the phrases: notch {mains_hz:.0f}, "
        f"{2 * mains_hz:.0f} and {3 * mains_hz:.0f} Hz, or gate the pauses"
    )
    return Flaw("hum", relative_db + _HUM_BELOW_TRACK_DB, confidence, text, mains_hz, 0.1)


def _hum_at(mains_hz: float, power: Floats, step_hz: float) -> tuple[float, float, float]:
    """Return how well the harmonics of a mains frequency stand out, and their summed level in dBFS."""
    score, total = 0.0, 0.0
    for harmonic in range(1, _HARMONICS + 1):
        place = mains_hz * harmonic / step_hz
        lowest, highest = int(np.floor(place - 0.5)), int(np.ceil(place + 0.5)) + 1
        if highest + 12 > power.size:
            break
        near = power[lowest:highest]
        centre = round(place)
        around = np.concatenate((power[max(1, centre - 12) : centre - 3], power[centre + 4 : centre + 13]))
        stands_db = 10 * np.log10(near.max() / np.median(around))
        at_top = lowest + int(np.argmax(near))
        is_line = power[at_top] >= power[at_top - 1] and power[at_top] >= power[at_top + 1]
        if harmonic == 1 and (stands_db < 12 or not is_line):
            return 0.0, -np.inf, mains_hz
        if is_line and stands_db > 8:
            score += min(stands_db - 8, 20.0)
            total += float(near.max())
    return score, 10 * float(np.log10(max(total, 1e-20))), mains_hz


def _noise(measures: TrackMeasures) -> Flaw | None:
    """Return hiss (white) or the noise of a room (pink or darker), whichever lies under the track."""
    power = 0.5 * (measures.band_ll.astype(np.float64) + measures.band_rr)
    highest_hz = min(12500.0, measures.sample_rate_hz * 0.4)
    heard = np.array([400 <= band_hz <= highest_hz for band_hz in BANDS_HZ])
    levels = 10 * np.log10(np.maximum(power[:, heard].sum(axis=1), 1e-20))
    levels[power.sum(axis=1) < _EMPTY_POWER] = np.inf
    if levels.size < 2 * _RUN_FRAMES:
        return None
    highest = np.lib.stride_tricks.sliding_window_view(levels, _RUN_FRAMES).max(axis=1)
    if not np.isfinite(highest.min()):
        return None
    start = int(np.argmin(highest))
    run = levels[start : start + _RUN_FRAMES]
    floor_db = float(np.median(run))
    quiet = levels <= floor_db + 1.5
    wobble_db = float(run.max() - run.min())
    if np.mean(levels[np.isfinite(levels)] < floor_db - 3) > 0.01 or wobble_db > 4.0:
        return None
    bands = np.flatnonzero(heard)
    spectrum = 10 * np.log10(np.maximum(power[quiet].mean(axis=0)[bands], 1e-20))
    octaves = np.log2(_BANDS[bands] / 1000)
    # A room's noise may fall off at the top, so the line may bend.
    curve = np.polyfit(octaves, spectrum, 2)
    unevenness_db = float(np.std(spectrum - np.polyval(curve, octaves)))
    if unevenness_db > (2.0 if wobble_db < 2.0 else 0.8) or abs(curve[0]) > 1.6 or not -6 < curve[1] < 5:
        return None
    level_db = 10 * float(np.log10(power[quiet][:, _BANDS >= 100].sum(axis=1).mean()))
    relative_db = floor_db - measures.active_lufs
    if relative_db < -_NOISE_BELOW_TRACK_DB or floor_db < -95:
        return None
    slope = float(np.polyfit(octaves[_BANDS[bands] < 9000], spectrum[_BANDS[bands] < 9000], 1)[0])
    kind, name = ("hiss", "Hiss") if slope > 1.5 else ("room_noise", "Noise of the room")
    text = f"{name} at {level_db:.0f} dBFS, {-relative_db:.0f} dB under the playing: gate or mute the pauses"
    confidence = float(np.clip(0.6 + np.count_nonzero(quiet) / 300, 0, 0.95))
    return Flaw("hiss" if kind == "hiss" else "room_noise", relative_db + _NOISE_BELOW_TRACK_DB, confidence, text)


def _rumble(measures: TrackMeasures, evidence: FlawEvidence) -> Flaw | None:
    """Return steady noise below 40 Hz that is far stronger than what lies above it."""
    power, step = evidence.low_quiet_power.astype(np.float64) + 1e-20, evidence.low_step_hz
    if evidence.low_frame_count < 8:
        return None
    deep = np.median(power[int(10 / step) : int(36 / step) + 1])
    above = np.median(power[int(150 / step) : int(320 / step)])
    # A bin holds the power of a window's noise bandwidth, 1.5 bins for Hann.
    level_db = 10 * float(np.log10(deep * 30 / (1.5 * step))) + _QUANTILE_BIAS_DB
    contrast_db = 10 * float(np.log10(deep / above))
    relative_db = level_db - measures.active_lufs
    if contrast_db < _RUMBLE_ABOVE_REST_DB or relative_db < -_RUMBLE_BELOW_TRACK_DB:
        return None
    text = f"Rumble below 40 Hz at {level_db:.0f} dBFS all the time: high-pass the track"
    return Flaw("rumble", relative_db + _RUMBLE_BELOW_TRACK_DB, 0.85, text, 25.0)
