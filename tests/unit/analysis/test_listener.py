"""Listening to a session: who is heard, who is not and why, and what is remembered."""

import dataclasses
import math
import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.cache import MeasureCache, audio_key, formatted_measures, parse_measures
from analysis.flaws import flaws_of
from analysis.listener import listen
from analysis.listening import measure_track
from analysis.measures import ListeningProblem, TrackMeasures
from analysis.tempo import tempo_of_tracks_bpm
from reaper_bridge.session.audio import CurvePoint, Fade, TrackAudio
from reaper_bridge.session.errors import CancelledError, MediaError
from reaper_bridge.session.identity import ItemId, TrackId
from tests.unit.analysis.clip_files import RATE_HZ, clip, tone, track, written


@pytest.fixture
def song(tmp_path: Path) -> dict[TrackId, TrackAudio]:
    """Return four tracks of two seconds: mono, stereo, of another rate, silent."""
    rng = np.random.default_rng(0)
    files = {
        "mono": (0.1 * rng.standard_normal(96000), 48000),
        "stereo": (0.1 * rng.standard_normal((96000, 2)), 48000),
        "other": (tone(440.0, 2.0, 44100), 44100),
        "silent": (np.zeros(96000), 48000),
    }
    paths = {name: written(tmp_path / f"{name}.wav", *file) for name, file in files.items()}
    return {TrackId(name): track(clip(path, 0.5, 2.0), name=name) for name, path in paths.items()}


def assert_same(one: TrackMeasures, other: TrackMeasures) -> None:
    """Compare two measures field by field."""
    for field in dataclasses.fields(TrackMeasures):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, np.ndarray):
            assert a.dtype == b.dtype
            np.testing.assert_array_equal(a, b)
        elif field.name == "evidence":
            for name, value in vars(a).items():
                np.testing.assert_array_equal(value, getattr(b, name))
        else:
            assert a == b, field.name


def test_every_track_is_heard_in_order(song: dict[TrackId, TrackAudio]) -> None:
    heard = listen(song, RATE_HZ)
    assert list(heard) == list(song)
    for measures in heard.values():
        assert isinstance(measures, TrackMeasures)
        assert measures.length_seconds == 2.5
    silent = heard[TrackId("silent")]
    assert isinstance(silent, TrackMeasures)
    assert silent.is_silent


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_the_number_of_threads_changes_nothing(song: dict[TrackId, TrackAudio], tmp_path: Path, threads: int) -> None:
    heard = listen(song, RATE_HZ, threads=threads, cache=MeasureCache(tmp_path / "fresh"))
    for track_id, audio in song.items():
        measures = heard[track_id]
        assert isinstance(measures, TrackMeasures)
        assert_same(measures, measure_track(audio, RATE_HZ))


def test_what_was_heard_is_remembered_and_the_same(song: dict[TrackId, TrackAudio]) -> None:
    stages: list[tuple[str, str]] = []
    first = listen(song, RATE_HZ)
    second = listen(song, RATE_HZ, progress=lambda track_id, stage, _: stages.append((track_id, stage)))
    assert sorted(stages) == sorted((track_id, "remembered") for track_id in song)
    for track_id in song:
        one, other = first[track_id], second[track_id]
        assert isinstance(one, TrackMeasures)
        assert isinstance(other, TrackMeasures)
        assert_same(one, other)


def test_measures_survive_the_file_format(song: dict[TrackId, TrackAudio]) -> None:
    for audio in song.values():
        measures = measure_track(audio, RATE_HZ)
        back = parse_measures(np.frombuffer(b"".join(formatted_measures(measures)), np.uint8))
        assert_same(measures, back)
        assert back.is_mono == (back.band_ll is back.band_rr)


def test_a_changed_file_is_heard_again(song: dict[TrackId, TrackAudio]) -> None:
    listen(song, RATE_HZ)
    path = song[TrackId("mono")].clips[0].path
    written(path, tone(100.0, 2.0))
    os.utime(path, ns=(1, 1))
    stages: dict[str, str] = {}
    listen(song, RATE_HZ, progress=lambda track_id, stage, _: stages.update({track_id: stage}))
    assert stages == {"mono": "done", "stereo": "remembered", "other": "remembered", "silent": "remembered"}


@pytest.mark.parametrize(
    "edit",
    [
        {"position_seconds": 0.6},
        {"length_seconds": 1.9},
        {"source_offset_seconds": 0.1},
        {"play_rate": 1.1},
        {"loops": True},
        {"gain_linear": -1.0},
        {"pan": 0.1},
        {"channel_mode": 2},
        {"fade_in": Fade(0.1)},
        {"fade_out": Fade(0.1, 2, 0.5)},
        {"reversed": True},
        {"section_start_seconds": 0.1},
        {"volume_points": (CurvePoint(0.0, 1.0),)},
        {"mute_points": (CurvePoint(0.0, 0.0),)},
    ],
    ids=lambda edit: next(iter(edit)),
)
def test_every_edit_of_a_clip_gives_another_key(song: dict[TrackId, TrackAudio], edit: dict[str, Any]) -> None:
    audio = song[TrackId("mono")]
    assert audio_key(track(replace(audio.clips[0], **edit))) != audio_key(audio)


def test_the_same_file_on_another_way_has_the_same_key(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    path = written(tmp_path / "tone.wav", tone(440.0, 1.0))
    detour = tmp_path / "project" / ".." / "tone.wav"
    assert audio_key(track(clip(detour))) == audio_key(track(clip(path)))


def test_names_do_not_change_the_key(song: dict[TrackId, TrackAudio]) -> None:
    audio = song[TrackId("mono")]
    renamed = track(replace(audio.clips[0], name="Kick", item_id=ItemId("other")), name="elsewhere")
    assert audio_key(renamed) == audio_key(audio)


def test_another_rate_is_heard_anew(song: dict[TrackId, TrackAudio]) -> None:
    listen(song, RATE_HZ)
    measures = listen(song, 44100)[TrackId("mono")]
    assert isinstance(measures, TrackMeasures)
    assert measures.sample_rate_hz == 44100


@pytest.mark.parametrize(
    "damage", [lambda b: b[:100], lambda b: b[:-3], lambda b: b"", lambda b: b[:900] + b"?" + b[901:]]
)
def test_damaged_entries_are_ignored_and_written_again(
    song: dict[TrackId, TrackAudio], tmp_path: Path, damage: Any
) -> None:
    cache = MeasureCache(tmp_path / "cache")
    audio = song[TrackId("mono")]
    cache.write(audio, measure_track(audio, RATE_HZ))
    (entry,) = (tmp_path / "cache").rglob("*.measures")
    entry.write_bytes(damage(entry.read_bytes()))
    assert cache.read(audio, RATE_HZ) is None
    listen({audio.track_id: audio}, RATE_HZ, cache=cache)
    assert cache.read(audio, RATE_HZ) is not None


def test_a_folder_that_cannot_be_written_is_no_obstacle(song: dict[TrackId, TrackAudio], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    heard = listen(song, RATE_HZ, cache=MeasureCache(tmp_path / "file"))
    assert all(isinstance(measures, TrackMeasures) for measures in heard.values())


def test_the_least_recently_used_entries_go_first(song: dict[TrackId, TrackAudio], tmp_path: Path) -> None:
    cache = MeasureCache(tmp_path / "cache")
    sizes = []
    for age, audio in enumerate(song.values()):
        cache.write(audio, measure_track(audio, RATE_HZ))
        (fresh,) = set((tmp_path / "cache").rglob("*.measures")) - {path for path, _ in sizes}
        sizes.append((fresh, fresh.stat().st_size))
        os.utime(fresh, ns=(age + 1, age + 1))
    cache.read(song[TrackId("mono")], RATE_HZ)
    kept = sum(size for _, size in sizes) - sizes[1][1]
    MeasureCache(tmp_path / "cache", limit_bytes=kept).shrink()
    assert cache.read(song[TrackId("stereo")], RATE_HZ) is None
    assert cache.read(song[TrackId("mono")], RATE_HZ) is not None
    assert cache.read(song[TrackId("silent")], RATE_HZ) is not None


def test_no_half_written_files_stay(song: dict[TrackId, TrackAudio], tmp_path: Path) -> None:
    listen(song, RATE_HZ, cache=MeasureCache(tmp_path / "cache"))
    assert {path.suffix for path in (tmp_path / "cache" / "measures").iterdir()} == {".measures"}


def test_a_track_that_cannot_be_read_is_a_problem_and_no_failure(
    song: dict[TrackId, TrackAudio], tmp_path: Path
) -> None:
    bare = TrackId("bare")
    more = {
        bare: TrackAudio(bare, ()),
        TrackId("partly"): replace(song[TrackId("mono")], problems=("Vox 3.wav is missing.",), is_complete=False),
        TrackId("gone"): track(clip(tmp_path / "gone.wav"), name="gone"),
    }
    heard = listen({**song, **more}, RATE_HZ)
    problems = {key: value.text for key, value in heard.items() if isinstance(value, ListeningProblem)}
    assert set(problems) == set(more)
    assert "no audio items" in problems[bare]
    assert problems[TrackId("partly")] == "Vox 3.wav is missing."
    assert "gone.wav is missing" in problems[TrackId("gone")]


def test_notes_of_the_host_travel_with_the_measures(song: dict[TrackId, TrackAudio]) -> None:
    audio = replace(song[TrackId("mono")], problems=("One take is offline.",))
    measures = listen({audio.track_id: audio}, RATE_HZ)[audio.track_id]
    assert isinstance(measures, TrackMeasures)
    assert measures.notes == ("One take is offline.",)


def test_progress_rises_to_one_for_every_track(song: dict[TrackId, TrackAudio]) -> None:
    shares: dict[str, list[float]] = {track_id: [] for track_id in song}
    listen(song, RATE_HZ, progress=lambda track_id, _, share: shares[track_id].append(share))
    for told in shares.values():
        assert told == sorted(told)
        assert told[-1] == 1.0


def test_cancelling_stops_and_says_so(song: dict[TrackId, TrackAudio]) -> None:
    stop = threading.Event()
    with pytest.raises(CancelledError):
        listen(song, RATE_HZ, threads=1, progress=lambda *_: stop.set(), cancelled=stop.is_set)


def test_samples_that_are_not_numbers_are_evidence(tmp_path: Path) -> None:
    sound = tone(440.0, 1.0)
    sound[1000] = math.nan
    audio = track(clip(written(tmp_path / "nan.wav", sound), 0.0, 1.0))
    measures = listen({audio.track_id: audio}, RATE_HZ)[audio.track_id]
    assert isinstance(measures, TrackMeasures)
    assert measures.not_finite_count == 1
    assert "not_finite" in [flaw.kind for flaw in flaws_of(measures, measures.evidence, None)]


def test_listening_directly_names_the_missing_file(tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        measure_track(track(clip(tmp_path / "gone.wav")), RATE_HZ)


@pytest.mark.slow
def test_the_tempo_of_a_beat_is_found(tmp_path: Path) -> None:
    seconds = np.arange(20 * 22050) / 22050
    rng = np.random.default_rng(0)
    hits = rng.standard_normal(len(seconds)) * np.exp(-((seconds % 0.5) * 30.0)) * 0.3
    beat = track(clip(written(tmp_path / "beat.wav", hits, 22050), 0.0, 20.0))
    assert tempo_of_tracks_bpm([beat]) == pytest.approx(120.0, rel=0.03)
    assert tempo_of_tracks_bpm([]) is None
