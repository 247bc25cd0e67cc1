"""The shape of a sound in a few numbers, reckoned from a track's measures: what sound.py judges by.

Shares are of the power while the track plays; the level is followed in steps of 1 ms, the timbre (the level of
each third octave from 160 Hz to 8 kHz relative to the whole) in frames of 50 ms.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.measures import BANDS_HZ, TrackMeasures

_BANDS = np.array(BANDS_HZ)
_FLOOR = 1e-14
_STEPS_PER_FRAME = 50


@dataclass(frozen=True)
class SoundShape:
    """What a track sounds like, without names.

    ``attack_ms`` is the rise over the last 9 dB before a hit and ``decay_ms`` the fall over the first 12 dB
    after it, medians over the hits; 60 and 1500 stand for slower than that, or for no hits at all.
    ``sustain_ratio`` is how much of the time it plays within 12 dB of its loudest. ``timbre_range_db`` is how
    much the timbre varies over the song and ``timbre_change_db`` from one frame to the next.
    ``sibilance_ratio`` is the share of frames with more power above 4.5 kHz than in the mids,
    ``brightness_db`` the median of that relation. ``tonality_db`` is how far lines stand out of the long-term
    spectrum. ``level_range_db`` is from the 10 % to the 90 % quantile. ``interval_ratio`` is the spread of the
    time between hits over its median: 0 for a machine that never pauses.
    """

    low_ratio: float
    bass_ratio: float
    low_mid_ratio: float
    mid_ratio: float
    high_mid_ratio: float
    high_ratio: float
    centroid_hz: float
    hits_per_second: float
    attack_ms: float
    decay_ms: float
    sustain_ratio: float
    crest_db: float
    timbre_range_db: float
    timbre_change_db: float
    sibilance_ratio: float
    brightness_db: float
    tonality_db: float
    level_range_db: float
    interval_ratio: float
    active_lufs: float
    active_seconds: float

    @property
    def top_ratio(self) -> float:
        """The share above 2.2 kHz."""
        return self.high_mid_ratio + self.high_ratio

    @property
    def bottom_ratio(self) -> float:
        """The share below 240 Hz."""
        return self.low_ratio + self.bass_ratio


def shape_of(measures: TrackMeasures) -> SoundShape | None:
    """Reckon the shape of a track's sound; None where it plays for less than a quarter of a second."""
    frames = measures.band_ll.astype(np.float64) + measures.band_rr
    count = min(len(frames), len(measures.is_active))
    playing = measures.is_active[:count]
    active = frames[:count][playing]
    if len(active) < 5 or measures.is_silent:
        return None
    power = active.mean(axis=0)
    total = float(power.sum()) + 1e-30

    def share(low_hz: float, high_hz: float) -> float:
        return float(power[(low_hz <= _BANDS) & (high_hz > _BANDS)].sum()) / total

    level_db = _db(_smoothed(measures.level_power.astype(np.float64)))
    hits = hit_steps(level_db)
    attack_ms, decay_ms = _attack_and_decay(level_db, hits)
    frame_level_db = _db(active.sum(axis=1))
    change_db, range_db = _timbre(active, frame_level_db)
    sibilance, brightness_db = _brightness(active, frame_level_db)
    return SoundShape(
        low_ratio=share(0.0, 90.0),
        bass_ratio=share(90.0, 240.0),
        low_mid_ratio=share(240.0, 700.0),
        mid_ratio=share(700.0, 2200.0),
        high_mid_ratio=share(2200.0, 5600.0),
        high_ratio=share(5600.0, 1e6),
        centroid_hz=float(np.exp((power * np.log(_BANDS)).sum() / total)),
        hits_per_second=len(hits) / max(measures.active_seconds, 1.0),
        attack_ms=attack_ms,
        decay_ms=decay_ms,
        sustain_ratio=_sustain(level_db, playing),
        crest_db=measures.crest_db,
        timbre_range_db=range_db,
        timbre_change_db=change_db,
        sibilance_ratio=sibilance,
        brightness_db=brightness_db,
        tonality_db=_tonality_db(measures),
        level_range_db=float(np.subtract(*np.percentile(frame_level_db, (90, 10)))),
        interval_ratio=_interval_ratio(hits),
        active_lufs=measures.active_lufs,
        active_seconds=measures.active_seconds,
    )


def hit_steps(level_db: npt.NDArray[np.float64]) -> list[int]:
    """Return the steps (of 1 ms) where the level rises by 9 dB within 20 ms, within 30 dB of its loudest."""
    audible = level_db[level_db > -100.0]
    if len(level_db) < 100 or len(audible) == 0:
        return []
    top = np.percentile(audible, 99)
    rising = np.flatnonzero((level_db[20:] - level_db[:-20] > 9.0) & (level_db[20:] > top - 30.0)) + 20
    return [int(step) for step in rising[np.diff(rising, prepend=-1000) > 60]]


def _attack_and_decay(level_db: npt.NDArray[np.float64], hits: list[int]) -> tuple[float, float]:
    if not hits:
        return 60.0, 1500.0
    from analysis.dynamics import rises_and_falls

    attacks, decays = rises_and_falls(level_db, np.array(hits[:: max(1, len(hits) // 300)]))
    return float(np.median(attacks)), float(np.median(decays))


def _sustain(level_db: npt.NDArray[np.float64], playing: npt.NDArray[np.bool_]) -> float:
    steps = np.repeat(playing, _STEPS_PER_FRAME)[: len(level_db)]
    played = level_db[: len(steps)][steps][::10]
    played = played[played > -100.0]
    return float(np.mean(played > np.percentile(played, 95) - 12.0)) if len(played) else 0.0


def _timbre(active: npt.NDArray[np.float64], frame_level_db: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Return how much the timbre changes per frame and over the song, dB, in the louder frames."""
    loud = frame_level_db > np.percentile(frame_level_db, 95) - 20.0
    timbre = _db(active[loud]) - frame_level_db[loud, None]
    timbre = np.maximum(timbre[:, (_BANDS >= 150) & (_BANDS <= 8000)], -45.0)
    change = float(np.abs(np.diff(timbre, axis=0)).mean()) if len(timbre) > 1 else 0.0
    return change, float(timbre.std(axis=0).mean())


def _brightness(active: npt.NDArray[np.float64], frame_level_db: npt.NDArray[np.float64]) -> tuple[float, float]:
    high = active[:, (_BANDS >= 4500) & (_BANDS < 14000)].sum(axis=1)
    mids = active[:, (_BANDS >= 120) & (_BANDS <= 1200)].sum(axis=1)
    relation_db = _db(high) - _db(mids)
    top = np.percentile(frame_level_db, 95)
    sibilant = (relation_db > 3.0) & (frame_level_db > top - 28.0)
    return float(sibilant.mean()), float(np.median(relation_db[frame_level_db > top - 20.0]))


def _tonality_db(measures: TrackMeasures) -> float:
    """Return the spread of the long-term spectrum about its own course from 250 Hz to 2.5 kHz."""
    spectrum_hz = np.arange(len(measures.spectrum_power)) * measures.spectrum_step_hz
    line_db = _db(measures.spectrum_power.astype(np.float64)[(spectrum_hz > 250) & (spectrum_hz < 2500)])
    width = max(3, round(187.5 / measures.spectrum_step_hz)) | 1
    if len(line_db) < 2 * width:
        return 0.0
    course = np.convolve(line_db, np.ones(width) / width, mode="valid")
    return float((line_db[width // 2 : -(width // 2)] - course).std())


def _interval_ratio(hits: list[int]) -> float:
    intervals = np.diff(np.array(hits, dtype=np.float64))
    if len(intervals) < 16:
        return 1.0
    return float(np.percentile(intervals, 95) - np.percentile(intervals, 5)) / float(np.median(intervals))


def _smoothed(power: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.convolve(power, np.full(5, 0.2), mode="same")


def _db(power: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    # the natural logarithm is the one that is quick
    level = np.log(np.maximum(power, 0.0) + _FLOOR)
    return np.multiply(level, 10.0 / math.log(10.0), out=level)
