"""Measure many stereo tracks of a rendering, briefly: their loudness, and their third octaves in some frames.

Conventions: blocks are (2, samples), a frame is 50 ms; bands are looked at in every fourth frame, from the first on.
Silence is minus infinity, never NaN.
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from analysis.bands import Curve
from analysis.loudness import CELLS_PER_SECOND, LoudnessMeter, integrated_lufs
from analysis.measures import Array
from analysis.spectrum import SpectrumMeter
from reaper_bridge.session.identity import TrackId

EVERY_FRAMES: Final = 4
_CHUNK_SECONDS: Final = 2
_WORKERS: Final = 2


@dataclass(frozen=True, eq=False)
class Stem:
    """One track: integrated loudness, and (31,) mean left plus right power over the frames that are looked at."""

    loudness_lufs: float
    band_power: Curve


class StemsMeter:
    """Take the same stretch of several tracks, block by block; give their numbers at the end."""

    def __init__(self, sample_rate_hz: int, names: Iterable[TrackId]) -> None:
        self._rate_hz = sample_rate_hz
        self._names = tuple(names)
        self._waiting = np.empty((len(self._names), 2, _CHUNK_SECONDS * sample_rate_hz), np.float32)
        self._waiting_count = self._sample_count = 0
        self._loudness = [LoudnessMeter(sample_rate_hz, 2) for _ in self._names]
        self._bands = [SpectrumMeter(sample_rate_hz, 2, EVERY_FRAMES) for _ in self._names]

    def feed(self, stems: Mapping[TrackId, npt.NDArray[np.floating]], sample_count: int) -> None:
        """Take the next block of every track, each (2, ``sample_count``)."""
        taken = 0
        while taken < sample_count:
            count = min(sample_count - taken, self._waiting.shape[2] - self._waiting_count)
            place = slice(self._waiting_count, self._waiting_count + count)
            for row, name in zip(self._waiting, self._names, strict=True):
                row[:, place] = stems[name][:, taken : taken + count]
            taken += count
            self._waiting_count += count
            if self._waiting_count == self._waiting.shape[2]:
                self._work_off()
        self._sample_count += taken

    def _work_off(self) -> None:
        whole = -(-self._waiting_count // self._rate_hz) * self._rate_hz
        self._waiting[:, :, self._waiting_count : whole] = 0.0
        self._waiting_count = 0
        if whole:
            with ThreadPoolExecutor(_WORKERS) as pool:
                list(pool.map(self._take, range(len(self._names)), self._waiting[:, :, :whole]))

    def _take(self, index: int, seconds: Array) -> None:
        cells = self._loudness[index].feed(seconds)
        self._bands[index].feed(seconds, np.zeros(len(cells) // EVERY_FRAMES))

    def measures(self) -> dict[TrackId, Stem]:
        """Return the numbers of everything fed; the meter is used up."""
        self._work_off()
        whole = max(1, self._sample_count * CELLS_PER_SECOND // self._rate_hz)
        frame_count = -(-self._sample_count * CELLS_PER_SECOND // self._rate_hz)
        looked_at = -(-frame_count // EVERY_FRAMES)
        found = {}
        for name, loudness, bands in zip(self._names, self._loudness, self._bands, strict=True):
            left, right, _ = bands.finished_bands(looked_at)
            power = (left.sum(axis=0, dtype=np.float64) + right.sum(axis=0, dtype=np.float64)) / max(1, looked_at)
            found[name] = Stem(integrated_lufs(loudness.cells[:whole]), power)
        return found
