"""A plan written into the tree: the lines it names change, all others keep their bytes."""

import difflib

import pytest

from reaper_bridge.rpp.structure import chain_slots, track_blocks
from reaper_bridge.rpp.syntax import Document, parse_project
from reaper_bridge.rpp.writing import write_plan
from reaper_bridge.session.address import Address, Kind
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.change import Change, MixPlan, NewTrack, PlacedEffect, SendLevel, Value, side_chain_level
from reaper_bridge.session.effects import ForeignEffect, Jsfx, ReaComp, ReaEq, trim
from reaper_bridge.session.errors import PlanError
from reaper_bridge.session.identity import MASTER, TrackId
from tests.unit.reaper_bridge.rpp.projects import (
    EQ_FX,
    FIRST,
    FOREIGN_FX,
    SECOND,
    THIRD,
    project_text,
    three_tracks,
    track_text,
)

NEW = "{44444444-0000-4000-8000-000000000004}"
OTHER_FX = "{CCCCCCCC-0000-4000-8000-00000000000C}"


def change(track: str, kind: Kind, after: Value, key: str = "", before: Value = None) -> Change:
    return Change(Address(TrackId(track), kind, key), before, after, "")


def written(data: bytes, *changes: Change) -> bytes:
    document = parse_project(data)
    write_plan(document, MixPlan(changes))
    result = document.to_bytes()
    parse_project(result)
    return result


def difference(before: bytes, after: bytes) -> list[str]:
    lines = difflib.ndiff(before.decode().split("\r\n"), after.decode().split("\r\n"))
    return [line[0] + line[2:].strip() for line in lines if line[0] in "+-"]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("fader", 0.5, ["-VOLPAN 1 0 -1 -1 1", "+VOLPAN 0.5 0 -1 -1 1"]),
        ("pan", -0.25, ["-VOLPAN 1 0 -1 -1 1", "+VOLPAN 1 -0.25 -1 -1 1"]),
        ("polarity", True, ["-IPHASE 0", "+IPHASE 1"]),
        ("mute", True, ["-MUTESOLO 0 0 0", "+MUTESOLO 1 0 0"]),
        ("play_offset", -0.0015, ["-PLAYOFFS 0 1", "+PLAYOFFS -0.0015 0"]),
        ("width", 0.5, ["+WIDTH 0.5"]),
        ("main_send", False, ["-MAINSEND 1 0", "+MAINSEND 0 0"]),
        ("channels", 4, ["-NCHAN 2", "+NCHAN 4"]),
    ],
)
def test_a_knob_changes_its_own_token_only(kind: Kind, value: Value, expected: list[str]) -> None:
    data = three_tracks()
    assert difference(data, written(data, change(FIRST, kind, value))) == expected


def test_a_play_offset_of_nothing_is_switched_off() -> None:
    data = three_tracks()
    moved = written(data, change(FIRST, "play_offset", 0.01))
    assert written(moved, change(FIRST, "play_offset", 0.0)) == data


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("fader", 0.5, ["-MASTER_VOLUME 1 0 -1 -1 1", "+MASTER_VOLUME 0.5 0 -1 -1 1"]),
        ("mute", True, ["-MASTERMUTESOLO 4", "+MASTERMUTESOLO 5"]),
        ("width", 0.5, ["+MASTER_WIDTH 0.5"]),
    ],
)
def test_the_master_has_knobs_too(kind: Kind, value: Value, expected: list[str]) -> None:
    data = three_tracks()
    assert difference(data, written(data, change(MASTER, kind, value))) == expected


def test_width_stands_where_reaper_writes_it() -> None:
    document = parse_project(written(three_tracks(), change(FIRST, "width", 0.5)))
    names = [child.name for child in track_blocks(document.project)[TrackId(FIRST)].children]
    assert names[names.index("WIDTH") - 1 : names.index("WIDTH") + 2] == ["IPHASE", "WIDTH", "PLAYOFFS"]


def fx_names(document: Document, track: str) -> list[str]:
    chain = track_blocks(document.project)[TrackId(track)].block("FXCHAIN")
    return [] if chain is None else [slot.block.head.text(1) for slot in chain_slots(chain)]


def test_a_first_plug_in_brings_a_chain() -> None:
    data = three_tracks()
    after = written(data, change(FIRST, "fx", PlacedEffect(trim(-6.0), "ours"), EQ_FX))
    lines = difference(data, after)
    assert lines[:6] == ["+<FXCHAIN", "+SHOW 0", "+LASTSEL 0", "+DOCKED 0", "+BYPASS 0 0 0", "+<JS utility/volume ours"]
    assert lines[-5:] == ["+>", "+FLOATPOS 0 0 0 0", f"+FXID {EQ_FX}", "+WAK 0 0", "+>"]
    assert b"    MAINSEND 1 0\r\n    <FXCHAIN\r\n      SHOW 0\r\n" in after


def test_a_chain_that_was_off_while_empty_is_switched_on_with_its_first_plug_in() -> None:
    data = three_tracks().replace(b"    FX 1", b"    FX 0")
    first = written(data, change(FIRST, "fx", PlacedEffect(trim(-6.0)), EQ_FX))
    assert difference(data, first)[:2] == ["-FX 0", "+FX 1"]
    second = written(data, change(SECOND, "fx", PlacedEffect(trim(-6.0)), EQ_FX))
    assert second.count(b"    FX 0\r\n") == 3


def test_a_first_plug_in_on_the_master_brings_its_chain() -> None:
    data = three_tracks()
    after = written(data, change(MASTER, "fx", PlacedEffect(ReaEq(()), ""), EQ_FX))
    assert b"  MASTER_SEL 0\r\n  <MASTERFXLIST\r\n    SHOW 0\r\n" in after
    assert b'    <VST "VST: ReaEQ (Cockos)" reaeq.dll 0 ""' in after


@pytest.mark.parametrize(
    ("position", "names", "windows"),
    [
        (0, ["VST: ReaEQ (Cockos)", "VST: Strange (Nobody)"], ["SHOW 2", "LASTSEL 1"]),
        (1, ["VST: Strange (Nobody)", "VST: ReaEQ (Cockos)"], ["SHOW 1", "LASTSEL 0"]),
        (9, ["VST: Strange (Nobody)", "VST: ReaEQ (Cockos)"], ["SHOW 1", "LASTSEL 0"]),
    ],
)
def test_a_plug_in_comes_to_its_place_and_open_windows_stay(
    position: int, names: list[str], windows: list[str]
) -> None:
    data = three_tracks()
    placed = PlacedEffect(ReaEq(()), "", position)
    after = written(data, change(SECOND, "fx", placed, EQ_FX))
    assert fx_names(parse_project(after), SECOND) == names
    for window in windows:
        assert f"      {window}\r\n".encode() in after
    # the other plug-in keeps every byte, its envelope included
    start, stop = data.index(b"      BYPASS"), data.index(b"      WAK")
    assert data[start:stop] in after
    assert written(after, change(SECOND, "fx", None, EQ_FX, placed)) == data


def test_a_chain_that_holds_nothing_any_more_goes_with_its_last_plug_in() -> None:
    data = three_tracks()
    placed = PlacedEffect(trim(1.0))
    after = written(data, change(FIRST, "fx", placed, EQ_FX))
    assert written(after, change(FIRST, "fx", None, EQ_FX, placed)) == data


def test_a_plug_in_never_comes_between_two_that_run_in_parallel() -> None:
    data = three_tracks()
    both = written(
        data,
        change(FIRST, "fx", PlacedEffect(trim(1.0), "", 0), EQ_FX),
        change(FIRST, "fx", PlacedEffect(trim(2.0), "", 1), OTHER_FX),
    )
    mark = f"      FXID {EQ_FX}\r\n".encode()
    both = both.replace(mark, mark + b"      PARALLEL 1\r\n")
    third = "{DDDDDDDD-0000-4000-8000-00000000000D}"
    after = written(both, change(FIRST, "fx", PlacedEffect(ReaEq(()), "", 1), third))
    assert fx_names(parse_project(after), FIRST)[0] == "VST: ReaEQ (Cockos)"


def test_new_settings_keep_everything_else_of_the_plug_in() -> None:
    data = three_tracks()
    before = PlacedEffect(ReaComp(threshold_db=-12.0), "mine")
    first = written(data, change(FIRST, "fx", before, EQ_FX))
    first = first.replace(b"FLOATPOS 0 0 0 0\r\n      FXID {B", b"FLOATPOS 1 2 3 4\r\n      FXID {B")
    after = written(first, change(FIRST, "fx", PlacedEffect(ReaComp(threshold_db=-20.0)), EQ_FX, before))
    lines = difference(first, after)
    assert len(lines) == 2
    assert lines[0][:6] == "-776t3"
    assert b"0 mine 1919247213<" in after


def test_switching_a_foreign_plug_in_off_touches_its_bypass_only() -> None:
    data = three_tracks()
    strange = ForeignEffect("VST: Strange (Nobody)", "x")
    after = written(data, change(SECOND, "fx", PlacedEffect(strange, "", 0, False), FOREIGN_FX, PlacedEffect(strange)))
    assert difference(data, after) == ["-BYPASS 0 0 0", "+BYPASS 1 0 0"]


def test_a_foreign_plug_in_cannot_be_set() -> None:
    old, new = ForeignEffect("VST: Strange (Nobody)", "x"), ForeignEffect("VST: Strange (Nobody)", "y")
    with pytest.raises(PlanError, match="Strange"):
        written(three_tracks(), change(SECOND, "fx", PlacedEffect(new), FOREIGN_FX, PlacedEffect(old)))


def test_a_side_chained_compressor_gets_four_channels() -> None:
    data = three_tracks()
    after = written(data, change(FIRST, "fx", PlacedEffect(ReaComp(side_chain=True)), EQ_FX))
    assert difference(data, after)[:2] == ["-NCHAN 2", "+NCHAN 4"]


def test_a_send_stands_in_the_receiving_track_behind_those_that_are_there() -> None:
    data = three_tracks()
    after = written(data, change(FIRST, "send", SendLevel(0.25, 0.5, "pre_fader", True), THIRD))
    assert difference(data, after) == ["+AUXRECV 0 3 0.25 0.5 1 0 0 0 0 -1:U 0 -1 ''"]
    assert after.index(b"AUXRECV 1 0") < after.index(b"AUXRECV 0 3") < after.rindex(b"MIDIOUT")


def test_a_send_behind_one_with_an_envelope_leaves_that_together() -> None:
    envelope = "    <AUXVOLENV\n      ACT 1 -1\n      PT 0 1 0\n    >\n"
    receives = "    AUXRECV 0 0 1 0 0 0 0 0 0 -1:U 0 -1 ''\n" + envelope
    data = project_text(track_text(FIRST), track_text(SECOND), track_text(THIRD, receives=receives))
    after = written(data, change(SECOND, "send", SendLevel(0.25), THIRD))
    assert b"    >\r\n    AUXRECV 1 0 0.25" in after
    without = written(after, change(FIRST, "send", None, THIRD))
    assert b"AUXVOLENV" not in without
    assert b"AUXRECV 1 0 0.25" in without


def test_a_send_that_is_there_changes_only_what_the_plan_says() -> None:
    data = three_tracks()
    after = written(data, change(SECOND, "send", SendLevel(0.75), THIRD))
    assert difference(data, after) == [
        "-AUXRECV 1 0 0.5 0 0 0 0 0 0 -1:U 0 -1 ''",
        "+AUXRECV 1 0 0.75 0 0 0 0 0 0 -1:U 0 -1 ''",
    ]
    assert written(after, change(SECOND, "send", SendLevel(0.5), THIRD)) == data


def test_a_send_into_a_side_chain_gives_the_receiver_its_channels() -> None:
    data = three_tracks()
    after = written(data, change(SECOND, "side_chain", side_chain_level(), FIRST))
    assert difference(data, after) == [
        "-NCHAN 2", "+NCHAN 4", "+AUXRECV 1 0 1 0 0 0 0 0 2 -1:U 0 -1 ''",
    ]  # fmt: skip


def test_a_send_of_the_engineers_to_channels_3_4_is_altered_by_its_own_address_only() -> None:
    data = three_tracks().replace(b"0.5 0 0 0 0 0 0 -1:U", b"0.7 0 0 0 0 0 1026 -1:U").replace(b"NCHAN 2", b"NCHAN 4")
    added = written(data, change(SECOND, "send", SendLevel(0.5), THIRD))
    assert difference(data, added) == ["+AUXRECV 1 0 0.5 0 0 0 0 0 0 -1:U 0 -1 ''"]
    assert written(added, change(SECOND, "send", None, THIRD)) == data
    moved = written(added, change(SECOND, "side_chain", side_chain_level(0.25), THIRD))
    assert difference(added, moved) == [
        "-AUXRECV 1 0 0.7 0 0 0 0 0 1026 -1:U 0 -1 ''",
        "+AUXRECV 1 0 0.25 0 0 0 0 0 1026 -1:U 0 -1 ''",
    ]
    alone = written(added, change(SECOND, "side_chain", None, THIRD))
    assert difference(added, alone) == ["-AUXRECV 1 0 0.7 0 0 0 0 0 1026 -1:U 0 -1 ''"]


def test_there_is_no_send_to_the_master_or_to_nobody() -> None:
    for destination in (MASTER, NEW):
        with pytest.raises(PlanError, match="no track"):
            written(three_tracks(), change(FIRST, "send", SendLevel(1.0), destination))


def test_a_new_track_comes_last_and_can_be_sent_to() -> None:
    data = three_tracks()
    after = written(
        data,
        change(FIRST, "send", SendLevel(0.25), NEW),
        change(NEW, "fx", PlacedEffect(trim(0.0)), EQ_FX),
        change(NEW, "track", NewTrack('My "big" room')),
        change(NEW, "fader", 0.5),
    )
    tracks = track_blocks(parse_project(after).project)
    assert list(tracks) == [FIRST, SECOND, THIRD, NEW]
    name = tracks[TrackId(NEW)].find("NAME")
    assert name is not None
    assert name.text(1) == 'My "big" room'
    assert all(line[0] == "+" for line in difference(data, after))
    assert b"    PERF 0\r\n    AUXRECV 0 0 0.25" in after
    gone = written(after, change(NEW, "track", None))
    assert gone == data


def test_a_new_track_stands_outside_a_folder_that_was_left_open() -> None:
    data = project_text(track_text(FIRST, folder="1 1"), track_text(SECOND))
    after = written(data, change(NEW, "track", NewTrack("Room")))
    depths = [
        line.integer(2)
        for block in parse_project(after).project.blocks("TRACK")
        if (line := block.find("ISBUS")) is not None
    ]
    assert depths == [1, -1, 0]


def test_taking_a_track_out_renumbers_the_sends_and_keeps_the_folders() -> None:
    receives = "    AUXRECV 0 0 1 0 0 0 0 0 0 -1:U 0 -1 ''\n    AUXRECV 2 0 1 0 0 0 0 0 0 -1:U 0 -1 ''\n"
    data = project_text(
        track_text(FIRST),
        track_text(SECOND, folder="1 1"),
        track_text(THIRD, folder="2 -1"),
        track_text(NEW, receives=receives),
    )
    after = written(data, change(FIRST, "track", None))
    assert after.count(b"AUXRECV") == 1
    assert b"AUXRECV 1 0 1" in after
    after = written(data, change(THIRD, "track", None))
    assert [line for line in after.decode().split("\r\n") if "ISBUS" in line] == ["    ISBUS 0 0"] * 3


def test_an_old_project_gets_a_track_of_its_own_time() -> None:
    head = '<REAPER_PROJECT 0.1 "5.12/x64" 1\n'
    data = project_text(track_text(FIRST), head=head, tail=">\n")
    after = written(data, change(NEW, "track", NewTrack("Room")), change(NEW, "fx", PlacedEffect(ReaEq(())), EQ_FX))
    track = track_blocks(parse_project(after).project)[TrackId(NEW)]
    assert track.find("PLAYOFFS") is None
    assert track.find("FREEMODE") is not None
    assert b'reaeq.dll 0 "" 1919247729\r\n' in after


def test_the_first_track_of_an_empty_project_stands_before_the_extensions() -> None:
    after = written(project_text(), change(NEW, "track", NewTrack("Room")))
    assert after.index(b"<PROJBAY") < after.index(b"<TRACK") < after.index(b"<EXTENSIONS")


POINTS = (CurvePoint(0.0, 1.0), CurvePoint(1.5, 0.25, 5, -0.5), CurvePoint(2.0, 0.5, 1))


def test_a_new_lane_stands_where_reaper_writes_it() -> None:
    data = three_tracks()
    after = written(data, change(SECOND, "envelope", POINTS, "trim_volume"))
    lines = difference(data, after)
    assert lines[0] == "+<VOLENV3"
    assert lines[-4:] == ["+PT 0 1 0", "+PT 1.5 0.25 5 0 0 0 -0.5", "+PT 2 0.5 1", "+>"]
    assert "+VOLTYPE 1" in lines
    assert after.index(b"MAINSEND 1 0\r\n    <VOLENV3") < after.index(b"<FXCHAIN")
    assert written(after, change(SECOND, "envelope", (), "trim_volume")) == data


def test_new_points_replace_the_old_ones_and_keep_the_rest_of_the_lane() -> None:
    lane = "    <VOLENV2\n      ACT 0 -1\n      VIS 0 1 1\n      PT 0 1 0\n      PT 9 1 0\n      KEEP me\n    >\n"
    data = project_text(track_text(FIRST, rest=lane))
    after = written(data, change(FIRST, "envelope", POINTS[:1], "volume"))
    assert difference(data, after) == ["-ACT 0 -1", "+ACT 1 -1", "-PT 9 1 0"]
    assert b"PT 0 1 0\r\n      KEEP me" in after


def test_the_master_has_lanes_but_none_to_mute() -> None:
    after = written(three_tracks(), change(MASTER, "envelope", POINTS, "volume"))
    assert after.index(b"MASTER_SEL") < after.index(b"<MASTERVOLENV2") < after.index(b"<PROJBAY")
    with pytest.raises(PlanError, match="mute"):
        written(three_tracks(), change(MASTER, "envelope", POINTS, "mute"))


@pytest.mark.parametrize(
    "wrong",
    [
        change(NEW, "fader", 1.0),
        change(FIRST, "fader", True),
        change(FIRST, "fader", float("nan")),
        change(FIRST, "send", SendLevel(float("inf")), SECOND),
        change(FIRST, "mute", 1.5),
        change(FIRST, "fx", 1.0, EQ_FX),
        change(FIRST, "fx", PlacedEffect(Jsfx("utility/volume", (1.0,))), "fx:7"),
        change(FIRST, "send", 1.0, SECOND),
        change(FIRST, "envelope", 1.0, "volume"),
        change(FIRST, "envelope", POINTS, "wobble"),
        change(FIRST, "track", 1.0),
        change(FIRST, "side_chain", 1.0, SECOND),
        change(FIRST, "main_send", 0.0),
        change(FIRST, "channels", 4.0),
        change(FIRST, "channels", True),
        change(MASTER, "main_send", False),
        change(MASTER, "channels", 4),
        change(MASTER, "polarity", True),
        change(MASTER, "play_offset", 1.0),
    ],
    ids=lambda wrong: f"{wrong.address.kind} {wrong.after!r}"[:40],
)
def test_what_cannot_stand_there_is_a_plan_error(wrong: Change) -> None:
    with pytest.raises(PlanError):
        written(three_tracks(), wrong)


def test_line_ends_stay_as_they_are() -> None:
    for data in (three_tracks(), three_tracks().replace(b"\r\n", b"\n")):
        after = written(
            data,
            change(NEW, "track", NewTrack("Room")),
            change(FIRST, "send", SendLevel(1.0), NEW),
            change(FIRST, "fx", PlacedEffect(trim(1.0)), EQ_FX),
        )
        has_returns = data.count(b"\r") > 0
        assert after.count(b"\r\n") == (after.count(b"\n") if has_returns else 0)
