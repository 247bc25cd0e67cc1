"""REAPER's strings in one visit: cheap, never smaller than REAPER expects, and back to its own ways afterwards."""

from types import SimpleNamespace
from typing import Any

import pytest

from reaper_bridge.live.inside.buffers import SIZE, cheap_strings


def reapers_module() -> Any:
    """Return what of ``reaper_python`` deals with strings."""
    return SimpleNamespace(rpr_packs=lambda text: text, rpr_unpacks=lambda buffer: buffer)


def test_buffers_are_as_large_as_reapers_own() -> None:
    api = reapers_module()
    with cheap_strings(api):
        assert len(api.rpr_packs("x")) == SIZE == 4 * 1024 * 1024


def test_a_buffer_says_what_was_put_in_and_nothing_of_what_was_there_before() -> None:
    api = reapers_module()
    with cheap_strings(api):
        for _ in range(9):
            api.rpr_packs("a long text that stood there")
        assert api.rpr_unpacks(api.rpr_packs("")) == ""
        assert api.rpr_unpacks(api.rpr_packs("Vöx")) == "Vöx"


def test_two_strings_of_one_call_do_not_meet() -> None:
    api = reapers_module()
    with cheap_strings(api):
        key, value = api.rpr_packs("key"), api.rpr_packs("value")
        assert (api.rpr_unpacks(key), api.rpr_unpacks(value)) == ("key", "value")


def test_bytes_that_are_no_text_pass_as_a_project_file_has_them() -> None:
    api = reapers_module()
    with cheap_strings(api):
        buffer = api.rpr_packs("")
        buffer.value = b"G\xfctr"
        assert api.rpr_unpacks(buffer) == "G\udcfctr"
        assert api.rpr_packs("G\udcfctr").value == b"G\xfctr"


def test_reapers_own_ways_are_back_after_an_error() -> None:
    api = reapers_module()
    own = (api.rpr_packs, api.rpr_unpacks)
    with pytest.raises(RuntimeError), cheap_strings(api):
        raise RuntimeError
    assert (api.rpr_packs, api.rpr_unpacks) == own


def test_a_module_that_packs_otherwise_is_left_alone() -> None:
    api = SimpleNamespace(rpr_packs=str)
    with cheap_strings(api):
        assert api.rpr_packs is str
