"""Plans and ledgers as plain JSON values, and back. Minus infinity is written as the text ``-inf``."""

import dataclasses
import functools
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from reaper_bridge.session.address import Address, Kind, parse_address
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.change import Change, MixPlan, NewTrack, PlacedEffect, SendLevel, Value
from reaper_bridge.session.effects import (
    Effect,
    ForeignEffect,
    Jsfx,
    ReaComp,
    ReaDelay,
    ReaEq,
    ReaGate,
    ReaLimit,
    ReaVerbate,
)
from reaper_bridge.session.errors import PlanError
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.ledger import Landed, Ledger, Pass
from reaper_bridge.session.revision import Revision
from reaper_bridge.session.values import plugin_name

if TYPE_CHECKING:
    from pydantic import TypeAdapter

EFFECTS: Final[dict[str, type[Any]]] = {
    "ReaEQ": ReaEq,
    "ReaComp": ReaComp,
    "ReaGate": ReaGate,
    "ReaLimit": ReaLimit,
    "ReaVerbate": ReaVerbate,
    "ReaDelay": ReaDelay,
    "JSFX": Jsfx,
    "other": ForeignEffect,
}
_NUMBERS: Final[frozenset[Kind]] = frozenset({"fader", "pan", "width", "play_offset"})
_SWITCHES: Final[frozenset[Kind]] = frozenset({"polarity", "mute", "main_send"})


def plain_value(value: Value) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, PlacedEffect):
        return {
            **plain_effect(value.effect),
            "label": value.label,
            "position_index": value.position_index,
            "enabled": value.enabled,
        }
    if isinstance(value, tuple):
        return [_plain_point(point) for point in value]
    return _plain(value)


def _plain_point(point: CurvePoint) -> list[float]:
    """Return a point as ``[time, value]``, with its shape and tension behind where it has any."""
    row = [point.time_seconds, point.value]
    return [*row, point.shape, point.tension] if point.shape or point.tension else row


def _parse_point(data: Any, where: str) -> CurvePoint:
    if isinstance(data, list) and 2 <= len(data) <= 4 and all(type(n) in (int, float) for n in data):
        shape = data[2] if len(data) > 2 else 0
        if isinstance(shape, int):
            return CurvePoint(float(data[0]), float(data[1]), shape, float(data[3]) if len(data) > 3 else 0.0)
    point: CurvePoint = _parse(CurvePoint, data, where)
    return point


def plain_effect(effect: Effect) -> dict[str, Any]:
    """Return a plug-in's settings as JSON can hold them; ``type`` names the plug-in."""
    kind = next(name for name, cls in EFFECTS.items() if isinstance(effect, cls))
    return {"type": kind, **_plain(effect)}


def _plain(thing: Any) -> Any:
    if isinstance(thing, float) and not math.isfinite(thing):
        return str(thing)
    if dataclasses.is_dataclass(thing):
        return {f.name: _plain(getattr(thing, f.name)) for f in dataclasses.fields(thing)}
    if isinstance(thing, tuple | list):
        return [_plain(item) for item in thing]
    return thing


@functools.cache
def _adapter(kind: Any) -> "TypeAdapter[Any]":
    from pydantic import TypeAdapter

    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    return adapter


def _parse(kind: Any, data: Any, where: str) -> Any:
    from pydantic import ValidationError

    try:
        return _adapter(kind).validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise PlanError(f"{where}: {place or 'value'}: {first['msg']}.") from error


def parse_value(address: Address, data: Any) -> Value:
    """Read a value back, the reverse of ``plain_value``.

    Raises:
        PlanError: The value does not fit the address.
    """
    where = f"The value at {address}"
    if data is None:
        if address.kind in ("fx", "send", "side_chain", "track"):
            return None
        raise PlanError(f"{where} is missing.")
    if address.kind in _NUMBERS:
        number = float(_parse(float, data, where))
        if math.isnan(number):
            raise PlanError(f"{where} is not a number.")
        return number
    if address.kind in _SWITCHES:
        return bool(_parse(bool, data, where))
    if address.kind == "channels":
        return int(_parse(int, data, where))
    if address.kind == "envelope":
        if not isinstance(data, list | tuple):
            raise PlanError(f"{where} must be a list of points.")
        return tuple(_parse_point(point, where) for point in data)
    if not isinstance(data, Mapping):
        raise PlanError(f"{where} must be an object.")
    if address.kind in ("send", "side_chain"):
        return _known_fields(SendLevel, data, where)  # type: ignore[no-any-return]
    if address.kind == "track":
        return _known_fields(NewTrack, data, where)  # type: ignore[no-any-return]
    fields = dict(data)
    placed = {k: fields.pop(k) for k in ("label", "position_index", "enabled") if k in fields}
    return _known_fields(PlacedEffect, {**placed, "effect": parse_effect(fields, where)}, where)  # type: ignore[no-any-return]


def parse_effect(data: Mapping[str, Any], where: str = "The plug-in") -> Effect:
    """Read a plug-in's settings back, the reverse of ``plain_effect``.

    Raises:
        PlanError: The plug-in or one of its fields is unknown or out of shape.
    """
    fields = dict(data)
    kind = fields.pop("type", None)
    if kind not in EFFECTS:
        raise PlanError(f"{where}: “{kind}” is not a plug-in we know; choose one of {', '.join(EFFECTS)}.")
    return _known_fields(EFFECTS[kind], fields, where)  # type: ignore[no-any-return]


def _known_fields(kind: type[Any], data: Mapping[str, Any], where: str) -> Any:
    known = {f.name for f in dataclasses.fields(kind)}
    unknown = sorted(set(data) - known)
    if unknown:
        raise PlanError(f"{where}: unknown field “{unknown[0]}”; known are {', '.join(sorted(known))}.")
    return _parse(kind, dict(data), where)


def plain_change(change: Change) -> dict[str, Any]:
    """Return a change as JSON can hold it."""
    return {
        "address": str(change.address),
        "before": plain_value(change.before),
        "after": plain_value(change.after),
        "because": change.because,
        "stage": change.stage,
        "importance": round(change.importance, 3),
        "unit": change.address.unit,
    }


def parse_change(data: Any) -> Change:
    """Read a change back, the reverse of ``plain_change``.

    Raises:
        PlanError: It is not a change.
    """
    if not isinstance(data, Mapping) or not {"address", "before", "after"} <= set(data):
        raise PlanError("A change needs address, before and after.")
    address = parse_address(str(data["address"]))
    importance = float(_parse(float, data.get("importance", 0.0), f"The importance of {address}"))
    if not math.isfinite(importance):
        raise PlanError(f"The importance of {address} is not a number.")
    return Change(
        address,
        # of a track that the plan adds, the plan need not say where its knobs stand
        None if data["before"] is None else parse_value(address, data["before"]),
        parse_value(address, data["after"]),
        str(data.get("because", "")),
        str(data.get("stage", "")),
        importance,
    )


def plain_plan(plan: MixPlan) -> list[dict[str, Any]]:
    """Return a plan's changes as JSON can hold them."""
    return [plain_change(change) for change in plan]


def parse_plan(data: Any) -> MixPlan:
    """Read a plan back: a list of changes, or an object with ``changes``.

    Raises:
        PlanError: It is not a plan.
    """
    changes = data.get("changes") if isinstance(data, Mapping) else data
    if not isinstance(changes, list):
        raise PlanError("A plan is a list of changes, or an object with the list under “changes”.")
    return MixPlan(tuple(parse_change(item) for item in changes))


def plain_pass(entry: Pass) -> dict[str, Any]:
    """Return a ledger entry as JSON can hold it. A value that landed as asked is not written twice."""
    return {
        "id": entry.id,
        "label": entry.label,
        "written_at": entry.written_at,
        "taste": entry.taste,
        "audio_keys": dict(entry.audio_keys),
        "restore": entry.restore,
        **({} if entry.revision is None else {"revision": plain_revision(entry.revision)}),
        **({"memo": entry.memo} if entry.memo else {}),
        "landed": [
            {**plain_change(item.change), **({} if item.has_landed else {"landed": plain_value(item.value)})}
            for item in entry.landed
        ],
    }


def parse_pass(data: Mapping[str, Any]) -> Pass:
    """Read a ledger entry back, the reverse of ``plain_pass``.

    Raises:
        PlanError: It is not one.
    """
    landed = []
    for item in data["landed"]:
        change = parse_change(item)
        value = parse_value(change.address, item["landed"]) if "landed" in item else change.after
        landed.append(Landed(change, value))
    return Pass(
        int(data["id"]),
        str(data["label"]),
        str(data["written_at"]),
        tuple(landed),
        str(data.get("taste", "")),
        {TrackId(k): str(v) for k, v in dict(data.get("audio_keys", {})).items()},
        str(data.get("restore", "")),
        parse_revision(data["revision"]) if "revision" in data else None,
        str(data.get("memo", "")),
    )


def plain_revision(revision: Revision) -> dict[str, Any]:
    """Return what was made of a pass as JSON can hold it."""
    return {
        "amount_ratio": revision.amount_ratio,
        "stage_ratios": dict(revision.stage_ratios),
        "rejected": sorted(str(address) for address in revision.rejected),
        "alone": str(revision.alone) if revision.alone else None,
        "hearing": revision.hearing,
        "nudges": dict(revision.nudges),
        "label": revision.label,
        "stands": plain_plan(MixPlan(revision.stands)),
    }


def parse_revision(data: Mapping[str, Any]) -> Revision:
    """Read a revision back, the reverse of ``plain_revision``.

    Raises:
        PlanError: It is not one.
    """
    where = "What was made of a pass"
    known = {f.name for f in dataclasses.fields(Revision)}
    fields = {key: value for key, value in data.items() if key in known - {"rejected", "alone", "stands"}}
    alone = data.get("alone")
    revision: Revision = _known_fields(Revision, fields, where)
    return dataclasses.replace(
        revision,
        rejected=frozenset(parse_address(str(text)) for text in data.get("rejected", ())),
        alone=parse_address(str(alone)) if alone else None,
        stands=parse_plan(list(data.get("stands", ()))).changes,
    )


def plain_locks(ledger: Ledger) -> dict[str, list[str]]:
    """Return the locks as JSON can hold them."""
    return {track_id: sorted(kinds) for track_id, kinds in sorted(ledger.locks.items()) if kinds}


def parse_locks(data: Mapping[str, Any]) -> dict[TrackId, frozenset[str]]:
    """Read locks back, the reverse of ``plain_locks``."""
    return {TrackId(k): frozenset(str(item) for item in v) for k, v in data.items()}


__all__ = [
    "parse_change",
    "parse_effect",
    "parse_locks",
    "parse_pass",
    "parse_plan",
    "parse_value",
    "plain_change",
    "plain_effect",
    "plain_locks",
    "plain_pass",
    "plain_plan",
    "plain_value",
    "plugin_name",
]
