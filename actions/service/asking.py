"""What a message of OSC, or a control of the panel, asks the service for: an address with its value as an order.

Numbers of changes and tracks are those of the picture that the client saw; the order names the thing itself, so that
one that comes late hits the right one or nothing.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from actions.service.addresses import PARTS, PREFIX, Address
from actions.service.orders import Order
from actions.service.osc_values import Value
from actions.service.picture import NUDGES, DeskPicture

Options: TypeAlias = Mapping[str, Any]

_BUTTONS: Final[Mapping[str, str]] = {
    "/mix/all": "mix_all",
    "/mix/selected": "mix_selected",
    "/analyse": "analyse",
    "/cancel": "cancel",
    "/redo": "redo",
    "/takeback": "take_back",
}
_SETTINGS: Final[Mapping[str, tuple[str, Callable[[Value], Options]]]] = {
    "/compare": ("hear", lambda value: {"side": "before" if value else "after"}),
    "/amount": ("amount", lambda value: {"part": "all", "ratio": float(value)}),
    "/genre": ("genre", lambda value: {"name": str(value)}),
    "/loudness": ("loudness", lambda value: {"lufs": float(value)}),
}


def order_of(
    address: Address, index: int | None, value: Value, picture: DeskPicture, request_id: str = ""
) -> Order | None:  # fmt: skip
    """Return what a value at an address asks for, as ``match`` and ``incoming`` gave them.

    None where it asks for nothing: what concerns one client only (hello, refresh, ping, reply_port), a release, and
    a change or track that is not there.
    """
    name = address.path.removeprefix(PREFIX)
    if name in _BUTTONS:
        return Order(_BUTTONS[name], request_id) if value else None
    if name in _SETTINGS:
        verb, options = _SETTINGS[name]
        return Order(verb, request_id, options(value))
    kind, _, rest = name.removeprefix("/").partition("/")
    if kind == "amount" and rest in PARTS:
        return Order("amount", request_id, {"part": rest, "ratio": float(value)})
    if kind == "nudge" and rest in NUDGES:
        return Order("nudge", request_id, {"name": rest, "value": float(value)})
    if index is None:
        return None
    what = rest.removeprefix("@/")
    return _of_a_change(what, index, value, picture, request_id) if kind == "change" else (
        _of_a_track(what, index, value, picture, request_id)
    )  # fmt: skip


def _of_a_change(what: str, index: int, value: Value, picture: DeskPicture, request_id: str) -> Order | None:
    if not 1 <= index <= len(picture.changes):
        return None
    options: dict[str, Any] = {"change": picture.changes[index - 1].address}
    if what == "solo":
        return Order("solo", request_id, {**options, "on": bool(value)})
    return Order(what, request_id, options) if what in ("accept", "reject") and value else None


def _of_a_track(what: str, index: int, value: Value, picture: DeskPicture, request_id: str) -> Order | None:
    if not 1 <= index <= len(picture.tracks):
        return None
    options: dict[str, Any] = {"track": picture.tracks[index - 1].id}
    if what == "role":
        return Order("role", request_id, {**options, "role": str(value)})
    return Order(what, request_id, {**options, "on": bool(value)}) if what in ("include", "lock") else None
