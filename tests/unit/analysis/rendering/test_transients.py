"""JS: Transient Controller: its law, and that only ratios count."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.rendering.chain import processor
from analysis.rendering.transients import TransientController, shaping
from reaper_bridge.session.effects import Jsfx
from reaper_bridge.session.scripts import TRANSIENTS_PATH, transient_controller

RATE_HZ = 48_000
SECONDS = np.arange(RATE_HZ) / RATE_HZ
HITS = np.exp(-12.0 * (SECONDS % 0.25)) * np.sin(2.0 * np.pi * 200.0 * SECONDS)
percents = st.floats(-100.0, 100.0)


def through(effect: Jsfx, block: np.ndarray) -> np.ndarray:
    at_work = processor(effect, RATE_HZ)
    assert isinstance(at_work, TransientController)
    return at_work.process(block.copy())


def test_at_nothing_nothing_changes() -> None:
    block = np.stack((HITS, 0.5 * HITS))
    assert np.array_equal(through(transient_controller(0.0), block), block)
    assert np.array_equal(through(Jsfx(TRANSIENTS_PATH, (None, None, None)), block), block)


def test_the_law_step_by_step() -> None:
    envelopes, gains = [0.0, 0.0, 0.0], []
    for sample in np.abs(HITS[:3000]):
        poles = [math.exp(-rate / RATE_HZ) for rate in (30.0, 1250.0, 3.0)]
        envelopes = [(1.0 - p) * float(sample) + p * e for p, e in zip(poles, envelopes, strict=True)]
        usual, fast, slow = (math.sqrt(e) for e in envelopes)
        starts, ends = (max(fast / usual, 1.0), max(slow / usual, 1.0)) if usual > 0.0 else (1.0, 1.0)
        gains.append(starts**0.6 * ends ** (2 * -0.4) * 2.0 ** (-1.5 / 6.0))
    effect = transient_controller(60.0, -40.0, -1.5)
    assert np.allclose(shaping(effect, np.abs(HITS[:3000]), RATE_HZ), gains, rtol=1e-9)
    assert np.allclose(through(effect, np.stack((HITS, HITS)))[0, :3000], HITS[:3000] * gains, rtol=1e-9)


@given(attack=percents, sustain=percents, by_db=st.floats(-40.0, 20.0))
def test_levels_do_not_matter(attack: float, sustain: float, by_db: float) -> None:
    effect, factor = transient_controller(attack, sustain), 10.0 ** (by_db / 20.0)
    block = np.stack((HITS, HITS))[:, :4000]
    assert np.allclose(through(effect, block * factor), through(effect, block) * factor, rtol=1e-6)


def test_attack_lifts_what_starts_and_sustain_what_rings_on() -> None:
    start, rest = slice(36_000, 36_300), slice(42_000, 47_000)
    attack = shaping(transient_controller(80.0), np.abs(HITS), RATE_HZ)
    sustain = shaping(transient_controller(0.0, 80.0), np.abs(HITS), RATE_HZ)
    assert attack[start].mean() > 1.3 > attack[rest].mean()
    assert sustain[rest].mean() > 1.1
    assert sustain[37_900:39_400].mean() < 1.05  # the hit itself


def test_the_louder_channel_decides_for_both() -> None:
    effect = transient_controller(50.0, 20.0)
    left, right = through(effect, np.stack((HITS, 0.1 * HITS)))
    assert np.allclose(right, 0.1 * left)


def test_blocks_do_not_matter() -> None:
    block = np.stack((HITS, HITS))
    parts = processor(transient_controller(50.0, 30.0), RATE_HZ)
    assert parts is not None
    cut = [parts.process(part.copy()) for part in np.split(block, [100, 5000], axis=1)]
    assert np.allclose(np.concatenate(cut, axis=1), through(transient_controller(50.0, 30.0), block))


@pytest.mark.parametrize("count", [0, 1, 1000])
def test_silence_stays_silence(count: int) -> None:
    assert np.array_equal(through(transient_controller(100.0, 100.0), np.zeros((2, count))), np.zeros((2, count)))
