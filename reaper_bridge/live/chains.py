"""Read the plug-ins of a chain from the facts of a visit."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from reaper_bridge.live.calibration import CalibrationCache
from reaper_bridge.live.plugins import effect_of
from reaper_bridge.session.identity import FxId
from reaper_bridge.session.model import FxSlot
from reaper_bridge.session.values import plugin_name

Facts: TypeAlias = Mapping[str, Any]

_TABLES: Final = ("names", "minima", "maxima", "own_count", "wet_index")


def read_chain(
    slots: Sequence[Facts],
    plugins: Mapping[str, Facts],
    planned_ids: Mapping[FxId, FxId],
    calibration: CalibrationCache | None,
) -> tuple[FxSlot, ...]:
    """Return the plug-ins of a chain in order.

    ``plugins`` are the tables of names and ranges, ``planned_ids`` our plans' ids by REAPER's GUIDs.
    """
    ids = fx_ids(slots)
    return tuple(
        _slot(planned_ids.get(fx_id, fx_id), whole_facts(facts, plugins), calibration)
        for fx_id, facts in zip(ids, slots, strict=True)
    )


def fx_ids(slots: Sequence[Facts]) -> tuple[FxId, ...]:
    """Return REAPER's ids of a chain: the GUID in upper case, ``fx:N`` (the Nth such) for one without or a second."""
    found: dict[FxId, None] = {}
    nameless_count = 0
    for facts in slots:
        guid = FxId(str(facts["guid"]).upper())
        if not guid or guid in found:
            nameless_count += 1
            guid = FxId(f"fx:{nameless_count}")
        found[guid] = None
    return tuple(found)


def whole_facts(facts: Facts, plugins: Mapping[str, Facts]) -> dict[str, Any]:
    """Return a plug-in's facts together with the names and ranges that it shares with others of its kind."""
    table = plugins.get(facts.get("plugin") or "", {})
    return {**{key: table[key] for key in _TABLES if key in table}, **facts}


def _slot(fx_id: FxId, facts: Facts, calibration: CalibrationCache | None) -> FxSlot:
    effect = effect_of(facts, facts.get("own_count", 0), calibration)
    return FxSlot(
        fx_id,
        plugin_name(effect),
        effect,
        label=facts.get("renamed_name", ""),
        enabled=bool(facts.get("enabled", True)),
        offline=bool(facts.get("offline", False)),
        wet_ratio=facts.get("wet", 1.0),
        is_instrument=bool(facts.get("is_instrument", False)),
        has_automation=bool(facts.get("automated", False)),
        latency_samples=_whole(facts.get("pdc")),
    )


def _whole(text: object) -> int | None:
    """Return the number in a text, None where there is none."""
    try:
        return int(float(str(text)))
    except (ValueError, OverflowError):
        return None
