"""What the desk shows: every feedback address has a value, and what is asked at an address hits what was seen."""

import math
import re
from dataclasses import replace

import pytest

from actions.meters import Meters
from actions.service.addresses import ADDRESSES, BY_PATH, COUNTS, PARTS, PREFIX, TABLE, match
from actions.service.asking import order_of
from actions.service.desk import VERBS
from actions.service.orders import AT_ONCE, LATEST, Order
from actions.service.osc_values import Value, outgoing
from actions.service.picture import (
    NUDGES,
    OF_EACH_CLIENT,
    ChangePicture,
    DeskPicture,
    TrackPicture,
    address_of,
    blank,
    values,
)
from actions.service.state import State
from tests.mixed_band import MixedBand, ask, mixed_band

CHANGE = ChangePicture("{A}/fader", "Fader 0.0 → −3.0 dB", "−3 LU", "balance", "{A}", "Bass")
TRACK = TrackPicture("{A}", "Bass", "bass", "Bass", 0.9, "bass")
PICTURE = DeskPicture(changes=(CHANGE, replace(CHANGE, address="{B}/pan", status="rejected")), tracks=(TRACK,))


@pytest.fixture(scope="module")
def band(tmp_path_factory: pytest.TempPathFactory) -> MixedBand:
    return mixed_band(tmp_path_factory.mktemp("band"))


def at(path: str, value: Value, picture: DeskPicture = PICTURE) -> Order | None:
    found = match(PREFIX + path)
    assert found is not None
    return order_of(*found, value, picture)


def test_every_feedback_address_has_a_value_and_no_other_has() -> None:
    told = {re.sub(r"/\d+/", "/@/", path) for path in values(PICTURE)}
    assert told == {address.path for address in ADDRESSES if address.feedback != "none"} - OF_EACH_CLIENT


def test_every_value_can_be_sent_but_for_numbers_that_are_not_known() -> None:
    for path, value in values(replace(PICTURE, after=Meters(-20.0, 3.0, -4.5, 0.4))).items():
        is_unknown = isinstance(value, float) and math.isnan(value)
        assert is_unknown == (outgoing(address_of(path), value) is None), path


def test_numbers_are_told_in_words_too() -> None:
    told = values(replace(PICTURE, amount_ratio=0.7, after=Meters(loudness_lufs=-19.96)))
    assert told[f"{PREFIX}/amount/str"] == "70 %"
    assert told[f"{PREFIX}/meter/after/loudness/str"] == "−20.0 LUFS"
    assert told[f"{PREFIX}/meter/before/loudness/str"] == "–"


def test_a_change_tells_whether_it_stands() -> None:
    told = values(PICTURE)
    assert [told[f"{PREFIX}/change/{n}/accept"] for n in (1, 2)] == [True, False]
    assert [told[f"{PREFIX}/change/{n}/reject"] for n in (1, 2)] == [False, True]
    assert told[f"{PREFIX}/change/1/text"] == "Bass: Fader 0.0 → −3.0 dB"


def test_a_button_tells_that_what_it_began_is_under_way() -> None:
    told = values(replace(PICTURE, state=State(doing="mix_all")))
    assert (told[f"{PREFIX}/mix/all"], told[f"{PREFIX}/analyse"]) == (True, False)


def test_an_error_is_told_while_it_lasts() -> None:
    failed = replace(PICTURE, state=State(name="failed", sentence="The disk is full."))
    assert values(failed)[f"{PREFIX}/error"] == "The disk is full."
    assert values(PICTURE)[f"{PREFIX}/error"] == ""


def test_more_changes_than_there_are_addresses_are_counted_only() -> None:
    told = values(replace(PICTURE, changes=(CHANGE,) * (COUNTS["change"] + 5)))
    assert told[f"{PREFIX}/change/count"] == COUNTS["change"] + 5
    assert all(match(path) for path in told)


def test_what_is_gone_is_blank() -> None:
    assert blank(f"{PREFIX}/change/7/text") == ""
    assert blank(f"{PREFIX}/change/7/accept") == 0


def test_what_is_asked_at_every_address_is_a_verb_that_there_is() -> None:
    of_a_client = {f"{PREFIX}/{name}" for name in ("hello", "refresh", "goodbye", "reply_port", "ping")}
    for address in TABLE:
        if address.argument == "none":
            continue
        value: Value = address.choices[0] if address.choices else 1.0
        order = order_of(address, 1 if address.index else None, value, PICTURE)
        if address.path in of_a_client:
            assert order is None
        else:
            assert order is not None, address.path
            assert order.do in VERBS or order.do in AT_ONCE, order.do


@pytest.mark.parametrize("path", ["/mix/all", "/cancel", "/takeback", "/change/1/accept", "/change/1/reject"])
def test_letting_go_asks_for_nothing(path: str) -> None:
    assert at(path, False) is None


def test_a_change_is_named_by_itself_and_not_by_its_number() -> None:
    assert at("/change/2/solo", True) == Order("solo", "", {"change": "{B}/pan", "on": True})
    assert at("/change/3/reject", True) is None


def test_a_track_is_named_by_itself() -> None:
    assert at("/track/1/role", "kick") == Order("role", "", {"track": "{A}", "role": "kick"})
    assert at("/track/2/lock", True) is None


def test_of_a_moved_fader_the_last_value_replaces_those_that_wait() -> None:
    first, second, other = at("/amount/tone", 0.2), at("/amount/tone", 0.3), at("/amount/pan", 0.3)
    assert first is not None
    assert second is not None
    assert other is not None
    assert first.replaces == second.replaces != other.replaces
    assert Order("mix_all").replaces == ""


def test_only_verbs_that_say_how_things_shall_be_replace_each_other() -> None:
    assert set(LATEST) <= set(VERBS)
    assert not {"mix_all", "take_back", "redo", "compare", "accept", "reject"} & set(LATEST)


def test_parts_and_nudges_are_those_of_the_engine() -> None:
    from actions import nudging, revising

    assert set(PARTS) == set(revising.AMOUNTS) - {revising.ALL}
    assert set(NUDGES) == set(nudging.NUDGES)


def test_the_picture_of_a_pass(band: MixedBand) -> None:
    desk = band.desk()
    picture = desk.picture()
    assert len(picture.changes) == len(desk.ledger.passes[-1].full)
    assert picture.last_pass == desk.ledger.passes[-1].label
    assert {track.role for track in picture.tracks} >= {"kick", "bass", "lead_vocal"}
    assert all(change.reason and change.text for change in picture.changes)
    assert None not in (picture.before.loudness_lufs, picture.after.loudness_lufs, picture.after.masking_ratio)
    assert BY_PATH[f"{PREFIX}/genre"].choices[0] == picture.genre


def test_changes_keep_their_places_while_they_are_dropped_and_kept(band: MixedBand) -> None:
    desk = band.desk()
    order = [change.address for change in desk.picture().changes]
    ask(desk, "reject", change=order[3])
    ask(desk, "amount", part="all", ratio=0.1)
    assert [change.address for change in desk.picture().changes] == order


def test_the_meters_follow_the_amount(band: MixedBand) -> None:
    desk = band.desk()
    full = desk.picture()
    ask(desk, "amount", part="all", ratio=0.0)
    nothing = desk.picture().after.loudness_lufs
    assert nothing is not None
    assert full.before.loudness_lufs is not None
    assert nothing == pytest.approx(full.before.loudness_lufs, abs=1.5)
    ask(desk, "amount", part="all", ratio=1.0)
    assert desk.picture().after == full.after


def test_a_desk_that_has_heard_nothing_shows_the_meters_of_the_pass(band: MixedBand) -> None:
    band.desk()  # keeps them
    picture = band.desk(is_new=True).picture()
    assert picture.after.loudness_lufs == pytest.approx(band.outcome.after.mixture.integrated_lufs)
