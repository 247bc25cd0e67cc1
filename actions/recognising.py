"""Recognise who plays and what is wrong with the recordings, once per sound: later passes are told the same again.

What a track sounds like follows from its measures alone, and what is wrong with it from these and from who plays what.
Faders, plug-ins and names have no part in either, so that both outlive every pass.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from actions.relating import Tracks, flaws_of_relations
from actions.remembering import question, read_answer, write_answer
from actions.ringing import with_comparisons
from analysis.alignment import Pair
from analysis.flaws import flaws_of
from analysis.flaws.between import flaws_between
from analysis.measures import Flaw
from analysis.roles import Roles, recognise
from analysis.roles.names import RoleGuess
from analysis.roles.sound import role_from_sound
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import Session


def roles_in(session: Session, tracks: Tracks, overrides: Mapping[TrackId, str]) -> Roles:
    """Tell what every track of a session is; ``overrides`` are taken as said.

    Raises:
        UnknownRoleError: An override names a role that does not exist.
    """
    return recognise(session, tracks.measures, overrides, _guesses_from_sound(tracks))


def flaws_in(tracks: Tracks, roles: Roles, pairs: Iterable[Pair], session: Session) -> dict[TrackId, tuple[Flaw, ...]]:
    """Return what is wrong with each track that was heard: alone, beside the others, and with its partner."""
    names = {key: roles.tracks[key].role for key in tracks.measures}
    heard = with_comparisons(_flaws_heard(tracks, names), tracks, names)
    related = flaws_of_relations(tracks, roles, pairs, session)
    return {key: (*flaws, *related.get(key, ())) for key, flaws in heard.items()}


def _guesses_from_sound(tracks: Tracks) -> dict[TrackId, RoleGuess]:
    name = question("sounds like", *_sounds(tracks))
    known = _parsed_guesses(read_answer(name), tracks)
    if known is None:
        known = {key: role_from_sound(measures) for key, measures in tracks.measures.items()}
        write_answer(name, {key: asdict(guess) for key, guess in known.items()})
    return known


def _flaws_heard(tracks: Tracks, roles: Mapping[TrackId, str]) -> dict[TrackId, tuple[Flaw, ...]]:
    name = question("flaws", *_sounds(tracks), sorted(roles.items()))
    known = _parsed_flaws(read_answer(name), tracks)
    if known is None:
        together = flaws_between(tracks.measures, roles)
        known = {
            key: (*flaws_of(measures, measures.evidence, roles[key]), *together.get(key, ()))
            for key, measures in tracks.measures.items()
        }
        write_answer(name, {key: [asdict(flaw) for flaw in flaws] for key, flaws in known.items()})
    return known


def _sounds(tracks: Tracks) -> tuple[object, ...]:
    """Return what all measures follow from. The order of tracks counts: they are summed in it."""
    return [(key, tracks.audio_keys[key]) for key in tracks.measures], tracks.sample_rate_hz


def _parsed_guesses(plain: Any, tracks: Tracks) -> dict[TrackId, RoleGuess] | None:
    try:
        return {key: RoleGuess(**{**plain[key], "evidence": tuple(plain[key]["evidence"])}) for key in tracks.measures}
    except (TypeError, KeyError):
        return None


def _parsed_flaws(plain: Any, tracks: Tracks) -> dict[TrackId, tuple[Flaw, ...]] | None:
    try:
        return {key: tuple(_parsed_flaw(told) for told in plain[key]) for key in tracks.measures}
    except (TypeError, KeyError):
        return None


def _parsed_flaw(plain: Mapping[str, Any]) -> Flaw:
    other = plain["other_track"]
    return Flaw(
        **{
            **plain,
            "times_seconds": tuple(plain["times_seconds"]),
            "other_track": None if other is None else TrackId(other),
        }
    )
