"""Plug-ins in a running REAPER: read as the file's codecs read them, except where a display knows better."""

import base64
import math
from dataclasses import replace
from typing import Any

import pytest

from reaper_bridge.fx.float_list import parse_float_list
from reaper_bridge.fx.reacomp import format_reacomp
from reaper_bridge.fx.reaeq import format_reaeq, parse_reaeq
from reaper_bridge.fx.reaverbate import format_reaverbate
from reaper_bridge.live.calibration import Calibration, CalibrationCache, Knot
from reaper_bridge.live.inside.displays import read_display
from reaper_bridge.live.knobs import Turn
from reaper_bridge.live.plugins import add_name, calibration_key, effect_of, identity, plugin_of, settings_of
from reaper_bridge.session.change import same_settings
from reaper_bridge.session.effects import (
    EqBand,
    ForeignEffect,
    Jsfx,
    ReaComp,
    ReaEq,
    ReaLimit,
    ReaVerbate,
    trim,
)
from reaper_bridge.session.errors import PlanError

VERSION = (7, 40)
COMP = ReaComp(-18.5, 3.0, 10.0, 120.0, knee_db=6.0)
EQ = ReaEq((EqBand("high_pass", 80.0), EqBand("bell", 300.0, -3.0, 1.0)))
UNKNOWN = Calibration("reacomp<1919247213", "7.40")


def facts(ident: str, **more: Any) -> dict[str, Any]:
    return {"fx_ident": ident, "fx_type": "VST", "name": "a name", "raw": [], "displayed": None, **more}


def comp_facts(effect: ReaComp = COMP, **displayed: str) -> dict[str, Any]:
    raw = parse_float_list(format_reacomp(effect, VERSION))
    assert raw is not None
    texts = [""] * len(raw)
    for index, text in displayed.items():
        texts[int(index.removeprefix("p"))] = text
    return facts(r"C:\REAPER\Plugins\FX\reacomp.dll<1919247213", raw=[*raw, 0.0, 1.0, 0.0], displayed=texts)


def eq_facts(effect: ReaEq = EQ) -> dict[str, Any]:
    state = base64.b64encode(format_reaeq(effect, VERSION)).decode()
    bands = [[4, 1], [8, 1]]
    return facts("/x/reaeq.vst.so<1919247729", vst_chunk=state, bands=bands)


@pytest.mark.parametrize(
    ("text", "number", "tolerance"),
    [
        ("-6.0", -6.0, 0.05),
        ("−6.0 dB", -6.0, 0.05),
        ("100", 100.0, 0.5),
        ("3,25 ms", 3.25, 0.005),
        ("1.25 kHz", 1250.0, 5.0),
        ("1.25k", 1250.0, 5.0),
        ("4.00:1", 4.0, 0.005),
        ("-inf dB", -math.inf, 0.0),
        ("inf:1", math.inf, 0.0),
    ],
)
def test_displays_are_read_with_the_exactness_they_have(text: str, number: float, tolerance: float) -> None:
    display = read_display(text)
    assert display is not None
    assert display.number == number
    assert display.tolerance == pytest.approx(tolerance, rel=0.01)


@pytest.mark.parametrize("text", [None, "", "off", "Main Input L + R"])
def test_a_display_without_a_number_says_none(text: str | None) -> None:
    assert read_display(text) is None


def test_a_plug_in_is_known_by_what_nobody_can_rename() -> None:
    renamed = facts("/x/reacomp.vst.so<1919247213", name="My ReaEQ", renamed_name="My ReaEQ")
    assert plugin_of(renamed).name == "ReaComp"  # type: ignore[union-attr]
    assert plugin_of(facts(r"C:\FX\reaverbate.dll")).name == "ReaVerbate"  # type: ignore[union-attr]
    assert plugin_of(facts("/x/other.so<7", name="VST: ReaComp (Cockos)")) is None
    assert calibration_key(facts(r"C:\REAPER\FX\reacomp.dll<1919247213")) == "reacomp<1919247213"


def test_lists_are_read_by_the_files_codec() -> None:
    assert same_settings(effect_of(comp_facts(), 21), COMP)
    raw = parse_float_list(format_reaverbate(ReaVerbate(-6.0, room_size_ratio=0.4), VERSION))
    read = effect_of(facts("/x/reaverbate.so<1920361016", raw=[*raw, 0.0, 1.0, 0.0]), 8)  # type: ignore[misc]
    assert same_settings(read, ReaVerbate(-6.0, room_size_ratio=0.4))


def test_states_are_read_by_the_files_codec() -> None:
    assert effect_of(eq_facts(), 7) == EQ


def test_sliders_are_read_in_their_own_units() -> None:
    volume = {**facts("utility/volume", raw=[-6.5, 150.0, 0.0, 1.0, 0.0]), "fx_type": "JS"}
    assert effect_of(volume, 2) == trim(-6.5)


@pytest.mark.parametrize(
    "strange",
    [
        facts("/x/other.so<7", raw=[0.5]),
        facts("/x/reaeq.so<1919247729", vst_chunk="no base64!"),
        facts("/x/reaeq.so<1919247729", vst_chunk=None),
        {**comp_facts(), "offline": True},
        {**comp_facts(), "unreadable": "its name is no UTF-8"},
        facts("/x/realimit.so<1919708532"),
    ],
)
def test_what_cannot_be_read_is_foreign(strange: dict[str, Any]) -> None:
    assert isinstance(effect_of(strange, 1), ForeignEffect)


def test_a_foreign_plug_in_that_moved_has_another_digest() -> None:
    a, b = (effect_of(facts("/x/other.so<7", raw=[value]), 1) for value in (0.5, 0.6))
    assert a != b


def test_a_display_that_agrees_leaves_the_exact_number() -> None:
    read = effect_of(comp_facts(p0="-18.5", p1="3.0", p3="120"), 21)
    assert same_settings(read, COMP)


def test_a_display_that_contradicts_our_law_is_right() -> None:
    read = effect_of(comp_facts(p0="-12.0"), 21)
    assert isinstance(read, ReaComp)
    assert read == replace(COMP, threshold_db=-12.0, **_others(read))


def test_a_knot_is_more_exact_than_the_display_it_agrees_with() -> None:
    fx = comp_facts(p0="-12.0")
    known = UNKNOWN.with_knots(0, [Knot(fx["raw"][0], -12.03)])
    contradicted = UNKNOWN.with_knots(0, [Knot(fx["raw"][0], -9.0)])
    assert effect_of(fx, 21, knowing(known)).threshold_db == -12.03  # type: ignore[union-attr]
    assert effect_of(fx, 21, knowing(contradicted)).threshold_db == -12.0  # type: ignore[union-attr]


def knowing(calibration: Calibration) -> CalibrationCache:
    cache = CalibrationCache("7.40")
    cache.keep(calibration)
    return cache


def _others(read: ReaComp) -> dict[str, Any]:
    return {f: getattr(read, f) for f in read.__dataclass_fields__ if f != "threshold_db"}


def test_a_compressor_is_written_knob_by_knob_with_what_its_display_must_show() -> None:
    turns = {turn.index: turn for turn in settings_of(COMP, VERSION).turns}
    assert turns[0].raw == pytest.approx(10 ** (-18.5 / 20))
    assert turns[0].shown == -18.5
    assert turns[1] == Turn(1, pytest.approx(2 / 99), 3.0)  # type: ignore[arg-type]
    assert turns[8].shown is None, "a switch shows no number"
    assert turns[10].shown == -math.inf


def test_a_new_compressor_gets_every_number_and_one_that_stands_only_the_named_ones() -> None:
    fresh = {turn.index for turn in settings_of(COMP, VERSION).turns}
    standing = {turn.index for turn in settings_of(COMP, VERSION, comp_facts()).turns}
    assert fresh == set(range(21))
    assert standing == {0, 1, 2, 3, 4, 6, 7, 8, 10, 11, 13, 14, 15, 16}


def test_a_calibration_aims_better_than_our_law() -> None:
    known = UNKNOWN.with_knots(0, [Knot(0.2, -20.0), Knot(0.4, -10.0)])
    turns = {turn.index: turn for turn in settings_of(COMP, VERSION, calibration=known).turns}
    assert turns[0].raw == pytest.approx(0.23)


def test_ratios_of_a_reverb_are_not_checked_against_a_display() -> None:
    turns = {turn.index: turn for turn in settings_of(ReaVerbate(room_size_ratio=0.4), VERSION).turns}
    assert turns[2] == Turn(2, 0.4, None)
    assert turns[5].shown == 0.0


def test_an_equaliser_is_written_as_a_state_that_keeps_what_is_not_ours() -> None:
    fx = eq_facts(ReaEq((EqBand("low_shelf", 100.0, 2.0), EqBand("bell", 500.0))))
    settings = settings_of(EQ, VERSION, fx)
    assert parse_reaeq(base64.b64decode(settings.chunk)) == EQ
    assert (settings.bands, settings.turns) == ((), ())


def test_an_equaliser_without_a_state_is_written_on_the_bands_it_has() -> None:
    known = replace(UNKNOWN, takes_chunk=False)
    settings = settings_of(EQ, VERSION, calibration=known)
    assert settings.chunk == ""
    assert settings.bands == ((4, True), (8, True), (8, False), (8, False), (8, False))
    shown = {turn.index: turn.shown for turn in settings.turns}
    assert (shown[0], shown[3], shown[4], shown[5], shown[15]) == (80.0, 300.0, -3.0, 1.0, 0.0)
    raw = [0.0] * 16
    for turn in settings.turns:
        raw[turn.index] = turn.raw
    back = effect_of(facts("/x/reaeq.so<1919247729", raw=raw, bands=[list(b) for b in settings.bands]), 16)
    assert same_settings(back, EQ)


def test_more_bands_than_there_are_is_refused_with_a_sentence() -> None:
    many = ReaEq(tuple(EqBand("bell", 100.0 * n) for n in range(1, 7)))
    with pytest.raises(PlanError, match="5 bands, and the plan wants 6"):
        settings_of(many, VERSION, calibration=replace(UNKNOWN, takes_chunk=False))
    assert settings_of(many, VERSION).bands == ()


def test_names_and_identities() -> None:
    assert add_name(COMP) == "VST: ReaComp (Cockos)"
    assert add_name(trim(1.0)) == "JS:utility/volume"
    assert identity(EQ) == {"vst_id": "1919247729", "file": "reaeq"}
    assert identity(Jsfx("Utility/Volume", ())) == {"jsfx": "utility/volume"}
    for effect in (ForeignEffect("x", "y"),):
        with pytest.raises(PlanError, match="cannot be"):
            add_name(effect)
        with pytest.raises(PlanError, match="cannot be"):
            settings_of(effect, VERSION)


def test_a_plug_in_that_tells_no_state_is_refused_before_anything_is_written() -> None:
    with pytest.raises(PlanError, match="ReaLimit does not tell"):
        settings_of(ReaLimit(), VERSION, facts("/x/realimit.so<1919708532", vst_chunk=None))
