"""The plug-ins of the stand-in REAPER: which there are, how a block becomes one, how a name finds one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from tests.standin.plugin_port import SWITCHES
from tests.standin.plugins.float_list import (
    REACOMP,
    REACOMP_FRESH,
    REAGATE,
    REAGATE_FRESH,
    REAVERBATE,
    REAVERBATE_FRESH,
    ReaComp,
    ReaGate,
    ReaVerbate,
)
from tests.standin.plugins.instance import Instance
from tests.standin.plugins.jsfx import SCRIPTS, jsfx_from_block, new_jsfx
from tests.standin.plugins.opaque import CHANNEL_STRIP, PANEL, SYNTH, Opaque
from tests.standin.plugins.readelay import READELAY, ReaDelay
from tests.standin.plugins.reaeq import REAEQ, ReaEq
from tests.standin.plugins.realimit import REALIMIT, ReaLimit
from tests.standin.plugins.vst import FOLDER, SUFFIX, VstIdentity, VstInstance, fresh, words_and_payload

KINDS: dict[int, type[VstInstance]] = {
    REAEQ.vst_id: ReaEq,
    REACOMP.vst_id: ReaComp,
    REAGATE.vst_id: ReaGate,
    REAVERBATE.vst_id: ReaVerbate,
    REALIMIT.vst_id: ReaLimit,
    READELAY.vst_id: ReaDelay,
}
_OTHERS = (
    # ReaVerb stands before ReaVerbate, as in REAPER's own list: a part of a name finds the first that has it
    VstIdentity("VST: ReaVerb (Cockos)", "reaverb", 1919252066, "56535472657662726561766572620000"),
    CHANNEL_STRIP,
    PANEL,
    SYNTH,
)
INSTALLED: tuple[VstIdentity, ...] = (REACOMP, READELAY, REAEQ, REAGATE, REALIMIT, *_OTHERS, REAVERBATE)
_PREFIXES = ("FXADD:", "VST3:", "VST2:", "VSTI:", "VST:", "AU:", "JS:", "DX:", "CLAP:")
_LISTS: dict[int, Sequence[float]] = {
    REACOMP.vst_id: REACOMP_FRESH,
    REAGATE.vst_id: REAGATE_FRESH,
    REAVERBATE.vst_id: REAVERBATE_FRESH,
}


def plugin_from_block(element: Any) -> Instance | None:
    """Make the plug-in a block of a project file describes, or None where it is not installed or unreadable."""
    plugin: Instance | None = None
    if element.tag == "JS":
        plugin = jsfx_from_block(element)
    elif element.tag == "VST":
        read = words_and_payload(element)
        if read is not None:
            words, payload, lines = read
            plugin = KINDS.get(int.from_bytes(payload.head[:4], "little"), Opaque)(words, payload, lines)
    return None if plugin is None or _is_missing(plugin.name) else plugin


def new_plugin(name: str) -> Instance | None:
    """Make a fresh plug-in by its name, a part of it, or a JSFX path; None where nothing of that name is installed."""
    wanted, kind = _without_prefix(name)
    if not wanted:
        return None
    plugin: Instance | None = None
    if kind != "JS:":
        names = [identity.name for identity in INSTALLED]
        found = _found(wanted, names)
        plugin = None if found is None else _fresh_vst(INSTALLED[found])
    if plugin is None and kind in ("", "JS:"):
        plugin = next((new_jsfx(script) for script in SCRIPTS if script.path.lower() == wanted), None)
        found = _found(wanted, [script.name for script in SCRIPTS]) if plugin is None else None
        plugin = new_jsfx(SCRIPTS[found]) if found is not None else plugin
    if plugin is None or _is_missing(plugin.name):
        return None
    plugin.guid = "{" + str(uuid.uuid4()).upper() + "}"
    return plugin


def installed() -> list[tuple[str, str]]:
    """Return name and ident of everything installed, as EnumInstalledFX lists it."""
    vsts = [(identity.name, f"{FOLDER}{identity.file}.{SUFFIX}<{identity.vst_id}") for identity in INSTALLED]
    scripts = [(script.name, script.path) for script in SCRIPTS]
    return [(name, ident) for name, ident in (*vsts, *scripts) if not _is_missing(name)]


def _fresh_vst(identity: VstIdentity) -> Instance:
    kind = KINDS.get(identity.vst_id, Opaque)
    words, payload = fresh(identity, is_chunk=kind.is_chunk, state=b"")
    return kind(words, payload)


def _found(wanted: str, names: Sequence[str]) -> int | None:
    """Find a name as a whole, else the first that contains the wanted part."""
    lowered = [name.lower() for name in names]
    bare = [name.partition(":")[2].strip() for name in lowered]
    for position, (name, short) in enumerate(zip(lowered, bare, strict=True)):
        if wanted in (name, short, short.partition(" (")[0]):
            return position
    return next((position for position, name in enumerate(lowered) if wanted in name), None)


def _without_prefix(name: str) -> tuple[str, str]:
    """Return what is asked for in lower case, and the prefix that narrows the kind."""
    for prefix in _PREFIXES:
        if name.upper().startswith(prefix):
            return name[len(prefix) :].strip().lower(), "" if prefix == "FXADD:" else prefix
    return name.strip().lower(), ""


def _is_missing(name: str) -> bool:
    return any(word in name for word in SWITCHES.missing)
