"""JSFX: a block of one line, slider n at place n, ``-`` where a slider is not used.

64 places since REAPER 4 (8 in 1 to 3), and behind them the name of a preset. A place may hold a file name in
quotes; such a block is not read, since its sound hangs on that file.
"""

import math
from collections.abc import Sequence
from typing import Final

from reaper_bridge.session.effects import Jsfx
from reaper_bridge.text.lines import Line, bytes_of, format_number, format_token

_SLOT_COUNT: Final = 64
_EARLY_SLOT_COUNT: Final = 8
_UNUSED: Final = "-"


def parse_jsfx(lines: Sequence[bytes]) -> Jsfx | None:
    """Read a <JS block of unindented lines; None where it holds anything but numbers.

    Sliders behind the last used one are left out.
    """
    path = Line(lines[0]).text(1)
    content = [line for line in lines[1:] if line != b">"]
    if not path or len(content) > 1:
        return None
    words = [token.text for token in Line(content[0]).tokens()][:_SLOT_COUNT] if content else []
    sliders: list[float | None] = []
    for word in words:
        number = None if word == _UNUSED else _number(word)
        if word != _UNUSED and number is None:
            return None
        sliders.append(number)
    while sliders and sliders[-1] is None:
        sliders.pop()
    return Jsfx(path, tuple(sliders))


def format_jsfx(effect: Jsfx, label: str, version: tuple[int, int]) -> list[bytes]:
    """Write a <JS block as that REAPER version does, the reverse of ``parse_jsfx``."""
    quote = '"' if version < (5, 0) else ""
    words = ["<JS", format_token(effect.path, quote)]
    if version >= (4, 0):
        words.append(format_token(label))
    count = max(_SLOT_COUNT if version >= (4, 0) else _EARLY_SLOT_COUNT, len(effect.sliders))
    padded = effect.sliders + (None,) * (count - len(effect.sliders))
    slots = " ".join(_slot(value, version) for value in padded)
    return [bytes_of(" ".join(words)), bytes_of(slots), b">"]


def format_jsfx_into(effect: Jsfx, version: tuple[int, int], previous: Sequence[bytes]) -> list[bytes]:
    """Write sliders into a block that stands there; a slider whose value stays keeps its digits."""
    old = parse_jsfx(previous)
    if old is None or len(previous) < 3:
        return list(previous)
    line = Line(previous[1])
    count = max(len(old.sliders), len(effect.sliders))
    for index in range(count):
        before = old.sliders[index] if index < len(old.sliders) else None
        after = effect.sliders[index] if index < len(effect.sliders) else None
        if before != after:
            line = line.with_token(index, _slot(after, version))
    return [previous[0], line.raw, *previous[2:]]


def _slot(value: float | None, version: tuple[int, int]) -> str:
    if value is None:
        return _UNUSED
    # zeros at the end are cut off since 6.27
    return format_number(value, 10) if version >= (6, 27) else f"{value:.6f}"


def _number(word: str) -> float | None:
    try:
        value = float(word.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
