"""A change in plain words with natural units: ``Fader −6.0 → −2.3 dB``, ``Pan centre → 35 % left``.

One function per kind of address, listed in the table at the end.
"""

from collections.abc import Callable, Iterable
from typing import Final

from actions.report.effect_words import (
    db,
    effect_title,
    effect_words,
    is_trim,
    number,
    percent,
    trim_gain_db,
)
from actions.verdicts import Verdict
from reaper_bridge.session.address import Address, Kind
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.change import Change, NewTrack, PlacedEffect, SendLevel, Value, same_settings
from reaper_bridge.session.identity import MASTER, TrackId
from reaper_bridge.session.model import Session
from reaper_bridge.session.units import db_from_linear
from reaper_bridge.session.values import read_value

CENTRE_WITHIN_RATIO: Final = 0.005
_LANES: Final = {
    "volume": "Volume",
    "trim_volume": "Trim volume",
    "pre_fx_volume": "Volume before the plug-ins",
    "pan": "Pan",
    "pre_fx_pan": "Pan before the plug-ins",
    "width": "Width",
    "pre_fx_width": "Width before the plug-ins",
    "mute": "Mute",
}
_SEND_MODES: Final = {
    "post_fader": "",
    "pre_fader": ", taken before the fader",
    "pre_fx": ", taken before the plug-ins",
}
TrackName = Callable[[TrackId], str]


def change_headline(change: Change, session: Session, plan: Iterable[Change] = ()) -> str:
    """Return one change in plain words.

    ``session`` gives the names of other tracks; tracks that are not in it yet are named from ``plan``.
    """

    def name(track_id: TrackId) -> str:
        return track_name(track_id, session, plan)

    return _HEADLINES[change.address.kind](change, name)


def track_name(track_id: TrackId, session: Session, plan: Iterable[Change] = ()) -> str:
    """Return what people call a track: its name, ``Track 3`` where it has none, or ``Master``."""
    if track_id == MASTER:
        return "Master"
    if session.has_track(track_id):
        track = session.track(track_id)
        return track.name.strip() or f"Track {track.index + 1}"
    for change in plan:
        if change.address.track_id == track_id and change.address.kind == "track":
            value = change.after if change.after is not None else change.before
            if isinstance(value, NewTrack) and value.name.strip():
                return value.name.strip()
    return "a new track"


def address_words(address: Address, session: Session, plan: Iterable[Change] = ()) -> str:
    """Return what an address names: ``the fader of Vox``, ``the send of Vox to First Pass Plate``."""
    of = f"of {track_name(address.track_id, session, plan)}"
    if address.kind == "track":
        return f"the track {track_name(address.track_id, session, plan)}"
    if address.kind == "send":
        return f"the send {of} to {track_name(TrackId(address.key), session, plan)}"
    if address.kind == "side_chain":
        return f"the side-chain send {of} to {track_name(TrackId(address.key), session, plan)}"
    if address.kind == "main_send":
        return f"the master or folder send {of}"
    if address.kind == "channels":
        return f"the channel count {of}"
    if address.kind == "envelope":
        return f"the {_lane(address.key).casefold()} automation {of}"
    if address.kind == "fx":
        placed = read_value(session, address)
        return f"the {effect_title(placed.effect)} {of}" if isinstance(placed, PlacedEffect) else f"a plug-in {of}"
    return f"the {address.kind.replace('_', ' ')} {of}"


def pan_words(pan: float) -> str:
    """Return a pan of -1 to +1 as ``centre``, ``35 % left`` or ``100 % right``."""
    if abs(pan) <= CENTRE_WITHIN_RATIO:
        return "centre"
    return f"{percent(abs(pan))} {'left' if pan < 0 else 'right'}"


def _fader(change: Change, _: TrackName) -> str:
    return f"Fader {_levels(_decibels(change.before), _decibels(change.after))}"


def _levels(before_db: float, after_db: float) -> str:
    """Return ``−6.0 → −2.3 dB``, with a second decimal where one would show no difference."""
    places = 1 if number(before_db) != number(after_db) else 2
    return f"{number(before_db, places)} → {db(after_db, places=places)}"


def _decibels(value: Value) -> float:
    return db_from_linear(_number(value))


def _number(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _pan(change: Change, _: TrackName) -> str:
    return f"Pan {pan_words(_number(change.before))} → {pan_words(_number(change.after))}"


def _width(change: Change, _: TrackName) -> str:
    return f"Width {number(100.0 * _number(change.before), 0)} → {percent(_number(change.after))}"


def _polarity(change: Change, _: TrackName) -> str:
    return "Polarity inverted" if change.after else "Polarity back to normal"


def _mute(change: Change, _: TrackName) -> str:
    return "Muted" if change.after else "Unmuted"


def _main_send(change: Change, _: TrackName) -> str:
    if change.after:
        return "Sounds in its folder or the master again"
    return "No longer sounds in its folder or the master, only through its sends"


def _channel_count(change: Change, _: TrackName) -> str:
    return f"{_number(change.before):.0f} → {_number(change.after):.0f} channels"


def _play_offset(change: Change, _: TrackName) -> str:
    moved_ms = 1000.0 * (_number(change.after) - _number(change.before))
    return f"Plays {number(abs(moved_ms), 2)} ms {'later' if moved_ms >= 0 else 'earlier'}"


def _track(change: Change, name: TrackName) -> str:
    kind = "return track" if change.stage == "space" else "track"
    if isinstance(change.after, NewTrack):
        return f"New {kind} {change.after.name.strip() or '(no name)'}"
    gone = change.before.name.strip() if isinstance(change.before, NewTrack) else name(change.address.track_id)
    return f"{kind.capitalize()} {gone or '(no name)'} removed"


def _fx(change: Change, _: TrackName) -> str:
    before, after = change.before, change.after
    if not isinstance(after, PlacedEffect):
        return f"{effect_title(before.effect)} removed" if isinstance(before, PlacedEffect) else "Plug-in removed"
    if isinstance(before, PlacedEffect):
        return _fx_changed(before, after)
    return effect_words(after.effect) + ("" if after.enabled else ", switched off")


def _fx_changed(before: PlacedEffect, after: PlacedEffect) -> str:
    if before.enabled != after.enabled and same_settings(before.effect, after.effect):
        return f"{effect_title(after.effect)} switched {'on' if after.enabled else 'off'}"
    if is_trim(before.effect) and is_trim(after.effect):
        old, new = trim_gain_db(before.effect), trim_gain_db(after.effect)
        return f"Trim {number(old, signed=True)} → {db(new, signed=True)} before the plug-ins"
    return f"{effect_words(after.effect)} (set anew)"


def _send(change: Change, name: TrackName) -> str:
    after = change.after
    text = _send_level(change, f"Send to {name(TrackId(change.address.key))}")
    if not isinstance(after, SendLevel) or after.muted:
        return text
    return text + _channels(after.destination_channel_index)


def _side_chain(change: Change, name: TrackName) -> str:
    return _send_level(change, f"Side-chain send to {name(TrackId(change.address.key))}")


def _send_level(change: Change, where: str) -> str:
    after = change.after
    if not isinstance(after, SendLevel):
        return f"{where} removed"
    if after.muted:
        return f"{where} muted"
    level = db_from_linear(after.level_linear)
    if isinstance(change.before, SendLevel) and not change.before.muted:
        text = f"{where} {_levels(db_from_linear(change.before.level_linear), level)}"
    else:
        text = f"{where} at {db(level)}"
    if abs(after.pan) > CENTRE_WITHIN_RATIO:
        text += f", {pan_words(after.pan)}"
    return text + _SEND_MODES[after.mode]


def _channels(first_index: int) -> str:
    return f", into channels {first_index + 1}/{first_index + 2}" if first_index else ""


def _envelope(change: Change, _: TrackName) -> str:
    lane = _lane(change.address.key)
    points = change.after
    if not isinstance(points, tuple) or not points:
        return f"{lane} automation removed"
    count = f"{len(points)} point{'' if len(points) == 1 else 's'}"
    return f"{lane} automation: {count}, {_span(change.address.key, points)}"


def _lane(key: str) -> str:
    return _LANES.get(key, key.replace("_", " ").capitalize())


def _span(lane: str, points: tuple[CurvePoint, ...]) -> str:
    """Return between what a lane moves. Pan lanes are in REAPER's envelope sense: +1 is left."""
    low, high = min(p.value for p in points), max(p.value for p in points)
    if lane.endswith("volume"):
        texts = number(db_from_linear(low), signed=True), db(db_from_linear(high), signed=True)
        return f"{texts[0]} to {texts[1]}"
    if lane.endswith("pan"):
        return f"{pan_words(-high)} to {pan_words(-low)}"
    if lane.endswith("width"):
        return f"{percent(low)} to {percent(high)}"
    return f"{number(low, 2)} to {number(high, 2)}"


_HEADLINES: Final[dict[Kind, Callable[[Change, TrackName], str]]] = {
    "track": _track,
    "fader": _fader,
    "pan": _pan,
    "width": _width,
    "polarity": _polarity,
    "mute": _mute,
    "fx": _fx,
    "send": _send,
    "side_chain": _side_chain,
    "main_send": _main_send,
    "channels": _channel_count,
    "envelope": _envelope,
    "play_offset": _play_offset,
}


def verdict_words(verdict: Verdict) -> str:
    """Return what was predicted of a change and what was rendered."""
    predicted, measured = (number(value) for value in (verdict.predicted, verdict.measured))
    return f"{verdict.measure}: {predicted} {verdict.unit} predicted, {measured} {verdict.unit} rendered"
