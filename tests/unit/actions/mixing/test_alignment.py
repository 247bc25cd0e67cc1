"""The second of two microphones is set to the first where that is sure, and nowhere else."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from actions.mixing.brief import Brief
from actions.mixing.plan import Decision, decide
from analysis.alignment import Pair
from reaper_bridge.session.address import Address
from reaper_bridge.session.effects import ForeignEffect, ReaEq
from reaper_bridge.session.identity import FxId, TrackId
from reaper_bridge.session.model import FxSlot, Send, Track
from reaper_bridge.session.values import with_plan
from tests.unit.actions.mixing.builders import BAND, VOICE, Part, brief_for, change_at, decided, only, pair_of

KICK_IN = Part("Kick In", "kick_in", "kick", -8.0)
KICK_OUT = Part("Kick Out", "kick_out", "kick", -10.0)
DI = Part("Bass DI", "bass_di", "bass", -6.0)
AMP = Part("Bass Amp", "bass_amp", "bass", -8.0)
ALIGNMENT = only("alignment")


def decided_on(second: Part, pair: Pair, first: Part = KICK_IN, **wishes: Any) -> Decision:
    return decided([first, second, VOICE], stages=ALIGNMENT, pairs=(pair,), **wishes)


def placed(decision: Decision, part: Part) -> tuple[bool, float]:
    """Return whether a part is turned over, and its offset in ms."""
    flip, offset = change_at(decision, part, "polarity"), change_at(decision, part, "play_offset")
    return flip is not None and flip.after is True, 1e3 * float(offset.after) if offset is not None else 0.0  # type: ignore[arg-type]


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("delay_ms", [-2.0, -0.5, 0.0, 0.7, 1.9, 2.9])
def test_the_second_is_turned_over_and_shifted_to_the_first(delay_ms: float, inverted: bool) -> None:
    decision = decided_on(KICK_OUT, pair_of(KICK_IN, KICK_OUT, delay_ms, inverted=inverted))
    turned, offset_ms = placed(decision, KICK_OUT)
    assert turned == inverted
    assert offset_ms == pytest.approx(-delay_ms, abs=0.05)
    assert {change.address.track_id for change in decision.plan} <= {KICK_OUT.id}


def test_the_reason_has_numbers() -> None:
    decision = decided_on(KICK_OUT, pair_of(KICK_IN, KICK_OUT, 1.5))
    said = {change.address.kind: change.because for change in decision.plan}
    assert "the other way up than “Kick In”" in said["polarity"]
    assert "1.50 ms late against “Kick In”" in said["play_offset"]
    for because in said.values():
        assert "correlation +0.18 → +1.00" in because
        assert "+4.7 dB below 150 Hz when both play" in because


def test_a_second_decision_and_one_on_its_own_work_place_nothing_else() -> None:
    brief = brief_for([KICK_IN, KICK_OUT, VOICE], stages=ALIGNMENT, pairs=(pair_of(KICK_IN, KICK_OUT, 1.5),))
    first = decide(brief)
    mixed = with_plan(brief.session, first.plan)
    assert decide(replace(brief, session=mixed)).plan.changes == ()


def test_what_is_already_right_is_left() -> None:
    right = replace(KICK_IN, knobs={"polarity_inverted": True})
    assert placed(decided_on(KICK_OUT, pair_of(right, KICK_OUT, 0.0), right), KICK_OUT) == (False, 0.0)


@pytest.mark.parametrize("delay_ms", [3.4, 5.0])
def test_what_is_further_off_is_not_shifted(delay_ms: float) -> None:
    decision = decided_on(KICK_OUT, pair_of(KICK_IN, KICK_OUT, delay_ms, inverted=False))
    assert not decision.plan
    assert "distance" in decision.aligned[0].left_because


def test_bleed_is_no_pair() -> None:
    decision = decided_on(KICK_OUT, pair_of(KICK_IN, KICK_OUT, 1.0, bleed=True))
    assert not decision.plan
    assert "not sure" in decision.aligned[0].left_because


@pytest.mark.parametrize("role", ["overheads", "overhead_l", "room", "room_r"])
def test_overheads_and_rooms_are_never_moved(role: str) -> None:
    far = Part("Far", role, "snare", -10.0)
    for kind in ("distance", "mic_pair", "stereo_pair"):
        decision = decided_on(far, pair_of(KICK_IN, far, 2.0, kind=kind))
        assert not decision.plan, kind
        assert decision.aligned[0].before.late_ms == pytest.approx(2.0, abs=0.05)


def test_the_lower_snare_microphone_is_turned_over_and_keeps_its_time() -> None:
    bottom = Part("Snare Bottom", "snare_bottom", "snare", -10.0)
    assert placed(decided_on(bottom, pair_of(KICK_IN, bottom, 0.5)), bottom) == (True, 0.0)


def test_left_and_right_are_turned_over_but_never_shifted() -> None:
    right = Part("Piano R", "piano", "piano", -10.0)
    assert placed(decided_on(right, pair_of(KICK_IN, right, 0.3, kind="stereo_pair")), right) == (True, 0.0)
    assert not decided_on(right, pair_of(KICK_IN, right, 1.0, kind="stereo_pair", inverted=False)).plan


FOREIGN = FxSlot(FxId("{F}"), "VST: Amp", ForeignEffect("VST: Amp", ""))


@pytest.mark.parametrize(
    ("knobs", "turned", "shifted"),
    [
        ({"polarity_inverted": True}, False, True),
        ({"play_offset_seconds": 0.004}, True, False),
        ({"is_locked": True}, False, False),
        ({"item_count": 0}, True, False),
        ({"is_folder": True}, True, False),
        ({"fx": (FOREIGN,)}, False, False),
        ({"fx": (replace(FOREIGN, enabled=False),)}, True, True),
        ({"fx": (FxSlot(FxId("{E}"), "ReaEQ", ReaEq(())),)}, True, True),
    ],
)
def test_what_the_engineer_set_up_stays(knobs: Mapping[str, Any], turned: bool, shifted: bool) -> None:
    second = replace(KICK_OUT, knobs=knobs)
    offset_ms = 1e3 * float(knobs.get("play_offset_seconds", 0.0))
    inverted = not knobs.get("polarity_inverted", False)
    pair = pair_of(KICK_IN, second, 1.5, inverted=inverted if turned else True)
    offsets = {second.id: offset_ms / 1e3}
    decision = decided_on(second, pair, heard_offsets_seconds=offsets)
    assert change_at(decision, second, "polarity") is None or turned
    assert change_at(decision, second, "play_offset") is None or shifted
    if turned and shifted:
        assert placed(decision, second)[1] == pytest.approx(-1.5, abs=0.05)


def test_a_track_that_others_send_to_is_not_shifted() -> None:
    voice = replace(VOICE, knobs={"sends": (Send(VOICE.id, KICK_OUT.id),)})
    pair = pair_of(KICK_IN, KICK_OUT, 1.5)
    decision = decided([KICK_IN, KICK_OUT, voice], stages=ALIGNMENT, pairs=(pair,))
    assert change_at(decision, KICK_OUT, "play_offset") is None


def test_what_reaper_rendered_is_turned_over_but_not_shifted() -> None:
    decision = decided_on(KICK_OUT, pair_of(KICK_IN, KICK_OUT, 0.4), heard_fx={KICK_OUT.id: frozenset()})
    assert change_at(decision, KICK_OUT, "play_offset") is None


@pytest.mark.parametrize("kind", ["polarity", "play_offset"])
def test_a_protected_knob_stays(kind: str) -> None:
    address = Address(KICK_OUT.id, kind)  # type: ignore[arg-type]
    decision = decided_on(KICK_OUT, pair_of(KICK_IN, KICK_OUT, 1.0), protected=frozenset({address}))
    assert decision.plan.at(address) is None


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"polarity": False, "delays": False}, (False, 0.0)),
        ({"delays": False, "least_gain_ratio": 0.0}, (True, 0.0)),
        ({"largest_delay_ms": 0.2, "least_gain_ratio": 0.0}, (True, 0.0)),
        ({"least_coherence_ratio": 1.0}, (False, 0.0)),
    ],
)
def test_taste_switches_and_bounds_it(settings: Mapping[str, Any], expected: tuple[bool, float]) -> None:
    decision = decided_on(KICK_OUT, pair_of(KICK_IN, KICK_OUT, 0.3), taste={"alignment": settings})
    assert placed(decision, KICK_OUT) == expected


def test_a_fit_that_hardly_stands_out_is_not_trusted() -> None:
    pair = pair_of(KICK_IN, KICK_OUT, 1.0)
    doubtful = replace(pair, relation=replace(pair.relation, prominence=1.2))
    assert not decided_on(KICK_OUT, doubtful).plan
    bold = {"alignment": {"least_prominence_ratio": 1.1}}
    assert placed(decided_on(KICK_OUT, doubtful, taste=bold), KICK_OUT)[0]


def test_a_muted_partner_is_no_reason_to_move() -> None:
    muted = replace(KICK_IN, knobs={"muted": True})
    assert not decided_on(KICK_OUT, pair_of(muted, KICK_OUT, 1.0), muted).plan


def test_recording_levels_do_not_matter() -> None:
    pair = pair_of(DI, AMP, 1.0)
    quiet = replace(pair, together=replace(pair.together, low_power=(1e-9, 1.0)))
    assert placed(decided_on(AMP, quiet, DI), AMP) == placed(decided_on(AMP, pair, DI), AMP)


def test_the_stage_is_left_out_where_it_is_not_asked_for() -> None:
    decision = decided([*BAND, KICK_IN, KICK_OUT], stages=only("balance"), pairs=(pair_of(KICK_IN, KICK_OUT),))
    assert not [change for change in decision.plan if change.address.kind in ("polarity", "play_offset")]
    assert decision.aligned == ()


def test_only_the_first_pair_moves_a_track() -> None:
    pairs = (pair_of(KICK_IN, KICK_OUT, 1.0), pair_of(DI, KICK_OUT, -1.0))
    decision = decided([KICK_IN, DI, KICK_OUT, VOICE], stages=ALIGNMENT, pairs=pairs)
    assert placed(decision, KICK_OUT)[1] == pytest.approx(-1.0, abs=0.05)


def test_half_the_amount_is_in_time_all_the_same() -> None:
    plan = decided_on(KICK_OUT, pair_of(KICK_IN, KICK_OUT, 1.5)).plan
    assert plan.scaled(0.5) == plan
    assert not plan.scaled(0.0)


def test_a_brief_without_pairs_moves_nothing() -> None:
    brief: Brief = brief_for([KICK_IN, KICK_OUT, VOICE], stages=ALIGNMENT, extra_tracks=[Track(TrackId("x"), "X", 3)])
    assert not decide(brief).plan
