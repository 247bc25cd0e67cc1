"""Cut a track name into words whose meaning is known, whatever its script, case and separators."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from analysis.roles.words import (
    AMP_MODELS,
    BOTH,
    GEAR,
    LEFT,
    NOT_MISSPELT,
    RIGHT,
    WEAK_LEFT,
    WEAK_RIGHT,
    WORDS,
)

_SPECIAL = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i", "ð": "d", "þ": "th", "&": "+"})
_EXTENSION = re.compile(
    r"\.(wav|wave|aiff?|flac|mp3|ogg|opus|m4a|aac|w64|caf|bwf|wv|ape|rpp|mid|midi|mp4|mov)$", re.IGNORECASE
)
_PIECES = re.compile(r"\d+|[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_FIRST_ASIAN = 0x1100
_LETTERS = {"k": "letter_k", "s": "letter_s", "t": "letter_t", "b": "letter_b", "e": "letter_e", "a": "letter_a"}

# Forms short or common enough to mean something else now and then.
_WEIGHTS = {
    "oh": 0.96, "rt": 0.7, "rack": 0.9, "racks": 0.9, "flr": 0.95, "ft": 0.9, "floor": 0.93, "str": 0.85,
    "ep": 0.9, "gc": 0.6, "metal": 0.8, "jingle": 0.75, "jingles": 0.75, "sn": 0.97, "sd": 0.96, "bs": 0.94,
    "ah": 0.75, "hums": 0.75, "hum": 0.6, "bell": 0.8, "block": 0.8, "sang": 0.85, "bone": 0.7, "cl": 0.55,
    "ob": 0.55, "hn": 0.6, "winds": 0.75, "vl": 0.8, "vn": 0.85, "vo": 0.75, "ses": 0.7, "tb": 0.7, "mc": 0.7,
    "plate": 0.85, "hall": 0.85, "back": 0.85, "third": 0.7, "fifth": 0.7, "octave": 0.7, "octaves": 0.75,
    "noise": 0.9, "static": 0.8, "imp": 0.7, "kit": 0.9, "upright": 0.85, "grand": 0.85, "host": 0.8,
    "group": 0.9, "groups": 0.9, "temp": 0.8, "sala": 0.85, "gospel": 0.7, "poem": 0.8, "chant": 0.8,
    "ney": 0.7, "beat": 0.85, "beats": 0.85, "nord": 0.7, "virus": 0.8, "arp": 0.95, "strat": 0.95,
    "tele": 0.95, "jaguar": 0.8, "breaks": 0.8, "boom": 0.85, "rain": 0.8, "wind": 0.8, "ocean": 0.8,
    "birds": 0.8, "sum": 0.85, "rough": 0.8, "libs": 0.8, "cassa": 0.9, "horn": 0.95, "line": 0.8, "rise": 0.85,
    "snap": 0.85, "mando": 0.9, "diva": 0.7, "ride": 0.95, "room": 0.95, "bas": 0.9, "basse": 0.88,
    "basso": 0.9, "talkback": 0.95,
}  # fmt: skip
_SHORT = "di oh hh bv lv dt fx gt bd sn sd ac el vx in up dn rm ep"
_SHORT_PIECES = frozenset(_SHORT.split())


# What a short misspelt word is never taken for: it would leave a track out of the mix.
_SILENCING = frozenset(
    {"click", "guide", "talkback", "scratch", "reference", "print", "master", "mix", "bus", "aux", "sends"}
)


@dataclass(frozen=True)
class Word:
    """One word of a name: as found, what it means ("" if nothing known), and how surely 0 to 1."""

    text: str
    meaning: str
    weight: float = 1.0


def fold(text: str) -> str:
    """Return text without case, accents and width, so that spellings of one word meet."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_SPECIAL))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def _build() -> tuple[dict[str, str], dict[tuple[str, ...], str]]:
    words: dict[str, str] = {}
    phrases: dict[tuple[str, ...], str] = {}
    for meaning, text in WORDS.items():
        for entry in text.split():
            parts = tuple(fold(part) for part in entry.split("_"))
            words.setdefault("".join(parts), meaning)
            if len(parts) > 1:
                phrases[parts] = meaning
    for role, text in GEAR.items():
        for entry in text.split():
            words.setdefault(fold(entry.replace("_", "")), f"gear_{role}" if role else "gear")
    for entry in AMP_MODELS.split():
        words.setdefault(fold(entry.replace("_", "")), "amp_model")
    for side, text in (("left", LEFT), ("right", RIGHT), ("both", BOTH)):
        for entry in text.split():
            words.setdefault(fold(entry.replace("_", "")), side)
    for text, meaning in (*((w, "left?") for w in WEAK_LEFT.split()), *((w, "right?") for w in WEAK_RIGHT.split())):
        words.setdefault(text, meaning)
    return words, phrases


_WORDS, _PHRASES = _build()
_NOT_MISSPELT = frozenset(NOT_MISSPELT.split())
_LONGEST_PHRASE = max(len(phrase) for phrase in _PHRASES)
_ASIAN = {word: meaning for word, meaning in _WORDS.items() if ord(word[0]) >= _FIRST_ASIAN}
_LONGEST_ASIAN = max(map(len, _ASIAN))


def _without_one_letter(word: str) -> Iterator[str]:
    return (word[:i] + word[i + 1 :] for i in range(len(word)))


def _misspellings() -> dict[str, str]:
    """Map every long word less one letter to the word: two words one edit apart meet there."""
    found: dict[str, str] = {}
    for word in _WORDS:
        if len(word) >= 5 and word.isalpha() and ord(word[0]) < _FIRST_ASIAN:
            for short in _without_one_letter(word):
                found.setdefault(short, word)
    return found


_MISSPELLINGS = _misspellings()


def _is_one_edit(a: str, b: str) -> bool:
    if a[:1] != b[:1] or abs(len(a) - len(b)) > 1:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest_a, rest_b = a[start:], b[start:]
    swapped = len(rest_a) >= 2 and rest_a[1::-1] + rest_a[2:] == rest_b
    return swapped or rest_a[1:] == rest_b[1:] or rest_a[1:] == rest_b or rest_a == rest_b[1:]


@lru_cache(maxsize=8192)
def _nearest(token: str) -> str | None:
    """Return the long word that a token misspells by one letter, if there is one."""
    if len(token) < 5 or not token.isalpha() or token in _NOT_MISSPELT:
        return None
    for form in (token, *_without_one_letter(token)):
        for word in (form, _MISSPELLINGS.get(form)):
            if word is not None and len(word) >= 5 and word in _WORDS and _is_one_edit(token, word):
                return word
    return None


@lru_cache(maxsize=8192)
def known_meaning(token: str) -> str | None:
    """Return what a folded word means, its plural included."""
    meaning = _WORDS.get(token)
    if meaning is None and len(token) >= 4 and token.endswith("s"):
        meaning = _WORDS.get(token[:-1])
    return meaning


@lru_cache(maxsize=8192)
def _segmented(token: str) -> tuple[str, ...] | None:
    """Cut a glued word into the fewest known ones (``kickin`` into ``kick in``), or None."""
    if not 4 <= len(token) <= 40:
        return None
    best: list[tuple[str, ...] | None] = [()] + [None] * len(token)
    for end in range(1, len(token) + 1):
        for start in range(max(0, end - 16), end):
            before = best[start]
            if before is None or (start == 0 and end == len(token)):
                continue
            piece = token[start:end]
            is_side = end == len(token) and piece in ("l", "r") and start >= 2
            if not is_side and not ((len(piece) >= 3 or piece in _SHORT_PIECES) and known_meaning(piece) is not None):
                continue
            current = best[end]
            if len(before) < 4 and (current is None or len(before) + 1 < len(current)):
                best[end] = (*before, piece)
    return best[-1]


def _asian(run: str) -> list[str]:
    """Cut a run without spaces into its longest known words; what is unknown between them is one word."""
    pieces: list[str] = []
    position, unknown = 0, ""
    while position < len(run):
        longest = min(_LONGEST_ASIAN, len(run) - position)
        match = next(
            (run[position : position + n] for n in range(longest, 0, -1) if run[position : position + n] in _ASIAN), ""
        )
        if match and unknown:
            pieces.append(unknown)
            unknown = ""
        if match:
            pieces.append(match)
        else:
            unknown += run[position]
        position += len(match) or 1
    return [*pieces, unknown] if unknown else pieces


def _pieces_of(run: str) -> list[str]:
    """Cut one run of letters at changes of case, unless it is known or better cut as a whole."""
    whole = fold(run)
    if any(ord(c) >= _FIRST_ASIAN for c in whole):
        return _asian(whole)
    if known_meaning(whole) is not None:
        return [whole]
    camel = [fold(piece) for piece in _CAMEL.split(run) if piece]
    if len(camel) > 1 and all(known_meaning(piece) or len(piece) == 1 for piece in camel):
        return camel
    segmented = _segmented(whole)
    if segmented:
        return list(segmented)
    return [part for piece in camel for part in (_segmented(piece) or (piece,))]


def tokens_of(name: str) -> list[list[str]]:
    """Cut a name into groups of folded tokens; a group was written without a separator."""
    text = _EXTENSION.sub("", unicodedata.normalize("NFKC", name.strip()))
    groups: list[list[str]] = []
    for written in re.findall(r"[^\W_]+", text.translate(_SPECIAL_MARKS)):
        group = [
            token for run in _PIECES.findall(written) for token in ([run] if run[0].isdigit() else _pieces_of(run))
        ]
        if group:
            groups.append(group)
    return groups


_SPECIAL_MARKS = {0x0301: None, 0x0308: None}


def words_of(name: str) -> list[Word]:
    """Cut a name into words with their meanings, the longest phrase first."""
    groups = tokens_of(name)
    tokens = [token for group in groups for token in group]
    owner = [number for number, group in enumerate(groups) for _ in group]
    words: list[Word] = []
    at = 0
    while at < len(tokens):
        for count in range(min(_LONGEST_PHRASE, len(tokens) - at), 0, -1):
            window = tuple(tokens[at : at + count])
            meaning = _meaning_of(window, is_one_word=owner[at] == owner[at + count - 1])
            if meaning is not None:
                text = "".join(window) if count == 1 else " ".join(window)
                words.append(Word(text, meaning, _WEIGHTS.get(text, 1.0)))
                at += count
                break
        else:
            words.append(_single(tokens[at]))
            at += 1
    return words


def _meaning_of(window: tuple[str, ...], is_one_word: bool) -> str | None:
    if len(window) == 1:
        return known_meaning(window[0])
    phrase = _PHRASES.get(window)
    if phrase is not None:
        return phrase
    if window[-1].endswith("s") and (*window[:-1], window[-1][:-1]) in _PHRASES:
        return _PHRASES[(*window[:-1], window[-1][:-1])]
    if all(token.isdigit() for token in window) or not (is_one_word or min(map(len, window)) >= 2):
        return None
    return known_meaning("".join(window))


def _single(token: str) -> Word:
    letter = _LETTERS.get(token)
    if letter:
        return Word(token, letter, 0.95)
    word = _nearest(token)
    if word is None or (_WORDS[word] in _SILENCING and len(token) < 8):
        return Word(token, "")
    return Word(token, _WORDS[word], 0.9 if len(token) >= 6 else 0.85)


def repeated_words() -> list[str]:
    """Return the words that stand under two meanings: there should be none."""
    seen: dict[str, str] = {}
    repeated = []
    for meaning, text in WORDS.items():
        for entry in text.split():
            word = "".join(fold(part) for part in entry.split("_"))
            if seen.setdefault(word, meaning) != meaning:
                repeated.append(f"{entry}: {seen[word]}, {meaning}")
    return repeated


def all_words() -> Iterable[str]:
    """Return every known word, folded."""
    return _WORDS.keys()
