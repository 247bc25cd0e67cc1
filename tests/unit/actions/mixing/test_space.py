"""Two reverbs and a delay, each as loud as the role wants, all together within what listeners like."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from actions.mixing.brief import Corrections
from actions.mixing.curves import BANDS, K_POWER
from actions.mixing.plan import Decision
from actions.mixing.space import return_gain_db, returns_for, total_to_mix_db
from actions.mixing.taste import GENRES
from analysis.listening import measure_programme
from analysis.rendering.chain import processor
from reaper_bridge.session.change import NewTrack, PlacedEffect, SendLevel
from reaper_bridge.session.effects import ForeignEffect, ReaDelay, ReaVerbate
from reaper_bridge.session.identity import FxId, TrackId
from reaper_bridge.session.model import FxSlot, Send, Track
from reaper_bridge.session.units import db_from_linear
from tests.session_builder import RATE_HZ, Sound
from tests.unit.actions.mixing.builders import (
    BAND,
    BASS,
    KICK,
    PAD,
    PIANO,
    SNARE,
    VOICE,
    Part,
    decided,
    desk_for,
    only,
    samples_of,
    strip_of,
)

VERB = TrackId("verb")
SPACE = only("balance", "space")
DRY: dict[str, dict[str, Any]] = {
    "space": {"reverb_tolerance_db": 12.0, "total_to_mix_db": 0.0, "largest_raise_db": 0.0}
}


def verb(name: str, **fields: Any) -> Track:
    slot = FxSlot(FxId("{V}"), "ReaVerbate", ReaVerbate())
    return replace(Track(VERB, name, 20, fx=(slot,)), **fields)


def sends(decision: Decision, part: Part) -> dict[str, float]:
    return {
        change.address.key: db_from_linear(change.after.level_linear)
        for change in decision.plan
        if change.address.track_id == part.id and change.address.kind == "send" and isinstance(change.after, SendLevel)
    }


def energy_db(audio: Sound) -> float:
    """Return the K-weighted energy of a sound as a whole, pauses and tails included."""
    return 10.0 * float(np.log10(measure_programme([audio.astype(np.float32)], RATE_HZ).k_power.sum()))


@pytest.mark.parametrize("part", [SNARE, PIANO, PAD, VOICE], ids=lambda part: part.name)
def test_a_return_is_as_loud_against_the_direct_sound_as_the_role_wants(part: Part) -> None:
    desk = decided(BAND, stages=SPACE, taste=DRY).desk
    returns = returns_for(desk, 120.0)
    strip = strip_of(desk, part.name)
    assert strip.sends_db
    for kind, level_db in strip.sends_db.items():
        wanted = getattr(strip.row, kind) + desk.taste.space.send_amount_db
        assert level_db + return_gain_db(strip, returns[kind]) == pytest.approx(wanted, abs=0.1)


@pytest.mark.parametrize("part", [SNARE, VOICE], ids=lambda part: part.name)
def test_so_loud_is_the_return_when_its_plug_ins_are_rendered(part: Part) -> None:
    desk = decided(BAND, stages=SPACE, taste=DRY).desk
    returns = returns_for(desk, 120.0)
    strip = strip_of(desk, part.name)
    direct = np.repeat(samples_of(part.plays, part.shape, part.recorded_db), 2, axis=0)
    for kind, level_db in strip.sends_db.items():
        wet = np.pad(direct * 10.0 ** (level_db / 20.0), ((0, 0), (0, 2 * RATE_HZ)))
        for placed in returns[kind].effects:
            wet = processor(placed.effect, RATE_HZ, tempo_bpm=120.0).process(wet)  # type: ignore[union-attr]
        assert energy_db(wet) - energy_db(direct) == pytest.approx(getattr(strip.row, kind), abs=1.5)


@pytest.mark.parametrize("genre", GENRES)
def test_all_reverbs_together_stay_where_listeners_like_them(genre: str) -> None:
    decision = decided(BAND, genre)
    space = decision.desk.taste.space
    total = total_to_mix_db(decision.desk, dict(decision.returns))
    assert total <= space.total_to_mix_db + space.reverb_tolerance_db + 0.1


def test_too_much_reverb_is_scaled_down_by_one_amount_for_all() -> None:
    free, held = (
        decided(BAND, stages=SPACE, taste=DRY),
        decided(BAND, stages=SPACE, taste={"space": {"total_to_mix_db": -24.0}}),
    )
    assert total_to_mix_db(held.desk, dict(held.returns)) == pytest.approx(-24.0, abs=0.2)
    steps = [
        strip_of(free, part.name).sends_db[kind] - level
        for part in BAND
        for kind, level in strip_of(held, part.name).sends_db.items()
        if kind != "delay"
    ]
    assert max(steps) - min(steps) <= 0.11
    assert min(steps) > 1.0


def test_kick_and_bass_stay_dry_and_unknown_sounds_too() -> None:
    decision = decided([*BAND, Part("X", "unknown", "piano")])
    assert sends(decision, KICK) == sends(decision, BASS) == sends(decision, Part("X", "unknown")) == {}


def test_only_returns_that_are_used_are_made_and_each_once() -> None:
    decision = decided([KICK, BASS, SNARE, PIANO], stages=SPACE)
    made = [change for change in decision.plan if isinstance(change.after, NewTrack)]
    assert sorted(change.after.name for change in made) == ["First Pass Plate", "First Pass Room"]  # type: ignore[union-attr]
    used = {key for part in (SNARE, PIANO) for key in sends(decision, part)}
    assert used == {change.address.track_id for change in made}
    effects = [c for c in decision.plan if c.address.track_id in used and isinstance(c.after, PlacedEffect)]
    assert len(effects) == 4


def test_a_folder_fader_does_not_change_how_wet_a_track_is() -> None:
    folder = Track(TrackId("folder"), "Keys", 20, is_folder=True, volume_linear=10 ** (-12 / 20))
    inside = replace(PIANO, knobs={"parent": folder.id})
    parts = [*BAND[:6], inside, *BAND[7:]]
    plain, nested = decided(BAND, stages=SPACE), decided(parts, stages=SPACE, extra_tracks=[folder])
    assert strip_of(nested, "Piano").fader_db == pytest.approx(strip_of(plain, "Piano").fader_db + 12.0, abs=0.1)
    # the fader is 12 dB up and feeds the send, so the send comes down by as much
    assert strip_of(nested, "Piano").sends_db["room"] == pytest.approx(
        strip_of(plain, "Piano").sends_db["room"] - 12.0, abs=0.15
    )


def test_a_project_without_a_tempo_gets_no_delay() -> None:
    decision = decided(BAND, session={"tempo": ()})
    assert "delay" not in decision.returns
    assert "delay" not in strip_of(decision, "Lead Vox").sends_db
    assert "delay" in strip_of(decided(BAND), "Lead Vox").sends_db


def test_what_a_rendering_found_louder_is_sent_less() -> None:
    plain = decided(BAND, stages=SPACE, taste=DRY)
    told = decided(BAND, stages=SPACE, taste=DRY, corrections=Corrections(returns={"plate": 3.0}))
    for name in ("Snare", "Lead Vox", "Pad"):
        assert strip_of(told, name).sends_db["plate"] == pytest.approx(
            strip_of(plain, name).sends_db["plate"] - 3.0, abs=0.11
        )


# --- returns of the engineer's own ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Vocal Plate", "Long Reverb", "HALL", "Vox verb"])
def test_an_existing_reverb_is_recognised_and_used_instead_of_a_new_one(name: str) -> None:
    decision = decided(BAND, stages=SPACE, extra_tracks=[verb(name)])
    assert decision.returns["plate"].track_id == VERB
    assert VERB in sends(decision, VOICE)
    assert not [c for c in decision.plan if c.address.track_id == VERB]
    made = {c.after.name for c in decision.plan if isinstance(c.after, NewTrack)}
    assert "First Pass Plate" not in made


def test_an_existing_delay_is_no_reverb() -> None:
    echo = Track(VERB, "Echo", 20, fx=(FxSlot(FxId("{D}"), "ReaDelay", ReaDelay(())),))
    decision = decided(BAND, stages=SPACE, extra_tracks=[echo])
    assert decision.returns["delay"].track_id == VERB
    assert VERB not in {decision.returns[kind].track_id for kind in ("room", "plate")}


def test_one_existing_reverb_is_not_taken_for_two() -> None:
    """“Room Verb” answers to both kinds; a track has one send to it all the same."""
    decision = decided(BAND, stages=SPACE, extra_tracks=[verb("Room Verb")])
    assert decision.returns["room"].track_id == VERB
    assert decision.returns["plate"].track_id != VERB
    assert len({unit.track_id for unit in decision.returns.values()}) == 3
    assert len(sends(decision, SNARE)) == 2


def test_a_send_the_engineer_made_is_his() -> None:
    sung = replace(VOICE, knobs={"sends": (Send(VOICE.id, VERB, 0.1),)})
    decision = decided([*BAND[:-1], sung], stages=SPACE, extra_tracks=[verb("Plate")])
    assert VERB not in sends(decision, VOICE)
    assert VERB in sends(decision, PAD)


@pytest.mark.parametrize("fields", [{"muted": True}, {"item_count": 3}, {"is_folder": True}, {"fx": ()}])
def test_what_only_sounds_like_a_return_is_not_used(fields: dict[str, Any]) -> None:
    decision = decided(BAND, stages=SPACE, extra_tracks=[verb("Plate", **fields)])
    assert decision.returns["plate"].track_id != VERB


def test_of_two_reverbs_the_one_most_tracks_send_to_is_used_in_any_order() -> None:
    other = replace(verb("Plate 2"), id=TrackId("other"))
    fed = replace(PAD, knobs={"sends": (Send(PAD.id, TrackId("other")),)})
    parts = [*BAND[:7], fed, VOICE]
    for tracks in ([verb("Plate 1"), other], [other, verb("Plate 1")]):
        assert decided(parts, stages=SPACE, extra_tracks=tracks).returns["plate"].track_id == "other"


def test_a_foreign_reverb_counts_by_its_name() -> None:
    slot = FxSlot(FxId("{F}"), "VST: ValhallaPlate", ForeignEffect("ValhallaPlate", "1"))
    decision = decided(BAND, stages=SPACE, extra_tracks=[verb("FX 1", fx=(slot,))])
    assert decision.returns["plate"].track_id == VERB


def test_what_a_return_does_is_reckoned_from_its_own_plug_ins() -> None:
    quiet = verb("Plate", volume_linear=0.5)
    desk = desk_for(BAND, extra_tracks=[quiet])
    loud = desk_for(BAND, extra_tracks=[verb("Plate")])
    strip = strip_of(desk, "Lead Vox")
    gains = [return_gain_db(strip, returns_for(d, 120.0)["plate"]) for d in (desk, loud)]
    assert gains[1] - gains[0] == pytest.approx(6.02, abs=0.01)


@pytest.mark.parametrize("parts", [[VOICE], [PAD], []], ids=["lead", "pad", "empty"])
def test_space_needs_no_band(parts: Sequence[Part]) -> None:
    decision = decided(parts, stages=SPACE)
    assert all(np.isfinite(level) for part in parts for level in sends(decision, part).values())


def test_the_gain_of_our_returns_is_a_gain() -> None:
    for unit in returns_for(desk_for(BAND), 120.0).values():
        assert unit.gain_power.shape == BANDS.shape == K_POWER.shape
        assert np.all(np.isfinite(unit.gain_power))
        assert np.all(unit.gain_power >= 0.0)


def test_too_little_reverb_is_raised_by_one_amount_and_no_more_than_taste_allows() -> None:
    plain = decided(BAND, stages=SPACE, taste=DRY)
    lifted = decided(BAND, stages=SPACE, taste={"space": {"total_to_mix_db": 0.0, "largest_raise_db": 3.0}})
    steps = {
        round(level - strip_of(plain, part.name).sends_db[kind], 1)
        for part in BAND
        for kind, level in strip_of(lifted, part.name).sends_db.items()
        if kind != "delay" and level < 6.0
    }
    assert steps
    assert all(step == pytest.approx(3.0, abs=0.11) for step in steps)


def test_a_dry_taste_stays_dry() -> None:
    dry, wet = decided(BAND, "hip-hop", stages=SPACE), decided(BAND, "pop", stages=SPACE)
    assert total_to_mix_db(dry.desk, dict(dry.returns)) < total_to_mix_db(wet.desk, dict(wet.returns)) - 2.0


def test_reverb_that_is_there_already_counts() -> None:
    hall = verb("Hall", fx=(FxSlot(FxId("{V}"), "ReaVerbate", ReaVerbate(wet_db=12.0)),))
    sent = replace(PIANO, knobs={"sends": (Send(PIANO.id, VERB, level_linear=4.0),)})
    parts = [sent if part is PIANO else part for part in BAND]
    plain = decided(BAND, stages=SPACE, extra_tracks=[hall])
    counted = decided(parts, stages=SPACE, extra_tracks=[hall])
    assert strip_of(counted, "Snare").sends_db["room"] < strip_of(plain, "Snare").sends_db["room"] - 0.5


@pytest.mark.parametrize("effect", [ReaVerbate(), ForeignEffect("VST3: ValhallaPlate (Valhalla)", "x")])
def test_a_track_with_a_reverb_in_its_chain_gets_no_second_one(effect: ReaVerbate | ForeignEffect) -> None:
    slot = FxSlot(FxId("{R}"), "reverb", effect)
    wet = replace(VOICE, knobs={"fx": (slot,)})
    decision = decided([wet if part is VOICE else part for part in BAND], stages=SPACE)
    assert set(strip_of(decision, "Lead Vox").sends_db) <= {"delay"}
    assert strip_of(decision, "Snare").sends_db
