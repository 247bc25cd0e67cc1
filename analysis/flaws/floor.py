"""What sounds while nobody plays: hum, hiss, the noise of a room, rumble.

Noise is told from the tail of a note by being still: its level stays, its spectrum is smooth and nothing is
ever quieter. How loud any of it is counts against the track's own loudness, never in full scale.
"""

import numpy as np
import numpy.typing as npt

from analysis.evidence import FlawEvidence
from analysis.flaws.hum import hum_of
from analysis.measures import BANDS_HZ, Flaw, TrackMeasures

Floats = npt.NDArray[np.float64]

_BANDS = np.array(BANDS_HZ)
_EMPTY_POWER = 1e-12
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
    hum = hum_of(measures, evidence) if evidence is not None else None
    if hum is not None:
        flaws.append(hum)
    noise = _noise(measures)
    if noise is not None:
        flaws.append(noise)
    rumble = _rumble(measures, evidence) if evidence is not None else None
    if rumble is not None and noise is None:
        flaws.append(rumble)
    return tuple(flaws)


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
