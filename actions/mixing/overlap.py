"""How much of one track another one covers, in the bands that matter, while both play.

Powers are mean squares per frame of 50 ms and third octave, after all knobs. A cell counts at the ear at which it is
covered least, so that what is panned away covers less.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from actions.mixing.curves import BANDS, TINY_POWER
from actions.mixing.strip import Frames, Strip, panned

SOUNDS_WITHIN_DB: Final = 20.0
"""A track sounds in frames less than this below its loud ones."""
MOST_FRAMES: Final = 600
LEAST_FRAMES: Final = 20
LEAST_OF_OTHER_EAR: Final = 0.01
"""An ear at which a track has less power than this share of what the other one gets does not hear it."""
_LOUD_QUANTILE: Final = 0.95
_MOST_CUT_DB: Final = 40.0

Ears = npt.NDArray[np.float64]
Picked = npt.NDArray[np.intp]


def bands_between(low_hz: float, high_hz: float) -> Picked:
    """Return the third octaves whose centres lie between two frequencies."""
    return np.flatnonzero((low_hz * 0.99 <= BANDS) & (high_hz * 1.01 >= BANDS))


def sounding_frames(strip: Strip, bands: Picked) -> Picked:
    """Return the frames in which a track sounds in some bands."""
    power = strip.measures.band_ll[:, bands].sum(axis=1, dtype=np.float64)
    if not strip.measures.is_mono:
        power = power + strip.measures.band_rr[:, bands].sum(axis=1, dtype=np.float64)
    heard = power[power > TINY_POWER]
    if not len(heard):
        return np.zeros(0, np.intp)
    loud = float(np.quantile(heard, _LOUD_QUANTILE))
    return np.flatnonzero(power > loud * 10.0 ** (-SOUNDS_WITHIN_DB / 10.0))


def common_frames(key: Strip, others: Sequence[Strip], bands: Picked) -> Picked:
    """Return frames, some hundreds at most, in which a track sounds and at least one of the others plays."""
    frames = sounding_frames(key, bands)
    plays = np.zeros(int(frames.max(initial=-1)) + 1, np.bool_)
    for strip in others:
        active = strip.measures.is_active[: len(plays)]
        plays[: len(active)] |= active
    frames = frames[plays[frames]]
    if len(frames) <= MOST_FRAMES:
        return frames
    return frames[np.linspace(0, len(frames) - 1, MOST_FRAMES).astype(np.intp)]


def ears(strip: Strip, frames: Picked, bands: Picked) -> Ears:
    """Return (2, F, B): the power of a track left and right, as its knobs stand, on some frames and bands."""
    measures = strip.measures
    inside = frames[frames < len(measures.k_power)]
    cells = np.ix_(inside, bands)
    ll = measures.band_ll[cells].astype(np.float64)
    if measures.is_mono:
        rr = lr = ll
    else:
        rr, lr = measures.band_rr[cells].astype(np.float64), measures.band_lr[cells].astype(np.float64)
    out_ll, out_rr, _ = panned(strip.matrix(bands), ll, rr, lr)
    gain = strip.response()[bands] * (strip.fader_power * strip.path_linear**2)
    moving = np.ones(len(inside))
    for power in (strip.insert_power, strip.moving_power):
        if power is not None:
            moving = moving * _at(power, inside)
    found = np.zeros((2, len(frames), len(bands)))
    found[:, : len(inside)] = np.stack((out_ll, out_rr)) * gain * moving[:, None]
    return found


def _at(power: Frames, frames: Picked) -> Frames:
    """Return a gain on some frames; where it ends it stays."""
    return power[np.minimum(frames, len(power) - 1)]


def covered_ratio(key: Ears, others: Ears) -> float:
    """Return the share of a track's power, 0 to 1, that others of at least its power stand before."""
    weight = key.sum(axis=0)
    total = float(weight.sum())
    if total <= 0.0:
        return 0.0
    is_heard = key > LEAST_OF_OTHER_EAR * key.max(axis=0)
    cover = np.where(is_heard, np.minimum(others / np.maximum(key, TINY_POWER), 1.0), 1.0).min(axis=0)
    return float((weight * cover).sum()) / total


def cut_needed_db(key: Ears, others: Ears, wanted_ratio: float) -> float:
    """Return how much quieter the others would have to be all the time, to cover no more than a ratio."""
    if covered_ratio(key, others) <= wanted_ratio:
        return 0.0
    least, most = 0.0, _MOST_CUT_DB
    while most - least > 0.05:
        middle = 0.5 * (least + most)
        too_much = covered_ratio(key, others * 10.0 ** (-middle / 10.0)) > wanted_ratio
        least, most = (middle, most) if too_much else (least, middle)
    return most
