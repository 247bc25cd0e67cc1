"""Read what lies along a project's time: tempo, markers and regions."""

from typing import Final

from reaper_bridge.rpp.envelopes import is_active
from reaper_bridge.rpp.syntax import Block
from reaper_bridge.session.model import Marker, TempoChange

_REGION_FLAG: Final = 1


def read_tempo(project: Block) -> tuple[TempoChange, ...]:
    """Return the tempo map: the project's tempo, or its tempo envelope where that has points.

    A gradual change counts from its first point; none where the project states no tempo.
    """
    line, envelope = project.find("TEMPO"), project.block("TEMPOENVEX")
    bpm = 0.0 if line is None else line.number(1)
    numerator, denominator = (4, 4) if line is None else (line.integer(2) or 4, line.integer(3) or 4)
    changes = [] if bpm <= 0.0 else [TempoChange(0.0, bpm, numerator, denominator)]
    if envelope is None or not is_active(envelope):
        return tuple(changes)
    for point in sorted(envelope.lines("PT"), key=lambda point: point.number(1)):
        signature = point.integer(4)
        if signature:
            numerator, denominator = signature & 0xFFFF or 4, signature >> 16 or 4
        start, bpm = point.number(1), point.number(2)
        if bpm > 0.0:
            changes = [change for change in changes if change.start_seconds < start]
            changes.append(TempoChange(start, bpm, numerator, denominator))
    return tuple(changes)


def read_markers(project: Block) -> tuple[Marker, ...]:
    """Return markers and regions by time. A region is two MARKER lines of one number: start, then end."""
    markers: list[Marker] = []
    open_regions: dict[str, int] = {}
    for line in project.lines("MARKER"):
        number, position, name = line.text(1), line.number(2), line.text(3)
        if not line.integer(4) & _REGION_FLAG:
            markers.append(Marker(name, position))
        elif number in open_regions:
            index = open_regions.pop(number)
            start = markers[index]
            markers[index] = Marker(start.name, start.start_seconds, position)
        else:
            open_regions[number] = len(markers)
            markers.append(Marker(name, position))
    return tuple(sorted(markers, key=lambda marker: marker.start_seconds))
