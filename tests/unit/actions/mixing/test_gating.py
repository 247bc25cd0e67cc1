"""Close drum microphones are gated where others bleed into them, and no hit of their own is lost."""

from dataclasses import replace

import numpy as np
import pytest

from actions.mixing.gating import own_hits, ranged
from actions.mixing.patching import desk_of
from actions.mixing.plan import Decision, decide
from actions.mixing.strip import Strip
from analysis.rendering.chain import processor
from reaper_bridge.session.effects import ReaGate, trim
from reaper_bridge.session.values import with_plan
from tests.drum_kit import ACCENTS_SECONDS, GHOSTS_SECONDS, KICKS_SECONDS, Kit, peaks_at
from tests.session_builder import RATE_HZ
from tests.unit.actions.mixing.builders import HAT, KICK, PIANO, SNARE, VOICE, Part, brief_for, only, strip_of

DRUMS = (KICK, SNARE, HAT)


def kit_brief(kit: Kit, genre: str = "rock", parts: tuple[Part, ...] = (*DRUMS, PIANO, VOICE), **wishes: object):  # type: ignore[no-untyped-def]
    brief = brief_for(parts, genre, **wishes)
    measures = kit.measures()
    heard = {part.id: measures.get(part.name, brief.measures[part.id]) for part in parts}
    return replace(brief, measures=heard)


def mixed(kit: Kit, genre: str = "rock", **wishes: object) -> Decision:
    return decide(kit_brief(kit, genre, **wishes))


def gate_of(strip: Strip) -> ReaGate | None:
    effect = strip.inserts["gate"].effect if "gate" in strip.inserts else None
    return effect if isinstance(effect, ReaGate) else None


def gated(strip: Strip, sound: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a sound before and after the gate of a strip as it is rendered, both without the gate's delay."""
    gate = gate_of(strip)
    assert gate is not None
    block = processor(trim(strip.trim_db), RATE_HZ).process(np.stack([sound, sound]))  # type: ignore[union-attr]
    unit = processor(gate, RATE_HZ)
    assert unit is not None
    late = unit.latency_samples
    after = unit.process(np.pad(block, ((0, 0), (0, late))))
    return block[0], after[0, late:]


def test_bleed_is_turned_down_and_every_hit_is_kept() -> None:
    kit = Kit()
    strip = strip_of(mixed(kit), "Snare")
    before, after = gated(strip, kit.snare())
    for times in (ACCENTS_SECONDS, GHOSTS_SECONDS):
        loss_db = 20.0 * np.log10(peaks_at(before, times) / peaks_at(after, times))
        assert loss_db.max() < 0.5
    kicks_alone = tuple(t for t in KICKS_SECONDS if t % 1.0 == 0.0)
    assert 20.0 * np.log10(peaks_at(before, kicks_alone) / peaks_at(after, kicks_alone)).min() > 8.0


@pytest.mark.parametrize("bleed_db", [-40.0, -34.0, -28.0, -22.0, -16.0])
@pytest.mark.parametrize("ghost_db", [-8.0, -14.0, -20.0, -26.0, -30.0])
def test_whatever_bleeds_no_gate_ever_chokes_a_ghost_note(ghost_db: float, bleed_db: float) -> None:
    kit = Kit(ghost_db, bleed_db)
    desk = mixed(kit, stages=only("gain", "dynamics")).desk
    for name, sound, times in (
        ("Snare", kit.snare(), (*ACCENTS_SECONDS, *GHOSTS_SECONDS)),
        ("Kick", kit.kick(), KICKS_SECONDS),
    ):
        strip = strip_of(desk, name)
        if gate_of(strip) is not None:
            before, after = gated(strip, sound)
            assert 20.0 * np.log10(peaks_at(before, times) / peaks_at(after, times)).max() < 1.0, name


def test_ghost_notes_as_quiet_as_the_bleed_leave_the_snare_without_a_gate() -> None:
    assert gate_of(strip_of(mixed(Kit(ghost_db=-27.0, bleed_db=-24.0)), "Snare")) is None


def test_without_bleed_there_is_no_gate() -> None:
    assert all(gate_of(strip) is None for strip in mixed(Kit(bleed_db=-200.0)).desk.strips)


def test_bleed_far_below_the_hits_is_not_worth_a_gate() -> None:
    assert gate_of(strip_of(mixed(Kit(bleed_db=-34.0)), "Snare")) is not None
    assert gate_of(strip_of(mixed(Kit(bleed_db=-34.0), taste={"gate": {"quietest_bleed_db": 20.0}}), "Snare")) is None


@pytest.mark.parametrize("role", ["overheads", "room", "hihat", "percussion", "lead_vocal"])
def test_only_close_microphones_of_drums_are_gated(role: str) -> None:
    parts = (KICK, replace(SNARE, role=role), HAT, PIANO)
    assert gate_of(strip_of(mixed(Kit(), parts=parts), "Snare")) is None


def test_taste_and_genre_switch_gates_off() -> None:
    for decision in (mixed(Kit(), "jazz"), mixed(Kit(), taste={"gate": {"close_drums": False}})):
        assert all(gate_of(strip) is None for strip in decision.desk.strips)


def test_hits_are_told_from_bleed() -> None:
    desk = desk_of(kit_brief(Kit()))
    hits = own_hits(desk, strip_of(desk, "Snare"))
    assert hits is not None
    expected = sorted((*ACCENTS_SECONDS, *GHOSTS_SECONDS))
    assert len(hits.own_ms) == len(expected)
    np.testing.assert_allclose(hits.own_ms / 1000.0, expected, atol=0.03)
    assert len(hits.bleed_db) >= 7  # kicks and hats where the snare rests
    assert own_hits(desk, strip_of(desk, "HiHat")) is None


def test_the_reason_tells_how_many_hits_were_kept_and_how_loud_the_bleed_is() -> None:
    reason = strip_of(mixed(Kit()), "Snare").reasons["gate"]
    count = len(ACCENTS_SECONDS) + len(GHOSTS_SECONDS)
    assert f"keeps {count} of {count} own hits" in reason
    assert "dB below its own" in reason


def test_a_gate_turns_down_by_its_range_and_is_at_unity_when_open() -> None:
    for range_db in (12.0, 18.0):
        gate = gate_of(strip_of(mixed(Kit(), taste={"gate": {"range_db": range_db}}), "Snare"))
        assert gate is not None
        assert gate.dry_db == -range_db
        assert 10 ** (gate.dry_db / 20) + 10 ** (gate.wet_db / 20) == pytest.approx(1.0, abs=0.002)


def test_what_a_gate_does_is_predicted_as_it_is_rendered() -> None:
    kit = Kit()
    strip = strip_of(mixed(kit), "Snare")
    before, after = gated(strip, kit.snare())
    heard = (np.abs(before) > 1e-5) & np.repeat(strip.measures.is_active, RATE_HZ // 20)[: len(before)]
    rendered_db = float((20.0 * np.log10(np.abs(before[heard]) / np.abs(after[heard]))).mean())
    assert strip.inserts["gate"].reduction_db == pytest.approx(rendered_db, abs=0.3)


def test_recording_levels_play_no_part() -> None:
    loud, quiet = (strip_of(mixed(Kit(recorded_db=level)), "Snare") for level in (-3.0, -15.0))
    one, other = gate_of(loud), gate_of(quiet)
    assert one is not None
    assert other is not None
    assert one.threshold_db == pytest.approx(other.threshold_db, abs=0.15)
    assert replace(one, threshold_db=0.0) == replace(other, threshold_db=0.0)


def test_a_gate_that_stands_there_is_predicted_as_it_was_placed() -> None:
    brief = kit_brief(Kit())
    decision = decide(brief)
    session = with_plan(brief.session, decision.plan)
    again = desk_of(replace(brief, session=session, base=session, stages=only("space")))
    then, now = strip_of(decision, "Snare"), strip_of(again, "Snare")
    assert {"gate", "comp"} <= set(now.inserts)
    for knob, insert in now.inserts.items():
        assert insert.reduction_db == pytest.approx(then.inserts[knob].reduction_db, abs=0.02)


def test_half_the_range_turns_down_by_half_and_none_by_nothing() -> None:
    insert = strip_of(mixed(Kit()), "Snare").inserts["gate"]
    gate = insert.effect
    assert isinstance(gate, ReaGate)
    assert insert.frame_gain is not None
    shut = insert.frame_gain.min()
    half = ranged(insert, replace(gate, dry_db=gate.dry_db / 2.0)).frame_gain
    none = ranged(insert, replace(gate, dry_db=0.0)).frame_gain
    assert half is not None
    assert none is not None
    assert 10.0 * np.log10(half.min()) == pytest.approx(5.0 * np.log10(shut), abs=0.5)
    np.testing.assert_allclose(none, 1.0)
