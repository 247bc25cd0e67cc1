"""What the doctor looks at: a row for each examination, in order, and what it finds.

One that finds all well returns a text, one that finds something wrong two: what, and how to mend it. One that makes
no sense before another is well raises ``NotBefore``.
"""

import json
import os
import socket
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from reaper_bridge.live.connection import Bridge, connect
from reaper_bridge.live.discovery import NoBridgeError
from reaper_bridge.resource.changes import read_file
from reaper_bridge.resource.keyboard import registered
from reaper_bridge.resource.layout import (
    ACTIONS,
    KEYBOARD_INI,
    REAPER_INI,
    STARTUP_SCRIPT,
    bridge_file,
    own_folder,
    program_file,
    service_file,
)
from reaper_bridge.resource.packaged import installed_scripts
from reaper_bridge.resource.places import resource_folder
from reaper_bridge.resource.python_library import library_in, python_is_enabled
from reaper_bridge.resource.reaper_program import is_in_flatpak, reaper_processor
from reaper_bridge.resource.running import running_reaper
from reaper_bridge.resource.start_block import has_start_block

INSTALL: Final = "Close REAPER and run `first-pass install`."

Told = tuple[str, str] | str
"""What was found, and how to mend it; one text alone: all is well."""


class NotBefore(Exception):
    """An examination that makes no sense before another is well."""


@dataclass
class Patient:
    """What earlier examinations found out for later ones."""

    asked_for: Path | None
    resource: Path | None = None
    is_running: bool = False
    bridge: Bridge | None = None
    files: dict[str, bytes] = field(default_factory=dict)

    def file(self, name: str) -> bytes:
        """Return a file of the resource folder; nothing where there is none.

        Raises:
            ResourceFolderError: It cannot be read.
        """
        resource = _resource(self)
        if name not in self.files:
            self.files[name] = read_file(resource / name) or b""
        return self.files[name]


Examination = Callable[[Patient], Told]


def _folder(patient: Patient) -> Told:
    place = resource_folder(patient.asked_for)
    patient.resource = place.path
    return f"{place.path} ({place.found_by})"


def _running(patient: Patient) -> Told:
    reaper = running_reaper(_resource(patient))
    patient.is_running = reaper is not None
    return f"process {reaper.pid}" if reaper is not None else ("it is not running.", "Start REAPER.")


def _python(patient: Patient) -> Told:
    resource, reaper_ini = _resource(patient), patient.file(REAPER_INI)
    library = library_in(reaper_ini)
    if not python_is_enabled(reaper_ini):
        return "REAPER's settings leave Python out.", INSTALL
    if library is None:
        return "REAPER's settings name no Python library.", INSTALL
    if is_in_flatpak(resource):
        return f"{library.path}, which only REAPER in its Flatpak can see"
    fault = library.fault(reaper_processor(resource))
    if fault is not None:
        return f"{library.path} is no good: {fault}.", INSTALL
    return str(library.path)


def _actions(patient: Patient) -> Told:
    resource, scripts = _resource(patient), registered(patient.file(KEYBOARD_INI))
    missing = [
        action.name
        for action in ACTIONS
        if action.script_id not in scripts or not (resource / "Scripts" / scripts[action.script_id]).is_file()
    ]
    return (f"missing: {', '.join(missing)}.", INSTALL) if missing else f"all {len(ACTIONS)} are in the Action list"


def _scripts(patient: Patient) -> Told:
    resource = _resource(patient)
    other = [path for path, content in installed_scripts().items() if read_file(resource / path) != content]
    if other:
        return f"{len(other)} of REAPER's copies are not this version's ({other[0]}).", INSTALL
    return f"those of version {metadata.version('reaper-first-pass')}"


def _autostart(patient: Patient) -> Told:
    if has_start_block(patient.file(STARTUP_SCRIPT)):
        return f"the bridge starts with REAPER ({STARTUP_SCRIPT})"
    return f"{STARTUP_SCRIPT} does not start the bridge.", INSTALL


def _bridge(patient: Patient) -> Told:
    if not patient.is_running and not bridge_file(_resource(patient)).exists():
        return "it runs inside REAPER, which is not running.", "Start REAPER."
    try:
        patient.bridge = connect(_resource(patient))
    except NoBridgeError as error:
        return f"{error.state.value}.", str(error)
    return f"running, port {patient.bridge.port} of this computer"


def _versions(patient: Patient) -> Told:
    hello = _connected(patient).hello
    told = f"REAPER {hello.get('reaper_version')}, its Python {hello.get('python')}"
    return f"{told}, protocol {hello.get('protocol')}"


def _ports(patient: Patient) -> Told:
    ports = [_connected(patient).port, *_service_port(_resource(patient))]
    reachable = [f"{address}:{port}" for port in ports for address in _addresses() if _answers(address, port)]
    if reachable:
        return f"other computers can reach {', '.join(reachable)}.", "Stop First Pass and report this, please."
    return "only this computer can reach bridge and service"


def _rights(patient: Patient) -> Told:
    resource = _resource(patient)
    own = own_folder(resource)
    private = [own, *(f for f in (bridge_file(resource), service_file(resource), program_file(resource)) if f.exists())]
    if not own.is_dir():
        return f"there is no folder {own}.", INSTALL
    if not os.access(own, os.W_OK):
        return f"{own} cannot be written.", "Make it writable."
    open_to_others = [path for path in private if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077]
    if open_to_others:
        return f"others may read {open_to_others[0]}.", f"Run `chmod -R go= '{own}'`."
    return "port and token are for you alone"


def _ledger(patient: Patient) -> Told:
    from actions.reaching import live_place

    _connected(patient)
    place = live_place(_resource(patient))
    try:
        session, ledger = place.host.snapshot(), place.host.ledger()
    finally:
        place.close()
    count = len(ledger.passes)
    return f"{len(session.tracks)} tracks, {count} pass{'es' * (count != 1)} of First Pass"


EXAMINATIONS: Final[tuple[tuple[str, Examination], ...]] = (
    ("REAPER's folder", _folder),
    ("REAPER", _running),
    ("Python in REAPER", _python),
    ("Actions", _actions),
    ("Scripts", _scripts),
    ("Start with REAPER", _autostart),
    ("Bridge", _bridge),
    ("Versions", _versions),
    ("Ports", _ports),
    ("Rights", _rights),
    ("Open project", _ledger),
)


def _resource(patient: Patient) -> Path:
    if patient.resource is None:
        raise NotBefore("REAPER's folder comes first")
    return patient.resource


def _connected(patient: Patient) -> Bridge:
    if patient.bridge is None:
        raise NotBefore("the bridge comes first")
    return patient.bridge


def _service_port(resource: Path) -> list[int]:
    try:
        told: Any = json.loads(service_file(resource).read_text("utf-8"))
        return [int(told["port"])]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _addresses() -> list[str]:
    """Return the addresses under which other computers see this one."""
    import psutil

    found = [address.address for addresses in psutil.net_if_addrs().values() for address in addresses
             if address.family in (socket.AF_INET, socket.AF_INET6)]  # fmt: skip
    return [address for address in found if not address.startswith(("127.", "::1", "fe80:"))]


def _answers(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), 0.5).close()
    except OSError:
        return False
    return True
