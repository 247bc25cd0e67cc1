"""Single values change; every other byte of an ini file stays."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reaper_bridge.resource.ini import read_section, read_value, with_values, without_empty_section
from tests.unit.reaper_bridge.resource.folders import REAPER_INI


def test_the_first_section_and_the_first_key_of_a_name_count() -> None:
    data = b"[a]\nx=1\nX=2\n[b]\nx=3\n[A]\nx=4\n"
    assert read_value(data, "A", "X") == "1"
    assert with_values(data, "a", {"x": "9"}) == data.replace(b"x=1", b"x=9")


@pytest.mark.parametrize("line", [b"x = 1 ", b'x="1"', b"x='1'", b"\tx=1"])
def test_blanks_and_quotes_around_a_value_do_not_count(line: bytes) -> None:
    assert read_value(b"[a]\n" + line + b"\n", "a", "x") == "1"
    assert with_values(b"[a]\n" + line + b"\n", "a", {"x": "1"}) == b"[a]\n" + line + b"\n"


def test_a_comment_and_a_line_without_a_sign_are_no_keys() -> None:
    data = b"[a]\n;x=1\nx\n\n"
    assert read_value(data, "a", "x") is None
    assert with_values(data, "a", {"x": "2"}) == b"[a]\n;x=1\nx\nx=2\n\n"


def test_a_new_key_keeps_the_missing_line_end_of_the_file() -> None:
    data = b"[a]\r\ny=1"
    changed = with_values(data, "a", {"x": "2"})
    assert changed == b"[a]\r\ny=1\r\nx=2"
    assert with_values(changed, "a", {"x": None}) == data


def test_a_new_section_is_put_at_the_end_and_taken_out_again() -> None:
    data = b"[b]\ny=1"
    changed = with_values(data, "a", {"x": "2"})
    assert changed == b"[b]\ny=1\n[a]\nx=2"
    assert without_empty_section(with_values(changed, "a", {"x": None}), "a") == data


def test_a_section_that_holds_a_comment_is_not_empty() -> None:
    assert without_empty_section(b"[a]\n; mine\n[b]\n", "a") == b"[a]\n; mine\n[b]\n"


def test_a_file_of_nothing_gets_the_systems_line_ends() -> None:
    end = os.linesep.encode()
    assert with_values(b"", "a", {"x": "2"}) == b"[a]" + end + b"x=2" + end


def test_a_byte_order_mark_hides_no_section() -> None:
    data = b"\xef\xbb\xbf[a]\nx=1\n"
    assert read_value(data, "a", "x") == "1"
    assert with_values(data, "a", {"x": "2"}).startswith(b"\xef\xbb\xbf[a]\nx=2")


def test_bytes_that_are_no_text_are_read_and_written_back() -> None:
    value = read_value(b"[a]\nx=M\xfcller\n", "a", "x")
    assert with_values(b"[a]\n", "a", {"x": value}) == b"[a]\nx=M\xfcller\n"


def test_only_the_changed_line_of_a_real_file_differs() -> None:
    changed = with_values(REAPER_INI, "REAPER", {"reascript": "1"})
    lines = zip(REAPER_INI.split(b"\n"), changed.split(b"\n"), strict=True)
    assert [(old, new) for old, new in lines if old != new] == [(b"reascript=0\r", b"reascript=1\r")]


def test_a_carriage_return_alone_ends_no_line() -> None:
    assert read_value(b"[a]\nx=1\ry=2\n", "a", "y") is None


@pytest.mark.parametrize("value", ["1\n2", "1\r", "\0"])
def test_a_value_is_one_line(value: str) -> None:
    with pytest.raises(ValueError, match="a value is one line"):
        with_values(b"", "a", {"x": value})


def test_a_section_is_read_in_its_order() -> None:
    assert list(read_section(b"[a]\nz=1\nno key\ny=2\nz=3\n[b]\nx=1\n", "a").items()) == [("z", "1"), ("y", "2")]


_LINES = st.sampled_from(
    [b"[a]", b"[A]", b"[b]", b"x=1", b"y=\xff", b";x=2", b"x", b"", b"\t", b"=", b"[", b"\xef\xbb\xbf"]
)
_FILES = st.lists(st.tuples(_LINES, st.sampled_from([b"\n", b"\r\n"])), max_size=8).flatmap(
    lambda rows: st.sampled_from([b"".join(a + b for a, b in rows), b"".join(a + b for a, b in rows).rstrip(b"\r\n")])
)


@given(_FILES, st.dictionaries(st.sampled_from(["x", "y", "new"]), st.sampled_from(["1", "2", ""]), min_size=1))
def test_what_is_written_is_read_and_other_lines_stay(data: bytes, values: dict[str, str]) -> None:
    changed = with_values(data, "a", values)
    assert {key: read_value(changed, "a", key) for key in values} == values
    assert with_values(changed, "a", values) == changed
    stood = {key: read_value(data, "a", key) for key in values}
    if any(line.strip().lower().startswith(b"[a]") for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n")):
        back = with_values(changed, "a", stood)
        assert [line for line in back.split(b"\n") if b"=" not in line] == [
            line for line in data.split(b"\n") if b"=" not in line
        ]
