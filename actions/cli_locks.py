"""The commands that keep something for the engineer: lock, unlock."""

from pathlib import Path

import typer

from actions.cli_words import NOTHING_TO_DO, Selected, Song, Tracks, What, listed


def lock(song: Song = None, track: Tracks = None, selected: Selected = False, what: What = "all") -> None:
    """Lock tracks, or some of their knobs: no pass changes them."""
    _change_locks(song, track, selected, what, add=True)


def unlock(song: Song = None, track: Tracks = None, selected: Selected = False, what: What = "all") -> None:
    """Unlock tracks, or some of their knobs."""
    _change_locks(song, track, selected, what, add=False)


def _change_locks(song: Path | None, tracks: list[str] | None, selected: bool, what: str, *, add: bool) -> None:
    from actions.locking import change_locks
    from actions.reaching import opened
    from actions.selecting import selected_names
    from reaper_bridge.session.ledger import LOCKABLE

    if not tracks and not selected:
        raise typer.BadParameter("name at least one --track, or say --selected")
    kinds = listed(what, LOCKABLE, "kind of knob")
    with opened(song) as place:
        names = [*(tracks or ()), *(selected_names(place.host) if selected else ())]
        told = change_locks(place.host, names, kinds, add=add)
    if not told:
        typer.echo("Nothing to do: it is so already.")
        raise typer.Exit(NOTHING_TO_DO)
    for line in told:
        typer.echo(line)
