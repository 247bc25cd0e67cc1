"""What the detector of a plug-in on a strip hears, millisecond by millisecond.

Trim and EQ act on the third octaves of each 50 ms frame, so that a high pass counts where lows play and not where
they rest; what stands before in the chain acts per millisecond, or per frame where no more is known of it.
"""

import math
from collections.abc import Hashable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from actions.mixing.brief import LABELS
from actions.mixing.curves import Curve
from actions.mixing.strip import Frames, Insert, Strip
from analysis.measures import ENVELOPE_STEP_SECONDS, HOP_SECONDS, Array

MS_PER_FRAME = round(HOP_SECONDS / ENVELOPE_STEP_SECONDS)
RESPONSE_STEP_DB = 0.2
"""Responses that differ by less are one: what is solved for one stands for the other."""
_POWER_FROM_DB = math.log(10.0) / 10.0


def before(strip: Strip, knob: str) -> dict[str, Insert]:
    """Return what stands before our plug-in of a kind in the chain and moves with the music."""
    order = tuple(LABELS)
    return {name: strip.inserts[name] for name in order[: order.index(knob)] if name in strip.inserts}


def detector_key(strip: Strip, knob: str) -> Hashable:
    """Return what the level before a plug-in follows from, to remember by it what was solved."""
    effects = tuple((name, insert.effect) for name, insert in before(strip, knob).items())
    return id(strip.measures), _response_db(replace(strip, inserts=before(strip, knob))).tobytes(), effects


def level_before(strip: Strip, knob: str) -> Array:
    """Return (M,) the mean square per millisecond that reaches our plug-in of a kind."""
    strip = replace(strip, inserts=before(strip, knob))  # what stands behind plays no part
    level = strip.measures.level_power
    total = level * steps_of(_frame_response(strip), len(level))
    for insert in before(strip, knob).values():
        if insert.step_gain_db is not None:
            total *= power_gain(insert.step_gain_db)
        elif insert.frame_gain is not None:
            total *= steps_of(insert.frame_gain, len(level))
    return np.asarray(total, dtype=np.float32)


def power_gain(gain_db: npt.NDArray[np.floating]) -> Array:
    """Return a gain in dB as a factor of power."""
    return np.asarray(np.exp(gain_db.astype(np.float32) * np.float32(_POWER_FROM_DB)), dtype=np.float32)


def steps_of(frames: npt.NDArray[np.floating], count: int) -> Array:
    """Return (M,) a value per millisecond from one per 50 ms frame; the last one lasts to the end."""
    if len(frames) == 0:
        return np.ones(count, dtype=np.float32)
    steps = np.repeat(frames.astype(np.float32), MS_PER_FRAME)[:count]
    return np.pad(steps, (0, count - len(steps)), "edge")


def active_steps(strip: Strip) -> npt.NDArray[np.bool_]:
    """Return (M,) whether the track plays, per millisecond."""
    count = len(strip.measures.level_power)
    active = np.repeat(strip.measures.is_active, MS_PER_FRAME)[:count]
    return np.pad(active, (0, count - len(active)))


def frame_mean(level: npt.NDArray[np.floating], gain: npt.NDArray[np.floating]) -> Frames:
    """Return (F,) power gain per 50 ms frame from one per millisecond, weighted by what plays in it."""
    missing = -len(level) % MS_PER_FRAME
    power = np.pad(level.astype(np.float64), (0, missing)).reshape(-1, MS_PER_FRAME) + 1e-20
    gains = np.pad(gain, (0, missing), "edge").reshape(-1, MS_PER_FRAME)
    return np.asarray((power * gains).sum(axis=1) / power.sum(axis=1), dtype=np.float64)


def broadband_gain(strip: Strip) -> float:
    """Return the power gain of trim and EQ on the track as a whole, as an unweighted detector hears it."""
    ll, rr, _ = strip.mean_bands()
    total = float((ll + rr).sum())
    return float(((ll + rr) * strip.response()).sum()) / total if total > 0.0 else 1.0


def _response_db(strip: Strip) -> Curve:
    """Return (31,) the gain of trim and EQ per third octave, rounded."""
    gain_db = 10.0 * np.log10(np.maximum(strip.response(), 1e-12))
    return np.asarray(np.round(gain_db / RESPONSE_STEP_DB) * RESPONSE_STEP_DB + 0.0, dtype=np.float64)


def _frame_response(strip: Strip) -> Array:
    """Return (F,) the power gain of trim and EQ on all bands of each frame together."""
    measures = strip.measures
    response = np.asarray(10.0 ** (_response_db(strip) / 10.0), dtype=np.float32)
    bands = measures.band_ll if measures.is_mono else measures.band_ll + measures.band_rr
    whole = bands.sum(axis=1)
    if (response == response[0]).all():
        return np.full(len(whole), response[0], dtype=np.float32)
    mean = np.float32(broadband_gain(strip))
    return np.asarray(np.where(whole > 1e-16, (bands @ response) / np.maximum(whole, 1e-16), mean), dtype=np.float32)
