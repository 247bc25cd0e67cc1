"""JS: De-esser: flat at rest, its law on a steady tone, any cut into blocks."""

import numpy as np
import pytest

from analysis.rendering.chain import processor, shortcomings
from analysis.rendering.deesser import DeEsser
from reaper_bridge.session.effects import Jsfx
from reaper_bridge.session.identity import FxId
from reaper_bridge.session.model import FxSlot
from reaper_bridge.session.scripts import DE_ESSER_PATH, de_esser, with_slider

RATE_HZ = 48_000


def tone(frequency_hz: float, amplitude: float = 0.5, seconds: float = 1.0) -> np.ndarray:
    """Return a tone in both channels."""
    wave = amplitude * np.sin(2 * np.pi * frequency_hz * np.arange(int(seconds * RATE_HZ)) / RATE_HZ)
    return np.stack([wave, wave])


def gain_at(effect: Jsfx, frequency_hz: float, amplitude: float = 0.5) -> float:
    """Return what a de-esser does to a steady tone, in dB, once it has settled."""
    before = tone(frequency_hz, amplitude)
    after = DeEsser(effect, RATE_HZ).process(before.copy())
    late = slice(RATE_HZ // 2, None)
    return float(10 * np.log10((after[0, late] ** 2).mean() / (before[0, late] ** 2).mean()))


def test_at_rest_it_is_flat() -> None:
    impulse = np.zeros((2, 8192))
    impulse[:, 10] = 0.01
    after = DeEsser(de_esser(4000.0, 0.0, 20.0), RATE_HZ).process(impulse)
    assert np.allclose(np.abs(np.fft.rfft(after[0])), 0.01, rtol=1e-9)


def test_a_ratio_of_one_does_nothing_however_loud_it_is() -> None:
    assert gain_at(de_esser(4000.0, -80.0, 1.0), 8000.0, 1.0) == pytest.approx(0.0, abs=1e-6)


def test_the_highest_ratio_holds_the_upper_half_at_half_the_decibels_of_the_knob() -> None:
    heard_alone = with_slider(de_esser(2000.0, -60.0, 20.0), 2, 1.0)
    level_db = gain_at(heard_alone, 11_300.0) + 20 * np.log10(0.5)
    assert level_db == pytest.approx(-30.0, abs=0.3)


@pytest.mark.parametrize("ratio", [4.0, 8.0, 12.0])
def test_the_upper_half_is_divided_by_the_law(ratio: float) -> None:
    effect, frequency_hz, amplitude = de_esser(4000.0, -40.0, ratio), 7900.0, 0.5
    warped = (np.tan(np.pi * frequency_hz / RATE_HZ) / np.tan(np.pi * 4000.0 / RATE_HZ)) ** 2
    envelope = amplitude * warped / (1 + warped)
    divisor = 1 + (ratio - 1) / 19 * (envelope / 0.1 - 1)
    wanted = 20 * np.log10((1 + warped / divisor) / (1 + warped))
    assert gain_at(effect, frequency_hz, amplitude) == pytest.approx(wanted, abs=0.15)


def test_what_lies_well_below_the_crossover_passes() -> None:
    assert gain_at(de_esser(4000.0, -60.0, 20.0), 300.0) == pytest.approx(0.0, abs=0.1)


def test_any_cut_into_blocks_sounds_the_same() -> None:
    sound = 0.3 * np.random.default_rng(1).standard_normal((2, 9000))
    whole = DeEsser(de_esser(4000.0, -50.0, 8.0), RATE_HZ).process(sound.copy())
    cut = DeEsser(de_esser(4000.0, -50.0, 8.0), RATE_HZ)
    parts = [cut.process(sound[:, a:b].copy()) for a, b in ((0, 1), (1, 1000), (1000, 9000))]
    assert np.array_equal(np.concatenate(parts, axis=1), whole)


def test_the_louder_side_turns_both_down_and_mono_makes_them_one() -> None:
    one_sided = tone(9000.0)
    one_sided[1] *= 0.1
    stereo = DeEsser(de_esser(4000.0, -60.0, 8.0), RATE_HZ).process(one_sided.copy())
    assert np.allclose(stereo[1], 0.1 * stereo[0])
    mono = DeEsser(de_esser(4000.0, -60.0, 8.0, stereo=False), RATE_HZ).process(one_sided.copy())
    assert np.array_equal(mono[0], mono[1])


def test_a_band_leaves_what_lies_above_it() -> None:
    band = de_esser(3000.0, -70.0, 20.0, bandwidth_octaves=0.7, high_pass=False)
    assert gain_at(band, 3200.0) < -5.0
    assert gain_at(band, 16_000.0) > -1.0


def test_unset_sliders_stand_at_their_defaults_and_the_monitor_plays_the_upper_half_alone() -> None:
    assert isinstance(processor(Jsfx(DE_ESSER_PATH.upper(), (None,)), RATE_HZ), DeEsser)
    monitor = Jsfx(DE_ESSER_PATH, (0.0, 1.0, 1.0, 4000.0, 1.5, 0.0, 1.0, 0.0, 0.0))
    assert gain_at(monitor, 300.0) < -40.0


def test_it_is_no_shortcoming() -> None:
    assert shortcomings(FxSlot(FxId("{1}"), "JS: De-esser", de_esser(4000.0, -50.0, 8.0))) == ()
