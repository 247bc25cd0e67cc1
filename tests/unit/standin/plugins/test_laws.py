"""The knobs of the stand-in's plug-ins against the tables that were measured on REAPER."""

import base64
import math
import struct

import pytest
import rpp

from tests.standin.plugins import plugin_from_block
from tests.standin.plugins.instance import float32
from tests.standin.plugins.vst import VstInstance
from tests.unit.standin.plugins.making import (
    REACOMP_BLOCK,
    THIRD_PARTY_BLOCK,
    again,
    fresh,
    index_of,
    values,
)


@pytest.mark.parametrize(
    ("frequency_hz", "normalized"),
    [(80.0, 0.1160), (200.0, 0.2316), (800.0, 0.4408), (3000.0, 0.6548), (8000.0, 0.8176), (12_000.0, 0.8848)],
)
def test_reaeq_shows_the_frequencies_that_were_measured(frequency_hz: float, normalized: float) -> None:
    eq = fresh("ReaEQ")
    eq.set_normalized(0, normalized)
    assert float(eq.shown(0)) == pytest.approx(frequency_hz, rel=0.004)
    assert eq.parameters()[0].law.raw(frequency_hz) == pytest.approx(normalized, abs=0.0004)


@pytest.mark.parametrize(("raw", "text"), [(0.25, "0.0"), (0.125, "-6.0"), (0.5, "6.0"), (1.0, "12.0"), (0.0, "-inf")])
def test_reaeq_keeps_a_gain_as_a_quarter_of_its_amplitude(raw: float, text: str) -> None:
    eq = fresh("ReaEQ")
    eq.set_raw(1, raw)
    assert (eq.shown(1), eq.shown_at(1, raw)) == (text, text)


def test_reaeq_keeps_a_width_as_a_quarter_of_its_octaves() -> None:
    eq = fresh("ReaEQ")
    assert (eq.shown_at(2, 0.5), eq.shown_at(2, 0.25)) == ("2.00", "1.00")


def test_a_fresh_reaeq_has_five_bands_of_which_the_high_pass_is_off() -> None:
    eq = fresh("ReaEQ")
    assert eq.parameter_count() == 16
    assert [eq.config(f"BANDTYPE{band}") for band in range(6)] == ["0", "8", "8", "1", "4", None]
    assert [eq.config(f"BANDENABLED{band}") for band in range(6)] == ["1", "1", "1", "1", "0", None]
    assert [eq.shown(3 * band) for band in range(5)] == ["100.0", "300.0", "1000.0", "5000.0", "100.0"]
    assert [eq.shown(3 * band + 2) for band in range(5)] == ["0.80", "2.00", "2.00", "0.80", "2.00"]
    assert [eq.parameter_ident(index) for index in range(3)] == [
        "0:_Freq_Low_Shelf",
        "1:_Gain_Low_Shelf",
        "2:_BW_Low_Shelf",
    ]
    assert eq.parameter_ident(15) == "15:_Global_Gain"


def test_a_bands_type_renames_its_knobs_and_unknown_types_are_refused() -> None:
    eq = fresh("ReaEQ")
    assert eq.set_config("BANDTYPE1", "4")
    assert eq.parameter_name(3) == "Freq-High Pass 2"
    assert not eq.set_config("BANDTYPE1", "77")
    assert not eq.set_config("BANDTYPE9", "8")


def test_vst_chunk_is_the_private_state_and_changes_how_many_bands_there_are() -> None:
    eq = fresh("ReaEQ")
    chunk = eq.config("vst_chunk")
    assert chunk is not None
    state = base64.b64decode(chunk)
    assert struct.unpack_from("<II", state) == (33, 5)
    assert struct.unpack_from("<iid", state, 8) == (0, 1, 100.0)
    two_bands = struct.pack("<II", 33, 2) + state[8 : 8 + 66] + state[8 + 165 :]
    assert eq.set_config("vst_chunk", base64.b64encode(two_bands).decode())
    assert eq.parameter_count() == 7
    assert not eq.set_config("vst_chunk", "!!")
    assert not eq.set_config("vst_chunk", "AAAA")
    assert eq.parameter_count() == 7


def test_what_is_set_is_read_back_in_32_bits() -> None:
    compressor = fresh("ReaComp")
    compressor.set_raw(0, 0.1)
    assert compressor.raw(0) == (float32(0.1), 0.0, 2.0)
    assert compressor.raw(0)[0] != 0.1


@pytest.mark.parametrize(
    ("name", "raw", "text"),
    [
        ("Threshold", 0.25, "-12.0"),
        ("Threshold", 0.0, "-inf"),
        ("Ratio", 1 / 99, "2.0"),
        ("Attack", 0.006, "3.0"),
        ("Release", 0.02, "100"),
        ("Lowpass", 1.0, "20000"),
        ("RMS size", 0.05, "5.0"),
        ("Knee", 0.25, "6.0"),
        ("Dry", 3.1622776e-8, "-inf"),
        ("Wet", 2.0, "6.0"),
        ("AutoMkUp", 1.0, "on"),
        ("SignIn", 2 / 1084, "Auxiliary Input L+R"),
    ],
)
def test_reacomp_shows_what_its_numbers_mean(name: str, raw: float, text: str) -> None:
    compressor = fresh("ReaComp")
    compressor.set_raw(index_of(compressor, name), raw)
    assert compressor.shown(index_of(compressor, name)) == text


def test_a_value_out_of_range_stops_at_the_end() -> None:
    compressor = fresh("ReaComp")
    compressor.set_raw(0, 9.0)
    compressor.set_normalized(1, -3.0)
    assert (compressor.raw(0)[0], compressor.raw(1)[0]) == (2.0, 0.0)
    compressor.set_raw(0, math.nan)
    assert compressor.raw(0)[0] == 2.0


def test_a_list_of_numbers_is_no_chunk() -> None:
    compressor = fresh("ReaComp")
    assert compressor.config("vst_chunk") is None
    assert not compressor.set_config("vst_chunk", "776t3g3wrd4=")


def test_an_old_list_keeps_its_length_until_a_newer_knob_is_turned() -> None:
    block = rpp.loads(REACOMP_BLOCK)
    header = base64.b64decode(block.children[0])
    old = struct.pack("<I", 8 + 4 * 18).join((header[:-12], header[-8:]))
    state = base64.b64decode(block.children[1])[: 8 + 4 * 18]
    block.children[:2] = [base64.b64encode(old).decode(), base64.b64encode(state).decode()]
    compressor = plugin_from_block(block)
    assert isinstance(compressor, VstInstance)
    compressor.set_raw(0, 0.5)
    assert len(compressor.state()) == 8 + 4 * 18
    compressor.set_raw(18, 1 / 13)
    assert len(compressor.state()) == 8 + 4 * 19
    assert values(again(compressor)) == values(compressor)


def test_realimit_answers_by_name_in_db() -> None:
    limiter = fresh("ReaLimit")
    assert limiter.set_config("THRESHOLD", "-6.5")
    assert limiter.set_config("CEILING", "-1")
    assert limiter.set_config("TRUEPEAK", "1")
    assert float(limiter.config("THRESHOLD") or "") == -6.5
    assert (limiter.shown(0), limiter.shown(1), limiter.shown(2)) == ("-6.5", "-1.0", "15.0")
    state = base64.b64decode(limiter.config("vst_chunk") or "")
    assert struct.unpack_from("<iidd", state) == (3, 1, -6.5, -1.0)
    assert not limiter.set_config("CEILING", "loud")


def test_readelay_has_ten_knobs_a_tap() -> None:
    delay = fresh("ReaDelay")
    assert delay.parameter_count() == 12
    delay.set_raw(index_of(delay, "1: Length (time)"), 0.05)
    assert delay.shown(index_of(delay, "1: Length (time)")) == "500.0"
    assert delay.shown(index_of(delay, "1: Pan")) == "0.0"


def test_a_jsfx_counts_in_the_units_of_its_sliders() -> None:
    trim = fresh("JS: Volume Adjustment")
    trim.set_raw(0, -3.25)
    assert trim.raw(0) == (-3.25, -150.0, 150.0)
    assert trim.normalized(0) == pytest.approx(146.75 / 300.0)
    assert trim.shown(0) in ("-3.2 dB", "-3.3 dB")
    assert (trim.ident, trim.fx_type, trim.name) == ("utility/volume", "JS", "JS: Volume Adjustment")
    assert trim.block().children[0][:3] == ["-3.25", "0", "-"]
    assert len(trim.block().children[0]) == 64


def test_a_named_step_of_a_jsfx_is_shown_by_its_name() -> None:
    esser = fresh("Liteon/deesser")
    assert [esser.shown(index) for index in range(3)] == ["Mono", "Hipass", "Off"]


def test_a_plug_in_of_others_tells_no_texts_and_keeps_its_state() -> None:
    strange = plugin_from_block(rpp.loads(THIRD_PARTY_BLOCK))
    assert strange is not None
    assert strange.shown_at(0, 0.5) is None
    assert rpp.dumps(strange.block()) == rpp.dumps(rpp.loads(THIRD_PARTY_BLOCK))
    strange.set_raw(3, 0.75)
    loaded = again(strange)
    assert (loaded.raw(3)[0], values(loaded)) == (0.75, values(strange))
    assert base64.b64decode(loaded.config("vst_chunk") or "").startswith(b"\1\2\3")


def test_there_is_a_plug_in_with_32_knobs() -> None:
    assert fresh("Panel").parameter_count() == 32
