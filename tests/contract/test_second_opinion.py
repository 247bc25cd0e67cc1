"""Two readings of the same facts about plug-ins: ours, and the stand-in's, which shares no code with it.

What we write into a block is what the stand-in shows beside its knobs; where somebody turns the stand-in's knobs,
we read what it shows.
"""

import dataclasses
import math
from typing import Any

import pytest
import rpp
from hypothesis import given, settings
from hypothesis import strategies as st

from reaper_bridge.fx.catalogue import effect_lines, parse_effect
from reaper_bridge.session.effects import (
    DelayTap,
    Effect,
    EqBand,
    ReaComp,
    ReaDelay,
    ReaEq,
    ReaGate,
    ReaLimit,
    ReaVerbate,
    trim,
)
from tests.standin.plugins import new_plugin, plugin_from_block
from tests.standin.plugins.instance import Instance

VERSION = (7, 27)
DYNAMICS = {
    "threshold_db": "Threshold",
    "attack_ms": "Attack",
    "release_ms": "Release",
    "rms_ms": "RMS size",
    "wet_db": "Wet",
    "dry_db": "Dry",
    "detector_low_pass_hz": "Lowpass",
    "detector_high_pass_hz": "Hipass",
}
KNOBS: dict[type, dict[str, str]] = {
    ReaComp: DYNAMICS | {"ratio": "Ratio", "knee_db": "Knee", "pre_comp_ms": "Pre-comp"},
    ReaGate: DYNAMICS | {"hysteresis_db": "Hystrsis", "hold_ms": "Hold", "pre_open_ms": "Pre-open"},
    ReaVerbate: {
        "wet_db": "Wet",
        "dry_db": "Dry",
        "pre_delay_ms": "Initial delay",
        "low_pass_hz": "Lowpass",
        "high_pass_hz": "Hipass",
    },
    ReaLimit: {"threshold_db": "Threshold", "ceiling_db": "Ceiling", "release_db_per_second": "Release"},
    DelayTap: {
        "length_ms": "1: Length (time)",
        "feedback_db": "1: Feedback",
        "low_pass_hz": "1: Lowpass",
        "high_pass_hz": "1: Hipass",
        "level_db": "1: Volume",
    },
}
"""Our field for each knob of the stand-in whose display has the same unit."""


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False).map(lambda number: round(number, 3))


LEVELS = st.one_of(st.just(-math.inf), numbers(-60.0, 6.0))
HZ = numbers(20.0, 20_000.0)
DYNAMIC_FIELDS = {
    "threshold_db": numbers(-60.0, 6.0),
    "attack_ms": numbers(0.0, 500.0),
    "release_ms": numbers(0.0, 5000.0),
    "rms_ms": numbers(0.0, 100.0),
    "pre_comp_ms": numbers(0.0, 250.0),
    "wet_db": LEVELS,
    "dry_db": LEVELS,
    "detector_low_pass_hz": HZ,
    "detector_high_pass_hz": HZ,
    "side_chain": st.booleans(),
}
GATE_FIELDS = {key: value for key, value in DYNAMIC_FIELDS.items() if key != "pre_comp_ms"}
EFFECTS: st.SearchStrategy[Effect] = st.one_of(
    st.builds(ReaComp, ratio=numbers(1.0, 100.0), knee_db=numbers(0.0, 24.0), **DYNAMIC_FIELDS),
    st.builds(
        ReaGate,
        hysteresis_db=numbers(-24.0, 6.0),
        hold_ms=numbers(0.0, 1000.0),
        pre_open_ms=numbers(0.0, 250.0),
        **GATE_FIELDS,
    ),
    st.builds(
        ReaVerbate, wet_db=LEVELS, dry_db=LEVELS, pre_delay_ms=numbers(0.0, 500.0), low_pass_hz=HZ, high_pass_hz=HZ
    ),
    st.builds(
        ReaLimit,
        threshold_db=numbers(-24.0, 0.0),
        ceiling_db=numbers(-24.0, 0.0),
        release_db_per_second=numbers(1.0, 60.0),
    ),
    st.builds(
        ReaDelay,
        taps=st.tuples(
            st.builds(
                DelayTap,
                length_ms=numbers(0.0, 10_000.0),
                feedback_db=LEVELS,
                low_pass_hz=HZ,
                high_pass_hz=HZ,
                level_db=LEVELS,
            )
        ),
        wet_db=LEVELS,
        dry_db=LEVELS,
    ),
)
BANDS = st.builds(
    EqBand,
    shape=st.sampled_from(["low_shelf", "high_shelf", "bell", "low_pass", "high_pass", "notch", "band_pass"]),
    frequency_hz=HZ,
    gain_db=numbers(-24.0, 12.0),
    bandwidth_octaves=numbers(0.1, 4.0),
    enabled=st.booleans(),
)


def stood_in(effect: Effect) -> Instance:
    """Load what we write as the stand-in loads a project."""
    lines = effect_lines(effect, label="", platform="linux-x86_64", version=VERSION)
    plugin = plugin_from_block(rpp.loads(b"\n".join(lines).decode() + "\n"))
    assert plugin is not None
    return plugin


def read_back(plugin: Instance) -> Effect:
    """Read what the stand-in saves as we read a project."""
    return parse_effect(rpp.dumps(plugin.block()).encode().strip().splitlines())


def index_of(plugin: Instance, name: str) -> int:
    return next(index for index in range(plugin.parameter_count()) if plugin.parameter_name(index) == name)


def assert_shown(plugin: Instance, name: str, number: float) -> None:
    """Tell that the text beside a knob is this number, as far as the text goes."""
    text = plugin.shown(index_of(plugin, name))
    half_a_digit = 0.5 * 10.0 ** -len(text.partition(".")[2])
    assert float(text) == pytest.approx(number, rel=1e-5, abs=half_a_digit * 1.01), name


@settings(max_examples=60)
@given(effect=EFFECTS)
def test_what_we_write_is_what_the_display_shows(effect: Any) -> None:
    plugin = stood_in(effect)
    for part in (effect, *getattr(effect, "taps", ())):
        for field, knob in KNOBS.get(type(part), {}).items():
            assert_shown(plugin, knob, getattr(part, field))


@settings(max_examples=60)
@given(bands=st.lists(BANDS, min_size=1, max_size=8), gain_db=numbers(-24.0, 12.0))
def test_the_bands_we_write_are_what_the_display_shows(bands: list[EqBand], gain_db: float) -> None:
    plugin = stood_in(ReaEq(tuple(bands), gain_db))
    assert plugin.parameter_count() == 3 * len(bands) + 1
    for number, band in enumerate(bands):
        shown = [plugin.shown(3 * number + knob) for knob in range(3)]
        assert float(shown[0]) == pytest.approx(band.frequency_hz, abs=0.06)
        assert float(shown[1]) == pytest.approx(band.gain_db, abs=0.051)
        assert float(shown[2]) == pytest.approx(band.bandwidth_octaves, abs=0.0051)
        assert plugin.config(f"BANDENABLED{number}") == str(int(band.enabled))
    assert_shown(plugin, "Global Gain", gain_db)


@settings(max_examples=60)
@given(name=st.sampled_from(["ReaComp", "ReaGate", "ReaVerbate", "ReaLimit", "ReaDelay"]), data=st.data())
def test_a_knob_somebody_turned_is_read_as_it_is_shown(name: str, data: st.DataObject) -> None:
    plugin = new_plugin(name)
    assert plugin is not None
    kind = type(read_back(plugin))
    fields = {**KNOBS.get(kind, {}), **(KNOBS[DelayTap] if kind is ReaDelay else {})}
    field = data.draw(st.sampled_from(sorted(fields)))
    plugin.set_normalized(index_of(plugin, fields[field]), data.draw(numbers(0.001, 1.0)))
    effect: Any = read_back(plugin)
    part = effect.taps[0] if kind is ReaDelay else effect
    assert_shown(plugin, fields[field], getattr(part, field))
    untouched: Any = read_back(new_plugin(name))  # type: ignore[arg-type]
    standing = untouched.taps[0] if kind is ReaDelay else untouched
    assert dataclasses.replace(part, **{field: getattr(standing, field)}) == standing


@given(band=st.integers(0, 4), knob=st.integers(0, 2), normalized=numbers(0.01, 1.0))
def test_a_band_somebody_turned_is_read_as_it_is_shown(band: int, knob: int, normalized: float) -> None:
    plugin = new_plugin("ReaEQ")
    assert plugin is not None
    plugin.set_normalized(3 * band + knob, normalized)
    effect = read_back(plugin)
    assert isinstance(effect, ReaEq)
    turned = effect.bands[band]
    number = (turned.frequency_hz, turned.gain_db, turned.bandwidth_octaves)[knob]
    assert float(plugin.shown(3 * band + knob)) == pytest.approx(number, abs=0.051)


@given(gain_db=numbers(-60.0, 40.0))
def test_the_trim_reads_the_same_to_both(gain_db: float) -> None:
    plugin = stood_in(trim(gain_db))
    assert plugin.raw(0)[0] == pytest.approx(gain_db, abs=1e-6)
    assert plugin.raw(1)[0] == 150.0
    assert read_back(plugin) == trim(gain_db)


def test_a_fresh_reaeq_reads_as_reaper_7_makes_it() -> None:
    plugin = new_plugin("ReaEQ")
    assert plugin is not None
    effect = read_back(plugin)
    assert isinstance(effect, ReaEq)
    assert [(band.shape, band.frequency_hz, band.enabled) for band in effect.bands] == [
        ("low_shelf", 100.0, True),
        ("bell", 300.0, True),
        ("bell", 1000.0, True),
        ("high_shelf", 5000.0, True),
        ("high_pass", 100.0, False),
    ]
