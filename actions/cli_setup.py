"""The commands that connect REAPER: install, uninstall, doctor."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from actions.cli_words import NOTHING_TO_DO, Json, Song, print_json, watched
from reaper_bridge.resource.layout import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reaper_bridge.resource.changes import FileChange

ResourcePath = Annotated[Path | None, typer.Option(help="REAPER's resource folder, where there is more than one.")]
Portable = Annotated[Path | None, typer.Option(help="The folder of a portable REAPER's executable.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Tell what would be changed, change nothing.")]
LIBRARY_HELP = "The Python library REAPER shall load; found by itself otherwise."
SESSION_HELP = "Examine the recordings, media and plug-ins of a project, and how its mix stands."
TOOLBAR_HELP = "Put the actions on a floating toolbar that is free."


def install(
    resource_path: ResourcePath = None,
    portable: Portable = None,
    dry_run: DryRun = False,
    toolbar: Annotated[bool, typer.Option("--toolbar", help=TOOLBAR_HELP)] = False,
    python_library: Annotated[Path | None, typer.Option(help=LIBRARY_HELP)] = None,
) -> None:
    """Put the actions and the bridge into REAPER, which must be closed. A second time does nothing."""
    from importlib import metadata

    from reaper_bridge.resource.install import install as carried_out
    from reaper_bridge.resource.install import plan_install, wish_for
    from reaper_bridge.resource.places import record_place
    from reaper_bridge.resource.reaper_program import is_in_flatpak

    folder = _folder(resource_path, portable)
    version = metadata.version("reaper-first-pass")
    wish = wish_for(folder, program_command(), version, python_library=python_library, toolbar=toolbar)
    plan = plan_install(folder, wish)
    _tell(folder, plan.changes, dry_run)
    if dry_run:
        return
    carried_out(plan)
    record_place(folder)
    if not plan.changes:
        typer.echo("Nothing to do: everything is installed.")
        raise typer.Exit(NOTHING_TO_DO)
    if is_in_flatpak(folder) and wish.library is None:
        typer.echo("This REAPER is in a Flatpak: choose its Python under Preferences ▸ Plug-ins ▸ ReaScript.")
    typer.echo("Installed. Start REAPER, then run `first-pass doctor`.")


def uninstall(resource_path: ResourcePath = None, portable: Portable = None, dry_run: DryRun = False) -> None:
    """Take everything out of REAPER again, which must be closed."""
    from reaper_bridge.resource.places import forget_place
    from reaper_bridge.resource.uninstall import plan_uninstall
    from reaper_bridge.resource.uninstall import uninstall as carried_out

    folder = _folder(resource_path, portable)
    plan = plan_uninstall(folder)
    _tell(folder, plan.changes, dry_run)
    for path in plan.kept:
        typer.echo(f"  keep {path.relative_to(folder)}: somebody changed it")
    if dry_run:
        return
    carried_out(plan)
    forget_place(folder)
    if not plan.changes:
        typer.echo("Nothing to do: nothing of First Pass is installed there.")
        raise typer.Exit(NOTHING_TO_DO)
    typer.echo("Uninstalled.")


def doctor(
    song: Song = None,
    session: Annotated[bool, typer.Option("--session", help=SESSION_HELP)] = False,
    resource_path: ResourcePath = None,
    probe: Annotated[bool, typer.Option("--probe", help="Try everything out in a project tab of its own.")] = False,
    as_json: Json = False,
) -> None:
    """Tell what is missing between First Pass and REAPER, or wrong with a session, and how to mend it."""
    from actions.doctor import examined, is_well, plain_findings

    if session:
        if probe or resource_path is not None:
            raise typer.BadParameter("--session goes with a project alone, not with --probe or --resource-path")
        _doctor_session(song, as_json)
        return
    if song is not None:
        raise typer.BadParameter("say --session to have a project examined")
    findings = examined(resource_path)
    report = None
    if probe and is_well(findings):
        from actions.probing import probed

        report = probed(resource_path)
    if as_json:
        print_json({"well": is_well(findings), "findings": plain_findings(findings), "probe": report})
    else:
        for finding in findings:
            typer.echo(str(finding))
        if report is not None:
            typer.echo(report["text"])
        elif probe:
            typer.echo("Nothing was tried out: mend this first.")
    if not is_well(findings) or (report is not None and report["failed"]):
        raise typer.Exit(1)


def _doctor_session(song: Path | None, as_json: bool) -> None:
    """Examine a session, and end with status 1 where something serious is wrong with it."""
    from actions.reaching import opened
    from actions.session_doctor import examine, plain_examined, print_examined

    with opened(song) as place, watched(as_json) as course:
        place.tell(course)
        found = examine(place.host, course)
        course.watcher.done()
    if as_json:
        print_json(plain_examined(found))
    else:
        print_examined(found)
    if not found.is_well:
        raise typer.Exit(1)


def program_command() -> tuple[str, ...]:
    """Return the command line that starts this very program, wherever it is run from."""
    script = Path(sys.executable).with_name("first-pass.exe" if sys.platform == "win32" else "first-pass")
    return (str(script),) if script.exists() else (sys.executable, "-m", "actions.cli")


def _folder(resource_path: Path | None, portable: Path | None) -> Path:
    from reaper_bridge.resource.places import portable_folder, resource_folder

    if resource_path is not None and portable is not None:
        raise typer.BadParameter("give --resource-path or --portable, not both")
    return resource_folder(resource_path).path if portable is None else portable_folder(portable)


def _tell(folder: Path, changes: "Iterable[FileChange]", dry_run: bool) -> None:
    """Say what is changed; in a dry run every file, else those that are not ours alone, and how many are."""
    typer.echo(f"REAPER's resource folder: {folder}")
    own = 0
    for change in changes:
        place = change.path.relative_to(folder)
        if not dry_run and FOLDER in place.parts:
            own += 1
        else:
            typer.echo(f"  {change.verb} {place}: {change.why}")
    if own:
        typer.echo(f"  and {own} files in the folders “{FOLDER}”")
    if dry_run:
        typer.echo("Dry run: nothing was changed.")
