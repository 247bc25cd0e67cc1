"""Polarity and time of microphones that picked up one performance: the second of each pair is set to the first.

A flip is a flip, a delay becomes the track's media playback offset. Both are placed only where the relation is
sure and the two add up better for it. Overheads, rooms and the lower snare microphone keep their time: their distance
belongs to the sound. All is reckoned from the tracks as they were heard, so doing it again ends in the same place.
"""

from dataclasses import dataclass, replace
from typing import Final

from actions.mixing.brief import Brief
from actions.mixing.desk import Desk
from actions.mixing.strip import Strip
from actions.mixing.taste import Alignment as Taste
from analysis.alignment import LOW_END_HZ, Pair
from reaper_bridge.session.effects import ForeignEffect

AS_RECORDED: Final = frozenset({"overheads", "overhead_l", "overhead_r", "room", "room_l", "room_r"})
"""Roles whose distance is their sound: neither turned over nor shifted."""
LATE_AS_RECORDED: Final = AS_RECORDED | {"snare_bottom"}
"""Roles that are late by how the instrument is built."""
SHIFTED_KINDS: Final = ("di_amp", "mic_pair")
MOST_LOW_LOSS_RATIO: Final = 0.02
_AUDIBLE_DB: Final = 0.1
_OFFSET_DIGITS: Final = 5


@dataclass(frozen=True)
class Stand:
    """How the second of a pair stands to the first: how late in ms, and whether it is the other way up."""

    late_ms: float
    inverted: bool


@dataclass(frozen=True)
class Aligned:
    """What was found about a pair: how it stood and stands now.

    ``low_gain_db`` is how much louder both together are below 150 Hz than before, at the levels of the mix.
    ``left_because`` says why a pair that does not stand right is left so; empty otherwise.
    """

    pair: Pair
    before: Stand
    after: Stand
    low_gain_db: float = 0.0
    left_because: str = ""

    @property
    def is_moved(self) -> bool:
        """Whether anything is changed."""
        return self.before != self.after

    @property
    def correlations(self) -> tuple[float, float]:
        """The correlation of the two before and after."""
        return correlation(self.pair, self.before), correlation(self.pair, self.after)


def correlation(pair: Pair, stand: Stand) -> float:
    """Return how two tracks correlate where the second stands so."""
    found = pair.relation
    return pair.together.correlation_at(found.delay_ms - stand.late_ms, stand.inverted != found.inverted)


def _low_correlation(pair: Pair, stand: Stand) -> float:
    found = pair.relation
    return pair.together.low_correlation_at(found.delay_ms - stand.late_ms, stand.inverted != found.inverted)


def low_gain_db(pair: Pair, before: Stand, after: Stand, gains_db: tuple[float, float] = (0.0, 0.0)) -> float:
    """Return how much louder both together become below 150 Hz; ``gains_db`` are the levels they play at."""
    found = pair.relation
    levels = [
        pair.together.low_level_db(found.delay_ms - stand.late_ms, stand.inverted != found.inverted, gains_db)
        for stand in (before, after)
    ]
    return min(max(levels[1] - levels[0], -40.0), 40.0) if max(levels) > -200.0 else 0.0


def place_alignment(desk: Desk, brief: Brief) -> None:
    """Turn over and shift the second track of each pair that is surely one and out of polarity or time."""
    strips = {strip.id: strip for strip in desk.strips}
    for found in alignments(desk, brief):
        second = strips[found.pair.second]
        if "alignment" in second.reasons or not found.is_moved:
            continue
        second.reasons["alignment"] = found.pair.first
        if found.after.inverted != found.before.inverted:
            second.polarity_inverted = not second.polarity_inverted
        moved_ms = found.after.late_ms - found.before.late_ms
        second.play_offset_seconds = round(second.play_offset_seconds + 1e-3 * moved_ms, _OFFSET_DIGITS)


def alignments(desk: Desk, brief: Brief) -> list[Aligned]:
    """Return every pair both of whose tracks are heard: how it stands before our work, and where it shall stand."""
    strips = {strip.id: strip for strip in desk.strips}
    found, settled = [], set()
    for pair in brief.pairs:
        if pair.first not in strips or pair.second not in strips:
            continue
        first, second = strips[pair.first], strips[pair.second]
        stand = _stand(pair, brief)
        aligned = Aligned(pair, stand, stand)
        if pair.kind != "distance" and pair.second not in settled:
            aligned = _decided(aligned, first, second, brief)
        if aligned.is_moved:
            settled.add(pair.second)
        gains_db = (first.trim_db + first.fader_db, second.trim_db + second.fader_db)
        found.append(replace(aligned, low_gain_db=low_gain_db(pair, aligned.before, aligned.after, gains_db)))
    return found


def _stand(pair: Pair, brief: Brief) -> Stand:
    """Return how a pair stands in the base session, where our own work that may be done again is not yet done."""
    first, second = brief.base.track(pair.first), brief.base.track(pair.second)
    offsets = [t.play_offset_seconds - brief.heard_offsets_seconds.get(t.id, 0.0) for t in (first, second)]
    late_ms = pair.relation.delay_ms + 1e3 * (offsets[1] - offsets[0])
    return Stand(late_ms, pair.relation.inverted ^ first.polarity_inverted ^ second.polarity_inverted)


def _decided(found: Aligned, first: Strip, second: Strip, brief: Brief) -> Aligned:
    taste, stand = brief.taste.alignment, found.before
    is_late = found.pair.kind in SHIFTED_KINDS and taste.smallest_delay_ms <= abs(stand.late_ms)
    if not stand.inverted and not is_late:
        return found
    relation = found.pair.relation
    if relation.coherence < taste.least_coherence_ratio or relation.prominence < taste.least_prominence_ratio:
        said = f"coherence {relation.coherence:.2f}, prominence {relation.prominence:.2f}"
        return replace(found, left_because=f"it is not sure enough that both heard the same ({said})")
    if any(
        isinstance(effect, ForeignEffect) and effect.plugin for strip in (first, second) for effect in strip.existing
    ):
        return replace(found, left_because="a plug-in whose delay is not known stands on one of the two")
    wanted = _wanted(found, second, taste)
    if wanted == stand:
        return replace(found, left_because=_why_as_recorded(found, second, taste))
    gained = correlation(found.pair, wanted) - correlation(found.pair, stand)
    low_gained = _low_correlation(found.pair, wanted) - _low_correlation(found.pair, stand)
    if gained < taste.least_gain_ratio or low_gained < -MOST_LOW_LOSS_RATIO:
        return replace(found, left_because="the two do not add up better for it")
    return replace(found, after=wanted)


def _wanted(found: Aligned, second: Strip, taste: Taste) -> Stand:
    """Return where a pair would stand if it added up better there."""
    role, stand = second.role.role, found.before
    turns = taste.polarity and stand.inverted and "polarity" in second.free and role not in AS_RECORDED
    shifts = (
        taste.delays
        and "play_offset" in second.free
        and found.pair.kind in SHIFTED_KINDS
        and role not in LATE_AS_RECORDED
        and taste.smallest_delay_ms <= abs(stand.late_ms) <= taste.largest_delay_ms
    )
    return Stand(0.0 if shifts else stand.late_ms, stand.inverted and not turns)


def _why_as_recorded(found: Aligned, second: Strip, taste: Taste) -> str:
    role = second.role.role
    if role in AS_RECORDED and found.before.inverted:
        return "overheads and rooms are told, not turned over"
    if role in LATE_AS_RECORDED and not found.before.inverted:
        return "its distance belongs to the sound"
    if abs(found.before.late_ms) > taste.largest_delay_ms and not found.before.inverted:
        return f"more than {taste.largest_delay_ms:g} ms is distance, not an error"
    return "its polarity and offset are not ours to place"


def alignment_words(found: Aligned, partner: str, knob: str) -> str:
    """Return why a pair's second track is turned over ("polarity") or shifted ("play_offset"), with numbers."""
    before, after = found.correlations
    relation = found.pair.relation
    if knob == "polarity":
        what = f"the other way up than “{partner}” (coherence {relation.coherence:.2f})"
    else:
        when = "late" if found.before.late_ms > 0 else "early"
        what = f"{abs(found.before.late_ms):.2f} ms {when} against “{partner}” (coherence {relation.coherence:.2f})"
    sums = f"correlation {before:+.2f} → {after:+.2f}"
    if abs(found.low_gain_db) >= _AUDIBLE_DB:
        sums += f", {found.low_gain_db:+.1f} dB below {LOW_END_HZ:.0f} Hz when both play"
    return f"{what}: {sums}"
