"""All flaws of one track, most serious first, from its measures, the evidence of the pass and its role."""

import numpy as np
import numpy.typing as npt

from analysis.evidence import FlawEvidence
from analysis.flaws.families import is_voice
from analysis.flaws.floor import flaws_of_floor
from analysis.flaws.tone import flaws_of_tone
from analysis.flaws.voice import flaws_of_voice
from analysis.measures import BANDS_HZ, Flaw, TrackMeasures

_BANDS = np.array(BANDS_HZ)
_UNTUNED_ROLES = frozenset({"click", "guide", "reference", "print", "bus", "return", "junk"})
_LEAST_DC_TO_PEAK_RATIO = 0.06
_LEAST_IMBALANCE_DB = 3.3
_LEAST_BAND_IMBALANCE_DB = 2.5
_LEAST_CLICK_DB = 41.0
_MOST_CLICK_STEP_DB = 5.0
_BEFORE_CLICK_MS, _AFTER_CLICK_MS, _CLICK_LONGEST_MS = 22, 24, 3
_MOST_CLICKS_PER_SECOND = 0.4


def flaws_of(measures: TrackMeasures, evidence: FlawEvidence | None, role: str | None) -> tuple[Flaw, ...]:
    """Return what this track alone shows to be wrong, given what it plays (None where nobody knows).

    Cheap: nothing is listened to again. Colour is judged by the role's family, mouth noises only on voices.
    Without evidence (a track measured in another way) hum, rumble, clicks and clipping stay unknown.
    """
    if measures.is_silent:
        return (Flaw("silent", 0.0, 1.0, "Nothing on this track is louder than -70 LUFS: mute or delete it"),)
    flaws: list[Flaw] = []
    if evidence is not None:
        flaws += _flaws_of_samples(measures, evidence)
    flaws += flaws_of_floor(measures, evidence)
    flaws += _imbalance(measures)
    if role is None or role not in _UNTUNED_ROLES:
        flaws += flaws_of_tone(measures, evidence, role)
    if is_voice(role):
        flaws += flaws_of_voice(measures)
    return tuple(sorted(flaws, key=lambda flaw: -flaw.severity_db * flaw.confidence))


def _flaws_of_samples(measures: TrackMeasures, evidence: FlawEvidence) -> list[Flaw]:
    flaws = []
    if evidence.clip_count:
        flaws.append(_clipped(evidence))
    if evidence.not_finite_count:
        text = f"{evidence.not_finite_count} samples are not numbers: export the file again"
        flaws.append(Flaw("not_finite", 60.0, 1.0, text))
    peak_linear = 10 ** (measures.loudness.sample_peak_dbfs / 20)
    if abs(evidence.dc_linear) > _LEAST_DC_TO_PEAK_RATIO * peak_linear:
        level_dbfs = 20 * float(np.log10(abs(evidence.dc_linear)))
        severity_db = 20 * float(np.log10(abs(evidence.dc_linear) / (_LEAST_DC_TO_PEAK_RATIO * peak_linear)))
        text = f"The waveform lies off centre by {level_dbfs:.0f} dBFS: high-pass at 20 Hz"
        flaws.append(Flaw("dc", severity_db, 0.9, text, 0.0))
    clear = evidence.click_prominence_db > _LEAST_CLICK_DB
    clear[clear] = ~_begins_or_ends_sound(measures, evidence.click_times_seconds[clear])
    if clear.any():
        times = tuple(round(float(moment), 3) for moment in evidence.click_times_seconds[clear])
        text = f"{len(times)} clicks, the first at {times[0]:.2f} s: cut or redraw them"
        severity_db = float(evidence.click_prominence_db.max()) - _LEAST_CLICK_DB
        flaws.append(Flaw("clicks", severity_db, 0.85, text, None, None, times))
    return flaws


def _begins_or_ends_sound(measures: TrackMeasures, times_seconds: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Return which clicks are the edge of a note: the level after a click is the level before it.

    Where edges are many, the notes of the track begin like that, and the rest is taken for the same.
    """
    power = measures.level_power.astype(np.float64)
    total = np.concatenate(([0.0], np.cumsum(power)))
    at = np.round(times_seconds.astype(np.float64) * 1000).astype(np.int64)

    def mean_db(start: npt.NDArray[np.int64], end: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        first, last = np.clip(start, 0, power.size), np.clip(end, 0, power.size)
        return np.asarray(10 * np.log10((total[last] - total[first]) / np.maximum(last - first, 1) + 1e-12))

    before_db = mean_db(at - _BEFORE_CLICK_MS, at - _CLICK_LONGEST_MS + 1)
    after_db = mean_db(at + _CLICK_LONGEST_MS + 1, at + _AFTER_CLICK_MS)
    is_edge = np.abs(after_db - before_db) > _MOST_CLICK_STEP_DB
    are_notes = (
        at.size > _MOST_CLICKS_PER_SECOND * measures.active_seconds and np.count_nonzero(is_edge) > 0.05 * at.size
    )
    return np.ones(at.size, np.bool_) if are_notes else is_edge


def _clipped(evidence: FlawEvidence) -> Flaw:
    ceiling_dbfs = 20 * float(np.log10(evidence.clip_ceiling_linear))
    text = (
        f"Clipped: {evidence.clip_count} tops cut off flat at {ceiling_dbfs:.1f} dBFS; use another take or a declipper"
    )
    severity_db = 6 * float(np.log10(1 + evidence.clip_count))
    times = tuple(round(float(moment), 2) for moment in evidence.clip_times_seconds)
    return Flaw("clipped", severity_db, float(min(0.99, 0.7 + evidence.clip_count / 50)), text, None, None, times)


def _imbalance(measures: TrackMeasures) -> list[Flaw]:
    """Return the imbalance of a stereo track whose every band leans the same way."""
    if measures.is_mono or not measures.is_active.any():
        return []
    wide = (_BANDS >= 100) & (_BANDS <= 10000)
    left = measures.band_ll[measures.is_active].sum(axis=0, dtype=np.float64)[wide] + 1e-20
    right = measures.band_rr[measures.is_active].sum(axis=0, dtype=np.float64)[wide] + 1e-20
    total_db = 10 * float(np.log10(left.sum() / right.sum()))
    typical_db = float(np.median(10 * np.log10(left / right)))
    if abs(total_db) < _LEAST_IMBALANCE_DB or abs(typical_db) < _LEAST_BAND_IMBALANCE_DB or total_db * typical_db < 0:
        return []
    louder, other = ("left", "right") if total_db > 0 else ("right", "left")
    if abs(total_db) > 40:
        text = f"Only the {louder} channel carries sound: treat the track as mono"
    else:
        text = f"The {louder} side is {abs(total_db):.1f} dB louder: raise the {other} channel or pan against it"
    return [Flaw("imbalance", abs(total_db), 0.85, text)]
