"""What the page asks for: one message of a WebSocket made an order, or refused in one sentence.

A message is an object ``{"do": "nudge", "options": {"name": "vocal", "value": 0.5}, "id": "7"}``. Only the shape is
looked at here; what a value may be is for the verb to say, as with every other client.
"""

import json
import math
from collections.abc import Mapping
from typing import Any, Final

from actions.service.orders import LONGEST_WORD, Order

LONGEST_TEXT: Final = 512
"""An address with a plug-in's name in it may be long."""

OPTIONS: Final[Mapping[str, Mapping[str, type]]] = {
    "mix_all": {},
    "mix_selected": {},
    "analyse": {},
    "cancel": {},
    "take_back": {},
    "redo": {},
    "preview": {},
    "amount": {"part": str, "ratio": float},
    "accept": {"change": str},
    "reject": {"change": str},
    "solo": {"change": str, "on": bool},
    "nudge": {"name": str, "value": float},
    "hear": {"side": str},
    "genre": {"name": str},
    "loudness": {"lufs": float},
    "role": {"track": str, "role": str},
    "lock": {"track": str, "on": bool},
    "include": {"track": str, "on": bool},
    "let_in": {"ip": str},
    "let_nobody_in": {},
}
"""What the page may ask for, with what each is told. Nothing here stops the service or opens anything."""
AT_THE_DESK: Final = ("let_in", "let_nobody_in")
"""What is done for a page on this computer alone."""


class Refused(Exception):
    """A message asks for nothing we do; the text may be told. ``id`` is that of the message, "" if it has none."""

    def __init__(self, sentence: str, id: str = "") -> None:
        super().__init__(sentence)
        self.id = id


def parsed_order(text: str | bytes) -> Order:
    """Return what a message asks for.

    Raises:
        Refused: It asks for nothing, or for something that the page may not ask for.
    """
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused("This is not JSON.") from error
    if not isinstance(told, dict) or not set(told) <= {"do", "options", "id"}:
        raise Refused("This is not an order.")
    id, do, options = told.get("id", ""), told.get("do"), told.get("options", {})
    if not isinstance(id, str) or len(id) > LONGEST_WORD:
        raise Refused(f"An id is a text of at most {LONGEST_WORD} characters.")
    if not isinstance(do, str) or do not in OPTIONS:
        raise Refused("There is no such thing to do.", id)
    if not isinstance(options, dict) or set(options) != set(OPTIONS[do]):
        raise Refused(f"“{do}” is told: {', '.join(OPTIONS[do]) or 'nothing'}.", id)
    return Order(do, id, {name: _value(name, kind, options[name], id) for name, kind in OPTIONS[do].items()})


def _value(name: str, kind: type, told: Any, id: str) -> Any:
    if kind is bool and isinstance(told, bool):
        return told
    if kind is str and isinstance(told, str) and len(told) <= LONGEST_TEXT and told.isprintable():
        return told
    if kind is float and isinstance(told, int | float) and not isinstance(told, bool):
        try:
            number = float(told)
        except OverflowError:
            number = math.nan
        if math.isfinite(number):
            return number
    raise Refused(f"“{name}” is not what it can be.", id)
