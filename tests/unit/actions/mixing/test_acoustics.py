"""Reverbs and echoes are in time with the song, and shorter where much plays at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.mixing.acoustics import PRE_DELAY_BEATS, delay_of, density_factor, groups_at_once, reverb_of
from actions.mixing.taste import GENRES, load_taste
from analysis.rendering.reverb import decay_seconds, room_size_from_decay
from reaper_bridge.session.effects import ReaVerbate
from tests.unit.actions.mixing.builders import BAND, VOICE, decided, desk_for

SPACE = load_taste("pop").space
TEMPI = st.floats(40.0, 240.0)


@given(st.floats(0.25, 5.0))
def test_a_room_of_the_size_found_decays_as_long_as_asked(seconds: float) -> None:
    assert decay_seconds(ReaVerbate(room_size_ratio=room_size_from_decay(seconds))) == pytest.approx(seconds, rel=1e-6)


@given(TEMPI, st.floats(0.5, 1.5))
def test_a_plate_stays_within_its_bounds_at_any_tempo(tempo_bpm: float, factor: float) -> None:
    found = decay_seconds(reverb_of(SPACE.plate, SPACE, tempo_bpm, factor))
    assert SPACE.plate.shortest_decay_seconds - 0.01 <= found <= SPACE.plate.longest_decay_seconds + 0.02


@pytest.mark.parametrize(("slow", "fast"), [(70.0, 100.0), (110.0, 150.0), (60.0, 200.0)])
def test_a_fast_song_has_no_longer_tails_than_a_slow_one(slow: float, fast: float) -> None:
    lengths = [decay_seconds(reverb_of(SPACE.plate, SPACE, tempo, 1.0)) for tempo in (slow, fast)]
    assert lengths[0] >= lengths[1]


@given(TEMPI)
def test_a_pre_delay_is_a_note_or_what_the_taste_says(tempo_bpm: float) -> None:
    found = reverb_of(SPACE.plate, SPACE, tempo_bpm, 1.0).pre_delay_ms
    notes = [beats * 60_000.0 / tempo_bpm for beats in PRE_DELAY_BEATS]
    is_note = min(abs(found - note) for note in notes) <= 0.051
    assert is_note or found == SPACE.plate.pre_delay_ms
    assert abs(found / SPACE.plate.pre_delay_ms - 1.0) <= SPACE.pre_delay_tempo_ratio + 0.01


def test_the_short_pre_delay_of_a_room_has_nothing_to_do_with_the_song() -> None:
    assert {reverb_of(SPACE.room, SPACE, tempo, 1.0).pre_delay_ms for tempo in (60.0, 97.0, 180.0)} == {10.0}


def test_without_a_tempo_a_reverb_is_as_its_plain_numbers_have_it() -> None:
    plain = reverb_of(SPACE.plate, SPACE, None, 0.8)
    assert (plain.room_size_ratio, plain.pre_delay_ms) == (SPACE.plate.room_size_ratio, SPACE.plate.pre_delay_ms)


@pytest.mark.parametrize(("tempo_bpm", "beats"), [(70.0, 0.5), (90.0, 0.5), (120.0, 0.75), (180.0, 1.0), (40.0, 0.25)])
def test_an_echo_is_the_note_nearest_to_a_third_of_a_second(tempo_bpm: float, beats: float) -> None:
    assert delay_of(SPACE.delay, tempo_bpm).taps[0].length_beats == beats


@pytest.mark.parametrize("tempo_bpm", [60.0, 150.0])
def test_an_echo_that_taste_fixes_stays_that_note(tempo_bpm: float) -> None:
    fixed = SPACE.delay.model_copy(update={"beats": 0.5})
    assert delay_of(fixed, tempo_bpm).taps[0].length_beats == 0.5


def test_a_voice_alone_has_longer_tails_than_a_band() -> None:
    alone, band = desk_for([VOICE]), desk_for(BAND)
    assert groups_at_once(alone) == pytest.approx(1.0)
    assert groups_at_once(band) > 4.0
    assert density_factor(alone) > 1.0 > density_factor(band)


@pytest.mark.parametrize("genre", GENRES)
def test_the_same_session_has_the_same_space(genre: str) -> None:
    first, again = (decided(BAND, genre).returns for _ in range(2))
    assert {k: unit.effects for k, unit in first.items()} == {k: unit.effects for k, unit in again.items()}
