"""Where the sound of tracks lies, from the facts of a visit; the rules themselves are tested on project files."""

from pathlib import Path
from typing import Any

import pytest

from reaper_bridge.live.reading import read_picture
from reaper_bridge.live.sources import read_sources
from reaper_bridge.session.audio import Clip, CurvePoint, Fade, TrackAudio
from reaper_bridge.session.identity import TrackId
from tests.unit.reaper_bridge.live.visits import (
    FIRST,
    SECOND,
    Facts,
    envelope,
    item,
    plugin,
    source,
    take,
    track,
    visit,
)

A = TrackId(FIRST)


def audio_of(*items: Facts, project: Facts | None = None, **own: Any) -> TrackAudio:
    """Return what sounds on a track of these items."""
    picture = read_picture(visit(track(items=list(items), **own), project=project))
    return read_sources(picture, [A])[A]


@pytest.fixture
def wave(tmp_path: Path) -> Facts:
    (tmp_path / "a.wav").touch()
    return source(file=str(tmp_path / "a.wav"))


def test_a_clip_has_everything_reaper_says(wave: Facts) -> None:
    playing = take(
        wave, "mine", D_VOL=-0.5, D_PAN=0.25, D_STARTOFFS=1.5, D_PLAYRATE=2.0, B_PPITCH=0.0, D_PITCH=-3.0,
        I_CHANMODE=3.0, envelopes=[envelope("VOLENV", [0.0, 0.5, 0, 0.0]), envelope("PANENV", [0.0, 1.0, 0, 0.0]),
                                   envelope("MUTEENV", [0.0, 1.0, 1, 0.0], is_active=False)],
    )  # fmt: skip
    audio = audio_of(
        item(playing, guid="{abc}", D_POSITION=2.0, D_VOL=0.5, B_LOOPSRC=1.0, D_FADEINLEN=0.5, D_FADEINDIR=0.3,
             C_FADEINSHAPE=5.0, D_FADEOUTLEN=9.0, D_FADEOUTLEN_AUTO=0.25),
        I_PLAY_OFFSET_FLAG=0.0, D_PLAY_OFFSET=0.5,
    )  # fmt: skip
    assert audio.clips == (
        Clip(
            "{ABC}", "mine", Path(wave["file"]), 2.5, 4.0, 1.5, 2.0, False, -3.0, True, -0.25, 0.25, 3,
            Fade(0.5, 5, 0.3), Fade(0.25, 1, 0.0),
            volume_points=(CurvePoint(0.0, 0.5),), pan_points=(CurvePoint(0.0, 1.0),),
        ),
    )  # fmt: skip
    assert audio.problems == ()
    assert audio.is_complete


@pytest.mark.parametrize(("mute", "solo", "sounds"), [(0, 0, True), (1, 0, False), (1, -1, True), (0, 1, False)])
def test_muted_items_do_not_count_and_soloed_ones_do(wave: Facts, mute: int, solo: int, sounds: bool) -> None:
    assert bool(audio_of(item(take(wave), B_MUTE=mute, C_MUTE_SOLO=solo)).clips) is sounds


def test_every_take_told_plays(wave: Facts) -> None:
    audio = audio_of(item(take(wave, "one"), None, take(wave, "two", 2), take(None, "empty", 3)))
    assert [clip.name for clip in audio.clips] == ["one", "two"]


@pytest.mark.parametrize(
    ("section", "reversed_", "start", "length"),
    [
        ([1.0, 2.0, False], False, 1.0, 2.0),
        ([1.0, 2.0, True], True, 1.0, 2.0),
        ([0.0, 10.0, True], True, None, None),
        ([0.0, 10.0, False], False, 0.0, 10.0),
        (None, False, None, None),
    ],
)
def test_sections_and_reversed_sources(
    wave: Facts, section: list[Any] | None, reversed_: bool, start: float | None, length: float | None
) -> None:
    clip = audio_of(item(take(source("SECTION", inner=wave, section=section)))).clips[0]
    assert (clip.reversed, clip.section_start_seconds, clip.section_length_seconds) == (
        reversed_, start, length,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("playing", "problem"),
    [
        (source(file="/nowhere/Vox 3.wav"), "Vox 3.wav is missing."),
        (source(), "take names no file."),
        (source("_OFFLINE_WAVE", "/nowhere/a.wav"), "a.wav is offline in the project; set it online."),
        (source("MIDI", has_notes=True), "take is MIDI; its sound is not in a file."),
        (source("CLICK"), "take is a metronome click that REAPER generates; render it."),
        (source("RPP_PROJECT", "/x/sub.rpp"), "sub.rpp is a subproject without a render; render it in REAPER."),
        (source("SECTION", inner=source(file="/x/gone.wav"), section=[0.0, 1.0, False]), "gone.wav is missing."),
    ],
)
def test_what_cannot_be_read_makes_the_track_incomplete(wave: Facts, playing: Facts, problem: str) -> None:
    audio = audio_of(item(take(playing)), item(take(wave)))
    assert audio.problems == (problem,)
    assert not audio.is_complete
    assert len(audio.clips) == 1


@pytest.mark.parametrize("playing", [source("EMPTY"), source("MIDI", has_notes=False)])
def test_silent_sources_are_no_problem(playing: Facts) -> None:
    assert audio_of(item(take(playing))) == TrackAudio(A, ())


@pytest.mark.parametrize(("channels", "count"), [(0, 0), (2, 1)])
def test_a_video_may_have_sound(tmp_path: Path, channels: int, count: int) -> None:
    (tmp_path / "film.mp4").touch()
    audio = audio_of(item(take(source("VIDEO", str(tmp_path / "film.mp4"), channels=channels))))
    assert len(audio.clips) == count
    assert audio.is_complete


def test_a_video_that_is_not_there_is_missing_not_silent() -> None:
    audio = audio_of(item(take(source("VIDEO", "/nowhere/film.mp4", channels=0))))
    assert audio.problems == ("film.mp4 is missing.",)


def test_stretch_markers_pitch_envelopes_and_take_fx_are_said(wave: Facts) -> None:
    effects = [
        {"name": "JS: eq", "enabled": True, "offline": False},
        {"name": "no", "enabled": False, "offline": False},
    ]
    pitch = envelope("PITCHENV", [0.0, 2.0, 0, 0.0])
    audio = audio_of(item(take(wave, stretch=[[0.0, 0.0, 0.0], [2.0, 3.0, 0.0]], envelopes=[pitch], fx=effects)))
    assert audio.is_complete
    assert audio.problems == (
        "take has stretch markers; it was heard unstretched.",
        "take has a pitch envelope; it was heard without it.",
        "take has take FX (JS: eq); it was heard without them.",
    )
    plain = audio_of(item(take(wave, stretch=[[0.0, 1.0, 0.0], [2.0, 3.0, 0.0]])))
    assert plain.problems == ()


@pytest.mark.parametrize(
    ("own", "is_complete"),
    [({}, False), ({"enabled": False}, True), ({"offline": True}, True), ({"is_instrument": False}, True)],
)
def test_an_instrument_that_plays_makes_the_track_incomplete(wave: Facts, own: Facts, is_complete: bool) -> None:
    synth = plugin("{A}", **{"is_instrument": True, "original_name": "VSTi: ReaSynth (Cockos)", **own})
    audio = audio_of(item(take(wave)), fx=[synth])
    assert audio.is_complete is is_complete
    assert audio_of(item(take(wave)), fx=[synth], I_FXEN=0.0).is_complete


@pytest.mark.parametrize(
    ("free_mode", "plays", "sounds"),
    [(2.0, 0.0, False), (2.0, 1.0, True), (2.0, 2.0, True), (0.0, 0.0, True), (0.0, -1.0, False)],
)
def test_only_playing_lanes_sound(wave: Facts, free_mode: float, plays: float, sounds: bool) -> None:
    assert bool(audio_of(item(take(wave), C_LANEPLAYS=plays), I_FREEMODE=free_mode).clips) is sounds


def test_lanes_that_mask_each_other_are_said(wave: Facts) -> None:
    both = [item(take(wave)), item(take(wave))]
    assert audio_of(*both, I_FREEMODE=2.0, lanes=["FIXEDLANES 9 0 0 0 0"]).is_complete
    audio = audio_of(*both, I_FREEMODE=2.0, lanes=["FIXEDLANES 9 0 0 1 0"])
    assert not audio.is_complete
    assert "lanes" in audio.problems[0]


@pytest.mark.parametrize(
    ("mix", "flag", "count"), [(0.0, False, 3), (0.0, True, 2), (1.0, False, 2), (None, False, 2), (2.0, False, 3)]
)
def test_overlapping_items_follow_the_projects_mix_behaviour(
    wave: Facts, mix: float | None, flag: bool, count: int
) -> None:
    around = item(take(wave), guid="{A}", D_LENGTH=10.0)
    inside = item(take(wave), guid="{B}", D_POSITION=4.0, D_LENGTH=2.0, mix_flag=flag)
    assert len(audio_of(around, inside, project={"itemmixflag": mix}).clips) == count


def test_a_track_that_was_not_read_wholly_is_not_decided_from(wave: Facts) -> None:
    audio = audio_of(item(take(wave)), unreadable=["fx (OSError: gone)"])
    assert not audio.is_complete
    assert audio.problems == ("REAPER did not tell everything about Vox: fx (OSError: gone).",)
    nothing = read_picture(visit({"guid": FIRST, "name": "", "unreadable": ["values (OSError: gone)"]}))
    assert not read_sources(nothing, [A])[A].is_complete


def test_only_the_tracks_asked_for_are_read() -> None:
    picture = read_picture(visit(track(), track(SECOND)))
    assert list(read_sources(picture, [TrackId(SECOND), TrackId("nothing")])) == [TrackId(SECOND)]
