"""The commands that write: mix, apply, and the way back: undo, redo, compare."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from actions.cli_words import (
    BUSES_HELP,
    GENRE_HELP,
    NOTHING_TO_DO,
    SONG_HELP,
    STAGES_HELP,
    Json,
    Output,
    Roles,
    Selected,
    Song,
    TasteFile,
    Tracks,
    listed,
    overrides,
    print_json,
    watched,
)
from actions.finishing import finishing
from reaper_bridge.session.errors import ProjectWriteError

if TYPE_CHECKING:
    from actions.first_pass import Outcome, Wishes
    from actions.playback import Player
    from actions.progress import Course
    from actions.reaching import Place

PLAN_HELP = "A plan that mix --plan wrote, edited or not."
VERIFY_HELP = "Then have REAPER play what was written, and compare it with the prediction; needs a running REAPER."
PREVIEW_HELP = "Write before.wav, after.wav and after_raw.wav into this directory."
LIVE_ATTEMPTS = 2
"""Somebody works in an open project: what he moved while we listened is taken up once."""


def mix(
    song: Song = None,
    output: Output = None,
    track: Tracks = None,
    selected: Selected = False,
    stages: Annotated[str | None, typer.Option(help=STAGES_HELP)] = None,
    genre: Annotated[str | None, typer.Option(help=GENRE_HELP)] = None,
    amount: Annotated[float, typer.Option(min=0, max=100, help="How much of the pass, in percent.")] = 100.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Decide and report, write no project.")] = False,
    plan: Annotated[Path | None, typer.Option(help="Write the plan here, to review, edit and apply.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write the report (HTML) here.")] = None,
    preview: Annotated[Path | None, typer.Option(help=PREVIEW_HELP)] = None,
    buses: Annotated[bool, typer.Option("--buses", help=BUSES_HELP)] = False,
    verify: Annotated[bool, typer.Option("--verify", help=VERIFY_HELP)] = False,
    role: Roles = None,
    taste: TasteFile = None,
    as_json: Json = False,
) -> None:
    """Mix a project: one undo step that brings it to a rough, balanced mix."""
    from actions.first_pass import Wishes, first_pass
    from actions.mixing.brief import STAGES
    from actions.places import require_places
    from actions.reaching import opened
    from actions.selecting import selected_names

    wanted_stages = frozenset(listed(stages, STAGES, "stage")) if stages else frozenset(STAGES)
    roles = overrides(role)
    require_places([output, plan, report], [preview])
    with opened(song, output) as place, watched(as_json) as course:
        place.tell(course)
        if verify:
            from actions.playback import require_playable

            require_playable(place, dry_run=dry_run)
        if not dry_run:
            place.require_writable()
        names = (*(track or ()), *(selected_names(place.host) if selected else ()))
        wishes = Wishes(names, wanted_stages, genre, amount / 100.0, roles, taste, makes_buses=buses)
        attempts = LIVE_ATTEMPTS if place.is_live else 1
        outcome = first_pass(place.host, wishes, dry_run=dry_run, course=course, attempts=attempts)
        playback = None
        if verify:
            from actions.playback import play_back

            playback = play_back(cast("Player", place.host), outcome, course)
            outcome = replace(outcome, played=playback.sentences)
        try:
            extras = _write_extras(outcome, place, plan, report, preview, wishes, dry_run, course)
        except ProjectWriteError as error:
            written = f" The mix itself is done: {place.told_written()}" if outcome.entry else ""
            raise ProjectWriteError(f"{error}{written}") from error
    if as_json:
        from actions.telling import plain_outcome

        if playback is not None:
            from actions.playback import plain_playback

            extras["playback"] = plain_playback(playback)
        print_json({**plain_outcome(outcome), **extras})
    else:
        _tell_mix(outcome, place, extras, dry_run)
        for sentence in outcome.played:
            typer.echo(sentence)
    if not outcome.plan:
        raise typer.Exit(NOTHING_TO_DO)


def apply(
    song: Annotated[Path, typer.Argument(metavar="[SONG.RPP]", help=SONG_HELP, show_default=False)],
    plan: Annotated[Path | None, typer.Argument(metavar="plan.json", help=PLAN_HELP, show_default=False)] = None,
    output: Output = None,
    as_json: Json = False,
) -> None:
    """Replay a plan. An empty plan gives the same bytes back."""
    from actions.reaching import opened
    from actions.replay import replay

    # one argument alone is the plan
    with opened(song if plan else None, output) as place:
        entry, session = replay(place.host, plan or song)
    if as_json:
        from actions.telling import told_change

        changes = [told_change(item.change, session) for item in entry.landed]
        print_json({"pass": entry.id if entry.landed else None, "changes": changes})
    elif entry.landed:
        typer.echo(f"{entry.label}. {place.told_written()}")
    else:
        typer.echo("The plan changes nothing.")
    if not entry.landed and output is None:
        raise typer.Exit(NOTHING_TO_DO)


def undo(song: Song = None, output: Output = None, as_json: Json = False) -> None:
    """Take the last pass back, exactly; what you changed since stays."""
    from actions.reaching import opened
    from actions.take_back import take_back

    with opened(song, output) as place, finishing():
        taken = take_back(place.host)
    if as_json:
        print_json({"undone": taken.label, "kept": list(taken.kept)})
    else:
        typer.echo(f"{taken.sentence} {place.told_written()}" if taken.label else taken.sentence)
    if taken.label is None:
        raise typer.Exit(NOTHING_TO_DO)


def redo(as_json: Json = False) -> None:
    """Write again the pass that was last taken back in REAPER. A project file is mixed again instead."""
    from actions.reaching import opened

    with opened(None) as place, finishing():
        label = place.host.redo()
    if as_json:
        print_json({"redone": label})
    else:
        none = "No pass of ours can be brought back: none was undone, or you worked on after REAPER's own undo."
        typer.echo(f"Wrote again: {label}. {place.told_written()}" if label else none)
    if label is None:
        raise typer.Exit(NOTHING_TO_DO)


def compare(as_json: Json = False) -> None:
    """Switch between before and after the last pass in REAPER. For a project file: mix --preview."""
    from actions.compare import compare as switch
    from actions.reaching import opened

    with opened(None) as place, finishing():
        heard = switch(place.host)
    if as_json:
        print_json({"hearing": heard.side, "label": heard.label})
    else:
        typer.echo(heard.sentence)
    if heard.side is None:
        raise typer.Exit(NOTHING_TO_DO)


def _write_extras(
    outcome: "Outcome",
    place: "Place",
    plan: Path | None,
    report: Path | None,
    preview: Path | None,
    wishes: "Wishes",
    dry_run: bool,
    course: "Course",
) -> dict[str, Any]:
    """Write the plan, the previews and the report that were asked for; return where they are."""
    extras: dict[str, Any] = {}
    song = place.song(outcome.heard.session)
    if plan is not None:
        from actions.replay import write_plan_file

        write_plan_file(plan, outcome.plan, outcome.mixed_session, song.name)
        extras["plan"] = str(plan)
    if preview is not None:
        from actions.mixdown import write_previews

        extras["previews"] = {
            name: str(path)
            for name, path in write_previews(outcome.heard, outcome.mixed_session, preview, course=course).items()
        }
        course.watcher.done()
    if report is not None:
        from actions.report.filling import contents_of
        from actions.report.html import write_report

        previews = {name: Path(path) for name, path in extras.get("previews", {}).items()}
        contents = contents_of(outcome, song, report, previews, wishes, is_dry_run=dry_run, may_encode=True)
        write_report(contents, report)
        extras["report"] = str(report)
    return extras


def _tell_mix(outcome: "Outcome", place: "Place", extras: dict[str, Any], dry_run: bool) -> None:
    from actions.printing import print_outcome

    print_outcome(outcome)
    if not outcome.plan:
        typer.echo("Nothing to do: the mix stands as the last pass left it.")
    elif dry_run:
        typer.echo("Dry run: no project was written.")
    else:
        typer.echo(place.told_written())
    for what, where in extras.items():
        paths = where.values() if isinstance(where, dict) else [where]
        for path in paths:
            typer.echo(f"{what}: {path}")
