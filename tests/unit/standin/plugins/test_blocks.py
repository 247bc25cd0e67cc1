"""The stand-in's plug-ins in project files: real ones come back byte for byte."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rpp

from tests.standin.plugins import plugin_from_block
from tests.standin.plugins.vst import VstInstance
from tests.unit.standin.plugins.making import (
    ALL,
    REACOMP_BLOCK,
    again,
    fresh,
    values,
)


@pytest.mark.parametrize("name", ALL)
def test_a_plug_in_comes_back_from_its_own_block(name: str) -> None:
    plugin = fresh(name)
    for index in range(plugin.parameter_count()):
        plugin.set_normalized(index, 0.1 + 0.05 * (index % 16))
    assert values(again(plugin)) == pytest.approx(values(plugin), abs=1e-7)
    assert rpp.dumps(again(plugin).block()) == rpp.dumps(plugin.block())


@pytest.mark.parametrize("name", ALL)
def test_a_copy_shares_nothing(name: str) -> None:
    plugin = fresh(name)
    before = values(plugin)
    twin = plugin.copy()
    twin.set_normalized(0, 0.87)
    twin.set_config("renamed_name", "twin")
    assert (values(plugin), plugin.renamed_name) == (before, "")
    assert values(twin) != before


def test_a_fresh_reacomp_is_written_as_reaper_7_writes_it() -> None:
    compressor = fresh("ReaComp").block()
    saved = rpp.loads(REACOMP_BLOCK)
    assert compressor.children == saved.children
    assert compressor.attrib[4] == saved.attrib[4]


def test_blocks_of_real_projects_come_back_byte_for_byte(shared: Path) -> None:
    corpus = shared / "rpp-corpus"
    if not corpus.is_dir():
        pytest.skip("the corpus of project files is not beside this checkout")
    kinds: set[str] = set()
    for element in _blocks(corpus):
        plugin = plugin_from_block(element)
        if plugin is None:
            continue
        kinds.add(type(plugin).__name__)
        assert rpp.dumps(plugin.block()) == rpp.dumps(element)
        if isinstance(plugin, VstInstance):
            assert plugin._payload.lines() == list(element.children)
            assert plugin.state() == plugin._payload.state
    assert kinds >= {"ReaEq", "ReaComp", "ReaGate", "ReaVerbate", "ReaLimit", "Jsfx", "Opaque"}


def _blocks(corpus: Path) -> Iterator[Any]:
    for path in sorted(corpus.glob("*.rpp")):
        if path.stat().st_size > 300_000:
            continue
        try:
            project = rpp.loads(path.read_text(encoding="utf-8", errors="replace"))
        except (ValueError, IndexError, SyntaxError, RuntimeError):
            continue  # 29 of 802 public projects are beyond this parser, which is known
        yield from (element for element in project.iter() if getattr(element, "tag", None) in ("VST", "JS"))
