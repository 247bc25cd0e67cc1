"""What a side-chained compressor of ours hears, and what it does to its track.

The key is tapped before its plug-ins (a pre-FX send): there its level is what was measured, whatever its trim, gate,
compressor and fader do now or later. Where a track was heard through plug-ins of the engineer's, that point was not
heard, and the send is taken after them, before the fader.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from actions.mixing.desk import Desk, Frames, Strip
from actions.mixing.detection import MS_PER_FRAME, active_steps, frame_mean, level_before, power_gain, steps_of
from actions.mixing.strip import Insert
from analysis.curves import curve_values
from analysis.measures import ENVELOPE_STEP_SECONDS
from analysis.prediction import gain_reduction_db
from analysis.rendering.pan import law_gains
from reaper_bridge.session.change import SendLevel
from reaper_bridge.session.effects import ReaComp
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import Send, SendMode, Session

TINY_LEVEL = np.float32(1e-20)
_SOUNDS_RATIO = 0.01
"""A key sounds in frames within 20 dB of its loud ones."""
_LOUD_QUANTILE = 0.95


@dataclass(frozen=True, eq=False)
class Ducked:
    """What a ducker does: mean gain reduction in dB while both play, and power gain (F,) per frame of its track."""

    reduction_db: float
    frame_gain: Frames


def send_mode(key: Strip, is_heard_through_fx: bool) -> SendMode:
    """Return where a key is picked up."""
    return "pre_fader" if is_heard_through_fx and key.existing else "pre_fx"


def key_level(session: Session, key: Strip, send: SendLevel | Send) -> Frames:
    """Return (M,) the power that arrives on channels 3/4 from a key, mean of both, per millisecond.

    A send at the centre loses what the project's pan law takes there.
    """
    centre = float(law_gains(send.pan, session.pan_law_linear, session.pan_taper).max())
    level = key.measures.level_power.astype(np.float64) * (send.level_linear * centre) ** 2
    lane = key.track.envelope("pre_fx_volume")
    if lane is not None:
        times = (np.arange(len(level)) + 0.5) * ENVELOPE_STEP_SECONDS
        level = level * curve_values(lane.points, times) ** 2
    if send.mode == "pre_fx":
        return level
    level = level * (level_before(key, "duck") / np.maximum(key.measures.level_power, TINY_LEVEL))
    if send.mode == "post_fader":
        level = level * key.fader_power
        if key.moving_power is not None:
            level = level * steps_of(key.moving_power, len(level))
    return np.asarray(level, dtype=np.float64)


def ducked(strip: Strip, effect: ReaComp, level: Frames) -> Ducked:
    """Return what a ducker does to a track when its key has this level (M,)."""
    own = strip.measures.level_power.astype(np.float64)
    heard = np.zeros(max(len(own), len(level)))
    heard[: len(level)] = level
    reduction = gain_reduction_db(effect, heard)
    frame_gain = frame_mean(own, power_gain(-reduction[: len(own)]))
    both = both_sound(level, strip)
    mean_db = float(reduction[: len(both)][both].mean()) if both.any() else 0.0
    return Ducked(mean_db, frame_gain * 10.0 ** (effect.wet_db / 10.0))


def both_sound(level: Frames, strip: Strip) -> npt.NDArray[np.bool_]:
    """Return (M,) whether a key with this level sounds and the ducked track plays, per millisecond."""
    missing = -len(level) % MS_PER_FRAME
    frames = np.pad(level, (0, missing)).reshape(-1, MS_PER_FRAME).mean(axis=1)
    heard = frames[frames > 0.0]
    loud = float(np.quantile(heard, _LOUD_QUANTILE)) if len(heard) else np.inf
    both = np.repeat(frames > loud * _SOUNDS_RATIO, MS_PER_FRAME)[: len(level)]
    plays = active_steps(strip)[: len(both)]
    both[: len(plays)] &= plays
    both[len(plays) :] = False
    return both


def adopt_ducker(
    strip: Strip, effect: ReaComp, keys: Mapping[TrackId, Frames], memory: dict[Hashable, object]
) -> Insert:
    """Return a ducker that stands on a track already; ``keys`` are the levels of what arrives on its channels 3/4."""
    if not keys:
        return Insert(effect)
    facts = tuple(sorted((key, float(level.sum())) for key, level in keys.items()))
    name = ("adopted ducker", id(strip.measures), effect, facts)
    known = memory.get(name)
    if not isinstance(known, Ducked):
        level = np.zeros(max(len(each) for each in keys.values()))
        for each in keys.values():
            level[: len(each)] += each
        known = ducked(strip, effect, level)
        memory[name] = known
    return Insert(effect, known.frame_gain, reduction_db=known.reduction_db, key=min(keys))


def adopt_duckers(desk: Desk, session: Session) -> None:
    """Predict the duckers that stand on a desk, from the sends that arrive there in a session."""
    strips = {strip.id: strip for strip in desk.strips}
    for strip in desk.strips:
        insert = strip.inserts.get("duck")
        if insert is None or not isinstance(insert.effect, ReaComp) or not insert.effect.side_chain:
            continue
        keys = {
            track.id: key_level(desk.session, strips[track.id], send)
            for track in session.tracks
            for send in track.sends
            if send.destination == strip.id and send.is_side_chain and is_heard(send)
            if track.id in strips and not track.muted
        }
        strip.inserts["duck"] = adopt_ducker(strip, insert.effect, keys, desk.memory)


def is_heard(send: Send) -> bool:
    """Tell whether anything comes out of a send."""
    return send.carries_audio and not send.muted and send.level_linear > 0.0
