"""What every host promises, as sentences. A host joins by a subclass that says how to make it and how to meddle."""

import itertools
import math
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from reaper_bridge.fx.vst_payload import parse_payload
from reaper_bridge.host import Host
from reaper_bridge.live.host import LiveHost
from reaper_bridge.rpp.host import ProjectFile
from reaper_bridge.rpp.structure import chain_slots, track_blocks
from reaper_bridge.rpp.syntax import parse_project
from reaper_bridge.session.address import Address, Kind
from reaper_bridge.session.audio import CurvePoint
from reaper_bridge.session.change import (
    Change,
    MixPlan,
    NewTrack,
    PlacedEffect,
    SendLevel,
    Value,
    same_value,
    side_chain_level,
)
from reaper_bridge.session.effects import (
    DelayTap,
    EqBand,
    ReaComp,
    ReaDelay,
    ReaEq,
    ReaGate,
    ReaVerbate,
    trim,
)
from reaper_bridge.session.errors import FirstPassError, PlanError, StaleValueError
from reaper_bridge.session.identity import MASTER, TrackId, guid_from_words
from reaper_bridge.session.model import Send, Session
from reaper_bridge.session.revision import Revision
from reaper_bridge.session.scripts import de_esser, saturation, stereo_enhancer, transient_controller, waveshaper
from reaper_bridge.session.values import read_value, with_plan
from tests.command_line import edited
from tests.contract.live import live_host, open_copy, seen
from tests.session_builder import TRIO, TrackSpec, build_project, guid_of
from tests.standin.fixture import Standin

BASS, GUITAR, VOICE = (TrackId(guid_of(name)) for name in ("Bass", "Gtr", "Lead Vox"))
ROOM = TrackId(guid_from_words("contract", "room"))
BUS = TrackId(guid_from_words("contract", "bus"))
TRACKS = (*TRIO[:2], TrackSpec("Lead Vox", "voice", recorded_db=-12.0, volume=0.5, pan=-0.25, receives=((1, 0.5),)))


def change(track: TrackId, kind: Kind, after: Value, before: Value = None, key: str = "") -> Change:
    return Change(Address(track, kind, key), before, after, "because of 1 dB", "balance", 1.0)


def placed(effect: object, position: int = 0) -> PlacedEffect:
    return PlacedEffect(effect, "First Pass test", position)  # type: ignore[arg-type]


def fx_key(*words: str) -> str:
    return guid_from_words("contract", *words)


EQ = ReaEq((EqBand("high_pass", 80.0), EqBand("bell", 300.0, -3.0, 1.0)), 0.0)
SPACE = ReaVerbate(room_size_ratio=0.4, pre_delay_ms=20.0)
ECHO = ReaDelay((DelayTap(length_beats=1.0, feedback_db=-12.0),))
RIDE = tuple(CurvePoint(0.02 * n, 10.0 ** (3.0 * math.sin(0.37 * n) / 20.0)) for n in range(400))
RAMP = (CurvePoint(0.0, 1.0), CurvePoint(2.0, 0.5), CurvePoint(4.0, 0.8))

KINDS_OF_CHANGE: dict[str, tuple[Change, ...]] = {
    "fader": (change(BASS, "fader", 0.4, 1.0),),
    "master fader": (change(MASTER, "fader", 0.8, 1.0),),
    "pan": (change(VOICE, "pan", 0.3, -0.25),),
    "width": (change(GUITAR, "width", 0.5, 1.0),),
    "polarity": (change(GUITAR, "polarity", True, False),),
    "mute": (change(GUITAR, "mute", True, False),),
    "play offset": (change(GUITAR, "play_offset", 0.012, 0.0),),
    "trim": (change(BASS, "fx", placed(trim(-6.5)), key=fx_key("trim")),),
    "equaliser": (change(BASS, "fx", placed(EQ), key=fx_key("eq")),),
    "compressor": (change(BASS, "fx", placed(ReaComp(-20.0, 3.0)), key=fx_key("comp")),),
    "gate": (change(BASS, "fx", placed(ReaGate(-50.0)), key=fx_key("gate")),),
    "three plug-ins in order": (
        change(BASS, "fx", placed(trim(3.0), 0), key=fx_key("trim")),
        change(BASS, "fx", placed(EQ, 1), key=fx_key("eq")),
        change(BASS, "fx", placed(ReaComp(-18.0, 2.0), 2), key=fx_key("comp")),
    ),
    "send": (change(VOICE, "send", SendLevel(0.25), key=BASS),),
    "send moved": (change(GUITAR, "send", SendLevel(0.7), SendLevel(0.5), key=VOICE),),
    "send removed": (change(GUITAR, "send", None, SendLevel(0.5), key=VOICE),),
    "side-chained gate": (
        change(BASS, "fx", placed(ReaGate(-40.0, -6.0, 1.5, 80.0, 120.0, 5.0, side_chain=True)), key=fx_key("gate")),
    ),
    "de-esser": (change(BASS, "fx", placed(de_esser(6543.0, -31.25, 5.43)), key=fx_key("deess")),),
    "distortion": (change(BASS, "fx", placed(waveshaper(37.5)), key=fx_key("saturation")),),
    "saturation": (change(BASS, "fx", placed(saturation(12.5)), key=fx_key("saturation")),),
    "transients": (change(BASS, "fx", placed(transient_controller(27.25, -8.5, -1.3)), key=fx_key("transients")),),
    "stereo enhancer": (change(BASS, "fx", placed(stereo_enhancer(0.0, 140.5, 117.5)), key=fx_key("width")),),
    "ride": (change(BASS, "envelope", RIDE, (), key="trim_volume"),),
    "main send": (change(GUITAR, "main_send", False, True),),
    "channels": (change(GUITAR, "channels", 6, 2),),
    "side chain beside a send": (
        change(VOICE, "channels", 4, 2),
        change(GUITAR, "side_chain", side_chain_level(0.8), key=VOICE),
        change(VOICE, "fx", placed(ReaComp(-24.0, 3.0, side_chain=True)), key=fx_key("duck")),
    ),
    "routed bus": (
        change(BUS, "track", NewTrack("Drums crush")),
        change(BUS, "fader", 0.25, 1.0),
        change(BUS, "pan", 0.1, 0.0),
        change(BUS, "fx", placed(ReaComp(-30.0, 8.0)), key=fx_key("crush")),
        change(BUS, "envelope", RAMP, (), key="trim_volume"),
        change(BASS, "send", SendLevel(1.0), key=BUS),
        change(BASS, "main_send", False, True),
        change(VOICE, "send", SendLevel(1.0), key=BUS),
        change(VOICE, "main_send", False, True),
    ),
    "automation": (change(VOICE, "envelope", RAMP, (), key="volume"),),
    "return track": (
        change(ROOM, "track", NewTrack("Room")),
        change(ROOM, "fx", placed(SPACE), key=fx_key("space")),
        change(ROOM, "fx", placed(ECHO, 1), key=fx_key("echo")),
        change(VOICE, "send", SendLevel(0.3), key=ROOM),
    ),
}
ALONE = ("send removed", "ride")
"""What does not go into the whole: it would take another part's place, or its points lose digits in REAPER's undo."""
EVERYTHING = MixPlan(
    tuple({c.address: c for name, group in KINDS_OF_CHANGE.items() if name not in ALONE for c in group}.values())
)


PLAIN: tuple[Kind, ...] = ("fader", "pan", "width", "polarity", "mute", "main_send", "channels", "play_offset")


def where(send: Send) -> tuple[TrackId, int]:
    return send.destination, send.destination_channel_index


def input_pins(project: bytes, track: TrackId) -> list[tuple[int, ...]]:
    """Return the masks of the input pins of each VST plug-in of a track; bit c is channel c."""
    chain = track_blocks(parse_project(project).project)[track].block("FXCHAIN")
    blocks = [slot.block for slot in chain_slots(chain)] if chain is not None else []
    payloads = [parse_payload([line.strip() for line in block.raw_lines()[1:-1]]) for block in blocks]
    return [payload.input_pins for payload in payloads if payload is not None]


def fader_of(session: Session, track: TrackId) -> float:
    return session.track(track).volume_linear


class HostContract(ABC):
    """The sentences. ``host`` holds the three tracks above; ``meddle`` moves the bass fader behind its back."""

    @abstractmethod
    def meddle(self, host: Host) -> None:
        """Move the fader of the bass to 0.9, as a person at the desk would."""

    @abstractmethod
    def state(self, host: Host) -> object:
        """Return all of the session that a person could see, to compare."""

    @abstractmethod
    def saved(self, host: Host) -> bytes:
        """Return the project as its file has it, or would have it if it were saved now."""

    @abstractmethod
    def select(self, host: Host, tracks: list[TrackId]) -> None:
        """Select these tracks and no others, as a person at the desk would."""

    def test_a_snapshot_shows_the_session(self, host: Host) -> None:
        session = host.snapshot()
        assert [track.name for track in session] == ["Bass", "Gtr", "Lead Vox"]
        assert session.track(VOICE).volume_linear == pytest.approx(0.5)
        assert session.track(VOICE).pan == pytest.approx(-0.25)
        assert [(s.destination, s.level_linear) for s in session.track(GUITAR).sends] == [(VOICE, 0.5)]
        assert session.tempo_bpm_at(0.0) == 120.0
        assert session.sample_rate_hz == 48_000

    def test_looking_changes_nothing(self, host: Host) -> None:
        before = self.state(host)
        session = host.snapshot()
        assert host.ledger().passes == ()
        host.sources([track.id for track in session])
        assert self.state(host) == before
        assert host.snapshot() == session

    def test_sources_say_where_sound_lies(self, host: Host) -> None:
        session = host.snapshot()
        sources = host.sources([track.id for track in session])
        assert set(sources) == {BASS, GUITAR, VOICE}
        for audio in sources.values():
            assert audio.is_complete
            assert audio.problems == ()
            (clip,) = audio.clips
            assert clip.path.is_file()
            assert (clip.position_seconds, clip.length_seconds) == (0.0, 8.0)

    def test_sources_are_told_only_of_the_tracks_asked_for(self, host: Host) -> None:
        host.snapshot()
        assert set(host.sources([BASS])) == {BASS}

    @pytest.mark.parametrize("name", KINDS_OF_CHANGE)
    def test_every_kind_of_change_lands_and_is_undone(self, host: Host, name: str) -> None:
        plan = MixPlan(KINDS_OF_CHANGE[name])
        before, session = self.state(host), host.snapshot()
        entry = host.write(plan, label="one change")
        assert all(item.has_landed for item in entry.landed)
        assert {item.change.address for item in entry.landed} == {c.address for c in plan}
        after = host.snapshot()
        assert self.wrong_values(after, plan) == []
        assert self.others_that_moved(session, after, plan) == []
        assert host.undo() == "one change"
        assert self.state(host) == before

    def test_a_whole_mix_is_one_undo_step(self, host: Host) -> None:
        before = self.state(host)
        host.snapshot()
        entry = host.write(EVERYTHING, label="all of it")
        assert len(entry.landed) == len(EVERYTHING)
        assert self.wrong_values(host.snapshot(), EVERYTHING) == []
        assert [entry.label for entry in host.ledger().passes] == ["all of it"]
        assert host.undo() == "all of it"
        assert self.state(host) == before
        assert host.undo() is None

    def test_a_plan_for_a_moved_value_is_refused_whole(self, host: Host) -> None:
        host.snapshot()
        before = self.state(host)
        plan = MixPlan((change(GUITAR, "fader", 0.5, 1.0), change(VOICE, "fader", 0.2, 0.9)))
        with pytest.raises(StaleValueError, match="Lead Vox"):
            host.write(plan, label="stale")
        assert self.state(host) == before

    def test_a_change_behind_our_back_stops_a_write(self, host: Host) -> None:
        host.snapshot()
        self.meddle(host)
        before = self.state(host)
        with pytest.raises(StaleValueError):
            host.write(MixPlan((change(BASS, "fader", 0.4, 1.0),)), label="late")
        assert self.state(host) == before
        assert host.snapshot().track(BASS).volume_linear == pytest.approx(0.9)

    @pytest.mark.parametrize(
        "wrong",
        [
            change(TrackId("{99999999-0000-4000-8000-000000000009}"), "fader", 0.5, 1.0),
            change(BASS, "fader", float("nan"), 1.0),
            change(BASS, "fader", -1.0, 1.0),
            change(BASS, "pan", 3.0, 0.0),
            change(BASS, "mute", 0.5, False),
            change(BASS, "fader", False, 1.0),
            change(BASS, "envelope", RAMP, (), key="banana"),
            change(BASS, "send", SendLevel(0.5), key="{99999999-0000-4000-8000-000000000009}"),
            change(BASS, "send", side_chain_level(0.5), key=VOICE),
            change(BASS, "side_chain", SendLevel(0.5), key=VOICE),
            change(BASS, "channels", 3, 2),
            change(BASS, "channels", 4.0, 2),
            change(BASS, "main_send", 0, True),
            change(MASTER, "main_send", False, True),
            change(MASTER, "channels", 4, 2),
            change(BASS, "fx", placed(ReaComp(float("nan"))), key=fx_key("comp")),
        ],
        ids=lambda wrong: f"{wrong.address.kind} {wrong.after}"[:40],
    )
    def test_what_cannot_be_written_is_refused_whole(self, host: Host, wrong: Change) -> None:
        host.snapshot()
        before = self.state(host)
        with pytest.raises(FirstPassError) as caught:
            host.write(MixPlan((change(GUITAR, "fader", 0.5, 1.0), wrong)), label="wrong")
        assert isinstance(caught.value, PlanError | StaleValueError)
        assert self.state(host) == before
        assert host.ledger().passes == ()

    def test_an_empty_plan_leaves_no_trace(self, host: Host) -> None:
        before = self.state(host)
        host.snapshot()
        assert host.write(MixPlan(), label="nothing").landed == ()
        assert host.write(MixPlan((change(BASS, "fader", 1.0, 1.0),)), label="idle").landed == ()
        assert host.ledger().passes == ()
        assert self.state(host) == before

    def test_the_ledger_tells_what_was_written_and_why(self, host: Host) -> None:
        host.snapshot()
        written = host.write(EVERYTHING, label="pass", taste="t", audio_keys={BASS: "k"})
        (entry,) = host.ledger().passes
        assert (entry.id, entry.label, entry.taste) == (1, "pass", "t")
        assert dict(entry.audio_keys) == {BASS: "k"}
        assert {i.change.address: i.change.because for i in entry.landed} == {c.address: c.because for c in EVERYTHING}
        assert entry.written_at == written.written_at
        assert set(host.ledger().ours(host.snapshot())) == {c.address for c in EVERYTHING}
        assert host.ledger().theirs(host.snapshot()) == frozenset()

    def test_a_value_that_a_human_moves_is_theirs_and_survives_undo(self, host: Host) -> None:
        host.snapshot()
        host.write(MixPlan((change(BASS, "fader", 0.4, 1.0), change(GUITAR, "fader", 0.5, 1.0))), label="two faders")
        self.meddle(host)
        session = host.snapshot()
        assert host.ledger().theirs(session) == {Address(BASS, "fader")}
        assert host.undo() == "two faders"
        session = host.snapshot()
        assert session.track(BASS).volume_linear == pytest.approx(0.9)
        assert session.track(GUITAR).volume_linear == pytest.approx(1.0)

    def test_locks_are_kept_through_write_and_undo(self, host: Host) -> None:
        host.snapshot()
        host.set_locks({BASS: frozenset({"fader", "fx"}), VOICE: frozenset({"all"})})
        host.snapshot()
        host.write(MixPlan((change(GUITAR, "fader", 0.5, 1.0),)), label="pass")
        assert host.ledger().is_locked(Address(BASS, "fader"))
        host.snapshot()
        host.undo()
        ledger = host.ledger()
        assert dict(ledger.locks) == {BASS: frozenset({"fader", "fx"}), VOICE: frozenset({"all"})}
        host.snapshot()
        host.set_locks({})
        assert dict(host.ledger().locks) == {}

    def test_passes_are_undone_last_first(self, host: Host) -> None:
        states = []
        values = [1.0, 0.8, 0.6, 0.4]
        for before, after in itertools.pairwise(values):
            states.append(self.state(host))
            host.snapshot()
            host.write(MixPlan((change(BASS, "fader", after, before),)), label=f"to {after}")
        host.snapshot()
        assert [entry.id for entry in host.ledger().passes] == [1, 2, 3]
        assert host.ledger().written[Address(BASS, "fader")].before == pytest.approx(1.0)
        for state, after in zip(reversed(states), reversed(values), strict=False):
            host.snapshot()
            assert host.undo() == f"to {after}"
            assert self.state(host) == state

    def test_redo_puts_back_what_undo_took(self, host: Host) -> None:
        host.snapshot()
        assert host.redo() is None
        host.write(EVERYTHING, label="all of it")
        written = host.snapshot()
        host.undo()
        host.snapshot()
        assert host.redo() == "all of it"
        again = host.snapshot()
        assert replace(again, ext_state={}) == replace(written, ext_state={})
        assert [entry.label for entry in host.ledger().passes] == ["all of it"]
        assert set(host.ledger().ours(again)) == {c.address for c in EVERYTHING}
        assert host.redo() is None

    def test_a_pass_that_was_undone_and_redone_can_be_undone_again(self, host: Host) -> None:
        before = self.state(host)
        host.snapshot()
        host.write(EVERYTHING, label="all of it")
        for _ in range(2):
            host.snapshot()
            host.undo()
            assert self.state(host) == before
            host.snapshot()
            host.redo()
        host.snapshot()
        assert host.undo() == "all of it"
        assert self.state(host) == before

    def test_a_revision_takes_the_place_of_the_pass_and_undo_takes_back_all_of_it(self, host: Host) -> None:
        before = self.state(host)
        host.snapshot()
        host.write(EVERYTHING, label="pass")
        for number, value in enumerate((0.6, 0.8), 1):
            session = host.snapshot()
            plan = MixPlan((change(BASS, "fader", value, read_value(session, Address(BASS, "fader"))),))
            entry = host.revise(plan, Revision(amount_ratio=value, label=f"revision {number}"))
            assert entry.label == "pass"
        session = host.snapshot()
        (entry,) = host.ledger().passes
        assert entry.revision is not None
        assert (entry.id, entry.label, entry.revision.amount_ratio) == (1, "pass", 0.8)
        assert fader_of(session, BASS) == pytest.approx(0.8)
        assert set(host.ledger().ours(session)) == {c.address for c in EVERYTHING}
        assert host.ledger().written[Address(BASS, "fader")].before == pytest.approx(1.0)
        assert host.undo() == "pass"
        assert self.state(host) == before
        host.snapshot()
        assert host.redo() == "pass"
        session = host.snapshot()
        assert fader_of(session, BASS) == pytest.approx(0.8)
        assert host.ledger().passes == (entry,)
        assert host.redo() is None

    def test_a_revision_that_changes_no_value_is_remembered(self, host: Host) -> None:
        host.snapshot()
        host.write(MixPlan((change(BASS, "fader", 0.4, 1.0),)), label="pass")
        host.snapshot()
        host.revise(MixPlan(), Revision(rejected=frozenset({Address(VOICE, "pan")}), label="nothing"))
        host.snapshot()
        (entry,) = host.ledger().passes
        assert entry.revision is not None
        assert entry.revision.rejected == {Address(VOICE, "pan")}

    def test_where_no_pass_stands_there_is_nothing_to_revise(self, host: Host) -> None:
        host.snapshot()
        before = self.state(host)
        with pytest.raises(PlanError, match="No pass"):
            host.revise(MixPlan((change(BASS, "fader", 0.4, 1.0),)), Revision(label="half"))
        assert self.state(host) == before

    def test_the_selection_is_what_is_selected(self, host: Host) -> None:
        host.snapshot()
        assert host.selected_tracks() == ()
        self.select(host, [VOICE, BASS])
        host.snapshot()
        assert host.selected_tracks() == (BASS, VOICE)

    def test_the_same_plan_writes_the_same_values_again_after_undo(self, host: Host) -> None:
        host.snapshot()
        host.write(EVERYTHING, label="pass")
        first = host.snapshot()
        host.undo()
        host.snapshot()
        host.write(EVERYTHING, label="pass")
        assert replace(host.snapshot(), ext_state={}) == replace(first, ext_state={})

    def test_a_changed_plug_in_keeps_its_place_and_its_neighbours(self, host: Host) -> None:
        host.snapshot()
        host.write(MixPlan(KINDS_OF_CHANGE["three plug-ins in order"]), label="chain")
        session = host.snapshot()
        order = [slot.id for slot in session.track(BASS).fx]
        standing = read_value(session, Address(BASS, "fx", fx_key("eq")))
        wider = placed(ReaEq((EqBand("bell", 500.0, -4.0, 2.0),)), 1)
        host.write(MixPlan((change(BASS, "fx", wider, standing, fx_key("eq")),)), label="again")
        after = host.snapshot()
        assert [slot.id for slot in after.track(BASS).fx] == order
        assert after.track(BASS).fx[0] == session.track(BASS).fx[0]
        assert after.track(BASS).fx[2] == session.track(BASS).fx[2]
        assert same_value(read_value(after, Address(BASS, "fx", fx_key("eq"))), wider)

    def test_a_side_chain_and_a_send_between_two_tracks_leave_each_other_alone(self, host: Host) -> None:
        host.snapshot()
        own = change(GUITAR, "side_chain", side_chain_level(0.25), key=VOICE)
        host.write(MixPlan((own,)), label="as if it were the engineer's")
        session = host.snapshot()
        before = self.state(host)
        send = change(GUITAR, "send", None, SendLevel(0.5), key=VOICE)
        host.write(MixPlan((send,)), label="send")
        session = host.snapshot()
        assert [where(s) for s in session.track(GUITAR).sends] == [(VOICE, 2)]
        again = change(GUITAR, "side_chain", side_chain_level(0.5), read_value(session, own.address), key=VOICE)
        host.write(MixPlan((again, change(GUITAR, "send", SendLevel(0.9), key=VOICE))), label="both")
        found = host.snapshot().track(GUITAR).sends
        assert {where(s): s.level_linear for s in found} == {(VOICE, 0): 0.9, (VOICE, 2): 0.5}
        host.undo()
        host.snapshot()
        host.undo()
        assert self.state(host) == before

    def test_a_ride_of_ours_is_drawn_anew_and_taken_out_again(self, host: Host) -> None:
        before = self.state(host)
        ours = Address(BASS, "envelope", "trim_volume")
        # one, then another with other times, none, and one point
        rides = (RIDE, tuple(replace(p, time_seconds=p.time_seconds * 1.7) for p in RIDE[:250]), (), RIDE[5:6])
        for points in rides:
            now = read_value(host.snapshot(), ours)
            host.write(MixPlan((Change(ours, now, points, "3 dB", "automation"),)), label=f"{len(points)} points")
            track = host.snapshot().track(BASS)
            assert same_value(read_value(host.snapshot(), ours), points)
            assert (track.envelope("trim_volume") is not None) == bool(points)
            assert track.volume_linear == 1.0, "the fader stays where it is"
        for points in (*reversed(rides[:-1]), ()):
            host.undo()
            assert same_value(read_value(host.snapshot(), ours), points)
        assert self.state(host) == before

    def test_a_side_chained_plug_in_is_given_the_channels_it_listens_to(self, host: Host) -> None:
        host.snapshot()
        duck = change(VOICE, "fx", placed(ReaComp(-24.0, 3.0, side_chain=True)), key=fx_key("duck"))
        host.write(MixPlan((duck, change(GUITAR, "side_chain", side_chain_level(), key=VOICE))), label="duck")
        assert host.snapshot().track(VOICE).channel_count == 4
        assert input_pins(self.saved(host), VOICE) == [(1, 2, 4, 8)]
        session = host.snapshot()
        softer = placed(ReaComp(-24.0, 2.0, side_chain=True))
        standing = read_value(session, duck.address)
        host.write(MixPlan((change(VOICE, "fx", softer, standing, fx_key("duck")),)), label="softer")
        assert input_pins(self.saved(host), VOICE) == [(1, 2, 4, 8)]

    @staticmethod
    def wrong_values(session: Session, plan: MixPlan) -> list[str]:
        return [str(c.address) for c in plan if not same_value(read_value(session, c.address), c.after)]

    @staticmethod
    def others_that_moved(before: Session, after: Session, plan: MixPlan) -> list[str]:
        """Name the tracks that differ in anything but what the plan names."""
        wanted = with_plan(before, plan)
        moved = []
        for track in wanted.tracks:
            found = after.track(track.id)
            for kind in PLAIN:
                address = Address(track.id, kind)
                if not same_value(read_value(wanted, address), read_value(after, address)):
                    moved.append(str(address))
            if [slot.id for slot in track.fx] != [slot.id for slot in found.fx]:
                moved.append(f"{track.id}/fx")
            if {where(send) for send in track.sends} != {where(send) for send in found.sends}:
                moved.append(f"{track.id}/send")
        return moved


@pytest.fixture(scope="module")
def project_bytes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_project(tmp_path_factory.mktemp("contract"), TRACKS)


class TestProjectFile(HostContract):
    """A project file, written in place."""

    @pytest.fixture
    def host(self, project_bytes: Path) -> ProjectFile:
        song = project_bytes.with_name("copy.RPP")
        song.write_bytes(project_bytes.read_bytes())
        return ProjectFile(song, backup=False)

    def meddle(self, host: Host) -> None:
        assert isinstance(host, ProjectFile)

        def move(text: str) -> str:
            head, name, rest = text.partition('NAME "Bass"')
            first, volume, after = rest.partition("VOLPAN ")
            return head + name + first + volume + "0.9" + after[after.index(" ") :]

        edited(host.path, move)

    def select(self, host: Host, tracks: list[TrackId]) -> None:
        assert isinstance(host, ProjectFile)

        def choose(text: str) -> str:
            for track in tracks:
                text = text.replace(f"TRACKID {track}", f"TRACKID {track}\r\n    SEL 1")
            return text

        edited(host.path, choose)

    def state(self, host: Host) -> object:
        return self.saved(host)

    def saved(self, host: Host) -> bytes:
        assert isinstance(host, ProjectFile)
        return host.path.read_bytes()


@pytest.fixture(scope="class")
def standin(request: pytest.FixtureRequest) -> Iterator[Standin]:
    with Standin.start(hz=200, **request.cls.switches) as standin:
        yield standin


class OnStandin(HostContract):
    """The project in front in a stand-in REAPER, which is started once and opens each test's project anew."""

    switches: ClassVar[dict[str, object]]
    standin: Standin
    folder: Path

    @pytest.fixture
    def host(self, project_bytes: Path, standin: Standin, tmp_path: Path) -> Iterator[LiveHost]:
        self.standin, self.folder = standin, tmp_path
        open_copy(standin, project_bytes)
        with live_host(standin, tmp_path) as host:
            yield host

    def meddle(self, host: Host) -> None:
        self.standin.control.set_track(BASS, "D_VOL", 0.9)

    def select(self, host: Host, tracks: list[TrackId]) -> None:
        self.standin.control.select(tracks)

    def state(self, host: Host) -> object:
        return seen(self.standin)

    def saved(self, host: Host) -> bytes:
        assert isinstance(host, LiveHost)
        copy = self.folder / "saved.RPP"
        self.standin.control.save_copy(str(copy))
        return copy.read_bytes()


class TestLiveHost(OnStandin):
    """A REAPER whose undo takes ext state back."""

    switches: ClassVar = {"ext_state_undo": "rolls-back"}


class TestLiveHostWhoseNotesStay(OnStandin):
    """A REAPER whose undo leaves ext state alone."""

    switches: ClassVar = {"ext_state_undo": "stays"}
