"""The state codecs: settings to bytes and back, and what a change of one knob leaves alone."""

import dataclasses
import math
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reaper_bridge.fx.catalogue import PLUGINS, effect_lines, parse_effect
from reaper_bridge.fx.float_list import format_float_list, parse_float_list
from reaper_bridge.fx.reacomp import format_reacomp, number_count, parse_reacomp
from reaper_bridge.fx.readelay import format_readelay, parse_readelay
from reaper_bridge.fx.reaeq import format_reaeq, parse_reaeq
from reaper_bridge.fx.reagate import format_reagate, parse_reagate
from reaper_bridge.fx.realimit import format_realimit, parse_realimit
from reaper_bridge.fx.reaverbate import format_reaverbate
from reaper_bridge.session.change import same_settings
from reaper_bridge.session.effects import (
    DelayTap,
    Effect,
    EqBand,
    EqShape,
    Jsfx,
    ReaComp,
    ReaDelay,
    ReaEq,
    ReaGate,
    ReaLimit,
    ReaVerbate,
)
from reaper_bridge.session.errors import PlanError

SEVEN = (7, 40)
LEVELS = st.just(-math.inf) | st.floats(-118.0, 6.0)
HERTZ = st.floats(0.0, 20_000.0)
RATIOS = st.floats(0.0, 1.0)
SHAPES: tuple[EqShape, ...] = (
    "low_shelf", "high_shelf", "bell", "low_pass", "high_pass", "all_pass", "notch", "band_pass",
    "parallel_band_pass",
)  # fmt: skip
BANDS = st.builds(
    EqBand,
    st.sampled_from(SHAPES),
    st.floats(20.0, 24_000.0),
    LEVELS,
    st.floats(0.01, 4.0),
    st.booleans(),
)
TAPS = st.builds(
    DelayTap,
    st.floats(0.0, 10_000.0),
    st.floats(0.0, 128.0),
    LEVELS,
    HERTZ,
    HERTZ,
    st.floats(-1.0, 1.0),
    LEVELS,
    st.floats(-1.0, 1.0),
    st.booleans(),
)
EFFECTS: st.SearchStrategy[Effect] = st.one_of(
    st.builds(ReaEq, st.lists(BANDS, max_size=8).map(tuple), LEVELS),
    st.builds(
        ReaComp,
        threshold_db=LEVELS,
        ratio=st.floats(1.0, 100.0),
        attack_ms=st.floats(0.0, 500.0),
        release_ms=st.floats(0.0, 5000.0),
        knee_db=st.floats(0.0, 24.0),
        rms_ms=st.floats(0.0, 100.0),
        pre_comp_ms=st.floats(0.0, 250.0),
        wet_db=LEVELS,
        dry_db=LEVELS,
        detector_low_pass_hz=HERTZ,
        detector_high_pass_hz=HERTZ,
        side_chain=st.booleans(),
        auto_make_up=st.booleans(),
        auto_release=st.booleans(),
    ),
    st.builds(
        ReaGate,
        threshold_db=LEVELS,
        hysteresis_db=LEVELS,
        attack_ms=st.floats(0.0, 500.0),
        release_ms=st.floats(0.0, 5000.0),
        hold_ms=st.floats(0.0, 1000.0),
        pre_open_ms=st.floats(0.0, 250.0),
        rms_ms=st.floats(0.0, 100.0),
        wet_db=LEVELS,
        dry_db=LEVELS,
        detector_low_pass_hz=HERTZ,
        detector_high_pass_hz=HERTZ,
        side_chain=st.booleans(),
    ),
    st.builds(
        ReaLimit,
        st.floats(-24.0, 0.0),
        st.floats(-24.0, 0.0),
        st.booleans(),
        st.floats(0.1, 60.0),
    ),
    st.builds(ReaVerbate, LEVELS, LEVELS, RATIOS, RATIOS, st.floats(-1.0, 1.0), st.floats(0.0, 500.0), HERTZ, HERTZ),
    st.builds(ReaDelay, st.lists(TAPS, max_size=4).map(tuple), LEVELS, LEVELS),
    st.builds(
        Jsfx,
        st.sampled_from(["utility/volume", "loser/3BandEQ", "My Effects/with blank"]),
        st.lists(st.none() | st.floats(-1000.0, 1000.0), max_size=20).map(tuple),
    ),
)
VERSIONS = st.sampled_from([(4, 52), (5, 12), (5, 98), (6, 25), (6, 37), (7, 40)])


@given(EFFECTS, VERSIONS, st.sampled_from(["", "win64", "OSX64", "linux-x86_64"]))
def test_settings_written_as_a_block_read_back_the_same(
    effect: Effect, version: tuple[int, int], platform: str
) -> None:
    if isinstance(effect, ReaLimit) and version < (6, 37):
        with pytest.raises(PlanError, match=r"6\.37"):
            effect_lines(effect, label="", platform=platform, version=version)
        return
    lines = effect_lines(effect, label="First Pass", platform=platform, version=version)
    assert same_settings(parse_effect(lines), effect)


@given(EFFECTS, EFFECTS, VERSIONS)
def test_writing_over_a_block_gives_the_new_settings(first: Effect, second: Effect, version: tuple[int, int]) -> None:
    if version < (6, 37) and isinstance(first, ReaLimit) | isinstance(second, ReaLimit):
        version = SEVEN
    lines = effect_lines(first, label="", platform="win64", version=version)
    written = effect_lines(second, label="", platform="win64", version=version, previous=lines)
    assert same_settings(parse_effect(written), second)


@given(EFFECTS)
def test_writing_the_settings_that_stand_there_changes_no_byte(effect: Effect) -> None:
    lines = effect_lines(effect, label="x", platform="win64", version=SEVEN)
    standing = parse_effect(lines)
    assert effect_lines(standing, label="other", platform="OSX64", version=(5, 0), previous=lines) == lines
    indented = [b"        " + line for line in lines]
    assert effect_lines(standing, label="", platform="", version=SEVEN, previous=indented) == lines


@given(st.binary(max_size=200), st.sampled_from(PLUGINS))
def test_bytes_that_are_no_state_never_raise(state: bytes, plugin: Any) -> None:
    parsed = plugin.parse(state)
    if parsed is not None:
        assert plugin.format(parsed, SEVEN, state) == state


def test_one_knob_of_reacomp_changes_one_number() -> None:
    numbers = [0.1 * n for n in range(21)]
    state = format_float_list(numbers)
    settings = parse_reacomp(state)
    assert settings is not None
    written = parse_float_list(format_reacomp(dataclasses.replace(settings, threshold_db=-12.0), SEVEN, state))
    before = parse_float_list(state)
    assert written is not None
    assert before is not None
    assert written[0] == pytest.approx(0.2511886)
    assert written[1:] == before[1:]


@pytest.mark.parametrize(("version", "count"), [((4, 52), 18), ((5, 0), 19), ((6, 25), 19), ((6, 37), 21)])
def test_reacomp_and_reagate_have_as_many_numbers_as_their_version(version: tuple[int, int], count: int) -> None:
    assert number_count(version) == count
    for state in (format_reacomp(ReaComp(), version), format_reagate(ReaGate(), version)):
        assert len(parse_float_list(state) or ()) == count


def test_a_compressor_of_an_old_version_keeps_its_length_in_a_new_project() -> None:
    old = format_reacomp(ReaComp(), (4, 0))
    assert len(format_reacomp(ReaComp(threshold_db=-20.0), SEVEN, old)) == len(old)


@pytest.mark.parametrize(
    ("settings", "index", "raw"),
    [
        (ReaComp(threshold_db=-6.0206), 0, 0.5),
        (ReaComp(ratio=2.0), 1, 1 / 99),
        (ReaComp(ratio=4.0), 1, 0.030303),
        (ReaComp(attack_ms=3.0), 2, 0.006),
        (ReaComp(release_ms=100.0), 3, 0.02),
        (ReaComp(pre_comp_ms=25.0), 4, 0.1),
        (ReaComp(detector_low_pass_hz=8000.0), 6, 0.4),
        (ReaComp(detector_high_pass_hz=6500.0), 7, 0.325),
        (ReaComp(side_chain=True), 8, 2 / 1084),
        (ReaComp(), 10, 3.1622776e-8),
        (ReaComp(wet_db=12.0), 11, 3.981072),
        (ReaComp(rms_ms=5.0), 13, 0.05),
        (ReaComp(knee_db=6.0), 14, 0.25),
        (ReaComp(auto_make_up=True), 15, 1.0),
        (ReaComp(auto_release=True), 16, 1.0),
        (ReaComp(), 17, 0.25),
    ],
)
def test_reacomps_laws(settings: ReaComp, index: int, raw: float) -> None:
    numbers = parse_float_list(format_reacomp(settings, SEVEN))
    assert numbers is not None
    assert numbers[index] == pytest.approx(raw, rel=1e-5)


def test_a_fresh_reacomp_equals_the_one_reaper_7_saves() -> None:
    default = (1.0, 3 / 99, 0.006, 0.02, 0, 0, 1.0, 0, 0, 0, 10**-7.5, 1.0, 0, 0.05, 0, 0, 0, 0.25, 0, 0, 0)
    assert format_reacomp(ReaComp(), SEVEN) == format_float_list(default)


def test_reaverbate_and_readelay_follow_the_measured_laws() -> None:
    numbers = parse_float_list(format_reaverbate(ReaVerbate(pre_delay_ms=25.0, width_ratio=0.5), SEVEN))
    assert numbers is not None
    assert numbers[5] == pytest.approx(0.05)
    assert numbers[4] == pytest.approx(0.75)
    state = format_readelay(ReaDelay((DelayTap(length_ms=250.0, length_beats=1.0, pan=-1.0),)), SEVEN)
    tap = struct.unpack_from("<11f", state, 32)
    assert tap[2:4] == pytest.approx((0.025, 1 / 128))
    assert (tap[7], tap[10]) == (1.0, 0.0)


def test_a_delay_keeps_what_is_unknown_in_its_head_and_taps() -> None:
    head = struct.pack("<6i2f", 7, 8, 1, 44, 2, 5, 0.5, 1.0)
    state = head + struct.pack("<11f", 9.0, 1.0, 0.1, 0.0, 0.0, 1.0, 0.0, 0.5, 1.0, 1.0, 0.5)
    settings = parse_readelay(state)
    assert settings is not None
    longer = dataclasses.replace(settings, taps=(*settings.taps, DelayTap(length_ms=20.0)))
    written = format_readelay(longer, SEVEN, state)
    assert struct.unpack_from("<6i", written) == (7, 8, 2, 44, 2, 5)
    assert written[32 : 32 + 44] == state[32:]


@pytest.mark.parametrize(("version", "size"), [((2, 0), 32), ((3, 0), 33), ((4, 52), 33), ((6, 25), 33), ((7, 40), 33)])
@pytest.mark.parametrize("bands", [(), (EqBand("bell", 100.0),)])
def test_reaeqs_layout_grows_with_the_version(version: tuple[int, int], size: int, bands: tuple[EqBand, ...]) -> None:
    tail_count = {2: 0, 3: 0, 4: 1, 6: 3, 7: 4}[version[0]]
    state = format_reaeq(ReaEq(bands), version)
    assert len(state) == 8 + size * len(bands) + 16 + 4 * tail_count
    assert parse_reaeq(state) == ReaEq(bands)


def test_an_older_band_type_stays_while_its_shape_stays() -> None:
    state = bytearray(format_reaeq(ReaEq((EqBand("bell", 100.0), EqBand("bell", 200.0))), SEVEN))
    struct.pack_into("<i", state, 8, 9)
    struct.pack_into("<i", state, 8 + 33, 2)
    louder = ReaEq((EqBand("bell", 100.0, gain_db=3.0), EqBand("notch", 200.0)))
    written = format_reaeq(louder, SEVEN, bytes(state))
    assert struct.unpack_from("<i", written, 8) == (9,)
    assert struct.unpack_from("<i", written, 8 + 33) == (6,)
    assert parse_reaeq(written) == louder


def test_bands_can_be_added_and_removed_and_the_tail_stays() -> None:
    state = format_reaeq(ReaEq((EqBand("bell", 100.0),)), (6, 25))
    more = ReaEq((EqBand("bell", 100.0), EqBand("high_pass", 80.0)))
    written = format_reaeq(more, SEVEN, state)
    assert parse_reaeq(written) == more
    assert written[-12:] == state[-12:]
    assert format_reaeq(ReaEq((EqBand("bell", 100.0),)), SEVEN, written) == state


def test_an_unknown_band_type_is_not_read() -> None:
    state = bytearray(format_reaeq(ReaEq((EqBand("bell", 100.0),)), SEVEN))
    struct.pack_into("<i", state, 8, 77)
    assert parse_reaeq(bytes(state)) is None


def test_realimit_is_forty_eight_bytes_of_plain_db() -> None:
    state = format_realimit(ReaLimit(-3.5, -1.0, True, 15.0), SEVEN)
    assert struct.unpack("<iidd4id", state) == pytest.approx((3, 1, -3.5, -1.0, 2, 0, 0, 0, 0.17782794))
    assert parse_realimit(state) == ReaLimit(-3.5, -1.0, True, 15.0)


def test_realimit_keeps_its_unknown_numbers() -> None:
    state = struct.pack("<iidd4id", 3, 0, -3.0, 0.0, 9, 8, 7, 6, 0.5)
    settings = parse_realimit(state)
    assert settings is not None
    written = format_realimit(dataclasses.replace(settings, threshold_db=-4.0), (5, 0), state)
    assert struct.unpack("<iidd4id", written) == (3, 0, -4.0, 0.0, 9, 8, 7, 6, 0.5)


def test_minus_infinity_of_every_version_reads_as_closed() -> None:
    for raw in (0.0, 10**-7.5, 1e-6):
        settings = parse_reagate(format_float_list([0.1] * 9 + [raw] + [0.1] * 8))
        assert settings is not None
        assert settings.dry_db == -math.inf
