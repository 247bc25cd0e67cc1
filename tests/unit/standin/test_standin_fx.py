"""Plug-ins of the stand-in as a script sees them: through ``reaper_python``, with REAPER's shapes."""

import types
from pathlib import Path
from typing import Any

import pytest

from tests.standin.binding import make_module
from tests.standin.desk import Desk, Options
from tests.standin.plugin_port import SWITCHES
from tests.standin.tracks import Track


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path, Options())
    desk.open(None)
    desk.project.state.tracks.append(Track("Bass"))
    return desk


@pytest.fixture
def api(desk: Desk) -> types.ModuleType:
    return make_module(desk)


@pytest.fixture
def track(desk: Desk, api: Any) -> str:
    handle: str = api.RPR_GetTrack(0, 0)
    return handle


def test_a_plug_in_is_added_found_and_deleted(api: Any, track: str) -> None:
    assert api.RPR_TrackFX_AddByName(track, "ReaComp", False, 0) == -1
    assert api.RPR_TrackFX_AddByName(track, "ReaComp", False, -1) == 0
    assert api.RPR_TrackFX_AddByName(track, "ReaComp", False, 1) == 0
    assert api.RPR_TrackFX_AddByName(track, "ReaEQ", False, -1000) == 0
    assert api.RPR_TrackFX_AddByName(track, "no such thing", False, -1) == -1
    assert api.RPR_TrackFX_GetCount(track) == 2
    names = [api.RPR_TrackFX_GetFXName(track, fx, "", 512)[3] for fx in range(2)]
    assert names == ["VST: ReaEQ (Cockos)", "VST: ReaComp (Cockos)"]
    assert api.RPR_TrackFX_Delete(track, 0) == 1
    assert api.RPR_TrackFX_Delete(track, 7) == 0
    assert api.RPR_TrackFX_GetCount(track) == 1


def test_a_part_of_a_name_finds_the_wrong_plug_in(api: Any, track: str) -> None:
    api.RPR_TrackFX_AddByName(track, "ReaVerbate", False, -1)
    assert api.RPR_TrackFX_AddByName(track, "ReaVerb", False, 0) == 0


def test_a_parameter_is_set_read_and_shown(api: Any, track: str) -> None:
    fx = api.RPR_TrackFX_AddByName(track, "ReaComp", False, -1)
    assert api.RPR_TrackFX_GetNumParams(track, fx) == 24
    assert api.RPR_TrackFX_SetParam(track, fx, 0, 0.25) == 1
    assert api.RPR_TrackFX_GetParam(track, fx, 0, 0.0, 0.0) == (0.25, track, fx, 0, 0.0, 2.0)
    assert api.RPR_TrackFX_GetParamEx(track, fx, 0, 0.0, 0.0, 0.0)[-3:] == (0.0, 2.0, 1.0)
    assert api.RPR_TrackFX_GetParamNormalized(track, fx, 0) == 0.125
    assert api.RPR_TrackFX_GetFormattedParamValue(track, fx, 0, "", 64)[4] == "-12.0"
    assert api.RPR_TrackFX_FormatParamValueNormalized(track, fx, 0, 0.5, "", 64)[0::5] == (1, "0.0")
    assert api.RPR_TrackFX_FormatParamValue(track, fx, 0, 0.5, "", 64)[5] == "-6.0"
    assert api.RPR_TrackFX_GetParamName(track, fx, 13, "", 64)[4] == "RMS size"
    assert api.RPR_TrackFX_GetParamIdent(track, fx, 0, "", 64)[4] == "0:_Threshold"
    assert api.RPR_TrackFX_SetParam(track, fx, 99, 0.5) == 0


def test_bypass_wet_and_delta_stand_behind_the_plug_ins_own(api: Any, track: str) -> None:
    fx = api.RPR_TrackFX_AddByName(track, "ReaComp", False, -1)
    places = [api.RPR_TrackFX_GetParamFromIdent(track, fx, ident) for ident in (":bypass", ":wet", ":delta", "no")]
    assert places == [21, 22, 23, -1]
    api.RPR_TrackFX_SetParam(track, fx, 21, 1.0)
    assert api.RPR_TrackFX_GetEnabled(track, fx) == 0
    api.RPR_TrackFX_SetEnabled(track, fx, True)
    assert api.RPR_TrackFX_GetParam(track, fx, 21, 0.0, 0.0)[0] == 0.0


def test_named_configuration(api: Any, track: str) -> None:
    fx = api.RPR_TrackFX_AddByName(track, "ReaEQ", False, -1)
    ok, _, _, key, chunk, _ = api.RPR_TrackFX_GetNamedConfigParm(track, fx, "vst_chunk", "", 65536)
    assert (ok, key, len(chunk) > 100) == (1, "vst_chunk", True)
    assert api.RPR_TrackFX_SetNamedConfigParm(track, fx, "BANDTYPE0", "3") == 1
    assert api.RPR_TrackFX_GetNamedConfigParm(track, fx, "BANDTYPE0", "", 64)[4] == "3"
    assert api.RPR_TrackFX_SetNamedConfigParm(track, fx, "vst_chunk", chunk) == 1
    assert api.RPR_TrackFX_GetNamedConfigParm(track, fx, "BANDTYPE0", "", 64)[4] == "0"
    assert api.RPR_TrackFX_GetNamedConfigParm(track, fx, "no such key", "", 64)[0] == 0
    assert api.RPR_TrackFX_SetNamedConfigParm(track, fx, "renamed_name", "Colour") == 1
    assert api.RPR_TrackFX_GetFXName(track, fx, "", 64)[3] == "Colour"


def test_an_offline_plug_in_has_no_parameters(api: Any, track: str) -> None:
    fx = api.RPR_TrackFX_AddByName(track, "ReaEQ", False, -1)
    api.RPR_TrackFX_SetOffline(track, fx, True)
    assert api.RPR_TrackFX_GetOffline(track, fx) == 1
    assert api.RPR_TrackFX_GetNumParams(track, fx) == 0
    assert api.RPR_TrackFX_GetParamName(track, fx, 0, "", 64)[0] == 0


def test_a_copied_plug_in_has_a_guid_of_its_own_and_a_moved_one_keeps_it(desk: Desk, api: Any, track: str) -> None:
    desk.project.state.tracks.append(Track("Other"))
    other = api.RPR_GetTrack(0, 1)
    api.RPR_TrackFX_AddByName(track, "ReaComp", False, -1)
    (slot,) = desk.project.state.tracks[0].chain.slots
    api.RPR_TrackFX_CopyToTrack(track, 0, other, 0, False)
    api.RPR_TrackFX_CopyToTrack(track, 0, other, 99, True)
    copied, moved = desk.project.state.tracks[1].chain.slots
    assert (moved.plugin.guid, copied.plugin.guid != moved.plugin.guid) == (slot.plugin.guid, True)
    assert api.RPR_TrackFX_GetCount(track) == 0
    api.RPR_TrackFX_CopyToTrack(other, 1, other, 0, True)
    assert desk.project.state.tracks[1].chain.slots[0] is moved
    assert api.RPR_guidToString(api.RPR_TrackFX_GetFXGUID(other, 0), "")[-1] == slot.plugin.guid


def test_the_side_chain_of_a_compressor_is_pins_three_and_four(api: Any, track: str) -> None:
    fx = api.RPR_TrackFX_AddByName(track, "ReaComp", False, -1)
    assert api.RPR_TrackFX_GetIOSize(track, fx, 0, 0)[-2:] == (4, 2)
    assert api.RPR_TrackFX_GetPinMappings(track, fx, 0, 2, 0)[0] == 4
    assert api.RPR_TrackFX_SetPinMappings(track, fx, 0, 2, 1, 0) == 1
    assert api.RPR_TrackFX_GetPinMappings(track, fx, 0, 2, 0)[0] == 1


def test_reaeq_by_kind_and_number(api: Any, track: str) -> None:
    assert api.RPR_TrackFX_GetEQ(track, False) == -1
    fx = api.RPR_TrackFX_GetEQ(track, True)
    assert api.RPR_TrackFX_GetEQParam(track, fx, 6, 0, 0, 0, 0.0)[-4:-1] == (2, 1, 0)
    assert api.RPR_TrackFX_GetEQParam(track, fx, 1, 0, 0, 0, 0.0)[-1] == 0.5
    assert api.RPR_TrackFX_SetEQParam(track, fx, 2, 1, 0, 2500.0, False) == 1
    assert api.RPR_TrackFX_SetEQParam(track, fx, 2, 1, 1, 0.25, True) == 1
    assert api.RPR_TrackFX_SetEQParam(track, fx, 5, 0, 0, 2500.0, False) == 0
    shown = [api.RPR_TrackFX_GetFormattedParamValue(track, fx, index, "", 64)[4] for index in (6, 7)]
    assert shown == ["2500.0", "-6.0"]
    assert api.RPR_TrackFX_GetEQBandEnabled(track, fx, 0, 0) == 0
    assert api.RPR_TrackFX_SetEQBandEnabled(track, fx, 0, 0, True) == 1
    assert api.RPR_TrackFX_GetEQBandEnabled(track, fx, 0, 0) == 1


def test_a_decibel_given_as_an_amplitude_slams_the_gain(api: Any, track: str) -> None:
    fx = api.RPR_TrackFX_GetEQ(track, True)
    api.RPR_TrackFX_SetEQParam(track, fx, 1, 0, 1, -3.0, False)
    assert api.RPR_TrackFX_GetFormattedParamValue(track, fx, 1, "", 64)[4] == "-inf"


def test_a_fresh_parameter_envelope_begins_where_the_knob_stands(desk: Desk, api: Any, track: str) -> None:
    fx = api.RPR_TrackFX_AddByName(track, "ReaComp", False, -1)
    assert int(api.RPR_GetFXEnvelope(track, fx, 0, False)[-16:], 16) == 0
    assert int(api.RPR_GetFXEnvelope(track, fx, 0, True)[-16:], 16) != 0
    envelope = desk.project.state.tracks[0].chain.slots[0].envelopes[0]
    assert (envelope.attributes, envelope.points[0].value) == (["0:_Threshold", "0", "2", "1"], 1.0)


def test_knobs_and_chunks_can_be_out_of_reach(api: Any, track: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SWITCHES, "missing", {"ReaGate"})
    monkeypatch.setattr(SWITCHES, "read_only", {("ReaComp", 1)})
    monkeypatch.setattr(SWITCHES, "without_chunk", {"Rea"})
    assert api.RPR_TrackFX_AddByName(track, "ReaGate", False, -1) == -1
    fx = api.RPR_TrackFX_AddByName(track, "ReaComp", False, -1)
    before = api.RPR_TrackFX_GetParam(track, fx, 1, 0.0, 0.0)[0]
    api.RPR_TrackFX_SetParamNormalized(track, fx, 1, 0.9)
    assert api.RPR_TrackFX_GetParam(track, fx, 1, 0.0, 0.0)[0] == before
    assert api.RPR_TrackFX_GetNamedConfigParm(track, fx, "vst_chunk", "", 64)[0] == 0
