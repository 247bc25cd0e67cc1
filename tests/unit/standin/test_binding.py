"""What REAPER's Python binding does with arguments, handles and texts, and the stand-in's does too."""

import ctypes
import inspect
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.standin.binding import MAX_STRBUF, parse_signature, signatures
from tests.standin.registry import FUNCTIONS
from tests.unit.standin.conftest import Stage

NULL = "(MediaTrack*)0x0000000000000000"


def test_every_function_has_a_signature_and_takes_its_arguments(stage: Stage) -> None:
    table = signatures()
    assert set(table) == set(FUNCTIONS)
    for name, signature in table.items():
        wanted = len(parse_signature(name, signature)[1]) + 1
        assert len(inspect.signature(FUNCTIONS[name]).parameters) == wanted, name


def test_a_handle_is_a_text_of_type_and_sixteen_digits(stage: Stage) -> None:
    kind, digits = stage.track(0).split("0x")
    assert kind == "(MediaTrack*)"
    assert len(digits) == 16


def test_a_track_that_is_not_there_is_a_null_handle_which_is_true(stage: Stage) -> None:
    assert stage.track(99) == NULL
    assert bool(NULL)


@pytest.mark.parametrize("wrong", [NULL, "", "0", 0, None, "(MediaTrack*)0x00000000DEADBEEF", "(MediaTrack*)0xZZ"])
def test_a_handle_that_names_no_track_is_null_and_nobody_is_told(stage: Stage, wrong: object) -> None:
    assert stage.api.RPR_GetMediaTrackInfo_Value(wrong, "D_VOL") == 0.0
    assert stage.api.RPR_SetMediaTrackInfo_Value(wrong, "D_VOL", 1.0) == 0


def test_a_handle_of_another_type_is_null(stage: Stage) -> None:
    project = stage.api.RPR_EnumProjects(-1, "", 512)[0]
    assert stage.api.RPR_GetMediaTrackInfo_Value(project, "D_VOL") == 0.0


def test_the_handle_of_a_deleted_track_is_stale(stage: Stage) -> None:
    track = stage.track(2)
    stage.api.RPR_DeleteTrack(track)
    assert stage.api.RPR_ValidatePtr2(0, track, "MediaTrack*") == 0
    assert stage.api.RPR_GetTrackName(track, "", 64)[0] == 0


def test_the_number_of_arguments_is_exact(stage: Stage) -> None:
    with pytest.raises(TypeError):
        stage.api.RPR_GetTrackName(stage.track(0), "")


def test_an_integer_argument_takes_no_float_and_a_float_takes_an_integer(stage: Stage) -> None:
    with pytest.raises(TypeError):
        stage.api.RPR_GetTrack(0, 1.0)
    assert stage.api.RPR_SetMediaTrackInfo_Value(stage.track(0), "D_VOL", 1) == 1
    with pytest.raises(TypeError):
        stage.api.RPR_SetMediaTrackInfo_Value(stage.track(0), "D_VOL", "1")


def test_results_echo_every_argument_after_the_value(stage: Stage) -> None:
    track = stage.track(1)
    assert stage.api.RPR_GetTrackName(track, "", 64) == (1, track, "Kick é", 64)
    assert stage.api.RPR_GetTrackEnvelopeByChunkName(track, "<PANENV2") == "(TrackEnvelope*)0x0000000000000000"


def test_a_void_function_with_out_arguments_returns_its_arguments_alone(stage: Stage) -> None:
    start, end = stage.api.RPR_GetSet_LoopTimeRange2(0, True, False, 1.0, 2.5, False)[3:5]
    assert (start, end) == (1.0, 2.5)


def test_booleans_come_back_as_integers(stage: Stage) -> None:
    assert type(stage.api.RPR_SetMediaTrackInfo_Value(stage.track(0), "B_MUTE", 1.0)) is int


def test_a_text_is_cut_at_the_size_that_was_passed(stage: Stage) -> None:
    assert stage.api.RPR_GetTrackName(stage.track(0), "", 4)[2] == "Dru"


def test_a_letter_cut_in_two_raises(stage: Stage) -> None:
    with pytest.raises(UnicodeDecodeError):
        stage.api.RPR_GetTrackName(stage.track(1), "", len(b"Kick ") + 2)


def test_a_name_longer_than_the_buffer_is_cut_at_four_mebibytes(stage: Stage) -> None:
    key = "P_EXT:long"
    stage.api.RPR_GetSetMediaTrackInfo_String(stage.track(0), "P_NAME", "x", True)
    stage.desk.project.state.tracks[0].ext["long"] = "y" * (MAX_STRBUF + 10)
    text = stage.api.RPR_GetSetMediaTrackInfo_String(stage.track(0), key, "", False)[3]
    assert len(text) == MAX_STRBUF - 1


def test_text_buffers_come_from_a_function_scripts_may_replace(stage: Stage) -> None:
    sizes = []

    def small(text: object) -> object:
        sizes.append(4096)
        return ctypes.create_string_buffer(str(text).encode(), 4096)

    stage.api.rpr_packs = small
    assert stage.api.RPR_GetTrackName(stage.track(0), "", 4096)[2] == "Drums"
    assert sizes == [4096]


CRASHING = """
import ctypes, sys
from pathlib import Path
from tests.unit.standin.conftest import Stage
stage = Stage(Path(sys.argv[1]))
track = stage.track(0)
{line}
print("alive")
"""
SMALL = "stage.api.rpr_packs = lambda text: ctypes.create_string_buffer(str(text).encode(), 64)\n"


@pytest.mark.parametrize(
    "line",
    [
        SMALL + "stage.api.RPR_GetSetMediaTrackInfo_String(track, 'GUID', '', False)",
        SMALL + "stage.desk.project.state.tracks[0].name = 'n' * 100; stage.api.RPR_GetTrackName(track, '', 512)",
        "stage.api.rpr_packp = lambda kind, text: int(str(text)[-16:], 16)\n"
        "stage.api.RPR_DeleteTrack(track); stage.api.RPR_GetMediaTrackInfo_Value(track, 'D_VOL')",
    ],
    ids=["no size, small buffer", "text over the end", "stale and not validated"],
)
def test_what_would_crash_reaper_ends_the_process(tmp_path: Path, line: str) -> None:
    code = CRASHING.format(line=line)
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "crashed" in done.stderr
    assert "alive" not in done.stdout


def test_an_older_reaper_lacks_functions(stage_with: Callable[..., Stage]) -> None:
    api = stage_with(without=("GetNumRegionsOrMarkers",)).api
    assert not hasattr(api, "RPR_GetNumRegionsOrMarkers")
    assert hasattr(api, "RPR_CountProjectMarkers")


def test_validate_ptr_has_an_address_other_bindings_can_call(stage: Stage) -> None:
    kind = ctypes.CFUNCTYPE(ctypes.c_byte, ctypes.c_uint64, ctypes.c_uint64, ctypes.c_char_p)
    validate = kind(stage.api._ft["ValidatePtr2"])
    number = int(stage.track(0)[-16:], 16)
    assert validate(0, number, b"MediaTrack*") == 1
    assert validate(0, number + 1, b"MediaTrack*") == 0
