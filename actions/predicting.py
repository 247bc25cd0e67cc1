"""What the desk predicts that a rendering of a window will measure: the numbers of ``Check``, without any audio."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from actions.checking import Window
from actions.mixing.brief import LABELS, Corrections, fx_id
from actions.mixing.desk import Desk, Frames, gated_loudness_lufs
from actions.mixing.masking import strip_power
from actions.mixing.plan import Decision
from actions.mixing.space import return_gain_db
from actions.mixing.strip import Strip, product
from actions.protecting import audibility
from analysis.measures import ENVELOPE_STEP_SECONDS, HOP_SECONDS
from analysis.prediction import gain_reduction_db
from analysis.rendering.compressor import HEARD_POWER
from analysis.rendering.mixer import PRE_ROLL_SECONDS
from analysis.stems import EVERY_FRAMES, Stem
from reaper_bridge.session.effects import ReaComp
from reaper_bridge.session.identity import FxId, TrackId

_MS_PER_FRAME: Final = round(HOP_SECONDS / ENVELOPE_STEP_SECONDS)


@dataclass(frozen=True, eq=False)
class Prediction:
    """What the desk expects a rendering of a window to measure; the names are those of ``Check``."""

    tracks: Mapping[TrackId, Stem]
    groups: Mapping[str, Stem]
    returns: Mapping[str, float]
    reductions_db: Mapping[FxId, float]
    audibility: Mapping[str, float]
    lead_to_accompaniment_db: float | None
    true_peak_dbtp: float


def predict(decision: Decision, window: Window, corrections: Corrections) -> Prediction:
    """Predict what a rendering of a window will measure."""
    desk = decision.desk
    strips = [off_buses(strip) for strip in desk.sounding]
    frames = window.frames
    all_frames = np.arange(frames.start, min(frames.stop, desk.frame_count))
    powers = {strip.id: strip_power(strip, all_frames) for strip in strips}
    loudness = {strip.id: stem_frames(desk, strip)[frames] for strip in strips}
    tracks = {
        key: Stem(gated_loudness_lufs(loudness[key]), power[::EVERY_FRAMES].mean(axis=0, dtype=np.float64))
        for key, power in powers.items()
    }
    groups: dict[str, Stem] = {}
    for group, members in desk.groups().items():
        together = np.sum([loudness[strip.id] for strip in members], axis=0)
        bands = np.sum([powers[strip.id].mean(axis=0, dtype=np.float64) for strip in members], axis=0)
        level = gated_loudness_lufs(together) + desk.correlation_db.get(group, 0.0)
        groups[group] = Stem(level, bands * desk.group_band_factor(group))
    return Prediction(
        tracks,
        groups,
        _returns(decision, loudness, corrections),
        {key: value for strip in strips for key, value in _reductions(strip, window).items()},
        audibility(desk, powers) if powers else {},
        desk.lead_to_accompaniment_db(frames=frames),
        peak_db(desk, window) + corrections.peak,
    )


def off_buses(strip: Strip) -> Strip:
    """Return a track as its stem is rendered: without the plug-ins of buses on its way, and its parallel double."""
    if strip.bus_power is None and strip.bus_band_gain is None and strip.parallel_power is None:
        return strip
    return replace(strip, bus_power=None, bus_band_gain=None, parallel_power=None)


def stem_frames(desk: Desk, strip: Strip) -> Frames:
    """Return (F,) K-weighted power of a track at its fader, without what buses do to it on its way."""
    alone = off_buses(strip)
    frames = desk.k_frames(strip) if alone is strip else alone.k_frames()
    return np.pad(frames, (0, max(desk.frame_count - len(frames), 0))) * strip.fader_power


def _returns(decision: Decision, loudness: Mapping[TrackId, Frames], corrections: Corrections) -> dict[str, float]:
    found = {}
    for kind, unit in decision.returns.items():
        wet = [
            loudness[strip.id] * 10.0 ** ((strip.sends_db[kind] + return_gain_db(strip, unit)) / 10.0)
            for strip in decision.desk.sounding
            if kind in strip.sends_db
        ]
        if wet:
            found[kind] = gated_loudness_lufs(np.sum(wet, axis=0)) + corrections.returns.get(kind, 0.0)
    return found


def _reductions(strip: Strip, window: Window) -> dict[FxId, float]:
    """Return what the compressors of ours that hear their own track alone take off, by plug-in."""
    found = {}
    before: list[Frames | None] = []
    for knob in LABELS:
        insert = strip.inserts.get(knob)
        if insert is None:
            continue
        if isinstance(insert.effect, ReaComp) and not insert.effect.side_chain:
            found[fx_id(strip.id, knob)] = _mean_reduction_db(strip, insert.effect, window, product(before))
        before.append(insert.frame_gain)
    return found


def _mean_reduction_db(strip: Strip, comp: ReaComp, window: Window, before: Frames | None) -> float:
    first = max(round((window.start_seconds - PRE_ROLL_SECONDS) / ENVELOPE_STEP_SECONDS), 0)
    steps = slice(first, round(window.end_seconds / ENVELOPE_STEP_SECONDS))
    gain = np.repeat(frame_gains(replace(strip, inserts={})), _MS_PER_FRAME)[: len(strip.measures.level_power)]
    if before is not None:
        moving = np.repeat(before, _MS_PER_FRAME)[: len(gain)]
        gain[: len(moving)] *= moving
    level = (strip.measures.level_power[: len(gain)] * gain)[steps]
    peak = (strip.measures.level_peak[: len(gain)] * np.sqrt(gain))[steps]
    level = np.where(level > HEARD_POWER, level, 0.0)
    total = float(level.sum())
    return float((gain_reduction_db(comp, level, peak) * level).sum()) / total if total > 0.0 else 0.0


def frame_gains(strip: Strip) -> Frames:
    """Return (F,) the power gain of trim and EQ on each frame, as an unweighted detector hears it."""
    measures = strip.measures
    response = strip.response()
    own = measures.band_ll if measures.is_mono else measures.band_ll + measures.band_rr
    before = own.sum(axis=1, dtype=np.float64)
    after = (own @ response.astype(np.float32)).astype(np.float64)
    usual = after.sum() / before.sum() if before.sum() > 0.0 else 1.0
    return np.where(before > 0.0, after / np.where(before > 0.0, before, 1.0), usual)


def peak_bound(desk: Desk) -> np.ndarray:
    """Return (M,) per millisecond the sum of all strips' peaks at their faders, as amplitude."""
    length = max((len(s.measures.level_peak) for s in desk.strips), default=0)
    bound = np.zeros(length, dtype=np.float32)
    for strip in desk.sounding:
        gain = 10.0 ** ((strip.trim_db + strip.fader_db) / 20.0) * math.sqrt(strip.mean_gain(strip.insert_power))
        peak = strip.measures.level_peak
        if strip.ride_power is not None:
            ride = np.repeat(np.sqrt(strip.ride_power), _MS_PER_FRAME)[: len(peak)].astype(np.float32)
            peak = peak[: len(ride)] * ride
        bound[: len(peak)] += peak * np.float32(gain * strip.path_linear)
    return bound


def peak_db(desk: Desk, window: Window) -> float:
    """Return the sum of all tracks' peaks in a window, which no mix can exceed, at the master, in dB."""
    bound = peak_bound(desk)
    steps = slice(
        round(window.start_seconds / ENVELOPE_STEP_SECONDS), round(window.end_seconds / ENVELOPE_STEP_SECONDS)
    )
    inside = float(bound[steps].max(initial=0.0)) * desk.session.master.volume_linear
    return 20.0 * math.log10(inside) if inside > 0.0 else -math.inf
