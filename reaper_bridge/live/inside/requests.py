"""From the bytes of a request to the bytes of its reply. Whatever happens on the way becomes a reply.

A request is ``{"function": F, "input": {"args": [...], "kwargs": {...}}}``. F is a name of the agent's table, or, as
python-reapy's client says it, a function of ``reapy.reascript_api``. No other module is ever looked up.
"""

from __future__ import annotations

import json
import traceback
from typing import Any, NamedTuple

from . import agent, readable
from .agent import Refusal

API_MODULE = "reapy.reascript_api"
API_NAMES = "_get_api_names"


class Request(NamedTuple):
    """A request of the right form; ``api_name`` is set where it names a function of REAPER."""

    function: str
    api_name: str | None
    args: list[Any]
    kwargs: dict[str, Any]


def parse_request(frame: bytes) -> Request:
    """Return what a frame asks for.

    Raises:
        Refusal: It is not JSON, or not of a request's form (kind ``malformed``), or it names code (``forbidden``).
    """
    try:
        request = json.loads(frame.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Refusal("malformed", "The request is not JSON.") from None
    if not isinstance(request, dict):
        raise Refusal("malformed", "The request is no JSON object.")
    given = request.get("input")
    given = {} if given is None else given
    args = given.get("args", []) if isinstance(given, dict) else None
    kwargs = given.get("kwargs", {}) if isinstance(given, dict) else None
    if not isinstance(args, list) or not isinstance(kwargs, dict):
        raise Refusal("malformed", "The input of a request is an object with args and kwargs.")
    function = request.get("function")
    if isinstance(function, str):
        return Request(function, None, args, kwargs)
    if isinstance(function, dict) and function.get("module_name") == API_MODULE and not kwargs:
        name = function.get("name")
        if isinstance(name, str):
            return Request(API_MODULE, name, args, {})
    raise Refusal("forbidden", "A request names a function of the bridge or of REAPER; nothing else is ever called.")


def answer(request: Request) -> bytes:
    """Carry a request out and return the reply. Nothing is raised."""
    try:
        return _encoded({"type": "result", "value": _value(request)})
    except Refusal as refusal:
        return refusal_reply(refusal)
    except BaseException as error:  # a SystemExit must not end the bridge either
        return _failure_reply(error)


def answer_text(request: str) -> str:
    """Carry out a request given as text and return the reply as text; for python-reapy's server. Nothing is raised."""
    try:
        return answer(parse_request(request.encode("utf-8", "replace"))).decode("ascii")
    except Refusal as refusal:
        return refusal_reply(refusal).decode("ascii")


def refusal_reply(refusal: Refusal) -> bytes:
    """Return the reply that tells a refusal."""
    reply = {
        "type": "error",
        "traceback": refusal.message,
        "kind": refusal.kind,
        "message": refusal.message,
        "details": refusal.details,
    }
    try:
        return _encoded(reply)
    except Exception:  # details that JSON cannot say
        return _encoded({**reply, "details": {}})


def _value(request: Request) -> Any:
    if request.api_name is None:
        return agent.call(request.function, request.args, request.kwargs)
    if request.api_name == API_NAMES:
        return readable.readable_names()
    return readable.read(request.api_name, request.args)


def _failure_reply(error: BaseException) -> bytes:
    """Return the reply for an error nobody foresaw."""
    try:
        text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    except BaseException:
        text = type(error).__name__
    message = f"The bridge in REAPER failed ({type(error).__name__}); nothing more was done."
    return _encoded({"type": "error", "traceback": text, "kind": "failure", "message": message, "details": {}})


def _encoded(reply: dict[str, Any]) -> bytes:
    return json.dumps(reply, allow_nan=False).encode("ascii")


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)
