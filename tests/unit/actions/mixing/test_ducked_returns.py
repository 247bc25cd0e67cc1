"""Plate and delay make room for the lead while it sings, where taste asks for it."""

from dataclasses import replace
from typing import Any

import pytest

from actions.mixing.brief import fx_id
from actions.mixing.plan import Decision, decide
from actions.mixing.space import OUR_RETURNS, return_fx_id
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import NewTrack, SendLevel
from reaper_bridge.session.effects import ReaComp
from reaper_bridge.session.values import with_plan
from tests.unit.actions.mixing.builders import BAND, KICK, VOICE, brief_for, decided, only

DUCKED: dict[str, dict[str, Any]] = {"space": {"ducked_by_lead_db": 2.0}}
PLATE, DELAY, ROOM = (next(key for key, kind in OUR_RETURNS.items() if kind == k) for k in ("plate", "delay", "room"))


def side_chains(decision: Decision) -> dict[str, SendLevel]:
    return {
        c.address.key: c.after
        for c in decision.plan
        if c.address.kind == "side_chain" and c.address.key in OUR_RETURNS and isinstance(c.after, SendLevel)
    }


def ducker(decision: Decision, kind: str) -> ReaComp | None:
    track = next(key for key, each in OUR_RETURNS.items() if each == kind)
    change = decision.plan.at(Address(track, "fx", return_fx_id(kind, 2 if kind == "plate" else 1)))
    effect = change.after.effect if change is not None else None  # type: ignore[union-attr]
    return effect if isinstance(effect, ReaComp) else None


def test_nobody_asked_so_no_return_is_ducked() -> None:
    decision = decided(BAND)
    assert side_chains(decision) == {}
    assert ducker(decision, "plate") is None


def test_plate_and_delay_listen_to_the_lead_and_the_room_does_not() -> None:
    decision = decided(BAND, taste=DUCKED)
    assert set(side_chains(decision)) == {PLATE, DELAY}
    assert all(send.destination_channel_index == 2 for send in side_chains(decision).values())
    for track in (PLATE, DELAY):
        made = decision.plan.at(Address(track, "track"))
        assert made is not None
        assert isinstance(made.after, NewTrack)
        assert made.after.channel_count == 4
    room = decision.plan.at(Address(ROOM, "track"))
    assert room is not None
    assert room.after == NewTrack("First Pass Room")


def test_the_ducker_stands_last_and_listens_to_the_side_chain() -> None:
    decision = decided(BAND, taste=DUCKED)
    for kind in ("plate", "delay"):
        comp = ducker(decision, kind)
        assert comp is not None
        assert comp.side_chain
        assert comp.wet_db == 0.0


@pytest.mark.parametrize("stages", [only("space"), only("balance", "space", "ducking")])
def test_doing_it_again_changes_nothing(stages: frozenset[str]) -> None:
    brief = brief_for(BAND, taste=DUCKED, stages=stages)
    mixed = with_plan(brief.session, decide(brief).plan)
    assert decide(replace(brief, session=mixed)).plan.changes == ()


def test_a_band_without_a_lead_has_nothing_to_duck_by() -> None:
    decision = decided([part for part in BAND if part is not VOICE], taste=DUCKED)
    assert side_chains(decision) == {}


def test_where_the_lead_is_mixed_alone_the_standing_ducker_keeps_its_send() -> None:
    brief = brief_for(BAND, taste=DUCKED)
    mixed = with_plan(brief.session, decide(brief).plan)
    again = decide(replace(brief, session=mixed, base=mixed, free_tracks=frozenset({VOICE.id})))
    gone = [c for c in again.plan if c.address.kind == "side_chain" and c.after is None]
    assert gone == []
    assert fx_id(KICK.id, "comp") not in {c.address.key for c in again.plan}
