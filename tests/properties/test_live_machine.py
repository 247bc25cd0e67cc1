"""An engineer and First Pass at one running project, in any order: who owns what is never mistaken.

The engineer moves, renames, deletes, copies, undoes, redoes, saves, loads, restarts; First Pass writes, revises,
takes back, redoes. Always: the ledger calls nothing ours that does not stand as we wrote it, and what a human moved
since our last write is never changed by us. One stand-in runs for all examples.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from reaper_bridge.live.host import LiveHost
from reaper_bridge.session.address import Address, Kind
from reaper_bridge.session.change import Change, MixPlan, NewTrack, PlacedEffect, SendLevel, Value, same_value
from reaper_bridge.session.effects import EqBand, ReaComp, ReaEq, trim
from reaper_bridge.session.identity import MASTER, TrackId, guid_from_words
from reaper_bridge.session.model import Session
from reaper_bridge.session.revision import Revision
from reaper_bridge.session.values import read_value
from tests.contract.live import open_copy
from tests.session_builder import TRIO, build_project, guid_of
from tests.standin.fixture import Standin

TRACKS = tuple(TrackId(guid_of(spec.name)) for spec in TRIO)
ROOM = TrackId(guid_from_words("machine", "room"))
KNOBS: dict[Kind, str] = {"fader": "D_VOL", "pan": "D_PAN"}
EVENTS = ("rename", "delete", "copy", "save and load", "restart", "lock")
LEVELS = st.sampled_from([0.25, 0.5, 0.8, 1.0, 1.5])
EFFECTS = st.sampled_from([trim(-4.0), trim(2.5), ReaComp(-20.0, 3.0), ReaEq((EqBand("bell", 300.0, -3.0),))])


def wished(draw: Any, session: Session) -> Iterator[tuple[Address, Value]]:
    """Yield what a pass would want: faders, plug-ins by their own ids, a return track and a send to it."""
    for track in draw(st.sets(st.sampled_from((*TRACKS, MASTER)), min_size=2)):
        if session.has_track(track):
            yield Address(track, "fader"), draw(LEVELS)
    track = draw(st.sampled_from(TRACKS))
    if session.has_track(track):
        yield Address(track, "pan"), draw(st.sampled_from([-0.5, 0.0, 0.3]))
        key = guid_from_words("machine", track, "effect")
        standing = read_value(session, Address(track, "fx", key))
        effect = draw(EFFECTS) if standing is None else standing.effect  # type: ignore[union-attr]
        yield Address(track, "fx", key), PlacedEffect(effect, "First Pass", 0, draw(st.booleans()))
        if draw(st.booleans()):
            if not session.has_track(ROOM):
                yield Address(ROOM, "track"), NewTrack("Room")
            yield Address(track, "send", ROOM), SendLevel(draw(LEVELS))


class Desk(RuleBasedStateMachine):
    """The two at the desk. ``touched`` are the values a human set since our last write, and what they stand at."""

    standin: ClassVar[Standin]
    project: ClassVar[Path]
    folder: ClassVar[Path]

    @initialize()
    def open(self) -> None:
        open_copy(self.standin, self.project)
        self.person = self.standin.control
        self.host = LiveHost(self.standin.resource_path, calibration_folder=self.folder)
        self.touched: dict[Address, Value] = {}
        self.names = (f"pass {number}" for number in itertools.count(1))

    def teardown(self) -> None:
        if hasattr(self, "host"):
            self.host.close()

    # --- the engineer -----------------------------------------------------------------------------------

    @rule(track=st.sampled_from(TRACKS), knob=st.sampled_from(sorted(KNOBS)), value=st.sampled_from([0.11, 0.77]))
    def moves_a_knob(self, track: TrackId, knob: Kind, value: float) -> None:
        if self.has(track):
            self.move(Address(track, knob), value)

    @rule(data=st.data())
    def moves_what_we_wrote(self, data: st.DataObject) -> None:
        ours = sorted(a for a in self.host.ledger().ours(self.host.snapshot()) if a.kind in KNOBS)
        if ours:
            self.move(data.draw(st.sampled_from(ours)), 0.66)

    @rule(
        what=st.sampled_from(["rename", "delete", "copy", "save and load", "restart", "lock"]),
        track=st.sampled_from(TRACKS[:2]),
    )
    def does_something_else(self, what: str, track: TrackId) -> None:
        if what == "save and load":
            self.person.save()
            self.person.open_project(self.person.dump()["path"])
        elif what == "restart":
            self.standin.restart(as_saved=False)
            self.person = self.standin.control
        elif what == "lock":
            self.host.set_locks({track: frozenset({"fader"})})
            assert self.host.ledger().is_locked(Address(track, "fader"))
        elif not self.has(track):
            return
        elif what == "rename":
            self.person.rename(track, "another name")
        elif what == "copy":
            self.person.duplicate_track(track)
        else:
            self.person.delete_track(track)
            self.touched = {a: v for a, v in self.touched.items() if a.track_id != track}

    @rule(back=st.integers(1, 3), forth=st.integers(0, 2))
    def goes_through_his_history(self, back: int, forth: int) -> None:
        for _ in range(back):
            self.person.undo()
        for _ in range(forth):
            self.person.redo()
        self.touched.clear()

    # --- First Pass -------------------------------------------------------------------------------------

    @rule(data=st.data())
    def we_write(self, data: st.DataObject) -> None:
        session = self.host.snapshot()
        theirs = self.host.ledger().theirs(session)
        changes = []
        for address, value in wished(data.draw, session):
            if address not in theirs and address not in self.touched:
                changes.append(Change(address, read_value(session, address), value, "because"))
        entry = self.host.write(MixPlan(tuple(changes)), label=next(self.names))
        assert all(item.has_landed for item in entry.landed)

    @rule(level=LEVELS)
    def we_revise(self, level: float) -> None:
        session = self.host.snapshot()
        ledger = self.host.ledger()
        ours = [a for a in ledger.ours(session) if a.kind == "fader" and session.has_track(a.track_id)]
        if ledger.passes:
            number, label = ledger.passes[-1].id, next(self.names)
            plan = MixPlan(tuple(Change(a, read_value(session, a), level, "half") for a in ours))
            entry = self.host.revise(plan, Revision(amount_ratio=0.5, label=label))
            assert (entry.id, entry.revision and entry.revision.label) == (number, label)

    @rule(more=st.booleans())
    def we_take_back(self, more: bool) -> None:
        before = self.host.ledger().passes if self.host.snapshot() else ()
        label = self.host.undo()
        assert label == (before[-1].label if before else None)
        self.host.snapshot()
        assert [p.label for p in self.host.ledger().passes] == [p.label for p in before[:-1]]
        if more:
            self._redo()

    def _redo(self) -> None:
        self.host.snapshot()
        before = [p.label for p in self.host.ledger().passes]
        label = self.host.redo()
        self.host.snapshot()
        after = [p.label for p in self.host.ledger().passes]
        assert after == (before if label is None else [*before, label]) or (label in after and len(after) > len(before))

    # --- always -----------------------------------------------------------------------------------------

    @invariant()
    def ours_is_what_stands_as_we_wrote_it(self) -> None:
        if not hasattr(self, "host"):
            return
        session = self.host.snapshot()
        ledger = self.host.ledger()
        for address, change in ledger.ours(session).items():
            assert same_value(read_value(session, address), change.after)
        for address in self.touched:
            assert address not in ledger.ours(session), f"{address} is a human's"

    @invariant()
    def what_a_human_touched_stays(self) -> None:
        if not hasattr(self, "host"):
            return
        session = self.host.snapshot()
        for address, value in self.touched.items():
            assert same_value(read_value(session, address), value), f"{address} was moved by a human"

    @invariant()
    def every_pass_that_stands_is_known(self) -> None:
        """What no human touched since is ours: nothing of a standing pass is taken for somebody else's."""
        if not hasattr(self, "host"):
            return
        session = self.host.snapshot()
        ledger = self.host.ledger()
        tracks = {track.id for track in session.tracks}
        lost = {a for a in ledger.theirs(session) if a not in self.touched and a.track_id in tracks}
        assert not {a for a in lost if a.kind == "fx"}, "no human here touches plug-ins"

    def move(self, address: Address, value: float) -> None:
        self.person.set_track(address.track_id, KNOBS[address.kind], value)
        self.touched[address] = value

    def has(self, track: TrackId) -> bool:
        return any(found["guid"] == track for found in self.person.dump()["tracks"])


@pytest.mark.parametrize("ext_state_undo", ["rolls-back", "stays"])
def test_an_engineer_and_first_pass_at_one_desk(ext_state_undo: str, tmp_path: Path) -> None:
    with Standin.start(hz=400, ext_state_undo=ext_state_undo) as standin:

        class Here(Desk):
            pass

        Here.standin, Here.folder = standin, tmp_path / "calibration"
        Here.project = build_project(tmp_path / "song", TRIO)
        limits = settings(
            max_examples=25,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            # every step of a failure is a visit to another process: shrinking would take minutes
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
        )
        run_state_machine_as_test(Here, settings=limits)
