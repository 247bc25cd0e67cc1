"""Where the knobs of buses ended, as changes: their faders and plug-ins, and the ways into those that are made."""

from collections.abc import Iterable

from actions.mixing.brief import LABELS, Brief, fx_id
from actions.mixing.bus import Bus
from actions.mixing.desk import Desk
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import Change, NewTrack, PlacedEffect, SendLevel, Value
from reaper_bridge.session.effects import Effect, ReaEq
from reaper_bridge.session.units import linear_from_db
from reaper_bridge.session.values import read_value

WAY_IN = SendLevel(1.0)
STAGE = "buses"


def bus_changes(brief: Brief, desk: Desk) -> Iterable[Change]:
    """Return the change of every knob of every bus, moved or not."""
    for bus in desk.buses:
        if bus.joining:
            yield from _way_in(brief, bus)
        yield from _fader(brief, bus)
        if STAGE in brief.stages:
            yield from _effects(brief, bus)


def _way_in(brief: Brief, bus: Bus) -> Iterable[Change]:
    why = bus.reasons["bus"]
    if not brief.session.has_track(bus.track_id):
        yield Change(Address(bus.track_id, "track"), None, NewTrack(bus.name), why, STAGE, 2.0)
    for strip in bus.joining:
        into, straight = Address(strip.id, "send", bus.track_id), Address(strip.id, "main_send")
        yield Change(into, read_value(brief.session, into), WAY_IN, f"through {bus.name}: {why}", STAGE, 1.0)
        yield Change(
            straight, read_value(brief.session, straight), False, f"heard through {bus.name} and not twice", STAGE, 1.0
        )


def _fader(brief: Brief, bus: Bus) -> Iterable[Change]:
    if not bus.moves or bus.is_new:
        return
    address = Address(bus.track_id, "fader")
    before = read_value(brief.session, address)
    wanted = linear_from_db(bus.fader_db) if abs(bus.fader_db - bus.before_db) > 0.005 else None
    base = read_value(brief.base, address)
    after: Value = wanted if wanted is not None else base
    why = bus.reasons.get("fader", "gives its bus the level it has in common with the others")
    yield Change(address, before, after, why, "balance", 1.0 + min(abs(bus.fader_db - bus.before_db), 12.0) * 0.5)


def _effects(brief: Brief, bus: Bus) -> Iterable[Change]:
    if not bus.fills:
        return
    effects: dict[str, Effect] = {}
    if bus.bands:
        effects["eq"] = ReaEq(bus.bands)
    if bus.comp is not None:
        effects["comp"] = bus.comp.effect
    position = 0
    for knob in ("eq", "comp"):
        address = Address(bus.track_id, "fx", fx_id(bus.track_id, knob))
        value: Value = None
        if knob in effects:
            value = PlacedEffect(effects[knob], LABELS[knob], position)
            position += 1
        weight = bus.comp.reduction_db if knob == "comp" and bus.comp is not None else 1.0
        why = bus.reasons.get(knob, "no longer needed")
        yield Change(address, read_value(brief.session, address), value, why, STAGE, weight)
