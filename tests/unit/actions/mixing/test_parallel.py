"""The drums once more, pressed hard, mixed in below themselves, with the balance kept."""

from dataclasses import replace

import numpy as np
import pytest

from actions.mixing.balance import group_loudness_lufs
from actions.mixing.brief import Brief
from actions.mixing.crush import CRUSH, CRUSH_COMP, NAME
from actions.mixing.patching import desk_of
from actions.mixing.plan import decide
from analysis.rendering.chain import processor
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import NewTrack, PlacedEffect, SendLevel
from reaper_bridge.session.effects import ReaComp, ReaEq, trim
from reaper_bridge.session.identity import TrackId
from reaper_bridge.session.model import Send, Track
from reaper_bridge.session.values import with_plan
from tests.session_builder import RATE_HZ
from tests.unit.actions.mixing.builders import BAND, KICK, SNARE, brief_for, decided, only, samples_of, strip_of

ON = {"parallel": {"drums": True}}


def test_it_is_off_unless_taste_asks_for_it() -> None:
    decision = decided(BAND, "rock")
    assert decision.desk.crush is None
    assert all(change.address.track_id != CRUSH for change in decision.plan)


def test_a_track_one_compressor_and_a_send_of_every_close_drum_are_planned() -> None:
    plan = decided(BAND, "rock", taste=ON).plan
    at = {change.address: change for change in plan}
    track = at[Address(CRUSH, "track")].after
    assert isinstance(track, NewTrack)
    assert track.name == NAME
    comp = at[Address(CRUSH, "fx", CRUSH_COMP)].after
    assert isinstance(comp, PlacedEffect)
    assert isinstance(comp.effect, ReaComp)
    sends = {a.track_id for a, c in at.items() if a.kind == "send" and a.key == CRUSH and c.after == SendLevel(1.0)}
    assert sends == {KICK.id, SNARE.id}
    assert {c.stage for c in plan if CRUSH in (c.address.track_id, c.address.key)} == {"dynamics"}


def test_the_drums_are_as_loud_as_without_it() -> None:
    with_it, without = (decided(BAND, "rock", taste=t).desk for t in (ON, {}))
    for group in ("kick", "snare", "bass", "lead_vocal"):
        assert group_loudness_lufs(with_it)[group] == pytest.approx(group_loudness_lufs(without)[group], abs=0.3)
    assert strip_of(with_it, "Kick").fader_db < strip_of(without, "Kick").fader_db - 0.5


def test_reduction_and_level_are_what_a_rendering_gives() -> None:
    desk = decided(BAND, "rock", taste=ON).desk
    crush = desk.crush
    assert crush is not None
    direct = np.zeros((2, 1))
    for part in (KICK, SNARE):
        strip = strip_of(desk, part.name)
        audio = np.repeat(samples_of(part.plays, part.shape, part.recorded_db), 2, axis=0)
        for effect in (trim(strip.trim_db), ReaEq(strip.all_bands), *(i.effect for i in strip.inserts.values())):
            unit = processor(effect, RATE_HZ)
            assert unit is not None
            audio = unit.process(audio.copy())
        direct = direct + strip.matrix() @ audio * 10 ** (strip.fader_db / 20.0)
    pressed = processor(crush.comp, RATE_HZ).process(direct.copy())  # type: ignore[union-attr]
    level_db = 10.0 * np.log10((pressed**2).mean() / (direct**2).mean())
    assert crush.level_db == pytest.approx(level_db, abs=1.0)
    plays = strip_of(desk, "Kick").measures.is_active | strip_of(desk, "Snare").measures.is_active
    heard = np.repeat(plays, RATE_HZ // 20)[: direct.shape[1]] & (np.abs(direct[0]) > 1e-7)
    reduction_db = crush.comp.wet_db - 20.0 * np.log10(np.abs(pressed[0][heard]) / np.abs(direct[0][heard]))
    assert crush.reduction_db == pytest.approx(float(reduction_db.mean()), abs=1.0)
    together_db = 10.0 * np.log10(((direct + pressed) ** 2).mean() / (direct**2).mean())
    predicted = [s.parallel_power for s in desk.strips if s.id in crush.members]
    assert all(power is not None and 10.0 * np.log10(power.min()) <= together_db + 1.0 for power in predicted)


def later(brief: Brief, **changed: object) -> Brief:
    """Return the brief of a later pass over what a first one left, nothing of it taken back."""
    session = with_plan(brief.session, decide(brief).plan)
    return replace(brief, session=session, base=session, **changed)  # type: ignore[arg-type]


def test_a_pass_of_another_stage_leaves_it_and_reckons_with_it() -> None:
    brief = brief_for(BAND, "rock", taste=ON)
    first = decide(brief).desk
    decision = decide(later(brief, stages=only("space")))
    assert all(CRUSH not in (c.address.track_id, c.address.key) for c in decision.plan)
    for name in ("Kick", "Snare"):
        then, now = strip_of(first, name).parallel_power, strip_of(decision.desk, name).parallel_power
        assert then is not None
        assert now is not None
        np.testing.assert_allclose(now, then, rtol=0.05)


def test_done_again_it_changes_nothing() -> None:
    brief = brief_for(BAND, "rock", taste=ON)
    session = with_plan(brief.session, decide(brief).plan)
    again = decide(replace(brief, session=session))
    assert all(CRUSH not in (c.address.track_id, c.address.key) for c in again.plan)


def test_without_it_the_sends_go_and_the_track_stays() -> None:
    brief = brief_for(BAND, "rock", taste=ON)
    session = with_plan(brief.session, decide(brief).plan)
    off = decide(replace(brief_for(BAND, "rock"), session=session))
    gone = {c.address.track_id for c in off.plan if c.address.key == CRUSH and c.after is None}
    assert gone == {KICK.id, SNARE.id}
    assert all(c.address != Address(CRUSH, "track") for c in off.plan)


def test_the_engineer_s_own_parallel_chain_is_enough() -> None:
    own = Track(TrackId("{AAAAAAAA-0000-0000-0000-000000000001}"), "NY Comp", 20)
    kick = replace(KICK, knobs={"sends": (Send(KICK.id, own.id),)})
    brief = brief_for((kick, *BAND[1:]), "rock", taste=ON, extra_tracks=(own,))
    assert decide(brief).desk.crush is None


def test_a_locked_send_of_a_drum_keeps_it_out() -> None:
    brief = brief_for(BAND, "rock", taste=ON, protected=frozenset({Address(KICK.id, "send", CRUSH)}))
    assert all(c.address != Address(KICK.id, "send", CRUSH) for c in decide(brief).plan)
    assert desk_of(brief).crush is None
