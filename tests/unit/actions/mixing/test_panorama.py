"""What carries the song stays central; the rest is spread so that left and right weigh the same."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from actions.mixing.panorama import pan_words
from tests.unit.actions.mixing.builders import (
    BAND,
    BASS,
    GUITAR_L,
    HAT,
    KICK,
    PAD,
    PIANO,
    SNARE,
    VOICE,
    Part,
    change_at,
    decided,
    only,
    strip_of,
)

PAN = only("balance", "pan")
CLEAN = Part("Clean", "egtr_clean", "guitar 3")
KEYS = Part("Keys", "keys", "piano", -12.0)


def pans(parts: Sequence[Part], **wishes: Any) -> dict[str, float]:
    desk = decided(parts, stages=PAN, **wishes).desk
    return {strip.track.name: strip.pan for strip in desk.strips}


def test_what_carries_the_song_stays_central() -> None:
    placed = pans(BAND)
    assert [placed[part.name] for part in (KICK, SNARE, BASS, VOICE)] == [0.0] * 4


@pytest.mark.parametrize("name", ["Kick L", "Bass R"])
def test_a_central_role_stays_central_whatever_its_name_says(name: str) -> None:
    part = replace(KICK if "Kick" in name else BASS, name=name, side="left" if name.endswith("L") else "right")
    assert pans([part, VOICE])[name] == 0.0


def test_sides_that_names_say_are_kept() -> None:
    placed = pans(BAND)
    assert placed["Gtr L"] < -0.3
    assert placed["Gtr R"] > 0.3


def test_microphones_of_a_stereo_pair_stand_as_wide_as_their_role_says() -> None:
    left = Part("OH L", "overhead_l", "hat", -12.0, side="left")
    right = Part("OH R", "overhead_r", "hat 2", -12.0, side="right")
    placed = pans([left, right, KICK, VOICE])
    assert (placed["OH L"], placed["OH R"]) == (-0.85, 0.85)


def test_the_engineers_own_pans_stay() -> None:
    own = replace(PIANO, knobs={"pan": -0.4})
    decision = decided([*BAND[:6], own, *BAND[7:]])
    assert strip_of(decision, "Piano").pan == -0.4
    assert change_at(decision, own, "pan") is None


@pytest.mark.parametrize(
    "parts",
    [
        BAND,
        [*BAND, CLEAN, KEYS],
        [KICK, VOICE, CLEAN, KEYS, HAT],
        [*BAND[:4], GUITAR_L, PIANO, VOICE],
        [replace(PIANO, knobs={"pan": -0.6}), *BAND[:6], VOICE, KEYS, CLEAN],
        [replace(PIANO, shape="left louder"), *BAND[:6], VOICE],
        [replace(PIANO, shape="left only"), *BAND[:6], VOICE],
        [replace(GUITAR_L, shape="left only", side=None), *BAND[:4], PIANO, VOICE],
    ],
    ids=range(8),
)
@pytest.mark.parametrize("stages", [PAN, None], ids=["pan alone", "all stages"])
def test_left_and_right_weigh_the_same(parts: Sequence[Part], stages: frozenset[str] | None) -> None:
    desk = decided(parts, **({"stages": stages} if stages else {})).desk
    assert abs(desk.imbalance_db()) <= 0.5


def test_doubles_stand_on_opposite_sides_and_equally_far_out() -> None:
    first, second = Part("Vox A", "vocal_double", "voice", -15.0), Part("Vox B", "vocal_double", "voice 2", -18.0)
    placed = pans([*BAND, first, second], groups=[("double", ("Lead Vox", "Vox A", "Vox B"))])
    assert placed["Vox A"] == pytest.approx(-placed["Vox B"], abs=0.15)
    assert abs(placed["Vox A"]) > 0.1


def test_a_double_stands_opposite_to_where_the_engineer_put_the_first() -> None:
    first = Part("Gtr A", "egtr_rhythm", "guitar", -9.0, knobs={"pan": 0.7})
    second = Part("Gtr B", "egtr_rhythm", "guitar 2", -9.0)
    placed = pans([KICK, VOICE, first, second], groups=[("double", ("Gtr A", "Gtr B"))])
    assert placed["Gtr A"] == 0.7
    assert placed["Gtr B"] < -0.4


def test_a_direct_signal_stands_where_its_amplifier_stands() -> None:
    amp, direct = Part("Amp", "egtr", "guitar", -6.0), Part("DI", "egtr_di", "guitar", -20.0)
    placed = pans([*BAND[:4], amp, direct, PIANO, VOICE], groups=[("di_amp", ("Amp", "DI"))])
    assert placed["Amp"] == placed["DI"] != 0.0


def test_many_tracks_of_one_group_fan_out_instead_of_standing_in_two_places() -> None:
    choir = [Part(f"BV {n}", "backing_vocal", f"voice {n}", -12.0 - 0.7 * n) for n in range(6)]
    placed = pans([*choir, VOICE])
    assert len({abs(pan) for name, pan in placed.items() if name.startswith("BV")}) >= 3
    assert sum(pan < 0 for pan in placed.values()) == 3


def test_a_crowd_is_not_piled_up_in_the_middle() -> None:
    choir = [Part(f"BV {n}", "backing_vocal", "voice", -12.0 - 0.7 * n) for n in range(24)]
    placed = pans([*choir, VOICE])
    near_centre = [name for name, pan in placed.items() if name.startswith("BV") and abs(pan) < 0.15]
    assert len(near_centre) <= 4


@pytest.mark.parametrize("swap", list(itertools.islice(itertools.permutations(range(6)), 0, 720, 131)))
def test_the_order_of_tracks_plays_no_part(swap: Sequence[int]) -> None:
    parts = [VOICE, CLEAN, KEYS, *(Part(f"Dbl {n}", "egtr", f"guitar {n}", -9.0 - n) for n in range(3))]
    groups = [("double", [part.name for part in parts[3:]])]
    swapped = [parts[index] for index in swap]
    shuffled = [("double", [part.name for part in swapped if part.name.startswith("Dbl")])]
    assert pans(swapped, groups=shuffled) == pans(parts, groups=groups)


def test_a_lopsided_stereo_recording_is_balanced() -> None:
    part = replace(PAD, shape="left louder")
    strip = strip_of(decided([part, KICK, VOICE], stages=PAN), "Pad")
    assert strip.pan > 0.05
    ll, rr, _ = strip.band_power()
    assert float(ll.sum()) == pytest.approx(float(rr.sum()), rel=0.1)
    assert "louder on the left" in strip.reasons["pan"]


@pytest.mark.parametrize("part", [VOICE, PIANO], ids=["central role", "spread role"])
def test_a_stereo_file_with_a_dead_channel_is_treated_as_the_mono_it_is(part: Part) -> None:
    decision = decided([replace(part, shape="left only"), *[p for p in BAND if p is not part]], stages=PAN)
    strip = strip_of(decision, part.name)
    change = change_at(decision, part, "width")
    assert change is not None
    assert change.after == 0.0
    assert "only one of its two channels" in change.because
    ll, rr, _ = strip.band_power()
    assert float(ll.sum()) > 0.0
    assert float(rr.sum()) > 0.0
    assert (strip.pan == 0.0) == (part is VOICE)


@pytest.mark.parametrize("knobs", [{"pan_mode": "balance_v3"}, {"pan_mode": "dual"}, {"is_locked": True}])
def test_a_dead_channel_is_left_alone_where_the_width_is_not_ours(knobs: Mapping[str, Any]) -> None:
    part = replace(PIANO, shape="left only", knobs=knobs)
    assert change_at(decided([part, VOICE]), part, "width") is None


def test_a_stereo_recording_of_a_spread_role_stays_as_wide_as_it_is() -> None:
    part = replace(PIANO, shape="stereo")
    strip = strip_of(decided([part, KICK, BASS, VOICE], stages=PAN), "Piano")
    assert (strip.pan, strip.width) == (0.0, 1.0)


def test_the_reason_names_the_pan_that_is_written() -> None:
    parts = [*BAND, CLEAN, KEYS, Part("Shaker", "shaker", "hat 2", -20.0)]
    changes = [change for change in decided(parts).plan if change.address.kind == "pan"]
    assert len(changes) >= 4
    for change in changes:
        assert isinstance(change.after, float)
        assert change.because.startswith(pan_words(change.after))


@pytest.mark.parametrize(
    ("pan", "words"), [(0.0, "central"), (-0.3, "30 % to the left"), (1.0, "100 % to the right"), (0.004, "central")]
)
def test_pans_in_words(pan: float, words: str) -> None:
    assert pan_words(pan) == words
