"""Undo in the stand-in is REAPER's: whole states, blocks that must be closed, handles that die."""

import itertools
from collections.abc import Callable

import pytest

from tests.unit.standin.conftest import Stage


def names(stage: Stage) -> list[str]:
    found: list[str] = stage.desk.project.history.undo_names()
    return found


def fade(stage: Stage, volume: float, name: str = "Fade", flags: int = -1) -> None:
    stage.api.RPR_Undo_BeginBlock2(0)
    stage.api.RPR_SetMediaTrackInfo_Value(stage.track(0), "D_VOL", volume)
    stage.api.RPR_Undo_EndBlock2(0, name, flags)


def volume(stage: Stage) -> float:
    found: float = stage.api.RPR_GetMediaTrackInfo_Value(stage.track(0), "D_VOL")
    return found


def test_a_block_makes_one_point_with_its_name(stage: Stage) -> None:
    fade(stage, 0.1)
    assert stage.api.RPR_Undo_CanUndo2(0) == "Fade"
    assert stage.api.RPR_Undo_DoUndo2(0) == 1
    assert volume(stage) == 0.5
    assert stage.api.RPR_Undo_CanRedo2(0) == "Fade"
    stage.api.RPR_Undo_DoRedo2(0)
    assert volume(stage) == 0.1


def test_asking_for_a_name_where_there_is_none_raises(stage: Stage) -> None:
    with pytest.raises(AttributeError):
        stage.api.RPR_Undo_CanUndo2(0)
    with pytest.raises(AttributeError):
        stage.api.RPR_Undo_CanRedo2(0)
    assert stage.api.RPR_Undo_DoUndo2(0) == 0


def test_direct_edits_under_no_flags_lose_their_name(stage: Stage) -> None:
    fade(stage, 0.1, flags=0)
    assert names(stage) == ["ReaScript: Run"]


def test_actions_under_no_flags_keep_the_name(stage: Stage) -> None:
    stage.api.RPR_Undo_BeginBlock2(0)
    stage.api.RPR_Main_OnCommand(40341, 0)
    stage.api.RPR_Undo_EndBlock2(0, "Mute everything", 0)
    assert names(stage) == ["Mute everything"]


def test_a_block_without_a_name_makes_no_point(stage: Stage) -> None:
    fade(stage, 0.1, name="")
    assert names(stage) == []


def test_a_block_left_open_is_closed_at_the_end_of_the_tick_under_reapers_name(stage: Stage) -> None:
    stage.api.RPR_Undo_BeginBlock2(0)
    stage.api.RPR_SetMediaTrackInfo_Value(stage.track(0), "D_VOL", 0.1)
    stage.desk.project.history.end_of_tick()
    stage.api.RPR_Undo_EndBlock2(0, "Too late", -1)
    assert names(stage) == ["ReaScript: Run"]


def test_blocks_inside_blocks_make_one_point(stage: Stage) -> None:
    stage.api.RPR_Undo_BeginBlock2(0)
    fade(stage, 0.1, "Inner")
    stage.api.RPR_Undo_EndBlock2(0, "Outer", -1)
    assert names(stage) == ["Outer"]


def test_an_edit_outside_a_block_makes_no_point_and_goes_with_the_next_undo(stage: Stage) -> None:
    fade(stage, 0.1)
    stage.api.RPR_SetMediaTrackInfo_Value(stage.track(1), "D_VOL", 0.2)
    assert names(stage) == ["Fade"]
    stage.api.RPR_Undo_DoUndo2(0)
    assert stage.api.RPR_GetMediaTrackInfo_Value(stage.track(1), "D_VOL") == 1.0


def test_undo_and_redo_make_every_handle_stale(stage: Stage) -> None:
    fade(stage, 0.1)
    for again in (stage.api.RPR_Undo_DoUndo2, stage.api.RPR_Undo_DoRedo2):
        track = stage.track(0)
        envelope = stage.api.RPR_GetTrackEnvelopeByChunkName(stage.track(1), "<VOLENV2")
        again(0)
        assert stage.api.RPR_ValidatePtr2(0, track, "MediaTrack*") == 0
        assert stage.api.RPR_ValidatePtr2(0, envelope, "TrackEnvelope*") == 0
        assert stage.api.RPR_CountEnvelopePoints(envelope) == 0


def test_the_handle_of_the_project_survives_undo(stage: Stage) -> None:
    project = stage.api.RPR_EnumProjects(-1, "", 512)[0]
    fade(stage, 0.1)
    stage.api.RPR_Undo_DoUndo2(project)
    assert stage.api.RPR_EnumProjects(-1, "", 512)[0] == project


def test_a_new_point_ends_what_could_be_redone(stage: Stage) -> None:
    fade(stage, 0.1)
    stage.api.RPR_Undo_DoUndo2(0)
    fade(stage, 0.2, "Another")
    assert stage.desk.project.history.redo_names() == []


def test_the_change_count_rises_with_points_undo_and_redo_only(stage: Stage) -> None:
    counts = [stage.api.RPR_GetProjectStateChangeCount(0)]
    for step in (
        lambda: stage.api.RPR_SetMediaTrackInfo_Value(stage.track(0), "D_VOL", 0.3),
        lambda: fade(stage, 0.1),
        lambda: stage.api.RPR_Undo_DoUndo2(0),
        lambda: stage.api.RPR_Undo_DoRedo2(0),
    ):
        step()
        counts.append(stage.api.RPR_GetProjectStateChangeCount(0))
    assert [after - before for before, after in itertools.pairwise(counts)] == [0, 1, 1, 1]


def test_flags_that_leave_out_what_changed_are_noticed(stage: Stage) -> None:
    fade(stage, 0.1, flags=4)
    assert stage.desk.project.history.uncovered == 1


@pytest.mark.parametrize(("switch", "left"), [("rolls-back", ""), ("stays", "new")])
def test_ext_state_rolls_back_or_stays_as_the_switch_says(
    stage_with: Callable[..., Stage], switch: str, left: str
) -> None:
    stage = stage_with(ext_state_undo=switch)
    stage.api.RPR_Undo_BeginBlock2(0)
    stage.api.RPR_SetProjExtState(0, "OURS", "OTHER", "new")
    stage.api.RPR_Undo_EndBlock2(0, "Note", -1)
    stage.api.RPR_Undo_DoUndo2(0)
    assert stage.api.RPR_GetProjExtState(0, "OURS", "OTHER", "", 64)[4] == left


def test_ext_data_of_tracks_rolls_back_with_them(stage: Stage) -> None:
    stage.api.RPR_Undo_BeginBlock2(0)
    stage.api.RPR_GetSetMediaTrackInfo_String(stage.track(0), "P_EXT:ours", "x", True)
    stage.api.RPR_Undo_EndBlock2(0, "Note", -1)
    stage.api.RPR_Undo_DoUndo2(0)
    assert stage.api.RPR_GetSetMediaTrackInfo_String(stage.track(0), "P_EXT:ours", "", False)[0] == 0


def test_settings_of_the_project_are_no_part_of_undo(stage: Stage) -> None:
    fade(stage, 0.1)
    stage.api.RPR_GetSetProjectInfo(0, "RENDER_SETTINGS", 3.0, True)
    stage.api.RPR_Undo_DoUndo2(0)
    assert stage.api.RPR_GetSetProjectInfo(0, "RENDER_SETTINGS", 0.0, False) == 3.0


def test_what_a_person_does_is_a_point_of_its_own(stage: Stage) -> None:
    with stage.desk.by_hand("Set track volume") as project:
        project.state.tracks[0].values["D_VOL"] = 0.9
    assert stage.api.RPR_Undo_CanUndo2(0) == "Set track volume"
    assert stage.api.RPR_GetProjectStateChangeCount(0) == 2


@pytest.mark.parametrize(("switch", "counts"), [("points", True), ("ignored", False)])
def test_selecting_counts_as_a_change_only_where_the_switch_says_so(
    stage_with: Callable[..., Stage], switch: str, counts: bool
) -> None:
    stage = stage_with(selection_undo=switch)
    before = stage.api.RPR_GetProjectStateChangeCount(0)
    stage.api.RPR_SetOnlyTrackSelected(stage.track(1))
    assert (stage.api.RPR_GetProjectStateChangeCount(0) > before) == counts


@pytest.mark.parametrize(("switch", "left"), [("points", 0.0), ("ignored", 1.0)])
def test_undo_moves_the_selection_only_where_the_switch_says_so(
    stage_with: Callable[..., Stage], switch: str, left: float
) -> None:
    stage = stage_with(selection_undo=switch)
    stage.api.RPR_Undo_BeginBlock2(0)
    stage.api.RPR_SetMediaTrackInfo_Value(stage.track(0), "D_VOL", 0.1)
    stage.api.RPR_SetOnlyTrackSelected(stage.track(1))
    stage.api.RPR_Undo_EndBlock2(0, "Fade", -1)
    stage.api.RPR_Undo_DoUndo2(0)
    assert stage.api.RPR_GetMediaTrackInfo_Value(stage.track(1), "I_SELECTED") == left


def test_numbers_come_back_from_undo_as_exactly_as_a_file_holds_them(stage: Stage) -> None:
    def time_of_first_point() -> float:
        envelope = stage.api.RPR_GetTrackEnvelopeByChunkName(stage.track(1), "<VOLENV2")
        found: float = stage.api.RPR_GetEnvelopePoint(envelope, 1, 0.0, 0.0, 0, 0.0, 0)[3]
        return found

    stage.api.RPR_Undo_BeginBlock2(0)
    envelope = stage.api.RPR_GetTrackEnvelopeByChunkName(stage.track(1), "<VOLENV2")
    stage.api.RPR_InsertEnvelopePoint(envelope, 0.123456789012, 700.0, 0, 0.0, False, False)
    stage.api.RPR_Undo_EndBlock2(0, "Draw", -1)
    assert time_of_first_point() == 0.123456789012
    stage.api.RPR_Undo_DoUndo2(0)
    stage.api.RPR_Undo_DoRedo2(0)
    assert time_of_first_point() == 0.12345679


def test_a_handle_kept_too_long_may_point_at_another_track_where_memory_is_reused(
    stage_with: Callable[..., Stage],
) -> None:
    stage = stage_with(reuse_handles=True)
    kept = stage.track(2)
    stage.api.RPR_DeleteTrack(kept)
    stage.api.RPR_InsertTrackAtIndex(0, False)
    assert stage.track(0) == kept
