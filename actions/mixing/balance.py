"""Faders: every group at the loudness of its role, the lead above the rest by what the genre wants.

Each group is weighed as a whole, so that eight drum microphones have one vote. Faders are *placed*: they are
reckoned from the loudness before the fader, so a balanced session stays as it is.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from actions.mixing.desk import Desk, Strip, fader_limits, gated_loudness_lufs
from reaper_bridge.session.identity import TrackId

LOWEST_LUFS = -90.0
LEAST_SHARE_TO_LEAD = 0.3
"""Of all tracks: from here on those that stay set the level of those that move."""


@dataclass(frozen=True)
class Targets:
    """Where the balance aims: group loudness against the lead in LU, and the lead against the rest in dB."""

    groups_lu: Mapping[str, float] = field(default_factory=dict)
    lead_to_accompaniment_db: float | None = None
    rough_blend_ratio: float = 0.0


def place_faders(desk: Desk, rough_db: Mapping[TrackId, float] | None, lead_lift_db: float = 0.0) -> Targets:
    """Set the fader of every free strip; ``rough_db`` are the engineer's own faders, if he made a balance.

    ``lead_lift_db`` is how much further than the taste wants the lead shall stand above the rest.
    """
    strips = [s for s in desk.sounding if math.isfinite(_loudness(desk, s))]
    if not strips:
        return Targets()
    levels = _ideal_levels(desk, strips)
    blend = desk.taste.balance.rough_blend_ratio if rough_db is not None else 0.0
    if rough_db is not None and blend > 0.0:
        levels = _blended(desk, strips, levels, rough_db, blend)
    wanted = desk.taste.balance.lead_to_accompaniment_db + lead_lift_db if desk.lead else None
    faders = {s.id: levels[s.id] - _loudness(desk, s) for s in strips}
    if wanted is not None:
        faders = _with_lead_above(desk, faders, wanted)
    faders = _at_working_level(desk, strips, faders)
    if wanted is not None:
        faders = _with_lead_above_what_stays(desk, strips, faders, wanted)
    for strip in strips:
        if "fader" in strip.free:
            strip.fader_db = round(fader_limits(faders[strip.id], desk.taste.balance.largest_fader_db), 2)
    _explain(desk, strips)
    return Targets(_group_targets(desk), wanted, blend)


def _loudness(desk: Desk, strip: Strip) -> float:
    """Return the gated loudness of a strip with its fader at 0 dB."""
    return gated_loudness_lufs(desk.k_frames(strip))


def _ideal_levels(desk: Desk, strips: list[Strip]) -> dict[TrackId, float]:
    """Return the loudness each strip shall have, in LU against a lead at 0."""
    levels: dict[TrackId, float] = {}
    present = {strip.id for strip in strips}
    for group, members in desk.groups().items():
        heard = [strip for strip in members if strip.id in present]
        if not heard:
            continue
        relative = {strip.id: strip.row.offset_lu - _loudness(desk, strip) for strip in heard}
        together = gated_loudness_lufs(desk.sum_frames(heard, relative))
        together += desk.correlation_db.get(group, 0.0)
        shift = desk.taste.group_target_lu(group) - together
        for strip in heard:
            levels[strip.id] = strip.row.offset_lu + shift + _lift_db(desk, strip)
    return levels


def _lift_db(desk: Desk, strip: Strip) -> float:
    """Return what a track may be louder for playing where nobody sings."""
    lead = desk.lead
    if not lead or strip in lead:
        return 0.0
    sung = desk.sum_frames(lead, {member.id: 0.0 for member in lead})
    sings = sung > sung.max(initial=0.0) * 0.01
    own = desk.k_frames(strip)
    total = float(own.sum())
    alone = 1.0 - float(own[sings].sum()) / total if total > 0.0 else 0.0
    return desk.taste.balance.without_lead_lift_db * alone * alone


def _blended(
    desk: Desk,
    strips: list[Strip],
    levels: Mapping[TrackId, float],
    rough_db: Mapping[TrackId, float],
    blend: float,
) -> dict[TrackId, float]:
    """Mix our levels with those of the engineer's faders, both against the same anchor."""
    rough = {s.id: _loudness(desk, s) + rough_db[s.id] for s in strips if s.id in rough_db}
    heard = {key: value for key, value in rough.items() if value > LOWEST_LUFS}
    anchors = [s.id for s in desk.lead if s.id in heard] or sorted(heard)
    if not anchors:
        return dict(levels)
    offset = float(np.mean([heard[key] - levels[key] for key in anchors]))
    return {
        key: (1.0 - blend) * level + blend * (heard[key] - offset) if key in heard else level
        for key, level in levels.items()
    }


def _with_lead_above(desk: Desk, faders: Mapping[TrackId, float], wanted_db: float) -> dict[TrackId, float]:
    """Shift everything but the lead until it stands above the rest as wanted."""
    lead = {strip.id for strip in desk.lead}
    shifted = {s.id: faders.get(s.id, s.fader_db) for s in desk.sounding}
    for _ in range(3):
        now = desk.lead_to_accompaniment_db(shifted)
        if now is None or abs(now - wanted_db) < 0.02:
            break
        shifted = {key: value if key in lead else value + now - wanted_db for key, value in shifted.items()}
    return {key: shifted[key] for key in faders}


def _at_working_level(desk: Desk, strips: list[Strip], faders: Mapping[TrackId, float]) -> dict[TrackId, float]:
    """Shift all faders to the session's level: that of the fixed tracks, else the taste's mix loudness."""
    fixed = [strip for strip in strips if "fader" not in strip.free]
    if _sets_the_level(desk, fixed, strips):
        # the loudest fixed tracks know the level best
        offsets = [strip.fader_db - faders[strip.id] for strip in fixed]
        weights = [10.0 ** ((_loudness(desk, s) + s.fader_db) / 10.0) for s in fixed]
        shift = _weighted_median(offsets, weights)
        return {key: value + shift for key, value in faders.items()}
    now = gated_loudness_lufs(desk.mix_frames(faders))
    shift = desk.taste.balance.mix_loudness_lufs - now
    top = max(faders.values()) + shift - desk.taste.balance.largest_fader_db
    return {key: value + shift - max(min(top, 10.0), 0.0) for key, value in faders.items()}


def _with_lead_above_what_stays(
    desk: Desk, strips: list[Strip], faders: Mapping[TrackId, float], wanted_db: float
) -> dict[TrackId, float]:
    """Move a free lead to where it stands above the rest as wanted, as far as the rest stays where it is."""
    lead = {strip.id for strip in desk.lead}
    stays = {strip.id: strip.fader_db for strip in strips if "fader" not in strip.free}
    now = desk.lead_to_accompaniment_db({**faders, **stays})
    if now is None or lead & stays.keys() or len(stays) < LEAST_SHARE_TO_LEAD * len(strips):
        return dict(faders)
    return {key: value + wanted_db - now if key in lead else value for key, value in faders.items()}


def _sets_the_level(desk: Desk, fixed: list[Strip], strips: list[Strip]) -> bool:
    """Tell whether the tracks that stay are enough, or the lead is among them, for the others to follow."""
    return len(fixed) >= LEAST_SHARE_TO_LEAD * len(strips) or any(strip in desk.lead for strip in fixed)


def _weighted_median(values: list[float], weights: list[float]) -> float:
    order = np.argsort(values, kind="stable")
    cumulative = np.cumsum(np.array(weights)[order])
    return float(np.array(values)[order][int(np.searchsorted(cumulative, cumulative[-1] / 2.0))])


def group_loudness_lufs(desk: Desk) -> dict[str, float]:
    """Return the predicted loudness of each group at its faders."""
    return {
        group: gated_loudness_lufs(desk.sum_frames(members)) + desk.correlation_db.get(group, 0.0)
        for group, members in desk.groups().items()
    }


def _group_targets(desk: Desk) -> dict[str, float]:
    """Return what each group aims at, in LU against the lead (or against the loudest group)."""
    levels = group_loudness_lufs(desk)
    lead = desk.lead[0].row.group if desk.lead else max(levels, key=lambda g: levels[g], default="")
    return {group: level - levels[lead] for group, level in levels.items()} if lead else {}


def _explain(desk: Desk, strips: list[Strip]) -> None:
    levels = group_loudness_lufs(desk)
    lead = desk.lead[0].row.group if desk.lead else None
    ratio = desk.lead_to_accompaniment_db()
    for strip in strips:
        group, own = strip.row.group, _loudness(desk, strip) + strip.fader_db
        name = group.replace("_", " ")
        if group == lead and ratio is not None:
            text = f"{own:.1f} LUFS, {ratio:+.1f} dB against everything else while it sings"
        elif lead is not None:
            text = f"{name} at {levels[group] - levels[lead]:+.1f} LU against the lead"
        else:
            text = f"{name} at {levels[group]:.1f} LUFS"
        members = sum(1 for s in strips if s.row.group == group)
        share = f", one of {members} in its group" if members > 1 else ""
        strip.reasons["fader"] = text + share
