"""Which plug-ins the stand-in has, and how a run can make them odd."""

import pytest
import rpp

from tests.standin.plugin_port import Switches
from tests.standin.plugins import installed, new_plugin, plugin_from_block
from tests.standin.plugins.instance import float32
from tests.unit.standin.plugins.making import (
    REACOMP_BLOCK,
    fresh,
)


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        ("ReaVerb", "VST: ReaVerb (Cockos)"),
        ("ReaVerbate", "VST: ReaVerbate (Cockos)"),
        ("VST: ReaEQ (Cockos)", "VST: ReaEQ (Cockos)"),
        ("reaco", "VST: ReaComp (Cockos)"),
        ("JS: utility/volume", "JS: Volume Adjustment"),
        ("Tone Machine", "VSTi: Tone Machine (Third Party)"),
    ],
)
def test_a_plug_in_is_found_by_a_part_of_its_name(asked: str, got: str) -> None:
    assert fresh(asked).name == got


def test_what_is_not_installed_is_not_there(switches: Switches) -> None:
    assert new_plugin("Nothing of the kind") is None
    assert new_plugin("JS: ReaEQ") is None
    switches.missing = {"ReaComp"}
    assert new_plugin("ReaComp") is None
    assert plugin_from_block(rpp.loads(REACOMP_BLOCK)) is None
    assert all("ReaComp" not in name for name, _ in installed())


def test_a_switch_puts_another_law_under_a_knob(switches: Switches) -> None:
    switches.laws[("ReaComp", 13)] = "milliseconds_1000"
    switches.laws[("ReaEQ", 0)] = "frequency_1200"
    compressor, eq = fresh("ReaComp"), fresh("ReaEQ")
    assert compressor.shown(13) == "50.0"
    assert (eq.shown(0), eq.shown(9)) == ("100.0", "5000.0")
    assert eq.raw(0)[0] != pytest.approx(0.1414, abs=0.01)


@pytest.mark.parametrize(
    ("law", "normalized", "text"),
    [
        ("frequency_kilo", 0.2, "159 Hz"),
        ("frequency_kilo", 0.6548, "3.00 kHz"),
        ("ratio_to_one", 3 / 99, "4.0:1"),
        ("backwards", 0.25, "0.750"),
        ("coarse", 0.26, "3"),
        ("words", 0.5, "middle"),
        ("still", 0.9, "7.0"),
    ],
)
def test_displays_can_be_as_odd_as_other_peoples(switches: Switches, law: str, normalized: float, text: str) -> None:
    switches.laws[("ReaComp", 1)] = law
    switches.units = True
    assert fresh("ReaComp").shown_at(1, normalized) == text


def test_a_switch_gives_a_knob_steps(switches: Switches) -> None:
    switches.steps[("ReaComp", 0)] = 4
    compressor = fresh("ReaComp")
    compressor.set_raw(0, 0.7)
    assert (compressor.raw(0)[0], compressor.shown(0), compressor.shown_at(0, 0.3)) == (0.5, "-6.0", "-6.0")


def test_a_switch_holds_a_knob_where_it_is(switches: Switches) -> None:
    switches.read_only = {("ReaComp", 0), ("ReaGate", None)}
    compressor, gate = fresh("ReaComp"), fresh("ReaGate")
    compressor.set_raw(0, 0.5)
    compressor.set_raw(1, 0.5)
    gate.set_normalized(2, 0.9)
    assert (compressor.raw(0)[0], compressor.raw(1)[0]) == (1.0, 0.5)
    assert gate.raw(2)[0] == float32(0.02)


def test_a_switch_takes_vst_chunk_away(switches: Switches) -> None:
    chunk = fresh("ReaEQ").config("vst_chunk")
    switches.without_chunk = {"ReaEQ"}
    assert fresh("ReaEQ").config("vst_chunk") is None
    assert not fresh("ReaEQ").set_config("vst_chunk", str(chunk))


def test_a_switch_shows_units(switches: Switches) -> None:
    switches.units = True
    assert (fresh("ReaEQ").shown(0), fresh("ReaComp").shown(0)) == ("100.0 Hz", "0.0 dB")


def test_a_plug_in_that_is_offline_has_no_knobs() -> None:
    eq = fresh("ReaEQ")
    eq.offline = True
    assert eq.parameter_count() == 0
