"""Band energies per frame and long-term spectra of a stream, from one short-time Fourier transform.

Conventions: a frame is 50 ms; its Hann window of about 85 ms lies around the frame's middle. Powers are scaled
so that the bins of a frame add up to its (windowed) mean square. Bands are ideal third octaves; a bin that
straddles an edge is shared out. The window blurs bands below about 50 Hz into their neighbours.
"""

from typing import Final

import numba
import numpy as np
import numpy.typing as npt

from analysis.loudness import CELLS_PER_SECOND, Powers
from analysis.measures import BANDS_HZ, Array

WINDOW_SECONDS: Final = 4096 / 48000
LEVEL_COUNT: Final = 111
LOWEST_LEVEL_LUFS: Final = -100.0
"""Long-term spectra are kept per whole LUFS of their frames, so that who counts can be decided at the end."""
NEIGHBOUR_RATIO: Final = 16.0
"""A frame beside one of so many times its power belongs to no long-term spectrum: its window holds both."""
_BATCH: Final = 24


def window_samples(sample_rate_hz: int) -> int:
    """Return the length of the analysis window: about 85 ms, even, quick to transform."""
    from scipy.fft import next_fast_len

    return 2 * int(next_fast_len(round(WINDOW_SECONDS * sample_rate_hz / 2.0), real=True))


def band_edges_hz() -> npt.NDArray[np.float64]:
    """Return the 32 edges of the third octaves (base-ten system of IEC 61260)."""
    middles = 1000.0 * 10.0 ** ((np.arange(len(BANDS_HZ)) - BANDS_HZ.index(1000.0)) / 10.0)
    return np.append(middles * 10.0**-0.05, middles[-1] * 10.0**0.05)


def level_index(powers: Powers) -> npt.NDArray[np.int64]:
    """Return which of the kept spectra a frame of that K-weighted power belongs to; -1 for digital silence."""
    with np.errstate(divide="ignore"):
        steps = np.floor(10.0 * np.log10(powers) - 0.691 - LOWEST_LEVEL_LUFS)
    clipped = np.clip(np.nan_to_num(steps, neginf=0.0), 0, LEVEL_COUNT - 1).astype(np.int64)
    return np.where(powers > 0.0, clipped, -1)


def _beside_nothing_louder(powers: Powers) -> Powers:
    """Return the powers, and 0 for those whose window is filled by a much louder neighbour."""
    padded = np.pad(powers, 1)
    louder = np.maximum(padded[:-2], padded[2:])
    return np.where(louder > powers * NEIGHBOUR_RATIO, 0.0, powers)


@numba.njit(cache=True, nogil=True, fastmath=True)
def _gather(x, starts, window, frames):  # type: ignore[no-untyped-def]
    for row in range(len(starts)):
        start = starts[row]
        for i in range(len(window)):
            frames[row, i] = x[start + i] * window[i]


@numba.njit(cache=True, nogil=True, fastmath=True)
def _band_sums(power, bins, shares, bands):  # type: ignore[no-untyped-def]
    """Add up the bins of every band: first and last bin with their shares, those between whole."""
    for band in range(bins.shape[0]):
        first, last = bins[band, 0], bins[band, 1]
        total = np.float32(0.0)
        for i in range(first + 1, min(last, len(power))):
            total += power[i]
        if first < len(power):
            total += power[first] * shares[band, 0]
        if first < last < len(power):
            total += power[last] * shares[band, 1]
        bands[band] = total


@numba.njit(cache=True, nogil=True, fastmath=True)
def _fold_mono(left, scale, bins, shares, levels, spectra, bands):  # type: ignore[no-untyped-def]
    power = np.empty(left.shape[1], np.float32)
    for row in range(left.shape[0]):
        for i in range(len(power)):
            power[i] = scale[i] * (left[row, i].real ** 2 + left[row, i].imag ** 2)
        if levels[row] >= 0:
            for i in range(len(power)):
                spectra[levels[row], i] += power[i]
        _band_sums(power, bins, shares, bands[0, row])


@numba.njit(cache=True, nogil=True, fastmath=True)
def _fold_stereo(left, right, scale, bins, shares, levels, spectra, bands):  # type: ignore[no-untyped-def]
    count = left.shape[1]
    ll, rr, lr = np.empty(count, np.float32), np.empty(count, np.float32), np.empty(count, np.float32)
    for row in range(left.shape[0]):
        for i in range(count):
            a, b = left[row, i], right[row, i]
            ll[i] = scale[i] * (a.real**2 + a.imag**2)
            rr[i] = scale[i] * (b.real**2 + b.imag**2)
            lr[i] = scale[i] * (a.real * b.real + a.imag * b.imag)
        if levels[row] >= 0:
            for i in range(count):
                spectra[levels[row], i] += np.float32(0.5) * (ll[i] + rr[i])
        _band_sums(ll, bins, shares, bands[0, row])
        _band_sums(rr, bins, shares, bands[1, row])
        _band_sums(lr, bins, shares, bands[2, row])


def _bins_of_bands(step_hz: float) -> tuple[npt.NDArray[np.int64], Array]:
    """Return first and last bin of each band (B, 2) and how much of these two bins is inside (B, 2)."""
    edges = band_edges_hz() / step_hz + 0.5
    low, high = edges[:-1], edges[1:]
    bins = np.stack((np.floor(low), np.floor(high)), axis=1).astype(np.int64)
    within = np.minimum(high, bins[:, 0] + 1.0) - low
    return bins, np.stack((within, high - bins[:, 1]), axis=1).astype(np.float32)


class SpectrumMeter:
    """Collect bands and spectra from a stream of whole seconds. Its frames lag half a window behind.

    Of the frames only ``every`` so manieth is looked at, from the first one on; it shall divide a second's.
    """

    def __init__(self, sample_rate_hz: int, channel_count: int, every: int = 1) -> None:
        self._rate_hz, self._every = sample_rate_hz, every
        self._size = window_samples(sample_rate_hz)
        self.step_hz = sample_rate_hz / self._size
        angle = 2.0 * np.pi * np.arange(self._size) / self._size
        self._window = (0.5 - 0.5 * np.cos(angle)).astype(np.float32)
        bin_count = self._size // 2 + 1
        self._scale = np.full(bin_count, 2.0 / (self._size * np.sum(self._window.astype(np.float64) ** 2)), np.float32)
        self._scale[[0, -1]] *= 0.5
        self._bins, self._shares = _bins_of_bands(self.step_hz)
        self._spectra = np.zeros((LEVEL_COUNT, bin_count), np.float32)
        self._counts = np.zeros(LEVEL_COUNT, np.int64)
        self._bands: list[Array] = []
        self._powers = np.zeros(1)
        self._frame = 0
        # the first window begins before the first sample
        self._held = np.zeros((channel_count, self._size), np.float32)
        self._held_start = -self._size
        self._frames = np.empty((channel_count, _BATCH, self._size), np.float32)

    def feed(self, seconds: Array, cells: Powers) -> None:
        """Take (channels, whole seconds) and the K-weighted powers of those of their frames that are looked at."""
        # one cell stays from before: frames are judged with their neighbours
        self._powers = np.concatenate((self._powers, cells))
        levels = level_index(_beside_nothing_louder(self._powers))[1:]
        self._held = np.concatenate((self._held, seconds), axis=1)
        end = self._held_start + self._held.shape[1]
        middles = self._middles(self._frame, self._frame + len(levels))
        ready = int(np.searchsorted(middles + self._size // 2, end, side="right"))
        for first in range(0, ready, _BATCH):
            last = min(ready, first + _BATCH)
            starts = middles[first:last] - self._size // 2 - self._held_start
            self._fold(starts, levels[first:last])
        self._powers = self._powers[ready:]
        self._frame += ready
        keep = int(self._middles(self._frame, self._frame + 1)[0]) - self._size // 2
        self._held = self._held[:, keep - self._held_start :].copy()
        self._held_start = keep

    def _middles(self, first: int, last: int) -> npt.NDArray[np.int64]:
        """Return the sample in the middle of each frame."""
        frames = np.arange(first, last, dtype=np.int64) * self._every
        return (2 * frames + 1) * self._rate_hz // (2 * CELLS_PER_SECOND)

    def _fold(self, starts: npt.NDArray[np.int64], levels: npt.NDArray[np.int64]) -> None:
        channels = len(self._held)
        bands = np.zeros((1 if channels == 1 else 3, len(starts), len(BANDS_HZ)), np.float32)
        self._bands.append(bands)
        if not self._held[:, starts[0] : starts[-1] + self._size].any():
            return
        from scipy.fft import rfft

        np.add.at(self._counts, levels[levels >= 0], 1)
        spectra = []
        for channel, frames in zip(self._held, self._frames, strict=True):
            _gather(channel, starts, self._window, frames)
            spectra.append(rfft(frames[: len(starts)], axis=1))
        rest = (self._scale, self._bins, self._shares, levels, self._spectra, bands)
        if channels == 1:
            _fold_mono(spectra[0], *rest)
        else:
            _fold_stereo(spectra[0], spectra[1], *rest)

    def finished_bands(self, frame_count: int) -> tuple[Array, Array, Array]:
        """Return LL, RR and LR, each (frames, bands); for one channel all three are the same array."""
        after = -(-self._size // self._rate_hz) * self._rate_hz
        self.feed(np.zeros((len(self._held), after), np.float32), np.zeros(0))
        whole = np.concatenate(self._bands, axis=1) if self._bands else np.zeros((1, 0, len(BANDS_HZ)), np.float32)
        kept = [np.ascontiguousarray(part[:frame_count]) for part in whole]
        return (kept[0], kept[0], kept[0]) if len(kept) == 1 else (kept[0], kept[1], kept[2])

    def spectrum(self, lowest_lufs: float, highest_lufs: float) -> Array:
        """Return the mean power per bin of all frames between two loudnesses; zeros where there are none."""
        first, last = (
            int(np.clip(round(level - LOWEST_LEVEL_LUFS), 0, LEVEL_COUNT)) for level in (lowest_lufs, highest_lufs)
        )
        count = int(self._counts[first:last].sum())
        total = self._spectra[first:last].sum(axis=0, dtype=np.float64)
        return np.asarray(total / max(1, count), np.float32)
