"""How two tracks are related: the same audio, or two microphones of one instrument, early, late or inverted.

Delay and polarity come from a generalised cross correlation that looks only at the strongest transients of
the first track and trusts each frequency as far as the two are coherent there. A pair is believed when the
peak of that correlation stands out and the coherence is high; bleed reaches neither together.
Excerpts are (channels, n) or (n,) arrays in memory at one rate; the caller chooses them.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Audio = npt.NDArray[np.floating[Any]]
Floats = npt.NDArray[np.float64]

LEAST_PROMINENCE = 1.25
LEAST_COHERENCE = 0.30
_MOST_TRANSIENTS = 120
_WINDOW_SECONDS, _FADE_IN_SECONDS, _DECAY_SECONDS = 0.045, 0.0055, 0.0155
_HOP = 256
_LOWEST_HZ, _HIGHEST_HZ = 40.0, 8000.0
_SEARCH_MS = 6.0
_FURTHEST_MS = 40.0
_LOBE_MS = 0.6
_WHITENING = 0.8
_SAME_AUDIO = 0.999


@dataclass(frozen=True)
class Relation:
    """How the second track lies to the first.

    ``delay_ms`` is positive when the second is late. ``prominence`` is the highest peak of the weighted
    correlation over the highest one more than 0.6 ms away; ``coherence`` (0 to 1) is the mean over the
    frequencies that carry the first track.
    """

    delay_ms: float
    inverted: bool
    coherence: float
    prominence: float

    @property
    def is_pair(self) -> bool:
        """Whether both heard the same source closely enough to align them."""
        return self.prominence >= LEAST_PROMINENCE and self.coherence >= LEAST_COHERENCE


NO_RELATION = Relation(0.0, False, 0.0, 0.0)


def measure_relation(first: Audio, second: Audio, sample_rate_hz: int, search_ms: float = _SEARCH_MS) -> Relation:
    """Measure delay and polarity of the second excerpt against the first, both from the same moment.

    Weighting and limits after measurements on multi-microphone drums and bass; 40 Hz to 8 kHz, within
    ``search_ms``. Overheads and rooms are measured just as well, but a caller should only report them.
    """
    one, two = as_mono(first), as_mono(second)
    length = min(one.size, two.size)
    window = _attack_window(sample_rate_hz)
    if length < window.size or not one[:length].any() or not two[:length].any():
        return NO_RELATION
    starts = attacks(one[:length], window.size, int(_FADE_IN_SECONDS * sample_rate_hz))
    if starts.size == 0:
        return NO_RELATION
    cross, power_one, power_two = _spectra(one, two, starts, window)
    frequencies = np.fft.rfftfreq(2 * window.size, 1 / sample_rate_hz)
    band = (frequencies >= _LOWEST_HZ) & (frequencies <= min(_HIGHEST_HZ, 0.45 * sample_rate_hz))
    # One transient alone is coherent with anything; the share that chance gives is taken off.
    coherence = np.abs(cross) ** 2 / np.maximum(power_one * power_two, 1e-300)
    chance = 1.0 / starts.size
    coherence = np.clip((coherence - chance) / max(1.0 - chance, 1e-6), 0.0, 1.0)
    weight = np.where(band, coherence, 0.0)
    carried = np.where(band, np.sqrt(power_one * power_two), 0.0)
    mean_coherence = float((coherence * carried).sum() / max(float(carried.sum()), 1e-300))
    whitened = weight * cross / np.maximum(np.abs(cross), 1e-300) ** _WHITENING
    return _peak(np.fft.irfft(whitened), sample_rate_hz, search_ms, mean_coherence)


def measure_distance(first: Audio, second: Audio, sample_rate_hz: int) -> Relation:
    """Measure how a microphone further off, up to 40 ms away, hears what a close one hears.

    The whole excerpts say roughly how late it is, their attacks then exactly.
    """
    from scipy.fft import irfft, next_fast_len, rfft

    one, two = as_mono(first), as_mono(second)
    length = min(one.size, two.size)
    reach = round(_FURTHEST_MS * 1e-3 * sample_rate_hz)
    size = next_fast_len(length + reach, real=True)
    if length == 0:
        return NO_RELATION
    cross = rfft(two[:length], size) * np.conj(rfft(one[:length], size))
    frequencies = np.fft.rfftfreq(size, 1 / sample_rate_hz)
    band = (frequencies >= _LOWEST_HZ) & (frequencies <= _HIGHEST_HZ)
    whitened = np.where(band, cross, 0.0) / np.maximum(np.abs(cross), 1e-300) ** _WHITENING
    late = int(np.argmax(np.abs(irfft(whitened, size)[:reach])))
    near = np.concatenate((two[late:length], np.zeros(late)))
    relation = measure_relation(one[:length], near, sample_rate_hz)
    return replace(relation, delay_ms=relation.delay_ms + 1e3 * late / sample_rate_hz)


def _peak(correlation: Floats, sample_rate_hz: int, search_ms: float, coherence: float) -> Relation:
    reach = int(search_ms * 1e-3 * sample_rate_hz)
    lags = np.concatenate((correlation[-reach:], correlation[: reach + 1]))
    size = np.abs(lags)
    place = int(np.argmax(size))
    lobe = int(_LOBE_MS * 1e-3 * sample_rate_hz)
    away = np.ones(size.size, bool)
    away[max(0, place - lobe) : place + lobe + 1] = False
    rest = float(size[away].max()) if away.any() else 0.0
    prominence = float(size[place]) / max(rest, 1e-300)
    offset = 0.0
    if 0 < place < size.size - 1:
        left, centre, right = size[place - 1 : place + 2]
        bend = left - 2 * centre + right
        offset = 0.0 if bend == 0 else float(0.5 * (left - right) / bend)
    delay_ms = (place + offset - reach) / sample_rate_hz * 1e3
    return Relation(delay_ms, bool(lags[place] < 0), coherence, prominence)


def _attack_window(sample_rate_hz: int) -> Floats:
    """Return a window that opens just before an attack and fades while the note decays."""
    window = np.zeros(round(_WINDOW_SECONDS * sample_rate_hz))
    opening, fading = int(_FADE_IN_SECONDS * sample_rate_hz / 2), int(_DECAY_SECONDS * sample_rate_hz)
    window[:opening] = np.sin(np.linspace(0, np.pi / 2, opening)) ** 2
    window[opening : opening + fading] = np.cos(np.linspace(0, np.pi / 2, fading)) ** 2
    return window


def attacks(samples: Floats, window_size: int, lead_in: int, most: int = _MOST_TRANSIENTS) -> npt.NDArray[np.intp]:
    """Return where windows begin that hold the strongest attacks, none close to another; all in samples."""
    count = samples.size // _HOP
    energy = (samples[: count * _HOP].reshape(count, _HOP) ** 2).sum(axis=1)
    rise = np.diff(np.sqrt(energy), prepend=0.0)
    chosen: list[int] = []
    blocked = np.zeros(count, bool)
    near = 3 * window_size // (2 * _HOP)
    for place in np.argsort(-rise, kind="stable"):
        start = int(place) * _HOP - lead_in
        if rise[place] <= 0 or len(chosen) == most:
            break
        if blocked[place] or start < 0 or start + window_size > samples.size:
            continue
        chosen.append(start)
        blocked[max(0, place - near) : place + near + 1] = True
    return np.array(sorted(chosen), dtype=np.intp)


def _spectra(
    one: Floats, two: Floats, starts: npt.NDArray[np.intp], window: Floats
) -> tuple[npt.NDArray[np.complex128], Floats, Floats]:
    """Return the summed cross spectrum (second times the first's conjugate) and both power spectra."""
    from scipy.fft import rfft

    windows = starts[:, None] + np.arange(window.size)
    spectra_one = rfft(one[windows] * window, 2 * window.size, axis=1)
    spectra_two = rfft(two[windows] * window, 2 * window.size, axis=1)
    cross = (spectra_two * np.conj(spectra_one)).sum(axis=0)
    return cross, (np.abs(spectra_one) ** 2).sum(axis=0), (np.abs(spectra_two) ** 2).sum(axis=0)


def measure_likeness(first: Audio, second: Audio) -> float:
    """Return how much two excerpts from the same moment are the same audio, 0 to 1, whatever their levels."""
    one, two = as_mono(first), as_mono(second)
    length = min(one.size, two.size)
    one, two = one[:length], two[:length]
    energy = float(np.dot(one, one) * np.dot(two, two))
    if energy <= 0:
        return 0.0
    return float(abs(np.dot(one, two)) / np.sqrt(energy))


def is_duplicate(first: Audio, second: Audio) -> bool:
    """Whether two excerpts are the same audio but for level and polarity."""
    return measure_likeness(first, second) >= _SAME_AUDIO


def as_mono(audio: Audio) -> Floats:
    """Return the mean of the channels (n,)."""
    samples = np.asarray(audio, np.float64)
    return samples if samples.ndim == 1 else np.asarray(samples.mean(axis=0))
