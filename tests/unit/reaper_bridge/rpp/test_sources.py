"""Where the sound of tracks lies: one small project for each thing that REAPER can do to an item."""

import shutil
import unicodedata
from pathlib import Path

import pytest

from reaper_bridge.rpp.media_search import MediaSearch
from reaper_bridge.rpp.reading import read_sources
from reaper_bridge.rpp.syntax import parse_project
from reaper_bridge.session.audio import Clip, CurvePoint, Fade, TrackAudio
from reaper_bridge.session.identity import TrackId

GUID = TrackId("{11111111-0000-4000-8000-000000000001}")
WAVE = '<SOURCE WAVE\nFILE "a.wav"\n>\n'


def audio_of(directory: Path, track: str, project: str = "") -> TrackAudio:
    """Read the sources of a project of one track that stands in a directory with a.wav and b.wav."""
    for name in ("a.wav", "b.wav"):
        (directory / name).touch()
    text = f'<REAPER_PROJECT 0.1 "7.27/win64" 1\n{project}<TRACK {GUID}\nNAME x\n{track}>\n>\n'
    path = directory / "song.RPP"
    return read_sources(parse_project(text.encode()), path, [GUID])[GUID]


def item(*lines: str, position: float = 0.0, length: float = 4.0, source: str = WAVE, volume: str = "1 0 1 -1") -> str:
    """Return an item of one take, with further lines before its source."""
    head = f"<ITEM\nPOSITION {position}\nLENGTH {length}\nNAME take\nVOLPAN {volume}\n"
    return head + "".join(line + "\n" for line in lines) + source + ">\n"


def clip_of(directory: Path, *lines: str, **more: str) -> Clip:
    """Read the one clip of a project of one item."""
    audio = audio_of(directory, item(*lines, **more))  # type: ignore[arg-type]
    assert audio.is_complete
    assert len(audio.clips) == 1
    return audio.clips[0]


def test_a_plain_item_is_a_plain_clip(tmp_path: Path) -> None:
    guid = "{C0FFEE00-0000-4000-8000-000000000001}"
    clip = clip_of(tmp_path, f"IGUID {guid.lower()}", "SOFFS 1.5", "PLAYRATE 1 1 0 -1 0 0.0025")
    assert clip == Clip(guid, "take", tmp_path / "a.wav", 0.0, 4.0, source_offset_seconds=1.5, preserves_pitch=True)  # type: ignore[arg-type]


def test_item_and_take_volume_multiply_and_a_negative_one_turns_polarity(tmp_path: Path) -> None:
    clip = clip_of(tmp_path, volume="0.5 -0.25 -0.5 -1")
    assert (clip.gain_linear, clip.pan) == (-0.25, -0.25)


def test_rate_pitch_loop_and_channel_mode(tmp_path: Path) -> None:
    clip = clip_of(tmp_path, "PLAYRATE 1.5 0 -2 -1 0 0.0025", "LOOP 1", "CHANMODE 3")
    assert (clip.play_rate, clip.preserves_pitch, clip.pitch_semitones) == (1.5, False, -2.0)
    assert clip.loops
    assert clip.channel_mode == 3


@pytest.mark.parametrize(
    ("line", "fade"),
    [
        ("1 0.5 0 1 0 0 0", Fade(0.5, 1, 0.0)),
        ("5 0.5 0 5 0 0.3 0", Fade(0.5, 5, 0.3)),
        ("1.1 0 0.25 1 1 -0.5 0", Fade(0.25, 1, -0.5)),
        ("1 0.5 0.25 1 0 0 0", Fade(0.25, 1, 0.0)),
        ("2 99 0 2 0 0 0", Fade(4.0, 2, 0.0)),
        ("0 0.5 0", Fade(0.5, 0, 0.0)),
        ("1 0.01 -1 1 0 0", Fade(0.01, 1, 0.0)),
    ],
)
def test_fades(tmp_path: Path, line: str, fade: Fade) -> None:
    assert clip_of(tmp_path, f"FADEIN {line}").fade_in == fade
    assert clip_of(tmp_path, f"FADEOUT {line}").fade_out == fade


@pytest.mark.parametrize(
    ("mute", "sounds"), [("0 0", True), ("1 0", False), ("1 -1", True), ("0 1", False), ("0", True)]
)
def test_muted_items_do_not_count_and_soloed_ones_do(tmp_path: Path, mute: str, sounds: bool) -> None:
    audio = audio_of(tmp_path, item(f"MUTE {mute}"))
    assert bool(audio.clips) is sounds
    missing = audio_of(tmp_path, item(f"MUTE {mute}", source="<SOURCE WAVE\nFILE gone.wav\n>\n"))
    assert missing.is_complete is not sounds


def test_the_selected_take_plays_with_its_own_values(tmp_path: Path) -> None:
    second = 'TAKE SEL\nNAME two\nTAKEVOLPAN 0.5 -2 -1\nSOFFS 3\nCHANMODE 2\n<SOURCE WAVE\nFILE "b.wav"\n>\n'
    third = "TAKE\nNAME three\nTAKEVOLPAN 0 1 -1\n" + WAVE
    clip = clip_of(tmp_path, "SOFFS 1", source=WAVE + second + third, volume="0.5 -1 9 -1")
    assert (clip.name, clip.path.name) == ("two", "b.wav")
    assert (clip.gain_linear, clip.pan, clip.source_offset_seconds, clip.channel_mode) == (-1.0, 0.5, 3.0, 2)


def test_all_takes_play_where_the_item_says_so(tmp_path: Path) -> None:
    second = 'TAKE SEL\nNAME two\n<SOURCE WAVE\nFILE "b.wav"\n>\nTAKE NULL\n'
    audio = audio_of(tmp_path, item("ALLTAKES 1", source=WAVE + second))
    assert [clip.path.name for clip in audio.clips] == ["a.wav", "b.wav"]


def test_an_empty_take_is_silent(tmp_path: Path) -> None:
    audio = audio_of(tmp_path, item(source=WAVE + "TAKE NULL SEL\n"))
    assert audio == TrackAudio(GUID, ())
    assert audio_of(tmp_path, "<ITEM\nPOSITION 0\nLENGTH 2\n>\n") == TrackAudio(GUID, ())


def test_an_item_without_length_is_silent(tmp_path: Path) -> None:
    assert audio_of(tmp_path, item("LENGTH 0", length=0.0)).clips == ()


@pytest.mark.parametrize(
    ("lines", "reversed_", "start", "length"),
    [
        ("LENGTH 2\nSTARTPOS 1\nOVERLAP 0.01\n", False, 1.0, 2.0),
        ("LENGTH 2\nMODE 2\nSTARTPOS 1\n", True, 1.0, 2.0),
        ("LENGTH 0\nMODE 3\nSTARTPOS 0\n", True, None, None),
        ("LENGTH 2\nMODE 3\nSTARTPOS 1\n", True, None, None),
    ],
)
def test_sections_and_reversed_sources(
    tmp_path: Path, lines: str, reversed_: bool, start: float | None, length: float | None
) -> None:
    clip = clip_of(tmp_path, source=f"<SOURCE SECTION\n{lines}{WAVE}>\n")
    assert (clip.reversed, clip.section_start_seconds, clip.section_length_seconds) == (
        reversed_, start, length,
    )  # fmt: skip


def test_a_section_of_a_section_counts_from_the_inner_one(tmp_path: Path) -> None:
    inner = f"<SOURCE SECTION\nLENGTH 10\nSTARTPOS 5\n{WAVE}>\n"
    clip = clip_of(tmp_path, source=f"<SOURCE SECTION\nLENGTH 3\nSTARTPOS 2\n{inner}>\n")
    assert (clip.section_start_seconds, clip.section_length_seconds) == (7.0, 3.0)
    backwards = f"<SOURCE SECTION\nLENGTH 10\nSTARTPOS 5\nMODE 2\n{WAVE}>\n"
    clip = clip_of(tmp_path, source=f"<SOURCE SECTION\nLENGTH 3\nSTARTPOS 2\n{backwards}>\n")
    assert (clip.reversed, clip.section_start_seconds, clip.section_length_seconds) == (True, 10.0, 3.0)


@pytest.mark.parametrize(
    ("play_offset", "seconds"),
    [("0.5 0", 0.5), ("0.5 1", 0.0), ("-0.25 0", -0.25), ("4800 2", 0.1), ("0.5", 0.5)],
)
def test_the_play_offset_moves_every_clip(tmp_path: Path, play_offset: str, seconds: float) -> None:
    track = f"PLAYOFFS {play_offset}\n" + item(position=2.0)
    audio = audio_of(tmp_path, track, project="SAMPLERATE 48000 1 0\n")
    assert audio.clips[0].position_seconds == pytest.approx(2.0 + seconds)
    assert audio.play_offset_seconds == pytest.approx(seconds)


@pytest.mark.parametrize("position", [0.0, 0.1, 12.345678901234, 333.33333333333, 3600.123456789])
@pytest.mark.parametrize("offset", [0.0, -0.00199, 0.0014, 0.00001])
def test_a_sound_shifted_there_and_back_again_is_where_it_was(tmp_path: Path, position: float, offset: float) -> None:
    audio = audio_of(tmp_path, item(position=position), project="SAMPLERATE 48000 1 0\n")
    moved = audio.at_offset(offset)
    assert moved.clips[0].position_seconds == pytest.approx(position + offset, abs=1e-9)
    assert moved.at_offset(0.0) == audio
    shifted = audio_of(tmp_path, f"PLAYOFFS {offset} 0\n" + item(position=position), project="SAMPLERATE 48000 1 0\n")
    assert shifted.at_offset(0.0) == audio


def test_take_envelopes_count_project_time_from_the_item(tmp_path: Path) -> None:
    envelopes = (
        "<VOLENV\nACT 1 -1\nPT 0 0.5 0\nPT 2 1 5 0 0 0 0.7\n>\n"
        "<PANENV\nACT 1 -1\nPT 0 1 0\n>\n<MUTEENV\nACT 1\nPT 0 1 1\nPT 1 0 1\n>\n"
    )
    clip = clip_of(tmp_path, "PLAYRATE 2 1 0 -1 0 0.0025", source=WAVE + envelopes)
    assert clip.volume_points == (CurvePoint(0.0, 0.5), CurvePoint(1.0, 1.0, 5, 0.7))
    assert clip.pan_points == (CurvePoint(0.0, 1.0),)
    assert clip.mute_points == (CurvePoint(0.0, 1.0, 1), CurvePoint(0.5, 0.0, 1))


def test_a_bypassed_take_envelope_does_nothing(tmp_path: Path) -> None:
    clip = clip_of(tmp_path, source=WAVE + "<VOLENV\nACT 0 -1\nPT 0 0.5 0\n>\n")
    assert clip.volume_points == ()


@pytest.mark.parametrize(
    ("markers", "is_said"),
    [
        ("SM 0 1 + 2 3 + 4 5", False),
        ("SM 0 0 + 2 3", True),
        ("SM 0 0 -0.149425287 + 0.574712644 0.574712644", True),
        ("SM 0 22.48 0 1 + 3.75 25.52 0 1", True),
    ],
)
def test_stretch_markers_are_said_and_still_play(tmp_path: Path, markers: str, is_said: bool) -> None:
    audio = audio_of(tmp_path, item(markers))
    assert audio.is_complete
    assert len(audio.clips) == 1
    assert any("stretch markers" in problem for problem in audio.problems) is is_said


def test_pitch_envelopes_and_take_fx_are_said(tmp_path: Path) -> None:
    more = "<PITCHENV\nACT 1 -1\nPT 0 2 0\n>\n<TAKEFX\nBYPASS 0 0 0\n<JS loser/3BandEQ mine\n0 - -\n>\n>\n"
    audio = audio_of(tmp_path, item(source=WAVE + more))
    assert audio.is_complete
    assert len(audio.clips) == 1
    assert any("pitch envelope" in problem for problem in audio.problems)
    assert any("take FX (mine)" in problem for problem in audio.problems)
    assert audio_of(tmp_path, item(source=WAVE + more.replace("BYPASS 0", "BYPASS 1"))).problems == (
        "take has a pitch envelope; it was heard without it.",
    )


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ('<SOURCE WAVE\nFILE "sub\\Vox 3.wav"\n>\n', "Vox 3.wav is missing."),
        ("<SOURCE WAVE\n>\n", "take names no file."),
        ('<SOURCE _OFFLINE_WAVE\nFILE "a.wav"\n>\n', "a.wav is offline in the project; set it online."),
        (
            "<SOURCE MIDI\nHASDATA 1 960 QN\nE 0 90 3c 60\nE 480 80 3c 00\n>\n",
            "take is MIDI; its sound is not in a file.",
        ),
        ("<SOURCE MIDI\nFILE song.mid\n>\n", "take is MIDI; its sound is not in a file."),
        (
            '<SOURCE RPP_PROJECT\nFILE "sub.rpp"\n>\n',
            "sub.rpp is a subproject without a render; render it in REAPER.",
        ),
        ("<SOURCE CLICK\n>\n", "take is a metronome click that REAPER generates; render it."),
        ("<SOURCE LTC\n>\n", "take is timecode that REAPER generates; render it."),
        ("<SOURCE SECTION\nLENGTH 1\n<SOURCE WAVE\nFILE gone.wav\n>\n>\n", "gone.wav is missing."),
    ],
)
def test_what_cannot_be_read_makes_the_track_incomplete(tmp_path: Path, source: str, problem: str) -> None:
    audio = audio_of(tmp_path, item(source=source) + item(source=source) + item(position=9.0))
    assert audio.problems == (problem,)
    assert not audio.is_complete
    assert len(audio.clips) == 1


@pytest.mark.parametrize(
    "source",
    [
        "<SOURCE EMPTY\n>\n",
        "<SOURCE VIDEOEFFECT\n<CODE\n|x\n>\n>\n",
        "<SOURCE MIDI\nHASDATA 1 960 QN\nE 480 b0 7b 00\n>\n",
        '<SOURCE VIDEO\nFILE "cover.JPG"\n>\n',
        '<SOURCE VIDEO\nAUDIO 0\nFILE "film.mp4"\n>\n',
    ],
)
def test_silent_sources_are_no_problem(tmp_path: Path, source: str) -> None:
    assert audio_of(tmp_path, item(source=source)) == TrackAudio(GUID, ())


def test_a_video_with_sound_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").touch()
    assert clip_of(tmp_path, source='<SOURCE VIDEO\nFILE "film.mp4"\n>\n').path == tmp_path / "film.mp4"


@pytest.mark.parametrize("render", ["sub.rpp-PROX", "sub.rpp-prox", "sub.wav"])
def test_a_subproject_plays_its_render(tmp_path: Path, render: str) -> None:
    (tmp_path / render).touch()
    clip = clip_of(tmp_path, source='<SOURCE RPP_PROJECT\nFILE "sub.rpp"\n>\n')
    assert clip.path == tmp_path / render


@pytest.mark.parametrize(
    ("bypass", "fx", "is_complete"),
    [("0 0 0", 1, False), ("1 0 0", 1, True), ("0 1 0", 1, True), ("0 0 0", 0, True)],
)
def test_an_instrument_that_plays_makes_the_track_incomplete(
    tmp_path: Path, bypass: str, fx: int, is_complete: bool
) -> None:
    chain = f'<FXCHAIN\nBYPASS {bypass}\n<VST "VSTi: ReaSynth (Cockos)" reasynth.dll 0 ""\n>\nWAK 0 0\n>\n'
    audio = audio_of(tmp_path, f"FX {fx}\n{chain}{item()}")
    assert audio.is_complete is is_complete
    assert bool(audio.problems) is not is_complete
    assert len(audio.clips) == 1


def test_a_frozen_track_plays_its_render(tmp_path: Path) -> None:
    frozen = (
        '<FREEZE 0\n<FXCHAIN\nBYPASS 0 0 0\n<VST "VSTi: X" x.dll 0 ""\n>\n>\n'
        "<ITEM\nPOSITION 0\nLENGTH 4\n<SOURCE MIDI\nHASDATA 1 960 QN\nE 0 90 3c 60\n>\n>\n>\n"
    )
    audio = audio_of(tmp_path, frozen + item())
    assert audio.is_complete
    assert [clip.path.name for clip in audio.clips] == ["a.wav"]


def lanes(solo: str, more: str = "") -> str:
    """Return a track with two fixed lanes, a.wav in the first and b.wav in the second."""
    second = '<SOURCE WAVE\nFILE "b.wav"\n>\n'
    return f"FREEMODE 2\n{more}{solo}" + item("YPOS 0 0.5 2") + item("YPOS 0.5 0.5 2", source=second)


@pytest.mark.parametrize(
    ("solo", "files"),
    [
        ("LANESOLO 1 0 0 0 0 0 0 0\n", ["a.wav"]),
        ("LANESOLO 2 0 0 0 0 0 0 0\n", ["b.wav"]),
        ("LANESOLO 4294967294 4294967295 0 0 0 0 0 0\n", ["b.wav"]),
        ("LANESOLO 3 0 0 0 0 0 0 0\n", ["a.wav", "b.wav"]),
        ("LANESOLO 0 0 0 0 0 0 0 0\n", []),
        ("", ["a.wav", "b.wav"]),
    ],
)
def test_only_playing_lanes_sound(tmp_path: Path, solo: str, files: list[str]) -> None:
    audio = audio_of(tmp_path, lanes(solo), project="ITEMMIX 0\n")
    assert [clip.path.name for clip in audio.clips] == files
    assert audio.is_complete


def test_lanes_that_mask_each_other_are_said(tmp_path: Path) -> None:
    audio = audio_of(tmp_path, lanes("", "FIXEDLANES 9 0 0 1 0\n"))
    assert not audio.is_complete
    assert "lanes" in audio.problems[0]


def overlapping(directory: Path, mix: int | None, *lines: str, track: str = "") -> list[tuple[float, float]]:
    """Return (start, end) of what sounds of a ten-second item around, and a two-second item within."""
    inside = item(*lines, position=4.0, length=2.0, source='<SOURCE WAVE\nFILE "b.wav"\n>\n')
    project = "" if mix is None else f"ITEMMIX {mix}\n"
    audio = audio_of(directory, track + item("SOFFS 1", length=10.0) + inside, project=project)
    assert audio.is_complete
    return [(c.position_seconds, c.position_seconds + c.length_seconds) for c in audio.clips]


def test_overlapping_items_follow_the_projects_mix_behaviour(tmp_path: Path) -> None:
    both = [(0.0, 10.0), (4.0, 6.0)]
    replaced = [(0.0, 4.0), (6.0, 10.0), (4.0, 6.0)]
    assert overlapping(tmp_path, 1) == both
    assert overlapping(tmp_path, None) == both
    assert overlapping(tmp_path, 0) == replaced
    assert overlapping(tmp_path, 2) == replaced
    assert overlapping(tmp_path, 0, "MIXFLAG 1") == both
    assert overlapping(tmp_path, 0, "MUTE 1 0") == both[:1]
    assert overlapping(tmp_path, 0, track="FREEMODE 1\n") == both


def test_a_replaced_part_leaves_the_rest_where_it_was(tmp_path: Path) -> None:
    inside = item("FADEIN 1 0.5 0", position=4.0, length=2.0)
    envelope = "<VOLENV\nACT 1\nPT 0 1 0\nPT 8 0.5 0\n>\n"
    outside = item("SOFFS 1", "PLAYRATE 2 1 0", length=10.0, source=WAVE + envelope)
    before, after, _ = audio_of(tmp_path, outside + inside, project="ITEMMIX 0\n").clips
    assert (before.length_seconds, before.fade_out.length_seconds) == (4.5, 0.5)
    assert (after.position_seconds, after.source_offset_seconds) == (6.0, 13.0)
    assert [point.time_seconds for point in after.volume_points] == [-6.0, -2.0]


def test_partly_overlapping_items_mix_unless_the_later_replaces(tmp_path: Path) -> None:
    track = item(length=4.0) + item(position=3.0, length=4.0)
    assert [c.length_seconds for c in audio_of(tmp_path, track, "ITEMMIX 0\n").clips] == [4.0, 4.0]
    assert [c.length_seconds for c in audio_of(tmp_path, track, "ITEMMIX 2\n").clips] == [3.0, 4.0]


def test_only_the_tracks_asked_for_are_read(tmp_path: Path) -> None:
    document = parse_project(f"<REAPER_PROJECT 0.1\n<TRACK {GUID}\n>\n<TRACK\n>\n>\n".encode())
    assert list(read_sources(document, tmp_path / "x.RPP", [TrackId("track:2"), TrackId("nothing")])) == [
        TrackId("track:2")
    ]


# finding files


@pytest.mark.parametrize(
    ("written", "there"),
    [
        ("a b.wav", "a b.wav"),
        ("media/x.wav", "media/x.wav"),
        ("media\\deep\\x.wav", "media/deep/x.wav"),
        ("..\\song\\x.wav", "x.wav"),
        ("C:\\Users\\me\\Songs\\song\\media\\x.wav", "media/x.wav"),
        ("D:\\x.wav", "x.wav"),
        ("\\\\server\\share\\takes\\x.wav", "takes/x.wav"),
        ("/Users/me/song/Audio/x.wav", "Audio/x.wav"),
        ("/elsewhere/x.wav", "takes/today/x.wav"),
        ("C:\\elsewhere\\x.wav", "Media/x.wav"),
        ("X.WAV", "x.wav"),
        ("MEDIA/Kick.wav", "media/kick.WAV"),
        (unicodedata.normalize("NFC", "Gesänge/é.wav"), unicodedata.normalize("NFD", "Gesänge/é.wav")),
        (unicodedata.normalize("NFD", "Gesänge/é.wav"), unicodedata.normalize("NFC", "Gesänge/é.wav")),
        ('O\'Brien "x".wav', 'O\'Brien "x".wav'),
    ],
)
def test_a_file_is_found_where_it_can_only_be_meant(tmp_path: Path, written: str, there: str) -> None:
    project = tmp_path / "song"
    target = project / there
    target.parent.mkdir(parents=True)
    target.touch()
    found = MediaSearch(project, ("takes/today", "")).find(written)
    assert found is not None
    assert found.samefile(target)


def test_the_path_as_written_wins(tmp_path: Path) -> None:
    for folder in ("one", "two", "media"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.wav").touch()
    (tmp_path / "x.wav").touch()
    search = MediaSearch(tmp_path)
    assert search.find("two/x.wav") == tmp_path / "two/x.wav"
    assert search.find(str(tmp_path / "one/x.wav")) == tmp_path / "one/x.wav"


@pytest.mark.parametrize(
    "written", ["", "  ", "gone.wav", "..", "media", "a\0b", "/", "\\", "C:\\", "C:", "x" * 5000, "a/" * 3000]
)
def test_what_is_not_there_is_not_found(tmp_path: Path, written: str) -> None:
    (tmp_path / "media").mkdir()
    assert MediaSearch(tmp_path).find(written) is None


def test_a_directory_is_not_media(tmp_path: Path) -> None:
    (tmp_path / "x.wav").mkdir()
    assert MediaSearch(tmp_path).find("x.wav") is None
    shutil.rmtree(tmp_path / "x.wav")
