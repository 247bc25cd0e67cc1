"""Write plug-ins: add, set, switch, take out; and seek a knob's place by its display where our law misses it."""

from __future__ import annotations

from typing import Any

import reaper_python as api

from .buffers import SIZE
from .chain_facts import SHORT, guid_of, named_config, plugin_stem
from .displays import Display, read_display
from .work import Failure, Work

_FIRST_PLACE = -1000
_STEPS = 40
_INPUTS = 0
_AUXILIARY_PINS = ((2, 4), (3, 8))

Facts = dict[str, Any]


def add_fx(work: Work, guid: str, description: Facts) -> None:
    """Add a plug-in at its place and set it.

    Raises:
        Failure: It is not installed, REAPER found another by its name, or it does not take its state.
    """
    track, name = work.track(guid), description["name"]
    position = min(int(description["position"]), int(api.RPR_TrackFX_GetCount(track)))
    index = int(api.RPR_TrackFX_AddByName(track, name, False, _FIRST_PLACE - position))
    if index < 0:
        raise Failure(f"{name} is not installed in this REAPER; install it, or plan without it.")
    if not _is(track, index, description["identity"]):
        found = named_config(track, index, "fx_ident") or "another plug-in"
        raise Failure(f"REAPER took {found} for {name}; nothing was written.")
    if index != position:
        api.RPR_TrackFX_CopyToTrack(track, index, track, position, True)
    work.names[description["id"]] = guid_of(track, position).upper()
    if description["label"]:
        api.RPR_TrackFX_SetNamedConfigParm(track, position, "renamed_name", description["label"])
    if api.RPR_TrackFX_GetOpen(track, position):
        # a user may have REAPER open the window of whatever is added; a mix would open a hundred
        api.RPR_TrackFX_SetOpen(track, position, False)
    _set(work, track, position, description)
    if not description["enabled"]:
        api.RPR_TrackFX_SetEnabled(track, position, False)


def set_fx(work: Work, guid: str, fx: str, settings: Facts) -> None:
    """Set a plug-in that stands there.

    Raises:
        Failure: It is gone, or does not take its state.
    """
    track = work.track(guid)
    _set(work, track, work.fx(track, fx), settings)


def enable_fx(work: Work, guid: str, fx: str, enabled: int) -> None:
    """Switch a plug-in on or off."""
    track = work.track(guid)
    api.RPR_TrackFX_SetEnabled(track, work.fx(track, fx), bool(enabled))


def drop_fx(work: Work, guid: str, fx: str) -> None:
    """Take a plug-in out.

    Raises:
        Failure: It is gone already.
    """
    track = work.track(guid)
    api.RPR_TrackFX_Delete(track, work.fx(track, fx))


def listen(work: Work, guid: str, fx: str, planned: str) -> None:
    """Connect the auxiliary input (pins 3/4) of a plug-in to channels 3/4, where it is connected to nothing."""
    track = work.track(guid)
    index = work.fx(track, work.names.get(planned, fx))
    for pin, channel in _AUXILIARY_PINS:
        if not any(_pin(track, index, pin)):
            api.RPR_TrackFX_SetPinMappings(track, index, _INPUTS, pin, channel, 0)


def _pin(track: str, index: int, pin: int) -> tuple[int, int]:
    answer = api.RPR_TrackFX_GetPinMappings(track, index, _INPUTS, pin, 0)
    return int(answer[0]), int(answer[-1])


def _is(track: str, index: int, identity: dict[str, str]) -> bool:
    ident = (named_config(track, index, "fx_ident") or "").replace("\\", "/")
    if "jsfx" in identity:
        return ident.casefold().endswith(identity["jsfx"])
    number = ident.partition("<")[2].strip(">")
    return number == identity["vst_id"] or (not number and plugin_stem(ident) == identity["file"])


def _set(work: Work, track: str, index: int, settings: Facts) -> None:
    chunk = settings["chunk"]
    if chunk and _takes_chunk(track, index, chunk):
        return
    if chunk:
        work.refused_chunks.append(named_config(track, index, "fx_ident") or "")
        if not settings["bands"]:
            raise Failure("A plug-in did not take its state, and it has too few knobs for what is planned.")
    _set_bands(track, index, settings["bands"])
    for knob, raw, shown in settings["turns"]:
        _turn(work, track, index, knob, raw, None if shown is None else float(shown))


def _takes_chunk(track: str, index: int, chunk: str) -> bool:
    before = named_config(track, index, "vst_chunk", SIZE)
    if before is None or not api.RPR_TrackFX_SetNamedConfigParm(track, index, "vst_chunk", chunk):
        return False
    after = named_config(track, index, "vst_chunk", SIZE)
    return after == chunk or after != before


def _set_bands(track: str, index: int, bands: list[list[int]]) -> None:
    for number, (kind, enabled) in enumerate(bands):
        set_config = api.RPR_TrackFX_SetNamedConfigParm
        if named_config(track, index, f"BANDTYPE{number}") != str(kind) and not set_config(
            track, index, f"BANDTYPE{number}", str(kind)
        ):
            raise Failure(f"ReaEQ has no band {number + 1} here that could be made what is planned.")
        set_config(track, index, f"BANDENABLED{number}", str(enabled))


def _turn(work: Work, track: str, index: int, knob: int, raw: float, shown: float | None) -> None:
    """Turn a knob; where its display then shows another number than it shall, seek the place by the display."""
    api.RPR_TrackFX_SetParam(track, index, knob, raw)
    if shown is None:
        return
    text = str(api.RPR_TrackFX_GetFormattedParamValue(track, index, knob, "", SHORT)[4])
    display = read_display(text)
    if display is None or display.shows(shown):
        return
    place = _sought(track, index, knob, shown)
    if place is None:
        return
    api.RPR_TrackFX_SetParamNormalized(track, index, knob, place)
    landed = api.RPR_TrackFX_GetParam(track, index, knob, 0.0, 0.0)
    after = read_display(str(api.RPR_TrackFX_GetFormattedParamValue(track, index, knob, "", SHORT)[4]))
    if after is not None and after.shows(shown):
        ident = named_config(track, index, "fx_ident") or ""
        work.turned.append([ident, knob, landed[0], shown])


def _sought(track: str, index: int, knob: int, shown: float) -> float | None:
    """Return the normalized value in the middle of where the display shows a number, by bisection."""
    low, high = _at(track, index, knob, 0.0), _at(track, index, knob, 1.0)
    if low is None or high is None:
        return None
    rises = low.number <= high.number
    tolerance = _finest(low, high)

    def edge(number: float) -> float:
        start, end = 0.0, 1.0
        for _ in range(_STEPS):
            middle = (start + end) / 2.0
            display = _at(track, index, knob, middle)
            if display is None or (display.number < number) == rises:
                start = middle
            else:
                end = middle
        return (start + end) / 2.0

    if shown in (float("inf"), float("-inf")):
        return 1.0 if (shown > 0) == rises else 0.0
    return (edge(shown - tolerance) + edge(shown + tolerance)) / 2.0


def _finest(*displays: Display) -> float:
    return max([display.tolerance for display in displays if display.tolerance > 0.0], default=0.05)


def _at(track: str, index: int, knob: int, place: float) -> Display | None:
    answer = api.RPR_TrackFX_FormatParamValueNormalized(track, index, knob, place, "", SHORT)
    return read_display(str(answer[5])) if answer[0] else None
