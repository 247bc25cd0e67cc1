"""What a script finds in a project, and how REAPER's values and envelopes behave."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.standin.envelopes import from_fader, to_fader
from tests.standin.picture import dump
from tests.unit.standin.conftest import Stage


def value(stage: Stage, track: str, key: str) -> float:
    found: float = stage.api.RPR_GetMediaTrackInfo_Value(track, key)
    return found


def test_tracks_are_read_from_the_file(stage: Stage) -> None:
    names = [stage.api.RPR_GetTrackName(stage.track(i), "", 64)[2] for i in range(stage.api.RPR_CountTracks(0))]
    assert names == ["Drums", "Kick é", "Room"]
    assert value(stage, stage.track(0), "D_VOL") == 0.5
    assert value(stage, stage.track(0), "D_PAN") == 0.25


def test_track_numbers_count_from_one_and_the_master_is_minus_one(stage: Stage) -> None:
    assert value(stage, stage.track(1), "IP_TRACKNUMBER") == 2.0
    assert value(stage, stage.api.RPR_GetMasterTrack(0), "IP_TRACKNUMBER") == -1.0


def test_the_parent_of_a_track_is_the_folder_around_it_as_a_number(stage: Stage) -> None:
    parent = int(value(stage, stage.track(1), "P_PARTRACK"))
    assert parent == int(stage.track(0)[-16:], 16)
    assert value(stage, stage.track(2), "P_PARTRACK") == 0.0


def test_deleting_a_folder_leaves_the_tracks_behind_it_where_they_were(stage: Stage) -> None:
    stage.api.RPR_DeleteTrack(stage.track(0))
    assert [value(stage, stage.track(i), "I_FOLDERDEPTH") for i in range(2)] == [0.0, 0.0]


def test_the_pointer_of_a_guid_becomes_text_by_its_own_function(stage: Stage) -> None:
    pointer = stage.api.RPR_GetTrackGUID(stage.track(0))
    assert pointer.startswith("(GUID*)0x")
    assert stage.api.RPR_guidToString(pointer, "")[1] == "{11111111-0000-0000-0000-000000000001}"


def test_a_guid_can_be_set_unless_a_switch_says_that_nothing_happens(stage_with: Callable[..., Stage]) -> None:
    guid = "{22222222-0000-0000-0000-000000000001}"
    stage = stage_with()
    assert stage.api.RPR_GetSetMediaTrackInfo_String(stage.track(0), "GUID", guid, True)[0] == 1
    assert stage.desk.project.state.tracks[0].guid == guid
    stage = stage_with(fixed_guids=True)
    stage.api.RPR_GetSetMediaTrackInfo_String(stage.track(0), "GUID", guid, True)
    assert stage.desk.project.state.tracks[0].guid != guid


def test_a_new_track_stands_where_it_was_asked_for(stage: Stage) -> None:
    stage.api.RPR_InsertTrackAtIndex(1, False)
    assert stage.api.RPR_GetTrackName(stage.track(1), "", 64)[2] == "Track 2"


def test_selecting_one_track_deselects_the_others(stage: Stage) -> None:
    stage.api.RPR_SetTrackSelected(stage.track(0), True)
    stage.api.RPR_SetOnlyTrackSelected(stage.track(2))
    assert stage.api.RPR_CountSelectedTracks2(0, True) == 1
    assert stage.api.RPR_GetSelectedTrack2(0, 0, True) == stage.track(2)


def test_ext_data_of_a_track_is_its_own(stage: Stage) -> None:
    set_text = stage.api.RPR_GetSetMediaTrackInfo_String
    assert set_text(stage.track(0), "P_EXT:ours", "", False)[0] == 0
    set_text(stage.track(0), "P_EXT:ours", "a b", True)
    assert set_text(stage.track(0), "P_EXT:ours", "", False)[3] == "a b"
    assert set_text(stage.track(1), "P_EXT:ours", "", False)[0] == 0


def test_ext_state_of_a_project_is_written_read_counted_and_taken_away(stage: Stage) -> None:
    api = stage.api
    assert api.RPR_GetProjExtState(0, "OURS", "KEY", "", 512)[4] == "value"
    api.RPR_SetProjExtState(0, "OURS", "SECOND", "2")
    assert api.RPR_EnumProjExtState(0, "OURS", 1, "", 64, "", 512)[4::2] == ("SECOND", "2")
    assert api.RPR_EnumProjExtState(0, "OURS", 2, "", 64, "", 512)[0] == 0
    api.RPR_SetProjExtState(0, "OURS", "", "")
    assert api.RPR_GetProjExtState(0, "OURS", "KEY", "", 512)[0] == 0


def test_groups_are_bits_under_a_mask(stage: Stage) -> None:
    membership = stage.api.RPR_GetSetTrackGroupMembership
    assert membership(stage.track(0), "VOLUME_LEAD", 0b11, 0b01) == 1
    assert membership(stage.track(0), "VOLUME_LEAD", 0b10, 0b10) == 3
    assert membership(stage.track(0), "VOLUME_LEAD", 0, 0) == 3


def test_markers_and_regions_are_told(stage: Stage) -> None:
    assert stage.api.RPR_CountProjectMarkers(0, 0, 0) == (2, 0, 1, 1)
    assert stage.api.RPR_EnumProjectMarkers3(0, 1, 0, 0.0, 0.0, "", 0, 0)[3:6] == (1, 4.0, 8.0)
    marker = stage.api.RPR_GetRegionOrMarker(0, 0, "")
    assert stage.api.RPR_GetSetRegionOrMarkerInfo_String(0, marker, "P_NAME", "", False)[4] == "verse"


def test_the_tempo_is_that_of_the_file(stage: Stage) -> None:
    assert stage.api.RPR_Master_GetTempo() == 98.5
    assert stage.api.RPR_TimeMap_GetTimeSigAtTime(0, 0.0, 0, 0, 0.0)[2:] == (3, 4, 98.5)


def test_folders_sends_and_ext_state_survive_saving(stage: Stage, tmp_path: Path) -> None:
    before = dump(stage.desk)
    stage.api.RPR_Main_SaveProjectEx(0, str(tmp_path / "copy.RPP"), 8)
    stage.desk.open(tmp_path / "copy.RPP", in_new_tab=False)
    after = dump(stage.desk)
    before["master"]["guid"] = after["master"]["guid"]  # the file does not hold it
    for key in ("tracks", "master", "markers", "bpm", "ext_state", "info"):
        assert after[key] == before[key], key
    assert b"\r\n" in (tmp_path / "copy.RPP").read_bytes()


# sends --------------------------------------------------------------------------------------------------------


def test_a_receive_is_the_same_connection_seen_from_the_other_end(stage: Stage) -> None:
    assert stage.api.RPR_GetTrackNumSends(stage.track(1), 0) == 1
    assert stage.api.RPR_GetTrackNumSends(stage.track(2), -1) == 1
    for track, category in ((stage.track(1), 0), (stage.track(2), -1)):
        assert stage.api.RPR_GetTrackSendInfo_Value(track, category, 0, "D_VOL") == 0.7


def test_a_send_is_made_and_removed(stage: Stage) -> None:
    index = stage.api.RPR_CreateTrackSend(stage.track(0), stage.track(2))
    destination = stage.api.RPR_GetTrackSendInfo_Value(stage.track(0), 0, index, "P_DESTTRACK")
    assert int(destination) == int(stage.track(2)[-16:], 16)
    assert stage.api.RPR_RemoveTrackSend(stage.track(0), 0, index) == 1
    assert stage.api.RPR_GetTrackNumSends(stage.track(0), 0) == 0


def test_a_new_send_has_what_the_preferences_say(stage_with: Callable[..., Stage]) -> None:
    stage = stage_with(send_defaults={"D_VOL": 0.25, "I_SENDMODE": 3.0})
    index = stage.api.RPR_CreateTrackSend(stage.track(0), stage.track(2))
    assert stage.api.RPR_GetTrackSendInfo_Value(stage.track(0), 0, index, "D_VOL") == 0.25
    assert stage.api.RPR_GetTrackSendInfo_Value(stage.track(1), 0, 0, "D_VOL") == 0.7


def test_deleting_a_track_takes_its_sends_along(stage: Stage) -> None:
    stage.api.RPR_DeleteTrack(stage.track(2))
    assert stage.api.RPR_GetTrackNumSends(stage.track(1), 0) == 0


# envelopes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("amplitude", [0.0, 1e-6, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.98])
def test_the_fader_scale_can_be_undone(amplitude: float) -> None:
    assert from_fader(to_fader(amplitude)) == pytest.approx(amplitude, abs=1e-9)


def test_the_fader_scale_rises_and_has_0_db_where_reaper_has_it() -> None:
    steps = [to_fader(step / 100.0) for step in range(400)]
    assert steps == sorted(set(steps))
    assert to_fader(1.0) == 716.21785031263
    assert to_fader(0.5) == pytest.approx(592.0)


def test_a_volume_envelope_shows_its_points_on_the_faders_scale(stage: Stage) -> None:
    envelope = stage.api.RPR_GetTrackEnvelopeByChunkName(stage.track(1), "<VOLENV2")
    mode = stage.api.RPR_GetEnvelopeScalingMode(envelope)
    raw = stage.api.RPR_GetEnvelopePoint(envelope, 1, 0.0, 0.0, 0, 0.0, 0)[4]
    assert raw == pytest.approx(592.0)
    assert stage.api.RPR_ScaleFromEnvelopeMode(mode, raw) == pytest.approx(0.5)


ENVELOPE_ACTIONS = [
    (40406, "<VOLENV2", to_fader(0.5)),
    (40407, "<PANENV2", -0.25),
    (40408, "<VOLENV", to_fader(1.0)),
    (40409, "<PANENV", 0.0),
    (40867, "<MUTEENV", 1.0),
    (42020, "<VOLENV3", to_fader(1.0)),
]


@pytest.mark.parametrize(("action", "name", "first"), ENVELOPE_ACTIONS)
def test_an_envelope_is_made_by_showing_it_with_one_point_where_the_knob_stands(
    stage: Stage, action: int, name: str, first: float
) -> None:
    get = stage.api.RPR_GetTrackEnvelopeByChunkName
    assert get(stage.track(0), name).endswith("0" * 16)
    stage.api.RPR_SetOnlyTrackSelected(stage.track(0))
    stage.api.RPR_Main_OnCommand(action, 0)
    envelope = get(stage.track(0), name)
    assert stage.api.RPR_CountEnvelopePoints(envelope) == 1
    assert stage.api.RPR_GetEnvelopePoint(envelope, 0, 0.0, 0.0, 0, 0.0, 0)[3:5] == (0.0, pytest.approx(first))
    assert get(stage.track(2), name).endswith("0" * 16)


def test_showing_an_envelope_again_hides_it(stage: Stage) -> None:
    stage.api.RPR_SetOnlyTrackSelected(stage.track(0))
    shown = []
    for _ in range(2):
        stage.api.RPR_Main_OnCommand(40406, 0)
        envelope = stage.api.RPR_GetTrackEnvelopeByChunkName(stage.track(0), "<VOLENV2")
        shown.append(stage.api.RPR_GetSetEnvelopeInfo_String(envelope, "VISIBLE", "", False)[3])
    assert shown == ["1", "0"]


def test_deleting_a_range_of_points_leaves_the_one_at_its_end(stage: Stage) -> None:
    envelope = stage.api.RPR_GetTrackEnvelopeByChunkName(stage.track(1), "<VOLENV2")
    stage.api.RPR_DeleteEnvelopePointRange(envelope, 0.0, 2.0)
    assert stage.api.RPR_CountEnvelopePoints(envelope) == 1
    assert stage.api.RPR_GetEnvelopePoint(envelope, 0, 0.0, 0.0, 0, 0.0, 0)[3] == 2.0


def test_points_stay_unsorted_until_they_are_sorted(stage: Stage) -> None:
    envelope = stage.api.RPR_GetTrackEnvelopeByChunkName(stage.track(1), "<VOLENV2")
    stage.api.RPR_InsertEnvelopePoint(envelope, 0.5, 100.0, 0, 0.0, False, True)
    assert stage.api.RPR_GetEnvelopePoint(envelope, 3, 0.0, 0.0, 0, 0.0, 0)[3] == 0.5
    stage.api.RPR_Envelope_SortPoints(envelope)
    assert stage.api.RPR_GetEnvelopePoint(envelope, 1, 0.0, 0.0, 0, 0.0, 0)[3] == 0.5


def test_an_envelope_is_evaluated_between_its_points(stage: Stage) -> None:
    envelope = stage.api.RPR_GetTrackEnvelopeByChunkName(stage.track(1), "<VOLENV2")
    found = stage.api.RPR_Envelope_Evaluate(envelope, 0.5, 48000.0, 1, 0.0, 0.0, 0.0, 0.0)[5]
    assert found == pytest.approx((to_fader(1.0) + to_fader(0.5)) / 2.0)


# tabs and settings --------------------------------------------------------------------------------------------


def test_the_project_in_front_changes_with_tabs(stage: Stage) -> None:
    first, _, name, _ = stage.api.RPR_EnumProjects(-1, "", 4096)
    assert name.endswith("song.RPP")
    stage.api.RPR_Main_OnCommand(40859, 0)
    second = stage.api.RPR_EnumProjects(-1, "", 4096)
    assert second[2] == ""
    assert stage.api.RPR_CountTracks(0) == 0
    assert stage.api.RPR_CountTracks(first) == 3
    stage.api.RPR_SelectProjectInstance(first)
    assert stage.api.RPR_EnumProjects(-1, "", 4096)[0] == first
    assert stage.api.RPR_EnumProjects(2, "", 4096)[0].endswith("0" * 16)


def test_the_handles_of_a_closed_tab_are_stale(stage: Stage) -> None:
    track, project = stage.track(0), stage.api.RPR_EnumProjects(-1, "", 4096)[0]
    stage.api.RPR_Main_OnCommand(40860, 0)
    assert stage.api.RPR_ValidatePtr2(0, track, "MediaTrack*") == 0
    assert stage.api.RPR_ValidatePtr2(0, project, "ReaProject*") == 0


def test_settings_for_rendering_make_the_project_dirty(stage: Stage) -> None:
    assert stage.api.RPR_IsProjectDirty(0) == 0
    stage.api.RPR_GetSetProjectInfo(0, "RENDER_SETTINGS", 8195.0, True)
    assert stage.api.RPR_GetSetProjectInfo(0, "RENDER_SETTINGS", 0.0, False) == 8195.0
    assert stage.api.RPR_IsProjectDirty(0) == 1


def test_the_sample_rate_is_told_with_whether_it_is_used(stage: Stage) -> None:
    assert stage.api.RPR_GetSetProjectInfo(0, "PROJECT_SRATE", 0.0, False) == 48000.0
    assert stage.api.RPR_GetSetProjectInfo(0, "PROJECT_SRATE_USE", 0.0, False) == 1.0


@pytest.mark.parametrize("text", ["one\ntwo", "x" * 5000, "\"'`", "a b", "é"])
def test_a_value_that_fits_on_no_line_is_saved_as_a_block(stage: Stage, tmp_path: Path, text: str) -> None:
    stage.api.RPR_SetProjExtState(0, "OURS", "KEY", text)
    stage.desk.save(tmp_path / "copy.RPP")
    stage.desk.open(tmp_path / "copy.RPP", in_new_tab=False)
    assert stage.api.RPR_GetProjExtState(0, "OURS", "KEY", "", 8192)[4] == text
    assert ("<BIN KEY" in (tmp_path / "copy.RPP").read_text(encoding="utf-8")) == (text not in ("a b", "é"))


def test_a_text_of_a_track_is_saved_with_spaces_for_its_lines(stage: Stage, tmp_path: Path) -> None:
    stage.api.RPR_GetSetMediaTrackInfo_String(stage.track(0), "P_EXT:ours", "one\ntwo", True)
    stage.desk.save(tmp_path / "copy.RPP")
    stage.desk.open(tmp_path / "copy.RPP", in_new_tab=False)
    assert stage.api.RPR_GetSetMediaTrackInfo_String(stage.track(0), "P_EXT:ours", "", False)[3] == "one two"


def test_a_line_longer_than_reapers_buffer_comes_back_in_pieces(stage: Stage, tmp_path: Path) -> None:
    stage.api.RPR_GetSetMediaTrackInfo_String(stage.track(0), "P_NAME", "x" * 5000, True)
    stage.desk.save(tmp_path / "copy.RPP")
    stage.desk.open(tmp_path / "copy.RPP", in_new_tab=False)
    assert len(stage.api.RPR_GetTrackName(stage.track(0), "", 8192)[2]) == 4095 - len("NAME ")


def test_a_fresh_plugin_stands_as_somebodys_default_preset_says(stage_with: Callable[..., Stage]) -> None:
    stage = stage_with(default_preset=0.25)
    fx = stage.api.RPR_TrackFX_AddByName(stage.track(0), "ReaComp", False, -1)
    assert stage.api.RPR_TrackFX_GetParamNormalized(stage.track(0), fx, 0) == pytest.approx(0.25)
