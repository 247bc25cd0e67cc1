"""JS: Waveshaping Distortion and JS: Saturation: their laws, bounds and odd harmonics."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.rendering.chain import processor
from analysis.rendering.saturation import Saturation, bent, slopes
from reaper_bridge.session.effects import Jsfx
from reaper_bridge.session.scripts import SATURATION_PATH, WAVESHAPER_PATH, saturation, waveshaper

BOTH = [saturation, waveshaper]
RAMP = np.linspace(-1.0, 1.0, 201)


@pytest.mark.parametrize("make", BOTH)
@given(percent=st.floats(1.0, 100.0))
def test_full_scale_stays_and_everything_else_gets_louder(make: type[Jsfx], percent: float) -> None:
    after = bent(make(percent), RAMP)  # type: ignore[call-arg, arg-type]
    assert after[[0, 100, 200]] == pytest.approx([-1.0, 0.0, 1.0])
    assert np.all(np.abs(after) >= np.abs(RAMP) - 1e-12)
    assert np.all(np.diff(after) > -1e-12)
    assert np.allclose(after, -after[::-1])


def test_the_laws() -> None:
    assert bent(saturation(100.0), np.array([0.5])) == pytest.approx(np.sin(np.pi / 4))
    assert bent(waveshaper(50.0), np.array([0.5])) == pytest.approx(3 * 0.5 / (1 + 2 * 0.5))


@pytest.mark.parametrize("make", BOTH)
def test_at_nothing_it_only_holds_within_full_scale(make: type[Jsfx]) -> None:
    assert np.array_equal(bent(make(0.0), RAMP), RAMP)  # type: ignore[call-arg, arg-type]


@pytest.mark.parametrize("make", BOTH)
def test_slopes_are_how_it_rises(make: type[Jsfx]) -> None:
    effect = make(40.0)  # type: ignore[call-arg, arg-type]
    inside, step = np.array([-0.7, -0.2, 0.1, 0.6]), 1e-6
    rise = (bent(effect, inside + step) - bent(effect, inside - step)) / (2 * step)
    assert slopes(effect, inside) == pytest.approx(rise, rel=1e-4)


def test_only_odd_harmonics_are_added() -> None:
    wave = 0.5 * np.sin(2 * np.pi * np.arange(4096) / 4096)
    lines = np.abs(np.fft.rfft(bent(waveshaper(50.0), wave)))
    assert lines[[2, 4, 6]].max() < 1e-9 * lines[1]
    assert 20 * np.log10(lines[3] / lines[1]) == pytest.approx(-19.5, abs=0.2)


@pytest.mark.parametrize("path", [SATURATION_PATH, WAVESHAPER_PATH.upper()])
def test_both_are_modelled_without_a_knob_too(path: str) -> None:
    at_work = processor(Jsfx(path, (None,)), 48_000)
    assert isinstance(at_work, Saturation)
    block = np.stack([RAMP, RAMP])
    assert np.array_equal(at_work.process(block.copy()), block)
