"""Write a plan into a project's tree: only the tokens and lines it names, everything else keeps its bytes.

One writer per kind of address stands in the table at the end. Each edits the document in place; the caller
works on a copy, so that a plan is written whole or not at all.
"""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, TypeAlias

from reaper_bridge.rpp.chains import write_effect
from reaper_bridge.rpp.editing import PROJECT_ORDER, TRACK_ORDER, set_number, set_token
from reaper_bridge.rpp.lanes import write_lane
from reaper_bridge.rpp.routing import add_track, remove_track, write_send
from reaper_bridge.rpp.structure import track_blocks
from reaper_bridge.rpp.syntax import Block, Document
from reaper_bridge.session.address import Kind
from reaper_bridge.session.change import Change, MixPlan, NewTrack, PlacedEffect, SendLevel, Value
from reaper_bridge.session.errors import PlanError
from reaper_bridge.session.identity import MASTER, TrackId
from reaper_bridge.session.values import writing_order


class Knob(NamedTuple):
    """Where a value stands: the line, the token, and the line as REAPER would write it fresh."""

    line: str
    token_index: int
    fresh: str


TRACK_KNOBS: Final[dict[Kind, Knob]] = {
    "fader": Knob("VOLPAN", 1, "VOLPAN 1 0 -1 -1 1"),
    "pan": Knob("VOLPAN", 2, "VOLPAN 1 0 -1 -1 1"),
    "width": Knob("WIDTH", 1, "WIDTH 1"),
    "polarity": Knob("IPHASE", 1, "IPHASE 0"),
    "mute": Knob("MUTESOLO", 1, "MUTESOLO 0 0 0"),
    "play_offset": Knob("PLAYOFFS", 1, "PLAYOFFS 0 1"),
    "main_send": Knob("MAINSEND", 1, "MAINSEND 1 0"),
    "channels": Knob("NCHAN", 1, "NCHAN 2"),
}
MASTER_KNOBS: Final[dict[Kind, Knob]] = {
    "fader": Knob("MASTER_VOLUME", 1, "MASTER_VOLUME 1 0 -1 -1 1"),
    "pan": Knob("MASTER_VOLUME", 2, "MASTER_VOLUME 1 0 -1 -1 1"),
    "width": Knob("MASTER_WIDTH", 1, "MASTER_WIDTH 1"),
    "mute": Knob("MASTERMUTESOLO", 1, "MASTERMUTESOLO 0"),
}

_SWITCHES: Final = frozenset({"polarity", "mute", "main_send"})
_NO_NUMBERS: Final = _SWITCHES | {"channels"}
_Tracks: TypeAlias = Mapping[TrackId, Block]


def write_plan(document: Document, plan: MixPlan) -> None:
    """Write every change of a plan into a document, in place.

    Raises:
        PlanError: The project has no such track, or the value cannot stand there.
    """
    project = document.project
    tracks = track_blocks(project)
    for change in sorted(plan.changes, key=writing_order):
        try:
            _WRITERS[change.address.kind](project, tracks, change)
        except ValueError as error:
            raise PlanError(f"{change.address} cannot be written: {error}.") from error
        if change.address.kind == "track":
            tracks = track_blocks(project)


def _write_knob(project: Block, tracks: _Tracks, change: Change) -> None:
    track_id, kind = change.address.track_id, change.address.kind
    knob = (MASTER_KNOBS if track_id == MASTER else TRACK_KNOBS).get(kind)
    if knob is None:
        raise PlanError(f"{change.address} cannot be written: the master has no {kind.replace('_', ' ')}.")
    block = project if track_id == MASTER else _track(tracks, track_id)
    order = PROJECT_ORDER if track_id == MASTER else TRACK_ORDER
    value = change.after
    if isinstance(value, bool) and kind in _SWITCHES:
        set_token(block, knob.line, knob.token_index, _switch(block, knob, value), knob.fresh, order)
    elif isinstance(value, int) and not isinstance(value, bool) and kind == "channels":
        set_token(block, knob.line, knob.token_index, str(value), knob.fresh, order)
    elif isinstance(value, float | int) and not isinstance(value, bool) and kind not in _NO_NUMBERS:
        set_number(block, knob.line, knob.token_index, float(value), knob.fresh, order)
        if kind == "play_offset":
            # flag 1 switches the offset off, flag 2 counts it in samples
            set_token(block, knob.line, 2, "0" if value else "1", knob.fresh, order)
    else:
        raise _wrong(change)


def _switch(block: Block, knob: Knob, on: bool) -> str:
    """Return the token of a switch; the master's is a bit field with mute as its lowest bit."""
    if knob.line != "MASTERMUTESOLO":
        return str(int(on))
    line = block.find(knob.line)
    others = (line.integer(1) if line is not None else 0) & ~1
    return str(others | int(on))


def _write_track(project: Block, tracks: _Tracks, change: Change) -> None:
    track_id, value = change.address.track_id, change.after
    if value is None:
        remove_track(project, track_id)
    elif isinstance(value, NewTrack):
        if track_id != MASTER and track_id not in tracks:
            add_track(project, track_id, value)
    else:
        raise _wrong(change)


def _write_effect(project: Block, tracks: _Tracks, change: Change) -> None:
    after, before = change.after, change.before
    if not isinstance(after, PlacedEffect | None) or not isinstance(before, PlacedEffect | None):
        raise _wrong(change)
    track_id = change.address.track_id
    track = None if track_id == MASTER else _track(tracks, track_id)
    write_effect(project, track, change.address.key, before, after)


def _write_send(project: Block, tracks: _Tracks, change: Change) -> None:
    if not isinstance(change.after, SendLevel | None):
        raise _wrong(change)
    source, destination = change.address.track_id, TrackId(change.address.key)
    side_chain = change.address.kind == "side_chain"
    write_send(project, tracks, source, destination, change.after, side_chain=side_chain)


def _write_envelope(project: Block, tracks: _Tracks, change: Change) -> None:
    if not isinstance(change.after, tuple):
        raise _wrong(change)
    track_id = change.address.track_id
    track = None if track_id == MASTER else _track(tracks, track_id)
    write_lane(project, track, change.address.key, change.after)


def _track(tracks: _Tracks, track_id: TrackId) -> Block:
    block = tracks.get(track_id)
    if block is None:
        raise PlanError(f"The project has no track {track_id}; make the plan again from the project as it is.")
    return block


def _wrong(change: Change) -> PlanError:
    value: Value = change.after
    return PlanError(f"{change.address} does not take the value {value!r}.")


_WRITERS: Final[dict[Kind, Callable[[Block, _Tracks, Change], None]]] = {
    "track": _write_track,
    "fader": _write_knob,
    "pan": _write_knob,
    "width": _write_knob,
    "polarity": _write_knob,
    "mute": _write_knob,
    "play_offset": _write_knob,
    "main_send": _write_knob,
    "channels": _write_knob,
    "fx": _write_effect,
    "send": _write_send,
    "side_chain": _write_send,
    "envelope": _write_envelope,
}
