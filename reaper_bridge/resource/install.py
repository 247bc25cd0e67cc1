"""Plan what ``first-pass install`` does in REAPER's resource folder, and carry it out.

A plan is a list of file changes: first the manifest and copies of the files that stand there, then our own files and
those that belong to REAPER and its user. A second plan on an unchanged folder is empty. No change opens a port.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reaper_bridge.resource.changes import FileChange, carry_out, digest, folders_to_make, read_file
from reaper_bridge.resource.ini import read_value, with_values, without_empty_section
from reaper_bridge.resource.keyboard import with_actions, without_actions
from reaper_bridge.resource.layout import (
    ACTIONS,
    FOLDER,
    KEYBOARD_INI,
    MENU_INI,
    REAPER_INI,
    STARTUP_SCRIPT,
    manifest_file,
    program_file,
)
from reaper_bridge.resource.manifest import Entry, Manifest, Written, backup_path, read_manifest
from reaper_bridge.resource.packaged import installed_scripts
from reaper_bridge.resource.python_library import KEYS, SECTION, PythonLibrary, chosen_library, with_python
from reaper_bridge.resource.reaper_program import is_in_flatpak, reaper_processor
from reaper_bridge.resource.running import require_no_reaper
from reaper_bridge.resource.start_block import with_start_block, without_start_block
from reaper_bridge.resource.toolbar import MENU_FILE, menu_file, with_toolbar, without_toolbar

Edit = Callable[[bytes], bytes]

_WHY: Final = {
    REAPER_INI: "offer Python for ReaScripts",
    KEYBOARD_INI: "enter the actions into the Action list",
    STARTUP_SCRIPT: "start the bridge with REAPER",
    MENU_INI: "a floating toolbar with the actions",
}


@dataclass(frozen=True)
class Wish:
    """How to install: the program's command line, its version, the library for REAPER (None: as it is), a toolbar."""

    command: tuple[str, ...]
    version: str
    library: PythonLibrary | None
    with_toolbar: bool = False


@dataclass(frozen=True)
class InstallPlan:
    """What an installation changes, and how it can be taken back."""

    resource: Path
    changes: tuple[FileChange, ...]
    manifest: Manifest


def wish_for(
    resource: Path, command: Sequence[str], version: str, *, python_library: Path | None = None, toolbar: bool = False
) -> Wish:
    """Return how to install to this folder, with the Python library that fits the REAPER that uses it.

    For a REAPER in a Flatpak, which sees other files than we do, only a library that is named is set.

    Raises:
        ResourceFolderError: No library fits, or reaper.ini cannot be read.
    """
    library: PythonLibrary | None = None
    if not is_in_flatpak(resource):
        reaper_ini = read_file(resource / REAPER_INI) or b""
        library = chosen_library(reaper_ini, named=python_library, processor=reaper_processor(resource))
    elif python_library is not None:
        library = PythonLibrary(python_library)
    return Wish(tuple(command), version, library, toolbar)


def plan_install(resource: Path, wish: Wish) -> InstallPlan:
    """Plan an installation; nothing is written.

    Raises:
        ResourceFolderError: A file cannot be read, or there is no free toolbar.
    """
    earlier = read_manifest(resource) or Manifest(wish.version)
    own = _own_changes(resource, wish, earlier)
    shared = _shared_changes(resource, wish)
    changes = [change for change in (*own, *shared) if change.before != change.after]
    values = {**earlier.values, **_values_written(changes, earlier, resource)}
    entries, backups = dict(earlier.entries), []
    for change in changes:
        path = change.path.relative_to(resource).as_posix()
        if change.after is None:
            entries.pop(path, None)
            continue
        stood = _stood(path, change, earlier, resource)
        backup = resource / backup_path(path)
        if read_file(backup) != stood:
            backups.append(FileChange(backup, read_file(backup), stood, f"keep {path} as it was", is_private=True))
        entries[path] = Entry(digest(change.after), None if stood is None else digest(stood), path in _WHY)
    made = folders_to_make((*backups, *changes))
    folders = {*earlier.folders, *(folder.relative_to(resource).as_posix() for folder in made)}
    manifest = Manifest(wish.version, entries, values, tuple(sorted(folders)))
    note = _change(manifest_file(resource), manifest.to_bytes(), "what was installed")
    # the manifest comes first: whoever is stopped on the way can still take everything back
    changes = [*([note] if note.before != note.after else []), *backups, *changes]
    return InstallPlan(resource, tuple(changes), manifest)


def install(plan: InstallPlan) -> None:
    """Carry a plan out, whole or not at all.

    Raises:
        ReaperRunningError: REAPER runs with this folder.
        ResourceFolderError: A file cannot be written; everything is as it was.
    """
    require_no_reaper(plan.resource)
    carry_out(plan.changes)


def take_out(path: str, data: bytes, values: Mapping[str, Written]) -> bytes:
    """Return a file of REAPER's without what we put into it; what others wrote meanwhile stays."""
    edits: dict[str, Edit] = {
        REAPER_INI: lambda data: _without_python(data, values),
        KEYBOARD_INI: lambda data: without_actions(data, ACTIONS),
        STARTUP_SCRIPT: without_start_block,
        MENU_INI: without_toolbar,
    }
    return edits[path](data)


def _own_changes(resource: Path, wish: Wish, earlier: Manifest) -> list[FileChange]:
    """Return the changes of files that are ours alone; those of an earlier version that are ours no more go."""
    program = json.dumps({"executable": list(wish.command), "version": wish.version}, indent=1) + "\n"
    wanted = {
        **installed_scripts(),
        MENU_FILE: menu_file(),
        program_file(resource).relative_to(resource).as_posix(): program.encode(),
    }
    changes = [_change(resource / path, content, "First Pass's own") for path, content in wanted.items()]
    for path, entry in earlier.entries.items():
        if path not in wanted and not entry.is_shared and earlier.leaves(path, read_file(resource / path)):
            changes.append(_change(resource / path, None, "of an earlier version"))
    return changes


def _shared_changes(resource: Path, wish: Wish) -> list[FileChange]:
    """Return the changes of files that REAPER and its user write too."""
    edits: dict[str, Edit] = {
        REAPER_INI: lambda data: with_python(data, wish.library),
        KEYBOARD_INI: lambda data: with_actions(data, ACTIONS),
        STARTUP_SCRIPT: with_start_block,
    }
    if wish.with_toolbar:
        edits[MENU_INI] = with_toolbar
    return [
        _change(resource / path, edit(read_file(resource / path) or b""), _WHY[path]) for path, edit in edits.items()
    ]


def _change(path: Path, after: bytes | None, why: str) -> FileChange:
    is_private = path.parent.name == FOLDER and path.suffix == ".json"
    return FileChange(path, read_file(path), after, why, is_private)


def _stood(path: str, change: FileChange, earlier: Manifest, resource: Path) -> bytes | None:
    """Return what stands at a path without us: what was kept, or, if others wrote meanwhile, theirs without ours."""
    if path not in earlier.entries:
        return change.before
    if earlier.leaves(path, change.before) or not earlier.entries[path].is_shared:
        return read_file(resource / backup_path(path))
    return None if change.before is None else take_out(path, change.before, earlier.values)


def _values_written(changes: Sequence[FileChange], earlier: Manifest, resource: Path) -> dict[str, Written]:
    """Return the keys of reaper.ini that are set now, and what stood there before us."""
    written = {}
    for change in changes:
        if change.path != resource / REAPER_INI or change.after is None:
            continue
        for key in KEYS:
            stood, wrote = read_value(change.before or b"", SECTION, key), read_value(change.after, SECTION, key)
            if wrote is None or stood == wrote:
                continue
            known = earlier.values.get(key)
            written[key] = Written(known.stood if known and known.wrote == stood else stood, wrote)
    return written


def _without_python(data: bytes, values: Mapping[str, Written]) -> bytes:
    """Return reaper.ini with the keys as they stood, where they are as we wrote them."""
    ours = {key: w.stood for key, w in values.items() if read_value(data, SECTION, key) == w.wrote}
    return without_empty_section(with_values(data, SECTION, ours), SECTION) if ours else data
