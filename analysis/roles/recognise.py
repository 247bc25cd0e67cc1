"""What every track of a session is: its name, folder, items, routing, sound and neighbours taken together."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from analysis.measures import TrackMeasures
from analysis.roles.groups import Group, TrackRole, groups_of, likeness
from analysis.roles.names import NOTHING, RoleGuess, role_from_name
from analysis.roles.sound import role_from_sound
from analysis.roles.tokens import words_of
from analysis.roles.vocabulary import ROLES, VOCALS, family_of, general_role, role_named
from reaper_bridge.session.effects import ReaDelay, ReaVerbate
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import Session, Track

SURE_ENOUGH = 0.5
_NOT_MUSIC = frozenset({"click", "guide", "reference", "print", "bus", "return"})
_SPACE_PLUGIN = re.compile(r"verb|delay|echo|plate|hall|room|chamber|space|valhalla|chorus", re.IGNORECASE)
_ROUTING_WORDS = frozenset({"bus", "master", "mix", "aux", "sends", "parallel", "print"})


@dataclass(frozen=True)
class Roles:
    """What every track is, and which belong together."""

    tracks: Mapping[TrackId, TrackRole]
    groups: tuple[Group, ...] = ()

    def of(self, track_id: TrackId) -> str:
        """Return the role of a track, "unknown" for one that is not in the session."""
        found = self.tracks.get(track_id)
        return found.role if found else "unknown"


def recognise(
    session: Session,
    measures: Mapping[TrackId, TrackMeasures],
    overrides: Mapping[TrackId, str],
    sounds: Mapping[TrackId, RoleGuess] | None = None,
) -> Roles:
    """Tell what every track of a session is and why.

    ``overrides`` are taken as said, with confidence 1. Whatever is less sure than 0.5 is ``unknown``. ``sounds`` is
    what ``role_from_sound`` says of each measured track, where it was asked before.

    Raises:
        UnknownRoleError: An override names a role that does not exist.
    """
    guesses: dict[TrackId, RoleGuess] = {}
    if sounds is None:
        sounds = {key: role_from_sound(value) for key, value in measures.items()}
    for track in session:
        guesses[track.id] = _guess(session, track, sounds.get(track.id, NOTHING), track.id in measures)
    _settle_voices(session, guesses, measures)
    _settle_toms(guesses)
    tracks: dict[TrackId, TrackRole] = {}
    for track in session:
        guess = guesses[track.id]
        if track.id in overrides:
            guess = replace(guess, role=role_named(overrides[track.id]), confidence=1.0, evidence=("you said so",))
        tracks[track.id] = _track_role(track.id, guess)
    return Roles(tracks, groups_of(session, tracks, measures))


def _track_role(track_id: TrackId, guess: RoleGuess) -> TrackRole:
    if guess.confidence >= SURE_ENOUGH or guess.role == "unknown":
        return TrackRole(track_id, guess.role, guess.confidence, guess.evidence, guess.side, family_of(guess.role))
    likeliest = f"not sure enough: likeliest {ROLES[guess.role].title.lower()} ({100 * guess.confidence:.0f} %)"
    return TrackRole(track_id, "unknown", guess.confidence, (*guess.evidence, likeliest), guess.side)


def _guess(session: Session, track: Track, heard: RoleGuess, is_heard: bool) -> RoleGuess:
    said = _said(session, track)
    plays = track.item_count > 0 or is_heard
    if not plays:
        return _routed(session, track, said)
    if track.is_folder and said.role in ("bus", "unknown") and heard.confidence < SURE_ENOUGH:
        return RoleGuess("bus", 0.8, (*said.evidence, "it is a folder"), said.side, said.number)
    if said.role == "return":
        evidence = (*said.evidence, "but it plays recorded sound, so it is a printed effect")
        said = replace(said, role="fx", confidence=max(0.6, round(said.confidence * 0.9, 3)), evidence=evidence)
    return _combined(said, heard)


def _said(session: Session, track: Track) -> RoleGuess:
    """Return what the track's name says, else its items' names, else the name within its folder."""
    own = role_from_name(track.name)
    if own.confidence >= 0.6:
        return own
    best = own
    for name in dict.fromkeys(track.item_names):
        item = role_from_name(name)
        confidence = round(item.confidence * 0.9, 3)
        if item.confidence >= SURE_ENOUGH and confidence > best.confidence:
            evidence = tuple(text.replace("the name", f"its item “{name}”") for text in item.evidence)
            best = RoleGuess(item.role, confidence, evidence, own.side or item.side, own.number or item.number)
    inside = _in_folder(session, track, own)
    return inside if inside.confidence > best.confidence else best


def _in_folder(session: Session, track: Track, own: RoleGuess) -> RoleGuess:
    if track.parent is None or not session.has_track(track.parent):
        return NOTHING
    folder = session.track(track.parent)
    context = " ".join(word.text for word in words_of(folder.name) if word.meaning not in _ROUTING_WORDS)
    both = role_from_name(f"{context} {track.name}")
    says_nothing = own.confidence == 0.0
    if both.role in _NOT_MUSIC or (not says_nothing and family_of(both.role) == "none"):
        return NOTHING
    confidence = round(both.confidence * (0.7 if says_nothing else 0.9), 3)
    evidence = (f"in folder “{folder.name}”", *both.evidence)
    return RoleGuess(both.role, confidence, evidence, both.side, both.number)


def _routed(session: Session, track: Track, said: RoleGuess) -> RoleGuess:
    """Judge a track without sound of its own: a folder, a bus, a return, or one that is empty or plays MIDI."""
    receives = [s for other in session for s in other.sends if s.destination == track.id and s.carries_audio]
    has_space = any(
        isinstance(slot.effect, ReaVerbate | ReaDelay) or _SPACE_PLUGIN.search(slot.plugin) for slot in track.fx
    )
    says_return = said.role in ("return", "fx") and said.confidence >= SURE_ENOUGH
    if track.is_folder or session.children(track.id):
        if said.role == "return" and receives:
            return replace(said, confidence=max(said.confidence, 0.9))
        return RoleGuess("bus", 0.97, (*said.evidence, "it is a folder without sound of its own"))
    if receives:
        why = f"it only receives from {len(receives)} track" + ("s" if len(receives) > 1 else "")
        if has_space or says_return:
            return RoleGuess("return", 0.93 if has_space and says_return else 0.85, (*said.evidence, why))
        return RoleGuess("bus", 0.85, (*said.evidence, why))
    if has_space and said.role in ("return", "fx", "unknown") and not track.has_midi:
        return RoleGuess("return", 0.7, (*said.evidence, "nothing on it but a reverb or delay"))
    return replace(said, evidence=(*said.evidence, "it has no sound to listen to"))


def _combined(said: RoleGuess, heard: RoleGuess) -> RoleGuess:
    """Weigh what the name says against what it sounds like."""
    if said.confidence < SURE_ENOUGH:
        return _mostly_heard(said, heard)
    if said.role in _NOT_MUSIC or said.role == "fx" or heard.role in ("unknown", "junk"):
        return replace(said, evidence=said.evidence + (heard.evidence if heard.role == "junk" else ()))
    if _same_family(said.role, heard.role):
        confidence = round(said.confidence + (1.0 - said.confidence) * 0.4 * heard.confidence, 3)
        role = said.role
        if general_role(heard.role) == said.role == "egtr" and heard.confidence >= SURE_ENOUGH:
            role = heard.role
        return replace(said, role=role, confidence=confidence, evidence=said.evidence + heard.evidence)
    if heard.confidence < 0.6:
        return said
    if said.confidence < 0.6:
        return replace(heard, side=said.side, number=said.number, evidence=heard.evidence + said.evidence)
    doubt = f"though it sounds rather like {ROLES[heard.role].title.lower()}"
    return replace(said, confidence=round(said.confidence * 0.9, 3), evidence=(*said.evidence, doubt))


def _mostly_heard(said: RoleGuess, heard: RoleGuess) -> RoleGuess:
    evidence = said.evidence + heard.evidence
    if said.confidence > 0.0 and heard.confidence > 0.0 and _same_family(said.role, heard.role):
        confidence = 1.0 - (1.0 - said.confidence) * (1.0 - heard.confidence)
        return replace(said, confidence=round(confidence, 3), evidence=evidence)
    better = heard if heard.confidence >= said.confidence else said
    return replace(better, side=said.side, number=said.number, evidence=evidence)


def _same_family(first: str, second: str) -> bool:
    return family_of(first) == family_of(second) or (first in VOCALS and second in VOCALS)


def _settle_voices(
    session: Session, guesses: dict[TrackId, RoleGuess], measures: Mapping[TrackId, TrackMeasures]
) -> None:
    """See to it that one voice leads where one does, and that others are not called the lead without reason."""
    leads = [track.id for track in session if guesses[track.id].role == "lead_vocal"]
    sure = [key for key in leads if guesses[key].confidence >= SURE_ENOUGH]
    heard = {key: measures[key] for key in leads if key in measures and not measures[key].is_silent}
    if not sure:
        if heard:
            top = max(heard, key=lambda key: _presence(heard[key]))
            guess = guesses[top]
            if guess.confidence >= 0.35 and heard[top].active_seconds >= 5.0:
                evidence = (*guess.evidence, "and no other track is the lead vocal")
                guesses[top] = replace(guess, confidence=SURE_ENOUGH, evidence=evidence)
        return
    named = [key for key in sure if guesses[key].evidence and not guesses[key].evidence[0].startswith("it sounds")]
    candidates = [key for key in named or sure if key in heard]
    if len(leads) < 2 or not candidates:
        return
    explicit = [key for key in candidates if guesses[key].confidence >= 0.9]
    lead = max(explicit or candidates, key=lambda key: _presence(heard[key]))
    for key in sure:
        if key != lead and key in heard and key not in explicit:
            guesses[key] = _beside(guesses[key], heard[lead], heard[key], is_named=key in named)


def _presence(measures: TrackMeasures) -> tuple[float, float]:
    return (round(measures.active_seconds, 1), measures.active_lufs)


def _beside(guess: RoleGuess, lead: TrackMeasures, voice: TrackMeasures, is_named: bool) -> RoleGuess:
    """Judge another voice beside the lead: its double, a backing voice, or a lead of its own."""
    count = min(len(lead.is_active), len(voice.is_active))
    playing = int(np.count_nonzero(voice.is_active[:count]))
    together = int(np.count_nonzero(lead.is_active[:count] & voice.is_active[:count]))
    overlap = together / max(playing, 1)
    if overlap >= 0.85 and likeness(lead, voice) >= 0.6:
        why = f"it sings with the lead {100 * overlap:.0f} % of the time, in the same rhythm"
        return replace(guess, role="vocal_double", confidence=0.6, evidence=(*guess.evidence, why))
    if not is_named and voice.active_seconds < lead.active_seconds:
        why = "another track is named the lead vocal"
        return replace(guess, role="backing_vocal", confidence=0.55, evidence=(*guess.evidence, why))
    return guess


def _settle_toms(guesses: dict[TrackId, RoleGuess]) -> None:
    """Call plain toms rack toms where another one is the floor tom."""
    if any(guess.role == "tom_floor" for guess in guesses.values()):
        for key, guess in guesses.items():
            if guess.role == "tom" and guess.confidence >= SURE_ENOUGH:
                guesses[key] = replace(guess, role="tom_rack", evidence=(*guess.evidence, "beside a floor tom"))
