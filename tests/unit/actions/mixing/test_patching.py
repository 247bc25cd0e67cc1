"""Who takes part in the mix, which knobs are free, and how a session comes onto the desk."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from actions.mixing.brief import KNOB_STAGES, LABELS, fx_id, why_unmixed
from actions.mixing.patching import free_knobs
from actions.mixing.plan import decide
from actions.mixing.routing import path_gain
from reaper_bridge.session.address import Address
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.change import Change, MixPlan, PlacedEffect
from reaper_bridge.session.effects import EqBand, ForeignEffect, ReaComp, ReaEq, trim
from reaper_bridge.session.identity import FxId, TrackId
from reaper_bridge.session.model import Envelope, FxSlot, Send, Track
from reaper_bridge.session.values import with_plan
from tests.unit.actions.mixing.builders import (
    BAND,
    BASS,
    GUITAR_L,
    PAD,
    PIANO,
    VOICE,
    Part,
    brief_for,
    change_at,
    decided,
    desk_for,
    only,
    strip_of,
)

FOLDER = TrackId("folder")
BUS = TrackId("bus")
ALL = frozenset(KNOB_STAGES)


def lane(kind: str, value: float = 0.5) -> tuple[Envelope, ...]:
    return (Envelope(kind, (CurvePoint(0.0, value),)),)  # type: ignore[arg-type]


# --- who takes part -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["click", "guide", "reference", "print", "junk", "bus", "return"])
def test_what_is_no_part_of_the_song_is_left_out_with_a_reason(role: str) -> None:
    decision = decided([*BAND, Part("Other", role, "noise")])
    assert Part("Other", role).id in decision.unmixed
    assert {strip.track.name for strip in decision.desk.strips} == {part.name for part in BAND}


@pytest.mark.parametrize(
    ("knobs", "shape", "word"),
    [({"muted": True}, "as it is", "muted"), ({"volume_linear": 0.0}, "as it is", "closed"), ({}, "silent", "silent")],
)
def test_a_track_that_is_not_heard_stays_as_it_is(knobs: Mapping[str, Any], shape: str, word: str) -> None:
    quiet = replace(PIANO, knobs=knobs, shape=shape)
    decision = decided([*BAND[:6], quiet, *BAND[7:]])
    assert word in decision.unmixed[quiet.id]
    assert not [change for change in decision.plan if change.address.track_id == quiet.id]


def test_with_every_fader_down_all_are_mixed() -> None:
    decision = decided([replace(part, knobs={"volume_linear": 0.0}) for part in BAND])
    assert not decision.unmixed
    assert all(change_at(decision, part, "fader") is not None for part in BAND)


@pytest.mark.parametrize("stop", [{"muted": True}, {"volume_linear": 0.0}, {"sends_to_parent": False}])
def test_a_track_whose_folder_is_not_heard_stays_as_it_is(stop: Mapping[str, Any]) -> None:
    folder = replace(Track(FOLDER, "Keys", 9, is_folder=True), **stop)
    inside = replace(PIANO, knobs={"parent": FOLDER})
    decision = decided([*BAND[:6], inside, *BAND[7:]], extra_tracks=[folder])
    assert "does not reach the master" in decision.unmixed[inside.id]
    assert not [change for change in decision.plan if change.address.track_id == inside.id]


def test_a_short_unknown_sound_is_left_alone_but_a_short_known_one_is_mixed() -> None:
    brief = brief_for([Part("X", "unknown", shape="0.3 s"), Part("Y", "clap", shape="0.3 s"), VOICE])
    why = {track.name: why_unmixed(brief, track) for track in brief.base.tracks}
    assert why["X"] is not None
    assert why["Y"] is None


# --- the way to the master ------------------------------------------------------------------------------------


def test_the_way_to_the_master_multiplies_folder_faders_and_follows_sends_where_it_is_the_only_way() -> None:
    folder = Track(FOLDER, "Folder", 9, volume_linear=0.5)
    bus = Track(BUS, "Bus", 10, volume_linear=0.25)
    inside = replace(PIANO, knobs={"parent": FOLDER, "sends": (Send(PIANO.id, BUS, 0.8),)})
    bussed = replace(PAD, knobs={"sends_to_parent": False, "sends": (Send(PAD.id, BUS, 0.8),)})
    session = brief_for([inside, bussed, VOICE], extra_tracks=[folder, bus]).session
    assert path_gain(session, session.track(VOICE.id)) == 1.0
    assert path_gain(session, session.track(inside.id)) == pytest.approx(0.5)
    assert path_gain(session, session.track(bussed.id)) == pytest.approx(0.8 * 0.25)


def test_a_loop_of_sends_reaches_nothing() -> None:
    loop = Track(BUS, "Loop", 9, sends_to_parent=False, sends=(Send(BUS, BUS),))
    lost = replace(PAD, knobs={"sends_to_parent": False, "sends": (Send(PAD.id, BUS),)})
    session = brief_for([lost], extra_tracks=[loop]).session
    assert path_gain(session, session.track(lost.id)) == 0.0


def test_a_folder_fader_is_made_up_for_by_the_tracks_inside() -> None:
    folder = Track(FOLDER, "Keys", 9, is_folder=True, volume_linear=10 ** (-6 / 20))
    inside = replace(PIANO, knobs={"parent": FOLDER})
    plain = decided(BAND, stages=only("balance"))
    nested = decided([*BAND[:6], inside, *BAND[7:]], stages=only("balance"), extra_tracks=[folder])
    for part in BAND:
        wanted = 6.0 if part.name == "Piano" else 0.0
        moved = strip_of(nested, part.name).fader_db - strip_of(plain, part.name).fader_db
        assert moved == pytest.approx(wanted, abs=0.05)


# --- which knobs are free -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("knobs", "not_free"),
    [
        ({}, set()),
        ({"is_locked": True}, ALL),
        ({"is_frozen": True}, set(LABELS)),
        ({"envelopes": lane("trim_volume")}, {"ride"}),
        ({"follows_vca": True}, {"fader", "trim"}),
        ({"envelopes": lane("volume"), "automation_mode": "read"}, {"fader", "trim"}),
        ({"envelopes": lane("volume"), "automation_mode": "trim_read"}, set()),
        ({"envelopes": lane("pan")}, {"pan", "width"}),
        ({"envelopes": lane("width")}, {"pan", "width"}),
        ({"pan": -0.4}, {"pan", "width"}),
        ({"pan_mode": "dual"}, {"pan", "width"}),
        ({"pan_mode": "balance_v3"}, {"width"}),
        ({"pan_mode": "stereo"}, set()),
    ],
)
def test_what_the_engineer_set_up_is_not_free(knobs: Mapping[str, Any], not_free: set[str]) -> None:
    part = replace(PIANO, knobs=knobs)
    brief = brief_for([*BAND[:6], part, *BAND[7:]])
    assert free_knobs(brief, brief.base.track(part.id)) == ALL - not_free
    planned = {change.address.kind for change in decide(brief).plan if change.address.track_id == part.id}
    kinds = {"trim": "fx", "eq": "fx", "comp": "fx"}
    assert planned <= {kinds.get(knob, knob) for knob in ALL - not_free}


def test_a_track_that_is_not_free_is_not_changed_at_all() -> None:
    free = frozenset(part.id for part in BAND if part is not PIANO)
    assert PIANO.id not in {change.address.track_id for change in decided(BAND, free_tracks=free).plan}


def test_a_locked_fader_keeps_its_level_so_nothing_is_trimmed_before_it() -> None:
    locked = frozenset({Address(PAD.id, "fader")})
    strip = strip_of(decided(BAND, protected=locked), "Pad")
    assert strip.trim_db == 0.0
    assert strip_of(decided(BAND), "Pad").trim_db != 0.0


def test_of_an_unknown_sound_only_the_level_is_placed() -> None:
    parts = [*BAND[:4], replace(GUITAR_L, role="unknown", side=None, shape="stereo"), *BAND[5:]]
    decision = decided(parts)
    changes = [c for c in decision.plan if c.address.track_id == GUITAR_L.id]
    assert {c.address.kind for c in changes} <= {"fader", "fx"}
    assert {c.address.key for c in changes if c.address.kind == "fx"} <= {fx_id(GUITAR_L.id, "trim")}


def test_a_chain_of_the_engineers_own_gets_no_plug_in_of_ours() -> None:
    own = FxSlot(FxId("{OWN}"), "Strange", ForeignEffect("Strange", "1"))
    part = replace(BASS, knobs={"fx": (own,)})
    changes = [c for c in decided([*BAND[:3], part, *BAND[4:]]).plan if c.address.track_id == part.id]
    assert {change.address.kind for change in changes} == {"fader"}


def test_a_plug_in_that_is_switched_off_does_not_count_as_a_chain() -> None:
    own = FxSlot(FxId("{OWN}"), "Strange", ForeignEffect("Strange", "1"), enabled=False)
    part = replace(BASS, knobs={"fx": (own,)})
    assert strip_of(desk_for([part, VOICE]), "Bass").may_place("eq")


# --- what stays is taken over ---------------------------------------------------------------------------------


def with_ours(part: Part, *effects: tuple[str, Any]) -> Part:
    slots = tuple(FxSlot(fx_id(part.id, knob), "ours", effect, LABELS[knob]) for knob, effect in effects)
    return replace(part, knobs={**part.knobs, "fx": slots})


def test_our_own_plug_ins_that_stay_are_heard_on_the_desk() -> None:
    eq, comp = ReaEq((EqBand("bell", 500.0, -6.0, 2.0),)), ReaComp(threshold_db=-30.0, ratio=4.0, wet_db=2.0)
    ours = with_ours(PIANO, ("trim", trim(-5.0)), ("eq", eq), ("comp", comp))
    strip = strip_of(desk_for([ours, VOICE], free_tracks=frozenset({VOICE.id})), "Piano")
    bare = strip_of(desk_for([PIANO, VOICE]), "Piano")
    assert (strip.trim_db, strip.bands, strip.comp) == (-5.0, list(eq.bands), comp)
    assert strip.comp_reduction_db > 1.0
    assert strip.k_frames().sum() < bare.k_frames().sum() * 10**-0.5


def test_pinned_plug_ins_of_ours_keep_counting_when_the_rest_is_mixed_anew() -> None:
    """The engineer touched our equaliser, so our trim stays too; the fader is reckoned with it in place."""
    first = decided(BAND)
    session = with_plan(brief_for(BAND).session, first.plan)
    eq = Address(PAD.id, "fx", fx_id(PAD.id, "eq"))
    touched = PlacedEffect(ReaEq((EqBand("bell", 500.0, -1.0, 1.0),)))
    session = with_plan(session, MixPlan((Change(eq, None, touched, "by hand"),)))
    again = decide(replace(brief_for(BAND), session=session, protected=frozenset({eq})))
    strip = strip_of(again, "Pad")
    assert strip.trim_db == strip_of(first, "Pad").trim_db
    assert strip.all_bands == touched.effect.bands  # type: ignore[union-attr]
    assert strip.fader_db == pytest.approx(strip_of(first, "Pad").fader_db, abs=1.0)


@pytest.mark.parametrize("stage", ["tone", "masking"])
def test_asking_for_one_stage_of_the_equaliser_keeps_the_bands_of_the_other(stage: str) -> None:
    first = decided(BAND)
    session = with_plan(brief_for(BAND).session, first.plan)
    again = decide(replace(brief_for(BAND), session=session, stages=only(stage)))
    kept = [strip for strip in first.desk.strips if (strip.masking_bands if stage == "tone" else strip.bands)]
    assert kept
    for strip in kept:
        now = strip_of(again, strip.track.name)
        if stage == "tone":
            assert now.masking_bands == strip.masking_bands
        else:
            assert now.bands == strip.bands


def test_automation_of_the_volume_is_weighed() -> None:
    half = (CurvePoint(0.0, 0.5),)
    ridden = replace(PIANO, knobs={"envelopes": (Envelope("volume", half),), "automation_mode": "trim_read"})
    plain, lowered = strip_of(desk_for([PIANO, VOICE]), "Piano"), strip_of(desk_for([ridden, VOICE]), "Piano")
    np.testing.assert_allclose(lowered.k_frames(), plain.k_frames() * 0.25)
    assert lowered.weight == pytest.approx(plain.weight * 0.25)


def test_a_plug_in_through_which_a_track_was_heard_is_not_reckoned_twice() -> None:
    own = FxSlot(FxId("{OWN}"), "ReaEQ", ReaEq((EqBand("bell", 500.0, -12.0, 1.0),)))
    half = (Envelope("pre_fx_volume", (CurvePoint(0.0, 0.5),)),)
    parts = [replace(PIANO, knobs={"fx": (own,), "envelopes": half}), VOICE]
    piano = parts[0].id
    through = strip_of(desk_for(parts, heard_fx={piano: frozenset({own.id})}), "Piano")
    plain, doubled = strip_of(desk_for([PIANO, VOICE]), "Piano"), strip_of(desk_for(parts), "Piano")
    np.testing.assert_allclose(through.response(), plain.response())
    np.testing.assert_allclose(through.k_frames(), plain.k_frames())
    assert not np.allclose(doubled.response(), plain.response())
    assert not through.may_place("eq"), "the chain is still the engineer's"
