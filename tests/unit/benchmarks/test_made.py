"""Sessions made for the purpose: the files their instruments are played from, what is broken on purpose, all of it."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.quality.made.blemishes import TONES, blemished
from benchmarks.quality.made.midi import Note, format_midi
from benchmarks.quality.made.parts import STYLES
from benchmarks.quality.made.playing import song_by_chance
from benchmarks.quality.made.recording import bell, late
from benchmarks.quality.made.sounds import RATE_HZ, missing_programs


def test_a_midi_file_is_written_byte_by_byte() -> None:
    written = format_midi([Note(0.5, 0.25, 60, 100)], program=5, is_drums=False)
    assert written[:14] == bytes.fromhex("4d546864 00000006 0000 0001 01e0")
    assert written[14:18] == b"MTrk"
    assert written[22:] == bytes.fromhex("00c005 8360903c64 8170803c00 00ff2f00")
    assert int.from_bytes(written[18:22], "big") == len(written) - 22


def test_a_bell_lifts_its_middle_by_as_much_as_said() -> None:
    impulse = np.zeros(RATE_HZ)
    impulse[0] = 1.0
    response_db = 20 * np.log10(np.abs(np.fft.rfft(bell(impulse, 1000.0, 4.0, 7.0))))
    assert response_db[1000] == pytest.approx(7.0, abs=0.01)
    assert abs(response_db[100]) < 0.1


def test_what_is_late_keeps_its_length() -> None:
    sound = np.arange(1.0, RATE_HZ)
    moved = late(sound, 10.0)
    assert moved.size == sound.size
    assert np.array_equal(moved[441:], sound[:-441])


@pytest.mark.parametrize("kind", TONES)
def test_the_same_seed_breaks_a_sound_in_the_same_way(kind: str) -> None:
    sound = np.random.default_rng(5).normal(0, 0.1, 6 * RATE_HZ)
    first, second = (blemished(sound, kind, np.random.default_rng(9)) for _ in range(2))
    assert np.array_equal(first[0], second[0])
    assert first[1] == second[1]
    assert (first[1] != []) == (not np.array_equal(first[0], sound))


def test_songs_keep_to_the_tempo_of_their_style() -> None:
    for style in STYLES:
        song = song_by_chance(np.random.default_rng(1), style.slowest, style.fastest, 40.0)
        assert style.slowest <= song.beats_per_minute <= style.fastest
        assert abs(song.seconds - 40.0) < song.bar_seconds


@pytest.mark.slow
def test_a_session_is_made_with_its_truth(tmp_path: Path) -> None:
    if missing := missing_programs():
        pytest.skip(f"not installed: {', '.join(missing)}")
    from benchmarks.quality.made.session import write_session

    style = next(style for style in STYLES if style.name == "folk")
    write_session(tmp_path, style, 1)
    truth = json.loads((tmp_path / "truth.json").read_text("utf-8"))
    assert {"lead_vocal", "agtr"} <= {track["role"] for track in truth["tracks"]}
    assert all((tmp_path / track["file"]).is_file() for track in truth["tracks"])
    assert (tmp_path / "session.RPP").read_text("utf-8").count("<TRACK") == len(truth["tracks"])
