"""What a repair would take from the clean part of a track, predicted before it is made.

The clean part is what is left when the flaws are thought away: the frames that play without a pop or a sharp ess, the
spectrum less the hum, and less every bump as far as we are sure of it. A cut that only takes a bump back costs
nothing; what goes deeper is lost. How much is reckoned on power and on K-weighted power; the larger counts, so that
neither the bottom nor the top of a sound is lost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from actions.mixing.curves import BANDS, TINY_POWER, Curve, k_weighting_power
from analysis.measures import HOP_SECONDS, Flaw, FlawKind, TrackMeasures
from analysis.prediction import power_response
from reaper_bridge.session.effects import EqBand, EqShape, ReaEq

_JOINT_HZ = 1200.0
_AUDIBLE_HZ, _AUDIBLE_OVER_RUMBLE_HZ = 25.0, 45.0
_LOWEST_JOINT_HZ = 200.0
_BEFORE_EVENT_FRAMES, _AFTER_EVENT_FRAMES = 1, 3
_EVENTS: frozenset[FlawKind] = frozenset({"plosives", "sibilance"})
_BUMPS: Mapping[FlawKind, EqShape] = {
    "resonance": "bell",
    "boxy": "bell",
    "mud": "bell",
    "harsh": "bell",
    "bright": "high_shelf",
}
_DEFAULT_WIDTH_OCTAVES = 1.0
_DOUBT = 2.0
"""How fast what is granted to a bump falls with how sure it is: a false alarm must not cost much either."""


@dataclass(frozen=True)
class CleanPart:
    """The power of the clean part of a track at some frequencies, on the scale of its measures.

    ``bump_power`` is the power gain, at least 1, that the flaws have at each.
    """

    frequencies_hz: Curve
    power: Curve
    bump_power: Curve

    def loss_db(self, bands: Sequence[EqBand]) -> float:
        """Return what some bands of an equaliser take from it, at least 0."""
        if not bands or not self.power.any():
            return 0.0
        gain = power_response(ReaEq(tuple(bands)), self.frequencies_hz) * self.bump_power
        passed = self.power * np.minimum(gain, 1.0)
        weight = k_weighting_power(self.frequencies_hz)
        losses = [
            10.0 * np.log10(float(self.power @ each) / max(float(passed @ each), TINY_POWER * float(self.power @ each)))
            for each in (np.ones(len(weight)), weight)
        ]
        return max(0.0, *map(float, losses))

    def share_below(self, corner_hz: float) -> float:
        """Return the share of its energy below a frequency."""
        total = float(self.power.sum())
        return float(self.power[self.frequencies_hz < corner_hz].sum()) / total if total > 0.0 else 0.0


def clean_part(measures: TrackMeasures, flaws: Sequence[Flaw]) -> CleanPart:
    """Return the clean part of a track with these flaws."""
    frequencies, power = _fine_spectrum(measures, any(flaw.kind == "hum" for flaw in flaws))
    power = power * _without_events(measures, flaws, frequencies)
    has_rumble = any(flaw.kind == "rumble" for flaw in flaws)
    power[frequencies < (_AUDIBLE_OVER_RUMBLE_HZ if has_rumble else _AUDIBLE_HZ)] = 0.0
    bumps = tuple(
        EqBand(
            _BUMPS[flaw.kind],
            flaw.frequency_hz,
            flaw.severity_db * flaw.confidence**_DOUBT,
            flaw.bandwidth_octaves or _DEFAULT_WIDTH_OCTAVES,
        )
        for flaw in flaws
        if flaw.kind in _BUMPS and flaw.frequency_hz is not None
    )
    bump_power = np.maximum(power_response(ReaEq(bumps), frequencies), 1.0)
    return CleanPart(frequencies, power / bump_power, bump_power)


def _fine_spectrum(measures: TrackMeasures, has_hum: bool) -> tuple[Curve, Curve]:
    """Return bins in Hz and power while the track plays, from long windows at the bottom where there are some."""
    high = measures.spectrum_power.astype(np.float64)
    high_hz = np.arange(len(high)) * float(measures.spectrum_step_hz)
    evidence = measures.evidence
    if evidence is None or evidence.low_frame_count == 0 or not evidence.low_active_power.any():
        return np.asarray(high_hz, np.float64), high
    low = evidence.low_active_power.astype(np.float64)
    if has_hum:
        low = np.maximum(low - evidence.low_quiet_power, 0.0)
    low_hz = np.arange(len(low)) * evidence.low_step_hz
    both = [
        float(power[(hz > _LOWEST_JOINT_HZ) & (hz < _JOINT_HZ)].sum()) for power, hz in ((low, low_hz), (high, high_hz))
    ]
    scale = both[1] / both[0] if both[0] > 0.0 else 0.0
    is_low, is_high = low_hz < _JOINT_HZ, high_hz >= _JOINT_HZ
    frequencies = np.concatenate((low_hz[is_low], high_hz[is_high]))
    return np.asarray(frequencies, np.float64), np.concatenate((low[is_low] * scale, high[is_high]))


def _without_events(measures: TrackMeasures, flaws: Sequence[Flaw], frequencies_hz: Curve) -> Curve:
    """Return the share of the power at each frequency that is left without pops and sharp esses."""
    times = [time for flaw in flaws if flaw.kind in _EVENTS for time in flaw.times_seconds]
    clean = _frames_without(times, measures.is_active)
    if not times or not clean.any():
        return np.ones(len(frequencies_hz))
    power = (measures.band_ll + measures.band_rr).astype(np.float64)
    before, after = power[measures.is_active].mean(axis=0), power[clean].mean(axis=0)
    share = np.minimum(after / np.maximum(before, TINY_POWER), 1.0)
    nearest = np.argmin(np.abs(np.log2(np.maximum(frequencies_hz, 20.0))[:, None] - np.log2(BANDS)), axis=1)
    return np.asarray(share[nearest])


def _frames_without(times_seconds: Sequence[float], is_active: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    clean = is_active.copy()
    for time in times_seconds:
        frame = round(time / HOP_SECONDS)
        clean[max(0, frame - _BEFORE_EVENT_FRAMES) : frame + _AFTER_EVENT_FRAMES] = False
    return clean
