"""What a flip or a shift of the second track would gain is what summing the samples gives."""

import math

import numpy as np
import numpy.typing as npt
import pytest
from scipy import signal

from analysis.alignment import LOW_END_HZ, measure_together, parse_pair_facts, plain_pair_facts
from analysis.relations import NO_RELATION, measure_relation
from tests.session_builder import RATE_HZ, sound

Audio = npt.NDArray[np.float64]
LATE_MS = 1.5
KICK = sound("kick")
LATE = 0.5 * np.roll(KICK, round(LATE_MS * RATE_HZ / 1000))


def low(samples: Audio) -> Audio:
    return np.asarray(signal.sosfiltfilt(signal.butter(6, LOW_END_HZ, fs=RATE_HZ, output="sos"), samples))


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_correlation_is_whole_where_the_lag_makes_up_for_the_delay(sign: float) -> None:
    together = measure_together(KICK, sign * LATE, RATE_HZ)
    assert together.correlation_at(LATE_MS, inverted=False) == pytest.approx(sign, abs=0.01)
    assert together.correlation_at(LATE_MS, inverted=True) == pytest.approx(-sign, abs=0.01)
    here = float(np.dot(KICK, sign * LATE) / (np.linalg.norm(KICK) * np.linalg.norm(LATE)))
    assert together.correlation_at(0.0, inverted=False) == pytest.approx(here, abs=0.01)


@pytest.mark.parametrize("gains_db", [(0.0, 0.0), (-6.0, 3.0)])
def test_the_low_end_of_the_sum_is_what_summing_gives(gains_db: tuple[float, float]) -> None:
    together = measure_together(KICK, -LATE, RATE_HZ)
    gains = [10.0 ** (gain / 20.0) for gain in gains_db]
    before, after = gains[0] * KICK - gains[1] * LATE, gains[0] * KICK + gains[1] * 0.5 * KICK
    heard = [10.0 * math.log10(float(np.mean(low(samples) ** 2))) for samples in (before, after)]
    reckoned = [together.low_level_db(lag, turned, gains_db) for lag, turned in ((0.0, False), (LATE_MS, True))]
    assert reckoned[1] - reckoned[0] == pytest.approx(heard[1] - heard[0], abs=0.4)


def test_strangers_do_not_correlate_at_any_lag() -> None:
    together = measure_together(sound("voice"), sound("guitar"), RATE_HZ)
    assert max(abs(value) for value in together.correlation) < 0.3


def test_silence_has_no_correlation_and_no_level() -> None:
    together = measure_together(np.zeros(RATE_HZ), np.zeros(RATE_HZ), RATE_HZ)
    assert together.correlation_at(1.0, inverted=True) == 0.0
    assert together.low_level_db(0.0, inverted=False) == -math.inf


def test_both_attacks_are_kept_as_they_stand_in_time() -> None:
    together = measure_together(KICK, LATE, RATE_HZ)
    first, second = together.attacks
    lag = np.argmax(np.correlate(second, first, "full")) - (len(first) - 1)
    assert lag * together.attack_step_ms == pytest.approx(LATE_MS, abs=2 * together.attack_step_ms)


def test_what_was_measured_is_the_same_after_it_was_kept() -> None:
    import json

    facts = measure_relation(KICK, LATE, RATE_HZ), measure_together(KICK, LATE, RATE_HZ)
    assert parse_pair_facts(json.loads(json.dumps(plain_pair_facts(*facts)))) == facts
    for other in (None, {}, [[1, 2], []], [0.0, True, 1.0, 2.0]):
        assert parse_pair_facts(other) is None
    assert facts[0] != NO_RELATION
