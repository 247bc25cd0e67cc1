"""Read the plug-ins of a chain (FXCHAIN, MASTERFXLIST, TAKEFX) as a session shows them."""

from typing import Final

from reaper_bridge.fx.catalogue import effect_name, parse_effect
from reaper_bridge.rpp.envelopes import is_active
from reaper_bridge.rpp.structure import ChainSlot, chain_slots
from reaper_bridge.rpp.syntax import Block
from reaper_bridge.session.model import FxSlot
from reaper_bridge.session.values import plugin_name
from reaper_bridge.text.lines import Line

_LABEL_FIELD: Final = {
    "VST": 4, "AU": 3, "CLAP": 3, "LV2": 3, "DX": 2, "JS": 2, "VIDEO_EFFECT": 2, "CONTAINER": 2,
}  # fmt: skip
"""Where the opening line of each kind of plug-in keeps the user's own name for it."""
_INSTRUMENTS: Final = ("VSTi:", "VST3i:", "AUi:", "CLAPi:", "LV2i:", "DXi:")


def read_chain(chain: Block | None) -> tuple[FxSlot, ...]:
    """Return the plug-ins of a chain in order; none where there is no chain."""
    return () if chain is None else tuple(_slot(chain, slot) for slot in chain_slots(chain))


def sounding_instruments(chain: Block | None) -> tuple[str, ...]:
    """Return the names of a chain's instruments that are on, without reading any plug-in's state."""
    if chain is None:
        return ()
    return tuple(
        slot.block.head.text(_LABEL_FIELD[slot.block.name]) or effect_name(slot.block.head.raw)
        for slot in chain_slots(chain)
        if any(map(_is_instrument, slot.block.walk())) and _is_on(chain, slot)
    )


def _is_on(chain: Block, slot: ChainSlot) -> bool:
    first = chain.children[slot.start_index]
    if not isinstance(first, Line) or first.name != "BYPASS":
        return True
    return not first.integer(1) and not first.integer(2)


def _slot(chain: Block, slot: ChainSlot) -> FxSlot:
    effect = parse_effect(slot.block.raw_lines())
    around = chain.children[slot.start_index : slot.stop_index]
    lines = {child.name: child for child in around if isinstance(child, Line)}
    bypass, wet = lines.get("BYPASS"), lines.get("WET")
    return FxSlot(
        slot.id,
        plugin_name(effect),
        effect,
        label=slot.block.head.text(_LABEL_FIELD[slot.block.name]),
        enabled=bypass is None or bypass.integer(1) == 0,
        offline=bypass is not None and bypass.integer(2) != 0,
        wet_ratio=1.0 if wet is None else wet.number(1, 1.0),
        is_instrument=any(_is_instrument(block) for block in slot.block.walk()),
        has_automation=any(isinstance(child, Block) and _is_automation(child) for child in around),
    )


def _is_instrument(block: Block) -> bool:
    """Tell whether a block is an instrument; in a container, whether one of its plug-ins is."""
    return block.name in _LABEL_FIELD and block.head.text(1).startswith(_INSTRUMENTS)


def _is_automation(block: Block) -> bool:
    """Tell whether a block moves a parameter: an envelope that is on, or a modulation."""
    return block.name == "PROGRAMENV" or (block.name == "PARMENV" and is_active(block))
