"""The tone of the sum: broad, small moves on what dominates a region, where the whole mix leans away from the
usual spectrum of mixes.

Half of what is missing or too much is mended at most, and only on tracks that hold a fair share of the region,
so that nothing is bent towards a curve it has no part in. The lead voice is left as it is, but for its highs.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from actions.mixing.curves import BANDS, TINY_POWER, Curve, target_levels_db
from actions.mixing.desk import Desk, Strip
from reaper_bridge.session.effects import EqBand, EqShape

_JUDGED = (BANDS >= 60.0) & (BANDS <= 13_000.0)
ROUNDS = 3


@dataclass(frozen=True)
class Region:
    """A part of the spectrum, and the band that moves it."""

    words: str
    shape: EqShape
    corner_hz: float
    from_hz: float
    to_hz: float
    bandwidth_octaves: float = 1.5

    @property
    def mask(self) -> npt.NDArray[np.bool_]:
        """Which bands belong to it."""
        return (self.from_hz <= BANDS) & (self.to_hz >= BANDS)


REGIONS = (
    Region("lows", "low_shelf", 110.0, 60.0, 105.0),
    Region("low mids", "bell", 250.0, 160.0, 400.0, 1.8),
    Region("mids", "bell", 800.0, 500.0, 1250.0, 1.8),
    Region("presence", "bell", 3000.0, 2000.0, 4000.0),
    Region("highs", "high_shelf", 7000.0, 6300.0, 13_000.0),
)


def place_blend(desk: Desk) -> None:
    """Add the moves that bring the sum of all tracks nearer to the usual spectrum."""
    target = target_levels_db(desk.taste.target_spectrum)
    for _ in range(ROUNDS):
        powers = {strip.id: _power(strip) for strip in desk.sounding}
        total = np.sum(list(powers.values()), axis=0) if powers else np.zeros(len(BANDS))
        if not total.any():
            return
        error = _error(total, target)
        moved = False
        for region in REGIONS:
            distance = float(error[region.mask].mean())
            if abs(distance) < desk.taste.tone.blend_tolerance_db:
                continue
            wanted = -np.sign(distance) * min(abs(distance) - desk.taste.tone.blend_tolerance_db, 2.0) / 2.0
            for strip in desk.sounding:
                share = float(powers[strip.id][region.mask].sum() / max(float(total[region.mask].sum()), TINY_POWER))
                if share >= desk.taste.tone.blend_least_share_ratio:
                    moved |= _move(desk, strip, region, float(wanted), distance)
        desk.refresh()
        if not moved:
            return


def _power(strip: Strip) -> Curve:
    ll, rr, _ = strip.band_power()
    return np.asarray((ll + rr) * strip.weight)


def _error(total: Curve, target: Curve) -> Curve:
    """Return how far each band stands above the target, level left out."""
    levels = 10.0 * np.log10(np.maximum(total, TINY_POWER))
    error = levels - target
    return np.asarray(error - error[_JUDGED].mean())


def _move(desk: Desk, strip: Strip, region: Region, wanted_db: float, distance_db: float) -> bool:
    """Move a region of a strip by up to ``wanted_db``; tell whether it did."""
    tone = desk.taste.tone
    is_lead = strip in desk.lead
    if not strip.may_place("eq") or strip.role.role == "unknown" or (is_lead and region.words != "highs"):
        return False
    old = next((b for b in strip.bands if b.shape == region.shape and b.frequency_hz == region.corner_hz), None)
    now = old.gain_db if old else 0.0
    gain = round(float(np.clip(now + wanted_db, -tone.blend_largest_move_db, tone.blend_largest_move_db)), 1)
    others = [band for band in strip.bands if band is not old]
    spent = sum(abs(band.gain_db) for band in (*others, *strip.masking_bands))
    if gain == now or spent + abs(gain) > tone.sum_of_moves_db - tone.masking_reserve_db:
        return False
    strip.bands = others + ([EqBand(region.shape, region.corner_hz, gain, region.bandwidth_octaves)] if gain else [])
    lean = "too much" if distance_db > 0 else "too little"
    said = f"{region.words} {gain:+.1f} dB: the mix as a whole has {abs(distance_db):.1f} dB {lean} there"
    kept = [part for part in strip.reasons.get("eq", "").split("; ") if part and not _is_about(part, region)]
    strip.reasons["eq"] = "; ".join([*kept, said] if gain else kept)
    return True


def _is_about(reason: str, region: Region) -> bool:
    return reason.startswith(f"{region.words} ") and "as a whole" in reason
