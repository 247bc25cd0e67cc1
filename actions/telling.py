"""A pass, or an analysis, as plain JSON values: what ``--json`` prints and ``--plan`` writes."""

import math
from collections.abc import Mapping
from typing import Any

from actions.checking import Check
from actions.examining.quality import plain_quality, quality_of
from actions.first_pass import Outcome
from actions.hearing import Heard
from actions.mixing.alignment import Aligned
from actions.mixing.remedies import Masked
from actions.mixing.riding import Ridden
from actions.mixing.translation import over_limits, translation_of
from actions.session_doctor import findings_of, plain_findings, unmended
from actions.verdicts import Verdict
from analysis.measures import BANDS_HZ, Flaw
from analysis.sections import Section
from reaper_bridge.session.change import Change, MixPlan
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import Session
from reaper_bridge.session.wire import plain_change, plain_value

PLAN_FORMAT = "first-pass plan 1"


def plain_outcome(outcome: Outcome) -> dict[str, Any]:
    """Return a pass as JSON can hold it."""
    heard = outcome.heard
    return {
        "pass": outcome.entry.id if outcome.entry else None,
        "label": outcome.entry.label if outcome.entry else None,
        "genre": outcome.genre,
        "genre_because": outcome.genre_because,
        "changes": [
            told_change(change, outcome.mixed_session) | plain_verdict(outcome.verified.changes.get(change.address))
            for change in by_importance(outcome.plan)
        ],
        "tracks": [plain_track(heard, track.id, outcome.decision.unmixed) for track in heard.session.tracks],
        "mix": {
            "before": plain_check(outcome.before),
            "after": plain_check(outcome.after),
            "targets": {
                "lead_to_accompaniment_db": outcome.decision.targets.lead_to_accompaniment_db,
                "groups_lu": rounded(dict(outcome.decision.targets.groups_lu)),
                "rough_blend_ratio": outcome.decision.targets.rough_blend_ratio,
            },
            "window_seconds": [outcome.after.window.start_seconds, outcome.after.window.end_seconds],
        },
        "quality": plain_quality(
            quality_of(heard, outcome.mixed_session, outcome.decision.desk, outcome.after),
        ),
        "prediction": [
            {
                "measure": name,
                "unit": error.unit,
                "mean_error": finite(error.mean, 3),
                "largest_error": finite(error.largest, 3),
                "where": error.where,
                "count": error.count,
            }
            for name, error in outcome.verified.errors.measures.items()
        ],
        "alignment": [plain_aligned(found, heard.session) for found in outcome.decision.aligned],
        "masked": [plain_masked(found, heard.session) for found in outcome.decision.masked],
        "rides": [plain_ride(ride, heard.session) for ride in outcome.decision.rides],
        "translation": plain_translation(outcome),
        "problems": plain_problems(heard),
        "findings": plain_findings(unmended(findings_of(heard), outcome.plan), heard.session),
        "dropped": [{"address": str(address), "because": why} for address, why in outcome.decision.dropped],
        "left_alone": [
            {"track": heard.session.track(key).name, "track_guid": key, "because": why}
            for key, why in outcome.decision.unmixed.items()
        ],
        "not_landed": [str(i.change.address) for i in outcome.entry.landed if not i.has_landed]
        if outcome.entry
        else [],
        "not_modelled": list(outcome.after.notes),
        "notices": list(outcome.notices),
        "seconds": rounded(dict(outcome.seconds)),
    }


def plain_analysis(heard: Heard) -> dict[str, Any]:
    """Return what was heard as JSON can hold it."""
    return {
        "project": heard.session.title,
        "sample_rate_hz": heard.sample_rate_hz,
        "tempo_bpm": heard.session.tempo_bpm_at(0.0),
        "tracks": [plain_track(heard, track.id, {}, spectrum=True) for track in heard.session.tracks],
        "groups": [
            {
                "kind": group.kind,
                "tracks": [heard.session.track(member).name for member in group.members],
                "track_guids": list(group.members),
                "confidence": round(group.confidence, 2),
            }
            for group in heard.roles.groups
        ],
        "sections": [plain_section(section) for section in heard.sections],
        "problems": plain_problems(heard),
        "findings": plain_findings(findings_of(heard), heard.session),
        "seconds": rounded(heard.seconds),
    }


def plain_track(
    heard: Heard, track_id: TrackId, unmixed: Mapping[TrackId, str], *, spectrum: bool = False
) -> dict[str, Any]:
    """Return one track as JSON can hold it."""
    track, role = heard.session.track(track_id), heard.roles.tracks.get(track_id)
    told: dict[str, Any] = {
        "name": track.name,
        "guid": track.id,
        "number": track.index + 1,
        "role": role.role if role else "unknown",
        "confidence": round(role.confidence, 2) if role else 0.0,
        "evidence": list(role.evidence) if role else [],
        "family": role.family if role else None,
        "side": role.side if role else None,
    }
    measures = heard.measures.get(track_id)
    if measures is not None:
        loudness = measures.loudness
        told |= {
            "loudness_lufs": finite(loudness.integrated_lufs),
            "active_lufs": finite(measures.active_lufs),
            "max_momentary_lufs": finite(loudness.max_momentary_lufs),
            "max_short_term_lufs": finite(loudness.max_short_term_lufs),
            "loudness_range_lu": finite(loudness.range_lu),
            "true_peak_dbtp": finite(loudness.true_peak_dbtp),
            "sample_peak_dbfs": finite(loudness.sample_peak_dbfs),
            "crest_db": finite(measures.crest_db),
            "noise_floor_dbfs": finite(measures.noise_floor_dbfs),
            "active_seconds": round(measures.active_seconds, 2),
            "channels": measures.channel_count,
            "correlation": finite(measures.correlation),
            "side_to_mid_db": finite(measures.side_to_mid_db),
            "flaws": [plain_flaw(flaw) for flaw in heard.flaws.get(track_id, ())],
            "notes": list(measures.notes),
        }
        if spectrum:
            playing = (measures.band_ll + measures.band_rr)[measures.is_active]
            power = playing.sum(axis=0, dtype=float) / max(2 * len(playing), 1)
            told["spectrum_db"] = {
                f"{hz:g}": finite(10.0 * math.log10(value)) if value > 0 else None
                for hz, value in zip(BANDS_HZ, power, strict=True)
            }
    if track_id in unmixed:
        told["left_alone_because"] = unmixed[track_id]
    problems = [problem.text for problem in heard.problems if problem.track_id == track_id]
    if problems:
        told["problems"] = problems
    return told


def plain_flaw(flaw: Flaw) -> dict[str, Any]:
    """Return a flaw as JSON can hold it."""
    return {
        "kind": flaw.kind,
        "text": flaw.text,
        "severity_db": finite(flaw.severity_db),
        "confidence": round(flaw.confidence, 2),
        "frequency_hz": finite(flaw.frequency_hz),
        "times_seconds": [round(time, 2) for time in flaw.times_seconds],
        "other_track": flaw.other_track,
    }


def plain_verdict(verdict: Verdict | None) -> dict[str, Any]:
    """Return what was predicted and measured of a change as one more entry of it, or none."""
    if verdict is None:
        return {}
    return {
        "verified": {
            "measure": verdict.measure,
            "unit": verdict.unit,
            "predicted": finite(verdict.predicted),
            "measured": finite(verdict.measured),
        }
    }


def plain_aligned(found: Aligned, session: Session) -> dict[str, Any]:
    """Return how the microphones of one performance stand as JSON can hold it."""
    pair = found.pair
    return {
        "track": session.track(pair.second).name,
        "track_guid": pair.second,
        "against": session.track(pair.first).name,
        "against_guid": pair.first,
        "kind": pair.kind,
        "delay_ms": [finite(stand.late_ms) for stand in (found.before, found.after)],
        "inverted": [found.before.inverted, found.after.inverted],
        "correlation": [finite(value) for value in found.correlations],
        "low_gain_db": finite(found.low_gain_db),
        "coherence": finite(pair.relation.coherence),
        "prominence": finite(pair.relation.prominence),
        "left_because": found.left_because or None,
    }


def plain_translation(outcome: Outcome) -> dict[str, Any]:
    """Return how the mix stands on other loudspeakers, before and after, as JSON can hold it."""
    before, after = (translation_of(desk) for desk in (outcome.desk_before, outcome.decision.desk))
    then = {one.device: one for one in before}
    return {
        "devices": [
            {
                "device": one.device,
                **{
                    name: [finite(getattr(then.get(one.device), name, None), 3), finite(getattr(one, name), 3)]
                    for name in ("lead_to_rest_db", "lead_change_db", "lead_audible_ratio", "bass_audible_ratio")
                },
            }
            for one in after
        ],
        "corrections": [
            {
                "device": one.device,
                "track": outcome.heard.session.track(one.track_id).name,
                "track_guid": one.track_id,
                "text": one.text,
                "is_enough": one.is_enough,
            }
            for one in outcome.decision.corrected
        ],
        "over_limits": list(over_limits(outcome.decision.desk, after)),
    }


def plain_masked(found: Masked, session: Session) -> dict[str, Any]:
    """Return who hid whom, and the remedies from the cheapest on, as JSON can hold it."""
    return {
        "track": session.track(found.key).name,
        "track_guid": found.key,
        "covered_by": [session.track(other).name for other in found.others],
        "covered_by_guids": list(found.others),
        "group": found.group,
        "from_hz": finite(found.low_hz),
        "to_hz": finite(found.high_hz),
        "covered_ratio": [finite(found.before_ratio, 3), finite(found.after_ratio, 3)],
        "most_covered_ratio": finite(found.limit_ratio, 3),
        "chosen": found.chosen,
        "remedies": [
            {"name": each.name, "covered_ratio": finite(each.covered_ratio, 3), "because": each.because}
            for each in found.remedies
        ],
    }


def plain_ride(ride: Ridden, session: Session) -> dict[str, Any]:
    """Return what was decided about an automation lane as JSON can hold it."""
    return {
        "track": session.track(ride.track_id).name,
        "track_guid": ride.track_id,
        "kind": ride.kind,
        "points": len(ride.points),
        "range_db": [finite(level) for level in ride.range_db] if ride.points else None,
        "spread_db": [finite(spread) for spread in ride.spread_db] if ride.spread_db else None,
        "lift_db": finite(ride.lift_db),
        "drop_db": finite(ride.drop_db),
        "left_because": ride.left_because or None,
    }


def plain_section(section: Section) -> dict[str, Any]:
    """Return a section as JSON can hold it."""
    return {
        "letter": section.letter,
        "name": section.name or None,
        "likely": section.likely or None,
        "start_seconds": finite(section.start_seconds),
        "end_seconds": finite(section.end_seconds),
        "level_db": finite(section.level_db),
        "known_from": section.known_from,
    }


def plain_problems(heard: Heard) -> list[dict[str, Any]]:
    """Return what is wrong with the session as JSON can hold it."""
    return [
        {
            "track": heard.session.track(problem.track_id).name if problem.track_id else None,
            "track_guid": problem.track_id,
            "text": problem.text,
        }
        for problem in heard.problems
    ]


def plain_check(check: Check) -> dict[str, Any]:
    """Return the numbers of a rendered mix as JSON can hold them."""
    mixture = check.mixture
    return {
        "loudness_lufs": finite(mixture.integrated_lufs),
        "true_peak_dbtp": finite(mixture.true_peak_dbtp),
        "lead_to_accompaniment_db": finite(mixture.lead_to_accompaniment_db),
        "vocal_clarity": finite(mixture.lead_clarity_ratio, 3),
        "lead_spread_db": finite(mixture.lead_spread_db),
        "spectrum_distance_db": finite(mixture.spectrum_distance_db),
        "side_to_mid_db": finite(mixture.side_to_mid_db),
        "low_side_to_mid_db": finite(mixture.low_side_to_mid_db),
        "imbalance_db": finite(mixture.imbalance_db),
        "groups_lufs": {name: finite(value) for name, value in check.groups.items()},
        "returns_lufs": {name: finite(value) for name, value in check.returns.items()},
        "audibility": {name: finite(value, 3) for name, value in mixture.audibility.items()},
    }


def told_change(change: Change, session: Session) -> dict[str, Any]:
    """Return a change with the name of its track, as JSON can hold it."""
    track = session.track(change.address.track_id) if session.has_track(change.address.track_id) else None
    return {
        "track": track.name if track else "",
        "track_guid": change.address.track_id,
        **plain_change(change),
    }


def plan_file(plan: MixPlan, session: Session, project: str) -> dict[str, Any]:
    """Return a plan as a file to review, edit and apply."""
    return {
        "format": PLAN_FORMAT,
        "project": project,
        "changes": [told_change(change, session) for change in plan],
    }


def by_importance(plan: MixPlan) -> list[Change]:
    """Return changes with the most audible first."""
    return sorted(plan, key=lambda change: -change.importance)


def finite(value: float | None, digits: int = 2) -> float | None:
    """Return a rounded number, None for what JSON cannot hold."""
    return round(float(value), digits) if value is not None and math.isfinite(value) else None


def rounded(numbers: Mapping[str, float]) -> dict[str, float | None]:
    """Return numbers fit for JSON."""
    return {key: finite(value) for key, value in numbers.items()}


__all__ = ["plain_analysis", "plain_outcome", "plain_value", "plan_file"]
