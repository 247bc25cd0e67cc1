"""The same project, read from its file and from a REAPER that has it open, is the same session."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from reaper_bridge.live.connection import Bridge, connect
from reaper_bridge.live.reading import Picture, read_picture
from reaper_bridge.live.sources import read_sources
from reaper_bridge.rpp.host import ProjectFile
from reaper_bridge.session.errors import ProjectFileError
from tests.contract.same_session import session_differences, source_differences
from tests.contract.test_host_contract import EVERYTHING, TRACKS
from tests.session_builder import BAND, TrackSpec, build_project, guid_of
from tests.standin.fixture import CommandError, Standin
from tests.unit.reaper_bridge.rpp.projects import three_tracks


@pytest.fixture(scope="module")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standin]:
    project = build_project(tmp_path_factory.mktemp("song"), (TrackSpec("Gtr", "guitar"),))
    with Standin.start(project, hz=200) as running:
        yield running


@pytest.fixture(scope="module")
def bridge(standin: Standin) -> Iterator[Bridge]:
    with connect(standin.resource_path) as connected:
        yield connected


def picture_of(standin: Standin, bridge: Bridge, project: Path) -> Picture:
    """Open a project in REAPER and look at it."""
    standin.control.open_project(str(project))
    return read_picture(bridge.request("snapshot"))


def assert_same(standin: Standin, bridge: Bridge, project: Path) -> None:
    picture = picture_of(standin, bridge, project)
    host = ProjectFile(project)
    session = host.snapshot()
    assert picture.unreadable == {}
    assert session_differences(session, picture.session) == []
    ids = [track.id for track in session]
    file, live = host.sources(ids), read_sources(picture, [track.id for track in picture.session])
    for track_id, live_id in zip(ids, live, strict=True):
        assert source_differences(file[track_id], live[live_id]) == []


def test_a_band_is_the_same(standin: Standin, bridge: Bridge, tmp_path: Path) -> None:
    assert_same(standin, bridge, build_project(tmp_path, BAND))


def test_folders_sends_and_chains_are_the_same(standin: Standin, bridge: Bridge, tmp_path: Path) -> None:
    (tmp_path / "song.RPP").write_bytes(three_tracks())
    assert_same(standin, bridge, tmp_path / "song.RPP")


def test_reaper_alone_knows_how_much_a_plugin_delays(standin: Standin, bridge: Bridge, tmp_path: Path) -> None:
    project = tmp_path / "song.RPP"
    project.write_bytes(three_tracks())
    file = ProjectFile(project).snapshot()
    live = picture_of(standin, bridge, project).session
    slots = [(one, other) for a, b in zip(file, live, strict=True) for one, other in zip(a.fx, b.fx, strict=True)]
    assert slots
    assert {(one.latency_samples, other.latency_samples) for one, other in slots if not one.offline} == {(None, 0)}


def test_what_a_pass_wrote_into_a_file_is_the_same_in_reaper(standin: Standin, bridge: Bridge, tmp_path: Path) -> None:
    project = build_project(tmp_path, TRACKS, version="7.27/linux-x86_64")
    host = ProjectFile(project, backup=False)
    host.snapshot()
    host.write(EVERYTHING, label="First pass 1")
    assert_same(standin, bridge, project)


NEW_TRACK = """\
PEAKCOL 16576
AUTOMODE 0
VOLPAN 0.5 -0.25 -1 -1 1
MUTESOLO 0 0 0
IPHASE 0
PLAYOFFS 0 1
ISBUS 0 0
NCHAN 2
FX 1
MAINSEND 1 0"""
NEW_ITEM = """\
POSITION 1
LENGTH 3
LOOP 0
ALLTAKES 0
FADEIN 1 0 0 1 0 0 0
FADEOUT 1 0.01 0 1 0 0 0
MUTE 0 0
NAME take
VOLPAN 1 0 1 -1
SOFFS 0
PLAYRATE 1 1 0 -1 0 0.0025
CHANMODE 0"""
WAVE = '<SOURCE WAVE\nFILE "media/Gtr.wav"\n>'


def changed(lines: str, *new: str) -> str:
    """Return lines with some of them in another form; what is not there yet comes last."""
    own = {line.split()[0]: line for line in lines.split("\n")}
    return "\n".join((own | {line.split()[0]: line for line in new}).values())


def item(*new: str, source: str = WAVE) -> str:
    """Return an item of three seconds; ``source`` is everything behind its lines."""
    return f"<ITEM\n{changed(NEW_ITEM, *new)}\n{source}\n>"


def project_with(directory: Path, track: str, more: str = "") -> Path:
    """Return a project of a recorded guitar and a track of these lines; ``more`` are lines of the project."""
    project = build_project(
        directory, (TrackSpec("Gtr", "guitar"), TrackSpec("Vox", None)), version="7.27/linux-x86_64"
    )
    text = project.read_text(encoding="utf-8")
    start, end = text.index("  <TRACK " + guid_of("Vox")), text.rindex(">")
    own = f"  <TRACK {guid_of('Vox')}\nNAME Vox\nTRACKID {guid_of('Vox')}\n{track}\n  >\n"
    project.write_text(text[:start] + more + own + text[end:], encoding="utf-8")
    return project


@pytest.mark.parametrize(
    "line",
    [
        "VOLPAN 0 0 -1 -1 1",
        "VOLPAN 1 0.5 0.5 -0.5 0.5",
        "MUTESOLO 1 2 0",
        "IPHASE 1",
        "PLAYOFFS 0.02 0",
        "PLAYOFFS 0.02 1",
        "PLAYOFFS 480 2",
        "PANMODE 0",
        "PANMODE 5",
        "PANMODE 6",
        "WIDTH -0.5",
        "NCHAN 4",
        "FX 0",
        "MAINSEND 0 0",
        "AUTOMODE 2",
        "PEAKCOL 16777471",
        "ISBUS 1 1",
    ],
)
def test_every_knob_of_a_track_is_the_same(standin: Standin, bridge: Bridge, tmp_path: Path, line: str) -> None:
    assert_same(standin, bridge, project_with(tmp_path, changed(NEW_TRACK, line)))


@pytest.mark.parametrize(
    "lane",
    [
        "<VOLENV2\nACT 1 -1\nVOLTYPE 1\nPT 0 0.5 0\nPT 4 1 5 0 0 0 0.5\nPT 5 0 0\n>",
        "<VOLENV2\nACT 1 -1\nPT 0 0.5 0\nPT 4 1 0\n>",
        "<VOLENV2\nACT 0 -1\nVOLTYPE 1\nPT 0 0.5 0\n>",
        "<VOLENV\nACT 1 -1\nVOLTYPE 1\nPT 0 2 0\n>",
        "<VOLENV3\nACT 1 -1\nVOLTYPE 1\nPT 0 2 0\n>",
        "<PANENV2\nACT 1 -1\nPT 0 1 0\nPT 2 -0.5 1\n>",
        "<WIDTHENV2\nACT 1 -1\nPT 0 0.5 0\n>",
        "<MUTEENV\nACT 1 -1\nPT 0 1 1\nPT 2 0 1\n>",
    ],
)
def test_every_lane_is_the_same(standin: Standin, bridge: Bridge, tmp_path: Path, lane: str) -> None:
    assert_same(standin, bridge, project_with(tmp_path, f"{NEW_TRACK}\n{lane}"))


@pytest.mark.parametrize(
    ("new", "source"),
    [
        ("VOLPAN 0.5 0.25 -2 -1", WAVE),
        ("PLAYRATE 2 0 -3 -1 0 0.0025", WAVE),
        ("LOOP 1", WAVE),
        ("CHANMODE 3", WAVE),
        ("FADEIN 5 0.5 0 5 0 0.3 0", WAVE),
        ("FADEOUT 1 0.5 0.25 1 1 -0.5 0", WAVE),
        ("MUTE 1 0", WAVE),
        ("MUTE 1 -1", WAVE),
        ("SM 0 0 + 2 3", WAVE),
        ("PLAYRATE 2 1 0 -1 0 0.0025", WAVE + "\n<VOLENV\nACT 1 -1\nPT 0 0.5 0\nPT 2 1 0\n>"),
        ("SOFFS 1", WAVE + "\nTAKE SEL\nNAME two\nTAKEVOLPAN 0.5 -2 -1\nSOFFS 2\nPLAYRATE 1 1 0\n" + WAVE),
        ("ALLTAKES 1", WAVE + "\nTAKE\nNAME two\nTAKEVOLPAN 0 1 -1\nPLAYRATE 1 1 0\n" + WAVE),
        ("SOFFS 0", WAVE + "\nTAKE NULL SEL"),
        ("SOFFS 0", '<SOURCE WAVE\nFILE "media/gone.wav"\n>'),
        ("SOFFS 0", f"<SOURCE SECTION\nLENGTH 2\nSTARTPOS 1\nOVERLAP 0.01\n{WAVE}\n>"),
        ("SOFFS 0", f"<SOURCE SECTION\nLENGTH 2\nMODE 2\nSTARTPOS 1\n{WAVE}\n>"),
        ("SOFFS 0", "<SOURCE MIDI\nHASDATA 1 960 QN\nE 0 90 3c 60\nE 480 80 3c 00\nE 480 b0 7b 00\n>"),
        ("SOFFS 0", "<SOURCE MIDI\nHASDATA 1 960 QN\nE 480 b0 7b 00\n>"),
        ("SOFFS 0", WAVE + "\n<NOTES\n|loud\n|one\n>"),
    ],
)
def test_every_way_to_play_an_item_is_the_same(
    standin: Standin, bridge: Bridge, tmp_path: Path, new: str, source: str
) -> None:
    assert_same(standin, bridge, project_with(tmp_path, f"{NEW_TRACK}\n{item(new, source=source)}"))


def lane_item(lane: int, *new: str) -> str:
    return item(f"YPOS {lane * 0.5:g} 0.5 2", *new)


VCA = "GROUP_FLAGS " + "0 " * 20


@pytest.mark.parametrize(
    ("new", "rest"),
    [
        ("FREEMODE 2", f"LANESOLO 1 0 0 0 0 0 0 0\n{lane_item(0)}\n{lane_item(1)}"),
        ("FREEMODE 2", f"LANESOLO 2 0 0 0 0 0 0 0\n{lane_item(0)}\n{lane_item(1, 'POSITION 9')}"),
        ("FREEMODE 2", f"FIXEDLANES 9 0 0 1 0\nLANESOLO 3 0 0 0 0 0 0 0\n{lane_item(0)}\n{lane_item(1)}"),
        ("FREEMODE 1", f"{item()}\n{item('POSITION 2', 'LENGTH 1')}"),
        (f"{VCA}2 2", ""),
        (f"{VCA}0 2", ""),
        ("MUTESOLO 0 0 0", f"<FREEZE 0\n{item()}\n>\n{item()}"),
        ("MUTESOLO 0 0 0", item(source=WAVE + "\n<TAKEFX\nBYPASS 0 0 0\n<JS loser/3BandEQ mine\n0 - -\n>\n>")),
        ("MUTESOLO 0 0 0", item(source=WAVE + "\n<TAKEFX\nBYPASS 1 0 0\n<JS loser/3BandEQ mine\n0 - -\n>\n>")),
        ("MUTESOLO 0 0 0", item(source=WAVE + "\n<PITCHENV\nACT 1 -1\nPT 0 2 0\n>")),
    ],
)
def test_lanes_groups_and_freezes_are_the_same(
    standin: Standin, bridge: Bridge, tmp_path: Path, new: str, rest: str
) -> None:
    assert_same(standin, bridge, project_with(tmp_path, f"{changed(NEW_TRACK, new)}\n{rest}"))


@pytest.mark.parametrize("mix", [0, 1, 2])
@pytest.mark.parametrize("flag", [(), ("MIXFLAG 1",)])
def test_items_that_lie_over_each_other_are_the_same(
    standin: Standin, bridge: Bridge, tmp_path: Path, mix: int, flag: tuple[str, ...]
) -> None:
    items = [item("LENGTH 9"), item("POSITION 3", "LENGTH 1", *flag), item("POSITION 8", "LENGTH 5")]
    assert_same(standin, bridge, project_with(tmp_path, "\n".join([NEW_TRACK, *items]), f"ITEMMIX {mix}\n"))


TRIM = "BYPASS 0 0 0\n<JS utility/volume mine\n-3 150 " + " ".join(["-"] * 62) + "\n>\nFXID {0}\nWAK 0 0"
COMP = """BYPASS 1 0 0
<VST "VST: ReaComp (Cockos)" reacomp.vst.so 0 squash 1919247213<5653547265636D726561636F6D700000> ""
bWNlcu9e7f4EAAAAAQAAAAAAAAACAAAAAAAAAAQAAAAAAAAACAAAAAAAAAACAAAAAQAAAAAAAAACAAAAAAAAAFwAAAAAAAAAAAAQAA==
776t3g3wrd4AAIA/ED74PKabxDsK16M8AAAAAAAAAAAAAIA/AAAAAAAAAAAAAAAAnNEHMwAAgD8AAAAAzcxMPQAAAAAAAAAAAAAAAAAAgD4AAAAAAAAAAAAAAAA=
AAAQAAAA
>
WET 0.5 0
FXID {1}
<PARMENV 0:_Threshold 0 2 1
ACT 1 -1
PT 0 1 0
>
WAK 0 0"""


def test_plugins_with_their_automation_are_the_same(standin: Standin, bridge: Bridge, tmp_path: Path) -> None:
    chain = (TRIM + "\n" + COMP).format(guid_of("trim", "fx"), guid_of("comp", "fx"))
    track = f"{NEW_TRACK}\n<FXCHAIN\nSHOW 0\nLASTSEL 0\nDOCKED 0\n{chain}\n>"
    assert_same(standin, bridge, project_with(tmp_path, track))


@pytest.mark.parametrize(
    "more",
    [
        "TEMPO 96.5 3 8\n<TEMPOENVEX\nACT 1 -1\nPT 0.0 100.0 1 262148 0 1\nPT 8.0 140.0 0\n>\n",
        'MARKER 1 2.5 "Verse 1" 1\nMARKER 1 10 "" 1\nMARKER 2 12 Solo 0\n',
        "<NOTES 0 2\n|bring  up\n|  the vox\n>\n",
        "<EXTSTATE\n<FIRSTPASS\nFORMAT 1:1\nKEY 'a b'\n>\n<OTHER\nKEY no\n>\n>\n",
        "GLOBAL_AUTO 1\n",
        "PANLAWFLAGS 3\n",
        "ITEMMIX 0\n",
    ],
)
def test_what_the_project_says_is_the_same(standin: Standin, bridge: Bridge, tmp_path: Path, more: str) -> None:
    project = project_with(tmp_path, f"{NEW_TRACK}\n{item()}\n{item('POSITION 2', 'LENGTH 1')}", more)
    assert_same(standin, bridge, project)


@pytest.mark.shared
@pytest.mark.parametrize("number", ["01", "02", "03", "04"])
def test_the_reference_sessions_are_the_same(standin: Standin, bridge: Bridge, shared: Path, number: str) -> None:
    projects = [path for folder in (shared / "sessions").glob(f"{number}*") for path in folder.glob("*.RPP")]
    if not projects:
        pytest.skip(f"reference session {number} is not there")
    for project in projects:
        assert_same(standin, bridge, project)


@pytest.mark.shared
def test_public_projects_are_the_same_where_both_can_read_them(
    standin: Standin, bridge: Bridge, shared: Path, tmp_path: Path
) -> None:
    compared, wrong = 0, []
    for path in sorted((shared / "rpp-corpus").glob("*.rpp")):
        project = Path(shutil.copy(path, tmp_path / path.name))
        try:
            host = ProjectFile(project)
            session = host.snapshot()
            picture = picture_of(standin, bridge, project)
        except (ProjectFileError, CommandError):
            continue  # half a file, or one that only one of the two takes
        if session.reaper_version[:1] in ("", "1", "2", "3"):
            continue  # REAPER gives a project of its first years today's modes when it loads it
        differences = session_differences(session, picture.session)
        ids = [track.id for track in session]
        file, live = host.sources(ids), read_sources(picture, [track.id for track in picture.session])
        for track_id, live_id in zip(ids, live, strict=True):
            differences += source_differences(file[track_id], live[live_id])
        compared += 1
        if differences or picture.unreadable:
            wrong.append((path.name, differences[:3], picture.unreadable))
    assert wrong == []
    assert compared > 100
