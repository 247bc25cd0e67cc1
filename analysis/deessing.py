"""What a de-esser does to a track, reckoned from third octaves and the 1 ms envelope: no audio is touched.

The law is that of ``analysis.rendering.deesser``. Where most of the sound lies in the upper half, as in an ess or on a
cymbal, the peaks of the track are the peaks of that half. Elsewhere it is taken for a noise, whose envelope stands by
a constant above its RMS.
"""

from dataclasses import dataclass
from typing import Final

import numba
import numpy as np
import numpy.typing as npt

from analysis.bands import BANDS
from analysis.measures import ENVELOPE_STEP_SECONDS, HOP_SECONDS, TrackMeasures
from analysis.rendering.deesser import release_share, slope_ratio, threshold_db, upper_power
from reaper_bridge.session.effects import Jsfx
from reaper_bridge.session.scripts import DE_ESSER_KNOB_PER_DB, DE_ESSER_THRESHOLD, with_slider
from reaper_bridge.session.units import linear_from_db

Curve = npt.NDArray[np.float64]
Powers = npt.NDArray[np.floating]
Mask = npt.NDArray[np.bool_]

NOISE_CREST_RATIO: Final = 3.0
"""Of the plug-in's envelope over the RMS of steady noise: simulated, 2.9 to 3.1 whatever the band."""
LOWEST_THRESHOLD_DB: Final = -40.0
_STEPS_PER_FRAME: Final = round(HOP_SECONDS / ENVELOPE_STEP_SECONDS)
_SURE_SHARES: Final = (0.3, 0.7)
"""Below the first share of the power the upper half is taken for noise, above the second for all there is."""
_HALVINGS: Final = 24
_TINY: Final = 1e-20


@dataclass(frozen=True, eq=False)
class Detected:
    """What a de-esser's detector hears.

    ``envelope`` (F, 50) per millisecond, ``weight`` (F, 50) how much of a frame's power falls on each, ``upper_gain``
    (31,) the amplitude share of each band in the upper half.
    """

    envelope: Curve
    weight: Curve
    upper_gain: Curve

    def part(self, frames: Mask, bands: Mask) -> "Detected":
        """Return the same for some frames and bands."""
        return Detected(self.envelope[frames], self.weight[frames], self.upper_gain[bands])


def detect(effect: Jsfx, measures: TrackMeasures, input_gain: Curve) -> Detected:
    """Return what the detector hears of a track; ``input_gain`` (31,) is the power gain of what stands before it."""
    heard = upper_power(effect, BANDS, measures.sample_rate_hz)
    powers = (measures.band_ll, measures.band_rr)
    upper = np.maximum(*(side @ (heard * input_gain) for side in powers))
    total = np.maximum(*(side.sum(axis=1, dtype=np.float64) for side in powers))
    whole = np.maximum(*(side @ input_gain for side in powers))
    low, high = _SURE_SHARES
    is_all = np.clip((upper / np.maximum(whole, _TINY) - low) / (high - low), 0.0, 1.0)
    count = len(upper)
    peaks = _by_frame(measures.level_peak, count) * np.sqrt(upper / np.maximum(total, _TINY))[:, None]
    noise = NOISE_CREST_RATIO * np.sqrt(upper)[:, None]
    fall = (1.0 - release_share(effect)) ** (ENVELOPE_STEP_SECONDS * measures.sample_rate_hz)
    level = is_all[:, None] * peaks + (1.0 - is_all[:, None]) * noise
    weight = _by_frame(measures.level_power, count) + _TINY
    envelope = _followed(level.ravel(), fall).reshape(count, _STEPS_PER_FRAME)
    return Detected(envelope, weight / weight.sum(axis=1, keepdims=True), np.sqrt(heard))


def band_gains(effect: Jsfx, detected: Detected) -> Curve:
    """Return the power gain (F, B) of each frame and band."""
    over = np.maximum(detected.envelope / linear_from_db(threshold_db(effect)), 1.0)
    loss = 1.0 / (1.0 + slope_ratio(effect) * (over - 1.0)) - 1.0
    first, second = (detected.weight * loss).sum(axis=1), (detected.weight * loss * loss).sum(axis=1)
    upper = detected.upper_gain
    return np.asarray(1.0 + 2.0 * first[:, None] * upper + second[:, None] * upper**2)


def reduction_db(power: Powers, gains: Curve) -> float:
    """Return by how much gains (N, B) lower powers (N, B), as the mean over the frames in dB."""
    before = power.sum(axis=1, dtype=np.float64)
    after = (power * gains).sum(axis=1, dtype=np.float64)
    heard = (before > 0.0) & (after > 0.0)
    return float((10.0 * np.log10(before[heard] / after[heard])).mean()) if heard.any() else 0.0


def solve_threshold(effect: Jsfx, detected: Detected, power: Powers, target_db: float) -> float:
    """Return the threshold in dB of a peak at which powers (N, B) fall by ``target_db`` on average.

    ``detected`` holds the same N frames and B bands. Found to 0.01 dB between -40 and 0; the end of that range where
    the target is out of reach.
    """
    low, high = LOWEST_THRESHOLD_DB, 0.0
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if reduction_db(power, band_gains(with_threshold(effect, middle), detected)) > target_db:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def with_threshold(effect: Jsfx, level_db: float) -> Jsfx:
    """Return a de-esser with its threshold elsewhere; -40 to 0 dB of a peak."""
    knob_db = min(max(level_db, LOWEST_THRESHOLD_DB), 0.0) * DE_ESSER_KNOB_PER_DB
    return with_slider(effect, DE_ESSER_THRESHOLD, round(knob_db, 2))


def _by_frame(envelope: Powers, frame_count: int) -> Curve:
    """Return (F, 50) of an envelope per millisecond."""
    wanted = frame_count * _STEPS_PER_FRAME
    padded = np.pad(envelope[:wanted].astype(np.float64), (0, max(wanted - len(envelope), 0)))
    return padded.reshape(frame_count, _STEPS_PER_FRAME)


@numba.njit(cache=True, nogil=True)
def _followed(level: Curve, fall: float) -> Curve:
    """Return an envelope that rises at once and falls by a factor per step."""
    out = np.empty(len(level))
    last = 0.0
    for n in range(len(level)):
        last = max(level[n], last * fall)
        out[n] = last
    return out
