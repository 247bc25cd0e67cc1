"""The role says how much compression, and so much happens."""

from collections.abc import Hashable
from dataclasses import replace

import numpy as np
import pytest

from actions.mixing.brief import LABELS
from actions.mixing.detection import level_before
from actions.mixing.dynamics import COMPRESSORS, adopt_dynamics, place_dynamics, wanted_reduction_db
from actions.mixing.patching import desk_of
from actions.mixing.strip import Strip
from actions.mixing.taste import GENRES
from analysis.listening import measure_programme
from analysis.rendering.chain import processor
from reaper_bridge.session.effects import Effect, EqBand, ReaComp, ReaEq, trim
from reaper_bridge.session.values import with_plan
from tests.session_builder import RATE_HZ
from tests.unit.actions.mixing.builders import (
    BAND,
    BASS,
    KICK,
    PAD,
    SNARE,
    VOICE,
    Part,
    brief_for,
    change_at,
    decided,
    desk_for,
    only,
    samples_of,
    strip_of,
)

LIVELY = (KICK, SNARE, VOICE)


@pytest.mark.parametrize("genre", ["pop", "jazz", "folk", "metal"])
@pytest.mark.parametrize("part", LIVELY, ids=lambda part: part.name)
def test_the_mean_gain_reduction_is_what_the_role_wants(part: Part, genre: str) -> None:
    desk = decided(BAND, genre).desk
    strip = strip_of(desk, part.name)
    wanted = wanted_reduction_db(desk, strip)
    if wanted >= desk.taste.dynamics.smallest_reduction_db:
        assert strip.comp is not None
        stages = [strip.inserts[knob].reduction_db for knob in COMPRESSORS if knob in strip.inserts]
        assert sum(stages) == pytest.approx(wanted, abs=0.3)
    else:
        assert strip.comp is None


@pytest.mark.parametrize("part", LIVELY, ids=lambda part: part.name)
def test_so_much_reduction_happens_when_the_chain_is_rendered(part: Part) -> None:
    strip = strip_of(decided(BAND), part.name)
    assert strip.comp is not None
    audio = np.repeat(samples_of(part.plays, part.shape, part.recorded_db), 2, axis=0)
    for effect in (trim(strip.trim_db), ReaEq(strip.all_bands)):
        audio = processor(effect, RATE_HZ).process(audio.copy())
    pressed = processor(replace(strip.comp, wet_db=0.0), RATE_HZ).process(audio.copy())
    before, after = (measure_programme([x.astype(np.float32)], RATE_HZ) for x in (audio, pressed))
    level = [m.level_power.astype(np.float64) + 1e-15 for m in (before, after)]
    plays = np.repeat(before.is_active, 50)[: len(level[0])]
    sounding = plays & (level[0] > 1e-9)
    reduction = 10.0 * np.log10(level[0] / level[1])
    weighted = float((reduction * level[0])[sounding].sum() / level[0][sounding].sum())
    assert weighted > strip.comp_reduction_db - 0.5  # what is loud is pressed at least as much as the mean
    assert after.loudness.integrated_lufs + strip.comp.wet_db == pytest.approx(before.loudness.integrated_lufs, abs=1.0)


def test_squashed_material_is_left_as_it_is() -> None:
    for part in (KICK, BASS, VOICE):
        squashed = replace(part, shape="squashed")
        strip = strip_of(decided([squashed, PAD]), part.name)
        assert strip.measures.crest_db < 8.0
        assert strip.comp is None


def test_the_less_crest_is_left_the_less_is_wanted() -> None:
    desk = desk_for([VOICE, PAD])
    strip = strip_of(desk, "Lead Vox")
    wanted = []
    for crest_db in (6.0, 9.0, 10.0, 11.0, 14.0, 20.0):
        strip.measures = replace(strip.measures, crest_db=crest_db)
        wanted.append(wanted_reduction_db(desk, strip))
    assert wanted == sorted(wanted)
    assert wanted[0] == 0.0
    assert strip.row.comp is not None
    assert wanted[-1] == strip.row.comp[3]


@pytest.mark.parametrize("recorded_db", [0.0, -6.0, -30.0])
@pytest.mark.parametrize("part", LIVELY, ids=lambda part: part.name)
def test_no_peak_leaves_the_chain_above_minus_one(part: Part, recorded_db: float) -> None:
    strip = strip_of(decided([replace(part, recorded_db=recorded_db), PAD, BASS]), part.name)
    audio = np.repeat(samples_of(part.plays, part.shape, recorded_db), 2, axis=0)
    chain = [trim(strip.trim_db), ReaEq(strip.all_bands), *([strip.comp] if strip.comp else [])]
    for effect in chain:
        audio = processor(effect, RATE_HZ).process(audio.copy())
        assert 20.0 * np.log10(np.abs(audio).max()) < -1.0


@pytest.mark.parametrize("genre", GENRES)
def test_make_up_gives_back_no_more_than_was_taken_or_allowed(genre: str) -> None:
    desk = decided(BAND, genre).desk
    for strip in desk.strips:
        if strip.comp is not None:
            assert 0.0 <= strip.comp.wet_db <= desk.taste.dynamics.largest_make_up_db
            assert strip.mean_gain(strip.comp_gain) <= 1.02


def test_orchestral_music_is_not_compressed() -> None:
    assert all(strip.comp is None for strip in decided(BAND, "orchestral").desk.strips)


def test_the_threshold_follows_the_trim_so_recording_levels_play_no_part() -> None:
    comps = []
    for recorded_db in (-20.0, -8.0):
        strip = strip_of(decided([replace(VOICE, recorded_db=recorded_db), PAD]), "Lead Vox")
        assert strip.comp is not None
        comps.append((strip.comp.threshold_db + 0.0, strip.comp.ratio, strip.comp_reduction_db))
    assert comps[0] == pytest.approx(comps[1], abs=0.25)


def test_the_reason_says_how_much_was_wanted_and_how_much_happens() -> None:
    decision = decided(BAND)
    strip = strip_of(decision, "Lead Vox")
    assert "2.0 dB of gain reduction" in strip.reasons["comp"]
    assert "2.0 dB of gain reduction" in strip.reasons["level"]
    assert change_at(decision, VOICE, "fader") is not None


@pytest.mark.parametrize("shape", ["one frame", "0.3 s", "30 ms", "silent"])
def test_very_short_tracks_can_be_compressed_too(shape: str) -> None:
    desk = desk_for([replace(VOICE, shape=shape), PAD])
    place_dynamics(desk)
    for strip in desk.strips:
        assert np.all(np.isfinite(strip.k_frames()))
        if strip.comp_gain is not None:
            assert len(strip.comp_gain) >= len(strip.measures.k_power) > 0


def test_a_compressor_that_stands_there_is_predicted_as_it_stands() -> None:
    desk = desk_for([VOICE, PAD])
    strip = strip_of(desk, "Lead Vox")
    plain = strip.k_frames().sum()
    adopt_dynamics(strip, {"comp": ReaComp(threshold_db=0.0, ratio=4.0, rms_ms=10.0, wet_db=6.0)}, {})
    assert strip.comp_reduction_db == pytest.approx(0.0, abs=0.05)
    assert strip.k_frames().sum() == pytest.approx(plain * 10**0.6, rel=0.02)


def test_a_compressor_that_is_known_is_predicted_the_same_again_and_another_one_otherwise() -> None:
    memory: dict[Hashable, object] = {}
    strips = [strip_of(desk_for([VOICE, PAD]), "Lead Vox") for _ in range(3)]
    for strip, ratio in zip(strips, (2.0, 2.0, 8.0), strict=True):
        adopt_dynamics(strip, {"comp": ReaComp(threshold_db=-30.0, ratio=ratio, rms_ms=10.0)}, memory)
    first, again, other = (strip.comp_gain for strip in strips)
    assert len(memory) == 2
    assert first is not None
    np.testing.assert_array_equal(again, first)
    assert strips[1].comp_reduction_db == strips[0].comp_reduction_db < strips[2].comp_reduction_db
    assert not np.array_equal(other, first)


def rendered_reductions(strip: Strip) -> dict[str, float]:
    """Return the mean gain reduction of each compressor of a strip in dB while it plays, by the renderer."""
    part = next(part for part in BAND if part.name == strip.track.name)
    audio = np.repeat(samples_of(part.plays, part.shape, part.recorded_db), 2, axis=0)
    active = np.repeat(strip.measures.is_active, RATE_HZ // 20)[: audio.shape[1]]
    found = {}
    for knob, effect in (("trim", trim(strip.trim_db)), ("eq", ReaEq(strip.all_bands)), *chain_of(strip)):
        before = audio
        audio = processor(effect, RATE_HZ).process(audio.copy())
        if isinstance(effect, ReaComp):
            heard = active & (np.abs(before[0, : len(active)]) > 1e-6)
            gain = np.abs(audio[0, : len(active)][heard]) / np.abs(before[0, : len(active)][heard])
            found[knob] = effect.wet_db - float((20.0 * np.log10(gain)).mean())
    return found


def chain_of(strip: Strip) -> list[tuple[str, Effect]]:
    """Return what stands in its chain; a ducker, which comes last and hears another track, has tests of its own."""
    return [(knob, strip.inserts[knob].effect) for knob in LABELS if knob in strip.inserts and knob != "duck"]


@pytest.mark.parametrize("genre", ["pop", "rock", "jazz"])
def test_every_predicted_reduction_is_within_half_a_decibel_of_the_renderer(genre: str) -> None:
    count = 0
    for strip in decided(BAND, genre).desk.strips:
        for knob, rendered_db in rendered_reductions(strip).items():
            assert strip.inserts[knob].reduction_db == pytest.approx(rendered_db, abs=0.5), (strip.track.name, knob)
            count += 1
    assert count >= 3


def test_a_lead_vocal_is_pressed_in_two_stages_that_share_what_one_would_do() -> None:
    strip = strip_of(decided(BAND), "Lead Vox")
    comp, level = strip.inserts["comp"].effect, strip.inserts["level"].effect
    assert isinstance(comp, ReaComp)
    assert isinstance(level, ReaComp)
    assert level.attack_ms > 2.0 * comp.attack_ms
    assert level.release_ms > 1.5 * comp.release_ms
    one = strip_of(decided(BAND, taste={"dynamics": {"leveller": False}}), "Lead Vox")
    assert "level" not in one.inserts
    assert one.comp_reduction_db == pytest.approx(
        strip.comp_reduction_db + strip.inserts["level"].reduction_db, abs=0.3
    )


def test_only_roles_with_a_second_stage_get_one() -> None:
    assert [s.track.name for s in decided(BAND).desk.strips if "level" in s.inserts] == ["Lead Vox"]


def test_half_the_compression_is_one_stage_where_two_would_do_nothing() -> None:
    strip = strip_of(decided(BAND, taste={"dynamics": {"reduction_ratio": 0.3}}), "Lead Vox")
    assert "level" not in strip.inserts
    assert strip.comp_reduction_db == pytest.approx(1.2, abs=0.2)


def test_both_stages_are_predicted_the_same_when_they_stand_there_already() -> None:
    decision = decided(BAND)
    placed = strip_of(decision, "Lead Vox")
    session = with_plan(brief_for(BAND).session, decision.plan)
    again = desk_of(replace(brief_for(BAND), session=session, base=session, stages=only("space")))
    for strip in again.strips:
        then = strip_of(decision, strip.track.name)
        assert set(strip.inserts) == set(then.inserts)
        for knob, insert in strip.inserts.items():
            assert insert.reduction_db == pytest.approx(then.inserts[knob].reduction_db, abs=0.02)
            np.testing.assert_allclose(insert.frame_gain, then.inserts[knob].frame_gain, rtol=0.01)
    assert {"comp", "level"} <= set(placed.inserts)


def test_a_compressor_behind_a_high_pass_hears_what_is_left() -> None:
    desk = desk_for([replace(KICK, role="room")])
    strip = desk.strips[0]
    strip.bands = [EqBand("high_pass", 400.0, 0.0, 2.0)]
    place_dynamics(desk)
    audio = np.repeat(samples_of(KICK.plays, KICK.shape, KICK.recorded_db), 2, axis=0)
    cut = processor(ReaEq(strip.all_bands), RATE_HZ).process(audio.copy())
    heard = measure_programme([cut.astype(np.float32)], RATE_HZ).level_power
    predicted = level_before(strip, "comp")
    busy = heard > heard.max() * 0.01
    error_db = 10.0 * np.log10(predicted[: len(heard)][busy] / heard[busy])
    assert abs(np.median(error_db)) < 2.0
