"""What two tracks of a session have to do with each other: duplicates, and microphones out of polarity or time.

Only tracks that the names, folders and roles put together are compared; bleed is never taken for a pair.
"""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from actions.remembering import question, read_answer, write_answer
from analysis.alignment import Pair, PairKind, measure_together, parse_pair_facts, plain_pair_facts
from analysis.measures import HOP_SECONDS, Flaw, TrackMeasures
from analysis.relations import Relation, is_duplicate, measure_distance, measure_relation
from analysis.roles import Roles
from analysis.roles.vocabulary import general_role
from reaper_bridge.session.audio import TrackAudio
from reaper_bridge.session.errors import MediaError
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import Session

WORKERS = 2
EXCERPT_SECONDS = 40.0
LONGEST_DELAY_MS = 3.0
SHORTEST_DELAY_MS = 0.2
_BUILT_IN_MS = {"snare_bottom": 0.65}
"""How late a role may be by how the instrument is built: the shell of a snare is up to 20 cm deep."""
LEAST_DISTANT_COHERENCE, LEAST_DISTANT_PROMINENCE = 0.25, 1.05
MIC_KINDS: tuple[PairKind, ...] = ("di_amp", "mic_pair")
# who is the reference of a pair: the earlier in this list
_FIRST = ("kick_in", "snare_top", "bass_di", "agtr_di", "egtr_di", "kick", "snare", "bass", "agtr", "egtr")
_DISTANT = ("overheads", "room")
_CLOSE = ("snare_top", "snare", "kick_in", "kick")


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


def pairs_of(tracks: Tracks, roles: Roles) -> tuple[Pair, ...]:
    """Return the tracks that picked up one performance, as they relate: those too far off are only ``distance``."""
    with ThreadPoolExecutor(WORKERS) as pool:  # reading and correlating leave Python's lock
        measured = pool.map(lambda candidate: _measured(tracks, *candidate), _candidates(roles, tracks.measures))
        pairs = [pair for pair in measured if pair is not None]
    return tuple(pair for pair in pairs if pair.kind != "distance" or _is_heard_there(pair))


def flaws_of_relations(
    tracks: Tracks, roles: Roles, pairs: Iterable[Pair], session: Session
) -> dict[TrackId, tuple[Flaw, ...]]:
    """Return polarity, delay and duplicate flaws by track as the session stands, on the second track of each pair."""
    found: dict[TrackId, list[Flaw]] = {}
    for pair in pairs:
        if pair.relation.is_pair and pair.kind != "distance":
            relation = _as_it_stands(pair, tracks, session)
            shortest_ms = _BUILT_IN_MS.get(roles.tracks[pair.second].role, SHORTEST_DELAY_MS)
            for flaw in _pair_flaws(relation, pair, shortest_ms):
                found.setdefault(pair.second, []).append(flaw)
    for first, second in _likely_duplicates(tracks):
        if _are_duplicates(tracks, first, second):
            text = "The same audio as another track: mute one of them, or the sum is 6 dB too loud"
            found.setdefault(second, []).append(Flaw("duplicate", 6.0, 1.0, text, other_track=first))
    return {track_id: tuple(flaws) for track_id, flaws in found.items()}


def _candidates(roles: Roles, measures: Mapping[TrackId, TrackMeasures]) -> Iterator[tuple[TrackId, TrackId, PairKind]]:
    """Yield what may be a pair, each track second once at most but for distances."""
    settled: set[TrackId] = set()
    for group in roles.groups:
        members = [member for member in group.members if member in measures]
        kind = next((known for known in (*MIC_KINDS, "stereo_pair") if known == group.kind), None)
        if kind is None or len(members) < 2:
            continue
        first, *others = (
            sorted(members, key=lambda m: (_rank(roles.tracks[m].role), m)) if kind in MIC_KINDS else members
        )
        for other in others:
            if other not in settled and first not in settled:
                settled.add(other)
                yield first, other, kind
    kit = [key for key, entry in roles.tracks.items() if entry.family == "drums" and key in measures]
    for close in _closest(roles, kit):
        for other in sorted(kit):
            if general_role(roles.tracks[other].role) in _DISTANT:
                yield close, other, "distance"


def _closest(roles: Roles, kit: Iterable[TrackId]) -> list[TrackId]:
    """Return the one close microphone that overheads and rooms are measured against: the snare's, else the kick's."""
    near = sorted((_CLOSE.index(roles.tracks[key].role), key) for key in kit if roles.tracks[key].role in _CLOSE)
    return [key for _, key in near[:1]]


def _rank(role: str) -> int:
    return _FIRST.index(role) if role in _FIRST else len(_FIRST)


def _is_heard_there(pair: Pair) -> bool:
    found = pair.relation
    return found.coherence >= LEAST_DISTANT_COHERENCE and found.prominence >= LEAST_DISTANT_PROMINENCE


def _as_it_stands(pair: Pair, tracks: Tracks, session: Session) -> Relation:
    """Return the relation with the tracks' polarity switches, and with the offsets that stand in the session."""
    first, second = session.track(pair.first), session.track(pair.second)
    moved = [t.play_offset_seconds - tracks.sources[t.id].play_offset_seconds for t in (first, second)]
    return replace(
        pair.relation,
        delay_ms=pair.relation.delay_ms + 1e3 * (moved[1] - moved[0]),
        inverted=pair.relation.inverted ^ first.polarity_inverted ^ second.polarity_inverted,
    )


def _pair_flaws(relation: Relation, pair: Pair, shortest_ms: float) -> list[Flaw]:
    flaws = []
    confidence = min(relation.coherence + 0.4, 1.0)
    if relation.inverted:
        text = f"Its polarity is opposite to its partner's (coherence {relation.coherence:.2f}): invert one of them"
        flaws.append(Flaw("polarity", 6.0, confidence, text, other_track=pair.first))
    if pair.kind in MIC_KINDS and shortest_ms <= abs(relation.delay_ms) <= LONGEST_DELAY_MS:
        when = "late" if relation.delay_ms > 0 else "early"
        text = f"It is {abs(relation.delay_ms):.2f} ms {when} against its partner: shift it to line them up"
        flaws.append(Flaw("delay", 3.0, confidence, text, other_track=pair.first))
    return flaws


def _measured(tracks: Tracks, first: TrackId, second: TrackId, kind: PairKind) -> Pair | None:
    name = tracks.question(f"relation of a {kind}", first, second)
    facts = parse_pair_facts(read_answer(name))
    if facts is None:
        excerpts = tracks.excerpts(first, second)
        if excerpts is None:
            return None
        measure = measure_distance if kind == "distance" else measure_relation
        relation = measure(*excerpts, tracks.sample_rate_hz)
        facts = relation, measure_together(*excerpts, tracks.sample_rate_hz)
        write_answer(name, plain_pair_facts(*facts))
    return Pair(first, second, kind, *facts)


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
