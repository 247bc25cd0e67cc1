"""Looking at a running REAPER: it changes nothing, and what cannot be read costs only itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reaper_bridge.live.connection import Bridge, connect
from reaper_bridge.live.reading import Picture, read_picture
from reaper_bridge.live.sources import read_sources
from reaper_bridge.session.effects import ForeignEffect, ReaComp, ReaEq
from reaper_bridge.session.identity import TrackId
from tests.session_builder import TRIO, build_project, guid_of
from tests.standin.fixture import Standin

BASS, GUITAR, VOICE = (guid_of(spec.name) for spec in TRIO)


@pytest.fixture
def standin(tmp_path: Path) -> Iterator[Standin]:
    with Standin.start(build_project(tmp_path / "song", TRIO), hz=200) as running:
        yield running


@pytest.fixture
def bridge(standin: Standin) -> Iterator[Bridge]:
    with connect(standin.resource_path) as connected:
        yield connected


def look(bridge: Bridge) -> Picture:
    return read_picture(bridge.request("snapshot"))


def test_looking_changes_nothing(standin: Standin, bridge: Bridge) -> None:
    standin.control.insert_fx(BASS, "ReaEQ")
    standin.control.insert_fx("master", "ReaLimit")
    standin.control.set_envelope(VOICE, "VOLENV2", [[0.0, 0.5], [2.0, 1.0]])
    standin.control.add_send(VOICE, BASS)
    standin.control.select([VOICE])
    standin.control.save()
    before, history = standin.control.dump(), standin.control.history()
    first = look(bridge)
    bridge.request("state")
    second = look(bridge)
    assert standin.control.dump() == before
    assert standin.control.history() == history
    assert not before["dirty"]
    assert first.session == second.session
    assert first.change_count == second.change_count == before["change_count"]


def test_a_second_look_sees_what_a_person_did_meanwhile(standin: Standin, bridge: Bridge) -> None:
    fx = standin.control.insert_fx(BASS, "ReaComp")
    before = look(bridge)
    standin.control.set_track(VOICE, "D_VOL", 0.5)
    standin.control.rename(GUITAR, "Guitar")
    shown = standin.control.set_fx_param(BASS, fx, 1, 0.5)
    standin.control.rename_fx(BASS, fx, "squash")
    after = look(bridge)
    assert after.session.track(TrackId(VOICE)).volume_linear == 0.5
    assert after.session.track(TrackId(GUITAR)).name == "Guitar"
    slot = after.session.track(TrackId(BASS)).fx[0]
    assert isinstance(slot.effect, ReaComp)
    assert slot.effect != before.session.track(TrackId(BASS)).fx[0].effect
    assert slot.label == "squash"
    assert f"{slot.effect.ratio:.1f}" in shown
    assert after.change_count > before.change_count
    assert after.undo_name == "Rename FX instance"


def test_the_state_is_what_the_picture_says(standin: Standin, bridge: Bridge) -> None:
    standin.control.set_track(VOICE, "D_VOL", 0.5)
    standin.control.undo()
    standin.control.select([GUITAR, VOICE])
    standin.control.record(True)
    state, picture = bridge.request("state"), look(bridge)
    assert state["selected"] == list(picture.selected) == [GUITAR, VOICE]
    assert picture.is_recording
    assert state["redo_name"] == picture.redo_name == "Change track volume" or state["redo_name"] == picture.redo_name
    told = (state["handle"], state["path"], state["change_count"], state["play_state"], state["undo_name"])
    known = (picture.project_handle, picture.project_path, picture.change_count, picture.play_state, picture.undo_name)
    assert told == known


def test_a_project_without_anything_is_a_picture_too() -> None:
    with Standin.start(None, hz=200) as standin, connect(standin.resource_path) as bridge:
        picture = look(bridge)
    assert picture.session.tracks == ()
    assert (picture.session.title, picture.project_path) == ("Untitled", "")
    assert (picture.undo_name, picture.redo_name, picture.selected) == (None, None, ())
    assert read_sources(picture, []) == {}


def test_another_tab_in_front_is_another_project(standin: Standin, bridge: Bridge, tmp_path: Path) -> None:
    first = look(bridge)
    standin.control.new_tab(str(build_project(tmp_path / "other", TRIO[:1], name="other.RPP")))
    second = look(bridge)
    assert second.session.title == "other"
    assert first.project_handle != second.project_handle


def test_an_offline_plugin_costs_only_what_it_says(standin: Standin, bridge: Bridge) -> None:
    standin.control.insert_fx(BASS, "ReaEQ")
    off = standin.control.insert_fx(BASS, "ReaComp")
    standin.control.offline_fx(BASS, off)
    picture = look(bridge)
    eq, comp = picture.session.track(TrackId(BASS)).fx
    assert isinstance(eq.effect, ReaEq)
    assert (comp.offline, comp.id) == (True, off)
    assert isinstance(comp.effect, ForeignEffect)
    standin.control.offline_fx(BASS, off, False)
    assert isinstance(look(bridge).session.track(TrackId(BASS)).fx[1].effect, ReaComp)
    assert picture.unreadable == {}


def test_a_plugin_under_another_name_is_known_by_what_it_is(standin: Standin, bridge: Bridge) -> None:
    fx = standin.control.insert_fx(BASS, "ReaComp")
    standin.control.rename_fx(BASS, fx, "VST: ReaEQ (Cockos)")
    assert isinstance(look(bridge).session.track(TrackId(BASS)).fx[0].effect, ReaComp)


def test_reaeq_without_a_readable_state_is_read_by_its_knobs(tmp_path: Path) -> None:
    project = build_project(tmp_path / "song", TRIO)
    with Standin.start(project, hz=200, no_vst_chunk=True) as standin, connect(standin.resource_path) as bridge:
        standin.control.insert_fx(BASS, "ReaEQ")
        effect = look(bridge).session.track(TrackId(BASS)).fx[0].effect
    assert isinstance(effect, ReaEq)
    assert len(effect.bands) > 3


NAMES = ["", "Track 1", "Vöx 声", "a\"b'c`d", "x" * 5000]


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_read(standin: Standin, bridge: Bridge, name: str) -> None:
    standin.control.rename(BASS, name)
    assert look(bridge).session.track(TrackId(BASS)).name == name


def test_a_name_that_is_no_text_is_read_as_the_file_has_it(tmp_path: Path) -> None:
    project = build_project(tmp_path / "song", TRIO)
    project.write_bytes(project.read_bytes().replace(b'"Gtr"', b'"G\xfctr"').replace(b'"Bass.wav"', b'"B\xfcss"'))
    with Standin.start(project, hz=200) as standin, connect(standin.resource_path) as bridge:
        picture = look(bridge)
    assert picture.session.track(TrackId(GUITAR)).name == "G\udcfctr"
    assert picture.session.track(TrackId(BASS)).item_names == ("B\udcfcss",)
    assert picture.unreadable == {}


def test_missing_media_is_said(standin: Standin, bridge: Bridge, tmp_path: Path) -> None:
    (tmp_path / "song" / "media" / "Bass.wav").unlink()
    audio = read_sources(look(bridge), [TrackId(BASS), TrackId(GUITAR)])
    assert audio[TrackId(BASS)].problems == ("Bass.wav is missing.",)
    assert not audio[TrackId(BASS)].is_complete
    assert audio[TrackId(GUITAR)].is_complete


def test_reapers_own_strings_are_back_after_every_look(standin: Standin, bridge: Bridge) -> None:
    names: list[Any] = []
    for _ in range(2):
        look(bridge)
        names.append(bridge.read_api("GetAppVersion"))
    assert names == [look(bridge).session.reaper_version] * 2


BAD_DAYS = {
    "RPR_TrackFX_GetParam": (0, "fx"),
    "RPR_TrackFX_GetFXName": (0, "fx"),
    "RPR_CountTrackMediaItems": (0, "items"),
    "RPR_GetMediaTrackInfo_Value": (0, "values"),
    "RPR_GetTrackNumSends": (0, "sends"),
    "RPR_CountTrackEnvelopes": (0, "envelopes"),
}
"""Functions that fail for one track: where they take it, and what is not known of the track then."""


@pytest.mark.parametrize("function", BAD_DAYS)
def test_a_track_that_cannot_be_read_costs_only_itself(tmp_path: Path, function: str) -> None:
    place, part = BAD_DAYS[function]
    script = tmp_path / "bad_day.py"
    script.write_text(
        "import reaper_python\n"
        f"own = reaper_python.{function}\n"
        "def bad(*args):\n"
        f"    if reaper_python.RPR_GetTrackName(args[{place}], '', 99)[2] == 'Gtr':\n"
        "        raise OSError('a bad day')\n"
        "    return own(*args)\n"
        f"reaper_python.{function} = bad\n",
        encoding="utf-8",
    )
    project = build_project(tmp_path / "song", TRIO)
    with Standin.start(project, hz=200) as standin, connect(standin.resource_path) as bridge:
        for track in (BASS, GUITAR):
            standin.control.insert_fx(track, "ReaComp")
        good = look(bridge)
        standin.control.save()
        saved = standin.resource_path / "saved.RPP"
        standin.control.save_as(str(saved))
        with Standin.start(saved, hz=200, script=str(script)) as other, connect(other.resource_path) as second:
            picture = look(second)
            audio = read_sources(picture, [TrackId(GUITAR), TrackId(BASS)])
    for guid in (BASS, VOICE):
        assert picture.session.track(TrackId(guid)) == good.session.track(TrackId(guid))
    track = picture.session.track(TrackId(GUITAR))
    assert [own.name for own in picture.session] == ["Bass", "Gtr", "Lead Vox"]
    assert audio[TrackId(BASS)].is_complete
    if part == "fx":
        assert isinstance(track.fx[0].effect, ForeignEffect)
    else:
        assert list(picture.unreadable) == [GUITAR]
        assert part in picture.unreadable[TrackId(GUITAR)]
        assert not audio[TrackId(GUITAR)].is_complete
        assert track.is_locked


@pytest.mark.parametrize(
    ("module", "notes"),
    [
        ("def NF_GetSWSTrackNotes(track):\n    return '[firstpass] role: kick'\n", "[firstpass] role: kick"),
        ("def NF_Other(track):\n    return ''\n", ""),
        ("this is no Python", ""),
    ],
)
def test_notes_of_the_sws_extension_are_read_where_it_is_installed(tmp_path: Path, module: str, notes: str) -> None:
    scripts = tmp_path / "resource" / "Scripts"
    scripts.mkdir(parents=True)
    (scripts / "sws_python.py").write_text(module, encoding="utf-8")
    project = build_project(tmp_path / "song", TRIO)
    with (
        Standin.start(project, hz=200, resource_path=tmp_path / "resource") as standin,
        connect(standin.resource_path) as bridge,
    ):
        picture = look(bridge)
    assert picture.session.track(TrackId(BASS)).notes == notes
    assert picture.unreadable == {}
