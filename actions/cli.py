"""The command line. Every command ends with 0 done, 1 failed in one sentence, 2 wrong usage, 3 nothing to do."""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from reaper_bridge.session.errors import CancelledError, FirstPassError, ProjectWriteError

if TYPE_CHECKING:
    from actions.first_pass import Outcome, Wishes
    from actions.progress import Course
    from reaper_bridge.rpp.host import ProjectFile

NOTHING_TO_DO = 3
# tracks are worked on side by side; threads inside a matrix product would only wait for each other
for _library in ("OPENBLAS", "MKL", "OMP"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

app = typer.Typer(
    name="first-pass",
    help="A rough but balanced mix of a REAPER project, as native values you carry on with by hand.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Song = Annotated[Path, typer.Argument(metavar="SONG.RPP", help="The REAPER project.", show_default=False)]
Output = Annotated[Path | None, typer.Option("-o", "--output", help="Write here; SONG.RPP stays as it is.")]
Tracks = Annotated[list[str] | None, typer.Option("--track", help="Name, #number or GUID; may be repeated.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Roles = Annotated[list[str] | None, typer.Option("--role", help="NAME=role; may be repeated.")]
What = Annotated[str, typer.Option(help="Comma list of fader,pan,fx,… or all.")]
STAGES_HELP = "Comma list of gain,balance,pan,tone,masking,dynamics,space."
PREVIEW_HELP = "Write before.wav, after.wav and after_raw.wav into this directory."
GENRE_HELP = "pop, rock, metal, hip-hop, electronic, country, jazz, folk or orchestral; guessed if not given."
TasteFile = Annotated[Path | None, typer.Option("--taste", help="A taste.toml of your own.")]


@app.command()
def mix(
    song: Song,
    output: Output = None,
    track: Tracks = None,
    stages: Annotated[str | None, typer.Option(help=STAGES_HELP)] = None,
    genre: Annotated[str | None, typer.Option(help=GENRE_HELP)] = None,
    amount: Annotated[float, typer.Option(min=0, max=100, help="How much of the pass, in percent.")] = 100.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Decide and report, write no project.")] = False,
    plan: Annotated[Path | None, typer.Option(help="Write the plan here, to review, edit and apply.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write the report (HTML) here.")] = None,
    preview: Annotated[Path | None, typer.Option(help=PREVIEW_HELP)] = None,
    role: Roles = None,
    taste: TasteFile = None,
    as_json: Json = False,
) -> None:
    """Mix a project: one undo step that brings it to a rough, balanced mix."""
    from actions.first_pass import Wishes, first_pass
    from actions.mixing.brief import STAGES
    from actions.places import require_places

    wishes = Wishes(
        tracks=tuple(track or ()),
        stages=frozenset(_listed(stages, STAGES, "stage")) if stages else frozenset(STAGES),
        genre=genre,
        amount_ratio=amount / 100.0,
        roles=_overrides(role),
        taste_file=taste,
    )
    host = _project(song, output)
    require_places([output, plan, report], [preview])
    with _course(as_json) as course:
        outcome = first_pass(host, wishes, dry_run=dry_run, course=course)
        try:
            extras = _write_extras(outcome, song, plan, report, preview, wishes, dry_run, course)
        except ProjectWriteError as error:
            written = f" The mix itself is done: {_where(host, song)}" if outcome.entry else ""
            raise ProjectWriteError(f"{error}{written}") from error
    if as_json:
        from actions.telling import plain_outcome

        _print_json({**plain_outcome(outcome), **extras})
    else:
        _tell_mix(outcome, host, song, extras, dry_run)
    if not outcome.plan:
        raise typer.Exit(NOTHING_TO_DO)


@app.command()
def analyse(song: Song, role: Roles = None, as_json: Json = False) -> None:
    """Tell the role, loudness, peaks, spectrum and flaws of every track. Nothing is changed."""
    from actions.hearing import hear

    with _course(as_json) as course:
        heard = hear(_project(song), overrides=_overrides(role), course=course)
        course.watcher.done()
    if as_json:
        from actions.telling import plain_analysis

        _print_json(plain_analysis(heard))
        return
    from actions.printing import print_analysis

    print_analysis(heard)


@app.command()
def apply(
    song: Song,
    plan: Annotated[Path, typer.Argument(metavar="plan.json", help="A plan that mix --plan wrote, edited or not.")],
    output: Output = None,
    as_json: Json = False,
) -> None:
    """Replay a plan. An empty plan gives the same bytes back."""
    from actions.replay import replay

    host = _project(song, output)
    entry, session = replay(host, plan)
    if as_json:
        from actions.telling import told_change

        changes = [told_change(item.change, session) for item in entry.landed]
        _print_json({"pass": entry.id if entry.landed else None, "changes": changes})
    elif entry.landed:
        typer.echo(f"{entry.label}. {_where(host, song)}")
    else:
        typer.echo("The plan changes nothing.")
    if not entry.landed and output is None:
        raise typer.Exit(NOTHING_TO_DO)


@app.command()
def undo(song: Song, output: Output = None, as_json: Json = False) -> None:
    """Take the last pass back, exactly; what you changed since stays."""
    host = _project(song, output)
    label = host.undo()
    if as_json:
        _print_json({"undone": label})
    else:
        typer.echo(f"Took back: {label}. {_where(host, song)}" if label else "No pass of ours stands in this project.")
    if label is None:
        raise typer.Exit(NOTHING_TO_DO)


@app.command()
def render(
    song: Song,
    output: Annotated[Path, typer.Option("-o", "--output", help="The WAV file to write.")],
    stems: Annotated[Path | None, typer.Option(help="Write every track into this directory, too.")] = None,
    as_json: Json = False,
) -> None:
    """Render the project with the offline model of REAPER's mixer."""
    from actions.hearing import project_rate
    from actions.mixdown import playable, write_mix

    host = _project(song)
    session = host.snapshot()
    sources, problems = playable(host.sources([t.id for t in session.tracks]))
    rate = project_rate(session, sources)
    with _course(as_json) as course:
        loudness, notes = write_mix(session, sources, rate, output, stems_directory=stems, course=course)
        course.watcher.done()
    if as_json:
        from actions.telling import finite

        _print_json(
            {
                "file": str(output),
                "loudness_lufs": finite(loudness),
                "not_modelled": list(notes),
                "problems": list(problems),
            }
        )
        return
    typer.echo(f"{output}: {loudness:.1f} LUFS")
    for note in notes:
        typer.echo(f"  not modelled: {note}")
    for problem in problems:
        typer.echo(f"  left out: {problem}")


@app.command()
def roles(
    song: Annotated[
        Path | None, typer.Argument(metavar="SONG.RPP", help="The REAPER project.", show_default=False)
    ] = None,
    names: Annotated[
        Path | None, typer.Option(help="A text file with one track name a line; no project needed.")
    ] = None,
    role: Roles = None,
    as_json: Json = False,
) -> None:
    """Tell what each track is and why."""
    if (song is None) == (names is None):
        raise typer.BadParameter("give a project or --names FILE, one of the two")
    if names is not None:
        from actions.naming import roles_of_names

        told: Any = roles_of_names(names)
    else:
        from actions.hearing import hear
        from actions.naming import roles_of_session

        assert song is not None
        with _course(as_json) as course:
            heard = hear(_project(song), overrides=_overrides(role), course=course)
            course.watcher.done()
        told = roles_of_session(heard)
    if as_json or names is not None:
        _print_json(told)
        return
    from actions.printing import print_roles

    print_roles(told["tracks"])


@app.command()
def lock(
    song: Song,
    track: Tracks = None,
    what: Annotated[str, typer.Option(help="Comma list of fader,pan,fx,… or all.")] = "all",
) -> None:
    """Lock tracks, or some of their knobs: no pass changes them."""
    _change_locks(song, track, what, add=True)


@app.command()
def unlock(
    song: Song,
    track: Tracks = None,
    what: Annotated[str, typer.Option(help="Comma list of fader,pan,fx,… or all.")] = "all",
) -> None:
    """Unlock tracks, or some of their knobs."""
    _change_locks(song, track, what, add=False)


def _change_locks(song: Path, tracks: list[str] | None, what: str, *, add: bool) -> None:
    from actions.locking import change_locks
    from reaper_bridge.session.ledger import LOCKABLE

    if not tracks:
        raise typer.BadParameter("name at least one --track")
    kinds = _listed(what, LOCKABLE, "kind of knob")
    told = change_locks(_project(song), tracks, kinds, add=add)
    if not told:
        typer.echo("Nothing to do: it is so already.")
        raise typer.Exit(NOTHING_TO_DO)
    for line in told:
        typer.echo(line)


def _project(song: Path, output: Path | None = None) -> "ProjectFile":
    from reaper_bridge.rpp.host import ProjectFile

    return ProjectFile(song, output)


def _overrides(given: list[str] | None) -> dict[str, str]:
    overrides: dict[str, str] = {}
    for text in given or ():
        name, equals, role = text.rpartition("=")
        if not equals or not name or not role:
            raise typer.BadParameter(f"--role {text}: write NAME=role, such as --role 'Audio 07=hihat'")
        overrides[name.strip()] = role.strip()
    return overrides


def _listed(text: str, known: tuple[str, ...], what: str) -> list[str]:
    import difflib

    items = [item.strip() for item in text.split(",") if item.strip()]
    for item in items:
        if item not in known:
            close = difflib.get_close_matches(item, known, 1)
            hint = f" Did you mean “{close[0]}”?" if close else ""
            raise typer.BadParameter(f"there is no {what} “{item}”.{hint} Choose from: {', '.join(known)}")
    if not items:
        raise typer.BadParameter(f"name at least one {what}: {', '.join(known)}")
    return items


def _course(as_json: bool) -> Any:
    from actions.printing import watched_course

    return watched_course(quiet=as_json)


def _write_extras(
    outcome: "Outcome",
    song: Path,
    plan: Path | None,
    report: Path | None,
    preview: Path | None,
    wishes: "Wishes",
    dry_run: bool,
    course: "Course",
) -> dict[str, Any]:
    """Write the plan, the previews and the report that were asked for; return where they are."""
    extras: dict[str, Any] = {}
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
        write_report(contents_of(outcome, song, report, previews, wishes, is_dry_run=dry_run), report)
        extras["report"] = str(report)
    return extras


def _tell_mix(outcome: "Outcome", host: "ProjectFile", song: Path, extras: dict[str, Any], dry_run: bool) -> None:
    from actions.printing import print_outcome

    print_outcome(outcome)
    if not outcome.plan:
        typer.echo("Nothing to do: the mix stands as the last pass left it.")
    elif dry_run:
        typer.echo("Dry run: no project was written.")
    else:
        typer.echo(_where(host, song))
    for what, where in extras.items():
        paths = where.values() if isinstance(where, dict) else [where]
        for path in paths:
            typer.echo(f"{what}: {path}")


def _where(host: "ProjectFile", song: Path) -> str:
    if host.last_backup is not None:
        return f"Written to {host.path}; the project as it was is in {host.last_backup.name}."
    return f"Written to {host.path}."


def _print_json(told: Any) -> None:
    sys.stdout.write(json.dumps(told, ensure_ascii=False, allow_nan=False) + "\n")


def main() -> NoReturn:
    """Run the command line; every failure is one sentence on stderr."""
    try:
        app(standalone_mode=True)
    except CancelledError as stopped:
        _fail(str(stopped))
    except FirstPassError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        _fail("Stopped; the project is as it was.")
    except BrokenPipeError:
        os._exit(1)
    except Exception as error:
        if os.environ.get("FIRST_PASS_DEBUG"):
            raise
        _fail(
            f"Something unexpected went wrong ({type(error).__name__}: {error}); the project is as it was. "
            "Set FIRST_PASS_DEBUG=1 to see where, and please report it."
        )
    sys.exit(0)


def _fail(sentence: str) -> NoReturn:
    sys.stderr.write(" ".join(sentence.split()) + "\n")
    sys.exit(1)


if __name__ == "__main__":
    main()
