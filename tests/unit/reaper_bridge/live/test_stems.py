"""Tracks behind the engineer's plug-ins, rendered by the stand-in REAPER: what is in a stem, and what is left."""

import json
import os
import struct
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from reaper_bridge.live.connection import Bridge, BridgeRefusal, connect
from reaper_bridge.live.reading import read_picture
from reaper_bridge.live.sources import read_sources
from reaper_bridge.live.stem_files import StemFiles, wave_seconds
from reaper_bridge.live.stems import needs_stem, with_stems
from reaper_bridge.session.audio import Clip, TrackAudio
from reaper_bridge.session.effects import ForeignEffect
from reaper_bridge.session.errors import HostBusyError, HostGoneError, StaleValueError
from reaper_bridge.session.identity import FxId, ItemId, TrackId
from reaper_bridge.session.model import FxSlot, Track
from tests.session_builder import RATE_HZ, TrackSpec, build_project, guid_of
from tests.standin.fixture import Standin

Sound = npt.NDArray[np.float64]
VOLUME = "JS: Volume Adjustment"
MINUS_6_DB = (150.0 - 6.0) / 300.0
PLUS_6_DB = (150.0 + 6.0) / 300.0
BASS, GUITAR, BUS = guid_of("Bass"), guid_of("Gtr"), guid_of("Bus")
SECONDS = 2.0


def tone(frequency_hz: float) -> Sound:
    return 0.25 * np.sin(2.0 * np.pi * frequency_hz * np.arange(round(SECONDS * RATE_HZ)) / RATE_HZ)


LOW, HIGH, MIDDLE = tone(110.0), tone(1760.0), tone(440.0)


def spec(name: str, sound: Sound, **values: Any) -> TrackSpec:
    return TrackSpec(name, sound, subtype="FLOAT", length_seconds=SECONDS, **values)


BAND = (
    spec("Bass", LOW, volume=0.25, pan=-0.5),
    spec("Gtr", HIGH, volume=0.5),
    spec("Bus", MIDDLE, receives=((0, 1.0),)),
)


@dataclass
class Studio:
    """A stand-in with a project open, and a bridge to it."""

    standin: Standin
    bridge: Bridge
    folder: Path
    told: list[str] = field(default_factory=list)

    @property
    def person(self) -> Any:
        return self.standin.control

    def stems(self, *ours: str) -> dict[TrackId, TrackAudio]:
        """Read the project and return where its sound lies, rendering what must be."""
        picture = read_picture(self.bridge.request("snapshot"))
        sources = read_sources(picture, [track.id for track in picture.session.tracks])
        ids = frozenset(FxId(guid) for guid in ours)
        return with_stems(
            self.bridge, picture, sources, ours=ids, on_busy=self.told.append, folder=self.folder / "stems"
        )

    def sound(self, guid: str, *ours: str) -> Sound:
        """Return the left channel of a track's stem."""
        (clip,) = self.stems(*ours)[TrackId(guid)].clips
        sound, rate_hz = soundfile.read(clip.path, always_2d=True)
        assert rate_hz == RATE_HZ
        assert (clip.position_seconds, clip.length_seconds) == (0.0, pytest.approx(SECONDS, abs=1e-3))
        return np.asarray(sound[:, 0])

    def insert(self, guid: str, normalized: float) -> str:
        """Insert a volume plug-in set to a level, as the engineer."""
        fx = self.person.insert_fx(guid, VOLUME)
        self.person.set_fx_param(guid, fx, 0, normalized)
        return str(fx)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    project = build_project(tmp_path / "song", BAND)
    with Standin.start(project, hz=100) as standin, connect(standin.resource_path) as bridge:
        yield Studio(standin, bridge, tmp_path)


def rms_db(sound: Sound) -> float:
    return float(10.0 * np.log10(np.mean(sound**2) + 1e-20))


def has(sound: Sound, frequency_hz: float) -> bool:
    spectrum = np.abs(np.fft.rfft(sound)) / len(sound)
    return bool(spectrum[round(frequency_hz * SECONDS)] > 1e-3)


# which tracks


SLOT = FxSlot(FxId("{A}"), "Strange", ForeignEffect("Strange", "1"))
CLIPS = (Clip(ItemId("i"), "a", Path("a.wav"), 0.0, 1.0),)


@pytest.mark.parametrize(
    ("slots", "clips", "needed"),
    [
        ((), CLIPS, False),
        ((SLOT,), CLIPS, True),
        ((SLOT,), (), False),
        ((FxSlot(FxId("{A}"), "Synth", ForeignEffect("Synth", "1"), is_instrument=True),), (), True),
        ((FxSlot(FxId("{A}"), "Off", ForeignEffect("Off", "1"), enabled=False),), CLIPS, False),
        ((FxSlot(FxId("{A}"), "Out", ForeignEffect("Out", "1"), offline=True),), CLIPS, False),
        ((FxSlot(FxId("{OURS}"), "EQ", ForeignEffect("EQ", "1")),), CLIPS, False),
        ((FxSlot(FxId("{OURS}"), "EQ", ForeignEffect("EQ", "1")), SLOT), CLIPS, True),
    ],
)
def test_a_track_needs_a_stem_where_it_sounds_otherwise_than_its_files(
    slots: Sequence[FxSlot], clips: tuple[Clip, ...], needed: bool
) -> None:
    track = Track(TrackId("t"), "t", 0, fx=tuple(slots))
    assert needs_stem(track, TrackAudio(track.id, clips), {FxId("{OURS}")}) is needed


def test_a_chain_that_is_switched_off_needs_no_stem() -> None:
    track = Track(TrackId("t"), "t", 0, fx=(SLOT,), fx_enabled=False)
    assert not needs_stem(track, TrackAudio(track.id, CLIPS), ())


def test_a_project_without_plug_ins_is_not_rendered(studio: Studio) -> None:
    assert all(audio.rendered_fx is None for audio in studio.stems().values())
    assert studio.person.stats()["renders"] == 0
    assert studio.told == []


# what is in a stem


def test_a_stem_is_the_track_behind_its_plug_ins_and_before_its_fader(studio: Studio) -> None:
    fx = studio.insert(BASS, MINUS_6_DB)
    stems = studio.stems()
    assert stems[TrackId(BASS)].rendered_fx == {FxId(fx)}
    assert stems[TrackId(BASS)].is_complete
    assert stems[TrackId(GUITAR)].rendered_fx is None
    assert rms_db(studio.sound(BASS)) - rms_db(LOW) == pytest.approx(-6.0, abs=0.01)


def test_our_own_plug_ins_are_not_in_a_stem(studio: Studio) -> None:
    ours, theirs = studio.insert(BASS, PLUS_6_DB), studio.insert(BASS, MINUS_6_DB)
    assert rms_db(studio.sound(BASS, ours)) - rms_db(LOW) == pytest.approx(-6.0, abs=0.01)
    assert studio.stems(ours)[TrackId(BASS)].rendered_fx == {FxId(theirs)}


def test_a_stem_does_not_hear_mutes_and_solos(studio: Studio) -> None:
    studio.insert(BASS, MINUS_6_DB)
    studio.person.set_track(BASS, "B_MUTE", 1.0)
    studio.person.set_track(GUITAR, "I_SOLO", 2.0)
    assert rms_db(studio.sound(BASS)) - rms_db(LOW) == pytest.approx(-6.0, abs=0.01)


def test_what_others_send_in_is_not_in_a_stem(studio: Studio) -> None:
    studio.insert(BUS, MINUS_6_DB)
    sound = studio.sound(BUS)
    assert has(sound, 440.0)
    assert not has(sound, 110.0), "the bass is sent to it"


def test_children_are_not_in_the_stem_of_their_folder(tmp_path: Path) -> None:
    band = (spec("Bus", MIDDLE, folder="1 1"), spec("Bass", LOW), spec("Gtr", HIGH, folder="2 -1"))
    project = build_project(tmp_path / "song", band)
    with Standin.start(project, hz=100) as standin, connect(standin.resource_path) as bridge:
        studio = Studio(standin, bridge, tmp_path)
        studio.insert(BUS, MINUS_6_DB)
        sound = studio.sound(BUS)
    assert [has(sound, hertz) for hertz in (440.0, 110.0, 1760.0)] == [True, False, False]


def test_a_stem_starts_with_the_project_whatever_its_markers_say(studio: Studio) -> None:
    studio.insert(GUITAR, MINUS_6_DB)
    studio.person.set_item(GUITAR, 0, "D_POSITION", 1.0)
    studio.person.set_item(GUITAR, 0, "D_LENGTH", 1.0)
    sound = studio.sound(GUITAR)
    assert rms_db(sound[: RATE_HZ - 10]) < -190.0
    assert rms_db(sound[RATE_HZ:]) - rms_db(HIGH) == pytest.approx(-6.0, abs=0.1)


NOTES = """    <ITEM
      POSITION 0
      LENGTH 2
      IGUID {11111111-2222-3333-4444-555555555555}
      NAME notes
      <SOURCE MIDI
        HASDATA 1 960 QN
        E 0 90 3c 60
        E 960 80 3c 00
        E 2880 b0 7b 00
      >
    >"""


def test_an_instrument_is_heard(tmp_path: Path) -> None:
    band = (TrackSpec("Keys", None, extra=NOTES), spec("Bass", LOW))
    project = build_project(tmp_path / "song", band)
    with Standin.start(project, hz=100) as standin, connect(standin.resource_path) as bridge:
        studio = Studio(standin, bridge, tmp_path)
        studio.person.insert_fx(guid_of("Keys"), "Tone Machine")
        stem = studio.stems()[TrackId(guid_of("Keys"))]
        assert (stem.is_complete, stem.problems) == (True, ())
        assert has(studio.sound(guid_of("Keys")), 440.0), "what the stand-in's instrument plays"


TAKE_FX = """    <ITEM
      POSITION 0
      LENGTH 2
      IGUID {11111111-2222-3333-4444-555555555555}
      NAME wet
      <SOURCE WAVE
        FILE "media/Bass.wav"
      >
      <TAKEFX
        BYPASS 0 0 0
        <JS utility/volume ""
          -6 0 - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -
        >
        FXID {11111111-2222-3333-4444-666666666666}
      >
    >"""  # noqa: E501


def test_take_fx_are_reapers_to_play(tmp_path: Path) -> None:
    band = (spec("Bass", LOW), TrackSpec("Wet", None, extra=TAKE_FX))
    project = build_project(tmp_path / "song", band)
    with Standin.start(project, hz=100) as standin, connect(standin.resource_path) as bridge:
        studio = Studio(standin, bridge, tmp_path)
        stems = studio.stems()
        assert stems[TrackId(BASS)].rendered_fx is None
        assert stems[TrackId(guid_of("Wet"))].rendered_fx == frozenset()
        assert stems[TrackId(guid_of("Wet"))].problems == ()


def test_side_chains_still_hear_what_is_sent_to_them(studio: Studio) -> None:
    studio.insert(BUS, MINUS_6_DB)
    studio.insert(BUS, MINUS_6_DB)
    studio.person.set_send(BASS, 0, "I_DSTCHAN", 2.0)
    studio.person.crash_on_call("SetTrackSendInfo_Value")
    assert has(studio.sound(BUS), 440.0), "the send was left alone"


def test_the_death_of_reaper_in_a_render_is_noticed(studio: Studio) -> None:
    studio.insert(BUS, MINUS_6_DB)
    studio.person.crash_on_call("SetTrackSendInfo_Value")
    with pytest.raises(HostGoneError, match=r"while it rendered 1 track with plug-ins: .* Nothing was written"):
        studio.stems()


# nothing else is different afterwards


@pytest.mark.parametrize("outcome", ["", "cancelled", "disk full"])
def test_the_project_is_as_it_was(studio: Studio, outcome: str) -> None:
    person = studio.person
    ours = studio.insert(BASS, PLUS_6_DB)
    studio.insert(BASS, MINUS_6_DB)
    studio.insert(BUS, MINUS_6_DB)
    person.select([GUITAR])
    person.set_track(BASS, "B_MUTE", 1.0)
    person.set_track(GUITAR, "I_SOLO", 5.0)
    person.spoil_renders(outcome)
    before, history = person.dump(), person.history()
    if outcome == "":
        studio.stems(ours)
    elif outcome == "cancelled":
        with pytest.raises(BridgeRefusal, match="cancelled"):
            studio.stems(ours)
    else:
        studio.person.dialog(False)
        _with_dismissed_box(studio, ours)
    after = person.dump()
    for moving in ("dirty", "change_count", "dialog"):  # believed: render settings mark a project as modified
        before.pop(moving), after.pop(moving)
    assert after == before
    assert person.history() == history
    assert person.stats()["unbalanced_refreshes"] == 0
    assert person.stats()["uncovered_undo_blocks"] == 0
    assert list((studio.standin.resource_path / "First Pass").glob("stems-*")) == []


def _with_dismissed_box(studio: Studio, ours: str) -> None:
    """Render on a full disk: REAPER shows a box, and somebody dismisses it."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            studio.stems(ours)
        except BridgeRefusal as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    studio.standin.wait_until(lambda: studio.person.stats()["dialog"] is not None, "the box")
    studio.person.dialog(False)
    thread.join(30)
    assert [type(error) for error in failed] == [BridgeRefusal]


@pytest.mark.parametrize(("verb", "words"), [("record", "recording"), ("play", "playing")])
def test_nothing_is_rendered_while_the_transport_runs(studio: Studio, verb: str, words: str) -> None:
    studio.insert(BASS, MINUS_6_DB)
    getattr(studio.person, verb)(True)
    before = studio.person.dump()
    with pytest.raises(HostBusyError, match=words):
        studio.stems()
    assert studio.person.dump() == before
    assert studio.person.stats()["renders"] == 0


def test_another_tab_in_front_is_not_rendered(studio: Studio) -> None:
    studio.insert(BASS, MINUS_6_DB)
    picture = read_picture(studio.bridge.request("snapshot"))
    sources = read_sources(picture, [track.id for track in picture.session.tracks])
    studio.person.new_tab()
    with pytest.raises(StaleValueError, match="Another project"):
        with_stems(studio.bridge, picture, sources, ours=(), folder=studio.folder / "stems")


def test_a_track_that_was_deleted_meanwhile_is_not_rendered(studio: Studio) -> None:
    studio.insert(BASS, MINUS_6_DB)
    picture = read_picture(studio.bridge.request("snapshot"))
    sources = read_sources(picture, [track.id for track in picture.session.tracks])
    studio.person.delete_track(BASS)
    with pytest.raises(StaleValueError):
        with_stems(studio.bridge, picture, sources, ours=(), folder=studio.folder / "stems")


def test_a_track_whose_files_are_missing_stays_unheard(studio: Studio) -> None:
    studio.insert(BASS, MINUS_6_DB)
    (studio.folder / "song" / "media" / "Bass.wav").unlink()
    assert not studio.stems()[TrackId(BASS)].is_complete
    assert studio.person.stats()["renders"] == 0


# the second time


def test_a_stem_is_rendered_once_whatever_becomes_of_faders_and_our_own_plug_ins(studio: Studio) -> None:
    studio.insert(BASS, MINUS_6_DB)
    first = studio.stems()[TrackId(BASS)]
    ours = studio.insert(BASS, PLUS_6_DB)
    for key, value in (("D_VOL", 0.1), ("D_PAN", 1.0), ("B_MUTE", 1.0), ("I_SOLO", 1.0)):
        studio.person.set_track(BASS, key, value)
    studio.person.rename(BASS, "Low end")
    studio.person.select([BASS])
    again = studio.stems(ours)[TrackId(BASS)]
    assert (again.clips[0].path, again.rendered_fx) == (first.clips[0].path, first.rendered_fx)
    assert studio.person.stats()["renders"] == 1
    assert studio.told == ["REAPER is rendering 1 track with plug-ins and does not react meanwhile.", ""]


@pytest.mark.parametrize("moved", ["knob", "bypass", "item", "file", "another plug-in", "lane"])
def test_a_stem_is_rendered_anew_when_the_track_sounds_otherwise(studio: Studio, moved: str) -> None:
    fx = studio.insert(BASS, MINUS_6_DB)
    studio.insert(BASS, 0.49)
    before = studio.sound(BASS)
    if moved == "knob":
        studio.person.set_fx_param(BASS, fx, 0, 0.45)
    elif moved == "bypass":
        studio.person.enable_fx(BASS, fx, False)
    elif moved == "item":
        studio.person.set_item(BASS, 0, "D_VOL", 0.5)
    elif moved == "file":
        soundfile.write(studio.folder / "song" / "media" / "Bass.wav", 0.5 * LOW, RATE_HZ, subtype="FLOAT")
    elif moved == "another plug-in":
        studio.insert(BASS, MINUS_6_DB)
    else:
        studio.person.set_envelope(BASS, "VOLENV", [[0.0, 0.25]])
    assert abs(rms_db(studio.sound(BASS)) - rms_db(before)) > 1.0
    assert studio.person.stats()["renders"] == 2


def test_only_what_changed_is_rendered_anew(studio: Studio) -> None:
    fx = studio.insert(BASS, MINUS_6_DB)
    studio.insert(GUITAR, MINUS_6_DB)
    before = studio.stems()
    studio.person.set_fx_param(BASS, fx, 0, 0.45)
    after = studio.stems()
    assert after[TrackId(GUITAR)] == before[TrackId(GUITAR)]
    assert after[TrackId(BASS)] != before[TrackId(BASS)]
    assert [text[:27] for text in studio.told] == ["REAPER is rendering 2 track", "", "REAPER is rendering 1 track", ""]


def test_what_a_killed_pass_left_behind_is_cleared_away(studio: Studio) -> None:
    left = studio.standin.resource_path / "First Pass" / "stems-left"
    left.mkdir()
    (left / "01.wav").write_bytes(b"RIFF")
    os.utime(left, (0.0, 0.0))
    studio.insert(BASS, MINUS_6_DB)
    studio.stems()
    assert not left.exists()


# the files


def test_a_wave_file_tells_its_length_only_if_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros((12_000, 2)), RATE_HZ, subtype="FLOAT")
    assert wave_seconds(path) == 0.25
    path.write_bytes(path.read_bytes()[:-8])
    assert wave_seconds(path) == 0.0


@pytest.mark.parametrize("data", [b"", b"RIFF", b"RIFF\0\0\0\0WAVE", b"RIFX\0\0\0\0WAVEdata\0\0\0\0", b"\0" * 100])
def test_what_is_no_wave_file_has_no_length(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.wav").write_bytes(data)
    assert wave_seconds(tmp_path / "a.wav") == 0.0
    assert wave_seconds(tmp_path / "b.wav") == 0.0


def test_a_wave_file_beyond_4_gib_tells_its_length_where_that_is_written(tmp_path: Path) -> None:
    sizes = b"ds64" + struct.pack("<IQQQI", 28, 0, 384_000, 0, 0)
    form = b"fmt " + struct.pack("<IHHIIHH", 16, 3, 2, RATE_HZ, RATE_HZ * 8, 8, 32)
    data = b"data" + struct.pack("<I", 0xFFFFFFFF) + bytes(384_000)
    (tmp_path / "a.wav").write_bytes(b"RF64\xff\xff\xff\xffWAVE" + sizes + form + data)
    assert wave_seconds(tmp_path / "a.wav") == 1.0


def test_the_least_recently_used_stems_go_first(tmp_path: Path) -> None:
    files = StemFiles(tmp_path / "stems", limit_bytes=250)
    for number, key in enumerate(("old", "older", "new")):
        rendered = tmp_path / "rendered.wav"
        rendered.write_bytes(bytes(100))
        files.take_in(key, rendered)
        assert not rendered.exists()
        path = files.path(key)
        os.utime(path, ns=(number, path.stat().st_mtime_ns))
    changed = files.path("old").stat().st_mtime_ns
    files.used("old")
    files.shrink(["new"])
    assert [files.has(key) for key in ("old", "older", "new")] == [True, False, True]
    assert files.path("old").stat().st_mtime_ns == changed, "what was measured of it stays known"


def test_what_is_told_to_reaper_is_plain_json(studio: Studio) -> None:
    assert json.loads(json.dumps(studio.bridge.request("stem_states", {**_front(studio), "tracks": []}))) == {}


def _front(studio: Studio) -> dict[str, Any]:
    return {"project": studio.bridge.request("state")["handle"]}
