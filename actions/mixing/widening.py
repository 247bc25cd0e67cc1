"""Width: a stereo track that is narrower than its role asks for gets more of the side it has, above the lows.

JS: Stereo Enhancer multiplies the side and leaves the middle alone, so the sum in mono stays what it was. What it costs
there is the other way round: the wider a track, the more of its stereo loudness is missing in mono. That is bounded in
every third octave that counts, and the low end of the mix keeps its limit.
"""

import math
from typing import Final

import numpy as np

from actions.mixing.curves import BANDS, K_POWER, TINY_POWER, Curve
from actions.mixing.desk import Desk, Strip
from actions.mixing.moving import input_gain
from actions.mixing.strip import Insert
from actions.mixing.taste import Width
from analysis.rendering.enhancer import side_gain
from reaper_bridge.session.effects import Jsfx
from reaper_bridge.session.scripts import stereo_enhancer

_AS_IT_IS: Final = 100.0
_STEP_PERCENT: Final = 5.0
_LEAST_SHARE: Final = 1e-3
"""Of a track's K-weighted power: a third octave with less of it does not count."""


def place_width(desk: Desk, wider_db: float = 0.0) -> None:
    """Widen every stereo track that is narrower than its role asks for, and whose chain is ours to fill.

    ``wider_db`` is how much wider a rendering found the low end than predicted.
    """
    taste = desk.taste.width
    for strip in sorted(desk.sounding, key=lambda each: each.id) if taste.enabled else ():
        asked_db = strip.row.side_to_mid_db
        if asked_db is not None and strip.may_place("widen") and _may_widen(taste, strip):
            _place(desk, taste, strip, asked_db, wider_db)
    desk.refresh()


def widened(strip: Strip, effect: Jsfx) -> Insert:
    """Return what a widening does on a strip: nothing on one that is mono, which has no side."""
    return Insert(effect, side_gain=None if strip.measures.is_mono else side_gain(effect, BANDS))


def side_to_mid_db(strip: Strip, above_hz: float) -> float:
    """Return side against middle of what reaches the widening above a frequency, K-weighted, both sides as loud.

    One sound that is louder on one side has no side in this sense: it is panned, not wide.
    """
    left, right, common = _powers(strip, above_hz)
    alike = min(max(common / math.sqrt(max(left * right, TINY_POWER**2)), -1.0), 1.0)
    return 10.0 * math.log10(max(1.0 - alike, 1e-9) / max(1.0 + alike, 1e-9))


def mono_loss_db(strip: Strip) -> float:
    """Return how much less of a strip there is in mono than in stereo, in the third octave that loses most."""
    ll, rr, lr = strip.band_power()
    stereo, mono = ll + rr, 0.5 * (ll + rr + 2.0 * lr)
    heard = K_POWER * stereo
    counts = heard > _LEAST_SHARE * float(heard.sum())
    if not counts.any():
        return 0.0
    return float(10.0 * np.log10(stereo[counts] / np.maximum(mono[counts], TINY_POWER)).max())


def _may_widen(taste: Width, strip: Strip) -> bool:
    """Tell whether a strip has a side, as loud left as right, that neither we nor the engineer narrowed."""
    if strip.measures.is_mono or strip.measures.is_silent or abs(strip.width - 1.0) > 1e-6:
        return False
    left, right, _ = _powers(strip, taste.crossover_hz)
    if min(left, right) <= TINY_POWER:
        return False
    return abs(10.0 * math.log10(left / right)) <= taste.most_lopsided_db


def _place(desk: Desk, taste: Width, strip: Strip, asked_db: float, wider_db: float) -> None:
    strip.inserts.pop("widen", None)
    now_db = side_to_mid_db(strip, taste.crossover_hz)
    if not taste.least_side_to_mid_db <= now_db <= asked_db - taste.narrow_by_db:
        return
    before_db = mono_loss_db(strip)
    low_db = _low_side_db(desk)
    bound_db = max(desk.taste.pan.low_end_side_to_mid_db - wider_db, low_db)
    wanted = min(_AS_IT_IS * 10.0 ** ((asked_db - now_db) / 20.0), taste.largest_width_percent)
    for percent in np.arange(math.floor(wanted / _STEP_PERCENT) * _STEP_PERCENT, _AS_IT_IS, -_STEP_PERCENT):
        effect = stereo_enhancer(_AS_IT_IS, taste.crossover_hz, float(percent))
        strip.inserts["widen"] = widened(strip, effect)
        loss_db = mono_loss_db(strip)
        if loss_db <= taste.largest_mono_loss_db and _low_side_db(desk) <= bound_db + 0.1:
            strip.reasons["widen"] = (
                f"its side is {-now_db:.0f} dB below its middle, where its role asks for {-asked_db:.0f} dB; "
                f"{percent:.0f} % above {taste.crossover_hz:.0f} Hz, in mono no third octave is more than "
                f"{loss_db:.1f} dB quieter than in stereo (before: {before_db:.1f} dB)"
            )
            return
    del strip.inserts["widen"]
    desk.refresh()


def _low_side_db(desk: Desk) -> float:
    desk.refresh()
    return desk.side_to_mid_db(desk.taste.pan.low_end_hz)


def _powers(strip: Strip, above_hz: float) -> tuple[float, float, float]:
    """Return K-weighted LL, RR and LR of what reaches the widening above a frequency."""
    weights: Curve = K_POWER * input_gain(strip, "widen") * (above_hz <= BANDS)
    ll, rr, lr = strip.mean_bands()
    return float((weights * ll).sum()), float((weights * rr).sum()), float((weights * lr).sum())
