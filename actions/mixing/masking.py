"""Unmasking EQ: small cuts in what hides the voice, the drums and the bass, never in the voice itself.

A greedy search over bells after Hafezi & Reiss (JAES 63(5), 2015): a cut is kept when the audibility of the
protected groups rises by more than it costs. Each cut track keeps its loudness (the fader makes up), so the
search cannot win by turning things down. Audibility is ANSI S3.5's band audibility against all other tracks.
"""

import heapq
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from actions.mixing.curves import (
    BANDS,
    K_POWER,
    TINY_POWER,
    importance,
    spread_matrix,
    target_levels_db,
)
from actions.mixing.desk import Desk, Strip
from actions.mixing.strip import panned
from actions.mixing.taste import Masking
from analysis.prediction import power_response
from reaper_bridge.session.effects import EqBand, ReaEq

CENTRES_HZ = (160.0, 250.0, 400.0, 630.0, 1000.0, 1600.0, 2500.0, 4000.0, 6300.0)
RHYTHM = ("kick", "snare", "bass")
_FRAMES = 300

Tensor = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Scene:
    """What the search looks at: power (N, F, 31) per strip on sampled frames, and who is protected."""

    strips: tuple[Strip, ...]
    power: Tensor
    protected: tuple[tuple[str, tuple[int, ...], float], ...]


def scene_of(desk: Desk) -> Scene:
    """Return the sampled frames of a desk at its present knobs."""
    strips = tuple(sorted(desk.sounding, key=lambda s: s.id))
    frames = _chosen_frames(desk)
    power = np.zeros((len(strips), len(frames), len(BANDS)), dtype=np.float32)
    for i, strip in enumerate(strips):
        power[i] = strip_power(strip, frames) * desk.group_band_factor(strip.row.group)
    protected: list[tuple[str, tuple[int, ...], float]] = []
    lead = {s.id for s in desk.lead}
    members = tuple(i for i, s in enumerate(strips) if s.id in lead)
    if members:
        protected.append(("lead", members, desk.taste.masking.lead_weight_ratio))
    for group in RHYTHM:
        members = tuple(i for i, s in enumerate(strips) if s.row.group == group)
        if members:
            protected.append((group, members, desk.taste.masking.rhythm_weight_ratio))
    return Scene(strips, power, tuple(protected))


def place_unmasking(desk: Desk) -> int:
    """Set the unmasking bells of every strip whose chain is ours to fill; return how many."""
    masking = desk.taste.masking
    scene = scene_of(desk)
    if len(scene.strips) < 2 or not scene.protected or masking.most_bells == 0:
        return 0
    search = _Search(desk, scene)
    lead = {strip.id for strip in desk.lead}
    for index, strip in enumerate(scene.strips):
        if strip.may_place("eq") and strip.id not in lead and strip.role.role != "unknown":
            for band, _ in enumerate(CENTRES_HZ):
                search.offer(index, band)
    search.run()
    bells = 0
    for index, strip in enumerate(scene.strips):
        cuts = search.cuts_db[index]
        strip.masking_bands = [
            EqBand("bell", CENTRES_HZ[b], -float(cuts[b]), masking.bandwidth_octaves) for b in np.flatnonzero(cuts)
        ]
        bells += len(strip.masking_bands)
        if strip.masking_bands:
            strip.reasons["masking"] = _because(strip, search.gain_of[index])
    desk.refresh()
    return bells


def is_unmasking(band: EqBand, masking: Masking) -> bool:
    """Tell whether a band is one that this search sets."""
    is_ours = band.frequency_hz in CENTRES_HZ and abs(band.bandwidth_octaves - masking.bandwidth_octaves) < 1e-3
    return band.shape == "bell" and is_ours and band.gain_db < 0.0


def audibility(scene: Scene) -> dict[str, float]:
    """Return how much of each protected group is heard over the rest, 0 to 1."""
    spread, weights = spread_matrix().astype(np.float32), importance().astype(np.float32)
    total = scene.power.sum(axis=0)
    return {
        name: _audible(scene.power[list(members)].sum(axis=0), total, spread, weights)
        for name, members, _ in scene.protected
    }


def _audible(own: Tensor, total: Tensor, spread: Tensor, weights: Tensor) -> float:
    """Return band audibility of a group: mean over its frames of sum I_b * clip((SNR + 15) / 30, 0, 1)."""
    heard = own.sum(axis=1)
    frames = heard > heard.max() * 1e-3
    if not frames.any():
        return 0.0
    own, rest = own[frames], np.maximum(total[frames] - own[frames], 0.0)
    ratio_db = 10.0 * np.log10((own + TINY_POWER) / (rest @ spread.T + TINY_POWER))
    return float((np.clip((ratio_db + 15.0) / 30.0, 0.0, 1.0) @ weights).mean())


def masking_matrix(scene: Scene) -> npt.NDArray[np.float64]:
    """Return (N, N): the share of strip j's essential time-frequency cells that strip i alone covers."""
    spread = spread_matrix().astype(np.float32)
    count = len(scene.strips)
    matrix = np.zeros((count, count))
    spreads = [scene.power[i] @ spread.T for i in range(count)]
    for j in range(count):
        own = scene.power[j]
        peak = own.max()
        essential = own > peak * 1e-3
        cells = int(essential.sum())
        for i in range(count):
            if i != j and cells:
                matrix[i, j] = float((spreads[i][essential] > own[essential]).sum()) / cells
    return matrix


class _Search:
    """The lazy-greedy search over one-decibel bells."""

    def __init__(self, desk: Desk, scene: Scene) -> None:
        masking = desk.taste.masking
        self.masking = masking
        self.tone_limit_db = desk.taste.tone.sum_of_moves_db
        self.scene = scene
        self.power = scene.power.copy()
        self.total = self.power.sum(axis=0)
        self.spread = spread_matrix().astype(np.float32)
        self.weights = importance().astype(np.float32)
        self.target = target_levels_db(desk.taste.target_spectrum)
        self.cuts_db = np.zeros((len(scene.strips), len(CENTRES_HZ)))
        self.gain_of = [0.0] * len(scene.strips)
        self.heap: list[tuple[float, int, int, int]] = []
        self.round = 0
        self.bells = [
            power_response(ReaEq((EqBand("bell", hz, -masking.step_db, masking.bandwidth_octaves),)), BANDS).astype(
                np.float32
            )
            for hz in CENTRES_HZ
        ]
        self.score = self._score(self.total, {})

    def offer(self, strip: int, band: int) -> None:
        """Put a cut up for choice, with its present gain."""
        if self._may_cut(strip, band):
            gain = self._gain(strip, band)
            heapq.heappush(self.heap, (-gain, strip, band, self.round))

    def run(self) -> None:
        """Take the best cut until none is worth it."""
        while self.heap:
            gain, strip, band, seen = heapq.heappop(self.heap)
            if -gain < self.masking.least_gain_ratio:
                break
            if not self._may_cut(strip, band):
                continue
            if seen != self.round:
                self.offer(strip, band)
                continue
            self.power[strip] = self._after_cut(strip, band)
            self.total = self.power.sum(axis=0)
            self.cuts_db[strip, band] += self.masking.step_db
            self.gain_of[strip] += -gain
            self.score = self._score(self.total, {})
            self.round += 1
            self.offer(strip, band)

    def _may_cut(self, strip: int, band: int) -> bool:
        cuts = self.cuts_db[strip]
        corrective = sum(abs(b.gain_db) for b in self.scene.strips[strip].bands)
        return bool(
            cuts[band] + self.masking.step_db <= self.masking.largest_cut_db
            and (cuts[band] > 0 or int((cuts > 0).sum()) < self.masking.most_bells)
            and corrective + cuts.sum() + self.masking.step_db <= self.tone_limit_db
        )

    def _after_cut(self, strip: int, band: int) -> Tensor:
        cut = self.power[strip] * self.bells[band]
        before = float((self.power[strip] @ K_POWER).sum())
        after = float((cut @ K_POWER).sum())
        return np.asarray(cut * (before / after if after > 0 else 1.0), dtype=np.float32)

    def _gain(self, strip: int, band: int) -> float:
        changed = self._after_cut(strip, band)
        total = self.total - self.power[strip] + changed
        return self._score(total, {strip: changed}) - self.score

    def _score(self, total: Tensor, changed: dict[int, Tensor]) -> float:
        score = 0.0
        for _, members, weight in self.scene.protected:
            own = sum((changed.get(i, self.power[i]) for i in members), start=np.zeros_like(total))
            score += weight * _audible(own, total, self.spread, self.weights)
        return score - self.masking.spectrum_weight_ratio * self._distance(total)

    def _distance(self, total: Tensor) -> float:
        used = (BANDS >= 60.0) & (BANDS <= 13_000.0)
        levels = 10.0 * np.log10(np.maximum(total.mean(axis=0)[used], TINY_POWER))
        error = levels - self.target[used]
        return float(np.sqrt(np.mean((error - error.mean()) ** 2)))


def _chosen_frames(desk: Desk) -> npt.NDArray[np.intp]:
    """Return frames spread evenly over the energy of the mix, so that silence takes no part."""
    energy = desk.mix_frames()
    total = np.cumsum(energy)
    if len(total) == 0 or total[-1] <= 0.0:
        return np.arange(min(len(total), _FRAMES))
    quantiles = (np.arange(_FRAMES) + 0.5) / _FRAMES * total[-1]
    return np.unique(np.searchsorted(total, quantiles))


def strip_power(strip: Strip, frames: npt.NDArray[np.intp]) -> Tensor:
    """Return (F, 31): what a strip adds to some frames of the mix, at its present knobs."""
    measures = strip.measures
    inside = frames[frames < len(measures.k_power)]
    ll = measures.band_ll[inside].astype(np.float64)
    if measures.is_mono:
        rr = lr = ll
    else:
        rr, lr = measures.band_rr[inside].astype(np.float64), measures.band_lr[inside].astype(np.float64)
    out_ll, out_rr, _ = panned(strip.matrix(), ll, rr, lr)
    power = (out_ll + out_rr) * (strip.response() * strip.fader_power * strip.path_linear**2)
    for gain in (strip.insert_power, strip.moving_power):
        if gain is not None:
            power = power * gain[np.minimum(inside, len(gain) - 1)][:, None]
    padded = np.zeros((len(frames), len(BANDS)), dtype=np.float32)
    padded[: len(inside)] = power
    return padded


def _because(strip: Strip, gain: float) -> str:
    cuts = ", ".join(f"{band.gain_db:+.0f} dB at {band.frequency_hz:.0f} Hz" for band in strip.masking_bands)
    return f"{cuts}: makes room, the voice, drums and bass together {100 * gain:.1f} points easier to hear"
