"""Listen to a track, or to any programme, once: all its measures from one pass over its blocks."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final, Protocol

import numpy as np

from analysis.activity import Activity, activity
from analysis.audio import TrackSound, open_track
from analysis.dynamics import STEPS_PER_SECOND, EnvelopeMeter, crest_db, dc_offset_linear, onset_times_seconds
from analysis.flaws.collector import FlawCollector
from analysis.loudness import CELLS_PER_SECOND, LoudnessMeter, Powers, loudness_of, short_term_loudness
from analysis.measures import Array, TrackMeasures
from analysis.spectrum import LEVEL_COUNT, LOWEST_LEVEL_LUFS, SpectrumMeter
from analysis.stereo import correlation, side_to_mid_db
from analysis.true_peak import TruePeakMeter
from reaper_bridge.session.audio import TrackAudio
from reaper_bridge.session.errors import CancelledError
from reaper_bridge.session.units import lufs_from_power

CHUNK_SECONDS: Final = 10
NOISE_QUANTILE: Final = 0.1


class Collector(Protocol):
    """Something that listens along."""

    def feed(self, block: Array, start_sample: int) -> None:
        """Take the next block (channels, samples); ``start_sample`` counts from project time 0."""


class ProgrammeMeter:
    """Take blocks of any length one after the other; give the measures at the end."""

    def __init__(self, sample_rate_hz: int, channel_count: int) -> None:
        self._rate_hz = sample_rate_hz
        self._channel_count = channel_count
        self._waiting = [np.zeros((channel_count, 0), np.float32)]
        self._sample_count = 0
        # mono media plays left = right, so its one channel counts twice
        self._loudness = LoudnessMeter(sample_rate_hz, channel_count, 2.0 / channel_count)
        self._envelope = EnvelopeMeter(sample_rate_hz, channel_count)
        self._spectrum = SpectrumMeter(sample_rate_hz, channel_count)
        self._true_peak = TruePeakMeter(sample_rate_hz, channel_count)

    def feed(self, block: Array) -> None:
        """Take the next (channels, samples)."""
        self._sample_count += block.shape[1]
        self._waiting.append(np.array(block, np.float32))
        waiting = sum(part.shape[1] for part in self._waiting)
        if waiting >= CHUNK_SECONDS * self._rate_hz:
            self._work_off(waiting // self._rate_hz * self._rate_hz)

    def _work_off(self, whole: int) -> None:
        """Take the first samples of what waits, whole seconds of them, and keep the rest."""
        joined = np.concatenate(self._waiting, axis=1) if len(self._waiting) != 1 else self._waiting[0]
        for start in range(0, whole, CHUNK_SECONDS * self._rate_hz):
            self._take(joined[:, start : min(whole, start + CHUNK_SECONDS * self._rate_hz)])
        self._waiting = [joined[:, whole:].copy()]

    def _take(self, seconds: Array) -> None:
        cells = self._loudness.feed(seconds)
        self._envelope.feed(seconds)
        self._spectrum.feed(seconds, cells)
        self._true_peak.feed(seconds)

    def finished(self, *, notes: Sequence[str] = (), not_finite_count: int = 0) -> TrackMeasures:
        """Return the measures of everything fed; the meter is used up."""
        missing = -self._sample_count % self._rate_hz
        self._waiting.append(np.zeros((self._channel_count, missing), np.float32))
        self._work_off(sum(part.shape[1] for part in self._waiting))
        rate, samples = self._rate_hz, self._sample_count
        cells = self._loudness.cells[: _ceiling(samples * CELLS_PER_SECOND, rate)]
        level_power, level_peak = self._envelope.finished(_ceiling(samples * STEPS_PER_SECOND, rate))
        plays = activity(cells)
        band_ll, band_rr, band_lr = self._spectrum.finished_bands(len(cells))
        spectrum, quiet_spectrum = self._spectra(plays)
        active_seconds = float(np.count_nonzero(plays.is_active)) / CELLS_PER_SECOND
        onsets = onset_times_seconds(level_power, plays.is_active)
        peak = float(level_peak.max(initial=0.0))
        whole_cells = cells[: max(1, samples * CELLS_PER_SECOND // rate)]
        return TrackMeasures(
            sample_rate_hz=rate,
            channel_count=self._channel_count,
            length_seconds=samples / rate,
            loudness=loudness_of(whole_cells, self._true_peak.finished_linear(), peak),
            active_lufs=_mean_lufs(cells[plays.is_active]),
            active_seconds=active_seconds,
            crest_db=crest_db(level_power, level_peak, plays.is_active),
            noise_floor_dbfs=_noise_floor_dbfs(level_power, plays),
            dc_offset_linear=dc_offset_linear(self._envelope.sums, level_peak, rate),
            correlation=correlation(self._envelope.sums),
            side_to_mid_db=side_to_mid_db(self._envelope.sums),
            band_ll=band_ll,
            band_rr=band_rr,
            band_lr=band_lr,
            k_power=cells.astype(np.float32),
            level_power=level_power,
            level_peak=level_peak,
            is_active=plays.is_active,
            spectrum_power=spectrum,
            spectrum_step_hz=self._spectrum.step_hz,
            short_term_lufs=short_term_loudness(cells),
            onsets_per_second=len(onsets) / active_seconds if active_seconds else 0.0,
            notes=tuple(notes),
            quiet_spectrum_power=quiet_spectrum,
            not_finite_count=not_finite_count,
        )

    def _spectra(self, plays: Activity) -> tuple[Array, Array]:
        """Return the spectrum of frames above the threshold, and of those clearly below it."""
        top = LOWEST_LEVEL_LUFS + LEVEL_COUNT
        if not plays.is_active.any():
            whole = self._spectrum.spectrum(LOWEST_LEVEL_LUFS, top)
            return np.zeros_like(whole), whole
        edge = plays.threshold_lufs
        return self._spectrum.spectrum(edge, top), self._spectrum.spectrum(LOWEST_LEVEL_LUFS, edge - 6.0)


def _ceiling(numerator: int, denominator: int) -> int:
    return -(-numerator // denominator)


def _mean_lufs(cells: Powers) -> float:
    return lufs_from_power(float(cells.mean())) if len(cells) else -math.inf


def _noise_floor_dbfs(level_power: Array, plays: Activity) -> float:
    """Return the level of what stands between the phrases: a low quantile of frames that do not play.

    Digital silence does not count. A track without pauses gives its quietest frames instead.
    """
    steps = STEPS_PER_SECOND // CELLS_PER_SECOND
    count = len(level_power) // steps
    if not count:
        return -math.inf
    frames = level_power[: count * steps].reshape(count, steps).mean(axis=1, dtype=np.float64)
    pauses = frames[~plays.is_active[:count] & (frames > 0.0)]
    quiet = pauses if len(pauses) else frames[frames > 0.0]
    return 10.0 * math.log10(float(np.quantile(quiet, NOISE_QUANTILE))) if len(quiet) else -math.inf


def measure_programme(
    blocks: Iterable[Array],
    sample_rate_hz: int,
    *,
    collectors: Sequence[Collector] = (),
) -> TrackMeasures:
    """Measure any stream of (channels, samples) blocks of one or two channels, such as a rendered mix.

    ``collectors`` are fed the same blocks on the way. No blocks at all measure as mono silence.
    """
    meter: ProgrammeMeter | None = None
    at = 0
    for block in blocks:
        meter = meter or ProgrammeMeter(sample_rate_hz, len(block))
        for collector in collectors:
            collector.feed(block, at)
        meter.feed(block)
        at += block.shape[1]
    return (meter or ProgrammeMeter(sample_rate_hz, 1)).finished()


def measure_track(
    audio: TrackAudio,
    sample_rate_hz: int,
    *,
    collectors: Sequence[Collector] = (),
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> TrackMeasures:
    """Listen to a track before its FX; its measures carry the evidence of flaws, not yet the flaws.

    ``progress`` is told the share done, 0 to 1.

    Raises:
        MediaError: A file is missing or cannot be decoded.
        CancelledError: ``cancelled`` said so between two blocks.
    """
    sound = open_track(audio, sample_rate_hz)
    try:
        meter = ProgrammeMeter(sample_rate_hz, sound.channel_count)
        evidence = FlawCollector(sample_rate_hz, sound.channel_count)
        at = 0
        for block in sound:
            if cancelled():
                raise CancelledError("Listening was stopped; nothing was changed.")
            for collector in collectors:
                collector.feed(block, at)
            evidence.feed(block)
            meter.feed(block)
            at += block.shape[1]
            if progress is not None:
                progress(at / sound.length_samples)
        return _with_evidence(meter, evidence, sound)
    finally:
        sound.close()


def _with_evidence(meter: ProgrammeMeter, collector: FlawCollector, sound: TrackSound) -> TrackMeasures:
    # what is not a number was counted, and silenced, where it was read
    evidence = replace(collector.evidence(), not_finite_count=sound.not_finite_count)
    measures = meter.finished(notes=sound.notes, not_finite_count=sound.not_finite_count)
    return replace(measures, evidence=evidence)
