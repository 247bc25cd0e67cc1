"""Make of a plan what REAPER is to do: flat steps with everything reckoned, and what must stand there before.

Pure: REAPER is not touched. ``inside.doing`` carries the steps out, in one go; its docstring lists them. Values are
REAPER's own: amplitudes, -1 left to +1 right, seconds; lanes of volume are scaled to the fader inside.
"""

from collections.abc import Callable, Mapping
from typing import Final

from reaper_bridge.live.calibration import CalibrationCache
from reaper_bridge.live.effect_steps import write_effect
from reaper_bridge.live.knobs import Facts
from reaper_bridge.live.reading import Picture, track_ids
from reaper_bridge.live.steps import Place, Steps, wrong
from reaper_bridge.session.address import Kind
from reaper_bridge.session.change import Change, MixPlan, NewTrack, SendLevel
from reaper_bridge.session.codes import LANES, channel_index
from reaper_bridge.session.errors import PlanError
from reaper_bridge.session.identity import MASTER, FxId, TrackId
from reaper_bridge.session.model import SIDE_CHAIN_INDEX, EnvelopeKind, SendMode
from reaper_bridge.session.values import writing_order

VALUE_KEYS: Final[dict[Kind, str]] = {
    "fader": "D_VOL",
    "pan": "D_PAN",
    "width": "D_WIDTH",
    "polarity": "B_PHASE",
    "mute": "B_MUTE",
    "play_offset": "D_PLAY_OFFSET",
    "main_send": "B_MAINSEND",
    "channels": "I_NCHAN",
}
MASTER_KINDS: Final = frozenset({"fader", "pan", "width", "mute", "fx", "envelope"})
_SWITCHES: Final = frozenset({"polarity", "mute", "main_send"})
_OFFSET_OFF: Final = 1
LANE_ACTIONS: Final[dict[EnvelopeKind, int]] = {
    "pre_fx_volume": 40408,
    "volume": 40406,
    "trim_volume": 42020,
    "pre_fx_pan": 40409,
    "pan": 40407,
    "mute": 40867,
}
"""The action that shows a lane of the selected tracks, which creates it; we know none for width."""
SEND_MODES: Final[dict[SendMode, int]] = {"post_fader": 0, "pre_fx": 1, "pre_fader": 3}
_SAME_MODES: Final[dict[SendMode, frozenset[int]]] = {
    "post_fader": frozenset({0}),
    "pre_fx": frozenset({1, 8}),
    "pre_fader": frozenset({2, 3}),
}
_CHANNEL_BITS: Final = 0x3FF


def steps_of(plan: MixPlan, picture: Picture, names: Mapping[FxId, FxId], cache: CalibrationCache) -> Steps:
    """Return what to do for a plan that fits the picture; ``names`` are the planned ids of plug-ins to real ones.

    Raises:
        PlanError: A value cannot stand there, or REAPER has no way to put it there.
    """
    tracks: dict[TrackId, Facts] = dict(zip(track_ids(picture.facts), picture.facts["tracks"], strict=True))
    tracks[MASTER] = picture.facts["master"]
    added = frozenset(c.address.track_id for c in plan if isinstance(c.after, NewTrack))
    version = reaper_version(picture.facts["project"].get("reaper_version", ""))
    place = Place(picture, tracks, added, names, cache, version)
    steps = Steps()
    for change in sorted(plan.changes, key=writing_order):
        if change.address.track_id == MASTER and change.address.kind not in MASTER_KINDS:
            raise PlanError(f"{change.address} cannot be written: the master has no {_words(change.address.kind)}.")
        _WRITERS[change.address.kind](steps, place, change)
    return steps


def reaper_version(text: str) -> tuple[int, int]:
    """Return the version in REAPER's own text, ``7.40/linux-x86_64``; the newest we know where it says none."""
    number = text.partition("/")[0].partition("+")[0]
    major, _, minor = number.partition(".")
    digits = "".join(c for c in minor[:2] if c.isdigit())
    return (int(major), int(digits or 0)) if major.isdigit() else (7, 0)


def _write_value(steps: Steps, place: Place, change: Change) -> None:
    track_id, kind, value = change.address.track_id, change.address.kind, change.after
    key = VALUE_KEYS[kind]
    if isinstance(value, bool) != (kind in _SWITCHES) or not isinstance(value, float | int):
        raise wrong(change)
    if kind == "channels" and not isinstance(value, int):
        raise wrong(change)
    facts = place.track(track_id)
    if key in facts:
        steps.expected.append(["value", track_id, key, facts[key]])
    steps.add("value", "value", track_id, key, float(value))
    if kind == "play_offset":
        # flag 1 switches the offset off, flag 2 would count it in samples
        steps.add("value", "value", track_id, "I_PLAY_OFFSET_FLAG", 0.0 if value else float(_OFFSET_OFF))


def _write_track(steps: Steps, place: Place, change: Change) -> None:
    track_id, value = change.address.track_id, change.after
    if value is None:
        place.track(track_id)
        steps.add("track", "drop_track", track_id)
    elif isinstance(value, NewTrack):
        if track_id not in place.tracks:
            steps.add("track", "track", track_id, value.name, value.channel_count)
    else:
        raise wrong(change)


def _write_send(steps: Steps, place: Place, change: Change) -> None:
    source, destination, level = change.address.track_id, TrackId(change.address.key), change.after
    if not isinstance(level, SendLevel | None):
        raise wrong(change)
    if destination == MASTER or (destination not in place.tracks and destination not in place.added):
        raise PlanError(f"There can be no send from {source} to {destination}: no track {destination}.")
    kind = change.address.kind
    sends = place.track(source).get("sends") or ()
    standing = next((send for send in sends if _is_to(send, destination, kind == "side_chain")), None)
    if standing is not None:
        values = {key: standing[key] for key in ("D_VOL", "D_PAN", "I_SENDMODE", "B_MUTE")}
        steps.expected.append([kind, source, destination, values])
    if level is None:
        if standing is not None:
            steps.add("send", f"drop_{kind}", source, destination)
        return
    steps.add("send", kind, source, destination, int(standing is None), send_values(level, standing))
    steps.add("value", "channels", destination, level.destination_channel_index + 2)


def _is_to(send: Facts, destination: TrackId, side_chain: bool) -> bool:
    is_side_chain = channel_index(int(send["I_DSTCHAN"])) == SIDE_CHAIN_INDEX
    return bool(send["guid"].upper() == destination) and is_side_chain == side_chain


def send_values(level: SendLevel, standing: Facts | None) -> dict[str, float]:
    """Return the values of a send to set; of one that stands there, those that differ."""
    wanted = {
        "D_VOL": level.level_linear,
        "D_PAN": level.pan,
        "I_SENDMODE": float(SEND_MODES[level.mode]),
        "B_MUTE": float(level.muted),
        "I_SRCCHAN": float(level.source_channel_index),
        "I_DSTCHAN": float(level.destination_channel_index),
    }
    if standing is None:
        return {**wanted, "B_MONO": 0.0, "B_PHASE": 0.0}
    if int(standing["I_SENDMODE"]) in _SAME_MODES[level.mode]:
        del wanted["I_SENDMODE"]
    for key in ("I_SRCCHAN", "I_DSTCHAN"):
        # the bits above say how many channels, they stay
        old = int(standing[key])
        wanted[key] = float(max(old, 0) & ~_CHANNEL_BITS | int(wanted[key]))
    return {key: value for key, value in wanted.items() if standing[key] != value}


def _write_envelope(steps: Steps, place: Place, change: Change) -> None:
    track_id, lane, points = change.address.track_id, change.address.key, change.after
    if not isinstance(points, tuple):
        raise wrong(change)
    known = {str(kind): (name, LANE_ACTIONS.get(kind, 0)) for kind, name in LANES.items()}
    if lane not in known or (track_id == MASTER and lane == "mute"):
        raise PlanError(f"“{lane}” is not a lane we write; known are {', '.join(known)}.")
    name, action = known[lane]
    lanes = {facts["name"].replace("<MASTER", "<"): facts for facts in place.track(track_id).get("envelopes") or ()}
    standing = lanes.get("<" + name)
    if standing is not None:
        steps.expected.append(["lane", track_id, name, [point[:2] for point in standing["points"]]])
    elif not points:
        return
    elif not action:
        raise PlanError(f"REAPER has no way to create a lane for {_words(lane)} from outside; show one first.")
    in_time = sorted(points, key=lambda point: point.time_seconds)
    plain = [[point.time_seconds, point.value, point.shape, point.tension] for point in in_time]
    steps.add("point", "lane", track_id, name, action, plain, count=10.0 + len(plain))


def _words(kind: str) -> str:
    return kind.replace("_", " ")


_WRITERS: Final[dict[Kind, Callable[[Steps, Place, Change], None]]] = {
    "track": _write_track,
    "fader": _write_value,
    "pan": _write_value,
    "width": _write_value,
    "polarity": _write_value,
    "mute": _write_value,
    "play_offset": _write_value,
    "main_send": _write_value,
    "channels": _write_value,
    "fx": write_effect,
    "send": _write_send,
    "side_chain": _write_send,
    "envelope": _write_envelope,
}
