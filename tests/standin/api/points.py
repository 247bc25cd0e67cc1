"""The points of envelopes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rpp

from tests.standin.api.envelopes import MaybeEnvelope, envelope_touched
from tests.standin.envelopes import Point
from tests.standin.registry import reascript
from tests.standin.rpp_tables import number, words_of

if TYPE_CHECKING:
    from tests.standin.desk import Desk


@reascript
def CountEnvelopePoints(desk: Desk, envelope: MaybeEnvelope) -> int:
    return 0 if envelope is None else len(envelope.points)


@reascript
def CountEnvelopePointsEx(desk: Desk, envelope: MaybeEnvelope, automation_item: int) -> int:
    return 0 if envelope is None or automation_item >= 0 else len(envelope.points)


@reascript
def GetEnvelopePoint(
    desk: Desk, envelope: MaybeEnvelope, index: int, time: float, value: float, shape: int, tension: float, sel: int
) -> tuple[bool, float, float, int, float, int]:
    if envelope is None or not 0 <= index < len(envelope.points):
        return (False, 0.0, 0.0, 0, 0.0, 0)
    p = envelope.points[index]
    return (True, p.time, envelope.to_script(p.value), p.shape, p.tension, p.selected)


@reascript
def GetEnvelopePointEx(
    desk: Desk,
    envelope: MaybeEnvelope,
    automation_item: int,
    index: int,
    time: float,
    value: float,
    shape: int,
    tension: float,
    selected: int,
) -> tuple[bool, float, float, int, float, int]:
    if automation_item >= 0:
        return (False, 0.0, 0.0, 0, 0.0, 0)
    return GetEnvelopePoint(desk, envelope, index, time, value, shape, tension, selected)


@reascript
def InsertEnvelopePoint(
    desk: Desk, envelope: MaybeEnvelope, time: float, value: float, shape: int, tension: float, sel: int, no_sort: int
) -> bool:
    if envelope is None:
        return False
    envelope.points.append(Point(time, envelope.from_script(value), shape, tension, int(bool(sel))))
    if not no_sort:
        envelope.sort()
    envelope_touched(desk, envelope)
    return True


@reascript
def InsertEnvelopePointEx(
    desk: Desk,
    envelope: MaybeEnvelope,
    automation_item: int,
    time: float,
    value: float,
    shape: int,
    tension: float,
    selected: int,
    no_sort: int,
) -> bool:
    if automation_item >= 0:
        return False
    return InsertEnvelopePoint(desk, envelope, time, value, shape, tension, selected, no_sort)


@reascript
def SetEnvelopePoint(
    desk: Desk,
    envelope: MaybeEnvelope,
    index: int,
    time: float,
    value: float,
    shape: int,
    tension: float,
    selected: int,
    no_sort: int,
) -> bool:
    if envelope is None or not 0 <= index < len(envelope.points):
        return False
    envelope.points[index] = Point(time, envelope.from_script(value), shape, tension, int(bool(selected)))
    if not no_sort:
        envelope.sort()
    envelope_touched(desk, envelope)
    return True


@reascript
def DeleteEnvelopePointEx(desk: Desk, envelope: MaybeEnvelope, automation_item: int, index: int) -> bool:
    if envelope is None or automation_item >= 0 or not 0 <= index < len(envelope.points):
        return False
    del envelope.points[index]
    envelope_touched(desk, envelope)
    return True


@reascript
def DeleteEnvelopePointRange(desk: Desk, envelope: MaybeEnvelope, start: float, end: float) -> bool:
    if envelope is None:
        return False
    envelope.delete_range(start, end)
    envelope_touched(desk, envelope)
    return True


@reascript
def DeleteEnvelopePointRangeEx(
    desk: Desk, envelope: MaybeEnvelope, automation_item: int, start: float, end: float
) -> bool:
    return automation_item < 0 and DeleteEnvelopePointRange(desk, envelope, start, end)


@reascript
def Envelope_SortPoints(desk: Desk, envelope: MaybeEnvelope) -> bool:
    if envelope is not None:
        envelope.sort()
    return envelope is not None


@reascript
def Envelope_SortPointsEx(desk: Desk, envelope: MaybeEnvelope, automation_item: int) -> bool:
    return Envelope_SortPoints(desk, envelope)


@reascript
def Envelope_Evaluate(
    desk: Desk,
    envelope: MaybeEnvelope,
    time: float,
    rate: float,
    samples: int,
    value: float,
    slope: float,
    slope2: float,
    slope3: float,
) -> tuple[int, float, float, float, float]:
    return (0, 0.0, 0.0, 0.0, 0.0) if envelope is None else (1, envelope.evaluate(time), 0.0, 0.0, 0.0)


@reascript
def GetGlobalAutomationOverride(desk: Desk) -> int:
    lines = (words_of(child) for child in desk.project.kept if not isinstance(child, rpp.Element))
    return next((int(number(words[1])) for words in lines if words[0] == "GLOBAL_AUTO"), -1)
