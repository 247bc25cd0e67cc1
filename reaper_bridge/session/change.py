"""Everything we do is a Change: an address, what stood there, what shall stand there, and why.

Values are in the host's own unit; what a value is depends on the kind of address:

====================  ==========================================
fader, pan, width      float
play_offset            float, seconds
polarity, mute         bool
main_send              bool
channels               int, even
fx                     PlacedEffect, or None for no plug-in
send                   SendLevel, or None for no send
side_chain             SendLevel to channel index 2, or None for no send
envelope               tuple of CurvePoint, empty for no lane
track                  NewTrack, or None for no track
====================  ==========================================
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, TypeAlias

from reaper_bridge.session.address import Address, Kind
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.effects import Effect, Jsfx
from reaper_bridge.session.errors import PlanError
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import SIDE_CHAIN_INDEX, SendMode
from reaper_bridge.session.scaling import scaled_effect, scaled_lane
from reaper_bridge.session.units import db_from_linear, linear_from_db


@dataclass(frozen=True)
class PlacedEffect:
    """A plug-in in a chain. ``position_index`` is where it is inserted; it is not a value to compare."""

    effect: Effect
    label: str = ""
    position_index: int = 0
    enabled: bool = True


@dataclass(frozen=True)
class SendLevel:
    """A send's own values."""

    level_linear: float
    pan: float = 0.0
    mode: SendMode = "post_fader"
    muted: bool = False
    source_channel_index: int = 0
    destination_channel_index: int = 0


def side_chain_level(level_linear: float = 1.0, mode: SendMode = "post_fader") -> SendLevel:
    """Return a send that a side-chained plug-in hears and nobody else: it arrives on channels 3/4."""
    return SendLevel(level_linear, mode=mode, destination_channel_index=SIDE_CHAIN_INDEX)


@dataclass(frozen=True)
class NewTrack:
    """A track that we add: appended after the last track, outside every folder."""

    name: str
    channel_count: int = 2


ALL_OR_NOTHING: Final[frozenset[Kind]] = frozenset({"play_offset", "side_chain", "main_send", "channels"})
"""What knows no middle: half of it is something else."""
Value: TypeAlias = float | int | bool | PlacedEffect | SendLevel | NewTrack | tuple[CurvePoint, ...] | None


@dataclass(frozen=True)
class Change:
    """One knob, from what it was to what it shall be.

    ``because`` is one sentence with a number. ``stage`` is the part of the mix that wanted it and
    ``importance`` orders changes for people, larger first (about: dB of audible difference).
    """

    address: Address
    before: Value
    after: Value
    because: str
    stage: str = ""
    importance: float = 0.0

    @property
    def inverse(self) -> "Change":
        """The change that takes this one back."""
        return replace(self, before=self.after, after=self.before)


def same_value(a: Value, b: Value) -> bool:
    """Tell whether two values are the same knob position, up to how a project file rounds numbers."""
    if a is None or b is None:
        return a is b
    if isinstance(a, bool) or isinstance(b, bool):
        return bool(a) == bool(b)
    if isinstance(a, int | float) and isinstance(b, int | float):
        return _same_number(float(a), float(b))
    if isinstance(a, PlacedEffect) and isinstance(b, PlacedEffect):
        return a.enabled == b.enabled and same_settings(a.effect, b.effect)
    if isinstance(a, NewTrack) and isinstance(b, NewTrack):
        return True  # the track exists; its name is the engineer's to change
    return type(a) is type(b) and same_settings(a, b)


def same_settings(a: object, b: object) -> bool:
    """Compare two frozen dataclasses (or tuples) field by field with ``same_value``'s tolerance."""
    if isinstance(a, int | float) and isinstance(b, int | float):
        return _same_number(float(a), float(b))
    if isinstance(a, tuple) and isinstance(b, tuple):
        # a ride has hundreds of points, and most comparisons are with itself
        return a == b or (len(a) == len(b) and all(same_settings(x, y) for x, y in zip(a, b, strict=True)))
    if isinstance(a, Jsfx) and isinstance(b, Jsfx):
        return a.path.casefold() == b.path.casefold() and _same_sliders(a.sliders, b.sliders)
    if type(a) is not type(b):
        return False
    fields = getattr(a, "__dataclass_fields__", None)
    if fields is None:
        return bool(a == b)
    return all(same_settings(getattr(a, name), getattr(b, name)) for name in fields)


def _same_sliders(a: tuple[float | None, ...], b: tuple[float | None, ...]) -> bool:
    """Compare JSFX sliders; unused ones at the end do not count."""
    longest = max(len(a), len(b))
    padded = zip(a + (None,) * (longest - len(a)), b + (None,) * (longest - len(b)), strict=True)
    return all(x == y if x is None or y is None else _same_number(x, y) for x, y in padded)


def _same_number(a: float, b: float) -> bool:
    """Compare with float32 precision: plug-in states and project files keep no more."""
    if math.isinf(a) or math.isinf(b):
        low_a, low_b = a < -140.0, b < -140.0
        return a == b or (low_a and low_b)
    return math.isclose(a, b, rel_tol=2e-5, abs_tol=2e-6)


@dataclass(frozen=True)
class MixPlan:
    """A set of changes, at most one per address, in the order they are written."""

    changes: tuple[Change, ...] = ()

    def __post_init__(self) -> None:
        seen: set[Address] = set()
        for change in self.changes:
            if change.address in seen:
                raise PlanError(f"The plan changes {change.address} twice; keep one of the two.")
            seen.add(change.address)

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)

    def at(self, address: Address) -> Change | None:
        """Return the change at an address, if there is one."""
        return next((change for change in self.changes if change.address == address), None)

    @property
    def inverse(self) -> "MixPlan":
        """The plan that takes this one back, last change first."""
        return MixPlan(tuple(change.inverse for change in reversed(self.changes)))

    @property
    def without_idle(self) -> "MixPlan":
        """This plan less the changes that change nothing."""
        return MixPlan(tuple(c for c in self.changes if not same_value(c.before, c.after)))

    def without(self, addresses: Collection[Address]) -> "MixPlan":
        """Return this plan less the changes at these addresses."""
        return MixPlan(tuple(c for c in self.changes if c.address not in addresses))

    def only(self, tracks: Collection[TrackId]) -> "MixPlan":
        """Return the changes of these tracks."""
        return MixPlan(tuple(c for c in self.changes if c.address.track_id in tracks))

    def then(self, later: "MixPlan") -> "MixPlan":
        """Return one plan that does this and then the other, keeping the first ``before`` of each address."""
        merged: dict[Address, Change] = {change.address: change for change in self.changes}
        for change in later.changes:
            earlier = merged.get(change.address)
            merged[change.address] = change if earlier is None else replace(change, before=earlier.before)
        return MixPlan(tuple(merged.values()))

    def scaled(self, amount_ratio: float, by_stage: Mapping[str, float] | None = None) -> "MixPlan":
        """Return this plan done by an amount: 0 nothing, 1 all of it.

        Faders, trims, EQ and volume lanes scale in dB, pans and sends linearly, compressors by their ratio.
        Switches, channels, side chains, new tracks and offsets in time are all or nothing: half in time is out of
        time. So is the way of a track into a bus (``routed``). ``by_stage`` scales single stages on top.
        """
        stages, routed = by_stage or {}, self.routed
        scaled = (_scaled_change(c, amount_ratio * stages.get(c.stage, 1.0), c.address in routed) for c in self.changes)
        return MixPlan(tuple(c for c in scaled if c is not None)).without_idle

    @cached_property
    def routed(self) -> Mapping[Address, frozenset[Address]]:
        """The changes that only together lead a track to somewhere else, each with all of its group.

        Where a track is taken out of its folder or the master, that is this and the sends of the same stage.
        """
        found: dict[Address, frozenset[Address]] = {}
        for switch in self.changes:
            if switch.address.kind == "main_send" and switch.before is True and switch.after is False:
                sends = (
                    c.address
                    for c in self.changes
                    if c.address.kind == "send"
                    and c.address.track_id == switch.address.track_id
                    and c.stage == switch.stage
                    and c.after is not None
                )
                group = frozenset({switch.address, *sends})
                found.update(dict.fromkeys(group, group))
        return found


def _scaled_change(change: Change, amount: float, is_routed: bool) -> Change | None:
    if amount >= 1.0:
        return change
    if amount <= 0.0:
        return None
    if is_routed or change.address.kind in ALL_OR_NOTHING:
        return change
    before, after = change.before, change.after
    if change.address.kind == "fader" and isinstance(before, float) and isinstance(after, float):
        if before <= 0.0 or after <= 0.0:
            return change
        level_db = db_from_linear(before) + amount * (db_from_linear(after) - db_from_linear(before))
        return replace(change, after=linear_from_db(level_db))
    if change.address.kind == "envelope" and isinstance(before, tuple) and isinstance(after, tuple):
        points = scaled_lane(change.address.key, before, after, amount)
        return change if points is None else replace(change, after=points)
    if isinstance(before, float) and isinstance(after, float):
        return replace(change, after=before + amount * (after - before))
    if isinstance(after, PlacedEffect):
        return replace(change, after=replace(after, effect=scaled_effect(after.effect, amount)))
    if isinstance(after, SendLevel) and after.level_linear > 0.0:
        # half the amount is half the send: the wet part scales as an amplitude, so that 0 is dry
        start = before.level_linear if isinstance(before, SendLevel) else 0.0
        return replace(change, after=replace(after, level_linear=start + amount * (after.level_linear - start)))
    return change


def plan_of(changes: Iterable[Change]) -> MixPlan:
    """Return the plan of some changes, less those that change nothing."""
    return MixPlan(tuple(changes)).without_idle
