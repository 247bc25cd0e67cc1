"""Our notes in a running project: which passes stand, which were undone, and how both are kept.

The ledger is in the project's ext state as in a file. Each pass also leaves its mark on the master track, in a place
that REAPER's undo takes back; whether undo takes ext state back too differs (docs/unverified.md). Passes that were
undone stay in the notes, so that redo finds them: until the next pass under their own keys, then under ``EARLIER_``.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

from reaper_bridge.live.reading import Facts
from reaper_bridge.session.errors import PlanError, ProjectFileError
from reaper_bridge.session.identity import FxId
from reaper_bridge.session.ledger import Ledger, Pass
from reaper_bridge.session.model import Session
from reaper_bridge.session.packing import SECTION, packed_ledger, packed_names, parse_packed

_EARLIER: Final = "EARLIER_"
_MOST_UNDONE: Final = 24


@dataclass(frozen=True)
class Notes:
    """What the notes say: the ledger of the passes that stand, and the passes that were undone."""

    ledger: Ledger
    undone: tuple[Pass, ...] = ()


def fx_names(facts: Facts) -> Mapping[FxId, FxId]:
    """Return which plug-ins have which ids, planned to real; none where the notes are damaged."""
    try:
        return parse_packed(_values(facts)).fx_names
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
    try:
        stored = parse_packed(values)
        earlier = parse_packed({k.removeprefix(_EARLIER): v for k, v in values.items() if k.startswith(_EARLIER)})
    except PlanError as error:
        raise ProjectFileError(
            "The notes of earlier passes in the project are damaged; close it, delete the block"
            f" <{SECTION} in <EXTSTATE of its file with a text editor, and open it again."
        ) from error
    marks = frozenset(str(facts["project"].get("pass_mark") or "").split())
    lost_by_loading = not marks and any(entry.mark and entry.run != run for entry in stored.passes)
    everything = _once((*earlier.passes, *stored.passes))
    if lost_by_loading:
        standing = stored.standing(session).passes
    else:
        marked = tuple(entry for entry in everything if entry.mark in marks)
        numbers = {entry.id for entry in marked}
        standing = (*marked, *(entry for entry in everything if not entry.mark and entry.id not in numbers))
    undone = tuple(entry for entry in everything if entry not in standing)
    ordered = tuple(sorted(standing, key=lambda entry: entry.id))
    return Notes(replace(stored, passes=ordered), undone)


def packed_notes(ledger: Ledger, undone: Collection[Pass] = ()) -> dict[str, str]:
    """Return the keys and values of notes, the reverse of ``read_notes``; the marks are kept elsewhere."""
    numbers = {entry.id for entry in ledger.passes}
    # a pass that a file host wrote has no mark; it is kept while a revision of it stands, as what that replaced
    live = [entry for entry in undone if entry.mark or entry.id in numbers]
    earlier = packed_ledger(Ledger(tuple(live[-_MOST_UNDONE:])))
    names = packed_names(ledger.fx_names) if ledger.passes or live else {}
    return {**packed_ledger(ledger), **names, **{_EARLIER + key: value for key, value in earlier.items()}}


def marks_of(ledger: Ledger) -> str:
    """Return what stands on the master track for these passes."""
    return " ".join(entry.mark for entry in ledger.passes if entry.mark)


def _values(facts: Facts) -> dict[str, str]:
    return {str(key).upper(): str(value) for key, value in dict(facts["project"].get("ext_state") or {}).items()}


def _once(passes: Collection[Pass]) -> tuple[Pass, ...]:
    found = {entry.mark or f"file {entry.id}": entry for entry in passes}
    return tuple(found.values())
