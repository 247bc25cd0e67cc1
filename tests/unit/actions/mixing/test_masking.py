"""Unmasking makes what matters easier to hear, by cutting what hides it and never by turning it down."""

from dataclasses import replace

import numpy as np
import pytest

from actions.mixing.balance import place_faders
from actions.mixing.desk import Desk, gated_loudness_lufs
from actions.mixing.masking import CENTRES_HZ, audibility, is_unmasking, masking_matrix, place_unmasking, scene_of
from reaper_bridge.session.effects import EqBand
from tests.unit.actions.mixing.builders import (
    BAND,
    BASS,
    KICK,
    PAD,
    PIANO,
    VOICE,
    Part,
    decided,
    only,
    strip_of,
)


def balanced(parts: tuple[Part, ...] = BAND) -> Desk:
    """Return a balanced desk whose equalisers are free."""
    desk = decided(parts, stages=only("balance")).desk
    for strip in desk.strips:
        strip.free = frozenset({"eq", "fader"})
    return desk


def test_what_matters_is_easier_to_hear_afterwards() -> None:
    desk = balanced()
    before = audibility(scene_of(desk))
    assert place_unmasking(desk) > 0
    place_faders(desk, None)
    after = audibility(scene_of(desk))
    masking = desk.taste.masking
    weights = {group: masking.lead_weight_ratio if group == "lead" else masking.rhythm_weight_ratio for group in after}
    total = [sum(weights[group] * heard for group, heard in found.items()) for found in (before, after)]
    assert set(before) == {"lead", "kick", "snare", "bass"}
    assert total[1] > total[0]
    assert after["lead"] >= before["lead"] - 0.001


def test_a_cut_track_keeps_its_loudness() -> None:
    desk = balanced()
    before = {s.id: gated_loudness_lufs(s.k_frames()) + s.fader_db for s in desk.strips}
    place_unmasking(desk)
    place_faders(desk, None)
    after = {s.id: gated_loudness_lufs(s.k_frames()) + s.fader_db for s in desk.strips}
    cut = [s for s in desk.strips if s.masking_bands]
    assert cut
    for strip in cut:
        assert after[strip.id] == pytest.approx(before[strip.id], abs=0.5)


@pytest.mark.parametrize("genre", ["pop", "metal", "electronic", "jazz"])
def test_the_lead_is_never_cut_and_the_others_only_a_little(genre: str) -> None:
    desk = decided([*BAND, replace(VOICE, name="Vox 2", recorded_db=-3.0)], genre).desk
    masking = desk.taste.masking
    assert all(not strip.masking_bands for strip in desk.lead)
    for strip in desk.strips:
        assert len(strip.masking_bands) <= masking.most_bells
        for band in strip.masking_bands:
            assert band.frequency_hz in CENTRES_HZ
            assert -masking.largest_cut_db <= band.gain_db < 0.0
            assert is_unmasking(band, masking)


def test_cuts_leave_room_for_what_corrects_the_track() -> None:
    desk = balanced()
    limit = desk.taste.tone.sum_of_moves_db
    for strip in desk.strips:
        strip.bands = [EqBand("bell", 100.0, limit - 1.5)]
    place_unmasking(desk)
    assert max(sum(abs(b.gain_db) for b in strip.all_bands) for strip in desk.strips) <= limit


def test_unknown_foreign_and_fixed_tracks_are_not_cut() -> None:
    desk = balanced((*BAND[:6], replace(PIANO, role="unknown"), replace(PAD, knobs={"is_locked": True}), VOICE))
    strip_of(desk, "Pad").free = frozenset()
    place_unmasking(desk)
    assert strip_of(desk, "Piano").masking_bands == []
    assert strip_of(desk, "Pad").masking_bands == []


@pytest.mark.parametrize("parts", [(VOICE,), (PAD, PIANO), ()], ids=["alone", "nothing to protect", "empty"])
def test_where_nothing_can_be_hidden_nothing_is_cut(parts: tuple[Part, ...]) -> None:
    assert place_unmasking(balanced(parts)) == 0


def test_a_taste_may_forbid_cuts() -> None:
    decision = decided(BAND, taste={"masking": {"most_bells": 0}})
    assert all(not strip.masking_bands for strip in decision.desk.strips)


def test_the_order_of_tracks_plays_no_part_in_the_search() -> None:
    one, two = balanced(), balanced(BAND[::-1])
    place_unmasking(one)
    place_unmasking(two)
    assert {s.id: s.masking_bands for s in one.strips} == {s.id: s.masking_bands for s in two.strips}


def test_who_covers_whom_is_told_by_a_matrix() -> None:
    """The same sound 40 dB quieter is covered wholly, and covers nothing."""
    desk = decided(
        [Part("Loud", "piano", "piano", -3.0), Part("Soft", "keys", "piano", -43.0)], stages=only("tone")
    ).desk
    for strip in desk.strips:
        strip.bands = []
    scene = scene_of(desk)
    order = [strip.track.name for strip in scene.strips]
    loud, soft = order.index("Loud"), order.index("Soft")
    matrix = masking_matrix(scene)
    assert matrix[loud, soft] == pytest.approx(1.0)
    assert matrix[soft, loud] == 0.0
    assert np.all(np.diag(matrix) == 0.0)


def test_a_sound_alone_is_heard_better_than_under_another() -> None:
    alone, covered = audibility(scene_of(balanced((BASS,)))), audibility(scene_of(balanced((BASS, KICK, PAD))))
    assert alone["bass"] > covered["bass"]
    assert 0.0 <= covered["bass"] <= alone["bass"] <= 1.0
