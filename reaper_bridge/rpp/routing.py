"""Write sends and new tracks, and keep every index that counts tracks right.

A send stands in the track that receives it and names its source by number in file order, so taking a track
out renumbers all of them. New tracks come last, so that no number moves.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from reaper_bridge.rpp.editing import (
    PROJECT_ORDER,
    TRACK_ORDER,
    put_in_order,
    raw_line_in,
    remove_node,
    replace_node,
    text_block_in,
)
from reaper_bridge.rpp.structure import reaper_version, track_blocks
from reaper_bridge.rpp.syntax import Block, Node
from reaper_bridge.session.change import NewTrack, SendLevel
from reaper_bridge.session.codes import channel_index
from reaper_bridge.session.errors import PlanError
from reaper_bridge.session.identity import MASTER, TrackId
from reaper_bridge.session.model import SIDE_CHAIN_INDEX, SendMode
from reaper_bridge.text.lines import Line, format_number, format_token

SEND_MODES: Final[dict[SendMode, int]] = {"post_fader": 0, "pre_fx": 1, "pre_fader": 3}
_OTHER_MODES: Final[dict[int, SendMode]] = {2: "pre_fader", 8: "pre_fx"}
"""Modes that are not written any more, and what they are read as."""
_SEND_ENVELOPES: Final = frozenset({"AUXVOLENV", "AUXPANENV", "AUXMUTEENV"})
_CHANNEL_BITS: Final = 0x3FF
_ARRIVES: Final = 9
"""The token of a receive that says at which channels it arrives."""


def write_send(
    project: Block,
    tracks: Mapping[TrackId, Block],
    source: TrackId,
    destination: TrackId,
    level: SendLevel | None,
    *,
    side_chain: bool = False,
) -> None:
    """Write, add or (None) take out the send from one track to another; of several the first.

    A side chain is the first that arrives on channels 3/4, any other send the first that does not.

    ``tracks`` are the project's, in file order.

    Raises:
        PlanError: One of the tracks does not exist, or is the master.
    """
    for track_id in (source, destination):
        if track_id == MASTER or track_id not in tracks:
            raise PlanError(f"There can be no send from {source} to {destination}: no track {track_id}.")
    number = list(tracks).index(source)
    receiver = tracks[destination]
    line = next((line for line in receiver.lines("AUXRECV") if _is_from(line, number, side_chain)), None)
    if level is None:
        if line is not None:
            _remove_receive(receiver, line)
        return
    if line is None:
        _put_receive(receiver, raw_line_in(receiver, _fresh_receive(number, level, reaper_version(project))))
    else:
        replace_node(receiver, line, _with_level(line, level))
    raise_channel_count(receiver, level.destination_channel_index + 2)


def _is_from(line: Line, number: int, side_chain: bool) -> bool:
    is_side_chain = channel_index(line.integer(_ARRIVES)) == SIDE_CHAIN_INDEX
    return line.integer(1, -1) == number and is_side_chain == side_chain


def raise_channel_count(track: Block, channel_count: int) -> None:
    """Give a track at least so many channels; REAPER counts them in twos."""
    line = track.find("NCHAN")
    wanted = channel_count + channel_count % 2
    if line is None:
        if wanted > 2:
            put_in_order(track, raw_line_in(track, f"NCHAN {wanted}"), TRACK_ORDER)
    elif line.integer(1, 2) < wanted:
        replace_node(track, line, line.with_token(1, str(wanted)))


def add_track(project: Block, track_id: TrackId, value: NewTrack) -> None:
    """Append a track after the last one, outside every folder."""
    tracks = project.blocks("TRACK")
    _close_folders(tracks)
    block = text_block_in(project, _fresh_track(track_id, value, reaper_version(project)))
    if tracks:
        last = next(i for i, child in enumerate(project.children) if child is tracks[-1])
        project.children.insert(last + 1, block)
    else:
        put_in_order(project, block, PROJECT_ORDER)


def remove_track(project: Block, track_id: TrackId) -> None:
    """Take a track out, with the sends from it; later tracks move up. Folders keep their other tracks."""
    tracks = track_blocks(project)
    if track_id not in tracks:
        return
    number = list(tracks).index(track_id)
    block = tracks[track_id]
    blocks = list(tracks.values())
    depth = _depth_change(block)
    if depth and number:
        _change_depth(blocks[number - 1], depth)
    remove_node(project, block)
    for receiver in project.blocks("TRACK"):
        for line in receiver.lines("AUXRECV"):
            source = line.integer(1, -1)
            if source == number:
                _remove_receive(receiver, line)
            elif source > number:
                replace_node(receiver, line, line.with_token(1, str(source - 1)))


def _fresh_receive(number: int, level: SendLevel, version: tuple[int, int]) -> str:
    law = "-1:U" if version >= (5, 0) else "-1"
    return (
        f"AUXRECV {number} {SEND_MODES[level.mode]} {format_number(level.level_linear)}"
        f" {format_number(level.pan)} {int(level.muted)} 0 0 {level.source_channel_index}"
        f" {level.destination_channel_index} {law} 0 -1 ''"
    )


def _with_level(line: Line, level: SendLevel) -> Line:
    """Return a receive with another level; tokens that say the same already keep their bytes."""
    if line.integer(2) != SEND_MODES[level.mode] and _OTHER_MODES.get(line.integer(2)) != level.mode:
        line = line.with_token(2, str(SEND_MODES[level.mode]))
    line = line.with_number(3, level.level_linear).with_number(4, level.pan)
    if bool(line.integer(5)) != level.muted:
        line = line.with_token(5, str(int(level.muted)))
    for token, index in ((8, level.source_channel_index), (_ARRIVES, level.destination_channel_index)):
        standing = line.integer(token)
        if standing < 0 or standing & _CHANNEL_BITS != index:
            # the bits above say how many channels, they stay
            layout = standing & ~_CHANNEL_BITS if standing > 0 else 0
            line = line.with_token(token, str(layout | index))
    return line


def _put_receive(receiver: Block, line: Line) -> None:
    """Insert a receive behind those that stand there, and behind their envelopes."""
    last = max(
        (i for i, c in enumerate(receiver.children) if c.name == "AUXRECV" or c.name in _SEND_ENVELOPES),
        default=None,
    )
    if last is None:
        put_in_order(receiver, line, TRACK_ORDER)
    else:
        receiver.children.insert(last + 1, line)


def _remove_receive(receiver: Block, line: Line) -> None:
    """Take a receive out, with the envelopes that follow it."""
    start = next(i for i, child in enumerate(receiver.children) if child is line)
    stop = start + 1
    while stop < len(receiver.children) and _is_send_envelope(receiver.children[stop]):
        stop += 1
    del receiver.children[start:stop]


def _is_send_envelope(node: Node) -> bool:
    return isinstance(node, Block) and node.name in _SEND_ENVELOPES


def _depth_change(track: Block) -> int:
    line = track.find("ISBUS")
    return line.integer(2) if line is not None else 0


def _change_depth(track: Block, delta: int) -> None:
    """Open or close so many more folder levels behind a track."""
    depth = _depth_change(track) + delta
    kind = 1 if depth > 0 else 2 if depth < 0 else 0
    line = track.find("ISBUS")
    if line is None:
        put_in_order(track, raw_line_in(track, f"ISBUS {kind} {depth}"), TRACK_ORDER)
    else:
        replace_node(track, line, line.with_token(1, str(kind)).with_token(2, str(depth)))


def _close_folders(tracks: list[Block]) -> None:
    """Close the folders that the last track leaves open, so that what follows stands outside."""
    level = 0
    for track in tracks:
        level = max(0, level + _depth_change(track))
    if level:
        _change_depth(tracks[-1], -level)


def _fresh_track(track_id: TrackId, value: NewTrack, version: tuple[int, int]) -> Iterable[str]:
    """Yield the lines of a new track as that version of REAPER writes them (measured on public projects)."""
    heights = 7 if version >= (7, 0) else 6 if version >= (6, 16) else 3 if version >= (5, 80) else 2
    yield f"<TRACK {track_id}" if version >= (5, 0) else f"<TRACK '{track_id}'"
    yield f"NAME {format_token(value.name)}"
    yield "PEAKCOL 16576"
    yield "BEAT -1"
    yield "AUTOMODE 0"
    yield "VOLPAN 1 0 -1 -1 1"
    yield "MUTESOLO 0 0 0"
    yield "IPHASE 0"
    if version >= (6, 0):
        yield "PLAYOFFS 0 1"
    yield "ISBUS 0 0"
    yield "BUSCOMP 0 0 0 0 0" if version >= (6, 0) else "BUSCOMP 0 0"
    if version >= (6, 0):
        yield "SHOWINMIX 1 0.6667 0.5 1 0.5 0 0 0" + (" 0" if version >= (7, 60) else "")
    else:
        yield "SHOWINMIX 1 0.6667 0.5 1 0.5 0 -1 0"
    if version < (6, 44):
        yield "FREEMODE 0"
    yield "SEL 0"
    yield "REC 0 0 1 0 0 0 0" + (" 0" if version >= (6, 60) else "")
    yield "VU 2"
    yield "TRACKHEIGHT" + " 0" * heights
    yield "INQ 0 0 0 0.5 100 0 0 100"
    yield f"NCHAN {value.channel_count + value.channel_count % 2}"
    yield "FX 1"
    yield f"TRACKID {track_id}"
    yield "PERF 0"
    yield "MIDIOUT -1"
    yield "MAINSEND 1 0"
    yield ">"
