"""Plan what ``first-pass uninstall`` takes out of REAPER's resource folder, and carry it out.

A file that is as we left it gets back exactly what stood there. From one that others wrote since, only what is ours is
taken out. Without a manifest, what is recognised as ours goes; reaper.ini then stays as it is.
"""

import contextlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from reaper_bridge.resource.changes import FileChange, carry_out, digest, read_file, remove_empty
from reaper_bridge.resource.install import take_out
from reaper_bridge.resource.layout import (
    INSIDE_PACKAGE,
    KEYBOARD_INI,
    MENU_INI,
    SCRIPTS,
    STARTUP_SCRIPT,
    bridge_file,
    manifest_file,
    own_folder,
    program_file,
    service_file,
)
from reaper_bridge.resource.manifest import Entry, Manifest, backup_path, read_manifest
from reaper_bridge.resource.packaged import installed_scripts
from reaper_bridge.resource.running import require_no_reaper
from reaper_bridge.resource.toolbar import MENU_FILE, menu_file


@dataclass(frozen=True)
class UninstallPlan:
    """What is taken out; ``kept`` are files of ours that somebody changed, and that stay."""

    resource: Path
    changes: tuple[FileChange, ...]
    folders: tuple[Path, ...]
    kept: tuple[Path, ...]


def plan_uninstall(resource: Path) -> UninstallPlan:
    """Plan to take everything of ours out of this folder; nothing is written.

    Raises:
        ResourceFolderError: A file cannot be read, or the manifest is damaged.
    """
    manifest = read_manifest(resource) or _recognised(resource)
    changes, kept = [], []
    for path, entry in manifest.entries.items():
        change = _restoring(resource, path, entry, manifest)
        if change is None:
            kept.append(resource / path)
        elif change.before != change.after:
            changes.append(change)
    leftovers = [*(resource / backup_path(path) for path in manifest.entries), manifest_file(resource)]
    leftovers += [bridge_file(resource), service_file(resource)]
    changes += [FileChange(file, read_file(file), None, "needed no more") for file in leftovers if file.exists()]
    folders = tuple(resource / folder for folder in manifest.folders)
    return UninstallPlan(resource, tuple(changes), folders, tuple(kept))


def uninstall(plan: UninstallPlan) -> None:
    """Carry a plan out, whole or not at all.

    Raises:
        ReaperRunningError: REAPER runs with this folder.
        ResourceFolderError: A file cannot be written; everything is as it was.
    """
    require_no_reaper(plan.resource)
    carry_out(plan.changes)
    for folder in (SCRIPTS, f"{SCRIPTS}/{INSIDE_PACKAGE}"):
        with contextlib.suppress(OSError):
            shutil.rmtree(plan.resource / folder / "__pycache__")
    remove_empty(plan.folders)


def _restoring(resource: Path, path: str, entry: Entry, manifest: Manifest) -> FileChange | None:
    """Return the change that takes us out of a file; None where it is ours and somebody changed it."""
    current = read_file(resource / path)
    if current is None:
        return FileChange(resource / path, None, None, "gone already")
    stood = read_file(resource / backup_path(path))
    is_whole = entry.before is None if stood is None else digest(stood) == entry.before
    if manifest.leaves(path, current) and is_whole:
        return FileChange(resource / path, current, stood, "as it was before First Pass")
    if not entry.is_shared:
        return None
    without = take_out(path, current, manifest.values)
    is_left = bool(without.strip()) or entry.before is not None
    return FileChange(resource / path, current, without if is_left else None, "take out what is First Pass's")


def _recognised(resource: Path) -> Manifest:
    """Return a manifest of what is surely ours, where the one we wrote is lost."""
    own = {**installed_scripts(), MENU_FILE: menu_file()}
    entries = {path: Entry(digest(content), None) for path, content in own.items()}
    program = read_file(program_file(resource))
    if program is not None:
        entries[program_file(resource).relative_to(resource).as_posix()] = Entry(digest(program), None)
    for path in (KEYBOARD_INI, STARTUP_SCRIPT, MENU_INI):
        entries[path] = Entry("", None, is_shared=True)
    folders = (SCRIPTS, f"{SCRIPTS}/{INSIDE_PACKAGE}", own_folder(resource).name)
    return Manifest("", entries, {}, folders)
