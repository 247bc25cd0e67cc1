"""FX blocks: payload codec, opening lines by version and platform, and the blocks of real projects."""

import base64
import dataclasses
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reaper_bridge.fx.catalogue import PLUGINS, effect_lines, effect_name, parse_effect
from reaper_bridge.fx.dialect import file_suffix
from reaper_bridge.fx.vst_payload import JOINED, Cut, format_payload, parse_payload
from reaper_bridge.rpp.structure import platform_name, reaper_version
from reaper_bridge.rpp.syntax import Block, parse_document
from reaper_bridge.session.change import same_settings
from reaper_bridge.session.effects import (
    EqBand,
    ForeignEffect,
    Jsfx,
    ReaComp,
    ReaEq,
    ReaGate,
    ReaLimit,
    ReaVerbate,
    trim,
)
from reaper_bridge.session.errors import PlanError

RealBlock = tuple[str, Block, list[bytes]]


@pytest.fixture(scope="module")
def real_blocks(shared: Path) -> list[RealBlock]:
    """Every <VST and <JS block of the corpus: its file, its project, its unindented lines."""
    found = []
    for path in sorted((shared / "rpp-corpus").glob("*.rpp")):
        document = parse_document(path.read_bytes())
        for root in (child for child in document.children if isinstance(child, Block)):
            for block in root.walk():
                if block.name in ("VST", "JS"):
                    found.append((path.name, root, [line.strip() for line in block.raw_lines()]))
    assert len(found) > 1000
    return found


def test_every_vst_payload_of_the_corpus_is_rebuilt_byte_for_byte(real_blocks: list[RealBlock]) -> None:
    for name, _, lines in real_blocks:
        if lines[0].startswith(b"<VST"):
            payload = parse_payload(lines[1:-1])
            assert payload is not None, (name, lines[0])
            assert format_payload(payload) == lines[1:-1], (name, lines[0])


def test_every_state_we_know_in_the_corpus_is_rebuilt_byte_for_byte(real_blocks: list[RealBlock]) -> None:
    known = {plugin.vst_id: plugin for plugin in PLUGINS}
    seen = set()
    for name, _, lines in real_blocks:
        payload = parse_payload(lines[1:-1]) if lines[0].startswith(b"<VST") else None
        if payload is None or payload.vst_id not in known:
            continue
        plugin = known[payload.vst_id]
        settings = plugin.parse(payload.state)
        assert settings is not None, (name, lines[0])
        assert parse_effect(lines) == settings
        assert plugin.format(settings, (7, 0), payload.state) == payload.state, (name, lines[0])
        seen.add(plugin.name)
    assert seen >= {"ReaEQ", "ReaComp", "ReaGate", "ReaLimit", "ReaVerbate"}


def test_our_opening_lines_equal_those_that_reaper_wrote(real_blocks: list[RealBlock]) -> None:
    names = {plugin.display_name for plugin in PLUGINS}
    compared = 0
    for name, project, lines in real_blocks:
        head = parse_document(lines[0] + b"\n>\n").children[0]
        assert isinstance(head, Block)
        if head.head.text(1) in names:
            fresh = effect_lines(
                parse_effect(lines),
                label=head.head.text(4),
                platform=platform_name(project),
                version=reaper_version(project),
            )
            assert fresh[0] == lines[0], name
            compared += 1
    assert compared > 90


def test_real_jsfx_blocks_read_and_a_moved_slider_moves_alone(real_blocks: list[RealBlock]) -> None:
    read = 0
    for name, project, lines in real_blocks:
        effect = parse_effect(lines)
        if not isinstance(effect, Jsfx) or not effect.sliders or effect.sliders[0] is None:
            continue
        moved = Jsfx(effect.path, (effect.sliders[0] + 1.5, *effect.sliders[1:]))
        written = effect_lines(moved, label="", platform="", version=reaper_version(project), previous=lines)
        assert same_settings(parse_effect(written), moved), name
        assert written[1].split(b" ")[1:] == lines[1].split(b" ")[1:], name
        read += 1
    assert read > 50


def test_a_jsfx_that_hangs_on_a_file_is_foreign() -> None:
    lines = [b'<JS "Guitar/amp-model"', b'"Fender Bassman.wav" -9.000000 1.000000 - -', b">"]
    assert isinstance(parse_effect(lines), ForeignEffect)


def test_a_limiter_block_is_what_reaper_writes() -> None:
    limiter = ReaLimit(-8.799999999999997, -4.25, False)
    assert effect_lines(limiter, label="", platform="macOS-arm64", version=(6, 42)) == [
        b'<VST "VST: ReaLimit (Cockos)" realimit.vst.dylib 0 "" 1919708532<565354726C6D747265616C696D697400> ""',
        b"dG1scu5e7f4CAAAAAQAAAAAAAAACAAAAAAAAAAIAAAABAAAAAAAAAAIAAAAAAAAAMAAAAAEAAAAAABAA",
        b"AwAAAAAAAACYmZmZmZkhwAAAAAAAABHAAgAAAAAAAAAAAAAAAAAAAD+fduMQw8Y/",
        b"AAAQAAAA",
        b">",
    ]


def test_a_trim_block_is_what_reaper_writes() -> None:
    slots = b" ".join([b"-4.5", b"150"] + [b"-"] * 62)
    lines = effect_lines(trim(-4.5), label="First Pass trim", platform="win64", version=(7, 40))
    assert lines == [b'<JS utility/volume "First Pass trim"', slots, b">"]
    assert parse_effect(lines) == trim(-4.5)


@pytest.mark.parametrize(
    ("version", "head"),
    [
        ((4, 52), b'<VST "VST: ReaVerbate (Cockos)" "reaverbate.dll" 0 ""'),
        ((5, 50), b'<VST "VST: ReaVerbate (Cockos)" reaverbate.dll 0 "" 1920361016'),
        ((5, 98), b'<VST "VST: ReaVerbate (Cockos)" reaverbate.dll 0 "" 1920361016 ""'),
        (
            (6, 0),
            b'<VST "VST: ReaVerbate (Cockos)" reaverbate.dll 0 "" 1920361016<56535472766238726561766572626174> ""',
        ),
    ],
)
def test_the_opening_line_follows_the_version(version: tuple[int, int], head: bytes) -> None:
    assert effect_lines(ReaVerbate(), label="", platform="x64", version=version)[0] == head


@pytest.mark.parametrize(
    ("platform", "files", "suffix"),
    [
        ("win64", (), ".dll"),
        ("win32", (), ".dll"),
        ("x64", (), ".dll"),
        ("", (), ".dll"),
        ("OSX", (), ".vst.dylib"),
        ("OSX64", (), ".vst.dylib"),
        ("OSX64-clang", (), ".vst.dylib"),
        ("macOS-arm64", (), ".vst.dylib"),
        ("linux64", (), ".vst.so"),
        ("linux-x86_64", (), ".vst.so"),
        ("linux-aarch64", (), ".vst.so"),
        ("", ("reaeq.vst.so",), ".vst.so"),
        ("", ("reaeq.dll", "reacomp.vst.dylib"), ".vst.dylib"),
        ("win64", ("reaeq.vst.so",), ".dll"),
    ],
)
def test_plugin_files_end_as_on_the_platform(platform: str, files: tuple[str, ...], suffix: str) -> None:
    assert file_suffix(platform, files) == suffix


def test_changing_a_knob_keeps_label_pins_preset_and_cuts() -> None:
    fresh = effect_lines(ReaEq((EqBand("bell", 100.0),)), label="mine", platform="win64", version=(7, 0))
    payload = parse_payload(fresh[1:-1])
    assert payload is not None
    changed = dataclasses.replace(
        payload,
        input_pins=(4, 8),
        output_pins=(1, 2, 4, 8),
        program_index=3,
        flags=0,
        tail=b"a\0My preset\0\0\0\0\0",
        cut=Cut(JOINED, 40),
    )
    old = [fresh[0], *format_payload(changed), b">"]
    two = ReaEq((EqBand("bell", 100.0, -3.0), EqBand("notch", 50.0)))
    written = effect_lines(two, label="ours", platform="OSX64", version=(5, 0), previous=old)
    after = parse_payload(written[1:-1])
    assert after is not None
    assert written[0] == fresh[0]
    assert dataclasses.replace(after, state=payload.state) == changed


@pytest.mark.parametrize("effect", [ReaComp(side_chain=True), ReaGate(side_chain=True)])
def test_a_side_chain_gets_its_pins(effect: ReaComp | ReaGate) -> None:
    plain = effect_lines(type(effect)(), label="", platform="win64", version=(7, 0))
    payload = parse_payload(plain[1:-1])
    assert payload is not None
    assert payload.input_pins == (1, 2, 4, 8)
    for pins, wanted in (((1, 2), (1, 2, 4, 8)), ((16, 32, 0, 0), (16, 32, 4, 8)), ((), (1, 2, 4, 8))):
        narrow = dataclasses.replace(payload, input_pins=pins)
        old = [plain[0], *format_payload(narrow), b">"]
        written = effect_lines(effect, label="", platform="win64", version=(7, 0), previous=old)
        after = parse_payload(written[1:-1])
        assert after is not None
        assert after.input_pins == wanted


@given(st.lists(st.binary(max_size=60), max_size=6))
def test_any_lines_read_as_some_effect(lines: list[bytes]) -> None:
    assert parse_effect(lines) is not None
    for head in (b"<VST x y 0 z 1", b"<JS a b"):
        assert parse_effect([head, *lines, b">"]) is not None
        assert parse_effect([head, *(base64.b64encode(line) for line in lines), b">"]) is not None


@given(st.data())
def test_irregular_cuts_survive(data: st.DataObject) -> None:
    fresh = effect_lines(ReaGate(), label="", platform="", version=(7, 0))
    whole = b"".join(base64.b64decode(line) for line in fresh[1:-1])
    at = data.draw(st.lists(st.integers(0, len(whole)), max_size=5).map(sorted))
    edges = [0, *at, len(whole)]
    lines = [base64.b64encode(whole[a:b]) for a, b in itertools.pairwise(edges)]
    payload = parse_payload(lines)
    assert payload is not None
    assert format_payload(payload) == lines


def test_a_damaged_state_is_foreign_and_its_digest_tells_changes() -> None:
    lines = effect_lines(ReaComp(), label="", platform="", version=(7, 0))
    damaged = [lines[0], lines[1], base64.b64encode(base64.b64decode(lines[2])[:-1]), b">"]
    effect = parse_effect(damaged)
    assert isinstance(effect, ForeignEffect)
    assert effect.plugin == "VST: ReaComp (Cockos)"
    other = parse_effect([lines[0], b"AAAA", b">"])
    assert isinstance(other, ForeignEffect)
    assert other.digest != effect.digest
    assert effect_lines(effect, label="", platform="", version=(7, 0), previous=damaged) == damaged
    with pytest.raises(PlanError, match="ReaComp"):
        effect_lines(effect, label="", platform="", version=(7, 0))


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b'<VST "VSTi: ReaSynth (Cockos)" reasynth.dll 0 ""', "VSTi: ReaSynth (Cockos)"),
        (b'<AU "AU: AUGraphicEQ (Apple)" "Apple: x" "" 1 2 3', "AU: AUGraphicEQ (Apple)"),
        (b'<CLAP "CLAP: Surge" org.surge ""', "CLAP: Surge"),
        (b"<JS loser/3BandEQ x", "JS: loser/3BandEQ"),
        (b'<VIDEO_EFFECT "Video processor" ""', "Video processor"),
        (b'<CONTAINER Container "Parallel" 0', "Parallel"),
        (b'<CONTAINER Container "" 0', "Container"),
        (b"<DX", "DX"),
    ],
)
def test_a_plugin_is_called_as_people_call_it(head: bytes, name: str) -> None:
    assert effect_name(head) == name
