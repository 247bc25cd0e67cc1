"""Whatever the network sends is a value in range or nothing; whatever we send, every client can read."""

import math
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.service.addresses import ADDRESSES, BY_PATH, PREFIX, Address
from actions.service.osc_values import (
    LONGEST_BUNDLE_BYTES,
    LONGEST_SENT_BYTES,
    LONGEST_TAKEN_BYTES,
    bundles,
    incoming,
    message_bytes,
    outgoing,
    request_id,
    words,
)

ANYTHING: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-(10**400), 10**400), st.floats(), st.text(), st.binary(),
    st.text(st.characters(categories=["Cs", "Cc", "Lo"])), st.lists(st.integers()), st.tuples(st.floats(), st.text()),
    st.text(st.sampled_from("0123456789.-+eE_nainf "), max_size=20), st.complex_numbers(), st.just(object()),
)  # fmt: skip
EVERY_ADDRESS = st.sampled_from(ADDRESSES)


def at(name: str) -> Address:
    return BY_PATH[f"{PREFIX}/{name}"]


@given(EVERY_ADDRESS, st.lists(ANYTHING, max_size=3))
def test_whatever_comes_in_becomes_a_value_in_range_or_nothing(address: Address, arguments: list[Any]) -> None:
    value = incoming(address, arguments)
    if value is None:
        return
    if address.argument == "trigger":
        assert value is True
    elif address.argument == "switch":
        assert isinstance(value, bool)
    elif address.argument == "number":
        assert not isinstance(value, bool | str)
        assert math.isfinite(value)
        assert address.low <= value <= address.high
        assert isinstance(value, int) == address.is_whole
    else:
        assert address.argument == "text"
        assert value in address.choices


@given(EVERY_ADDRESS, st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.text("a\0🎚é")))
def test_whatever_goes_out_is_an_int32_a_float32_or_a_short_text(address: Address, value: Any) -> None:
    sent = outgoing(address, value)
    if sent is None:
        return
    assert type(sent) in (int, float, str)
    if isinstance(sent, str):
        assert address.feedback == "text"
        assert len(sent.encode()) <= LONGEST_SENT_BYTES
        assert "\0" not in sent
    elif isinstance(sent, int):
        assert -(2**31) <= sent < 2**31
    else:
        assert struct.unpack(">f", struct.pack(">f", sent))[0] == sent


@given(
    st.sampled_from([address for address in ADDRESSES if address.argument in ("switch", "number", "text")]), ANYTHING
)
def test_what_was_taken_is_told_and_taken_again_as_the_same(address: Address, argument: Any) -> None:
    value = incoming(address, [argument])
    if value is not None:
        told = outgoing(address, value)
        assert told is not None
        assert incoming(address, [told]) == pytest.approx(value) if address.argument == "number" else told == value


@pytest.mark.parametrize("pressed", [[], [None], [1], [1.0], [True], ["1"], ["true"], ["ON"], [127], [0.5]])
def test_a_button_is_pressed_by_anything_that_means_one(pressed: list[Any]) -> None:
    assert incoming(at("mix/all"), pressed) is True
    assert incoming(at("compare"), pressed) is True


@pytest.mark.parametrize("released", [[0], [0.0], [False], ["0"], ["off"], [-1]])
def test_releasing_a_button_does_nothing_and_switches_a_switch_off(released: list[Any]) -> None:
    assert incoming(at("mix/all"), released) is None
    assert incoming(at("compare"), released) is False


@pytest.mark.parametrize(
    "argument",
    [math.nan, math.inf, -math.inf, 10**400, "nan", "inf", "1e999", "1_0", "٣", "", "0x1", b"\xff", b"1", [1], (1,)],
)
def test_what_is_no_number_is_ignored(argument: Any) -> None:
    assert incoming(at("amount"), [argument]) is None
    assert incoming(at("mix/all"), [argument]) is None


@pytest.mark.parametrize(
    ("name", "argument", "value"),
    [
        ("amount", 2, 1.0), ("amount", -0.5, 0.0), ("amount", "0.25", 0.25), ("amount", ".5", 0.5),
        ("nudge/vocal", -7.5, -1.0), ("loudness", -99, -36.0), ("loudness", 0, -12.0), ("reply_port", 9000.4, 9000),
        ("reply_port", 1e9, 65535), ("amount", True, 1.0),
    ],
)  # fmt: skip
def test_a_number_out_of_range_is_clamped(name: str, argument: Any, value: float) -> None:
    assert incoming(at(name), [argument]) == value


def test_minus_zero_is_zero() -> None:
    value = incoming(at("nudge/vocal"), [-0.0])
    assert isinstance(value, float)
    assert math.copysign(1.0, value) == 1.0


def test_a_choice_is_taken_in_any_case_or_by_its_number() -> None:
    genre = at("genre")
    assert incoming(genre, ["ROCK"]) == "rock"
    assert incoming(genre, [" Hip-Hop "]) == "hip-hop"
    assert incoming(genre, [1]) == "auto"
    assert incoming(genre, [2.0]) == genre.choices[1]
    for wrong in (
        0,
        0.0,
        -1,
        99,
        math.nan,
        True,
        "polka",
        b"rock",
        "1",
        None,
        "rock\0",
        "\udc80",
        "x" * (LONGEST_TAKEN_BYTES + 1),
    ):
        assert incoming(genre, [wrong]) is None
    assert incoming(genre, []) is None


def test_more_arguments_than_an_address_takes_are_not_for_us() -> None:
    assert incoming(at("amount"), [0.5, 0.5]) is None
    assert incoming(at("compare"), [1, "a"]) is None
    assert incoming(at("mix/all"), [1, "a", 1]) is None


def test_a_button_may_bring_the_id_of_its_request() -> None:
    mix = at("mix/all")
    assert incoming(mix, [1, "tablet-17"]) is True
    assert incoming(mix, [0, "tablet-17"]) is None
    assert request_id(mix, [1, "tablet-17"]) == "tablet-17"
    assert request_id(mix, [1, 17]) == "17"
    for wrong in ([1], [], [1, 0.5], [1, True], [1, b"\xff"], [1, "x" * 65], [1, 10**5000], [1, "a", "b"], [1, None]):
        assert request_id(mix, wrong) == ""
    assert request_id(at("compare"), [1, "a"]) == ""


def test_what_only_tells_takes_nothing() -> None:
    for name in ("status", "alive", "progress", "track/@/name", "meter/after/loudness", "amount/str"):
        assert incoming(at(name), [1]) is None


def test_a_long_text_is_cut_between_two_characters() -> None:
    sent = outgoing(at("status"), "é🎚" * 1000)
    assert isinstance(sent, str)
    assert LONGEST_SENT_BYTES - 4 <= len(sent.encode()) <= LONGEST_SENT_BYTES
    assert sent.endswith("…")
    assert set(sent[:-1]) == {"é", "🎚"}


def test_a_text_that_osc_cannot_carry_is_told_without_what_it_cannot() -> None:
    assert outgoing(at("track/@/name"), "Lead\0Voc\udc80\n") == "Lead Voc? "


def test_a_lamp_is_told_as_one_or_zero_and_silence_as_the_lowest() -> None:
    assert outgoing(at("compare"), True) == 1
    assert type(outgoing(at("compare"), True)) is int
    assert outgoing(at("meter/after/loudness"), -math.inf) == -70.0
    assert outgoing(at("meter/after/loudness"), math.nan) is None
    assert outgoing(at("hello"), 1) is None
    assert outgoing(at("status"), 3) is None
    assert outgoing(at("alive"), 41) == 41


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("amount", 0.75, "75 %"), ("nudge/vocal", 0.25, "+25 %"), ("nudge/vocal", -0.5, "−50 %"),
        ("nudge/vocal", 0, "0 %"), ("nudge/vocal", -0.001, "0 %"), ("loudness", -14.25, "−14.2 LUFS"),
        ("meter/after/loudness", -math.inf, "−∞ LUFS"), ("meter/after/true_peak", -0.04, "0.0 dBTP"),
        ("meter/before/masking", math.nan, "–"), ("meter/after/vocal", 2, "2.0 dB"),
    ],
)  # fmt: skip
def test_numbers_are_told_in_words(name: str, value: float, said: str) -> None:
    assert words(at(name), value) == said


MESSAGES = st.lists(
    st.tuples(
        st.sampled_from([address.path for address in ADDRESSES]),
        st.one_of(
            st.integers(0, 1), st.floats(width=32, allow_nan=False), st.text(max_size=300).map(lambda t: t[:300])
        ),
    ),
    max_size=60,
)


@given(MESSAGES)
def test_bundles_hold_every_message_in_order_and_fit_into_a_packet(messages: list[tuple[str, Any]]) -> None:
    parts = bundles(messages)
    assert [message for part in parts for message in part] == messages
    for part in parts:
        assert part
        assert 16 + sum(4 + message_bytes(*message) for message in part) <= LONGEST_BUNDLE_BYTES or len(part) == 1


def test_a_dump_goes_out_in_few_full_packets() -> None:
    dump = [(f"/firstpass/change/{number}/reason", "x" * 100) for number in range(1, 301)]
    sizes = [16 + sum(4 + message_bytes(*message) for message in part) for part in bundles(dump)]
    assert max(sizes) <= LONGEST_BUNDLE_BYTES
    assert min(sizes[:-1]) > LONGEST_BUNDLE_BYTES - 4 - message_bytes(*dump[-1])
    assert len(sizes) > 20


def test_the_longest_message_we_send_fits_into_a_packet() -> None:
    path = max((address.path for address in ADDRESSES if address.feedback == "text"), key=len)
    assert 16 + 4 + message_bytes(path.replace("@", "300"), "x" * LONGEST_SENT_BYTES) <= LONGEST_BUNDLE_BYTES


def test_lengths_are_those_on_the_wire() -> None:
    builder = pytest.importorskip("pythonosc.osc_message_builder", reason="python-osc is not installed here")
    for value in (1, 0.5, "", "abc", "abcd", "é🎚"):
        message = builder.OscMessageBuilder(address="/firstpass/status")
        message.add_arg(value)
        assert len(message.build().dgram) == message_bytes("/firstpass/status", value)
