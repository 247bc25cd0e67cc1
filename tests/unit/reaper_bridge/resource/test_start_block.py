"""The block in __startup.lua: it runs whatever others put there, and keeps nothing of theirs from running."""

import pytest
from lupa import lua54

from reaper_bridge.resource.layout import START_BRIDGE
from reaper_bridge.resource.start_block import has_start_block, start_block, with_start_block, without_start_block

SCRIPT = START_BRIDGE.script_path.encode()
OTHERS = [
    b"",
    b"reaper.said('theirs')",
    b"reaper.said('theirs')\r\nreturn\r\n",
    b"#!/usr/bin/lua\nreaper.said('theirs')\n",
    b"#!/usr/bin/lua",
    b"\xef\xbb\xbfreaper.said('theirs')\n",
    b"--[[ a comment that\nnever ends",
    b"-- First Pass begin: lost its end\nreaper.said('theirs')\n",
]


def ran(script: bytes, *, known: bool = True, is_there: bool = True, is_broken: bool = False) -> list[str]:
    """Run a startup script as REAPER's Lua would and return what it did."""
    lua = lua54.LuaRuntime(unpack_returned_tuples=True, encoding=None)
    done: list[str] = []
    reaper = lua.table()
    reaper[b"said"] = lambda text: done.append(text.decode())

    def lookup(name: bytes) -> int:
        assert name == b"_" + START_BRIDGE.script_id.encode()
        return 55001 if known else 0

    def command(number: int, flag: int) -> None:
        if is_broken:
            raise RuntimeError("REAPER refuses")
        done.append(f"command {number} {flag}")

    reaper[b"NamedCommandLookup"], reaper[b"Main_OnCommand"] = lookup, command
    reaper[b"GetResourcePath"] = lambda: b"/the folder/REAPER"
    reaper[b"file_exists"] = lambda path: is_there and path == b"/the folder/REAPER/Scripts/" + SCRIPT
    lua.globals()[b"reaper"] = reaper
    text = script.removeprefix(b"\xef\xbb\xbf")
    if text.startswith(b"#"):
        text = b"--" + text
    lua.execute(text)
    return done


@pytest.mark.parametrize("others", OTHERS)
def test_the_block_goes_in_once_and_out_without_a_trace(others: bytes) -> None:
    changed = with_start_block(others)
    assert has_start_block(changed)
    assert with_start_block(changed) == changed
    assert without_start_block(changed) == others


@pytest.mark.parametrize("others", [script for script in OTHERS if b"--[[" not in script])
def test_the_bridge_starts_and_what_others_put_there_runs(others: bytes) -> None:
    theirs = ["theirs"] if b"theirs" in others else []
    assert ran(with_start_block(others)) == ["command 55001 0", *theirs]


def test_a_script_that_is_not_registered_is_not_run() -> None:
    assert ran(with_start_block(b"reaper.said('theirs')"), known=False) == ["theirs"]


def test_a_script_that_was_deleted_is_not_run() -> None:
    assert ran(with_start_block(b"reaper.said('theirs')"), is_there=False) == ["theirs"]


def test_a_failure_of_ours_stops_nothing_of_others() -> None:
    assert ran(with_start_block(b"reaper.said('theirs')"), is_broken=True) == ["theirs"]


def test_a_failure_of_others_does_not_stop_the_bridge() -> None:
    with pytest.raises(lua54.LuaError):
        ran(with_start_block(b"error('theirs fails')"))
    assert ran(with_start_block(b"pcall(error, 'theirs fails')")) == ["command 55001 0"]


def test_an_older_block_of_ours_is_replaced() -> None:
    old = b"-- First Pass begin: older words\nreaper.older()\n-- First Pass end\nreaper.said('theirs')\n"
    assert with_start_block(old) == b"\n".join([*start_block(), b"reaper.said('theirs')\n"])


def test_two_blocks_become_one() -> None:
    once = with_start_block(b"x = 1\n")
    assert with_start_block(once + once) == with_start_block(b"x = 1\nx = 1\n")


def test_a_block_somebody_edited_does_not_count_as_there() -> None:
    assert not has_start_block(with_start_block(b"").replace(b"pcall", b"-- pcall"))


def test_windows_line_ends_stay() -> None:
    changed = with_start_block(b"x = 1\r\ny = 2\r\n")
    assert changed.count(b"\n") == changed.count(b"\r\n") == 2 + len(start_block())
