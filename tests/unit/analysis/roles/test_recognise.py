"""Name, folder, items, routing, notes and neighbours taken together."""

import pytest

from analysis.roles import Roles, parse_overrides, recognise
from reaper_bridge.session.effects import ReaVerbate
from reaper_bridge.session.errors import UnknownRoleError, UnknownTrackError
from reaper_bridge.session.identity import FxId, TrackId
from reaper_bridge.session.model import FxSlot, Send, Session, Track


def _track(index: int, name: str, **facts: object) -> Track:
    settings: dict[str, object] = {"item_count": 1, **facts}
    return Track(TrackId(f"t{index}"), name, index, **settings)  # type: ignore[arg-type]


def _session(*tracks: Track, notes: str = "") -> Session:
    return Session("song", tracks, notes=notes)


def _roles(*tracks: Track, notes: str = "") -> list[str]:
    session = _session(*tracks, notes=notes)
    found = recognise(session, {}, parse_overrides(session))
    return [found.of(track.id) for track in tracks]


def test_every_track_gets_an_entry() -> None:
    session = _session(_track(0, "Kick"), _track(1, "Audio 3"))
    found = recognise(session, {}, {})
    assert set(found.tracks) == {"t0", "t1"}
    assert found.tracks[TrackId("t1")].role == "unknown"
    assert found.of(TrackId("nobody")) == "unknown"


def test_a_folder_without_items_is_a_bus() -> None:
    folder = _track(0, "Drums", is_folder=True, item_count=0)
    assert _roles(folder, _track(1, "Kick", parent=TrackId("t0"))) == ["bus", "kick"]


def test_a_folder_explains_names_that_say_nothing_alone() -> None:
    folder = _track(0, "Snare BUS", is_folder=True, item_count=0)
    inside = [_track(n + 1, name, parent=TrackId("t0")) for n, name in enumerate(("Top", "Bottom"))]
    assert _roles(folder, *inside) == ["bus", "snare_top", "snare_bottom"]


def test_item_names_speak_for_a_track_without_a_name() -> None:
    assert _roles(_track(0, "Track 4", item_names=("Track 4.wav", "03-Floor Tom_02.wav"))) == ["tom_floor"]


def test_an_explicit_name_wins_over_items_and_folder() -> None:
    folder = _track(0, "Drums", is_folder=True, item_count=0)
    odd = _track(1, "Bass DI", parent=TrackId("t0"), item_names=("Kick.wav",))
    assert _roles(folder, odd) == ["bus", "bass_di"]


def test_a_track_that_only_receives_is_a_bus_and_with_a_reverb_a_return() -> None:
    sends = tuple(Send(TrackId("t0"), TrackId(key)) for key in ("t1", "t2"))
    reverb = FxSlot(FxId("f"), "VST: ReaVerbate (Cockos)", ReaVerbate())
    found = _roles(
        _track(0, "Vox", sends=sends), _track(1, "A", item_count=0), _track(2, "B", item_count=0, fx=(reverb,))
    )
    assert found == ["lead_vocal", "bus", "return"]


def test_a_return_that_plays_a_recording_is_a_printed_effect() -> None:
    assert _roles(_track(0, "Vox Verb")) == ["fx"]
    assert _roles(_track(0, "Vox Verb", item_count=0)) == ["return"]


def test_guides_clicks_and_references_are_recognised() -> None:
    names = ("Click", "Guide Vox", "Ref mix")
    assert _roles(*(_track(n, name) for n, name in enumerate(names))) == ["click", "guide", "reference"]


def test_a_plain_tom_is_a_rack_tom_beside_a_floor_tom() -> None:
    assert _roles(_track(0, "Tom 1"), _track(1, "Floor Tom")) == ["tom_rack", "tom_floor"]
    assert _roles(_track(0, "Tom 1"), _track(1, "Tom 2")) == ["tom", "tom"]


def test_notes_and_overrides_decide() -> None:
    notes = "for Ann\n[firstpass] Audio 3 = Floor Tom\n  [FirstPass] role Strange Thing = fx"
    found = _roles(_track(0, "Audio 3"), _track(1, "Strange Thing"), notes=notes.replace("Floor Tom", "tom floor"))
    assert found == ["tom_floor", "fx"]


@pytest.mark.parametrize("note", ["[firstpass] kick_in", "[firstpass] role kick in", "x\n[firstpass] role = kick_in"])
def test_a_note_on_the_track_decides(note: str) -> None:
    assert _roles(_track(0, "Bass", notes=note)) == ["kick_in"]


def test_an_override_is_certain_and_said_so() -> None:
    found = recognise(_session(_track(0, "Kick")), {}, {TrackId("t0"): "snare"})
    entry = found.tracks[TrackId("t0")]
    assert (entry.role, entry.family, entry.confidence, entry.evidence) == ("snare", "drums", 1.0, ("you said so",))


def test_a_note_with_an_unknown_role_says_where_and_what_is_close() -> None:
    session = _session(_track(0, "Thing", notes="[firstpass] snar_top"))
    with pytest.raises(UnknownRoleError, match=r"notes of track “Thing”: “snar_top” is not a role.*snare_top"):
        parse_overrides(session)


def test_a_note_for_a_track_that_does_not_exist_says_so() -> None:
    with pytest.raises(UnknownTrackError, match=r"“Bongo”.*The project has: Kick"):
        parse_overrides(_session(_track(0, "Kick"), notes="[firstpass] Bongo = percussion"))


def test_notes_of_the_engineer_are_left_alone() -> None:
    assert parse_overrides(_session(_track(0, "Kick", notes="louder = better"), notes="a = b\nfirstpass is nice")) == {}


def _groups(found: Roles, kind: str) -> list[tuple[str, ...]]:
    return [group.members for group in found.groups if group.kind == kind]


def test_tracks_that_belong_together_are_grouped() -> None:
    names = (
        "Kick In",
        "Kick Out",
        "Snare",
        "OH L",
        "OH R",
        "Bass DI",
        "Bass Amp",
        "Rhy Gtr L",
        "Rhy Gtr R",
        "Vox",
        "Vox Dbl",
    )
    found = recognise(_session(*(_track(n, name) for n, name in enumerate(names))), {}, {})
    assert _groups(found, "mic_pair") == [("t0", "t1")]
    assert _groups(found, "stereo_pair") == [("t3", "t4")]
    assert _groups(found, "di_amp") == [("t5", "t6")]
    assert _groups(found, "double") == [("t7", "t8"), ("t9", "t10")]
    assert _groups(found, "drum_kit") == [("t0", "t1", "t2", "t3", "t4")]
    assert ("t7", "t8") in _groups(found, "family")


def test_several_guitars_with_sides_pair_by_number() -> None:
    names = ("Gtr 1 L", "Gtr 1 R", "Gtr 2 L", "Gtr 2 R", "Piano L")
    found = recognise(_session(*(_track(n, name) for n, name in enumerate(names))), {}, {})
    assert _groups(found, "double") == [("t0", "t1"), ("t2", "t3")]
    assert _groups(found, "stereo_pair") == []


def test_the_order_of_tracks_does_not_matter() -> None:
    names = ("Kick In", "Vox 1", "Audio 2", "OH L", "OH R", "gtr", "Tom 1", "Flr")
    tracks = [_track(n, name) for n, name in enumerate(names)]
    forward = recognise(_session(*tracks), {}, {})
    backward = recognise(_session(*reversed(tracks)), {}, {})
    assert dict(forward.tracks) == dict(backward.tracks)
