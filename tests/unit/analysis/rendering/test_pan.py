"""Pan laws against what was measured on REAPER renders."""

import math

import numpy as np
import pytest

from analysis.rendering.pan import law_gains, pan_gains, width_gains

MINUS_3_DB = math.sqrt(0.5)


def test_the_sine_taper_rises_at_half_pan_and_is_even_at_centre_and_edges() -> None:
    left, right = law_gains([-1.0, -0.5, 0.0, 0.5, 1.0], 1.0, None)
    assert left == pytest.approx([1.0, 1.2304, 1.0, 0.5097, 0.0], abs=1e-4)
    assert right == pytest.approx([0.0, 0.5097, 1.0, 1.2304, 1.0], abs=1e-4)
    assert 20.0 * math.log10(float(left[1])) == pytest.approx(1.8, abs=0.01)


def test_the_sine_taper_follows_the_published_formula() -> None:
    for pan in np.linspace(-1.0, 1.0, 43):
        k = math.sqrt(2.0) + 1.0 - 1.0 / math.cos(abs(pan) * math.pi / 4.0)
        t = (1.0 + pan) * math.pi / 4.0
        assert law_gains(pan, 1.0, 0) == pytest.approx([k * math.cos(t), k * math.sin(t)], abs=1e-12)


def test_the_hybrid_taper_at_zero_db_is_a_linear_balance() -> None:
    left, right = law_gains([-1.0, -0.6, 0.0, 0.4, 1.0], 1.0, 3)
    assert left == pytest.approx([1.0, 1.0, 1.0, 0.6, 0.0])
    assert right == pytest.approx([0.0, 0.4, 1.0, 1.0, 1.0])


def test_the_hybrid_taper_at_minus_three_db_is_sine_and_cosine() -> None:
    # measured on a render: -3.0 dB at the centre, -6.8 and -1.0 dB at 0.4
    left, right = law_gains([0.0, 0.4], MINUS_3_DB, 3)
    assert 20.0 * np.log10([left[0], right[0]]) == pytest.approx([-3.0, -3.0], abs=0.02)
    assert 20.0 * np.log10([left[1], right[1]]) == pytest.approx([-6.8, -1.0], abs=0.07)


@pytest.mark.parametrize("taper", [None, 0, 1, 2, 3])
@pytest.mark.parametrize("law", [1.0, 0.9, MINUS_3_DB, 0.5957, 0.5])
def test_every_law_stands_at_its_gain_in_the_centre_and_at_unity_at_the_edge(taper: int | None, law: float) -> None:
    left, right = law_gains([0.0, 1.0], law, taper)
    assert left == pytest.approx([law, 0.0], abs=1e-6)
    assert right == pytest.approx([law, 1.0], abs=1e-6)


@pytest.mark.parametrize("taper", [None, 2, 3])
def test_left_mirrors_right(taper: int | None) -> None:
    pans = np.linspace(-1.0, 1.0, 21)
    for law in (1.0, 0.8, 0.5):
        left, right = law_gains(pans, law, taper)
        assert left == pytest.approx(right[::-1])


def test_a_compensated_law_keeps_the_centre_and_raises_the_edges() -> None:
    left, right = law_gains([0.0, 1.0], math.sqrt(2.0), 0)
    assert left[0] == pytest.approx(1.0)
    assert right[1] == pytest.approx(math.sqrt(2.0))


def test_width_mixes_the_sides_before_the_pan() -> None:
    # measured on a render: half width sends 0.75 and 0.25
    assert width_gains(0.5) == pytest.approx(np.array([[0.75, 0.25], [0.25, 0.75]]))
    panned = pan_gains("stereo", -1.0, 0.0, taper=3)
    assert panned == pytest.approx(np.array([[0.5, 0.5], [0.0, 0.0]]))
    assert pan_gains("balance", 0.0, -1.0, taper=3) == pytest.approx(np.array([[0.0, 1.0], [1.0, 0.0]]))


def test_dual_pan_places_each_side_by_itself_and_ignores_the_knobs() -> None:
    assert pan_gains("dual", -1.0, 0.0, taper=3) == pytest.approx(np.eye(2))
    both_left = pan_gains("dual", 0.5, 1.0, dual_pan=(-1.0, -1.0), taper=3)
    assert both_left == pytest.approx(np.array([[1.0, 1.0], [0.0, 0.0]]))


def test_the_old_balance_has_no_width() -> None:
    assert pan_gains("balance_v3", 0.0, 0.0, taper=3) == pytest.approx(np.eye(2))


@pytest.mark.parametrize("mode", ["balance", "stereo", "dual", "balance_v3"])
def test_pan_over_time_is_the_pan_of_each_moment(mode: str) -> None:
    pans, widths = np.linspace(-1, 1, 5), np.linspace(0, 1, 5)
    moving = pan_gains(mode, pans, widths, law_linear=0.8)  # type: ignore[arg-type]
    for n, (pan, width) in enumerate(zip(pans, widths, strict=True)):
        now = pan_gains(mode, pan, width, law_linear=0.8)  # type: ignore[arg-type]
        assert moving[:, :, n] == pytest.approx(now)
    assert pan_gains(mode, pans, 0.5)[:, :, 1] == pytest.approx(pan_gains(mode, pans[1], 0.5))  # type: ignore[arg-type]
    assert pan_gains(mode, 0.5, widths)[:, :, 1] == pytest.approx(pan_gains(mode, 0.5, widths[1]))  # type: ignore[arg-type]
