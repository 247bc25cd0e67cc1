"""Listen to a track once, block by block, for what its bands cannot show.

Two looks at the samples: a copy decimated to about 6 kHz goes through long windows (hum, narrow
resonances, rumble), and one kernel walks over every sample (flat tops, clicks, what is not a number, DC).
"""

import numba
import numpy as np
import numpy.typing as npt

from analysis.evidence import FlawEvidence
from analysis.flaws.waveform import CHUNK_SAMPLES, click_events, flat_tops, walk

Array = npt.NDArray[np.float32]

_LOW_RATE_HZ = 6000.0
_WINDOW = 4096
_KEPT_HZ = 1500.0
_MOST_FRAMES = 640
_QUIET_QUANTILE = 0.05
_ACTIVE_BELOW_LOUDEST_DB = 40.0
_EMPTY_POWER = 1e-13


class FlawCollector:
    """Collect evidence of flaws from consecutive blocks of one track.

    ``feed`` takes (channels, n) float32 blocks of any length in order; ``evidence`` may be asked once all
    are fed. Memory grows to about 6 MB and 0.5 MB per minute, whatever the block length.
    """

    def __init__(self, sample_rate_hz: int, channel_count: int) -> None:
        self._rate_hz = sample_rate_hz
        self._factor = max(1, round(sample_rate_hz / _LOW_RATE_HZ))
        self._low_rate_hz = sample_rate_hz / self._factor
        self._taps = _decimation_taps(self._factor)
        self._rest = np.zeros(0, np.float32)
        self._low = np.zeros(0, np.float32)
        self._window = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
        self._bins = min(_WINDOW // 2 + 1, int(_KEPT_HZ / self.low_step_hz) + 1)
        self._frames: list[Array] = []
        self._stride = 1
        self._frame_number = 0
        self._tail: list[Array] = [np.zeros(0, np.float32) for _ in range(channel_count)]
        self._chunks: list[list[Array]] = [[] for _ in range(channel_count)]
        self._sums = np.zeros(channel_count)
        self._highest = [0.0] * channel_count
        self._sample_count = 0
        self._not_finite_count = 0

    @property
    def low_step_hz(self) -> float:
        """The distance of two bins of the low spectra."""
        return self._low_rate_hz / _WINDOW

    def feed(self, block: Array) -> None:
        """Take the next (channels, n) samples."""
        if block.shape[1] == 0:
            return
        total = float(block.sum())
        if not np.isfinite(total):
            bad = ~np.isfinite(block)
            self._not_finite_count += int(np.count_nonzero(bad))
            block = np.where(bad, np.float32(0), block)
        self._sample_count += block.shape[1]
        for channel, samples in enumerate(block):
            joined = np.concatenate((self._tail[channel], samples))
            whole = joined.size // CHUNK_SAMPLES * CHUNK_SAMPLES
            self._tail[channel] = joined[whole:].copy()
            if whole:
                found, total = walk(joined[:whole], self._highest[channel])
                self._highest[channel] = max(self._highest[channel], float(found[:, 0].max()))
                self._chunks[channel].append(found)
                self._sums[channel] += total
        self._feed_low(block[0] if block.shape[0] == 1 else block.mean(axis=0, dtype=np.float32))

    def _feed_low(self, mono: Array) -> None:
        factor, span = self._factor, self._taps.size // self._factor
        joined = np.concatenate((self._rest, mono))
        rows = joined.size // factor
        if rows < span:
            self._rest = joined
            return
        count = rows - span + 1
        low = np.empty(count, np.float32)
        _decimate(joined, self._taps, factor, low)
        self._rest = joined[count * factor :].copy()
        self._low = np.concatenate((self._low, low))
        self._take_frames()

    def _take_frames(self) -> None:
        hop = _WINDOW // 2
        count = (self._low.size - _WINDOW) // hop + 1
        if count <= 0:
            return
        for index in range(count):
            if (self._frame_number + index) % self._stride == 0:
                self._frames.append(self._spectrum(self._low[index * hop : index * hop + _WINDOW]))
        self._frame_number += count
        self._low = self._low[count * hop :].copy()
        while len(self._frames) > _MOST_FRAMES:
            self._frames = self._frames[::2]
            self._stride *= 2

    def _spectrum(self, samples: Array) -> Array:
        from scipy.fft import rfft

        spectrum = rfft(samples * self._window)[: self._bins]
        # A sine of amplitude a gives a * sum(window) / 2 in its bin.
        scale = 2.0 / float(self._window.sum()) ** 2
        power: Array = ((spectrum.real**2 + spectrum.imag**2) * scale).astype(np.float32)
        return power

    def evidence(self) -> FlawEvidence:
        """Return what was found so far."""
        if not self._frames and self._low.size:
            padded = np.zeros(_WINDOW, np.float32)
            padded[: min(_WINDOW, self._low.size)] = self._low[:_WINDOW]
            self._frames.append(self._spectrum(padded))
        active, quiet, count = _low_spectra(self._frames, self._bins)
        tops = [flat_tops(_joined(chunks)) for chunks in self._chunks]
        clip_count, ceiling, clip_chunks = max(tops, key=lambda found: found[0])
        clicks = [click_events(_joined(chunks)) for chunks in self._chunks]
        click_chunks, prominences = max(clicks, key=lambda found: found[0].size)
        seconds = CHUNK_SAMPLES / self._rate_hz
        means = self._sums / max(1, self._sample_count)
        return FlawEvidence(
            low_step_hz=self.low_step_hz,
            low_active_power=active,
            low_quiet_power=quiet,
            low_frame_count=count,
            clip_count=clip_count,
            clip_ceiling_linear=ceiling,
            clip_times_seconds=_moments((clip_chunks * seconds).astype(np.float32)),
            click_times_seconds=(click_chunks * seconds).astype(np.float32),
            click_prominence_db=prominences.astype(np.float32),
            not_finite_count=self._not_finite_count,
            dc_linear=float(means[int(np.argmax(np.abs(means)))]),
        )


def _decimation_taps(factor: int) -> Array:
    """Return a Kaiser-windowed low pass of four times the factor."""
    span = 4 if factor > 1 else 1
    length = span * factor
    place = np.arange(length) - (length - 1) / 2
    taps = np.sinc(place / factor) * np.kaiser(length, 6.0)
    return np.asarray(taps / taps.sum(), np.float32)


@numba.njit(cache=True, nogil=True, fastmath=True)
def _decimate(x, taps, factor, low):  # type: ignore[no-untyped-def]
    """Write every factor-th value of x through a FIR."""
    for place in range(len(low)):
        total = np.float32(0.0)
        for tap in range(len(taps)):
            total += x[place * factor + tap] * taps[tap]
        low[place] = total


def _joined(chunks: list[Array]) -> Array:
    return np.concatenate(chunks) if chunks else np.zeros((0, 4), np.float32)


def _low_spectra(frames: list[Array], bins: int) -> tuple[Array, Array, int]:
    """Return the mean of the windows that play, the 5 % quantile of all, and how many are not empty."""
    if not frames:
        return np.zeros(bins, np.float32), np.zeros(bins, np.float32), 0
    spectra = np.stack(frames)
    power = spectra.sum(axis=1)
    spectra = spectra[power > _EMPTY_POWER]
    power = power[power > _EMPTY_POWER]
    if power.size == 0:
        return np.zeros(bins, np.float32), np.zeros(bins, np.float32), 0
    playing = power > power.max() * 10 ** (-_ACTIVE_BELOW_LOUDEST_DB / 10)
    rank = int(_QUIET_QUANTILE * (power.size - 1))
    quiet = np.partition(spectra, rank, axis=0)[rank]
    return spectra[playing].mean(axis=0), quiet, int(power.size)


def _moments(seconds: Array, apart_seconds: float = 0.05, most: int = 200) -> Array:
    """Return the first of every cluster of moments."""
    if seconds.size == 0:
        return seconds.astype(np.float32)
    first = np.concatenate(([True], np.diff(seconds) > apart_seconds))
    return seconds[first][:most].astype(np.float32)
