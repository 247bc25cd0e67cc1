"""What rings in one microphone and not in another is a fault of the recording; what both hear is the instrument."""

import numpy as np
import numpy.typing as npt
import pytest
from scipy import signal

from analysis.flaws.microphones import Searched, Way, compared_flaws, comparisons, way_between
from analysis.measures import Flaw
from reaper_bridge.session.identity import TrackId

RATE_HZ = 44_100
SECONDS = 20
Audio = npt.NDArray[np.float64]
SEARCHED = Searched("tom", "resonance", 80.0, 320.0, (5.0, 8.0), 0.9, 0.35, "overhead")
BOXED = Searched("tom", "boxy", 340.0, 600.0, (1.6, 2.6), 1.4, 0.35, "overhead")


def bell(samples: Audio, hz: float, q: float, db: float) -> Audio:
    """Return the samples through a peaking filter (Bristow-Johnson cookbook)."""
    gain, turn = 10 ** (db / 40), 2 * np.pi * hz / RATE_HZ
    alpha = np.sin(turn) / (2 * q)
    b = np.array([1 + alpha * gain, -2 * np.cos(turn), 1 - alpha * gain])
    a = np.array([1 + alpha / gain, -2 * np.cos(turn), 1 - alpha / gain])
    return np.asarray(signal.lfilter(b / a[0], a / a[0], samples))


def hits(seed: int = 3) -> Audio:
    """Return a drum every 0.4 s: a falling tone of its own at 110 Hz in a burst of noise."""
    draw = np.random.default_rng(seed)
    since = np.arange(round(0.4 * RATE_HZ)) / RATE_HZ
    out = [
        (
            np.sin(2 * np.pi * 110 * since) * np.exp(-since * 12)
            + 0.5 * draw.standard_normal(since.size) * np.exp(-since * 18)
        )
        * draw.uniform(0.5, 1.0)
        for _ in range(int(SECONDS / 0.4))
    ]
    return np.concatenate(out)


def far_off(drum: Audio, noise: float = 0.02) -> Audio:
    """Return the drum 2.5 ms later, without its bottom, in a little noise."""
    sos = signal.butter(1, 90.0, "highpass", fs=RATE_HZ, output="sos")
    late = np.concatenate((np.zeros(110), drum))[: drum.size]
    return np.asarray(signal.sosfilt(sos, late)) * 0.3 + noise * np.random.default_rng(9).standard_normal(drum.size)


def way(close: Audio, far: Audio, searched: Searched = SEARCHED) -> Way:
    found = way_between(close[None], [far[None]], RATE_HZ, searched)
    assert found is not None
    return found


@pytest.mark.parametrize("hz", [100.0, 165.0, 280.0])
def test_a_bell_on_the_close_microphone_alone_is_found_where_and_as_high_as_it_is(hz: float) -> None:
    drum = hits()
    (flaw,) = compared_flaws((), way(bell(drum, hz, 8.0, 9.0), far_off(drum)), SEARCHED)
    assert flaw.kind == "resonance"
    assert flaw.frequency_hz == pytest.approx(hz, rel=0.05)
    assert flaw.severity_db == pytest.approx(9.0, abs=2.0)
    assert flaw.confidence >= 0.5


def test_a_broad_bump_is_found_as_well_and_told_by_its_kind() -> None:
    drum = hits()
    (flaw,) = compared_flaws((), way(bell(drum, 440.0, 2.0, 7.0), far_off(drum), BOXED), BOXED)
    assert flaw.kind == "boxy"
    assert flaw.frequency_hz == pytest.approx(440.0, rel=0.1)
    assert compared_flaws((), way(drum, far_off(drum), BOXED), BOXED) == ()


def test_what_both_microphones_hear_is_the_drum_itself() -> None:
    drum = bell(hits(), 165.0, 8.0, 9.0)
    assert compared_flaws((), way(drum, far_off(drum)), SEARCHED) == ()


def test_a_resonance_told_of_one_track_alone_is_refuted_by_the_other_microphone() -> None:
    drum = hits()
    alone = Flaw("resonance", 9.0, 0.7, "rings", 165.0, 0.3)
    other = Flaw("hum", 9.0, 0.7, "hums", 50.0)
    assert compared_flaws((alone, other), way(drum, far_off(drum)), SEARCHED) == (other,)


def test_a_resonance_that_both_ways_of_listening_find_is_told_once() -> None:
    drum = hits()
    alone = Flaw("resonance", 9.0, 0.7, "rings", 170.0, 0.3)
    found = compared_flaws((alone,), way(bell(drum, 165.0, 8.0, 9.0), far_off(drum)), SEARCHED)
    assert len(found) == 1


def test_microphones_that_heard_other_things_say_nothing() -> None:
    elsewhere = np.random.default_rng(8).standard_normal(hits().size)
    drum = bell(hits(), 165.0, 8.0, 9.0)
    alone = Flaw("resonance", 9.0, 0.7, "rings", 165.0, 0.3)
    assert compared_flaws((alone,), way(drum, far_off(elsewhere)), SEARCHED) == (alone,)


@pytest.mark.parametrize("gain_db", [-12.0, 12.0])
def test_how_loud_a_microphone_was_recorded_does_not_matter(gain_db: float) -> None:
    drum = hits()
    close = bell(drum, 165.0, 8.0, 9.0)
    (as_it_is,) = compared_flaws((), way(close, far_off(drum)), SEARCHED)
    (moved,) = compared_flaws((), way(close * 10 ** (gain_db / 20), far_off(drum)), SEARCHED)
    assert (moved.frequency_hz, moved.severity_db) == pytest.approx((as_it_is.frequency_hz, as_it_is.severity_db))


def test_a_stretch_too_short_or_silent_is_not_compared() -> None:
    drum = hits()
    assert way_between(drum[None, :4000], [drum[None, :4000]], RATE_HZ, SEARCHED) is None
    assert way_between(np.zeros((1, RATE_HZ * 5)), [drum[None]], RATE_HZ, SEARCHED) is None


def test_close_drums_are_compared_with_the_overheads_and_a_bass_with_its_one_amplifier() -> None:
    roles = {"k": "kick_in", "b": "snare_bottom", "t": "tom_floor", "l": "overhead_l", "r": "overhead_r", "v": "piano"}
    named = {TrackId(key): role for key, role in roles.items()}
    found = [(one.close, one.far, one.searched.kind) for one in comparisons(named)]
    assert sorted(found) == [(close, ("l", "r"), kind) for close in ("k", "t") for kind in ("boxy", "resonance")]
    pair = {TrackId("d"): "bass_di", TrackId("a"): "bass_amp"}
    assert {one.close: one.far for one in comparisons(pair)} == {"d": ("a",), "a": ("d",)}
    assert not list(comparisons({**pair, TrackId("a 2"): "bass_amp", TrackId("d 2"): "bass_di"}))
