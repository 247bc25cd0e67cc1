"""Faders: groups on their targets, the lead above the rest, and what stays is joined."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from actions.mixing.balance import group_loudness_lufs, place_faders
from actions.mixing.desk import gated_loudness_lufs
from actions.mixing.taste import GENRES, load_taste
from reaper_bridge.session.identity import MASTER
from reaper_bridge.session.model import Track
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
    change_at,
    decided,
    desk_for,
    only,
    strip_of,
)

BALANCE = only("balance")
BALANCED_GENRES = [genre for genre in GENRES if not load_taste(genre).balance.keeps_recorded_balance]


def faders(parts: Sequence[Part], genre: str = "pop", **wishes: object) -> dict[str, float]:
    desk = decided(parts, genre, stages=BALANCE, **wishes).desk
    return {strip.track.name: strip.fader_db for strip in desk.strips}


@pytest.mark.parametrize("genre", BALANCED_GENRES)
def test_every_group_stands_against_every_other_as_the_genre_wants(genre: str) -> None:
    parts = [part for part in BAND if part is not VOICE]
    desk = decided(parts, genre, stages=BALANCE).desk
    heard = group_loudness_lufs(desk)
    for a, b in combinations(heard, 2):
        wanted = desk.taste.group_target_lu(a) - desk.taste.group_target_lu(b)
        assert heard[a] - heard[b] == pytest.approx(wanted, abs=0.1)


@pytest.mark.parametrize("genre", BALANCED_GENRES)
def test_the_lead_stands_above_the_rest_by_the_number_of_the_genre(genre: str) -> None:
    desk = decided(BAND, genre, stages=BALANCE).desk
    wanted = load_taste(genre).balance.lead_to_accompaniment_db
    assert desk.lead_to_accompaniment_db() == pytest.approx(wanted, abs=0.05)


def test_two_leads_stand_above_the_rest_together() -> None:
    desk = decided([*BAND, replace(VOICE, name="Vox 2", recorded_db=-3.0)], stages=BALANCE).desk
    assert desk.lead_to_accompaniment_db() == pytest.approx(desk.taste.balance.lead_to_accompaniment_db, abs=0.05)
    first, second = (gated_loudness_lufs(s.k_frames()) + s.fader_db for s in desk.lead)
    assert first == pytest.approx(second, abs=0.05)


def test_a_track_cut_in_two_halves_weighs_as_before() -> None:
    halves = [replace(PIANO, name=f"Piano {half}", shape=f"{half} half") for half in ("first", "second")]
    whole, cut = faders(BAND), faders([*(p for p in BAND if p is not PIANO), *halves])
    assert cut["Piano first"] == pytest.approx(whole["Piano"], abs=0.3)
    assert cut["Piano second"] == pytest.approx(whole["Piano"], abs=0.3)
    assert all(cut[part.name] == pytest.approx(whole[part.name], abs=0.1) for part in BAND if part is not PIANO)


def test_a_group_has_one_voice_however_many_tracks_it_has() -> None:
    one, five = decided(BAND, stages=BALANCE).desk, decided([*BAND, *more_pianos(4)], stages=BALANCE).desk
    assert group_loudness_lufs(five)["keys"] - group_loudness_lufs(five)["bass"] == pytest.approx(
        group_loudness_lufs(one)["keys"] - group_loudness_lufs(one)["bass"], abs=0.1
    )


def more_pianos(count: int) -> list[Part]:
    return [replace(PIANO, name=f"Piano {number}", recorded_db=-7.0 - number) for number in range(count)]


def test_tracks_of_a_group_stand_against_each_other_by_their_offsets() -> None:
    inside, outside = Part("In", "kick_in", "kick", -6.0), Part("Out", "kick_out", "kick", -15.0)
    desk = decided([inside, outside, VOICE], stages=BALANCE).desk
    loud = {s.track.name: gated_loudness_lufs(s.k_frames()) + s.fader_db for s in desk.strips}
    taste = desk.taste
    wanted = taste.roles["kick_out"].offset_lu - taste.roles["kick_in"].offset_lu
    assert loud["Out"] - loud["In"] == pytest.approx(wanted, abs=0.05)


def test_the_mix_plays_at_its_working_level() -> None:
    desk = decided(BAND, stages=BALANCE).desk
    wanted = desk.taste.balance.mix_loudness_lufs
    assert gated_loudness_lufs(desk.mix_frames()) == pytest.approx(wanted, abs=0.1)


@pytest.mark.parametrize("volume", [0.5, 2.0])
def test_the_master_fader_is_made_up_for(volume: float) -> None:
    moved = faders(BAND, session={"master": Track(MASTER, "MASTER", -1, volume_linear=volume)})
    for name, level_db in faders(BAND).items():
        assert moved[name] == pytest.approx(level_db - 20.0 * np.log10(volume), abs=0.05)


def test_a_closed_master_makes_no_difference() -> None:
    assert faders(BAND, session={"master": Track(MASTER, "MASTER", -1, volume_linear=0.0)}) == faders(BAND)


@pytest.mark.parametrize("recorded_db", [-9.0, -40.0, -70.0])
def test_no_fader_goes_beyond_the_limit(recorded_db: float) -> None:
    quiet = replace(VOICE, recorded_db=recorded_db)
    decision = decided([*BAND[:-1], quiet])
    limit = decision.desk.taste.balance.largest_fader_db
    assert all(-60.0 <= strip.fader_db <= limit for strip in decision.desk.strips)


def test_a_quiet_recording_brings_the_others_down_before_its_fader_is_out_of_travel() -> None:
    quiet = replace(VOICE, recorded_db=-26.0)
    desk = decided([*BAND[:-1], quiet], stages=BALANCE).desk
    limit = desk.taste.balance.largest_fader_db
    assert strip_of(desk, "Lead Vox").fader_db == pytest.approx(limit, abs=0.01)
    assert desk.lead_to_accompaniment_db() == pytest.approx(desk.taste.balance.lead_to_accompaniment_db, abs=0.1)


# --- the engineer's own balance -------------------------------------------------------------------------------


def rough(parts: Sequence[Part], **moved_db: float) -> list[Part]:
    return [replace(p, knobs={"volume_linear": 10 ** (moved_db.get(p.name, 0.0) / 20)}) for p in parts]


@pytest.mark.parametrize("ratio", [0.0, 0.5, 1.0])
def test_a_rough_balance_blends_in_as_far_as_the_taste_says(ratio: float) -> None:
    parts = [KICK, SNARE, BASS, PIANO]
    own = faders(parts)
    liked = rough(parts, Kick=-2.0, Snare=-11.0, Bass=-6.0, Piano=-1.0)
    blended = faders(liked, has_rough_balance=True, taste={"balance": {"rough_blend_ratio": ratio}})
    theirs = {part.name: 20.0 * np.log10(part.knobs["volume_linear"]) for part in liked}
    for a, b in combinations(own, 2):
        wanted = (1.0 - ratio) * (own[a] - own[b]) + ratio * (theirs[a] - theirs[b])
        assert blended[a] - blended[b] == pytest.approx(wanted, abs=0.1)


def test_trims_play_no_part_in_what_the_engineer_meant() -> None:
    liked = rough([KICK, SNARE, BASS, PIANO], Kick=-2.0, Snare=-11.0, Bass=-6.0, Piano=-1.0)
    plain = decided(liked, stages=BALANCE, has_rough_balance=True).desk
    trimmed = decided(liked, stages=only("balance", "gain"), has_rough_balance=True).desk
    assert any(strip.trim_db for strip in trimmed.strips)
    for strip in trimmed.strips:
        assert strip.fader_db + strip.trim_db == pytest.approx(strip_of(plain, strip.track.name).fader_db, abs=0.1)


def test_a_balance_that_is_kept_as_recorded_is_not_upset_by_trims() -> None:
    decision = decided(rough(BAND, Kick=-3.0), "orchestral")
    assert any(strip.trim_db for strip in decision.desk.strips)
    for strip in decision.desk.strips:
        level = -3.0 if strip.track.name == "Kick" else 0.0
        assert strip.fader_db + strip.trim_db == pytest.approx(level, abs=0.05)


# --- what stays -----------------------------------------------------------------------------------------------


def mixed(parts: Sequence[Part]) -> list[Part]:
    """Return parts with their faders at our balance."""
    levels = faders(parts)
    return [replace(part, knobs={"volume_linear": 10 ** (levels[part.name] / 20)}) for part in parts]


@pytest.mark.parametrize("name", [part.name for part in BAND])
def test_a_track_added_to_a_balance_joins_its_level(name: str) -> None:
    parts = mixed(BAND)
    free = frozenset(part.id for part in parts if part.name == name)
    desk = decided(parts, stages=BALANCE, free_tracks=free).desk
    whole = faders(BAND)
    assert strip_of(desk, name).fader_db == pytest.approx(whole[name], abs=0.3)
    for part in parts:
        if part.name != name:
            assert strip_of(desk, part.name).fader_db == pytest.approx(whole[part.name], abs=0.01)


def test_a_free_lead_stands_above_whatever_balance_the_others_have() -> None:
    parts = rough(BAND, Kick=-9.0, Bass=-3.0, Pad=-20.0, Piano=-6.0, Snare=4.0)
    desk = decided(parts, stages=BALANCE, free_tracks=frozenset({VOICE.id})).desk
    assert desk.lead_to_accompaniment_db() == pytest.approx(desk.taste.balance.lead_to_accompaniment_db, abs=0.05)


def test_a_single_track_that_stays_does_not_set_the_level_of_all_others_and_stays() -> None:
    loud = replace(PAD, knobs={"is_locked": True, "volume_linear": 2.0})
    parts = [KICK, SNARE, BASS, GUITAR_L, GUITAR_R, PIANO, loud, VOICE]
    desk = decided(parts, stages=BALANCE).desk
    assert strip_of(desk, "Pad").fader_db == pytest.approx(6.02, abs=0.01)
    free = [strip for strip in desk.strips if strip.track.name != "Pad"]
    alone = gated_loudness_lufs(desk.sum_frames(free))
    assert alone == pytest.approx(desk.taste.balance.mix_loudness_lufs, abs=1.5)


def test_the_plan_moves_no_fader_that_stands_where_it_should() -> None:
    decision = decided(mixed(BAND), stages=BALANCE)
    assert [change for change in decision.plan if change.address.kind == "fader"] == []


def test_a_fader_change_says_where_the_track_ends() -> None:
    change = change_at(decided(BAND), VOICE, "fader")
    assert change is not None
    assert "dB against everything else while it sings" in change.because


def test_what_plays_where_nobody_sings_may_be_louder() -> None:
    early, late = replace(PIANO, shape="first half"), replace(VOICE, shape="second half")
    with_it = decided([BASS, early, late], stages=BALANCE).desk
    without = decided([BASS, early, late], stages=BALANCE, taste={"balance": {"without_lead_lift_db": 0.0}}).desk
    lift = with_it.taste.balance.without_lead_lift_db
    against_bass = [group_loudness_lufs(d)["keys"] - group_loudness_lufs(d)["bass"] for d in (with_it, without)]
    assert 0.5 * lift < against_bass[0] - against_bass[1] <= lift + 0.05


def test_nothing_audible_gives_no_targets() -> None:
    assert place_faders(desk_for([replace(VOICE, knobs={"muted": True})]), None).groups_lu == {}
