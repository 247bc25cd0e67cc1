"""Copied stretches are found with lag, gain and polarity; other takes and other microphones are no copies."""

import numpy as np
import pytest

from analysis.copies import STEP_SECONDS, Copy, alike_windows, may_be_copies, measure_copy, runs_of
from analysis.listening import measure_programme
from analysis.measures import TrackMeasures
from tests.session_builder import RATE_HZ, Sound, sound

RANDOM = np.random.default_rng(3)


def measured(samples: Sound) -> TrackMeasures:
    return measure_programme([samples[None].astype(np.float32)], RATE_HZ)


def twice(name: str) -> Sound:
    return np.concatenate((sound(name), sound(name)))


@pytest.mark.parametrize(("late", "gain", "sign"), [(0, 1.0, 1), (480, 0.5, 1), (-96, 2.0, -1)])
def test_a_copy_is_measured_with_lag_gain_and_polarity(late: int, gain: float, sign: int) -> None:
    original = sound("guitar")
    copy = measure_copy(original, sign * gain * np.roll(original, late), RATE_HZ)
    assert copy.is_one
    assert copy.late_ms == pytest.approx(late / 48.0, abs=0.03)
    assert copy.gain_db == pytest.approx(20 * np.log10(gain), abs=0.1)
    assert copy.inverted is (sign < 0)


def test_another_sound_and_another_microphone_are_no_copy() -> None:
    original = sound("guitar")
    assert not measure_copy(original, sound("piano"), RATE_HZ).is_one
    room = np.convolve(original, RANDOM.standard_normal(400) * np.exp(-np.arange(400) / 60.0))[: len(original)]
    assert not measure_copy(original, original + 0.2 * room, RATE_HZ).is_one
    assert measure_copy(0.0 * original, original, RATE_HZ) == Copy(0.0, 0.0, 0.0, False)


def test_the_windows_of_a_partial_copy_are_found() -> None:
    guitar, piano = twice("guitar"), twice("piano")
    half = piano.copy()
    half[8 * RATE_HZ :] = 0.3 * guitar[8 * RATE_HZ :]
    found = alike_windows([measured(guitar), measured(piano), measured(half)])
    assert set(found) == {(0, 2), (1, 2)}
    assert runs_of(found[0, 2]) == [(8.0, 16.0)]
    ((start, end),) = runs_of(found[1, 2])
    assert start == 0.0
    assert end == pytest.approx(8.0, abs=STEP_SECONDS)


def test_the_levels_alone_say_what_cannot_be_a_copy() -> None:
    guitar = sound("guitar")
    assert may_be_copies(measured(guitar), measured(-0.3 * np.roll(guitar, 1500)), 2.0)
    assert not may_be_copies(measured(guitar), measured(sound("snare")), 2.0)
    assert not may_be_copies(measured(guitar), measured(guitar), 6.0), "the window is not whole"


def test_windows_side_by_side_are_one_stretch() -> None:
    assert runs_of([]) == []
    assert runs_of([3, 4, 5, 9]) == [(3 * STEP_SECONDS, 5 * STEP_SECONDS + 4.0), (9 * STEP_SECONDS, 22.0)]
