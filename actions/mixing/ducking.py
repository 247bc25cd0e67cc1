"""Ducking: room for one track in another, only while both play, and only where cheaper remedies leave too little.

The kick ducks the bass where its low end is covered, the lead what covers its presence. A ReaComp on the ducked track
listens to a send of the key. It takes the whole track down by a dB or two, not a band: ReaComp splits no bands, and
of ReaXcomp nobody has shown that it takes a side chain. Its detector is not filtered either, since one that hears the
presence alone would duck by the consonants.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from actions.mixing.brief import Brief
from actions.mixing.desk import Desk, Frames, Strip
from actions.mixing.overlap import (
    LEAST_FRAMES,
    Picked,
    bands_between,
    common_frames,
    covered_ratio,
    cut_needed_db,
    ears,
)
from actions.mixing.remedies import Masked, Remedy, RemedyName
from actions.mixing.routing import leads_to
from actions.mixing.side_chain import Ducked, both_sound, ducked, is_heard, key_level, send_mode
from actions.mixing.strip import Insert
from actions.mixing.taste import DuckedBy
from analysis.prediction import solve_threshold
from reaper_bridge.session.change import SendLevel, side_chain_level
from reaper_bridge.session.effects import ReaComp
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import SIDE_CHAIN_INDEX

SHORTEST_ATTACK_MS: Final = 2.0
USUAL_BPM: Final = 120.0


@dataclass(frozen=True)
class Hidden:
    """A key, those of a group that cover it, and on which cells that is judged."""

    key: Strip
    others: tuple[Strip, ...]
    group: str
    wish: DuckedBy
    frames: Picked
    bands: Picked

    def covered(self, others: Iterable[Strip] | None = None) -> float:
        """Return how much of the key the others cover as their knobs stand, or as other knobs would have it."""
        return covered_ratio(self.heard([self.key]), self.heard(self.others if others is None else others))

    def heard(self, strips: Iterable[Strip]) -> Frames:
        """Return (2, F, B) power of some strips on the cells."""
        return np.asarray(sum((ears(strip, self.frames, self.bands) for strip in strips), start=np.zeros(1)))


def place_ducking(desk: Desk, brief: Brief) -> tuple[Masked, ...]:
    """Set the duckers of every track that still covers a key; return what was tried for each, the most hidden first."""
    _keep_what_is_listened_to(desk, brief)
    found = [_mended(desk, brief, hidden) for hidden in _hidden(desk)]
    desk.refresh()
    return tuple(sorted((one for one in found if one is not None), key=lambda one: (-one.before_ratio, one.others)))


def _keep_what_is_listened_to(desk: Desk, brief: Brief) -> None:
    """Place the sends anew that duckers listen to which this pass does not place."""
    stays = {s.id for s in desk.strips if "duck" in s.inserts}
    for strip in desk.strips:
        if "side_chain" not in strip.free:
            continue
        for send in brief.session.track(strip.id).sends:
            if send.is_side_chain and send.destination in stays and not send.muted:
                strip.side_chains[send.destination] = SendLevel(
                    send.level_linear, send.pan, send.mode, False, send.source_channel_index,
                    send.destination_channel_index,
                )  # fmt: skip


def _hidden(desk: Desk) -> Iterable[Hidden]:
    """Return what may hide what, each key as the track of its kind with most power in the band."""
    taste = desk.taste.ducking
    groups = desk.groups()
    kicks = groups.get("kick", [])
    for wish, keys, names in (
        (taste.kick_to_bass, kicks, ("bass",)),
        (taste.lead_to_others, desk.lead, taste.ducked_by_lead),
    ):
        if not wish.is_on or not keys:
            continue
        bands = bands_between(wish.low_hz, wish.high_hz)
        key = max(keys, key=lambda strip: (_band_power(strip, bands), strip.id))
        for name in names:
            others = tuple(strip for strip in groups.get(name, []) if strip not in keys)
            frames = common_frames(key, others, bands)
            if others and len(frames) >= LEAST_FRAMES:
                yield Hidden(key, others, name, wish, frames, bands)


def _band_power(strip: Strip, bands: Picked) -> float:
    ll, rr, _ = strip.band_power()
    return float((ll + rr)[bands].sum()) * strip.fader_power


def _mended(desk: Desk, brief: Brief, hidden: Hidden) -> Masked | None:
    """Go through the remedies of one key and group; None where nothing was hidden to begin with."""
    limit, others = hidden.wish.most_covered_ratio, hidden.others
    before = covered_ratio(*(hidden.heard(_untouched(brief, s) for s in part) for part in ([hidden.key], others)))
    level = hidden.covered(_levelled(s) for s in others)
    if max(before, level) <= limit:
        return None
    pan = hidden.covered(replace(s, masking_bands=[]) for s in others)
    now = hidden.covered()
    key = hidden.heard([hidden.key])
    lower_db = cut_needed_db(key, hidden.heard(_levelled(s) for s in others), limit)
    cut_db = cut_needed_db(key, hidden.heard(others), limit)
    remedies = [
        Remedy("level", level, _level_words(level, limit, lower_db)),
        Remedy("pan", pan, _pan_words(hidden, level, pan)),
        Remedy("eq", now, _eq_words(hidden, pan, now, cut_db)),
    ]
    cleared = [remedy.name for remedy in remedies if (remedy.covered_ratio or 0.0) <= limit]
    if now <= limit:
        chosen = cleared[0]
        remedies.append(Remedy("ducking", None, f"not needed: {_percent(now)} is covered, {_percent(limit)} may be"))
        return _masked(hidden, before, now, chosen, remedies)
    last, after = _ducking(desk, brief, hidden, now)
    return _masked(hidden, before, after, "ducking" if after < now else None, [*remedies, last])


def _masked(
    hidden: Hidden, before: float, after: float, chosen: RemedyName | None, remedies: Sequence[Remedy]
) -> Masked:  # fmt: skip
    wish, others = hidden.wish, tuple(sorted(strip.id for strip in hidden.others))
    return Masked(
        hidden.key.id, others, hidden.group, wish.low_hz, wish.high_hz, wish.most_covered_ratio, before, after, chosen,
        tuple(remedies),
    )  # fmt: skip


def _untouched(brief: Brief, strip: Strip) -> Strip:
    """Return a strip as it came: no plug-ins of ours, fader and pan as the session has them."""
    track = brief.session.track(strip.id)
    fader_db = 20.0 * math.log10(max(track.volume_linear, 1e-6))
    return replace(
        strip, trim_db=0.0, bands=[], masking_bands=[], inserts={}, fader_db=fader_db, pan=track.pan,
        width=track.width_ratio, ride_power=None,
    )  # fmt: skip


def _levelled(strip: Strip) -> Strip:
    """Return a strip at its level, where nothing else makes room: in the middle and without unmasking cuts."""
    return replace(strip, masking_bands=[], pan=0.0 if "pan" in strip.free else strip.pan)


# --- the ducker -------------------------------------------------------------------------------------------------------


def _ducking(desk: Desk, brief: Brief, hidden: Hidden, now: float) -> tuple[Remedy, float]:
    """Set the duckers of a group; return how it went, and how much is covered after it."""
    wish, limit = hidden.wish, hidden.wish.most_covered_ratio
    share = min((now - limit) / max(1.0 - limit, 1e-6), 1.0)
    wanted_db = wish.least_reduction_db + share * (wish.most_reduction_db - wish.least_reduction_db)
    refused: list[str] = []
    for strip in hidden.others:
        why = _why_not(desk, brief, hidden.key, strip)
        if why:
            refused.append(why)
        else:
            _place(desk, brief, hidden, strip, wanted_db)
    after = hidden.covered()
    if after >= now:
        return Remedy("ducking", None, f"not possible: {refused[0]}" if refused else "it would change nothing"), now
    said = f"{wanted_db:.1f} dB while both play leaves {_percent(after)} covered"
    if refused:
        said += f"; {len(refused)} of {len(hidden.others)} stay as they are: {refused[0]}"
    return Remedy("ducking", after, said), after


def _why_not(desk: Desk, brief: Brief, key: Strip, strip: Strip) -> str:
    """Say why a track cannot be ducked by a key, or return nothing."""
    if not strip.may_place("duck"):
        return "its plug-ins are the engineer's, or not in this pass"
    if leads_to(desk.session, strip.id, key.id, _planned(desk)):
        return "it sounds through the key itself, and would duck by its own sound"
    if strip.track.channel_count < 4 and "channels" not in strip.free:
        return "its channel count is locked"
    arriving = [t.id for t in desk.session.tracks for s in t.sends if s.destination == strip.id and s.is_side_chain]
    if any(each != key.id for each in arriving):
        return "its channels 3/4 are in use"
    if _goes_on(desk, strip):
        return "what it goes into has more than two channels, and would let the key through"
    standing = key.track.send_to(strip.id, side_chain=True)
    if standing is not None and not is_heard(standing):
        return "the engineer has closed the side chain between the two"
    if standing is None and "side_chain" not in key.free:
        return "the key may not send in this pass"
    return ""


def _goes_on(desk: Desk, strip: Strip) -> bool:
    """Tell whether channels 3/4 of a track are heard further on: in its folder, or in the master."""
    track, session = strip.track, desk.session
    if not track.sends_to_parent:
        return False
    has_folder = track.parent is not None and session.has_track(track.parent)
    folder = session.track(track.parent) if track.parent is not None and has_folder else session.master
    return folder.channel_count >= SIDE_CHAIN_INDEX + 2


def _planned(desk: Desk) -> tuple[tuple[TrackId, TrackId], ...]:
    """Return the ways that side chains already placed open."""
    return tuple((strip.id, each) for strip in desk.strips for each in strip.side_chains)


def _place(desk: Desk, brief: Brief, hidden: Hidden, strip: Strip, wanted_db: float) -> None:
    key, wish = hidden.key, hidden.wish
    standing = key.track.send_to(strip.id, side_chain=True)
    if standing is None:
        send = key.side_chains[strip.id] = side_chain_level(1.0, send_mode(key, key.id in brief.heard_fx))
    else:
        send = SendLevel(standing.level_linear, standing.pan, standing.mode)
    beat_ms = 60_000.0 / (desk.session.tempo_bpm_at(0.0) or USUAL_BPM)
    effect = ReaComp(
        ratio=wish.ratio,
        attack_ms=round(max(wish.attack_beats * beat_ms, SHORTEST_ATTACK_MS), 1),
        release_ms=round(wish.release_beats * beat_ms, 0),
        knee_db=desk.taste.dynamics.knee_db,
        rms_ms=wish.rms_ms,
        side_chain=True,
    )
    effect, done = _solved(desk, key, send, strip, effect, wanted_db)
    strip.inserts["duck"] = Insert(effect, done.frame_gain, reduction_db=done.reduction_db, key=key.id)
    mean_db = -10.0 * math.log10(max(strip.mean_gain(done.frame_gain), 1e-6))
    name, band = key.role.role.replace("_", " "), f"{wish.low_hz:.0f} to {wish.high_hz:.0f} Hz"
    strip.reasons["duck"] = (
        f"{done.reduction_db:.1f} dB down while the {name} sounds, {mean_db:.1f} dB over all: from {band} its group "
        f"covers {_percent(hidden.covered(_unducked(s) for s in hidden.others))} of it after level, pan and EQ"
    )
    if strip.id in key.side_chains:
        key.reasons[f"side_chain {strip.id}"] = (
            f"for the {strip.role.role.replace('_', ' ')} to give way to it by {done.reduction_db:.1f} dB; taken "
            f"{'before its plug-ins' if send.mode == 'pre_fx' else 'before its fader'}, so that its fader may move"
        )


def _unducked(strip: Strip) -> Strip:
    return replace(strip, inserts={knob: insert for knob, insert in strip.inserts.items() if knob != "duck"})


def _solved(
    desk: Desk, key: Strip, send: SendLevel, strip: Strip, effect: ReaComp, wanted_db: float
) -> tuple[ReaComp, Ducked]:
    """Return the ducker that takes off what is wanted while both play; each is solved once per session."""
    level = key_level(desk.session, key, send)
    name = (id(key.measures), id(strip.measures), effect, send.mode, float(level.sum()), round(wanted_db, 2))
    known = desk.memory.get(name)
    if isinstance(known, tuple):
        return known
    both = both_sound(level, strip)
    threshold_db = round(solve_threshold(effect, level, both, wanted_db), 1)
    placed = replace(effect, threshold_db=threshold_db)
    done = ducked(strip, placed, level)
    desk.memory[name] = (placed, done)
    return placed, done


# --- in words ---------------------------------------------------------------------------------------------------------


def _percent(ratio: float) -> str:
    return f"{100.0 * ratio:.0f} %"


def _level_words(level: float, limit: float, lower_db: float) -> str:
    said = f"at its place in the balance {_percent(level)} is covered"
    if level <= limit:
        return f"enough: {said}"
    return f"{said}; to do it by level alone would keep it {lower_db:.1f} dB below that place all the time"


def _pan_words(hidden: Hidden, level: float, pan: float) -> str:
    if hidden.group == "bass":
        return "no remedy: the low end belongs to the middle"
    if not any("pan" in strip.free for strip in hidden.others):
        return "its place is the engineer's"
    return f"as panned {_percent(pan)} is covered, in the middle it was {_percent(level)}"


def _eq_words(hidden: Hidden, pan: float, now: float, cut_db: float) -> str:
    cuts = [band for strip in hidden.others for band in strip.masking_bands]
    said = f"{len(cuts)} unmasking cut{'s' * (len(cuts) != 1)} leave{'s' * (len(cuts) == 1)} {_percent(now)}"
    said = said if cuts else f"no static cut was worth its price: {_percent(pan)} is covered"
    if not cut_db:
        return said
    wish = hidden.wish
    return f"{said}; another {cut_db:.1f} dB from {wish.low_hz:.0f} to {wish.high_hz:.0f} Hz would thin it all the time"


__all__ = ["Hidden", "place_ducking"]
