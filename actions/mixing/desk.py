"""The model of the mix the decisions are made on: strips with knobs, in the band domain.

A *strip* is a track with what was measured of it and where its knobs would stand. Powers are mean squares;
frames are 50 ms. Nothing here touches audio or a host. Predictions assume that tracks are independent of
each other; a group's ``correlation_db`` corrects for microphones that hear the same thing, once rendered.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from actions.mixing.curves import BANDS, K_POWER, TINY_POWER, Curve
from actions.mixing.taste import Role, Taste
from analysis.measures import TrackMeasures
from analysis.prediction import power_response
from analysis.rendering.pan import pan_gains
from analysis.roles import TrackRole
from reaper_bridge.session.effects import Effect, EqBand, Jsfx, ReaComp, ReaEq
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import Session, Track
from reaper_bridge.session.units import db_from_linear, linear_from_db, lufs_from_power

Frames = npt.NDArray[np.float64]
ABSOLUTE_GATE_POWER: Final = 10.0 ** ((-70.0 + 0.691) / 10.0)
_BLOCK_FRAMES, _STEP_FRAMES = 8, 2  # 400 ms blocks with 75 % overlap, BS.1770-4


@dataclass
class Strip:
    """One track on the desk.

    ``free`` tells which of its knobs may be placed: "trim", "eq", "comp", "fader", "pan", "width", "send",
    "mute". ``path_linear`` is the gain of the folders above it. ``existing`` are the engineer's own plug-ins.
    """

    track: Track
    role: TrackRole
    row: Role
    measures: TrackMeasures
    free: frozenset[str]
    pan_law_linear: float
    pan_taper: int | None
    path_linear: float = 1.0
    existing: tuple[Effect, ...] = ()
    trim_db: float = 0.0
    bands: list[EqBand] = field(default_factory=list)
    masking_bands: list[EqBand] = field(default_factory=list)
    comp: ReaComp | None = None
    lane_power: Frames | None = None
    comp_gain: Frames | None = None
    comp_reduction_db: float = 0.0
    fader_db: float = 0.0
    pan: float = 0.0
    width: float = 1.0
    is_muted: bool = False
    sends_db: dict[str, float] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    _mean_bands: tuple[Curve, Curve, Curve] | None = None

    @property
    def id(self) -> TrackId:
        """The track's id."""
        return self.track.id

    def may_place(self, knob: str) -> bool:
        """Tell whether a knob is ours to place. Plug-ins go only where the engineer has none of his own."""
        return knob in self.free and not (knob in ("trim", "eq", "comp") and self.existing)

    @property
    def all_bands(self) -> tuple[EqBand, ...]:
        """Corrective and unmasking bands together, as they stand in one ReaEQ."""
        return (*self.bands, *self.masking_bands)

    def response(self, frequencies_hz: Curve = BANDS) -> Curve:
        """Return the power gain of trim and EQ at some frequencies."""
        gain = np.full(len(frequencies_hz), 10.0 ** (self.trim_db / 10.0))
        for effect in self.existing:
            if isinstance(effect, ReaEq | Jsfx):
                gain = gain * power_response(effect, frequencies_hz)
        if self.all_bands:
            gain = gain * power_response(ReaEq(self.all_bands), frequencies_hz)
        return np.asarray(gain, dtype=np.float64)

    def matrix(self) -> npt.NDArray[np.float64]:
        """Return the (2, 2) amplitude matrix of pan and width."""
        return pan_gains(
            self.track.pan_mode,
            self.pan,
            self.width,
            dual_pan=self.track.dual_pan,
            law_linear=self.track.pan_law_linear or self.pan_law_linear,
            taper=self.pan_taper,
        )

    def band_power(self) -> tuple[Curve, Curve, Curve]:
        """Return mean LL, RR and LR per band while it plays, after everything but the fader."""
        source = self.mean_bands()
        response = self.response() * self.mean_comp_gain
        return panned(self.matrix(), source[0] * response, source[1] * response, source[2] * response)

    def mean_bands(self) -> tuple[Curve, Curve, Curve]:
        """Return mean LL, RR and LR per band over the active frames, before anything."""
        if self._mean_bands is None:
            self._mean_bands = self._measured_bands()
        return self._mean_bands

    def _measured_bands(self) -> tuple[Curve, Curve, Curve]:
        measures = self.measures
        active = measures.is_active
        if not active.any():
            zero = np.zeros(len(BANDS))
            return zero, zero, zero
        ll = measures.band_ll[active].mean(axis=0, dtype=np.float64)
        if measures.is_mono:
            return ll, ll, ll
        rr = measures.band_rr[active].mean(axis=0, dtype=np.float64)
        return ll, rr, measures.band_lr[active].mean(axis=0, dtype=np.float64)

    @property
    def mean_comp_gain(self) -> float:
        """Mean power gain of the compressor and its make-up."""
        if self.comp is None or self.comp_gain is None:
            return 1.0
        k = self.measures.k_power[: len(self.comp_gain)]
        total = float(k.sum())
        return float((k * self.comp_gain).sum()) / total if total > 0.0 else 1.0

    def k_frames(self) -> Frames:
        """Return (F,) K-weighted power per frame after trim, EQ, compressor, pan and path, fader at 0 dB."""
        ll, rr, lr = self.mean_bands()
        before = float((K_POWER * (ll + rr)).sum())
        if before <= 0.0:
            return np.zeros(len(self.measures.k_power))
        response = self.response()
        out_ll, out_rr, _ = panned(self.matrix(), ll * response, rr * response, lr * response)
        ratio = float((K_POWER * (out_ll + out_rr)).sum()) / before
        frames = self.measures.k_power.astype(np.float64) * (ratio * self.path_linear**2)
        for gain in (self.comp_gain, self.lane_power):
            if gain is not None:
                count = min(len(frames), len(gain))
                frames[:count] *= gain[:count]
        return frames

    @property
    def fader_power(self) -> float:
        """Power gain of the fader."""
        return float(10.0 ** (self.fader_db / 10.0))


def panned(matrix: Curve, ll: Curve, rr: Curve, lr: Curve) -> tuple[Curve, Curve, Curve]:
    """Return LL, RR, LR after a 2x2 amplitude matrix."""
    (a, b), (c, d) = matrix
    out_ll = a * a * ll + b * b * rr + 2.0 * a * b * lr
    out_rr = c * c * ll + d * d * rr + 2.0 * c * d * lr
    out_lr = a * c * ll + b * d * rr + (a * d + b * c) * lr
    return out_ll, out_rr, out_lr


def gated_loudness_lufs(k_frames: Frames) -> float:
    """Return BS.1770-4 integrated loudness from 50 ms frames of K-weighted power."""
    if len(k_frames) == 0:
        return -np.inf
    padded = k_frames if len(k_frames) >= _BLOCK_FRAMES else np.pad(k_frames, (0, _BLOCK_FRAMES))
    total = np.concatenate(([0.0], np.cumsum(padded)))
    blocks = (total[_BLOCK_FRAMES:] - total[:-_BLOCK_FRAMES])[::_STEP_FRAMES] / _BLOCK_FRAMES
    loud = blocks[blocks > ABSOLUTE_GATE_POWER]
    if len(loud) == 0:
        return -np.inf
    gated = loud[loud > loud.mean() * 0.1]
    return lufs_from_power(float(gated.mean()))


@dataclass
class Desk:
    """All strips of a session, and the taste they are mixed to.

    ``memory`` keeps what is slow to solve, for the next decision on the same session.
    ``correlation_db`` per group and ``lead_offset_db`` are what a rendering found the prediction to miss.
    """

    session: Session
    taste: Taste
    strips: list[Strip]
    correlation_db: dict[str, float] = field(default_factory=dict)
    lead_offset_db: float = 0.0
    memory: dict[Hashable, object] = field(default_factory=dict)
    _cache: dict[TrackId, Frames] = field(default_factory=dict)

    @property
    def frame_count(self) -> int:
        """Frames of the longest strip."""
        return max((len(strip.measures.k_power) for strip in self.strips), default=0)

    @property
    def sounding(self) -> list[Strip]:
        """The strips that are heard."""
        return [strip for strip in self.strips if not strip.is_muted]

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
            level_db = strip.fader_db if faders is None else faders[strip.id]
            total += self.k_frames(strip) * 10.0 ** (level_db / 10.0)
        return total

    def groups(self) -> dict[str, list[Strip]]:
        """Return the sounding strips by group, in a fixed order."""
        grouped: dict[str, list[Strip]] = {}
        for strip in sorted(self.sounding, key=lambda s: (s.row.group, s.id)):
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
            level_db = strip.fader_db if faders is None else faders[strip.id]
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

    def mix_frames(self) -> Frames:
        """Return the K-weighted power of the whole mix per frame, the master fader included."""
        total = np.zeros(self.frame_count)
        for group, members in self.groups().items():
            total += self.sum_frames(members) * self._group_factor(group)
        return total * self.session.master.volume_linear**2

    def mix_bands(self) -> tuple[Curve, Curve, Curve]:
        """Return LL, RR and LR of the mix per band, each strip weighted by how long it plays."""
        totals = [np.zeros(len(BANDS)) for _ in range(3)]
        for strip in self.sounding:
            share = float(strip.measures.is_active.sum()) * strip.fader_power * strip.path_linear**2
            for total, part in zip(totals, strip.band_power(), strict=True):
                total += part * share
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
        used = slice(None) if below_hz is None else below_hz * 1.01 >= BANDS * 2 ** (1 / 6)
        mid = float((ll + rr + 2.0 * lr)[used].sum())
        side = float((ll + rr - 2.0 * lr)[used].sum())
        return 10.0 * float(np.log10(max(side, TINY_POWER) / max(mid, TINY_POWER)))


def folder_gain(session: Session, track: Track) -> float:
    """Return the linear gain of the folders above a track; 0 where one is muted or sends nowhere."""
    gain, current = 1.0, track
    while current.parent is not None:
        if not current.sends_to_parent:
            return gain
        current = session.track(current.parent)
        gain *= 0.0 if current.muted else current.volume_linear
    return gain


def fader_limits(level_db: float, largest_db: float) -> float:
    """Keep a fader inside its travel."""
    return min(max(level_db, -60.0), largest_db)


__all__ = [
    "Desk",
    "Frames",
    "Strip",
    "db_from_linear",
    "fader_limits",
    "folder_gain",
    "gated_loudness_lufs",
    "linear_from_db",
    "panned",
]
