"""Whatever bytes come in: no exception gets out, nothing is written, and what is well said is understood."""

import math
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from actions.service.addresses import ADDRESSES, BY_PATH, COUNTS, expand
from actions.service.osc import NotTakenError, packed, parsed
from actions.service.osc_framing import LONGEST_PACKET_BYTES
from actions.service.osc_values import LONGEST_BUNDLE_BYTES, Sent, outgoing
from tests.unit.actions.service.test_osc_conversation import MIXED, TABLET, Room

PATHS = [expand(address, None if address.index is None else 1) for address in ADDRESSES]
ARGUMENTS = st.lists(
    st.tuples(st.just("i"), st.integers(-(2**31), 2**31 - 1))
    | st.tuples(st.just("f"), st.floats(width=32))
    | st.tuples(st.just("s"), st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40))
    | st.tuples(st.sampled_from("TF"), st.none()),
    max_size=3,
)


@st.composite
def valid_messages(draw: st.DrawFn) -> bytes:
    builder = OscMessageBuilder(draw(st.sampled_from(PATHS)))
    for kind, value in draw(ARGUMENTS):
        builder.add_arg({"T": True, "F": False}.get(kind, value), kind)
    return builder.build().dgram


@st.composite
def bundles(draw: st.DrawFn, inner: st.SearchStrategy[bytes]) -> bytes:
    date = draw(st.binary(min_size=8, max_size=8))
    parts = draw(st.lists(inner, max_size=4))
    return b"#bundle\0" + date + b"".join(struct.pack(">i", len(part)) + part for part in parts)


VALID = st.recursive(valid_messages(), bundles, max_leaves=6)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Return a valid packet with some bytes changed, cut out, doubled or cut off."""
    packet = bytearray(draw(VALID))
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(packet)))
        what = draw(st.sampled_from(["set", "cut", "double", "end"]))
        if what == "set" and place < len(packet):
            packet[place] = draw(st.integers(0, 255))
        elif what == "cut":
            del packet[place : place + draw(st.integers(1, 8))]
        elif what == "double":
            packet[place:place] = packet[place : place + draw(st.integers(1, 16))]
        elif what == "end":
            del packet[place:]
    return bytes(packet)


def take(room: Room, packet: bytes) -> bool:
    """Do with a packet what the server does; tell whether it was OSC."""
    try:
        heard = parsed(packet)
    except NotTakenError:
        return False
    for path, arguments in heard:
        room.conversation.hear(path, arguments, TABLET, 0)
    return True


@settings(max_examples=400)
@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda tail: b"/firstpass/mix/all\0\0" + tail))
def test_random_bytes_are_no_order(packet: bytes) -> None:
    room = Room(MIXED)
    if not take(room, packet):
        assert room.orders == []


@settings(max_examples=400)
@given(mutated() | VALID)
def test_no_packet_gets_an_exception_out_or_an_order_that_is_out_of_range(packet: bytes) -> None:
    room = Room(MIXED)
    take(room, packet)
    for order in room.orders:
        for value in order.options.values():
            assert not isinstance(value, float) or (math.isfinite(value) and -36.0 <= value <= 1.0)
            assert not isinstance(value, str) or len(value) <= 256
    for _, _, told in room.conversation.due():
        for path, value in told:
            assert type(value) in (int, float, str)
            assert not isinstance(value, float) or math.isfinite(value), path


@given(VALID)
def test_what_is_well_said_is_understood_whatever_its_date(packet: bytes) -> None:
    assert len(packet) > LONGEST_PACKET_BYTES or take(Room(MIXED), packet)


@pytest.mark.parametrize("depth", [10, 3000])
def test_bundles_in_bundles_do_not_exhaust_us(depth: int) -> None:
    packet = OscMessageBuilder("/firstpass/mix/all").build().dgram
    for _ in range(depth):
        packet = b"#bundle\0" + b"\0" * 8 + struct.pack(">i", len(packet)) + packet
    room = Room(MIXED)
    assert not take(room, packet)
    assert room.orders == []


@pytest.mark.parametrize(
    "packet",
    [
        b"/firstpass/mix/all\0\0,h\0\0" + b"\0" * 7 + b"\1",
        b"/firstpass/mix/all\0\0,x\0\0",
        b"/firstpass/mix/all\0\0,I\0\0",
        b"/firstpass/mix/all\0\0,f\0\0\x3f\x80",
        b"/firstpass/mix/all\0\0,s\0\0\xff\xfe1\0",
        b"/firstpass/\xff\xff\0\0\0,\0\0\0",
        b"/firstpass/mix/all\0\0,f\0\0\x7f\xc0\0\0",
        b"/firstpass/mix/all\0\0,f\0\0\x7f\x80\0\0",
        b"/firstpass/mix/all\0\0,b\0\0\0\0\0\x04abcd",
    ],
)
def test_what_python_osc_takes_for_a_press_is_none(packet: bytes) -> None:
    room = Room(MIXED)
    take(room, packet)
    assert room.orders == []


def test_a_bundle_far_in_the_future_counts_at_once() -> None:
    bundle = OscBundleBuilder(2_000_000_000)
    bundle.add_content(OscMessageBuilder("/firstpass/mix/all").build())  # type: ignore[arg-type]
    room = Room(MIXED)
    assert take(room, bundle.build().dgram)
    assert [order.do for order in room.orders] == ["mix_all"]


@st.composite
def told(draw: st.DrawFn) -> list[tuple[str, Sent]]:
    found: list[tuple[str, Sent]] = []
    for path in draw(st.lists(st.sampled_from([p for p in BY_PATH if BY_PATH[p].feedback != "none"]), max_size=40)):
        address = BY_PATH[path]
        values = st.text(max_size=2000) if address.feedback == "text" else st.floats(allow_nan=False)
        value = outgoing(address, draw(values))
        assert value is not None
        found.append((path.replace("@", str(COUNTS["track"])), value))
    return found


@given(told())
def test_what_goes_out_is_small_and_reads_back_as_it_was_meant(messages: list[tuple[str, Sent]]) -> None:
    packets = packed(messages)
    assert all(len(packet) <= LONGEST_BUNDLE_BYTES for packet in packets)
    assert [(path, argument) for packet in packets for path, (argument,) in parsed(packet)] == messages
