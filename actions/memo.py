"""What a pass notes for later ones, in the project: what renderings taught it, and how it left the session.

So a later pass over some tracks builds on the same lesson, whatever machine it is made on, and one that finds
everything as the last pass left it has nothing to do.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from actions.checking import rounded
from actions.lessons import Lesson, parse_lesson, plain_lesson
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.ledger import Ledger
from reaper_bridge.session.model import Session, Track

DIGITS = 5
"""What a plug-in's state keeps of a number for sure."""


@dataclass(frozen=True)
class Memo:
    """``session_key`` names the session as a pass left it; ``lesson`` is None where none was drawn."""

    session_key: str
    lesson: Lesson | None


def format_memo(memo: Memo) -> str:
    """Write a memo as text."""
    lesson = None if memo.lesson is None else plain_lesson(memo.lesson)
    return json.dumps({"session": memo.session_key, "lesson": lesson}, separators=(",", ":"))


def last_memo(ledger: Ledger) -> Memo:
    """Return the memo of the last pass, with the latest lesson that any pass drew; an empty one where there is none."""
    memos = [_parsed(entry.memo) for entry in reversed(ledger.passes)]
    lesson = next((memo.lesson for memo in memos if memo.lesson is not None), None)
    return Memo(memos[0].session_key if memos else "", lesson)


def _parsed(text: str) -> Memo:
    try:
        plain = json.loads(text)
        return Memo(str(plain["session"]), parse_lesson(plain["lesson"]))
    except (ValueError, KeyError, TypeError):
        return Memo("", None)


def session_key(
    session: Session, audio_keys: Mapping[TrackId, str], locks: Mapping[TrackId, frozenset[str]] | None = None
) -> str:
    """Return a name for all that is heard of a session, and for what is locked in it.

    What is on tracks counts, not in which order they stand.
    """
    facts = [_facts(track, audio_keys) for track in (session.master, *session.tracks)]
    locked = sorted((track_id, sorted(kinds)) for track_id, kinds in (locks or {}).items())
    text = repr((sorted(facts, key=lambda fact: str(fact[0])), locked))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _facts(track: Track, audio_keys: Mapping[TrackId, str]) -> tuple[object, ...]:
    knobs = track.volume_linear, track.pan, track.width_ratio, track.play_offset_seconds
    switches = track.muted, track.soloed, track.polarity_inverted, track.fx_enabled, track.sends_to_parent
    slots = [(slot.id, slot.enabled, slot.offline, slot.wet_ratio, slot.effect) for slot in track.fx]
    sends = sorted(
        (s.destination, s.level_linear, s.pan, s.mode, s.muted, s.source_channel_index, s.destination_channel_index)
        for s in track.sends
    )
    lanes = sorted((lane.kind, lane.is_active, lane.points) for lane in track.envelopes)
    sound = audio_keys.get(track.id, "") if track.item_count else ""
    names = track.id, track.name, track.parent, track.automation_mode, track.is_frozen, track.follows_vca
    return (*names, sound, *(rounded(fact, DIGITS) for fact in (knobs, switches, slots, sends, lanes)))
