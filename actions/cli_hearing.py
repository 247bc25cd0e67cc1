"""The commands that listen and change nothing: analyse, roles, render."""

from pathlib import Path
from typing import Annotated, Any

import typer

from actions.cli_words import Json, Roles, Song, SongFile, overrides, print_json, watched


def analyse(song: Song = None, role: Roles = None, as_json: Json = False) -> None:
    """Tell the role, loudness, peaks, spectrum and flaws of every track. Nothing is changed."""
    from actions.hearing import hear
    from actions.reaching import opened

    with opened(song) as place, watched(as_json) as course:
        place.tell(course)
        heard = hear(place.host, overrides=overrides(role), course=course)
        course.watcher.done()
    if as_json:
        from actions.telling import plain_analysis

        print_json(plain_analysis(heard))
        return
    from actions.printing import print_analysis

    print_analysis(heard)


def roles(
    song: Song = None,
    names: Annotated[
        Path | None, typer.Option(help="A text file with one track name a line; no project needed.")
    ] = None,
    role: Roles = None,
    as_json: Json = False,
) -> None:
    """Tell what each track is and why."""
    if song is not None and names is not None:
        raise typer.BadParameter("give a project or --names FILE, one of the two")
    if names is not None:
        from actions.naming import roles_of_names

        told: Any = roles_of_names(names)
    else:
        from actions.hearing import hear
        from actions.naming import roles_of_session
        from actions.reaching import opened

        with opened(song) as place, watched(as_json) as course:
            place.tell(course)
            heard = hear(place.host, overrides=overrides(role), course=course)
            course.watcher.done()
        told = roles_of_session(heard)
    if as_json or names is not None:
        print_json(told)
        return
    from actions.printing import print_roles

    print_roles(told["tracks"])


def render(
    song: SongFile,
    output: Annotated[Path, typer.Option("-o", "--output", help="The WAV file to write.")],
    stems: Annotated[Path | None, typer.Option(help="Write every track into this directory, too.")] = None,
    as_json: Json = False,
) -> None:
    """Render the project with the offline model of REAPER's mixer."""
    from actions.hearing import project_rate
    from actions.mixdown import playable, write_mix
    from reaper_bridge.rpp.host import ProjectFile

    host = ProjectFile(song)
    session = host.snapshot()
    sources, problems = playable(host.sources([t.id for t in session.tracks]))
    rate = project_rate(session, sources)
    with watched(as_json) as course:
        loudness, notes = write_mix(session, sources, rate, output, stems_directory=stems, course=course)
        course.watcher.done()
    if as_json:
        from actions.telling import finite

        print_json(
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
