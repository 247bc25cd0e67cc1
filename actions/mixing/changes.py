"""Where the knobs of a desk ended, as changes: address, before, after and why."""

from collections.abc import Iterable, Mapping

from actions.mixing.acoustics import reverb_words
from actions.mixing.alignment import Aligned, alignment_words
from actions.mixing.brief import KNOB_STAGES, LABELS, RIDE_LANE, WHY_UNMIXED, Brief, fx_id, is_protected
from actions.mixing.crush import CRUSH, CRUSH_COMP, NAME
from actions.mixing.desk import Desk, Strip
from actions.mixing.panorama import pan_words
from actions.mixing.parallel import may_feed
from actions.mixing.space import MOST_RETURN_EFFECTS, OUR_RETURNS, Return, return_fx_id
from reaper_bridge.session.address import Address, Kind
from reaper_bridge.session.change import Change, NewTrack, PlacedEffect, SendLevel, Value
from reaper_bridge.session.effects import Effect, ReaDelay, ReaEq, ReaVerbate, trim
from reaper_bridge.session.units import db_from_linear, linear_from_db
from reaper_bridge.session.values import read_value


def changes_of(
    brief: Brief, desk: Desk, returns: Mapping[str, Return], aligned: Iterable[Aligned] = ()
) -> list[Change]:
    """Return the change of every knob of a desk, moved or not, strips first, then returns, sends and mutes."""
    changes: list[Change] = []
    moved = {found.pair.second: found for found in aligned if found.is_moved}
    for strip in desk.strips:
        changes += _alignment_changes(brief, strip, moved.get(strip.id))
        changes += _strip_changes(brief, strip)
    changes += _crush_changes(brief, desk)
    used = {kind for strip in desk.strips for kind in strip.sends_db}
    for kind in sorted(used):
        changes += _return_changes(brief, returns[kind])
    for strip in desk.strips:
        changes += _send_changes(brief, strip, returns)
    return [*changes, *_mute_changes(brief)]


def _strip_changes(brief: Brief, strip: Strip) -> Iterable[Change]:
    yield from _effect_changes(brief, strip)
    yield from _side_chain_changes(brief, strip)
    yield from _ride_changes(brief, strip)
    yield from _fader_changes(brief, strip)
    yield from _pan_changes(brief, strip)


def _alignment_changes(brief: Brief, strip: Strip, found: Aligned | None) -> Iterable[Change]:
    importance = 4.0 + (min(max(found.low_gain_db, 0.0), 12.0) if found is not None else 0.0)
    partner = brief.session.track(found.pair.first).name if found is not None else ""
    values: dict[Kind, Value] = {"polarity": strip.polarity_inverted, "play_offset": strip.play_offset_seconds}
    for knob, value in values.items():
        if knob in strip.free:
            why = alignment_words(found, partner, knob) if found is not None else "no longer needed"
            yield _change(brief, Address(strip.id, knob), value, why, "alignment", importance)


def _effect_changes(brief: Brief, strip: Strip) -> Iterable[Change]:
    effects: dict[str, Effect] = {knob: insert.effect for knob, insert in strip.inserts.items()}
    if strip.trim_db:
        effects["trim"] = trim(strip.trim_db)
    if strip.all_bands:
        effects["eq"] = ReaEq(strip.all_bands)
    weights = {knob: insert.reduction_db or 1.0 for knob, insert in strip.inserts.items()}
    weights["trim"] = min(abs(strip.trim_db) * 0.2, 2.5)
    weights["eq"] = sum(abs(b.gain_db) for b in strip.all_bands) * 0.7 + 0.5
    position = 0
    for knob, label in LABELS.items():
        value: Value = None
        if knob in effects:
            value = PlacedEffect(effects[knob], label, position)
            position += 1
        if strip.may_place(knob):
            address = Address(strip.id, "fx", fx_id(strip.id, knob))
            stage = "masking" if knob == "eq" and not strip.bands else KNOB_STAGES[knob][0]
            yield _change(brief, address, value, _why(strip, knob), stage, weights.get(knob, 0.5))


def _side_chain_changes(brief: Brief, strip: Strip) -> Iterable[Change]:
    """Return the channels a ducked track needs, and the sends of a track that others are ducked by."""
    if "channels" in strip.free:
        least = 4 if "duck" in strip.inserts else brief.base.track(strip.id).channel_count
        count = max(brief.base.track(strip.id).channel_count, least)
        why = "channels 3/4 carry what its ducker listens to" if "duck" in strip.inserts else "no longer needed"
        yield _change(brief, Address(strip.id, "channels"), count, why, "ducking", 0.5)
    if "side_chain" not in strip.free:
        return
    for destination, level in sorted(strip.side_chains.items()):
        why = strip.reasons.get(f"side_chain {destination}", "a ducker that stays listens to it")
        stage = "space" if destination in OUR_RETURNS else "ducking"
        yield _change(brief, Address(strip.id, "side_chain", destination), level, why, stage, 1.0)
    for send in brief.session.track(strip.id).sends:
        address = Address(strip.id, "side_chain", send.destination)
        is_ours = send.is_side_chain and read_value(brief.base, address) is None
        if is_ours and send.destination not in strip.side_chains:
            yield _change(brief, address, None, "no longer needed", "ducking", 0.5)


def _ride_changes(brief: Brief, strip: Strip) -> Iterable[Change]:
    if "ride" in strip.free:
        address = Address(strip.id, "envelope", RIDE_LANE)
        importance = 1.0 + max((abs(db_from_linear(max(p.value, 1e-6))) for p in strip.ride), default=0.0)
        why = strip.reasons.get("ride", "no longer needed")
        yield _change(brief, address, strip.ride, why, "automation", importance)


def _why(strip: Strip, knob: str) -> str:
    said = [strip.reasons.get(knob)]
    if knob == "eq" and strip.masking_bands:
        said.append(strip.reasons.get("masking"))
    return "; ".join(part for part in said if part) or "no longer needed"


def _fader_changes(brief: Brief, strip: Strip) -> Iterable[Change]:
    if "fader" not in strip.free or "fader" not in strip.reasons:
        return
    before_db = max(db_from_linear(brief.session.track(strip.id).volume_linear), -60.0)
    if abs(before_db - strip.fader_db) >= brief.taste.balance.smallest_move_db:
        heard_db = abs(strip.fader_db + strip.trim_db - before_db)
        stage = "balance" if "balance" in brief.stages else "gain"
        importance = 1.0 + min(heard_db, 12.0) * 0.5
        address = Address(strip.id, "fader")
        yield _change(brief, address, linear_from_db(strip.fader_db), strip.reasons["fader"], stage, importance)


def _pan_changes(brief: Brief, strip: Strip) -> Iterable[Change]:
    track, smallest = brief.session.track(strip.id), brief.taste.pan.smallest_move_ratio
    if "pan" in strip.free and abs(strip.pan - track.pan) >= smallest:
        why = f"{pan_words(strip.pan)}: {strip.reasons.get('pan', 'as its role asks')}"
        yield _change(brief, Address(strip.id, "pan"), float(strip.pan), why, "pan", 4.0 * abs(strip.pan))
    if "width" in strip.free and abs(strip.width - track.width_ratio) >= smallest:
        why = strip.reasons.get("width", f"{100 * strip.width:.0f} % wide, as it was recorded")
        importance = 4.0 * abs(strip.width - track.width_ratio)
        yield _change(brief, Address(strip.id, "width"), float(strip.width), why, "pan", importance)


def _change(brief: Brief, address: Address, after: Value, because: str, stage: str, importance: float) -> Change:
    return Change(address, read_value(brief.session, address), after, because, stage, importance)


def _return_changes(brief: Brief, unit: Return) -> Iterable[Change]:
    if unit.is_engineers:
        return
    if not brief.session.has_track(unit.track_id):
        users = f"a shared {unit.kind} on a return track, so that sounds stand in one space"
        made = NewTrack(unit.name, unit.channel_count)
        yield Change(Address(unit.track_id, "track"), None, made, users, "space", 1.0)
    elif brief.session.track(unit.track_id).channel_count < unit.channel_count:
        why = "channels 3/4 carry the lead, which its ducker listens to"
        yield _change(brief, Address(unit.track_id, "channels"), unit.channel_count, why, "space", 0.5)
    for i in range(MOST_RETURN_EFFECTS if unit.effects else 0):
        address = Address(unit.track_id, "fx", return_fx_id(unit.kind, i))
        wanted = unit.effects[i] if i < len(unit.effects) else None
        settings = f"{unit.name}: {_in_words(unit)}" if wanted is not None else "no longer needed"
        yield _change(brief, address, wanted, settings, "space", 1.0)


def _in_words(unit: Return) -> str:
    for placed in unit.effects:
        effect = placed.effect
        if isinstance(effect, ReaVerbate):
            return reverb_words(effect)
        if isinstance(effect, ReaDelay):
            return f"{effect.taps[0].length_beats:g} beats, feedback {effect.taps[0].feedback_db:.0f} dB"
    return "an effect return"


def _crush_changes(brief: Brief, desk: Desk) -> Iterable[Change]:
    """The parallel drum chain: its track and compressor, and the sends to it."""
    crush = desk.crush
    if crush is not None and crush.is_ours_to_set:
        if not brief.session.has_track(CRUSH):
            why = "a track for the parallel drum chain, fed by sends"
            yield Change(Address(CRUSH, "track"), None, NewTrack(NAME), why, "dynamics", 1.5)
        yield _change(brief, Address(CRUSH, "fx", CRUSH_COMP), crush.placed, crush.because, "dynamics", 1.5)
    for strip in desk.strips:
        if not may_feed(brief, strip):
            continue
        address = Address(strip.id, "send", CRUSH)
        before = read_value(brief.session, address)
        if crush is not None and strip.id in crush.members:
            why = "to the parallel drum chain at 0 dB, so that it follows the fader"
            yield Change(address, before, SendLevel(1.0), why, "dynamics", 1.0)
        elif before is not None and read_value(brief.base, address) is None:
            yield Change(address, before, None, "no longer needed", "dynamics", 0.5)


def _send_changes(brief: Brief, strip: Strip, returns: Mapping[str, Return]) -> Iterable[Change]:
    if "send" not in strip.free:
        return
    for kind, unit in sorted(returns.items()):
        address = Address(strip.id, "send", unit.track_id)
        before = read_value(brief.session, address)
        if kind in strip.sends_db:
            level = SendLevel(linear_from_db(strip.sends_db[kind]))
            importance = 1.0 + max(strip.sends_db[kind] + 20.0, 0.0) * 0.1
            yield Change(address, before, level, strip.reasons[f"send {kind}"], "space", importance)
        elif before is not None and not unit.is_engineers and read_value(brief.base, address) is None:
            yield Change(address, before, None, "no longer needed", "space", 0.5)


def _mute_changes(brief: Brief) -> Iterable[Change]:
    balance = brief.taste.balance
    if "balance" not in brief.stages:
        return
    for track in brief.base.tracks:
        role = brief.roles.tracks.get(track.id)
        is_sure = role is not None and role.confidence >= balance.muting_confidence_ratio
        is_unwanted = role is not None and role.role in balance.muted_roles
        if role is None or not is_sure or not is_unwanted or track.muted or track.id not in brief.free_tracks:
            continue
        if not is_protected(brief, track, "mute") and not track.is_folder:
            because = f"{WHY_UNMIXED[role.role]} ({100 * role.confidence:.0f} % sure): not part of the mix"
            yield _change(brief, Address(track.id, "mute"), True, because, "balance", 3.0)
