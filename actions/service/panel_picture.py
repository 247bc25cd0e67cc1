"""The picture of the desk as the page is told it: plain JSON values, whole at first, then only what has changed.

``changes_between`` returns ``{"set": {...}, "rows": {"changes": [[3, {...}]]}}``: values that are new, and rows of the
two long lists where only some differ. Numbers that are not known are null.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Final

from actions.meters import Meters
from actions.service.addresses import ANY_GENRE, LOUDNESS_LUFS, PARTS
from actions.service.picture import NUDGES, ChangePicture, DeskPicture, TrackPicture
from actions.service.state import State
from actions.telling import finite

LISTS: Final = ("changes", "tracks")


def fixed(has_preview: bool) -> dict[str, Any]:
    """Return what never changes while the service runs: what can be chosen from."""
    from actions.mixing.taste import GENRES
    from analysis.roles.vocabulary import ROLES

    return {
        "parts": PARTS,
        "nudge_names": NUDGES,
        "genres": (ANY_GENRE, *GENRES),
        "loudness_range_lufs": LOUDNESS_LUFS,
        "roles": [[role, facts.title, facts.family] for role, facts in ROLES.items()],
        "has_preview": has_preview,
    }


def whole(picture: DeskPicture) -> dict[str, Any]:
    """Return all of a picture."""
    return {name: _plain(name, picture) for name in _NAMES}


def changes_between(before: DeskPicture, after: DeskPicture) -> dict[str, Any]:
    """Return what brings a client from one picture to a later one; empty where nothing differs."""
    told: dict[str, Any] = {}
    for name in _NAMES:
        old, new = getattr(before, name), getattr(after, name)
        if old is new or old == new:
            continue
        rows = list(_rows(old, new)) if name in LISTS else None
        if rows is not None and len(old) == len(new) and len(rows) * 2 <= len(new):
            told.setdefault("rows", {})[name] = rows
        else:
            told.setdefault("set", {})[name] = _plain(name, after)
    return told


_NAMES: Final = (
    "state", "passes", "amount_ratio", "amounts", "nudges", "hearing", "changes", "tracks", "before", "after", "genre",
    "loudness_lufs",
)  # fmt: skip


def _rows(
    old: Sequence[ChangePicture | TrackPicture], new: Sequence[ChangePicture | TrackPicture]
) -> Iterator[tuple[int, dict[str, Any]]]:
    for index, (was, row) in enumerate(zip(old, new, strict=False)):
        if was is not row and was != row:
            yield index, _row(row)


def _row(row: ChangePicture | TrackPicture) -> dict[str, Any]:
    return dict(vars(row))


def _plain(name: str, picture: DeskPicture) -> Any:
    value = getattr(picture, name)
    if isinstance(value, State):
        # the page gets the report by its own address, never a path of this machine
        return {**value.plain, "report": bool(value.report), "error": picture.error}
    if isinstance(value, Meters):
        return {key: finite(number) for key, number in asdict(value).items()}
    if name in LISTS:
        return [_row(row) for row in value]
    if name == "passes":
        return [asdict(entry) for entry in value]
    if name in ("amounts", "nudges"):
        return {key: finite(number, 4) for key, number in value.items()}
    return finite(value, 4) if isinstance(value, float) else value
