"""Find REAPER's resource folder: the one named, the one in the environment, those installed to, the usual ones.

The usual ones are as REAPER documents them; that a Flatpak keeps its own at ``~/.var/app/ID/config/REAPER`` is believed
(docs/unverified.md). A portable REAPER keeps everything beside its executable.
"""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

from reaper_bridge.session.errors import ResourceFolderError

ENVIRONMENT: Final = "FIRST_PASS_RESOURCE"
RECORD: Final = "resource_paths.json"
_SIGNS: Final = ("reaper.ini", "reaper-kb.ini", "Scripts")
_EXECUTABLES: Final = ("reaper.exe", "reaper", "REAPER.app")
_ASK_REAPER: Final = "In REAPER, Options ▸ Show REAPER resource path shows it; give that with --resource-path."


@dataclass(frozen=True)
class Place:
    """A folder where a REAPER may keep its settings, and how we came upon it."""

    path: Path
    found_by: str

    @property
    def is_there(self) -> bool:
        """Whether a REAPER has been started here at least once."""
        return any((self.path / sign).exists() for sign in _SIGNS)


def places(explicit: Path | None = None, environment: Mapping[str, str] = os.environ) -> tuple[Place, ...]:
    """Return every folder worth looking into, best first; some may not exist.

    A folder that is named, or stands in ``FIRST_PASS_RESOURCE``, is the only one: who names one means no other.
    """
    if explicit is not None:
        return (Place(_absolute(explicit), "named"),)
    if environment.get(ENVIRONMENT):
        return (Place(_absolute(Path(environment[ENVIRONMENT])), "environment"),)
    found: dict[Path, Place] = {}
    for place in (*(Place(path, "installed") for path in recorded_places(environment)), *usual_places(environment)):
        found.setdefault(place.path, place)
    return tuple(found.values())


def usual_places(environment: Mapping[str, str] = os.environ, system: str = sys.platform) -> tuple[Place, ...]:
    """Return where REAPER keeps its settings on this system, unless told otherwise."""
    home = Path(environment.get("USERPROFILE" if system == "win32" else "HOME") or Path.home())
    if system == "win32":
        roaming = environment.get("APPDATA")
        return (Place((Path(roaming) if roaming else home / "AppData" / "Roaming") / "REAPER", "usual"),)
    if system == "darwin":
        return (Place(home / "Library" / "Application Support" / "REAPER", "usual"),)
    sandboxed = sorted((home / ".var" / "app").glob("*/config/REAPER"))
    return (Place(home / ".config" / "REAPER", "usual"), *(Place(path, "flatpak") for path in sandboxed))


def resource_folder(explicit: Path | None = None, environment: Mapping[str, str] = os.environ) -> Place:
    """Return the one folder to work on: the one we are installed to before any other.

    Raises:
        ResourceFolderError: There is none, or more than one and none was named.
    """
    candidates = places(explicit, environment)
    there = [place for place in candidates if place.is_there]
    there = [place for place in there if place.found_by == "installed"] or there
    if len(there) == 1:
        return there[0]
    if len(there) > 1:
        listed = ", ".join(str(place.path) for place in there)
        raise ResourceFolderError(f"There is more than one REAPER here ({listed}); choose one with --resource-path.")
    listed = ", ".join(str(place.path) for place in candidates)
    if candidates[0].found_by in ("named", "environment"):
        raise ResourceFolderError(f"{listed} is not REAPER's resource folder: there is no reaper.ini. {_ASK_REAPER}")
    raise ResourceFolderError(f"No REAPER was found (looked in {listed}). Start REAPER once. {_ASK_REAPER}")


def portable_folder(given: Path) -> Path:
    """Return the resource folder of a portable REAPER: that of its executable.

    Raises:
        ResourceFolderError: No REAPER lies there, or it is not a portable one.
    """
    path = _absolute(given)
    folder = path.parent if path.name in _EXECUTABLES and path.exists() else path
    if not any((folder / name).exists() for name in _EXECUTABLES):
        raise ResourceFolderError(f"There is no REAPER in {folder}; name the folder of a portable REAPER's executable.")
    if not (folder / "reaper.ini").exists():
        raise ResourceFolderError(
            f"The REAPER in {folder} is not portable: there is no reaper.ini beside it. Start it once, or leave"
            " --portable away."
        )
    return folder


def recorded_places(environment: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """Return the folders we were installed to, the latest first; what cannot be read is none."""
    try:
        told = json.loads(_record(environment).read_text("utf-8"))
        return tuple(Path(path) for path in told["resource_paths"] if isinstance(path, str))
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def record_place(path: Path, environment: Mapping[str, str] = os.environ) -> None:
    """Remember that we were installed to this folder.

    Raises:
        ResourceFolderError: The record cannot be written.
    """
    _write_record([path, *(other for other in recorded_places(environment) if other != path)], environment)


def forget_place(path: Path, environment: Mapping[str, str] = os.environ) -> None:
    """Forget that we were installed to this folder.

    Raises:
        ResourceFolderError: The record cannot be written.
    """
    known = recorded_places(environment)
    if path in known:
        _write_record([other for other in known if other != path], environment)


def _write_record(paths: list[Path], environment: Mapping[str, str]) -> None:
    record = _record(environment)
    try:
        if not paths:
            record.unlink(missing_ok=True)
            return
        record.parent.mkdir(parents=True, exist_ok=True)
        temporary = record.with_name(f".{record.name}.{os.getpid()}.tmp")
        temporary.write_text(json.dumps({"resource_paths": [str(path) for path in paths]}, indent=1), "utf-8")
        temporary.replace(record)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ResourceFolderError(f"{record} cannot be written: {reason}; check who owns its folder.") from error


def _record(environment: Mapping[str, str]) -> Path:
    folder = environment.get("FIRST_PASS_CONFIG_DIR")
    return (Path(folder) if folder else platformdirs.user_config_path("first-pass")) / RECORD


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()
