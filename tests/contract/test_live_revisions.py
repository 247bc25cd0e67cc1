"""A pass in a running REAPER is revised as one in a file is: each time one step, and all of it taken back at once."""

from pathlib import Path

import pytest

from actions.first_pass import Wishes, first_pass
from actions.reaching import Place
from actions.service.desk import SessionDesk, reached_desk
from actions.service.ears import ears_of
from actions.service.settings import Settings
from reaper_bridge.live.host import LiveHost
from reaper_bridge.session.address import parse_address
from reaper_bridge.session.change import same_value
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import Session
from reaper_bridge.session.units import db_from_linear
from reaper_bridge.session.values import read_value
from tests.contract.live import live_host, open_copy, seen
from tests.mixed_band import ask
from tests.session_builder import BAND, build_project, guid_of
from tests.standin.fixture import Standin

VOICE = TrackId(guid_of("Lead Vox"))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_project(tmp_path_factory.mktemp("live"), BAND)


@pytest.fixture
def desk(host: LiveHost) -> SessionDesk:
    desk = new_desk(host)
    outcome = first_pass(host, Wishes())
    assert outcome.entry is not None
    desk.outcome, desk.ears = outcome, ears_of(outcome, outcome.entry)
    desk.told()
    return desk


def new_desk(host: LiveHost) -> SessionDesk:
    desk = reached_desk(Place(host, None), Settings())
    desk.told()
    return desk


def is_same(one: Session, other: Session, desk: SessionDesk) -> bool:
    """Tell whether everything that the pass wrote stands alike in two sessions."""
    addresses = [change.address for change in desk.ledger.passes[-1].full]
    return all(same_value(read_value(one, a), read_value(other, a)) for a in addresses)


def test_an_amount_and_back_is_the_pass_in_two_named_steps(desk: SessionDesk, standin: Standin) -> None:
    full = desk.session
    ask(desk, "amount", part="all", ratio=0.3)
    assert not is_same(desk.session, full, desk)
    ask(desk, "amount", part="all", ratio=1.0)
    assert is_same(desk.session, full, desk)
    assert standin.control.history()["undo"][:2] == ["First pass 1: 100 % of it", "First pass 1: 30 % of it"]


def test_taking_back_leaves_what_was_seen_before_the_pass(standin: Standin, project: Path, tmp_path: Path) -> None:
    open_copy(standin, project)
    with live_host(standin, tmp_path) as host:
        unmixed = seen(standin)
        desk = new_desk(host)
        outcome = first_pass(host, Wishes())
        assert outcome.entry is not None
        desk.outcome, desk.ears = outcome, ears_of(outcome, outcome.entry)
        desk.told()
        ask(desk, "amount", part="tone", ratio=0.4)
        ask(desk, "nudge", name="brightness", value=1.0)
        ask(desk, "reject", change=desk.picture().changes[0].address)
        ask(desk, "hear", side="before")
        ask(desk, "take_back")
        assert seen(standin) == unmixed


def test_what_reaper_undoes_the_desk_shows(desk: SessionDesk, standin: Standin) -> None:
    ask(desk, "amount", part="all", ratio=0.3)
    ask(desk, "nudge", name="vocal", value=-1.0)
    standin.control.undo()
    desk.told()
    picture = desk.picture()
    assert (picture.amount_ratio, picture.nudges["vocal"]) == (0.3, 0.0)
    standin.control.redo()
    desk.told()
    assert desk.picture().nudges["vocal"] == -1.0


def test_one_change_alone_survives_the_service(desk: SessionDesk, host: LiveHost) -> None:
    full = desk.session
    address = next(c.address for c in desk.picture().changes if parse_address(c.address).kind == "fx")
    ask(desk, "solo", change=address, on=True)
    again = new_desk(host)
    assert [change.address for change in again.picture().changes if change.is_alone] == [address]
    ask(again, "solo", change=address, on=False)
    assert is_same(again.session, full, again)


def test_a_fader_that_was_moved_meanwhile_is_theirs(desk: SessionDesk, standin: Standin) -> None:
    standin.control.set_track(VOICE, "D_VOL", 0.123)
    done = ask(desk, "amount", part="all", ratio=0.5)
    assert desk.session.track(VOICE).volume_linear == pytest.approx(0.123)
    assert "the fader of Lead Vox" in done.sentence


def test_a_dropped_plug_in_comes_back_where_it_was(desk: SessionDesk) -> None:
    order = [slot.id for slot in desk.session.track(VOICE).fx]
    for key in order[:2]:
        ask(desk, "reject", change=f"{VOICE}/fx/{key}")
    assert [slot.id for slot in desk.session.track(VOICE).fx] == order[2:]
    for key in reversed(order[:2]):
        ask(desk, "accept", change=f"{VOICE}/fx/{key}")
    assert [slot.id for slot in desk.session.track(VOICE).fx] == order


def test_a_nudge_moves_the_fader_in_reaper(desk: SessionDesk, standin: Standin) -> None:
    stood = db_from_linear(desk.session.track(VOICE).volume_linear)
    ask(desk, "nudge", name="vocal", value=-0.5)
    assert db_from_linear(desk.session.track(VOICE).volume_linear) == pytest.approx(stood - 3.0, abs=0.01)
    assert standin.control.history()["undo"][0] == "First pass 1: vocal −3.0 dB"
