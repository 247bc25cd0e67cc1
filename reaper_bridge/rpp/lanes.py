"""Write automation lanes: the points of an envelope block, and the block itself where there is none.

Values stand in PT as they are in ``session.model.Envelope``: volume is linear amplitude, pan +1 is left.
"""

from collections.abc import Iterable

from reaper_bridge.rpp.editing import (
    PROJECT_ORDER,
    TRACK_ORDER,
    put_in_order,
    raw_line_in,
    remove_node,
    replace_node,
    text_block_in,
)
from reaper_bridge.rpp.structure import reaper_version
from reaper_bridge.rpp.syntax import Block, Node
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.codes import LANES
from reaper_bridge.session.errors import PlanError
from reaper_bridge.session.identity import guid_from_words
from reaper_bridge.text.lines import Line, format_number


def write_lane(project: Block, track: Block | None, lane: str, points: tuple[CurvePoint, ...]) -> None:
    """Write the points of a lane of a track (None: the master) and switch it on; no points: no lane.

    Raises:
        PlanError: There is no such lane.
    """
    known = {str(kind): name for kind, name in LANES.items() if track is not None or kind != "mute"}
    if lane not in known:
        raise PlanError(f"“{lane}” is not a lane we write; known are {', '.join(known)}.")
    parent = project if track is None else track
    name = known[lane] if track is not None else "MASTER" + known[lane]
    block = parent.block(name)
    if not points:
        if block is not None:
            remove_node(parent, block)
        return
    if block is None:
        owner = "master" if track is None else track.head.text(1)
        block = text_block_in(parent, _fresh_lane(name, owner, reaper_version(project)))
        put_in_order(parent, block, PROJECT_ORDER if track is None else TRACK_ORDER)
    _put_points(block, points)


def _fresh_lane(name: str, owner: str, version: tuple[int, int]) -> Iterable[str]:
    """Yield the lines of a new lane, visible in the arrange view, without points."""
    yield f"<{name}"
    if version >= (6, 0):
        yield f"EGUID {guid_from_words(owner, name)}"
        yield "ACT 1 -1"
        yield "VIS 1 1 1"
        yield "LANEHEIGHT 0 0"
        yield "ARM 0"
        yield f"DEFSHAPE {1 if name == 'MUTEENV' else 0} -1 -1"
        if "VOLENV" in name:
            yield "VOLTYPE 1"
    else:
        yield "ACT 1"
        yield "VIS 1 1 1"
        yield "LANEHEIGHT 0 0"
        yield "ARM 0"
        yield f"DEFSHAPE {1 if name == 'MUTEENV' else 0} -1 -1"
    yield ">"


def _put_points(block: Block, points: tuple[CurvePoint, ...]) -> None:
    act = block.find("ACT")
    if act is None:
        block.children.insert(0, raw_line_in(block, "ACT 1 -1"))
    elif act.integer(1) != 1:
        replace_node(block, act, act.with_token(1, "1"))
    old = [i for i, child in enumerate(block.children) if isinstance(child, Line) and child.name == "PT"]
    place = old[0] if old else len(block.children)
    in_time = sorted(points, key=lambda point: point.time_seconds)
    written: list[Node] = [raw_line_in(block, _point(point)) for point in in_time]
    gone = frozenset(old)
    kept = [child for i, child in enumerate(block.children) if i not in gone]
    block.children = [*kept[:place], *written, *kept[place:]]


def _point(point: CurvePoint) -> str:
    """Return the PT line of a point: time, value, shape; a tension (of a bezier) is the seventh field."""
    text = f"PT {format_number(point.time_seconds, 8)} {format_number(point.value, 8)} {point.shape}"
    if point.tension:
        return f"{text} 0 0 0 {format_number(point.tension, 8)}"
    return text
