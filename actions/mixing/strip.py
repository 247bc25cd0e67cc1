"""One track on the desk: what was measured of it, where its knobs would stand, and what that sounds like.

Powers are mean squares; frames are 50 ms.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from actions.mixing.brief import LABELS
from actions.mixing.curves import BANDS, K_POWER, Curve
from actions.mixing.taste import Role
from analysis.measures import TrackMeasures
from analysis.prediction import band_response, power_response
from analysis.rendering.pan import pan_gains
from analysis.roles import TrackRole
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.change import SendLevel
from reaper_bridge.session.effects import Effect, EqBand, Jsfx, ReaComp, ReaEq
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import Track

Frames = npt.NDArray[np.float64]
LEAST_FRAME_RATIO = 1e-6
"""Of a track's mean power: what lies lower has no spectrum to reckon with."""


@dataclass(frozen=True, eq=False)
class Insert:
    """A plug-in of ours that moves with the music, and what it does to the track.

    ``frame_gain`` (F,) is its power gain per frame, make-up included; ``band_gain`` (31,) its mean power gain per third
    octave, ``side_gain`` (31,) the amplitude gain of the side, the middle staying. None means 1 everywhere.
    ``reduction_db`` is how much it takes off on average while it works.
    ``step_gain_db`` (M,) is its gain per millisecond, kept where what comes after must know it so finely.
    ``key`` is the track that a side-chained one listens to.
    """

    effect: Effect
    frame_gain: Frames | None = None
    band_gain: Curve | None = None
    reduction_db: float = 0.0
    step_gain_db: npt.NDArray[np.float16] | None = None
    key: TrackId | None = None
    side_gain: Curve | None = None


@dataclass(eq=False)
class Strip:
    """One track on the desk.

    ``free`` tells which of its knobs may be placed, by the names of ``KNOB_STAGES``. ``path_linear`` is the gain of
    the way from its fader to the master, ``lane_power`` (F,) the power gain of its automation. ``existing`` are the
    engineer's own plug-ins. ``inserts`` are those of ours that move with the music, by the names of ``LABELS``.
    ``parallel_power`` (F,) is how much louder it is with its double in the parallel drum chain.
    ``ride`` are the points of our trim volume lane and ``ride_power`` (F,) what they do; ``bus_power`` (F,) is what
    moves on the way from the fader to the master, ``bus_band_gain`` (31,) what equalisers there do. ``side_chains`` are
    the sends of ours by which others hear it.
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
    inserts: dict[str, Insert] = field(default_factory=dict)
    lane_power: Frames | None = None
    ride: tuple[CurvePoint, ...] = ()
    ride_power: Frames | None = None
    bus_power: Frames | None = None
    parallel_power: Frames | None = None
    bus_band_gain: Curve | None = None
    fader_db: float = 0.0
    pan: float = 0.0
    width: float = 1.0
    is_muted: bool = False
    polarity_inverted: bool = False
    play_offset_seconds: float = 0.0
    sends_db: dict[str, float] = field(default_factory=dict)
    side_chains: dict[TrackId, SendLevel] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    _mean_bands: tuple[Curve, Curve, Curve] | None = None
    _responses: dict[ReaEq | Jsfx, Curve] = field(default_factory=dict)

    @property
    def id(self) -> TrackId:
        """The track's id."""
        return self.track.id

    def may_place(self, knob: str) -> bool:
        """Tell whether a knob is ours to place. Plug-ins go only where the engineer has none of his own."""
        return knob in self.free and not (knob in LABELS and self.existing)

    @property
    def comp(self) -> ReaComp | None:
        """The compressor, if there is one."""
        effect = self.inserts["comp"].effect if "comp" in self.inserts else None
        return effect if isinstance(effect, ReaComp) else None

    @property
    def comp_gain(self) -> Frames | None:
        """Its power gain per frame (F,), make-up included."""
        return self.inserts["comp"].frame_gain if "comp" in self.inserts else None

    @property
    def comp_reduction_db(self) -> float:
        """Its mean gain reduction while the track plays."""
        return self.inserts["comp"].reduction_db if "comp" in self.inserts else 0.0

    @property
    def all_bands(self) -> tuple[EqBand, ...]:
        """Corrective and unmasking bands together, as they stand in one ReaEQ."""
        return (*self.bands, *self.masking_bands)

    def response(self, frequencies_hz: Curve = BANDS) -> Curve:
        """Return the power gain of trim, EQ and what inserts do to the spectrum, at some frequencies."""
        gain = np.full(len(frequencies_hz), 10.0 ** (self.trim_db / 10.0))
        for effect in self.existing:
            if isinstance(effect, ReaEq | Jsfx):
                gain = gain * self._power_response(effect, frequencies_hz)
        if self.all_bands:
            gain = gain * self._power_response(ReaEq(self.all_bands), frequencies_hz)
        for insert in self.inserts.values():
            if insert.band_gain is not None:
                is_on_bands = frequencies_hz is BANDS
                gain = gain * (insert.band_gain if is_on_bands else np.interp(frequencies_hz, BANDS, insert.band_gain))
        if self.bus_band_gain is not None:
            is_on_bands = frequencies_hz is BANDS
            gain = gain * (self.bus_band_gain if is_on_bands else np.interp(frequencies_hz, BANDS, self.bus_band_gain))
        return np.asarray(gain, dtype=np.float64)

    def _power_response(self, effect: ReaEq | Jsfx, frequencies_hz: Curve) -> Curve:
        """Return what an equaliser does at some frequencies; of whole third octaves to what the track has in them.

        A notch takes out a hum and not the third octave it lies in.
        """
        if frequencies_hz is not BANDS:
            return power_response(effect, frequencies_hz)
        known = self._responses.get(effect)
        if known is None:
            known = band_response(effect, self.measures.spectrum_power, self.measures.spectrum_step_hz)
            self._responses[effect] = known
        return known

    def matrix(self, bands: npt.NDArray[np.intp] | None = None) -> npt.NDArray[np.float64]:
        """Return the amplitude matrix of widening, pan and width: (2, 2), or (2, 2, 31) where an insert moves the side.

        With ``bands`` the last axis holds only those.
        """
        gains = [insert.side_gain for insert in self.inserts.values() if insert.side_gain is not None]
        if not gains:
            return self.pan_matrix()
        side = np.prod(gains, axis=0)[slice(None) if bands is None else bands]
        same, other = 0.5 * (1.0 + side), 0.5 * (1.0 - side)
        beside = np.array([[same, other], [other, same]])
        return np.asarray(np.einsum("ij,jkb->ikb", self.pan_matrix(), beside), dtype=np.float64)

    def pan_matrix(self) -> npt.NDArray[np.float64]:
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
        response = self.response() * self.mean_gain(self.insert_power)
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
    def insert_power(self) -> Frames | None:
        """Power gain per frame of all inserts (F,), or None where none moves."""
        return product(insert.frame_gain for insert in self.inserts.values())

    @property
    def moving_power(self) -> Frames | None:
        """Power gain per frame of lanes, rides and buses (F,), or None where none moves."""
        return product((self.lane_power, self.ride_power, self.bus_power, self.parallel_power))

    def mean_gain(self, gain: Frames | None) -> float:
        """Return the mean of a power gain per frame, weighted by how loud the track is; 1 for none."""
        if gain is None:
            return 1.0
        k = self.measures.k_power[: len(gain)].astype(np.float64)
        total = float(k.sum())
        return float((k * gain[: len(k)]).sum()) / total if total > 0.0 else 1.0

    @property
    def weight(self) -> float:
        """What ``band_power`` counts for in the mix: fader, way to the master and automation, times frames it plays."""
        level = self.fader_power * self.path_linear**2 * self.mean_gain(self.moving_power)
        return level * float(self.measures.is_active.sum())

    def k_frames(self) -> Frames:
        """Return (F,) K-weighted power per frame after plug-ins, pan, path, rides and buses, fader at 0 dB.

        What EQ and pan do is reckoned with the spectrum of each frame, as a cymbal passes where a kick does not.
        """
        measures = self.measures
        before = self._k_before()
        (a, b), (c, d) = self.matrix()
        weights = K_POWER * self.response()
        if measures.is_mono:
            after = measures.band_ll @ (weights * ((a + b) ** 2 + (c + d) ** 2)).astype(np.float32)
        else:
            after = (
                measures.band_ll @ (weights * (a * a + c * c)).astype(np.float32)
                + measures.band_rr @ (weights * (b * b + d * d)).astype(np.float32)
                + measures.band_lr @ (weights * 2.0 * (a * b + c * d)).astype(np.float32)
            )
        total = float(before.sum(dtype=np.float64))
        if total <= 0.0:
            return np.zeros(len(measures.k_power))
        usual = float(after.sum(dtype=np.float64)) / total
        ratio = np.full(len(before), usual)
        np.divide(np.maximum(after, 0.0), before, out=ratio, where=before > total / len(before) * LEAST_FRAME_RATIO)
        frames = measures.k_power.astype(np.float64) * (ratio * self.path_linear**2)
        for gain in (self.insert_power, self.moving_power):
            if gain is not None:
                count = min(len(frames), len(gain))
                frames[:count] *= gain[:count]
        return frames

    def _k_before(self) -> npt.NDArray[np.float32]:
        """Return (F,) the K-weighted power of each frame's bands, before anything."""
        measures = self.measures
        weights = K_POWER.astype(np.float32)
        if measures.is_mono:
            return np.asarray(2.0 * (measures.band_ll @ weights))
        return np.asarray((measures.band_ll + measures.band_rr) @ weights)

    @property
    def fader_power(self) -> float:
        """Power gain of the fader."""
        return float(10.0 ** (self.fader_db / 10.0))


def product(gains: Iterable[Frames | None]) -> Frames | None:
    """Return the product of power gains per frame, as long as the longest; None for none."""
    known = [gain for gain in gains if gain is not None]
    if len(known) < 2:
        return known[0] if known else None
    total = np.ones(max(len(gain) for gain in known))
    for gain in known:
        total[: len(gain)] *= gain
    return total


def panned(matrix: Curve, ll: Curve, rr: Curve, lr: Curve) -> tuple[Curve, Curve, Curve]:
    """Return LL, RR, LR (..., 31) after an amplitude matrix (2, 2), or (2, 2, 31) with one per band."""
    (a, b), (c, d) = matrix
    out_ll = a * a * ll + b * b * rr + 2.0 * a * b * lr
    out_rr = c * c * ll + d * d * rr + 2.0 * c * d * lr
    out_lr = a * c * ll + b * d * rr + (a * d + b * c) * lr
    return out_ll, out_rr, out_lr
