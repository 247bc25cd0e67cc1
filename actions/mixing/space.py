"""Space: two reverbs and one tempo delay on return tracks, sends solved so that each return is as loud as its
role wants and all returns together stay where listeners like them.

A return of the engineer's own is recognised and used instead of a new one.
"""

import math
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from actions.mixing.curves import BANDS, K_POWER, Curve
from actions.mixing.desk import Desk, Strip
from actions.mixing.taste import Delay, Reverb
from actions.mixing.tone import HIGH_PASS_OCTAVES
from analysis.prediction import delay_return_power, power_response, reverb_return_power
from reaper_bridge.session.change import PlacedEffect
from reaper_bridge.session.effects import DelayTap, EqBand, ReaDelay, ReaEq, ReaVerbate
from reaper_bridge.session.identity import TrackId, guid_from_words
from reaper_bridge.session.model import Session, Track

RETURN_KINDS = ("room", "plate", "delay")
DEFAULT_TEMPO_BPM = 120.0
_EXISTING_WORDS = {
    "room": ("room verb", "room rev", "rm verb", "short verb", "ambience", "drum verb", "room"),
    "plate": ("plate", "hall", "reverb", "verb", "vocal verb", "vox verb", "long verb", "rev"),
    "delay": ("delay", "echo", "dly", "slap"),
}


@dataclass(frozen=True)
class Return:
    """A return track: one of ours to be made, or one that is there."""

    kind: str
    track_id: TrackId
    name: str
    exists: bool
    effects: tuple[PlacedEffect, ...] = ()
    gain_power: Curve = field(default_factory=lambda: np.ones(len(BANDS)))
    is_engineers: bool = False


def returns_for(desk: Desk, tempo_bpm: float | None) -> dict[str, Return]:
    """Return the returns this session would use, by kind."""
    found: dict[str, Return] = {}
    for kind in RETURN_KINDS:
        if kind == "delay" and tempo_bpm is None:
            continue
        track_id = TrackId(guid_from_words("first pass return", kind))
        own = _our_return(desk, kind, track_id, tempo_bpm)
        taken = {track_id, *(unit.track_id for unit in found.values())}
        engineers = _engineers_return(desk.session, kind, taken)
        found[kind] = engineers if engineers is not None and not own.exists else own
    return found


def _our_return(desk: Desk, kind: str, track_id: TrackId, tempo_bpm: float | None) -> Return:
    space = desk.taste.space
    exists = desk.session.has_track(track_id)
    if kind == "delay":
        delay = _delay(space.delay)
        gain = delay_return_power(delay, BANDS, tempo_bpm or DEFAULT_TEMPO_BPM)
        return Return(kind, track_id, space.delay.name, exists, (PlacedEffect(delay, space.delay.name),), gain)
    settings = space.room if kind == "room" else space.plate
    filters, reverb = _filters(settings), _reverb(settings)
    gain = np.asarray(power_response(filters, BANDS) * reverb_return_power(reverb, BANDS), dtype=np.float64)
    placed = (PlacedEffect(filters, settings.name, 0), PlacedEffect(reverb, settings.name, 1))
    return Return(kind, track_id, settings.name, exists, placed, gain)


def _delay(settings: Delay) -> ReaDelay:
    tap = DelayTap(
        length_beats=settings.beats,
        feedback_db=settings.feedback_db,
        low_pass_hz=settings.low_pass_hz,
        high_pass_hz=settings.high_pass_hz,
    )
    return ReaDelay((tap,))


def _filters(settings: Reverb) -> ReaEq:
    high_pass = EqBand("high_pass", settings.high_pass_hz, 0.0, HIGH_PASS_OCTAVES)
    return ReaEq((high_pass, EqBand("low_pass", settings.low_pass_hz, 0.0, HIGH_PASS_OCTAVES)))


def _reverb(settings: Reverb) -> ReaVerbate:
    return ReaVerbate(
        room_size_ratio=settings.room_size_ratio,
        dampening_ratio=settings.dampening_ratio,
        width_ratio=settings.width_ratio,
        pre_delay_ms=settings.pre_delay_ms,
    )


def _engineers_return(session: Session, kind: str, taken: Collection[TrackId]) -> Return | None:
    """Return a track of the engineer's that receives sends or plays a reverb, and is named for this kind.

    Of several the one that most tracks send to.
    """
    receiving = Counter(send.destination for track in session.tracks for send in track.sends)
    for track in sorted(session.tracks, key=lambda track: (-receiving[track.id], track.id)):
        if track.id in taken or track.item_count or track.is_folder or track.muted:
            continue
        wet = [s for s in track.fx if s.sounds and isinstance(s.effect, ReaVerbate | ReaDelay)]
        foreign_wet = [s for s in track.fx if s.sounds and s.is_foreign and _sounds_wet(s.plugin)]
        if not (wet or foreign_wet or (track.id in receiving and track.fx)):
            continue
        words = f"{track.name} {' '.join(slot.plugin for slot in track.fx)}".casefold()
        if any(word in words for word in _EXISTING_WORDS[kind]) and not _is_other_kind(kind, words):
            return Return(kind, track.id, track.name, True, (), _known_gain(track), True)
    return None


def _is_other_kind(kind: str, words: str) -> bool:
    is_delay = any(word in words for word in _EXISTING_WORDS["delay"])
    return is_delay != (kind == "delay")


def _sounds_wet(plugin: str) -> bool:
    name = plugin.casefold()
    return any(word in name for words in _EXISTING_WORDS.values() for word in words)


def _known_gain(track: Track) -> Curve:
    """Return the power gain of the engineer's return, as far as its plug-ins are understood."""
    gain: Curve = np.full(len(BANDS), track.volume_linear**2)
    for slot in track.fx:
        if not slot.sounds:
            continue
        if isinstance(slot.effect, ReaEq):
            gain = gain * power_response(slot.effect, BANDS)
        elif isinstance(slot.effect, ReaVerbate):
            gain = gain * reverb_return_power(slot.effect, BANDS)
        elif isinstance(slot.effect, ReaDelay):
            gain = gain * delay_return_power(slot.effect, BANDS, DEFAULT_TEMPO_BPM)
    return gain


def place_sends(desk: Desk, returns: dict[str, Return], correction_db: dict[str, float]) -> None:
    """Set the send levels of every strip whose sends are free.

    ``correction_db`` is what a rendering found a return to be louder than predicted. Strips that keep the sends an
    earlier pass gave them have their part in the total.
    """
    for strip in desk.sounding:
        if strip.role.role == "unknown":
            continue
        strip.sends_db = {}
        for kind, unit in returns.items():
            wanted = getattr(strip.row, kind)
            if wanted is None or not _may_feed(strip, unit):
                continue
            level = wanted + desk.taste.space.send_amount_db - return_gain_db(strip, unit)
            strip.sends_db[kind] = level - correction_db.get(kind, 0.0)
    _within_total(desk, returns)
    for strip in desk.sounding:
        quietest = desk.taste.space.quietest_send_db
        strip.sends_db = {k: round(min(v, 6.0), 1) for k, v in strip.sends_db.items() if v > quietest}
        for kind in strip.sends_db:
            wet = strip.sends_db[kind] + correction_db.get(kind, 0.0) + return_gain_db(strip, returns[kind])
            strip.reasons[f"send {kind}"] = (
                f"its {kind} {wet:+.0f} LU against its own direct sound, "
                f"within a total of {desk.taste.space.total_to_mix_db:.0f} LU against the mix"
            )


def _may_feed(strip: Strip, unit: Return) -> bool:
    """Tell whether a strip's send to a return is ours to set, or was set by us and stays."""
    exists = any(send.destination == unit.track_id for send in strip.track.sends)
    return not exists if "send" in strip.free else exists and not unit.is_engineers


def return_gain_db(strip: Strip, unit: Return) -> float:
    """Return how much louder a return is than the strip feeding it at 0 dB, K-weighted, both at the master.

    The send does not pass through the folders that the strip's own sound passes through.
    """
    ll, rr, _ = strip.band_power()
    direct = float((K_POWER * (ll + rr)).sum()) * strip.path_linear**2
    wet = float((K_POWER * (ll + rr) * unit.gain_power).sum())
    return 10.0 * math.log10(wet / direct) if wet > 0.0 and direct > 0.0 else -60.0


def total_to_mix_db(desk: Desk, returns: dict[str, Return]) -> float:
    """Return the predicted loudness of all reverbs together against the mix."""
    wet = 0.0
    for strip in desk.sounding:
        power = float((desk.k_frames(strip) * strip.fader_power).sum())
        for kind, level in strip.sends_db.items():
            if kind != "delay":
                wet += power * 10.0 ** ((level + return_gain_db(strip, returns[kind])) / 10.0)
    mix = float(desk.mix_frames().sum())
    return 10.0 * math.log10(wet / mix) if wet > 0.0 and mix > 0.0 else -math.inf


def _within_total(desk: Desk, returns: dict[str, Return]) -> None:
    """Scale all reverb sends down when their sum would be too wet."""
    excess = total_to_mix_db(desk, returns) - desk.taste.space.total_to_mix_db
    if excess <= desk.taste.space.reverb_tolerance_db:
        return
    for strip in desk.sounding:
        strip.sends_db = {kind: level if kind == "delay" else level - excess for kind, level in strip.sends_db.items()}
