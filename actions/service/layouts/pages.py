"""The four pages of every layout, laid out from the table of addresses by the places that its rows name.

A row that is added to the table appears on its page without a word here, as long as there is room.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from actions.service.addresses import COUNTS, PREFIX, TABLE, Address, Index
from actions.service.layouts.model import BANK_TABS, PAGE_HEIGHT, PAGE_WIDTH, Bank, Control, Frame, Ink, Kind, Page

MARGIN: Final = 12.0
STRIP: Final = Frame(MARGIN, 628.0, PAGE_WIDTH - 2 * MARGIN, PAGE_HEIGHT - 628.0 - MARGIN)
BODY: Final = Frame(MARGIN, MARGIN, PAGE_WIDTH - 2 * MARGIN, 604.0)
ROWS_PER_BANK: Final = 8
MOST_BANKS: Final = 8
"""So a layout reaches 64 tracks, all there can be, and the 64 most important changes; the panel has the others."""
_LINE: Final = 28.0
_BIG, _NORMAL, _SMALL = 26, 20, 16
_INKS: Final[Mapping[str, Ink]] = {
    "/mix/all": "go",
    "/mix/selected": "go",
    "/takeback": "stop",
    "/cancel": "stop",
    "/compare": "hear",
    "/change/@/accept": "keep",
    "/change/@/reject": "stop",
    "/change/@/solo": "hear",
    "/track/@/include": "keep",
    "/track/@/lock": "hear",
}


def pages() -> tuple[Page, ...]:
    """Return the pages in the order of their tabs."""
    strip = _strip()
    return (
        Page("Mix", (*_mix(), *strip)),
        _list_page("Changes", "change", _change_row, strip),
        _list_page("Tracks", "track", _track_row, strip),
        Page("Macros", (*_macros(), *strip)),
    )


def placed(place: str) -> tuple[Address, ...]:
    """Return the rows of the table that name a place."""
    return tuple(address for address in TABLE if address.place == place)


def _strip() -> tuple[Control, ...]:
    """Return what stands at the foot of every page: where we are, and the way back."""
    hello, status, progress, error, takeback = placed("strip")
    left, middle, bar, right = STRIP.columns(1.2, 4.6, 1.8, 1.8)
    said, wrong = middle.rows(1, 1, gap=0)
    percent, level = bar.rows(1, 1, gap=0)
    return (
        _button(hello, left),
        Control("label", said, "Not connected", status, size=_NORMAL, is_left=True),
        Control("label", wrong, "", error, size=_SMALL, ink="wrong", is_left=True),
        Control("label", percent, "0 %", progress, size=_NORMAL),
        Control("bar", level, "", progress, ink="go"),
        _button(takeback, right, size=_BIG),
    )


def _mix() -> tuple[Control, ...]:
    left, middle, right = BODY.columns(2.8, 3.9, 3.6, gap=16)
    return (*_what_to_do(left), *_amounts(middle), *_result(right))


def _what_to_do(room: Frame) -> Iterable[Control]:
    whole, selected, analyse, cancel, compare, redo = placed("mix.do")
    about, first, second, third, fourth, fifth = room.rows(1.1, 2.2, 1.5, 1.5, 1.7, 1.5)
    for address, line, size in zip(placed("mix.about"), about.rows(1.2, 1, gap=0), (_NORMAL, _SMALL), strict=True):
        yield Control("label", line, "", address, size=size, is_left=True)
    yield _button(whole, first, size=_BIG + 6)
    yield _button(selected, second, size=_BIG)
    for address, half in zip((analyse, cancel), third.columns(1, 1), strict=True):
        yield _button(address, half, size=_NORMAL + 2)
    yield _button(compare, fourth, size=_BIG)
    yield _button(redo, fifth, size=_BIG)


def _amounts(room: Frame) -> Iterable[Control]:
    rows = placed("mix.amounts")
    count = -(-(len(rows) - 1) // 2)
    head, whole, *lines = room.rows(0.5, 1.3, *(1.6 for _ in range(count)), gap=6)
    yield Control("caption", head, "How much of each part", size=_SMALL, ink="soft", is_left=True)
    yield from _fader(rows[0], whole, 1.75, 2.65, 0.85)
    for number, address in enumerate(rows[1:]):
        cell = lines[number % count].columns(1, 1, gap=14)[number // count]
        told, fader = cell.rows(0.5, 1.1, gap=2)
        what, now = told.columns(1.6, 1.0)
        yield Control("caption", what, address.title, size=_SMALL, ink="soft", is_left=True)
        yield Control("label", now, "100 %", address, size=_SMALL)
        yield Control("fader", fader, "", address, ink="go")


def _result(room: Frame) -> Iterable[Control]:
    (genre,), (loudness,) = placed("mix.genre"), placed("mix.loudness")
    meters, genres, target = room.rows(4.6, 7.6, 2.2, gap=10)
    yield from _meters(meters)
    count = -(-len(genre.choices) // 2)
    head, *lines = genres.rows(0.55, *(1.0 for _ in range(count)), gap=4)
    what, now = head.columns(1, 1.6)
    yield Control("caption", what, genre.title, size=_SMALL, ink="soft", is_left=True)
    yield Control("label", now, genre.choices[0], genre, size=_NORMAL)
    for number, choice in enumerate(genre.choices):
        yield Control(
            "button", lines[number // 2].columns(1, 1, gap=6)[number % 2], choice, genre, sends=choice, size=_NORMAL - 2
        )  # fmt: skip
    head, line = target.rows(0.6, 1.0, gap=4)
    what, now = head.columns(1, 1.6)
    yield Control("caption", what, loudness.title, size=_SMALL, ink="soft", is_left=True)
    yield Control("label", now, "", loudness, size=_NORMAL)
    yield Control("fader", line, "", loudness, ink="go")


def _meters(room: Frame) -> Iterable[Control]:
    rows = placed("mix.meters")
    head, *lines = room.rows(0.75, *(1.0 for _ in rows[::2]), gap=2)
    _, before, after = head.columns(1.25, 1.05, 1.05)
    yield Control("caption", before, "before", size=_SMALL, ink="soft")
    yield Control("caption", after, "after", size=_SMALL, ink="soft")
    for then, now, line in zip(rows[::2], rows[1::2], lines, strict=True):
        what, left, right = line.columns(1.25, 1.05, 1.05)
        yield Control("caption", what, then.title, size=_SMALL, ink="soft", is_left=True)
        yield Control("label", left, "–", then, size=_SMALL)
        yield Control("label", right, "–", now, size=_SMALL)


def _list_page(
    title: str, index: Index, row: Callable[[Frame, int], Iterable[Control]], strip: tuple[Control, ...]
) -> Page:
    (count,) = placed(f"{title.casefold()}.count")
    head = Frame(BODY.x, BODY.y - 6, BODY.width, _LINE)
    said, what = head.columns(0.6, 9)
    heading = "of the last pass, the most important first" if index == "change" else "in the order of the session"
    below = head.y + head.height + 2
    room = Frame(0, below, PAGE_WIDTH, BODY.y + BODY.height - below)
    banks = []
    for first in range(1, min(COUNTS[index], MOST_BANKS * ROWS_PER_BANK) + 1, ROWS_PER_BANK):
        numbers = range(first, first + ROWS_PER_BANK)
        rows = Frame(BODY.x, below + BANK_TABS + 6, BODY.width, room.height - BANK_TABS - 6)
        lines = rows.rows(*(1.0 for _ in numbers), gap=6)
        controls = [control for number, line in zip(numbers, lines, strict=True) for control in row(line, number)]
        banks.append(Bank(f"{numbers[0]}–{numbers[-1]}", tuple(controls)))
    top = (
        Control("label", said, "0", count, size=_NORMAL),
        Control("caption", what, heading, size=_SMALL, ink="soft", is_left=True),
    )
    return Page(title, (*top, *strip), tuple(banks), room)


def _change_row(line: Frame, number: int) -> Iterable[Control]:
    what, why, *touched = placed("changes")
    said, *places = line.columns(5.4, *(1.0 for _ in touched))
    above, below = said.rows(1.25, 1, gap=0)
    yield Control("label", above, "", what, number, size=_NORMAL, is_left=True)
    yield Control("label", below, "", why, number, size=_SMALL, ink="soft", is_left=True)
    for address, place in zip(touched, places, strict=True):
        yield _button(address, place, number)


def _track_row(line: Frame, number: int) -> Iterable[Control]:
    name, role, sure, *touched = placed("tracks")
    called, part, percent, *places = line.columns(3.2, 2.2, 0.9, *(1.5 for _ in touched))
    yield Control("label", called, "", name, number, size=_NORMAL + 2, is_left=True)
    yield Control("label", part, "", role, number, size=_NORMAL, is_left=True)
    yield Control("label", percent, "", sure, number, size=_SMALL, ink="soft")
    for address, place in zip(touched, places, strict=True):
        yield _button(address, place, number)


def _macros() -> Iterable[Control]:
    rows = placed("macros")
    for address, line in zip(rows, BODY.rows(*(1.0 for _ in rows), gap=7), strict=True):
        named, zero, rest = line.columns(1.6, 0.8, 7.6)
        yield Control("caption", named, address.title, size=_BIG - 4, is_left=True)
        yield Control("button", zero, "0", address, sends=0.0, size=_BIG - 4)
        moved, said = rest.columns(6.6, 1.0)
        yield Control("fader", moved, "", address, ink="go")
        yield Control("label", said, "0 %", address, size=_NORMAL)


def _fader(address: Address, line: Frame, *shares: float) -> Iterable[Control]:
    named, moved, said = line.columns(*shares)
    yield Control("caption", named, address.title, size=_NORMAL - 1, is_left=True)
    yield Control("fader", moved, "", address, ink="go")
    yield Control("label", said, "100 %", address, size=_NORMAL - 2)


def _button(address: Address, frame: Frame, index: int | None = None, size: int = _NORMAL) -> Control:
    kind: Kind = "toggle" if address.argument == "switch" else "button"
    ink = _INKS.get(address.path.removeprefix(PREFIX), "plain")
    return Control(kind, frame, address.title, address, index, ink=ink, size=size, is_state=index is not None)
