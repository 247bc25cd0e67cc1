"""Whatever the project and whatever the plan: nothing is lost, what is written lands, and undo is exact."""

import difflib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import rpp
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from reaper_bridge.rpp.host import apply_bytes, undo_bytes
from reaper_bridge.rpp.reading import read_session
from reaper_bridge.rpp.syntax import Block, Node, parse_document, parse_project
from reaper_bridge.session.address import Address, Kind
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.change import Change, MixPlan, NewTrack, PlacedEffect, SendLevel, Value, same_value
from reaper_bridge.session.effects import (
    DelayTap,
    EqBand,
    Jsfx,
    ReaComp,
    ReaDelay,
    ReaEq,
    ReaGate,
    ReaLimit,
    ReaVerbate,
    trim,
)
from reaper_bridge.session.identity import MASTER, TrackId, guid_from_words
from reaper_bridge.session.model import Session
from reaper_bridge.session.values import read_value, with_plan
from reaper_bridge.session.wire import parse_plan, plain_plan
from reaper_bridge.text.lines import Line, format_number, format_token
from tests.unit.reaper_bridge.rpp.projects import three_tracks

PATH = Path("song.RPP")

# --- syntax -----------------------------------------------------------------------------------------------

ends = st.sampled_from([b"\r\n", b"\n"])
indents = st.sampled_from([b"", b"  ", b"\t", b"      "])
words = st.text(st.characters(blacklist_characters="\r\n\0", blacklist_categories=("Cs",)), max_size=12)
bodies = st.lists(words, max_size=4).map(lambda texts: " ".join(map(format_token, ["X", *texts])).encode())


@st.composite
def raw_lines(draw: st.DrawFn) -> Line:
    body = draw(st.one_of(bodies, st.just(b""), words.map(lambda text: b"|" + text.encode())))
    return Line(draw(indents) + body + draw(ends))


@st.composite
def blocks(draw: st.DrawFn, children: st.SearchStrategy[Node]) -> Block:
    indent, end = draw(indents), draw(ends)
    head = Line(indent + b"<" + draw(bodies) + end)
    return Block(head, draw(st.lists(children, max_size=5)), Line(indent + b">" + end))


trees: st.SearchStrategy[Node] = st.recursive(raw_lines(), blocks, max_leaves=30)


def shape(node: Node) -> object:
    return [node.head.raw, *map(shape, node.children)] if isinstance(node, Block) else node.raw


def raw(node: Node) -> bytes:
    return b"".join(node.raw_lines()) if isinstance(node, Block) else node.raw


@given(st.lists(trees, max_size=6), st.sampled_from([b"", b"\0", b"  >\n", b"no end"]))
def test_formatting_and_parsing_a_tree_gives_the_same_tree_and_bytes(nodes: list[Node], rest: bytes) -> None:
    data = b"".join(map(raw, nodes)) + rest
    document = parse_document(data)
    assert document.to_bytes() == data
    assert [shape(node) for node in document.children][: len(nodes)] == [shape(node) for node in nodes]


pieces = st.sampled_from([b"<", b">", b"\n", b"\r", b" ", b'"', b"|", b"A", b"\0"])


@given(st.binary(max_size=400) | st.lists(pieces).map(b"".join))
def test_any_bytes_come_back(data: bytes) -> None:
    document = parse_document(data)
    assert document.to_bytes() == data
    for block in [child for child in document.children if isinstance(child, Block)]:
        for inner in block.walk():
            assert inner.head.name is not None
            inner.head.tokens()


@given(st.lists(words, min_size=1, max_size=5))
@example(["`'\" all three"])
def test_a_text_that_is_written_is_read_back(texts: list[str]) -> None:
    line = Line(" ".join(["X", *map(format_token, texts)]).encode())
    for index, text in enumerate(texts, 1):
        is_lossy = all(quote in text for quote in "\"'`") and format_token(text) != text
        assert line.text(index) == (text.replace("`", "'") if is_lossy else text)


@given(st.lists(words, min_size=1, max_size=5), words, st.data())
def test_replacing_a_token_replaces_its_bytes_only(texts: list[str], new: str, data: st.DataObject) -> None:
    assume(not all(quote in new for quote in "\"'`"))
    line = Line(("  " + " ".join(["X", *map(format_token, texts)])).encode() + b"\r\n")
    index = data.draw(st.integers(1, len(texts)))
    changed = line.with_token(index, new)
    before, after = line.tokens(), changed.tokens()
    assert [token.text for token in after] == [new if i == index else token.text for i, token in enumerate(before)]
    assert changed.raw[: after[index].start] == line.raw[: before[index].start]
    assert changed.raw[after[index].end :] == line.raw[before[index].end :]


@given(st.floats(-1e6, 1e6))
def test_a_number_that_is_written_is_read_back(value: float) -> None:
    assert float(format_number(value)) == pytest.approx(value, rel=1e-9, abs=1e-13)
    assert "e" not in format_number(value)


# --- plans ------------------------------------------------------------------------------------------------

gains_db = st.floats(-24.0, 12.0)
levels = st.floats(0.0, 3.9)
pans = st.floats(-1.0, 1.0)
eq_bands = st.builds(
    EqBand,
    st.sampled_from(["bell", "low_shelf", "high_shelf", "high_pass"]),
    st.floats(25.0, 20_000.0),
    gains_db,
    st.floats(0.1, 4.0),
    st.booleans(),
)
effects = st.one_of(
    gains_db.map(trim),
    st.builds(ReaEq, st.lists(eq_bands, max_size=6).map(tuple), gains_db),
    st.builds(
        ReaComp, st.floats(-60.0, 0.0), st.floats(1.0, 20.0), st.floats(0.1, 200.0), st.floats(5.0, 2000.0),
        side_chain=st.booleans(),
    ),
    st.builds(ReaGate, st.floats(-80.0, -10.0), side_chain=st.booleans()),
    st.builds(ReaVerbate, wet_db=gains_db, room_size_ratio=st.floats(0.0, 1.0), low_pass_hz=st.floats(500.0, 19_000.0)),
    st.builds(ReaDelay, st.just((DelayTap(250.0), DelayTap(0.0, 2.0)))),
    st.builds(ReaLimit, st.floats(-12.0, 0.0), st.floats(-6.0, 0.0)),
    st.just(Jsfx("loser/3BandEQ", (1.0, None, 3.5))),
)  # fmt: skip
points = st.lists(st.builds(CurvePoint, st.floats(0.0, 600.0), st.floats(0.0, 2.0), st.integers(0, 4)), max_size=6).map(
    lambda found: tuple(sorted(found, key=lambda point: point.time_seconds))
)
send_modes = st.sampled_from(["post_fader", "pre_fx", "pre_fader"])
send_levels = st.builds(
    SendLevel, levels, pans, send_modes, st.booleans(), st.sampled_from([0, 2]), st.sampled_from([0, 4])
)
side_chains = st.builds(SendLevel, levels, pans, send_modes, st.booleans(), st.sampled_from([0, 2]), st.just(2))
lanes = st.sampled_from(["pre_fx_volume", "volume", "trim_volume", "pan", "width"])
kinds = st.sampled_from(
    [
        "fader", "pan", "width", "polarity", "mute", "main_send", "channels", "play_offset", "fx", "fx", "send",
        "side_chain", "envelope", "switch", "drop", "cut",
    ]
)  # fmt: skip


@st.composite
def plans(draw: st.DrawFn, session: Session) -> MixPlan:
    """Draw any plan that fits a session: new tracks, and changes of tracks that are there or new."""
    new = [TrackId(guid_from_words("new", str(n))) for n in range(draw(st.integers(0, 2)))]
    new = [track_id for track_id in new if not session.has_track(track_id)]
    names = st.sampled_from(["Room", 'The "big" one', "", "#1", "ünï"])
    changes = {Address(track_id, "track"): (NewTrack(draw(names), draw(st.sampled_from([2, 4])))) for track_id in new}  # type: dict[Address, Value]
    grown = with_plan(session, MixPlan(tuple(Change(a, None, v, "") for a, v in changes.items())))
    real = [track.id for track in grown]
    for number in range(draw(st.integers(0, 12))):
        kind = draw(kinds)
        masters = [MASTER] if kind in ("fader", "pan", "width", "mute", "fx", "envelope") else []
        track_id = draw(st.sampled_from([*real, *masters]))
        placed = [slot for slot in grown.track(track_id).fx if slot.id.startswith("{")]
        if kind in ("fader", "pan", "width", "play_offset"):
            changes[Address(track_id, kind)] = draw(levels if kind == "fader" else pans)
        elif kind in ("polarity", "mute", "main_send"):
            changes[Address(track_id, kind)] = draw(st.booleans())
        elif kind == "fx":
            key = guid_from_words(track_id, str(number))
            position = draw(st.integers(0, 4))
            effect = PlacedEffect(draw(effects), draw(names), position, draw(st.booleans()))
            changes[Address(track_id, "fx", key)] = effect
        elif kind == "send" and len(real) > 1:
            destination = draw(st.sampled_from([other for other in real if other != track_id]))
            changes[Address(track_id, "send", destination)] = draw(send_levels)
        elif kind == "side_chain" and len(real) > 1:
            destination = draw(st.sampled_from([other for other in real if other != track_id]))
            changes[Address(track_id, "side_chain", destination)] = draw(side_chains)
        elif kind == "channels":
            changes[Address(track_id, "channels")] = draw(st.sampled_from([2, 4, 6, 64]))
        elif kind == "cut" and grown.track(track_id).sends:
            send = draw(st.sampled_from(grown.track(track_id).sends))
            changes[Address(track_id, "side_chain" if send.is_side_chain else "send", send.destination)] = None
        elif kind == "envelope":
            changes[Address(track_id, "envelope", draw(lanes))] = draw(points)
        elif placed and kind in ("switch", "drop"):
            slot = draw(st.sampled_from(placed))
            off = PlacedEffect(slot.effect, slot.label, 0, not slot.enabled)
            changes[Address(track_id, "fx", slot.id)] = off if kind == "switch" else None
    return MixPlan(tuple(Change(a, read_value(session, a), v, "because") for a, v in changes.items())).without_idle


PLAIN: tuple[Kind, ...] = (
    "fader", "pan", "width", "polarity", "mute", "main_send", "channels", "play_offset",
)  # fmt: skip


def values(session: Session) -> dict[Address, Value]:
    """Return everything in a session that an address can name."""
    found: dict[Address, Value] = {}
    for track in (*session.tracks, session.master):
        addresses = [Address(track.id, kind) for kind in PLAIN]
        addresses += [Address(track.id, "fx", slot.id) for slot in track.fx]
        addresses += [
            Address(track.id, "side_chain" if send.is_side_chain else "send", send.destination) for send in track.sends
        ]
        addresses += [Address(track.id, "envelope", lane.kind) for lane in track.envelopes]
        found.update({address: read_value(session, address) for address in addresses})
    return found


def check_a_plan(data: bytes, draw_plan: Callable[[Session], MixPlan]) -> bytes:
    """Check every promise about one plan on one project; return the project with the plan in it."""
    document = parse_project(data)
    session = read_session(document, PATH)
    plan = draw_plan(session)
    written, entry = apply_bytes(document, plan, path=PATH, label="pass", session=session)
    assert document.to_bytes() == data
    after = parse_project(written)
    shown = read_session(after, PATH)
    expected = with_plan(session, plan)

    assert [track.id for track in shown] == [track.id for track in expected]
    assert [track.parent for track in shown] == [track.parent for track in expected]
    wanted, found = values(expected), values(shown)
    assert wanted.keys() == found.keys()
    for address, value in wanted.items():
        assert same_value(found[address], value), address
    for track in expected:
        assert {slot.id for slot in track.fx} == {slot.id for slot in shown.track(track.id).fx}
    assert all(landed.has_landed for landed in entry.landed)

    undone, taken = undo_bytes(after, path=PATH)
    if not plan:
        assert written == data
    else:
        assert undone == data
        assert taken is not None
    return written


SYNTHETIC = three_tracks()
LIKE_UNIX = SYNTHETIC.replace(b"\r\n", b"\n").rstrip(b"\n")


@settings(max_examples=250)
@given(st.data(), st.sampled_from([SYNTHETIC, LIKE_UNIX]))
def test_a_plan_lands_whole_and_undo_gives_back_the_bytes(data: st.DataObject, project: bytes) -> None:
    check_a_plan(project, lambda session: data.draw(plans(session)))


@given(st.data())
def test_a_plan_comes_back_from_json_as_it_was(data: st.DataObject) -> None:
    plan = data.draw(plans(read_session(parse_project(SYNTHETIC), PATH)))
    assert parse_plan(json.loads(json.dumps(plain_plan(plan), allow_nan=False))) == plan


@settings(max_examples=60)
@given(st.data())
def test_passes_on_top_of_each_other_come_back_one_by_one(data: st.DataObject) -> None:
    states = [SYNTHETIC]
    for _ in range(3):
        after = check_a_plan(states[-1], lambda session: data.draw(plans(session)))
        if after != states[-1]:
            states.append(after)
    while len(states) > 1:
        undone, _ = undo_bytes(parse_project(states.pop()), path=PATH)
        assert undone == states[-1]


@settings(max_examples=25)
@given(st.data())
def test_only_the_lines_of_the_plan_differ(data: st.DataObject) -> None:
    """Faders and pans cost one line a track at most, and nothing but our section is new."""
    session = read_session(parse_project(SYNTHETIC), PATH)
    picked = data.draw(st.lists(st.sampled_from([track.id for track in session]), unique=True, min_size=1))
    changes = [
        Change(Address(track_id, kind), read_value(session, Address(track_id, kind)), data.draw(values), "")
        for track_id in picked
        for kind, values in (("fader", levels), ("pan", pans))
    ]
    plan = MixPlan(tuple(changes)).without_idle
    written, _ = apply_bytes(parse_project(SYNTHETIC), plan, path=PATH, label="pass")
    start = written.find(b"  <EXTSTATE")
    body = written[:start] + written[written.rindex(b">") :] if start >= 0 else written
    compared = difflib.ndiff(SYNTHETIC.decode().split("\n"), body.decode().split("\n"))
    lines = [line for line in compared if line[0] in "+-"]
    assert all(line[2:].strip().startswith("VOLPAN") for line in lines)
    assert len(lines) == 2 * len({change.address.track_id for change in plan})


@settings(max_examples=60)
@given(st.data())
def test_an_independent_reader_understands_every_plan(data: st.DataObject) -> None:
    written = check_a_plan(SYNTHETIC, lambda session: data.draw(plans(session)))
    shown = read_session(parse_project(written), PATH)
    tracks = rpp.loads(written.decode().replace("\r\n", "\n")).findall("TRACK")
    assert [track.attrib[0] for track in tracks] == [track.id for track in shown]
    assert [float(track.find("VOLPAN")[1]) for track in tracks] == [track.volume_linear for track in shown]
    assert [track.find("NAME")[1] for track in tracks] == [track.name for track in shown]
    depth = sum(int(track.find("ISBUS")[2]) for track in tracks)
    assert depth == 0


@pytest.mark.shared
@settings(max_examples=12)
@given(data=st.data())
def test_every_session_takes_any_plan_and_gives_its_bytes_back(shared: Path, data: st.DataObject) -> None:
    for file in sorted((shared / "sessions").glob("*/session.RPP")):
        check_a_plan(file.read_bytes(), lambda session: data.draw(plans(session)))


@pytest.mark.shared
def test_every_real_project_can_be_moved_and_gives_its_bytes_back(shared: Path) -> None:
    """Faders, a plug-in on every track, a new track and a send to it, on REAPER 1 to 7, all platforms."""
    room = TrackId(guid_from_words("room"))
    for file in sorted((shared / "rpp-corpus").glob("*.rpp")):
        data = file.read_bytes()
        if b"11566a2c1b5f" in file.name.encode():
            continue

        def plan(session: Session) -> MixPlan:
            changes = [Change(Address(room, "track"), None, NewTrack("Room"), "")]
            for track in session:
                key = guid_from_words(track.id, "trim")
                changes += [
                    Change(Address(track.id, "fader"), track.volume_linear, 0.321, ""),
                    Change(Address(track.id, "fx", key), None, PlacedEffect(trim(-3.0)), ""),
                    Change(Address(track.id, "send", room), None, SendLevel(0.125), ""),
                ]
            return MixPlan(tuple(changes)).without_idle

        check_a_plan(data, plan)
