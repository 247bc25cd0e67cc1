"""Bursts and what a de-esser does about them: predicted from measures, against rendering."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.bursts import burst_band, find_bursts
from analysis.deessing import band_gains, detect, reduction_db, solve_threshold, with_threshold
from analysis.listening import measure_programme
from analysis.measures import BANDS_HZ, TrackMeasures
from analysis.rendering.deesser import DeEsser
from reaper_bridge.session.scripts import de_esser
from tests.session_builder import RATE_HZ
from tests.unit.actions.mixing.builders import measured, samples_of

CROSSOVER_HZ = 4000.0
EFFECT = de_esser(CROSSOVER_HZ, 0.0, 8.0)


def power_of(measures: TrackMeasures) -> np.ndarray:
    """Return (F, 31) mean power of both sides."""
    return 0.5 * (measures.band_ll.astype(np.float64) + measures.band_rr)


def test_esses_are_found_where_they_are_and_a_voice_without_has_none() -> None:
    measures = measured("voice", "with esses")
    found = find_bursts(power_of(measures), measures.is_active, CROSSOVER_HZ, 6.0)
    assert found is not None
    assert found.count == 10
    middles = (np.flatnonzero(found.frames) + 0.5) * 0.05
    assert np.all((middles + 0.4) % 0.8 < 0.2)
    assert np.all(found.frames[found.worst])
    plain = measured("voice")
    assert find_bursts(power_of(plain), plain.is_active, CROSSOVER_HZ, 6.0) is None


@pytest.mark.parametrize("plays", ["noise", "hat", "snare"])
def test_what_is_always_bright_has_no_bursts(plays: str) -> None:
    measures = measured(plays)
    found = find_bursts(power_of(measures), measures.is_active, CROSSOVER_HZ, 6.0)
    assert found is None or found.share_ratio < 0.01


@settings(deadline=None, max_examples=25)
@given(st.floats(-40.0, 20.0))
def test_bursts_do_not_depend_on_the_level(gain_db: float) -> None:
    measures = measured("voice", "with esses")
    here = find_bursts(power_of(measures), measures.is_active, CROSSOVER_HZ, 6.0)
    there = find_bursts(power_of(measures) * 10 ** (gain_db / 10), measures.is_active, CROSSOVER_HZ, 6.0)
    assert here is not None
    assert there is not None
    assert there.level_db == pytest.approx(here.level_db, abs=1e-6)
    assert np.array_equal(there.worst, here.worst)


def test_silence_and_a_track_that_never_plays_have_none() -> None:
    silent = measured("voice", "silent")
    assert find_bursts(power_of(silent), silent.is_active, CROSSOVER_HZ, 6.0) is None
    esses = measured("voice", "with esses")
    assert find_bursts(power_of(esses), np.zeros_like(esses.is_active), CROSSOVER_HZ, 6.0) is None


def test_the_band_above_4_khz_is_5_to_10_khz() -> None:
    assert np.array(BANDS_HZ)[burst_band(4000.0)].tolist() == [5000.0, 6300.0, 8000.0, 10000.0]


@pytest.mark.parametrize("target_db", [3.0, 4.5, 6.0])
@pytest.mark.parametrize("recorded_db", [0.0, -9.0])
def test_the_worst_fall_by_what_is_wanted_and_the_rest_stays(target_db: float, recorded_db: float) -> None:
    measures = measured("voice", "with esses", recorded_db)
    power, band = power_of(measures), burst_band(CROSSOVER_HZ)
    bursts = find_bursts(power, measures.is_active, CROSSOVER_HZ, 6.0)
    assert bursts is not None
    detected = detect(EFFECT, measures, np.ones(31))
    worst = power[bursts.worst][:, band]
    level_db = solve_threshold(EFFECT, detected.part(bursts.worst, band), worst, target_db)
    effect = with_threshold(EFFECT, level_db)
    sound = np.repeat(samples_of("voice", "with esses", recorded_db), 2, axis=0)
    rendered = DeEsser(effect, RATE_HZ).process(np.ascontiguousarray(sound))
    after = power_of(measure_programme([rendered.astype(np.float32)], RATE_HZ))
    is_heard = measures.is_active[: len(after)]
    assert reduction_db(worst, after[bursts.worst][:, band] / worst) == pytest.approx(target_db, abs=0.3)
    rest = is_heard & ~bursts.frames
    assert 10 * np.log10(power[rest].sum() / after[rest].sum()) < 0.5
    predicted = (power * band_gains(effect, detected))[is_heard].sum(axis=0)
    off = 10 * np.log10(predicted / after[is_heard].sum(axis=0))
    sounds = power.sum(axis=0) > 1e-5 * power.sum()
    assert np.abs(off[sounds]).max() < 0.1 * target_db + 0.1  # 0.56 dB at the most it ever takes


def test_a_target_out_of_reach_ends_at_the_lowest_threshold() -> None:
    measures = measured("voice", "with esses", -60.0)
    detected = detect(EFFECT, measures, np.ones(31))
    power = power_of(measures)
    assert solve_threshold(EFFECT, detected, power, 6.0) == pytest.approx(-40.0, abs=0.01)
