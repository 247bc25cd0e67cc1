"""Write plug-ins into a chain: insert, change, switch, take out; the others stay as they were."""

from typing import Final

from reaper_bridge.fx.catalogue import effect_lines
from reaper_bridge.rpp.editing import (
    PROJECT_ORDER,
    TRACK_ORDER,
    block_in,
    index_of,
    put_in_order,
    raw_line_in,
    remove_node,
    replace_node,
    text_block_in,
)
from reaper_bridge.rpp.routing import raise_channel_count
from reaper_bridge.rpp.structure import GUID, ChainSlot, chain_slots, platform_name, reaper_version
from reaper_bridge.rpp.syntax import Block, Node
from reaper_bridge.session.change import PlacedEffect, same_settings
from reaper_bridge.session.effects import is_side_chained
from reaper_bridge.session.errors import PlanError
from reaper_bridge.text.lines import Line

_CHAIN_SETTINGS: Final = frozenset({"SHOW", "LASTSEL", "DOCKED"})
_SIDE_CHAIN_CHANNELS: Final = 4


def write_effect(
    project: Block, track: Block | None, fx_id: str, before: PlacedEffect | None, after: PlacedEffect | None
) -> None:
    """Write one plug-in of a track (None: the master): a new one, other settings, on or off, or none.

    A plug-in that stands there keeps its id, window, automation and everything else of its block.

    Raises:
        PlanError: The plug-in cannot be written, or its id is none.
    """
    chain = _chain(project, track)
    slots = chain_slots(chain) if chain is not None else ()
    slot = next((slot for slot in slots if slot.id == fx_id), None)
    if after is None:
        if chain is not None and slot is not None:
            _remove(chain, slots, slot)
            _drop_empty_chain(project if track is None else track, chain)
        return
    if slot is None or chain is None:
        if not GUID.fullmatch(fx_id):
            raise PlanError(f"There is no plug-in {fx_id} to change, and a new one needs a GUID as its id.")
        if not slots:
            _switch_chain_on(project, track)
        _insert(project, chain or _new_chain(project, track), fx_id, after)
    else:
        _update(project, chain, slot, before, after)
    if track is not None and is_side_chained(after.effect):
        raise_channel_count(track, _SIDE_CHAIN_CHANNELS)


def _chain(project: Block, track: Block | None) -> Block | None:
    return project.block("MASTERFXLIST") if track is None else track.block("FXCHAIN")


def _new_chain(project: Block, track: Block | None) -> Block:
    """Create a chain in REAPER's place."""
    parent = project if track is None else track
    name = "MASTERFXLIST" if track is None else "FXCHAIN"
    order = PROJECT_ORDER if track is None else TRACK_ORDER
    chain = text_block_in(parent, [f"<{name}", "SHOW 0", "LASTSEL 0", "DOCKED 0", ">"])
    put_in_order(parent, chain, order)
    return chain


def _switch_chain_on(project: Block, track: Block | None) -> None:
    """Switch the plug-ins of a track on; with none there yet, off was nobody's wish."""
    parent, switch = (project, "MASTER_FX") if track is None else (track, "FX")
    line = parent.find(switch)
    if line is not None and line.integer(1) == 0:
        replace_node(parent, line, line.with_token(1, "1"))


def _insert(project: Block, chain: Block, fx_id: str, placed: PlacedEffect) -> None:
    version = reaper_version(project)
    slots = chain_slots(chain)
    position = _free_position(chain, slots, placed.position_index)
    lines = effect_lines(placed.effect, label=placed.label, platform=platform_name(project), version=version)
    bypass = "BYPASS" + (f" {int(not placed.enabled)} 0 0"[: 2 * _bypass_fields(version)])
    nodes: list[Node] = [
        raw_line_in(chain, bypass),
        block_in(chain, lines),
        raw_line_in(chain, "FLOATPOS 0 0 0 0"),
        raw_line_in(chain, f"FXID {fx_id}"),
        raw_line_in(chain, "WAK 0 0" if version >= (6, 0) else "WAK 0"),
    ]
    place = slots[position].start_index if position < len(slots) else len(chain.children)
    chain.children[place:place] = nodes
    if position < len(slots):
        _shift_windows(chain, position, 1)


def _bypass_fields(version: tuple[int, int]) -> int:
    """Return how many numbers BYPASS has: one in REAPER 1 to 3, two in 4, three since 5."""
    return 3 if version >= (5, 0) else 2 if version >= (4, 0) else 1


def _free_position(chain: Block, slots: tuple[ChainSlot, ...], wanted: int) -> int:
    """Return where a plug-in may go: never between two that run in parallel, rather before them."""
    position = max(0, min(wanted, len(slots)))
    while position > 0 and _runs_beside_next(chain, slots[position - 1]):
        position -= 1
    return position


def _runs_beside_next(chain: Block, slot: ChainSlot) -> bool:
    """Tell whether the plug-in after this one is parallel to it; its PARALLEL line says so."""
    lines = chain.children[slot.start_index : slot.stop_index]
    return any(isinstance(c, Line) and c.name == "PARALLEL" and c.integer(1) != 0 for c in lines)


def _update(project: Block, chain: Block, slot: ChainSlot, before: PlacedEffect | None, after: PlacedEffect) -> None:
    _switch(chain, slot, after.enabled)
    if before is not None and same_settings(before.effect, after.effect):
        return
    lines = effect_lines(
        after.effect,
        label=after.label,
        platform=platform_name(project),
        version=reaper_version(project),
        previous=[raw.strip() for raw in slot.block.raw_lines()],
    )
    replace_node(chain, slot.block, _rewritten(slot.block, block_in(chain, lines)))


def _rewritten(old: Block, fresh: Block) -> Block:
    """Return the fresh block with the old one's lines wherever they say the same."""
    head = old.head if _says_the_same(old.head, fresh.head) else _in_place_of(old.head, fresh.head)
    children: list[Node] = []
    for index, child in enumerate(fresh.children):
        standing = old.children[index] if index < len(old.children) else None
        if isinstance(standing, Line) and isinstance(child, Line):
            children.append(standing if _says_the_same(standing, child) else _in_place_of(standing, child))
        else:
            children.append(child)
    return Block(head, children, old.close)


def _says_the_same(a: Line, b: Line) -> bool:
    return a.raw.strip() == b.raw.strip()


def _in_place_of(old: Line, new: Line) -> Line:
    return Line(old.indentation + new.raw.strip() + old.end_of_line)


def _switch(chain: Block, slot: ChainSlot, on: bool) -> None:
    line = chain.children[slot.start_index]
    if isinstance(line, Line) and line.name == "BYPASS":
        if (line.integer(1) == 0) != on:
            replace_node(chain, line, line.with_token(1, str(int(not on))))
    elif not on:
        chain.children.insert(index_of(chain, slot.block), raw_line_in(chain, "BYPASS 1 0"))


def _remove(chain: Block, slots: tuple[ChainSlot, ...], slot: ChainSlot) -> None:
    del chain.children[slot.start_index : slot.stop_index]
    _shift_windows(chain, slots.index(slot), -1)


def _shift_windows(chain: Block, position: int, step: int) -> None:
    """Keep SHOW (1-based, 0 closed) and LASTSEL on their plug-ins, after one came (+1) or went (-1)."""
    show = chain.find("SHOW")
    if show is not None:
        shown = show.integer(1)
        moved = _moved(shown - 1, position, step) + 1 if shown > 0 else shown
        if step < 0 and shown - 1 == position:
            moved = 0
        if moved != shown:
            replace_node(chain, show, show.with_token(1, str(moved)))
    last = chain.find("LASTSEL")
    if last is not None:
        moved = max(0, min(_moved(last.integer(1), position, step), len(chain_slots(chain)) - 1))
        if moved != last.integer(1):
            replace_node(chain, last, last.with_token(1, str(moved)))


def _moved(index: int, position: int, step: int) -> int:
    return index + step if index > position or (index == position and step > 0) else index


def _drop_empty_chain(parent: Block, chain: Block) -> None:
    """Take a chain out that holds nothing of the engineer's any more."""
    if all(isinstance(child, Line) and child.name in _CHAIN_SETTINGS for child in chain.children):
        remove_node(parent, chain)
