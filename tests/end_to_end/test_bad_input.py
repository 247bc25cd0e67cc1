"""Whatever is wrong: one clear sentence, exit status 1, the project untouched and nothing left behind."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.command_line import Ran, cloned, edited, run
from tests.session_builder import BAND, SECONDS, TRIO, TrackSpec, build_project, sound


def everything_in(directory: Path) -> dict[str, bytes | None]:
    """Return every file of a directory with its bytes."""
    return {str(p.relative_to(directory)): None if p.is_dir() else p.read_bytes() for p in directory.rglob("*")}


def refused(*arguments: object, beside: Path) -> str:
    """Run a command that must fail in one sentence and leave the directory as it was; return the sentence."""
    before = everything_in(beside)
    ran = run(*arguments, *(["--json"] if arguments[0] in ("mix", "analyse", "apply", "render") else []))
    assert ran.status == 1, ran
    assert ran.stdout == ""
    assert ran.stderr.count("\n") == 1, ran.stderr
    assert "unexpected" not in ran.stderr, ran.stderr
    assert "Traceback" not in ran.stderr
    assert len(ran.stderr) < 600, ran.stderr
    assert everything_in(beside) == before
    return ran.stderr


def mixes(project: Path, *arguments: object) -> Ran:
    """Run a mix that must work; return what it said."""
    out = project.with_name("mixed.RPP")
    before = project.read_bytes()
    ran = run("mix", project, "-o", out, "--json", *arguments)
    assert ran.status == 0, ran.stderr
    assert ran.json["changes"]
    assert project.read_bytes() == before
    assert not [name for name in everything_in(project.parent) if ".first-pass-" in name]
    return ran


# --- files that are no projects -----------------------------------------------------------------------------

NO_PROJECTS: dict[str, bytes] = {
    "empty": b"",
    "blanks": b" \r\n\t\r\n",
    "text": b"Dear diary,\r\ntoday I mixed a song.\r\n",
    "binary": bytes(range(256)) * 20,
    "zeros": b"\0" * 5000,
    "xml": b'<?xml version="1.0"?>\n<project><track/></project>\n',
    "json": b'{"tracks": []}',
    "wave": b"RIFF\x24\x08\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0" + b"\x01\x02" * 1000,
    "template": b"<TRACK\r\n  NAME x\r\n>\r\n",
    "utf-16": '<REAPER_PROJECT 0.1 "7.27/win64" 1734702480\r\n  TEMPO 120 4 4\r\n>\r\n'.encode("utf-16"),
    "closers": b">\n>\n>\n",
    "name only": b"REAPER_PROJECT 0.1",
}


@pytest.mark.parametrize("content", NO_PROJECTS.values(), ids=NO_PROJECTS)
@pytest.mark.parametrize("command", ["mix", "analyse"])
def test_a_file_that_is_no_project_is_refused(tmp_path: Path, content: bytes, command: str) -> None:
    song = tmp_path / "song.RPP"
    song.write_bytes(content)
    assert "song.RPP" in refused(command, song, beside=tmp_path)


@pytest.mark.parametrize("command", ["mix", "analyse", "undo"])
def test_a_missing_file_and_a_directory_are_refused(tmp_path: Path, command: str) -> None:
    (tmp_path / "folder.RPP").mkdir()
    assert "missing.RPP" in refused(command, tmp_path / "missing.RPP", beside=tmp_path)
    assert "folder.RPP" in refused(command, tmp_path / "folder.RPP", beside=tmp_path)
    assert "folder.RPP" in refused(command, tmp_path / "folder.RPP" / "x.RPP", beside=tmp_path)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_a_project_that_breaks_off_is_refused(song: Path, share: float) -> None:
    data = song.read_bytes()
    song.write_bytes(data[: int(share * len(data))])
    assert re.search("breaks off|not a REAPER project", refused("mix", song, beside=song.parent))


def test_a_plan_and_a_lock_on_no_project_are_refused(tmp_path: Path) -> None:
    song, plan = tmp_path / "song.RPP", tmp_path / "plan.json"
    song.write_bytes(b"nothing")
    plan.write_text("[]", "utf-8")
    refused("apply", song, plan, beside=tmp_path)
    refused("render", song, "-o", tmp_path / "x.wav", beside=tmp_path)
    refused("lock", song, "--track", "x", beside=tmp_path)


# --- encodings and names --------------------------------------------------------------------------------------


def test_names_in_another_encoding_survive(song: Path) -> None:
    data = song.read_bytes().replace(b'NAME "Gtr"', b'NAME "G\xedt\xe1r \xff"')
    song.write_bytes(data)
    told = mixes(song).json
    assert b'NAME "G\xedt\xe1r \xff"' in song.with_name("mixed.RPP").read_bytes()
    assert len(told["tracks"]) == 3
    for command in ("analyse", "mix", "roles"):
        assert run(command, song).status == 0


def test_a_project_with_a_byte_order_mark_is_mixed_or_refused(song: Path) -> None:
    song.write_bytes(b"\xef\xbb\xbf" + song.read_bytes())
    ran = run("mix", song, "-o", song.with_name("out.RPP"), "--json")
    assert ran.status in (0, 1), ran
    if ran.status == 0:
        assert song.with_name("out.RPP").read_bytes().startswith(b"\xef\xbb\xbf")


NAMES = [
    "My song",
    "it's “quoted”",
    'dou"ble',
    "Größe ♫ 音楽",
    "a" * 200,
    "-dash",
    "semi;colon & more",
    "[red]x[bold]",
    "ends.",
]


@pytest.mark.parametrize("name", NAMES)
def test_odd_paths_are_no_trouble(trio_project: Path, tmp_path: Path, name: str) -> None:
    song = cloned(trio_project, tmp_path / name)
    song = song.rename(song.with_name(f"{name}.RPP"))
    mixes(song)
    assert run("mix", song).status == 0
    assert run("undo", song).status == 0


@pytest.mark.parametrize(
    "name", ["Vox [/] [bold]x", "%s %d {0}", "x" * 3000, "a\tb", "|<TRACK", "\u202eright to left", "", "Größe ♫"]
)
def test_odd_track_names_are_no_trouble(tmp_path: Path, name: str) -> None:
    tracks = (*TRIO[:2], TrackSpec(name, "voice", file="media/vox.wav", recorded_db=-10.0))
    song = build_project(tmp_path, tracks)
    extras = ("--report", tmp_path / "report.html", "--plan", tmp_path / "plan.json")
    assert mixes(song, *extras).json["tracks"][2]["name"] == name
    assert run("analyse", song).status == 0
    assert run("render", song, "-o", tmp_path / "mix.wav", "--stems", tmp_path / "stems").status == 0
    assert len(list((tmp_path / "stems").iterdir())) == 3


# --- media ----------------------------------------------------------------------------------------------------


def _no_file(path: Path) -> None:
    path.unlink()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _text(path: Path) -> None:
    path.write_text("this is no sound\n" * 50, "utf-8")


def _noise(path: Path) -> None:
    path.write_bytes(np.random.default_rng(1).bytes(9000))


def _header_only(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:44])


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


BROKEN: dict[str, Callable[[Path], None]] = {
    "missing": _no_file,
    "zero-length": _empty,
    "text": _text,
    "noise": _noise,
    "header only": _header_only,
    "a folder": _folder,
}


@pytest.fixture
def own_song(tmp_path: Path) -> Path:
    """A session whose media may be damaged."""
    return build_project(tmp_path / "own", TRIO)


@pytest.mark.parametrize("damage", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_leaves_its_track_alone_and_is_named(own_song: Path, damage: Callable[[Path], None]) -> None:
    damage(own_song.parent / "media" / "Gtr.wav")
    told = mixes(own_song).json
    assert "Gtr" not in {change["track"] for change in told["changes"]}
    said = [problem["text"] for problem in told["problems"] if problem["track"] == "Gtr"]
    assert "Gtr.wav" in " ".join([*said, *told["tracks"][1].get("notes", [])])
    assert "Gtr" in {track["track"] for track in told["left_alone"]}
    assert run("mix", own_song.with_name("mixed.RPP"), "--json").status == 3
    assert run("render", own_song, "-o", own_song.with_name("mix.wav"), "--json").status == 0


def test_a_file_that_breaks_off_is_mixed_by_what_is_there_or_named(own_song: Path) -> None:
    media = own_song.parent / "media" / "Gtr.wav"
    data = media.read_bytes()
    media.write_bytes(data[: len(data) // 2])
    told = mixes(own_song).json
    assert {"Bass", "Lead Vox"} <= {change["track"] for change in told["changes"]}


@pytest.mark.parametrize("damage", [_no_file, _empty, _text], ids=["missing", "zero-length", "text"])
def test_a_project_whose_media_are_all_broken_is_refused(own_song: Path, damage: Callable[[Path], None]) -> None:
    for media in (own_song.parent / "media").iterdir():
        damage(media)
    said = refused("mix", own_song, beside=own_song.parent)
    assert "audible" in said
    refused("render", own_song, "-o", own_song.with_name("x.wav"), beside=own_song.parent)
    assert run("analyse", own_song, "--json").status == 0


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_no_numbers_do_no_harm(tmp_path: Path, value: float) -> None:
    samples = sound("guitar").copy()
    samples[1000:1010] = value
    song = build_project(tmp_path, (TRIO[0], TrackSpec("Gtr", samples, subtype="FLOAT", recorded_db=-9.0), TRIO[2]))
    ran = mixes(song, "--preview", tmp_path / "preview", "--report", tmp_path / "report.html")
    assert "NaN" not in ran.stdout
    assert "Infinity" not in ran.stdout
    mixed, _ = soundfile.read(tmp_path / "preview" / "after.wav")
    assert np.isfinite(mixed).all()
    assert abs(mixed).max() < 2.0
    flaws = [flaw["text"] for flaw in ran.json["tracks"][1]["flaws"]] + ran.json["tracks"][1]["notes"]
    assert flaws or ran.json["problems"]


def test_a_file_of_nothing_but_nan_is_left_alone(tmp_path: Path) -> None:
    song = build_project(tmp_path, (*TRIO, TrackSpec("Acoustic", np.full(48_000, np.nan), subtype="FLOAT")))
    assert "Acoustic" not in {change["track"] for change in mixes(song).json["changes"]}


@pytest.mark.parametrize("rate", [8_000, 192_000])
def test_odd_sample_rates_are_mixed(tmp_path: Path, rate: int) -> None:
    tracks = [TrackSpec(t.name, t.sound, recorded_db=t.recorded_db, rate_hz=rate) for t in TRIO]
    mixes(build_project(tmp_path, tracks, sample_rate_hz=None))
    mixes(build_project(tmp_path / "one", (*TRIO[:2], tracks[2])))


# --- how much there is ----------------------------------------------------------------------------------------


def test_a_project_without_tracks_is_refused(tmp_path: Path) -> None:
    song = build_project(tmp_path, ())
    assert "no tracks" in refused("mix", song, beside=tmp_path)
    assert run("analyse", song, "--json").json["tracks"] == []
    assert run("analyse", song).status == 0
    assert run("roles", song).status == 0


def test_a_project_with_silence_only_is_refused(tmp_path: Path) -> None:
    silence = np.zeros(48_000)
    song = build_project(tmp_path, (TrackSpec("Kick", silence), TrackSpec("Vox", silence)))
    assert "audible" in refused("mix", song, beside=tmp_path)
    assert run("analyse", song, "--json").status == 0
    assert run("render", song, "-o", tmp_path / "mix.wav", "--json").json["loudness_lufs"] is None


def test_a_project_with_everything_muted_is_refused(tmp_path: Path) -> None:
    song = build_project(tmp_path, [TrackSpec(t.name, t.sound, muted=True) for t in TRIO])
    assert "audible" in refused("mix", song, beside=tmp_path)


def test_tracks_without_items_are_refused(tmp_path: Path) -> None:
    song = build_project(tmp_path, [TrackSpec(t.name, None) for t in TRIO])
    assert "audible" in refused("mix", song, beside=tmp_path)


def test_a_silent_track_is_left_alone(tmp_path: Path) -> None:
    song = build_project(tmp_path, (*TRIO, TrackSpec("Acoustic", np.zeros(int(SECONDS * 48_000)))))
    told = mixes(song, "--report", tmp_path / "report.html").json
    assert "Acoustic" not in {change["track"] for change in told["changes"]}
    assert {"track": "Acoustic", "track_guid": told["tracks"][3]["guid"], "because": "silent"} in told["left_alone"]


@pytest.mark.parametrize("track", TRIO, ids=lambda track: track.name)
def test_one_track_is_enough(tmp_path: Path, track: TrackSpec) -> None:
    song = build_project(tmp_path, (track,))
    told = mixes(song, "--report", tmp_path / "report.html", "--preview", tmp_path / "preview").json
    assert told["mix"]["after"]["true_peak_dbtp"] <= -2.9
    assert run("mix", tmp_path / "mixed.RPP", "--json").status == 3


def test_a_very_short_recording_is_mixed_or_refused(tmp_path: Path) -> None:
    for name, count in (("tiny", 1), ("hop", 500), ("short", 4_800), ("second", 48_000)):
        song = build_project(
            tmp_path / name, (TrackSpec("Gtr", sound("guitar")[:count], length_seconds=count / 48_000),)
        )
        ran = run("mix", song, "--json")
        assert ran.status in (0, 1), ran
        assert "unexpected" not in ran.stderr, ran.stderr


def test_three_hundred_tracks_are_mixed(tmp_path: Path) -> None:
    kinds = [track for track in BAND for _ in range(34)][:300]
    tracks = [
        TrackSpec(
            f"{t.name} {i}",
            sound(str(t.sound))[:96_000],
            recorded_db=t.recorded_db,
            file=f"media/{t.name}.wav",
            length_seconds=2.0,
        )
        for i, t in enumerate(kinds)
    ]
    told = mixes(build_project(tmp_path, tracks)).json
    assert len(told["tracks"]) == 300
    assert told["mix"]["after"]["true_peak_dbtp"] <= -2.9


def test_a_project_without_tempo_is_mixed(tmp_path: Path) -> None:
    song = build_project(tmp_path, TRIO, tempo_bpm=None)
    told = mixes(song).json
    assert told["mix"]["after"]["loudness_lufs"] < 0.0
    heard_bpm = run("analyse", song, "--json").json["tempo_bpm"]
    assert 60.0 <= heard_bpm <= 200.0


# --- names, stages, tastes, plans -------------------------------------------------------------------------------


def test_unknown_and_ambiguous_names_are_refused(tmp_path: Path) -> None:
    song = build_project(
        tmp_path,
        (
            *TRIO,
            TrackSpec("Gtr", "guitar 2", file="media/g2.wav", guid="{" + "1" * 8 + "-0000-4000-8000-" + "1" * 12 + "}"),
        ),
    )
    assert "“Banjo”" in refused("mix", song, "--track", "Banjo", beside=tmp_path)
    assert "#2, #4" in refused("mix", song, "--track", "Gtr", beside=tmp_path)
    assert "“#9”" in refused("mix", song, "--track", "#9", beside=tmp_path)
    assert "“Banjo”" in refused("mix", song, "--role", "Banjo=piano", beside=tmp_path)
    assert "kazooo" in refused("mix", song, "--role", "Bass=kazooo", beside=tmp_path)
    assert "polka" in refused("mix", song, "--genre", "polka", beside=tmp_path)
    refused("lock", song, "--track", "Banjo", beside=tmp_path)
    refused("unlock", song, "--track", "", beside=tmp_path)


BAD_TASTES = {
    "no toml": "this is = = not toml",
    "unknown table": "[balancee]\nx = 1\n",
    "wrong type": '[balance]\nmix_loudness_lufs = "loud"\n',
    "not a number": "[balance]\nmix_loudness_lufs = nan\n",
    "binary": "\0\1\2",
}


@pytest.mark.parametrize("content", BAD_TASTES.values(), ids=BAD_TASTES)
def test_a_bad_taste_is_refused(song: Path, content: str) -> None:
    taste = song.with_name("taste.toml")
    taste.write_text(content, "utf-8")
    assert "taste.toml" in refused("mix", song, "--taste", taste, beside=song.parent)


def test_a_taste_that_is_missing_or_a_directory_is_refused(song: Path) -> None:
    assert "no.toml" in refused("mix", song, "--taste", song.with_name("no.toml"), beside=song.parent)
    refused("mix", song, "--taste", song.parent, beside=song.parent)
    song.with_name("latin.toml").write_bytes(b"# gr\xf6sse\n[balance]\n")
    refused("mix", song, "--taste", song.with_name("latin.toml"), beside=song.parent)


GUID = "{00000000-0000-4000-8000-000000000000}"
GTR = "GTR"


def _change(address: str, before: object, after: object, **more: object) -> dict[str, object]:
    return {"address": address, "before": before, "after": after, **more}


def _eq(shape: str, frequency_hz: float) -> dict[str, object]:
    return {"type": "ReaEQ", "bands": [{"shape": shape, "frequency_hz": frequency_hz}]}


BAD_PLANS: dict[str, object] = {
    "no json": "not json {",
    "a number": 5,
    "a text": "plan",
    "no changes": {"format": "first-pass plan 1"},
    "changes is no list": {"changes": {"a": 1}},
    "a change is no object": [1],
    "a change lacks after": [{"address": f"{GTR}/fader", "before": 1.0}],
    "unknown track": [_change(f"{GUID}/fader", 1.0, 0.5)],
    "unknown kind": [_change(f"{GTR}/colour", 1.0, 0.5)],
    "no address": [_change("hello", 1.0, 0.5)],
    "address is a number": [_change(5, 1.0, 0.5)],  # type: ignore[arg-type]
    "stale": [_change(f"{GTR}/fader", 0.3, 0.5)],
    "nan": [_change(f"{GTR}/fader", 1.0, float("nan"))],
    "infinite": [_change(f"{GTR}/fader", 1.0, float("inf"))],
    "negative fader": [_change(f"{GTR}/fader", 1.0, -0.5)],
    "absurd fader": [_change(f"{GTR}/fader", 1.0, 1e30)],
    "pan beyond the edge": [_change(f"{GTR}/pan", 0.0, 7.0)],
    "null fader": [_change(f"{GTR}/fader", 1.0, None)],
    "text fader": [_change(f"{GTR}/fader", 1.0, "loud")],
    "fader is a switch": [_change(f"{GTR}/fader", 1.0, {"level": 1})],
    "twice": [_change(f"{GTR}/fader", 1.0, 0.5), _change(f"{GTR}/fader", 1.0, 0.6)],
    "fx unknown": [_change(f"{GTR}/fx/{GUID}", None, {"type": "SuperVerb"})],
    "fx with an unknown knob": [_change(f"{GTR}/fx/{GUID}", None, {"type": "ReaComp", "punch": 3})],
    "fx nan": [_change(f"{GTR}/fx/{GUID}", None, {"type": "ReaComp", "threshold_db": float("nan")})],
    "fx without guid": [_change(f"{GTR}/fx", None, {"type": "ReaComp"})],
    "fx whose key is no guid": [_change(f"{GTR}/fx/x\n  >\n", None, {"type": "ReaComp"})],
    "fx foreign": [_change(f"{GTR}/fx/{GUID}", None, {"type": "other", "plugin": "X", "digest": "0"})],
    "eq nan": [_change(f"{GTR}/fx/{GUID}", None, _eq("bell", float("nan")))],
    "eq shape": [_change(f"{GTR}/fx/{GUID}", None, _eq("bello", 100.0))],
    "eq of no bands": [_change(f"{GTR}/fx/{GUID}", None, {"type": "ReaEQ", "bands": "all"})],
    "eq impossible": [_change(f"{GTR}/fx/{GUID}", None, _eq("bell", -5.0))],
    "send to nowhere": [_change(f"{GTR}/send/{GUID}", None, {"level_linear": 0.5})],
    "send to itself": [_change(f"{GTR}/send/{GTR}", None, {"level_linear": 0.5})],
    "send nan": [_change(f"{GTR}/send/{GUID}", None, {"level_linear": float("nan")})],
    "envelope lane unknown": [_change(f"{GTR}/envelope/banana", [], [{"time_seconds": 0, "value": 1}])],
    "envelope nan": [_change(f"{GTR}/envelope/volume", [], [{"time_seconds": float("nan"), "value": 1}])],
    "envelope malformed": [_change(f"{GTR}/envelope/volume", [], [{"value": 1}])],
    "a track with a strange guid": [_change("hello\n>/track", None, {"name": "x"})],
    "a track without a name": [_change(f"{GUID}/track", None, {"channel_count": 2})],
    "a track with absurd channels": [_change(f"{GUID}/track", None, {"name": "x", "channel_count": 100000})],
    "importance is a text": [_change(f"{GTR}/fader", 1.0, 0.5, importance="much")],
    "importance nan": [_change(f"{GTR}/fader", 1.0, 0.5, importance=float("nan"))],
    "because is an object": [_change(f"{GTR}/mute", False, "maybe", because={})],
    "deep": "[" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("plan", BAD_PLANS.values(), ids=BAD_PLANS)
def test_a_bad_plan_is_refused(song: Path, plan: object) -> None:
    guid = run("analyse", song, "--json").json["tracks"][1]["guid"]
    path = song.with_name("plan.json")
    text = plan if isinstance(plan, str) else json.dumps(plan)
    path.write_text(text.replace(GTR, guid), "utf-8")
    refused("apply", song, path, beside=song.parent)


def test_a_plan_that_is_missing_binary_or_a_directory_is_refused(song: Path) -> None:
    song.with_name("binary.json").write_bytes(bytes(range(256)))
    song.with_name("empty.json").write_bytes(b"")
    for name in ("none.json", "binary.json", "empty.json", "media"):
        assert name in refused("apply", song, song.with_name(name), beside=song.parent)


def test_a_damaged_ledger_is_refused_with_advice(song: Path) -> None:
    run("mix", song, "--json")
    edited(song, lambda text: text.replace("LEDGER_0001 ", "LEDGER_0001 x"))
    assert "damaged" in refused("mix", song, beside=song.parent)
    refused("undo", song, beside=song.parent)
    refused("lock", song, "--track", "Gtr", beside=song.parent)


# --- places that cannot be written --------------------------------------------------------------------------------

as_root = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.mark.skipif(as_root, reason="root may write everywhere")
def test_a_read_only_directory_is_refused(song: Path) -> None:
    song.parent.chmod(0o555)
    try:
        refused("mix", song, beside=song.parent)
    finally:
        song.parent.chmod(0o755)


@pytest.mark.parametrize(
    "option",
    [
        ("-o", "nowhere/out.RPP"),
        ("--plan", "nowhere/p.json"),
        ("--report", "nowhere/r.html"),
        ("--preview", "song.RPP"),
    ],
)
def test_places_that_cannot_be_written_are_refused_before_the_project_is_touched(
    song: Path, option: tuple[str, str]
) -> None:
    said = refused("mix", song, option[0], song.parent / option[1], beside=song.parent)
    assert option[1].split("/")[0] in said


@pytest.mark.parametrize("option", ["-o", "--plan", "--report"])
def test_a_directory_as_an_output_file_is_refused(song: Path, option: str) -> None:
    (song.parent / "folder").mkdir()
    refused("mix", song, option, song.parent / "folder", beside=song.parent)


def test_rendering_onto_a_place_that_cannot_be_written_is_refused(song: Path) -> None:
    refused("render", song, "-o", song.parent / "nowhere" / "mix.wav", beside=song.parent)
    refused("render", song, "-o", song.parent, beside=song.parent)
    refused("render", song, "-o", song.with_name("m.wav"), "--stems", song, beside=song.parent)


@pytest.mark.parametrize(
    "arguments", [("-o", "out.RPP"), (), ("--dry-run", "--preview", "preview"), ("--dry-run", "--plan", "p.json")]
)
@pytest.mark.skipif(sys.platform == "win32", reason="needs RLIMIT_FSIZE")
def test_a_full_disk_leaves_the_project_as_it_was(song: Path, arguments: tuple[str, ...]) -> None:
    """A limit on the size of files stands in for the full disk: writing fails half-way with an OS error."""
    run("mix", song, "--dry-run", "--json")  # so that the cache needs no room
    (song.parent / "preview").mkdir()
    before = everything_in(song.parent)
    limit = 3000
    words = [str(song.parent / word) if "." in word or word == "preview" else word for word in arguments]
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}));"
        "from actions.cli import main; main()"
    )
    command = [sys.executable, "-c", code, "mix", str(song), "--json", *words]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert ran.returncode == 1, ran
    assert ran.stdout == ""
    assert ran.stderr.count("\n") == 1
    assert "unexpected" not in ran.stderr, ran.stderr
    assert everything_in(song.parent) == before


def test_a_project_that_changes_while_we_work_is_not_overwritten(song: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody saves the project in REAPER while we listen: what they saved stays."""
    theirs = song.read_bytes().replace(b"TEMPO 120", b"TEMPO 121")
    saved = threading.Event()

    def save() -> None:
        song.write_bytes(theirs)
        saved.set()

    from reaper_bridge.rpp.host import ProjectFile

    read_sources = ProjectFile.sources

    def sources_then_save(self: ProjectFile, track_ids: object) -> object:
        found = read_sources(self, track_ids)  # type: ignore[arg-type]
        thread = threading.Thread(target=save)
        thread.start()
        thread.join()
        return found

    monkeypatch.setattr(ProjectFile, "sources", sources_then_save)
    ran = run("mix", song, "--json")
    assert saved.is_set()
    assert ran.status == 1
    assert "changed" in ran.stderr
    assert song.read_bytes() == theirs
    assert not list(song.parent.glob("*.before-*"))
