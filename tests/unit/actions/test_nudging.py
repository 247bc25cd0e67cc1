"""Which knobs a nudge moves, how far, and what it leaves alone."""

from dataclasses import replace

import pytest

from actions.nudging import (
    CEILING_DBTP,
    LARGEST_FADER_DB,
    MASTER_EQ,
    MOST_LOWERING_DB,
    Reach,
    lowering_db,
    moves_of,
    nudge_words,
    offsets_of,
    reach_of,
)
from analysis.roles import Roles, TrackRole, family_of
from reaper_bridge.session.address import Address
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.change import Change, SendLevel
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.ledger import Landed, Ledger, Pass
from reaper_bridge.session.model import Envelope, Send, Session, Track
from reaper_bridge.session.units import db_from_linear, linear_from_db

KICK, SNARE, PIANO, ROOM = (TrackId(f"{{{name}}}") for name in ("KICK", "SNARE", "PIANO", "ROOM"))
SESSION = Session(
    "song",
    (
        Track(KICK, "Kick", 0, volume_linear=linear_from_db(-3.0)),
        Track(SNARE, "Snare", 1, volume_linear=linear_from_db(-10.0), pan=0.2),
        Track(PIANO, "Piano", 2, pan=-0.9, sends=(Send(PIANO, ROOM, 0.25),)),
        Track(ROOM, "Room", 3),
    ),
)
ROLES = Roles(
    {
        key: TrackRole(key, role, 0.9, family=family_of(role))
        for key, role in ((KICK, "kick"), (SNARE, "snare"), (PIANO, "piano"), (ROOM, "return"))
    }
)
PAN, SEND = Address(PIANO, "pan"), Address(PIANO, "send", ROOM)
WRITTEN = (Change(PAN, 0.0, -0.9, "", "pan"), Change(SEND, None, SendLevel(0.25), "", "space"))
LEDGER = Ledger((Pass(1, "pass", "", tuple(Landed(change, change.after) for change in WRITTEN)),))


def moved(reach: Reach, session: Session = SESSION, **nudges: float) -> dict[Address, object]:
    return dict(moves_of(session, reach, offsets_of(nudges))({}))


def reach(session: Session = SESSION, *, stereo: tuple[TrackId, ...] = ()) -> Reach:
    return reach_of(session, LEDGER, ROLES, stereo)


def with_track(track_id: TrackId, **fields: object) -> Session:
    tracks = tuple(replace(t, **fields) if t.id == track_id else t for t in SESSION.tracks)  # type: ignore[arg-type]
    return replace(SESSION, tracks=tracks)


def test_a_group_moves_by_the_same_in_decibels() -> None:
    found = moved(reach(), drums=0.5)
    assert {a.track_id: db_from_linear(v) for a, v in found.items() if isinstance(v, float)} == pytest.approx(
        {KICK: 0.0, SNARE: -7.0}
    )


def test_a_group_stops_together_at_the_top_of_its_highest_fader() -> None:
    session = with_track(KICK, volume_linear=linear_from_db(LARGEST_FADER_DB - 1.0))
    found = moved(reach(session), session, drums=1.0)
    levels = {a.track_id: db_from_linear(v) for a, v in found.items() if isinstance(v, float)}
    assert levels == pytest.approx({KICK: LARGEST_FADER_DB, SNARE: -9.0})


@pytest.mark.parametrize(
    "fields",
    [
        {"muted": True},
        {"follows_vca": True},
        {"is_locked": True},
        {"volume_linear": 0.0},
        {"envelopes": (Envelope("volume", (CurvePoint(0.0, 1.0),)),), "automation_mode": "read"},
    ],
)
def test_a_fader_that_would_not_stay_is_left_alone(fields: dict[str, object]) -> None:
    session = with_track(KICK, **fields)
    assert reach(session).faders["drums"] == (Address(SNARE, "fader"),)


def test_a_fader_that_adds_to_its_lane_is_moved() -> None:
    session = with_track(KICK, envelopes=(Envelope("volume", (CurvePoint(0.0, 1.0),)),))
    assert len(reach(session).faders["drums"]) == 2


def test_space_moves_the_sends_of_the_pass_alone() -> None:
    assert set(moved(reach(), space=-1.0)) == {SEND}
    level = moved(reach(), space=-1.0)[SEND]
    assert isinstance(level, SendLevel)
    assert db_from_linear(level.level_linear / 0.25) == pytest.approx(-6.0)


def test_width_moves_the_pans_of_the_pass_and_not_the_engineers() -> None:
    assert moved(reach(), width=-1.0) == {PAN: pytest.approx(-0.63)}
    assert moved(reach(), width=1.0) == {PAN: -1.0}


def test_narrower_takes_in_stereo_tracks_at_their_full_width() -> None:
    address = Address(KICK, "width")
    assert moved(reach(stereo=(KICK,)), width=-1.0)[address] == pytest.approx(0.7)
    assert moved(reach(stereo=(KICK,)), width=1.0)[address] == 1.0
    wide = with_track(KICK, width_ratio=0.5)
    assert address not in moved(reach(wide, stereo=(KICK,)), wide, width=-1.0)


def test_nothing_asked_for_moves_nothing() -> None:
    assert moved(reach(), drums=0.0, width=0.0, brightness=0.0) == {}
    assert MASTER_EQ in moved(reach(), low_end=0.1)


def test_a_nudge_counts_the_knobs_it_moves() -> None:
    assert [reach().of(name) for name in ("drums", "vocal", "space", "width", "brightness")] == [2, 0, 1, 1, 1]


@pytest.mark.parametrize(
    ("without", "peak", "lower_db"),
    [
        (-8.0, -3.0, 0.0),
        (-8.0, CEILING_DBTP + 2.0, 2.0),
        (3.0, 5.0, 2.0),
        (-8.0, 40.0, MOST_LOWERING_DB),
        (None, None, 0.0),
    ],
)
def test_the_master_comes_down_by_what_is_too_high(
    without: float | None, peak: float | None, lower_db: float
) -> None:  # fmt: skip
    assert lowering_db({"drums": 6.0}, lambda offsets: peak if offsets else without) == lower_db


def test_nudges_that_only_go_down_lower_nothing() -> None:
    assert lowering_db({"drums": -6.0, "width": 0.3}, lambda _: 20.0) == 0.0


@pytest.mark.parametrize(
    ("name", "offset", "words"),
    [
        ("vocal", 3.0, "vocal +3.0 dB"),
        ("low_end", -1.5, "low end −1.5 dB"),
        ("width", -0.3, "width −30 %"),
        ("drums", 0.0, "drums as the pass left it"),
    ],
)
def test_a_nudge_in_words(name: str, offset: float, words: str) -> None:
    assert nudge_words(name, offset) == words
