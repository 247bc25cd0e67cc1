"""Corrective EQ mends what is wrong and little else; the tone of the sum leans back a little."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from actions.mixing.blend import REGIONS, place_blend
from actions.mixing.clean_part import clean_part
from actions.mixing.curves import BANDS, target_levels_db
from actions.mixing.desk import Desk
from actions.mixing.tone import HIGH_PASS_OCTAVES, REMEDIES, TILT_REGIONS, low_share, place_tone
from analysis.measures import Flaw, FlawKind
from reaper_bridge.session.effects import EqBand
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
    decided,
    desk_for,
    only,
    strip_of,
)

TONE = only("tone")
NO_TILT: dict[str, dict[str, Any]] = {"tone": {"tilt_correction_ratio": 0.0}}
FREQUENCIES_HZ: dict[str, float] = {"bright": 9000.0, "dull": 8000.0, "thin": 150.0, "harsh": 3000.0}


def flaw(kind: FlawKind, severity_db: float = 6.0, confidence: float = 0.9) -> Flaw:
    return Flaw(kind, severity_db, confidence, kind, FREQUENCIES_HZ.get(kind, 300.0), 0.5)


def bands(part: Part) -> list[EqBand]:
    """Return the corrective bands of a part, tilt and the rest of the mix left out."""
    desk = desk_for([part], taste=NO_TILT)
    place_tone(desk, {part.id: part.flaws})
    return strip_of(desk, part.name).bands


# --- high-pass ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["as it is", "with rumble", "with boom"])
@pytest.mark.parametrize("part", [VOICE, GUITAR_L, PIANO, HAT, SNARE], ids=lambda part: part.name)
def test_a_high_pass_is_set_by_the_share_of_energy_below_it_unless_it_took_too_much(part: Part, shape: str) -> None:
    part = replace(part, shape=shape)
    strip = strip_of(desk_for([part]), part.name)
    tone, corner = desk_for([part]).taste.tone, strip.row.high_pass_hz
    assert corner is not None
    share = low_share(strip, corner)
    is_wanted = tone.high_pass_least_share_ratio <= share <= tone.high_pass_largest_share_ratio
    lost_db = clean_part(strip.measures, ()).loss_db([EqBand("high_pass", corner, 0.0, HIGH_PASS_OCTAVES)])
    is_wanted &= lost_db <= tone.clean_loss_largest_db
    assert [b.frequency_hz for b in bands(part) if b.shape == "high_pass"] == ([corner] if is_wanted else [])


def test_the_three_answers_of_the_share_rule_all_occur() -> None:
    shapes = {shape: bands(replace(VOICE, shape=shape)) for shape in ("as it is", "with rumble", "with boom")}
    assert [bool(found) for found in shapes.values()] == [False, True, False]


def test_rumble_is_cut_even_where_there_is_little_of_it() -> None:
    cut = bands(replace(VOICE, flaws=(flaw("rumble"),)))
    assert [band.shape for band in cut] == ["high_pass"]


@pytest.mark.parametrize("part", [KICK, BASS], ids=lambda part: part.name)
def test_the_low_end_gets_no_high_pass(part: Part) -> None:
    assert bands(replace(part, flaws=(flaw("rumble"),))) == []


def test_the_share_below_a_frequency_is_that_of_the_spectrum() -> None:
    strip = strip_of(desk_for([replace(HAT, shape="with boom")]), "HiHat")
    assert low_share(strip, 40.0) < 0.02 < 0.5 < low_share(strip, 80.0) <= low_share(strip, 20_000.0) <= 1.0


# --- flaws ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", REMEDIES)
def test_a_flaw_becomes_the_band_against_it(kind: FlawKind) -> None:
    shape, sign, _ = REMEDIES[kind]
    (band,) = bands(replace(PAD, flaws=(flaw(kind),)))
    assert band.shape == shape
    assert band.gain_db * sign > 0.0
    assert band.frequency_hz == flaw(kind).frequency_hz


@pytest.mark.parametrize("severity_db", [3.0, 8.0, 40.0])
@pytest.mark.parametrize("kind", REMEDIES)
def test_no_remedy_is_larger_than_the_flaw_or_the_limit(kind: FlawKind, severity_db: float) -> None:
    tone = desk_for([PAD]).taste.tone
    is_narrow = REMEDIES[kind][2]
    limit = tone.resonance_largest_cut_db if is_narrow else tone.shape_largest_move_db
    (band,) = bands(replace(PAD, flaws=(flaw(kind, severity_db),)))
    assert abs(band.gain_db) <= min(severity_db, limit) + 0.05


@pytest.mark.parametrize(
    "harmless",
    [flaw("mud", confidence=0.3), flaw("mud", severity_db=0.5), flaw("hum"), flaw("clipped"), flaw("sibilance")],
)
def test_what_is_unsure_small_or_no_matter_of_tone_moves_no_band(harmless: Flaw) -> None:
    assert bands(replace(PAD, flaws=(harmless,))) == []


def test_two_flaws_at_one_place_are_mended_once() -> None:
    assert len(bands(replace(PAD, flaws=(flaw("mud", 6.0), flaw("boxy", 5.0))))) == 1


def test_the_worst_flaws_come_first_and_the_sum_is_limited() -> None:
    many = tuple(
        Flaw("resonance", severity, 0.9, "rings", hz, 0.2)
        for severity, hz in ((6.0, 300.0), (12.0, 700.0), (8.0, 1500.0), (9.0, 3100.0), (7.0, 6500.0))
    )
    found = bands(replace(PAD, flaws=many))
    assert found[0].frequency_hz == 700.0
    limit = desk_for([PAD]).taste.tone.sum_of_moves_db
    assert 6.0 < sum(abs(band.gain_db) for band in found) <= limit


def test_an_unknown_sound_keeps_its_flaws() -> None:
    assert bands(replace(PAD, role="unknown", flaws=(flaw("mud"),))) == []


def test_the_reason_names_the_flaw_and_its_size() -> None:
    (change,) = decided([replace(PAD, flaws=(flaw("mud", 6.0),))], stages=TONE).plan
    assert "-4.5 dB at 300 Hz: mud, 6.0 dB beyond normal" in change.because


# --- tilt and blend -------------------------------------------------------------------------------------------


def tilts_db(desk: Desk, name: str) -> dict[str, float]:
    """Return how far each region of a track stands off its kind of stem, against the mids."""
    strip = strip_of(desk, name)
    ll, rr, _ = strip.mean_bands()
    levels = 10.0 * np.log10((ll + rr)[4:30] + 1e-15)
    stem = np.array(desk.taste.stem_spectrum_db(strip.row.spectrum))
    hz, heard = BANDS[4:30], levels > levels.max() - 45.0
    error = stem - levels - 10.0 * np.log10(strip.response()[4:30])
    error -= error[heard & (hz >= 250.0) & (hz <= 1600.0)].mean()
    parts = {r.words: heard & (hz >= r.from_hz) & (hz <= r.to_hz) for r in TILT_REGIONS}
    return {words: float(error[part].mean()) if part.any() else 0.0 for words, part in parts.items()}


@pytest.mark.parametrize("part", [VOICE, GUITAR_L, PIANO], ids=lambda part: part.name)
def test_a_tilt_moves_a_track_towards_its_kind_of_stem_and_only_gently(part: Part) -> None:
    desk = desk_for([part])
    before = tilts_db(desk, part.name)
    place_tone(desk, {})
    after = tilts_db(desk, part.name)
    moves = {band.frequency_hz: band.gain_db for band in strip_of(desk, part.name).bands if band.gain_db}
    assert moves
    for region in TILT_REGIONS:
        move = moves.get(region.corner_hz, 0.0)
        assert abs(move) <= desk.taste.tone.tilt_largest_move_db
        if move:
            assert np.sign(move) == np.sign(before[region.words])
            assert abs(after[region.words]) < abs(before[region.words])


def mix_distances_db(desk: Desk) -> list[float]:
    total = np.sum([(s.band_power()[0] + s.band_power()[1]) * s.weight for s in desk.sounding], axis=0)
    error = 10.0 * np.log10(total + 1e-15) - target_levels_db(desk.taste.target_spectrum)
    error -= error[(BANDS >= 60.0) & (BANDS <= 13_000.0)].mean()
    return [abs(float(error[region.mask].mean())) for region in REGIONS]


def test_the_tone_of_the_sum_comes_nearer_to_the_usual_and_the_lead_is_spared() -> None:
    decision = decided(BAND, stages=only("balance"))
    desk = decision.desk
    for strip in desk.strips:
        strip.free = frozenset({"eq"})
    before = mix_distances_db(desk)
    place_blend(desk)
    after = mix_distances_db(desk)
    assert sum(after) < sum(before)
    assert {band.frequency_hz for band in strip_of(desk, "Lead Vox").bands} <= {7000.0}


def test_blending_stays_within_its_limits() -> None:
    desk = decided(BAND, stages=only("balance", "tone")).desk
    tone = desk.taste.tone
    for strip in desk.strips:
        for band in strip.bands:
            if band.frequency_hz in {region.corner_hz for region in REGIONS} and band.shape != "high_pass":
                assert abs(band.gain_db) <= max(tone.blend_largest_move_db, tone.tilt_largest_move_db)


FLAWED = [
    replace(part, flaws=(flaw("mud", 9.0), Flaw("resonance", 12.0, 0.9, "rings", 1500.0, 0.2), flaw("harsh", 9.0)))
    for part in BAND
]


@pytest.mark.parametrize("parts", [BAND, FLAWED], ids=["clean", "flawed"])
@pytest.mark.parametrize("genre", ["pop", "metal", "electronic", "folk"])
def test_all_gains_on_one_track_together_stay_within_twelve_decibels(parts: Sequence[Part], genre: str) -> None:
    for strip in decided(parts, genre).desk.strips:
        assert sum(abs(band.gain_db) for band in strip.all_bands) <= 12.0


def test_a_track_with_an_equaliser_of_our_own_says_every_band_it_got() -> None:
    decision = decided(FLAWED)
    for part in FLAWED:
        strip = strip_of(decision, part.name)
        said = strip.reasons.get("eq", "")
        for band in strip.bands:
            assert f"{band.gain_db:+.1f} dB" in said or band.shape == "high_pass"
