"""Tracks are balanced inside their bus, buses by their faders; a bus is made only if somebody asks for it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.mixing.brief import LABELS, Brief, fx_id
from actions.mixing.buses import new_bus_id
from actions.mixing.plan import Decision, decide
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import MixPlan, NewTrack, SendLevel
from reaper_bridge.session.effects import ForeignEffect, ReaComp
from reaper_bridge.session.identity import FxId, TrackId
from reaper_bridge.session.model import FxSlot, Send, Track
from reaper_bridge.session.units import db_from_linear
from reaper_bridge.session.values import with_plan
from tests.unit.actions.mixing.builders import BAND, BASS, KICK, PIANO, SNARE, VOICE, Part, brief_for, decided, strip_of

DRUMS = TrackId("drums")
MAKING: dict[str, dict[str, Any]] = {"buses": {"makes_missing": True}}
STILL: dict[str, dict[str, Any]] = {"buses": {"balances_by_buses": False}}


def inside(parts: Sequence[Part], folder: TrackId, *names: str, **knobs: Any) -> list[Part]:
    return [replace(p, knobs={**p.knobs, "parent": folder, **knobs}) if p.name in names else p for p in parts]


def folder(**fields: Any) -> Track:
    return replace(Track(DRUMS, "Drums", 20, is_folder=True), **fields)


def brief_with_folder(*names: str, taste: dict[str, dict[str, Any]] | None = None, **fields: Any) -> Brief:
    brief = brief_for(inside(BAND, DRUMS, *names), extra_tracks=[folder(**fields)], taste=taste)
    return replace(brief, free_tracks=brief.free_tracks | {DRUMS})


def heard_db(decision: Decision, name: str) -> float:
    strip = strip_of(decision, name)
    return strip.fader_db + 20.0 * np.log10(strip.path_linear)


def bus_fader_db(decision: Decision) -> float | None:
    change = decision.plan.at(Address(DRUMS, "fader"))
    return None if change is None else db_from_linear(float(change.after))  # type: ignore[arg-type]


def test_what_the_tracks_of_a_folder_have_in_common_goes_to_its_fader() -> None:
    moved, still = (decide(brief_with_folder("Kick", "Snare", taste=taste)) for taste in (None, STILL))
    common = bus_fader_db(moved)
    assert common is not None
    assert abs(common) > 0.5
    # what the bus does to their sum is taken back on their own faders
    assert strip_of(moved, "Kick").fader_db + strip_of(moved, "Snare").fader_db == pytest.approx(0.0, abs=1.0)
    assert bus_fader_db(still) is None
    for name in ("Kick", "Snare", "Lead Vox", "Bass"):
        assert heard_db(moved, name) == pytest.approx(heard_db(still, name), abs=0.05)
    assert strip_of(moved, "Snare").sends_db["room"] == pytest.approx(
        strip_of(still, "Snare").sends_db["room"] + common, abs=0.11
    )


def test_doing_it_again_moves_nothing() -> None:
    brief = brief_with_folder("Kick", "Snare")
    mixed = with_plan(brief.session, decide(brief).plan)
    assert decide(replace(brief, session=mixed)).plan.changes == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"is_locked": True},
        {"follows_vca": True},
        {"muted": True},
        {"item_count": 2},
        {"volume_linear": 0.0},
    ],
)
def test_a_folder_that_is_not_ours_to_move_stays(fields: dict[str, Any]) -> None:
    assert bus_fader_db(decide(brief_with_folder("Kick", "Snare", **fields))) is None


def test_a_folder_the_engineer_moved_stays() -> None:
    brief = brief_with_folder("Kick", "Snare")
    assert bus_fader_db(decide(replace(brief, protected=frozenset({Address(DRUMS, "fader")})))) is None


def test_a_folder_stays_while_not_all_of_its_tracks_are_mixed() -> None:
    brief = brief_with_folder("Kick", "Snare")
    assert bus_fader_db(decide(replace(brief, free_tracks=brief.free_tracks - {KICK.id}))) is None


def test_a_folder_stays_where_its_tracks_feed_something_of_the_engineers() -> None:
    hall = Track(TrackId("hall"), "Sub", 21)
    parts = inside(BAND, DRUMS, "Kick", "Snare")
    fed = [replace(p, knobs={**p.knobs, "sends": (Send(p.id, hall.id),)}) if p.name == "Kick" else p for p in parts]
    brief = brief_for(fed, extra_tracks=[folder(), hall])
    assert bus_fader_db(decide(replace(brief, free_tracks=brief.free_tracks | {DRUMS}))) is None


def test_the_level_into_plug_ins_of_a_folder_stays() -> None:
    comp = (FxSlot(FxId("{C}"), "Glue", ForeignEffect("Glue", "x")),)
    decision = decide(brief_with_folder("Kick", "Snare", fx=comp))
    into = sum(10 ** (s.fader_db / 10) * s.k_frames().sum() / s.path_linear**2 for s in drums_of(decision))
    went_in = sum(float(s.measures.k_power.sum()) for s in drums_of(decision))
    assert 10 * np.log10(into / went_in) == pytest.approx(0.0, abs=1.0)


def drums_of(decision: Decision) -> list[Any]:
    return [strip_of(decision, name) for name in ("Kick", "Snare")]


def test_a_track_of_a_folder_inside_a_folder_is_as_loud_as_outside() -> None:
    outer = Track(TrackId("all"), "Band", 21, is_folder=True)
    parts = inside(BAND, DRUMS, "Kick", "Snare")
    nested = inside(parts, outer.id, "Bass")
    brief = brief_for(nested, extra_tracks=[folder(parent=outer.id), outer])
    moved = decide(replace(brief, free_tracks=brief.free_tracks | {DRUMS, outer.id}))
    plain = decided(BAND)
    for name in ("Kick", "Snare", "Bass", "Lead Vox"):
        assert heard_db(moved, name) == pytest.approx(heard_db(plain, name), abs=0.4)
    inner = bus_fader_db(moved)
    assert inner is not None
    total = moved.plan.at(Address(outer.id, "fader"))
    assert total is not None
    assert inner + strip_of(moved, "Bass").fader_db == pytest.approx(0.0, abs=1.0)


# --- buses that are missing -------------------------------------------------------------------------------------


def test_nobody_asked_so_no_bus_is_made() -> None:
    assert not [c for c in decided(BAND).plan if c.stage == "buses"]


def test_a_bus_is_made_of_the_tracks_of_a_family() -> None:
    decision = decided(BAND, taste=MAKING)
    drums = new_bus_id("drums")
    made = decision.plan.at(Address(drums, "track"))
    assert made is not None
    assert isinstance(made.after, NewTrack)
    into = {c.address.track_id: c.after for c in decision.plan if c.address.kind == "send" and c.address.key == drums}
    assert {KICK.id, SNARE.id} <= into.keys()
    assert VOICE.id not in into
    assert set(into.values()) == {SendLevel(1.0)}
    straight = {c.address.track_id: c.after for c in decision.plan if c.address.kind == "main_send"}
    assert {track: straight[track] for track in into} == dict.fromkeys(into, False)


def test_a_bus_of_our_making_compresses_no_more_than_two_db_and_changes_no_balance() -> None:
    with_bus, without = decided(BAND, "rock", taste=MAKING), decided(BAND, "rock")
    placed = with_bus.plan.at(Address(new_bus_id("drums"), "fx", fx_id(new_bus_id("drums"), "comp")))
    assert placed is not None
    bus = next(bus for bus in with_bus.desk.buses if bus.family == "drums")
    assert isinstance(placed.after.effect, ReaComp)  # type: ignore[union-attr]
    assert bus.comp is not None
    assert 0.5 <= bus.comp.reduction_db <= 2.0
    assert sum(abs(band.gain_db) for band in bus.bands) <= with_bus.desk.taste.buses.largest_eq_db
    for desk in (with_bus.desk, without.desk):
        assert desk.lead_to_accompaniment_db() == pytest.approx(desk.taste.balance.lead_to_accompaniment_db, abs=0.2)


def test_making_buses_again_makes_nothing() -> None:
    brief = brief_for(BAND, taste=MAKING)
    mixed = with_plan(brief.session, decide(brief).plan)
    assert decide(replace(brief, session=mixed)).plan.changes == ()


def test_a_track_mixed_alone_goes_back_into_the_bus_of_our_making() -> None:
    brief = brief_for(BAND, taste=MAKING)
    first = decide(brief)
    mixed = with_plan(brief.session, first.plan)
    ways = [c.inverse for c in first.plan if c.address.track_id == KICK.id]
    base = with_plan(mixed, MixPlan(tuple(ways)))
    again = decide(replace(brief, session=mixed, base=base, free_tracks=frozenset({KICK.id})))
    assert {(c.address.kind, c.address.key) for c in again.plan} <= {("fader", ""), *fx_of(KICK.id)}
    assert heard_db(again, "Kick") == pytest.approx(heard_db(first, "Kick"), abs=0.5)


def fx_of(track: TrackId) -> set[tuple[str, str]]:
    return {("fx", fx_id(track, knob)) for knob in LABELS}


def test_a_family_that_has_a_bus_gets_no_second_one() -> None:
    brief = brief_with_folder("Kick", "Snare", taste=MAKING)
    made = {c.address.track_id for c in decide(brief).plan if isinstance(c.after, NewTrack)}
    assert new_bus_id("drums") not in made


def test_what_reaches_the_master_by_a_way_of_its_own_keeps_it() -> None:
    sub = Track(TrackId("sub"), "Sub", 20)
    routed = {"sends_to_parent": False, "sends": (Send(KICK.id, sub.id),)}
    parts = [replace(p, knobs=routed) if p is KICK else p for p in BAND]
    decision = decided(parts, taste=MAKING, extra_tracks=[sub])
    assert not [c for c in decision.plan if c.address.track_id == KICK.id and c.address.kind == "main_send"]


@settings(max_examples=10, deadline=None)
@given(st.permutations(list(BAND)))
def test_the_order_of_tracks_makes_no_difference(parts: list[Part]) -> None:
    first, other = decided(BAND, taste=MAKING).plan, decided(parts, taste=MAKING).plan
    assert {c.address for c in first} == {c.address for c in other}


def test_an_instrument_that_carries_others_keeps_its_knobs() -> None:
    piano = replace(PIANO, knobs={"is_folder": True})
    parts = inside([piano if p is PIANO else p for p in BAND], PIANO.id, "Bass")
    decision = decided(parts)
    assert not [c for c in decision.plan if c.address.track_id == PIANO.id and c.address.kind in ("fader", "fx", "pan")]
    assert "carries other tracks" in decision.unmixed[PIANO.id]
    assert BASS.id in {c.address.track_id for c in decision.plan}
