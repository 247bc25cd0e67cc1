"""How left and right of a whole track relate, from their sums of squares and products."""

import math

from analysis.dynamics import ChannelSums

WIDEST_DB = 100.0
"""Side over mid of a track that has no mid at all."""
_NOTHING = 1e-9
"""Float32 sums leave a side, or a mid, of about this size where there is none; how much, depends on the processor."""


def correlation(sums: ChannelSums) -> float:
    """Return the correlation of left and right, -1 to 1; 1 for one channel and for silence."""
    if len(sums.energy) == 1:
        return 1.0
    scale = math.sqrt(float(sums.energy[0])) * math.sqrt(float(sums.energy[1]))
    if scale <= 0.0:
        return 1.0 if not sums.energy.any() else 0.0
    return max(-1.0, min(1.0, sums.cross / scale))


def side_to_mid_db(sums: ChannelSums) -> float:
    """Return the level of (L - R) / 2 over (L + R) / 2; minus infinity for mono."""
    if len(sums.energy) == 1:
        return -math.inf
    both = float(sums.energy.sum())
    side, mid = both - 2.0 * sums.cross, both + 2.0 * sums.cross
    if side <= _NOTHING * both:
        return -math.inf
    if mid <= _NOTHING * both:
        return WIDEST_DB
    return max(-WIDEST_DB, min(WIDEST_DB, 10.0 * math.log10(side / mid)))
