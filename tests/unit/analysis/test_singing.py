"""What is sung, breathed, popped or still sounds; and how evenly a lead stands above the rest."""

import numpy as np
import pytest

from analysis.listening import measure_programme
from analysis.measures import HOP_SECONDS
from analysis.singing import lead_ratio_db, lead_spread_db, leads, moving_sum, singing_of

RATE_HZ = 48_000


def band_noise(seconds: float, low_hz: float, high_hz: float, level_db: float, seed: int = 1) -> np.ndarray:
    count = round(seconds * RATE_HZ)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    hz = np.fft.rfftfreq(count, 1.0 / RATE_HZ)
    spectrum[(hz < low_hz) | (hz > high_hz)] = 0.0
    x = np.fft.irfft(spectrum, count)
    return np.asarray(x / np.sqrt(np.mean(x**2)) * 10.0 ** (level_db / 20.0))


def vowel(seconds: float, level_db: float = -20.0) -> np.ndarray:
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    x = sum(np.sin(2.0 * np.pi * 180.0 * k * time) / k for k in range(1, 12))
    return np.asarray(x / np.sqrt(np.mean(x**2)) * 10.0 ** (level_db / 20.0))


def silence(seconds: float) -> np.ndarray:
    return 1e-5 * np.random.default_rng(2).standard_normal(round(seconds * RATE_HZ))


def breath(seconds: float = 0.3, level_db: float = -38.0) -> np.ndarray:
    return band_noise(seconds, 2000.0, 9000.0, level_db)


def thump() -> np.ndarray:
    return band_noise(0.1, 30.0, 80.0, -14.0)


def heard(*parts: np.ndarray):  # type: ignore[no-untyped-def]
    return singing_of(measure_programme([np.concatenate(parts)[None].astype(np.float32)], RATE_HZ))


def share(flags: np.ndarray, start: float, stop: float) -> float:
    return float(flags[round(start / HOP_SECONDS) : round(stop / HOP_SECONDS)].mean())


def test_a_vowel_is_sung_and_the_breath_before_it_is_a_breath() -> None:
    found = heard(vowel(3.0), silence(0.5), breath(), vowel(3.0))
    assert share(found.sung, 0.1, 2.9) == 1.0
    assert share(found.breaths, 0.1, 2.9) == 0.0
    assert share(found.breaths, 3.55, 3.75) == 1.0
    assert share(found.sung, 3.5, 3.75) == 0.0
    assert share(found.sung, 3.9, 6.7) == 1.0


def test_a_loud_ess_within_a_word_is_no_breath() -> None:
    found = heard(vowel(2.0), breath(0.15, -22.0), vowel(2.0))
    assert not found.breaths.any()


def test_long_bright_noise_is_no_breath() -> None:
    found = heard(vowel(3.0), breath(3.0), vowel(3.0))
    assert share(found.breaths, 3.1, 5.9) == 0.0


def test_a_popped_consonant_is_a_plosive_and_not_sung() -> None:
    found = heard(vowel(3.0), silence(0.3), thump(), vowel(3.0))
    assert share(found.plosives, 3.3, 3.4) == 1.0
    assert share(found.sung, 3.3, 3.4) == 0.0
    assert share(found.plosives, 0.1, 2.9) == 0.0


def test_reverberation_between_phrases_is_a_tail() -> None:
    found = heard(vowel(3.0), vowel(2.0, -42.0), silence(1.0), vowel(3.0))
    assert share(found.tails, 3.1, 4.9) == 1.0
    assert share(found.sung, 3.1, 4.9) == 0.0
    assert share(found.tails, 5.1, 5.9) == 0.0


def test_no_frame_is_two_of_them() -> None:
    found = heard(vowel(1.0), breath(), thump(), vowel(1.0, -45.0), vowel(1.0))
    total = sum(flags.astype(int) for flags in (found.sung, found.breaths, found.plosives, found.tails))
    assert total.max() == 1


def test_the_recorded_level_plays_no_part() -> None:
    parts = np.concatenate((vowel(2.0), silence(0.5), breath(), vowel(2.0), vowel(1.0, -42.0)))
    loud, soft = heard(parts), heard(0.25 * parts)
    assert (loud.sung == soft.sung).all()
    assert (loud.breaths == soft.breaths).all()
    assert (loud.tails == soft.tails).all()


def test_silence_has_nothing_of_it() -> None:
    found = heard(np.zeros(RATE_HZ))
    assert not any(flags.any() for flags in (found.sung, found.breaths, found.plosives, found.tails))


def test_a_moving_sum_counts_what_there_is() -> None:
    assert moving_sum(np.ones(50), 20)[25] == 20.0
    assert moving_sum(np.ones(50), 20)[0] == 10.0
    assert moving_sum(np.ones(3), 20).tolist() == [3.0, 3.0, 3.0]


def test_the_ratio_is_that_of_the_second_around() -> None:
    lead, rest = np.full(200, 4.0), np.full(200, 2.0)
    assert lead_ratio_db(lead, rest) == pytest.approx(10.0 * np.log10(2.0))
    assert lead_spread_db(lead, rest) == pytest.approx(0.0, abs=1e-9)


def test_the_spread_of_a_lead_that_wanders_by_six_db_is_about_three() -> None:
    lead = np.repeat([1.0, 10.0**-0.6] * 5, 200)
    assert lead_spread_db(lead, np.ones(2000)) == pytest.approx(3.0, abs=0.15)


def test_where_the_lead_is_silent_nothing_counts() -> None:
    lead = np.repeat([1.0, 1e-6], 200)
    assert leads(lead).tolist() == [True] * 200 + [False] * 200
    steady = np.repeat([1.0, 100.0], 200)
    assert lead_spread_db(lead, steady, leads(lead) & (np.arange(400) < 180)) == pytest.approx(0.0, abs=1e-6)


def test_less_than_a_second_has_no_spread() -> None:
    assert lead_spread_db(np.ones(10), np.ones(10)) is None
    assert lead_spread_db(np.zeros(100), np.ones(100)) is None
    assert lead_spread_db(np.ones(100), np.zeros(100)) is None
