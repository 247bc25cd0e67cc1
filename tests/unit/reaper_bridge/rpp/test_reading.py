"""A project file as a session: every field of the model, every version's habits, and real files."""

import json
from pathlib import Path

import pytest
import rpp
from hypothesis import given
from hypothesis import strategies as st

from reaper_bridge.rpp.reading import read_session, read_sources
from reaper_bridge.rpp.syntax import parse_document, parse_project
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.effects import EqBand, ForeignEffect, ReaComp, trim
from reaper_bridge.session.errors import ProjectFileError
from reaper_bridge.session.identity import MASTER, TrackId
from reaper_bridge.session.model import Envelope, Marker, Send, Session, TempoChange, Track

A = TrackId("{AAAAAAAA-0000-4000-8000-000000000001}")
B = TrackId("{BBBBBBBB-0000-4000-8000-000000000002}")
C = TrackId("{CCCCCCCC-0000-4000-8000-000000000003}")


def session_of(body: str, version: str = '"7.27/win64"') -> Session:
    """Read a project that holds these lines."""
    stamp = f" {version} 1734702480" if version else ""
    text = f"<REAPER_PROJECT 0.1{stamp}\n{body}>\n"
    return read_session(parse_project(text.encode()), Path("folder") / "My Song.RPP")


def track_of(lines: str, project: str = "PANMODE 3\n", version: str = '"7.27/win64"') -> Track:
    """Read the one track of a project."""
    return session_of(f"{project}<TRACK {A}\n{lines}>\n", version).tracks[0]


def test_a_bare_track_has_reapers_defaults() -> None:
    assert track_of("NAME Vox\n") == Track(A, "Vox", 0)


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ('NAME "Lead Vox"', "name", "Lead Vox"),
        ("VOLPAN 0.5 -0.25 -1 -1 1", "volume_linear", 0.5),
        ("VOLPAN 0.5 -0.25 -1 -1 1", "pan", -0.25),
        ("VOLPAN 0,5", "volume_linear", 0.5),
        ("VOLPAN 1 0 0.5 -1 1", "pan_law_linear", 0.5),
        ("VOLPAN 1 0 -1.00000000 -1 1", "pan_law_linear", None),
        ("VOLPAN 1 0 -1 -0.5 0.5", "dual_pan", (-0.5, 0.5)),
        ("PANMODE 5", "pan_mode", "stereo"),
        ("PANMODE 6", "pan_mode", "dual"),
        ("PANMODE 0", "pan_mode", "balance_v3"),
        ("WIDTH 0.5", "width_ratio", 0.5),
        ("IPHASE 1", "polarity_inverted", True),
        ("PLAYOFFS 0.02 0", "play_offset_seconds", 0.02),
        ("PLAYOFFS 0.02 1", "play_offset_seconds", 0.0),
        ("MUTESOLO 1 0 0", "muted", True),
        ("MUTESOLO 0 2 0", "soloed", True),
        ("NCHAN 4", "channel_count", 4),
        ("FX 0", "fx_enabled", False),
        ("MAINSEND 0 0", "sends_to_parent", False),
        ("LOCK 1", "is_locked", True),
        ("<FREEZE 0\n>", "is_frozen", True),
        ("PEAKCOL 16576", "color", None),
        ("PEAKCOL 16777471", "color", 0xFF0000),
        ("<S&M_TRACKNOTES\n|hello\n>", "notes", "hello"),
    ],
)
def test_a_tracks_lines(line: str, field: str, value: object) -> None:
    assert getattr(track_of(line + "\n"), field) == value


def test_colours_are_turned_round_only_on_windows() -> None:
    assert track_of("PEAKCOL 16777471\n", version='"7.27/macOS-arm64"').color == 0x0000FF


@pytest.mark.parametrize(
    ("version", "project", "mode"),
    [
        ('"7.27/win64"', "", "balance"),
        ('"7.27/win64"', "PANMODE 5\n", "stereo"),
        ("", "", "balance_v3"),
        ('"4.52"', "PANMODE 0\n", "balance_v3"),
    ],
)
def test_the_pan_mode_comes_from_the_project(version: str, project: str, mode: str) -> None:
    assert track_of("NAME x\n", project, version).pan_mode == mode


def test_folders_follow_the_running_sum() -> None:
    deltas = ["1 1", "0 0", "1 1", "2 -2", "0 0", "1 1", "0 0"]
    tracks = "".join(f"<TRACK\nNAME t{n}\nISBUS {delta}\n>\n" for n, delta in enumerate(deltas, 1))
    session = session_of(tracks)
    assert [track.parent for track in session] == [
        None, "track:1", "track:1", "track:3", None, None, "track:6",
    ]  # fmt: skip
    assert [track.is_folder for track in session] == [True, False, True, False, False, True, False]


def test_more_folders_closed_than_open_do_no_harm() -> None:
    session = session_of("<TRACK\nISBUS 2 -3\n>\n<TRACK\nISBUS 1 1\n>\n<TRACK\n>\n")
    assert [track.parent for track in session] == [None, None, "track:2"]


def test_sends_stand_with_their_source() -> None:
    receives = (
        "AUXRECV 0 3 0.5 -0.25 1 1 1 2 1026 -1:U 0 -1 ''\n"
        "AUXRECV 2 0 1 0 0 0 0 -1 0 -1:U 0 -1 ''\n"
        "AUXRECV 9 0 1 0 0 0 0 0 0 -1:U 0 -1 ''\n"
        "AUXRECV 0 1 1 0 0 0 0 1024 2\n"
    )
    session = session_of(f"<TRACK {A}\n>\n<TRACK {B}\n{receives}>\n<TRACK {C}\n>\n")
    assert session.track(A).sends == (
        Send(A, B, 0.5, -0.25, "pre_fader", True, True, True, 2, 2),
        Send(A, B, mode="pre_fx", destination_channel_index=2),
    )
    assert session.track(C).sends == (Send(C, B, carries_audio=False),)
    assert session.track(B).sends == ()


def test_envelopes_keep_reapers_own_values() -> None:
    track = track_of(
        "<VOLENV2\nEGUID {X}\nACT 1 -1\nVIS 1 1 1\nVOLTYPE 1\nPT 4 0.5 0\nPT 0 1 5 0 0 0 -0.5\n>\n"
        "<PANENV2\nACT 0 -1\nPT 0 1 9\n>\n<VOLENV3\nPT 0 1 0\n>\n<WIDTHENV\nACT 1\n>\n"
        "<AUXVOLENV\nACT 1\nPT 0 0 0\n>\n"
    )
    assert track.envelopes == (
        Envelope("volume", (CurvePoint(0.0, 1.0, 5, -0.5), CurvePoint(4.0, 0.5))),
        Envelope("pan", (CurvePoint(0.0, 1.0),), is_active=False),
        Envelope("trim_volume", (CurvePoint(0.0, 1.0),), is_active=False),
        Envelope("pre_fx_width", ()),
    )


SLOTS = " ".join(["-3", "150"] + ["-"] * 62)
CHAIN = f"""<FXCHAIN
WNDRECT 0 0 1 1
SHOW 0
LASTSEL 0
DOCKED 0
BYPASS 0 0 0
<JS utility/volume "my trim"
{SLOTS}
>
FLOATPOS 0 0 0 0
FXID {A}
WAK 0 0
BYPASS 1 0 0
<VST "VST: ReaComp (Cockos)" reacomp.dll 0 squash 1919247213<5653547265636D726561636F6D700000> ""
bWNlcu9e7f4EAAAAAQAAAAAAAAACAAAAAAAAAAQAAAAAAAAACAAAAAAAAAACAAAAAQAAAAAAAAACAAAAAAAAAFwAAAAAAAAAAAAQAA==
776t3g3wrd4AAIA/ED74PKabxDsK16M8AAAAAAAAAAAAAIA/AAAAAAAAAAAAAAAAnNEHMwAAgD8AAAAAzcxMPQAAAAAAAAAAAAAAAAAAgD4AAAAAAAAAAAAAAAA=
AAAQAAAA
>
WET 0.5 0
FXID {B}
<PARMENV 0:_Threshold 0 2 1
ACT 1 -1
PT 0 1 0
>
WAK 0 0
BYPASS 0 1 0
<CONTAINER Container "drums" 0
CONTAINER_CFG 2 2 2 0
BYPASS 0 0 0
<VST "VST3i: Thing (Somebody)" thing.vst3 0 "" 1
>
FXID {{DDDDDDDD-0000-4000-8000-000000000004}}
>
FXID {C}
BYPASS 0 0 0
<AU "AU: AUSampler (Apple)" "Apple: AUSampler" synth
x
>
<PARMENV 0 0 1 0.5
ACT 0 -1
PT 0 1 0
>
BYPASS 0 0 0
<VIDEO_EFFECT "Video processor" ""
<CODE
|// a > b
>
>
BYPASS 0 0 0
<CLAP "CLAPi: Surge" org.surge name
CFG 4 0 0
>
>
"""


def test_a_chain_of_everything() -> None:
    fx = track_of(CHAIN).fx
    assert [slot.id for slot in fx[:3]] == [A, B, C]
    assert len({slot.id for slot in fx}) == 6
    assert [slot.label for slot in fx] == ["my trim", "squash", "drums", "synth", "", "name"]
    assert fx[0].effect == trim(-3.0)
    assert fx[0].plugin == "JS: utility/volume"
    assert fx[1].effect == ReaComp()
    assert fx[1].plugin == "ReaComp"
    assert (fx[1].enabled, fx[1].wet_ratio, fx[1].has_automation) == (False, 0.5, True)
    assert (fx[2].offline, fx[2].is_instrument, fx[2].plugin) == (True, True, "drums")
    assert [slot.is_instrument for slot in fx] == [False, False, True, False, False, True]
    assert [slot.has_automation for slot in fx] == [False, True, False, False, False, False]
    assert all(isinstance(slot.effect, ForeignEffect) for slot in fx[2:])
    assert [slot.sounds for slot in fx] == [True, False, False, True, True, True]


def test_the_master_has_its_own_lines() -> None:
    session = session_of(
        "PANMODE 3\nMASTERMUTESOLO 5\nMASTER_NCH 4 2\nMASTER_VOLUME 0.5 0.25 -1 -1 1\nMASTER_PANMODE 5\n"
        "MASTER_WIDTH 0.5\nMASTER_FX 0\n" + CHAIN.replace("FXCHAIN", "MASTERFXLIST")
        + "<MASTERVOLENV2\nACT 1\nPT 0 1 0\n>\n<MASTERPLAYSPEEDENV\nACT 0\n>\n<VOLENV2\nACT 1\n>\n"
    )  # fmt: skip
    master = session.master
    assert (master.id, master.index, master.muted, master.channel_count) == (MASTER, -1, True, 4)
    assert (master.volume_linear, master.pan, master.pan_mode, master.width_ratio) == (0.5, 0.25, "stereo", 0.5)
    assert not master.fx_enabled
    assert len(master.fx) == 6
    assert master.envelopes == (Envelope("volume", (CurvePoint(0.0, 1.0),)),)


def test_a_vca_follower_needs_a_leader() -> None:
    flags = "GROUP_FLAGS " + "0 " * 20
    high = "GROUP_FLAGS_HIGH " + "0 " * 20
    leader, follower = f"<TRACK {A}\n{flags}2 0\n>\n", f"<TRACK {B}\n{flags}0 2\n>\n"
    assert session_of(leader + follower).track(B).follows_vca
    assert not session_of(leader + follower).track(A).follows_vca
    assert not session_of(follower).track(B).follows_vca
    other_word = f"<TRACK {A}\n{high}2 0\n>\n"
    assert not session_of(other_word + follower).track(B).follows_vca


def test_items_are_counted_and_named() -> None:
    take = '<SOURCE WAVE\nFILE "a.wav"\n>\n'
    midi = "<SOURCE MIDI\nHASDATA 1 960 QN\n>\n"
    track = track_of(
        f'<ITEM\nNAME "kick in"\n{take}TAKE SEL\nNAME "kick out"\n{take}<NOTES\n|loud\n|one\n>\n>\n'
        f"<ITEM\nNAME snare\n{midi}<NOTES\n|loud\n|one\n>\n>\n<ITEM\nNAME snare\n>\n<ITEM\n>\n"
    )
    assert track.item_count == 4
    assert track.item_names == ("kick out", "snare")
    assert track.has_midi
    assert track.notes == "loud\none"


def test_notes_of_the_project_and_of_the_sws_extension() -> None:
    notes = f"<EXTENSIONS\n<S&M_TRACKNOTES {A.lower()}\n|[firstpass] role: kick\n>\n>\n"
    session = session_of(f"<NOTES 0 2\n|bring  up\n|  the vox\n>\n<TRACK {A}\n>\n{notes}")
    assert session.notes == "bring  up\n  the vox"
    assert session.track(A).notes == "[firstpass] role: kick"


def test_the_tempo_map() -> None:
    assert session_of("").tempo == ()
    assert session_of("TEMPO 96.5 3 8 0\n").tempo == (TempoChange(0.0, 96.5, 3, 8),)
    assert session_of("TEMPO 120.000000 4.000000\n").tempo == (TempoChange(0.0, 120.0),)
    envelope = "PT 0.0 100.0 1 262148 0 1\nPT 8.0 140.0 0\nPT 16.0 90.0 1 524294 0 1\n"
    assert session_of(f"TEMPO 120 4 4\n<TEMPOENVEX\nACT 1 -1\n{envelope}>\n").tempo == (
        TempoChange(0.0, 100.0),
        TempoChange(8.0, 140.0),
        TempoChange(16.0, 90.0, 6, 8),
    )
    assert session_of(f"TEMPO 120 4 4\n<TEMPOENVEX\nACT 0 -1\n{envelope}>\n").tempo[0].tempo_bpm == 120.0


def test_markers_and_regions() -> None:
    session = session_of(
        'MARKER 1 12 "" 8\nMARKER 1 2.5 "Verse 1" 1 0 1 R {X}\nMARKER 1 10 "" 1\nMARKER 2 30 Open 1\n'
        "MARKER 2 20 Solo 0 0 1 B\nMARKER 1 40 Again 1\nMARKER 1 50 '' 1\n"
    )
    assert session.markers == (
        Marker("Verse 1", 2.5, 10.0),
        Marker("", 12.0),
        Marker("Solo", 20.0),
        Marker("Open", 30.0),
        Marker("Again", 40.0, 50.0),
    )


def test_the_projects_own_lines() -> None:
    session = session_of(
        "PANLAW 0.5\nPANLAWFLAGS 3\nSAMPLERATE 44100 1 0\n"
        "<EXTSTATE\n<FIRSTPASS\nFORMAT 1:1\nKEY 'a b'\n>\n<OTHER\nKEY no\n>\n>\n"
    )
    assert session.title == "My Song"
    assert session.reaper_version == "7.27/win64"
    assert (session.pan_law_linear, session.pan_taper, session.sample_rate_hz) == (0.5, 3, 44100)
    assert session.ext_state == {"FORMAT": "1:1", "KEY": "a b"}
    plain = session_of("SAMPLERATE 48000 0 0\n")
    assert (plain.sample_rate_hz, plain.pan_law_linear, plain.pan_taper) == (None, 1.0, None)


def test_an_early_project_is_read_as_far_as_it_goes() -> None:
    session = session_of(
        "SAMPLERATE 48000 0\nMASTER_VOLUME 0.986597 0.000000\nTEMPO 120.000000 4.000000\n"
        '<TRACK\nNAME "click track"\nVOLPAN 0.5 0.1\nMUTESOLO 1 0\nISBUS 0\nFX 1\nMAINSEND 1\n>\n<TRACK\n>\n',
        version="",
    )
    assert session.reaper_version == ""
    assert session.master.volume_linear == pytest.approx(0.986597)
    first, second = session.tracks
    assert (first.id, first.name, first.volume_linear, first.pan) == ("track:1", "click track", 0.5, 0.1)
    assert (first.pan_law_linear, first.dual_pan, first.muted) == (None, (-1.0, 1.0), True)
    assert (second.id, second.name, second.volume_linear) == ("track:2", "", 1.0)


NASTY = st.sampled_from(
    ["", "''", "-1", "1e999", "nan", "-inf", "99999999999999999999", "{", '"x', "0x10", "1,5", "é", "\udcff", "|"]
)
BUSY_PROJECT = (
    f"PANMODE 3\nPANLAW 1\nTEMPO 120 4 4\nSAMPLERATE 44100 1 0\nMARKER 1 1 x 1\nITEMMIX 0\n"
    "<TEMPOENVEX\nACT 1 -1\nPT 0 100 1 262148 0 1\n>\n"
    f"<TRACK {A}\nNAME x\nPEAKCOL 16777471\nVOLPAN 1 0 -1 -1 1\nMUTESOLO 0 0 0\nIPHASE 0\n"
    "PLAYOFFS 0.1 2\nISBUS 1 1\nNCHAN 2\nFX 1\nAUXRECV 0 0 1 0 0 0 0 0 0 -1:U 0 -1 ''\nMAINSEND 1 0\n"
    f"<VOLENV2\nACT 1 -1\nPT 0 1 0\n>\n{CHAIN}LANESOLO 1 0\nFREEMODE 0\n"
    "<ITEM\nPOSITION 0\nLENGTH 4\nMUTE 0 0\nYPOS 0 0.5 2\nFADEIN 1 0 0 1 0 0 0\nNAME t\n"
    "VOLPAN 1 0 1 -1\nSOFFS 0\nPLAYRATE 1 1 0\nCHANMODE 0\nSM 0 0 + 1 1.5\n"
    "<SOURCE SECTION\nLENGTH 1\nSTARTPOS 0\nMODE 2\n<SOURCE WAVE\nFILE a.wav\n>\n>\n"
    "<VOLENV\nACT 1\nPT 0 1 0\n>\nTAKE SEL\nTAKEVOLPAN 0 1 -1\n<SOURCE WAVE\nFILE a.wav\n>\n>\n>\n"
).split("\n")


@given(st.data())
def test_no_odd_token_stops_the_reading(data: st.DataObject) -> None:
    lines = list(BUSY_PROJECT)
    for _ in range(data.draw(st.integers(1, 12))):
        index = data.draw(st.integers(0, len(lines) - 1))
        words = lines[index].split(" ")
        if not lines[index].startswith(">"):
            words[data.draw(st.integers(1, max(1, len(words) - 1))) :] = [data.draw(NASTY)]
            lines[index] = " ".join(words)
    raw = ('<REAPER_PROJECT 0.1 "7.27/win64" 1\n' + "\n".join(lines) + ">\n").encode("utf-8", "surrogateescape")
    document = parse_document(raw)
    session = read_session(document, Path("x.RPP"))
    read_sources(document, Path("x.RPP"), [track.id for track in session])


def test_a_file_without_a_project_is_refused() -> None:
    with pytest.raises(ProjectFileError):
        read_session(parse_document(b"hello\n"), Path("x.RPP"))


def test_every_project_of_the_corpus_is_read(shared: Path) -> None:
    read = 0
    for path in sorted((shared / "rpp-corpus").glob("*.rpp")):
        document = parse_document(path.read_bytes())
        if not document.roots:
            continue
        session = read_session(document, path)
        audio = read_sources(document, path, [track.id for track in session])
        assert set(audio) == {track.id for track in session}
        assert len({track.id for track in session}) == len(session.tracks) == len(document.project.blocks("TRACK"))
        assert all(track.parent is None or session.has_track(track.parent) for track in session)
        read += 1
    assert read > 110


def _volume_and_pan(line: list[str] | None) -> list[float]:
    return [1.0, 0.0] if line is None else [float(word) for word in line[1:3]]


def test_names_and_volumes_equal_those_of_an_independent_reader(shared: Path) -> None:
    compared = 0
    for path in sorted((shared / "rpp-corpus").glob("*.rpp")):
        data = path.read_bytes()
        if len(data) > 130_000:
            continue
        try:
            other = rpp.loads(data.decode("utf-8"))
        except Exception:  # it stumbles over files that REAPER reads: blank lines, several roots
            continue
        session = read_session(parse_document(data), path)
        tracks = other.findall("TRACK")
        assert [track.name for track in session] == [t.find("NAME")[1] for t in tracks], path.name
        volumes = [_volume_and_pan(t.find("VOLPAN")) for t in tracks]
        assert [[t.volume_linear, t.pan] for t in session] == volumes, path.name
        assert [t.item_count for t in session] == [len(t.findall("ITEM")) for t in tracks], path.name
        receives = [line for t in tracks for line in t.findall("AUXRECV")]
        assert sum(len(t.sends) for t in session) == len(receives), path.name
        compared += len(tracks)
    assert compared > 300


@pytest.mark.parametrize(
    "name",
    ["01_sodium_cc0_electronic", "02_band_multimic_flawed", "03_folk_trio_quiet_vocal", "04_apt_only_pop"],
)
def test_the_example_sessions_have_all_their_tracks_and_files(shared: Path, name: str) -> None:
    path = shared / "sessions" / name / "session.RPP"
    truth = json.loads((path.parent / "truth.json").read_text())
    document = parse_project(path.read_bytes())
    session = read_session(document, path)
    audio = read_sources(document, path, [track.id for track in session])
    assert [track.name for track in session] == [track["track_name"] for track in truth["tracks"]]
    for track, expected in zip(session, truth["tracks"], strict=True):
        assert audio[track.id].is_complete
        assert audio[track.id].problems == ()
        (clip,) = audio[track.id].clips
        assert clip.path == path.parent / expected["file"]
        assert clip.length_seconds == pytest.approx(expected["length_s"], abs=0.001)
        assert clip.gain_linear == 1.0


def test_a_real_eq_is_read_from_a_real_project(shared: Path) -> None:
    path = next((shared / "rpp-corpus").glob("danishaft__reaper-mcp__d719c45da038.rpp"))
    session = read_session(parse_project(path.read_bytes()), path)
    effects = [slot.effect for track in session for slot in track.fx]
    bands = [band for effect in effects for band in getattr(effect, "bands", ())]
    assert EqBand("low_shelf", 100.0, 0.0, 0.8) in bands
