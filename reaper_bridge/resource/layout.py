"""What stands where in REAPER's resource folder, and the actions that we put into its Action list.

Everything of ours is in two folders called ``First Pass``: one in ``Scripts``, where REAPER looks for scripts, and one
at the top, for what the bridge, the service and the installer tell each other. Other places are edited, never owned.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = "First Pass"
SCRIPTS: Final = f"Scripts/{FOLDER}"
INSIDE_PACKAGE: Final = "first_pass_inside"

REAPER_INI: Final = "reaper.ini"
KEYBOARD_INI: Final = "reaper-kb.ini"
MENU_INI: Final = "reaper-menu.ini"
STARTUP_SCRIPT: Final = "Scripts/__startup.lua"

ASK_WHEN_RUNNING: Final = 4
"""SCR flags that REAPER itself writes: it asks, in a modal window, before it starts a script that still runs."""
ALWAYS_NEW_INSTANCE: Final = 516
"""SCR flags of a script that is started again without a question; believed, see docs/unverified.md."""


@dataclass(frozen=True)
class Action:
    """One entry in REAPER's Action list: what it asks the service for, its name, and how REAPER starts it."""

    wish: str
    name: str
    flags: int = ASK_WHEN_RUNNING

    @property
    def file_name(self) -> str:
        """The script's file, as REAPER users expect it: author, dash, what it does."""
        return f"First Pass - {self.name}.py"

    @property
    def script_path(self) -> str:
        """Where it lies below ``Scripts``; ReaPack puts it there too, so that its id is the same."""
        return f"{FOLDER}/{self.file_name}"

    @property
    def script_id(self) -> str:
        """The id REAPER gives it; in toolbars and layouts with an underscore before it."""
        return script_id(self.script_path)


ACTIONS: Final = (
    Action("mix_all", "Mix all tracks"),
    Action("mix_selected", "Mix selected tracks"),
    Action("analyse", "Analyse only"),
    Action("take_back", "Take back"),
    Action("compare", "Compare before and after"),
    Action("lock_selected", "Lock selected tracks"),
    Action("unlock_selected", "Unlock selected tracks"),
    Action("open_panel", "Open panel"),
    # a bridge that runs is a script that still runs, and REAPER's question about it would stop the bridge
    Action("start_bridge", "Start bridge", ALWAYS_NEW_INSTANCE),
)
START_BRIDGE: Final = ACTIONS[-1]


def script_id(path_in_scripts: str) -> str:
    """Return the id that REAPER's main section gives a script at this path below ``Scripts``.

    >>> script_id("Cockos/lyrics.lua")
    'RS1ee9bb229dabffe151848d7efa3c10f748e1a1cf'
    """
    path = path_in_scripts.replace("\\", "/").upper()
    return "RS" + hashlib.sha1(path.encode(), usedforsecurity=False).hexdigest()


def own_folder(resource: Path) -> Path:
    """Where bridge, service and installer leave word for each other."""
    return resource / FOLDER


def bridge_file(resource: Path) -> Path:
    """Where the bridge inside REAPER says on which port it listens; written by the bridge."""
    return own_folder(resource) / "bridge.json"


def service_file(resource: Path) -> Path:
    """Where the service says on which port it listens; written by the service."""
    return own_folder(resource) / "service.json"


def program_file(resource: Path) -> Path:
    """Where the scripts find the program to start; written by the installer."""
    return own_folder(resource) / "program.json"


def manifest_file(resource: Path) -> Path:
    """What the installer did here; written by the installer."""
    return own_folder(resource) / "manifest.json"
