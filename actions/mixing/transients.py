"""Transients: hits get more or less of their start, or of what rings on, where the role's taste asks for it.

No role asks by itself. The plug-in's gain follows from the track's own envelope, so recording levels play no part; its
output takes back what the shaping makes the track louder or quieter, so that only the shape changes.
"""

import math

import numpy as np

from actions.mixing.desk import Desk, Strip
from actions.mixing.detection import active_steps, frame_mean, level_before
from actions.mixing.strip import Insert
from actions.mixing.taste import Transients
from analysis.measures import ENVELOPE_STEP_SECONDS
from analysis.rendering.transients import Wave, shaping
from reaper_bridge.session.effects import Jsfx
from reaper_bridge.session.scripts import transient_controller

_LOUD_QUANTILE = 0.99
_STEPS = 20
"""How finely an amount that is too much is taken back."""
_OUTPUT_DB = (-12.0, 6.0)
_KNOB_DB = 6.0 / (20.0 * math.log10(2.0))
"""What the output knob says per decibel: at 6 it doubles."""


def place_transients(desk: Desk) -> None:
    """Set a transient shaper on every strip whose role asks for one, and whose chain is ours to fill."""
    taste = desk.taste.transients
    for strip in desk.strips if taste.enabled else ():
        if strip.row.transient and strip.may_place("transient") and not strip.measures.is_silent:
            _place(taste, strip, *strip.row.transient)
    desk.refresh()


def shaped(strip: Strip, effect: Jsfx) -> Insert:
    """Return what a transient shaper does on a strip."""
    level = level_before(strip, "transient")
    gain = _gain(effect, level)
    gain_db = (20.0 * np.log10(np.maximum(gain, 1e-6))).astype(np.float16)
    return Insert(effect, frame_mean(level, gain**2), step_gain_db=gain_db)


def _place(taste: Transients, strip: Strip, attack_percent: float, sustain_percent: float) -> None:
    level = level_before(strip, "transient")
    active = active_steps(strip)
    if not active.any():
        return
    for step in range(_STEPS, 0, -1):
        effect = transient_controller(
            round(attack_percent * step / _STEPS, 1), round(sustain_percent * step / _STEPS, 1)
        )
        gain = _gain(effect, level)
        change_db = 20.0 * math.log10(
            max(float(np.quantile(np.maximum(gain, 1.0 / gain)[active], _LOUD_QUANTILE)), 1.0)
        )
        if change_db <= taste.largest_change_db:
            break
    else:
        return
    if change_db < taste.least_change_db:
        return
    power = level[active].astype(np.float64)
    louder_db = 10.0 * math.log10(max(float((power * gain[active] ** 2).sum()) / max(float(power.sum()), 1e-30), 1e-6))
    output_db = round(float(np.clip(-louder_db * _KNOB_DB, *_OUTPUT_DB)), 1) + 0.0
    attack, sustain, _ = effect.sliders
    effect = transient_controller(attack or 0.0, sustain or 0.0, output_db)
    strip.inserts["transient"] = shaped(strip, effect)
    strip.reasons["transient"] = (
        f"attack {attack:+g} % and sustain {sustain:+g} %, where its role asks for {attack_percent:+g} % and "
        f"{sustain_percent:+g} %: up to {change_db:.1f} dB on its hits; output {output_db:+.1f} dB keeps its level"
    )


def _gain(effect: Jsfx, level: np.ndarray) -> Wave:
    return shaping(effect, np.sqrt(level.astype(np.float64)), 1.0 / ENVELOPE_STEP_SECONDS)
