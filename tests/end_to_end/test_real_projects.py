"""Real project files and sessions: analysed or refused in one sentence, and changed only where the plan says so."""

import difflib
import re
import shutil
from pathlib import Path

import pytest

from reaper_bridge.session.address import Address, parse_address
from reaper_bridge.session.identity import TrackId
from tests.command_line import cloned, run
from tests.conftest import EXAMPLES, SHARED

CORPUS = sorted((SHARED / "rpp-corpus").glob("*.rpp")) if SHARED.is_dir() else []
LINES_OF = {
    "fader": ("VOLPAN", "MASTER_VOLUME"),
    "pan": ("VOLPAN", "MASTER_VOLUME"),
    "width": ("WIDTH",),
    "mute": ("MUTESOLO",),
    "polarity": ("IPHASE",),
    "play_offset": ("PLAYOFFS",),
    "main_send": ("MAINSEND",),
}


@pytest.mark.parametrize("project", CORPUS or [None], ids=lambda path: path.stem[-12:] if path else "none")
def test_a_real_project_is_analysed_or_refused_in_one_sentence(project: Path | None, tmp_path: Path) -> None:
    if project is None:
        pytest.skip("the corpus of real projects is not beside this checkout")
    copy = tmp_path / project.name
    shutil.copyfile(project, copy)
    before = copy.read_bytes()
    for command in (("analyse", copy, "--json"), ("mix", copy, "--json")):
        ran = run(*command)
        assert ran.status in (0, 1, 3), ran
        if ran.status == 1:
            assert ran.stderr.count("\n") == 1
            assert "unexpected" not in ran.stderr, ran.stderr
            assert ran.stdout == ""
        else:
            assert ran.json["tracks"] is not None
        if command[0] == "analyse" or ran.status:
            assert copy.read_bytes() == before
    if ran.status == 0:
        assert run("undo", copy).status == 0
        assert copy.read_bytes() == before


@pytest.fixture(scope="module")
def lanterns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example song, to be written beside."""
    found = next(EXAMPLES.glob("*/*.RPP"), None)
    if found is None:
        pytest.skip("the example song is not in this checkout")
    directory = tmp_path_factory.mktemp("lanterns") / found.parent.name
    shutil.copytree(found.parent, directory)
    return directory / found.name


def test_the_example_song_changes_only_where_the_plan_says_so(lanterns: Path) -> None:
    out = lanterns.with_name("out.RPP")
    ran = run("mix", lanterns, "-o", out, "--json")
    assert ran.status == 0
    addresses = {parse_address(change["address"]) for change in ran.json["changes"]}
    old, new = (path.read_bytes().decode("utf-8").split("\n") for path in (lanterns, out))
    unexplained: list[str] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    old_owners, new_owners = _owners(old), _owners(new)
    for tag, first, last, new_first, new_last in matcher.get_opcodes():
        if tag == "equal":
            continue
        changed = [("-", old[i], old_owners[i]) for i in range(first, last)]
        changed += [("+", new[i], new_owners[i]) for i in range(new_first, new_last)]
        unexplained += [f"{sign} {line}" for sign, line, owner in changed if not _is_explained(owner, line, addresses)]
    assert unexplained == []
    again = run("mix", out, "--json")
    assert again.status == 3, again.json["changes"]
    assert run("undo", out).status == 0
    assert out.read_bytes() == lanterns.read_bytes()


def _owners(lines: list[str]) -> list[tuple[str, str]]:
    """Return for each line the track it stands in and the block directly in the track, or in the project."""
    owners: list[tuple[str, str]] = []
    stack: list[str] = []
    for line in lines:
        text = line.strip()
        if text.startswith("<"):
            stack.append(text[1:])
        track = next((block.split()[1] for block in stack if block.startswith("TRACK ")), "")
        inside = [block.split()[0] for block in stack if not block.startswith(("TRACK ", "REAPER_PROJECT"))]
        owners.append((track, inside[0] if inside else ""))
        if text == ">" and stack:
            stack.pop()
    return owners


def _is_explained(owner: tuple[str, str], line: str, addresses: set[Address]) -> bool:
    track, block = owner
    word = (line.split() or [""])[0]
    if block == "EXTSTATE":
        return True
    mine = {address.kind for address in addresses if address.track_id == track}
    if "track" in mine:
        return True
    if block == "FXCHAIN":
        return "fx" in mine
    if block == "VOLENV3":
        return Address(TrackId(track), "envelope", "trim_volume") in addresses
    if word == "AUXRECV":
        return any(address.kind in ("send", "side_chain") and address.key == track for address in addresses)
    if word == "NCHAN":
        return bool({"fx", "send", "channels"} & mine)
    return any(word in LINES_OF.get(kind, ()) for kind in mine)


def test_the_example_song_keeps_every_line_outside_its_tracks(lanterns: Path) -> None:
    out = lanterns.with_name("kept.RPP")
    run("mix", lanterns, "-o", out, "--json")
    pattern = re.compile(rb"  <(?:TRACK|EXTSTATE).*", re.DOTALL)
    assert pattern.sub(b"", out.read_bytes()) == pattern.sub(b"", lanterns.read_bytes())


@pytest.mark.parametrize(
    ("version", "suffix"),
    [
        ("4.78/x64", ".dll"),
        ("5.99/OSX64", ".vst.dylib"),
        ("6.82/linux-x86_64", ".vst.so"),
        ("7.27/macOS-arm64", ".vst.dylib"),
        ("7.40/win64", ".dll"),
    ],
)
@pytest.mark.parametrize("end_of_line", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_project_of_any_reaper_keeps_its_ways(
    tmp_path: Path, trio_project: Path, version: str, suffix: str, end_of_line: str
) -> None:
    song = cloned(trio_project, tmp_path / "song")
    text = song.read_bytes().replace(b"7.27/win64", version.encode())
    song.write_bytes(text.replace(b"\r\n", end_of_line.encode()))
    before = song.read_bytes()
    assert run("mix", song, "--json").status == 0
    after = song.read_bytes()
    assert f"reacomp{suffix}".encode() in after
    assert after.count(b"\n") == after.count(end_of_line.encode())
    assert (b"\r" in after) == (end_of_line == "\r\n")
    assert run("mix", song, "--json").status == 3
    assert run("undo", song).status == 0
    assert song.read_bytes() == before
