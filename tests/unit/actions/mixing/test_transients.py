"""Transients: shaped only where taste asks, bounded, and as loud as before."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from actions.mixing.brief import Brief, fx_id
from actions.mixing.patching import desk_of
from actions.mixing.plan import Decision, decide
from analysis.listening import measure_programme
from analysis.rendering.chain import processor
from reaper_bridge.session.change import PlacedEffect
from reaper_bridge.session.effects import Jsfx, trim
from reaper_bridge.session.scripts import TRANSIENTS_PATH
from reaper_bridge.session.values import with_plan
from tests.session_builder import RATE_HZ
from tests.unit.actions.mixing.builders import GUITAR_L, Part, brief_for, change_at, only, samples_of, strip_of

SNARE = Part("Snare", "snare", "snare", -6.0)


def asking(part: Part = SNARE, transient: tuple[float, float] | None = (40.0, 0.0), **wishes: Any) -> Brief:
    """Return a brief whose taste asks for the shaping of one role."""
    brief = brief_for([part, GUITAR_L], **wishes)
    row = brief.taste.roles[part.role].model_copy(update={"transient": transient})
    return replace(brief, taste=brief.taste.model_copy(update={"roles": {**brief.taste.roles, part.role: row}}))


def placed(decision: Decision, part: Part = SNARE) -> Jsfx | None:
    """Return the shaper that a part gets."""
    change = change_at(decision, part, "fx", fx_id(part.id, "transient"))
    if change is None:
        return None
    assert change.stage == "dynamics"
    assert isinstance(change.after, PlacedEffect)
    assert isinstance(change.after.effect, Jsfx)
    assert change.after.effect.path == TRANSIENTS_PATH
    return change.after.effect


def test_no_role_is_shaped_unless_taste_asks() -> None:
    brief = brief_for([SNARE, GUITAR_L])
    assert all(row.transient is None for row in brief.taste.roles.values())
    assert placed(decide(brief)) is None


def test_where_taste_asks_hits_are_shaped_within_its_bound() -> None:
    effect = placed(decide(asking()))
    assert effect is not None
    assert effect.sliders[0] is not None
    assert 0.0 < effect.sliders[0] <= 40.0
    little = placed(decide(asking(taste={"transients": {"largest_change_db": 1.0}})))
    assert little is not None
    assert little.sliders[0] is not None
    assert 0.0 < little.sliders[0] < effect.sliders[0]


@pytest.mark.parametrize("settings", [{"enabled": False}, {"least_change_db": 12.0}, {"largest_change_db": 0.0}])
def test_taste_switches_it_off(settings: dict[str, Any]) -> None:
    assert placed(decide(asking(taste={"transients": settings}))) is None


def rendered(*effects: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return (F,) K-weighted power and (M,) power per ms behind some plug-ins."""
    sound = np.repeat(samples_of(SNARE.plays, "as it is", SNARE.recorded_db), 2, axis=0)
    for effect in effects:
        at_work = processor(effect, RATE_HZ)
        assert at_work is not None
        sound = at_work.process(np.ascontiguousarray(sound))
    measures = measure_programme([sound.astype(np.float32)], RATE_HZ)
    return measures.k_power.astype(np.float64), measures.level_power.astype(np.float64)


@pytest.mark.parametrize("asked", [(40.0, 0.0), (-30.0, 0.0), (0.0, 50.0), (30.0, -30.0)])
def test_rendered_it_does_what_was_predicted_and_is_as_loud_as_before(asked: tuple[float, float]) -> None:
    strip = strip_of(decide(asking(transient=asked, stages=only("gain", "dynamics"))), "Snare")
    insert = strip.inserts["transient"]
    assert insert.frame_gain is not None
    before, level = rendered(trim(strip.trim_db))
    after, level_after = rendered(trim(strip.trim_db), insert.effect)
    loud = before > 1e-3 * before.max()
    error_db = 10 * np.log10(after[loud] / (before[loud] * insert.frame_gain[: len(before)][loud]))
    assert np.average(np.abs(error_db), weights=before[loud]) < 0.6
    assert 10 * np.log10(level_after.sum() / level.sum()) == pytest.approx(0.0, abs=0.4)


def test_it_stands_before_the_compressor_which_hears_it() -> None:
    plain, shaped = (strip_of(decide(asking(transient=t)), "Snare") for t in (None, (60.0, 0.0)))
    assert plain.comp is not None
    assert shaped.comp is not None
    assert plain.comp.threshold_db != shaped.comp.threshold_db


@pytest.mark.parametrize("by_db", [-12.0, 4.0])
def test_recording_levels_do_not_matter(by_db: float) -> None:
    moved = replace(SNARE, recorded_db=SNARE.recorded_db + by_db)
    assert placed(decide(asking(moved)), moved) == placed(decide(asking()))


def test_a_second_decision_plans_nothing_else() -> None:
    brief = asking()
    assert decide(replace(brief, session=with_plan(brief.session, decide(brief).plan))).plan.changes == ()


def test_one_that_stays_is_reckoned_with_as_when_it_was_placed() -> None:
    brief = asking()
    first = decide(brief)
    after = with_plan(brief.session, first.plan)
    kept = desk_of(replace(brief, session=after, base=after, stages=only("space")))
    was, now = strip_of(first, "Snare").inserts["transient"], strip_of(kept, "Snare").inserts["transient"]
    assert now.effect == was.effect
    assert now.frame_gain is not None
    assert was.frame_gain is not None
    assert np.allclose(now.frame_gain, was.frame_gain, rtol=0.05)
