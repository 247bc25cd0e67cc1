"""The sound of a track before its FX: every way a clip can lie, to the sample."""

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.audio import open_track, render_track
from reaper_bridge.session.audio import CurvePoint, Fade
from reaper_bridge.session.errors import MediaError
from tests.unit.analysis.clip_files import RATE_HZ, clip, ramp, tone, track, written


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("media")
    written(folder / "ramp.wav", ramp(4800))
    left = ramp(4800)
    written(folder / "stereo.wav", np.stack((left, -2.0 * left), axis=1))
    written(folder / "four.wav", np.stack([left * k for k in (1, 2, 3, 4)], axis=1))
    written(folder / "one.wav", np.ones(48000, np.float32))
    written(folder / "ramp44.wav", tone(1000.0, 1.0, 44100), 44100)
    return folder


def test_a_clip_starts_at_its_position_to_the_sample(media: Path) -> None:
    sound = render_track(track(clip(media / "ramp.wav", 0.01, 0.1)), RATE_HZ)
    assert sound.shape == (1, 480 + 4800)
    assert not sound[0, :480].any()
    np.testing.assert_array_equal(sound[0, 480:], ramp(4800))


def test_a_clip_before_project_start_loses_its_beginning(media: Path) -> None:
    sound = render_track(track(clip(media / "ramp.wav", -0.05, 0.1)), RATE_HZ)
    np.testing.assert_array_equal(sound[0], ramp(4800)[2400:])


def test_the_source_offset_skips_the_start_of_the_file(media: Path) -> None:
    sound = render_track(track(clip(media / "ramp.wav", 0.0, 0.05, source_offset_seconds=0.02)), RATE_HZ)
    np.testing.assert_array_equal(sound[0], ramp(4800)[960 : 960 + 2400])


def test_a_negative_source_offset_begins_with_silence(media: Path) -> None:
    sound = render_track(track(clip(media / "ramp.wav", 0.0, 0.1, source_offset_seconds=-0.02)), RATE_HZ)
    assert not sound[0, :960].any()
    np.testing.assert_array_equal(sound[0, 960:], ramp(4800)[: 4800 - 960])


def test_without_loop_there_is_silence_after_the_end_of_the_file(media: Path) -> None:
    sound = render_track(track(clip(media / "ramp.wav", 0.0, 0.25)), RATE_HZ)
    np.testing.assert_array_equal(sound[0, :4800], ramp(4800))
    assert not sound[0, 4800:].any()


def test_a_loop_wraps_at_the_end_of_the_file(media: Path) -> None:
    sound = render_track(track(clip(media / "ramp.wav", 0.0, 0.25, source_offset_seconds=0.05, loops=True)), RATE_HZ)
    expected = ramp(4800)[(2400 + np.arange(12000)) % 4800]
    np.testing.assert_array_equal(sound[0], expected)


def test_a_long_loop_wraps_like_a_short_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "ramp.wav", ramp(4800))
    looped = track(clip(path, 0.0, 0.35, source_offset_seconds=0.05, loops=True))
    held = render_track(looped, RATE_HZ)
    monkeypatch.setattr("analysis.clips.HELD_FRAMES", 100)
    np.testing.assert_array_equal(render_track(looped, RATE_HZ), held)


def test_a_section_is_cut_out_and_loops_in_itself(media: Path) -> None:
    section = {"section_start_seconds": 0.02, "section_length_seconds": 0.01, "loops": True}
    sound = render_track(track(clip(media / "ramp.wav", 0.0, 0.03, **section)), RATE_HZ)
    np.testing.assert_array_equal(sound[0], np.tile(ramp(4800)[960:1440], 3))


def test_a_section_that_does_not_loop_ends(media: Path) -> None:
    section = {"section_start_seconds": 0.02, "section_length_seconds": 0.01}
    sound = render_track(track(clip(media / "ramp.wav", 0.0, 0.03, **section)), RATE_HZ)
    np.testing.assert_array_equal(sound[0, :480], ramp(4800)[960:1440])
    assert not sound[0, 480:].any()


def test_a_reversed_clip_plays_from_the_end(media: Path) -> None:
    sound = render_track(track(clip(media / "ramp.wav", 0.0, 0.1, reversed=True)), RATE_HZ)
    np.testing.assert_array_equal(sound[0], ramp(4800)[::-1])


def test_a_reversed_section_plays_from_its_own_end(media: Path) -> None:
    more = {"section_start_seconds": 0.02, "section_length_seconds": 0.01, "reversed": True}
    sound = render_track(track(clip(media / "ramp.wav", 0.0, 0.01, source_offset_seconds=0.002, **more)), RATE_HZ)
    np.testing.assert_array_equal(sound[0, : 480 - 96], ramp(4800)[960:1440][::-1][96:])


def test_negative_gain_turns_polarity(media: Path) -> None:
    sound = render_track(track(clip(media / "ramp.wav", 0.0, 0.1, gain_linear=-0.5)), RATE_HZ)
    np.testing.assert_array_equal(sound[0], -0.5 * ramp(4800))


def test_overlapping_clips_add_up(media: Path) -> None:
    both = track(clip(media / "ramp.wav", 0.0, 0.1), clip(media / "one.wav", 0.05, 0.1))
    sound = render_track(both, RATE_HZ)
    np.testing.assert_allclose(sound[0, 2400:4800], ramp(4800)[2400:] + 1.0)
    np.testing.assert_array_equal(sound[0, 4800:], 1.0)


def test_a_linear_crossfade_of_a_constant_is_constant(media: Path) -> None:
    linear = Fade(0.1, 0)
    first = clip(media / "one.wav", 0.0, 0.5, fade_out=linear)
    second = clip(media / "one.wav", 0.4, 0.5, fade_in=linear)
    sound = render_track(track(first, second), RATE_HZ)
    np.testing.assert_allclose(sound[0], 1.0, atol=1e-6)


@pytest.mark.parametrize(
    ("shape", "middle"), [(0, 0.5), (1, 0.75), (2, 0.25), (3, 0.9375), (4, 0.0625), (5, 0.5), (6, 0.5)]
)
def test_fades_in_have_the_middle_of_their_shape(media: Path, shape: int, middle: float) -> None:
    sound = render_track(track(clip(media / "one.wav", 0.0, 1.0, fade_in=Fade(0.2, shape))), RATE_HZ)[0]
    assert sound[0] == 0.0
    assert sound[4800] == pytest.approx(middle, abs=1e-4)
    np.testing.assert_array_equal(sound[9600:], 1.0)


@pytest.mark.parametrize("shape", range(8))
@pytest.mark.parametrize("curvature", [-1.0, -0.5, 0.0, 0.5, 1.0])
def test_a_fade_out_is_the_fade_in_backwards_with_its_curvature_turned(
    media: Path, shape: int, curvature: float
) -> None:
    one = media / "one.wav"
    rising = render_track(track(clip(one, 0.0, 1.0, fade_in=Fade(0.2, shape, curvature))), RATE_HZ)[0]
    falling = render_track(track(clip(one, 0.0, 1.0, fade_out=Fade(0.2, shape, -curvature))), RATE_HZ)[0]
    np.testing.assert_allclose(falling[::-1][:-1], rising[1:], atol=1e-6)
    assert (np.diff(rising) >= -1e-6).all()


def test_a_fade_across_block_borders_is_seamless(media: Path) -> None:
    faded = track(clip(media / "one.wav", 0.1, 0.8, fade_in=Fade(0.3, 5), fade_out=Fade(0.4, 1)))
    pieces = np.concatenate(list(open_track(faded, RATE_HZ, block_seconds=0.037)), axis=1)
    np.testing.assert_array_equal(pieces, render_track(faded, RATE_HZ))


def test_mono_media_stays_one_channel_until_something_pans_it(media: Path) -> None:
    assert open_track(track(clip(media / "ramp.wav")), RATE_HZ).channel_count == 1
    assert open_track(track(clip(media / "ramp.wav", pan=0.25)), RATE_HZ).channel_count == 2
    moving = (CurvePoint(0.0, 0.0), CurvePoint(1.0, 1.0))
    assert open_track(track(clip(media / "ramp.wav", pan_points=moving)), RATE_HZ).channel_count == 2
    assert open_track(track(clip(media / "ramp.wav"), clip(media / "stereo.wav")), RATE_HZ).channel_count == 2


def test_mono_media_beside_stereo_media_sounds_on_both_sides(media: Path) -> None:
    sound = render_track(track(clip(media / "ramp.wav", 0.0, 0.1), clip(media / "stereo.wav", 0.1, 0.1)), RATE_HZ)
    np.testing.assert_array_equal(sound[0, :4800], ramp(4800))
    np.testing.assert_array_equal(sound[1, :4800], ramp(4800))
    np.testing.assert_array_equal(sound[1, 4800:], -2.0 * ramp(4800))


def test_take_pan_turns_the_far_side_down(media: Path) -> None:
    sound = render_track(track(clip(media / "one.wav", 0.0, 0.1, pan=0.25)), RATE_HZ)
    np.testing.assert_allclose(sound[0], 0.75)
    np.testing.assert_allclose(sound[1], 1.0)


def test_a_pan_envelope_counts_left_as_plus(media: Path) -> None:
    points = (CurvePoint(0.0, 1.0, 1), CurvePoint(0.05, -1.0))
    sound = render_track(track(clip(media / "one.wav", 0.0, 0.1, pan_points=points)), RATE_HZ)
    np.testing.assert_allclose(sound[:, 100], [1.0, 0.0])
    np.testing.assert_allclose(sound[:, 4000], [0.0, 1.0])


def test_volume_and_mute_envelopes_multiply(media: Path) -> None:
    volume = (CurvePoint(0.0, 0.0), CurvePoint(0.1, 1.0), CurvePoint(0.2, 0.5, 1))
    mute = (CurvePoint(0.0, 1.0, 1), CurvePoint(0.15, 0.0, 1))
    sound = render_track(track(clip(media / "one.wav", 0.05, 0.3, volume_points=volume, mute_points=mute)), RATE_HZ)[0]
    assert sound[2400 + 2400] == pytest.approx(0.5)
    assert sound[2400 + 4800 + 1200] == pytest.approx(0.875)
    assert not sound[2400 + 7200 :].any()


@pytest.mark.parametrize(
    ("mode", "expected"),
    [(0, (1, 2)), (1, (2, 1)), (2, (2.5,)), (3, (1,)), (4, (2,)), (5, (3,)), (6, (4,)), (67, (1, 2)), (69, (3, 4))],
)
def test_channel_modes_choose_source_channels(media: Path, mode: int, expected: tuple[float, ...]) -> None:
    sound = render_track(track(clip(media / "four.wav", 0.0, 0.1, channel_mode=mode)), RATE_HZ)
    assert len(sound) == len(expected)
    for channel, factor in zip(sound, expected, strict=True):
        np.testing.assert_allclose(channel, factor * ramp(4800), rtol=1e-6)


def test_more_than_two_channels_are_said_to_be_reduced(media: Path) -> None:
    sound = open_track(track(clip(media / "four.wav", 0.0, 0.1)), RATE_HZ)
    assert any("4 channels" in note for note in sound.notes)
    sound.close()


@pytest.mark.parametrize("rate_hz", [8000, 22050, 44100, 96000, 192000])
def test_media_of_any_rate_lands_at_the_projects_rate(tmp_path: Path, rate_hz: int) -> None:
    path = written(tmp_path / "tone.wav", tone(1000.0, 1.0, rate_hz), rate_hz)
    sound = render_track(track(clip(path, 0.25, 1.0)), RATE_HZ)[0]
    expected = tone(1000.0, 1.0)
    inner = slice(4800, 43200)
    np.testing.assert_allclose(sound[12000:][inner], expected[inner], atol=2e-4)


def test_resampling_lets_no_alias_through(tmp_path: Path) -> None:
    path = written(tmp_path / "high.wav", tone(30000.0, 1.0, 96000), 96000)
    sound = render_track(track(clip(path, 0.0, 1.0)), RATE_HZ)[0]
    assert np.abs(sound[4800:-4800]).max() < 1e-4


def test_an_excerpt_of_resampled_media_equals_the_whole(media: Path) -> None:
    resampled = track(clip(media / "ramp44.wav", 0.1, 0.9))
    whole = render_track(resampled, RATE_HZ)
    part = render_track(resampled, RATE_HZ, 0.5, 0.75)
    assert part.shape == (1, 12000)
    np.testing.assert_allclose(part, whole[:, 24000:36000], atol=2e-5)


def test_a_play_rate_shortens_and_says_so(tmp_path: Path) -> None:
    path = written(tmp_path / "tone.wav", tone(1000.0, 2.0))
    fast = open_track(track(clip(path, 0.0, 1.0, play_rate=2.0)), RATE_HZ)
    assert any("2 times" in note for note in fast.notes)
    sound = np.concatenate(list(fast), axis=1)[0]
    np.testing.assert_allclose(sound[4800:43200], tone(2000.0, 1.0)[4800:43200], atol=2e-4)


def test_where_no_clip_lies_nothing_is_read(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[int] = []
    from analysis.decoding import MediaFile

    plain = MediaFile.read
    monkeypatch.setattr(
        MediaFile, "read", lambda self, start, count: (reads.append(count), plain(self, start, count))[1]
    )
    blocks = open_track(track(clip(media / "ramp.wav", 60.0, 0.1)), RATE_HZ)
    assert sum(block.shape[1] for block in blocks) == 60 * RATE_HZ + 4800
    assert sum(reads) == 4800


def test_samples_that_are_not_numbers_are_silenced_and_counted(tmp_path: Path) -> None:
    sound = np.ones(4800, np.float32)
    sound[[5, 6, 700]] = np.nan, np.inf, -np.inf
    stream = open_track(track(clip(written(tmp_path / "nan.wav", sound), 0.0, 0.1)), RATE_HZ)
    played = np.concatenate(list(stream), axis=1)[0]
    assert played[5] == played[6] == played[700] == 0.0
    assert stream.not_finite_count == 3
    assert any("not numbers" in note for note in stream.notes)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"gone\.wav is missing"):
        open_track(track(clip(tmp_path / "gone.wav")), RATE_HZ)


def test_an_empty_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.wav").touch()
    with pytest.raises(MediaError, match=r"empty\.wav is empty"):
        open_track(track(clip(tmp_path / "empty.wav")), RATE_HZ)


def test_something_else_than_sound_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "text.wav").write_text("this is no sound " * 100)
    with pytest.raises(MediaError, match=r"text\.wav is not a sound file .* install ffmpeg"):
        open_track(track(clip(tmp_path / "text.wav")), RATE_HZ)


def test_what_libsndfile_cannot_read_goes_through_ffmpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in program copies the sound that is appended to a foreign header, as ffmpeg would decode it."""
    written(tmp_path / "inner.wav", tone(440.0, 0.1))
    (tmp_path / "film.mp4").write_bytes(b"0123" + (tmp_path / "inner.wav").read_bytes())
    program = tmp_path / "ffmpeg"
    program.write_text(
        '#!/bin/sh\nwhile [ "$1" != "-i" ]; do shift; done\ninput=$2\n'
        'for last; do :; done\ntail -c +5 "$input" > "$last"\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    sound = render_track(track(clip(tmp_path / "film.mp4", 0.0, 0.1)), RATE_HZ)
    np.testing.assert_allclose(sound[0], tone(440.0, 0.1), atol=1e-6)


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
def test_a_film_sounds_as_its_sound_track(tmp_path: Path) -> None:
    source = written(tmp_path / "tone.wav", tone(440.0, 1.0))
    film = tmp_path / "film.mov"
    command = ["ffmpeg", "-v", "error", "-i", str(source), "-c:a", "alac", str(film)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    sound = render_track(track(clip(film, 0.0, 1.0)), RATE_HZ)
    np.testing.assert_allclose(sound[0], tone(440.0, 1.0), atol=1e-4)


def test_ffmpeg_that_fails_gives_its_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\necho 'film.mp4: Invalid data found' >&2\nexit 1\n")
    program.chmod(0o755)
    (tmp_path / "film.mp4").write_bytes(b"nothing to see" * 50)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(MediaError, match=r"film\.mp4 cannot be decoded.*Invalid data found"):
        open_track(track(clip(tmp_path / "film.mp4")), RATE_HZ)


@pytest.mark.parametrize(("suffix", "subtype"), [("flac", "PCM_16"), ("wav", "PCM_24"), ("aiff", "PCM_16")])
def test_a_truncated_file_is_silent_from_the_break_and_says_so(tmp_path: Path, suffix: str, subtype: str) -> None:
    rng = np.random.default_rng(0)
    noise = 0.1 * rng.standard_normal(96000)
    whole = written(tmp_path / f"whole.{suffix}", noise, subtype=subtype)
    cut = tmp_path / f"cut.{suffix}"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    stream = open_track(track(clip(cut, 0.0, 2.0)), RATE_HZ)
    sound = np.concatenate(list(stream), axis=1)[0]
    np.testing.assert_allclose(sound[:40000], noise[:40000], atol=1e-4)
    assert not sound[52000:].any()
    assert any("damaged or cut off" in note for note in stream.notes)


def test_a_file_without_samples_is_silence_with_a_note(tmp_path: Path) -> None:
    stream = open_track(track(clip(written(tmp_path / "none.wav", np.zeros(0)), 0.0, 0.1)), RATE_HZ)
    assert not np.concatenate(list(stream), axis=1).any()
    assert any("no samples" in note for note in stream.notes)


def test_many_files_are_not_all_open_at_once(tmp_path: Path) -> None:
    paths = [written(tmp_path / f"{n}.wav", np.full(480, n / 64.0)) for n in range(40)]
    stream = open_track(track(*(clip(path, 0.01 * n, 0.01) for n, path in enumerate(paths))), RATE_HZ)
    sound = np.concatenate(list(stream), axis=1)[0]
    np.testing.assert_allclose(sound, np.repeat(np.arange(40) / 64.0, 480))


@settings(max_examples=40)
@given(
    position=st.integers(0, 20000),
    length=st.integers(1, 15000),
    offset=st.integers(-3000, 6000),
    block=st.integers(997, 30000),
    loops=st.booleans(),
    turned=st.booleans(),
)
def test_blocks_of_any_size_give_the_same_sound(
    media: Path, position: int, length: int, offset: int, block: int, loops: bool, turned: bool
) -> None:
    audio = track(
        clip(
            media / "ramp.wav",
            position / RATE_HZ,
            length / RATE_HZ,
            source_offset_seconds=offset / RATE_HZ,
            loops=loops,
            reversed=turned,
        )
    )
    pieces = np.concatenate(list(open_track(audio, RATE_HZ, block_seconds=block / RATE_HZ)), axis=1)
    places = offset + np.arange(length)
    source = ramp(4800)[::-1] if turned else ramp(4800)
    inside = (places >= 0) & (places < 4800)
    played = source[places % 4800] if loops else np.where(inside, source[np.clip(places, 0, 4799)], 0.0)
    np.testing.assert_array_equal(pieces[0], np.concatenate((np.zeros(position), played)))
