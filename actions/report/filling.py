"""Fill the report's contents from what a pass did."""

import math
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np

from actions.checking import Check
from actions.examining.quality import Quality, quality_findings, quality_of, quality_told
from actions.examining.recordings import TONE
from actions.first_pass import Outcome, Wishes
from actions.mixing.balance import group_loudness_lufs
from actions.mixing.brief import RIDE_LANE
from actions.mixing.curves import TINY_POWER, target_levels_db
from actions.mixing.desk import Desk, Strip, gated_loudness_lufs
from actions.mixing.dynamics import COMPRESSORS
from actions.mixing.masking import masking_matrix, scene_of
from actions.mixing.strip import Insert, product
from actions.mixing.translation import over_limits, translation_of
from actions.report.alignment import story_of
from actions.report.contents import (
    FLAW_SEVERITIES,
    AlignmentStory,
    ChangeLine,
    Curve,
    GroupLevel,
    MaskingPicture,
    MixPicture,
    PredictionLine,
    Problem,
    ReportContents,
    RideStory,
    SectionMark,
    Severity,
    TrackStory,
    css_color,
    problem_of,
)
from actions.report.riding import story_of as ride_story_of
from actions.report.room import room_of
from actions.report.translation import device_lines
from actions.report.words import change_headline, track_name, verdict_words
from actions.session_doctor import findings_of, place_of, unmended, with_times
from analysis.measures import HOP_SECONDS
from analysis.roles.vocabulary import ROLES
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import Change
from reaper_bridge.session.effects import ReaComp
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import Track

MOST_MASKING_TRACKS = 16
PROMISED_TRUE_PEAK_DBTP = -3.0
_SEVERITIES: Final[Mapping[str, Severity]] = {str(kind): severity for kind, severity in FLAW_SEVERITIES.items()}


def contents_of(
    outcome: Outcome,
    song: Path,
    report: Path,
    previews: Mapping[str, Path],
    wishes: Wishes,
    *,
    is_dry_run: bool,
    may_encode: bool = False,
) -> ReportContents:
    """Return everything the report shows of a pass; ``may_encode`` lets it try lossy codecs, a second or two."""
    heard, desk = outcome.heard, outcome.decision.desk
    quality = quality_of(heard, outcome.mixed_session, desk, outcome.after, may_encode=may_encode)
    entry = outcome.entry
    return ReportContents(
        title=heard.session.title or song.stem,
        project=song.name,
        written_at=entry.written_at if entry else datetime.now().astimezone().isoformat(timespec="seconds"),
        label=entry.label if entry else "Nothing was written",
        genre=outcome.genre,
        genre_because=outcome.genre_because,
        taste_title=outcome.taste.title,
        mix_before=_picture(outcome.before),
        mix_after=_picture(outcome.after),
        amount_percent=100.0 * wishes.amount_ratio,
        is_dry_run=is_dry_run,
        groups=_groups(outcome),
        tracks=tuple(_story(outcome, track) for track in outcome.mixed_session.tracks),
        masking_before=_masking(outcome.desk_before),
        masking_after=_masking(desk),
        problems=_problems(outcome, quality),
        dropped=tuple(f"{address}: {why}" for address, why in outcome.decision.dropped),
        not_landed=tuple(str(item.change.address) for item in entry.landed if not item.has_landed) if entry else (),
        not_modelled=outcome.after.notes,
        approximated=_approximated(outcome),
        seconds=outcome.seconds,
        previews={name: os.path.relpath(path, report.parent) for name, path in previews.items()},
        target_levels_db=target_levels_db(outcome.taste.target_spectrum),
        lead_target_db=outcome.decision.targets.lead_to_accompaniment_db,
        true_peak_limit_dbtp=PROMISED_TRUE_PEAK_DBTP,
        alignments=_alignments(outcome),
        devices=device_lines(outcome.desk_before, desk),
        device_notes=_device_notes(outcome),
        rooms=tuple(
            room_of(found, lambda track_id: track_name(track_id, heard.session)) for found in outcome.decision.masked
        ),
        rides=_rides(outcome),
        sections=tuple(
            SectionMark(s.letter, s.name or s.likely, s.start_seconds, s.end_seconds) for s in heard.sections
        ),
        quality=quality_told(quality) if quality is not None else (),
        predictions=tuple(
            PredictionLine(name, error.unit, error.mean, error.largest, error.where)
            for name, error in outcome.verified.errors.measures.items()
        ),
        played=outcome.played,
    )


def _picture(check: Check) -> MixPicture:
    mixture = check.mixture
    short_term = mixture.short_term_lufs
    return MixPicture(
        loudness_lufs=mixture.integrated_lufs,
        true_peak_dbtp=mixture.true_peak_dbtp,
        lead_to_accompaniment_db=mixture.lead_to_accompaniment_db,
        vocal_clarity=mixture.lead_clarity_ratio,
        spectrum_distance_db=_or_nan(mixture.spectrum_distance_db),
        side_to_mid_db=mixture.side_to_mid_db,
        low_side_to_mid_db=mixture.low_side_to_mid_db,
        imbalance_db=mixture.imbalance_db,
        band_levels_db=10.0 * np.log10(np.maximum(mixture.band_power, TINY_POWER)),
        short_term_lufs=short_term,
        times_seconds=check.window.start_seconds + HOP_SECONDS * np.arange(1, len(short_term) + 1),
    )


def _groups(outcome: Outcome) -> tuple[GroupLevel, ...]:
    targets = outcome.decision.targets.groups_lu
    after = outcome.after.groups
    lead = outcome.decision.desk.lead
    reference = lead[0].row.group if lead else max(after, key=lambda group: after[group], default="")
    before = group_loudness_lufs(outcome.desk_before)
    levels = []
    for group in sorted(after, key=lambda g: -after[g]):
        levels.append(
            GroupLevel(
                group,
                before.get(group, -math.inf) - before.get(reference, 0.0),
                after[group] - after[reference],
                targets.get(group),
            )
        )
    return tuple(levels)


def _story(outcome: Outcome, track: Track) -> TrackStory:
    heard = outcome.heard
    role, measures = heard.roles.tracks.get(track.id), heard.measures.get(track.id)
    strip = next((s for s in outcome.decision.desk.strips if s.id == track.id), None)
    changes = sorted((c for c in outcome.plan if c.address.track_id == track.id), key=lambda change: -change.importance)
    is_ours = not heard.session.has_track(track.id)
    return TrackStory(
        name=track.name,
        number=track.index + 1,
        guid=track.id,
        role_title="Effect return, made by this pass" if is_ours else ROLES[role.role].title if role else "Unknown",
        confidence=1.0 if is_ours else role.confidence if role else 0.0,
        evidence=role.evidence if role and not is_ours else (),
        loudness_lufs=measures.loudness.integrated_lufs if measures else -math.inf,
        true_peak_dbtp=measures.loudness.true_peak_dbtp if measures else -math.inf,
        color=_color(track),
        changes=tuple(_line(outcome, change) for change in changes),
        flaws=tuple(flaw.text for flaw in heard.flaws.get(track.id, ())),
        unmixed_because=outcome.decision.unmixed.get(track.id),
        pan=track.pan,
        width=0.0 if measures is None or measures.is_mono else abs(track.width_ratio),
        energy_db=_energy_db(outcome.decision.desk, strip),
        gain_reduction=_reduction(strip),
        mean_gain_reduction_db=sum(it.reduction_db for it in pressed) if (pressed := _compressors(strip)) else None,
        pan_before=None if is_ours else heard.session.track(track.id).pan,
    )


def _line(outcome: Outcome, change: Change) -> ChangeLine:
    headline = change_headline(change, outcome.mixed_session, outcome.plan)
    verdict = outcome.verified.changes.get(change.address)
    verified = verdict_words(verdict) if verdict is not None else ""
    return ChangeLine(headline, change.because, change.stage, change.importance, str(change.address), verified)


def _energy_db(desk: Desk, strip: Strip | None) -> float:
    if strip is None or strip.is_muted:
        return -math.inf
    return gated_loudness_lufs(desk.k_frames(strip)) + strip.fader_db


def _compressors(strip: Strip | None) -> list[Insert]:
    """Return the compressors of a strip, whose work is shown as one."""
    return [strip.inserts[knob] for knob in COMPRESSORS if knob in strip.inserts] if strip is not None else []


def _reduction(strip: Strip | None) -> tuple[Curve, Curve] | None:
    pressed = _compressors(strip)
    gain = product(insert.frame_gain for insert in pressed)
    if gain is None:
        return None
    make_up_db = sum(insert.effect.wet_db for insert in pressed if isinstance(insert.effect, ReaComp))
    reduction = make_up_db - 10.0 * np.log10(np.maximum(gain, TINY_POWER))
    times = HOP_SECONDS * np.arange(len(reduction))
    return times, np.maximum(reduction, 0.0)


def _masking(desk: Desk) -> MaskingPicture:
    scene = scene_of(desk)
    if len(scene.strips) < 2:
        return MaskingPicture()
    matrix = masking_matrix(scene)
    loudest = sorted(range(len(scene.strips)), key=lambda i: -float(scene.power[i].sum()))[:MOST_MASKING_TRACKS]
    order = sorted(loudest, key=lambda i: scene.strips[i].track.index)
    names = tuple(scene.strips[i].track.name for i in order)
    return MaskingPicture(names, matrix[np.ix_(order, order)])


def _problems(outcome: Outcome, quality: Quality | None) -> tuple[Problem, ...]:
    """Return what is wrong with the session as it stands after the pass, and the colour of recordings."""
    heard = outcome.heard
    of_the_mix = tuple(quality_findings(quality)) if quality is not None else ()
    found = [
        Problem(
            "serious" if finding.severity == "serious" else _SEVERITIES.get(finding.kind, "notable"),
            place_of(finding.track_id, heard.session) if finding.track_id else "",
            with_times(finding),
            finding.advice,
        )
        for finding in (*of_the_mix, *unmended(findings_of(heard), outcome.plan))
    ]
    found += [
        problem_of(flaw, heard.session.track(track_id).name)
        for track_id, flaws in heard.flaws.items()
        for flaw in flaws
        if flaw.kind in TONE
    ]
    return tuple(found)


def _alignments(outcome: Outcome) -> tuple[AlignmentStory, ...]:
    def name(track_id: TrackId) -> str:
        return track_name(track_id, outcome.heard.session)

    return tuple(story_of(found, name(found.pair.first), name(found.pair.second)) for found in outcome.decision.aligned)


def _rides(outcome: Outcome) -> tuple[RideStory, ...]:
    """Return the lanes that were drawn, as far as they are in the plan."""
    stories = []
    for found in outcome.decision.rides:
        change = outcome.plan.at(Address(found.track_id, "envelope", RIDE_LANE))
        if change is None or not isinstance(change.after, tuple) or not change.after:
            continue
        name = track_name(found.track_id, outcome.heard.session)
        stories.append(ride_story_of(found, name, change.after, outcome.heard.measures[found.track_id].level_peak))
    return tuple(stories)


def _device_notes(outcome: Outcome) -> tuple[str, ...]:
    """Return what was mended for other loudspeakers, and what is still beyond a limit."""
    desk, session = outcome.decision.desk, outcome.heard.session
    done = [f"{track_name(one.track_id, session)}: {one.text}" for one in outcome.decision.corrected]
    return (*done, *over_limits(desk, translation_of(desk)))


def _approximated(outcome: Outcome) -> tuple[str, ...]:
    heard = outcome.heard
    notes = [
        f"{heard.session.track(key).name}: {note}"
        for key, measures in heard.measures.items()
        for note in measures.notes
    ]
    window = outcome.after.window
    if not window.is_whole:
        notes.insert(
            0,
            f"The numbers before and after come from the part from {window.start_seconds:.0f} to "
            f"{window.end_seconds:.0f} s, where most is going on",
        )
    return (*outcome.notices, *notes)


def _color(track: Track) -> str | None:
    if track.color is None:
        return None
    return css_color(track.color & 255, track.color >> 8, track.color >> 16)


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value
