"""Measure a rendered mix and its group stems from a stream of blocks.

Conventions: blocks are (2, samples), full scale is 1.0. A frame is 50 ms. Memory grows with the length by the
band matrices of the master, the stems and what stands against the protected ones only.
Silence is minus infinity, never NaN. What each number means stands in ``MixtureMeasures``.
"""

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from analysis.bands import TINY_POWER, Curve, band_audibility, spectrum_distance_db
from analysis.loudness import (
    CELLS_PER_SECOND,
    LoudnessMeter,
    Powers,
    integrated_lufs,
    loudness_of,
    short_term_loudness,
)
from analysis.measures import Array, Loudness
from analysis.rendering.biquad import Cascade, butterworth_low_pass
from analysis.singing import lead_spread_db, leads
from analysis.spectrum import SpectrumMeter
from analysis.true_peak import TruePeakMeter
from reaper_bridge.session.units import db_from_power

Audio: TypeAlias = npt.NDArray[np.floating]
LOW_END_HZ: Final = 120.0
LOW_END_ORDER: Final = 8
WIDEST_DB: Final = 100.0
"""Stands for a ratio whose denominator is silent, and its negative for one whose numerator is."""
_CHUNK_SECONDS: Final = 10
_MASTER_PARTS: Final = ("left", "right")
_WORKERS: Final = 2


@dataclass(frozen=True, eq=False)
class MixtureMeasures:
    """The numbers of one mix. F frames of 50 ms, 31 bands of ``BANDS_HZ``.

    * ``loudness``: ITU-R BS.1770-4 and EBU R 128 numbers of the master; ``short_term_lufs`` (F,) the loudness
      of the 3 s that end with each frame.
    * ``lead_to_accompaniment_db``: K-weighted energy of the lead over that of the accompaniment, over the
      frames where the lead's K-weighted power is within 20 dB of its largest frame. The accompaniment is the
      sum of all other stems, effect returns among them; where the lead is the only stem, master less lead.
      None without a lead, or where either is silent.
    * ``lead_clarity_ratio``: over the same frames, the mean of ``band_audibility`` (ANSI S3.5 band audibility
      against the spread accompaniment), 0 to 1. None as above, and 1 at most without accompaniment.
    * ``lead_spread_db``: over the same frames, the standard deviation of lead over accompaniment in the second around
      each, both K-weighted: how evenly the lead stands. None as above, and for less than a second of it.
    * ``band_power`` (31,): mean over all frames of left plus right power; ``spectrum_distance_db``: its rms
      distance from the target curve, 63 Hz to 12.5 kHz, level left out; None without a target.
    * ``side_to_mid_db``: energy of (L - R) / 2 over (L + R) / 2; ``low_side_to_mid_db`` the same below 120 Hz
      (Butterworth low-pass of order 8). Mono is minus infinity; ±100 dB at most otherwise.
    * ``imbalance_db``: K-weighted energy of left over right; positive leans left.
    * ``correlation``: sum(L R) / sqrt(sum(L^2) sum(R^2)), -1 to 1; 1 for silence; ``low_correlation`` the same below
      120 Hz.
    * ``mono_loss_db`` (31,): power of the mono sum (L + R) / 2 against the mean of left and right, per band;
      0 is mono, -3 uncorrelated; 0 where a band is empty.
    * ``stem_lufs``: integrated loudness of every stem; ``stem_band_power`` (31,) as ``band_power``, of each stem.
    * ``audibility``: of each protected stem what ``lead_clarity_ratio`` is of the lead, over the frames within 20 dB
      of its own loudest; a stem that is silent is not in it.
    """

    sample_rate_hz: int
    length_seconds: float
    loudness: Loudness
    short_term_lufs: Array
    lead_to_accompaniment_db: float | None
    lead_clarity_ratio: float | None
    lead_spread_db: float | None
    band_power: Curve
    spectrum_distance_db: float | None
    side_to_mid_db: float
    low_side_to_mid_db: float
    imbalance_db: float
    correlation: float
    mono_loss_db: Curve
    stem_lufs: Mapping[str, float]
    low_correlation: float = 1.0
    stem_band_power: Mapping[str, Curve] = field(default_factory=dict)
    audibility: Mapping[str, float] = field(default_factory=dict)

    @property
    def integrated_lufs(self) -> float:
        """Integrated loudness of the master."""
        return self.loudness.integrated_lufs

    @property
    def true_peak_dbtp(self) -> float:
        """True peak of the master."""
        return self.loudness.true_peak_dbtp

    @property
    def range_lu(self) -> float:
        """Loudness range of the master."""
        return self.loudness.range_lu

    @property
    def peak_to_loudness_db(self) -> float:
        """True peak over integrated loudness; 0 for silence."""
        difference = self.true_peak_dbtp - self.integrated_lufs
        return difference if math.isfinite(difference) else 0.0


class MixtureMeter:
    """Take a mix block by block; give its measures at the end.

    ``stem_names`` are the stems every block brings; they shall add up to the mix (before the master's own
    plug-ins). ``lead`` is the one with the lead voice. ``target_db`` (31,) is the spectrum to compare with.
    ``protected`` are the stems whose audibility is wanted.
    """

    def __init__(
        self,
        sample_rate_hz: int,
        stem_names: Sequence[str] = (),
        lead: str | None = None,
        target_db: Curve | None = None,
        protected: Sequence[str] = (),
    ) -> None:
        self._rate_hz = sample_rate_hz
        self._names = tuple(dict.fromkeys(stem_names))
        self._lead = lead if lead in self._names else None
        guarded = [name for name in dict.fromkeys(protected) if name in self._names and name != self._lead]
        self._guarded = (*((self._lead,) if self._lead is not None else ()), *guarded)
        self._target_db = target_db
        # the master and the stems, until there is enough to be worth the while
        self._waiting = np.empty((1 + len(self._names), 2, _CHUNK_SECONDS * sample_rate_hz), np.float32)
        self._waiting_count = 0
        self._sample_count = 0
        # a channel on its own, so that left and right can be compared; together they are the master
        self._sides = {part: LoudnessMeter(sample_rate_hz, 1) for part in _MASTER_PARTS}
        self._stems = {name: LoudnessMeter(sample_rate_hz, 2) for name in self._names}
        self._bands = SpectrumMeter(sample_rate_hz, 2)
        self._true_peak = TruePeakMeter(sample_rate_hz, 2)
        self._sample_peak = 0.0
        self._stereo = _StereoSums(sample_rate_hz)
        self._stem_bands = {name: SpectrumMeter(sample_rate_hz, 2) for name in self._names}
        self._rest_bands = {name: SpectrumMeter(sample_rate_hz, 2) for name in self._guarded}
        self._rest = LoudnessMeter(sample_rate_hz, 2)

    def feed(
        self, master: npt.NDArray[np.floating], stems: Mapping[str, npt.NDArray[np.floating]] | None = None
    ) -> None:
        """Take the next block: the master and every stem, all (2, n). Stems that are missing are silent."""
        taken = 0
        while taken < master.shape[1]:
            count = min(master.shape[1] - taken, self._waiting.shape[2] - self._waiting_count)
            place = slice(self._waiting_count, self._waiting_count + count)
            self._waiting[0, :, place] = master[:, taken : taken + count]
            for index, name in enumerate(self._names, 1):
                stem = stems.get(name) if stems is not None else None
                self._waiting[index, :, place] = 0.0 if stem is None else stem[:, taken : taken + count]
            taken += count
            self._waiting_count += count
            if self._waiting_count == self._waiting.shape[2]:
                self._work_off()
        self._sample_count += taken

    def _work_off(self) -> None:
        """Measure what waits, filled up with silence to a whole second."""
        whole = -(-self._waiting_count // self._rate_hz) * self._rate_hz
        self._waiting[:, :, self._waiting_count : whole] = 0.0
        self._waiting_count = 0
        if whole:
            self._take(self._waiting[:, :, :whole])

    def _take(self, seconds: Array) -> None:
        """Measure whole seconds, (1 + stems, 2, n): everything that does not wait for the other, side by side."""
        master = seconds[0]
        with ThreadPoolExecutor(_WORKERS) as pool:
            sides = [
                pool.submit(self._sides[part].feed, side[None])
                for part, side in zip(_MASTER_PARTS, master, strict=True)
            ]
            stems = {
                name: pool.submit(self._stems[name].feed, stem)
                for name, stem in zip(self._names, seconds[1:], strict=True)
            }
            waiting: list[Future[object]] = [
                pool.submit(self._true_peak.feed, master),
                pool.submit(self._stereo.feed, master),
            ]
            nothing = np.zeros(seconds.shape[2] * CELLS_PER_SECOND // self._rate_hz)
            for name, stem in zip(self._names, seconds[1:], strict=True):
                waiting.append(pool.submit(self._stem_bands[name].feed, stem, nothing))
            total = seconds[1:].sum(axis=0) if len(self._names) > 1 else master
            for name in self._guarded:
                rest = np.asarray(total - seconds[1 + self._names.index(name)], np.float32)
                waiting.append(pool.submit(self._rest_bands[name].feed, rest, nothing))
                if name == self._lead:
                    waiting.append(pool.submit(self._rest.feed, rest))
            waiting.append(pool.submit(self._bands.feed, master, np.add(*(side.result() for side in sides))))
            self._sample_peak = max(self._sample_peak, float(np.abs(master).max(initial=0.0)))
            for job in waiting:
                job.result()
            for stem_job in stems.values():
                stem_job.result()

    def measures(self) -> MixtureMeasures:
        """Return the measures of everything fed; the meter is used up."""
        self._work_off()
        frame_count = -(-self._sample_count * CELLS_PER_SECOND // self._rate_hz)
        left, right = (self._sides[part].cells[:frame_count] for part in _MASTER_PARTS)
        cells = left + right
        whole = max(1, self._sample_count * CELLS_PER_SECOND // self._rate_hz)
        ll, rr, lr = (part.sum(axis=0, dtype=np.float64) for part in self._bands.finished_bands(frame_count))
        band_power = (ll + rr) / max(1, frame_count)
        stem_bands = {name: _powers(meter, frame_count) for name, meter in self._stem_bands.items()}
        audible = {name: self._audible(name, stem_bands[name], frame_count) for name in self._guarded}
        heard = {name: ratio for name, ratio in audible.items() if ratio is not None}
        ratio_db = self._lead_ratio_db(frame_count)
        loudness = loudness_of(cells[:whole], self._true_peak.finished_linear(), self._sample_peak)
        return MixtureMeasures(
            sample_rate_hz=self._rate_hz,
            length_seconds=self._sample_count / self._rate_hz,
            loudness=loudness,
            short_term_lufs=short_term_loudness(cells),
            lead_to_accompaniment_db=ratio_db,
            lead_clarity_ratio=heard.get(self._lead) if self._lead is not None and ratio_db is not None else None,
            lead_spread_db=self._lead_spread_db(frame_count) if ratio_db is not None else None,
            band_power=band_power,
            spectrum_distance_db=None if self._target_db is None else spectrum_distance_db(band_power, self._target_db),
            side_to_mid_db=self._stereo.side_to_mid_db,
            low_side_to_mid_db=self._stereo.low_side_to_mid_db,
            imbalance_db=_ratio_db(float(left.sum()), float(right.sum())),
            correlation=self._stereo.correlation,
            mono_loss_db=_mono_loss_db(ll, rr, lr),
            stem_lufs={name: integrated_lufs(meter.cells[:whole]) for name, meter in self._stems.items()},
            low_correlation=self._stereo.low_correlation,
            stem_band_power={
                name: bands.sum(axis=0, dtype=np.float64) / max(1, frame_count) for name, bands in stem_bands.items()
            },
            audibility=heard,
        )

    def _playing(self, name: str, frame_count: int) -> npt.NDArray[np.bool_]:
        """Return the frames within 20 dB of a stem's loudest one."""
        return leads(self._stems[name].cells[:frame_count])

    def _lead_ratio_db(self, frame_count: int) -> float | None:
        if self._lead is None:
            return None
        lead, rest = self._stems[self._lead].cells[:frame_count], self._rest.cells[:frame_count]
        sings = self._playing(self._lead, frame_count)
        above, below = float(lead[sings].sum()), float(rest[sings].sum())
        return 10.0 * math.log10(above / below) if above > 0.0 and below > 0.0 else None

    def _lead_spread_db(self, frame_count: int) -> float | None:
        if self._lead is None:
            return None
        return lead_spread_db(self._stems[self._lead].cells[:frame_count], self._rest.cells[:frame_count])

    def _audible(self, name: str, own: Array, frame_count: int) -> float | None:
        """Return how much of a stem is heard over everything else while it plays, None where it is silent."""
        plays = self._playing(name, frame_count)
        if not plays.any():
            return None
        return float(band_audibility(own[plays], _powers(self._rest_bands[name], frame_count)[plays]).mean())


def _powers(meter: SpectrumMeter, frame_count: int) -> Array:
    """Return (F, 31) left plus right power per frame."""
    left, right, _ = meter.finished_bands(frame_count)
    return left + right


class _StereoSums:
    """Energies of left, right, mid and side, over all frequencies and below 120 Hz."""

    def __init__(self, sample_rate_hz: int) -> None:
        self._left = self._right = self._product = self._mid = self._side = 0.0
        self._low_pass = Cascade(butterworth_low_pass(LOW_END_HZ, LOW_END_ORDER, sample_rate_hz))
        self._low = np.zeros(2)
        self._low_product = 0.0

    def feed(self, block: Array) -> None:
        """Take the next (2, samples)."""
        left, right = block.astype(np.float64)
        both = np.stack((0.5 * (left + right), 0.5 * (left - right)))
        mid, side = both
        self._left += float(left @ left)
        self._right += float(right @ right)
        self._product += float(left @ right)
        self._mid += float(mid @ mid)
        self._side += float(side @ side)
        mid, side = self._low_pass.process(both)
        self._low += (float(mid @ mid), float(side @ side))
        self._low_product += float(mid @ side)

    @property
    def correlation(self) -> float:
        """Correlation of left and right."""
        return _correlation(self._left, self._right, self._product)

    @property
    def low_correlation(self) -> float:
        """Correlation of left and right below 120 Hz: left is mid plus side, right mid less side."""
        mid, side = float(self._low[0]), float(self._low[1])
        both, apart = mid + side, 2.0 * self._low_product
        return _correlation(max(both + apart, 0.0), max(both - apart, 0.0), mid - side)

    @property
    def side_to_mid_db(self) -> float:
        """Side over mid energy."""
        return _side_to_mid_db(self._side, self._mid)

    @property
    def low_side_to_mid_db(self) -> float:
        """Side over mid energy below 120 Hz."""
        return _side_to_mid_db(float(self._low[1]), float(self._low[0]))


def _correlation(left: float, right: float, product: float) -> float:
    """Return a correlation from the energies of both sides and their product; 1 for silence, 0 for one side alone."""
    scale = math.sqrt(left) * math.sqrt(right)
    if scale <= 0.0:
        return 1.0 if left == right else 0.0
    return max(-1.0, min(1.0, product / scale))


def _side_to_mid_db(side: float, mid: float) -> float:
    return -math.inf if side <= 0.0 else _ratio_db(side, mid)


def _ratio_db(above: float, below: float) -> float:
    """Return a power ratio in dB, kept within ±100 dB; 0 where both are silent."""
    if above <= 0.0 and below <= 0.0:
        return 0.0
    if below <= 0.0:
        return WIDEST_DB
    return max(-WIDEST_DB, min(WIDEST_DB, db_from_power(above / below)))


def _mono_loss_db(ll: Powers, rr: Powers, lr: Powers) -> Curve:
    both = ll + rr
    mono = np.maximum(both + 2.0 * lr, 0.0)
    share = np.where(both > TINY_POWER, (mono + TINY_POWER) / (2.0 * both + TINY_POWER), 1.0)
    return np.asarray(10.0 * np.log10(share), np.float64)


def measure_mixture(
    master: Audio,
    sample_rate_hz: int,
    stems: Mapping[str, Audio] | None = None,
    lead: str | None = None,
    target_db: Curve | None = None,
    protected: Sequence[str] = (),
) -> MixtureMeasures:
    """Measure a whole mix (2, samples) that is in memory."""
    meter = MixtureMeter(sample_rate_hz, tuple(stems or ()), lead, target_db, protected)
    meter.feed(master, stems)
    return meter.measures()


__all__ = ["MixtureMeasures", "MixtureMeter", "measure_mixture"]
