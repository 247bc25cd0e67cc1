"""Find the tempo of a recording, for projects that do not say it."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from analysis.audio import render_track
from analysis.measures import Array
from reaper_bridge.session.audio import TrackAudio
from reaper_bridge.session.errors import MediaError

LISTENED_SECONDS: Final = 90.0
LEAST_ONSET_FRAMES: Final = 4
"""With fewer there is no beat, but a hit or two."""
_RATE_HZ: Final = 22050


def measure_tempo_bpm(audio: Array, sample_rate_hz: int) -> float | None:
    """Return the tempo of (channels, samples) in quarter notes a minute, or None where no beat is found.

    By librosa's estimate from the autocorrelation of onsets, which its beat tracker starts from (Ellis, "Beat Tracking
    by Dynamic Programming", 2007); it may be off by an octave. The tracker itself is not asked: it is compiled code
    that several programs keep in one cache, and has ended the process when two of them wrote it at once.
    """
    # librosa takes seconds to import, and few projects need it
    import librosa

    mono = np.asarray(audio, np.float32).mean(axis=0)
    if len(mono) < sample_rate_hz or not mono.any():
        return None
    strength = librosa.onset.onset_strength(y=mono, sr=sample_rate_hz)
    if not strength.any():
        return None
    if np.count_nonzero(strength > strength.mean() + strength.std()) < LEAST_ONSET_FRAMES:
        return None
    found = float(np.atleast_1d(librosa.feature.tempo(onset_envelope=strength, sr=sample_rate_hz))[0])
    return found if found > 0.0 else None


def tempo_of_tracks_bpm(tracks: Sequence[TrackAudio], start_seconds: float = 0.0) -> float | None:
    """Return the tempo of up to 90 s of some tracks together, drums best; files that fail are left out."""
    whole = np.zeros((1, round(LISTENED_SECONDS * _RATE_HZ)), np.float32)
    for track in tracks:
        try:
            sound = render_track(track, _RATE_HZ, start_seconds, start_seconds + LISTENED_SECONDS)
        except MediaError:
            continue
        mono = sound.mean(axis=0)
        whole[0] += mono / max(1e-9, float(np.abs(mono).max(initial=0.0)))
    return measure_tempo_bpm(whole, _RATE_HZ)
