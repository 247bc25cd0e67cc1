"""A phone takes the lows, mono the sides, a car the quiet, and crossfeed a little of the width."""

import numpy as np
import pytest

from analysis.bands import BANDS
from analysis.translation import Device, Stereo, devices, mono_loss_db, translated

BY_NAME = {device.name: device for device in devices()}


def track(level: float = 1.0, low_hz: float = 20.0, high_hz: float = 20_000.0, *, place: str = "centre") -> Stereo:
    """Return 40 frames of a track in the middle, at the left, of independent sides or of sides that cancel."""
    power = np.tile(np.where((low_hz <= BANDS) & (high_hz >= BANDS), level, 0.0), (40, 1))
    left, right, both = {
        "centre": (0.5, 0.5, 0.5),
        "left": (1.0, 0.0, 0.0),
        "wide": (0.5, 0.5, 0.0),
        "out of phase": (0.5, 0.5, -0.5),
    }[place]
    return Stereo(left * power, right * power, both * power)


def heard(part: Stereo, name: str) -> float:
    return float(part.heard(BY_NAME[name]).sum())


@pytest.mark.parametrize(("place", "loss_db"), [("centre", 0.0), ("left", 3.01), ("wide", 3.01)])
def test_mono_takes_the_sides(place: str, loss_db: float) -> None:
    part = track(place=place)
    assert 10 * np.log10(heard(part, "stereo") / heard(part, "mono")) == pytest.approx(loss_db, abs=0.01)
    assert mono_loss_db(part) == pytest.approx(loss_db, abs=0.01)


def test_what_is_out_of_phase_is_gone_in_mono() -> None:
    assert heard(track(place="out of phase"), "mono") == pytest.approx(0.0, abs=1e-12)
    assert mono_loss_db(track(place="out of phase")) > 60.0


def test_a_phone_plays_no_lows_and_a_car_more_of_them() -> None:
    low, middle = track(1.0, 40.0, 100.0), track(1.0, 800.0, 2000.0)
    assert heard(low, "phone") < 1e-3 * heard(low, "mono")
    assert heard(middle, "phone") == pytest.approx(heard(middle, "mono"))
    assert heard(low, "car") > 1.5 * heard(low, "stereo")


def test_crossfeed_keeps_what_is_in_the_middle_in_balance_and_narrows_the_lows_of_a_side() -> None:
    device = BY_NAME["headphones"]
    assert device.cross[BANDS == 100.0] / device.own[BANDS == 100.0] == pytest.approx(10 ** (-4.5 / 20), rel=0.02)
    assert device.cross[BANDS == 10_000.0] < 0.05 * device.own[BANDS == 10_000.0]
    assert heard(track(place="left"), "headphones") == pytest.approx(heard(track(place="left"), "stereo"))


def test_a_lead_between_wide_tracks_comes_forward_in_mono() -> None:
    lead, rest = track(), track(place="wide")
    stereo = translated([lead], [], [rest], on=BY_NAME["stereo"], reference_db=None)
    mono = translated([lead], [], [rest], on=BY_NAME["mono"], reference_db=stereo.lead_to_rest_db)
    assert stereo.lead_to_rest_db == pytest.approx(0.0, abs=0.01)
    assert mono.lead_change_db == pytest.approx(3.01, abs=0.01)
    assert mono.lead_audible_ratio is not None
    assert stereo.lead_audible_ratio is not None
    assert mono.lead_audible_ratio > stereo.lead_audible_ratio
    assert mono.bass_audible_ratio is None


def test_a_bass_of_fundamentals_alone_is_not_heard_on_a_phone_and_one_with_harmonics_is() -> None:
    rest = track(0.01)
    found = {}
    for name, high_hz in (("fundamentals", 100.0), ("harmonics", 1000.0)):
        found[name] = translated([], [track(1.0, 40.0, high_hz)], [rest], on=BY_NAME["phone"], reference_db=None)
    assert found["fundamentals"].bass_audible_ratio == pytest.approx(0.0, abs=0.02)
    assert found["harmonics"].bass_audible_ratio is not None
    assert found["harmonics"].bass_audible_ratio > 0.4


def test_the_noise_of_a_car_hides_a_quiet_bass_whatever_the_level_of_the_mix() -> None:
    quiet = Device("quiet car", "", BY_NAME["car"].power, BY_NAME["car"].own, BY_NAME["car"].cross)
    ratios = []
    for level in (1.0, 1e-4):
        bass, rest = [track(0.02 * level, 40.0, 200.0)], [track(level, 1000.0, 4000.0)]
        noisy = translated([], bass, rest, on=BY_NAME["car"], reference_db=None).bass_audible_ratio
        still = translated([], bass, rest, on=quiet, reference_db=None).bass_audible_ratio
        assert noisy is not None
        assert still is not None
        assert noisy < still
        ratios.append(noisy)
    assert ratios[0] == pytest.approx(ratios[1], abs=0.02)


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_silence_has_no_numbers(name: str) -> None:
    found = translated([track(0.0)], [track(0.0)], [track(0.0)], on=BY_NAME[name], reference_db=0.0)
    assert (found.lead_to_rest_db, found.lead_audible_ratio, found.bass_audible_ratio) == (None, None, None)
