"""This computer is at home; a tablet from the network is let in by name, and told to ask until then."""

from pathlib import Path

import pytest

from actions.folders import config_folder, data_folder
from actions.service import guests
from actions.service.guests import ASKED_AGAIN_SECONDS, FILE, HEARD_AT_ONCE, LOOK_AGAIN_SECONDS, MOST_WAITING, Guests
from reaper_bridge.session.errors import SettingsError
from tests.unit.actions.service.test_osc_pacing import Clock

TABLET = "192.0.2.7"


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRST_PASS_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("FIRST_PASS_DATA_DIR", str(tmp_path / "data"))


@pytest.mark.parametrize("ip", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_this_computer_is_always_let_in(ip: str) -> None:
    assert Guests(Clock()).admits(ip)


@pytest.mark.parametrize("ip", [TABLET, "0.0.0.0", "::", "", "localhost", "127.0.0.1.evil.example"])
def test_nobody_else_is_unless_he_was_let_in(ip: str) -> None:
    assert not Guests(Clock()).admits(ip)


def test_a_service_that_runs_notices_who_is_let_in_and_who_no_more() -> None:
    clock = Clock()
    house = Guests(clock)
    assert not house.admits(TABLET)
    assert guests.allow(f" {TABLET} ") == TABLET
    clock.seconds += LOOK_AGAIN_SECONDS
    assert house.admits(TABLET)
    assert house.admits(f"::ffff:{TABLET}")
    guests.allow("192.0.2.8")
    assert guests.let_in() == (TABLET, "192.0.2.8")
    guests.allow_nobody()
    clock.seconds += LOOK_AGAIN_SECONDS
    assert not house.admits(TABLET)
    assert guests.let_in() == ()


def test_a_stranger_is_told_to_ask_once_in_a_while_and_waits() -> None:
    clock, told = Clock(), []
    house = Guests(clock, told.append)
    assert house.knocked(TABLET)
    assert not any(house.knocked(TABLET) for _ in range(100))
    assert house.waiting() == guests.who_waits() == (TABLET,)
    clock.seconds += ASKED_AGAIN_SECONDS
    assert house.knocked(TABLET)
    assert not house.knocked(TABLET)
    assert told == [TABLET], "the desk is told once"
    guests.allow(TABLET)
    clock.seconds += LOOK_AGAIN_SECONDS
    assert house.waiting() == guests.who_waits() == ()


def test_those_who_wait_are_of_a_bounded_number_and_forgotten_at_the_end() -> None:
    clock = Clock()
    house = Guests(clock)
    for number in range(200):
        clock.seconds += 1.0
        house.knocked(f"192.0.2.{number}")
    assert len(house.waiting()) == MOST_WAITING
    house.close()
    assert house.waiting() == guests.who_waits() == ()
    assert list(data_folder().iterdir()) == []


def test_who_makes_up_addresses_is_not_told_of_one_by_one() -> None:
    clock, told = Clock(), []
    house = Guests(clock, told.append)
    for number in range(20_000):
        clock.seconds += 1 / 20_000
        house.knocked(f"198.51.{number // 250}.{number % 250}")
    assert len(told) <= HEARD_AT_ONCE + 1
    clock.seconds += 1.0
    assert house.knocked(TABLET)


def test_what_is_no_address_is_refused_in_one_sentence() -> None:
    for text in ("", "tablet", "192.0.2", "192.0.2.0/24", "0.0.0.0 # all"):
        with pytest.raises(SettingsError, match="no IP address"):
            guests.allow(text)
    assert guests.let_in() == ()


def test_a_list_written_by_hand_is_understood() -> None:
    config_folder().mkdir()
    (config_folder() / FILE).write_text(
        f"# mine\n\n {TABLET}  # the one on the stand\nnonsense\n2001:DB8::1\n", "utf-8"
    )
    assert guests.let_in() == (TABLET, "2001:db8::1")
    assert Guests(Clock()).admits("2001:db8:0::1")


def test_a_list_that_cannot_be_read_lets_nobody_in() -> None:
    config_folder().mkdir()
    (config_folder() / FILE).write_bytes(b"\xff\xfe192.0.2.7")
    assert not Guests(Clock()).admits(TABLET)
    with pytest.raises(SettingsError, match="cannot be read"):
        guests.let_in()
