"""What a client finds when it asks what there is."""

import json
from collections.abc import Iterator
from typing import Any

from actions.service.addresses import ADDRESSES, expand, match
from actions.service.oscquery import ATTRIBUTES, BAD_REQUEST, NO_CONTENT, NOT_FOUND, OK, answer, host_info, tree

COUNTS = {"change": 2, "track": 3}
VALUES = {"/firstpass/amount": 0.5, "/firstpass/genre": "rock", "/firstpass/track/3/lock": 1, "/firstpass/hello": 1}
INFO = host_info("192.0.2.7", 9123)


def methods(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "TYPE" in node:
        yield node
    for inner in node.get("CONTENTS", {}).values():
        yield from methods(inner)


def ask(path: str, query: str = "") -> tuple[int, dict[str, Any] | None]:
    return answer(path, query, VALUES.get, COUNTS, INFO)


def test_the_tree_has_every_address_as_often_as_it_exists_and_no_other() -> None:
    expected = {
        expand(address, index)
        for address in ADDRESSES
        for index in ([None] if address.index is None else range(1, COUNTS[address.index] + 1))
    }
    found = [node["FULL_PATH"] for node in methods(tree(VALUES.get, COUNTS))]
    assert sorted(found) == sorted(expected)


def test_every_node_knows_its_own_path() -> None:
    def check(node: dict[str, Any], path: str) -> None:
        assert node["FULL_PATH"] == path
        for name, inner in node.get("CONTENTS", {}).items():
            check(inner, f"{path.rstrip('/')}/{name}")

    check(tree(VALUES.get, COUNTS), "/")


def test_types_and_access_are_those_of_the_table() -> None:
    for node in methods(tree(VALUES.get, COUNTS)):
        found = match(node["FULL_PATH"])
        assert found is not None
        address, _ = found
        assert node["TYPE"] in ("i", "f", "s")
        assert node["ACCESS"] & 1 == (address.feedback != "none")
        assert node["ACCESS"] & 2 == 2 * (address.argument != "none")
        assert node["DESCRIPTION"] == address.meaning
        assert ("RANGE" in node) == (node["TYPE"] != "s" or bool(address.choices))


def test_an_address_tells_its_type_range_and_value() -> None:
    assert ask("/firstpass/amount") == (
        OK,
        {
            "FULL_PATH": "/firstpass/amount",
            "TYPE": "f",
            "ACCESS": 3,
            "RANGE": [{"MIN": 0.0, "MAX": 1.0}],
            "VALUE": [0.5],
            "DESCRIPTION": "How much of the pass is written",
            "CONTENTS": ask("/firstpass/amount")[1]["CONTENTS"],  # type: ignore[index]
        },
    )
    _, genre = ask("/firstpass/genre")
    assert genre is not None
    assert "jazz" in genre["RANGE"][0]["VALS"]
    _, lock = ask("/firstpass/track/3/lock")
    assert lock is not None
    assert (lock["TYPE"], lock["RANGE"], lock["VALUE"]) == ("i", [{"VALS": [0, 1]}], [1])


def test_a_button_without_feedback_has_no_value() -> None:
    _, hello = ask("/firstpass/hello")
    assert hello is not None
    assert hello["ACCESS"] == 2
    assert "VALUE" not in hello


def test_one_attribute_can_be_asked_for() -> None:
    assert ask("/firstpass/amount", "VALUE") == (OK, {"VALUE": [0.5]})
    assert ask("/firstpass/status", "VALUE") == (NO_CONTENT, None)
    assert ask("/firstpass", "RANGE") == (NO_CONTENT, None)
    assert ask("/", "FULL_PATH") == (OK, {"FULL_PATH": "/"})


def test_what_is_not_there_is_not_found_and_what_is_unknown_refused() -> None:
    assert ask("/firstpass/track/4/lock") == (NOT_FOUND, None)
    assert ask("/firstpass/nothing/at/all") == (NOT_FOUND, None)
    assert ask("/firstpass/amount", "COLOUR") == (BAD_REQUEST, None)


def test_the_host_says_where_osc_is_spoken() -> None:
    status, info = ask("/", "HOST_INFO")
    assert (status, info) == (OK, INFO)
    assert INFO["OSC_IP"] == "192.0.2.7"
    assert INFO["OSC_PORT"] == 9123
    assert set(INFO["EXTENSIONS"]) <= set(ATTRIBUTES)


def test_the_whole_tree_is_json() -> None:
    counts = {"change": 300, "track": 64}
    assert json.loads(json.dumps(tree(lambda path: None, counts)))["FULL_PATH"] == "/"
