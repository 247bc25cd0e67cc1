"""The command that stays: serve; and who may reach it from the network: allow."""

from pathlib import Path
from typing import Annotated

import typer

from actions.cli_words import GENRE_HELP, TasteFile

DO_HELP = "Do this at once: mix_all, mix_selected, analyse, take_back, redo, compare, lock_selected, unlock_selected."
HOST_HELP = "Addresses of this computer to listen on, with commas between; 127.0.0.1, or all with --lan."
RESOURCE_HELP = "REAPER's resource folder, where there is more than one."


def serve(
    project: Annotated[Path | None, typer.Option(help="Serve this project file; no REAPER needed.")] = None,
    resource_path: Annotated[Path | None, typer.Option(help=RESOURCE_HELP)] = None,
    then: Annotated[str | None, typer.Option(help=DO_HELP)] = None,
    genre: Annotated[str | None, typer.Option(help=GENRE_HELP)] = None,
    taste: TasteFile = None,
    lan: Annotated[bool | None, typer.Option("--lan", help="Let tablets in, once they are let in at the desk.")] = None,
    host: Annotated[str | None, typer.Option(help=HOST_HELP)] = None,
    osc_port: Annotated[int | None, typer.Option(help="Where OSC is listened to; 0 is any free port.")] = None,
    panel_port: Annotated[int | None, typer.Option(help="Where the panel is; 0 is any free port.")] = None,
    log_level: Annotated[str | None, typer.Option(help="debug, info, warning or error.")] = None,
) -> None:
    """Stay at hand: wait for REAPER, and do what its actions, tablets and the panel ask for, until Ctrl+C."""
    from actions.service.desk import VERBS
    from actions.service.serving import serve as served
    from actions.service.settings import read_settings

    if then is not None and then not in VERBS:
        raise typer.BadParameter(f"--then {then}: choose from {', '.join(VERBS)}")
    settings = read_settings(
        {
            "resource_path": resource_path, "genre": genre, "taste": taste, "log_level": log_level,
            "lan": lan, "host": host, "osc_port": osc_port, "panel_port": panel_port,
        }
    )  # fmt: skip
    raise typer.Exit(served(project, settings, then))


def allow(
    ip: Annotated[str | None, typer.Argument(help="The address of a tablet that is let in from now on.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="Who is let in, and who has asked.")] = False,
    clear: Annotated[bool, typer.Option("--clear", help="Let nobody in any more.")] = False,
) -> None:
    """Let a tablet in that asks at the desk, for `serve --lan`."""
    from actions.service import guests

    if (ip is not None) + listed + clear != 1:
        raise typer.BadParameter("name one IP address, or --list, or --clear")
    if ip is not None:
        typer.echo(f"{guests.allow(ip)} is let in.")
    elif clear:
        guests.allow_nobody()
        typer.echo("Nobody is let in any more but this computer.")
    else:
        for known in guests.let_in():
            typer.echo(f"{known} is let in.")
        for waiting in guests.who_waits():
            typer.echo(f"{waiting} asks to be let in: first-pass allow {waiting}")
