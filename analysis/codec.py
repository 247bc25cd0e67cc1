"""Measure how far a lossy codec lifts true peaks, by encoding and decoding an excerpt.

Conventions: audio is (2, samples). What is told is decoded true peak less the original's, in dB; the excerpt is encoded
below full scale, where no encoder clips, so that it holds at any level. Vorbis is coded at about 135 kbit/s and MP3 at
about 125, both with libsndfile.
"""

import io
from typing import Final

import numpy as np
import soundfile

from analysis.measures import Array
from analysis.true_peak import TruePeakMeter

ENCODED_PEAK_DBTP: Final = -3.0
_CODECS: Final = {"Vorbis": ("OGG", "VORBIS"), "MP3": ("MP3", "MPEG_LAYER_III")}
_COMPRESSION: Final = 0.5
_BLOCK: Final = 1 << 15
"""libsndfile's Vorbis encoder does not bear large writes."""
_RATES_HZ: Final = (44_100, 48_000)


def codec_overshoots_db(audio: Array, sample_rate_hz: int) -> dict[str, float]:
    """Return by codec how far the true peak rises; nothing where none can be tried, as at other rates than 44.1 and 48.

    An excerpt that is silent rises by nothing and is left out.
    """
    peak = _true_peak_linear(audio, sample_rate_hz)
    if sample_rate_hz not in _RATES_HZ or peak <= 0.0 or not np.isfinite(peak):
        return {}
    gain = 10.0 ** (ENCODED_PEAK_DBTP / 20.0) / peak
    quieter = np.asarray(audio * np.float32(gain), np.float32)
    found = {}
    for name, (form, subtype) in _CODECS.items():
        decoded = _through(quieter, sample_rate_hz, form, subtype)
        if decoded is not None:
            found[name] = 20.0 * float(np.log10(max(_true_peak_linear(decoded, sample_rate_hz), 1e-9) / (gain * peak)))
    return found


def _through(audio: Array, sample_rate_hz: int, form: str, subtype: str) -> Array | None:
    """Return audio as a codec gives it back, or None where this libsndfile does not have it."""
    if subtype not in soundfile.available_subtypes(form):
        return None
    held = io.BytesIO()
    frames = np.ascontiguousarray(audio.T)
    try:
        with soundfile.SoundFile(
            held, "w", sample_rate_hz, frames.shape[1], subtype, format=form, compression_level=_COMPRESSION
        ) as file:
            for start in range(0, len(frames), _BLOCK):
                file.write(frames[start : start + _BLOCK])
        held.seek(0)
        decoded, _ = soundfile.read(held, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, RuntimeError):
        return None
    return np.ascontiguousarray(decoded.T)


def _true_peak_linear(audio: Array, sample_rate_hz: int) -> float:
    meter = TruePeakMeter(sample_rate_hz, len(audio))
    meter.feed(np.ascontiguousarray(audio, np.float32))
    return meter.finished_linear()
