"""Make sure that what a plan says was there still is there, to the last digit. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reaper_python as api

from .agent import Refusal
from .buffers import SIZE
from .chain_facts import named_config
from .envelope_facts import amplitudes, is_there
from .lanes import lane_of
from .routes import send_index
from .work import Failure, Work


def check_expected(work: Work, expected: list[list[Any]]) -> None:
    """Check every value.

    Raises:
        Refusal: One is not what it was (kind ``moved``); ``details`` name it.
    """
    for kind, track, *rest in expected:
        try:
            stands = _CHECKS[kind](work, work.track(track), *rest)
        except Failure:
            stands = False
        if not stands:
            what = str(rest[0])
            raise Refusal("moved", "A value is not what the plan expects; nothing was written.", track=track, what=what)


def _value(work: Work, track: str, key: str, wanted: float) -> bool:
    return bool(api.RPR_GetMediaTrackInfo_Value(track, key) == wanted)


def _fx(work: Work, track: str, guid: str, raw: list[float], chunk: str) -> bool:
    index = work.fx(track, guid)
    if chunk:
        return (named_config(track, index, "vst_chunk", SIZE) or "") == chunk
    get = api.RPR_TrackFX_GetParam
    return all(get(track, index, knob, 0.0, 0.0)[0] == value for knob, value in enumerate(raw))


def _send(work: Work, track: str, destination: str, values: dict[str, float]) -> bool:
    return _stands(track, send_index(track, work.track(destination)), values)


def _side_chain(work: Work, track: str, destination: str, values: dict[str, float]) -> bool:
    return _stands(track, send_index(track, work.track(destination), "side_chain"), values)


def _stands(track: str, index: int, values: dict[str, float]) -> bool:
    get = api.RPR_GetTrackSendInfo_Value
    return index >= 0 and all(get(track, 0, index, key) == value for key, value in values.items())


def _lane(work: Work, track: str, name: str, points: list[list[float]]) -> bool:
    envelope = lane_of(track, name)
    if not is_there(envelope) or api.RPR_CountEnvelopePointsEx(envelope, -1) != len(points):
        return False
    get, amplitude = api.RPR_GetEnvelopePointEx, amplitudes(envelope)
    for index, (seconds, value) in enumerate(points):
        point = get(envelope, -1, index, 0.0, 0.0, 0, 0.0, False)
        if point[4] != seconds or amplitude(point[5]) != value:
            return False
    return True


_CHECKS: dict[str, Callable[..., bool]] = {
    "value": _value,
    "fx": _fx,
    "send": _send,
    "side_chain": _side_chain,
    "lane": _lane,
}
