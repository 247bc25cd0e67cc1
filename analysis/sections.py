"""The form of a song: where its sections begin and which of them are alike.

Regions of the project say it where there are some, else markers, else what plays when (``analysis.form``). Sections of
one letter are alike, by their names or by what plays. Times are project seconds.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from analysis.form import parts_of
from analysis.measures import HOP_SECONDS, TrackMeasures
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import Marker, Session

Floats: TypeAlias = npt.NDArray[np.float64]
Known: TypeAlias = Literal["regions", "markers", "activity"]
Likely: TypeAlias = Literal["verse", "chorus", ""]

LEAST_COVER_RATIO: Final = 0.5
_COMMANDS: Final = ("!", "=", "#")
"""What names of markers begin with that are meant for REAPER and not for people."""
_NUMBER_AT_END: Final = re.compile(r"[\s_#.-]*(\d+|[ivx]+|[a-d])?\s*$", re.IGNORECASE)
SURE_LEVEL_DB: Final = 1.5
"""How much fuller choruses must be than verses for the two to be told apart by what plays alone."""
_NO_LETTER_BEFORE, _NO_LETTER_BEHIND = r"(?<![^\W\d_])(?:", r")(?![^\W\d_])"


def _word(*words: str) -> re.Pattern[str]:
    return re.compile(_NO_LETTER_BEFORE + "|".join(words) + _NO_LETTER_BEHIND, re.IGNORECASE)


_BESIDE: Final = _word("pre", "post", "half")
_NAMES: Final[Mapping[Likely, re.Pattern[str]]] = {
    "verse": _word("verse", "vers", "vs", "v", "strophe", "couplet", "strofa", "estrofa", "куплет"),
    "chorus": _word("chorus", "chor", "ch", "refrain", "hook", "ritornello", "estribillo", "refrão", "припев"),
}


@dataclass(frozen=True)
class Section:
    """A part of the song. Sections of one ``letter`` are alike; ``name`` is the project's, or empty.

    ``known_from`` says what told. ``likely`` is what it would be called, where it can be told. ``level_db`` is how much
    louder than the mean of the song it is.
    """

    letter: str
    start_seconds: float
    end_seconds: float
    name: str = ""
    known_from: Known = "activity"
    likely: Likely = ""
    level_db: float = 0.0


def sections_of(
    session: Session,
    measures: Mapping[TrackId, TrackMeasures],
    families: Mapping[TrackId, str],
    leads: Collection[TrackId] = (),
) -> tuple[Section, ...]:
    """Return the sections of a song from its first sound to its last, in order; none for silence.

    ``families`` say which tracks are of one kind, so that twelve drum microphones do not outvote the singer; ``leads``
    are the tracks of the lead voice. Muted tracks play no part.
    """
    heard = {
        key: m for key, m in sorted(measures.items())
        if not m.is_silent and session.has_track(key) and not session.track(key).muted
    }  # fmt: skip
    if not heard:
        return ()
    begin, end = _span(heard)
    told = _told_by_project(session.markers, begin, end)
    if told:
        sections = _lettered_by_name(told)
    else:
        parts = parts_of(heard, families, session.tempo, begin, end)
        sections = [Section(letter_of(p.number), p.start_seconds, p.end_seconds) for p in parts]
    return _described(sections, heard, leads)


def _span(heard: Mapping[TrackId, TrackMeasures]) -> tuple[float, float]:
    """Return when the first track begins to play and the last one ends."""
    begins, ends = [], []
    for measures in heard.values():
        playing = np.flatnonzero(measures.is_active)
        if len(playing):
            begins.append(float(playing[0]) * HOP_SECONDS)
            ends.append(float(playing[-1] + 1) * HOP_SECONDS)
    longest = max(len(m.k_power) for m in heard.values()) * HOP_SECONDS
    return (min(begins), max(ends)) if begins else (0.0, longest)


def sure_kinds(sections: Sequence[Section]) -> tuple[Likely, ...]:
    """Return for each section whether it is surely a verse or a chorus; empty texts unless there are both.

    The project's names say it where they do, else what plays, if choruses are ``SURE_LEVEL_DB`` fuller than verses.
    """
    named = tuple(_kind_of_name(section) for section in sections)
    if {"verse", "chorus"} <= set(named):
        return named
    choruses, verses = ([s.level_db for s in sections if s.likely == kind] for kind in ("chorus", "verse"))
    is_told = not any(named) and bool(choruses) and bool(verses)
    fuller_db = float(np.mean(choruses) - np.mean(verses)) if is_told else 0.0
    return tuple(s.likely if fuller_db >= SURE_LEVEL_DB else "" for s in sections)


def _kind_of_name(section: Section) -> Likely:
    if _BESIDE.search(section.name):
        return ""
    return next((kind for kind, words in _NAMES.items() if words.search(section.name)), "")


# --- what the project says ------------------------------------------------------------------------------------


def _told_by_project(markers: Sequence[Marker], begin: float, end: float) -> list[Section]:
    """Return the sections that regions, or else markers, name; none where they say too little."""
    named = [m for m in markers if not m.name.startswith(_COMMANDS)]
    regions = _innermost([m for m in named if m.end_seconds is not None and m.end_seconds > begin])
    covered = sum(min(r.end_seconds or 0.0, end) - max(r.start_seconds, begin) for r in regions)
    if len(regions) >= 2 and covered >= LEAST_COVER_RATIO * (end - begin):
        return [Section("", r.start_seconds, r.end_seconds or end, r.name.strip(), "regions") for r in regions]
    points = sorted(
        (m for m in named if m.end_seconds is None and m.start_seconds < end), key=lambda m: m.start_seconds
    )
    if len(points) < 2:
        return []
    stops = [*(m.start_seconds for m in points[1:]), end]
    told = [
        Section("", m.start_seconds, stop, m.name.strip(), "markers") for m, stop in zip(points, stops, strict=True)
    ]
    before = (
        [Section("", begin, points[0].start_seconds, "", "markers")] if points[0].start_seconds > begin + 1.0 else []
    )
    return [s for s in (*before, *told) if s.end_seconds > s.start_seconds]


def _innermost(regions: Sequence[Marker]) -> list[Marker]:
    """Return regions in order, less those that hold others and those that overlap the one before."""
    kept: list[Marker] = []
    for region in sorted(regions, key=lambda r: (r.start_seconds, r.end_seconds or 0.0)):
        inside = [r for r in regions if r is not region and _holds(region, r)]
        if len(inside) < 2 and (not kept or region.start_seconds >= (kept[-1].end_seconds or 0.0) - 0.05):
            kept.append(region)
    return kept


def _holds(outer: Marker, inner: Marker) -> bool:
    ends = outer.end_seconds or 0.0, inner.end_seconds or 0.0
    return outer.start_seconds <= inner.start_seconds and ends[1] <= ends[0] and outer != inner


def _lettered_by_name(sections: Sequence[Section]) -> list[Section]:
    """Give sections of one name, numbers at its end left out, one letter; those without a name each their own."""
    letters: dict[str, str] = {}
    lettered = []
    for index, section in enumerate(sections):
        plain = _NUMBER_AT_END.sub("", section.name).casefold() or section.name.casefold() or f"#{index}"
        lettered.append(replace(section, letter=letters.setdefault(plain, letter_of(len(letters)))))
    return lettered


def letter_of(index: int) -> str:
    """Return A, B … Z, AA, AB … for 0, 1 …"""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


# --- what they are --------------------------------------------------------------------------------------------


def _described(
    sections: Sequence[Section], heard: Mapping[TrackId, TrackMeasures], leads: Collection[TrackId]
) -> tuple[Section, ...]:
    """Add how loud each section is, and where it can be told whether it is a verse or a chorus."""
    edges = [(s.start_seconds, s.end_seconds) for s in sections]
    power = np.array([_power(heard.values(), *edge) for edge in edges])
    lengths = np.array([stop - start for start, stop in edges])
    mean = float((power * lengths).sum() / max(float(lengths.sum()), 1e-9))
    levels = 10.0 * np.log10(np.maximum(power, 1e-12) / max(mean, 1e-12))
    sung = np.array([_sung([heard[key] for key in leads if key in heard], *edge) for edge in edges])
    likely = _likely(sections, levels, sung)
    return tuple(
        replace(s, level_db=round(float(level), 2), likely=likely.get(s.letter, ""))
        for s, level in zip(sections, levels, strict=True)
    )


def _power(tracks: Collection[TrackMeasures], start: float, stop: float) -> float:
    """Return the power of all tracks, each over its own mean while it plays: how full a part is."""
    total, frames = 0.0, slice(round(start / HOP_SECONDS), round(stop / HOP_SECONDS))
    for measures in tracks:
        playing = measures.k_power[measures.is_active]
        part = measures.k_power[frames]
        if len(part) and len(playing) and float(playing.mean()) > 0.0:
            total += float(part.mean()) / float(playing.mean())
    return total


def _sung(leads: Collection[TrackMeasures], start: float, stop: float) -> float:
    frames = slice(round(start / HOP_SECONDS), round(stop / HOP_SECONDS))
    return max((float(m.is_active[frames].mean()) for m in leads if len(m.is_active[frames])), default=0.0)


def _likely(sections: Sequence[Section], levels: Floats, sung: Floats) -> dict[str, Likely]:
    """Name the fullest letter that comes back and is sung a chorus, the emptiest such letter a verse."""
    letters = {s.letter: [i for i, other in enumerate(sections) if other.letter == s.letter] for s in sections}
    back = {letter: at for letter, at in letters.items() if len(at) > 1 and float(sung[at].mean()) > 0.25}
    if len(back) < 2:
        return {}
    ordered = sorted(back, key=lambda letter: -float(levels[back[letter]].mean()))
    return {ordered[0]: "chorus", ordered[-1]: "verse"}
