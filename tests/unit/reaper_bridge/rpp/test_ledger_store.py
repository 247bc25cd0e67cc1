"""The ledger inside the project: it survives REAPER's saving, and a damaged one says what to do."""

import base64
import json
import random
import zlib
from pathlib import Path

import pytest

from reaper_bridge.rpp.ledger_store import read_ledger, without_entries, write_ledger
from reaper_bridge.rpp.syntax import Document, parse_project
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import Change, PlacedEffect
from reaper_bridge.session.effects import EqBand, ReaComp, ReaEq
from reaper_bridge.session.errors import ProjectFileError
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.ledger import Landed, Ledger, Pass
from tests.unit.reaper_bridge.rpp.projects import EQ_FX, FIRST, project_text, three_tracks, track_text

TRACK = TrackId(FIRST)
EFFECT = PlacedEffect(ReaEq((EqBand("bell", 250.0, -3.0),)), "First Pass EQ")
CHANGES = (
    Change(Address(TRACK, "fader"), 1.0, 0.5, "3 dB too loud “für” 🎛", "balance", 3.0),
    Change(Address(TRACK, "fx", EQ_FX), None, EFFECT, "mud", "tone"),
    Change(Address(TRACK, "fx", "{CCCCCCCC-0000-4000-8000-00000000000C}"), None, PlacedEffect(ReaComp()), ""),
)


def a_pass(number: int, words: int = 0) -> Pass:
    generator = random.Random(number)
    keys = {TrackId(f"track:{i}"): f"{generator.random()}" for i in range(words)}
    landed = tuple(Landed(change, change.after) for change in CHANGES)
    return Pass(number, "First Pass", "2026-11-21T14:03:05+01:00", landed, "rock", keys, '{"of":"x"}')


FULL = Ledger((a_pass(1), a_pass(2, 500)), {TRACK: frozenset({"fader", "pan"})})


def saved(ledger: Ledger, data: bytes | None = None) -> bytes:
    document = parse_project(three_tracks() if data is None else data)
    write_ledger(document, ledger)
    return document.to_bytes()


def test_a_ledger_comes_back_from_a_project_as_it_was() -> None:
    assert read_ledger(parse_project(saved(FULL))) == FULL


def test_a_project_without_one_has_an_empty_ledger() -> None:
    assert read_ledger(parse_project(three_tracks())) == Ledger()


def test_every_line_is_short_enough_for_reaper() -> None:
    lines = saved(FULL).split(b"\r\n")
    assert sum(b"LEDGER_" in line for line in lines) > 2
    assert max(map(len, lines)) <= 2000


def test_an_empty_ledger_leaves_no_trace() -> None:
    data = three_tracks()
    assert saved(Ledger(locks={TRACK: frozenset()}), saved(FULL)) == data


def test_the_ext_state_of_others_stays() -> None:
    tail = "  <EXTSTATE\n    <OTHERS\n      KEY 1\n    >\n  >\n>\n"
    data = project_text(track_text(FIRST), tail=tail)
    with_ours = saved(FULL, data)
    assert b"<OTHERS\r\n      KEY 1\r\n    >\r\n    <FIRSTPASS\r\n      FORMAT" in with_ours
    assert saved(Ledger(), with_ours) == data


def test_a_later_ledger_stands_where_the_earlier_one_stood() -> None:
    section = "    <FIRSTPASS\n    >\n    <OTHERS\n      KEY 1\n    >\n"
    data = project_text(track_text(FIRST), tail=f"  <EXTSTATE\n{section}  >\n>\n")
    after = saved(FULL, data)
    assert after.index(b"<FIRSTPASS") < after.index(b"<OTHERS")
    assert without_entries(parse_project(after)).to_bytes() == data


def resaved(data: bytes) -> Document:
    """Return the project as REAPER may save it: other key order, letter case, quotes, line ends."""
    start, stop = data.index(b"      FORMAT"), data.index(b"    >\r\n", data.index(b"<FIRSTPASS"))
    lines = data[start:stop].splitlines()
    random.Random(1).shuffle(lines)
    quoted = [
        b"      %s '%s'" % (line.split()[0].lower(), line.split()[1]) if index % 2 else line
        for index, line in enumerate(lines)
    ]
    return parse_project(data[:start] + b"\n".join(quoted) + b"\n" + data[stop:].replace(b"\r\n", b"\n"))


def test_a_ledger_survives_reaper_writing_its_keys_differently() -> None:
    assert read_ledger(resaved(saved(FULL))) == FULL


def in_binary(data: bytes) -> bytes:
    """Return the project as REAPER may save it: every second value as a block of base64."""
    lines, number = [], 0
    for line in data.split(b"\r\n"):
        number += line.startswith(b"      LEDGER_")
        if line.startswith(b"      LEDGER_") and number % 2:
            key, value = line.split()
            text = base64.b64encode(value)
            lines += [b"      <BIN " + key, *(b"        " + text[at : at + 100] for at in range(0, len(text), 100))]
            line = b"      >"
        lines.append(line)
    return b"\r\n".join(lines)


def test_a_ledger_survives_reaper_writing_values_as_blocks() -> None:
    data = in_binary(saved(FULL))
    assert b"<BIN LEDGER_0001" in data
    assert read_ledger(parse_project(data)) == FULL


DAMAGES = {
    "a block is no base64": lambda data: in_binary(data).replace(b"<BIN LEDGER_0001\r\n", b"<BIN LEDGER_0001\r\n!!"),
    "a key is missing": lambda data: data.replace(b"LEDGER_0002", b"SOMETHING"),
    "the format is missing": lambda data: data.replace(b"FORMAT", b"FORM"),
    "a later format": lambda data: data.replace(b"FORMAT 1:", b"FORMAT 2:"),
    "no count": lambda data: data.replace(b"FORMAT 1:", b"FORMAT 1:x"),
    "a value is cut": lambda data: data.replace(b"LEDGER_0001 eNr", b"LEDGER_0001 e"),
    "a value is no base64": lambda data: data.replace(b"LEDGER_0001 eNr", b"LEDGER_0001 !!!"),
    "the values are swapped": lambda data: data.replace(b"LEDGER_0001", b"LEDGER_0003", 1),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_ledger_says_in_one_sentence_what_to_delete(name: str) -> None:
    data = DAMAGES[name](saved(FULL))
    with pytest.raises(ProjectFileError, match=r"song\.RPP.*damaged; delete the block <FIRSTPASS in <EXTSTATE"):
        read_ledger(parse_project(data), "song.RPP")


def test_a_pass_of_an_unknown_shape_is_a_damaged_ledger() -> None:
    document = parse_project(saved(Ledger((a_pass(1),))))
    broken = parse_project(document.to_bytes())
    for plain in ({}, [], {"passes": [{}], "locks": {}}, {"passes": [], "locks": 3}):
        packed = base64.b64encode(zlib.compress(json.dumps(plain).encode())).decode()
        section = next(block for block in broken.project.walk() if block.name == "FIRSTPASS")
        section.children = parse_project(
            f"<REAPER_PROJECT\n  FORMAT 1:1\n  LEDGER_0001 {packed}\n>\n".encode()
        ).project.children
        with pytest.raises(ProjectFileError, match="damaged"):
            read_ledger(broken)


def test_no_real_project_has_a_section_of_ours(shared: Path) -> None:
    for file in (shared / "sessions").glob("*/session.RPP"):
        document = parse_project(file.read_bytes())
        assert read_ledger(document) == Ledger()
        write_ledger(document, FULL)
        assert read_ledger(parse_project(document.to_bytes())) == FULL
