"""The facts of a visit as a session: every field, and what becomes of what could not be read."""

from typing import Any

import pytest

from reaper_bridge.live.reading import Picture, read_picture
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.effects import ForeignEffect, Jsfx
from reaper_bridge.session.identity import MASTER, FxId, TrackId
from reaper_bridge.session.model import Envelope, Marker, Send, Session, TempoChange, Track
from tests.unit.reaper_bridge.live.visits import (
    FIRST,
    SECOND,
    THIRD,
    Facts,
    envelope,
    item,
    plugin,
    source,
    take,
    track,
    visit,
)

A, B, C = TrackId(FIRST), TrackId(SECOND), TrackId(THIRD)


def picture_of(*tracks: Facts, **other: Any) -> Picture:
    return read_picture(visit(*tracks, **other))


def session_of(*tracks: Facts, **other: Any) -> Session:
    return picture_of(*tracks, **other).session


def test_a_new_track_has_reapers_defaults() -> None:
    assert session_of(track()).tracks == (Track(A, "Vox", 0),)


@pytest.mark.parametrize(
    ("key", "told", "field", "value"),
    [
        ("name", "Lead Vox", "name", "Lead Vox"),
        ("D_VOL", 0.5, "volume_linear", 0.5),
        ("D_PAN", -0.25, "pan", -0.25),
        ("D_PANLAW", 0.5, "pan_law_linear", 0.5),
        ("D_PANLAW", -1.0, "pan_law_linear", None),
        ("D_DUALPANL", -0.5, "dual_pan", (-0.5, 1.0)),
        ("I_PANMODE", 5.0, "pan_mode", "stereo"),
        ("I_PANMODE", 6.0, "pan_mode", "dual"),
        ("I_PANMODE", 0.0, "pan_mode", "balance_v3"),
        ("D_WIDTH", 0.5, "width_ratio", 0.5),
        ("B_PHASE", 1.0, "polarity_inverted", True),
        ("B_MUTE", 1.0, "muted", True),
        ("I_SOLO", 2.0, "soloed", True),
        ("I_NCHAN", 4.0, "channel_count", 4),
        ("I_FXEN", 0.0, "fx_enabled", False),
        ("B_MAINSEND", 0.0, "sends_to_parent", False),
        ("I_FREEZECOUNT", 1.0, "is_frozen", True),
        ("I_AUTOMODE", 4.0, "automation_mode", "latch"),
        ("I_CUSTOMCOLOR", float(0x1000000 | 0x0000FF), "color", 0x0000FF),
        ("notes", " hello\r\nyou ", "notes", "hello\nyou"),
    ],
)
def test_a_tracks_values(key: str, told: object, field: str, value: object) -> None:
    assert getattr(session_of(track(**{key: told})).tracks[0], field) == value


@pytest.mark.parametrize(("flags", "seconds"), [(0.0, 480.0), (1.0, 0.0), (2.0, 0.01), (3.0, 0.0)])
def test_the_play_offset_may_be_off_and_may_count_samples(flags: float, seconds: float) -> None:
    own = session_of(track(I_PLAY_OFFSET_FLAG=flags, D_PLAY_OFFSET=480.0)).tracks[0]
    assert own.play_offset_seconds == pytest.approx(seconds)


def test_colours_are_turned_round_only_on_windows() -> None:
    colour = {"I_CUSTOMCOLOR": float(0x1000000 | 0x0000FF)}
    assert session_of(track(**colour), project={"os": "Win64"}).tracks[0].color == 0xFF0000


def test_the_override_holds_for_every_track() -> None:
    session = session_of(track(I_AUTOMODE=0.0), project={"automation_override": 1})
    assert session.tracks[0].automation_mode == "read"


def test_folders_follow_the_running_sum() -> None:
    depths = [1, 0, 1, -2, 0, 1, 0]
    tracks = [track(f"{{{n}}}", f"t{n}", I_FOLDERDEPTH=float(depth)) for n, depth in enumerate(depths, 1)]
    session = session_of(*tracks)
    assert [own.parent for own in session] == [None, "{1}", "{1}", "{3}", None, None, "{6}"]
    assert [own.is_folder for own in session] == [True, False, True, False, False, True, False]


def test_tracks_without_a_guid_or_with_somebody_elses_are_numbered() -> None:
    session = session_of(track(FIRST.lower()), track(""), track(FIRST))
    assert [own.id for own in session] == [A, "track:2", "track:3"]


def test_sends_stand_with_their_source_in_the_order_of_their_destinations() -> None:
    facts = {"D_VOL": 0.5, "D_PAN": -0.25, "I_SENDMODE": 3.0, "B_MUTE": 1.0, "B_MONO": 1.0, "B_PHASE": 1.0,
             "I_SRCCHAN": 2.0, "I_DSTCHAN": 1026.0}  # fmt: skip
    plain = {"D_VOL": 1.0, "D_PAN": 0.0, "I_SENDMODE": 0.0, "B_MUTE": 0.0, "B_MONO": 0.0, "B_PHASE": 0.0,
             "I_SRCCHAN": -1.0, "I_DSTCHAN": 0.0}  # fmt: skip
    sends = [{**plain, "guid": THIRD}, {**facts, "guid": SECOND}, {**plain, "guid": ""}]
    session = session_of(track(sends=sends), track(SECOND), track(THIRD))
    assert session.track(A).sends == (
        Send(A, B, 0.5, -0.25, "pre_fader", True, True, True, 2, 2),
        Send(A, C, carries_audio=False),
    )


def test_lanes_are_known_by_their_names_in_a_project() -> None:
    lanes = [
        envelope("<VOLENV2", [4.0, 0.5, 0, 0.0], [0.0, 1.0, 5, -0.5]),
        envelope("<PANENV2", [0.0, 1.0, 9, 0.0], is_active=False),
        envelope("<AUXVOLENV"),
    ]
    assert session_of(track(envelopes=lanes)).tracks[0].envelopes == (
        Envelope("volume", (CurvePoint(0.0, 1.0, 5, -0.5), CurvePoint(4.0, 0.5))),
        Envelope("pan", (CurvePoint(0.0, 1.0),), is_active=False),
    )


def test_a_vca_follower_needs_a_leader() -> None:
    leader, follower = track(vca_leads=[2, 0]), track(SECOND, vca_follows=[2, 0])
    assert session_of(leader, follower).track(B).follows_vca
    assert not session_of(leader, follower).track(A).follows_vca
    assert not session_of(follower).track(B).follows_vca
    assert not session_of(track(vca_leads=[0, 2]), follower).track(B).follows_vca


def test_items_are_counted_and_named_by_the_take_that_plays() -> None:
    wave, midi = source(), source("MIDI", has_notes=True)
    items = [
        item(take(wave, "kick in"), take(wave, "kick out", 1), active=1, notes="loud\none"),
        item(take(midi, "snare"), notes="loud\none"),
        item(take(None, "snare")),
        item(None),
    ]
    own = session_of(track(items=items)).tracks[0]
    assert own.item_count == 4
    assert own.item_names == ("kick out", "snare")
    assert own.has_midi
    assert own.notes == "loud\none"


def test_a_chain_of_everything() -> None:
    chain = [
        plugin("{a}", fx_ident="utility/volume", fx_type="JS", raw=[-3.0, 150.0, 0.0, 1.0], renamed_name="my trim"),
        plugin("{B}", enabled=False, wet=0.5, automated=True),
        plugin("{B}", offline=True, raw=[], plugin=None),
        plugin("", is_container=True, is_instrument=True),
        {"guid": "{E}", "name": "", "unreadable": "UnicodeDecodeError: what"},
    ]
    plugins = {"strange": {"names": [], "minima": [], "maxima": [], "own_count": 2, "wet_index": 3}}
    fx = session_of(track(fx=chain), plugins=plugins).tracks[0].fx
    assert [slot.id for slot in fx] == ["{A}", "{B}", "fx:1", "fx:2", "{E}"]
    assert (fx[0].effect, fx[0].label) == (Jsfx("utility/volume", (-3.0, 150.0)), "my trim")
    assert (fx[1].enabled, fx[1].wet_ratio, fx[1].has_automation) == (False, 0.5, True)
    assert (fx[2].offline, fx[2].sounds) == (True, False)
    assert fx[3].is_instrument
    assert all(isinstance(slot.effect, ForeignEffect) for slot in fx[1:])


def test_a_plugins_latency_is_read_where_reaper_tells_one() -> None:
    chain = [
        plugin("{A}", pdc="4096"),
        plugin("{B}", pdc="0"),
        plugin("{C}", pdc=""),
        plugin("{D}", pdc=None),
        plugin("{E}"),
    ]
    fx = session_of(track(fx=chain)).tracks[0].fx
    assert [slot.latency_samples for slot in fx] == [4096, 0, None, None, None]


def test_a_turned_knob_of_a_plugin_we_do_not_know_is_seen() -> None:
    before = session_of(track(fx=[plugin("{A}")])).tracks[0].fx[0]
    after = session_of(track(fx=[plugin("{A}", raw=[0.25, 0.6, 0.0, 1.0, 0.0])])).tracks[0].fx[0]
    assert before.effect != after.effect


def test_plugins_are_called_as_our_plans_called_them() -> None:
    facts = visit(track(fx=[plugin("{a}"), plugin("{B}")]))
    fx = read_picture(facts, fx_names={FxId("{PLANNED}"): FxId("{A}")}).session.tracks[0].fx
    assert [slot.id for slot in fx] == ["{PLANNED}", "{B}"]


def test_the_master_is_a_track_without_a_name_of_its_own() -> None:
    facts = visit()
    lanes = [envelope("<MASTERVOLENV2", [0.0, 1.0, 0, 0.0])]
    facts["master"].update(D_VOL=0.5, D_PAN=0.25, I_PANMODE=5.0, D_WIDTH=0.5, I_FXEN=0.0, B_MUTE=1.0, I_NCHAN=4.0)
    facts["master"].update(envelopes=lanes, fx=[plugin("{A}")])
    master = read_picture(facts).session.master
    assert (master.id, master.name, master.index, master.muted, master.channel_count) == (MASTER, "MASTER", -1, True, 4)
    assert (master.volume_linear, master.pan, master.pan_mode, master.width_ratio) == (0.5, 0.25, "stereo", 0.5)
    assert not master.fx_enabled
    assert len(master.fx) == 1
    assert master.envelopes == (Envelope("volume", (CurvePoint(0.0, 1.0),)),)


def test_the_tempo_map_keeps_a_signature_until_the_next() -> None:
    assert session_of(project={"tempo": [[0.0, 96.5, 3, 8]]}).tempo == (TempoChange(0.0, 96.5, 3, 8),)
    changes = [[0.0, 120.0, 4, 4], [0.0, 100.0, 4, 4], [8.0, 140.0, 0, 0], [16.0, 90.0, 6, 8], [20.0, 95.0, 0, 0]]
    assert session_of(project={"tempo": changes}).tempo == (
        TempoChange(0.0, 100.0),
        TempoChange(8.0, 140.0),
        TempoChange(16.0, 90.0, 6, 8),
        TempoChange(20.0, 95.0, 6, 8),
    )


def test_markers_and_regions_by_time() -> None:
    markers = [[12.0, None, ""], [2.5, 10.0, "Verse 1"]]
    assert session_of(project={"markers": markers}).markers == (Marker("Verse 1", 2.5, 10.0), Marker("", 12.0))


def test_what_the_project_itself_says() -> None:
    told = {
        "panlaw": 0.5, "panlawflags": 3.0, "panmode": 5.0, "PROJECT_SRATE": 44100.0, "PROJECT_SRATE_USE": 1.0,
        "notes": "bring  up\r\n  the vox\r\n", "ext_state": {"FORMAT": "1:1"},
    }  # fmt: skip
    session = session_of(track(), project=told)
    assert session.title == "My Song"
    assert session.reaper_version == "7.27/linux-x86_64"
    assert (session.pan_law_linear, session.pan_taper, session.sample_rate_hz) == (0.5, 3, 44100)
    assert session.tracks[0].pan_mode == "stereo"
    assert session.notes == "bring  up\n  the vox"
    assert session.ext_state == {"FORMAT": "1:1"}


def test_settings_that_reaper_does_not_tell_stand_at_its_defaults() -> None:
    session = session_of(track(), project={"panlaw": None, "panmode": None, "panlawflags": None})
    assert (session.pan_law_linear, session.pan_taper, session.tracks[0].pan_mode) == (1.0, None, "balance")


def test_a_project_never_saved_is_untitled() -> None:
    assert session_of(project={"path": "", "name": ""}).title == "Untitled"


def test_a_picture_says_how_reaper_stands() -> None:
    told = {"play_state": 5, "undo_name": "Move fader", "is_dirty": True, "pass_mark": "3"}
    picture = picture_of(track(), track(SECOND, I_SELECTED=1.0), project=told)
    assert picture.selected == (B,)
    assert (picture.undo_name, picture.redo_name, picture.pass_mark) == ("Move fader", None, "3")
    assert (picture.change_count, picture.is_recording, picture.is_dirty) == (7, True, True)
    assert picture.project_path == "/songs/My Song.RPP"
    assert picture.unreadable == {}


def test_a_track_that_could_not_be_read_stays_in_its_place_and_is_left_alone() -> None:
    bad = {"guid": SECOND, "name": "", "unreadable": ["values (ValueError: no)", "fx (OSError: gone)"]}
    picture = picture_of(track(I_FOLDERDEPTH=1.0), bad, track(THIRD, I_FOLDERDEPTH=-1.0))
    assert picture.unreadable == {B: "values (ValueError: no); fx (OSError: gone)"}
    assert picture.session.track(B).is_locked
    assert [own.parent for own in picture.session] == [None, A, A]
