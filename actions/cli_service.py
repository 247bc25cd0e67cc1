"""The command that stays: serve."""

from pathlib import Path
from typing import Annotated

import typer

from actions.cli_words import GENRE_HELP, TasteFile

DO_HELP = "Do this at once: mix_all, mix_selected, analyse, take_back, redo, compare, lock_selected, unlock_selected."
RESOURCE_HELP = "REAPER's resource folder, where there is more than one."


def serve(
    project: Annotated[Path | None, typer.Option(help="Serve this project file; no REAPER needed.")] = None,
    resource_path: Annotated[Path | None, typer.Option(help=RESOURCE_HELP)] = None,
    then: Annotated[str | None, typer.Option(help=DO_HELP)] = None,
    genre: Annotated[str | None, typer.Option(help=GENRE_HELP)] = None,
    taste: TasteFile = None,
    log_level: Annotated[str | None, typer.Option(help="debug, info, warning or error.")] = None,
) -> None:
    """Stay at hand: wait for REAPER, and do what its actions ask for, until Ctrl+C."""
    from actions.service.desk import VERBS
    from actions.service.serving import serve as served
    from actions.service.settings import read_settings

    if then is not None and then not in VERBS:
        raise typer.BadParameter(f"--then {then}: choose from {', '.join(VERBS)}")
    settings = read_settings({"resource_path": resource_path, "genre": genre, "taste": taste, "log_level": log_level})
    raise typer.Exit(served(project, settings, then))
