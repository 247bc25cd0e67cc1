"""How two tracks add up, at every small shift of the second: what a flip or a shift would gain, and how it looks.

A lag is how much earlier the second would play, in ms. Excerpts are (channels, n) or (n,) arrays from the same
moment, at one rate. Correlations are normalised, -1 to 1.
"""

import math
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from analysis.relations import Audio, Floats, Relation, as_mono, attacks
from reaper_bridge.session.identity import TrackId

PairKind: TypeAlias = Literal["di_amp", "mic_pair", "stereo_pair", "distance"]

LOW_END_HZ = 150.0
SEARCHED_MS = 6.0
_LOWEST_HZ = 30.0
_BEFORE_ATTACK_SECONDS, _AFTER_ATTACK_SECONDS = 0.003, 0.013
_MOST_POINTS = 400
_DIGITS = 5


@dataclass(frozen=True)
class Together:
    """Two tracks as they add up.

    ``correlation`` and ``low_correlation`` (below 150 Hz) run over lags from -6 to +6 ms in equal steps;
    ``low_power`` is the mean square of both below 150 Hz. ``attacks`` are both around the strongest attack of the
    first, each over its own peak, from ``attack_start_ms`` against it on, ``attack_step_ms`` apart.
    """

    correlation: tuple[float, ...]
    low_correlation: tuple[float, ...]
    low_power: tuple[float, float]
    attacks: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    attack_start_ms: float = 0.0
    attack_step_ms: float = 0.0

    def correlation_at(self, lag_ms: float, inverted: bool) -> float:
        """Return the correlation with the second played earlier by a lag, and turned over where ``inverted``."""
        return _at(self.correlation, lag_ms) * (-1.0 if inverted else 1.0)

    def low_correlation_at(self, lag_ms: float, inverted: bool) -> float:
        """Return the same below 150 Hz alone."""
        return _at(self.low_correlation, lag_ms) * (-1.0 if inverted else 1.0)

    def low_level_db(self, lag_ms: float, inverted: bool, gains_db: tuple[float, float] = (0.0, 0.0)) -> float:
        """Return the level of the sum below 150 Hz, each track raised by its gain; -inf for nothing there."""
        first, second = (power * 10.0 ** (gain / 10.0) for power, gain in zip(self.low_power, gains_db, strict=True))
        both = 2.0 * math.sqrt(first * second) * self.low_correlation_at(lag_ms, inverted)
        total = first + second + both
        return 10.0 * math.log10(total) if total > 0.0 else -math.inf


@dataclass(frozen=True)
class Pair:
    """Two tracks that picked up one performance; the second is the one that could be moved.

    A ``distance`` is between a close microphone and one further off, such as an overhead: it is only told.
    Relation and sums are of the tracks as they were listened to, the faders' polarity switches left out.
    """

    first: TrackId
    second: TrackId
    kind: PairKind
    relation: Relation
    together: Together


def measure_together(first: Audio, second: Audio, sample_rate_hz: int) -> Together:
    """Measure how two excerpts add up at every lag of up to 6 ms."""
    from scipy.fft import irfft, next_fast_len, rfft

    one, two = as_mono(first), as_mono(second)
    length = min(one.size, two.size)
    one, two = one[:length], two[:length]
    reach = round(SEARCHED_MS * 1e-3 * sample_rate_hz)
    size = next_fast_len(length + reach, real=True)
    spectra = rfft(one, size), rfft(two, size)
    frequencies = np.fft.rfftfreq(size, 1 / sample_rate_hz)
    cross = spectra[1] * np.conj(spectra[0])
    # one-sided spectra hold half the power of all but the lowest and the highest bin, which carry none here
    power = [2.0 * np.abs(spectrum) ** 2 / size for spectrum in spectra]
    heard, low = frequencies >= _LOWEST_HZ, (frequencies >= _LOWEST_HZ) & (frequencies <= LOW_END_HZ)

    def lags(band: Any) -> tuple[tuple[float, ...], tuple[float, float]]:
        energy = [float(each[band].sum()) for each in power]
        scale = math.sqrt(energy[0] * energy[1])
        if scale <= 0.0:
            return (0.0,) * (2 * reach + 1), (0.0, 0.0)
        whole = irfft(np.where(band, cross, 0.0), size) / scale
        around = np.concatenate((whole[-reach:], whole[: reach + 1]))
        return _rounded(around), (energy[0] / length, energy[1] / length)

    correlation, _ = lags(heard)
    low_correlation, low_power = lags(low)
    pictures, step_ms = _attacks(one, two, sample_rate_hz)
    return Together(correlation, low_correlation, low_power, pictures, -1e3 * _BEFORE_ATTACK_SECONDS, step_ms)


def _at(values: tuple[float, ...], lag_ms: float) -> float:
    if not values:
        return 0.0
    place = (min(max(lag_ms / SEARCHED_MS, -1.0), 1.0) + 1.0) / 2.0 * (len(values) - 1)
    return float(np.interp(place, np.arange(len(values)), values))


def _attacks(
    one: Floats, two: Floats, sample_rate_hz: int
) -> tuple[tuple[tuple[float, ...], tuple[float, ...]], float]:
    before, after = round(_BEFORE_ATTACK_SECONDS * sample_rate_hz), round(_AFTER_ATTACK_SECONDS * sample_rate_hz)
    found = attacks(one, before + after, before, most=1)
    if len(found) == 0:
        return ((), ()), 0.0
    stretch = slice(int(found[0]), int(found[0]) + before + after)
    step = max(1, math.ceil((before + after) / _MOST_POINTS))
    shapes = []
    for samples in (one[stretch], two[stretch]):
        peak = float(np.abs(samples).max(initial=0.0))
        shapes.append(_rounded(samples[::step] / peak) if peak > 0.0 else (0.0,) * len(samples[::step]))
    return (shapes[0], shapes[1]), 1e3 * step / sample_rate_hz


def _rounded(values: Floats) -> tuple[float, ...]:
    return tuple(round(float(value), _DIGITS) for value in values)


def plain_pair_facts(relation: Relation, together: Together) -> list[Any]:
    """Return what was measured of a pair as JSON can hold it."""
    return [list(vars(relation).values()), list(vars(together).values())]


def parse_pair_facts(plain: Any) -> tuple[Relation, Together] | None:
    """Read it back, the reverse of ``plain_pair_facts``; None for what is none."""
    try:
        (delay_ms, inverted, coherence, prominence), (correlation, low, power, shapes, start_ms, step_ms) = plain
        relation = Relation(float(delay_ms), bool(inverted), float(coherence), float(prominence))
        pictures = tuple(shapes[0]), tuple(shapes[1])
        together = Together(tuple(correlation), tuple(low), (power[0], power[1]), pictures, start_ms, step_ms)
    except (TypeError, KeyError, ValueError, IndexError):
        return None
    return relation, together
