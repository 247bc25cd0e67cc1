"""What a track's name says it is: words, in many languages, and the rules of grammar.py.

A confidence of 0.5 or more is a finding; below that the role is only the likeliest guess. Names that say
nothing ("Audio 07", "Track 3") give ``unknown`` with confidence 0.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from analysis.roles.grammar import GROUPS, NOUNS, completed, first_rule
from analysis.roles.tokens import Word, words_of
from analysis.roles.vocabulary import ROLES

Side: TypeAlias = Literal["left", "right"]


@dataclass(frozen=True)
class RoleGuess:
    """One opinion about one track: the role, how sure 0 to 1, and why in plain sentences."""

    role: str
    confidence: float
    evidence: tuple[str, ...] = ()
    side: Side | None = None
    number: int | None = None


NOTHING = RoleGuess("unknown", 0.0)
_SIDED = {"overheads": ("overhead_l", "overhead_r"), "room": ("room_l", "room_r")}
_SIDED_ROLES: dict[str, Side] = {
    "overhead_l": "left", "overhead_r": "right", "room_l": "left", "room_r": "right",
}  # fmt: skip
_SILENT_MEANINGS = frozenset(
    {"", "sentence_word", "gear", "left", "right", "both", "left?", "right?", "track_word", "noise_word"}
)
_FAMILY_OF_MEANING = {member: group for group, members in GROUPS.items() if group != "kick" for member in members}


@lru_cache(maxsize=16384)
def role_from_name(name: str) -> RoleGuess:
    """Tell what a track is from its name alone. Never fails, whatever the text."""
    words = words_of(name)
    side = _side_of(words)
    meanings = _meanings(words)
    full = completed(meanings, side is not None)
    rule = first_rule(full)
    number = _number_of(words)
    if rule is None or rule.confidence == 0.0:
        return RoleGuess("unknown", 0.0, (), side, number)
    used = [word for word in words if any(word.meaning in need for need in rule.needs)]
    used = used or [word for word in words if word.meaning not in _SILENT_MEANINGS]
    confidence = rule.confidence * min((word.weight for word in used), default=1.0)
    confidence *= _doubt(words, meanings, rule.needs)
    role = rule.role
    if side and role in _SIDED:
        role = _SIDED[role][0 if side == "left" else 1]
    said = " ".join(dict.fromkeys(word.text for word in used))
    evidence = (f"the name says “{said}”: {ROLES[role].title.lower()}",)
    return RoleGuess(role, round(confidence, 3), evidence, side or _SIDED_ROLES.get(role), number)


def _meanings(words: list[Word]) -> frozenset[str]:
    """Return what the words mean, with ``fx_first`` where an effect word precedes a voice."""
    found = {word.meaning for word in words} - _SILENT_MEANINGS
    order = [word.meaning for word in words]
    if "fx" in found and "vocal" in found and order.index("fx") < order.index("vocal"):
        found.add("fx_first")
    sided_nouns = {word.text for word in words if word.meaning in NOUNS}
    if "sx" in sided_nouns and len(sided_nouns) > 1:
        found -= {"woodwind"}
    if "rt" in sided_nouns and len(sided_nouns) > 1:
        found -= {"rack_tom"}
    return frozenset(found)


def _side_of(words: list[Word]) -> Side | None:
    meanings = {word.meaning for word in words}
    has_noun = not NOUNS.isdisjoint(meanings) or "room" in meanings
    texts = {word.text for word in words}
    left, right = "left" in meanings, "right" in meanings
    if has_noun and not (left or right):
        nouns = {word.text for word in words if word.meaning in NOUNS or word.meaning == "room"}
        left = "left?" in meanings or ("sx" in texts and nouns > {"sx"})
        if not meanings.isdisjoint({"overhead", "room"}):
            left, right = left or words[-1].text == "g", right or words[-1].text == "d"  # French: gauche, droite
        right = right or "right?" in meanings or ("rt" in texts and nouns > {"rt"})
    if left == right or "both" in meanings:
        return None
    return "left" if left else "right"


def _number_of(words: list[Word]) -> int | None:
    """Return the number after the first word: "Tom 2" is 2, "02_Tom" has none."""
    numbers = [int(word.text) for word in words[1:] if word.text.isdigit() and len(word.text) <= 2]
    return numbers[-1] if numbers else None


def _doubt(words: list[Word], meanings: frozenset[str], needs: tuple[frozenset[str], ...]) -> float:
    """Return 1, or less for names that also name other instruments or read like a sentence."""
    consumed = {_FAMILY_OF_MEANING.get(m, m) for need in needs for m in need if m in meanings}
    others = {_FAMILY_OF_MEANING.get(m, m) for m in meanings & NOUNS if m not in ("loop", "808", "909")} - consumed
    if "drums" in others and "piece" in consumed:
        others.discard("drums")
    is_sentence = any(word.meaning == "sentence_word" for word in words)
    unknown = sum(1 for word in words if not word.meaning and not word.text.isdigit() and len(word.text) > 1)
    known = sum(1 for word in words if word.meaning not in _SILENT_MEANINGS)
    if is_sentence:
        return 0.6
    return (0.85 if others and consumed & set(GROUPS) else 1.0) * (0.85 if unknown >= 3 > known else 1.0)
