"""A client that knows nothing but HTTP finds out what the desk understands, and how it stands."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from actions.service.addresses import ADDRESSES, PREFIX, expand, match
from reaper_bridge.rpp.host import ProjectFile
from tests.services import Service, serving


@pytest.fixture
def service(song: Path, tmp_path: Path) -> Iterator[Service]:
    with serving(tmp_path / "data", project=song) as service:
        service.until_ready()
        service.wait_for(lambda: get(service, f"{PREFIX}/track/count")["VALUE"], lambda value: value == [3])
        yield service


def get(service: Service, path: str, **headers: str) -> Any:
    request = urllib.request.Request(f"http://127.0.0.1:{service.panel_port}{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=30.0) as answer:
        return json.loads(answer.read() or "null")


def methods(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "TYPE" in node:
        yield node
    for inner in node.get("CONTENTS", {}).values():
        yield from methods(inner)


def test_it_says_where_osc_is_spoken(service: Service) -> None:
    info = get(service, "/?HOST_INFO")
    assert (info["OSC_IP"], info["OSC_PORT"], info["OSC_TRANSPORT"]) == ("127.0.0.1", service.osc_port, "UDP")


def test_the_tree_is_the_table_with_the_values_of_now(service: Service, song: Path) -> None:
    nodes = {node["FULL_PATH"]: node for node in methods(get(service, "/"))}
    counts = {"change": 0, "track": 3, None: 1}
    expected = {
        expand(address, number if address.index else None)
        for address in ADDRESSES
        for number in range(1, counts[address.index] + 1)
    }
    assert set(nodes) == expected
    for path, node in nodes.items():
        found = match(path)
        assert found is not None
        assert node["DESCRIPTION"] == found[0].meaning
        assert found[0].argument != "number" or node["RANGE"] == [{"MIN": found[0].low, "MAX": found[0].high}]
    names = [track.name for track in ProjectFile(song).snapshot().tracks]
    assert [nodes[f"{PREFIX}/track/{n}/name"]["VALUE"] for n in (1, 2, 3)] == [[name] for name in names]
    assert nodes[f"{PREFIX}/project"]["VALUE"] == ["song.RPP"]


def test_a_node_and_one_attribute_can_be_asked_for(service: Service) -> None:
    assert get(service, f"{PREFIX}/amount?VALUE") == {"VALUE": [1.0]}
    assert get(service, f"{PREFIX}/amount")["TYPE"] == "f"
    assert get(service, f"{PREFIX}/hello?VALUE") is None
    for path, status in ((f"{PREFIX}/nosuch", 404), (f"{PREFIX}/amount?NOSUCH", 400), ("/nosuch", 404)):
        with pytest.raises(urllib.error.HTTPError, match=str(status)):
            get(service, path)


def test_a_page_of_somebody_else_gets_nothing(service: Service) -> None:
    with pytest.raises(urllib.error.HTTPError, match="403"):
        get(service, "/", Host="evil.example")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        get(service, "/", Origin="http://evil.example")


def test_a_browser_is_led_to_the_panel(service: Service) -> None:
    request = urllib.request.Request(f"http://127.0.0.1:{service.panel_port}/", headers={"Accept": "text/html,*/*"})
    with urllib.request.urlopen(request, timeout=30.0) as answer:
        assert answer.url.endswith("/panel/")
        assert answer.headers["content-type"].startswith("text/html")
