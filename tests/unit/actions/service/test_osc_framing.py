"""What is OSC passes with its types; what is not, or more than we take, does not."""

import struct

import pytest

from actions.service.osc_framing import DEEPEST_BUNDLE, LONGEST_PACKET_BYTES, MOST_MESSAGES, NotOscError, messages


def text(value: str) -> bytes:
    data = value.encode()
    return data + b"\0" * (4 - len(data) % 4)


def message(path: str = "/a", types: str = "", arguments: bytes = b"") -> bytes:
    return text(path) + text("," + types) + arguments


def bundle(*parts: bytes, time: bytes = b"\0\0\0\0\0\0\0\1") -> bytes:
    return b"#bundle\0" + time + b"".join(struct.pack(">i", len(part)) + part for part in parts)


ONE = struct.pack(">i", 1)


def test_a_message_passes_with_its_types() -> None:
    part = message("/firstpass/mix/all", "is", ONE + text("id 7"))
    assert messages(part) == [(part, "is")]
    assert messages(message("/a", "TFfi", ONE + ONE))[0][1] == "TFfi"


def test_a_message_without_types_has_no_arguments() -> None:
    assert messages(text("/a")) == [(text("/a"), "")]


def test_a_bundle_is_its_messages_in_order_whatever_its_date() -> None:
    first, second, third = message("/a", "i", ONE), message("/b"), message("/c")
    for time in (b"\0" * 8, b"\xff" * 8, b"\0\0\0\0\0\0\0\1"):
        found = messages(bundle(first, bundle(second, time=time), third, time=time))
        assert found == [(first, "i"), (second, ""), (third, "")]
    assert messages(bundle()) == []


def nested(depth: int) -> bytes:
    packet = message()
    for _ in range(depth):
        packet = bundle(packet)
    return packet


def test_bundles_may_be_nested_but_not_deeply() -> None:
    assert len(messages(nested(DEEPEST_BUNDLE))) == 1
    with pytest.raises(NotOscError, match="too deep"):
        messages(nested(DEEPEST_BUNDLE + 1))


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"/",
        b"/a\0",
        b"/a\0\0,i\0\0",
        b"/a\0\0,f\0\0\x3f\0",
        message("/a", "f", b"\x3f\0\0"),
        message("/a", "i", ONE + ONE),
        message("/a", "", ONE),
        message("/a", "s", b"abcd"),
        message("/a", "s", b"ab\0c"),
        message("/a", "b", struct.pack(">i", 4) + b"abcd"),
        message("/a", "d", ONE + ONE),
        message("/a", "N"),
        message("/a", "I"),
        message("/a", "[i]", ONE),
        message("/a", "é", b""),
        message("/a", "T" * 9),
        text("/a") + text("i") + ONE,
        text("a") + text(",i") + ONE,
        text("#bundle"),
        b"#bundle\0\0\0\0\1",
        bundle() + struct.pack(">i", 400) + message(),
        bundle() + struct.pack(">i", -4),
        bundle() + struct.pack(">i", 0),
        bundle() + struct.pack(">i", 3) + b"/a\0\0",
        bundle(message(), b"abcd"),
        b"\0" * 16,
        bundle(*[message()] * (MOST_MESSAGES + 1)),
        message("/a", "s", text("x" * LONGEST_PACKET_BYTES)),
    ],
)
def test_what_is_wrong_somewhere_counts_nowhere(packet: bytes) -> None:
    with pytest.raises(NotOscError):
        messages(packet)
