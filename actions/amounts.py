"""Where the knobs of a pass stand when a revision of it is wanted. Pure, and always reckoned from the full pass.

* A part that is taken out is gone: plug-ins, sends and return tracks are removed, other knobs as before the pass.
* A part of which there is nothing (amount 0), and what is silent while something is heard alone or compared, is only
  switched off: plug-ins bypassed, sends muted. Return tracks stay; with nothing sent to them they are silent.
* A track's way into a bus (out of its folder or the master, and the send) is taken or left as a whole.
* Trim, thresholds and fader of a track belong together. A trim is never heard: the fader takes back what it adds, and
  the threshold moves with it. So an amount of the balance is an amount of the *level*, trim and fader together.
"""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from actions.mixing.brief import LABELS, fx_id
from actions.mixing.taste import Masking
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import ALL_OR_NOTHING, Change, MixPlan, NewTrack, PlacedEffect, SendLevel, Value
from reaper_bridge.session.effects import EqBand, Jsfx, ReaComp, ReaEq, ReaGate, is_side_chained
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.revision import Revision
from reaper_bridge.session.scaling import scaled_effect, scaled_lane
from reaper_bridge.session.scripts import (
    DE_ESSER_KNOB_PER_DB,
    DE_ESSER_PATH,
    DE_ESSER_THRESHOLD,
    is_script,
    with_slider,
)
from reaper_bridge.session.units import FADER_MAX_DB, db_from_linear, linear_from_db

HALF: Final = 0.5
"""From here on what knows no middle is done."""


@dataclass(frozen=True)
class FullPass:
    """The full pass, and what of it cannot be reckoned from it alone.

    ``masking`` tells the unmasking bands of an equaliser from the corrective ones. ``faders`` are those of tracks that
    have a trim of ours, where the pass left the fader alone. ``held`` are the values that stay as they stand.
    """

    plan: MixPlan
    masking: Masking
    faders: Mapping[TrackId, float] = field(default_factory=dict)
    held: Mapping[Address, Value] = field(default_factory=dict)

    @cached_property
    def at(self) -> Mapping[Address, Change]:
        """The changes of the pass by address."""
        return {change.address: change for change in self.plan}

    @cached_property
    def added_tracks(self) -> frozenset[TrackId]:
        """The tracks that the pass added."""
        return frozenset(c.address.track_id for c in self.plan if c.before is None and isinstance(c.after, NewTrack))

    @cached_property
    def buses(self) -> frozenset[TrackId]:
        """The tracks that others go through instead of their folder or the master."""
        return frozenset(TrackId(address.key) for address in self.plan.routed if address.kind == "send")


def standing_values(full: FullPass, revision: Revision) -> dict[Address, Value]:
    """Return the value of every address of a pass as a revision wants it; the full pass gives exactly itself."""
    found = {change.address: _value(full, change, revision) for change in full.plan}
    found.update(full.held)
    for track_id, trim in trims_of(full.plan).items():
        _follow_trim(full, revision, track_id, trim, found)
    found.update({a: c.after for a, c in full.at.items() if a.kind == "channels" and _are_needed(a.track_id, found)})
    return {**found, **full.held}


def is_out(full: FullPass, revision: Revision, address: Address) -> bool:
    """Tell whether a change was taken out, itself or with the track that it needs."""
    group = full.plan.routed.get(address, frozenset({address}))
    return any(each in revision.rejected or _is_nowhere(full, revision, each) for each in group)


def _is_nowhere(full: FullPass, revision: Revision, address: Address) -> bool:
    """Tell whether a change needs a track of ours that was taken out."""
    needed = (Address(address.track_id, "track"), Address(TrackId(address.key), "track"))
    return any(each in revision.rejected and each.track_id in full.added_tracks for each in needed)


def _are_needed(track_id: TrackId, found: Mapping[Address, Value]) -> bool:
    """Tell whether what is left of a pass arrives at channels 3/4 of a track, or listens there."""
    return any(
        (address.kind == "side_chain" and address.key == track_id and value is not None)
        or (address.track_id == track_id and isinstance(value, PlacedEffect) and is_side_chained(value.effect))
        for address, value in found.items()
    )


def ratio_of(revision: Revision, stage: str) -> float:
    """Return how much of a stage is wanted, 0 to 1."""
    return revision.amount_ratio * revision.stage_ratios.get(stage, 1.0)


def _is_silent(full: FullPass, revision: Revision, address: Address) -> bool:
    """Tell whether a change is switched off for the time being; what leads to one that is heard alone is on."""
    if revision.hearing == "before" or revision.alone in (None, address):
        return revision.hearing == "before"
    group = full.plan.routed.get(address, frozenset({address} if address.kind == "side_chain" else ()))
    leads_to = {each.key for each in group if each.kind in ("send", "side_chain")}
    return revision.alone not in group and revision.alone.track_id not in leads_to


def _ratio(full: FullPass, change: Change, revision: Revision) -> float:
    if _is_silent(full, revision, change.address) or is_out(full, revision, change.address):
        return 0.0
    return ratio_of(revision, change.stage)


def _value(full: FullPass, change: Change, revision: Revision) -> Value:
    address, before, after = change.address, change.before, change.after
    if is_out(full, revision, address):
        return before
    if address.kind in ("track", "channels") or address.track_id in full.added_tracks - full.buses:
        return after
    ratio = _ratio(full, change, revision)
    if isinstance(after, PlacedEffect) and isinstance(after.effect, ReaEq) and before is None:
        return _equaliser(full, after, after.effect, revision, is_heard=not _is_silent(full, revision, address))
    if ratio >= 1.0:
        return after
    if ratio <= 0.0 or (address in full.plan.routed and ratio < HALF):
        return _switched_off(before, after)
    if address in full.plan.routed or address.kind == "side_chain":
        return after
    if isinstance(after, PlacedEffect) and before is None:
        return replace(after, effect=scaled_effect(after.effect, ratio))
    if isinstance(after, SendLevel):
        start = before.level_linear if isinstance(before, SendLevel) else 0.0
        return replace(after, level_linear=start + ratio * (after.level_linear - start))
    if address.kind == "fader" and isinstance(before, float) and isinstance(after, float) and before * after > 0.0:
        return linear_from_db(between(db_from_linear(before), db_from_linear(after), ratio))
    if address.kind in ALL_OR_NOTHING:
        return after if ratio >= HALF else before
    if address.kind == "envelope" and isinstance(before, tuple) and isinstance(after, tuple):
        points = scaled_lane(address.key, before, after, ratio)
        return points if points is not None else after if ratio >= HALF else before
    value: Value = between(before, after, ratio)
    return value


def _switched_off(before: Value, after: Value) -> Value:
    """Return what sounds as before the pass and can be switched on again with one click."""
    if before is None and isinstance(after, PlacedEffect):
        return replace(after, enabled=False)
    if before is None and isinstance(after, SendLevel):
        return replace(after, muted=True)
    return before


def _equaliser(full: FullPass, placed: PlacedEffect, eq: ReaEq, revision: Revision, *, is_heard: bool) -> PlacedEffect:
    """Return an equaliser with its corrective bands by the amount of tone, those that unmask by theirs."""
    from actions.mixing.masking import is_unmasking

    if not is_heard:
        return replace(placed, enabled=False)
    ratios = [ratio_of(revision, "masking" if is_unmasking(band, full.masking) else "tone") for band in eq.bands]
    if all(ratio >= 1.0 for ratio in ratios):
        return placed
    bands = [_band(band, ratio) for band, ratio in zip(eq.bands, ratios, strict=True) if ratio > 0.0]
    if not bands:
        return replace(placed, enabled=False)
    return replace(placed, effect=ReaEq(tuple(bands), eq.gain_db))


def _band(band: EqBand, ratio: float) -> EqBand:
    scaled = scaled_effect(ReaEq((band,)), ratio) if ratio < 1.0 else ReaEq((band,))
    return scaled.bands[0] if isinstance(scaled, ReaEq) else band


def between(before: Any, after: Any, ratio: float) -> Any:
    """Return what lies between two values of one shape, number by number; what knows no middle is its nearer end."""
    if isinstance(before, float) and isinstance(after, float) and math.isfinite(before - after):
        return before + ratio * (after - before)
    if isinstance(before, tuple) and isinstance(after, tuple) and len(before) == len(after):
        return tuple(between(a, b, ratio) for a, b in zip(before, after, strict=True))
    if type(before) is not type(after) or not dataclasses.is_dataclass(after) or isinstance(after, type):
        return after if ratio >= HALF else before
    fields = {
        f.name: between(getattr(before, f.name), getattr(after, f.name), ratio) for f in dataclasses.fields(after)
    }
    return replace(after, **fields)


# --- trim, threshold and fader belong together --------------------------------------------------------------------


def trim_gain_db(value: Value) -> float:
    """Return what a trim adds; 0 for one that is off or not there."""
    if not isinstance(value, PlacedEffect) or not value.enabled or not isinstance(value.effect, Jsfx):
        return 0.0
    return value.effect.sliders[0] or 0.0


def trims_of(plan: MixPlan) -> dict[TrackId, Change]:
    """Return the trim of each track that a pass gave one, changed or took away."""
    return {
        c.address.track_id: c
        for c in plan
        if c.address.kind == "fx" and c.address.key == fx_id(c.address.track_id, "trim")
    }


def _follow_trim(
    full: FullPass, revision: Revision, track_id: TrackId, trim: Change, found: dict[Address, Value]
) -> None:  # fmt: skip
    """Set fader and thresholds of a track to where its trim now asks for them."""
    now_db, full_db = trim_gain_db(found[trim.address]), trim_gain_db(trim.after)
    missing_db = full_db - now_db
    for knob in LABELS if missing_db else ():
        place = Address(track_id, "fx", fx_id(track_id, knob))
        if place in full.at:
            found[place] = _threshold_moved(found[place], -missing_db)
    address = Address(track_id, "fader")
    change = full.at.get(address)
    before, after = (change.before, change.after) if change else (full.faders.get(track_id),) * 2
    if not isinstance(before, float) or not isinstance(after, float) or before <= 0.0 or after <= 0.0:
        return
    ratio = _ratio(full, change or replace(trim, address=address, stage="balance"), revision)
    if ratio >= 1.0 and not missing_db:
        found[address] = after
        return
    level_before_db = db_from_linear(before) + trim_gain_db(trim.before)
    level_full_db = db_from_linear(after) + full_db
    level_db = level_before_db + min(ratio, 1.0) * (level_full_db - level_before_db)
    is_as_before = ratio <= 0.0 and now_db == trim_gain_db(trim.before)
    found[address] = before if is_as_before else linear_from_db(min(level_db - now_db, FADER_MAX_DB))


def _threshold_moved(value: Value, by_db: float) -> Value:
    """Return a plug-in with its threshold moved; one that listens to another track keeps it."""
    if not isinstance(value, PlacedEffect):
        return value
    effect = value.effect
    if isinstance(effect, ReaComp | ReaGate) and not effect.side_chain:
        return replace(value, effect=replace(effect, threshold_db=effect.threshold_db + by_db))
    if isinstance(effect, Jsfx) and is_script(effect, DE_ESSER_PATH):
        threshold_db = effect.sliders[DE_ESSER_THRESHOLD]
        if threshold_db is not None:
            knob_db = min(max(threshold_db + DE_ESSER_KNOB_PER_DB * by_db, -80.0), 0.0)
            return replace(value, effect=with_slider(effect, DE_ESSER_THRESHOLD, knob_db))
    return value
