"""What the built-in actions do that scripts and people run by number."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.standin import plugin_port
from tests.standin.envelopes import Envelope, Point

if TYPE_CHECKING:
    from tests.standin.desk import Desk
    from tests.standin.tracks import Track

SHOWN_ENVELOPES = {
    40406: ("VOLENV2", "Track: Toggle track volume envelope visible"),
    40407: ("PANENV2", "Track: Toggle track pan envelope visible"),
    40408: ("VOLENV", "Track: Toggle track pre-FX volume envelope visible"),
    40409: ("PANENV", "Track: Toggle track pre-FX pan envelope visible"),
    40867: ("MUTEENV", "Track: Toggle track mute envelope visible"),
    42020: ("VOLENV3", "Track: Toggle track trim envelope visible"),
}


def current_value(track: Track, tag: str) -> float:
    """Return where a fresh envelope's first point stands, in the file's units."""
    values = track.values
    if tag == "VOLENV2":
        return values["D_VOL"]
    if tag == "PANENV2":
        return -values["D_PAN"]
    if tag == "MUTEENV":
        return 1.0 - values["B_MUTE"]
    return 1.0 if tag.startswith("VOLENV") else 0.0


def toggle_envelope(desk: Desk, tag: str) -> None:
    """Show or hide an envelope on the selected tracks; one that does not exist is made by showing it."""
    state = desk.project.state
    for track in (*state.tracks, state.master):
        if not track.values["I_SELECTED"]:
            continue
        envelope = track.envelopes.get(tag)
        if envelope is not None:
            envelope.visible = 1 - envelope.visible
            continue
        first = Point(0.0, current_value(track, tag), 1 if tag == "MUTEENV" else 0)
        track.envelopes[tag] = Envelope(tag, [first], owner=track, fader_scaled=tag.startswith("VOLENV"))


def _show(tag: str) -> Callable[[Desk], None]:
    return lambda desk: toggle_envelope(desk, tag)


def _select_all(value: float) -> Callable[[Desk], None]:
    def select(desk: Desk) -> None:
        for track in desk.project.state.tracks:
            track.values["I_SELECTED"] = value

    return select


def _for_all(key: str, value: float) -> Callable[[Desk], None]:
    def set_all(desk: Desk) -> None:
        for track in desk.project.state.tracks:
            track.values[key] = value

    return set_all


CHANGING: dict[int, tuple[str, Callable[[Desk], None]]] = {
    **{number: (name, _show(tag)) for number, (tag, name) in SHOWN_ENVELOPES.items()},
    40339: ("Unmute all tracks", _for_all("B_MUTE", 0.0)),
    40340: ("Unsolo all tracks", _for_all("I_SOLO", 0.0)),
    40341: ("Mute all tracks", _for_all("B_MUTE", 1.0)),
}
"""Actions that change the project: each makes an undo point when it runs outside a block."""


def _stop(desk: Desk) -> None:
    desk.play_state = 0


def _play(desk: Desk) -> None:
    desk.play_state = 1


def _record(desk: Desk) -> None:
    desk.play_state = 0 if desk.play_state & 4 else 5


def _render(desk: Desk) -> None:
    desk.stats.renders += 1
    desk.rendered = plugin_port.render(desk, desk.project)


def _new_tab(desk: Desk) -> None:
    desk.open(None)


def _quit(desk: Desk) -> None:
    desk.is_quitting = True


def _undo(desk: Desk) -> None:
    desk.project.history.undo()


def _redo(desk: Desk) -> None:
    desk.project.history.redo()


def _save(desk: Desk) -> None:
    desk.save()


def _close(desk: Desk) -> None:
    desk.ask_and_close()


PLAIN: dict[int, Callable[[Desk], None]] = {
    1007: _play,
    1016: _stop,
    1013: _record,
    40026: _save,
    40029: _undo,
    40030: _redo,
    40859: _new_tab,
    40860: _close,
    42230: _render,
    41824: _render,
    40004: _quit,
    40296: _select_all(1.0),
    40297: _select_all(0.0),
}
"""Actions that make no undo point."""


def run(desk: Desk, number: int) -> None:
    """Run a built-in action on the project in front; a number nobody knows does nothing."""
    if number in PLAIN:
        PLAIN[number](desk)
    elif number in CHANGING:
        name, change = CHANGING[number]
        project = desk.project
        change(desk)
        project.dirty = True
        if not project.history.is_open:
            project.history.point(name)
