"""The model of the mix the decisions are made on: strips with knobs, in the band domain.

Powers are mean squares; frames are 50 ms. Nothing here touches audio or a host. Predictions assume that tracks
are independent of each other; a group's ``correlation_db`` corrects for microphones that hear the same thing,
once rendered.
"""

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from actions.mixing.brief import CLOSED_LINEAR
from actions.mixing.bus import Bus
from actions.mixing.crush import Crush
from actions.mixing.curves import BANDS, K_POWER, TINY_POWER, Curve
from actions.mixing.strip import Frames, Strip
from actions.mixing.taste import Taste
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import Session
from reaper_bridge.session.units import lufs_from_power

ABSOLUTE_GATE_POWER: Final = 10.0 ** ((-70.0 + 0.691) / 10.0)
RELATIVE_GATE_LU: Final = -10.0
MOST_GATE_DOUBT_LU: Final = 3.0
_BLOCK_FRAMES, _STEP_FRAMES = 8, 2  # 400 ms blocks with 75 % overlap, BS.1770-4


def gated_loudness_lufs(k_frames: Frames, relative_gate_lu: float = RELATIVE_GATE_LU) -> float:
    """Return BS.1770-4 integrated loudness from 50 ms frames of K-weighted power."""
    if len(k_frames) == 0:
        return -np.inf
    padded = k_frames if len(k_frames) >= _BLOCK_FRAMES else np.pad(k_frames, (0, _BLOCK_FRAMES))
    total = np.concatenate(([0.0], np.cumsum(padded)))
    blocks = (total[_BLOCK_FRAMES:] - total[:-_BLOCK_FRAMES])[::_STEP_FRAMES] / _BLOCK_FRAMES
    loud = blocks[blocks > ABSOLUTE_GATE_POWER]
    if len(loud) == 0:
        return -np.inf
    gated = loud[loud > loud.mean() * 10.0 ** (relative_gate_lu / 10.0)]
    return lufs_from_power(float(gated.mean()))


def is_loudness_steady(k_frames: Frames) -> bool:
    """Tell whether loudness hardly depends on where the relative gate stands.

    Where a track plays for a moment over a noise, whether the noise is gated out hangs by a tenth of a dB.
    """
    if not math.isfinite(gated_loudness_lufs(k_frames)):
        return True
    looser, tighter = (gated_loudness_lufs(k_frames, RELATIVE_GATE_LU + step) for step in (-2.0, 2.0))
    return tighter - looser < MOST_GATE_DOUBT_LU


@dataclass(eq=False)
class Desk:
    """All strips of a session, and the taste they are mixed to.

    ``buses`` are what strips flow through on their way to the master, ``crush`` is the parallel drum chain.
    ``memory`` keeps what is slow to solve, for the next decision on the same session.
    ``correlation_db`` per group, in its third octaves ``group_bands_db`` (31,), and ``lead_offset_db`` are what a
    rendering found the prediction to miss.
    """

    session: Session
    taste: Taste
    strips: list[Strip]
    buses: list[Bus] = field(default_factory=list)
    crush: Crush | None = None
    correlation_db: dict[str, float] = field(default_factory=dict)
    lead_offset_db: float = 0.0
    memory: dict[Hashable, object] = field(default_factory=dict)
    group_bands_db: Mapping[str, Sequence[float]] = field(default_factory=dict)
    _cache: dict[TrackId, Frames] = field(default_factory=dict)

    @property
    def frame_count(self) -> int:
        """Frames of the longest strip."""
        return max((len(strip.measures.k_power) for strip in self.strips), default=0)

    @property
    def sounding(self) -> list[Strip]:
        """The strips that are heard, in an order that the order of tracks plays no part in."""
        return sorted((strip for strip in self.strips if not strip.is_muted), key=lambda strip: strip.id)

    def refresh(self) -> None:
        """Forget predicted levels after knobs before the fader moved."""
        self._cache.clear()

    def k_frames(self, strip: Strip) -> Frames:
        """Return (F,) of a strip at fader 0 dB, padded to the session's length."""
        frames = self._cache.get(strip.id)
        if frames is None:
            short = strip.k_frames()
            frames = np.zeros(self.frame_count)
            frames[: len(short)] = short
            self._cache[strip.id] = frames
        return frames

    def sum_frames(self, strips: Iterable[Strip], faders: Mapping[TrackId, float] | None = None) -> Frames:
        """Return the summed K-weighted power of strips at their faders (or at other levels in dB)."""
        total = np.zeros(self.frame_count)
        for strip in strips:
            level_db = strip.fader_db if faders is None else faders.get(strip.id, strip.fader_db)
            total += self.k_frames(strip) * 10.0 ** (level_db / 10.0)
        return total

    def groups(self) -> dict[str, list[Strip]]:
        """Return the sounding strips by group, in a fixed order."""
        grouped: dict[str, list[Strip]] = {}
        for strip in sorted(self.sounding, key=lambda s: s.row.group):
            grouped.setdefault(strip.row.group, []).append(strip)
        return grouped

    @property
    def lead(self) -> list[Strip]:
        """The strips of the lead voice, empty where there is none."""
        for group in ("lead_vocal", "speech"):
            found = [s for s in self.sounding if s.row.group == group]
            if found:
                return found
        return []

    def lead_to_accompaniment_db(
        self, faders: Mapping[TrackId, float] | None = None, frames: slice = slice(None)
    ) -> float | None:
        """Return how far the lead stands above the rest while it sings; None without a lead or a rest."""
        lead = self.lead
        rest = [strip for strip in self.sounding if strip not in lead]
        if not lead or not rest:
            return None
        lead_power = self.sum_frames(lead, faders) * self._group_factor(lead[0].row.group)
        rest_power = np.zeros(self.frame_count)
        for strip in rest:
            level_db = strip.fader_db if faders is None else faders.get(strip.id, strip.fader_db)
            factor = self._group_factor(strip.row.group)
            rest_power += self.k_frames(strip) * (factor * 10.0 ** (level_db / 10.0))
        lead_power, rest_power = lead_power[frames], rest_power[frames]
        sings = lead_power > lead_power.max(initial=0.0) * 0.01
        below = float(rest_power[sings].sum())
        above = float(lead_power[sings].sum())
        if above <= 0.0 or below <= 0.0:
            return None
        return float(10.0 * np.log10(above / below)) + self.lead_offset_db

    def _group_factor(self, group: str) -> float:
        return float(10.0 ** (self.correlation_db.get(group, 0.0) / 10.0))

    def group_band_factor(self, group: str) -> Curve:
        """Return (31,) how much more power a group has per third octave than its tracks apart."""
        known = self.group_bands_db.get(group)
        if known is None:
            return np.full(len(BANDS), self._group_factor(group))
        return np.asarray(10.0 ** (np.array(known) / 10.0))

    def mix_frames(self, faders: Mapping[TrackId, float] | None = None) -> Frames:
        """Return the K-weighted power of the whole mix per frame, the master fader included unless it is closed."""
        total = np.zeros(self.frame_count)
        for group, members in self.groups().items():
            total += self.sum_frames(members, faders) * self._group_factor(group)
        master = self.session.master.volume_linear
        return total * (master**2 if master > CLOSED_LINEAR else 1.0)

    def mix_bands(self) -> tuple[Curve, Curve, Curve]:
        """Return LL, RR and LR of the mix per band, each strip weighted by how long it plays."""
        totals = [np.zeros(len(BANDS)) for _ in range(3)]
        for strip in self.sounding:
            weight = strip.weight * self.group_band_factor(strip.row.group)
            for total, part in zip(totals, strip.band_power(), strict=True):
                total += part * weight
        count = max(self.frame_count, 1)
        return totals[0] / count, totals[1] / count, totals[2] / count

    def imbalance_db(self) -> float:
        """Return how much louder left is than right, K-weighted."""
        ll, rr, _ = self.mix_bands()
        left, right = float((K_POWER * ll).sum()), float((K_POWER * rr).sum())
        return 10.0 * float(np.log10(max(left, TINY_POWER) / max(right, TINY_POWER)))

    def side_to_mid_db(self, below_hz: float | None = None) -> float:
        """Return side against mid power of the mix, of all bands or of those below a frequency."""
        ll, rr, lr = self.mix_bands()
        used = slice(None) if below_hz is None else _below(below_hz)
        mid = float((ll + rr + 2.0 * lr)[used].sum())
        side = float((ll + rr - 2.0 * lr)[used].sum())
        return 10.0 * float(np.log10(max(side, TINY_POWER) / max(mid, TINY_POWER)))

    def low_share_db(self, below_hz: float) -> float:
        """Return the energy below a frequency against all of it."""
        ll, rr, _ = self.mix_bands()
        low = float((ll + rr)[_below(below_hz)].sum())
        return 10.0 * float(np.log10(max(low, TINY_POWER) / max(float((ll + rr).sum()), TINY_POWER)))


def _below(frequency_hz: float) -> npt.NDArray[np.bool_]:
    """Return which bands lie below a frequency as a whole."""
    return np.asarray(frequency_hz * 1.01 >= BANDS * 2 ** (1 / 6))


def fader_limits(level_db: float, largest_db: float) -> float:
    """Keep a fader inside its travel."""
    return min(max(level_db, -60.0), largest_db)


__all__ = ["Desk", "Frames", "Strip", "fader_limits", "gated_loudness_lufs"]
