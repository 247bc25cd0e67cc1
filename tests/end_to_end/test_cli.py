"""Every command as an engineer types it: exit status, one JSON object, files where they were asked for."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import soundfile

from analysis.loudness import measure_loudness
from tests.command_line import cloned, edited, run
from tests.end_to_end.conftest import Mixed
from tests.session_builder import TrackSpec, build_project

CHANGE_KEYS = {"track", "track_guid", "address", "before", "after", "because", "unit"}


def files_in(directory: Path) -> set[str]:
    return {str(path.relative_to(directory)) for path in directory.rglob("*")}


# --- mix --------------------------------------------------------------------------------------------------


def test_mix_prints_one_json_object_with_everything_the_manual_promises(mixed: Mixed) -> None:
    told = mixed.told
    assert mixed.ran.stderr == ""
    assert mixed.ran.stdout.endswith("}\n")
    assert mixed.ran.stdout.count("\n") == 1
    assert told["pass"] == 1
    assert told["changes"]
    for change in told["changes"]:
        assert set(change) >= CHANGE_KEYS
        assert any(c.isdigit() for c in change["because"]) or change["unit"] in ("track", "switch"), change
    assert [track["name"] for track in told["tracks"]] == ["Bass", "Gtr", "Lead Vox"]
    for track in told["tracks"]:
        assert set(track) >= {"name", "guid", "role", "confidence", "loudness_lufs"}
    assert set(told["mix"]) >= {"before", "after"}
    assert {"dropped", "seconds"} <= set(told)


def test_mix_writes_only_the_output_and_its_media_still_resolve(song: Path, tmp_path: Path) -> None:
    before, bytes_before = files_in(song.parent), song.read_bytes()
    out = tmp_path / "elsewhere" / "deep" / "mixed.RPP"
    out.parent.mkdir(parents=True)
    assert run("mix", song, "-o", out, "--json").status == 0
    assert files_in(song.parent) == before
    assert song.read_bytes() == bytes_before
    assert files_in(out.parent) == {"mixed.RPP"}
    told = run("analyse", out, "--json").json
    assert told["problems"] == []
    assert all(track.get("loudness_lufs") is not None for track in told["tracks"] if track["role"] != "return")


def test_mix_in_place_leaves_a_backup_of_the_exact_bytes(song: Path) -> None:
    before, others = song.read_bytes(), files_in(song.parent)
    assert run("mix", song, "--json").status == 0
    (backup,) = files_in(song.parent) - others
    assert re.fullmatch(r"song\.before-first-pass-\d{8}-\d{6}(-\d+)?\.RPP", backup)
    assert song.with_name(backup).read_bytes() == before
    assert song.read_bytes() != before


def test_a_second_mix_changes_nothing_and_says_so(song: Path) -> None:
    run("mix", song, "--json")
    after, files = song.read_bytes(), files_in(song.parent)
    again = run("mix", song, "--json")
    assert again.status == 3
    assert again.json["changes"] == []
    assert again.json["pass"] is None
    assert song.read_bytes() == after
    assert files_in(song.parent) == files


def test_a_dry_run_writes_nothing_but_says_everything(song: Path) -> None:
    before, files = song.read_bytes(), files_in(song.parent)
    told = run("mix", song, "--dry-run", "--json")
    assert told.status == 0
    assert told.json["changes"]
    assert told.json["pass"] is None
    assert song.read_bytes() == before
    assert files_in(song.parent) == files


def test_the_same_project_gives_the_same_plan_twice(song: Path) -> None:
    first, second = (run("mix", song, "--dry-run", "--json").json for _ in range(2))
    assert first["changes"] == second["changes"]
    assert first["mix"] == second["mix"]


def test_mix_without_json_tells_a_person_what_it_did(song: Path) -> None:
    ran = run("mix", song)
    assert ran.status == 0
    assert "Lead Vox" in ran.stdout
    assert "the project as it was is in song.before-first-pass-" in re.sub(r"\s+", " ", ran.stdout)


def test_progress_is_plain_lines_where_nobody_has_a_terminal(song: Path) -> None:
    ran = run("mix", song, "--dry-run")
    lines = ran.stderr.splitlines()
    assert lines[0] == "reading …"
    for line in ("listening …", "  Lead Vox", "deciding …", "checking …"):
        assert line in lines
    assert "\x1b" not in ran.stderr


def test_extras_are_written_where_they_were_asked_for(song: Path, tmp_path: Path) -> None:
    plan, report, preview = tmp_path / "plan.json", tmp_path / "report.html", tmp_path / "preview"
    out = tmp_path / "out.RPP"
    extras = ("--plan", plan, "--report", report, "--preview", preview)
    told = run("mix", song, "-o", out, "--json", *extras).json
    assert files_in(preview) == {"before.wav", "after.wav", "after_raw.wav"}
    assert told["plan"] == str(plan)
    assert told["report"] == str(report)
    page = report.read_text("utf-8")
    assert page.lstrip().startswith("<!")
    assert "Lead Vox" in page
    outside = re.findall(r"""(?:src|href)\s*=\s*["']?(https?:[^"' >]+)""", page)
    assert outside == []
    written = json.loads(plan.read_text("utf-8"))
    by_address = {change["address"]: change for change in written["changes"]}
    assert {c["address"]: c["after"] for c in told["changes"]} == {a: c["after"] for a, c in by_address.items()}
    assert not [name for name in files_in(tmp_path) if ".first-pass-" in name]


def test_previews_before_and_after_are_equally_loud(song: Path, tmp_path: Path) -> None:
    told = run("mix", song, "--dry-run", "--json", "--preview", tmp_path / "preview").json
    loudness = {}
    for name, path in told["previews"].items():
        samples, rate = soundfile.read(path, always_2d=True, dtype="float32")
        loudness[name] = measure_loudness(samples.T, rate).integrated_lufs
    assert loudness["before"] == pytest.approx(loudness["after"], abs=0.1)
    assert loudness["after_raw"] == pytest.approx(told["mix"]["after"]["loudness_lufs"], abs=0.3)


# --- undo and apply ---------------------------------------------------------------------------------------


def test_undo_gives_the_exact_bytes_back(song: Path) -> None:
    before = song.read_bytes()
    run("mix", song, "--json")
    assert song.read_bytes() != before
    told = run("undo", song, "--json")
    assert told.status == 0
    assert told.json["undone"].startswith("First pass 1")
    assert song.read_bytes() == before


def test_undo_of_two_passes_gives_back_each(song: Path) -> None:
    states = [song.read_bytes()]
    for genre in ("rock", "jazz"):
        assert run("mix", song, "--genre", genre, "--json").status == 0
        states.append(song.read_bytes())
    for expected in reversed(states[:-1]):
        assert run("undo", song).status == 0
        assert song.read_bytes() == expected
    assert run("undo", song, "--json").status == 3


def test_undo_elsewhere_leaves_the_project_alone(mixed: Mixed) -> None:
    mixed_bytes, out = mixed.after.read_bytes(), mixed.after.with_name("undone.RPP")
    assert run("undo", mixed.after, "-o", out).status == 0
    assert mixed.after.read_bytes() == mixed_bytes
    assert out.read_bytes() == mixed.before.read_bytes()


def test_undo_keeps_what_a_human_changed_since(song: Path) -> None:
    run("mix", song, "--json")
    edited(song, lambda text: re.sub(r"(NAME \"Gtr\".*?VOLPAN )\S+", r"\g<1>0.123", text, count=1, flags=re.S))
    run("undo", song)
    text = song.read_text("utf-8")
    assert "VOLPAN 0.123 0 " in text
    assert "First Pass" not in text
    assert "AUXRECV" not in text


def test_a_plan_can_be_edited_and_applied(song: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    run("mix", song, "--dry-run", "--json", "--plan", plan)
    data = json.loads(plan.read_text("utf-8"))
    (fader,) = [c for c in data["changes"] if c["track"] == "Gtr" and c["address"].endswith("/fader")]
    fader["after"] = 0.5
    data["changes"] = [fader]
    plan.write_text(json.dumps(data), "utf-8")
    out = tmp_path / "out.RPP"
    ran = run("apply", song, plan, "-o", out, "--json")
    assert ran.status == 0
    assert [c["after"] for c in ran.json["changes"]] == [0.5]
    assert "VOLPAN 0.5 0 -1 -1 1" in out.read_text("utf-8")
    run("undo", out)
    assert [line for line in out.read_bytes().splitlines() if b"FILE" not in line] == [
        line for line in song.read_bytes().splitlines() if b"FILE" not in line
    ]


def test_applying_the_plan_of_a_dry_run_gives_what_the_mix_gives(song: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    run("mix", song, "--dry-run", "--json", "--plan", plan)
    applied, mixed = song.with_name("applied.RPP"), song.with_name("mixed.RPP")
    assert run("apply", song, plan, "-o", applied).status == 0
    run("mix", song, "-o", mixed, "--json")
    assert _without_ledger(applied) == _without_ledger(mixed)


@pytest.mark.parametrize("content", ["[]", '{"format": "first-pass plan 1", "changes": []}'])
def test_an_empty_plan_gives_the_same_bytes_back(song: Path, tmp_path: Path, content: str) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(content, "utf-8")
    out = song.with_name("out.RPP")
    assert run("apply", song, plan, "-o", out).status == 0
    assert out.read_bytes() == song.read_bytes()
    files = files_in(song.parent)
    assert run("apply", song, plan).status == 3
    assert files_in(song.parent) == files


def _without_ledger(path: Path) -> str:
    return re.sub(r"<FIRSTPASS.*?>", "", path.read_text("utf-8"), flags=re.S)


# --- roles, locks, render ---------------------------------------------------------------------------------


def test_roles_of_names_need_no_project(tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("Kick In\nLead Vox\n\nzxqw\n", "utf-8")
    tracks = run("roles", "--names", names).json["tracks"]
    assert [track["name"] for track in tracks] == ["Kick In", "Lead Vox", "", "zxqw"]
    assert tracks[0]["role"].startswith("kick")
    assert tracks[1]["role"] == "lead_vocal"
    assert tracks[3]["role"] == "unknown"


def test_roles_of_a_project_come_with_reasons(song: Path) -> None:
    tracks = run("roles", song, "--json").json["tracks"]
    assert [track["role"] for track in tracks][2] == "lead_vocal"
    assert all(track["evidence"] for track in tracks)
    assert run("roles", song, "--role", "Gtr=piano", "--json").json["tracks"][1]["role"] == "piano"


def test_a_locked_track_keeps_every_knob(song: Path) -> None:
    assert run("lock", song, "--track", "Gtr").status == 0
    assert run("lock", song, "--track", "Gtr").status == 3
    told = run("mix", song, "--json").json
    assert {c["track"] for c in told["changes"]} >= {"Bass", "Lead Vox"}
    assert "Gtr" not in {c["track"] for c in told["changes"]}
    assert run("unlock", song, "--track", "Gtr").status == 0
    assert run("unlock", song, "--track", "Gtr").status == 3


def test_a_locked_fader_stays_while_the_rest_of_the_track_is_mixed(song: Path) -> None:
    assert run("lock", song, "--track", "Lead Vox", "--what", "fader").status == 0
    told = run("mix", song, "--json").json
    kinds = {c["address"].split("/")[1] for c in told["changes"] if c["track"] == "Lead Vox"}
    assert "fader" not in kinds
    assert kinds & {"fx", "send"}


def test_locks_survive_undo(song: Path) -> None:
    run("lock", song, "--track", "Gtr", "--what", "pan")
    locked = song.read_bytes()
    run("mix", song, "--json")
    run("undo", song)
    assert song.read_bytes() == locked
    assert run("unlock", song, "--track", "Gtr", "--what", "pan").status == 0


def test_render_writes_the_mix_and_its_stems(song: Path, tmp_path: Path) -> None:
    wav, stems = tmp_path / "mix.wav", tmp_path / "stems"
    told = run("render", song, "-o", wav, "--stems", stems, "--json")
    assert told.status == 0
    samples, rate = soundfile.read(wav, always_2d=True, dtype="float32")
    assert rate == 48_000
    assert len(samples) == 8 * rate
    assert measure_loudness(samples.T, rate).integrated_lufs == pytest.approx(told.json["loudness_lufs"], abs=0.05)
    assert files_in(stems) == {"01 Bass.wav", "02 Gtr.wav", "03 Lead Vox.wav"}
    total = sum(soundfile.read(stems / name, always_2d=True, dtype="float32")[0] for name in files_in(stems))
    assert abs(total - samples).max() < 1e-4


def test_analyse_tells_about_every_track_and_changes_nothing(song: Path) -> None:
    before, files = song.read_bytes(), files_in(song.parent)
    told = run("analyse", song, "--json")
    assert told.status == 0
    assert len(told.json["tracks"]) == 3
    for track in told.json["tracks"]:
        assert {"loudness_lufs", "true_peak_dbtp", "spectrum_db", "flaws", "role", "confidence"} <= set(track)
    assert song.read_bytes() == before
    assert files_in(song.parent) == files
    assert "Lead Vox" in run("analyse", song).stdout


def test_the_session_doctor_ends_with_one_where_something_serious_is_wrong(tmp_path: Path) -> None:
    quiet = (TrackSpec("Bass", "bass", recorded_db=-12.0), TrackSpec("Gtr", "guitar", recorded_db=-14.0))
    good = build_project(tmp_path / "good", quiet)
    before, files = good.read_bytes(), files_in(good.parent)
    well = run("doctor", "--session", good)
    assert well.status == 0, well.stdout
    assert "0 serious" in well.stdout
    assert "The mix as it stands: True peak" in well.stdout
    assert (good.read_bytes(), files_in(good.parent)) == (before, files)
    lost = build_project(tmp_path / "lost", (*quiet, TrackSpec("Pad", None, file="media/gone.wav")))
    ill = run("doctor", "--session", lost, "--json")
    assert ill.status == 1
    assert ill.json["well"] is False
    (finding,) = [f for f in ill.json["findings"] if f["severity"] == "serious"]
    assert (finding["kind"], finding["track"]) == ("media", "Pad")
    assert "✗ Pad: gone.wav is missing." in run("doctor", "--session", lost).stdout


def test_a_pass_tells_how_its_mix_leaves_and_measures_codecs_for_a_report(
    song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRST_PASS_CACHE_DIR", str(tmp_path / "cache"))  # what was tried for another report is known
    told = run("mix", song, "--dry-run", "--json").json["quality"]
    assert told["codec_overshoots_db"] == {}
    assert told["true_peak_dbtp"] <= told["limit_dbtp"] == -3.0
    report = tmp_path / "report.html"
    told = run("mix", song, "--dry-run", "--json", "--report", report).json["quality"]
    assert told["codec_overshoots_db"]
    page = report.read_text("utf-8")
    assert "The mix as it leaves" in page
    assert "measured: Vorbis" in page
    assert "The mix now: True peak" in run("mix", song, "--dry-run").stdout


# --- wrong usage ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("mix", "-o", "out.RPP"), "SONG.RPP"),
        (("doctor", "song.RPP"), "--session"),
        (("doctor", "--session", "--probe", "song.RPP"), "--probe"),
        (("serve", "--then", "mix_al"), "mix_all"),
        (("frobnicate",), "frobnicate"),
        (("mix", "SONG", "--amount", "120"), "100"),
        (("mix", "SONG", "--amount", "nan"), "amount"),
        (("mix", "SONG", "--stages", "gain,tome"), "tome"),
        (("mix", "SONG", "--stages", ","), "stage"),
        (("mix", "SONG", "--role", "Gtr"), "NAME=role"),
        (("lock", "SONG"), "--track"),
        (("lock", "SONG", "--track", "Gtr", "--what", "colour"), "colour"),
        (("roles", "SONG", "--names", "names.txt"), "--names"),
        (("render", "SONG"), "output"),
    ],
)
def test_wrong_usage_ends_with_two_and_names_the_trouble(song: Path, arguments: tuple[str, ...], word: str) -> None:
    before = song.read_bytes()
    ran = run(*(str(song) if argument == "SONG" else argument for argument in arguments))
    assert ran.status == 2
    assert word.lower() in ran.stderr.lower()
    assert "Traceback" not in ran.stderr
    assert ran.stdout == ""
    assert song.read_bytes() == before


@pytest.mark.parametrize("command", ["mix", "analyse", "roles", "undo", "redo", "compare"])
def test_without_a_song_and_without_reaper_one_sentence_names_both_ways(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRST_PASS_RESOURCE", str(tmp_path))
    ran = run(command, *(["--json"] if command in ("mix", "analyse") else []))
    assert ran.status == 1
    assert ran.stdout == ""
    assert ran.stderr.count("\n") == 1
    assert "project file" in ran.stderr
    assert "first-pass doctor" in ran.stderr


# --- as a real process --------------------------------------------------------------------------------------


def _process(*arguments: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "actions.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")


def test_a_real_process_mixes_and_ends_with_zero(song: Path) -> None:
    out = song.with_name("out.RPP")
    ran = _process("mix", song, "-o", out, "--json")
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    told: Any = json.loads(ran.stdout)
    assert told["changes"]
    assert out.exists()


def test_a_real_process_that_fails_says_one_sentence_and_ends_with_one(tmp_path: Path) -> None:
    ran = _process("mix", tmp_path / "missing.RPP", "--json")
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert ran.stderr.count("\n") == 1
    assert "missing.RPP" in ran.stderr


def test_a_copy_of_a_mixed_project_is_still_mixed(mixed: Mixed, tmp_path: Path) -> None:
    copy = cloned(mixed.after, tmp_path / "copy")
    for media in (copy.parent / "media").iterdir():
        content = media.read_bytes()
        media.unlink()
        media.write_bytes(content)
    assert run("mix", copy, "--json").status == 3


def test_a_track_recorded_anew_is_mixed_anew(mixed: Mixed) -> None:
    take = mixed.after.parent / "media" / "Gtr.wav"
    samples, rate = soundfile.read(take)
    take.unlink()
    soundfile.write(take, 0.5 * samples, rate, subtype="PCM_24")
    told = run("mix", mixed.after, "--json")
    assert told.status == 0
    assert {change["track"] for change in told.json["changes"]} == {"Gtr"}
