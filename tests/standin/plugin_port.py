"""What the stand-in asks of a plug-in, and who makes one.

Conventions: parameter indices count from 0 and cover the plug-in's own parameters only; bypass, wet and delta,
which REAPER appends behind them, belong to the slot in the chain. Normalized values run from 0 to 1, raw values
between the plug-in's own minimum and maximum. Text is what a person would read in the plug-in's window.
"""

from __future__ import annotations

import importlib
from typing import Any, Protocol


class Plugin(Protocol):
    """One instance of a plug-in, which knows nothing of the chain it sits in."""

    name: str
    """What the chain shows before anybody renames it: ``VST: ReaComp (Cockos)``."""
    ident: str
    """``fx_ident``: the file of the plug-in, with its id for VSTs, or the path of a JSFX."""
    original_name: str
    fx_type: str
    guid: str
    """``{8-4-4-4-12}``, set by the chain."""
    enabled: bool
    offline: bool
    preset: str
    renamed_name: str
    is_instrument: bool

    def parameter_count(self) -> int:
        """Count the plug-in's own parameters, without bypass, wet and delta."""

    def parameter_name(self, index: int) -> str: ...

    def parameter_ident(self, index: int) -> str:
        """Return the stable ident, as ``0:_Threshold`` or ``slider1`` gives it."""

    def raw(self, index: int) -> tuple[float, float, float]:
        """Return value, minimum and maximum in the plug-in's own units."""

    def set_raw(self, index: int, value: float) -> None: ...

    def normalized(self, index: int) -> float: ...

    def set_normalized(self, index: int, value: float) -> None: ...

    def shown(self, index: int) -> str:
        """Return the text beside the knob where it stands."""

    def shown_at(self, index: int, normalized: float) -> str | None:
        """Return the text beside the knob if it stood there, or None where the plug-in cannot tell."""

    def config(self, key: str) -> str | None:
        """Read a named configuration value (``vst_chunk``, ``BANDTYPE0``), or None if the plug-in has no such key."""

    def set_config(self, key: str, text: str) -> bool: ...

    def block(self) -> Any:
        """Return the ``rpp.Element`` that stands in the chain of a saved project (``<VST …``, ``<JS …``)."""

    def copy(self) -> Plugin:
        """Return an instance that shares nothing changeable with this one; it keeps the GUID."""


class Switches:
    """How the plug-ins of this run behave. Set by the command line before the first project is loaded."""

    laws: dict[tuple[str, int], str]
    """(word in the plug-in's name, parameter index) to the name of another display law."""
    read_only: set[tuple[str, int | None]]
    """(word in the plug-in's name, parameter index or None for all) of knobs that no script moves."""
    steps: dict[tuple[str, int], int]
    """(word in the plug-in's name, parameter index) to how many steps the knob has between its ends."""
    without_chunk: set[str]
    """Words in the names of plug-ins that do not answer to ``vst_chunk``."""
    missing: set[str]
    """Words in the names of plug-ins that are not installed."""
    units: bool
    """Whether ReaPlugs show the unit behind the number."""

    def __init__(self) -> None:
        self.laws = {}
        self.read_only = set()
        self.steps = {}
        self.without_chunk = set()
        self.missing = set()
        self.units = False


SWITCHES = Switches()


def plugin_from_block(element: Any) -> Plugin | None:
    """Make the plug-in a block of a project file describes, or None if nobody here knows it.

    The lines around the block (BYPASS, PRESETNAME, FXID, WET …) are read by the chain, which sets guid, enabled,
    offline and preset afterwards. ``tests.standin.plugins`` answers, with a function of the same name.
    """
    return _plugins("plugin_from_block", element)


def new_plugin(name: str) -> Plugin | None:
    """Make a fresh plug-in from the name a script or a person asks for, or None if it is not installed.

    Names may carry a prefix (``VST:``, ``JS:`` …) and match as REAPER matches them: by part of the display name.
    """
    return _plugins("new_plugin", name)


def _plugins(function: str, argument: Any) -> Plugin | None:
    try:
        module = importlib.import_module("tests.standin.plugins")
    except ModuleNotFoundError as error:
        if error.name != "tests.standin.plugins":
            raise
        return None
    plugin: Plugin | None = getattr(module, function)(argument)
    return plugin


def render(desk: Any, project: Any) -> list[str]:
    """Render what the project's RENDER_* settings ask for and return the files written.

    ``tests.standin.rendering`` answers, with a function of the same name; without it nothing is rendered.
    """
    return _rendering("render", desk, project)


def render_targets(desk: Any, project: Any) -> list[str]:
    """Name the files a render would write now, as RENDER_TARGETS does; answered by the same module."""
    return [str(path) for path in _rendering("targets", project)]


def _rendering(function: str, *arguments: Any) -> list[Any]:
    try:
        module = importlib.import_module("tests.standin.rendering")
    except ModuleNotFoundError as error:
        if error.name != "tests.standin.rendering":
            raise
        return []
    files: list[Any] = getattr(module, function)(*arguments)
    return files
