"""De-essing: only where esses stand out of the voice itself, by 3 to 6 dB, and the voice beside them stays."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from actions.mixing.brief import fx_id
from actions.mixing.desk import Strip
from actions.mixing.detection import level_before
from actions.mixing.patching import desk_of
from actions.mixing.plan import decide
from analysis.bursts import burst_band, find_bursts
from analysis.listening import measure_programme
from analysis.rendering.chain import processor
from reaper_bridge.session.change import PlacedEffect
from reaper_bridge.session.effects import ForeignEffect, Jsfx, ReaEq, trim
from reaper_bridge.session.identity import FxId
from reaper_bridge.session.model import FxSlot
from reaper_bridge.session.scripts import DE_ESSER_THRESHOLD, de_esser
from reaper_bridge.session.values import with_plan
from tests.session_builder import RATE_HZ
from tests.unit.actions.mixing.builders import Part, brief_for, change_at, decided, only, samples_of, strip_of

SIBILANT = Part("Vox", "lead_vocal", "voice", shape="with esses")
GUITAR = Part("Gtr", "egtr", "guitar")


def placed_on(part: Part, **wishes: Any) -> Jsfx | None:
    """Return the de-esser that a part gets."""
    change = change_at(decided([part, GUITAR], **wishes), part, "fx", fx_id(part.id, "deess"))
    if change is None:
        return None
    assert change.stage == "deessing"
    assert isinstance(change.after, PlacedEffect)
    assert isinstance(change.after.effect, Jsfx)
    return change.after.effect


@pytest.mark.parametrize("shape", ["as it is", "with soft esses"])
@pytest.mark.parametrize("role", ["lead_vocal", "backing_vocal", "speech"])
def test_a_voice_whose_esses_sit_well_gets_none(shape: str, role: str) -> None:
    assert placed_on(replace(SIBILANT, role=role, shape=shape)) is None


@pytest.mark.parametrize("role", ["lead_vocal", "backing_vocal", "speech"])
def test_a_voice_whose_esses_stand_out_gets_one(role: str) -> None:
    assert placed_on(replace(SIBILANT, role=role)) is not None


@pytest.mark.parametrize(("plays", "role"), [("hat", "hihat"), ("guitar", "egtr"), ("noise", "overheads")])
def test_what_is_evenly_bright_gets_none(plays: str, role: str) -> None:
    assert placed_on(Part("X", role, plays)) is None


@pytest.mark.parametrize("role", ["hihat", "egtr"])
def test_bursts_of_cymbals_and_guitars_are_found_by_the_same_rule(role: str) -> None:
    splashing = Part("X", role, "voice", shape="with esses")
    assert placed_on(splashing, taste={"deessing": {"harsh_sits_db": -9.0, "guitar_hz": 4000.0}}) is not None
    assert placed_on(splashing, taste={"deessing": {"harsh_sits_db": 6.0}}) is None


def test_a_synth_is_none_of_its_business() -> None:
    assert placed_on(Part("X", "synth", "voice", shape="with esses")) is None


def before_and_after(strip: Strip) -> tuple[np.ndarray, np.ndarray]:
    """Return (F, 31) power before and after the de-esser of a strip, both rendered."""
    sound = np.repeat(samples_of("voice", "with esses", -9.0), 2, axis=0)
    powers = []
    for effect in (trim(strip.trim_db), ReaEq(strip.all_bands), strip.inserts["deess"].effect):
        at_work = processor(effect, RATE_HZ)
        assert at_work is not None
        sound = at_work.process(np.ascontiguousarray(sound))
        measures = measure_programme([sound.astype(np.float32)], RATE_HZ)
        powers.append(0.5 * (measures.band_ll.astype(np.float64) + measures.band_rr))
    return powers[-2], powers[-1]


def test_rendered_the_worst_syllables_lose_3_to_6_db_and_the_rest_nothing() -> None:
    strip = strip_of(decided([SIBILANT, GUITAR]), "Vox")
    before, after = before_and_after(strip)
    active = strip.measures.is_active
    bursts = find_bursts(before, active, 4000.0, 6.0)
    assert bursts is not None
    band = burst_band(4000.0)
    worst_db = 10 * np.log10(before[bursts.worst][:, band].sum(axis=1) / after[bursts.worst][:, band].sum(axis=1))
    assert 3.0 <= worst_db.mean() <= 6.0
    assert worst_db.mean() == pytest.approx(strip.inserts["deess"].reduction_db, abs=0.3)
    rest = active & ~bursts.frames
    assert 10 * np.log10(before[rest].sum() / after[rest].sum()) < 0.3


def test_the_desk_knows_what_it_does_to_each_band_and_each_frame() -> None:
    strip = strip_of(decided([SIBILANT, GUITAR]), "Vox")
    before, after = before_and_after(strip)
    insert, active = strip.inserts["deess"], strip.measures.is_active
    assert insert.band_gain is not None
    assert insert.frame_gain is not None
    share = before[active].sum(axis=0)
    predicted_db = 10 * np.log10(insert.band_gain * strip.mean_gain(insert.frame_gain))
    real_db = 10 * np.log10(after[active].sum(axis=0) / share)
    heard = share > 1e-5 * share.sum()
    assert np.abs(predicted_db - real_db)[heard].max() < 0.5


@pytest.mark.parametrize("by_db", [-12.0, 12.0])
def test_recording_levels_do_not_matter(by_db: float) -> None:
    here, there = placed_on(SIBILANT), placed_on(replace(SIBILANT, recorded_db=SIBILANT.recorded_db + by_db))
    assert here is not None
    assert there is not None
    assert np.allclose(np.array(here.sliders, float), np.array(there.sliders, float), atol=0.3)


def test_the_reason_has_numbers() -> None:
    reason = strip_of(decided([SIBILANT, GUITAR]), "Vox").reasons["deess"]
    assert re.search(r"10 esses above 4 kHz, [-+]\d\.\d dB against .* -9\.0 dB sits well: \d\.\d dB off", reason)


@pytest.mark.parametrize("settings", [{"enabled": False}, {"voices": ()}, {"least_excess_db": 20.0}])
def test_taste_switches_it_off(settings: dict[str, Any]) -> None:
    assert placed_on(SIBILANT, taste={"deessing": settings}) is None


def test_taste_bounds_it() -> None:
    gentle = {"largest_reduction_db": 3.0}
    strip = strip_of(decided([SIBILANT, GUITAR], taste={"deessing": gentle}), "Vox")
    assert strip.inserts["deess"].reduction_db == pytest.approx(3.0, abs=0.05)


def test_where_the_rest_of_the_voice_would_suffer_it_is_left() -> None:
    assert placed_on(SIBILANT, taste={"deessing": {"voice_loss_beside_db": 0.0}}) is None


def test_the_stage_is_left_out_where_it_is_not_asked_for() -> None:
    assert placed_on(SIBILANT, stages=only("gain", "tone", "dynamics")) is None


def test_a_chain_with_a_plug_in_of_the_engineers_stays() -> None:
    own = FxSlot(
        FxId("{5B6B0F5E-0000-4000-8000-000000000001}"), "VST: Some De-esser", ForeignEffect("VST: Some De-esser", "1")
    )
    assert placed_on(replace(SIBILANT, knobs={"fx": (own,)})) is None


def test_a_second_decision_plans_nothing_else() -> None:
    brief = brief_for([SIBILANT, GUITAR])
    assert decide(replace(brief, session=with_plan(brief.session, decide(brief).plan))).plan.changes == ()


def test_one_that_stays_is_reckoned_with_as_when_it_was_placed() -> None:
    brief = brief_for([SIBILANT, GUITAR])
    first = decide(brief)
    after = with_plan(brief.session, first.plan)
    kept = desk_of(replace(brief, session=after, base=after, stages=only("space")))
    was, now = strip_of(first, "Vox").inserts["deess"], strip_of(kept, "Vox").inserts["deess"]
    assert now.effect == was.effect
    assert now.band_gain is not None
    assert now.frame_gain is not None
    assert np.allclose(now.band_gain, was.band_gain, rtol=0.01)
    assert np.allclose(now.frame_gain, was.frame_gain, rtol=0.01)


def test_its_threshold_is_where_the_plug_in_can_have_it() -> None:
    effect = placed_on(SIBILANT, stages=only("deessing"))
    if effect is not None:
        knob_db = effect.sliders[DE_ESSER_THRESHOLD]
        assert knob_db is not None
        assert -80.0 <= knob_db <= 0.0
        assert effect == de_esser(4000.0, knob_db, 8.0)


def test_the_compressor_behind_it_hears_what_it_leaves() -> None:
    strip = strip_of(decided([SIBILANT, GUITAR]), "Vox")
    before, after = before_and_after(strip)
    without = replace(strip, inserts={})
    heard_db = 10 * np.log10(level_before(strip, "comp") / np.maximum(level_before(without, "comp"), 1e-20))
    frames_db = heard_db[: 50 * len(before)].reshape(-1, 50).mean(axis=1)
    real_db = 10 * np.log10(after.sum(axis=1) / before.sum(axis=1))
    loud = strip.measures.is_active & (before.sum(axis=1) > 1e-3 * before.sum(axis=1).max())
    off_db = (frames_db - real_db)[loud]
    assert real_db[loud].min() < -3.0
    assert np.quantile(np.abs(off_db), 0.9) < 0.5
