"""What a saturation makes of a bass, reckoned from third octaves and frames of 50 ms: no audio is touched.

A bass plays one note at a time. So a frame is taken for one period of a wave whose harmonics have the powers of the
bands they lie in; that wave is bent, and what its harmonics are then is read off.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from analysis.bands import BANDS
from analysis.measures import TrackMeasures
from analysis.rendering.saturation import bent, slopes
from reaper_bridge.session.effects import Jsfx

Curve = npt.NDArray[np.float64]

HIGHEST_NOTE_HZ: Final = 220.0
QUIETEST_POWER: Final = 1e-8
_LEVEL_STEP_DB: Final = 1.0
_PERIOD_SAMPLES: Final = 4096
_HARMONICS: Final = 1000
_HALF_BAND: Final = 2.0 ** (1.0 / 6.0)
_FAINTEST_RATIO: Final = 1e-7
_UPPER_END_OF_NOTE: Final = 1.42
"""Of a note, re its frequency: half way to its second harmonic."""
_LOW = BANDS <= HIGHEST_NOTE_HZ


def note_frequencies_hz(measures: TrackMeasures) -> Curve:
    """Return (31,) the strongest frequency of the long-term spectrum inside each low band, else the band's centre."""
    spectrum = np.asarray(measures.spectrum_power, np.float64)
    step_hz = measures.spectrum_step_hz
    found = BANDS.astype(np.float64).copy()
    for index in np.flatnonzero(_LOW):
        low, high = int(np.ceil(BANDS[index] / _HALF_BAND / step_hz)), int(BANDS[index] * _HALF_BAND / step_hz)
        if 1 <= low <= high < len(spectrum) - 1:
            peak = low + int(np.argmax(spectrum[low : high + 1]))
            found[index] = np.clip(
                _refined(spectrum, peak) * step_hz, BANDS[index] / _HALF_BAND, BANDS[index] * _HALF_BAND
            )
    return found


def saturated_power(effect: Jsfx, power: Curve, notes_hz: Curve, spectrum_step_hz: float) -> Curve:
    """Return (F, 31) power behind a saturation from the power before it, in squares of full scale.

    ``notes_hz`` are the ``note_frequencies_hz`` of the track, ``spectrum_step_hz`` is how finely bands were measured.
    """
    out = power.copy()
    total = power.sum(axis=1)
    heard = np.flatnonzero(total > QUIETEST_POWER)
    if not len(heard):
        return out
    notes = power[heard][:, _LOW].argmax(axis=1)
    levels = np.round(10.0 * np.log10(total[heard]) / _LEVEL_STEP_DB).astype(np.int64)
    kinds, kind_of = np.unique(np.stack([notes, levels]), axis=1, return_inverse=True)
    kind_of = kind_of.ravel()
    for kind, note in enumerate(kinds[0]):
        frames = heard[kind_of == kind]
        mean = power[frames].mean(axis=0)
        kept, made = _kept_and_made(mean, float(notes_hz[note]), effect, spectrum_step_hz)
        out[frames] = power[frames] * kept + made * (total[frames] / mean.sum())[:, None]
    return out


def _kept_and_made(mean: Curve, note_hz: float, effect: Jsfx, step_hz: float) -> tuple[Curve, Curve]:
    """Return what is left of each band of a note behind the saturation, as a gain, and the power that is new in it."""
    count = min(int(BANDS[-1] * _HALF_BAND / note_hz), _HARMONICS)
    frequencies: Curve = np.arange(1, count + 1, dtype=np.float64) * note_hz
    bands = np.argmin(np.abs(np.log(frequencies[:, None] / BANDS[None, :])), axis=1)
    below = _UPPER_END_OF_NOTE * note_hz > BANDS  # the measuring window smears a low note over these
    bands[0] = int(np.flatnonzero(below)[mean[below].argmax()])
    in_band = np.bincount(bands, minlength=len(BANDS))
    before = np.where(in_band[bands] > 0, mean[bands] / in_band[bands], 0.0)
    before[0] = float(mean[below].sum())
    lines = np.zeros(_PERIOD_SAMPLES // 2 + 1, np.complex128)
    phases = np.random.default_rng(5).uniform(0.0, 2.0 * np.pi, count)
    lines[1 : count + 1] = np.sqrt(2.0 * before) * np.exp(1j * phases)
    wave = np.fft.irfft(lines, _PERIOD_SAMPLES) * (_PERIOD_SAMPLES / 2)
    spectrum = np.fft.rfft(bent(effect, wave)) / (_PERIOD_SAMPLES / 2)
    after = 0.5 * np.abs(spectrum[1 : count + 1]) ** 2
    slope = float(slopes(effect, wave).mean())
    left = np.minimum(after, before * slope**2)
    left[0] = after[0]
    in_lines, left_of_lines = (np.bincount(bands, weights=each, minlength=len(BANDS)) for each in (before, left))
    kept = np.where(in_lines > 0.0, left_of_lines / np.where(in_lines > 0.0, in_lines, 1.0), slope**2)
    kept[below] = after[0] / before[0]
    return kept, _measured(frequencies, after - left, step_hz)


def _measured(frequencies_hz: Curve, line_power: Curve, step_hz: float) -> Curve:
    """Return (31,) the power that lines have in each band behind a Hann window whose bins are ``step_hz`` apart."""
    heard = line_power > _FAINTEST_RATIO * line_power.max(initial=0.0)
    at_bin, line_power = frequencies_hz[heard] / step_hz, line_power[heard]
    bins = np.round(at_bin)[:, None] + np.arange(-2.0, 3.0)
    distance = at_bin[:, None] - bins
    distance = np.where(np.abs(np.abs(distance) - 1.0) < 1e-6, 1.0 + 1e-6, distance)
    weights = (np.sinc(distance) / (1.0 - distance**2)) ** 2
    weights *= (line_power / weights.sum(axis=1))[:, None]
    low, high = (bins[:, :, None] - 0.5) * step_hz, (bins[:, :, None] + 0.5) * step_hz
    overlap_hz = np.minimum(high, BANDS * _HALF_BAND) - np.maximum(low, BANDS / _HALF_BAND)
    shares = np.clip(overlap_hz / step_hz, 0.0, 1.0)
    return np.asarray((weights[:, :, None] * shares).sum(axis=(0, 1)), dtype=np.float64)


def _refined(spectrum: Curve, peak: int) -> float:
    """Return where a peak lies between the bins, by a parabola through the logarithms."""
    left, middle, right = np.log(np.maximum(spectrum[peak - 1 : peak + 2], 1e-30))
    bow = left - 2.0 * middle + right
    return float(peak + (0.5 * (left - right) / bow if bow < 0.0 else 0.0))
