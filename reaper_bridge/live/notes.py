"""Our notes in a running project: which passes stand, which were undone, and how both are kept.

The ledger is in the project's ext state as in a file. Each pass also leaves its mark on the master track, in a place
that REAPER's undo takes back; whether undo takes ext state back too differs (docs/unverified.md). Passes that were
undone stay in the notes, so that redo finds them: until the next pass under their own keys, then under ``EARLIER_``.
``TAKEN_BACK`` is the mark of the one that a step of ours took back, until something else of ours is written.
"""

import functools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from reaper_bridge.live.reading import Facts
from reaper_bridge.session.errors import PlanError, ProjectFileError
from reaper_bridge.session.identity import FxId
from reaper_bridge.session.ledger import Ledger, Pass
from reaper_bridge.session.model import Session
from reaper_bridge.session.packing import (
    SECTION,
    packed_ledger,
    packed_names,
    packed_pass,
    parse_packed,
    parse_packed_pass,
    parts_of,
)

_EARLIER: Final = "EARLIER_"
_TAKEN_BACK: Final = "TAKEN_BACK"
_FILE: Final = "FILE"
_MOST_UNDONE: Final = 24


class Kept:
    """A pass that was undone, packed or not: there may be many, and hardly ever does one come back."""

    def __init__(self, key: str, text: str = "", entry: Pass | None = None) -> None:
        self.key = key
        self._text = text
        self._entry = entry

    @classmethod
    def of(cls, entry: Pass) -> "Kept":
        """Return a pass as it is kept."""
        return cls(_key(entry), entry=entry)

    @property
    def text(self) -> str:
        """The pass as it stands in the notes."""
        if not self._text and self._entry is not None:
            self._text = packed_pass(self._entry)
        return self._text

    @property
    def entry(self) -> Pass:
        """The pass.

        Raises:
            PlanError: Its notes are damaged.
        """
        if self._entry is None:
            self._entry = _parsed_pass(self._text)
        return self._entry


@dataclass(frozen=True)
class Notes:
    """What the notes say: the ledger of the passes that stand, and the passes that were undone, oldest first.

    ``taken_back`` is the one of these that our last step took back.
    """

    ledger: Ledger
    undone: tuple[Kept, ...] = ()
    taken_back: Kept | None = None


def fx_names(facts: Facts) -> Mapping[FxId, FxId]:
    """Return which plug-ins have which ids, planned to real; none where the notes are damaged."""
    try:
        return _parsed(_values(facts)).fx_names
    except PlanError:
        return {}


def with_planned_tracks(facts: Facts, names: Mapping[FxId, FxId]) -> Facts:
    """Return the facts of a visit with our tracks under their planned ids, where REAPER gave them others."""
    planned = {str(real): str(name) for name, real in names.items()}
    if not any(str(track["guid"]).upper() in planned for track in facts["tracks"]):
        return facts

    def named(thing: Facts) -> Facts:
        return {**thing, "guid": planned.get(str(thing["guid"]).upper(), thing["guid"])}

    tracks = [{**named(own), "sends": [named(send) for send in own.get("sends", ())]} for own in facts["tracks"]]
    return {**facts, "tracks": tracks}


def read_notes(facts: Facts, session: Session, run: str) -> Notes:
    """Return the notes of a project; ``run`` names this run of REAPER with this project.

    Within one run a pass without its mark was undone. Whether REAPER keeps marks over saving and loading is not
    known, so where there are none at all, passes of an earlier run are judged by their values.

    Raises:
        ProjectFileError: They are damaged.
    """
    values = _values(facts)
    marks = frozenset(str(facts["project"].get("pass_mark") or "").upper().split())
    try:
        stored = _parsed(values)
        earlier = _kept(values)
        back = tuple(kept.entry for kept in earlier if kept.key in marks)
    except PlanError as error:
        raise ProjectFileError(
            "The notes of earlier passes in the project are damaged; close it, delete the block"
            f" <{SECTION} in <EXTSTATE of its file with a text editor, and open it again."
        ) from error
    lost_by_loading = not marks and any(entry.mark and entry.run != run for entry in stored.passes)
    if lost_by_loading:
        standing = stored.standing(session).passes
    else:
        marked = (*back, *(entry for entry in stored.passes if _key(entry) in marks))
        standing = (*marked, *_unmarked(stored, earlier, {entry.id for entry in marked}))
    here = {_key(entry) for entry in standing}
    others = (*earlier, *(Kept.of(entry) for entry in stored.passes))
    undone = tuple({kept.key: kept for kept in others if kept.key not in here}.values())
    ordered = tuple(sorted(standing, key=lambda entry: entry.id))
    mark = values.get(_TAKEN_BACK, "").upper()
    return Notes(
        replace(stored, passes=ordered), undone, next((one for one in undone if mark and one.key == mark), None)
    )


def packed_notes(ledger: Ledger, undone: Collection[Kept] = (), taken_back: Kept | None = None) -> dict[str, str]:
    """Return the keys and values of notes, the reverse of ``read_notes``; the marks are kept elsewhere."""
    # a pass that a file host wrote has no mark; it is kept while a revision of it stands, as what that replaced
    needed = {_FILE + str(entry.id) for entry in ledger.passes}
    kept = [one for one in undone if not one.key.startswith(_FILE) or one.key in needed][-_MOST_UNDONE:]
    names = packed_names(ledger.fx_names) if ledger.passes or kept else {}
    packed = {**packed_ledger(ledger), **names}
    if taken_back is not None:
        packed[_TAKEN_BACK] = taken_back.key
    for number, one in enumerate(kept, 1):
        packed |= parts_of(one.text, f"{_EARLIER}{number:04d}_{one.key}")
    return packed


def marks_of(ledger: Ledger) -> str:
    """Return what stands on the master track for these passes."""
    return " ".join(entry.mark for entry in ledger.passes if entry.mark)


def _values(facts: Facts) -> dict[str, str]:
    return {str(key).upper(): str(value) for key, value in dict(facts["project"].get("ext_state") or {}).items()}


def _kept(values: Mapping[str, str]) -> tuple[Kept, ...]:
    """Return the passes under ``EARLIER_number_key_part``, in order."""
    texts: dict[tuple[str, str], str] = {}
    for name in sorted(name for name in values if name.startswith(_EARLIER)):
        number, _, rest = name.removeprefix(_EARLIER).partition("_")
        key = (number, rest.rpartition("_")[0])
        texts[key] = texts.get(key, "") + values[name]
    return tuple(Kept(key, text) for (_, key), text in texts.items())


def _unmarked(stored: Ledger, earlier: Collection[Kept], numbers: Collection[int]) -> Iterator[Pass]:
    """Yield the passes that a file host wrote, unless a revision of one stands."""
    for kept in earlier:
        if kept.key.startswith(_FILE) and kept.entry.id not in numbers:
            yield kept.entry
    yield from (entry for entry in stored.passes if not entry.mark and entry.id not in numbers)


def _key(entry: Pass) -> str:
    return entry.mark.upper() or f"{_FILE}{entry.id}"


@functools.lru_cache(maxsize=64)
def _parsed_pass(text: str) -> Pass:
    return parse_packed_pass(text)


def _parsed(values: Mapping[str, str]) -> Ledger:
    return _parsed_items(tuple(sorted(item for item in values.items() if not item[0].startswith(_EARLIER))))


@functools.lru_cache(maxsize=8)
def _parsed_items(items: tuple[tuple[str, str], ...]) -> Ledger:
    return parse_packed(dict(items))
