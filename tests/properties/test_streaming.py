"""However a signal is cut into blocks, every plug-in gives the same sound."""

import itertools

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.rendering.chain import processor
from reaper_bridge.session.effects import (
    DelayTap,
    Effect,
    EqBand,
    ReaComp,
    ReaDelay,
    ReaEq,
    ReaGate,
    ReaLimit,
    ReaVerbate,
    trim,
)

RATE = 48_000
EFFECTS: dict[str, Effect] = {
    "equaliser": ReaEq((EqBand("high_pass", 90.0), EqBand("bell", 900.0, 6.0), EqBand("low_shelf", 200.0, -4.0))),
    "compressor": ReaComp(-30.0, 4.0, knee_db=6.0, pre_comp_ms=3.0, detector_high_pass_hz=200.0, dry_db=-20.0),
    "peak compressor": ReaComp(-30.0, 8.0, rms_ms=0.0),
    "gate": ReaGate(-20.0, hysteresis_db=-3.0, hold_ms=2.0, release_ms=5.0, pre_open_ms=1.0),
    "limiter": ReaLimit(-12.0, -1.0),
    "sample limiter": ReaLimit(-12.0, -1.0, true_peak=False),
    "reverb": ReaVerbate(pre_delay_ms=7.0, low_pass_hz=5000.0, width_ratio=0.4, dry_db=-6.0),
    "delay": ReaDelay((DelayTap(11.0, feedback_db=-3.0, high_pass_hz=200.0), DelayTap(3.0, pan=0.4)), dry_db=0.0),
    "trim": trim(-4.0),
}
NOISE = np.random.default_rng(5).standard_normal((2, 4000)) * np.hanning(4000) * 0.4


def run(effect: Effect, cuts: list[int]) -> npt.NDArray[np.float64]:
    modelled = processor(effect, RATE)
    assert modelled is not None
    edges = [0, *sorted(cuts), NOISE.shape[1]]
    pieces = [modelled.process(NOISE[:, a:b].copy()) for a, b in itertools.pairwise(edges)]
    return np.concatenate(pieces, axis=1)


@pytest.mark.parametrize("name", EFFECTS)
@settings(max_examples=15)
@given(cuts=st.lists(st.integers(0, NOISE.shape[1]), max_size=12))
def test_block_size_does_not_matter(name: str, cuts: list[int]) -> None:
    assert np.allclose(run(EFFECTS[name], cuts), run(EFFECTS[name], []), rtol=0.0, atol=1e-12)


@pytest.mark.parametrize("name", EFFECTS)
def test_a_reset_plug_in_is_as_good_as_new(name: str) -> None:
    modelled = processor(EFFECTS[name], RATE)
    assert modelled is not None
    first = modelled.process(NOISE.copy())
    modelled.reset()
    assert np.array_equal(modelled.process(NOISE.copy()), first)


@pytest.mark.parametrize("name", EFFECTS)
def test_silence_stays_silence(name: str) -> None:
    modelled = processor(EFFECTS[name], RATE)
    assert modelled is not None
    assert np.abs(modelled.process(np.zeros((2, 3000)))).max() == 0.0
