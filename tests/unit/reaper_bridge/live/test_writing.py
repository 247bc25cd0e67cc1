"""What a plan becomes for REAPER: flat steps, and what must stand there before any of them is done."""

from typing import Any

import pytest

from reaper_bridge.live.calibration import CalibrationCache
from reaper_bridge.live.reading import Picture
from reaper_bridge.live.writing import reaper_version, send_values, steps_of
from reaper_bridge.session.address import Address, Kind
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.change import Change, MixPlan, NewTrack, PlacedEffect, SendLevel, Value
from reaper_bridge.session.effects import ForeignEffect, ReaComp, trim
from reaper_bridge.session.errors import PlanError
from reaper_bridge.session.identity import MASTER, FxId, TrackId
from reaper_bridge.session.model import Session

BASS, VOICE, NEW = (TrackId(f"{{{n}0000000-0000-4000-8000-000000000000}}") for n in "123")
REAL, PLANNED = FxId("{AAAA}"), FxId("{BBBB}")
SEND: dict[str, Any] = {
    "guid": VOICE, "D_VOL": 0.5, "D_PAN": 0.0, "I_SENDMODE": 0.0, "B_MUTE": 0.0, "B_MONO": 0.0, "B_PHASE": 0.0,
    "I_SRCCHAN": 1024.0, "I_DSTCHAN": 0.0,
}  # fmt: skip
TRIM = {"guid": REAL, "fx_ident": "utility/volume", "fx_type": "JS", "enabled": True, "raw": [-3.0, 150.0]}


def track(guid: str, **more: Any) -> dict[str, Any]:
    values = {"D_VOL": 1.0, "D_PAN": 0.0, "D_WIDTH": 1.0, "B_PHASE": 0.0, "B_MUTE": 0.0, "D_PLAY_OFFSET": 0.0}
    return {"guid": guid, **values, "I_FXEN": 1.0, "fx": [], "sends": [], "envelopes": [], **more}


def steps_and_checks(*changes: Change, **bass: Any) -> tuple[list[list[Any]], list[list[Any]]]:
    tracks = [track(BASS, **bass), track(VOICE)]
    facts = {"tracks": tracks, "master": track(""), "project": {"reaper_version": "7.40/win64"}}
    picture = Picture(Session("song", ()), facts, "handle", "song.RPP", 1)
    found = steps_of(MixPlan(changes), picture, {PLANNED: REAL}, CalibrationCache("7.40"))
    return found.steps, found.expected


def change(track_id: TrackId, kind: Kind, after: Value, before: Value = None, key: str = "") -> Change:
    return Change(Address(track_id, kind, key), before, after, "")


def test_a_value_is_set_where_it_is_what_it_was() -> None:
    steps, expected = steps_and_checks(change(BASS, "fader", 0.5, 1.0), D_VOL=0.9999999)
    assert steps == [["value", BASS, "D_VOL", 0.5]]
    assert expected == [["value", BASS, "D_VOL", 0.9999999]], "to the last digit, as REAPER showed it"


def test_a_switch_is_a_number_for_reaper() -> None:
    assert steps_and_checks(change(BASS, "polarity", True, False))[0] == [["value", BASS, "B_PHASE", 1.0]]


def test_an_offset_is_switched_on_in_seconds_and_off_when_it_is_nothing() -> None:
    for offset, flag in ((0.012, 0.0), (0.0, 1.0)):
        steps, _ = steps_and_checks(change(BASS, "play_offset", offset, 0.5))
        assert steps[1] == ["value", BASS, "I_PLAY_OFFSET_FLAG", flag]


def test_tracks_come_first_and_leave_last() -> None:
    changes = (
        change(VOICE, "track", None, NewTrack("Vox")),
        change(BASS, "send", SendLevel(0.3), key=NEW),
        change(NEW, "fader", 0.5, 1.0),
        change(NEW, "track", NewTrack("Room", 4)),
    )
    steps, expected = steps_and_checks(*changes)
    assert [step[0] for step in steps] == ["track", "value", "send", "channels", "drop_track"]
    assert steps[0] == ["track", NEW, "Room", 4]
    assert expected == [], "of a new track nothing stood there before"


def test_a_plug_in_is_added_with_all_that_makes_it_what_it_is() -> None:
    placed = PlacedEffect(trim(-6.0), "First Pass trim", 1, False)
    steps, expected = steps_and_checks(change(BASS, "fx", placed, key="{CCCC}"), fx=[TRIM])
    assert expected == []
    assert steps == [
        [
            "add_fx",
            BASS,
            {
                "id": "{CCCC}",
                "name": "JS:utility/volume",
                "identity": {"jsfx": "utility/volume"},
                "position": 1,
                "label": "First Pass trim",
                "enabled": 0,
                "turns": [[0, -6.0, None], [1, 150.0, None]],
                "chunk": "",
                "bands": [],
            },
        ]
    ]


def test_a_chain_that_was_off_without_plug_ins_is_switched_on() -> None:
    steps, _ = steps_and_checks(change(BASS, "fx", PlacedEffect(trim(-6.0)), key="{CCCC}"), I_FXEN=0.0)
    assert steps[0] == ["value", BASS, "I_FXEN", 1.0]


def test_a_plug_in_that_stands_is_named_by_reapers_id_and_only_its_moved_knobs_are_turned() -> None:
    moved = change(BASS, "fx", PlacedEffect(trim(-6.0)), PlacedEffect(trim(-3.0)), PLANNED)
    steps, expected = steps_and_checks(moved, fx=[TRIM])
    assert expected == [["fx", BASS, REAL, [-3.0, 150.0], ""]]
    assert steps == [["set_fx", BASS, REAL, {"turns": [[0, -6.0, None]], "chunk": "", "bands": []}]]


def test_a_plug_in_that_is_only_switched_keeps_its_knobs() -> None:
    off = change(BASS, "fx", PlacedEffect(trim(-3.0), enabled=False), PlacedEffect(trim(-3.0)), PLANNED)
    assert steps_and_checks(off, fx=[TRIM])[0] == [["enable_fx", BASS, REAL, 0]]
    gone = change(BASS, "fx", None, PlacedEffect(trim(-3.0)), PLANNED)
    assert steps_and_checks(gone, fx=[TRIM])[0] == [["drop_fx", BASS, REAL]]


def test_a_side_chain_gets_channels_and_pins() -> None:
    steps, _ = steps_and_checks(change(BASS, "fx", PlacedEffect(ReaComp(side_chain=True)), key="{CCCC}"))
    assert [step[0] for step in steps] == ["add_fx", "channels", "listen"]


def test_a_new_send_sets_everything_and_an_old_one_what_differs() -> None:
    assert send_values(SendLevel(0.5), None)["B_MONO"] == 0.0
    assert send_values(SendLevel(0.5), SEND) == {}
    assert send_values(SendLevel(0.7, muted=True), SEND) == {"D_VOL": 0.7, "B_MUTE": 1.0}
    older = {**SEND, "I_SENDMODE": 2.0}
    assert send_values(SendLevel(0.5, mode="pre_fader"), older) == {}, "an older form of the same mode"
    assert send_values(SendLevel(0.5, source_channel_index=2), SEND) == {"I_SRCCHAN": 1026.0}


def test_a_lane_is_expected_as_it_was_and_written_in_order_of_time() -> None:
    standing = {"name": "<VOLENV2", "points": [[0.0, 1.0, 0, 0.0]]}
    points = (CurvePoint(2.0, 0.5), CurvePoint(1.0, 0.8, 5, 0.3))
    lane = change(BASS, "envelope", points, (CurvePoint(0.0, 1.0),), "volume")
    steps, expected = steps_and_checks(lane, envelopes=[standing])
    assert expected == [["lane", BASS, "VOLENV2", [[0.0, 1.0]]]]
    assert steps == [["lane", BASS, "VOLENV2", 40406, [[1.0, 0.8, 5, 0.3], [2.0, 0.5, 0, 0.0]]]]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (change(MASTER, "polarity", True, False), "the master has no polarity"),
        (change(NEW, "fader", 0.5, 1.0), "no track"),
        (change(BASS, "fader", True, 1.0), "does not take the value"),
        (change(BASS, "mute", 0.5, False), "does not take the value"),
        (change(BASS, "send", SendLevel(0.5), key=MASTER), "no send"),
        (change(BASS, "envelope", (CurvePoint(0.0, 1.0),), (), "banana"), "not a lane"),
        (change(BASS, "envelope", (CurvePoint(0.0, 1.0),), (), "pre_fx_width"), "no way to create a lane"),
        (change(MASTER, "envelope", (CurvePoint(0.0, 1.0),), (), "mute"), "not a lane"),
        (change(BASS, "fx", PlacedEffect(trim(1.0)), PlacedEffect(trim(0.0)), "{CCCC}"), "no plug-in"),
        (change(BASS, "fx", PlacedEffect(ForeignEffect("x", "y")), key="{CCCC}"), "cannot be"),
    ],
)
def test_what_reaper_cannot_do_is_refused_in_a_sentence(wrong: Change, sentence: str) -> None:
    with pytest.raises(PlanError, match=sentence):
        steps_and_checks(wrong)


def test_a_larger_plan_costs_more() -> None:
    points = tuple(CurvePoint(float(n), 1.0) for n in range(1000))
    facts = {"tracks": [track(BASS)], "master": track(""), "project": {}}
    picture = Picture(Session("song", ()), facts, "", "", 1)
    cache = CalibrationCache("7.40")
    costs = [
        steps_of(MixPlan((change(BASS, "envelope", points[:count], (), "volume"),)), picture, {}, cache).units
        for count in (1, 10, 1000)
    ]
    assert costs == sorted(costs)
    assert costs[-1] > 1000


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("7.40/linux-x86_64", (7, 40)),
        ("6.8", (6, 8)),
        ("7.0/x64", (7, 0)),
        ("7.62+dev1014/win64", (7, 62)),
        ("", (7, 0)),
    ],
)
def test_versions_are_read_from_reapers_own_text(text: str, version: tuple[int, int]) -> None:
    assert reaper_version(text) == version
