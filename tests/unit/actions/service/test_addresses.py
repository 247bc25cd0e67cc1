"""The table of addresses: complete, bounded, harmless, and the same whichever way it is read."""

import re

import pytest

from actions.mixing.brief import STAGES
from actions.mixing.taste import GENRES, Balance, load_taste
from actions.service.addresses import (
    ADDRESSES,
    ANY_GENRE,
    BY_PATH,
    COUNTS,
    LOUDNESS_LUFS,
    LOUDNESS_START_LUFS,
    PARTS,
    PREFIX,
    TABLE,
    WORDS,
    expand,
    indices,
    match,
)

PROMISED = (
    "hello", "refresh", "ping", "pong", "alive", "mix/all", "mix/selected", "analyse", "cancel", "takeback", "redo",
    "compare", "amount", "amount/gain", "amount/balance", "amount/pan", "amount/tone", "amount/masking",
    "amount/dynamics", "amount/space", "amount/automation", "amount/master", "nudge/vocal", "nudge/drums", "nudge/bass",
    "nudge/guitars", "nudge/keys", "nudge/space", "nudge/brightness", "nudge/low_end", "nudge/width", "genre",
    "loudness", "change/@/text", "change/@/reason", "change/@/accept", "change/@/reject", "change/@/solo",
    "track/@/name", "track/@/role", "track/@/role/confidence", "track/@/lock", "track/@/include", "status", "progress",
    "error", "meter/before/loudness", "meter/after/loudness", "meter/before/vocal", "meter/after/vocal",
    "meter/before/true_peak", "meter/after/true_peak", "meter/before/masking", "meter/after/masking",
)  # fmt: skip


def test_everything_that_was_promised_is_there() -> None:
    assert {f"{PREFIX}/{name}" for name in PROMISED} <= set(BY_PATH)


def test_no_path_stands_twice() -> None:
    assert len(BY_PATH) == len(ADDRESSES)


def test_a_path_is_matched_as_it_was_expanded() -> None:
    count = 0
    for address in ADDRESSES:
        for index in indices(address):
            assert match(expand(address, index)) == (address, index)
            count += 1
    assert count > 64 * 5 + 300 * 5


@pytest.mark.parametrize(
    "path",
    [
        "", "/", "/firstpass", "/firstpass/", "/firstpass/*", "/firstpass/mix/{all,selected}", "/firstpass/mix/all/",
        "/FIRSTPASS/mix/all", "/firstpass/track/0/lock", "/firstpass/track/65/lock", "/firstpass/track/01/lock",
        "/firstpass/track/+1/lock", "/firstpass/track/-1/lock", "/firstpass/track/١/lock", "/firstpass/track/@/lock",
        "/firstpass/track/1", "/firstpass/change/301/accept", "/firstpass/track/99999999999999999999/lock",
    ],
)  # fmt: skip
def test_what_is_nearly_an_address_is_none(path: str) -> None:
    assert match(path) is None


def test_a_number_out_of_bounds_is_refused() -> None:
    lock, status = BY_PATH[f"{PREFIX}/track/@/lock"], BY_PATH[f"{PREFIX}/status"]
    assert expand(lock, COUNTS["track"]) == "/firstpass/track/64/lock"
    for index in (None, 0, -1, COUNTS["track"] + 1):
        with pytest.raises(ValueError, match="from 1 to 64"):
            expand(lock, index)
    with pytest.raises(ValueError, match="has no number"):
        expand(status, 1)


def test_nothing_that_quits_deletes_or_overwrites_can_be_asked_for() -> None:
    dangerous = re.compile(r"quit|exit|kill|delete|remove|erase|save|open|close|new|load|overwrite|record|action|file")
    assert [address.path for address in TABLE if address.argument != "none" and dangerous.search(address.path)] == []


def test_every_address_says_what_it_means_in_one_sentence() -> None:
    for address in ADDRESSES:
        assert re.fullmatch(r"[A-Z01][^|\n]*[^.\s]", address.meaning), address.path


def test_every_address_is_on_a_page_or_says_why_not() -> None:
    for address in ADDRESSES:
        assert bool(address.place) != bool(address.absence), address.path
        assert address.title or address.argument == "none", address.path


def test_an_address_takes_something_or_tells_something() -> None:
    for address in ADDRESSES:
        assert address.argument != "none" or address.feedback != "none", address.path
        if address.argument in ("switch", "number", "text"):
            assert address.feedback == address.argument, "what is set is told as it is after clamping"


def test_ranges_are_ranges_and_hold_their_start() -> None:
    for address in ADDRESSES:
        assert address.low < address.high, address.path
        assert address.low <= address.start <= address.high, address.path


def test_numbers_with_a_unit_are_told_in_words_too() -> None:
    spoken = {address.path for address in ADDRESSES if address.path.endswith(WORDS)}
    assert spoken == {address.path + WORDS for address in TABLE if address.unit}
    assert f"{PREFIX}/meter/after/loudness/str" in spoken
    assert f"{PREFIX}/track/@/role/confidence/str" in spoken


def test_loudness_and_genres_are_those_a_taste_may_have() -> None:
    rules = {type(rule).__name__: rule for rule in Balance.model_fields["mix_loudness_lufs"].metadata}
    assert (rules["Ge"].ge, rules["Le"].le) == LOUDNESS_LUFS
    assert load_taste("pop").balance.mix_loudness_lufs == LOUDNESS_START_LUFS
    assert BY_PATH[f"{PREFIX}/genre"].choices == (ANY_GENRE, *GENRES)


def test_every_stage_of_a_pass_has_its_amount() -> None:
    assert set(STAGES) <= set(PARTS)


def test_nudges_go_both_ways_from_where_the_pass_left_things() -> None:
    nudges = [address for address in TABLE if address.place == "macros"]
    assert len(nudges) == 9
    assert {(address.low, address.start, address.high) for address in nudges} == {(-1.0, 0.0, 1.0)}
