"""Every kind of finding is found where it is, with the track and the time, and is not found where it is not."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from actions.examining.finding import SessionFinding, clock, sentence, told_times
from actions.examining.plugins import plugin_findings
from actions.examining.recordings import SERIOUS, TONE, told_apart
from actions.hearing import Heard, hear
from actions.report.contents import FLAW_SEVERITIES
from actions.session_doctor import findings_of, is_well, plain_findings, told, unmended
from reaper_bridge.rpp.host import ProjectFile
from reaper_bridge.session.address import Address
from reaper_bridge.session.change import Change, MixPlan
from reaper_bridge.session.effects import ForeignEffect
from reaper_bridge.session.identity import FxId, TrackId
from reaper_bridge.session.model import FxSlot
from tests.session_builder import RATE_HZ, SECONDS, Sound, TrackSpec, build_project, guid_of, sound

TIME = np.arange(int(SECONDS * RATE_HZ)) / RATE_HZ
RANDOM = np.random.default_rng(11)


def heard_of(folder: Path, *tracks: TrackSpec, sample_rate_hz: int | None = RATE_HZ) -> Heard:
    return hear(ProjectFile(build_project(folder, tracks, sample_rate_hz=sample_rate_hz)))


def findings(folder: Path, *tracks: TrackSpec, sample_rate_hz: int | None = RATE_HZ) -> dict[str, list[SessionFinding]]:
    """Return what is found in a session of these tracks, by kind."""
    found: dict[str, list[SessionFinding]] = {}
    for finding in findings_of(heard_of(folder, *tracks, sample_rate_hz=sample_rate_hz)):
        found.setdefault(finding.kind, []).append(finding)
    return found


def only(found: dict[str, list[SessionFinding]], kind: str, track: str) -> SessionFinding:
    (finding,) = found[kind]
    assert finding.track_id == guid_of(track)
    return finding


def quiet(samples: Sound, peak: float = 0.5) -> Sound:
    return peak * samples / np.abs(samples).max()


def stereo(left: Sound, right: Sound) -> Sound:
    return np.stack((left, right), axis=1)


GOOD = TrackSpec("Gtr", "guitar", recorded_db=-9.0)


def test_a_clean_session_is_well(tmp_path: Path) -> None:
    heard = heard_of(tmp_path, GOOD, TrackSpec("Bass", "bass", recorded_db=-4.0))
    assert [f.kind for f in findings_of(heard)] == []
    assert is_well(findings_of(heard))


def test_a_clipped_recording_is_serious_and_says_when(tmp_path: Path) -> None:
    voice = np.clip(2.5 * quiet(sound("voice"), 0.9), -0.9, 0.9)
    found = findings(tmp_path, TrackSpec("Vox", voice), GOOD)
    finding = only(found, "clipped", "Vox")
    assert finding.severity == "serious"
    assert finding.times_seconds
    assert finding.advice == "Use another take or a declipper."
    assert "hot" not in found


def test_a_muted_track_has_nothing_serious(tmp_path: Path) -> None:
    voice = np.clip(2.5 * quiet(sound("voice"), 0.9), -0.9, 0.9)
    finding = only(findings(tmp_path, TrackSpec("Vox", voice, muted=True), GOOD), "clipped", "Vox")
    assert finding.severity == "worth knowing"


def test_a_hot_recording_is_told_with_its_highest_moment(tmp_path: Path) -> None:
    burst = np.zeros_like(TIME)
    first = 3 * RATE_HZ
    # a sine at a quarter of the rate whose samples all lie 3 dB below its crests
    burst[first : first + 480] = np.sin(0.5 * np.pi * np.arange(480) + 0.25 * np.pi) * np.hanning(480) * 1.4 * 0.98
    found = findings(tmp_path, TrackSpec("Synth", quiet(sound("pad"), 0.2) + np.clip(burst, -0.79, 0.79) * 1.24), GOOD)
    finding = only(found, "hot", "Synth")
    assert finding.times_seconds[0] == pytest.approx(3.005, abs=0.02)
    assert "over full scale" in finding.found


def test_an_offset_from_the_centre_is_told(tmp_path: Path) -> None:
    found = findings(tmp_path, TrackSpec("Pad", quiet(sound("pad")) + 0.1), GOOD)
    assert only(found, "dc", "Pad").advice == "High-pass at 20 Hz."


@pytest.mark.parametrize("mains_hz", [50.0, 60.0])
def test_hum_is_told_with_the_frequency_of_the_mains(tmp_path: Path, mains_hz: float) -> None:
    hum = sum(0.004 / k * np.sin(2 * np.pi * mains_hz * k * TIME + k) for k in range(1, 7))
    finding = only(findings(tmp_path, TrackSpec("Gtr DI", quiet(sound("snare")) + hum), GOOD), "hum", "Gtr DI")
    assert finding.frequency_hz == mains_hz
    assert f"{mains_hz:.0f} Hz" in finding.found


def test_a_silent_track_is_told(tmp_path: Path) -> None:
    found = findings(tmp_path, TrackSpec("Spare", np.zeros_like(TIME)), GOOD)
    assert only(found, "silent", "Spare").advice == "Mute or delete it."


def test_plosives_of_a_voice_are_told_with_their_times(tmp_path: Path) -> None:
    voice = quiet(sound("voice"), 0.3)
    moments = (2.0, 5.0)
    for moment in moments:
        first = int(moment * RATE_HZ)
        thump = np.sin(2 * np.pi * 40.0 * TIME[:6000]) * np.hanning(6000)
        voice[first : first + 6000] += 0.9 * thump
    finding = only(findings(tmp_path, TrackSpec("Lead Vox", voice), GOOD), "plosives", "Lead Vox")
    for moment in moments:
        assert min(abs(time - moment) for time in finding.times_seconds) < 0.15


# --- left and right ---------------------------------------------------------------------------------------


def test_a_stereo_file_with_one_signal_is_a_mono_one(tmp_path: Path) -> None:
    keys = quiet(sound("piano"))
    wide, left = stereo(keys, quiet(sound("pad"))), stereo(keys, 0.0 * keys)
    tracks = TrackSpec("Keys", stereo(keys, keys)), TrackSpec("Piano", wide), TrackSpec("Organ", left)
    found = findings(tmp_path, *tracks, GOOD)
    assert only(found, "dual_mono", "Keys").severity == "worth knowing"
    assert "left channel" in only(found, "one_sided", "Organ").found


def test_sides_that_cancel_are_serious_and_say_from_when(tmp_path: Path) -> None:
    pad, turned = quiet(sound("pad")), quiet(sound("pad"))
    turned[4 * RATE_HZ :] *= -1.0
    found = findings(tmp_path, TrackSpec("Synth", stereo(pad, -pad)), TrackSpec("Pad", stereo(pad, turned)), GOOD)
    whole, half = found["phase"]
    assert (whole.track_id, whole.severity) == (guid_of("Synth"), "serious")
    assert (half.track_id, half.severity) == (guid_of("Pad"), "worth knowing")
    assert half.times_seconds[0] == pytest.approx(4.0, abs=0.3)


def test_unrelated_sides_do_not_cancel(tmp_path: Path) -> None:
    noise = RANDOM.standard_normal((len(TIME), 2)) * 0.05
    assert "phase" not in findings(tmp_path, TrackSpec("Room", noise), GOOD)


def test_a_microphone_out_of_polarity_is_serious_until_the_pass_turns_it(tmp_path: Path) -> None:
    top = quiet(sound("snare"))
    heard = heard_of(tmp_path, TrackSpec("Snare Top", top), TrackSpec("Snare Btm", -0.5 * top, recorded_db=-3.0), GOOD)
    (finding,) = [f for f in findings_of(heard) if f.kind == "polarity"]
    assert finding.severity == "serious"
    assert "“Snare" in finding.found
    assert finding.other_track is not None
    turned = MixPlan((Change(Address(finding.other_track, "polarity"), False, True, "because"),))
    assert finding not in unmended(findings_of(heard), turned)
    assert finding in unmended(findings_of(heard), MixPlan(()))


def test_the_same_audio_on_two_tracks_is_told_whole_in_part_and_shifted(tmp_path: Path) -> None:
    guitar, piano = quiet(sound("guitar")), quiet(sound("piano"))
    part = np.where(TIME < 3.9, 0.5 * quiet(sound("voice")), 0.3 * guitar)
    tracks = (
        TrackSpec("Gtr 1", guitar),
        TrackSpec("Keys", piano),
        TrackSpec("Copy", 0.5 * guitar),
        TrackSpec("Spread", 0.7 * np.roll(piano, 960)),
        TrackSpec("Part", part),
    )
    heard = heard_of(tmp_path, *tracks)
    found = {frozenset((f.track_id, f.other_track)): f for f in findings_of(heard) if f.kind == "duplicate"}
    pairs = [("Gtr 1", "Copy"), ("Keys", "Spread"), ("Gtr 1", "Part"), ("Copy", "Part")]
    assert set(found) == {frozenset(map(guid_of, pair)) for pair in pairs}
    spread = found[frozenset((TrackId(guid_of("Keys")), TrackId(guid_of("Spread"))))]
    assert "20.0 ms late" in spread.found
    part = found[frozenset((TrackId(guid_of("Gtr 1")), TrackId(guid_of("Part"))))]
    assert (part.times_seconds, part.track_id) == ((4.0,), guid_of("Part"))


def test_a_copy_that_is_muted_and_the_microphones_of_one_drum_are_no_duplicates(tmp_path: Path) -> None:
    guitar, snare = quiet(sound("guitar")), quiet(sound("snare"))
    tracks = (
        TrackSpec("Gtr 1", guitar),
        TrackSpec("Gtr 1 old", 0.5 * np.roll(guitar, 100), muted=True),
        TrackSpec("Snare Top", snare),
        TrackSpec("Snare Btm", 0.5 * np.roll(snare, 20)),
    )
    assert "duplicate" not in findings(tmp_path, *tracks)


# --- media ------------------------------------------------------------------------------------------------


def test_media_that_is_missing_or_offline_is_serious(tmp_path: Path) -> None:
    gone = TrackSpec("Pad", None, file="media/gone.wav")
    finding = only(findings(tmp_path, gone, GOOD), "media", "Pad")
    assert finding.severity == "serious"
    assert "gone.wav is missing" in finding.found
    path = build_project(tmp_path / "offline", (GOOD,))
    path.write_bytes(path.read_bytes().replace(b"<SOURCE WAVE", b"<SOURCE _OFFLINE_WAVE", 1))
    (finding,) = [f for f in findings_of(hear(ProjectFile(path))) if f.kind == "media"]
    assert (finding.severity, finding.advice) == ("serious", "Set it online.")


def test_notes_and_what_is_heard_roughly_are_nothing_serious(tmp_path: Path) -> None:
    path = build_project(tmp_path, (GOOD, TrackSpec("Keys", "piano", recorded_db=-6.0)))
    text = path.read_bytes().replace(
        b'<SOURCE WAVE\r\n        FILE "media/Keys.wav"', b"<SOURCE MIDI\r\n        FILE x.mid"
    )
    path.write_bytes(text.replace(b"PLAYRATE 1 1 0", b"PLAYRATE 1.5 1 0", 1))
    found = {f.kind: f for f in findings_of(hear(ProjectFile(path)))}
    assert found["not_in_a_file"].track_id == guid_of("Keys")
    assert {f.severity for f in found.values()} == {"worth knowing"}
    assert "media" not in found


def test_media_at_another_rate_than_the_project_is_named(tmp_path: Path) -> None:
    found = findings(tmp_path, GOOD, TrackSpec("Bass", "bass", rate_hz=44_100, recorded_db=-6.0))
    finding = only(found, "sample_rate", "Bass")
    assert "44.1 kHz" in finding.found
    assert "48 kHz" in finding.found


def test_without_a_rate_of_its_own_a_project_is_held_against_most_of_its_media(tmp_path: Path) -> None:
    tracks = (GOOD, TrackSpec("Piano", "piano", recorded_db=-6.0))
    odd = TrackSpec("Bass", "bass", rate_hz=44_100, recorded_db=-6.0)
    assert "sample_rate" not in findings(tmp_path / "same", *tracks, sample_rate_hz=None)
    assert (
        "most media"
        in only(findings(tmp_path / "mixed", *tracks, odd, sample_rate_hz=None), "sample_rate", "Bass").found
    )


def test_channels_that_are_heard_nowhere_are_serious(tmp_path: Path) -> None:
    four = np.stack([quiet(sound(f"piano {n}")) for n in range(4)], axis=1)
    sent_on = TrackSpec("Quad 2", four, extra="NCHAN 4")
    heard = heard_of(tmp_path, TrackSpec("Quad", four), sent_on, GOOD)
    found = [f for f in findings_of(heard) if f.kind == "channel_count"]
    assert [(f.track_id, f.severity) for f in found] == [(guid_of("Quad"), "serious"), (guid_of("Quad 2"), "serious")]
    assert "4 channels" in found[0].found


def test_an_item_set_to_a_channel_that_its_file_lacks_is_told(tmp_path: Path) -> None:
    path = build_project(tmp_path, (GOOD, TrackSpec("Bass", "bass", recorded_db=-6.0)))
    path.write_bytes(path.read_bytes().replace(b"CHANMODE 0", b"CHANMODE 7", 1))
    (finding,) = [f for f in findings_of(hear(ProjectFile(path))) if f.kind == "channel_count"]
    assert (finding.track_id, finding.severity) == (guid_of("Gtr"), "worth knowing")
    assert "channel 5 of a file that has 1" in finding.found


def test_a_send_to_a_channel_that_is_not_there_is_serious(tmp_path: Path) -> None:
    for target, expected in ((0, 0), (2, 1)):
        receive = f"AUXRECV 0 0 1 0 0 0 0 0 {target} -1:U 0 -1 ''"
        bus = TrackSpec("Bus", None, extra=receive)
        found = findings(tmp_path / str(target), GOOD, bus)
        assert len(found.get("channel_count", [])) == expected


def test_an_item_cut_without_a_fade_is_told_with_the_moment(tmp_path: Path) -> None:
    low = 0.3 * np.cos(2 * np.pi * 110.0 * TIME)
    cut = TrackSpec("Synth Bass", low, position_seconds=1.0, length_seconds=4.0, file="media/low.wav")
    found = findings(tmp_path / "cut", cut, GOOD)
    finding = only(found, "edge_click", "Synth Bass")
    assert finding.times_seconds == (1.0, 5.0)
    path = build_project(tmp_path / "faded", (cut, GOOD))
    text = path.read_bytes().replace(b"FADEIN 1 0", b"FADEIN 1 0.01").replace(b"FADEOUT 1 0", b"FADEOUT 1 0.01")
    path.write_bytes(text)
    assert "edge_click" not in {f.kind for f in findings_of(hear(ProjectFile(path)))}


# --- plug-ins ---------------------------------------------------------------------------------------------


def with_slot(heard: Heard, slot: FxSlot) -> Heard:
    first, *others = heard.session.tracks
    return replace(heard, session=replace(heard.session, tracks=(replace(first, fx=(slot,)), *others)))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Heard:
    return heard_of(tmp_path_factory.mktemp("plain"), GOOD)


def slot_named(name: str) -> FxSlot:
    return FxSlot(FxId("{1}"), name, ForeignEffect(name, ""))


def kinds_of_plugins(heard: Heard, slot: FxSlot) -> list[str]:
    return [finding.kind for finding in plugin_findings(with_slot(heard, slot))]


def test_a_plugin_that_is_offline_is_told(plain: Heard) -> None:
    slot = slot_named("VST: Tape")
    assert kinds_of_plugins(plain, replace(slot, offline=True)) == ["fx_offline"]
    assert kinds_of_plugins(plain, slot) == []


@pytest.mark.parametrize(("samples", "kinds"), [(4096, ["latency"]), (64, []), (0, [])])
def test_a_latency_that_reaper_reports_is_told_where_it_is_high(plain: Heard, samples: int, kinds: list[str]) -> None:
    slot = replace(slot_named("VST: Tape"), latency_samples=samples)
    assert kinds_of_plugins(plain, slot) == kinds
    assert kinds_of_plugins(plain, replace(slot, enabled=False)) == []


def test_in_a_file_only_a_name_that_says_so_is_taken_for_late(plain: Heard) -> None:
    assert kinds_of_plugins(plain, slot_named("VST: Linear Phase EQ (Somebody)")) == ["latency"]
    assert kinds_of_plugins(plain, slot_named("VST: Pro-Q 3 (FabFilter)")) == []
    known = replace(slot_named("VST: Linear Phase EQ (Somebody)"), latency_samples=0)
    assert kinds_of_plugins(plain, known) == []


def test_slots_that_differ_in_latency_alone_are_equal(plain: Heard) -> None:
    slot = slot_named("VST: Tape")
    assert replace(slot, latency_samples=512) == slot
    assert repr(replace(slot, latency_samples=512)) == repr(slot)


# --- words ------------------------------------------------------------------------------------------------


def test_the_serious_stand_first_and_every_finding_says_what_to_do(tmp_path: Path) -> None:
    voice = np.clip(2.5 * quiet(sound("voice"), 0.9), -0.9, 0.9)
    heard = heard_of(tmp_path, TrackSpec("Spare", np.zeros_like(TIME)), TrackSpec("Vox", voice))
    found = findings_of(heard)
    assert [f.severity for f in found] == sorted((f.severity for f in found), key=lambda s: s != "serious")
    for finding in found:
        assert re.fullmatch(r"[A-Z“].*[.!?]", finding.found), finding
        assert re.fullmatch(r"[A-Z“].*[.!?]", finding.advice), finding
        assert told(finding, heard.session)[2:].startswith(heard.session.track(TrackId(str(finding.track_id))).name)
    assert [plain["kind"] for plain in plain_findings(found, heard.session)] == [f.kind for f in found]


def test_report_and_doctor_agree_on_what_is_serious() -> None:
    assert {kind for kind, severity in FLAW_SEVERITIES.items() if severity == "serious"} == SERIOUS
    assert all(FLAW_SEVERITIES[kind] == "minor" for kind in FLAW_SEVERITIES if kind in TONE)


def test_moments_are_told_in_minutes_and_no_more_than_three() -> None:
    assert clock(62.34) == "1:02.3"
    assert clock(59.96) == "1:00.0"
    assert told_times(()) == ""
    assert told_times((1.0,)) == "at 0:01.0"
    assert told_times((1.0, 2.0, 3.0)) == "at 0:01.0, 0:02.0 and 0:03.0"
    assert told_times((1.0, 2.0, 3.0, 4.0)) == "at 0:01.0, 0:02.0, 0:03.0 and 1 more"


def test_a_sentence_about_a_flaw_is_parted_into_what_and_what_to_do() -> None:
    assert told_apart("Clipped: 3 tops cut off; use another take") == ("Clipped: 3 tops cut off", "use another take")
    assert told_apart("Hum at 50 Hz: notch it") == ("Hum at 50 Hz", "notch it")
    assert told_apart("Something") == ("Something", "")
    assert sentence("notch it") == "Notch it."


def test_the_order_and_the_names_of_tracks_play_no_part(tmp_path: Path) -> None:
    voice = np.clip(2.5 * quiet(sound("voice"), 0.9), -0.9, 0.9)
    keys = quiet(sound("piano"))
    low = 0.3 * np.cos(2 * np.pi * 110.0 * TIME)
    tracks = [
        TrackSpec("One", voice),
        TrackSpec("Two", stereo(keys, keys)),
        TrackSpec("Three", 0.7 * np.roll(keys, 960)),
        TrackSpec("Four", low, rate_hz=44_100),
        TrackSpec("Five", np.zeros_like(TIME)),
    ]

    def told_of(heard: Heard) -> set[tuple[str, frozenset[str | None]]]:
        return {(f.kind, frozenset((f.track_id, f.other_track))) for f in findings_of(heard)}

    first = told_of(heard_of(tmp_path / "first", *tracks))
    assert {kind for kind, _ in first} >= {"clipped", "dual_mono", "duplicate", "sample_rate", "silent", "edge_click"}
    assert told_of(heard_of(tmp_path / "turned", *reversed(tracks))) == first


def test_an_offline_plugin_of_a_file_is_told(tmp_path: Path) -> None:
    chain = 'BYPASS 0 {offline} 0\n<JS utility/volume ""\n  -3 150 0\n>\nFXID {{8A5B3F50-0000-4000-8000-000000000001}}'
    for offline, kinds in ((1, {"fx_offline"}), (0, set())):
        track = replace(GOOD, fx=chain.format(offline=offline))
        assert set(findings(tmp_path / str(offline), track)) == kinds
