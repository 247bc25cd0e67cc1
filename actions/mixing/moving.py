"""Plug-ins of ours that change a track's spectrum from frame to frame: what reaches them, and what they leave."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from actions.mixing.curves import K_POWER, Curve
from actions.mixing.detection import before, steps_of
from actions.mixing.strip import Insert, Strip
from reaper_bridge.session.effects import Effect

Powers = npt.NDArray[np.float64]


def input_gain(strip: Strip, knob: str) -> Curve:
    """Return the power gain (31,) of what stands before our plug-in of a kind, as the mean over time."""
    return replace(strip, inserts=before(strip, knob)).response()


def input_power(strip: Strip, knob: str) -> Powers:
    """Return (F, 31) power on its way into our plug-in of a kind, the mean of left and right."""
    measures = strip.measures
    bands = measures.band_ll if measures.is_mono else 0.5 * (measures.band_ll.astype(np.float64) + measures.band_rr)
    power = np.asarray(bands * input_gain(strip, knob), dtype=np.float64)
    moving = replace(strip, inserts=before(strip, knob)).insert_power
    if moving is not None:
        count = min(len(power), len(moving))
        power[:count] *= moving[:count, None]
    return power


def moving_insert(strip: Strip, effect: Effect, power: Powers, after: Powers, reduction_db: float = 0.0) -> Insert:
    """Return what makes (F, 31) powers ``after`` of ``power``: each frame as loud, each band right on average."""
    active = strip.measures.is_active[: len(power)]
    played = active if active.any() else np.ones(len(power), dtype=bool)
    mean, left = power[played].sum(axis=0), after[played].sum(axis=0)
    band_gain = _ratio(left, mean)
    overall = float((K_POWER * left).sum()) / max(float((K_POWER * mean).sum()), 1e-30)
    frame_gain = _ratio(after @ K_POWER, power @ K_POWER) / max(overall, 1e-9)
    beside_db = 10.0 * np.log10(np.maximum(_ratio(after.sum(axis=1), power @ band_gain), 1e-6))
    steps_db = steps_of(beside_db, len(strip.measures.level_power)).astype(np.float16)
    return Insert(effect, frame_gain, band_gain, reduction_db, steps_db)


def _ratio(after: Curve, power: Curve) -> Curve:
    return np.asarray(np.where(power > 0.0, after / np.where(power > 0.0, power, 1.0), 1.0), dtype=np.float64)
