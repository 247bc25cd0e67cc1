"""Width: narrow synths get more of the side they have, and nothing is lost in mono by it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from actions.forecast import Forecast
from actions.meters import Meters
from actions.mixing import widening
from actions.mixing.brief import fx_id
from actions.mixing.curves import BANDS
from actions.mixing.masking import strip_power
from actions.mixing.overlap import bands_between, ears
from actions.mixing.patching import desk_of
from actions.mixing.plan import Decision, decide
from actions.mixing.strip import panned
from analysis.listening import measure_programme
from analysis.rendering.chain import processor
from reaper_bridge.session.change import PlacedEffect
from reaper_bridge.session.effects import Jsfx
from reaper_bridge.session.scaling import scaled_effect
from reaper_bridge.session.scripts import ENHANCER_PATH
from reaper_bridge.session.values import with_plan
from tests.session_builder import RATE_HZ
from tests.unit.actions.mixing.builders import (
    GUITAR_L,
    KICK,
    VOICE,
    Part,
    brief_for,
    change_at,
    decided,
    only,
    samples_of,
    strip_of,
)

NARROW = Part("Synth", "synth_pad", "pad", shape="narrow")
BRIGHT = replace(NARROW, role="synth", plays="guitar")
REST = (KICK, VOICE, GUITAR_L)


def placed_on(part: Part, **wishes: Any) -> Jsfx | None:
    """Return the widening that a part gets."""
    change = change_at(decided([part, *REST], **wishes), part, "fx", fx_id(part.id, "widen"))
    if change is None:
        return None
    assert change.stage == "saturation"
    assert isinstance(change.after, PlacedEffect)
    assert isinstance(change.after.effect, Jsfx)
    assert change.after.effect.path == ENHANCER_PATH
    return change.after.effect


def high_percent(effect: Jsfx | None) -> float:
    assert effect is not None
    assert effect.sliders[2] is not None
    return effect.sliders[2]


def test_a_narrow_pad_is_widened_above_the_lows() -> None:
    effect = placed_on(NARROW)
    assert effect is not None
    assert effect.sliders[:2] == (100.0, 500.0)
    assert 110.0 <= high_percent(effect) <= 160.0


def test_it_comes_nearer_to_what_its_role_asks_for_and_not_beyond() -> None:
    narrow = strip_of(decided([NARROW, *REST]), "Synth")
    as_it_is_db = widening.side_to_mid_db(narrow, 500.0)
    percent = high_percent(placed_on(NARROW))
    assert narrow.row.side_to_mid_db is not None
    assert as_it_is_db < as_it_is_db + 20 * np.log10(percent / 100.0) <= narrow.row.side_to_mid_db


@pytest.mark.parametrize("shape", ["as it is", "wide", "left louder", "left only", "out of phase", "nearly mono"])
def test_what_is_mono_or_wide_enough_or_lopsided_stays(shape: str) -> None:
    assert placed_on(replace(NARROW, shape=shape)) is None


@pytest.mark.parametrize("role", ["bass", "synth_bass", "piano", "lead_vocal", "egtr", "overheads", "unknown"])
def test_roles_whose_taste_does_not_ask_stay(role: str) -> None:
    assert placed_on(replace(NARROW, role=role)) is None


def test_taste_switches_it_off_and_bounds_it() -> None:
    assert placed_on(NARROW, taste={"width": {"enabled": False}}) is None
    assert placed_on(NARROW, taste={"width": {"narrow_by_db": 30.0}}) is None
    assert placed_on(NARROW, taste={"width": {"largest_mono_loss_db": 0.0}}) is None
    assert high_percent(placed_on(NARROW, taste={"width": {"largest_width_percent": 120.0}})) == 120.0


def test_what_is_lost_in_mono_is_bounded_in_every_third_octave() -> None:
    free = placed_on(NARROW, taste={"width": {"largest_mono_loss_db": 3.0}})
    wide = strip_of(decided([NARROW, *REST], taste={"width": {"largest_mono_loss_db": 3.0}}), "Synth")
    loss_db = widening.mono_loss_db(wide)
    bound_db = loss_db - 0.05
    held = decided([NARROW, *REST], taste={"width": {"largest_mono_loss_db": bound_db}})
    assert widening.mono_loss_db(strip_of(held, "Synth")) <= bound_db
    effect = placed_on(NARROW, taste={"width": {"largest_mono_loss_db": bound_db}})
    assert 100.0 < high_percent(effect) < high_percent(free)


def test_the_low_end_of_the_mix_stays_central() -> None:
    plain, wide = decided([NARROW, *REST], taste={"width": {"enabled": False}}), decided([NARROW, *REST])
    limit_db = wide.desk.taste.pan.low_end_side_to_mid_db
    hz = wide.desk.taste.pan.low_end_hz
    assert wide.desk.side_to_mid_db(hz) <= max(limit_db, plain.desk.side_to_mid_db(hz)) + 0.2


def test_one_that_the_engineer_or_the_low_end_narrowed_stays() -> None:
    assert placed_on(replace(NARROW, knobs={"width_ratio": 0.8}), stages=only("saturation")) is None


def rendered(effect: Jsfx) -> tuple[np.ndarray, np.ndarray]:
    """Return (3, 31) mean LL, RR and LR without and with a plug-in."""
    found = []
    for is_on in (False, True):
        sound = samples_of(BRIGHT.plays, BRIGHT.shape, BRIGHT.recorded_db)
        at_work = processor(effect, RATE_HZ)
        assert at_work is not None
        sound = at_work.process(np.ascontiguousarray(sound)) if is_on else sound
        measures = measure_programme([sound.astype(np.float32)], RATE_HZ)
        active = measures.is_active
        bands = (measures.band_ll, measures.band_rr, measures.band_lr)
        found.append(np.array([band[active].mean(axis=0, dtype=np.float64) for band in bands]))
    return found[0], found[1]


def decision_alone() -> Decision:
    return decided([BRIGHT, *REST], stages=only("saturation"))


def test_rendered_it_is_as_wide_as_predicted_and_the_same_in_mono() -> None:
    strip = strip_of(decision_alone(), "Synth")
    effect = strip.inserts["widen"].effect
    assert isinstance(effect, Jsfx)
    before, after = rendered(effect)
    predicted = np.array(strip.band_power())
    plain = np.array(replace(strip, inserts={}).band_power())
    loud = after[0] > 1e-4 * after[0].sum()

    def side_db(bands: np.ndarray) -> np.ndarray:
        return np.asarray(10 * np.log10(bands[0] + bands[1] - 2 * bands[2]))

    said_db, got_db = side_db(predicted) - side_db(plain), side_db(after) - side_db(before)
    assert np.abs(said_db - got_db)[loud].max() < 0.3
    assert got_db[loud & (BANDS > 1000.0)].min() > 1.0

    def mono(bands: np.ndarray) -> np.ndarray:
        return np.asarray(bands[0] + bands[1] + 2 * bands[2])

    assert np.allclose(mono(after)[loud], mono(before)[loud], rtol=1e-3)
    assert np.allclose(mono(predicted), mono(plain), rtol=1e-9)
    total_db = 10 * np.log10((after[0] + after[1]).sum() / (before[0] + before[1]).sum())
    said_total_db = 10 * np.log10((predicted[0] + predicted[1]).sum() / (plain[0] + plain[1]).sum())
    assert said_total_db == pytest.approx(total_db, abs=0.05)


def test_frames_and_means_tell_the_same_loudness() -> None:
    strip = strip_of(decision_alone(), "Synth")
    plain = replace(strip, inserts={})
    ll, rr, _ = strip.band_power()
    plain_ll, plain_rr, _ = plain.band_power()
    assert strip.k_frames().sum() > plain.k_frames().sum()
    ratio = strip.k_frames().sum() / plain.k_frames().sum()
    assert ratio == pytest.approx((ll + rr).sum() / (plain_ll + plain_rr).sum(), rel=0.2)


def test_widening_comes_before_pan_and_width() -> None:
    strip = replace(strip_of(decision_alone(), "Synth"), pan=-0.4, width=0.7)
    gain = strip.inserts["widen"].side_gain
    assert gain is not None
    ll, rr, lr = strip.mean_bands()
    same, other = 0.5 * (1 + gain), 0.5 * (1 - gain)
    beside = panned(np.array([[same, other], [other, same]]), ll, rr, lr)
    assert np.allclose(panned(strip.matrix(), ll, rr, lr), panned(strip.pan_matrix(), *beside))


def test_both_ears_hear_on_some_bands_what_they_hear_on_all() -> None:
    strip, frames = strip_of(decision_alone(), "Synth"), np.arange(20, 40)
    bands = bands_between(500.0, 4000.0)
    heard = ears(strip, frames, bands).sum(axis=0)
    assert np.allclose(heard, strip_power(strip, frames)[:, bands], rtol=1e-4)


def test_a_forecast_follows_it_by_half_and_off() -> None:
    decision = decided([NARROW, *REST])
    change = change_at(decision, NARROW, "fx", fx_id(NARROW.id, "widen"))
    assert change is not None
    placed = change.after
    assert isinstance(placed, PlacedEffect)
    full = {each.address: each.after for each in decision.plan}
    forecast = Forecast(decision.desk, decision.returns, full, Meters(None, None, None, None))

    def side_gain_with(value: PlacedEffect) -> np.ndarray:
        strip = strip_of(forecast.desk_at({**full, change.address: value}), "Synth")
        gain = strip.inserts["widen"].side_gain if "widen" in strip.inserts else None
        return np.ones(len(BANDS)) if gain is None else gain

    whole, half = side_gain_with(placed), side_gain_with(replace(placed, effect=scaled_effect(placed.effect, 0.5)))
    top = BANDS > 4000.0
    assert np.allclose(half[top] - 1.0, 0.5 * (whole[top] - 1.0), atol=0.01)
    assert np.all(whole[top] > 1.2)
    assert np.array_equal(side_gain_with(replace(placed, enabled=False)), np.ones(len(BANDS)))


@pytest.mark.parametrize("by_db", [-12.0, 12.0])
def test_recording_levels_do_not_matter(by_db: float) -> None:
    assert placed_on(replace(NARROW, recorded_db=NARROW.recorded_db + by_db)) == placed_on(NARROW)


def test_a_second_decision_plans_nothing_else() -> None:
    brief = brief_for([NARROW, *REST])
    assert decide(replace(brief, session=with_plan(brief.session, decide(brief).plan))).plan.changes == ()


def test_one_that_stays_is_reckoned_with_as_when_it_was_placed() -> None:
    brief = brief_for([NARROW, *REST])
    first = decide(brief)
    after = with_plan(brief.session, first.plan)
    kept = desk_of(replace(brief, session=after, base=after, stages=only("space")))
    was, now = strip_of(first, "Synth").inserts["widen"], strip_of(kept, "Synth").inserts["widen"]
    assert now.effect == was.effect
    assert now.side_gain is not None
    assert was.side_gain is not None
    assert np.allclose(now.side_gain, was.side_gain)


def test_the_stage_is_left_out_where_it_is_not_asked_for() -> None:
    assert placed_on(NARROW, stages=only("gain", "balance")) is None
