"""The line tree: lossless, and cut into tokens as REAPER cuts them."""

from pathlib import Path

import pytest

from reaper_bridge.rpp.structure import chain_slots, platform_name, reaper_version, track_blocks
from reaper_bridge.rpp.syntax import Block, parse_document, parse_project
from reaper_bridge.session.errors import ProjectFileError
from reaper_bridge.text.lines import Line, format_number, format_token
from tests.unit.reaper_bridge.rpp.projects import FIRST, FOREIGN_FX, SECOND, THIRD, three_tracks

NASTIES = {
    "empty": b"",
    "one line without end": b'<REAPER_PROJECT 0.1 "7.0/win64" 1>',
    "mixed line ends": b"<REAPER_PROJECT\r\n  A 1\n  B 2\r\n\r\n\n>\n",
    "no final line end": b"<REAPER_PROJECT\n>",
    "trailing NUL": b"<REAPER_PROJECT\r\n>\r\n\0",
    "several roots": b"<REAPER_PROJECT\n>\n\n<REAPER_PROJECT\n  A\n>\n",
    "blank lines and tabs in blocks": b"<REAPER_PROJECT\n\n\t \n  <TRACK\n\n  >\n   \n>\n",
    "closes that close nothing": b">\n  >\n<REAPER_PROJECT\n>\n>\nrest",
    "never closed": b"<REAPER_PROJECT\n  <TRACK\n    <ITEM\n",
    "not UTF-8": b'<REAPER_PROJECT\n  NAME "caf\xe9\xff"\n>\n',
    "lone carriage returns": b"<REAPER_PROJECT\r  A\r\n  B\rC\n>\n",
    "line separators of Unicode": '<REAPER_PROJECT\n  NAME "a\u2028b\x0bc\x1cd\x85"\n>\n'.encode(),
    "text that looks like blocks": b"<REAPER_PROJECT\n  <NOTES\n    |<X\n    |>\n  >\n>\n",
}


@pytest.mark.parametrize("data", NASTIES.values(), ids=NASTIES.keys())
def test_whatever_stands_in_a_file_comes_back_byte_for_byte(data: bytes) -> None:
    assert parse_document(data).to_bytes() == data


def test_every_real_project_comes_back_byte_for_byte(shared: Path) -> None:
    files = [*(shared / "rpp-corpus").glob("*.rpp"), *(shared / "sessions").glob("*/session.RPP")]
    assert len(files) > 100
    for file in files:
        data = file.read_bytes()
        assert parse_document(data).to_bytes() == data, file.name


def test_every_real_project_is_read_or_refused_in_one_sentence(shared: Path) -> None:
    refused = []
    for file in (shared / "rpp-corpus").glob("*.rpp"):
        try:
            project = parse_project(file.read_bytes(), file.name).project
        except ProjectFileError as error:
            refused.append((file.name, str(error)))
        else:
            tracks = track_blocks(project)
            assert len(tracks) == len(project.blocks("TRACK"))
    assert len(refused) == 1
    assert all(sentence.startswith(f"{name} breaks off") for name, sentence in refused)


def test_a_copy_can_be_edited_without_touching_the_original() -> None:
    data = three_tracks()
    document = parse_project(data)
    copy = document.copy()
    copy.project.blocks("TRACK")[0].children.clear()
    assert document.to_bytes() == data
    assert len(copy.to_bytes()) < len(data)


@pytest.mark.parametrize(
    ("raw", "texts"),
    [
        (b"  NAME Vox\r\n", ["NAME", "Vox"]),
        (b'\tNAME   "a  b" \n', ["NAME", "a  b"]),
        (b"NAME 'say \"x\"' `it's`", ["NAME", 'say "x"', "it's"]),
        (b'<VST "VST: ReaEQ (Cockos)" reaeq.dll 0 "" 1919247729<5653> ""\r\n',
         ["VST", "VST: ReaEQ (Cockos)", "reaeq.dll", "0", "", "1919247729<5653>", ""]),
        (b"AUXRECV 0 0 -1:U ''", ["AUXRECV", "0", "0", "-1:U", ""]),
        (b'NAME "ab"cd e', ["NAME", "ab", "d", "e"]),
        (b'NAME foo"bar', ["NAME", 'foo"bar']),
        (b'NAME "never closed', []),
        (b'    |NAME "x', []),
        (b"   \r\n", []),
        (b"NAME a\0b c", ["NAME", "a"]),
        (b"NAME caf\xe9", ["NAME", "caf\udce9"]),
    ],
)  # fmt: skip
def test_a_line_is_cut_into_tokens_as_reaper_cuts_it(raw: bytes, texts: list[str]) -> None:
    assert [token.text for token in Line(raw).tokens()] == texts


def test_the_bytes_of_a_token_lie_where_it_says() -> None:
    raw = b'  <VST "a b" c `d\'` \r\n'
    for token in Line(raw).tokens():
        assert raw[token.start : token.end].decode() == f"{token.quote}{token.text}{token.quote}"


@pytest.mark.parametrize(
    ("raw", "index", "text", "expected"),
    [
        (b"    VOLPAN 1 0 -1 -1 1\r\n", 1, "0.5", b"    VOLPAN 0.5 0 -1 -1 1\r\n"),
        (b'NAME "Vox"\n', 1, "Lead", b'NAME "Lead"\n'),
        (b'NAME "Vox"\n', 1, 'say "x"', b"NAME 'say \"x\"'\n"),
        (b"NAME Vox\n", 1, "Lead Vox", b'NAME "Lead Vox"\n'),
        (b"NAME Vox", 1, "", b'NAME ""'),
        (b"A   x\ty\r\n", 2, "z", b"A   x\tz\r\n"),
        (b"A x\r\n", 3, "z", b"A x 0 z\r\n"),
        (b'FILE "caf\xe9"\n', 0, "FILE", b'FILE "caf\xe9"\n'),
    ],
)
def test_one_token_changes_and_every_other_byte_stays(raw: bytes, index: int, text: str, expected: bytes) -> None:
    assert Line(raw).with_token(index, text).raw == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vox", "Vox"), ("", '""'), ("a b", '"a b"'), ("#1", '"#1"'), (";x", '";x"'), ('"x', "'\"x'"),
        ("`", '"`"'), ("a'b", "a'b"), ("a 'b' \"c\"", "`a 'b' \"c\"`"), ("`' \"", "`'' \"`"), ("a\nb", '"a b"'),
        ("a\0b", '"a b"'), (">x", ">x"),
    ],
)  # fmt: skip
def test_text_is_quoted_as_reaper_quotes_it(text: str, expected: str) -> None:
    assert format_token(text) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.0, "1"), (0.5, "0.5"), (-0.0, "0"), (1e-21, "0"), (0.70710678118655, "0.70710678118655"),
        (-1.25, "-1.25"), (100.0, "100"), (0.1 + 0.2, "0.3"), (3e9, "3000000000.00000000000000"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_reaper_writes_them(value: float, expected: str) -> None:
    assert format_number(value) == expected


def test_a_number_that_is_none_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="nan"):
        format_number(float("nan"))


def test_an_old_project_keeps_its_zeros() -> None:
    line = Line(b"VOLPAN 1.00000000 0.00000000\n").with_number(1, 0.5)
    assert line.raw == b"VOLPAN 0.50000000 0.00000000\n"


def test_a_number_that_says_the_same_already_keeps_its_digits() -> None:
    line = Line(b"VOLPAN 1.00 0\n")
    assert line.with_number(1, 1.0) is line


@pytest.mark.parametrize(("raw", "number"), [(b"A 1,5", 1.5), (b"A -1:U", -1.0), (b"A x", 0.0), (b"A inf", 0.0)])
def test_numbers_are_read_leniently(raw: bytes, number: float) -> None:
    assert Line(raw).number(1) == number


def test_lines_and_blocks_are_found_by_name() -> None:
    project = parse_project(three_tracks()).project
    track = project.blocks("TRACK")[1]
    name = track.find("NAME")
    assert name is not None
    assert name.text(1) == "Vöx"
    assert track.find("NAM") is None
    assert track.block("FXCHAIN") is not None
    assert [block.name for block in project.walk()].count("SOURCE") == 1


def test_tracks_and_plug_ins_are_known_by_their_guids() -> None:
    project = parse_project(three_tracks()).project
    tracks = track_blocks(project)
    assert list(tracks) == [FIRST, SECOND, THIRD]
    chain = tracks[SECOND].block("FXCHAIN")  # type: ignore[index]
    assert chain is not None
    (slot,) = chain_slots(chain)
    assert slot.id == FOREIGN_FX
    assert [child.name for child in chain.children[slot.start_index : slot.stop_index]] == [
        "BYPASS", "VST", "FLOATPOS", "FXID", "PARMENV", "WAK",
    ]  # fmt: skip
    assert reaper_version(project) == (7, 27)
    assert platform_name(project) == "win64"


def test_tracks_without_a_guid_of_their_own_are_numbered() -> None:
    data = b"<REAPER_PROJECT 0.1\n  <TRACK\n  >\n  <TRACK {%s}\n  >\n  <TRACK '{%s}'\n  >\n>\n"
    guid = FIRST.strip("{}").lower().encode()
    project = parse_project(data % (guid, guid)).project
    assert list(track_blocks(project)) == ["track:1", FIRST, "track:3"]
    assert reaper_version(project) == (0, 0)


def test_of_several_projects_in_a_file_the_last_saved_counts() -> None:
    document = parse_project(b'<REAPER_PROJECT 0.1 "7.0" 20\n>\n<REAPER_PROJECT 0.1 "7.1" 10\n>\n')
    assert reaper_version(document.project) == (7, 0)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"), (b" \r\n", "blanks"), (b"\x89PNG\0\0", "binary"), (b"<?xml version", "XML"),
        (b'{"changes": []}', "JSON"), (b"<TRACK\n>\n", "track template"), (b"hello", "no <REAPER_PROJECT"),
        ("<REAPER_PROJECT 0.1\n>\n".encode("utf-16"), "UTF-16"),
        (b"<REAPER_PROJECT\n  <TRACK\n    <ITEM\n      A\n", "<ITEM of line 3"),
        (b"<REAPER_PROJECT\n  <TRACK\n    <ITEM\n    >\n", "<TRACK of line 2"),
    ],
)  # fmt: skip
def test_what_is_no_whole_project_is_refused_in_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(ProjectFileError, match=words) as caught:
        parse_project(data, "song.RPP")
    assert str(caught.value).startswith("song.RPP ")
    assert str(caught.value).endswith(".")


def test_deep_nesting_is_no_problem() -> None:
    data = b"<REAPER_PROJECT\n" + b"<A\n" * 5000 + b">\n" * 5001
    document = parse_project(data)
    assert document.to_bytes() == data
    assert sum(isinstance(block, Block) for block in document.project.walk()) == 5001
