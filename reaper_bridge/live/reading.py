"""Read the facts that REAPER's side of the bridge sends as a session, the same that the project's file would give.

The facts are described in ``reaper_bridge.live.inside.looking``: plain JSON, with the keys of REAPER's API.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from reaper_bridge.live.calibration import CalibrationCache
from reaper_bridge.live.tracks import (
    Surroundings,
    plain_text,
    read_master,
    read_track,
    track_ids,
    union_of_groups,
)
from reaper_bridge.session.codes import folder_parents
from reaper_bridge.session.identity import MASTER, FxId, TrackId
from reaper_bridge.session.model import Marker, Session, TempoChange

__all__ = ["Facts", "Picture", "read_picture", "track_ids"]

Facts: TypeAlias = Mapping[str, Any]

_RECORDS: Final = 4
_UNTITLED: Final = "Untitled"


@dataclass(frozen=True)
class Picture:
    """A project as REAPER showed it at one moment.

    ``project_handle`` is REAPER's own name for the project tab, ``project_path`` the file it was saved to (empty
    before it was). ``pass_mark`` is what our last pass left on the master track. ``unreadable`` tells for each track
    that could not be read wholly why: nothing may be decided for it. ``play_state`` is REAPER's: 1 plays, 2 pauses,
    4 records, added up.
    """

    session: Session
    facts: Facts
    project_handle: str
    project_path: str
    change_count: int
    selected: tuple[TrackId, ...] = ()
    undo_name: str | None = None
    redo_name: str | None = None
    play_state: int = 0
    is_dirty: bool = False
    pass_mark: str = ""
    unreadable: Mapping[TrackId, str] = field(default_factory=dict)

    @property
    def is_recording(self) -> bool:
        """Whether REAPER records."""
        return bool(self.play_state & _RECORDS)


def read_picture(
    facts: Facts, *, fx_names: Mapping[FxId, FxId] | None = None, calibration: CalibrationCache | None = None
) -> Picture:
    """Return the picture in the facts of one visit.

    ``fx_names`` are the ids that plans gave to plug-ins and the GUIDs that REAPER gave them: the session shows the
    planned ones. ``calibration`` is what is known of this REAPER's knobs.
    """
    project: Facts = facts["project"]
    tracks = dict(zip(track_ids(facts), facts["tracks"], strict=True))
    reading = Surroundings(
        project=project,
        plugins=facts.get("plugins", {}),
        planned_ids={real: planned for planned, real in (fx_names or {}).items()},
        calibration=calibration,
        ids={str(own["guid"]).upper(): track_id for track_id, own in reversed(tracks.items()) if own["guid"]},
        places={track_id: index for index, track_id in enumerate(tracks)},
        vca_groups=union_of_groups([own.get("vca_leads", (0, 0)) for own in tracks.values()]),
    )
    unreadable = {track_id: "; ".join(own["unreadable"]) for track_id, own in tracks.items() if own["unreadable"]}
    if facts["master"]["unreadable"]:
        unreadable[MASTER] = "; ".join(facts["master"]["unreadable"])
    return Picture(
        session=_session(facts, tracks, reading),
        facts=facts,
        project_handle=project["handle"],
        project_path=project["path"],
        change_count=project["change_count"],
        selected=tuple(track_id for track_id, own in tracks.items() if own.get("I_SELECTED")),
        undo_name=project["undo_name"],
        redo_name=project["redo_name"],
        play_state=project["play_state"],
        is_dirty=project["is_dirty"],
        pass_mark=project["pass_mark"],
        unreadable=unreadable,
    )


def _session(facts: Facts, tracks: Mapping[TrackId, Facts], reading: Surroundings) -> Session:
    project = reading.project
    depths = ((track_id, int(own.get("I_FOLDERDEPTH", 0))) for track_id, own in tracks.items())
    parents = folder_parents(depths)
    law, taper = project["panlaw"], project["panlawflags"]
    insists = project["PROJECT_SRATE"] > 0 and bool(project["PROJECT_SRATE_USE"])
    return Session(
        title=Path(project["path"]).stem or Path(project["name"]).stem or _UNTITLED,
        tracks=tuple(
            read_track(track_id, index, own, parents[track_id], reading)
            for index, (track_id, own) in enumerate(tracks.items())
        ),
        master=read_master(facts["master"], reading),
        sample_rate_hz=int(project["PROJECT_SRATE"]) if insists else None,
        tempo=_tempo(project["tempo"]),
        markers=_markers(project["markers"]),
        pan_law_linear=1.0 if law is None else law,
        pan_taper=int(taper) if taper else None,  # a file states none where it is 0
        reaper_version=project["reaper_version"],
        notes=plain_text(project["notes"]),
        ext_state=dict(project["ext_state"]),
    )


def _tempo(changes: Sequence[Sequence[float]]) -> tuple[TempoChange, ...]:
    """Return the tempo map; a change at the start stands for the project's own tempo, signatures last on."""
    found: list[TempoChange] = []
    numerator, denominator = 4, 4
    for start, bpm, own_numerator, own_denominator in changes:
        if own_numerator and own_denominator:
            numerator, denominator = int(own_numerator), int(own_denominator)
        if bpm > 0.0:
            found = [change for change in found if change.start_seconds < start]
            found.append(TempoChange(start, bpm, numerator, denominator))
    return tuple(found)


def _markers(markers: Sequence[Sequence[Any]]) -> tuple[Marker, ...]:
    found = (Marker(name, start, end) for start, end, name in markers)
    return tuple(sorted(found, key=lambda marker: marker.start_seconds))
