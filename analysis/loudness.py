"""Measure loudness as ITU-R BS.1770-4 and EBU R 128 define it.

Conventions: audio is (channels, samples), one or two channels, full scale is 1.0. One channel is measured as one
loudspeaker; ``TrackMeasures`` counts mono media twice, as it plays left = right. A *cell* is 50 ms: its
K-weighted mean square, summed over channels. Loudness is in LUFS and silence is minus infinity, never NaN.
"""

import math
from typing import Final

import numba
import numpy as np
import numpy.typing as npt

from analysis.measures import Array, Loudness
from analysis.true_peak import measure_true_peak
from reaper_bridge.session.units import db_from_linear, lufs_from_power, power_from_lufs

Powers = npt.NDArray[np.float64]
CELLS_PER_SECOND: Final = 20
MOMENTARY_CELLS: Final = 8
SHORT_TERM_CELLS: Final = 60
BLOCK_STEP_CELLS: Final = 2
"""Gating blocks start every 100 ms (75 % overlap)."""
GATE_LUFS: Final = -70.0
RELATIVE_GATE_LU: Final = -10.0
RANGE_GATE_LU: Final = -20.0
_LANES: Final = 8
_NOTHING: Final = 1e-30
_FLUSH_SAMPLES: Final = 1024
_WARM_UP_SECONDS: Final = 0.1
"""The slow pole of the K filter (38 Hz) has fallen by more than 170 dB after this time."""


def k_coefficients(sample_rate_hz: float) -> npt.NDArray[np.float64]:
    """Return b0 b1 b2 a1 a2 of the K filter's shelf and c0 c1 c2 of its high pass, c0 (1 - 2z^-1 + z^-2).

    The analogue prototype behind the 48 kHz table of BS.1770 (as in libebur128), at any rate with the gain it
    has at 48 kHz.
    """
    k = math.tan(math.pi * 1681.974450955533 / sample_rate_hz)
    q = 0.7071752369554196
    high = 10.0 ** (3.999843853973347 / 20.0)
    band = high**0.4996667741545416
    a0 = 1.0 + k / q + k * k
    shelf = [(high + band * k / q + k * k) / a0, 2.0 * (k * k - high) / a0, (high - band * k / q + k * k) / a0]
    shelf += [2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0]
    k, k_48 = (math.tan(math.pi * 38.13547087602444 / rate) for rate in (sample_rate_hz, 48000.0))
    q = 0.5003270373238773
    a0 = 1.0 + k / q + k * k
    return np.array([*shelf, (1.0 + k_48 / q + k_48 * k_48) / a0, 2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0])


@numba.njit(cache=True, nogil=True, fastmath={"contract", "nsz"})
def _k_squares(x, warm_up, length, c, out):  # type: ignore[no-untyped-def]
    """Filter eight stretches of x side by side, each after a warm-up, so that the recursions do not wait.

    What rings on in digital silence is cut off: numbers next to nothing are slow to reckon with.
    """
    s1, s2, r1, r2 = np.zeros(_LANES), np.zeros(_LANES), np.zeros(_LANES), np.zeros(_LANES)
    b0, b1, b2, a1, a2, c0, c1, c2 = c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7]
    for start in range(0, warm_up + length, _FLUSH_SAMPLES):
        for t in range(start, min(start + _FLUSH_SAMPLES, warm_up + length)):
            for lane in range(_LANES):
                v = np.float64(x[lane * length + t])
                y = b0 * v + s1[lane]
                s1[lane] = b1 * v - a1 * y + s2[lane]
                s2[lane] = b2 * v - a2 * y
                y *= c0
                z = y + r1[lane]
                r1[lane] = r2[lane] - 2.0 * y - c1 * z
                r2[lane] = y - c2 * z
                if t >= warm_up:
                    square = z * z
                    out[lane * length + t - warm_up] = square if square > _NOTHING else 0.0
        for state in (s1, s2, r1, r2):
            for lane in range(_LANES):
                if abs(state[lane]) < _NOTHING:
                    state[lane] = 0.0


@numba.njit(cache=True, nogil=True, fastmath=True)
def _cell_sums(squares, edges, sums):  # type: ignore[no-untyped-def]
    for cell in range(len(edges) - 1):
        total = 0.0
        for i in range(edges[cell], edges[cell + 1]):
            total += squares[i]
        sums[cell] += total


class LoudnessMeter:
    """Collect K-weighted cells from a stream of whole seconds. ``weights`` are the gains of the channels' powers."""

    def __init__(self, sample_rate_hz: int, channel_count: int, weight: float = 1.0) -> None:
        self._rate_hz = sample_rate_hz
        self._weight = weight
        self._warm_up = math.ceil(_WARM_UP_SECONDS * sample_rate_hz)
        self._tails = np.zeros((channel_count, self._warm_up), np.float32)
        self._coefficients = k_coefficients(sample_rate_hz)
        self._parts: list[Powers] = []

    def feed(self, seconds: Array) -> Powers:
        """Take (channels, whole seconds) and return the powers of their cells."""
        count = seconds.shape[1]
        length = -(-count // _LANES)
        cells = count * CELLS_PER_SECOND // self._rate_hz
        edges = np.arange(cells + 1) * self._rate_hz // CELLS_PER_SECOND
        sums = np.zeros(cells)
        padded = np.zeros(self._warm_up + length * _LANES, np.float32)
        squares = np.empty(length * _LANES, np.float32)
        for channel, tail in zip(seconds, self._tails, strict=True):
            padded[: self._warm_up] = tail
            padded[self._warm_up : self._warm_up + count] = channel
            tail[:] = padded[count : count + self._warm_up]
            _k_squares(padded, self._warm_up, length, self._coefficients, squares)
            _cell_sums(squares, edges, sums)
        powers = sums * (self._weight * CELLS_PER_SECOND / self._rate_hz)
        self._parts.append(powers)
        return powers

    @property
    def cells(self) -> Powers:
        """Return the powers of all cells so far."""
        return np.concatenate(self._parts) if self._parts else np.zeros(0)


def _means(cells: Powers, count: int) -> Powers:
    """Return the mean of every ``count`` neighbouring cells; of all of them where there are fewer."""
    if not len(cells):
        return np.zeros(0)
    width = min(count, len(cells))
    total = np.concatenate(([0.0], np.cumsum(cells)))
    # a running sum leaves crumbs of what was loud before
    crumbs = 1e-15 * total[-1]
    means = total[width:] - total[:-width]
    return np.where(means > crumbs, means, 0.0) / width


def short_term_loudness(cells: Powers) -> Array:
    """Return the loudness in LUFS of the 3 s that end with each cell; what lies before the start is silence."""
    padded = np.concatenate((np.zeros(SHORT_TERM_CELLS - 1), cells))
    with np.errstate(divide="ignore"):
        return np.asarray(10.0 * np.log10(_means(padded, SHORT_TERM_CELLS)) - 0.691, np.float32)[: len(cells)]


def integrated_lufs(cells: Powers) -> float:
    """Return the gated loudness of a programme (BS.1770-4: -70 LUFS, then -10 LU); silence is minus infinity."""
    blocks = _means(cells, MOMENTARY_CELLS)[::BLOCK_STEP_CELLS]
    loud = blocks[blocks > power_from_lufs(GATE_LUFS)]
    if not len(loud):
        return -math.inf
    gate = float(loud.mean()) * 10.0 ** (RELATIVE_GATE_LU / 10.0)
    return lufs_from_power(float(loud[loud > gate].mean()))


def range_lu(cells: Powers) -> float:
    """Return the loudness range (EBU Tech 3342) in LU; 0 where fewer than 3 s are louder than the gates."""
    if len(cells) < SHORT_TERM_CELLS:
        return 0.0
    blocks = _means(cells, SHORT_TERM_CELLS)[::BLOCK_STEP_CELLS]
    loud = blocks[blocks > power_from_lufs(GATE_LUFS)]
    if not len(loud):
        return 0.0
    kept = np.sort(loud[loud > float(loud.mean()) * 10.0 ** (RANGE_GATE_LU / 10.0)])
    low, high = (kept[round((len(kept) - 1) * share)] for share in (0.10, 0.95))
    return float(10.0 * np.log10(high / low))


def loudness_of(cells: Powers, true_peak_linear: float, sample_peak_linear: float) -> Loudness:
    """Return all numbers of a programme from its cells (whole ones only) and peaks."""
    momentary, short_term = _means(cells, MOMENTARY_CELLS), _means(cells, SHORT_TERM_CELLS)
    return Loudness(
        integrated_lufs(cells),
        lufs_from_power(float(momentary.max(initial=0.0))),
        lufs_from_power(float(short_term.max(initial=0.0))),
        range_lu(cells),
        db_from_linear(true_peak_linear),
        db_from_linear(sample_peak_linear),
    )


def measure_loudness(audio: npt.ArrayLike, sample_rate_hz: int) -> Loudness:
    """Measure a whole programme (channels, samples) of one or two channels; one channel counts once.

    Maxima are over every 50 ms. Programmes shorter than a measuring window are measured over their length.
    """
    sound = np.atleast_2d(np.asarray(audio, np.float32))
    meter = LoudnessMeter(sample_rate_hz, len(sound))
    whole = sound.shape[1] * CELLS_PER_SECOND // sample_rate_hz
    chunk = 10 * sample_rate_hz
    for start in range(0, sound.shape[1], chunk):
        part = sound[:, start : start + chunk]
        missing = -part.shape[1] % sample_rate_hz
        meter.feed(np.pad(part, ((0, 0), (0, missing))) if missing else part)
    peak = float(np.abs(sound).max(initial=0.0))
    return loudness_of(meter.cells[:whole], measure_true_peak(sound, sample_rate_hz), peak)
