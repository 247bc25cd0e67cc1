"""Everything that can be asked of a session that was reached: one row per verb."""

import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from actions.folders import private_folder
from actions.progress import Course
from actions.reaching import Place
from actions.service import unfinished
from actions.service.orders import Done, Order
from actions.service.revisions import VERBS as REVISIONS
from actions.service.revisions import end_for_the_time_being
from actions.service.session_desk import SessionDesk, Verb, report_file
from actions.service.settings import Settings
from reaper_bridge.session.errors import FirstPassError

if TYPE_CHECKING:
    from actions.first_pass import Outcome

LIVE_ATTEMPTS: Final = 2


def reached_desk(place: Place, settings: Settings) -> SessionDesk:
    """Return the desk of a session that was reached, with word of what the service was doing when it last ended.

    Raises:
        FirstPassError: The session cannot be read.
    """
    desk = SessionDesk(place, settings, VERBS)
    song = place.song(place.host.snapshot())
    desk.last_time = unfinished.told_of_last_time(song, place.host.ledger())
    unfinished.end(song)
    return desk


# --- the verbs ------------------------------------------------------------------------------------------------


def mix_all(desk: SessionDesk, order: Order, course: Course) -> Done:
    """Mix every track that is due."""
    return _mixed(desk, (), course)


def mix_selected(desk: SessionDesk, order: Order, course: Course) -> Done:
    """Mix the selected tracks again; all others are context."""
    from actions.selecting import selected_names

    return _mixed(desk, selected_names(desk.place.host), course)


def analyse(desk: SessionDesk, order: Order, course: Course) -> Done:
    """Listen, decide and report what a pass would do; nothing is written."""
    from actions.session_doctor import findings_of, unmended

    outcome, notes = _pass(desk, (), course, is_dry_run=True)
    left = unmended(findings_of(outcome.heard), outcome.plan)
    count, problems = len(outcome.plan), sum(finding.severity == "serious" for finding in left)
    found = f", {problems} serious problem{'s' * (problems != 1)}" if problems else ""
    heard = f"Heard {len(outcome.heard.measures)} tracks{found}"
    return Done(f"{heard}; a pass would make {count} change{'s' * (count != 1)}. Nothing was written.{notes}")


def take_back(desk: SessionDesk, order: Order, course: Course) -> Done:
    """Take the last pass back; what was moved since stays."""
    from actions.take_back import take_back as taken_back

    course.stage("writing")
    taken = taken_back(desk.place.host)
    desk.hearing = ""
    return Done(taken.sentence, taken.label is not None, {"label": taken.label, "kept": list(taken.kept)})


def redo(desk: SessionDesk, order: Order, course: Course) -> Done:
    """Write again what was last taken back."""
    course.stage("writing")
    desk.place.host.snapshot()
    label = desk.place.host.redo()
    desk.hearing = ""
    sentence = f"Wrote again: {label}." if label else "No pass of ours was taken back."
    return Done(sentence, label is not None, {"label": label})


def compare(desk: SessionDesk, order: Order, course: Course) -> Done:
    """Switch between before and after the last pass."""
    if desk.ledger.passes and desk.hearing_now == "before":
        return REVISIONS["hear"][0](desk, Order("hear", options={"side": "after"}), course)
    from actions.compare import compare as switched

    course.stage("writing")
    hearing = switched(desk.place.host)
    desk.hearing = hearing.side or ""
    return Done(hearing.sentence, hearing.side is not None, {"hearing": hearing.side, "label": hearing.label})


def lock_selected(desk: SessionDesk, order: Order, course: Course) -> Done:
    """Lock the selected tracks: no pass changes them."""
    return _locks_changed(desk, course, add=True)


def unlock_selected(desk: SessionDesk, order: Order, course: Course) -> Done:
    """Unlock the selected tracks."""
    return _locks_changed(desk, course, add=False)


def open_panel(desk: SessionDesk, order: Order, course: Course) -> Done:
    """Open the last report in the browser, where no panel is open."""
    import webbrowser

    desk.told()
    if desk.report is None:
        return Done("There is no report of this project yet; mix or analyse it first.")
    webbrowser.open(desk.report.absolute().as_uri())
    return Done("The last report is in the browser.")


def preview(desk: SessionDesk, order: Order, course: Course) -> Done:
    """Render before and after the last pass to listen to."""
    from actions.service.previewing import preview as rendered

    return rendered(desk, course)


VERBS: Final[Mapping[str, Verb]] = {
    "mix_all": Verb(mix_all, "Mix all tracks"),
    "mix_selected": Verb(mix_selected, "Mix selected tracks"),
    "analyse": Verb(analyse, "Analyse only", writes=False),
    "take_back": Verb(take_back, "Take back"),
    "redo": Verb(redo, "Redo"),
    "compare": Verb(compare, "Compare before and after"),
    "lock_selected": Verb(lock_selected, "Lock selected tracks"),
    "unlock_selected": Verb(unlock_selected, "Unlock selected tracks"),
    "open_panel": Verb(open_panel, "Open panel", writes=False),
    "preview": Verb(preview, "Render before and after"),
    **{name: Verb(act, title, writes) for name, (act, title, writes) in REVISIONS.items()},
}


def _mixed(desk: SessionDesk, tracks: tuple[str, ...], course: Course) -> Done:
    from actions.service.ears import ears_of

    end_for_the_time_being(desk, course)
    outcome, notes = _pass(desk, tracks, course, is_dry_run=False)
    desk.hearing = "after" if outcome.entry else desk.hearing
    if outcome.entry is not None:
        desk.ears = ears_of(outcome, outcome.entry)
    if outcome.entry is None:
        return Done(f"Nothing to do: the mix stands as the last pass left it.{notes}")
    lost = sum(not item.has_landed for item in outcome.entry.landed)
    unlanded = f" {lost} of them did not land as asked; the report names them." if lost else ""
    return Done(f"{outcome.entry.label}.{unlanded}{notes}", True, {"pass": outcome.entry.id})


def _pass(
    desk: SessionDesk, tracks: tuple[str, ...], course: Course, *, is_dry_run: bool
) -> tuple["Outcome", str]:  # fmt: skip
    """Make a pass and its report; return what is to be said besides."""
    from actions.first_pass import Wishes, first_pass

    settings = desk.settings
    choices = desk.choices
    wishes = Wishes(
        tracks, genre=choices.genre or settings.genre, amount_ratio=settings.amount_percent / 100.0,
        roles=desk.said_roles(), taste_file=settings.taste, left_out=choices.left_out,
        loudness_lufs=choices.loudness_lufs,
    )  # fmt: skip
    attempts = LIVE_ATTEMPTS if desk.place.is_live else 1
    desk.outcome = first_pass(desk.place.host, wishes, dry_run=is_dry_run, course=course, attempts=attempts)
    desk.song = desk.place.song(desk.outcome.heard.session)
    notes = "".join(f" {notice}" for notice in desk.outcome.notices)
    try:
        _write_report(desk, desk.outcome, wishes, is_dry_run)
    except FirstPassError as error:
        notes += f" The report could not be written: {error}"
    return desk.outcome, notes


def _write_report(desk: SessionDesk, outcome: "Outcome", wishes: Any, is_dry_run: bool) -> None:
    from actions.report.figures import write_figures
    from actions.report.filling import contents_of
    from actions.report.html import write_report

    target = report_file(desk.song)
    with contextlib.suppress(OSError):
        private_folder(target.parent)
    contents = contents_of(outcome, desk.song, target, {}, wishes, is_dry_run=is_dry_run)
    write_report(contents, target)
    write_figures(contents, target.with_suffix(".json"))
    desk.report = target


def _locks_changed(desk: SessionDesk, course: Course, *, add: bool) -> Done:
    from actions.locking import change_locks
    from actions.selecting import selected_names

    course.stage("writing")
    told = change_locks(desk.place.host, selected_names(desk.place.host), ["all"], add=add)
    if not told:
        return Done("Nothing to do: it is so already.")
    return Done("; ".join(told) + ".", True)


__all__ = ["VERBS", "SessionDesk", "Verb", "reached_desk", "report_file"]
