"""The functions of the API the stand-in answers, by REAPER's names.

A function takes the desk and every C argument decoded: handles as objects (None for null), numbers, texts. It returns
what the C function returns, or a tuple of that and its out-arguments in order (for a void function the outs alone).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

FUNCTIONS: dict[str, Callable[..., Any]] = {}
F = TypeVar("F", bound=Callable[..., Any])


def reascript(function: F) -> F:
    """Offer a function to scripts under its own name."""
    FUNCTIONS[function.__name__] = function
    return function
