"""The whole decision: a session, what was heard in it and a taste become one plan.

Stages run in the order an engineer works; faders are placed last, from the loudness before them, so that no
later stage upsets the balance. Nothing here touches audio or a host, and the same input gives the same plan.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from actions.mixing.balance import Targets, place_faders
from actions.mixing.blend import place_blend
from actions.mixing.desk import Desk, Frames, Strip, folder_gain
from actions.mixing.dynamics import adopt_compressor, place_dynamics
from actions.mixing.gain import place_trims
from actions.mixing.low_end import centre_low_end
from actions.mixing.masking import place_unmasking
from actions.mixing.panorama import even_out, place_panorama
from actions.mixing.space import Return, place_sends, returns_for
from actions.mixing.taste import Role, Taste
from actions.mixing.tone import place_tone
from analysis.curves import curve_values
from analysis.measures import HOP_SECONDS, Flaw, TrackMeasures
from analysis.roles import Roles
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import Change, MixPlan, NewTrack, PlacedEffect, SendLevel, Value, same_value
from reaper_bridge.session.effects import TRIM_PATH, Jsfx, ReaComp, ReaDelay, ReaEq, ReaVerbate, trim
from reaper_bridge.session.identity import FxId, TrackId, guid_from_words
from reaper_bridge.session.model import EnvelopeKind, Session, Track
from reaper_bridge.session.units import db_from_linear, linear_from_db
from reaper_bridge.session.values import read_value

STAGES: Final = ("gain", "balance", "pan", "tone", "masking", "dynamics", "space")
KNOB_STAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "trim": ("gain",),
    "eq": ("tone", "masking"),
    "comp": ("dynamics",),
    "fader": ("balance", "gain"),
    "mute": ("balance",),
    "pan": ("pan",),
    "width": ("pan",),
    "send": ("space",),
}
LABELS: Final = {"trim": "First Pass Trim", "eq": "First Pass EQ", "comp": "First Pass Comp"}
VOLUME_LANES: Final[tuple[EnvelopeKind, ...]] = ("pre_fx_volume", "volume", "trim_volume", "mute")
LEAST_ACTIVE_SECONDS: Final = 1.0
UNKNOWN_ROW: Final = Role(group="unknown", pan="as_is")
WHY_UNMIXED: Final[Mapping[str, str]] = {
    "bus": "a bus: its members are mixed, it keeps its own settings",
    "return": "an effect return: it keeps its own settings",
    "click": "a click track",
    "guide": "a guide track",
    "reference": "a reference track",
    "print": "a print of an earlier mix",
    "junk": "nothing useful is recorded on it",
}


@dataclass(frozen=True)
class Corrections:
    """What a rendering found to differ from the prediction, in dB.

    ``groups``: how much louder a group's tracks are together than apart; ``returns``: how much louder a
    return is than predicted; ``level``: how far the mix must come down for its true peak.
    """

    groups: Mapping[str, float] = field(default_factory=dict)
    returns: Mapping[str, float] = field(default_factory=dict)
    level: float = 0.0
    lead: float = 0.0
    low_side: float = 0.0


@dataclass(frozen=True)
class Brief:
    """Everything a decision is made from.

    ``session`` is the project as it stands; ``base`` the same without the work that may be done again.
    ``free_tracks`` may be changed, less the ``protected`` addresses (locked, or moved by the engineer).
    """

    session: Session
    base: Session
    measures: Mapping[TrackId, TrackMeasures]
    roles: Roles
    flaws: Mapping[TrackId, tuple[Flaw, ...]]
    taste: Taste
    free_tracks: frozenset[TrackId]
    protected: frozenset[Address] = frozenset()
    stages: frozenset[str] = frozenset(STAGES)
    has_rough_balance: bool = False
    corrections: Corrections = Corrections()
    memory: dict[Hashable, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """A plan, what it aims at, and the desk it was made on. ``unmixed`` says why a track is left alone."""

    plan: MixPlan
    desk: Desk
    targets: Targets
    returns: Mapping[str, Return]
    unmixed: Mapping[TrackId, str]
    dropped: tuple[tuple[Address, str], ...] = ()


def decide(brief: Brief) -> Decision:
    """Return the plan for a brief."""
    desk = desk_of(brief)
    stages = brief.stages
    if "gain" in stages:
        place_trims(desk)
    if "tone" in stages:
        place_tone(desk, {str(key): value for key, value in brief.flaws.items()})
    rough = _rough_faders(desk, brief) if brief.has_rough_balance else None
    targets = Targets()
    if "balance" in stages:
        targets = place_faders(desk, rough)
    if "pan" in stages:
        place_panorama(desk, brief.roles)
    if "balance" in stages:
        targets = place_faders(desk, rough)
    if "tone" in stages:
        place_blend(desk)
    if "balance" in stages:
        targets = place_faders(desk, rough)
    if "masking" in stages:
        place_unmasking(desk)
    if "dynamics" in stages:
        place_dynamics(desk)
    for _ in range(2):
        if "balance" in stages:
            targets = place_faders(desk, rough)
        if "pan" in stages:
            centre_low_end(desk, brief.corrections.low_side)
            even_out(desk)
    if "balance" in stages:
        targets = place_faders(desk, rough)
    elif "gain" in stages:
        _make_faders_neutral(desk, brief)
    returns = returns_for(desk, brief.base.tempo_bpm_at(0.0)) if "space" in stages else {}
    if returns:
        place_sends(desk, returns, dict(brief.corrections.returns))
    return _decision(brief, desk, targets, returns)


def desk_of(brief: Brief) -> Desk:
    """Return the desk of a brief with every knob where the base session has it."""
    taste = brief.taste
    if brief.corrections.level:
        lowered = taste.balance.mix_loudness_lufs + brief.corrections.level
        taste = taste.model_copy(update={"balance": taste.balance.model_copy(update={"mix_loudness_lufs": lowered})})
    strips = [
        _strip(brief, track)
        for track in brief.base.tracks
        if why_unmixed(brief, track) is None and track.id in brief.measures
    ]
    return Desk(brief.base, taste, strips, dict(brief.corrections.groups), brief.corrections.lead, brief.memory)


def why_unmixed(brief: Brief, track: Track) -> str | None:
    """Say why a track takes no part in the mix, or return None."""
    role = brief.roles.tracks.get(track.id)
    if track.muted:
        return "muted by the engineer"
    if role is not None and role.role in WHY_UNMIXED:
        return WHY_UNMIXED[role.role]
    if track.id not in brief.measures:
        return "nothing to hear on it"
    measures = brief.measures[track.id]
    if measures.is_silent:
        return "silent"
    if measures.active_seconds < LEAST_ACTIVE_SECONDS and (role is None or role.role == "unknown"):
        return f"it plays for only {measures.active_seconds:.1f} s and nothing says what it is"
    return None


def fx_id(track_id: TrackId, knob: str) -> FxId:
    """Return the GUID that our plug-in of a kind has on a track."""
    return FxId(guid_from_words("first pass plug-in", track_id, knob))


def _strip(brief: Brief, track: Track) -> Strip:
    role = brief.roles.tracks[track.id]
    row = brief.taste.roles.get(role.role, UNKNOWN_ROW)
    ours = {fx_id(track.id, knob): knob for knob in LABELS}
    existing = tuple(slot.effect for slot in track.fx if track.fx_enabled and slot.sounds and slot.id not in ours)
    strip = Strip(
        track,
        role,
        row,
        brief.measures[track.id],
        _free_knobs(brief, track),
        brief.base.pan_law_linear,
        brief.base.pan_taper,
        folder_gain(brief.base, track),
        existing,
        fader_db=max(db_from_linear(track.volume_linear), -120.0),
        pan=track.pan,
        width=track.width_ratio,
    )
    strip.lane_power = _lane_power(track, len(strip.measures.k_power))
    for slot in track.fx:
        if slot.id in ours and slot.sounds:
            _adopt(strip, slot.effect)
    return strip


def _lane_power(track: Track, frame_count: int) -> Frames | None:
    """Return (F,) power gain of the engineer's volume and mute automation, or None where there is none."""
    lanes = [lane for kind in VOLUME_LANES if (lane := track.envelope(kind)) is not None]
    if not lanes:
        return None
    times = (np.arange(frame_count) + 0.5) * HOP_SECONDS
    gain = np.ones(frame_count)
    for lane in lanes:
        gain *= curve_values(lane.points, times)
    return gain**2


def _adopt(strip: Strip, effect: object) -> None:
    """Load the knobs of a plug-in of ours that stays."""
    if isinstance(effect, Jsfx) and effect.path.casefold() == TRIM_PATH:
        strip.trim_db = effect.sliders[0] or 0.0
    elif isinstance(effect, ReaEq):
        strip.bands = list(effect.bands)
    elif isinstance(effect, ReaComp):
        adopt_compressor(strip, effect)


def _free_knobs(brief: Brief, track: Track) -> frozenset[str]:
    if track.id not in brief.free_tracks or track.is_locked:
        return frozenset()
    free = {knob for knob, stages in KNOB_STAGES.items() if brief.stages & set(stages)}
    free = {knob for knob in free if not _is_protected(brief, track, knob)}
    if "balance" not in brief.stages and "trim" not in free:
        free.discard("fader")
    if abs(track.pan) > 0.01 or track.pan_mode == "dual":
        free -= {"pan", "width"}  # the engineer has placed it
    if track.envelope("pan"):
        free -= {"pan", "width"}
    if (track.envelope("volume") and track.automation_mode != "trim_read") or track.follows_vca:
        free -= {"fader", "trim"}  # the lane, or the leader, would move the fader back
    if track.is_frozen:
        free -= {"trim", "eq", "comp"}
    return frozenset(free)


def _is_protected(brief: Brief, track: Track, knob: str) -> bool:
    """Tell whether the engineer locked or moved this knob. One touched plug-in of ours pins all three."""
    if knob in LABELS:
        return any(Address(track.id, "fx", fx_id(track.id, each)) in brief.protected for each in LABELS)
    if knob == "send":
        return any(a.track_id == track.id and a.kind == "send" for a in brief.protected)
    return any(a.track_id == track.id and a.kind == knob for a in brief.protected)


def _rough_faders(desk: Desk, brief: Brief) -> dict[TrackId, float]:
    """Return the engineer's own faders in dB, less the trims that we add before them."""
    return {
        strip.id: max(db_from_linear(brief.base.track(strip.id).volume_linear), -60.0) - strip.trim_db
        for strip in desk.strips
    }


def _make_faders_neutral(desk: Desk, brief: Brief) -> None:
    """Let the faders take back what the trims added."""
    for strip in desk.strips:
        if strip.may_place("trim") and "fader" in strip.free:
            strip.fader_db = round(db_from_linear(brief.base.track(strip.id).volume_linear) - strip.trim_db, 2)
            strip.reasons["fader"] = f"takes back the {strip.trim_db:+.1f} dB of the trim"


def _decision(brief: Brief, desk: Desk, targets: Targets, returns: Mapping[str, Return]) -> Decision:
    changes: list[Change] = []
    for strip in desk.strips:
        changes += _strip_changes(brief, strip)
    used = {kind for strip in desk.strips for kind in strip.sends_db}
    for kind in sorted(used):
        changes += _return_changes(brief, returns[kind])
    for strip in desk.strips:
        changes += _send_changes(brief, strip, returns)
    changes += _mute_changes(brief)
    dropped = tuple((c.address, "the engineer's own") for c in changes if c.address in brief.protected)
    kept = [c for c in changes if c.address not in brief.protected and not same_value(c.before, c.after)]
    unmixed = {t.id: why for t in brief.base.tracks if (why := why_unmixed(brief, t)) is not None}
    return Decision(MixPlan(tuple(kept)), desk, targets, returns, unmixed, dropped)


def _strip_changes(brief: Brief, strip: Strip) -> Iterable[Change]:
    track_id, reasons = strip.id, strip.reasons
    positions = iter(range(3))
    wanted: dict[str, Value] = {"trim": None, "eq": None, "comp": None}
    if strip.trim_db:
        wanted["trim"] = PlacedEffect(trim(strip.trim_db), LABELS["trim"], next(positions))
    if strip.all_bands:
        wanted["eq"] = PlacedEffect(ReaEq(strip.all_bands), LABELS["eq"], next(positions))
    if strip.comp is not None:
        wanted["comp"] = PlacedEffect(strip.comp, LABELS["comp"], next(positions))
    weights = {
        "trim": min(abs(strip.trim_db) * 0.2, 2.5),
        "eq": sum(abs(b.gain_db) for b in strip.all_bands) * 0.7 + 0.5,
        "comp": strip.comp_reduction_db,
    }
    stage = {"trim": "gain", "eq": "tone" if strip.bands else "masking", "comp": "dynamics"}
    for knob, value in wanted.items():
        if strip.may_place(knob):
            because = reasons.get(knob, "no longer needed")
            if knob == "eq" and strip.masking_bands:
                because = "; ".join(part for part in (reasons.get("eq"), reasons.get("masking")) if part)
            yield _change(
                brief,
                Address(track_id, "fx", fx_id(track_id, knob)),
                value,
                because,
                stage[knob],
                weights[knob],
            )
    if "fader" in strip.free and "fader" in reasons:
        before = brief.session.track(track_id).volume_linear
        after = linear_from_db(strip.fader_db)
        moved = abs(max(db_from_linear(before), -60.0) - strip.fader_db)
        if moved >= brief.taste.balance.smallest_move_db:
            heard = abs(strip.fader_db + strip.trim_db - max(db_from_linear(before), -60.0))
            stage_name = "balance" if "balance" in brief.stages else "gain"
            yield _change(
                brief, Address(track_id, "fader"), after, reasons["fader"], stage_name, 1.0 + min(heard, 12.0) * 0.5
            )
    for kind, value in (("pan", strip.pan), ("width", strip.width)):
        if kind in strip.free and abs(value - _float(brief, track_id, kind)) >= brief.taste.pan.smallest_move_ratio:
            because = reasons.get(kind, "central, as its role asks")
            address = Address(track_id, "pan" if kind == "pan" else "width")
            yield _change(brief, address, float(value), because, "pan", 4.0 * abs(value))


def _float(brief: Brief, track_id: TrackId, kind: str) -> float:
    track = brief.session.track(track_id)
    return track.pan if kind == "pan" else track.width_ratio


def _change(brief: Brief, address: Address, after: Value, because: str, stage: str, importance: float) -> Change:
    return Change(address, read_value(brief.session, address), after, because, stage, importance)


def _return_changes(brief: Brief, unit: Return) -> Iterable[Change]:
    if unit.is_engineers:
        return
    if not brief.session.has_track(unit.track_id):
        users = f"a shared {unit.kind} on a return track, so that sounds stand in one space"
        yield Change(Address(unit.track_id, "track"), None, NewTrack(unit.name), users, "space", 1.0)
    for i, placed in enumerate(unit.effects):
        address = Address(unit.track_id, "fx", FxId(guid_from_words("first pass return", unit.kind, str(i))))
        settings = f"{unit.name}: {_in_words(unit)}"
        yield _change(brief, address, placed, settings, "space", 1.0)


def _in_words(unit: Return) -> str:
    for placed in unit.effects:
        effect = placed.effect
        if isinstance(effect, ReaVerbate):
            return f"room size {100 * effect.room_size_ratio:.0f} %, pre-delay {effect.pre_delay_ms:.0f} ms"
        if isinstance(effect, ReaDelay):
            return f"{effect.taps[0].length_beats:g} beats, feedback {effect.taps[0].feedback_db:.0f} dB"
    return "an effect return"


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
        if not _is_protected(brief, track, "mute") and not track.is_folder:
            because = f"{WHY_UNMIXED[role.role]} ({100 * role.confidence:.0f} % sure): not part of the mix"
            yield _change(brief, Address(track.id, "mute"), True, because, "balance", 3.0)
