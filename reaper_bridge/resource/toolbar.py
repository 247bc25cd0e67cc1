"""A toolbar with our actions: a file to import, and a floating toolbar of REAPER's that is still free.

    [Floating toolbar 16]
    title=First Pass
    item_0=_RS… Mix all tracks

The items of a toolbar count from 0 without a gap; behind a gap REAPER drops them.
"""

from collections.abc import Sequence
from typing import Final

from reaper_bridge.resource.ini import read_section, read_value, with_values, without_empty_section
from reaper_bridge.resource.layout import ACTIONS, Action
from reaper_bridge.session.errors import ResourceFolderError

TITLE: Final = "First Pass"
MENU_FILE: Final = "MenuSets/First Pass.ReaperMenu"
_SLOTS: Final = 16
ON_TOOLBAR: Final = tuple(action for action in ACTIONS if action.wish != "start_bridge")


def toolbar_rows(actions: Sequence[Action] = ON_TOOLBAR) -> dict[str, str | None]:
    """Return the keys of a toolbar with these actions."""
    items = {f"item_{index}": f"_{action.script_id} {action.name}" for index, action in enumerate(actions)}
    return {**items, "title": TITLE}


def menu_file() -> bytes:
    """Return a file that REAPER's toolbar editor imports into its last floating toolbar of sixteen."""
    lines = [f"[{_slot(_SLOTS)}]", *(f"{key}={value}" for key, value in toolbar_rows().items())]
    return "".join(f"{line}\n" for line in lines).encode()


def with_toolbar(data: bytes) -> bytes:
    """Return reaper-menu.ini with our toolbar in the slot it has, or in the last that is free.

    Raises:
        ResourceFolderError: All are in use.
    """
    slot = _own_slot(data) or _free_slot(data)
    if slot is None:
        raise ResourceFolderError(
            f"All {_SLOTS} floating toolbars are in use; leave --toolbar away and put the actions on one of yours."
        )
    return data if _holds_all(data, slot) else with_values(data, slot, toolbar_rows())


def without_toolbar(data: bytes) -> bytes:
    """Return reaper-menu.ini without our items; what the user put on our toolbar closes the gap and stays."""
    slot = _own_slot(data)
    if slot is None:
        return data
    standing = read_section(data, slot)
    kept = [number for number in _numbers(standing) if not _is_ours(standing[f"item_{number}"])]
    moved: dict[str, str | None] = {key: None for key in standing if _is_numbered(key)}
    for place, number in enumerate(kept):
        for kind in ("icon", "item"):
            if f"{kind}_{number}" in standing:
                moved[f"{kind}_{place}"] = standing[f"{kind}_{number}"]
    if not kept:
        moved["title"] = None
    return without_empty_section(with_values(data, slot, moved), slot)


def _own_slot(data: bytes) -> str | None:
    return next((slot for slot in _slots() if read_value(data, slot, "title") == TITLE), None)


def _free_slot(data: bytes) -> str | None:
    return next((slot for slot in _slots() if not _numbers(read_section(data, slot))), None)


def _holds_all(data: bytes, slot: str) -> bool:
    standing = read_section(data, slot)
    ids = {standing[f"item_{number}"].partition(" ")[0] for number in _numbers(standing)}
    return ids >= {f"_{action.script_id}" for action in ON_TOOLBAR}


def _slots() -> list[str]:
    return [_slot(number) for number in range(_SLOTS, 0, -1)]


def _slot(number: int) -> str:
    return f"Floating toolbar {number}"


def _numbers(section: dict[str, str]) -> list[int]:
    numbers = [key.removeprefix("item_") for key in section if key.startswith("item_")]
    return sorted(int(number) for number in numbers if number.isdigit())


def _is_numbered(key: str) -> bool:
    kind, _, number = key.partition("_")
    return kind in ("icon", "item") and number.isdigit()


def _is_ours(item: str) -> bool:
    return item.partition(" ")[0] in {f"_{action.script_id}" for action in ACTIONS}
