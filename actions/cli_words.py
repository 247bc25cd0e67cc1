"""What the commands share: arguments and options, and how an answer is printed."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

NOTHING_TO_DO = 3

SONG_HELP = "The REAPER project; left out: the one that is open in REAPER."
Song = Annotated[Path | None, typer.Argument(metavar="[SONG.RPP]", help=SONG_HELP, show_default=False)]
SongFile = Annotated[Path, typer.Argument(metavar="SONG.RPP", help="The REAPER project.", show_default=False)]
Output = Annotated[Path | None, typer.Option("-o", "--output", help="Write here; SONG.RPP stays as it is.")]
Tracks = Annotated[list[str] | None, typer.Option("--track", help="Name, #number or GUID; may be repeated.")]
Selected = Annotated[bool, typer.Option("--selected", help="The tracks that are selected in the project.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Roles = Annotated[list[str] | None, typer.Option("--role", help="NAME=role; may be repeated.")]
What = Annotated[str, typer.Option(help="Comma list of fader,pan,fx,… or all.")]
STAGES_HELP = "Comma list of parts of the mix, as in gain,balance,pan; see the manual for all."
BUSES_HELP = "Make a bus for each family of instruments that has none: drums, guitars, vocals and so on."
GENRE_HELP = "pop, rock, metal, hip-hop, electronic, country, jazz, folk or orchestral; guessed if not given."
TasteFile = Annotated[Path | None, typer.Option("--taste", help="A taste.toml of your own.")]


def overrides(given: list[str] | None) -> dict[str, str]:
    """Return the roles that ``--role NAME=role`` gives, by name of track."""
    found: dict[str, str] = {}
    for text in given or ():
        name, equals, role = text.rpartition("=")
        if not equals or not name or not role:
            raise typer.BadParameter(f"--role {text}: write NAME=role, such as --role 'Audio 07=hihat'")
        found[name.strip()] = role.strip()
    return found


def listed(text: str, known: tuple[str, ...], what: str) -> list[str]:
    """Return the items of a comma list, all of them known."""
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


def watched(as_json: bool) -> Any:
    """Return a context in which progress is shown as fits the terminal, none with ``--json``."""
    from actions.printing import watched_course

    return watched_course(quiet=as_json)


def print_json(told: Any) -> None:
    """Print one JSON object on a line of its own."""
    sys.stdout.write(json.dumps(told, ensure_ascii=False, allow_nan=False) + "\n")
