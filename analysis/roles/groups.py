"""Tracks that belong together: stereo pairs, doubles, DI and amplifier, microphones of one drum, kits, families."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from analysis.measures import TrackMeasures
from analysis.roles.names import Side
from analysis.roles.tokens import words_of
from analysis.roles.vocabulary import Family, general_role
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import Session, Track

GroupKind: TypeAlias = Literal["stereo_pair", "double", "di_amp", "mic_pair", "drum_kit", "family"]


@dataclass(frozen=True)
class TrackRole:
    """What one track is, how sure 0 to 1, and why; below 0.5 the role is ``unknown``."""

    track_id: TrackId
    role: str
    confidence: float
    evidence: tuple[str, ...] = ()
    side: Side | None = None
    family: Family = "none"


@dataclass(frozen=True)
class Group:
    """Tracks that belong together, in project order.

    ``stereo_pair`` is left and right of one performance, ``double`` the same part played twice, ``di_amp`` and
    ``mic_pair`` one performance picked up in several places, ``drum_kit`` all microphones of a kit.
    """

    kind: GroupKind
    members: tuple[TrackId, ...]
    confidence: float
    evidence: tuple[str, ...] = ()


KIT_ROLES = frozenset(
    {"kick", "snare", "tom", "hihat", "cymbals", "overheads", "room"}
)  # the general roles of a kit's microphones
_PICKED_UP = {"bass_di": "bass", "bass_amp": "bass", "agtr_di": "agtr", "agtr_mic": "agtr", "egtr_di": "egtr"}
_PLAYED_TWICE = frozenset({"guitars", "lead vocals", "backing vocals", "percussion"})
_PLACE_WORDS = frozenset(
    {
        "di",
        "pickup",
        "amp",
        "cab",
        "mic",
        "gear",
        "gear_egtr",
        "gear_kick",
        "amp_model",
        "close",
        "far",
        "left",
        "right",
    }
    | {"left?", "right?", "both", "double", "track_word", "noise_word"}
)


def groups_of(
    session: Session, roles: Mapping[TrackId, TrackRole], measures: Mapping[TrackId, TrackMeasures]
) -> tuple[Group, ...]:
    """Find the tracks that belong together, by their names and roles, surer where their levels agree."""
    tracks = [track for track in session if track.id in roles and roles[track.id].role != "unknown"]
    found = [
        *_pairs(tracks, roles, measures),
        *_doubles(tracks, roles),
        *_places(tracks, roles, measures),
        *_drum_mics(tracks, roles),
        *_kit(tracks, roles),
        *_families(tracks, roles),
    ]
    return tuple(found)


def likeness(first: TrackMeasures, second: TrackMeasures) -> float:
    """Return how alike the levels of two tracks run, -1 to 1, where either plays; 0 if they hardly do."""
    count = min(len(first.k_power), len(second.k_power), len(first.is_active), len(second.is_active))
    either = first.is_active[:count] | second.is_active[:count]
    if np.count_nonzero(either) < 20:
        return 0.0
    levels = [10.0 * np.log10(m.k_power[:count][either].astype(np.float64) + 1e-12) for m in (first, second)]
    levels = [np.maximum(level, level.max() - 50.0) for level in levels]
    if min(level.std() for level in levels) < 1e-6:
        return 0.0
    return float(np.corrcoef(levels[0], levels[1])[0, 1])


def _stem(track: Track) -> tuple[str, ...]:
    """Return the words of a name less those for side, place, equipment and numbering in front."""
    words = words_of(track.name)
    plain = [w.meaning or w.text for w in words if w.meaning not in _PLACE_WORDS]
    while plain and plain[0].isdigit() and len(plain) > 1:
        plain = plain[1:]
    return tuple(plain)


def _pairs(
    tracks: list[Track], roles: Mapping[TrackId, TrackRole], measures: Mapping[TrackId, TrackMeasures]
) -> Iterator[Group]:
    by_stem: dict[tuple[tuple[str, ...], TrackId | None, str], list[Track]] = defaultdict(list)
    for track in tracks:
        if roles[track.id].side is not None:
            by_stem[(_stem(track), track.parent, roles[track.id].family)].append(track)
    for (_, _, family), members in by_stem.items():
        sides = [roles[track.id].side for track in members]
        if sorted(map(str, sides)) != ["left", "right"] or any(m.channel_count < 1 for m in members):
            continue
        first, second = members
        alike = _likeness_of(first, second, measures)
        is_double = family in _PLAYED_TWICE and (alike is None or alike < 0.97)
        evidence = f"“{first.name}” and “{second.name}” are left and right of the same name"
        yield Group("double" if is_double else "stereo_pair", (first.id, second.id), 0.9, (evidence,))


def _likeness_of(first: Track, second: Track, measures: Mapping[TrackId, TrackMeasures]) -> float | None:
    if first.id not in measures or second.id not in measures:
        return None
    return likeness(measures[first.id], measures[second.id])


def _doubles(tracks: list[Track], roles: Mapping[TrackId, TrackRole]) -> Iterator[Group]:
    """Yield a part with those that are named as its doubles."""
    by_stem: dict[tuple[tuple[str, ...], str], list[Track]] = defaultdict(list)
    for track in tracks:
        if roles[track.id].family in _PLAYED_TWICE and roles[track.id].side is None:
            by_stem[(_stem(track), roles[track.id].family)].append(track)
    leads = [track for track in tracks if roles[track.id].role == "lead_vocal"]
    grouped: set[TrackId] = set()
    for members in by_stem.values():
        said = [track for track in members if any(w.meaning == "double" for w in words_of(track.name))]
        if said and len(said) < len(members):
            grouped.update(track.id for track in said)
            yield Group("double", tuple(t.id for t in members), 0.85, (f"“{said[0].name}” is named as a double",))
    rest = [t for t in tracks if roles[t.id].role == "vocal_double" and t.id not in grouped]
    if len(leads) == 1 and rest:
        members = sorted([*leads, *rest], key=lambda t: t.index)
        yield Group("double", tuple(t.id for t in members), 0.7, ("doubles of the only lead vocal",))


def _places(
    tracks: list[Track], roles: Mapping[TrackId, TrackRole], measures: Mapping[TrackId, TrackMeasures]
) -> Iterator[Group]:
    """Yield direct signals with the microphones or amplifiers that picked up the same performance."""
    for direct in tracks:
        role = roles[direct.id].role
        if not role.endswith("_di"):
            continue
        general = _PICKED_UP[role]
        others = [
            t
            for t in tracks
            if t.id != direct.id and general_role(roles[t.id].role) == general and roles[t.id].role != role
        ]
        named = [t for t in others if _stem(t) == _stem(direct) and roles[t.id].side == roles[direct.id].side]
        alone = others if len(others) == 1 and general in ("bass", "agtr") else []
        for partner in named or alone:
            alike = _likeness_of(direct, partner, measures)
            confidence = (0.85 if named else 0.7) if alike is None else float(np.clip(0.45 + 0.5 * alike, 0.3, 0.95))
            if confidence >= 0.5:
                members = sorted((direct, partner), key=lambda t: t.index)
                heard = "" if alike is None else f", and their levels run together ({alike:.2f})"
                evidence = f"“{direct.name}” is the direct signal of “{partner.name}”{heard}"
                yield Group("di_amp", tuple(t.id for t in members), round(confidence, 3), (evidence,))


def _drum_mics(tracks: list[Track], roles: Mapping[TrackId, TrackRole]) -> Iterator[Group]:
    for general, other_side in (("kick", "kick_out"), ("snare", "snare_bottom")):
        mics = [t for t in tracks if roles[t.id].role != general and general_role(roles[t.id].role) == general]
        plain = [t for t in tracks if roles[t.id].role == general]
        if len(plain) == 1 and [roles[t.id].role for t in mics] == [other_side]:
            mics = sorted((*plain, *mics), key=lambda t: t.index)  # “Snare” beside “Snare bottom” is its top
        if len({roles[t.id].role for t in mics}) >= 2:
            evidence = f"{len(mics)} microphones on one {general}"
            yield Group("mic_pair", tuple(t.id for t in mics), 0.85, (evidence,))


def _kit(tracks: list[Track], roles: Mapping[TrackId, TrackRole]) -> Iterator[Group]:
    mics = [t for t in tracks if general_role(roles[t.id].role) in KIT_ROLES]
    kinds = {general_role(roles[t.id].role) for t in mics}
    if len(kinds) >= 3:
        confidence = 0.9 if "overheads" in kinds or "room" in kinds else 0.6
        yield Group("drum_kit", tuple(t.id for t in mics), confidence, (f"{len(mics)} tracks of one drum kit",))


def _families(tracks: list[Track], roles: Mapping[TrackId, TrackRole]) -> Iterator[Group]:
    families: dict[str, list[TrackId]] = defaultdict(list)
    for track in tracks:
        if roles[track.id].family != "none":
            families[roles[track.id].family].append(track.id)
    for family, members in families.items():
        if len(members) >= 2:
            yield Group("family", tuple(members), 1.0, (f"{len(members)} tracks of {family}",))
