"""The first pass: read, listen, decide, check by rendering, write. One undo step or nothing."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter

from actions.checking import (
    Check,
    Window,
    check,
    check_versions,
    planned_session,
    probe_for,
    shortened,
    window_for,
)
from actions.finishing import finishing
from actions.freedom import Freedom, freedom
from actions.hearing import Heard, hear, require_audible
from actions.lessons import Lesson, corrections_from, parse_lesson, plain_lesson, true_peak_estimate_dbtp
from actions.memo import Memo, format_memo, last_memo, session_key
from actions.mixing.brief import STAGES, Brief, Corrections
from actions.mixing.desk import Desk
from actions.mixing.genre import guess_genre
from actions.mixing.patching import desk_of
from actions.mixing.plan import Decision, decide
from actions.mixing.taste import Taste, genre_name, load_taste
from actions.predicting import predict
from actions.prediction_errors import PredictionErrors, prediction_errors
from actions.progress import QUIET, Course
from actions.protecting import Harm, harm_of, is_mended, lead_lift_db
from actions.remembering import question, read_answer, write_answer
from actions.verdicts import Verdict, verdicts_of
from reaper_bridge.host import Host
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import MixPlan, NewTrack
from reaper_bridge.session.errors import FirstPassError, OtherProjectError, PlanError, StaleValueError
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.ledger import Pass
from reaper_bridge.session.model import Session
from reaper_bridge.session.values import with_plan

CHECKS = 2
PEAK_TOLERANCE_DB = 1.0


@dataclass(frozen=True)
class Wishes:
    """What the engineer asks for. ``left_out`` are tracks that are context only, ``loudness_lufs`` that of the mix.

    ``makes_buses`` asks for a bus for each family of instruments that has none.
    """

    tracks: tuple[str, ...] = ()
    stages: frozenset[str] = frozenset(STAGES)
    genre: str | None = None
    amount_ratio: float = 1.0
    roles: Mapping[str, str] = field(default_factory=dict)
    taste_file: Path | None = None
    left_out: frozenset[TrackId] = frozenset()
    loudness_lufs: float | None = None
    makes_buses: bool = False


@dataclass(frozen=True)
class Verified:
    """What a rendering says to a prediction: how far each measure was off, and what came of each change."""

    errors: PredictionErrors = field(default_factory=PredictionErrors)
    changes: Mapping[Address, Verdict] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What a pass did, or would do. ``entry`` is None where nothing was written.

    ``verified`` is what the rendering of the whole pass says to what was predicted of it, ``played`` in sentences what
    REAPER itself played of it, where it was asked.
    """

    heard: Heard
    freedom: Freedom
    decision: Decision
    plan: MixPlan
    taste: Taste
    genre: str
    genre_because: str
    desk_before: Desk
    before: Check
    after: Check
    entry: Pass | None
    mixed_session: Session
    seconds: Mapping[str, float]
    notices: tuple[str, ...] = ()
    verified: Verified = field(default_factory=Verified)
    played: tuple[str, ...] = ()


def first_pass(
    host: Host, wishes: Wishes, *, dry_run: bool = False, course: Course = QUIET, attempts: int = 1
) -> Outcome:
    """Mix a session: write the plan that brings it to its taste, as one undo step.

    Nothing is written where ``dry_run`` is True or nothing is left to do. Where somebody changed the session
    while we listened, it is read and decided anew, up to ``attempts`` times in all; ``notices`` then says so.

    Raises:
        StaleValueError: Somebody changed the session during the last attempt, too.
        OtherProjectError: Another project came to the front of REAPER.
        FirstPassError: Something is wrong; the session is as it was.
    """
    notices: list[str] = []
    while True:
        attempts -= 1
        try:
            return replace(_one_pass(host, wishes, dry_run, course), notices=tuple(notices))
        except OtherProjectError:
            raise  # nobody asked for that one to be mixed
        except StaleValueError as stale:
            if attempts <= 0:
                raise
            notices.append(f"The session was changed while we listened, so it was decided anew ({stale})")
            course.notice(notices[-1])


def _one_pass(host: Host, wishes: Wishes, dry_run: bool, course: Course) -> Outcome:
    heard = hear(host, overrides=wishes.roles, course=course)
    require_audible(heard)
    genre, because = chosen_genre(heard, wishes.genre)
    taste = wished_taste(load_taste(genre, wishes.taste_file), wishes)
    started = perf_counter()
    course.stage("deciding")
    signature = taste_signature(taste, wishes)
    memo = last_memo(heard.ledger)
    free = freedom(
        heard.session,
        heard.ledger,
        named=[heard.session.find(name).id for name in wishes.tracks],
        taste=signature,
        audio_keys=heard.audio_keys,
        stages=wishes.stages,
        left_out=wishes.left_out,
        is_as_left=memo.session_key == session_key(heard.session, heard.audio_keys, heard.ledger.locks),
    )
    brief = brief_of(heard, free, taste, wishes)
    checked = decide_and_check(heard, brief, course, memo.lesson)
    decision, before, after = checked.decision, checked.before, checked.after
    seconds = {**heard.seconds, "deciding and checking": perf_counter() - started}

    plan = decision.plan.scaled(wishes.amount_ratio)
    mixed = with_plan(heard.session, plan)
    if wishes.amount_ratio < 1.0 and plan:
        after = _measured(heard, decision, mixed, before, taste)
    entry = None
    if plan and not dry_run:
        started = perf_counter()
        course.stage("writing")
        added = {change.address.track_id for change in plan if isinstance(change.after, NewTrack)}
        keys = {key: heard.audio_keys.get(key, "") for key in free.tracks | added}
        with finishing():
            left = format_memo(Memo(session_key(mixed, heard.audio_keys, heard.ledger.locks), checked.lesson))
            entry = host.write(plan, label=label_of(heard, plan), taste=signature, audio_keys=keys, memo=left)
        seconds["writing"] = perf_counter() - started
        held = getattr(host, "last_held_seconds", None)
        if held is not None:
            seconds["REAPER held"] = held
    course.watcher.done()
    return Outcome(
        heard,
        free,
        decision,
        plan,
        taste,
        genre,
        because,
        checked.desk_before,
        before,
        after,
        entry,
        mixed,
        seconds,
        verified=_verified(checked, heard, is_whole=wishes.amount_ratio >= 1.0),
    )


def _verified(checked: "Checked", heard: Heard, *, is_whole: bool) -> Verified:
    """Return how the last prediction compares with what was rendered; nothing where nothing was rendered for it.

    Of a part of a pass nothing was predicted, so its changes are told nothing about.
    """
    if checked.after is checked.before or checked.lesson is None:
        return Verified()
    expected = predict(checked.decision, checked.after.window, checked.lesson.corrections)
    names = {track.id: track.name for track in heard.session.tracks}
    return Verified(
        prediction_errors(expected, checked.after, names),
        verdicts_of(checked.decision.plan, checked.decision, expected, checked.after) if is_whole else {},
    )


def chosen_genre(heard: Heard, wanted: str | None) -> tuple[str, str]:
    """Return the genre asked for, or a guess, with the reason in words."""
    if wanted is not None:
        return genre_name(wanted), "as you asked"
    return guess_genre(heard.roles)


def wished_taste(taste: Taste, wishes: Wishes) -> Taste:
    """Return a taste with what the engineer asked for this time on top."""
    taste = with_loudness(taste, wishes.loudness_lufs)
    if not wishes.makes_buses:
        return taste
    return taste.model_copy(update={"buses": taste.buses.model_copy(update={"makes_missing": True})})


def with_loudness(taste: Taste, loudness_lufs: float | None) -> Taste:
    """Return a taste that makes the mix as loud as asked for; its own loudness for None."""
    if loudness_lufs is None:
        return taste
    balance = taste.balance.model_copy(update={"mix_loudness_lufs": loudness_lufs})
    return taste.model_copy(update={"balance": balance})


def brief_of(heard: Heard, free: Freedom, taste: Taste, wishes: Wishes) -> Brief:
    """Return everything the mixing brain decides from."""
    unknown = sorted(wishes.stages - set(STAGES))
    if unknown:
        raise PlanError(f"There is no stage “{unknown[0]}”. Choose from: {', '.join(STAGES)}.")
    return Brief(
        session=heard.session,
        base=free.base,
        measures=heard.measures,
        roles=heard.roles,
        flaws=heard.flaws,
        taste=taste,
        free_tracks=free.tracks,
        protected=free.protected,
        stages=wishes.stages,
        rough=free.untouched if has_rough_balance(free.untouched) else None,
        heard_fx={
            track_id: audio.rendered_fx for track_id, audio in heard.sources.items() if audio.rendered_fx is not None
        },
        pairs=heard.pairs,
        heard_offsets_seconds={key: audio.play_offset_seconds for key, audio in heard.sources.items()},
        sections=heard.sections,
    )


def has_rough_balance(untouched: Session) -> bool:
    """Tell whether the engineer has moved faders: more than a quarter of them off their start."""
    faders = [t.volume_linear for t in untouched.tracks if t.item_count and not t.muted]
    moved = [volume for volume in faders if abs(volume - 1.0) > 0.01]
    return len(moved) * 4 > len(faders)


@dataclass(frozen=True)
class Checked:
    """A decision, and what rendering measured before and after. ``desk_before`` is the desk as it stood."""

    decision: Decision
    desk_before: Desk
    before: Check
    after: Check
    lesson: Lesson | None = None


def decide_and_check(heard: Heard, brief: Brief, course: Course, taught: Lesson | None = None) -> Checked:
    """Decide, render what it sounds like, correct the prediction and decide again.

    What the renderings taught is remembered, so that the same question is decided once. A pass over some of the tracks
    builds on what an earlier one was ``taught``: so few could not teach it anew.
    """
    as_it_is = desk_of(replace(brief, base=brief.session))
    may_move_level = len(brief.free_tracks) >= len(as_it_is.strips)
    name = question("corrections", *_facts_of(brief), sorted(heard.audio_keys.items()), heard.sample_rate_hz)
    lesson = parse_lesson(read_answer(name)) if may_move_level or taught is None else taught
    decision = decide(brief if lesson is None else replace(brief, corrections=lesson.corrections))
    returns = {kind: unit.track_id for kind, unit in decision.returns.items()}
    course.stage("checking")
    window = window_for(decision.desk) if lesson is None else lesson.window
    if lesson is not None and not may_move_level and decision.plan:
        window = shortened(window, decision.desk)
    if lesson is not None and decision.plan:
        versions = (brief.session, as_it_is), (planned_session(decision, brief.session), decision.desk)
        before, then = check_versions(heard, versions, window, brief.taste, returns)
        return Checked(decision, as_it_is, before, then, lesson)
    before = check(heard, brief.session, as_it_is, window, brief.taste, returns)
    if not decision.plan:
        return Checked(decision, as_it_is, before, before, lesson)

    def rendered(decision: Decision, session: Session, part: Window) -> Check:
        course.stage("checking")
        return check(heard, planned_session(decision, session), decision.desk, part, brief.taste, returns)

    def clarity_lift(found: Check) -> float:
        """Return how much louder the lead shall be where the engineer's own balance had it clearer."""
        if brief.rough is None:
            return 0.0
        as_it_stood = desk_of(replace(brief, session=brief.base))
        stood = check(heard, brief.base, as_it_stood, found.window, brief.taste, returns)
        return lead_lift_db(stood, found, brief.taste.protection.keeps_clarity_db)

    # lessons are drawn from before our work, so that doing it again teaches the same and changes nothing
    fresh = replace(brief, session=brief.base)
    draft = decision if brief.base is brief.session else decide(fresh)
    probe = probe_for(draft.desk)
    corrections, first = Corrections(), None
    harm, checks_left = Harm(), CHECKS
    while checks_left:
        checks_left -= 1
        found = rendered(draft, brief.base, probe)
        improved = corrections_from(draft, found, corrections, may_move_level)
        if first is None and may_move_level:
            first, harm = found, harm_of(draft, probe)
            improved = replace(improved, withheld=harm.withheld, lead_lift=clarity_lift(found))
        elif first is not None and not is_mended(harm, first, found, brief.taste.protection.largest_loss_ratio):
            # what was taken out did not help: back it comes, and what was learnt without it is learnt once more
            harm, improved, checks_left = Harm(), replace(improved, withheld=()), 1
        if _is_settled(corrections, improved):
            break
        corrections = improved
        draft = decide(replace(fresh, corrections=corrections))
    after: Check | None = None
    if may_move_level:
        after = rendered(draft, brief.base, window)
        excess = true_peak_estimate_dbtp(draft.desk, after) - draft.desk.taste.balance.true_peak_ceiling_dbtp
        if excess > PEAK_TOLERANCE_DB:
            corrections = replace(corrections, level=corrections.level - excess)
            draft, after = decide(replace(fresh, corrections=corrections)), None
    decision = draft
    if brief.base is not brief.session:
        decision, after = decide(replace(brief, corrections=corrections)), None
    if after is None:
        after = rendered(decision, brief.session, window)
    lesson = Lesson(corrections, window)
    write_answer(name, plain_lesson(lesson))
    return Checked(decision, as_it_is, before, after, lesson)


def _facts_of(brief: Brief) -> tuple[object, ...]:
    """Return everything that a decision follows from, besides the sound of the tracks."""
    roles = [(key, entry.role, entry.side) for key, entry in sorted(brief.roles.tracks.items())]
    groups = [(group.kind, group.members) for group in brief.roles.groups]
    free, protected = sorted(brief.free_tracks), sorted(brief.protected)
    sessions = [replace(session, ext_state={}) for session in (brief.session, brief.base)]
    taste = brief.taste.model_dump_json()
    rough = brief.rough and [(track.id, track.volume_linear) for track in brief.rough.tracks]
    return (*sessions, roles, groups, free, protected, sorted(brief.stages), rough, taste)


def _is_settled(old: Corrections, new: Corrections) -> bool:
    """Tell whether another decision would differ by less than can be heard."""
    if old.withheld != new.withheld or old.lead_lift != new.lead_lift:
        return False
    pairs = [(old.level, new.level), (old.lead, new.lead), (old.low_side, new.low_side)]
    pairs += [(old.groups.get(key, 0.0), value) for key, value in new.groups.items()]
    pairs += [(old.returns.get(key, 0.0), value) for key, value in new.returns.items()]
    return all(abs(a - b) < 0.25 for a, b in pairs)


def _measured(heard: Heard, decision: Decision, session: Session, like: Check, taste: Taste) -> Check:
    returns = {kind: unit.track_id for kind, unit in decision.returns.items()}
    return check(heard, session, decision.desk, like.window, taste, returns)


def taste_signature(taste: Taste, wishes: Wishes) -> str:
    """Return a short name of everything that shapes a mix besides the session itself."""
    content = json.dumps([taste.model_dump(mode="json"), sorted(wishes.stages), wishes.amount_ratio], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def label_of(heard: Heard, plan: MixPlan) -> str:
    """Return the name of the undo step."""
    tracks = {change.address.track_id for change in plan}
    return (
        f"First pass {heard.ledger.next_id}: {len(plan)} change{'s' * (len(plan) != 1)} "
        f"on {len(tracks)} track{'s' * (len(tracks) != 1)}"
    )


def landed_problems(entry: Pass | None) -> tuple[str, ...]:
    """Name the changes that the host shows otherwise than they were asked for."""
    if entry is None:
        return ()
    return tuple(f"{item.change.address} did not land" for item in entry.landed if not item.has_landed)


__all__ = ["FirstPassError", "Outcome", "TrackId", "Wishes", "first_pass"]
