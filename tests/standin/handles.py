"""Pointers as REAPER hands them to scripts: numbers that are forgotten when their object goes.

A handle is text, ``(MediaTrack*)0x`` and 16 hexadecimal digits; the null handle is all zeros (and, being text, true).
"""

from __future__ import annotations

import itertools
from typing import Any


class Handles:
    """Every object a script may point at, by its number.

    Where numbers are ``reused``, as memory is, a handle kept too long points at something else of its kind.
    """

    def __init__(self, *, reused: bool = False) -> None:
        self._numbers = itertools.count(0x5581_0000_1000, 0x40)
        self._reused = reused
        self._free: dict[str, list[int]] = {}
        self.objects: dict[int, Any] = {}
        self.kinds: dict[int, str] = {}

    def number(self, kind: str, thing: Any) -> int:
        """Return the pointer of an object, giving it one the first time; None is 0."""
        if thing is None:
            return 0
        number: int = thing.pointer
        if not number:
            free = self._free.get(kind)
            number = thing.pointer = free.pop() if free else next(self._numbers)
            self.objects[number] = thing
            self.kinds[number] = kind
        return number

    def text(self, kind: str, thing: Any) -> str:
        number = self.number(kind, thing)
        return f"({kind})0x{number >> 32:08X}{number & 0xFFFFFFFF:08X}"

    def is_alive(self, number: int, kind: str) -> bool:
        return self.kinds.get(number) == kind

    def forget(self, thing: Any) -> None:
        """Make every handle to an object and to what it holds stale."""
        if thing.pointer:
            self.objects.pop(thing.pointer, None)
            kind = self.kinds.pop(thing.pointer, None)
            if self._reused and kind is not None:
                self._free.setdefault(kind, []).append(thing.pointer)
            thing.pointer = 0
        for part in thing.parts():
            self.forget(part)


class Guid:
    """A GUID as scripts get it from REAPER: something to point at, text only through guidToString."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pointer = 0

    def parts(self) -> tuple[Any, ...]:
        return ()
