"""What the page asks for: messages made orders, or refused in a sentence."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.service.orders import Order
from actions.service.panel_orders import OPTIONS, Refused, parsed_order


def said(do: Any, id: Any = "1", **options: Any) -> str:
    return json.dumps({"do": do, "options": options, "id": id})


def test_a_button_is_an_order_without_options() -> None:
    assert parsed_order('{"do": "mix_all"}') == Order("mix_all")
    assert parsed_order(said("take_back", "7")) == Order("take_back", "7")


def test_an_order_carries_its_options() -> None:
    order = parsed_order(said("nudge", name="vocal", value=0.5))
    assert (order.do, order.options) == ("nudge", {"name": "vocal", "value": 0.5})
    assert parsed_order(said("lock", track="{A}", on=True)).options == {"track": "{A}", "on": True}


def test_a_whole_number_is_a_number() -> None:
    value = parsed_order(said("nudge", name="vocal", value=1)).options["value"]
    assert value == 1.0
    assert isinstance(value, float)


@pytest.mark.parametrize("do", ["stop", "open_panel", "state", "mix", "", "__class__", 3, None, [], {}])
def test_what_the_page_may_not_ask_for_is_refused(do: Any) -> None:
    with pytest.raises(Refused, match="no such thing"):
        parsed_order(said(do))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "3", '"mix_all"', "\x00", '{"do": "mix_all", "shell": 1}', "[" * 100_000, b"\xff"]
)
def test_what_is_no_order_is_refused(text: str | bytes) -> None:
    with pytest.raises(Refused):
        parsed_order(text)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"name": "vocal"},
        {"name": "vocal", "value": "0.5"},
        {"name": "vocal", "value": True},
        {"name": "vocal", "value": None},
        {"name": 3, "value": 0.5},
        {"name": "vo\ncal", "value": 0.5},
        {"name": "v" * 600, "value": 0.5},
        {"name": "vocal", "value": 0.5, "more": 1},
        {"name": "vocal", "value": 10**400},
        {"name": "vocal", "value": float("nan")},
        {"name": "vocal", "value": float("inf")},
    ],
)
def test_options_that_do_not_fit_are_refused_with_the_id(options: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        parsed_order(said("nudge", "9", **options))
    assert refused.value.id == "9"


@pytest.mark.parametrize("id", [7, None, "x" * 65, ["1"]])
def test_an_id_is_a_short_text(id: Any) -> None:
    with pytest.raises(Refused, match="An id is"):
        parsed_order(said("mix_all", id))


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)
    )
)
def test_any_message_is_an_order_or_refused(told: Any) -> None:
    for text in (json.dumps(told), json.dumps({"do": "nudge", "options": told}), json.dumps({"do": told})):
        with suppress(Refused):
            assert parsed_order(text).do in OPTIONS
