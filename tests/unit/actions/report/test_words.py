"""Every change can be said in plain words with natural units."""

import math
import typing
from dataclasses import replace

import pytest

from actions.report.effect_words import effect_title, effect_words, hz, number
from actions.report.words import address_words, change_headline, pan_words, track_name
from reaper_bridge.session.address import KINDS, Address, Kind
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.change import Change, NewTrack, PlacedEffect, SendLevel, Value
from reaper_bridge.session.effects import (
    DelayTap,
    Effect,
    EqBand,
    EqShape,
    ForeignEffect,
    Jsfx,
    ReaComp,
    ReaDelay,
    ReaEq,
    ReaGate,
    ReaLimit,
    ReaVerbate,
    trim,
)
from reaper_bridge.session.identity import MASTER, FxId, TrackId
from reaper_bridge.session.model import FxSlot, Session, Track
from reaper_bridge.session.scripts import de_esser, saturation, stereo_enhancer, transient_controller
from reaper_bridge.session.units import linear_from_db

VOX, PLATE, NEW = TrackId("{VOX}"), TrackId("{PLATE}"), TrackId("{NEW}")
SESSION = Session("Song", (Track(VOX, "Vox", 0), Track(PLATE, "First Pass Plate", 1), Track(TrackId("{X}"), " ", 2)))


def placed(effect: Effect, enabled: bool = True) -> PlacedEffect:
    return PlacedEffect(effect, enabled=enabled)


def level(db: float, **fields: typing.Any) -> SendLevel:
    return SendLevel(linear_from_db(db), **fields)


EQ = ReaEq((EqBand("high_pass", 80.0), EqBand("bell", 250.0, -3.0, 1.2)))
HEADLINES: list[tuple[Kind, str, Value, Value, str]] = [
    ("fader", "", linear_from_db(-6.0), linear_from_db(-2.3), "Fader −6.0 → −2.3 dB"),
    ("fader", "", 0.0, 1.0, "Fader −∞ → 0.0 dB"),
    ("fader", "", 1.0, linear_from_db(-0.03), "Fader 0.00 → −0.03 dB"),
    ("pan", "", 0.0, -0.35, "Pan centre → 35 % left"),
    ("pan", "", -1.0, 1.0, "Pan 100 % left → 100 % right"),
    ("width", "", 1.0, 0.8, "Width 100 → 80 %"),
    ("polarity", "", False, True, "Polarity inverted"),
    ("polarity", "", True, False, "Polarity back to normal"),
    ("mute", "", False, True, "Muted"),
    ("mute", "", True, False, "Unmuted"),
    ("main_send", "", True, False, "No longer sounds in its folder or the master, only through its sends"),
    ("main_send", "", False, True, "Sounds in its folder or the master again"),
    ("channels", "", 2, 4, "2 → 4 channels"),
    ("side_chain", PLATE, None, level(0.0), "Side-chain send to First Pass Plate at 0.0 dB"),
    ("side_chain", PLATE, level(0.0), None, "Side-chain send to First Pass Plate removed"),
    ("play_offset", "", 0.0, 0.0023, "Plays 2.30 ms later"),
    ("play_offset", "", 0.0023, 0.0, "Plays 2.30 ms earlier"),
    ("track", "", None, NewTrack("First Pass Plate"), "New return track First Pass Plate"),
    ("track", "", NewTrack("First Pass Plate"), None, "Return track First Pass Plate removed"),
    ("fx", "{FX}", None, placed(EQ), "EQ: high-pass 80 Hz, −3.0 dB at 250 Hz (wide)"),
    ("fx", "{FX}", placed(EQ), None, "EQ removed"),
    ("fx", "{FX}", placed(EQ), placed(EQ, enabled=False), "EQ switched off"),
    ("fx", "{FX}", placed(EQ, enabled=False), placed(EQ), "EQ switched on"),
    ("fx", "{FX}", None, placed(EQ, enabled=False), "EQ: high-pass 80 Hz, −3.0 dB at 250 Hz (wide), switched off"),
    ("fx", "{FX}", placed(ReaEq(())), placed(EQ), "EQ: high-pass 80 Hz, −3.0 dB at 250 Hz (wide) (set anew)"),
    ("fx", "{FX}", None, placed(trim(8.2)), "Trim +8.2 dB before the plug-ins"),
    ("fx", "{FX}", placed(trim(8.2)), placed(trim(-1.0)), "Trim +8.2 → −1.0 dB before the plug-ins"),
    ("fx", "{FX}", placed(trim(8.2)), None, "Trim removed"),
    ("send", PLATE, None, level(-14.2), "Send to First Pass Plate at −14.2 dB"),
    ("send", PLATE, level(-20.0), level(-14.2), "Send to First Pass Plate −20.0 → −14.2 dB"),
    ("send", PLATE, level(-20.0), None, "Send to First Pass Plate removed"),
    ("send", PLATE, level(-20.0), level(-20.0, muted=True), "Send to First Pass Plate muted"),
    ("send", PLATE, None, level(0.0, pan=0.5), "Send to First Pass Plate at 0.0 dB, 50 % right"),
    ("send", PLATE, None, level(0.0, mode="pre_fader"), "Send to First Pass Plate at 0.0 dB, taken before the fader"),
    ("send", PLATE, None, level(0.0, mode="pre_fx"), "Send to First Pass Plate at 0.0 dB, taken before the plug-ins"),
    (
        "send",
        PLATE,
        None,
        level(0.0, destination_channel_index=2),
        "Send to First Pass Plate at 0.0 dB, into channels 3/4",
    ),
    ("send", NEW, None, level(-9.0), "Send to Room at −9.0 dB"),
    ("send", "{GONE}", None, level(-9.0), "Send to a new track at −9.0 dB"),
    (
        "envelope",
        "volume",
        (),
        (CurvePoint(0.0, 1.0), CurvePoint(9.0, 0.5)),
        "Volume automation: 2 points, −6.0 to 0.0 dB",
    ),
    ("envelope", "pan", (), (CurvePoint(0.0, 0.5),), "Pan automation: 1 point, 50 % left to 50 % left"),
    ("envelope", "width", (), (CurvePoint(0.0, 0.5),), "Width automation: 1 point, 50 % to 50 %"),
    ("envelope", "mute", (), (CurvePoint(0.0, 1.0),), "Mute automation: 1 point, 1.00 to 1.00"),
    ("envelope", "volume", (CurvePoint(0.0, 1.0),), (), "Volume automation removed"),
]
EFFECTS: list[tuple[Effect, str]] = [
    (ReaEq(()), "EQ, all bands flat"),
    (ReaEq((EqBand("bell", 412.0, -4.1, 0.3),)), "EQ: −4.1 dB at 412 Hz (narrow)"),
    (ReaEq((EqBand("bell", 2500.0, 2.0, 0.8),)), "EQ: +2.0 dB at 2.5 kHz"),
    (ReaEq((EqBand("high_shelf", 5000.0, 1.5),), -1.0), "EQ: high shelf +1.5 dB at 5 kHz, −1.0 dB overall"),
    (ReaEq((EqBand("notch", 50.0, enabled=False),)), "EQ, all bands flat"),
    (ReaComp(-24.5, 3.0, wet_db=4.0), "Compressor 3:1 at −24.5 dB, 4.0 dB make-up"),
    (ReaComp(-24.5, 2.5), "Compressor 2.5:1 at −24.5 dB"),
    (ReaComp(-24.5, wet_db=-2.0), "Compressor 4:1 at −24.5 dB, output −2.0 dB"),
    (ReaComp(-24.5, side_chain=True), "Compressor 4:1 at −24.5 dB, listening to the side-chain"),
    (ReaComp(-24.5, auto_make_up=True), "Compressor 4:1 at −24.5 dB, automatic make-up"),
    (ReaComp(-24.5, dry_db=-6.0), "Compressor 4:1 at −24.5 dB, dry sound mixed in at −6.0 dB"),
    (ReaGate(), "Gate, always open"),
    (ReaGate(-40.0), "Gate opening at −40.0 dB"),
    (ReaGate(-40.0, wet_db=-1.9, dry_db=-14.0), "Gate opening at −40.0 dB, 14.0 dB down when shut"),
    (ReaLimit(-3.0, -1.0), "Limiter from −3.0 dB, true peaks held below −1.0 dB"),
    (ReaLimit(-3.0, -1.0, true_peak=False), "Limiter from −3.0 dB, sample peaks held below −1.0 dB"),
    (ReaVerbate(room_size_ratio=0.72, pre_delay_ms=40.0), "Reverb: room size 72 %, 40 ms before it starts"),
    (ReaVerbate(high_pass_hz=350.0, low_pass_hz=8500.0), "Reverb: room size 50 %, 350 Hz to 8.5 kHz"),
    (ReaVerbate(high_pass_hz=350.0, dry_db=-3.0), "Reverb: room size 50 %, dry sound at −3.0 dB, above 350 Hz"),
    (ReaVerbate(low_pass_hz=8500.0), "Reverb: room size 50 %, below 8.5 kHz"),
    (ReaDelay((DelayTap(length_beats=0.5, feedback_db=-12.0),)), "Delay: 0.5 beats, repeats −12.0 dB"),
    (ReaDelay((DelayTap(length_ms=30.0, length_beats=1.0),)), "Delay: 1 beat + 30 ms"),
    (ReaDelay(()), "Delay, no taps"),
    (de_esser(6543.0, -31.25, 5.4), "De-esser 5.4:1 above 6.54 kHz at −31.2 dB"),
    (
        de_esser(6500.0, -30.0, 4.0, high_pass=False, gain_db=1.5),
        "De-esser 4:1 around 6.5 kHz at −30.0 dB, output +1.5 dB",
    ),
    (saturation(12.5), "Saturation 12.5 %"),
    (transient_controller(27.0, -8.0, -1.3), "Transients: attack +27 %, sustain −8 %, output −1.3 dB"),
    (transient_controller(0.0), "Transients: as they are"),
    (stereo_enhancer(0.0, 140.0, 118.0), "Stereo width 0 % below 140 Hz, 118 % above"),
    (Jsfx("loser/TransientController", (20.0,)), "JS: loser/TransientController (20)"),
    (Jsfx("loser/TransientController", (20.0, None, 1.0)), "JS: loser/TransientController (20, 1)"),
    (Jsfx("loser/3BandEQ", (1.0, None, -2.5)), "JS: loser/3BandEQ (1, −2.5)"),
    (ForeignEffect("VST: Pro-Q 3 (FabFilter)", "ab"), "VST: Pro-Q 3 (FabFilter)"),
]


@pytest.mark.parametrize(("kind", "key", "before", "after", "words"), HEADLINES, ids=[row[4] for row in HEADLINES])
def test_a_change_reads_like_an_engineer_would_say_it(
    kind: Kind, key: str, before: Value, after: Value, words: str
) -> None:
    change = Change(Address(VOX, kind, key), before, after, "because", "space")
    plan = (Change(Address(NEW, "track"), None, NewTrack("Room"), "because", "space"),)
    assert change_headline(change, SESSION, plan) == words


def test_every_kind_of_address_is_in_the_table_above() -> None:
    assert {row[0] for row in HEADLINES} == set(KINDS)


@pytest.mark.parametrize(("effect", "words"), EFFECTS, ids=[row[1] for row in EFFECTS])
def test_a_plug_in_reads_like_its_display(effect: Effect, words: str) -> None:
    assert effect_words(effect) == words


def test_every_type_of_plug_in_has_words_and_a_title() -> None:
    assert {type(effect) for effect, _ in EFFECTS} == set(typing.get_args(Effect))
    assert all(effect_title(effect) for effect, _ in EFFECTS)


@pytest.mark.parametrize("shape", typing.get_args(EqShape))
def test_every_shape_of_eq_band_names_its_frequency(shape: EqShape) -> None:
    assert "1 kHz" in effect_words(ReaEq((EqBand(shape, 1000.0, 3.0),)))


def test_a_track_without_a_name_goes_by_its_number_and_the_master_by_its_role() -> None:
    assert track_name(TrackId("{X}"), SESSION) == "Track 3"
    assert track_name(MASTER, SESSION) == "Master"


@pytest.mark.parametrize(
    ("kind", "key", "words"),
    [
        ("track", "", "the track Vox"),
        ("fader", "", "the fader of Vox"),
        ("pan", "", "the pan of Vox"),
        ("width", "", "the width of Vox"),
        ("polarity", "", "the polarity of Vox"),
        ("mute", "", "the mute of Vox"),
        ("fx", "{FX}", "a plug-in of Vox"),
        ("fx", "{EQ}", "the EQ of Vox"),
        ("send", PLATE, "the send of Vox to First Pass Plate"),
        ("side_chain", PLATE, "the side-chain send of Vox to First Pass Plate"),
        ("main_send", "", "the master or folder send of Vox"),
        ("channels", "", "the channel count of Vox"),
        ("envelope", "volume", "the volume automation of Vox"),
        ("play_offset", "", "the play offset of Vox"),
    ],
)
def test_an_address_reads_as_the_knob_it_names(kind: Kind, key: str, words: str) -> None:
    vox = replace(SESSION.tracks[0], fx=(FxSlot(FxId("{EQ}"), "ReaEQ", EQ),))
    session = replace(SESSION, tracks=(vox, *SESSION.tracks[1:]))
    assert address_words(Address(VOX, kind, key), session) == words


def test_a_track_that_is_not_a_return_is_just_a_track() -> None:
    change = Change(Address(NEW, "track"), None, NewTrack("Drum Bus"), "because", "balance")
    assert change_headline(change, SESSION) == "New track Drum Bus"


def test_numbers_never_show_a_hyphen_a_negative_zero_or_nan() -> None:
    assert [number(v) for v in (-0.01, -3.0, math.nan, -math.inf, math.inf)] == ["0.0", "−3.0", "–", "−∞", "∞"]
    assert [number(v, signed=True) for v in (-0.01, 0.0, 3.0)] == ["0.0", "0.0", "+3.0"]
    assert [hz(v) for v in (31.5, 412.3, 1000.0, 12_500.0)] == ["31.5 Hz", "412 Hz", "1 kHz", "12.5 kHz"]
    assert pan_words(-0.001) == "centre"
