"""The ids of our actions: layouts and toolbars name them, so they never change."""

import doctest
import json
from pathlib import Path

import pytest

from reaper_bridge.resource import layout
from reaper_bridge.resource.layout import ACTIONS, script_id

FROZEN = json.loads(Path(__file__).with_name("script_ids.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Cockos/lyrics.lua", "RS1ee9bb229dabffe151848d7efa3c10f748e1a1cf"),
        ("AI First Pass/Mixing/ai_first_pass.lua", "RS1f62e19c414a8edadaadc5c1d63b6343f27131d8"),
    ],
)
def test_ids_are_as_reaper_makes_them(path: str, expected: str) -> None:
    assert script_id(path) == expected
    assert script_id(path.replace("/", "\\")) == expected


def test_the_ids_of_our_actions_are_the_ones_that_were_published() -> None:
    assert {action.wish: action.script_id for action in ACTIONS} == FROZEN


def test_no_two_actions_share_a_wish_or_a_name() -> None:
    assert len({action.wish for action in ACTIONS}) == len({action.name for action in ACTIONS}) == len(ACTIONS)


def test_the_examples_of_the_layout_are_true() -> None:
    assert doctest.testmod(layout).failed == 0
