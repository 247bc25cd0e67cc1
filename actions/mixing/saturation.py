"""Saturation: a bass of which small speakers play nothing is given harmonics that they do.

What is heard of it between 200 Hz and 6 kHz is measured against its own loudness and against the rest of the mix; the
amount is the least that brings it up to what taste asks for, within what the role allows.
"""

from typing import Final

import numpy as np

from actions.mixing.curves import BANDS, K_POWER, TINY_POWER, Curve
from actions.mixing.desk import Desk, Strip
from actions.mixing.moving import input_power, moving_insert
from actions.mixing.strip import Insert
from actions.mixing.taste import SaturationTaste
from analysis.saturating import note_frequencies_hz, saturated_power
from reaper_bridge.session.effects import Jsfx
from reaper_bridge.session.scripts import waveshaper

_SMALL: Final = (BANDS >= 200.0) & (BANDS <= 6000.0)
"""What a small speaker plays."""
_STEP_PERCENT: Final = 5.0


def place_saturation(desk: Desk) -> None:
    """Set a saturation on every bass that small speakers hide, and whose chain is ours to fill."""
    taste = desk.taste.saturation
    for strip in desk.strips if taste.enabled else ():
        if strip.row.saturation and strip.may_place("saturation") and not strip.measures.is_silent:
            _place(desk, taste, strip, strip.row.saturation)
    desk.refresh()


def saturated(strip: Strip, effect: Jsfx) -> Insert:
    """Return what a saturation does on a strip."""
    power = input_power(strip, "saturation")
    return moving_insert(strip, effect, power, _behind(strip, effect, power))


def _place(desk: Desk, taste: SaturationTaste, strip: Strip, largest_percent: float) -> None:
    power, active = input_power(strip, "saturation"), strip.measures.is_active
    share_db = _share_db(power[active].sum(axis=0))
    if share_db >= taste.small_share_db or _against_mix_db(desk, strip) >= taste.small_to_mix_db:
        return
    wanted_db = min(taste.small_share_db - share_db, taste.largest_lift_db)
    effect, lift_db = None, 0.0
    for amount_percent in np.arange(_STEP_PERCENT, largest_percent + 0.1, _STEP_PERCENT):
        effect = waveshaper(float(amount_percent))
        lift_db = _share_db(_behind(strip, effect, power)[active].sum(axis=0)) - share_db
        if lift_db >= wanted_db:
            break
    if effect is None or lift_db < taste.least_lift_db:
        return
    strip.inserts["saturation"] = saturated(strip, effect)
    strip.reasons["saturation"] = (
        f"small speakers play {-share_db:.0f} dB less than all of it; {effect.sliders[0]:.0f} % adds harmonics between "
        f"200 Hz and 6 kHz, {lift_db:+.0f} dB there"
    )


def _behind(strip: Strip, effect: Jsfx, power: Curve) -> Curve:
    return saturated_power(effect, power, note_frequencies_hz(strip.measures), strip.measures.spectrum_step_hz)


def _share_db(bands: Curve) -> float:
    """Return the K-weighted power that a small speaker plays against all of it."""
    heard = K_POWER * bands
    return 10.0 * float(np.log10(max(float(heard[_SMALL].sum()), TINY_POWER) / max(float(heard.sum()), TINY_POWER)))


def _against_mix_db(desk: Desk, strip: Strip) -> float:
    """Return what a small speaker plays of a strip against what it plays of all others."""
    own, others = 0.0, 0.0
    for each in desk.sounding:
        ll, rr, _ = each.band_power()
        heard = float((K_POWER * (ll + rr))[_SMALL].sum()) * each.weight
        if each is strip:
            own = heard
        else:
            others += heard
    return 10.0 * float(np.log10(max(own, TINY_POWER) / max(others, TINY_POWER)))
