"""What the installer did in a resource folder: ``First Pass/manifest.json``, so that it can be taken back exactly.

Conventions: paths are relative to the resource folder, with ``/``; contents are told by their SHA-256.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from reaper_bridge.resource.changes import digest, read_file
from reaper_bridge.resource.layout import FOLDER, manifest_file
from reaper_bridge.session.errors import ResourceFolderError

FORMAT: Final = 1
BACKUPS: Final = f"{FOLDER}/backup"


@dataclass(frozen=True)
class Entry:
    """One file that we made or changed: what we left there, what stood there, and whether others write there too."""

    after: str
    before: str | None
    is_shared: bool = False


@dataclass(frozen=True)
class Written:
    """A key of an ini file that we set: what stood there, None for nothing, and what we wrote."""

    stood: str | None
    wrote: str


@dataclass(frozen=True)
class Manifest:
    """All that was done in one resource folder."""

    version: str
    entries: Mapping[str, Entry] = field(default_factory=dict)
    values: Mapping[str, Written] = field(default_factory=dict)
    folders: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        """Return the manifest as JSON, the same for the same installation."""
        told = {
            "format": FORMAT,
            "version": self.version,
            "files": {
                path: {"after": entry.after, "before": entry.before, "shared": entry.is_shared}
                for path, entry in sorted(self.entries.items())
            },
            "reaper_ini": {key: {"stood": w.stood, "wrote": w.wrote} for key, w in sorted(self.values.items())},
            "folders": sorted(self.folders),
        }
        return (json.dumps(told, indent=1, ensure_ascii=True) + "\n").encode()

    def leaves(self, path: str, data: bytes | None) -> bool:
        """Whether a file is exactly as we left it."""
        return data is not None and path in self.entries and self.entries[path].after == digest(data)


def read_manifest(resource: Path) -> Manifest | None:
    """Return what was installed here; None if nothing was.

    Raises:
        ResourceFolderError: The manifest is damaged, or a later version wrote it.
    """
    path = manifest_file(resource)
    data = read_file(path)
    if data is None:
        return None
    try:
        told = json.loads(data)
        if told["format"] > FORMAT:
            raise ResourceFolderError(f"{path} was written by a later First Pass ({told['version']}); use that one.")
        return _manifest(told)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ResourceFolderError(
            f"{path} is damaged; remove it, and `first-pass uninstall` will take out what it recognises as ours."
        ) from error


def backup_path(path: str) -> str:
    """Return where the file that stood at ``path`` is kept."""
    return f"{BACKUPS}/{path}"


def _manifest(told: Any) -> Manifest:
    return Manifest(
        version=str(told["version"]),
        entries={
            str(path): Entry(str(e["after"]), None if e["before"] is None else str(e["before"]), bool(e["shared"]))
            for path, e in told["files"].items()
        },
        values={str(key): Written(w["stood"], str(w["wrote"])) for key, w in told["reaper_ini"].items()},
        folders=tuple(str(folder) for folder in told["folders"]),
    )
