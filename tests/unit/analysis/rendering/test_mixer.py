"""The mixer on small sessions with sums that can be done by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.rendering.compressor import Compressor
from analysis.rendering.mixer import end_seconds_of, render_mix, rendered
from analysis.rendering.routing import routing
from reaper_bridge.session.address import Address
from reaper_bridge.session.audio import Clip, CurvePoint, TrackAudio
from reaper_bridge.session.change import Change, MixPlan, NewTrack, PlacedEffect, SendLevel, side_chain_level
from reaper_bridge.session.effects import (
    DelayTap,
    EqBand,
    ForeignEffect,
    ReaComp,
    ReaDelay,
    ReaEq,
    ReaLimit,
    ReaVerbate,
    trim,
)
from reaper_bridge.session.errors import UnknownTrackError
from reaper_bridge.session.identity import MASTER, FxId, ItemId, TrackId
from reaper_bridge.session.model import Envelope, FxSlot, Send, Track
from reaper_bridge.session.values import with_plan
from tests.unit.analysis.rendering.sessions import RATE, mixdown, mixed, noise, session, slots, stem, track

A, B, C = TrackId("a"), TrackId("b"), TrackId("c")
X, Y = noise(1), noise(2)


def send(source: str, destination: str, **values: object) -> Send:
    return Send(TrackId(source), TrackId(destination), **values)  # type: ignore[arg-type]


def test_the_master_is_the_sum_of_faders_and_pans() -> None:
    picture = session(track("a", 0, volume_linear=0.5), track("b", 1, pan=0.5, polarity_inverted=True))
    expected = 0.5 * X - Y * [[0.5], [1.0]]
    assert np.allclose(mixed(picture, {"a": X, "b": Y}), expected)


def test_a_mono_track_plays_left_and_right_alike() -> None:
    mono = noise(3, channels=1)
    assert np.allclose(mixed(session(track("a", 0)), {"a": mono}), np.vstack((mono, mono)))


@pytest.mark.parametrize("offset_samples", [-480, 0, 96])
def test_a_track_plays_at_the_offset_of_the_session_whatever_it_was_read_with(
    tmp_path: Path, offset_samples: int
) -> None:
    import soundfile

    sound = noise(4, channels=1)
    soundfile.write(tmp_path / "a.wav", sound.T, RATE, subtype="FLOAT")
    clip = Clip(ItemId("a"), "a", tmp_path / "a.wav", 0.1, sound.shape[1] / RATE)
    audio = TrackAudio(A, (clip,), play_offset_seconds=0.1)
    picture = session(replace(track("a", 0), play_offset_seconds=offset_samples / RATE))
    end_seconds = sound.shape[1] / RATE
    master, _ = rendered(render_mix(picture, {A: audio}, sample_rate_hz=RATE, end_seconds=end_seconds))
    expected = np.roll(sound[0], offset_samples)
    heard = slice(max(offset_samples, 0), len(expected) + min(offset_samples, 0))
    assert np.allclose(master[0, heard], expected[heard], atol=1e-6)
    assert not master[0, : max(offset_samples, 0)].any()


def test_a_folder_sums_its_children_before_its_own_plug_ins_and_fader() -> None:
    picture = session(
        track("a", 0, is_folder=True, volume_linear=0.5, fx=slots(trim(6.0))),
        track("b", 1, parent=A, volume_linear=0.25, is_folder=True),
        track("c", 2, parent=B),
    )
    z = noise(3)
    expected = 0.5 * 10 ** (6 / 20) * (X + 0.25 * (Y + z))
    assert np.allclose(mixed(picture, {"a": X, "b": Y, "c": z}), expected)


def test_a_track_without_a_parent_send_is_heard_through_its_sends_only() -> None:
    picture = session(track("a", 0, sends_to_parent=False, sends=(send("a", "b", level_linear=0.5),)), track("b", 1))
    assert np.allclose(mixed(picture, {"a": X}), 0.5 * X)


@pytest.mark.parametrize(
    ("mode", "gain"),
    [("post_fader", 0.5 * 2.0 * 0.25), ("pre_fader", 2.0 * 0.25), ("pre_fx", 0.25)],
)
def test_sends_are_picked_up_where_their_mode_says(mode: str, gain: float) -> None:
    picture = session(
        track(
            "a",
            0,
            volume_linear=0.5,
            fx=slots(trim(20.0 * np.log10(2.0))),
            sends=(send("a", "b", level_linear=0.25, mode=mode),),
        ),
        track("b", 1),
    )
    assert np.allclose(stem(picture, "b", {"a": X}), gain * X)


def test_only_post_fader_sends_follow_the_pan() -> None:
    def heard(mode: str) -> np.ndarray:
        source = track("a", 0, pan=-1.0, sends=(send("a", "b", mode=mode),))
        return stem(session(source, track("b", 1)), "b", {"a": X})

    assert np.allclose(heard("post_fader"), X * [[1.0], [0.0]])
    assert np.allclose(heard("pre_fader"), X)


def test_a_send_has_a_balance_a_polarity_and_a_mono_switch() -> None:
    def heard(**values: object) -> np.ndarray:
        return stem(session(track("a", 0, sends=(send("a", "b", **values),)), track("b", 1)), "b", {"a": X})

    assert np.allclose(heard(pan=0.4), X * [[0.6], [1.0]])
    assert np.allclose(heard(polarity_inverted=True), -X)
    assert np.allclose(heard(mono=True, pan=0.4), np.vstack((X.mean(axis=0) * 0.6, X.mean(axis=0))))
    assert np.allclose(heard(muted=True), 0.0)
    assert np.allclose(heard(carries_audio=False), 0.0)


def test_a_send_of_one_channel_ignores_its_pan_and_one_into_a_channel_is_half_the_sum() -> None:
    def heard(**values: object) -> np.ndarray:
        return stem(session(track("a", 0, sends=(send("a", "b", **values),)), track("b", 1)), "b", {"a": X})

    assert np.allclose(heard(source_channel_index=1024, pan=0.4), np.vstack((X[0], X[0])))
    assert np.allclose(heard(source_channel_index=1024 + 1), np.vstack((X[1], X[1])))
    into_one = heard(destination_channel_index=1024, pan=0.4)
    assert np.allclose(into_one[0], (0.6 * X[0] + X[1]) / 2.0)
    assert np.allclose(into_one[1], 0.0)


def test_a_muted_track_sends_nothing_anywhere() -> None:
    picture = session(track("a", 0, muted=True, sends=(send("a", "b", mode="pre_fx"),)), track("b", 1))
    assert not mixed(picture, {"a": X}).any()
    assert not stem(picture, "a", {"a": X}).any()


def test_a_muted_send_level_of_zero_and_a_vanished_destination_are_no_ways() -> None:
    picture = session(track("a", 0, sends=(send("a", "b", level_linear=0.0), send("a", "gone"))), track("b", 1))
    assert np.allclose(mixed(picture, {"a": X}), X)


def test_a_solo_silences_the_others_but_not_what_the_soloed_flows_through() -> None:
    picture = session(
        track("a", 0, is_folder=True, volume_linear=0.5),
        track("b", 1, parent=A, soloed=True),
        track("c", 2),
    )
    # the folder carries its soloed child; its own items and the other track are silent
    assert np.allclose(mixed(picture, {"a": noise(5), "b": X, "c": Y}), 0.5 * X)


def test_a_soloed_folder_plays_with_all_its_children() -> None:
    picture = session(track("a", 0, is_folder=True, soloed=True), track("b", 1, parent=A), track("c", 2))
    assert np.allclose(mixed(picture, {"a": X, "b": Y, "c": noise(5)}), X + Y)


def test_a_soloed_track_is_heard_in_its_reverb_and_a_soloed_return_hears_its_senders() -> None:
    source = track("a", 0, sends=(send("a", "b", level_linear=0.5),))
    soloed_source = session(replace(source, soloed=True), track("b", 1), track("c", 2))
    soloed_return = session(source, track("b", 1, soloed=True), track("c", 2))
    assert np.allclose(mixed(soloed_source, {"a": X, "c": Y}), 1.5 * X)
    assert np.allclose(mixed(soloed_return, {"a": X, "c": Y}), 0.5 * X)


def test_a_side_chain_ducks_from_channels_three_and_four_and_is_not_heard_itself() -> None:
    duck = ReaComp(-40.0, 100.0, attack_ms=0.0, release_ms=1.0, rms_ms=0.0, side_chain=True)
    picture = session(
        track("a", 0, sends_to_parent=False, sends=(send("a", "b", destination_channel_index=2),)),
        track("b", 1, channel_count=4, fx=slots(duck)),
    )
    quiet, loud = np.zeros_like(X), np.ones_like(X)
    assert np.allclose(mixed(picture, {"a": quiet, "b": X}), X)
    assert np.allclose(mixed(picture, {"a": loud, "b": X}), X * 10 ** (-39.6 / 20.0))


@pytest.mark.parametrize("kick_first", [True, False], ids=["kick first", "bass first"])
def test_a_kick_ducks_the_bass_while_both_go_to_the_master(kick_first: bool) -> None:
    duck = ReaComp(-40.0, 100.0, attack_ms=0.0, release_ms=1.0, rms_ms=0.0, side_chain=True)
    names = ("kick", "bass") if kick_first else ("bass", "kick")
    kick, bass = TrackId("kick"), TrackId("bass")
    changes = (
        Change(Address(bass, "channels"), 2, 4, ""),
        Change(Address(kick, "side_chain", bass), None, side_chain_level(), ""),
        Change(Address(bass, "fx", "{DUCK}"), None, PlacedEffect(duck), ""),
    )
    dry = session(*(track(name, place) for place, name in enumerate(names)))
    picture = with_plan(dry, MixPlan(changes))
    loud = np.ones_like(X)
    loud[:, : loud.shape[1] // 2] = 0.0
    rendering = mixdown(picture, {"kick": loud, "bass": X}, stems=[kick, bass])
    master, stems = rendered(rendering)
    half = loud.shape[1] // 2
    assert rendering.notes == ()
    assert np.array_equal(stems[kick], loud), "what it sends leaves the kick alone"
    assert np.allclose(stems[bass][:, :half], X[:, :half], atol=1e-9)
    assert np.allclose(stems[bass][:, half + 1000 :], X[:, half + 1000 :] * 10 ** (-39.6 / 20.0))
    assert np.allclose(master, stems[kick] + stems[bass])
    levels = routing(picture).levels
    assert levels == ((kick,), (bass,), (MASTER,))


def test_a_side_chain_beside_a_send_is_heard_by_the_compressor_only() -> None:
    duck = ReaComp(-40.0, 100.0, attack_ms=0.0, release_ms=1.0, rms_ms=0.0, side_chain=True)
    both = (send("a", "b", level_linear=0.5), send("a", "b", destination_channel_index=2))
    picture = session(track("a", 0, sends_to_parent=False, sends=both), track("b", 1, channel_count=4, fx=slots(duck)))
    loud = np.ones_like(X)
    assert np.allclose(mixed(picture, {"a": loud, "b": X}), (X + 0.5 * loud) * 10 ** (-39.6 / 20.0))


def test_tracks_in_a_bus_sound_through_it_and_nowhere_else() -> None:
    bus = TrackId("bus")
    changes = [
        Change(Address(bus, "track"), None, NewTrack("Bus"), ""),
        Change(Address(bus, "fader"), 1.0, 0.25, ""),
        Change(Address(bus, "envelope", "trim_volume"), (), (CurvePoint(0.0, 0.5),), ""),
    ]
    for name in ("a", "b"):
        changes += [
            Change(Address(TrackId(name), "send", bus), None, SendLevel(1.0), ""),
            Change(Address(TrackId(name), "main_send"), True, False, ""),
        ]
    picture = with_plan(
        session(track("a", 0, volume_linear=0.5), track("b", 1), track("c", 2)), MixPlan(tuple(changes))
    )
    expected = 0.125 * (0.5 * X + Y) + noise(3)
    assert np.allclose(mixed(picture, {"a": X, "b": Y, "c": noise(3)}), expected)


def test_the_plug_ins_run_in_order_with_their_wet_ratio_unless_they_are_off() -> None:
    chain = (
        FxSlot(FxId("1"), "", trim(-6.0)),
        FxSlot(FxId("2"), "", trim(20.0), enabled=False),
        FxSlot(FxId("3"), "", trim(20.0), offline=True),
        FxSlot(FxId("4"), "", trim(-20.0), wet_ratio=0.5),
    )
    expected = 10 ** (-6 / 20) * (0.5 + 0.5 * 0.1)
    assert np.allclose(mixed(session(track("a", 0, fx=chain)), {"a": X}), expected * X)
    assert np.allclose(mixed(session(track("a", 0, fx=chain, fx_enabled=False)), {"a": X}), X)


def test_look_ahead_is_made_up_for_on_every_path() -> None:
    early = ReaComp(0.0, 1.0, pre_comp_ms=7.0)
    picture = session(
        track("a", 0, is_folder=True, fx=slots(early), sends=(send("a", "c", mode="pre_fx"),)),
        track("b", 1, parent=A, fx=slots(early)),
        track("c", 2, volume_linear=0.5),
        master=Track(MASTER, "MASTER", -1, fx=slots(early)),
    )
    expected = X + Y + 0.5 * (X + Y) + 0.5 * noise(7)
    master, stems = rendered(mixdown(picture, {"a": X, "b": Y, "c": noise(7)}, stems=[A, B, C]))
    assert np.allclose(master, expected)
    assert np.allclose(stems[A], X + Y)
    assert np.allclose(stems[B], Y)
    assert np.allclose(stems[C], 0.5 * (X + Y + noise(7)))


def test_a_wet_ratio_on_a_plug_in_that_looks_ahead_mixes_in_time() -> None:
    slot = FxSlot(FxId("1"), "", ReaComp(0.0, 1.0, pre_comp_ms=5.0, wet_db=-6.0), wet_ratio=0.5)
    assert np.allclose(mixed(session(track("a", 0, fx=(slot,))), {"a": X}), X * (0.5 + 0.5 * 10 ** (-6 / 20)))


def test_the_master_has_plug_ins_a_fader_and_a_mute() -> None:
    master = Track(MASTER, "MASTER", -1, fx=slots(trim(6.0)), volume_linear=0.5, pan=1.0)
    expected = X * [[0.0], [1.0]] * 0.5 * 10 ** (6 / 20)
    assert np.allclose(mixed(session(track("a", 0), master=master), {"a": X}), expected)
    assert not mixed(session(track("a", 0), master=replace(master, muted=True)), {"a": X}).any()


def test_volume_lanes_multiply_the_fader_before_and_after_the_plug_ins() -> None:
    ramp = (CurvePoint(0.0, 0.0), CurvePoint(0.2, 1.0))
    t = np.arange(X.shape[1]) / RATE / 0.2
    lanes = (Envelope("volume", ramp), Envelope("trim_volume", (CurvePoint(0.0, 0.5),)))
    assert np.allclose(mixed(session(track("a", 0, volume_linear=2.0, envelopes=lanes)), {"a": X}), 2.0 * 0.5 * t * X)
    clip = replace(trim(0.0), sliders=(0.0, -12.0))
    before = session(track("a", 0, fx=slots(clip), envelopes=(Envelope("pre_fx_volume", ramp),)))
    assert np.allclose(mixed(before, {"a": X}), np.clip(t * X, -(10 ** (-12 / 20)), 10 ** (-12 / 20)))
    idle = session(track("a", 0, envelopes=(Envelope("volume", ramp, is_active=False),)))
    assert np.allclose(mixed(idle, {"a": X}), X)


def test_pan_lanes_have_their_left_at_plus_one() -> None:
    for kind in ("pan", "pre_fx_pan"):
        lane = Envelope(kind, (CurvePoint(0.0, 1.0),))  # type: ignore[arg-type]
        assert np.allclose(mixed(session(track("a", 0, envelopes=(lane,))), {"a": X}), X * [[1.0], [0.0]])
    added = Envelope("pan", (CurvePoint(0.0, -0.25),))
    out = mixed(session(track("a", 0, pan=0.25, envelopes=(added,))), {"a": X})
    assert np.allclose(out, X * [[0.5], [1.0]])


def test_a_width_lane_narrows_and_a_mute_lane_silences_the_track_and_its_sends() -> None:
    width = Envelope("width", (CurvePoint(0.0, 0.0),))
    mono = X.mean(axis=0)
    assert np.allclose(mixed(session(track("a", 0, envelopes=(width,))), {"a": X}), np.vstack((mono, mono)))
    mute = Envelope("mute", (CurvePoint(0.0, 1.0, 1), CurvePoint(0.1, 0.0, 1)))
    out = mixed(session(track("a", 0, envelopes=(mute,), sends=(send("a", "b"),)), track("b", 1)), {"a": X})
    assert np.allclose(out[:, :4800], 2.0 * X[:, :4800])
    assert not out[:, 4800:].any()


@pytest.mark.parametrize("mode", ["post_fader", "pre_fader", "pre_fx"])
def test_a_mute_lane_silences_sends_of_every_mode(mode: str) -> None:
    mute = Envelope("mute", (CurvePoint(0.0, 0.0, 1), CurvePoint(0.1, 1.0, 1)))
    source = track("a", 0, envelopes=(mute,), fx=slots(trim(0.0)), sends=(send("a", "b", mode=mode),))
    out = stem(session(source, track("b", 1)), "b", {"a": X})
    assert not out[:, :4800].any()
    assert np.allclose(out[:, 4800:], X[:, 4800:])


def test_a_feedback_loop_is_cut_at_its_last_send_and_named() -> None:
    picture = session(
        track("a", 0, sends=(send("a", "b", level_linear=0.5),)),
        track("b", 1, sends=(send("b", "a", level_linear=0.5),)),
    )
    mix = mixdown(picture, {"a": X})
    assert np.allclose(rendered(mix)[0], 1.5 * X)
    assert mix.notes == ("The send from “b” to “a” closes a feedback loop and is left out",)


def test_a_loop_through_a_folder_is_cut_at_the_send() -> None:
    picture = session(track("a", 0, is_folder=True, sends=(send("a", "b"),)), track("b", 1, parent=A), track("c", 2))
    mix = mixdown(picture, {"a": X, "b": Y})
    assert np.allclose(rendered(mix)[0], X + Y)
    assert "“a” to “b”" in mix.notes[0]


def test_what_is_not_modelled_is_named_and_passed_through() -> None:
    foreign = ForeignEffect("VST: Pro-Q 3 (FabFilter)", "x")
    chain = (
        FxSlot(FxId("1"), "VST: Pro-Q 3 (FabFilter)", foreign),
        FxSlot(FxId("2"), "ReaEQ", ReaEq(()), has_automation=True),
        FxSlot(FxId("3"), "JS: x", replace(trim(0.0), path="loser/3BandEQ"), enabled=False),
    )
    picture = session(track("Vox", 0, fx=chain, follows_vca=True))
    mix = mixdown(picture, {"Vox": X})
    assert mix.notes == (
        "Vox: VST: Pro-Q 3 (FabFilter) is not modelled and passed through",
        "Vox: the automation of ReaEQ is ignored",
        "Vox: its VCA leader is ignored",
    )
    assert np.allclose(rendered(mix)[0], X)


@settings(max_examples=10)
@given(st.integers(100, 20_000))
def test_the_block_size_of_the_mixer_does_not_matter(block_samples: int) -> None:
    picture = session(
        track(
            "a",
            0,
            fx=slots(ReaEq((EqBand("bell", 500.0, 6.0),)), ReaComp(-30.0, 4.0, pre_comp_ms=2.0)),
            sends=(send("a", "b", level_linear=0.5),),
            envelopes=(Envelope("volume", (CurvePoint(0.0, 0.2), CurvePoint(0.1, 1.0, 2))),),
        ),
        track("b", 1, fx=slots(ReaVerbate())),
        master=Track(MASTER, "MASTER", -1, fx=slots(ReaLimit(-6.0, -1.0))),
    )
    whole = mixed(picture, {"a": X}, tail_seconds=0.1)
    cut = mixed(picture, {"a": X}, tail_seconds=0.1, block_samples=block_samples)
    assert whole.shape == cut.shape == (2, round(0.3 * RATE))
    assert np.allclose(whole, cut, atol=1e-6)


def test_an_excerpt_sounds_as_the_same_part_of_the_whole() -> None:
    long = noise(9, 4.0)
    picture = session(
        track("a", 0, fx=slots(ReaComp(-30.0, 4.0, pre_comp_ms=2.0), ReaVerbate(dry_db=0.0, room_size_ratio=0.3)))
    )
    whole = mixed(picture, {"a": long}, 4.0)
    part = mixed(picture, {"a": long}, 3.5, start_seconds=3.0)
    assert part.shape[1] == RATE // 2
    assert np.allclose(part, whole[:, 3 * RATE : round(3.5 * RATE)], atol=1e-5)


def test_the_tail_rings_after_the_end_and_blocks_tell_their_time() -> None:
    picture = session(track("a", 0, fx=slots(ReaDelay((DelayTap(150.0),)))))
    sound = noise(4, 1.0)
    out = mixed(picture, {"a": sound}, 0.1, tail_seconds=0.2)
    assert np.allclose(out[:, 7200:12_000], sound[:, :4800])
    assert not out[:, 12_000:].any()
    starts = [block.start_seconds for block in mixdown(picture, {"a": sound}, 1.0, start_seconds=0.5)]
    assert starts[0] == pytest.approx(0.5)
    assert starts == sorted(starts)


def test_an_echo_survives_a_long_silence_and_a_resting_strip_wakes_up() -> None:
    sound = np.zeros((2, 3 * RATE))
    sound[:, 0] = 1.0
    sound[:, 2 * RATE + 7] = 1.0
    picture = session(track("a", 0, fx=slots(ReaDelay((DelayTap(900.0),), dry_db=0.0))))
    out = mixed(picture, {"a": sound}, 3.0, block_samples=2000)
    assert np.flatnonzero(out[0] > 0.5).tolist() == [0, round(0.9 * RATE), 2 * RATE + 7, round(2.9 * RATE) + 7]


def test_the_same_rendering_twice_is_the_same_to_the_bit_and_meters_peaks() -> None:
    picture = session(track("a", 0, fx=slots(trim(6.0)), volume_linear=0.5), track("b", 1), track("c", 2))
    mix = mixdown(picture, {"a": X, "b": Y, "c": noise(3)})
    first = rendered(mix)[0]
    assert np.array_equal(rendered(mix)[0], first)
    meter = mix.meters[A]
    assert meter.input_peak == pytest.approx(np.abs(X).max())
    assert meter.fx_peaks == {FxId("fx0"): pytest.approx(np.abs(X).max() * 10 ** (6 / 20))}
    assert meter.output_peak == pytest.approx(np.abs(X).max() * 0.5 * 10 ** (6 / 20))
    assert mix.meters[MASTER].output_peak == pytest.approx(np.abs(first).max())


def test_a_compressor_of_a_rendering_can_be_asked_what_it_did() -> None:
    sound = np.concatenate((noise(2, 0.5), np.zeros((2, 3 * RATE))), axis=1)
    effect = ReaComp(-30.0, 4.0, release_ms=20.0)
    mix = mixdown(session(track("a", 0, fx=slots(effect))), {"a": sound}, 3.5)
    rendered(mix)
    compressor = mix.strips[A].chain.processors[FxId("fx0")]
    assert isinstance(compressor, Compressor)
    alone = Compressor(effect, RATE)
    alone.process(sound.copy())
    assert alone.mean_gain_reduction_db > 5.0
    assert compressor.mean_gain_reduction_db == pytest.approx(alone.mean_gain_reduction_db)


def test_a_stem_of_an_unknown_track_is_refused() -> None:
    with pytest.raises(UnknownTrackError):
        mixdown(session(track("a", 0)), {}, stems=[TrackId("nobody")])


def test_a_session_without_sound_is_silence_of_the_right_length() -> None:
    assert mixed(session(track("a", 0)), {}).shape == (2, round(0.2 * RATE))
    assert not mixed(session(), {}).any()


def test_items_on_disk_are_played_where_they_lie(tmp_path: Path) -> None:
    import soundfile

    mono = noise(6, 0.5, channels=1)
    soundfile.write(tmp_path / "a.wav", mono[0], RATE, subtype="DOUBLE")
    clip = Clip(ItemId("i"), "a", tmp_path / "a.wav", 0.25, 0.5)
    sources = {A: TrackAudio(A, (clip,), is_complete=False)}
    assert end_seconds_of(sources) == 0.75
    mix = render_mix(session(track("a", 0, pan=1.0)), sources, sample_rate_hz=RATE, end_seconds=1.0)
    out = rendered(mix)[0]
    assert not out[0].any()
    assert np.allclose(out[1, 12_000:36_000], mono[0], atol=1e-6)
    assert not out[:, 36_000:].any()
    assert mix.notes == ("a: part of its sound cannot be read",)


def test_plug_ins_that_are_in_the_sound_already_are_not_run_again() -> None:
    in_the_sound, ours = slots(trim(12.0), trim(-6.0))
    lane = Envelope("pre_fx_volume", (CurvePoint(0.0, 0.5),))
    picture = session(track("a", 0, volume_linear=0.5, fx=(in_the_sound, ours), envelopes=(lane,)))
    sources = {A: TrackAudio(A, (), rendered_fx=frozenset({in_the_sound.id}))}
    mix = render_mix(
        picture, sources, sample_rate_hz=RATE, end_seconds=0.2, open_source=lambda *_: iter([X]), block_samples=9600
    )
    assert np.allclose(rendered(mix)[0], 0.5 * 10 ** (-6 / 20) * X)


def test_lanes_before_the_plug_ins_are_in_a_rendered_sound() -> None:
    lane = Envelope("pre_fx_volume", (CurvePoint(0.0, 0.5),))
    picture = session(track("a", 0, envelopes=(lane,)))
    for rendered_fx, expected in ((None, 0.5 * X), (frozenset(), X)):
        sources = {A: TrackAudio(A, (), rendered_fx=rendered_fx)}
        mix = render_mix(
            picture, sources, sample_rate_hz=RATE, end_seconds=0.2, open_source=lambda *_: iter([X]), block_samples=9600
        )
        assert np.allclose(rendered(mix)[0], expected)


def test_a_plug_in_that_reaper_rendered_is_not_named_as_left_out() -> None:
    picture = session(track("a", 0, fx=slots(ForeignEffect("Strange", "1"))))
    unheard = render_mix(picture, {A: TrackAudio(A, ())}, sample_rate_hz=RATE, end_seconds=0.2)
    heard = TrackAudio(A, (), rendered_fx=frozenset({picture.tracks[0].fx[0].id}))
    assert unheard.notes != ()
    assert render_mix(picture, {A: heard}, sample_rate_hz=RATE, end_seconds=0.2).notes == ()
