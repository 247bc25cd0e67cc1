"""Look at the plug-ins of a track: what each one is, and where its knobs stand.

What a plug-in is does not change while it stands in the chain, so it is asked once and remembered by its GUID. The
names of knobs, and the words beside them, are remembered for all plug-ins of a kind.
"""

from __future__ import annotations

from typing import Any

import reaper_python as api

from .buffers import SIZE
from .envelope_facts import is_there

SHORT = 4096
_CHUNK_PLUGINS = ("reaeq", "readelay", "realimit")
"""Plug-ins that keep their state as one block: the numbers of their knobs say less than it does."""
_KNOWN = ("reaeq", "reacomp", "reagate", "realimit", "reaverbate", "readelay")
_BANDS = "reaeq"
_INSTRUMENTS = ("VSTi:", "VST3i:", "AUi:", "CLAPi:", "LV2i:", "DXi:")
_MOST_BANDS = 64
_CONTAINER = "container"

Facts = dict[str, Any]


class Memory:
    """What was learnt about plug-ins in earlier visits. Forgets what the last visit did not meet."""

    def __init__(self) -> None:
        self._kinds: dict[str, Facts] = {}
        self._names: dict[str, list[str]] = {}
        self._words: dict[tuple[str, int, float], str] = {}
        self._next_kinds: dict[str, Facts] = {}
        self._next_words: dict[tuple[str, int, float], str] = {}
        self.plugins: dict[str, Facts] = {}
        """The tables of names and ranges of this visit."""

    def begin(self) -> None:
        """Start a visit."""
        self._next_kinds, self._next_words, self.plugins = {}, {}, {}

    def end(self) -> None:
        """End a visit that saw everything there is."""
        self._kinds, self._words = self._next_kinds, self._next_words
        self._names = {key: names for key, names in self._names.items() if key in self.plugins}

    def kind(self, track: str, fx: int, guid: str, name: str) -> Facts:
        """Return what a plug-in is; ``name`` is what the chain shows."""
        key = guid + name
        known = self._next_kinds.get(key) or self._kinds.get(key)
        if known is None or known["count"] != api.RPR_TrackFX_GetNumParams(track, fx):
            known = _kind(track, fx, name)
        if guid and known["fx_ident"]:
            self._next_kinds[key] = known
        return known

    def names(self, track: str, fx: int, kind: Facts) -> list[str]:
        """Return the names of a plug-in's knobs, asked once for all of its kind."""
        names = self._names.get(kind["key"])
        if names is None:
            # the names of ReaEQ's knobs change with the types of its bands, and its state says those
            named = range(0 if plugin_stem(kind["fx_ident"]) == _BANDS else kind["count"])
            names = [str(api.RPR_TrackFX_GetParamName(track, fx, index, "", SHORT)[4]) for index in named]
            self._names[kind["key"]] = names
        return names

    def word(self, track: str, fx: int, key: str, index: int, raw: float) -> str:
        """Return the words beside a knob where it stands; the same for all plug-ins of a kind (``key``)."""
        place = (key, index, raw)
        text = self._next_words.get(place)
        if text is None:
            text = self._words.get(place)
        if text is None:
            text = str(api.RPR_TrackFX_GetFormattedParamValue(track, fx, index, "", SHORT)[4])
        self._next_words[place] = text
        return text


def chain_facts(track: str, memory: Memory, automated: set[int]) -> list[Facts]:
    """Return the plug-ins of a track in order; ``automated`` are those with an envelope that is on."""
    return [_slot(track, fx, memory, fx in automated) for fx in range(api.RPR_TrackFX_GetCount(track))]


def guid_of(track: str, fx: int) -> str:
    """Return a plug-in's GUID, or nothing where REAPER gives none."""
    pointer = api.RPR_TrackFX_GetFXGUID(track, fx)
    return str(api.RPR_guidToString(pointer, "")[1]) if is_there(pointer) else ""


def _slot(track: str, fx: int, memory: Memory, automated: bool) -> Facts:
    facts: Facts = {"guid": "", "name": "", "unreadable": ""}
    try:
        facts["guid"] = guid_of(track, fx)
        facts["name"] = str(api.RPR_TrackFX_GetFXName(track, fx, "", SHORT)[3])
        facts["enabled"] = bool(api.RPR_TrackFX_GetEnabled(track, fx))
        facts["offline"] = bool(api.RPR_TrackFX_GetOffline(track, fx))
        facts["renamed_name"] = named_config(track, fx, "renamed_name") or ""
        facts["automated"] = automated
        _add_state(facts, track, fx, memory)
    except Exception as error:  # whatever one plug-in does, the others are still read
        facts["unreadable"] = f"{type(error).__name__}: {error}"
    return facts


def _add_state(facts: Facts, track: str, fx: int, memory: Memory) -> None:
    kind = memory.kind(track, fx, facts["guid"], facts["name"])
    for key in ("fx_ident", "fx_type", "original_name", "is_instrument", "is_container"):
        facts[key] = kind[key]
    if facts["offline"]:
        facts.update({"plugin": None, "raw": [], "displayed": None, "vst_chunk": None, "bands": None, "wet": 1.0})
        return
    stem = plugin_stem(kind["fx_ident"])
    _add_values(facts, track, fx, kind, memory)
    facts["pdc"] = named_config(track, fx, "pdc")
    facts["displayed"] = None
    if stem in _KNOWN or kind["fx_type"] == "JS":
        key, word = kind["key"], memory.word
        own = facts["raw"][: kind["own_count"]]
        facts["displayed"] = [word(track, fx, key, index, raw) for index, raw in enumerate(own)]
        facts["automated"] = facts["automated"] or _is_modulated(track, fx, kind["own_count"])
    facts["vst_chunk"] = _chunk(track, fx) if stem in _CHUNK_PLUGINS else None
    facts["bands"] = _bands(track, fx) if stem == _BANDS and not facts["vst_chunk"] else None


def _add_values(facts: Facts, track: str, fx: int, kind: Facts, memory: Memory) -> None:
    """Add the value of every knob, and the ranges where they are not those of its kind."""
    get = api.RPR_TrackFX_GetParam
    answers = [get(track, fx, index, 0.0, 0.0) for index in range(kind["count"])]
    facts["raw"] = [answer[0] for answer in answers]
    minima, maxima = [answer[4] for answer in answers], [answer[5] for answer in answers]
    facts["plugin"] = kind["key"]
    table = memory.plugins.get(kind["key"])
    if table is None:
        table = {"names": memory.names(track, fx, kind), "own_count": kind["own_count"], "wet_index": kind["wet_index"]}
        table["minima"], table["maxima"] = minima, maxima
        memory.plugins[kind["key"]] = table
    if table["minima"] != minima or table["maxima"] != maxima:
        facts["minima"], facts["maxima"] = minima, maxima
    wet = kind["wet_index"]
    facts["wet"] = facts["raw"][wet] if 0 <= wet < len(facts["raw"]) else 1.0


def _kind(track: str, fx: int, name: str) -> Facts:
    """Ask what a plug-in is."""
    ident, fx_type = named_config(track, fx, "fx_ident") or "", named_config(track, fx, "fx_type") or ""
    count = api.RPR_TrackFX_GetNumParams(track, fx)
    hosts = [api.RPR_TrackFX_GetParamFromIdent(track, fx, word) for word in (":bypass", ":wet", ":delta")]
    is_container = fx_type.lower() == _CONTAINER
    original = named_config(track, fx, "original_name") or named_config(track, fx, "fx_name") or name
    return {
        "key": f"{ident or original}|{count}",
        "fx_ident": ident,
        "fx_type": fx_type,
        "original_name": original,
        "is_container": is_container,
        "is_instrument": _is_instrument(track, fx, original, is_container),
        "count": count,
        "own_count": min([index for index in hosts if 0 <= index < count], default=count),
        "wet_index": hosts[1],
    }


def _is_instrument(track: str, fx: int, name: str, is_container: bool) -> bool:
    """Tell whether a plug-in is an instrument; in a container, whether one of its plug-ins is."""
    if is_container:
        count = int(named_config(track, fx, "container_count") or 0)
        inner = (named_config(track, fx, f"container_item.{number}") for number in range(count))
        return any(_is_inner_instrument(track, int(place)) for place in inner if place)
    answer = named_config(track, fx, "is_instrument")  # REAPER 7.40 and later
    return answer == "1" if answer else name.startswith(_INSTRUMENTS)


def _is_inner_instrument(track: str, fx: int) -> bool:
    name = str(api.RPR_TrackFX_GetFXName(track, fx, "", SHORT)[3])
    is_container = (named_config(track, fx, "fx_type") or "").lower() == _CONTAINER
    return _is_instrument(track, fx, named_config(track, fx, "original_name") or name, is_container)


def _is_modulated(track: str, fx: int, count: int) -> bool:
    """Tell whether an LFO, the sound or another knob moves one of its knobs."""
    return any(named_config(track, fx, f"param.{index}.mod.active") == "1" for index in range(count))


def _bands(track: str, fx: int) -> list[list[int]]:
    """Return type and switch of ReaEQ's bands, for where its state cannot be had."""
    bands: list[list[int]] = []
    while len(bands) < _MOST_BANDS:
        shape = named_config(track, fx, f"BANDTYPE{len(bands)}")
        if not shape:
            break
        enabled = named_config(track, fx, f"BANDENABLED{len(bands)}")
        bands.append([int(float(shape)), int(enabled != "0")])
    return bands


def _chunk(track: str, fx: int) -> str | None:
    return named_config(track, fx, "vst_chunk", SIZE) or None


def named_config(track: str, fx: int, key: str, size: int = SHORT) -> str | None:
    """Return a named configuration value, or None where the plug-in has none of that name."""
    answer = api.RPR_TrackFX_GetNamedConfigParm(track, fx, key, "", size)
    return str(answer[4]) if answer[0] else None


def plugin_stem(ident: str) -> str:
    """Return the name of a VST's file without folders and endings: ``reaeq`` of ``…/reaeq.vst.so<1919247729``."""
    return ident.replace("\\", "/").rpartition("/")[2].partition("<")[0].partition(".")[0].lower()
