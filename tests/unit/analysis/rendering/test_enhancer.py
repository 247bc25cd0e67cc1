"""JS: Stereo Enhancer: the middle passes, the side is multiplied above and below a crossover."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.rendering.chain import processor
from analysis.rendering.enhancer import Enhancer, side_gain
from reaper_bridge.session.effects import Jsfx
from reaper_bridge.session.scripts import ENHANCER_PATH, stereo_enhancer

RATE_HZ = 48_000
NOISE = np.random.default_rng(7).standard_normal((2, RATE_HZ))
widths = st.floats(0.0, 200.0)


def through(effect: Jsfx, block: np.ndarray) -> np.ndarray:
    at_work = processor(effect, RATE_HZ)
    assert isinstance(at_work, Enhancer)
    return at_work.process(block.copy())


def side(block: np.ndarray) -> np.ndarray:
    return np.asarray(0.5 * (block[0] - block[1]))


@given(low=widths, crossover_hz=st.floats(0.0, 20_000.0), high=widths)
def test_the_sum_in_mono_never_changes(low: float, crossover_hz: float, high: float) -> None:
    after = through(stereo_enhancer(low, crossover_hz, high), NOISE[:, :4000])
    assert np.allclose(after.sum(axis=0), NOISE[:, :4000].sum(axis=0), atol=1e-9)


def test_at_a_hundred_percent_nothing_changes() -> None:
    assert np.allclose(through(stereo_enhancer(100.0, 500.0, 100.0), NOISE), NOISE, atol=1e-12)
    assert np.allclose(through(Jsfx(ENHANCER_PATH, (None, None, None)), NOISE), NOISE, atol=1e-12)


@given(percent=widths)
def test_one_width_for_both_parts_multiplies_the_side(percent: float) -> None:
    block = NOISE[:, :2000]
    after = through(stereo_enhancer(percent, 700.0, percent), block)
    assert np.allclose(side(after), side(block) * percent / 100.0, atol=1e-9)


def test_mono_stays_mono() -> None:
    mono = np.repeat(NOISE[:1], 2, axis=0)
    assert np.allclose(through(stereo_enhancer(100.0, 500.0, 200.0), mono), mono, atol=1e-12)


def test_the_law_step_by_step() -> None:
    x = np.exp(-2.0 * np.pi * 500.0 / RATE_HZ)
    below, expected = 0.0, []
    for sample in side(NOISE)[:500]:
        below = (1.0 - x) * sample + x * below
        expected.append(0.3 * below + 1.7 * (sample - below))
    assert np.allclose(side(through(stereo_enhancer(30.0, 500.0, 170.0), NOISE))[:500], expected, atol=1e-12)


@pytest.mark.parametrize("hz", [60.0, 500.0, 2000.0, 9000.0])
def test_the_gain_of_the_side_is_what_a_tone_gets(hz: float) -> None:
    effect = stereo_enhancer(100.0, 500.0, 160.0)
    tone = np.sin(2.0 * np.pi * hz * np.arange(RATE_HZ) / RATE_HZ)
    after = side(through(effect, np.stack((tone, -tone))))[RATE_HZ // 2 :]
    got = np.sqrt(np.mean(after**2) / np.mean(tone[RATE_HZ // 2 :] ** 2))
    assert got == pytest.approx(side_gain(effect, np.array([hz]))[0], rel=1e-3)


def test_lows_stay_and_highs_are_widened() -> None:
    gain = side_gain(stereo_enhancer(100.0, 500.0, 160.0), np.array([40.0, 100.0, 500.0, 8000.0]))
    assert gain[0] < 1.01
    assert gain[1] < 1.04
    assert np.all(np.diff(gain) > 0.0)
    assert gain[3] == pytest.approx(1.6, abs=0.03)


def test_blocks_do_not_matter() -> None:
    whole, parts = (processor(stereo_enhancer(100.0, 500.0, 160.0), RATE_HZ) for _ in range(2))
    assert whole is not None
    assert parts is not None
    cut = [parts.process(part.copy()) for part in np.split(NOISE, [100, 5000], axis=1)]
    assert np.allclose(np.concatenate(cut, axis=1), whole.process(NOISE.copy()))
