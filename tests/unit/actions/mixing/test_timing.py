"""Attack and release follow crest and tempo, around the role's own."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.mixing.taste import load_taste
from actions.mixing.timing import Times, times_for
from analysis.dynamics import short_crest_db
from reaper_bridge.session.effects import ReaComp
from tests.unit.actions.mixing.builders import KICK, PAD, SNARE, VOICE, Part, decided, desk_for, strip_of

TASTE = load_taste("pop").dynamics


def times(part: Part, attack_ms: float = 10.0, release_ms: float = 120.0, bpm: float | None = None, **taste: object):  # type: ignore[no-untyped-def]
    return times_for(
        strip_of(desk_for([part, PAD]), part.name), attack_ms, release_ms, TASTE.model_copy(update=taste), bpm, None, {}
    )


def test_what_is_percussive_is_caught_faster_than_what_sustains() -> None:
    drum, pad = times(SNARE, release_follows_tempo=False), times(PAD, release_follows_tempo=False)
    assert drum.attack_ms < 10.0 < pad.attack_ms
    assert drum.release_ms < 120.0 < pad.release_ms


def test_with_no_amount_the_role_s_own_times_stay() -> None:
    found = times(VOICE, crest_amount_ratio=0.0)
    assert (found.attack_ms, found.release_ms) == (10.0, 120.0)


@given(
    amount=st.floats(0.0, 1.0),
    shortest=st.floats(0.2, 1.0),
    longest=st.floats(1.0, 3.0),
    bpm=st.none() | st.floats(30.0, 300.0),
    release_ms=st.floats(20.0, 800.0),
)
def test_no_time_leaves_its_bounds(
    amount: float, shortest: float, longest: float, bpm: float | None, release_ms: float
) -> None:
    limits = {"shortest_time_ratio": shortest, "longest_time_ratio": longest, "crest_amount_ratio": amount}
    for part in (KICK, VOICE, PAD):
        found = times(part, 10.0, release_ms, bpm, **limits)
        assert 10.0 * shortest - 0.1 <= found.attack_ms <= 10.0 * longest + 0.1
        assert release_ms * shortest - 1.0 <= found.release_ms <= release_ms * longest + 1.0


def test_a_release_is_over_with_a_note_of_the_tempo_and_says_which() -> None:
    found = times(PAD, release_ms=110.0, bpm=120.0, crest_amount_ratio=0.0)
    assert 3.0 * found.release_ms == pytest.approx(250.0, abs=2.0)  # 83 ms: nearer to 110 than 167 on a scale of ratios
    assert "an eighth note at 120 BPM" in found.because


def test_a_drum_lets_go_before_its_next_hit() -> None:
    strip = strip_of(desk_for([KICK, PAD]), KICK.name)
    found: Times = times_for(strip, 20.0, 160.0, TASTE, 60.0, 250.0, {})
    assert found.release_ms == pytest.approx(250.0 / 3.0, abs=0.6)
    assert "250 ms apart" in found.because
    assert times_for(strip, 20.0, 160.0, TASTE, 60.0, 25.0, {}).release_ms == 80.0  # at least half of the role's own


def test_the_hits_of_a_kick_are_half_a_second_apart() -> None:
    strip = strip_of(decided([KICK, PAD], taste={"dynamics": {"release_follows_tempo": False}}), KICK.name)
    comp = strip.inserts["comp"].effect
    assert isinstance(comp, ReaComp)
    assert strip.row.comp is not None
    assert comp.release_ms <= min(500.0 / 3.0, 1.6 * strip.row.comp[2]) + 1.0


def test_times_do_not_depend_on_the_recording_level() -> None:
    loud, quiet = (times(replace(VOICE, recorded_db=level), bpm=120.0) for level in (-8.0, -20.0))
    assert loud == quiet


def test_the_short_crest_is_that_of_the_sound() -> None:
    steady = np.full(4000, 0.5, np.float32)
    active = np.ones(80, np.bool_)
    sine = short_crest_db(steady**2 / 2.0, steady, active)
    assert sine == pytest.approx(3.01, abs=0.3)
    clicks = np.full(4000, 1e-4, np.float32)
    clicks[::200] = 0.5
    assert short_crest_db(clicks**2 / 10.0, clicks, active) > sine + 15.0
    assert short_crest_db(steady, steady, np.zeros(80, np.bool_)) == 0.0
