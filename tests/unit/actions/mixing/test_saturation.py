"""Saturation: harmonics for a bass that small speakers hide, and for no other."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from actions.mixing.brief import fx_id
from actions.mixing.curves import BANDS, K_POWER
from actions.mixing.patching import desk_of
from actions.mixing.plan import decide
from analysis.listening import measure_programme
from analysis.rendering.chain import processor
from reaper_bridge.session.change import PlacedEffect
from reaper_bridge.session.effects import Jsfx, trim
from reaper_bridge.session.scripts import WAVESHAPER_PATH
from reaper_bridge.session.values import with_plan
from tests.session_builder import RATE_HZ
from tests.unit.actions.mixing.builders import Part, brief_for, change_at, decided, only, samples_of, strip_of

SUB = Part("808", "synth_bass", "bass", shape="bare sub")
GUITAR = Part("Gtr", "egtr", "guitar")
SMALL = (BANDS >= 200.0) & (BANDS <= 6000.0)


def placed_on(part: Part, **wishes: Any) -> Jsfx | None:
    """Return the saturation that a part gets."""
    change = change_at(decided([part, GUITAR], **wishes), part, "fx", fx_id(part.id, "saturation"))
    if change is None:
        return None
    assert change.stage == "saturation"
    assert isinstance(change.after, PlacedEffect)
    assert isinstance(change.after.effect, Jsfx)
    return change.after.effect


def test_a_bare_sub_gets_as_much_as_its_role_allows() -> None:
    assert placed_on(SUB) == Jsfx(WAVESHAPER_PATH, (50.0,))
    assert placed_on(replace(SUB, role="bass")) == Jsfx(WAVESHAPER_PATH, (35.0,))


def test_the_least_is_taken_that_brings_it_up() -> None:
    little = placed_on(SUB, taste={"saturation": {"small_share_db": -35.0}})
    assert little is not None
    assert little.sliders[0] is not None
    assert 0.0 < little.sliders[0] < 35.0


@pytest.mark.parametrize("part", [Part("B", "bass", "bass"), Part("B", "synth_bass", "guitar")])
def test_a_bass_with_harmonics_of_its_own_gets_none(part: Part) -> None:
    assert placed_on(part) is None


@pytest.mark.parametrize("role", ["kick", "bass_amp", "synth", "synth_pad"])
def test_roles_whose_taste_does_not_ask_get_none(role: str) -> None:
    assert placed_on(replace(SUB, role=role)) is None


@pytest.mark.parametrize("settings", [{"enabled": False}, {"small_share_db": -60.0}, {"least_lift_db": 24.0}])
def test_taste_switches_it_off(settings: dict[str, Any]) -> None:
    assert placed_on(SUB, taste={"saturation": settings}) is None


def test_where_the_rest_plays_nothing_there_it_is_heard_as_it_is() -> None:
    assert change_at(decided([SUB]), SUB, "fx", fx_id(SUB.id, "saturation")) is None


def rendered(sound: np.ndarray, *effects: Any) -> np.ndarray:
    """Return (31,) mean power per band behind some plug-ins."""
    for effect in effects:
        at_work = processor(effect, RATE_HZ)
        assert at_work is not None
        sound = at_work.process(np.ascontiguousarray(sound))
    measures = measure_programme([sound.astype(np.float32)], RATE_HZ)
    power = 0.5 * (measures.band_ll.astype(np.float64) + measures.band_rr)
    return np.asarray(power[measures.is_active].mean(axis=0))


def test_rendered_small_speakers_play_so_much_more_of_it_as_predicted() -> None:
    decision = decided([SUB, GUITAR])
    strip = strip_of(decision, "808")
    insert = strip.inserts["saturation"]
    assert insert.band_gain is not None
    sound = np.repeat(samples_of("bass", "bare sub", -9.0), 2, axis=0)
    before = rendered(sound.copy(), trim(strip.trim_db))
    after = rendered(sound.copy(), trim(strip.trim_db), insert.effect)
    predicted = before * insert.band_gain * strip.mean_gain(insert.frame_gain)
    loud = after > 10 ** (-3.5) * after.sum()
    assert np.abs(10 * np.log10(predicted / after))[loud].max() < 1.6

    def share_db(bands: np.ndarray) -> float:
        return float(10 * np.log10((K_POWER * bands)[SMALL].sum() / (K_POWER * bands).sum()))

    said = re.search(r"([-+]\d+) dB there", strip.reasons["saturation"])
    assert said is not None
    lift_db = share_db(after) - share_db(before)
    assert lift_db > 12.0
    assert 0.0 <= lift_db - float(said[1]) < 3.0  # what is new is said rather too low than too high


@pytest.mark.parametrize("by_db", [-9.0, 6.0])
def test_recording_levels_do_not_matter(by_db: float) -> None:
    assert placed_on(replace(SUB, recorded_db=SUB.recorded_db + by_db)) == placed_on(SUB)


def test_a_second_decision_plans_nothing_else() -> None:
    brief = brief_for([SUB, GUITAR])
    assert decide(replace(brief, session=with_plan(brief.session, decide(brief).plan))).plan.changes == ()


def test_one_that_stays_is_reckoned_with_as_when_it_was_placed() -> None:
    brief = brief_for([SUB, GUITAR])
    first = decide(brief)
    after = with_plan(brief.session, first.plan)
    kept = desk_of(replace(brief, session=after, base=after, stages=only("space")))
    was, now = strip_of(first, "808").inserts["saturation"], strip_of(kept, "808").inserts["saturation"]
    assert now.effect == was.effect
    assert now.band_gain is not None
    assert was.band_gain is not None
    assert np.allclose(10 * np.log10(now.band_gain), 10 * np.log10(was.band_gain), atol=0.2)


def test_the_stage_is_left_out_where_it_is_not_asked_for() -> None:
    assert placed_on(SUB, stages=only("gain", "balance")) is None
