"""Everything that is wrong with a session, in one list: what, where, when, and what to do about it.

The measuring is done elsewhere; each row of the table turns what one room of the program knows into findings.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from actions.examining.copies import copy_findings
from actions.examining.edges import edge_findings
from actions.examining.finding import SessionFinding, told_times
from actions.examining.media import channel_findings, media_findings, rate_findings
from actions.examining.plugins import plugin_findings
from actions.examining.quality import Quality, plain_quality, quality_findings, quality_of, quality_told
from actions.examining.recordings import flaw_findings, hot_findings, side_findings
from actions.hearing import Heard, hear
from actions.progress import QUIET, Course
from reaper_bridge.host import Host
from reaper_bridge.session.address import Address, Kind
from reaper_bridge.session.change import MixPlan
from reaper_bridge.session.identity import MASTER, TrackId
from reaper_bridge.session.model import Session

EXAMINATIONS: Final[tuple[Callable[[Heard], Iterator[SessionFinding]], ...]] = (
    media_findings,
    flaw_findings,
    hot_findings,
    side_findings,
    channel_findings,
    rate_findings,
    copy_findings,
    edge_findings,
    plugin_findings,
)
MENDED_BY: Final[Mapping[str, Kind]] = {"polarity": "polarity", "delay": "play_offset"}
"""Findings that are none any more where a pass turned this knob."""
_SIGNS: Final = {"serious": "✗", "worth knowing": "•"}


@dataclass(frozen=True)
class Examined:
    """A session that was heard, what is wrong with it, and how its mix stands, None where nothing sounds."""

    heard: Heard
    findings: tuple[SessionFinding, ...]
    quality: Quality | None = None

    @property
    def is_well(self) -> bool:
        """Whether nothing serious was found."""
        return is_well(self.findings)


def examine(host: Host, course: Course = QUIET) -> Examined:
    """Listen to a session and examine it; nothing is changed.

    Raises:
        FirstPassError: The session cannot be read, or somebody wants to stop.
    """
    heard = hear(host, course=course)
    found = findings_of(heard)
    quality = _quality_as_it_stands(heard, course)
    of_the_mix = tuple(quality_findings(quality)) if quality is not None else ()
    ordered = sorted((*of_the_mix, *found), key=lambda finding: finding.severity != "serious")
    return Examined(heard, tuple(ordered), quality)


def _quality_as_it_stands(heard: Heard, course: Course) -> Quality | None:
    """Render a session as it stands, and return how the mix is; None where nothing sounds."""
    from actions.checking import check, window_for
    from actions.first_pass import Wishes, brief_of, chosen_genre, taste_signature
    from actions.freedom import freedom
    from actions.mixing.patching import desk_of
    from actions.mixing.taste import load_taste

    course.stage("checking")
    wishes, taste = Wishes(), load_taste(chosen_genre(heard, None)[0])
    free = freedom(
        heard.session,
        heard.ledger,
        named=(),
        taste=taste_signature(taste, wishes),
        audio_keys=heard.audio_keys,
        stages=wishes.stages,
    )
    brief = brief_of(heard, free, taste, wishes)
    desk = desk_of(replace(brief, base=brief.session))
    if not any(not strip.is_muted for strip in desk.strips):
        return None
    checked = check(heard, heard.session, desk, window_for(desk), taste, {})
    return quality_of(heard, heard.session, desk, checked, may_encode=True)


def findings_of(heard: Heard) -> tuple[SessionFinding, ...]:
    """Return what is wrong with a session: the serious first, then in the order of the tracks."""
    found = [finding for examine in EXAMINATIONS for finding in examine(heard)]
    place = {track.id: track.index for track in heard.session.tracks}
    return tuple(
        sorted(found, key=lambda f: (f.severity != "serious", place.get(f.track_id, -1) if f.track_id else -1))
    )


def unmended(findings: Iterable[SessionFinding], plan: MixPlan) -> tuple[SessionFinding, ...]:
    """Return what is left of findings where a plan is carried out."""
    return tuple(f for f in findings if not _is_mended(f, plan))


def _is_mended(finding: SessionFinding, plan: MixPlan) -> bool:
    knob = MENDED_BY.get(finding.kind)
    tracks = [track for track in (finding.track_id, finding.other_track) if track is not None]
    return knob is not None and any(plan.at(Address(track, knob)) is not None for track in tracks)


def is_well(findings: Sequence[SessionFinding]) -> bool:
    """Tell whether nothing serious was found."""
    return all(finding.severity != "serious" for finding in findings)


def place_of(track_id: TrackId | None, session: Session) -> str:
    """Return where a finding is, in words."""
    if track_id is None:
        return "Project"
    if track_id == MASTER:
        return "Master"
    track = session.track(track_id)
    return track.name or f"Track {track.index + 1}"


def with_times(finding: SessionFinding) -> str:
    """Return what was found, with the first moments where it does not tell them."""
    when = told_times(finding.times_seconds)
    return finding.found if not when or when in finding.found else f"{finding.found[:-1]} ({when})."


def told(finding: SessionFinding, session: Session) -> str:
    """Return a finding as a line of text."""
    line = f"{_SIGNS[finding.severity]} {place_of(finding.track_id, session)}: {with_times(finding)}"
    return f"{line} {finding.advice}".rstrip()


def plain_findings(findings: Sequence[SessionFinding], session: Session) -> list[dict[str, Any]]:
    """Return findings as JSON can hold them."""
    return [
        {
            "kind": finding.kind,
            "severity": finding.severity,
            "track": None if finding.track_id is None else place_of(finding.track_id, session),
            "track_guid": finding.track_id,
            "other_track": finding.other_track,
            "times_seconds": [round(time, 2) for time in finding.times_seconds],
            "frequency_hz": finding.frequency_hz,
            "found": finding.found,
            "advice": finding.advice,
        }
        for finding in findings
    ]


def plain_examined(examined: Examined) -> dict[str, Any]:
    """Return an examined session as JSON can hold it."""
    session = examined.heard.session
    return {
        "project": session.title,
        "well": examined.is_well,
        "findings": plain_findings(examined.findings, session),
        "quality": plain_quality(examined.quality),
    }


def print_examined(examined: Examined) -> None:
    """Print what was found, the serious first."""
    import typer

    session = examined.heard.session
    for finding in examined.findings:
        typer.echo(told(finding, session))
    if examined.quality is not None:
        typer.echo(f"The mix as it stands: {' '.join(quality_told(examined.quality))}")
    serious = sum(finding.severity == "serious" for finding in examined.findings)
    rest = len(examined.findings) - serious
    count = len(examined.heard.measures)
    typer.echo(f"Heard {count} track{'s' * (count != 1)}: {serious} serious, {rest} worth knowing.")
