"""Reverb, delay and trim."""

import numpy as np
import numpy.typing as npt
import pytest

from analysis.rendering.chain import processor
from analysis.rendering.delay import Delay
from analysis.rendering.jsfx import Trim
from analysis.rendering.reverb import Reverb
from reaper_bridge.session.effects import DelayTap, Jsfx, ReaDelay, ReaVerbate, trim

RATE = 48_000
Audio = npt.NDArray[np.float64]

# Published by a public project: impulses through ReaVerbate in REAPER, dampening 0.3, wet 0 dB.
# Room size: reverberation time in seconds, energy of the tail in dB.
MEASURED = {
    0.0: (0.21, -2.1),
    0.2: (0.27, -1.7),
    0.4: (0.38, -1.0),
    0.6: (0.58, 0.0),
    0.8: (1.15, 1.6),
    0.9: (2.10, 3.0),
}


def impulse(seconds: float, left: float = 1.0, right: float = 1.0) -> Audio:
    block = np.zeros((2, round(seconds * RATE)))
    block[:, 0] = left, right
    return block


def decay_time(answer: Audio) -> float:
    """Schroeder's backward integral, fitted between -5 and -25 dB."""
    energy = np.cumsum((answer.mean(axis=0) ** 2)[::-1])[::-1]
    level = 10.0 * np.log10(np.maximum(energy / energy[0], 1e-12))
    span = (level < -5.0) & (level > -25.0)
    slope = np.polyfit(np.flatnonzero(span) / RATE, level[span], 1)[0]
    return float(-60.0 / slope)


@pytest.mark.parametrize("room", MEASURED)
def test_a_room_decays_and_sounds_as_long_and_loud_as_was_measured(room: float) -> None:
    answer = Reverb(ReaVerbate(room_size_ratio=room, dampening_ratio=0.3), RATE).process(impulse(5.0))
    seconds, energy_db = MEASURED[room]
    tail = answer[:, round(0.05 * RATE) :]
    assert decay_time(answer) == pytest.approx(seconds, rel=0.06)
    assert 10.0 * np.log10((tail**2).sum()) == pytest.approx(energy_db, abs=0.35)


def test_the_first_reflection_comes_after_25_ms_and_the_pre_delay() -> None:
    for pre_delay_ms in (0.0, 40.0):
        answer = Reverb(ReaVerbate(pre_delay_ms=pre_delay_ms), RATE).process(impulse(0.5))
        first = int(np.argmax(np.abs(answer[0]) > 0.0)) / RATE
        assert first == pytest.approx(0.0253 + pre_delay_ms / 1000.0, abs=0.0002)


def test_a_side_that_is_silent_at_the_input_stays_silent_at_full_width() -> None:
    answer = Reverb(ReaVerbate(width_ratio=1.0), RATE).process(impulse(0.5, right=0.0))
    assert np.abs(answer[0]).max() > 0.0
    assert np.abs(answer[1]).max() == 0.0
    narrow = Reverb(ReaVerbate(width_ratio=0.0), RATE).process(impulse(0.5, right=0.0))
    assert np.allclose(narrow[0], narrow[1])


def test_dampening_shortens_the_highs_of_the_tail() -> None:
    def treble(dampening: float) -> float:
        room = ReaVerbate(room_size_ratio=0.8, dampening_ratio=dampening)
        tail = Reverb(room, RATE).process(impulse(1.0))[0, RATE // 5 :]
        power = np.abs(np.fft.rfft(tail, RATE)) ** 2
        return float(power[8000:].sum() / power[100:1000].sum())

    assert treble(1.0) < 0.01 * treble(0.0)


def test_wet_dry_and_filters_of_a_reverb_do_what_they_say() -> None:
    dry = Reverb(ReaVerbate(wet_db=float("-inf"), dry_db=-6.0), RATE).process(impulse(0.2))
    assert dry[0, 0] == pytest.approx(10 ** (-6 / 20))
    assert np.abs(dry[:, 1:]).max() == 0.0
    dark = Reverb(ReaVerbate(low_pass_hz=1000.0), RATE).process(impulse(1.0))
    bright = Reverb(ReaVerbate(), RATE).process(impulse(1.0))
    ratio = np.abs(np.fft.rfft(dark[0])[10_000]) / np.abs(np.fft.rfft(bright[0])[10_000])
    assert ratio == pytest.approx(0.0765, abs=0.02)  # one pole, bilinear, a decade above its corner


def test_a_reverb_does_the_same_again_after_a_reset() -> None:
    reverb = Reverb(ReaVerbate(room_size_ratio=0.9), RATE)
    first = reverb.process(impulse(0.7))
    reverb.reset()
    assert np.array_equal(reverb.process(impulse(0.7)), first)


def test_a_delay_repeats_at_its_length_with_its_feedback() -> None:
    tap = DelayTap(length_ms=100.0, feedback_db=-6.0, level_db=-3.0)
    out = Delay(ReaDelay((tap,), dry_db=0.0), RATE, 120.0).process(impulse(0.5))
    level, feedback = 10 ** (-3 / 20), 10 ** (-6 / 20)
    assert np.flatnonzero(np.abs(out[0]) > 1e-12).tolist() == [0, 4800, 9600, 14_400, 19_200]
    expected = [1.0, level, level * feedback, level * feedback**2, level * feedback**3]
    assert out[0, ::4800] == pytest.approx(expected)


def test_a_musical_length_follows_the_tempo_and_adds_to_the_time() -> None:
    tap = DelayTap(length_ms=10.0, length_beats=0.5)
    out = Delay(ReaDelay((tap,)), RATE, 100.0).process(impulse(0.5))
    assert int(np.argmax(out[0])) == round((0.3 + 0.01) * RATE)


def test_taps_are_parallel_panned_and_narrowed() -> None:
    taps = (
        DelayTap(length_ms=10.0, pan=-1.0),
        DelayTap(length_ms=20.0, pan=0.5),
        DelayTap(length_ms=30.0, width_ratio=0.0),
        DelayTap(length_ms=40.0, enabled=False),
    )
    out = Delay(ReaDelay(taps), RATE, 120.0).process(impulse(0.1, left=1.0, right=0.5))
    assert out[:, 480] == pytest.approx([1.0, 0.0])
    assert out[:, 960] == pytest.approx([0.5, 0.5])
    assert out[:, 1440] == pytest.approx([0.75, 0.75])
    assert np.abs(out[:, 1441:]).max() == 0.0


def test_every_repeat_of_a_filtered_tap_is_darker() -> None:
    tap = DelayTap(length_ms=50.0, feedback_db=0.0, low_pass_hz=2000.0)
    out = Delay(ReaDelay((tap,)), RATE, 120.0).process(impulse(0.5))
    repeats = [np.abs(np.fft.rfft(out[0, n * 2400 : (n + 1) * 2400])) for n in (1, 2, 3)]
    treble = [float(power[500] / power[5]) for power in repeats]
    assert treble[0] > 2.0 * treble[1] > 4.0 * treble[2]


def test_a_trim_scales_and_clips_at_its_ceiling() -> None:
    ramp = np.tile(np.linspace(-1.0, 1.0, 5), (2, 1))
    assert np.allclose(Trim(trim(6.0)).process(ramp.copy()), ramp * 10 ** (6 / 20))
    clipped = Trim(Jsfx("Utility/Volume", (0.0, -6.0))).process(ramp.copy())
    assert np.abs(clipped).max() == pytest.approx(10 ** (-6 / 20))
    assert np.allclose(Trim(Jsfx("utility/volume", (None,))).process(ramp.copy()), ramp)


def test_other_jsfx_are_not_modelled() -> None:
    assert processor(Jsfx("loser/3BandEQ", (0.0,)), RATE) is None
