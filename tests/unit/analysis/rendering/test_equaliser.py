"""ReaEQ: the filters of the Audio EQ Cookbook with the widths that were measured on REAPER renders."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.rendering.biquad import butterworth_low_pass, response
from analysis.rendering.chain import processor
from analysis.rendering.equaliser import power_response, sections
from reaper_bridge.session.effects import EqBand, EqShape, ReaEq

RATE = 48_000


def db(effect: ReaEq, *frequencies_hz: float) -> list[float]:
    power = power_response(effect, frequencies_hz, RATE)
    return [float(value) for value in 10.0 * np.log10(np.maximum(power, 1e-30))]


def one(shape: EqShape, hz: float, gain_db: float = 0.0, octaves: float = 1.0) -> ReaEq:
    return ReaEq((EqBand(shape, hz, gain_db, octaves),))


def test_a_bell_has_its_gain_at_its_centre_and_none_far_away() -> None:
    centre, low, high = db(one("bell", 1000.0, 6.0), 1000.0, 10.0, 23_900.0)
    assert centre == pytest.approx(6.0, abs=1e-9)
    assert low == pytest.approx(0.0, abs=0.01)
    assert high == pytest.approx(0.0, abs=0.01)


def test_a_bell_has_half_its_gain_in_db_at_the_edges_of_its_bandwidth() -> None:
    low, high = db(one("bell", 200.0, 8.0, 2.0), 100.0, 400.0)
    assert low == pytest.approx(4.0, abs=0.02)
    assert high == pytest.approx(4.0, abs=0.02)


def test_boost_and_cut_of_the_same_bell_cancel() -> None:
    both = ReaEq((EqBand("bell", 700.0, 5.0, 1.3), EqBand("bell", 700.0, -5.0, 1.3)))
    assert db(both, 50.0, 700.0, 5000.0) == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)


def test_a_bell_without_any_gain_left_is_a_notch() -> None:
    silent = one("bell", 1000.0, float("-inf"), 1.0)
    assert db(silent, 1000.0)[0] < -200.0
    assert db(silent, 100.0)[0] == pytest.approx(0.0, abs=0.1)


def test_shelves_reach_their_gain_beyond_their_corner_and_half_of_it_there() -> None:
    low = db(one("low_shelf", 200.0, -6.0, 0.8), 5.0, 200.0, 10_000.0)
    high = db(one("high_shelf", 4000.0, 6.0, 0.8), 20.0, 4000.0, 23_990.0)
    assert low == pytest.approx([-6.0, -3.0, 0.0], abs=0.01)
    assert high == pytest.approx([0.0, 3.0, 6.0], abs=0.01)


def test_a_shelf_is_never_steeper_than_the_steepest() -> None:
    assert np.allclose(
        sections(one("low_shelf", 300.0, 6.0, 0.5), RATE), sections(one("low_shelf", 300.0, 6.0, 0.9), RATE)
    )
    wide, narrow = (
        sections(one("low_shelf", 300.0, 6.0, 2.0), RATE),
        sections(one("low_shelf", 300.0, 6.0, 0.9), RATE),
    )
    assert not np.allclose(wide, narrow)


@pytest.mark.parametrize(("shape", "stopped_hz"), [("high_pass", 12.5), ("low_pass", 1600.0)])
def test_pass_filters_fall_by_twelve_db_per_octave_whatever_their_gain_knob_says(
    shape: EqShape, stopped_hz: float
) -> None:
    further = stopped_hz / 2.0 if shape == "high_pass" else stopped_hz * 2.0
    near, far = db(one(shape, 200.0, 0.0, 2.0), stopped_hz, further)
    assert near - far == pytest.approx(12.0, abs=0.4)
    assert db(one(shape, 200.0, 9.0, 2.0), stopped_hz) == pytest.approx([near])


def test_the_width_of_a_high_pass_is_what_it_does_at_its_corner() -> None:
    # |H| = Q at the corner, and 1/Q = 2 sinh(ln 2 / 2 * octaves)
    expected = -20.0 * np.log10(2.0 * np.sinh(np.log(2.0) / 2.0 * 1.9))
    assert db(one("high_pass", 80.0, 0.0, 1.9), 80.0)[0] == pytest.approx(expected, abs=0.01)


def test_an_all_pass_changes_no_level_and_a_band_pass_keeps_its_centre() -> None:
    assert db(one("all_pass", 500.0), 50.0, 500.0, 5000.0) == pytest.approx([0.0] * 3, abs=1e-9)
    centre, away = db(one("band_pass", 500.0), 500.0, 5000.0)
    assert centre == pytest.approx(0.0, abs=1e-9)
    assert away < -15.0


def test_bands_that_are_off_and_the_parallel_band_do_nothing() -> None:
    effect = ReaEq((EqBand("bell", 100.0, 9.0, enabled=False), EqBand("parallel_band_pass", 100.0, 9.0)))
    assert db(effect, 100.0) == pytest.approx([0.0])


@given(
    st.sampled_from(["bell", "low_shelf", "high_shelf", "low_pass", "high_pass", "notch", "band_pass"]),
    st.floats(20.0, 24_000.0),
    st.floats(-24.0, 24.0),
    st.floats(0.05, 4.0),
    st.sampled_from([8000, 44_100, 48_000, 192_000]),
)
def test_every_band_is_stable_at_every_sample_rate(
    shape: EqShape, hz: float, gain_db: float, octaves: float, rate: int
) -> None:
    for _, _, _, a1, a2 in sections(one(shape, hz, gain_db, octaves), rate):
        assert np.abs(np.roots([1.0, a1, a2])).max() < 1.0


def test_the_stream_has_the_spectrum_that_the_formula_says() -> None:
    effect = ReaEq(
        (EqBand("high_pass", 80.0), EqBand("bell", 400.0, -4.0, 1.0), EqBand("high_shelf", 6000.0, 3.0, 0.8)), -2.0
    )
    impulse = np.zeros((2, 1 << 15))
    impulse[:, 0] = 1.0, 0.5
    modelled = processor(effect, RATE)
    assert modelled is not None
    spectrum = np.abs(np.fft.rfft(modelled.process(impulse), axis=1)) ** 2
    expected = power_response(effect, np.fft.rfftfreq(1 << 15, 1.0 / RATE), RATE)
    assert np.allclose(spectrum[0], expected, rtol=1e-6, atol=1e-9)
    assert np.allclose(spectrum[1], 0.25 * expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("order", [2, 4, 8])
def test_a_butterworth_low_pass_is_flat_then_3_db_down_then_falls_by_6_db_an_octave_and_order(order: int) -> None:
    low_pass = butterworth_low_pass(120.0, order, RATE)
    power = response(low_pass, [1e-3, 30.0, 120.0, 480.0, 960.0], RATE)
    assert power[0] == pytest.approx(1.0, abs=1e-6)
    assert power[1] == pytest.approx(1.0 / (1.0 + 0.25 ** (2 * order)), rel=1e-3)
    assert power[2] == pytest.approx(0.5, abs=1e-6)
    assert 10.0 * np.log10(power[3] / power[4]) == pytest.approx(6.02 * order, rel=0.01)
