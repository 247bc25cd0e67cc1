"""What covers the kick or the lead gives way to it, where nothing cheaper was enough."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.mixing.brief import fx_id
from actions.mixing.overlap import covered_ratio, cut_needed_db
from actions.mixing.plan import Decision, decide
from actions.mixing.remedies import REMEDIES, Masked
from actions.mixing.strip import Strip
from analysis.rendering.chain import processor
from analysis.rendering.pan import law_gains
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import PlacedEffect, SendLevel, side_chain_level
from reaper_bridge.session.effects import ForeignEffect, ReaComp, ReaEq, trim
from reaper_bridge.session.identity import FxId, TrackId
from reaper_bridge.session.model import FxSlot, Send, Track
from reaper_bridge.session.values import with_plan
from tests.session_builder import RATE_HZ
from tests.unit.actions.mixing.builders import (
    BAND,
    BASS,
    GUITAR_L,
    GUITAR_R,
    KICK,
    PAD,
    PIANO,
    SNARE,
    VOICE,
    Part,
    brief_for,
    change_at,
    decided,
    only,
    samples_of,
    strip_of,
)

BOOM = replace(BASS, shape="with boom")
LOW = (KICK, BOOM, PIANO, VOICE)
WALL = (VOICE, KICK, replace(GUITAR_L, side=None), replace(GUITAR_R, side=None, plays="guitar"), PAD)


def easily(**settings: Any) -> Mapping[str, Mapping[str, Any]]:
    """Return a taste that ducks from little coverage on."""
    from actions.mixing.taste import load_taste

    ducking = load_taste("pop").ducking
    wishes = {
        name: getattr(ducking, name).model_copy(update={"most_covered_ratio": 0.02, **settings})
        for name in ("kick_to_bass", "lead_to_others")
    }
    return {"ducking": wishes}


def masked(decision: Decision, group: str) -> Masked:
    return next(one for one in decision.masked if one.group == group)


def ducker(strip: Strip) -> ReaComp:
    effect = strip.inserts["duck"].effect
    assert isinstance(effect, ReaComp)
    return effect


# --- what is covered --------------------------------------------------------------------------------------------------


def test_what_is_as_loud_as_the_key_covers_all_of_it_and_silence_nothing() -> None:
    key = np.random.default_rng(1).random((2, 30, 5))
    assert covered_ratio(key, key) == pytest.approx(1.0)
    assert covered_ratio(key, 100.0 * key) == pytest.approx(1.0)
    assert covered_ratio(key, 0.1 * key) == pytest.approx(0.1)
    assert covered_ratio(key, 0.0 * key) == 0.0
    assert covered_ratio(0.0 * key, key) == 0.0


def test_what_is_heard_on_one_side_only_covers_nothing_that_is_on_both() -> None:
    key = np.ones((2, 30, 5))
    left = np.stack((np.ones((30, 5)), np.zeros((30, 5))))
    assert covered_ratio(key, left) == 0.0
    assert covered_ratio(left, left) == pytest.approx(1.0)


@given(st.floats(0.01, 10.0), st.floats(0.05, 0.95))
def test_the_cut_that_is_told_does_it_and_less_would_not(loudness: float, wanted: float) -> None:
    key = np.random.default_rng(2).random((2, 20, 4))
    others = loudness * np.random.default_rng(3).random((2, 20, 4))
    cut_db = cut_needed_db(key, others, wanted)
    assert covered_ratio(key, others * 10 ** (-cut_db / 10)) <= wanted
    if cut_db:
        assert covered_ratio(key, others * 10 ** (-(cut_db - 0.1) / 10)) > wanted


# --- the decision -----------------------------------------------------------------------------------------------------


def test_a_bass_that_covers_the_kick_gives_way_to_it() -> None:
    decision = decided(LOW, taste=easily())
    found = masked(decision, "bass")
    assert (found.key, found.others, found.chosen) == (KICK.id, (BOOM.id,), "ducking")
    assert found.after_ratio < found.remedies[2].covered_ratio  # type: ignore[operator]
    strip = strip_of(decision, "Bass")
    effect = ducker(strip)
    assert effect.side_chain
    assert effect.wet_db == 0.0
    assert strip.inserts["duck"].key == KICK.id
    send = change_at(decision, KICK, "side_chain", BOOM.id)
    assert send is not None
    assert send.after == side_chain_level(1.0, "pre_fx")
    channels = change_at(decision, BOOM, "channels")
    assert channels is not None
    assert (channels.before, channels.after) == (2, 4)


@pytest.mark.parametrize(("least_db", "most_db"), [(1.0, 1.0), (2.0, 2.0), (4.0, 4.0)])
def test_it_goes_down_by_what_is_wanted_while_both_play(least_db: float, most_db: float) -> None:
    taste = easily(least_reduction_db=least_db, most_reduction_db=most_db)
    strip = strip_of(decided(LOW, taste=taste), "Bass")
    assert strip.inserts["duck"].reduction_db == pytest.approx(least_db, abs=0.15)


def test_where_little_is_covered_nothing_is_ducked_and_nothing_is_told() -> None:
    taste = easily(most_covered_ratio=1.0)
    decision = decided(LOW, taste=taste)
    assert decision.masked == ()
    assert not any("duck" in strip.inserts for strip in decision.desk.strips)
    assert not {c.address.kind for c in decision.plan} & {"side_chain", "channels"}


def test_remedies_are_told_from_the_cheapest_on_and_the_first_that_is_enough_is_chosen() -> None:
    for parts, group in ((LOW, "bass"), (WALL, "rhythm_guitar")):
        limits = np.linspace(0.02, 0.6, 8)
        for limit in limits:
            decision = decided(parts, taste=easily(most_covered_ratio=float(limit)))
            for found in decision.masked:
                if found.group != group:
                    continue
                assert tuple(remedy.name for remedy in found.remedies) == REMEDIES
                assert all(remedy.because for remedy in found.remedies)
                enough = [r.name for r in found.remedies[:3] if (r.covered_ratio or 0.0) <= limit]
                final = found.remedies[2].covered_ratio
                assert final is not None
                if final <= limit:
                    assert found.chosen == enough[0]
                    assert not any(
                        "duck" in strip.inserts for strip in decision.desk.strips if strip.id in found.others
                    )
                else:
                    assert found.chosen == "ducking"
                    assert found.after_ratio < final


def test_what_covers_the_presence_of_the_lead_gives_way_less_and_slower() -> None:
    decision = decided(WALL, taste=easily())
    found = masked(decision, "rhythm_guitar")
    assert found.key == VOICE.id
    assert set(found.others) == {GUITAR_L.id, GUITAR_R.id}
    for part in (GUITAR_L, GUITAR_R):
        strip = strip_of(decision, part.name)
        assert 0.9 <= strip.inserts["duck"].reduction_db <= 2.1
        assert ducker(strip).attack_ms == pytest.approx(30.0)
        assert ducker(strip).release_ms == 250.0
        assert strip.inserts["duck"].key == VOICE.id


def test_the_times_follow_the_tempo() -> None:
    from reaper_bridge.session.model import TempoChange

    releases = []
    for bpm in (60.0, 120.0):
        decision = decided(LOW, taste=easily(), session={"tempo": (TempoChange(0.0, bpm),)})
        releases.append(ducker(strip_of(decision, "Bass")).release_ms)
    assert releases == [250.0, 125.0]


def test_the_lead_and_the_kick_never_give_way() -> None:
    decision = decided([*(part for part in BAND if part is not BASS), BOOM], taste=easily())
    for part in (KICK, VOICE, SNARE):
        assert "duck" not in strip_of(decision, part.name).inserts


@pytest.mark.parametrize("genre", ["jazz", "orchestral"])
def test_some_genres_do_not_duck_the_bass(genre: str) -> None:
    assert "duck" not in strip_of(decided(LOW, genre), "Bass").inserts


# --- what is not touched ----------------------------------------------------------------------------------------------


def test_a_chain_of_the_engineers_is_not_ducked_and_it_is_said_why() -> None:
    own = FxSlot(FxId("{11111111-1111-4111-8111-111111111111}"), "Own", ForeignEffect("Own", ""))
    decision = decided([KICK, replace(BOOM, knobs={"fx": (own,)}), PIANO, VOICE], taste=easily())
    found = masked(decision, "bass")
    assert found.chosen is None
    assert "engineer" in found.remedies[-1].because
    assert change_at(decision, KICK, "side_chain", BOOM.id) is None
    assert change_at(decision, BOOM, "channels") is None


@pytest.mark.parametrize(
    "protected",
    [
        Address(KICK.id, "side_chain", BOOM.id),
        Address(BOOM.id, "channels"),
        Address(BOOM.id, "fx", fx_id(BOOM.id, "eq")),
    ],
    ids=str,
)
def test_what_is_locked_stays(protected: Address) -> None:
    decision = decided(LOW, taste=easily(), protected=frozenset({protected}))
    assert masked(decision, "bass").chosen is None
    assert not [c for c in decision.plan if c.stage == "ducking"]


@pytest.mark.parametrize("knobs", [{"muted": True}, {"volume_linear": 0.0}])
def test_a_kick_that_is_not_heard_ducks_nothing(knobs: Mapping[str, Any]) -> None:
    decision = decided([replace(KICK, knobs=knobs), BOOM, PIANO, VOICE], taste=easily())
    assert "duck" not in strip_of(decision, "Bass").inserts


def test_channels_that_are_in_use_stay_as_they_are() -> None:
    busy = replace(PIANO, knobs={"sends": (Send(PIANO.id, BOOM.id, destination_channel_index=2),)})
    decision = decided([KICK, BOOM, busy, VOICE], taste=easily())
    assert "in use" in masked(decision, "bass").remedies[-1].because
    assert "duck" not in strip_of(decision, "Bass").inserts


def test_where_channels_3_and_4_would_be_heard_nothing_is_sent_there() -> None:
    folder = Track(TrackId("{F}"), "Folder", 4, is_folder=True, channel_count=4)
    parts = [KICK, replace(BOOM, knobs={"parent": folder.id}), PIANO, VOICE]
    decision = decided(parts, taste=easily(), extra_tracks=(folder,))
    assert "let the key through" in masked(decision, "bass").remedies[-1].because
    wide = replace(brief_for(LOW).session.master, channel_count=4)
    assert "duck" not in strip_of(decided(LOW, taste=easily(), session={"master": wide}), "Bass").inserts


def test_a_side_chain_that_the_engineer_closed_stays_closed() -> None:
    closed = Send(KICK.id, BOOM.id, muted=True, destination_channel_index=2)
    decision = decided([replace(KICK, knobs={"sends": (closed,)}), BOOM, PIANO, VOICE], taste=easily())
    assert "closed" in masked(decision, "bass").remedies[-1].because
    assert not [c for c in decision.plan if c.stage == "ducking"]


def test_a_side_chain_of_the_engineers_is_used_as_it_stands() -> None:
    own = Send(KICK.id, BOOM.id, level_linear=0.5, mode="pre_fx", destination_channel_index=2)
    plain, other = (
        decided([replace(KICK, knobs=knobs), BOOM, PIANO, VOICE], taste=easily()) for knobs in ({}, {"sends": (own,)})
    )
    assert change_at(other, KICK, "side_chain", BOOM.id) is None
    thresholds = [ducker(strip_of(decision, "Bass")).threshold_db for decision in (plain, other)]
    assert thresholds[0] - thresholds[1] == pytest.approx(6.0, abs=0.15)


@pytest.mark.parametrize("way", ["send", "folder"])
def test_a_track_that_sounds_through_the_key_is_not_ducked_by_it(way: str) -> None:
    knobs = {"sends": (Send(BOOM.id, KICK.id),)} if way == "send" else {"parent": KICK.id}
    decision = decided([KICK, replace(BOOM, knobs=knobs), PIANO, VOICE], taste=easily())
    assert "duck" not in strip_of(decision, "Bass").inserts
    assert "through the key" in masked(decision, "bass").remedies[-1].because


def test_more_channels_than_four_stay() -> None:
    decision = decided([KICK, replace(BOOM, knobs={"channel_count": 8}), PIANO, VOICE], taste=easily())
    assert "duck" in strip_of(decision, "Bass").inserts
    assert change_at(decision, BOOM, "channels") is None


# --- again, in part, otherwise ----------------------------------------------------------------------------------------


def test_a_mixed_session_needs_no_second_pass() -> None:
    brief = brief_for(LOW, taste=easily())
    first = decide(brief)
    assert change_at(first, KICK, "side_chain", BOOM.id) is not None
    mixed = with_plan(brief.session, first.plan)
    assert decide(replace(brief, session=mixed)).plan.changes == ()


@pytest.mark.parametrize("named", [BOOM, KICK])
def test_a_pass_over_one_of_the_two_leaves_the_ducker_fed(named: Part) -> None:
    brief = brief_for(LOW, taste=easily())
    first = decide(brief).plan
    mixed = with_plan(brief.session, first)
    kept = [c for c in first if c.address.track_id != named.id]
    base = with_plan(brief.session, type(first)(tuple(kept)))
    again = decide(replace(brief, session=mixed, base=base, free_tracks=frozenset({named.id})))
    after = with_plan(mixed, again.plan)
    send = after.track(KICK.id).send_to(BOOM.id, side_chain=True)
    assert send is not None
    assert not send.muted
    assert any(slot.id == fx_id(BOOM.id, "duck") for slot in after.track(BOOM.id).fx)
    assert after.track(BOOM.id).channel_count == 4


def test_without_the_kick_the_ducker_and_all_that_it_needs_are_taken_back() -> None:
    brief = brief_for(LOW, taste=easily())
    mixed = with_plan(brief.session, decide(brief).plan)
    off = brief_for(LOW, taste=easily(is_on=False)).taste
    after = with_plan(mixed, decide(replace(brief, session=mixed, taste=off)).plan)
    assert after.track(KICK.id).send_to(BOOM.id, side_chain=True) is None
    assert after.track(BOOM.id).channel_count == 2
    assert not any(slot.id == fx_id(BOOM.id, "duck") for slot in after.track(BOOM.id).fx)


def test_a_ducker_that_stands_is_predicted_as_when_it_was_placed() -> None:
    brief = brief_for(LOW, taste=easily())
    first = decide(brief)
    mixed = with_plan(brief.session, first.plan)
    read = decide(replace(brief, session=mixed, base=mixed, free_tracks=frozenset())).desk
    placed, again = (strip_of(where, "Bass").inserts["duck"] for where in (first, read))
    assert placed.frame_gain is not None
    assert again.frame_gain is not None
    np.testing.assert_allclose(again.frame_gain, placed.frame_gain, rtol=1e-6)
    assert again.key == KICK.id


def test_a_ducker_that_hears_nothing_does_nothing() -> None:
    brief = brief_for(LOW, taste=easily())
    mixed = with_plan(brief.session, decide(brief).plan)
    tracks = tuple(replace(t, sends=tuple(replace(s, muted=True) for s in t.sends)) for t in mixed.tracks)
    silent = replace(mixed, tracks=tracks)
    desk = decide(replace(brief, session=silent, base=silent, free_tracks=frozenset())).desk
    assert strip_of(desk, "Bass").inserts["duck"].frame_gain is None


@settings(max_examples=6)
@given(st.permutations(LOW))
def test_the_order_of_tracks_plays_no_part(parts: list[Part]) -> None:
    plans = [
        {c.address: c.after for c in decided(order, taste=easily()).plan if c.stage == "ducking"}
        for order in (parts, LOW)
    ]
    assert plans[0] == plans[1] != {}


def test_recording_levels_play_no_part() -> None:
    found = []
    for moves in ((0.0, 0.0), (-12.0, 6.0), (-6.0, -12.0)):
        kick, bass = (replace(p, recorded_db=p.recorded_db - 6.0 + m) for p, m in zip((KICK, BOOM), moves, strict=True))
        decision = decided([kick, bass, PIANO, VOICE], taste=easily())
        strip = strip_of(decision, "Bass")
        insert, threshold_db = strip.inserts["duck"], ducker(strip).threshold_db
        found.append((masked(decision, "bass").after_ratio, insert.reduction_db, threshold_db - moves[0]))
    for other in found[1:]:
        assert other == pytest.approx(found[0], abs=0.11)  # thresholds are set in tenths of a dB


def test_the_balance_stays_where_it_was() -> None:
    plain, other = decided(LOW, taste=easily(is_on=False)), decided(LOW, taste=easily())
    assert other.desk.lead_to_accompaniment_db() == pytest.approx(plain.desk.lead_to_accompaniment_db(), abs=0.1)
    assert strip_of(other, "Bass").fader_db > strip_of(plain, "Bass").fader_db


# --- against the sound ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "other", "parts"), [(KICK, BOOM, LOW), (VOICE, GUITAR_L, WALL)], ids=["kick", "lead"])
@pytest.mark.parametrize("pan_law_linear", [1.0, 0.7079])
def test_so_much_reduction_happens_when_it_is_rendered(
    key: Part, other: Part, parts: tuple[Part, ...], pan_law_linear: float
) -> None:
    decision = decided(parts, taste=easily(), session={"pan_law_linear": pan_law_linear})
    strip = strip_of(decision, other.name)
    insert = strip.inserts["duck"]
    assert insert.frame_gain is not None
    sent = change_at(decision, key, "side_chain", strip.id)
    assert sent is not None
    assert isinstance(sent.after, SendLevel)
    centre = law_gains(0.0, pan_law_linear)[0]
    heard = sent.after.level_linear * centre * np.repeat(samples_of(key.plays, key.shape, key.recorded_db), 2, axis=0)
    audio = np.repeat(samples_of(other.plays, other.shape, other.recorded_db), 2, axis=0)
    for effect in (trim(strip.trim_db), ReaEq(strip.all_bands)):
        audio = processor(effect, RATE_HZ).process(audio.copy())
    ducked = processor(insert.effect, RATE_HZ).process(audio.copy(), heard)  # type: ignore[call-arg]
    hop = RATE_HZ // 20
    count = min(audio.shape[1] // hop, len(insert.frame_gain))
    before, after = ((x[0, : count * hop].reshape(count, hop) ** 2).mean(axis=1) for x in (audio, ducked))
    plays = before > 1e-7
    rendered_db = 10.0 * np.log10(after[plays] / before[plays])
    predicted_db = 10.0 * np.log10(insert.frame_gain[:count][plays])
    assert rendered_db.min() < -0.8
    assert np.abs(rendered_db - predicted_db).max() < 1.0
    assert abs(rendered_db.mean() - predicted_db.mean()) < 0.2


def test_each_change_says_how_much() -> None:
    decision = decided(LOW, taste=easily())
    changes = [c for c in decision.plan if c.stage == "ducking"]
    assert {c.address.kind for c in changes} == {"fx", "side_chain", "channels"}
    assert all(any(letter.isdigit() for letter in c.because) for c in changes)


def test_with_ducking_alone_only_ducking_is_done() -> None:
    plan = decided(LOW, taste=easily(), stages=only("ducking")).plan
    assert {c.stage for c in plan} == {"ducking"}
    assert any(isinstance(c.after, PlacedEffect) for c in plan)
