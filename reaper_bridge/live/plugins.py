"""The plug-ins we read and write in a running REAPER: their names, how to be sure of one, and their knobs.

Plug-ins whose state is a list of numbers (ReaComp, ReaGate, ReaVerbate) have these numbers as raw parameter values,
the others give their state as ``vst_chunk``; so the codecs of ``reaper_bridge.fx`` hold for both hosts. Sliders of a
JSFX have their own units as raw values. Where a knob's display contradicts our law, the display is right.
"""

import base64
import binascii
import dataclasses
import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final

from reaper_bridge.fx.catalogue import PLUGINS, Plugin
from reaper_bridge.fx.float_list import format_float_list, parse_float_list
from reaper_bridge.fx.laws import Knob
from reaper_bridge.fx.reacomp import KNOBS as REACOMP_KNOBS
from reaper_bridge.fx.reagate import KNOBS as REAGATE_KNOBS
from reaper_bridge.fx.reaverbate import KNOBS as REAVERBATE_KNOBS
from reaper_bridge.live.calibration import Calibration, CalibrationCache
from reaper_bridge.live.equaliser import eq_by_knobs, eq_settings
from reaper_bridge.live.knobs import Facts, Settings, Turn, displayed_value, is_shown, turn
from reaper_bridge.session.effects import Effect, ForeignEffect, Jsfx, ReaComp, ReaEq, ReaGate, ReaVerbate
from reaper_bridge.session.errors import PlanError
from reaper_bridge.session.values import plugin_name

_LISTS: Final[dict[type[Any], tuple[Knob, ...]]] = {
    ReaComp: REACOMP_KNOBS,
    ReaGate: REAGATE_KNOBS,
    ReaVerbate: REAVERBATE_KNOBS,
}
_BY_SETTINGS: Final = {plugin.settings: plugin for plugin in PLUGINS}


def add_name(effect: Effect) -> str:
    """Return the text REAPER finds a plug-in by.

    Raises:
        PlanError: It is a plug-in we do not write.
    """
    if isinstance(effect, Jsfx):
        return f"JS:{effect.path}"
    plugin = _BY_SETTINGS.get(type(effect))
    if plugin is None:
        raise PlanError(f"{plugin_name(effect)} cannot be added from here; plan without it.")
    return plugin.display_name


def identity(effect: Effect) -> dict[str, Any]:
    """Return what REAPER must say of a plug-in for it to be this one: the agent compares it after adding."""
    if isinstance(effect, Jsfx):
        return {"jsfx": effect.path.casefold()}
    plugin = _BY_SETTINGS[type(effect)]
    return {"vst_id": str(plugin.vst_id), "file": plugin.file_stem}


def plugin_of(fx: Facts) -> Plugin | None:
    """Return which of Cockos' plug-ins a chain's slot holds, by what no user can rename; None for any other."""
    ident = str(fx.get("fx_ident") or "").replace("\\", "/")
    file, _, number = ident.rpartition("<") if "<" in ident else (ident, "", "")
    stem = file.rpartition("/")[2].partition(".")[0].casefold()
    for plugin in PLUGINS:
        if number.strip(">") == str(plugin.vst_id) or (not number and stem == plugin.file_stem):
            return plugin
    return None


def calibration_key(fx: Facts) -> str:
    """Return the name under which a plug-in's calibration is kept."""
    plugin = plugin_of(fx)
    return file_ident_of(plugin) if plugin is not None else str(fx.get("fx_ident") or fx.get("name") or "")


def file_ident(effect: Effect) -> str:
    """Return the name under which the calibration of a plug-in that is still to be added is kept."""
    plugin = _BY_SETTINGS.get(type(effect))
    return file_ident_of(plugin) if plugin is not None else plugin_name(effect)


def file_ident_of(plugin: Plugin) -> str:
    """Return what tells a plug-in on every platform: its file's stem and its id."""
    return f"{plugin.file_stem}<{plugin.vst_id}"


def effect_of(fx: Facts, own_count: int, calibrations: CalibrationCache | None = None) -> Effect:
    """Return what a plug-in's knobs stand at; one that we do not know or cannot read is a ``ForeignEffect``.

    ``fx`` are the facts of ``inside.looking``, ``own_count`` how many of its parameters are the plug-in's own,
    ``calibrations`` what is known of this REAPER's knobs. Never raises.
    """
    effect: Effect | None = None
    if not fx.get("offline") and not fx.get("is_container") and not fx.get("unreadable"):
        raw = [float(value) for value in (fx.get("raw") or ())[:own_count]]
        plugin = plugin_of(fx)
        if str(fx.get("fx_type")) == "JS":
            effect = Jsfx(str(fx.get("fx_ident")).replace("\\", "/"), tuple(map(_tidy, raw)))
        elif plugin is not None:
            known = None if calibrations is None else calibrations[file_ident_of(plugin)]
            effect = _known_effect(plugin, fx, raw, known)
    return effect if effect is not None else ForeignEffect(_name_of(fx), _digest(fx))


def _known_effect(plugin: Plugin, fx: Facts, raw: Sequence[float], calibration: Calibration | None) -> Effect | None:
    if not plugin.is_chunk:
        effect = plugin.parse(format_float_list(raw))
        return None if effect is None else _as_displayed(effect, _LISTS[plugin.settings], fx, raw, calibration)
    chunk = fx.get("vst_chunk")
    if chunk:
        try:
            return plugin.parse(base64.b64decode(chunk, validate=True))
        except (ValueError, binascii.Error):
            return None
    return eq_by_knobs(fx, raw, calibration) if plugin.settings is ReaEq else None


def _as_displayed(
    effect: Any, knobs: Sequence[Knob], fx: Facts, raw: Sequence[float], calibration: Calibration | None
) -> Effect:
    """Return the effect with every number that contradicts its display put right."""
    wrong = {}
    for knob in knobs:
        if knob.index < len(raw) and is_shown(knob.field):
            value = getattr(effect, knob.field)
            right = displayed_value(value, knob.index, fx, raw, calibration)
            if right != value:
                wrong[knob.field] = right
    found: Effect = dataclasses.replace(effect, **wrong)
    return found


def settings_of(
    effect: Effect,
    version: tuple[int, int],
    standing: Facts | None = None,
    calibration: Calibration | None = None,
) -> Settings:
    """Return what to write so that a plug-in stands as an effect says.

    ``standing`` are the facts of the plug-in that is there already; what the effect does not name stays.

    Raises:
        PlanError: It is a plug-in we cannot write here; the sentence says why.
    """
    if isinstance(effect, Jsfx):
        values = enumerate(effect.sliders)
        return Settings(tuple(Turn(index, value) for index, value in values if value is not None))
    plugin = _BY_SETTINGS.get(type(effect))
    if plugin is None:
        raise PlanError(f"{plugin_name(effect)} cannot be set from here; leave it as it is.")
    if not plugin.is_chunk:
        turns = _turns(effect, _LISTS[plugin.settings], calibration)
        return Settings(turns if standing is not None else (*_unnamed(effect, plugin, version), *turns))
    before = _standing_state(standing)
    chunk = base64.b64encode(plugin.format(effect, version, before)).decode("ascii")
    if isinstance(effect, ReaEq):
        return eq_settings(effect, chunk, standing, calibration)
    if standing is not None and not standing.get("vst_chunk"):
        raise PlanError(f"{plugin.name} does not tell REAPER its state here, so it cannot be set; plan without it.")
    return Settings(chunk=chunk)


def _turns(effect: Any, knobs: Sequence[Knob], calibration: Calibration | None) -> tuple[Turn, ...]:
    return tuple(turn(knob, getattr(effect, knob.field), calibration) for knob in knobs)


def _unnamed(effect: Effect, plugin: Plugin, version: tuple[int, int]) -> tuple[Turn, ...]:
    """Return the knobs of a new plug-in that no settings name: a user's default preset may have moved them."""
    named = {knob.index for knob in _LISTS[plugin.settings]}
    raw = parse_float_list(plugin.format(effect, version, b"")) or ()
    return tuple(Turn(index, value) for index, value in enumerate(raw) if index not in named)


def _standing_state(standing: Facts | None) -> bytes:
    try:
        return base64.b64decode((standing or {}).get("vst_chunk") or "", validate=True)
    except (ValueError, binascii.Error):
        return b""


def _tidy(value: float) -> float:
    return float(f"{value:.10g}")


def _name_of(fx: Facts) -> str:
    return str(fx.get("original_name") or fx.get("name") or fx.get("fx_ident") or "")


def _digest(fx: Facts) -> str:
    seen = [fx.get(key) for key in ("fx_ident", "raw", "vst_chunk", "bands")]
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:16]
