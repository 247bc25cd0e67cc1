"""Entering scripts into reaper-kb.ini, whatever state it is in."""

import pytest

from reaper_bridge.resource.keyboard import registered, script_line, with_actions, without_actions
from reaper_bridge.resource.layout import ACTIONS
from tests.unit.reaper_bridge.resource.folders import KEYBOARD_INI

TWO = ACTIONS[:2]


def test_a_line_is_as_reaper_writes_it() -> None:
    assert script_line(ACTIONS[0]) == (
        'SCR 4 0 RSdb0813ba339b17d070a41fb166393e7c2aadcc23 "Custom: First Pass - Mix all tracks.py"'
        ' "First Pass/First Pass - Mix all tracks.py"'
    )


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
@pytest.mark.parametrize("last", [True, False])
def test_a_file_keeps_its_line_ends_and_a_missing_one(end: bytes, last: bool) -> None:
    data = KEYBOARD_INI.replace(b"\r\n", end) + (end if last else b"")
    changed = with_actions(data, TWO)
    assert changed.startswith(data)
    assert changed.endswith(end) == last
    assert changed.count(end) == data.count(end) + 2
    assert without_actions(changed, TWO) == data


def test_no_line_is_fused_to_one_without_an_end() -> None:
    scripts = registered(with_actions(KEYBOARD_INI, ACTIONS))
    assert scripts["RSabc"] == "Some Author/Other script.lua"
    assert scripts | {a.script_id: a.script_path for a in ACTIONS} == scripts
    assert len(scripts) == len(ACTIONS) + 1


def test_an_empty_file_gets_reapers_own_line_ends() -> None:
    assert with_actions(b"", TWO).split(b"\r\n")[-1] == b""
    assert with_actions(b"", TWO).count(b"\r\n") == 2


def test_entering_twice_is_entering_once() -> None:
    once = with_actions(KEYBOARD_INI, ACTIONS)
    assert with_actions(once, ACTIONS) == once


def test_a_line_that_reaper_quoted_otherwise_is_left_as_it_is() -> None:
    line = script_line(TWO[0]).replace('"', "'")
    data = f"{line}\r\n{script_line(TWO[1])}\r\n".encode()
    assert with_actions(data, TWO) == data


def test_a_wrong_path_is_set_right_where_it_stands_and_a_second_line_goes() -> None:
    ours = script_line(TWO[0])
    wrong = ours.replace('Mix all tracks.py"', 'moved.py"')
    data = f"{wrong}\r\nKEY 1 66 40001 0\r\n{ours}\r\n".encode()
    assert with_actions(data, TWO[:1]) == f"{ours}\r\nKEY 1 66 40001 0\r\n".encode()


def test_scripts_of_other_sections_do_not_count() -> None:
    data = script_line(TWO[0]).replace("SCR 4 0", "SCR 4 32060").encode()
    assert TWO[0].script_id not in registered(data)


def test_keys_the_user_bound_to_our_actions_stay() -> None:
    key = f"KEY 9 77 _{TWO[0].script_id} 0\r\n".encode()
    assert without_actions(with_actions(key, TWO), TWO) == key


def test_bytes_that_are_no_text_stay() -> None:
    data = b'SCR 4 0 RSx "Custom: M\xfcller.lua" "M\xfcller.lua"\r\n'
    assert without_actions(with_actions(data, TWO), TWO) == data
