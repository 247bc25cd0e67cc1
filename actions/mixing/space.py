"""Space: two reverbs and one tempo delay on return tracks, sends solved so that each return is as loud as its
role wants and all returns together stay where listeners like them.

A return of the engineer's own is recognised and used instead of a new one.
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from actions.mixing.acoustics import delay_of, density_factor, filters_of, reverb_of
from actions.mixing.curves import BANDS, K_POWER, Curve
from actions.mixing.desk import Desk, Strip
from analysis.prediction import delay_return_power, power_response, reverb_return_power
from reaper_bridge.session.change import PlacedEffect
from reaper_bridge.session.effects import Effect, ForeignEffect, ReaDelay, ReaEq, ReaVerbate
from reaper_bridge.session.identity import FxId, TrackId, guid_from_words
from reaper_bridge.session.model import Session, Track

RETURN_KINDS = ("room", "plate", "delay")
MOST_RETURN_EFFECTS: Final = 3
OUR_RETURNS: Final = {TrackId(guid_from_words("first pass return", kind)): kind for kind in RETURN_KINDS}
DEFAULT_TEMPO_BPM = 120.0
NOTHING: Final[Mapping[str, float]] = {}
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
    channel_count: int = 2


def return_fx_id(kind: str, index: int) -> FxId:
    """Return the GUID of one of our plug-ins on a return."""
    return FxId(guid_from_words("first pass return", kind, str(index)))


def returns_for(
    desk: Desk, tempo_bpm: float | None, free_tracks: Collection[TrackId] | None = None
) -> dict[str, Return]:
    """Return the returns this session would use, by kind.

    Those of ours that stand and are not among the ``free_tracks`` (None: all are) keep their sound.
    """
    found: dict[str, Return] = {}
    for kind in RETURN_KINDS:
        if kind == "delay" and tempo_bpm is None:
            continue
        track_id = TrackId(guid_from_words("first pass return", kind))
        own = _our_return(desk, kind, track_id, tempo_bpm)
        if own.exists and free_tracks is not None and track_id not in free_tracks:
            standing = desk.session.track(track_id)
            own = replace(own, effects=(), gain_power=_known_gain(standing, tempo_bpm or DEFAULT_TEMPO_BPM))
        taken = {track_id, *(unit.track_id for unit in found.values())}
        engineers = _engineers_return(desk.session, kind, taken)
        found[kind] = engineers if engineers is not None and not own.exists else own
    return found


def _our_return(desk: Desk, kind: str, track_id: TrackId, tempo_bpm: float | None) -> Return:
    space = desk.taste.space
    exists = desk.session.has_track(track_id)
    if kind == "delay":
        echo = delay_of(space.delay, tempo_bpm or DEFAULT_TEMPO_BPM)
        gain = delay_return_power(echo, BANDS, tempo_bpm or DEFAULT_TEMPO_BPM)
        return Return(kind, track_id, space.delay.name, exists, (PlacedEffect(echo, space.delay.name),), gain)
    settings = space.room if kind == "room" else space.plate
    filters, reverb = filters_of(settings), reverb_of(settings, space, tempo_bpm, density_factor(desk))
    gain = np.asarray(power_response(filters, BANDS) * reverb_return_power(reverb, BANDS), dtype=np.float64)
    placed = (PlacedEffect(filters, settings.name, 0), PlacedEffect(reverb, settings.name, 1))
    return Return(kind, track_id, settings.name, exists, placed, gain)


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


def _known_gain(track: Track, tempo_bpm: float = DEFAULT_TEMPO_BPM) -> Curve:
    """Return the power gain of a return as it stands, as far as its plug-ins are understood."""
    gain: Curve = np.full(len(BANDS), track.volume_linear**2)
    for slot in track.fx:
        if not slot.sounds:
            continue
        if isinstance(slot.effect, ReaEq):
            gain = gain * power_response(slot.effect, BANDS)
        elif isinstance(slot.effect, ReaVerbate):
            gain = gain * reverb_return_power(slot.effect, BANDS)
        elif isinstance(slot.effect, ReaDelay):
            gain = gain * delay_return_power(slot.effect, BANDS, tempo_bpm)
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
            if kind != "delay" and has_reverb_of_its_own(strip):
                continue
            level = wanted + desk.taste.space.send_amount_db - return_gain_db(strip, unit)
            strip.sends_db[kind] = level - correction_db.get(kind, 0.0)
    _within_total(desk, returns, correction_db)
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


def total_to_mix_db(desk: Desk, returns: Mapping[str, Return], correction_db: Mapping[str, float] = NOTHING) -> float:
    """Return the loudness of all reverbs together against the mix, the engineer's own among them.

    It is predicted; ``correction_db`` is what a rendering found a return to be louder than that.
    """
    wet = existing_reverb_power(desk, returns)
    for strip in desk.sounding:
        power = float((desk.k_frames(strip) * strip.fader_power).sum())
        for kind, level in strip.sends_db.items():
            if kind != "delay":
                heard_db = level + return_gain_db(strip, returns[kind]) + correction_db.get(kind, 0.0)
                wet += power * 10.0 ** (heard_db / 10.0)
    mix = float(desk.mix_frames().sum())
    return 10.0 * math.log10(wet / mix) if wet > 0.0 and mix > 0.0 else -math.inf


def existing_reverb_power(desk: Desk, returns: Mapping[str, Return]) -> float:
    """Return the K-weighted power of what sends that are not ours put into reverbs that we understand."""
    rooms = {track.id: _known_gain(track) for track in desk.session.tracks if _is_known_reverb(track)}
    wet = 0.0
    for strip in desk.sounding:
        ours = {returns[kind].track_id for kind in strip.sends_db}
        for send in strip.track.sends:
            if send.destination not in rooms or send.destination in ours or send.muted or not send.carries_audio:
                continue
            ll, rr, _ = strip.band_power()
            heard = float((K_POWER * (ll + rr)).sum())
            if heard <= 0.0:
                continue
            ratio = float((K_POWER * (ll + rr) * rooms[send.destination]).sum()) / (heard * strip.path_linear**2)
            fader = strip.fader_power if send.mode == "post_fader" else 1.0
            wet += float(desk.k_frames(strip).sum()) * ratio * fader * send.level_linear**2
    return wet


def _is_known_reverb(track: Track) -> bool:
    return not track.muted and any(slot.sounds and isinstance(slot.effect, ReaVerbate) for slot in track.fx)


def has_reverb_of_its_own(strip: Strip) -> bool:
    """Tell whether a reverb stands in a track's own chain, understood or known by its name."""
    return any(_is_reverb(effect) for effect in strip.existing)


def _is_reverb(effect: Effect) -> bool:
    if isinstance(effect, ForeignEffect):
        name = effect.plugin.casefold()
        return any(word in name for kind in ("room", "plate") for word in _EXISTING_WORDS[kind])
    return isinstance(effect, ReaVerbate)


def _within_total(desk: Desk, returns: Mapping[str, Return], correction_db: Mapping[str, float]) -> None:
    """Move all reverb sends by one amount until their sum is as loud as listeners like it; a dry taste stays dry."""
    space = desk.taste.space
    wanted = space.total_to_mix_db + min(space.send_amount_db, 0.0)
    excess = total_to_mix_db(desk, returns, correction_db) - wanted
    if abs(excess) <= space.reverb_tolerance_db or not math.isfinite(excess):
        return
    move = min(-excess, space.largest_raise_db)
    for strip in desk.sounding:
        strip.sends_db = {kind: level if kind == "delay" else level + move for kind, level in strip.sends_db.items()}
