"""What two tracks of a session have to do with each other: duplicates, and microphones out of polarity or time.

Only tracks that the names, folders and roles put together are compared; bleed is never taken for a pair.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from actions.remembering import question, read_answer, write_answer
from analysis.measures import HOP_SECONDS, Flaw, TrackMeasures
from analysis.relations import NO_RELATION, Relation, is_duplicate, measure_relation
from analysis.roles import Roles
from reaper_bridge.session.audio import TrackAudio
from reaper_bridge.session.errors import MediaError
from reaper_bridge.session.identity import TrackId

EXCERPT_SECONDS = 40.0
LONGEST_DELAY_MS = 3.0
SHORTEST_DELAY_MS = 0.2
PAIR_KINDS = ("di_amp", "mic_pair")
# who is the reference of a pair: the earlier in this list
_FIRST = ("kick_in", "snare_top", "bass_di", "agtr_di", "egtr_di", "kick", "snare", "bass", "agtr", "egtr")


@dataclass(frozen=True, eq=False)
class Tracks:
    """The tracks that may be compared, and how to hear them. ``audio_keys`` names the content of each."""

    sources: Mapping[TrackId, TrackAudio]
    measures: Mapping[TrackId, TrackMeasures]
    audio_keys: Mapping[TrackId, str]
    sample_rate_hz: int

    def excerpts(self, first: TrackId, second: TrackId) -> tuple[np.ndarray, np.ndarray] | None:
        """Return the same stretch of both, where the first is loudest; None where one cannot be read."""
        from analysis.audio import render_track

        power = self.measures[first].k_power.astype(np.float64)
        frames = int(EXCERPT_SECONDS / HOP_SECONDS)
        total = np.concatenate(([0.0], np.cumsum(power)))
        start = int(np.argmax(total[frames:] - total[:-frames])) if len(total) > frames else 0
        window = (start * HOP_SECONDS, (start + frames) * HOP_SECONDS)
        try:
            one = render_track(self.sources[first], self.sample_rate_hz, *window)
            return one, render_track(self.sources[second], self.sample_rate_hz, *window)
        except MediaError:
            return None

    def question(self, kind: str, first: TrackId, second: TrackId) -> str:
        """Return the name under which an answer about both is remembered."""
        return question(kind, self.audio_keys[first], self.audio_keys[second], self.sample_rate_hz)


def flaws_of_relations(tracks: Tracks, roles: Roles) -> dict[TrackId, tuple[Flaw, ...]]:
    """Return polarity, delay and duplicate flaws by track, on the second track of each pair."""
    found: dict[TrackId, list[Flaw]] = {}
    for first, second in _pairs(roles, tracks.measures):
        relation = _relation(tracks, first, second)
        if relation.is_pair:
            found.setdefault(second, []).extend(_pair_flaws(relation, first))
    for first, second in _likely_duplicates(tracks):
        if _are_duplicates(tracks, first, second):
            text = "The same audio as another track: mute one of them, or the sum is 6 dB too loud"
            found.setdefault(second, []).append(Flaw("duplicate", 6.0, 1.0, text, other_track=first))
    return {track_id: tuple(flaws) for track_id, flaws in found.items()}


def _pairs(roles: Roles, measures: Mapping[TrackId, TrackMeasures]) -> list[tuple[TrackId, TrackId]]:
    pairs = []
    for group in roles.groups:
        members = [member for member in group.members if member in measures]
        if group.kind in PAIR_KINDS and len(members) == 2:
            ordered = sorted(members, key=lambda m: (_rank(roles.tracks[m].role), m))
            pairs.append((ordered[0], ordered[1]))
    return pairs


def _rank(role: str) -> int:
    return _FIRST.index(role) if role in _FIRST else len(_FIRST)


def _pair_flaws(relation: Relation, first: TrackId) -> list[Flaw]:
    flaws = []
    confidence = min(relation.coherence + 0.4, 1.0)
    if relation.inverted:
        text = f"Its polarity is opposite to its partner's (coherence {relation.coherence:.2f}): invert one of them"
        flaws.append(Flaw("polarity", 6.0, confidence, text, other_track=first))
    if SHORTEST_DELAY_MS <= abs(relation.delay_ms) <= LONGEST_DELAY_MS:
        when = "late" if relation.delay_ms > 0 else "early"
        text = f"It is {abs(relation.delay_ms):.2f} ms {when} against its partner: shift it to line them up"
        flaws.append(Flaw("delay", 3.0, confidence, text, other_track=first))
    return flaws


def _relation(tracks: Tracks, first: TrackId, second: TrackId) -> Relation:
    name = tracks.question("relation", first, second)
    known = read_answer(name)
    if isinstance(known, list) and len(known) == 4:
        return Relation(float(known[0]), bool(known[1]), float(known[2]), float(known[3]))
    excerpts = tracks.excerpts(first, second)
    if excerpts is None:
        return NO_RELATION
    relation = measure_relation(*excerpts, tracks.sample_rate_hz)
    write_answer(name, [relation.delay_ms, relation.inverted, relation.coherence, relation.prominence])
    return relation


def _likely_duplicates(tracks: Tracks) -> list[tuple[TrackId, TrackId]]:
    """Return pairs whose spectra and lengths are the same up to a gain."""
    measures = tracks.measures
    heard = sorted((key for key, m in measures.items() if not m.is_silent), key=str)
    name = question("likely duplicates", [(key, tracks.audio_keys[key]) for key in heard], tracks.sample_rate_hz)
    known = read_answer(name)
    if isinstance(known, list):
        return [(TrackId(first), TrackId(second)) for first, second in known]
    shapes = {key: _shape(measures[key]) for key in heard}
    pairs = []
    for first, second in combinations(heard, 2):
        lengths = measures[first].length_seconds, measures[second].length_seconds
        if abs(lengths[0] - lengths[1]) < 0.1 and float(np.abs(shapes[first] - shapes[second]).max()) < 0.01:
            pairs.append((first, second))
    write_answer(name, pairs)
    return pairs


def _shape(measures: TrackMeasures) -> np.ndarray:
    power = (measures.band_ll + measures.band_rr).sum(axis=0, dtype=np.float64)
    return np.asarray(power / max(float(power.sum()), 1e-30))


def _are_duplicates(tracks: Tracks, first: TrackId, second: TrackId) -> bool:
    name = tracks.question("duplicate", first, second)
    known = read_answer(name)
    if isinstance(known, bool):
        return known
    excerpts = tracks.excerpts(first, second)
    same = excerpts is not None and is_duplicate(*excerpts)
    write_answer(name, same)
    return same
